"""One thing has one word, in every language: across addons, and in names and sentences alike."""

import re
from collections import defaultdict

import polib
import pytest
from suite import paths, translations

ADDONS = (*paths.SUITE_ADDONS, *paths.bridges())

#: Terms that mean two things, whatever the language.
HOMONYMS = {
    "From",  # a source, a day, a number
    "To",  # a group, a day
    "Since",  # in a group, by the days of a run
    "Until",
    "Open",  # deals, an access, a state
    "Problem",  # a step of the ladder, a fault of a rule
    "Message",  # of marketing, an e-mail
    "Responsible",  # for a group, for the record itself
    "Shared by all companies",  # of a directorate, of a type: genders
    "contacts",  # after a number, in a column of cards
    "deals",  # after a number, in a list of what counts
    "points",  # of a score, of percents
    "is after",  # of a day, of a day and time
    "is at least",
    "is before",
    "is until",
}
#: By language: (English, what its translation must not be called).
WRONG = {
    "ru": [
        # Odoo's own word is "Salesperson"; the owner of a contact is its "Ответственный".
        (r"(?<!Card )\bowners?\b", r"владел"),
        # Persons are mostly employees of companies, not private individuals.
        (r"\bpersons?\b", r"частн\w+ лиц"),
        (r"^points$", r"п\. п\."),
    ],
    "uk": [
        (r"(?<!Card )\bowners?\b", r"власник"),
        (r"\bpersons?\b", r"приватн\w+ ос"),
    ],
}


def read(language):
    """(addon, term, translation) of all addons."""
    for addon in ADDONS:
        path = paths.ADDONS / addon / "i18n" / f"{language}.po"
        for entry in polib.pofile(str(path)) if path.exists() else ():
            if entry.msgstr and not entry.obsolete:
                yield addon, entry.msgid, entry.msgstr


@pytest.mark.parametrize("language", translations.LANGUAGES)
def test_a_term_is_translated_alike_in_all_addons(language):
    found = defaultdict(lambda: defaultdict(list))
    for addon, term, text in read(language):
        found[term][text].append(addon)
    unlike = {term: dict(texts) for term, texts in found.items() if len(texts) > 1}
    assert {term: unlike[term] for term in unlike.keys() - HOMONYMS} == {}


@pytest.mark.parametrize("language", WRONG)
def test_words_that_mean_something_else(language):
    found = [
        (addon, term, text)
        for addon, term, text in read(language)
        for english, wrong in WRONG[language]
        if re.search(english, term, re.I)
        and re.search(wrong, text, re.I)
        and not (addon == "crm_marketing_ladder" and term == "points")  # of percents
    ]
    assert found == []
