"""Phone numbers, as they are compared."""

import re
import unicodedata

#: What a spreadsheet makes of a long number: 4.82212E+10, 48221234574.0.
_CUT = re.compile(r"[+']?\d+([.,]\d*)?[eе][+-]?\d+|[+']?\d{6,}[.,]0{1,2}", re.IGNORECASE)
#: One number without anything besides: most are.
_ONE = re.compile(r"\+?\d*[ .-]?(?:\(\d{1,5}\))?(?:[ .-]?\d)+", re.ASCII)
#: Between two numbers; a single slash, tab or zeros may also part one number.
_BETWEEN = re.compile(r"[,;|\n]|[^\W\d_]{2,}\.?:?|(?<=\d)\s*(?=\+)")
_SLASH = re.compile(r"\s*[/\\\t]\s*|\s+-\s+|&|\s(?=00[1-9])")
_EXTENSION = re.compile(
    r"(?:\b(?:ext|extension|wew|w|x|доб|вн|poste|klapka|int|máy lẻ)\b|#)[.:\s]*\d{1,6}\W*$",
    re.IGNORECASE,
)
#: A number has that many digits at least, and at most (a national one with its country).
SHORTEST, LONGEST = 7, 15
_NO_DIGIT = re.compile(r"[^0-9]+")
_UPWARDS = "01234567890123456789"
_SEQUENCES = _UPWARDS, _UPWARDS[::-1]
#: Calling codes of two digits; 1 and 7 have one, all others three.
TWO_DIGITS = """
20 27 30 31 32 33 34 36 39 40 41 43 44 45 46 47 48 49 51 52 53 54 55 56 57 58 60 61 62 63 64 65
66 81 82 84 86 90 91 92 93 94 95 98
"""
_TWO_DIGITS = frozenset(TWO_DIGITS.split())


def phone_keys(text, sanitized="", sanitize=None):
    """Return the numbers in a text, each as it is compared; fillers are none.

    :param sanitized: the number with its country, where Odoo could make it of the whole text
    :param sanitize: function that tries the same with a part of the text
    :rtype: list
    """
    if sanitized and _ONE.fullmatch(text or "") and not _CUT.fullmatch(text):
        return [] if is_filler(sanitized) else [_key(sanitized)]
    plain = unicodedata.normalize("NFKC", text or sanitized or "").strip()
    if _CUT.fullmatch(re.sub(r"\s", "", plain)):
        return []
    parts = split(plain)
    if parts == [plain]:
        # Odoo has tried this one already; of an extension it may make a part of the number.
        found = [sanitized or plain]
    elif sanitize:
        found = [sanitize(part) or part for part in parts]
    else:
        found = [sanitized] if sanitized and len(parts) == 1 else parts
    return list(dict.fromkeys(_key(number) for number in found if not is_filler(number)))


def split(text):
    """Return the numbers in a text as they are written: one, unless there are clearly several."""
    bare = _EXTENSION.sub("", text)
    parts = [part for piece in _BETWEEN.split(bare) for part in _split_slash(piece)]
    parts = [part.strip() for part in parts if _is_long(part)]
    return parts or [bare]


def _split_slash(text):
    parts = _SLASH.split(text)
    return parts if len(parts) > 1 and all(map(_is_long, parts)) else [text]


def _is_long(text):
    return len(_digits(text)) >= SHORTEST


def _digits(text):
    if text.isascii():
        return _NO_DIGIT.sub("", text)
    # A digit of another script is a digit all the same.
    return "".join(str(unicodedata.decimal(char)) for char in text if char.isdecimal())


def _key(number):
    # "00" is the "+" of those who have no such key.
    digits = _digits(number)
    return "+" + (digits[2:] if digits.startswith("00") else digits)


def is_filler(number):
    """Whether a number is none: too short or long, one digit all over, or one after the other."""
    digits = _key(number)[1:]
    if not SHORTEST <= len(digits) <= LONGEST:
        return True
    length = 1 if digits[0] in "17" else 2 if digits[:2] in _TWO_DIGITS else 3
    has_code = number.strip().startswith(("+", "00"))
    return _is_pattern(digits) or has_code and _is_pattern(digits[length:])


def _is_pattern(digits):
    return len(set(digits)) == 1 or (
        len(digits) > 5 and any(digits in sequence for sequence in _SEQUENCES)
    )
