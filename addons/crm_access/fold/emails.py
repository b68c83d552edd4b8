"""E-mail addresses, as they are compared."""

import re
import unicodedata

_SIMPLE = re.compile(r"[a-z0-9._%+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)+")
_ADDRESS = re.compile(r"([^\s@<>,;:\"()\[\]|]+)@([^\s@<>,;:\"'()\[\]|/?!]+)")
_INVISIBLE = re.compile("[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff]")
#: Full stops of other scripts part a domain as well.
_STOPS = str.maketrans("。．｡", "...")

#: What is entered where no address is known, whatever the domain.
NOBODY = """
n/a n.a n.a. none noemail nomail no-email no_email no-mail no_mail no.email no.mail noaddress
nobody unknown null nil brak brakmaila brakemaila nieznany nieznane nieposiada nema nemaje netu
nema.poshty нет нету немає нема brak.maila khongco khong.co khongbiet keine keiner kein-email
aucun ninguno nessuno nincs zadny
"""
#: What is so where mailbox and domain are both of this kind.
FILLERS = """
abc abcd aaa asd asdf asdfg qwe qwerty domain domena email e-mail example fake firma na no none
test testing tester tests xxx xyz user mail noemail nomail null brak company site sample dummy
unknown nowhere invalid something anything
"""


_NOBODY, _FILLERS = frozenset(NOBODY.split()), frozenset(FILLERS.split())


def fold_domain(domain):
    """Return a domain as people write it: small, Unicode, no full stop at the end."""
    text = unicodedata.normalize("NFKC", _INVISIBLE.sub("", domain or "").translate(_STOPS))
    labels = text.strip().strip(".").lower().split(".")
    return ".".join(map(_decode, labels))


def _decode(label):
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFKC", label[4:].encode().decode("punycode").lower())
    except UnicodeError:
        return label


def email_keys(text):
    """Return the addresses in a text, each as it is compared; fillers are none.

    :rtype: list
    """
    address = (text or "").lower().strip()
    if _SIMPLE.fullmatch(address) and "xn--" not in address:
        return [] if is_filler(address) else [address]
    plain = unicodedata.normalize("NFKC", _INVISIBLE.sub("", text or "").translate(_STOPS))
    found = (
        local.strip("/'`").lower() + "@" + fold_domain(domain)
        for local, domain in _ADDRESS.findall(plain)
    )
    return list(dict.fromkeys(address for address in found if not is_filler(address)))


def is_filler(address):
    """Whether an address was entered only because the field asked for one."""
    local, _at, domain = address.partition("@")
    names = domain.split(".")
    name = names[-2] if len(names) > 1 else names[0]
    if not local or not name or local in _NOBODY or len(set(local + name)) == 1:
        return True
    return _is_filling(local) and _is_filling(name)


def _is_filling(word):
    return word.rstrip("0123456789") in _FILLERS or len(word) > 2 and len(set(word)) == 1
