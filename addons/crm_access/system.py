"""Who writes the fields that the system keeps: a key of the context that nobody can send.

What comes in over RPC is JSON or XML and never one of these objects.
"""

#: The key in the context.
KEY = "crm_access_system"


class Mode:
    """What becomes of the system's fields in a write; compared by identity."""

    def __init__(self, name):
        self.name = name

    def __repr__(self):
        return f"<{self.name}>"

    def __copy__(self):
        return self

    def __deepcopy__(self, _memo):
        return self


#: They are written: the code that writes has asked for all rights itself.
BY_SYSTEM = Mode("by the system")


class LeftOut(Mode):
    """They are left as they are on one model, without an error: somebody writes all fields."""

    def __init__(self, model):
        super().__init__(f"left out of {model}")
        self.model = model
