"""Mapping files: which columns of which CSV go into which fields of Odoo.

A mapping is TOML::

    [format]
    name = "maven_crm"                  # first part of the external ids
    description = "…"
    encoding = "cp1250"                 # optional: found out by itself otherwise
    separator = ";"                     # likewise
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
    street = "{street} {number}"        # parts of one text: those that are filled in
    login = "{agent:slug}"              # the same in lower case, without blanks
    domain = "[('x', '=', {office:literal})]"   # quoted, as a domain wants it
    "industry_id/id" = "sector_{sector}"
    "tag_ids/id" = ["tag_{a}", "tag_{b}"]
    active = { column = "stage", map = { Lost = "False" }, default = "True" }

In ``…/id`` columns a name without a dot is one of this import's own external
ids; one with a dot (``crm.stage_lead4``) is taken as it is. A text that names an
empty column is empty as a whole, so that no half reference is made; but of columns
with nothing than blanks, commas or dashes between, what is filled in stays.
"""

import hashlib
import re
import string
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from csv_table import Table, TableError, read_table

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
#: Between the parts of a name or an address.
BETWEEN = re.compile(r"[\s,;·/–—-]*")
#: What is opened, and how it is closed.
CLOSING = {"(": ")", "[": "]", "«": "»", "„": "”", "“": "”", '"': '"', "（": "）", "「": "」"}
#: A column with the brackets around it.
PIECE = re.compile(
    r"""(?P<before>[(\[«„“"（「]*)\{(?P<column>[^{}:!]+)\}(?P<after>[)\]»”"）」]*)"""
)


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
    encoding: str = ""
    separator: str = ""
    #: How each file was read, where that is not what everybody expects.
    read_as: dict[str, str] = field(default_factory=dict)

    @property
    def id_prefix(self) -> str:
        return self.name

    def check_folder(self, folder: Path) -> None:
        for file, wanted in self.files.items():
            if not (folder / file).is_file():
                raise MappingError(f"{folder} has no {file}, which {self.path.name} reads.")
            found = self.table(folder / file).header
            missing = sorted(set(wanted) - set(found))
            if missing:
                raise MappingError(
                    f"{folder / file} has no column {', '.join(missing)}; "
                    f"its first line has: {', '.join(found)}."
                )

    def table(self, path: Path) -> Table:
        """:raises MappingError: when the file can't be read"""
        try:
            return read_table(path, self.encoding, self.separator)
        except TableError as error:
            raise MappingError(str(error)) from None

    def fits(self, folder: Path) -> bool:
        """Whether the folder has all files of this format, with their columns."""
        return all(
            (folder / file).is_file() and set(columns) <= set(self.table(folder / file).header)
            for file, columns in self.files.items()
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

        :raises MappingError: when the file can't be read
        """
        table = self.table(path)
        self.read_as[path.name] = table.read_as
        try:
            for line, fields in table.rows():
                yield self.mended(table.header, fields, line)
        except TableError as error:
            raise MappingError(str(error)) from None

    def mended(self, names: list[str], fields: list[str], line: int) -> dict:
        width = len(names)
        while len(fields) > width and not fields[-1].strip():
            fields = fields[:-1]  # separators at the end of a line
        padded = [*fields, *[""] * (width - len(fields))]
        values = {
            name: self.mend(name, value.strip())
            for name, value in zip(names, padded, strict=False)
            if name
        }
        values[LINE] = str(line)
        unnamed = [
            value for name, value in zip(names, padded, strict=False) if not name and value.strip()
        ]
        surplus = [*fields[width:], *unnamed]
        if surplus or len(fields) < width:
            values[PROBLEM] = f"{len(fields)} fields where the first line has {width}" + (
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
    """Fill ``{column}``; empty as a whole when a column it names is empty.

    But for parts of one text, such as "{given} {family}": what is filled in stays.
    """
    parsed = list(FORMATTER.parse(template))
    names = [name for _literal, name, _spec, _conversion in parsed if name is not None]
    specs = any(spec for _literal, _name, spec, _conversion in parsed)
    if quote is str and not specs and len(names) > 1 and (pieces := cut_apart(template)):
        return join_pieces(pieces, row)
    parts = []
    for literal, name, spec, _conversion in parsed:
        parts.append(literal)
        if name is not None:
            value = row.get(name, "")
            if not value:
                return ""
            parts.append(CONVERSIONS.get(spec, quote)(value))
    return "".join(parts)


def cut_apart(template: str) -> list[tuple[str, str, str, str]]:
    """Take a text of columns apart: what stands between, before, the column, what stands after.

    Brackets and quotes around a column go with it: "{given} ({family})". Empty where there are
    words between the columns, which would say nothing without them.
    """
    pieces, end = [], 0
    for found in PIECE.finditer(template):
        between = template[end : found.start()]
        before, after = found["before"], found["after"]
        if not BETWEEN.fullmatch(between) or after != "".join(map(CLOSING.get, reversed(before))):
            return []
        pieces.append((between, before, found["column"], after))
        end = found.end()
    return [] if template[end:].strip() else pieces


def join_pieces(pieces: list, row: dict) -> str:
    """The parts that are filled in, with what stands before each but the first."""
    text = ""
    for between, before, column, after in pieces:
        if value := row.get(column, ""):
            text += (between if text else "") + before + value + after
    return text


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
            encoding=raw["format"].get("encoding", ""),
            separator=raw["format"].get("separator", ""),
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
    fitting = [mapping for mapping in shipped if mapping.fits(folder)]
    if len(fitting) == 1:
        return fitting[0].path
    formats = "; ".join(f"{m.path.name}: {', '.join(m.files)}" for m in shipped)
    problem = "several formats fit" if fitting else "no known format fits"
    raise MappingError(
        f"{problem} {folder} ({formats}). Put a mapping.toml beside the files or name one "
        "with --mapping; tools/mappings has examples."
    )
