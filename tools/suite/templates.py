"""Template databases for tests: made once, copied for each use.

A template's name ends with a key of what it was made from. As long as that is unchanged it
is used as it is, so a second test run starts at once, and so does one of the branch before; a
changed addon is installed anew on the template below, which has Odoo's own addons already.
"""

import hashlib
import re
import time
from dataclasses import dataclass

from . import paths
from .console import SuiteError, step
from .databases import Databases, addon_fingerprints
from .locks import Lock
from .odoo import Odoo
from .shell import Shell

#: Odoo addons that ours build on or must get along with.
BASE_ADDONS = ("crm", "sale_crm", "contacts", "base_automation", "partnership", "web_hierarchy")

LOG_LINE = re.compile(r"^\S+ \S+ \d+ (WARNING|ERROR|CRITICAL) \S+ (\S+): (.*)$")
#: Lines of Odoo itself on this platform; everything else in a log is ours to mend.
KNOWN_LOG_LINES = (
    re.compile(r"Unable to create PostgreSQL extensions"),
    re.compile(r"CREATE EXTENSION IF NOT EXISTS (pg_trgm|unaccent)"),
    # Odoo asks its own services about the company at the first login; no network, no answer.
    re.compile(r"iap_tools: iap jsonrpc .* failed, ConnectionError"),
    re.compile(r"iap_autocomplete_api: Autocomplete API error"),
    # Odoo's chat tells at once that a message was fetched and that it was read: of two changes of
    # one row the second is tried again, and succeeds.
    re.compile(r'sql_db: bad query: b\' UPDATE "discuss_channel_member"'),
    # Said at every call over XML-RPC, which is what the import is asked to use.
    re.compile(r"controllers\.(xml|json)rpc: The /xmlrpc, .* scheduled for removal in Odoo 20"),
)


def bad_log_lines(log: str) -> list[str]:
    """The warnings and errors in a log of Odoo, less those of the platform."""
    return [
        line
        for line in log.splitlines()
        if LOG_LINE.match(line) and not any(known.search(line) for known in KNOWN_LOG_LINES)
    ]


@dataclass(frozen=True)
class Template:
    """A database to copy: ``addons`` installed on ``parent`` (or on nothing).

    :param pages: whether its copies are opened in a browser
    """

    name: str
    addons: tuple[str, ...]
    demo: bool = False
    parent: "Template | None" = None
    pages: bool = False

    def ours(self) -> set[str]:
        """Those of our addons that come to be installed: named, needed, and by themselves."""
        found = set(self.addons) & {*paths.SUITE_ADDONS, *paths.bridges()}
        if not found:
            return found
        for name, below in paths.bridges().items():
            if set(below) & set(paths.SUITE_ADDONS) <= set(self.addons):
                found.add(name)
        return found

    def key(self, odoo: Odoo) -> str:
        """Tell what the template is made from, in eight digits."""
        fingerprints = addon_fingerprints()
        facts = [
            odoo.source.version,
            odoo.source.python_path,
            self.demo,
            self.pages,
            sorted(self.addons),
            sorted((name, fingerprints[name]) for name in self.ours()),
            self.parent.key(odoo) if self.parent else "",
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:8]

    def database(self, odoo: Odoo) -> str:
        return f"{self.name}_{self.key(odoo)}"


BASE = Template("suite_base", BASE_ADDONS)
SUITE = Template("suite_all", paths.SUITE_ADDONS, parent=BASE, pages=True)
DEMO_BASE = Template("suite_demo_base", BASE_ADDONS, demo=True)
DEMO = Template("suite_demo", paths.SUITE_ADDONS, demo=True, parent=DEMO_BASE, pages=True)
#: Everything that a bridge of ours may be for. Odoo's own addons lie below: they are
#: installed once, whatever changes in ours.
BESIDE_BASE = Template("suite_beside_base", paths.BESIDE_ADDONS, parent=BASE)
BESIDE = Template("suite_beside", paths.SUITE_ADDONS, parent=BESIDE_BASE)

#: How many states of one template are kept: that of the branch before, too.
KEPT = 2


def alone(addon: str) -> Template:
    """One addon, with what it needs. A bridge lies on all that any of them is for."""
    below = [name for name in paths.bridges().get(addon, ()) if name in paths.SUITE_ADDONS]
    parent = BESIDE_BASE if addon in paths.BESIDE_BRIDGES else BASE
    return Template(f"suite_only_{addon}", (*below, addon), parent=parent)


class Templates:
    def __init__(self, odoo: Odoo):
        self.odoo = odoo
        self.databases = Databases(odoo)

    def ensure(self, template: Template) -> str:
        """Make the template unless it is there; return the name of its database.

        Two who want one template at once: the second waits for the first. Nobody may connect to
        what is returned, only copy it.

        :raises SuiteError: when Odoo logs a warning or an error on the way.
        """
        name = template.database(self.odoo)
        with Lock(name, f"making the template database {name}").acquire(wait=True):
            if not self.is_made(template):
                parent = self.ensure(template.parent) if template.parent else None
                with step(f"Making the template database {name}"):
                    self.make(template, name, parent)
                self.prune(template)
            self.databases.set_mark(name, stage="template", used=time.time())
        return name

    def is_made(self, template: Template) -> bool:
        return self.databases.claim(template.database(self.odoo)).get("stage") == "template"

    def make(self, template: Template, name: str, parent: str | None) -> None:
        if parent:
            self.databases.copy(parent, name)
        else:
            self.databases.drop(name)
            self.databases.create(name)
        self.databases.set_mark(name, stage="building")
        log = self.odoo.run(
            f"{template.name}.log",
            "server",
            f"--database={name}",
            f"--init={','.join(template.addons)}",
            *(["--with-demo"] if template.demo else []),
            "--stop-after-init",
            "--no-http",
            "--max-cron-threads=0",
        )
        bad = bad_log_lines(log)
        if bad and template.ours():
            raise SuiteError(
                f"installing {', '.join(template.addons)} logged warnings or errors "
                f"({paths.LOGS / template.name}.log):\n" + "\n".join(bad[:20])
            )
        if template.pages:
            self.make_pages(name)
        # Fresh statistics: without them the first searches take seconds.
        self.databases.execute("ANALYZE", database=name)

    def make_pages(self, name: str) -> None:
        """Make the scripts and styles of all pages.

        As Odoo does for its own tests. Made by the first page of a test they would go with its
        transaction, and each tour would take many seconds more.
        """
        with Shell(self.odoo, name, "--log-level=error") as shell:
            shell.run("env['ir.qweb']._pregenerate_assets_bundles()\nenv.cr.commit()\n")

    def prune(self, template: Template) -> None:
        """Drop the states of a template that were not used for longest, with their copies."""
        pattern = re.compile(rf"{template.name}_[0-9a-f]{{8}}")
        listed = [row[0] for row in self.databases.execute("SELECT datname FROM pg_database")]
        states = {name: self.databases.mark(name) for name in listed if pattern.fullmatch(name)}
        by_use = sorted(states, key=lambda name: -(states[name] or {}).get("used", time.time()))
        for old in by_use[KEPT:]:
            for name in listed:
                if name == old or name.startswith(f"{old}_"):
                    self.databases.drop(name)

    def fresh_copy(self, template: Template, name: str) -> str:
        """A database of its own for tests that commit; always as the template is."""
        self.databases.claim(name)
        self.databases.copy(self.ensure(template), name)
        self.databases.set_mark(name, stage="copy")
        return name

    def standing_copy(self, template: Template, suffix: str, pages: bool = False) -> str:
        """A copy that is kept as long as the template is: for tests that roll back.

        :param pages: it is opened in a browser, and the template is not
        """
        source = self.ensure(template)
        name = f"{source}_{suffix}"
        if self.databases.claim(name).get("stage") != "copy":
            with step(f"Copying {source}"):
                self.databases.copy(source, name)
                if pages:
                    self.make_pages(name)
                self.databases.set_mark(name, stage="copy")
        return name
