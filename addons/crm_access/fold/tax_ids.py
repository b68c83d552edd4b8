"""Tax IDs, as they are compared: with or without the prefix of the country."""

import re
import unicodedata

from babel import Locale

#: What is written before the number and says only that one follows.
_LABEL = re.compile(
    r"^(?:NIP(?:UE)?|REGON|KRS|VAT(?:UE|NO|NR|ID|NUMBER|REGNO)?|USTID(?:NR)?|UID(?:NR)?|STNR|TIN|EIN|"
    r"TAXID|TAXNO|PIVA|PARTITAIVA|CFPIVA|CIF|NIFCIF|NIF|NIPC|CUI|ICDPH|DICSK|DIC|ICO|PIB|OIB|MST|TVA|"
    r"MVA|BTW(?:NR)?|MOMS|GSTIN|ABN|RUT|RFC|CNPJ|ИНН(?:КПП)?|УНП|БИН|ЄДРПОУ|ЕДРПОУ|ІПН|ЕИК|БУЛСТАТ|ДДС|"
    r"ПИБ|ΑΦΜ|МСТ)(?=[A-Z]{0,3}\d)"
)
#: Taxes that Swiss and Norwegian numbers end with.
_TAIL = re.compile(r"(?<=\d)(?:MWST|TVA|IVA|VAT|MVA)$")

#: Prefixes that are not the code of the country.
PREFIXES = {"EL": "GR", "XI": "GB", "CHE": "CH"}
#: Those that prefixes of tax IDs are the codes of.
COUNTRIES = frozenset(
    code for code in Locale("en").territories if len(code) == 2 and code.isalpha()
) - set(PREFIXES)
#: Shorter is no number; what is filled in where none is known is not either.
SHORTEST = 6
_FILLERS = frozenset("019")


def tax_keys(text, country_code=""):
    """Return what a tax ID may be compared by: the number, and the country it is of.

    A number that starts with letters may have them by itself (RSSMRA85T10A562S is Italian, not
    Serbian), so it counts both as a whole and without its first two.

    :param country_code: of the contact; that of a number without prefix
    :return: number → country code, or ``""`` where it is not known
    :rtype: dict
    """
    number, home = _plain(text), country_code or ""
    prefix = next((p for p in ("CHE", number[:2]) if p and number.startswith(p)), "")
    country = PREFIXES.get(prefix) or (prefix if prefix in COUNTRIES else "")
    keys = {}
    if country:
        keys[number[len(prefix) :]] = country
        if prefix[:2] != home and number[2:3].isalpha():
            keys[number] = home
    else:
        keys[number] = home
    # A filler with a prefix is none without it either.
    if any(key.isdecimal() and set(key) <= _FILLERS and len(set(key)) == 1 for key in keys):
        return {}
    return {key: country for key, country in keys.items() if len(key) >= SHORTEST}


def _plain(text):
    plain = unicodedata.normalize("NFKC", text or "").upper()
    plain = "".join(char for char in plain if char.isalnum())
    return _TAIL.sub("", _LABEL.sub("", plain))


def contradicts(one, other):
    """Whether two tax IDs cannot be of one company.

    :param one: what :func:`tax_keys` returned; empty: nothing is known, nothing speaks against it
    :param other: the same of the other contact
    """
    return bool(one and other) and not any(
        key in other and agree(country, other[key]) for key, country in one.items()
    )


def agree(country, other):
    """Whether two countries may be one; that of a number is not always known."""
    return not country or not other or country == other
