"""What people read is seen by Odoo's extractor, and is in the addon's file of terms.

The extractor knows a translator by its name and takes the string it is called with: another
name, or anything but a string, and the term is in no file and never translated.
"""

import ast

import polib
import pytest
from babel.messages.extract import extract
from babel.messages.jslexer import tokenize
from suite import paths, translations

ADDONS = (*paths.SUITE_ADDONS, *paths.bridges())
#: Names under which the extractor knows a translator: in Python, in JavaScript.
PYTHON, JAVASCRIPT = {"_": None, "_lt": None}, {"_t": None}


def files(addon, pattern):
    """Files of an addon that are shipped: all but its tests."""
    folder = paths.ADDONS / addon
    found = sorted(folder.rglob(pattern))
    return [path for path in found if "tests" not in path.relative_to(folder).parts]


def hidden_in_python(code: str) -> list[str]:
    """Uses of a translator that the extractor can't see, in words with their lines."""
    tree = ast.parse(code)
    seen, imported, found = set(), set(), []
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            for name in node.names:
                if name.name in PYTHON:
                    imported.add(name.asname or name.name)
                if name.name in PYTHON and name.asname not in (None, *PYTHON):
                    found.append(f"{node.lineno}: {name.name} imported as {name.asname}")
        elif isinstance(node, ast.Assign) and is_translator(node.value):
            names = [ast.unparse(target) for target in node.targets]
            if set(names) <= PYTHON.keys():
                seen.add(node.value)
                imported.update(names)
        elif isinstance(node, ast.Call) and is_named(node.func):
            text = node.args[0] if node.args else None
            if isinstance(text, ast.Constant) and isinstance(text.value, str):
                seen.add(node.func)
    for node in ast.walk(tree):
        if is_translator(node, imported) and node not in seen:
            found.append(f"{node.lineno}: {ast.unparse(node)} without a string of its own")
    return found


def is_named(node) -> bool:
    return (isinstance(node, ast.Name) and node.id in PYTHON) or (
        isinstance(node, ast.Attribute) and node.attr in PYTHON
    )


def is_translator(node, imported=()) -> bool:
    """``env._``, a name that stands for a translator here, or the making of one."""
    if isinstance(node, ast.Call):
        return ast.unparse(node.func).split(".")[-1] == "LazyTranslate"
    if isinstance(node, ast.Name):
        return node.id in imported and isinstance(node.ctx, ast.Load)
    return isinstance(node, ast.Attribute) and node.attr in PYTHON


def hidden_in_javascript(code: str) -> list[str]:
    """Uses of ``_t`` that the extractor can't see, with their lines."""
    tokens = [
        token for token in tokenize(code, template_string=True) if "comment" not in token.type
    ]
    found, importing = [], False
    for place, token in enumerate(tokens):
        if token.value == "import":
            importing = True
        elif token.value == "from":
            importing = False
        elif token.type == "name" and token.value in JAVASCRIPT:
            following = tokens[place + 1 : place + 3]
            if importing:
                right = following[0].value != "as"
            else:
                right = following[0].value == "(" and is_plain(following[-1])
            if not right:
                found.append(f"{token.lineno}: {token.value} without a string of its own")
    return found


def is_plain(token) -> bool:
    return token.type == "string" or (token.type == "template_string" and "${" not in token.value)


@pytest.mark.parametrize("addon", ADDONS)
def test_no_term_is_hidden_from_the_extractor(addon):
    hidden = []
    for pattern, check in (("*.py", hidden_in_python), ("*.js", hidden_in_javascript)):
        for path in files(addon, pattern):
            found = check(path.read_text(encoding="utf-8"))
            hidden += [f"{path.relative_to(paths.ADDONS)}:{text}" for text in found]
    assert hidden == []


@pytest.mark.parametrize("addon", ADDONS)
def test_every_term_of_the_code_is_in_the_file(addon):
    from odoo.tools import babel

    template = translations.folder(addon) / f"{addon}.pot"
    stored = {entry.msgid for entry in polib.pofile(str(template))}
    missing = []
    for pattern, extractor, keywords in (
        ("*.py", babel.extract_python, PYTHON),
        ("*.js", babel.extract_javascript, JAVASCRIPT),
    ):
        for path in files(addon, pattern):
            with path.open("rb") as file:
                terms = extract(extractor, file, keywords, options={"encoding": "UTF-8"})
                missing += [
                    f"{path.relative_to(paths.ADDONS)}:{line}: {term!r}"
                    for line, term, *_rest in terms
                    if term not in stored
                ]
    assert missing == []


@pytest.mark.parametrize(
    "code",
    [
        "translate = self.env._",
        "translate = self.env._\ntranslate('Text')",
        "from odoo import _ as t",
        "from odoo import _\nwords = _",
        "from odoo import _\n_(text)",
        "self.env._(TEXTS[code])",
        "self.env._(f'{name} is here')",
        "self.env._('a' + name)",
        "self.env._()",
        "say(self.env._)",
        "from odoo.tools.translate import LazyTranslate\nlazy = LazyTranslate(__name__)",
    ],
)
def test_what_is_hidden_in_python_is_found(code):
    assert len(hidden_in_python(code)) == 1


@pytest.mark.parametrize(
    "code",
    [
        "self.env._('Text')",
        "self.env._('Text' ' in two parts %s', name)",
        "_ = self.env._\n_('Text')",
        "from odoo import _\n_('Text')",
        "_lt = LazyTranslate(__name__)\nTEXT = _lt('Text')",
        "for _ in range(3): pass",
        "first, _ = pair",
    ],
)
def test_what_is_seen_in_python_is_right(code):
    assert hidden_in_python(code) == []


@pytest.mark.parametrize(
    "code",
    [
        "const words = _t;",
        "_t(text);",
        "_t(`${name} is here`);",
        'import { _t as words } from "@web/core/l10n/translation";',
        "texts.map(_t);",
    ],
)
def test_what_is_hidden_in_javascript_is_found(code):
    assert len(hidden_in_javascript(code)) == 1


def test_what_is_seen_in_javascript_is_right():
    code = 'import { _t } from "@web/core/l10n/translation";\n// _t in words\n_t("Text", name);'
    assert hidden_in_javascript(code) == []
