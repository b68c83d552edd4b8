"""Which languages a lead may be served in."""

from collections.abc import Iterable
from functools import cache

from babel.core import get_global
from babel.languages import get_official_languages, get_territory_language_info
from babel.localedata import exists

#: Of a hundred people in a country, so many at least speak a language that is at home elsewhere.
SPOKEN_BY = 1


def base(code: str) -> str:
    """``fr`` of ``fr_BE``: who speaks one speaks the other. Older codes are as CLDR has them.

    ``tl``, Tagalog, is ``fil`` there, Filipino.
    """
    language = code.replace("@", "_").replace("-", "_").split("_")[0].lower()
    return get_global("language_aliases").get(language, language).split("_")[0]


@cache
def of_country(country_code: str) -> frozenset[str]:
    """The official languages of a country, or of parts of it (Unicode CLDR, by way of Babel)."""
    if not country_code:
        return frozenset()
    national = get_official_languages(country_code, de_facto=True)
    regional = get_official_languages(country_code, regional=True)
    return frozenset(map(base, national)) | {
        base(code) for code in regional if _is_at_home(code, country_code)
    }


def _is_at_home(code: str, country_code: str) -> bool:
    """Whether a language that is official in parts of a country is one of its customers.

    Catalan is at home in Spain; Bengali is spoken in India its own way. German is official in a
    corner of Poland, Korean in one of China: whoever speaks only that can't serve their leads.
    """
    if get_global("likely_subtags").get(code, "").endswith(f"_{country_code}"):
        return True
    spoken_by = get_territory_language_info(country_code)[code]["population_percent"]
    return exists(f"{code}_{country_code}") and spoken_by >= SPOKEN_BY


def of_lead(lang_code: str | None, country_code: str | None) -> frozenset[str]:
    """The lead's own language, or else those of its country; empty: not known."""
    if lang_code:
        return frozenset((base(lang_code),))
    return of_country(country_code or "")


def spoken(codes: Iterable[str]) -> frozenset[str]:
    """The languages of a member, as :func:`of_lead` names them."""
    return frozenset(map(base, codes))
