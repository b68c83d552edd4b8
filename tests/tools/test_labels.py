"""No two fields of a model have one label, whatever of Odoo's is installed beside ours.

Odoo warns of it when an addon is installed; in filters, exports and imports nobody can tell
the two apart. What Odoo's own addons bring is read from their source, so that none of them has
to be installed. A blank more would keep Odoo from seeing it, and nobody else.
"""

import ast
import re
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from lxml import etree
from suite import odoo_source, paths
from suite.testing import all_addons

#: Where the label stands among a field's positional arguments; the first, if not said here.
PLACES = {"Many2one": 1, "One2many": 2, "Many2many": 4, "Selection": 1, "Reference": 1}
#: What people read of a field, of a view, and of a record made by a file.
PEOPLE_READ = ("string", "help", "selection", "selection_add")
ATTRIBUTES = ("string", "placeholder", "confirm", "title", "sum", "avg")
FIELDS = ("name", "string", "description", "comment", "help")


@dataclass
class Piece:
    """A class: what an addon adds to a model."""

    addon: str
    model: str
    parents: list[str]
    delegates: list[str]
    #: The label that each field is given; None where it says nothing.
    labels: dict[str, str | None] = field(default_factory=dict)
    #: Fields that take the label of another where they are given none.
    related: set[str] = field(default_factory=set)


def read_pieces(code: str, addon: str) -> list[Piece]:
    classes = [node for node in ast.walk(ast.parse(code)) if isinstance(node, ast.ClassDef)]
    return [piece for piece in (read_class(node, addon) for node in classes) if piece]


def read_class(node, addon: str) -> Piece | None:
    values = {
        target.id: item.value
        for item in node.body
        if isinstance(item, ast.Assign)
        for target in item.targets
        if isinstance(target, ast.Name)
    }
    inherited = constant(values.get("_inherit")) or []
    parents = [inherited] if isinstance(inherited, str) else list(inherited)
    name = constant(values.get("_name")) or (parents[0] if len(parents) == 1 else None)
    if not name:
        return None
    piece = Piece(addon, name, parents, list(constant(values.get("_inherits")) or ()))
    for attribute, value in values.items():
        if is_field(value):
            keywords = {keyword.arg: keyword.value for keyword in value.keywords}
            place = PLACES.get(value.func.attr, 0)
            given = value.args[place] if len(value.args) > place else keywords.get("string")
            piece.labels[attribute] = constant(given)
            if "related" in keywords:
                piece.related.add(attribute)
    return piece


def constant(node):
    try:
        return ast.literal_eval(node) if node is not None else None
    except ValueError:
        return None


def is_field(node) -> bool:
    match node:
        case ast.Call(func=ast.Attribute(value=ast.Name("fields"), attr=name)):
            return name not in ("Command", "Domain")
    return False


class Models:
    """Models as all addons together make them."""

    def __init__(self, pieces):
        self.pieces = defaultdict(list)
        for piece in pieces:
            self.pieces[piece.model].append(piece)

    def get_doubles(self, ours) -> list[str]:
        """Labels that two fields of a model have, at least one of them from ``ours``."""
        found = []
        for model in sorted(self.pieces):
            by_label = defaultdict(dict)
            for name, (labels, addons) in self._get_fields(model).items():
                for label in labels:
                    by_label[" ".join(label.casefold().split())][name] = addons
            for label, fields in by_label.items():
                if len(fields) > 1 and any(addons & set(ours) for addons in fields.values()):
                    names = ", ".join(
                        f"{name} ({min(addons)})" for name, addons in sorted(fields.items())
                    )
                    found.append(f"{model}: “{label}” is {names}")
        return found

    def _get_fields(self, model) -> dict[str, tuple[set, set]]:
        """``{field: (labels, addons)}``: all labels that somebody gives it."""
        found = defaultdict(lambda: (set(), set()))
        related = set()
        for piece in self._get_pieces(model):
            related |= piece.related
            for name, label in piece.labels.items():
                labels, addons = found[name]
                labels.update([label] if label else [])
                addons.add(piece.addon)
        for name, (labels, _addons) in found.items():
            if not labels and name not in related:
                # As Odoo makes it of the name.
                labels.add(name.removesuffix("_ids").removesuffix("_id").replace("_", " "))
        for parent in {parent for piece in self.pieces[model] for parent in piece.delegates}:
            found = {**self._get_fields(parent), **found}
        return found

    def _get_pieces(self, model, seen=()):
        for piece in self.pieces[model]:
            yield piece
            for parent in piece.parents:
                if parent not in (model, *seen):
                    yield from self._get_pieces(parent, (model, *seen))


def read_odoo(models) -> list[Piece]:
    """Classes of Odoo's addons that make or extend some models. Cost: some seconds."""
    source = odoo_source.find()
    roots = [Path(source.python_path) / "odoo" / "addons", *map(Path, source.addons_paths)]
    named = "|".join(map(re.escape, models))
    about = re.compile(rf"_(?:name|inherit)\s*=\s*(?:[\[(][^\])]*)?[\"'](?:{named})[\"']")
    found = []
    for root in roots:
        for path in root.rglob("*.py"):
            addon, *folders = path.relative_to(root).parts
            if addon.startswith("test_") or "tests" in folders:
                continue
            code = path.read_text(encoding="utf-8")
            if about.search(code):
                found += read_pieces(code, addon)
    return found


def shipped(addon: str, pattern: str) -> list[Path]:
    folder = paths.ADDONS / addon
    found = sorted(folder.rglob(pattern))
    return [path for path in found if "tests" not in path.relative_to(folder).parts]


def read_addon(addon: str) -> list[Piece]:
    files = shipped(addon, "*.py")
    return [piece for path in files for piece in read_pieces(path.read_text("utf-8"), addon)]


def blanks_in_python(code: str) -> list[str]:
    """Labels and helps with a blank at an end, or two in the middle."""
    found = []
    for node in ast.walk(ast.parse(code)):
        if not is_field(node):
            continue
        keywords = [item.value for item in node.keywords if item.arg in PEOPLE_READ]
        # Names of models, columns and values stand among them, and have no blanks.
        for part in (part for value in (*node.args, *keywords) for part in ast.walk(value)):
            text = part.value if isinstance(part, ast.Constant) else None
            if isinstance(text, str) and has_blanks(text):
                found.append(f"{part.lineno}: {text!r}")
    return found


def blanks_in_xml(data: bytes) -> list[str]:
    found = []
    for node in etree.fromstring(data).iter(etree.Element):
        texts = [node.get(name) for name in ATTRIBUTES]
        if node.tag == "field" and node.get("name") in FIELDS and not len(node):
            # In HTML blanks are of no account.
            texts += [node.text] if "<" not in (node.text or "") else []
        found += [f"{node.sourceline}: {text!r}" for text in texts if text and has_blanks(text)]
    return found


def has_blanks(text: str) -> bool:
    return text != text.strip() or "  " in text


def test_no_label_twice():
    ours = [piece for addon in all_addons() for piece in read_addon(addon)]
    names = {name for piece in ours for name in (piece.model, *piece.parents, *piece.delegates)}
    # A user is a contact: the fields of contacts are the users' as well.
    models = Models([*read_odoo({*names, "res.users"}), *ours])
    assert models.get_doubles(all_addons()) == []


@pytest.mark.parametrize("addon", all_addons())
def test_no_blank_too_many(addon):
    found = [
        f"{path.relative_to(paths.ADDONS)}:{text}"
        for pattern, check in (("*.py", blanks_in_python), ("*.xml", blanks_in_xml))
        for path in shipped(addon, pattern)
        for text in check(path.read_bytes())
    ]
    assert found == []


THEIRS = """
class Partner(models.Model):
    _name = "res.partner"
    employee_ids = fields.One2many("hr.employee", "partner_id", "Employees")
    phone = fields.Char()

class Users(models.Model):
    _name = "res.users"
    _inherits = {"res.partner": "partner_id"}
    login = fields.Char("Login")
"""
OURS = """
class Partner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "our.mixin"]
    %s
"""

MIXIN = """
class Mixin(models.AbstractModel):
    _name = "our.mixin"
    phone_2 = fields.Char("Phone")
"""


@pytest.mark.parametrize(
    ("line", "count"),
    [
        ("staff_count = fields.Integer('Employees')", 2),
        ("staff_count = fields.Integer(string='employees ')", 2),
        ("employees_id = fields.Many2one('hr.employee')", 2),
        ("log_in = fields.Char('Login')", 1),
        ("employee_ids = fields.One2many(string='Employees', readonly=True)", 0),
        ("phone = fields.Char(tracking=True)", 0),
        ("staff_count = fields.Integer(related='company_id.employees')", 0),
        ("staff_count = fields.Integer('Number of Employees')", 0),
    ],
)
def test_a_double_label_is_found(line, count):
    models = Models([*read_pieces(THEIRS, "hr"), *read_pieces(OURS % line, "ours")])
    assert len(models.get_doubles(["ours"])) == count


def test_a_double_label_of_a_mixin_is_found():
    code = f"{MIXIN}\n{OURS % 'pass'}"
    models = Models([*read_pieces(THEIRS, "hr"), *read_pieces(code, "ours")])
    assert [text.split(":")[0] for text in models.get_doubles(["ours"])] == [
        "res.partner",
        "res.users",
    ]


def test_blanks_are_found():
    assert blanks_in_python("a = fields.Char(string='Tags ')")
    assert blanks_in_python("a = fields.Selection([('a', ' First')], help='Two  blanks')")
    assert not blanks_in_python("a = fields.Char('Tags of All', help='One. ' 'Two.')")
    assert blanks_in_xml(b"<odoo><field name='x' string='Tags '/></odoo>")
    assert blanks_in_xml(b"<odoo><field name='name'> Tags</field></odoo>")
    assert not blanks_in_xml(b"<odoo><field name='name'>Tags</field></odoo>")
