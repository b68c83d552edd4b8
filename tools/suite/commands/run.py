"""bin/run: the suite on the sample company, or on your own CSV files."""

import argparse
import re
import signal
import threading
from pathlib import Path

from .. import paths
from ..console import SuiteError, say

PURPOSE = "run"
DEFAULT_DATABASE = "crm_demo"
DEFAULT_PORT = 8069

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


def main(arguments: argparse.Namespace, source) -> int:
    from .. import postgres
    from ..locks import Lock
    from ..odoo import Odoo, port_is_free
    from ..sample import Company

    if not arguments.no_serve and not port_is_free(arguments.port):
        raise SuiteError(
            f"port {arguments.port} is in use{running_there(arguments)}. "
            f"Stop that, or choose another: bin/run --port {arguments.port + 1}"
        )
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
