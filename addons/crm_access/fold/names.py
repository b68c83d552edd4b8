"""Names of companies and people, as they are compared."""

import re
from functools import lru_cache
from itertools import groupby
from string import ascii_lowercase

from . import legal_forms
from .text import ASCII, fold


def _squeezed(table):
    return frozenset(fold(form).replace(" ", "") for form in legal_forms.entries(table))


FORMS, GLUED = _squeezed(legal_forms.FORMS), _squeezed(legal_forms.GLUED)
#: Two letters within a name are rather a part of it than a legal form.
ANYWHERE = {form for form in FORMS if len(form) > 2} - _squeezed(legal_forms.AT_ENDS) | {
    form for form in GLUED if len(form) > 2
}
FORMS |= GLUED
NOT_BEFORE = _squeezed(legal_forms.NOT_BEFORE)
#: How forms begin: where no form goes on, nothing more is looked at.
BEGINNINGS = {form[:length] for form in FORMS for length in range(1, len(form) + 1)}
#: In a name of ASCII without these words nothing is taken off or put together: most are so.
TO_LOOK_AT = BEGINNINGS | set(ascii_lowercase)
_GLUED = re.compile("|".join(sorted(map(re.escape, GLUED), key=len, reverse=True)))
#: A quotation mark in a word is a sign of abbreviation: בע"מ.
_ABBREVIATED = re.compile(r'(?<=[א-ת])"(?=[א-ת])')


#: What is entered where no name is known.
NOBODY = """
n/a | na | none | no | no name | noname | null | nil | unknown | not known | not available | tbd
test | x | xx | xxx | private | individual | self employed | company | no company | customer
brak | brak danych | nie dotyczy | nieznany | nieznana | firma | prywatnie | osoba prywatna
нет | нету | нет данных | неизвестно | не указано | физлицо | частное лицо | тест | немає | нема
невідомо | не вказано | приватна особа | không | không có | không biết | cá nhân | keine
keine angabe | unbekannt | privat | aucun | aucune | inconnu | particulier | ninguno | ninguna
desconocido | nessuno | sconosciuto | nenhum | desconhecido | žádný | neznámý | žiadny | yok
bilinmiyor
"""
_NOBODY = frozenset(fold(name) for name in legal_forms.entries(NOBODY))


def is_filler_name(folded):
    """Whether a folded name was entered only because the field asked for one."""
    return folded in _NOBODY or not any(map(str.isalpha, folded)) and len(set(folded)) == 1


def fold_name(name):
    """Return a name without marks, signs and legal form; what is nothing else stays whole.

    Folding twice changes nothing.
    """
    text = name or ""
    if text.isascii():
        words = text.lower().translate(ASCII).split()
        if TO_LOOK_AT.isdisjoint(words):
            return " ".join(words)
        return _strip(words)
    return _fold_name(text)


@lru_cache(maxsize=1 << 16)
def _fold_name(text):
    return _strip(_GLUED.sub(r" \g<0> ", fold(_ABBREVIATED.sub("", text))).split())


def _strip(words):
    """Take legal forms off and put initials together, until there is nothing more."""
    while (bare := _join_letters(_strip_forms(words))) != words:
        words = bare
    return " ".join(words)


def _strip_forms(words):
    """Take legal forms off: any at the ends, those that are nothing else within, too."""
    if BEGINNINGS.isdisjoint(words):
        return words
    kept, start = [], 0
    while start < len(words):
        length = _form_length(words, start) if words[start] in BEGINNINGS else 0
        if length:
            start += length
        else:
            kept.append(words[start])
            start += 1
    return kept or words


def _form_length(words, start):
    """How many words from here are one legal form, the longest; 0: none."""
    joined, longest = "", 0
    for end in range(start, len(words)):
        joined += words[end]
        if joined not in BEGINNINGS:
            break
        if start == 0:
            is_form = joined in FORMS and (joined not in NOT_BEFORE or end == len(words) - 1)
        else:
            is_form = joined in (FORMS if end == len(words) - 1 else ANYWHERE)
        if is_form:
            longest = end - start + 1
    return longest


def _join_letters(words):
    """Put initials together: "J. P. Morgan" is "JP Morgan"."""
    if min(map(len, words), default=2) > 1:
        return words
    joined = []
    runs = groupby(  # pylint: disable=bad-builtin-groupby  # neighbours only
        words, key=lambda word: len(word) == 1 and word.isalpha()
    )
    for is_letter, run in runs:
        letters = list(run)
        joined += ["".join(letters)] if is_letter else letters
    return joined
