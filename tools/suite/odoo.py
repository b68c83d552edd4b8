"""Odoo as a child process: its variables, one-off commands, a server."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

from . import paths
from .console import SuiteError
from .odoo_source import OdooSource
from .processes import die_with_parent, run_logged

CONFIG = paths.CONFIG / "odoo.local.conf"
START_SECONDS = 180
#: This machine is asked without the proxy that the environment may name.
DIRECT = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class Odoo:
    """Odoo with our addons on a database server that is up.

    :param source: where Odoo comes from
    :param database_variables: ``PGHOST`` and so on, see ``postgres.Cluster.running``
    """

    def __init__(self, source: OdooSource, database_variables: dict):
        self.source = source
        self.variables = database_variables

    @property
    def addons_path(self) -> str:
        return ",".join([*self.source.addons_paths, str(paths.ADDONS)])

    def env(self) -> dict:
        return {
            **os.environ,
            **self.variables,
            "ODOO_RC": str(CONFIG),
            "ODOO_ADDONS_PATH": self.addons_path,
            "ODOO_DATA_DIR": str(paths.FILESTORE),
            "PYTHONUNBUFFERED": "1",
        }

    def command(self, *arguments) -> list[str]:
        return [sys.executable, str(paths.TOOLS / "odoo"), *map(str, arguments)]

    def run(self, log: str, *arguments) -> str:
        """Run Odoo's command line to the end; return its log."""
        return run_logged(self.command(*arguments), log, env=self.env())

    def passthrough(self, *arguments) -> int:
        """Odoo's command line on our terminal; return its exit code."""
        previous = signal.signal(signal.SIGINT, signal.SIG_IGN)  # the child handles it
        try:
            return subprocess.run(
                self.command(*arguments),
                env=self.env(),
                check=False,
                preexec_fn=restore_sigint,
            ).returncode
        finally:
            signal.signal(signal.SIGINT, previous)

    def server(self, database: str, port: int, log: str, *arguments, crons=True) -> "Server":
        return Server(self, database, port, log, *arguments, crons=crons)


class Server:
    """An Odoo server for one database; also a context manager."""

    def __init__(self, odoo: Odoo, database: str, port: int, log: str, *arguments, crons=True):
        self.odoo = odoo
        self.database = database
        self.port = port
        self.log = paths.LOGS / log
        self.arguments = arguments if crons else ("--max-cron-threads=0", *arguments)
        self.process: subprocess.Popen | None = None

    @property
    def url(self) -> str:
        return f"http://localhost:{self.port}"

    def start(self, should_stop=lambda: False) -> subprocess.Popen:
        """Start and wait until it answers, or until ``should_stop()``.

        :raises SuiteError: when it ends or stays silent, with its last lines.
        """
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as file:
            self.process = subprocess.Popen(
                self.odoo.command(
                    "server",
                    f"--database={self.database}",
                    f"--db-filter=^{re.escape(self.database)}$",
                    f"--http-port={self.port}",
                    *self.arguments,
                ),
                env=self.odoo.env(),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                # Ctrl-C reaches us alone; we then stop it in order.
                start_new_session=True,
                preexec_fn=die_with_parent(signal.SIGTERM),
            )
        try:
            self.wait_until_up(should_stop)
        except BaseException:
            self.stop()
            raise
        return self.process

    def wait_until_up(self, should_stop) -> None:
        deadline = time.monotonic() + START_SECONDS
        while time.monotonic() < deadline and not should_stop():
            if self.process.poll() is not None:
                tail = self.log.read_text(errors="replace").splitlines()[-15:]
                raise SuiteError(
                    f"the server ended with {self.process.returncode} ({self.log}):\n"
                    + "\n".join("    " + line for line in tail)
                )
            if self.answers():
                return
            time.sleep(0.1)
        if not should_stop():
            raise SuiteError(f"no answer from the server within {START_SECONDS} s ({self.log})")

    def answers(self) -> bool:
        # The login page needs the database; /web/health answers before it is loaded.
        address = f"http://127.0.0.1:{self.port}/web/login"
        try:
            with DIRECT.open(address, timeout=60) as answer:
                return answer.status == 200
        except (urllib.error.URLError, OSError):
            return False

    def stop(self) -> None:
        """Stop as Ctrl-C does; by force when it does not end within 20 s."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.send_signal(signal.SIGINT)
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()

    def __enter__(self) -> "Server":
        self.start()
        return self

    def __exit__(self, *_exc) -> None:
        self.stop()


def restore_sigint() -> None:
    signal.signal(signal.SIGINT, signal.SIG_DFL)


def port_is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
