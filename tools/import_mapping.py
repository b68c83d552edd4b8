"""Mapping files: which columns of which CSV go into which fields of Odoo.

A mapping is TOML::

    [format]
    name = "maven_crm"                  # first part of the external ids
    description = "…"
    [format.files]                      # a folder of this format has these
    "accounts.csv" = ["account", "sector"]

    [values.sector]                     # mend values, wherever the column is read
    technolgy = "technology"

    [[load]]
    title = "Accounts"
    file = "accounts.csv"
    model = "res.partner"
    id = "account_{account}"            # makes the external id
    required = ["account"]
    where = { sector = ["medical"] }    # optional: only these rows
    join = { office_location = "…" }    # optional: see Load.join
    distinct = true                     # optional: many rows, one record
    [load.columns]
    name = "{account}"                  # text with the row's columns in braces
    login = "{agent:slug}"              # the same in lower case, without blanks
    domain = "[('x', '=', {office:literal})]"   # quoted, as a domain wants it
    "industry_id/id" = "sector_{sector}"
    "tag_ids/id" = ["tag_{a}", "tag_{b}"]
    active = { column = "stage", map = { Lost = "False" }, default = "True" }

In ``…/id`` columns a name without a dot is one of this import's own external
ids; one with a dot (``crm.stage_lead4``) is taken as it is. A text that names an
empty column is empty as a whole, so that no half reference is made.
"""

import csv
import hashlib
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

try:
    import tomllib
except ImportError:  # Python 3.10
    import tomli as tomllib

MAPPINGS = Path(__file__).resolve().parent / "mappings"
DEFAULT_BATCH = 500
#: Added to each row as read: its line in the file, and what is wrong with its form.
LINE, PROBLEM = "_line", "_problem"
#: XML-RPC can't carry these, and no value of a CSV means them.
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
FORMATTER = string.Formatter()


csv.field_size_limit(2**24)


class MappingError(Exception):
    """A mapping file or a folder that can't be used; the text names the mend."""


@dataclass
class Load:
    """One file into one model.

    ``join``: ``{column: {file, key}}``: the row of ``file`` whose ``key`` equals
    our ``column`` adds its columns to ours.
    ``optional``: leave the load out where the model is missing.
    ``optional_columns``: leave these out where the field is missing.
    ``update``: write existing records too (a second pass over the same ids).
    ``create_only``: columns that an existing record keeps as it has them by now.
    ``match``: this column names what is there already, by whoever: such a row
    creates nothing, and others refer to it by that name instead of an external id.
    With ``update`` it writes what it names; ``context = { update_many2many = true }``
    then adds to the records a column links, instead of putting others in their place.
    """

    title: str
    file: str
    model: str
    id: str
    columns: dict
    required: list[str] = field(default_factory=list)
    where: dict = field(default_factory=dict)
    join: dict = field(default_factory=dict)
    context: dict = field(default_factory=dict)
    optional_columns: list[str] = field(default_factory=list)
    distinct: bool = False
    optional: bool = False
    update: bool = False
    match: str = ""
    create_only: list[str] = field(default_factory=list)
    batch: int = DEFAULT_BATCH

    @property
    def slug(self) -> str:
        return slug(self.title)

    def takes(self, row: dict) -> bool:
        """Whether the ``where`` of this load lets the row through.

        A list names the values wanted; ``"*"`` means any, ``""`` none.
        """
        for column, wanted in self.where.items():
            value = row.get(column, "")
            if wanted == "*":
                if not value:
                    return False
            elif value not in ([wanted] if isinstance(wanted, str) else wanted):
                return False
        return True

    def problem(self, row: dict) -> str | None:
        if row.get(PROBLEM):
            return row[PROBLEM]
        empty = [column for column in self.required if not row.get(column)]
        if empty:
            return f"{', '.join(empty)}: must not be empty"
        return None


@dataclass
class Mapping:
    name: str
    description: str
    files: dict
    values: dict
    loads: list[Load]
    path: Path

    @property
    def id_prefix(self) -> str:
        return self.name

    def check_folder(self, folder: Path) -> None:
        for file, wanted in self.files.items():
            if not (folder / file).is_file():
                raise MappingError(f"{folder} has no {file}, which {self.path.name} reads.")
            missing = sorted(set(wanted) - set(header(folder / file)))
            if missing:
                raise MappingError(
                    f"{folder / file} has no column {', '.join(missing)}; "
                    f"its first line has: {', '.join(header(folder / file))}."
                )

    def rows(self, load: Load, folder: Path) -> Iterator[dict]:
        """The rows a load takes, values mended, joined columns added."""
        others = {
            column: {row[spec["key"]]: row for row in self.read(folder / spec["file"])}
            for column, spec in load.join.items()
        }
        for row in self.read(folder / load.file):
            for column, other in others.items():
                row = {**other.get(row.get(column), {}), **row}
            if load.takes(row):
                yield row

    def read(self, path: Path) -> Iterator[dict]:
        """The rows of a file, values mended and stripped.

        :raises MappingError: when the file is no CSV in UTF-8
        """
        try:
            with path.open(newline="", encoding="utf-8-sig") as file:
                reader = csv.DictReader(file)
                reader.fieldnames = [name.strip() for name in reader.fieldnames or []]
                for row in reader:
                    yield self.mended(row, reader)
        except (UnicodeDecodeError, csv.Error) as error:
            raise MappingError(f"{path} can't be read as CSV in UTF-8: {error}") from None

    def mended(self, row: dict, reader: csv.DictReader) -> dict:
        surplus = row.pop(None, [])
        missing = [column for column, value in row.items() if value is None]
        values = {column: self.mend(column, (value or "").strip()) for column, value in row.items()}
        values[LINE] = str(reader.line_num)
        width = len(reader.fieldnames)
        if surplus or missing:
            found = width + len(surplus) - len(missing)
            values[PROBLEM] = f"{found} fields where the first line has {width}" + (
                f"; too many: {', '.join(surplus)}" if surplus else ""
            )
        strange = [column for column, value in values.items() if CONTROL.search(value)]
        if strange:
            values[PROBLEM] = f"control character in {', '.join(strange)}"
        return values

    def mend(self, column: str, value: str) -> str:
        return self.values.get(column, {}).get(value, value)

    def external_id(self, template: str, row: dict) -> str:
        """``prefix.name`` for a template, or an empty text."""
        name = render(template, row, slug)
        if not name or "." in template:
            return name
        return f"{self.id_prefix}.{name}"

    def value(self, column: str, spec, row: dict) -> str:
        if isinstance(spec, dict):
            return self.mapped(column, spec, row)
        if column.endswith("/id"):
            texts = spec if isinstance(spec, list) else [spec]
            ids = [self.external_id(text, row) for text in texts]
            return ",".join(filter(None, ids))
        return render(spec, row)

    def mapped(self, column: str, spec: dict, row: dict) -> str:
        found = spec["map"].get(row.get(spec["column"], ""), spec.get("default", ""))
        return self.value(column, found, row) if found else ""


def render(template: str, row: dict, quote=str) -> str:
    """Fill ``{column}``; empty as a whole when a column it names is empty."""
    parts = []
    for literal, name, spec, _conversion in FORMATTER.parse(template):
        parts.append(literal)
        if name is not None:
            value = row.get(name, "")
            if not value:
                return ""
            parts.append(CONVERSIONS.get(spec, quote)(value))
    return "".join(parts)


def slug(text: str) -> str:
    """A name for an external id, the same for the same text in any case.

    Only plain names stay as they are; others get a few digits of a hash, so that
    "A-B" and "A B", or two names in another script, are never one and the same.
    """
    plain = re.sub(r"[^0-9a-z]+", "_", text.lower()).strip("_")
    if plain == text.lower().replace(" ", "_"):
        return plain
    digits = hashlib.sha256(text.casefold().encode()).hexdigest()[:8]
    return f"{plain}_{digits}".lstrip("_")


#: ``{column:slug}`` and ``{column:literal}`` (quoted for a domain) in a text.
CONVERSIONS = {"slug": slug, "literal": repr}


def header(path: Path) -> list[str]:
    """:raises MappingError: when the file is no CSV in UTF-8"""
    try:
        with path.open(newline="", encoding="utf-8-sig") as file:
            return [name.strip() for name in next(csv.reader(file), [])]
    except (UnicodeDecodeError, csv.Error) as error:
        raise MappingError(f"{path} can't be read as CSV in UTF-8: {error}") from None


def read_mapping(path: Path) -> Mapping:
    """:raises MappingError: naming the file and what is wrong in it."""
    try:
        raw = tomllib.loads(path.read_text(encoding="utf-8"))
        loads = [Load(**load) for load in raw["load"]]
        mapping = Mapping(
            name=raw["format"]["name"],
            description=raw["format"].get("description", ""),
            files=raw["format"]["files"],
            values=raw.get("values", {}),
            loads=loads,
            path=path,
        )
    except OSError as error:
        raise MappingError(f"the mapping file can't be read: {error}") from None
    except tomllib.TOMLDecodeError as error:
        raise MappingError(f"{path} is not valid TOML: {error}") from None
    except (KeyError, TypeError) as error:
        raise MappingError(f"{path} lacks or misnames something: {error}") from None
    check_columns(mapping)
    return mapping


def check_columns(mapping: Mapping) -> None:
    """Refuse texts that name a column no file of the format has."""
    for load in mapping.loads:
        if load.file not in mapping.files:
            raise MappingError(f"{mapping.path.name}: {load.title} reads an unlisted {load.file}")
        known = set(mapping.files[load.file])
        for spec in load.join.values():
            known |= set(mapping.files[spec["file"]])
        used = set(load.required) | set(load.where) | named_columns(load.id)
        for spec in load.columns.values():
            used |= columns_in(spec)
        if used - known:
            raise MappingError(
                f"{mapping.path.name}: {load.title} names {', '.join(sorted(used - known))}, "
                f"which is no column listed for {load.file}."
            )


def columns_in(spec) -> set[str]:
    if isinstance(spec, dict):
        nested = [*spec["map"].values(), spec.get("default", "")]
        return {spec["column"]}.union(*(columns_in(text) for text in nested))
    if isinstance(spec, list):
        return set().union(*(named_columns(text) for text in spec))
    return named_columns(spec)


def named_columns(template: str) -> set[str]:
    return {name for _text, name, _spec, _conv in FORMATTER.parse(template) if name is not None}


def find_mapping(folder: Path) -> Path:
    """The folder's own mapping.toml, or the shipped one whose files are all there.

    :raises MappingError: when none or several fit, naming them.
    """
    if not folder.is_dir():
        raise MappingError(f"{folder} is not a folder.")
    own = folder / "mapping.toml"
    if own.is_file():
        return own
    shipped = [read_mapping(path) for path in sorted(MAPPINGS.glob("*.toml"))]
    fitting = [mapping for mapping in shipped if fits(mapping, folder)]
    if len(fitting) == 1:
        return fitting[0].path
    formats = "; ".join(f"{m.path.name}: {', '.join(m.files)}" for m in shipped)
    problem = "several formats fit" if fitting else "no known format fits"
    raise MappingError(
        f"{problem} {folder} ({formats}). Put a mapping.toml beside the files or name one "
        "with --mapping; tools/mappings has examples."
    )


def fits(mapping: Mapping, folder: Path) -> bool:
    return all(
        (folder / file).is_file() and set(columns) <= set(header(folder / file))
        for file, columns in mapping.files.items()
    )
