"""Other spellings of names, addresses and numbers, made by chance.

Each is what somebody, a program or a device writes for the same: nothing else is changed.
"""

import unicodedata

BLANKS = " \u00a0\u2009\u202f\u3000\t"
INVISIBLE = "\u200b\u200c\u2060\ufeff\u00ad\u200e\u200f"
QUOTES = ['"{}"', "«{}»", "„{}“", "“{}”", "‹{}›", "({})", "[{}]", "{}.", "{},", "  {} ", "{}"]
FORMS_AFTER = """
Ltd|Ltd.|, Inc.|LLC|GmbH|GmbH & Co. KG|S.A.|Sp. z o.o.|sp.z o.o.|s.r.o.|spol. s r.o.|a.s.|Kft.|SRL
d.o.o.|ООО|, ООО|ТОВ|д.о.о.|ЕООД|Α.Ε.|Ltd. Şti.|A.Ş.|B.V.|AB|Oy|ApS|UAB|SIA|OÜ
S.p.A.|SARL|S.L.|Lda
Co., Ltd|Pty Ltd|Sdn. Bhd.|JSC|有限公司|株式会社|주식회사|
"""
FORMS_BEFORE = """
ООО|ЗАО|ПАО|ТОВ|ТзОВ|ПрАТ
UAB|SIA|OÜ|Công ty TNHH|CTY TNHH|Công ty Cổ phần|SARL|PT|株式会社|주식회사|
"""
AFTER = [form.strip() for form in FORMS_AFTER.replace("\n", "|").split("|")]
BEFORE = [form.strip() for form in FORMS_BEFORE.replace("\n", "|").split("|")]


def spell(chance, text):
    """Another normal form, other blanks, something invisible, another width."""
    text = unicodedata.normalize(chance.choice(["NFC", "NFD", "NFC", "NFKC"]), text)
    if chance.random() < 0.5:
        text = text.replace(" ", chance.choice(BLANKS) * chance.choice([1, 1, 2]))
    if chance.random() < 0.3 and text:
        place = chance.randrange(len(text) + 1)
        text = text[:place] + chance.choice(INVISIBLE) + text[place:]
    if chance.random() < 0.2:
        text = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in text)
    return text


def vary_name(chance, name):
    """Another spelling of a company's name, with a legal form or without."""
    name = chance.choice([str, str.upper, str.lower, str.title])(name)
    name = chance.choice(QUOTES).format(name)
    side = chance.random()
    if side < 0.4:
        name = f"{name} {chance.choice(AFTER)}"
    elif side < 0.6:
        name = f"{chance.choice(BEFORE)} {name}"
    return spell(chance, name)


def vary_email(chance, address):
    """Another spelling of an address, perhaps with others before or behind."""
    local, domain = address.split("@")
    if chance.random() < 0.4:
        domain = ".".join(_encode(label) for label in domain.split("."))
    text = chance.choice([str, str.upper, str.title])(f"{local}@{domain}")
    text = chance.choice(
        ["{}", "{}", "<{}>", "Jan Nowak <{}>", "{}.", "{};", "mailto:{}", "none@none.com, {}"]
        + [
            "{} / other.one@elsewhere.example",
            "x1@elsewhere.example;{}",
            "{}\nx2@elsewhere.example",
        ]
    ).format(text)
    return spell(chance, text)


def _encode(label):
    return label if label.isascii() else "xn--" + label.encode("punycode").decode()


def vary_phone(chance, number):
    """Another spelling of ``+CC…``: separators, double zero, an extension, another number."""
    prefix = chance.choice(["+", "00"])
    digits = number[1:]
    cuts = sorted(chance.sample(range(3, len(digits) - 1), 2))
    blank = chance.choice([" ", "-", ".", "", "\u00a0", "\u2011"])
    written = blank.join([digits[: cuts[0]], digits[cuts[0] : cuts[1]], digits[cuts[1] :]])
    text = chance.choice(
        ["{}", "{}", "tel. {}", "{} ext. 12", "{}, 000-000-000", "{} ", "({})"]
    ).format(prefix + written)
    return spell(chance, text)
