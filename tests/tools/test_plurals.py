"""What is counted is right for one, too: "1 lead", not "1 leads"."""

import ast
import re

import pytest
from suite import paths

ADDONS = (*paths.SUITE_ADDONS, *paths.bridges())
NOUNS = (
    "leads contacts deals groups tags records members teams quotations activities persons previews "
    "companies prospects relations people criteria tasks messages contents"
)
COUNTED = re.compile(
    rf"(?:%s|%d|%\(\w+\)[sdg]) (?:more |open |planned )?(?:{NOUNS.replace(' ', '|')})\b"
)
#: Numbers that are never one, and what is said of a setting.
NEVER_ONE = (
    "Who sees these contacts would change",  # more than the limit
    "You may change %(limit)s records",  # more than the limit
    "%(user)s is in %(count)s teams",
    "%(criterion)s %(value)s: %(count)s contacts share it",
    "A column “%(column)s” is made",  # a number of values, of any field
    "The column “%(column)s” and what shows it",
    "%s more people",  # beyond the eight that are named
    "… and %s groups more",
)


def find_counted(code):
    """Terms with a plural noun after a number, and no other term for one."""
    tree = ast.parse(code)
    parents = {child: node for node in ast.walk(tree) for child in ast.iter_child_nodes(node)}
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or ast.unparse(node.func).split(".")[-1] != "_":
            continue
        text = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else ""
        if not COUNTED.search(str(text)) or str(text).startswith(NEVER_ONE):
            continue
        above, function = node, None
        told = False
        while above in parents:
            above = parents[above]
            told |= isinstance(above, ast.Call) and ast.unparse(above.func) == "tell_count"
            if isinstance(above, ast.FunctionDef) and not function:
                function = above
        ones = (
            compare
            for compare in ast.walk(function or tree)
            if isinstance(compare, ast.Compare)
            and any(isinstance(one, ast.Constant) and one.value == 1 for one in compare.comparators)
        )
        if not told and not any(ones):
            yield text


@pytest.mark.parametrize("addon", ADDONS)
def test_one_of_them_is_no_plural(addon):
    found = {
        f"{path.relative_to(paths.ADDONS)}: {text}"
        for path in (paths.ADDONS / addon).rglob("*.py")
        if "tests" not in path.parts
        for text in find_counted(path.read_text())
    }
    assert found == set()


#: In views: a figure, and a plural noun after it.
SHOWN = re.compile(
    rf"<(?:field|t t-out)\b[^<>]*/>\s+(?:more\s+|open\s+)?({NOUNS.replace(' ', '|')})\b"
)
#: Settings, which are written with their unit; and what the comparison of duplicates counts.
UNITS = ("owner_take_limit", "matching_count", "gone_count", "minimum")


@pytest.mark.parametrize("addon", ADDONS)
def test_no_figure_stands_before_a_plural_on_a_screen(addon):
    """ "1 leads" again: a figure after a colon is right for any number, else one is told apart."""
    found = set()
    for path in (paths.ADDONS / addon).rglob("*.xml"):
        text = path.read_text()
        for match in () if "tests" in path.parts else SHOWN.finditer(text):
            if not text[: match.start()].rstrip().endswith('<t t-else="">') and not any(
                unit in match[0] for unit in UNITS
            ):
                found.add(f"{path.relative_to(paths.ADDONS)}: {' '.join(match[0].split())}")
    assert found == set()


@pytest.mark.parametrize(
    "code, fault",
    [
        ('env._("%s leads", n)', True),
        ('env._("%(count)s more contacts of %(name)s", count=n, name=x)', True),
        ('tell_count(n, env._("1 lead"), env._("%s leads"))', False),
        ('env._("1 lead") if n == 1 else env._("%s leads", n)', False),
        ('env._("Leads: %s", n)', False),
    ],
)
def test_the_check_finds_a_fault(code, fault):
    assert bool(list(find_counted(code))) == fault
