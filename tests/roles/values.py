"""Values of the world's records, written with references: ``@me``, ``@model/kind``, ``{n}``."""

import re
import secrets
import string
from collections.abc import Callable

#: What every mark looks like.
MARK = re.compile(r"zq[a-z]{10}|\+49[0-9]{10}")


def new_marks() -> dict[str, str]:
    """Words for one record: ``n`` names it, ``m`` and ``v`` are said of it, ``d`` is of digits."""
    words = {name: f"zq{random_of(string.ascii_lowercase)}" for name in "nmv"}
    return {**words, "d": f"+49{random_of(string.digits)}"}


def random_of(letters: str) -> str:
    return "".join(secrets.choice(letters) for _number in range(10))


def of_company(name: str, company: str) -> str:
    """The name of a record on the board of the role's own company, where that is meant."""
    return name.replace("/mine", {"one": "/ours", "two": "/two"}[company])


def resolve(value, marks: dict[str, str], refer: Callable[[str], int]):
    """Put marks and ids in where a value names them.

    :param refer: gives the id of what is named after the ``@``
    """
    if isinstance(value, dict):
        return {name: resolve(item, marks, refer) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [resolve(item, marks, refer) for item in value]
    if isinstance(value, str) and value.startswith("@"):
        return refer(value[1:])
    if isinstance(value, str):
        return re.sub(r"\{([nmvd])\}", lambda found: marks[found[1]], value)
    return value


def once_more(record: dict) -> dict:
    """The values with which a record like it is created beside it."""
    values = record["values"] | record["again"]
    return {
        name: value
        for name, value in values.items()
        if value is not None or name not in record["again"]
    }


def touch_of(record: dict) -> dict:
    """What is written to a record to see whether it can be: a text with a mark, or a number."""
    if record["touch"]:
        return record["touch"]
    values = record["values"]
    for name, value in values.items():
        if isinstance(value, str) and "{n}" in value:
            return {name: f"{value}x"}
    for name, value in values.items():
        if isinstance(value, int) and not isinstance(value, bool):
            return {name: value + 1}
    name = next(iter(values))
    return {name: values[name]}
