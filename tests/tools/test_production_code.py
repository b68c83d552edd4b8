"""What is shipped does not ask whether it is being tested: it would be tested as something else."""

import ast

import pytest
from suite import paths
from suite.testing import all_addons

#: How Odoo and its threads, registries and settings say that a test is running.
SIGNS = {"current_test", "test_enable", "test_tags", "test_cr", "in_test_mode", "testing"}


def signs_of_tests(code: str) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(code)):
        match node:
            case ast.Attribute(attr=name) | ast.Name(id=name) | ast.alias(name=name):
                pass
            case ast.Constant(value=str(name)):
                pass
            case _:
                continue
        if name in SIGNS:
            found.append(f"{node.lineno}: {name}")
    return found


@pytest.mark.parametrize("addon", all_addons())
def test_nothing_shipped_asks_for_tests(addon):
    folder = paths.ADDONS / addon
    found = [
        f"{path.relative_to(paths.ADDONS)}:{text}"
        for path in sorted(folder.rglob("*.py"))
        if "tests" not in path.relative_to(folder).parts
        for text in signs_of_tests(path.read_text(encoding="utf-8"))
    ]
    assert found == []


@pytest.mark.parametrize(
    "code",
    [
        "from odoo import modules\nif modules.module.current_test: pass",
        "from odoo.modules.module import current_test",
        "if config['test_enable']: pass",
        "if getattr(threading.current_thread(), 'testing', False): pass",
        "if self.env.registry.in_test_mode(): pass",
    ],
)
def test_the_question_is_found(code):
    assert len(signs_of_tests(code)) == 1
