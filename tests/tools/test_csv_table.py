"""CSV files as people's programs write them: encodings, separators, headers, damage."""

import random

import pytest
from csv_table import ALPHABETS, TableError, decode, read_table
from import_mapping import BETWEEN, Load, Mapping, MappingError, render

#: Language → code page of its Windows, and companies, people and towns as they are written in it.
NAMES = {
    "Polish": ("cp1250", ["Zażółć gęślą jaźń Sp. z o.o.", "Łódź", "Świętochłowice", "Żaneta Ćwik"]),
    "Czech": ("cp1250", ["Dvořák a synové, s.r.o.", "Jiří Žižka", "Plzeň", "Kůň úpěl"]),
    "Slovak": ("cp1250", ["Ľubomír Ďurica", "Košice", "Tŕnistá 5", "Ružomberok, Štúrova"]),
    "Hungarian": ("cp1250", ["Győri Kft.", "Székesfehérvár", "Őrség", "Árvíztűrő tükörfúrógép"]),
    "Croatian": ("cp1250", ["Đurđević d.o.o.", "Šibenik", "Čakovec", "Žarko Đokić"]),
    "German": ("cp1252", ["Müller & Söhne GmbH", "Köln", "Straßburger Großhandel", "Fürth"]),
    "French": ("cp1252", ["Hôtel de l'Œuvre", "Besançon", "Société Générale", "Liège"]),
    "Spanish": ("cp1252", ["Peñarroya S.A.", "Logroño", "Gutiérrez Núñez", "Cádiz"]),
    "Portuguese": ("cp1252", ["São João Ltda", "Conceição", "Três Corações", "Évora"]),
    "Swedish": ("cp1252", ["Åkerström AB", "Göteborg", "Växjö", "Örebro Järn"]),
    "Danish": ("cp1252", ["Sørensen ApS", "Ærøskøbing", "Århus", "Færch"]),
    "Russian": ("cp1251", ["ООО «Ромашка»", "Нижний Новгород", "Пётр Щукин", "Йошкар-Ола"]),
    "Ukrainian": ("cp1251", ["ТОВ «Їжак»", "Київ", "Ґудзь Євген", "Івано-Франківськ"]),
    "Serbian": ("cp1251", ["Ђорђе Његош", "Ниш", "Љубиша Ћосић", "Џунић"]),
    "Greek": ("cp1253", ["Αφοί Παπαδόπουλοι Ο.Ε.", "Θεσσαλονίκη", "Γιώργος", "Πάτρα"]),
    "Turkish": ("cp1254", ["Yıldız Şirketi", "İstanbul", "Güneş Çağlar", "Iğdır"]),
    "Lithuanian": ("cp1257", ["Žemaitijos pienas", "Šiauliai", "Ąžuolų gatvė", "Kėdainiai"]),
    "Latvian": ("cp1257", ["Rīgas piens", "Jēkabpils", "Ķekava", "Ģirts Šķēle"]),
}
WIDE = ["公司名称", "株式会社", "บริษัท จำกัด", "Công ty Cổ phần", "شركة", "בע״מ", "Zażółć"]


def write(tmp_path, text, encoding="utf-8", mark=b""):
    path = tmp_path / "accounts.csv"
    path.write_bytes(mark + text.encode(encoding))
    return path


def table_of(names, separator=","):
    lines = [separator.join(("name", "city", "note"))]
    lines += [separator.join((f'"{name}"', f'"{name[:9]}"', "x")) for name in names]
    return "\r\n".join(lines) + "\r\n"


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
@pytest.mark.parametrize("language", NAMES)
def test_code_pages(tmp_path, language, separator):
    encoding, names = NAMES[language]
    table = read_table(write(tmp_path, table_of(names, separator), encoding))
    assert [row[0] for _line, row in table.rows()] == names
    assert table.separator == separator
    assert table.header == ["name", "city", "note"]
    assert table.encoding in table.read_as


@pytest.mark.parametrize("language", NAMES)
@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("utf-16-be", b""),
    ],
)
def test_unicode(tmp_path, language, encoding, mark):
    names = NAMES[language][1] + WIDE
    table = read_table(write(tmp_path, table_of(names, ";"), encoding, mark))
    assert [row[0] for _line, row in table.rows()] == names


def test_chance(tmp_path):
    """Words of a language, put together by chance: read rightly or refused, never otherwise."""
    chance = random.Random(3)
    right, all_of_them = 0, 0
    for encoding, languages in ALPHABETS.items():
        for language, letters in languages.items():
            if encoding == "cp1258":
                continue  # writes its marks apart: see below
            plain = "aeiostnr" if encoding not in ("cp1251", "cp1253") else ""
            for _number in range(20):
                words = [
                    "".join(chance.choice(letters + plain) for _letter in range(7))
                    for _word in range(30)
                ]
                data = "\n".join(["name", *words]).encode(encoding)
                all_of_them += 1
                try:
                    text, found, _language = decode(tmp_path, data)
                except TableError:
                    continue
                assert text.split("\n")[1:] == words, (language, found)
                right += 1
    assert right > 0.8 * all_of_them


def test_vietnamese_with_marks_apart(tmp_path):
    data = "name\nCông ty Đà\nHà Nội".replace("ộ", "ô\u0323").encode("cp1258")
    text, encoding, _language = decode(tmp_path, data)
    assert (text.split("\n")[2], encoding) == ("Hà Nội", "cp1258")


@pytest.mark.parametrize(
    ("text", "separator", "rows"),
    [
        ("sep=;\nname;city\nA,B;C\n", ";", [["A,B", "C"]]),
        ("SEP=\t\r\nname\tcity\r\nA\tB\r\n", "\t", [["A", "B"]]),
        ('"sep=|"\nname|city\nA|B\n', "|", [["A", "B"]]),
        ("sep=,\nname;x,city\nA,B\n", ",", [["A", "B"]]),
        ("name;city, state\nA;B, C\n", ";", [["A", "B, C"]]),
        ('"a;b;c",city\nA,B\n', ",", [["A", "B"]]),
        ("name\nA\n", ",", [["A"]]),
        ("\n\n;;\nname;city\n\nA;B\n;\n", ";", [["A", "B"]]),
        ('name;city\n"A ""x"";\ny";B\n', ";", [['A "x";\ny', "B"]]),
        ("name;city\rA;B\r", ";", [["A", "B"]]),
        ("name;city\nA;B", ";", [["A", "B"]]),
    ],
)
def test_separators(tmp_path, text, separator, rows):
    table = read_table(write(tmp_path, text))
    assert table.separator == separator
    assert [row for _line, row in table.rows()] == rows


def test_lines_are_those_of_the_file(tmp_path):
    table = read_table(write(tmp_path, 'sep=;\nname;city\n"A\nB";C\n\nD;E\n'))
    assert [line for line, _row in table.rows()] == [4, 6]


@pytest.mark.parametrize(
    "header",
    [
        "name,city,name",
        "Name,city,NAME",
        " name ,city,name",
        "name,city,na\u00a0me ,na me",
        "ß,SS",
        "name,ｎame",
        "é,e\u0301",
        "n\u200bame,name",
    ],
)
def test_a_column_named_twice_is_refused(tmp_path, header):
    with pytest.raises(TableError, match="is there 2 times") as caught:
        read_table(write(tmp_path, f"{header}\nA,B,C\n"))
    assert "accounts.csv" in str(caught.value)


def test_empty_columns_are_none(tmp_path):
    mapping = Mapping("x", "", {}, {}, [], tmp_path)
    path = write(tmp_path, "name;city;;\nA;B;;\nC;D;;E\nF\nG;H;;;;\n")
    rows = list(mapping.read(path))
    assert [row["name"] for row in rows] == ["A", "C", "F", "G"]
    problems = [row.get("_problem", "") for row in rows]
    assert problems[0] == problems[3] == ""
    assert "too many: E" in problems[1]
    assert problems[2] == "1 fields where the first line has 4"


#: Single words, which several code pages may hold: they are read rightly or not at all.
WORDS = {
    "cp1250": "Gdańsk Wrocław Nováček Győr Łódź Šibenik Timiş Żółć Ružomberok Świnoujście Čakovec",
    "cp1251": "Минск Київ Ниш Ђорђе Пётр Їжак Щукин Ґудзь",
    "cp1252": "Köln Besançon Peñarroya São Ærø Växjö Über Façade Liège Århus",
    "cp1253": "Πάτρα Αθήνα Γιώργος Λάρισα",
    "cp1254": "Şahin Iğdır Çağlar Yıldız İzmir",
    "cp1257": "Rīga Šiauliai Ģirts Kėdainiai Žemaitija",
}


@pytest.mark.parametrize(
    ("encoding", "word"), [(code, word) for code in WORDS for word in WORDS[code].split()]
)
def test_one_word_is_read_rightly_or_not_at_all(tmp_path, encoding, word):
    path = write(tmp_path, f"name;city\n{word};x\n", encoding)
    try:
        table = read_table(path)
    except TableError as error:
        assert "in the mapping" in str(error)
    else:
        assert [row[0] for _line, row in table.rows()] == [word]
    assert [row[0] for _line, row in read_table(path, encoding).rows()] == [word]


@pytest.mark.parametrize("data", [b"", b"\xef\xbb\xbf", b"\n\n", b"sep=;\n"])
def test_nothing_is_no_error(tmp_path, data):
    path = tmp_path / "accounts.csv"
    path.write_bytes(data)
    assert list(read_table(path).rows()) == []


def test_a_quotation_that_never_ends(tmp_path):
    path = write(tmp_path, 'name,city\nA,B\n"C,D\nE,F\n')
    with pytest.raises(TableError, match="line 3 or later: a quotation mark"):
        list(read_table(path).rows())
    path = write(tmp_path, 'name,size\nDisk,5"\n"B ""x""",y')
    assert [row for _line, row in read_table(path).rows()] == [["Disk", '5"'], ['B "x"', "y"]]


@pytest.mark.parametrize(
    ("data", "said", "words"),
    [
        ("name\nŻ".encode()[:-1], "", "line 2: the file ends in the middle of a character"),
        ("name;city\nA;B".encode("utf-16-le")[:-1], "", "ends in the middle of a character"),
        ("name\nŻółć".encode()[:-1], "", "line 2: the file ends in the middle of a character"),
        (b"name,city\nA\0B,C\n", "", "line 2: an empty character"),
        ("name\nŻółć\n".encode("cp1250"), "utf-8", "line 2: not in utf-8"),
        ("name\nŻółć\n".encode(), "klingon", "no encoding “klingon”"),
        (b"name\n" + bytes(range(0x80, 0x100)) * 3, "", "Say it in the mapping"),
        (b"\xff\xfen\0a\0m\0e\0\n\0A", "", "not in utf-16"),
    ],
)
def test_damage_is_told(tmp_path, data, said, words):
    path = tmp_path / "accounts.csv"
    path.write_bytes(data)
    with pytest.raises(TableError) as caught:
        read_table(path, said)
    assert words in str(caught.value)
    assert "accounts.csv" in str(caught.value)


def test_what_the_mapping_says_counts(tmp_path):
    path = write(tmp_path, "name;city, x\nЖ;B\n", "koi8-r")
    table = read_table(path, "koi8-r", ";")
    assert [row for _line, row in table.rows()] == [["Ж", "B"]]
    mapping = Mapping("x", "", {"accounts.csv": ["nom"]}, {}, [], tmp_path, "koi8-r", ";")
    with pytest.raises(MappingError, match="has no column nom"):
        mapping.check_folder(tmp_path)


@pytest.mark.parametrize(
    ("template", "row", "text"),
    [
        ("{given} {family}", {"given": "Anna", "family": "Nowak"}, "Anna Nowak"),
        ("{given} {family}", {"given": "", "family": "Nowak"}, "Nowak"),
        ("{given} {family}", {"given": "Anna", "family": ""}, "Anna"),
        ("{given} {family}", {"given": "", "family": ""}, ""),
        ("{family}, {given}", {"given": "Anna", "family": ""}, "Anna"),
        ("{family}, {given}", {"given": "", "family": "Nowak"}, "Nowak"),
        ("{a} {b} {c}", {"a": "X", "b": "", "c": "Z"}, "X Z"),
        ("{zip} {city}, {state}", {"zip": "", "city": "Łódź", "state": ""}, "Łódź"),
        ("{given} ({family})", {"given": "Anna", "family": "Nowak"}, "Anna (Nowak)"),
        ("{given} ({family})", {"given": "Anna", "family": ""}, "Anna"),
        ("{given} ({family})", {"given": "", "family": "Nowak"}, "(Nowak)"),
        ("{given} ({nick}) {family}", {"given": "Anna", "nick": "", "family": "N"}, "Anna N"),
        ("{given} ({nick}) {family}", {"given": "", "nick": "Ania", "family": "N"}, "(Ania) N"),
        ("{given} „{nick}” {family}", {"given": "A", "nick": "B", "family": ""}, "A „B”"),
        ("{given} («{nick}»)", {"given": "A", "nick": "B"}, "A («B»)"),
        ("{given} [{family}]", {"given": "", "family": ""}, ""),
        # Brackets that are not closed are words like others.
        ("{given} ({family}", {"given": "A", "family": ""}, ""),
        # One column, a reference, a domain: empty as a whole.
        ("Contract {number}", {"number": ""}, ""),
        ("{amount} for {product}", {"amount": "5", "product": ""}, ""),
        ("{a:slug}{b:slug}", {"a": "X", "b": ""}, ""),
        ("[('x', '=', {office:literal})]", {"office": ""}, ""),
    ],
)
def test_parts_of_a_text(template, row, text):
    assert render(template, row) == text


def test_ids_are_whole_or_none():
    mapping = Mapping("x", "", {}, {}, [], None)
    assert mapping.external_id("{given} {family}", {"given": "", "family": "Nowak"}) == ""
    assert BETWEEN.fullmatch(", ")
    assert Load("t", "f", "m", "{a}", {}).batch > 0
