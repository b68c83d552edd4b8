"""bin/run: the suite on the sample company, or on your own CSV files."""

import argparse
import re
import signal
import threading
from collections.abc import Iterator
from pathlib import Path

from .. import paths
from ..console import SuiteError, say

PURPOSE = "run"
DEFAULT_DATABASE = "crm_demo"
DEFAULT_PORT = 8069

#: How long each part takes to make, measured on two cores with a fast line.
ENVIRONMENT, ODOO, SERVER = "Python environment", "Odoo 19.0", "database server"
SECONDS = {ENVIRONMENT: 15, ODOO: 30, SERVER: 5}
DATABASE_SECONDS = 150
#: With everything made.
SERVE_SECONDS = 5

DESCRIPTION = """\
Run the CRM suite on this machine: Odoo 19.0, PostgreSQL, the four addons and a
sample company. The first call makes all of it; later ones serve within seconds.
Ctrl-C stops the server and the database. Everything lies in .local/.
"""


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="bin/run",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--port", type=int, default=DEFAULT_PORT, help="default: %(default)s")
    parser.add_argument(
        "--database",
        help=f"default: {DEFAULT_DATABASE}; with --from, the name of the folder",
    )
    parser.add_argument(
        "--reset", action="store_true", help="drop the database first and make it anew"
    )
    parser.add_argument(
        "--from",
        dest="folder",
        type=Path,
        metavar="DIR",
        help="load your own CSV files instead of the sample company",
    )
    parser.add_argument("--no-serve", action="store_true", help="prepare and report, then stop")
    arguments = parser.parse_args(argv)
    if arguments.folder and not arguments.folder.is_dir():
        parser.error(f"--from {arguments.folder}: no such folder")
    if not arguments.database:
        arguments.database = default_database(arguments.folder)
    if not 1 <= arguments.port <= 65535:
        parser.error(f"--port {arguments.port}: 1 to 65535")
    if not re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9_.-]*", arguments.database):
        parser.error(f"--database {arguments.database}: letters, digits, _ . - only")
    return arguments


def default_database(folder: Path | None) -> str:
    if not folder:
        return DEFAULT_DATABASE
    return re.sub(r"[^a-z0-9_]+", "_", folder.resolve().name.lower()).strip("_") or "own_data"


def begin(arguments: argparse.Namespace) -> None:
    """Say what will be done, what of it is here already, and how long it takes.

    :raises SuiteError: when the port is in use
    """
    from ..odoo import port_is_free

    if not arguments.no_serve and not port_is_free(arguments.port):
        raise SuiteError(
            f"port {arguments.port} is in use{running_there(arguments)}. "
            f"Stop that, or choose another: bin/run --port {arguments.port + 1}"
        )
    for line in plan(arguments):
        say(line)


def plan(arguments: argparse.Namespace) -> Iterator[str]:
    """The lines of what will be done. Costs some milliseconds: nothing is started for it."""
    from .. import environment, odoo_source, postgres

    parts = {
        ENVIRONMENT: environment.is_here(PURPOSE),
        ODOO: odoo_source.is_here(),
        SERVER: postgres.WORK.is_here(),
    }
    here = [name for name, is_here in parts.items() if is_here]
    to_make = {name: SECONDS[name] for name, is_here in parts.items() if not is_here}
    database = f"the database {arguments.database}"
    if not parts[SERVER] or arguments.reset:
        to_make[database] = DATABASE_SECONDS
    data = f"the files in {arguments.folder}" if arguments.folder else "a sample company"
    where = "" if arguments.no_serve else f", on http://localhost:{arguments.port}"
    yield f"The CRM suite: Odoo's CRM, the four addons and {data}{where}"
    if here:
        yield f"  Here already: {', '.join(here)}"
    if to_make:
        yield f"  To be made: {', '.join(to_make)}; {about(sum(to_make.values()))} in all"
        yield f"  All of it goes to {paths.LOCAL}. Ctrl-C stops; the next call goes on."
        yield f"  Later calls take {about(SERVE_SECONDS)}."
    if database not in to_make:
        # Whether it is there can be asked for once the server is up.
        yield (
            f"  Next {database}: {about(SERVE_SECONDS)} if it is there, "
            f"{about(DATABASE_SECONDS)} to make it"
        )


def about(seconds: int) -> str:
    """A duration as one says it: "some 4 minutes"."""
    return f"some {seconds} seconds" if seconds < 100 else f"some {round(seconds / 60)} minutes"


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres
    from ..locks import Lock
    from ..odoo import Odoo
    from ..sample import Company

    if arguments.folder:
        check_folder(arguments.folder)
    what = f"bin/run on the database {arguments.database}"
    with Lock(f"run-{arguments.database}", what) as lock:
        lock.acquire()
        say(f"{source.describe()}, database {arguments.database}")
        with postgres.WORK.running() as variables:
            odoo = Odoo(source, variables)
            company = Company(odoo, arguments.database, arguments.folder)
            company.prepare(reset=arguments.reset)
            if arguments.no_serve:
                company.print_summary()
                return 0
            return serve(odoo, company, arguments, lock)


def check_folder(folder: Path) -> None:
    """Refuse files that can't be loaded before anything is made for them."""
    from import_mapping import MappingError, find_mapping, read_mapping

    try:
        read_mapping(find_mapping(folder)).check_folder(folder)
    except MappingError as error:
        raise SuiteError(str(error)) from None


def running_there(arguments) -> str:
    """By which of our own runs, if it is one."""
    from ..locks import read_holder

    for path in paths.STATE.glob("run-*.lock"):
        holder = read_holder(path)
        if holder.get("port") == arguments.port:
            return f": {holder['what']} (process {holder['pid']})"
    return ""


def serve(odoo, company, arguments, lock) -> int:
    """Serve until Ctrl-C."""
    from ..console import step

    stopping = threading.Event()
    signal.signal(signal.SIGINT, lambda *_: stopping.set())
    signal.signal(signal.SIGTERM, lambda *_: stopping.set())
    with step("Starting the server") as starting:
        server = odoo.server(arguments.database, arguments.port, f"server-{arguments.database}.log")
        process = server.start(should_stop=stopping.is_set)
        starting.update(f"port {arguments.port}")
    try:
        if not stopping.is_set():
            url = f"http://localhost:{arguments.port}"
            lock.note(port=arguments.port, url=url)
            company.print_summary(url)
            while process.poll() is None and not stopping.wait(0.5):
                pass
    finally:
        say("\nStopping the server and the database …")
        server.stop()
    if not stopping.is_set():
        raise SuiteError(f"the server ended by itself; see {server.log}")
    return 0
