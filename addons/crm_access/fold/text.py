"""Text without what looks alike or cannot be seen: capitals, marks, signs, kinds of blanks."""

import unicodedata
from functools import lru_cache

#: Letters that Unicode does not take apart, and what they are written as without them.
LETTERS = {
    "æ": "ae", "ǽ": "ae", "œ": "oe", "ß": "ss", "þ": "th", "đ": "d", "ð": "d", "ɖ": "d",
    "ł": "l", "ƚ": "l", "ø": "o", "ı": "i", "ȷ": "j", "ħ": "h", "ŧ": "t", "ŋ": "n", "ĸ": "k",
    "ɓ": "b", "ƀ": "b", "ɗ": "d", "ƒ": "f", "ǥ": "g", "ɠ": "g", "ɨ": "i", "ƙ": "k", "ɲ": "n",
    "ɵ": "o", "ɔ": "o", "ɛ": "e", "ə": "e", "ǝ": "e", "ƥ": "p", "ʉ": "u", "ʋ": "v", "ƴ": "y",
    "ƶ": "z", "ʒ": "z",
    # A mark that Unicode holds for a part of the letter.
    "ґ": "г", "ғ": "г", "қ": "к", "ҡ": "к", "ң": "н", "ұ": "у", "ү": "у", "ө": "о", "һ": "х",
    "ҳ": "х", "ҷ": "ч",
    # Arabic: one letter in several shapes, and the stroke that only stretches a word.
    "ة": "ه", "ى": "ي", "ی": "ي", "ک": "ك", "ـ": "",
}  # fmt: skip

#: Dropped within words: "O'Neill" is "ONeill", the Hebrew sign of abbreviation goes likewise.
#: Quotes are not among them, they stand around a name: ООО«Ромашка».
WITHIN = "'`´‘’‛′ʹʻʼʽˈ״׳"


def _is_mark(char):
    """Whether a combining sign only marks a letter; vowels of Indic and Thai letters do more.

    Unicode's combining classes: 1 overlays, 10 to 36 the points of Hebrew and Arabic, from 200
    accents. Between them are signs that make another letter: nukta, kana voicing, virama.
    """
    number = unicodedata.combining(char)
    return number == 1 or 10 <= number <= 36 or number >= 200


class _Plain(dict):
    """Character → what stays of it, worked out when it is first met."""

    def __missing__(self, number):
        char = chr(number)
        if char in LETTERS:
            plain = LETTERS[char]
        elif char in WITHIN:
            plain = ""
        else:
            plain = self._by_category(char)
        self[number] = plain
        return plain

    @staticmethod
    def _by_category(char):
        category = unicodedata.category(char)
        if category[0] == "M":
            # Variation selectors choose a shape, the joiner of graphemes shows nothing.
            return "" if _is_mark(char) or "\ufe00" <= char <= "\ufe0f" or char == "͏" else char
        if category in ("Cf", "Cc", "Cs", "Co", "Cn"):
            return " " if char in "\t\n\r\x0b\x0c\x1c\x1d\x1e\x1f\x85" else ""
        if category == "Nd":
            # A digit of another script is a digit all the same.
            return str(unicodedata.decimal(char))
        return char if category[0] in "LN" else " "


_PLAIN = _Plain()
#: The same of ASCII, whole: Python translates quickest what it needs not ask for.
ASCII = {number: _PLAIN[number] or None for number in range(128)}


def fold(text):
    """Return the text as it is compared: lower case, no marks or signs, one blank between words.

    What two people see as the same comes out the same, and folding twice changes nothing.
    """
    plain = text or ""
    if plain.isascii():
        return " ".join(plain.lower().translate(ASCII).split())
    return _fold(plain)


@lru_cache(maxsize=1 << 16)
def _fold(plain):
    while (once := _fold_once(plain)) != plain:
        if once.isascii():
            return once
        plain = once
    return plain


def _fold_once(text):
    apart = unicodedata.normalize("NFKD", text).casefold()
    plain = unicodedata.normalize("NFKD", apart).translate(_PLAIN)
    return " ".join(unicodedata.normalize("NFC", plain).split())
