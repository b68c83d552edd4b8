"""A database for tests that kill processes and let them meet: the processes, and SQL."""

import time

import psycopg2
from suite.shell import Script, Shell
from suite.templates import Template, Templates

#: For scripts: many contacts by SQL, where it is not tested how they are made. Values are SQL for
#: columns, in which ``n`` is the number of the copy.
COPY_CONTACT = """
def copy_contact(contact, number, **values):
    env.flush_all()
    env.cr.execute(
        "SELECT quote_ident(column_name) FROM information_schema.columns "
        "WHERE table_name = 'res_partner'"
    )
    columns = [row[0] for row in env.cr.fetchall()]
    own = {"id": "id + n", "commercial_partner_id": "id + n", **values}
    env.cr.execute(
        f"INSERT INTO res_partner ({', '.join(columns)}) "
        f"SELECT {', '.join(own.get(name, name) for name in columns)} "
        f"FROM res_partner, generate_series(1, {number}) n WHERE id = {contact.id}"
    )
    env.cr.execute("SELECT setval('res_partner_id_seq', (SELECT max(id) FROM res_partner))")
"""

#: Seconds for something to come about that a test waits for.
PATIENCE = 120


class Database:
    """Copies of a template under one name, and one shell for all of them.

    Also a context manager, which drops the copy in the end.
    """

    def __init__(self, templates: Templates, template: Template, name: str):
        self.templates = templates
        self.template = template
        self.name = name
        self.shell = Shell(templates.odoo, name, "--log-level=error")
        #: As the last script left the copy that it filled.
        self.filled = f"{name}_filled"
        self.filled_by = ""

    def make(self, set_up: str) -> "Database":
        """Make the copy anew, filled by a script. What it fills is kept for the next time."""
        databases = self.templates.databases
        if set_up == self.filled_by:
            databases.copy(self.filled, self.name)
        else:
            self.templates.fresh_copy(self.template, self.name)
            self.run(set_up)
            # As autovacuum does within a minute; without it, plans are those for empty tables.
            databases.execute("ANALYZE", database=self.name)
            databases.claim(self.filled)
            databases.copy(self.name, self.filled)
            self.filled_by = set_up
        for name in (self.name, self.filled):
            databases.set_mark(name, stage="copy")
        return self

    def start(self, script: str) -> Script:
        return self.shell.start(script)

    def run(self, script: str) -> str:
        return self.shell.run(script)

    def connect(self):
        variables = self.templates.odoo.variables
        return psycopg2.connect(
            dbname=self.name,
            host=variables["PGHOST"],
            port=variables.get("PGPORT") or 5432,
            user=variables.get("PGUSER"),
            password=variables.get("PGPASSWORD"),
        )

    def value(self, query: str):
        # No parameters at all: a query's % is its own.
        return self.templates.databases.execute(query, None, self.name)[0][0]

    def values(self, queries: dict[str, str]) -> dict:
        return {name: self.value(query) for name, query in queries.items()}

    def wait_until(self, query: str, wanted, script: Script | None = None) -> None:
        """Ask the database again and again; a script that ends meanwhile is a failure."""
        end = time.monotonic() + PATIENCE
        while not wanted(self.value(query)):
            assert script is None or script.is_running(), script.wait()
            assert time.monotonic() < end, f"never came: {query}"

    def kill(self, script: Script) -> None:
        """Kill a script's process, and wait until the server has taken back what it did."""
        script.kill()
        # The server notices at the end of the statement.
        self.wait_until(WORKING.format("state <> 'idle'"), lambda count: not count)

    def kill_when(self, script: str, query: str, wanted) -> None:
        """Start a script and kill it as soon as a query's answer is the wanted one."""
        started = self.start(script)
        self.wait_until(query, wanted, started)
        self.kill(started)

    def __enter__(self) -> "Database":
        return self

    def __exit__(self, *_exc) -> None:
        self.shell.close()
        for name in (self.name, self.filled):
            self.templates.databases.drop(name)


#: How many others are connected, of whom something holds.
WORKING = """
    SELECT count(*) FROM pg_stat_activity
     WHERE datname = current_database() AND pid <> pg_backend_pid() AND {}
"""
