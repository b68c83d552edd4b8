"""Where Odoo comes from: the order, the checks, half-done downloads."""

import json

import pytest
from suite import odoo_source, paths
from suite.console import SuiteError
from suite.odoo_source import OdooSource


def make_tree(folder, series="19, 0", apps_beside=False):
    package = folder / "odoo"
    package.mkdir(parents=True)
    (package / "release.py").write_text(f"version_info = ({series}, 0, 'final', 0, '')\n")
    apps = folder / "addons" if apps_beside else package / "addons"
    (apps / "crm").mkdir(parents=True)
    return folder


@pytest.fixture
def home(tmp_path, monkeypatch):
    monkeypatch.setattr(paths, "LOCAL", tmp_path / "local")
    monkeypatch.setattr(paths, "ODOO", tmp_path / "local" / "odoo")
    monkeypatch.delenv("ODOO_SOURCE", raising=False)
    return tmp_path


def test_an_installed_tree_needs_no_addons_path(tmp_path):
    found = odoo_source.read_tree(make_tree(tmp_path / "a"), "test")
    assert found == OdooSource("test", str(tmp_path / "a"), "19.0", [])


def test_a_checkout_has_its_applications_beside(tmp_path):
    found = odoo_source.read_tree(make_tree(tmp_path / "a", apps_beside=True), "test")
    assert found.addons_paths == [str(tmp_path / "a" / "addons")]


def test_another_series_is_not_taken(tmp_path):
    assert odoo_source.read_tree(make_tree(tmp_path / "a", "18, 0"), "test") is None
    assert odoo_source.read_tree(tmp_path, "test") is None


def test_odoo_source_is_used_as_it_is(home, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(make_tree(home / "mine")))
    assert odoo_source.from_variable().kind == "ODOO_SOURCE"


def test_wrong_odoo_source_names_the_mend(home, monkeypatch):
    monkeypatch.setenv("ODOO_SOURCE", str(home / "nothing"))
    with pytest.raises(SuiteError, match=r"holds no Odoo 19\.0.*branch 19\.0"):
        odoo_source.from_variable()


def test_cache_is_used_when_whole(home):
    tree = make_tree(paths.ODOO / "root")
    facts = {"kind": "k", "python_path": str(tree), "version": "19.0", "addons_paths": []}
    marker = paths.ODOO / "source.json"
    marker.write_text(json.dumps({**facts, "recipe": odoo_source.RECIPE}))
    assert odoo_source.from_cache() == OdooSource("k", str(tree), "19.0", [])


@pytest.mark.parametrize(
    "broken",
    [
        None,
        "{",
        json.dumps({"recipe": 0, "kind": "k", "python_path": "x", "version": "19.0"}),
        json.dumps({"recipe": 1, "kind": "k", "python_path": "gone", "version": "19.0"}),
    ],
)
def test_broken_cache_is_not_used(home, broken):
    paths.ODOO.mkdir(parents=True)
    if broken is not None:
        (paths.ODOO / "source.json").write_text(broken)
    assert odoo_source.from_cache() is None


def test_half_done_download_is_thrown_away_and_redone(home, monkeypatch):
    """What an interrupted run left behind is not built upon."""
    left = paths.LOCAL / "odoo.building-x" / "left behind"
    left.mkdir(parents=True)

    def from_git(building):
        assert not (building / "left behind").exists()
        return odoo_source.read_tree(make_tree(building / "checkout"), "git clone")

    monkeypatch.setattr(odoo_source.DebianArchive, "why_not", staticmethod(lambda: "not here"))
    monkeypatch.setattr(odoo_source, "git_why_not", lambda: None)
    monkeypatch.setattr(odoo_source, "fetch_from_git", from_git)
    found = odoo_source.fetch()
    assert found.python_path == str(paths.ODOO / "checkout")
    assert odoo_source.from_cache() == found


def test_nothing_to_be_had_says_what_was_tried(home, monkeypatch):
    def fails(_building):
        raise SuiteError("no network")

    monkeypatch.setattr(odoo_source.DebianArchive, "why_not", staticmethod(lambda: "no apt-get"))
    monkeypatch.setattr(odoo_source, "git_why_not", lambda: None)
    monkeypatch.setattr(odoo_source, "fetch_from_git", fails)
    with pytest.raises(SuiteError, match="(?s)no apt-get.*no network.*ODOO_SOURCE"):
        odoo_source.fetch()


def test_dangling_links_are_refused(tmp_path):
    static = make_tree(tmp_path / "a") / "odoo" / "addons" / "web" / "static"
    static.mkdir(parents=True)
    (static / "jquery.js").symlink_to("../../../gone.js")
    with pytest.raises(SuiteError, match="jquery"):
        odoo_source.check_links(tmp_path / "a")


def test_absolute_links_of_packages_mean_the_unpacked_root(tmp_path):
    target = tmp_path / "usr" / "share" / "x.js"
    target.parent.mkdir(parents=True)
    target.write_text("x")
    link = tmp_path / "usr" / "lib" / "x.js"
    link.parent.mkdir()
    link.symlink_to("/usr/share/x.js")
    odoo_source.mend_root_links(tmp_path)
    assert link.read_text() == "x"
