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


def without_assertion(code: str, common: list[str] = ()) -> list[str]:
    """Tests that assert nothing, neither themselves nor by a helper.

    :param common: code of modules that helpers are taken from
    """
    functions = get_functions(code)
    helpers = {}
    for function in (*functions, *(node for text in common for node in get_functions(text))):
        if not function.name.startswith("test_"):
            helpers.setdefault(function.name, []).append(function)
    asserting, grows = set(), True
    while grows:
        found = {
            name
            for name, nodes in helpers.items()
            if any(asserts(node, asserting) for node in nodes)
        }
        grows, asserting = found != asserting, found
    return [
        f"{node.lineno}: {node.name}"
        for node in functions
        if node.name.startswith("test_") and not asserts(node, asserting)
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
        path.read_text(encoding="utf-8")
        for folder in (paths.ROOT / "tests", *paths.ADDONS.glob("*/tests"))
        for path in folder.rglob("*.py")
        if not path.name.startswith("test_")
    ]
    found = [
        f"{path.relative_to(paths.ROOT)}:{text}"
        for path in get_tests()
        for text in without_assertion(path.read_text(encoding="utf-8"), common)
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
    assert without_assertion(wrap(body), ["def common_check(): assert call()"]) == []


def wrap(body: str) -> str:
    first, *rest = body.split("\n")
    return "\n".join(["def test_it():", f"    {first}", *rest])
