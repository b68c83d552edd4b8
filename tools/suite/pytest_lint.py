"""Pytest plugin for Odoo's own addon ``test_lint``: its checkers look at our addons alone.

By themselves they look at all addons there are: at Odoo's and the OCA's as well, which are
not ours to mend.
"""

import logging
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from . import paths


def is_ours(path: str) -> bool:
    return Path(path).is_relative_to(paths.ADDONS)


@pytest.fixture(autouse=True)
def our_addons_alone(monkeypatch, request):
    """What the checkers walk over: addons, files and models."""
    from odoo.modules import Manifest

    ours = [manifest for manifest in Manifest.all_addon_manifests() if is_ours(manifest.path)]
    monkeypatch.setattr(Manifest, "all_addon_manifests", staticmethod(lambda: list(ours)))
    if hasattr(request.module, "Registry"):
        monkeypatch.setattr(request.module, "Registry", get_our_models)
    narrow = NARROWED.get(request.node.path.stem)
    if narrow:
        narrow(monkeypatch, request, ours)


def get_our_models(database: str) -> dict:
    """The models that our addons define or extend, by name."""
    from odoo.modules.registry import Registry

    names = {folder.parent.name for folder in paths.ADDONS.glob("*/__manifest__.py")}
    return {
        name: model
        for name, model in Registry(database).items()
        if any(is_part(model, part, names) for part in model._model_classes__)
    }


def is_part(model, part, addons) -> bool:
    """Whether a class is a piece of the model itself, from one of these addons."""
    return getattr(part, "_name", None) == model._name and part._module in addons


def narrow_docstrings(monkeypatch, request, ours):
    # Odoo reads those of some of its modules in earnest; for us it is ours.
    names = tuple(manifest.name for manifest in ours)
    monkeypatch.setattr(request.module, "MODULES_TO_LINT", names)


def narrow_indexes(monkeypatch, request, ours):
    """An index that begins with the column serves as well as one of it alone.

    Odoo's checker knows only those of a field by itself, and lists the others by name. It walks
    over all models: lists that are not ours are no affair of ours either.
    """
    from odoo.modules.registry import Registry
    from odoo.tests.common import get_db_name

    query = """
        SELECT i.indrelid::regclass::text, a.attname
          FROM pg_index i
          JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[0]
         WHERE i.indpred IS NULL AND i.indisvalid
    """
    with Registry(get_db_name()).cursor() as cursor:
        cursor.execute(query)
        first = set(cursor.fetchall())
    covered = {
        str(field)
        for model in get_our_models(get_db_name()).values()
        for field in model._fields__.values()
        if (model._table, field.name) in first
    }
    names = {manifest.name for manifest in ours}
    registry = Registry(get_db_name())
    wanted, foreign = set(), set()
    for model in registry.values():
        for field in model._fields__.values():
            if field.type == "one2many" and field.inverse_name:
                inverse = str(registry[field.comodel_name]._fields__[field.inverse_name].base_field)
                (wanted if names.intersection(field._modules) else foreign).add(inverse)
            elif names.intersection(field._modules):
                wanted.add(str(field))
    listed = request.module.BTREE_INDEX_IGNORE_FIELDS | covered | (foreign - wanted)
    monkeypatch.setattr(request.module, "BTREE_INDEX_IGNORE_FIELDS", listed)


def narrow_markers(monkeypatch, request, ours):
    check = request.cls.check_file
    monkeypatch.setattr(
        request.cls, "check_file", lambda self, path: is_ours(path) and check(self, path)
    )


def narrow_pylint(monkeypatch, request, ours):
    from odoo.tools import config

    def run(command, **options):
        # Our comments name messages of pylint-odoo, which does not take part here.
        return subprocess.run(
            [command[0], "--disable=unknown-option-value", *command[1:]], **options
        )

    monkeypatch.setattr(request.module, "subprocess", SimpleNamespace(run=run))
    # By this path Pylint would be given Odoo itself.
    monkeypatch.setattr(config, "root_path", ours[0].path)
    # It is given this process's paths, too. Pytest put Odoo's folder of addons among
    # them, where "calendar" and "resource" are not Python's.
    found = [path for path in sys.path if not (Path(path) / "base" / "__manifest__.py").exists()]
    monkeypatch.setattr(sys, "path", found)


NARROWED = {
    "test_docstring": narrow_docstrings,
    "test_index": narrow_indexes,
    "test_markers": narrow_markers,
    "test_pylint": narrow_pylint,
}


@pytest.fixture(autouse=True)
def warnings_count(caplog):
    """Some checkers only warn: Odoo's own runs fail on any warning, and so do we."""
    with caplog.at_level(logging.WARNING, logger="odoo.addons.test_lint"):
        yield
    said = [
        record.getMessage()
        for record in caplog.get_records("call")
        if record.name.startswith("odoo.addons.test_lint") and record.levelno >= logging.WARNING
    ]
    assert not said, "\n".join(said)
