"""The text of a filter, read as a list of literals. Plain Python, nothing is executed.

What is stored is a list of conditions as Odoo writes it: ``[('city', '=', 'Riga')]``. People and
programs write more than that, and what is meant is plain: a field without quotes
(``[[country_id, 'in', ['Canada']]]``), and ``true``, ``false`` and ``null`` of JSON. It is taken,
and written as Odoo's own code reads it. Of the rest, an error says where it is.
"""

import ast

#: Values of JSON, which are names in Python.
JSON_VALUES = {"true": True, "false": False, "null": None}
#: How many conditions or groups of them each of these joins.
JOINTS = {"&": 2, "|": 2, "!": 1}
#: Operators whose value is a list of conditions.
NESTED = ("any", "not any")
#: What a filter looks like, for messages.
EXAMPLE = "[('city', '=', 'Riga')]"
#: So much of a text is shown in a message.
MOST_SHOWN = 60


class FilterError(ValueError):
    """What is wrong with the text of a filter; :func:`.domains.say_fault` translates it.

    :ivar code: ``syntax``, ``no_value``, ``no_list``, ``no_condition``, ``no_field`` or ``lacks``
    :ivar values: what the message names: ``line``, ``column`` (from 1) and ``part``, a text
    """

    def __init__(self, code, **values):
        super().__init__(code, values)
        self.code = code
        self.values = values

    def __str__(self):
        place = f"line {self.values['line']}, column {self.values['column']}"
        return f"{self.code}: {self.values.get('part', '')} ({place})"


def read_list(text):
    """Return the list of conditions in a text, as literals; an empty text has none.

    :raises FilterError: that says where the text cannot be read
    """
    source = (text or "").rstrip()
    if not source:
        return []
    before = source[: len(source) - len(source.lstrip())]
    try:
        return _read_source(source.lstrip())
    except FilterError as error:
        if error.values["line"] == 1:
            error.values["column"] += len(before.rpartition("\n")[2])
        error.values["line"] += before.count("\n")
        raise


def _read_source(source):
    try:
        tree = ast.parse(source, mode="eval").body
        if not isinstance(tree, (ast.List, ast.Tuple)):
            raise FilterError("no_list", **_get_place(source, tree))
        return list(_Reader(source).read_conditions(tree))
    except FilterError:
        raise
    except SyntaxError as error:
        place = {"line": error.lineno or 1, "column": error.offset or 1}
        raise FilterError("syntax", part=error.msg, **place) from error
    except (ValueError, MemoryError, RecursionError) as error:
        # A text with a NUL, or one that is nested without end.
        part = str(error) or type(error).__name__
        raise FilterError("syntax", part=part, line=1, column=1) from error


def write_list(conditions):
    """Return a list of conditions as the text that is stored."""
    return repr(list(conditions))


def is_literal(text, conditions):
    """Tell whether Python's own reading of a text gives just these conditions."""
    try:
        return ast.literal_eval((text or "").strip() or "[]") == conditions
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return False


class _Reader:
    """Makes literals of a parsed text, and knows where each of them is."""

    def __init__(self, source):
        self.source = source

    def read_conditions(self, tree):
        """Return the conditions of a domain, and see that each joint has what it joins."""
        items = [self._read_item(node) for node in tree.elts]
        open_joints = []
        for item, node in zip(items, tree.elts, strict=True):
            if isinstance(item, str):
                open_joints.append([node, JOINTS[item]])
                continue
            # It closes the last joint, which closes the one before it, and so on.
            while open_joints:
                open_joints[-1][1] -= 1
                if open_joints[-1][1]:
                    break
                open_joints.pop()
        if open_joints:
            raise self._error("lacks", open_joints[0][0])
        return items

    def _read_item(self, node):
        if isinstance(node, ast.Constant) and node.value in JOINTS:
            return node.value
        if not isinstance(node, (ast.List, ast.Tuple)) or len(node.elts) != 3:
            raise self._error("no_condition", node)
        name, operator, value = node.elts
        condition = [self._read_field(name), self._read_value(operator)]
        if not isinstance(condition[1], str):
            raise self._error("no_condition", node)
        nested = condition[1].lower() in NESTED and isinstance(value, (ast.List, ast.Tuple))
        condition.append(self.read_conditions(value) if nested else self._read_value(value))
        return condition if isinstance(node, ast.List) else tuple(condition)

    def _read_field(self, node):
        """Return the path of a field, in quotes or without."""
        if isinstance(node, (ast.Name, ast.Attribute)):
            path = ast.unparse(node)
            if all(step.isidentifier() for step in path.split(".")):
                return path
        if isinstance(node, ast.Constant) and (
            isinstance(node.value, str) or type(node.value) is int
        ):
            return node.value  # a number: (1, '=', 1) is Odoo's "all"
        raise self._error("no_field", node)

    def _read_value(self, node):
        if isinstance(node, ast.Constant) and isinstance(
            node.value, (str, bool, int, float, type(None))
        ):
            return node.value
        if isinstance(node, ast.List):
            return [self._read_value(one) for one in node.elts]
        if isinstance(node, ast.Tuple):
            return tuple(self._read_value(one) for one in node.elts)
        if isinstance(node, ast.Name) and node.id in JSON_VALUES:
            return JSON_VALUES[node.id]
        if isinstance(node, ast.UnaryOp) and isinstance(node.op, (ast.USub, ast.UAdd)):
            value = self._read_value(node.operand)
            if type(value) in (int, float):
                return -value if isinstance(node.op, ast.USub) else value
        raise self._error("no_value", node)

    def _error(self, code, node):
        return FilterError(code, **_get_place(self.source, node))


def _get_place(source, node):
    """Return line and column, from 1 and in characters, and what is there."""
    line = source.splitlines()[node.lineno - 1]
    before = line.encode()[: node.col_offset].decode(errors="ignore")
    part = ast.get_source_segment(source, node) or ""
    if len(part) > MOST_SHOWN:
        part = part[:MOST_SHOWN] + "…"
    return {"line": node.lineno, "column": len(before) + 1, "part": part}
