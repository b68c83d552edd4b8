"""Mapping files: templates, references, and errors that name the mend."""

import re
from pathlib import Path

import pytest
from import_mapping import (
    MAPPINGS,
    Load,
    MappingError,
    find_mapping,
    read_mapping,
    render,
    slug,
)

GOOD = """
[format]
name = "mine"
[format.files]
"a.csv" = ["name", "kind", "boss"]
[values.kind]
technolgy = "technology"
[[load]]
title = "Things"
file = "a.csv"
model = "res.partner"
id = "thing_{name}"
[load.columns]
name = "{name}"
"parent_id/id" = "thing_{boss}"
"category_id/id" = ["kind_{kind}", "base.some_tag"]
active = { column = "kind", map = { gone = "False" }, default = "True" }
"""


@pytest.fixture
def mapping(tmp_path):
    def write(text: str = GOOD):
        path = tmp_path / "mapping.toml"
        path.write_text(text, encoding="utf-8")
        return read_mapping(path)

    return write


def value(mapping, column, **row):
    return mapping.value(column, mapping.loads[0].columns[column], row)


def test_text_with_columns(mapping):
    assert value(mapping(), "name", name="Acme") == "Acme"


def test_text_that_names_an_empty_column_is_empty(mapping):
    assert render("{a} for {b}", {"a": "x", "b": ""}) == ""


def test_references_are_external_ids_of_this_import(mapping):
    assert value(mapping(), "parent_id/id", boss="Acme Sons") == "mine.thing_acme_sons"


def test_no_half_references(mapping):
    assert value(mapping(), "parent_id/id", boss="") == ""
    assert value(mapping(), "category_id/id", kind="") == "base.some_tag"


def test_choice_by_value(mapping):
    assert value(mapping(), "active", kind="gone") == "False"
    assert value(mapping(), "active", kind="other") == "True"


def test_values_are_mended_and_stripped_when_read(mapping, tmp_path):
    (tmp_path / "a.csv").write_text("name,kind,boss\n Acme ,technolgy,\n", encoding="utf-8")
    read = mapping()
    assert list(read.rows(read.loads[0], tmp_path)) == [
        {"name": "Acme", "kind": "technology", "boss": "", "_line": "2"}
    ]


def test_byte_order_mark_and_blanks_in_the_first_line(mapping, tmp_path):
    (tmp_path / "a.csv").write_bytes(b"\xef\xbb\xbfname, kind ,boss\nAcme,x,y\n")
    read = mapping()
    [row] = read.rows(read.loads[0], tmp_path)
    assert (row["name"], row["kind"]) == ("Acme", "x")


@pytest.mark.parametrize(
    ("line", "words"),
    [
        ("Acme, Inc,x,y", "4 fields where the first line has 3; too many: y"),
        ("Acme,x", "2 fields where the first line has 3"),
        ("Ac\x0bme,x,y", "control character in name"),
    ],
)
def test_rows_of_a_wrong_form_are_a_problem(mapping, tmp_path, line, words):
    (tmp_path / "a.csv").write_text(f"name,kind,boss\n{line}\n", encoding="utf-8")
    read = mapping()
    [row] = read.rows(read.loads[0], tmp_path)
    assert words in read.loads[0].problem(row)


def test_another_encoding_is_read_and_told(mapping, tmp_path):
    """The encodings themselves: test_csv_table.py."""
    (tmp_path / "a.csv").write_bytes("name,kind,boss\nGrün,x,y\n".encode("cp1252"))
    read = mapping()
    [row] = read.rows(read.loads[0], tmp_path)
    assert row["name"] == "Grün"
    assert read.read_as["a.csv"] == "cp1252 (German)"


def test_quoted_for_a_domain():
    assert render("[('x', '=', {a:literal})]", {"a": "O'Hare"}) == """[('x', '=', "O'Hare")]"""


def test_where():
    load = Load("t", "f", "m", "i", {}, where={"stage": ["Won", "Lost"], "boss": "*"})
    assert load.takes({"stage": "Won", "boss": "Ann"})
    assert not load.takes({"stage": "Won", "boss": ""})
    assert not load.takes({"stage": "Open", "boss": "Ann"})


def test_slugs_keep_different_names_apart():
    assert slug("GTX Plus Pro") == "gtx_plus_pro"
    names = ["A B", "A-B", "A, B", "AB", "北京公司", "上海公司", "Київ", "Nam-zim", "Namzim"]
    assert len({slug(name) for name in names}) == len(names)
    assert all(re.fullmatch(r"[a-z0-9_]+", slug(name)) for name in names)
    assert slug("Acme") == slug("ACME")


@pytest.mark.parametrize(
    ("broken", "words"),
    [
        ("[format", "not valid TOML"),
        (GOOD.replace("{boss}", "{chief}"), "names chief"),
        (GOOD.replace('file = "a.csv"', 'file = "b.csv"'), "unlisted b.csv"),
        (GOOD.replace("title =", "titel ="), "titel"),
        (GOOD.replace("[format]\nname", "[format]\nnom"), "name"),
    ],
)
def test_broken_mapping_says_what_is_wrong(mapping, broken, words):
    with pytest.raises(MappingError, match=words):
        mapping(broken)


def test_missing_file_and_missing_column_are_named(mapping, tmp_path):
    read = mapping()
    with pytest.raises(MappingError, match=r"has no a\.csv"):
        read.check_folder(tmp_path)
    (tmp_path / "a.csv").write_text("name,kind\n", encoding="utf-8")
    with pytest.raises(MappingError, match="has no column boss.*name, kind"):
        read.check_folder(tmp_path)


def test_shipped_mappings_are_valid():
    for path in MAPPINGS.glob("*.toml"):
        assert read_mapping(path).loads


def test_a_folder_finds_its_mapping(tmp_path):
    with pytest.raises(MappingError, match="no known format fits"):
        find_mapping(tmp_path)
    with pytest.raises(MappingError, match="not a folder"):
        find_mapping(tmp_path / "missing")
    (tmp_path / "mapping.toml").write_text(GOOD, encoding="utf-8")
    assert find_mapping(tmp_path) == tmp_path / "mapping.toml"


def test_the_real_set_finds_its_mapping(maven_folder):
    assert find_mapping(maven_folder) == Path(MAPPINGS / "maven_crm.toml")
