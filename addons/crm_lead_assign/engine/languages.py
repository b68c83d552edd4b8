"""Which languages a lead may be served in."""

from collections.abc import Iterable
from functools import cache

from babel.languages import get_official_languages


def base(code: str) -> str:
    """``fr`` of ``fr_BE``: who speaks one speaks the other."""
    return code.replace("@", "_").split("_")[0].lower()


@cache
def of_country(country_code: str) -> frozenset[str]:
    """The official languages of a country (Unicode CLDR, by way of Babel)."""
    if not country_code:
        return frozenset()
    return frozenset(base(code) for code in get_official_languages(country_code, de_facto=True))


def of_lead(lang_code: str | None, country_code: str | None) -> frozenset[str]:
    """The lead's own language, or else those of its country; empty: not known."""
    if lang_code:
        return frozenset((base(lang_code),))
    return of_country(country_code or "")


def spoken(codes: Iterable[str]) -> frozenset[str]:
    """The languages of a member, as :func:`of_lead` names them."""
    return frozenset(map(base, codes))
