"""What only code can say in the context: keys whose values nobody can send.

What comes in over RPC is JSON or XML and never one of these objects.
"""

#: The key in the context for who writes the fields that the system keeps.
KEY = "crm_access_system"
#: The key in the context for what is done in an import.
IMPORTING_KEY = "crm_access_importing"


class Mode:
    """A value of a key in the context; compared by identity."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<{self.name}>"

    def __copy__(self):
        return self

    def __deepcopy__(self, _memo):
        return self


class Switch(Mode):
    """Something that code switches on for what it calls: under a key that no client can turn."""

    def on(self, records):
        """Return the records with it on."""
        return records.with_context(**{self.name: self})

    def off(self, records):
        """Return the records with it off again."""
        return records.with_context(**{self.name: None}) if self.is_on(records.env) else records

    def is_on(self, env):
        return env.context.get(self.name) is self


#: They are written: the code that writes has asked for all rights itself.
BY_SYSTEM = Mode("by the system")
#: The rows of an import are loaded.
IMPORTING = Mode("importing")
#: What several records hold is put together on one: it was allowed on them.
MERGING = Switch("crm_access_merging")


class LeftOut(Mode):
    """They are left as they are on one model, without an error: somebody writes all fields.

    :param model: name of the model
    :param names: more fields that are left as they are
    """

    def __init__(self, model, names=()):
        super().__init__(f"left out of {model}")
        self.model = model
        self.names = frozenset(names)


class Chosen(Mode):
    """Of which record a value is taken where those that become one differ.

    :ivar sources: field, or ``field.property``, → id of the record
    """

    key = "crm_access_chosen"

    def __init__(self, sources):
        super().__init__("chosen values")
        self.sources = dict(sources)

    @classmethod
    def get(cls, env):
        """Return what was chosen; nothing unless code has said so."""
        mode = env.context.get(cls.key)
        return mode.sources if isinstance(mode, cls) else {}

    def on(self, records):
        """Return the records with it on."""
        return records.with_context(**{self.key: self})


class ImportedNames(Mode):
    """What the rows of one import may name, read once.

    :ivar names: name of a model → what :meth:`IrFieldsConverter._read_names` has found
    """

    key = "crm_access_imported_names"

    def __init__(self):
        super().__init__("imported names")
        self.names = {}


class ByRow(Mode):
    """The rows of an import of which each may fail alone, in one pass over them.

    :ivar messages: of the rows that were left out
    :ivar disturbed: the error of the database where another transaction was faster
    """

    key = "crm_access_by_row"

    def __init__(self, model):
        super().__init__(f"rows of {model}")
        self.model = model
        self.messages = []
        self.disturbed = None
