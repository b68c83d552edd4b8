"""Each test asserts something: one that can't fail proves nothing."""

import ast
from pathlib import Path

import pytest
from suite import paths

#: What fails by itself when things are not as they should be.
CHECKS = {"fail", "raises", "start_tour", "browser_js", "expect", "wait_for_selector"}


def is_assertion(node) -> bool:
    if isinstance(node, ast.Call):
        name = called(node)
        return name in CHECKS or name.startswith("assert")
    return isinstance(node, ast.Assert)


def called(node) -> str:
    """The name of what is called, without what it belongs to."""
    return getattr(node.func, "attr", None) or getattr(node.func, "id", "")


def get_functions(code: str) -> list:
    kinds = (ast.FunctionDef, ast.AsyncFunctionDef)
    return [node for node in ast.walk(ast.parse(code)) if isinstance(node, kinds)]


def asserting_helpers(functions: list, known: frozenset = frozenset()) -> frozenset:
    """The names of those that assert something, themselves or by another.

    :param known: such names from elsewhere
    """
    helpers = [function for function in functions if not function.name.startswith("test_")]
    while True:
        found = known | {node.name for node in helpers if asserts(node, known)}
        if found == known:
            return known
        known = found


def without_assertion(code: str, known: frozenset = frozenset()) -> list[str]:
    """Tests that assert nothing, neither themselves nor by a helper.

    :param known: helpers from other modules that assert
    """
    functions = get_functions(code)
    known = asserting_helpers(functions, known)
    return [
        f"{node.lineno}: {node.name}"
        for node in functions
        if node.name.startswith("test_") and not asserts(node, known)
    ]


def asserts(function, helpers) -> bool:
    return any(
        is_assertion(node) or (isinstance(node, ast.Call) and called(node) in helpers)
        for node in ast.walk(function)
    )


def get_tests() -> list[Path]:
    return sorted(
        [*(paths.ROOT / "tests").rglob("test_*.py"), *paths.ADDONS.glob("*/tests/**/test_*.py")]
    )


def test_every_test_asserts():
    common = [
        function
        for folder in (paths.ROOT / "tests", *paths.ADDONS.glob("*/tests"))
        for path in folder.rglob("*.py")
        if not path.name.startswith("test_")
        for function in get_functions(path.read_text(encoding="utf-8"))
    ]
    known = asserting_helpers(common)
    found = [
        f"{path.relative_to(paths.ROOT)}:{text}"
        for path in get_tests()
        for text in without_assertion(path.read_text(encoding="utf-8"), known)
    ]
    assert found == []


@pytest.mark.parametrize(
    "body",
    [
        "call()",
        "with open('x'): pass",
        "help_out()\ndef help_out(): call()",
        "check_again()\ndef check_again(): check_again()",
    ],
)
def test_a_test_that_asserts_nothing_is_found(body):
    assert len(without_assertion(wrap(body))) == 1


@pytest.mark.parametrize(
    "body",
    [
        "assert call()",
        "self.assertEqual(1, 2)",
        "with pytest.raises(ValueError): call()",
        "with self.assertQueryCount(3): call()",
        "self.start_tour('/odoo', 'a_tour')",
        "check()\ndef check(): check_all()\ndef check_all(): assert call()",
        "self.common_check()",
    ],
)
def test_a_test_that_asserts_is_not(body):
    known = asserting_helpers(get_functions("def common_check(): assert call()"))
    assert without_assertion(wrap(body), known) == []


def wrap(body: str) -> str:
    first, *rest = body.split("\n")
    return "\n".join(["def test_it():", f"    {first}", *rest])
