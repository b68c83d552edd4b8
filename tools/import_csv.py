#!/usr/bin/env python3
"""Load accounts, sales teams, products and opportunities from CSV files into a
running Odoo, over XML-RPC.

    tools/import_csv.py FOLDER --database crm --user admin

The password, or better an API key, is read from ODOO_PASSWORD or asked for.

A mapping file (tools/mappings/*.toml) says which columns go where; it is found
by the files in the folder, or named with --mapping. Every record gets an external
id made from the row, so a second call creates nothing twice and an interrupted
one goes on where it was; --update writes existing records again. A row that Odoo
refuses is written, with the reason, to a CSV of its own; the others go in.
"""

import argparse
import csv
import getpass
import http.client
import json
import os
import sys
import xmlrpc.client
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass, field
from pathlib import Path
from xml.parsers.expat import ExpatError

from import_mapping import (
    LINE,
    PROBLEM,
    Load,
    Mapping,
    MappingError,
    find_mapping,
    read_mapping,
    render,
    slug,
)

try:
    from tqdm import tqdm
except ImportError:  # run outside the suite's environment
    tqdm = None

#: Column of the rejected rows' files.
REASON = "_reason"
#: Loading is not writing to people: no mails to assignees, no tracking notes.
QUIET = {
    # Where a type is unknown, refuse the whole batch as Odoo does: rows are blamed and tried again.
    "crm_import_all_or_none": True,
    "tracking_disable": True,
    "mail_create_nolog": True,
    "mail_create_nosubscribe": True,
    "mail_notrack": True,
    "mail_auto_subscribe_no_notify": True,
    "no_reset_password": True,
    "install_mode": False,
}


class ImportFailed(Exception):
    """The import can't go on; the text says why and what to do."""


class ConnectionLost(ImportFailed):
    """Odoo is gone: no row is to blame."""


#: What a server that is gone, or is no Odoo, comes out as.
BROKEN = (OSError, http.client.HTTPException, xmlrpc.client.ProtocolError, ExpatError)


@dataclass
class Report:
    """What became of the rows of one load."""

    title: str
    file: str
    model: str
    rows: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    skipped: str = ""
    read_as: str = ""
    rejected: list[dict] = field(default_factory=list)

    def line(self) -> str:
        if self.skipped:
            return f"{self.title}: left out ({self.skipped})"
        parts = [f"{self.created} created"]
        if self.updated:
            parts.append(f"{self.updated} updated")
        if self.unchanged:
            parts.append(f"{self.unchanged} already there")
        if self.rejected:
            parts.append(f"{len(self.rejected)} rejected")
        how = f" (read as {self.read_as})" if self.read_as else ""
        return f"{self.title}: {self.rows} rows{how}, " + ", ".join(parts)


class Connection:
    """Odoo over XML-RPC, as one user."""

    def __init__(self, url: str, database: str, user: str, password: str):
        self.url, self.database, self.password = url.rstrip("/"), database, password
        try:
            self._models = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/object", allow_none=True)
            common = xmlrpc.client.ServerProxy(f"{self.url}/xmlrpc/2/common")
            self.uid = common.authenticate(database, user, password, {})
        except xmlrpc.client.Fault as fault:
            raise ImportFailed(f"{url}: {last_line(fault.faultString)}") from None
        except BROKEN as error:
            raise ImportFailed(f"no Odoo answers at {url}: {error}") from None
        if not self.uid:
            raise ImportFailed(f"{user} can't log in to {database} at {url}: wrong password?")

    def call(self, model: str, method: str, *arguments, **named):
        """Call a method.

        :raises ImportFailed: with Odoo's own words
        :raises ConnectionLost: when Odoo does not answer any more
        """
        try:
            return self._models.execute_kw(
                self.database, self.uid, self.password, model, method, list(arguments), named
            )
        except xmlrpc.client.Fault as fault:
            raise ImportFailed(f"{model}.{method}: {last_line(fault.faultString)}") from None
        except BROKEN as error:
            raise ConnectionLost(
                f"{self.url} does not answer any more ({error}). "
                "The same call again goes on where this one was."
            ) from None

    def has_model(self, model: str) -> bool:
        return bool(self.call("ir.model", "search_count", [("model", "=", model)]))

    def fields_of(self, model: str) -> set[str]:
        return set(self.call(model, "fields_get", [], ["type"]))


def last_line(text: str) -> str:
    return text.strip().splitlines()[-1] if text.strip() else "no reason given"


class Importer:
    """Runs the loads of one mapping on one folder."""

    def __init__(
        self,
        connection: Connection,
        mapping: Mapping,
        folder: Path,
        rejected_folder: Path,
        update: bool = False,
        on_progress: Callable[[int, int], None] | None = None,
    ):
        """:param on_progress: called with rows done and rows in all; by default a
        progress bar is shown on a terminal, and nothing elsewhere"""
        self.connection = connection
        self.mapping = mapping
        self.folder = folder
        self.rejected_folder = rejected_folder
        self.update = update
        self.on_progress = on_progress

    def run(self) -> list[Report]:
        """Run all loads in order. Cost: a call or two for each batch of rows."""
        self.mapping.check_folder(self.folder)
        return [*(self.run_load(load) for load in self.mapping.loads), *self.left_over()]

    def run_load(self, load: Load) -> Report:
        report = Report(load.title, load.file, load.model)
        if not self.connection.has_model(load.model):
            if not load.optional:
                raise ImportFailed(
                    f"{load.title}: this Odoo has no model {load.model}; install its addon first."
                )
            report.skipped = f"no model {load.model} here"
            return report
        columns = self.columns_of(load)
        try:
            rows = list(self.prepare(load, columns, report))
            report.read_as = self.mapping.read_as.get(load.file, "")
            for batch in self.progress(load, list(batches(rows, load.batch))):
                self.load_batch(load, columns, batch, report)
        finally:
            # Also when Odoo goes away half-way: what was found out is not lost.
            self.write_rejected(report)
        return report

    def left_over(self) -> list[Report]:
        """A report for each file with rows that no load takes: they are rejected too."""
        reports = []
        for file in self.mapping.files:
            loads = [load for load in self.mapping.loads if load.file == file and not load.distinct]
            if not loads:
                continue
            report = Report(f"Rows of {file} that nothing takes", file, "")
            asked = list(dict.fromkeys(column for load in loads for column in load.where))
            for row in self.mapping.read(self.folder / file):
                if not any(load.takes(row) for load in loads):
                    found = ", ".join(f"{column} = {row.get(column, '')!r}" for column in asked)
                    report.rows += 1
                    self.reject(report, row, row.get(PROBLEM) or f"no load takes it: {found}")
            self.write_rejected(report)
            if report.rows:
                reports.append(report)
        return reports

    def columns_of(self, load: Load) -> list[str]:
        """The columns this Odoo can take: optional ones only where the field is."""
        known = self.connection.fields_of(load.model)
        missing = [name for name in load.columns if base_name(name) not in known]
        refused = [name for name in missing if name not in load.optional_columns]
        if refused:
            raise ImportFailed(
                f"{load.title}: {load.model} has no field {', '.join(map(base_name, refused))}. "
                "Correct the mapping file, or name the column in optional_columns."
            )
        return [name for name in load.columns if name not in missing]

    def prepare(self, load: Load, columns: list[str], report: Report) -> Iterator[tuple]:
        """Rows as ``(external id, values, row as read)``; bad ones are rejected."""
        seen: dict[str, str] = {}
        for row in self.mapping.rows(load, self.folder):
            report.rows += 1
            problem = load.problem(row)
            external_id = self.mapping.external_id(load.id, row)
            name = render(load.id, row)
            if not external_id and load.distinct:
                report.rows -= 1  # nothing named here, so nothing to make
            elif problem or not external_id:
                self.reject(report, row, problem or f"nothing to make its id of ({load.id})")
            elif seen.get(external_id, name).casefold() != name.casefold():
                self.reject(
                    report, row, f"its id {external_id} is that of “{seen[external_id]}” too"
                )
            elif external_id in seen and load.distinct:
                report.rows -= 1
            elif external_id in seen:
                self.reject(report, row, f"the same row again ({external_id})")
            else:
                seen[external_id] = name
                values = [self.mapping.value(name, load.columns[name], row) for name in columns]
                yield external_id, values, row

    def matching(self, load: Load, columns: list, batch: list) -> dict[str, int]:
        """What the ``match`` column of the rows names and is there already, by external id."""
        if not load.match:
            return {}
        place = columns.index(load.match)
        names = [values[place] for _id, values, _row in batch]
        found = self.connection.call(
            load.model,
            "search_read",
            [(load.match, "in", names)],
            [load.match],
            context={"active_test": False},
        )
        # Of several with one name the first, in the order Odoo shows them.
        there = {row[load.match]: row["id"] for row in reversed(found)}
        return {key: there[values[place]] for key, values, _row in batch if values[place] in there}

    def load_batch(self, load: Load, columns: list[str], batch: list, report: Report) -> None:
        matched = self.matching(load, columns, batch)
        theirs = [(str(matched[key]), *rest) for key, *rest in batch if key in matched]
        batch = [item for item in batch if item[0] not in matched]
        existing = self.existing([external_id for external_id, _values, _row in batch])
        new = [item for item in batch if item[0] not in existing]
        old = [item for item in batch if item[0] in existing]
        report.created += self.load_items(load, columns, new, report)
        kept = [name for name in columns if name not in load.create_only]
        places = [columns.index(name) for name in kept]
        # What others made is written by loads that say so, never by --update alone.
        for items, id_column, wanted in (
            (old, "id", self.update or load.update),
            (theirs, ".id", load.update),
        ):
            if wanted:
                items = [(key, [row[i] for i in places], source) for key, row, source in items]
                report.updated += self.load_items(load, kept, items, report, id_column)
            else:
                report.unchanged += len(items)

    def load_items(
        self, load: Load, columns: list[str], items: list, report: Report, id_column: str = "id"
    ) -> int:
        """Load items, reject those that Odoo refuses; return how many went in.

        :param id_column: what names the records: external ids, or (".id") those of the database
        """
        data = [[external_id, *values] for external_id, values, _row in items]
        failed = self.load_rows(load, [id_column, *columns], data)
        for index, reason in sorted(failed.items()):
            self.reject(report, items[index][2], reason)
        return len(items) - len(failed)

    def load_rows(self, load: Load, names: list[str], data: list) -> dict[int, str]:
        """Load every row that Odoo takes, once; return the others with the reasons.

        Once, because writing a row a second time is not the same as making it: Odoo
        dates a won opportunity anew when it is written as won again.
        """
        places = list(range(len(data)))
        failed: dict[int, str] = {}
        while places:
            blamed, reason = self.try_load(load, names, [data[place] for place in places])
            if blamed:
                failed |= {places[index]: why for index, why in blamed.items()}
                places = [place for index, place in enumerate(places) if index not in blamed]
            elif not reason:
                break  # all are in
            elif len(places) == 1:
                failed[places[0]] = reason
                break
            else:
                # Odoo named no row: halve until the bad ones are found.
                middle = len(places) // 2
                for half in (places[:middle], places[middle:]):
                    found = self.load_rows(load, names, [data[place] for place in half])
                    failed |= {half[index]: why for index, why in found.items()}
                break
        return failed

    def existing(self, external_ids: Iterable[str]) -> set[str]:
        found = self.connection.call(
            "ir.model.data",
            "search_read",
            [
                ("module", "=", self.mapping.id_prefix),
                ("name", "in", [name.partition(".")[2] for name in external_ids]),
            ],
            ["complete_name"],
        )
        return {row["complete_name"] for row in found}

    def try_load(self, load: Load, names: list[str], data: list) -> tuple[dict, str]:
        """Load all rows or none.

        :return: which rows are to blame, and why; and a reason where none is named.
            Both empty when all rows went in.
        """
        context = {**QUIET, **load.context}
        try:
            result = self.connection.call(load.model, "load", names, data, context=context)
        except ConnectionLost:
            raise
        except ImportFailed as error:
            return {}, str(error)
        if result["ids"] is not False:
            return {}, ""
        failed: dict[int, str] = {}
        for message in result["messages"]:
            place = message.get("rows")
            if place is None or message.get("type") == "warning":
                continue
            for index in range(place["from"], place["to"] + 1):
                failed.setdefault(index, describe(message))
        texts = "; ".join(str(message.get("message")) for message in result["messages"])
        return failed, texts or "refused without a reason"

    def reject(self, report: Report, row: dict, reason: str) -> None:
        report.rejected.append({**row, REASON: " ".join(reason.split())})

    def write_rejected(self, report: Report) -> None:
        """Rejected rows as a CSV that can be mended and loaded again."""
        target = self.rejected_folder / f"rejected-{slug(report.title)}.csv"
        target.unlink(missing_ok=True)
        if not report.rejected:
            return
        target.parent.mkdir(parents=True, exist_ok=True)
        rows = [{k: v for k, v in row.items() if k != PROBLEM} for row in report.rejected]
        names = list(dict.fromkeys(name for row in rows for name in row))
        first = [LINE, REASON]
        with target.open("w", newline="", encoding="utf-8") as file:
            writer = csv.DictWriter(file, first + [name for name in names if name not in first])
            writer.writeheader()
            writer.writerows(rows)

    def progress(self, load: Load, all_batches: list[list]) -> Iterator[list]:
        total = sum(map(len, all_batches))
        hidden = bool(self.on_progress) or tqdm is None or not sys.stderr.isatty()
        bar = None if hidden else tqdm(total=total, desc=f"  {load.title}", leave=False)
        done = 0
        for batch in all_batches:
            if self.on_progress:
                self.on_progress(done, total)
            yield batch
            done += len(batch)
            if bar:
                bar.update(len(batch))
        if bar:
            bar.close()


def base_name(column: str) -> str:
    return column.split("/")[0]


def describe(message: dict) -> str:
    text = str(message.get("message", "refused"))
    name = message.get("field")
    return f"{name}: {text}" if name and str(name) not in text else text


def batches(items: list, size: int) -> Iterator[list]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path, help="the folder with the CSV files")
    parser.add_argument("--mapping", type=Path, help="mapping file (found by itself if left out)")
    parser.add_argument("--url", default="http://localhost:8069", help="default: %(default)s")
    parser.add_argument("--database", required=True)
    parser.add_argument("--user", default="admin", help="default: %(default)s")
    parser.add_argument("--update", action="store_true", help="write existing records again")
    parser.add_argument(
        "--rejected", type=Path, help="folder for rejected rows (default: import-DATABASE)"
    )
    parser.add_argument("--json", action="store_true", help="print the report as JSON")
    return parser.parse_args(argv)


def main(argv: list[str]) -> int:
    arguments = parse(argv)
    password = os.environ.get("ODOO_PASSWORD") or getpass.getpass(f"{arguments.user}: ")
    rejected = arguments.rejected or Path(f"import-{arguments.database}")
    try:
        path = arguments.mapping or find_mapping(arguments.folder)
        connection = Connection(arguments.url, arguments.database, arguments.user, password)
        importer = Importer(
            connection,
            read_mapping(path),
            arguments.folder,
            rejected,
            update=arguments.update,
        )
        reports = importer.run()
    except (ImportFailed, MappingError) as error:
        print(f"Error: {error}", file=sys.stderr)
        return 1
    if arguments.json:
        print(json.dumps([asdict(report) for report in reports], indent=1))
        return 0
    for report in reports:
        print(report.line())
    bad = sum(len(report.rejected) for report in reports)
    if bad:
        print(f"{bad} rejected rows, with the reasons, are in {rejected}/")
    return 0


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit("Stopped. The same call again goes on where this one was.")
