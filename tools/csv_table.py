"""Reads a CSV file as people export it, whatever program made it.

Its encoding: what a mark at its beginning says, what the mapping says, UTF-16 by its empty bytes,
UTF-8, and last the code page whose language has the letters in it. Its separator: ``sep=`` in the
first line, what the mapping says, or the sign that parts the first line most often.
"""

import codecs
import csv
import io
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

csv.field_size_limit(2**24)

MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
SEPARATORS = ",;\t|"
NAMES = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

#: Code page → the letters beyond a to z of each language written in it, small. In the order in
#: which they are tried: of two that fit alike the first is taken.
ALPHABETS = {
    "cp1252": {
        "German": "äöüß",
        "French": "àâæçèéêëîïôœùûüÿ",
        "Spanish": "áéíñóúüºª",
        "Portuguese": "àáâãçéêíóôõúüºª",
        "Italian": "àèéìíîòóùú",
        "Dutch": "áéèëïíóöúü",
        "Swedish": "åäöé",
        "Danish": "æøåéö",
        "Finnish": "äöå",
        "Icelandic": "áðéíóúýþæö",
        "Catalan": "àçèéíïòóúü",
        "Estonian": "äõöüšž",
    },
    "cp1250": {
        "Polish": "ąćęłńóśźż",
        "Czech": "áčďéěíňóřšťúůýž",
        "Slovak": "áäčďéíĺľňóôŕšťúýž",
        "Hungarian": "áéíóöőúüű",
        "Romanian": "ăâîşţ",
        "Croatian": "čćđšž",
    },
    "cp1251": {
        "Russian": "абвгдеёжзийклмнопрстуфхцчшщъыьэюя",
        "Ukrainian": "абвгґдеєжзиіїйклмнопрстуфхцчшщьюя",
        "Belarusian": "абвгдеёжзійклмнопрстуўфхцчшыьэюя",
        "Serbian": "абвгдђежзијклљмнњопрстћуфхцчџш",
    },
    "cp1253": {"Greek": "αβγδεζηθικλμνξοπρσςτυφχψωάέήίόύώϊϋΐΰ"},
    "cp1254": {"Turkish": "çğıİöşüâîû"},
    "cp1257": {
        "Lithuanian": "ąčęėįšųūž",
        "Latvian": "āčēģīķļņšūž",
    },
    "cp1258": {
        "Vietnamese": "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ",
    },
}
#: Signs that stand in texts of all of them.
SIGNS = frozenset("\u00a0–—‘’‚“”„«»…€£§°·•№®©™²³½¼¾×±´¨¡¿†‰")
#: Those that nobody writes within a word.
WITHIN_WORDS_NEVER = SIGNS - frozenset("\u00a0–—’·")
#: Of a file in UTF-16, so many bytes tell which.
LOOKED_AT = 1 << 16
#: Of the letters, so many must be of one language, or nothing is guessed; and so many more than of
#: any language of another code page.
ENOUGH = 0.75
CLEARLY = 0.1
#: After the last line: a quotation that is never closed takes it in.
END = "\x01END\x01"


class TableError(Exception):
    """A file that cannot be read; the text names the file, the place and the way out."""


@dataclass
class Table:
    """A file that was read: its columns, and how.

    :ivar text: all of it, from the first line with columns on
    :ivar before: lines before that one
    """

    path: Path
    text: str
    encoding: str
    language: str
    separator: str
    before: int
    header: list[str]

    @property
    def read_as(self) -> str:
        """In words, where it is not what everybody expects; else an empty text."""
        words = []
        if self.encoding not in ("utf-8", "utf-8-sig", "ascii"):
            words.append(self.encoding + (f" ({self.language})" if self.language else ""))
        if self.separator != ",":
            words.append(f"separated by {NAMES.get(self.separator, repr(self.separator))}")
        return ", ".join(words)

    def rows(self) -> Iterator[tuple[int, list[str]]]:
        """Yield (line in the file, fields); lines without anything are left out.

        :raises TableError: for a quotation that never ends, or a field without measure
        """
        reader, line = self._reader(END), self.before + 1
        try:
            next(reader)
            for row in reader:
                if row == [END]:
                    return
                if END in row[-1:] or any(END in field for field in row):
                    raise TableError(
                        f"{self.path}, line {line + 1} or later: a quotation mark is opened and "
                        "never closed. Mend it, or export the file again."
                    )
                line = reader.line_num + self.before
                if any(field.strip() for field in row):
                    yield line, row
        except csv.Error as error:
            raise TableError(
                f"{self.path}, line {reader.line_num + self.before}: {error}. Look for a quotation "
                "mark that is opened and never closed, and export the file again."
            ) from None

    def _reader(self, end=""):
        text = self.text
        if end:
            text += ("" if text.endswith(("\n", "\r")) else "\n") + end
        lines = io.StringIO(text, newline="")
        return csv.reader(lines, delimiter=self.separator, strict=False)


def read_table(path: Path, encoding: str = "", separator: str = "") -> Table:
    """Read a file.

    :param encoding: where the mapping says it
    :param separator: likewise
    :raises TableError: when it cannot be read
    """
    data = path.read_bytes()
    text, encoding, language = decode(path, data, encoding)
    text = text.removeprefix("\ufeff")
    if "\0" in text:
        line = text[: text.index("\0")].count("\n") + 1
        raise TableError(
            f"{path}, line {line}: an empty character (NUL). The file is damaged, or no text; "
            "export it again as CSV in UTF-8."
        )
    before = 0
    first, _break, rest = text.partition("\n")
    said = first.strip().strip('"').lower()
    if said.startswith("sep=") and len(said) == len("sep=") + 1 or said == "sep=":
        separator = separator or first.strip().strip('"')[4:5] or "\t"
        text, before = rest, 1
    while text.strip() and not text.partition("\n")[0].strip(" \r,;|\t"):
        text, before = text.partition("\n")[2], before + 1
    separator = separator or find_separator(text)
    table = Table(path, text, encoding, language, separator, before, [])
    table.header = read_header(path, next(table._reader(), []))
    return table


def read_header(path: Path, fields: list[str]) -> list[str]:
    """The names of the columns.

    :raises TableError: when one is there twice, as capitals and blanks do not tell them apart
    """
    names = [" ".join(name.replace("\u00a0", " ").split()) for name in fields]
    count = Counter(_plain(name) for name in names if name)
    for name in names:
        if count[_plain(name)] > 1:
            places = [str(n) for n, one in enumerate(names, 1) if _plain(one) == _plain(name)]
            raise TableError(
                f"{path}: the column “{name}” is there {count[_plain(name)]} times (columns "
                f"{', '.join(places)}). Rename or delete all but one: which of them counts is not "
                "for a program to guess."
            )
    return names


def _plain(name: str) -> str:
    """A name without what nobody sees: capitals, width, kinds of accents, signs without width."""
    plain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", name).casefold())
    shown = "".join(char for char in plain if unicodedata.category(char) != "Cf")
    return " ".join(shown.split())


def find_separator(text: str) -> str:
    """The sign that parts the first line most often, outside of quotations.

    One with a blank after it rather belongs to a name: "city, state".
    """
    tight, all_signs, quoted = Counter(), Counter(), False
    for char, after in zip(text, text[1:] + " ", strict=False):
        if char == '"':
            quoted = not quoted
        elif not quoted and char in "\r\n":
            break
        elif not quoted and char in SEPARATORS:
            all_signs[char] += 1
            tight[char] += not after.isspace() or after in "\t\r\n"
    return max(SEPARATORS, key=lambda s: (tight[s], all_signs[s], -SEPARATORS.index(s)))


# Encodings -----------------------------------------------------------------------------


def decode(path: Path, data: bytes, said: str = "") -> tuple[str, str, str]:
    """Return (text, encoding, language that the encoding was told by, or "").

    :raises TableError: when no encoding fits
    """
    marked = next((name for mark, name in MARKS if data.startswith(mark)), "")
    if marked or said:
        return _decode_as(path, data, marked or said), marked or said, ""
    if wide := find_utf16(data[: len(data) // 2 * 2]):
        if len(data) % 2:
            raise _cut_off(path, data, len(data))
        return _decode_as(path, data, wide), wide, ""
    try:
        return data.decode("utf-8"), "utf-8", ""
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            raise _cut_off(path, data, error.start) from None
    return guess(path, data)


def _decode_as(path: Path, data: bytes, encoding: str) -> str:
    try:
        return data.decode(encoding)
    except LookupError:
        raise TableError(
            f"{path}: there is no encoding “{encoding}”. Write one such as utf-8, cp1250, cp1252 "
            "or utf-16 into the mapping."
        ) from None
    except UnicodeDecodeError as error:
        raise TableError(
            f"{path}, line {_line(data, error.start)}: not in {encoding} ({error.reason}). Say the "
            'right one in the mapping (encoding = "…"), or export the file again in UTF-8.'
        ) from None


def _cut_off(path: Path, data: bytes, place: int) -> TableError:
    return TableError(
        f"{path}, line {_line(data, place)}: the file ends in the middle of a character, so it was "
        "cut off. Export or copy it again."
    )


def _line(data: bytes, place: int) -> int:
    return data[:place].count(b"\n") + 1


def find_utf16(data: bytes) -> str:
    """UTF-16 without a mark: separators and line ends have an empty byte, before or after them."""
    if len(data) % 2 or b"\0" not in data:
        return ""
    part = data[:LOOKED_AT]
    pairs = list(zip(part[::2], part[1::2], strict=True))
    signs = set(b',;\t|\n\r "')
    little = sum(one in signs and not two for one, two in pairs)
    big = sum(two in signs and not one for one, two in pairs)
    if max(little, big) == 0:
        return ""
    return "utf-16-le" if little > big else "utf-16-be"


def guess(path: Path, data: bytes) -> tuple[str, str, str]:
    """The code page in which most letters are of one language.

    :raises TableError: when none fits
    """
    found: dict[str, tuple] = {}
    for encoding, languages in ALPHABETS.items():
        try:
            text = unicodedata.normalize("NFC", data.decode(encoding))
        except UnicodeDecodeError:
            continue
        strange = Counter(char for char in text if not char.isascii())
        total, odd = sum(strange.values()), _oddities(text)
        for language, letters in languages.items():
            fit = sum(
                count
                for char, count in strange.items()
                if char in SIGNS or char in letters or char.lower() in letters
            )
            value = (fit - odd) / total
            if text not in found or value > found[text][0]:
                found[text] = (value, encoding, language, odd)
    ranked = sorted(found.items(), key=lambda item: -item[1][0])
    if not ranked or ranked[0][1][0] < ENOUGH:
        raise TableError(
            f"{path}: the encoding is neither UTF-8 nor one that its letters tell. Say it in the "
            'mapping (encoding = "…"), or export the file again in UTF-8.'
        )
    text, (value, encoding, language, odd) = ranked[0]
    for _text, (near, other, second, other_odd) in ranked[1:]:
        if value - near < CLEARLY and other_odd <= odd:
            raise TableError(
                f"{path}: the encoding may be {encoding} ({language}) or {other} ({second}), so "
                'few letters do not tell. Say it in the mapping (encoding = "…"), or export the '
                "file again in UTF-8."
            )
    return text, encoding, language


def _oddities(text: str) -> int:
    """Neighbours that a wrong code page makes, and people hardly ever.

    A capital beyond ASCII after a small letter; a Latin letter beside one of another script.
    """
    count = 0
    for one, two, three in zip(text, text[1:], text[2:] + " ", strict=False):
        if two in WITHIN_WORDS_NEVER and one.isalpha() and three.isalpha():
            count += 2  # a sign within a word
        if one == "ς" and two.isalpha():
            count += 1  # stands at the end of a word
        if one.isascii() and two.isascii() or not (one.isalpha() and two.isalpha()):
            continue
        count += one.islower() and two.isupper() and not two.isascii()
        count += _is_latin(one) != _is_latin(two)
    return count


def _is_latin(char: str) -> bool:
    return char.isascii() or unicodedata.name(char, "").startswith("LATIN")
