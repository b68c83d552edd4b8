"""Template databases for tests: made once, copied for each use.

A template is keyed by what it was made from. As long as that is unchanged it is
used as it is, so a second test run starts at once; a changed addon is installed
anew on the template below, which has Odoo's own addons already.
"""

import hashlib
import re
from dataclasses import dataclass

from . import paths
from .console import SuiteError, step
from .databases import Databases, addon_fingerprints
from .odoo import Odoo

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
    """A database to copy: ``addons`` installed on ``parent`` (or on nothing)."""

    name: str
    addons: tuple[str, ...]
    demo: bool = False
    parent: "Template | None" = None

    def libraries(self, ours) -> tuple[str, ...]:
        return paths.LIBRARY_ADDONS if any(name in ours for name in self.addons) else ()

    def key(self, odoo: Odoo) -> str:
        ours = addon_fingerprints()
        facts = [
            odoo.source.version,
            odoo.source.python_path,
            self.demo,
            sorted((name, ours.get(name, "")) for name in {*self.addons, *self.libraries(ours)}),
            self.parent.key(odoo) if self.parent else "",
        ]
        return hashlib.sha256(repr(facts).encode()).hexdigest()[:16]


BASE = Template("suite_test_base", BASE_ADDONS)
SUITE = Template("suite_test_all", paths.SUITE_ADDONS, parent=BASE)
DEMO_BASE = Template("suite_test_demo_base", BASE_ADDONS, demo=True)
DEMO = Template("suite_test_demo", paths.SUITE_ADDONS, demo=True, parent=DEMO_BASE)
#: All our addons: the four with the bridges that install themselves, and the other bridges.
BESIDE = Template("suite_test_beside", paths.BESIDE_ADDONS, parent=SUITE)


def alone(addon: str) -> Template:
    # A bridge is made anew when one of ours below it changes.
    below = [name for name in paths.bridges().get(addon, ()) if name in paths.SUITE_ADDONS]
    # Odoo's own addons lie below: they are installed once, whatever changes in ours.
    beside = paths.TESTED_WITH.get(addon, ())
    parent = Template(f"suite_test_beside_{addon}", beside, parent=BASE) if beside else BASE
    return Template(f"suite_test_only_{addon}", (*below, addon), parent=parent)


class Templates:
    def __init__(self, odoo: Odoo):
        self.odoo = odoo
        self.databases = Databases(odoo)

    def ensure(self, template: Template) -> str:
        """Make the template unless it is there and current; return its name.

        :raises SuiteError: when Odoo logs a warning or an error on the way.
        """
        mark = self.databases.claim(template.name)
        key = template.key(self.odoo)
        if mark.get("key") == key:
            return template.name
        parent = self.ensure(template.parent) if template.parent else None
        with step(f"Making the template database {template.name}"):
            self.make(template, parent)
        self.databases.set_mark(template.name, stage="template", key=key)
        return template.name

    def make(self, template: Template, parent: str | None) -> None:
        if parent:
            self.databases.copy(parent, template.name)
        else:
            self.databases.drop(template.name)
            self.databases.create(template.name)
        self.databases.set_mark(template.name, stage="building")
        log = self.odoo.run(
            f"{template.name}.log",
            "server",
            f"--database={template.name}",
            f"--init={','.join(template.addons)}",
            *(["--with-demo"] if template.demo else []),
            "--stop-after-init",
            "--no-http",
            "--max-cron-threads=0",
        )
        bad = bad_log_lines(log)
        if bad and template.parent:
            raise SuiteError(
                f"installing {', '.join(template.addons)} logged warnings or errors "
                f"({paths.LOGS / template.name}.log):\n" + "\n".join(bad[:20])
            )
        # Fresh statistics: without them the first searches take seconds.
        self.databases.execute("ANALYZE", database=template.name)

    def fresh_copy(self, template: Template, name: str) -> str:
        """A database of its own for tests that commit; always as the template is."""
        source = self.ensure(template)
        self.databases.copy(source, name)
        self.databases.set_mark(name, stage="copy")
        return name

    def standing_copy(self, template: Template, name: str) -> str:
        """A copy that is kept as long as the template is: for tests that roll back."""
        source = self.ensure(template)
        key = template.key(self.odoo)
        if self.databases.claim(name).get("key") != key:
            with step(f"Copying {source}"):
                self.databases.copy(source, name)
                self.databases.set_mark(name, stage="copy", key=key)
        return name
