"""Databases of ours: made, marked, copied, dropped.

A mark (the database's comment) tells how far a database has come, so that an
interrupted first run is found out and goes on, and that a database which is
somebody's own is never touched.
"""

import hashlib
import json
import shutil
from contextlib import closing
from pathlib import Path

import psycopg2
from psycopg2.extensions import quote_ident

from . import paths
from .console import SuiteError
from .odoo import Odoo

#: How far a database has come.
BUILDING, INSTALLED, LOADED = "building", "installed", "loaded"


class Databases:
    def __init__(self, odoo: Odoo):
        self.odoo = odoo
        self.variables = odoo.variables

    def connect(self, database: str = "postgres"):
        connection = psycopg2.connect(
            host=self.variables["PGHOST"],
            port=self.variables.get("PGPORT") or 5432,
            user=self.variables.get("PGUSER") or "odoo",
            password=self.variables.get("PGPASSWORD"),
            dbname=database,
        )
        connection.autocommit = True
        return closing(connection)

    def execute(self, query: str, parameters=(), database: str = "postgres") -> list[tuple]:
        with self.connect(database) as connection, connection.cursor() as cursor:
            cursor.execute(query, parameters)
            return cursor.fetchall() if cursor.description else []

    def quoted(self, name: str) -> str:
        with self.connect() as connection:
            return quote_ident(name, connection)

    def exists(self, name: str) -> bool:
        return bool(self.execute("SELECT 1 FROM pg_database WHERE datname = %s", (name,)))

    def is_empty(self, name: str) -> bool:
        query = """
            SELECT 1 FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE n.nspname NOT IN ('pg_catalog', 'information_schema', 'pg_toast') LIMIT 1
        """
        return not self.execute(query, database=name)

    def mark(self, name: str) -> dict | None:
        """Our mark on a database, or None where it bears none."""
        rows = self.execute(
            "SELECT shobj_description(oid, 'pg_database') FROM pg_database WHERE datname = %s",
            (name,),
        )
        try:
            return json.loads(rows[0][0])["crm_suite"]
        except (IndexError, TypeError, ValueError, KeyError):
            return None

    def set_mark(self, name: str, **facts) -> None:
        text = json.dumps({"crm_suite": facts}, sort_keys=True)
        self.execute(f"COMMENT ON DATABASE {self.quoted(name)} IS %s", (text,))

    def create(self, name: str) -> None:
        """An empty database marked as being built."""
        self.execute(
            f"CREATE DATABASE {self.quoted(name)} ENCODING 'unicode' "
            "LC_COLLATE 'C' TEMPLATE template0"
        )
        self.set_mark(name, stage=BUILDING)

    def drop(self, name: str) -> None:
        """Drop a database with its files. What is connected is cut off."""
        self.cut_off(name)
        self.execute(f"DROP DATABASE IF EXISTS {self.quoted(name)}")
        shutil.rmtree(filestore(name), ignore_errors=True)

    def cut_off(self, name: str) -> None:
        """End the connections to a database. Autovacuum is not ours to end: PostgreSQL
        does that itself when a database is dropped or copied."""
        self.execute(
            "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
            "WHERE datname = %s AND backend_type = 'client backend' AND pid <> pg_backend_pid()",
            (name,),
        )

    def copy(self, source: str, target: str) -> None:
        """Copy a database with its files; a mark is not copied.

        PostgreSQL copies the files of the template block by block: some seconds,
        where installing the same addons takes a minute.
        """
        self.drop(target)
        self.cut_off(source)
        self.execute(
            f"CREATE DATABASE {self.quoted(target)} TEMPLATE {self.quoted(source)} "
            "STRATEGY FILE_COPY"
            if self.server_version() >= 150000
            else f"CREATE DATABASE {self.quoted(target)} TEMPLATE {self.quoted(source)}"
        )
        if filestore(source).is_dir():
            shutil.copytree(filestore(source), filestore(target))
        # Two databases of one uuid would be one and the same for Odoo's services.
        self.execute(
            "UPDATE ir_config_parameter SET value = gen_random_uuid() WHERE key = 'database.uuid'",
            database=target,
        )

    def server_version(self) -> int:
        with self.connect() as connection:
            return connection.server_version

    def claim(self, name: str) -> dict:
        """The mark of a database that is ours; ``{}`` where there is none yet.

        :raises SuiteError: when the database is somebody's own.
        """
        if name in ("postgres", "template0", "template1"):
            raise SuiteError(f'"{name}" is PostgreSQL\'s own database: choose another.')
        if not self.exists(name):
            return {}
        mark = self.mark(name)
        if mark is None and not self.is_empty(name):
            raise SuiteError(
                f'the database "{name}" was not made by this command, so it is left alone. '
                f"Choose another with --database, or drop it yourself: bin/odoo db drop {name}"
            )
        # Empty and unmarked: we were stopped between creating and marking it.
        return mark or {"stage": BUILDING}


def filestore(database: str) -> Path:
    return paths.FILESTORE / "filestore" / database


def addon_fingerprints() -> dict[str, str]:
    """A hash for each of our addons; it changes with any file Odoo loads from it."""
    found = {}
    for manifest in sorted(paths.ADDONS.glob("*/__manifest__.py")):
        digest = hashlib.sha256()
        folder = manifest.parent
        for path in sorted(folder.rglob("*")):
            inner = path.relative_to(folder)
            if path.is_file() and inner.parts[0] not in ("tests", "readme", "i18n", "__pycache__"):
                if "__pycache__" in inner.parts:
                    continue
                digest.update(str(inner).encode())
                digest.update(path.read_bytes())
        found[folder.name] = digest.hexdigest()[:16]
    return found
