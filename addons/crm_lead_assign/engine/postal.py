"""Postal codes as people write them: which codes a list of codes, ranges and beginnings holds.

A part becomes a regular expression that Python and PostgreSQL read alike, on codes brought into
one form (``normalise`` here, the same in SQL beside the search).
"""

import re
import unicodedata
from dataclasses import dataclass

#: Formats with a dash inside, by country: the numbers of digits before and after it (Universal
#: Postal Union, "Addressing systems"; KR: until 2015).
DASHED = {
    "BR": {(5, 3)},
    "CL": {(3, 4)},
    "IN": {(3, 3)},
    "IR": {(5, 5)},
    "JP": {(3, 4)},
    "KR": {(3, 3)},
    "LB": {(4, 4)},
    "PL": {(2, 3)},
    "PT": {(4, 3)},
    "SA": {(5, 4)},
    "TW": {(3, 2), (3, 3)},
    "US": {(5, 4)},
}
ANY_DASHED = {pair for pairs in DASHED.values() for pair in pairs if pair[0] != pair[1]}
#: Letters that are written before the digits and are no part of the code: D-10115, LV-1010.
PREFIXES = (
    "AD|AT|AZ|A|BE|BG|B|CH|CY|CZ|DE|DK|D|EE|ES|FI|FR|F|GR|HR|HU|H|IT|I|LT|LU|LV|L|MD|NL|NO|N|PL|"
    "PT|RO|SE|SI|SK|S"
)
#: (pattern, replacement) in the order in which they bring a code into one form: capital letters
#: and digits with single blanks. The parts of British, Canadian and American codes are set apart.
STEPS = (
    (r"[^A-Z0-9]+", " "),
    (r"^ | $", ""),
    (rf"^(?:{PREFIXES}) ?(?=[0-9][0-9 ]{{3,6}}(?: [A-Z]{{2}})?$)", ""),
    (r"^([A-Z]{1,2}[0-9][A-Z0-9]?)([0-9][A-Z]{2})$", r"\1 \2"),
    (r"^([A-Z][0-9][A-Z])([0-9][A-Z][0-9])$", r"\1 \2"),
    (r"^([0-9]{5})([0-9]{4})$", r"\1 \2"),
)
#: Ranges of so many digits are ranges of beginnings: no country has codes so short and longer ones.
SHORT = 3
DASHES = re.compile(r"[‐‑‒–—―−﹣-]")
SEPARATORS = re.compile(r"[,;\n\r]+")
ALLOWED = re.compile(r"[A-Z0-9](?:[A-Z0-9 -]*[A-Z0-9])?(?:[ -]?\*)?")
AREA = re.compile(r"([A-Z]+)([0-9]+)[A-Z]*")


class PostalError(ValueError):
    """A part that can't be read; ``ends`` are those of a range that runs backwards."""

    def __init__(self, part: str, ends: tuple[str, ...] = ()):
        super().__init__(part)
        self.part = part
        self.ends = ends


@dataclass(frozen=True)
class Part:
    """A code, a range or a beginning.

    :ivar pattern: what a normalised code must match; its group is what is compared
    :ivar low: the group is at least this, without blanks; an int compares as a number
    :ivar high: and at most this; both None where nothing is compared
    """

    pattern: str
    low: str | int | None = None
    high: str | int | None = None

    def holds(self, code: str) -> bool:
        found = re.search(self.pattern, normalise(code))
        if not found or self.low is None:
            return bool(found)
        value = found[1].replace(" ", "")
        return self.low <= (int(value) if isinstance(self.low, int) else value) <= self.high


def normalise(code: str) -> str:
    """Bring a code into the form that parts are compared in."""
    code = unicodedata.normalize("NFKC", code).upper()
    for pattern, replacement in STEPS:
        code = re.sub(pattern, replacement, code)
    return code


def split(text: str) -> list[str]:
    """Split a list of codes into its parts, as they are written."""
    return [part.strip() for part in SEPARATORS.split(text or "") if part.strip()]


def parse(text: str, countries=()) -> list[Part]:
    """Read a list of codes, ranges and beginnings.

    :param countries: ISO codes of the countries meant; they say what a dash means
    :raises PostalError: with the first part that can't be read
    """
    return [parse_part(part, countries) for part in split(text)]


def say_plainly(text: str, countries=()) -> list[str]:
    """Write the parts so that they mean the same whatever the country: 12345 67890, 10 - 19."""
    plain = []
    for written in split(text):
        part = clean(written)
        ends = find_ends(part, countries)
        plain.append(" - ".join(ends) if ends else part.replace("-", " "))
    return plain


def clean(written: str) -> str:
    """Bring dashes, blanks and letters of a part into one form.

    :raises PostalError: for characters that are in no code
    """
    part = unicodedata.normalize("NFKC", DASHES.sub("-", written)).upper()
    part = re.sub(r"\s+", " ", DASHES.sub("-", part)).strip()
    if not ALLOWED.fullmatch(part):
        raise PostalError(written)
    return part


def parse_part(written: str, countries=()) -> Part:
    part = clean(written)
    if part.endswith("*"):
        return Part("^" + spaced(normalise(part[:-1]) or part[:-1]))
    ends = find_ends(part, countries)
    if not ends:
        return code_part(part)
    low, high = (normalise(end).replace(" ", "") for end in ends)
    return range_part(written, low, high)


def find_ends(part: str, countries) -> list[str] | None:
    """Find the two ends of a range; None for a code with a dash inside.

    With blanks around it, a dash is always that of a range; between digits without blanks it is
    that of a code where some country, or one of those meant, writes codes so.
    """
    if part.endswith("*"):
        return None
    for ends in (re.split(r" +- *| *- +", part), halves(part)):
        if len(ends) == 2:
            return ends
    ends = part.split("-")
    if len(ends) != 2:
        return None
    low, high = ends
    if low.isdigit() and high.isdigit():
        pair = len(low), len(high)
        dashed = set().union(*(DASHED.get(country, ()) for country in countries)) | ANY_DASHED
        return None if pair in dashed else ends
    # 1999-ZZ and EC1A-1BB are codes; EC1-EC4, K1A-K9Z and 1000AA-1099ZZ are ranges.
    alike = shape_of(low) == shape_of(high)
    return ends if alike or AREA.fullmatch(low) and AREA.fullmatch(high) else None


def halves(part: str) -> list[str]:
    """The ends of 00-001-05-999."""
    pieces = part.split("-")
    middle = len(pieces) // 2
    if len(pieces) != 4:
        return []
    return ["-".join(pieces[:middle]), "-".join(pieces[middle:])]


def code_part(part: str) -> Part:
    """The code itself, and what is written after it: 94105-1234 is in 94105, EC1A 1BB in EC1."""
    code = normalise(part)
    return Part("^" + spaced(code) + end_of(code))


def range_part(written: str, low: str, high: str) -> Part:
    areas = AREA.fullmatch(low), AREA.fullmatch(high)
    numbered = all(areas) and low[-1].isdigit() and high[-1].isdigit()
    if numbered and areas[0][1] == areas[1][1]:
        numbers = int(areas[0][2]), int(areas[1][2])
        check_order(written, numbers, (low, high))
        return Part(f"^{spaced(areas[0][1])} ?([0-9]+)(?![0-9])", *numbers)
    if shape_of(low) != shape_of(high):
        raise PostalError(written)
    check_order(written, (low, high), (low, high))
    short = low.isdigit() and len(low) <= SHORT
    pattern = " ?".join(shape_of(low))
    return Part(f"^({pattern})" + ("" if short else end_of(low)), low, high)


def check_order(written: str, ends: tuple, told: tuple[str, str]) -> None:
    if ends[0] > ends[1]:
        raise PostalError(written, told[::-1])


def shape_of(code: str) -> list[str]:
    return ["[0-9]" if char.isdigit() else "[A-Z]" for char in code]


def spaced(code: str) -> str:
    """The code as a pattern, whatever blanks are between its characters."""
    return " ?".join(code.replace(" ", ""))


def end_of(code: str) -> str:
    """Nothing may follow that belongs to the same number, or word."""
    return "(?![0-9])" if code[-1].isdigit() else "(?![A-Z0-9])"
