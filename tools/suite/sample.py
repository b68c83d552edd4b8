"""A database with the suite on a company's data: made once, then kept in step."""

import hashlib
import sys
import time
from pathlib import Path

from . import paths
from .console import SuiteError, say, step
from .databases import BUILDING, INSTALLED, LOADED, Databases, addon_fingerprints
from .odoo import Odoo, free_port

sys.path.insert(0, str(paths.TOOLS))

LOGIN = PASSWORD = "admin"
#: Scheduled actions of ours that fill what a person looks at first.
REBUILD_CRON = "crm_groups.ir_cron_rebuild_smart_groups"
ASSIGNMENT_CRON = "crm.ir_cron_crm_lead_assign"
CRON_SECONDS = 600
#: Where somebody new looks first: the path of the action, and what it shows.
TO_LOOK_AT = {
    "lead-assignment": "Who has how many leads, which have nobody, and why",
    "contact-groups": "Contact groups, their members and price levels",
    "coverage-map": "Where content is missing for the pains of open deals",
}
#: No file brings pains: your own data shows its companies instead of an empty map.
TO_LOOK_AT_OWN = {
    **{path: TO_LOOK_AT[path] for path in ("lead-assignment", "contact-groups")},
    "contact-companies": "Your companies with their types and owners",
}


class Company:
    """The database ``name``, loaded from ``folder`` or with the sample company.

    Every stage is marked in the database when it is done, and can be done again:
    an interrupted call is continued by the next.
    """

    def __init__(self, odoo: Odoo, name: str, folder: Path | None):
        self.odoo = odoo
        self.name = name
        self.folder = folder
        self.databases = Databases(odoo)
        self.mark: dict = {}

    def prepare(self, reset: bool = False) -> None:
        """Bring the database to where it holds the company.

        :raises SuiteError: when it is somebody's own, or holds another company.
        """
        self.mark = self.databases.claim(self.name)
        if self.mark.get("stage", BUILDING) not in (BUILDING, INSTALLED, LOADED):
            raise SuiteError(
                f'the database "{self.name}" belongs to bin/test: choose another with --database.'
            )
        if reset and self.mark:
            with step(f"Dropping the database {self.name}"):
                self.databases.drop(self.name)
            self.mark = {}
        self.check_same_company()
        if self.mark.get("stage", BUILDING) == BUILDING:
            self.install()
        else:
            self.upgrade()
        if self.mark["stage"] != LOADED or self.mark.get("files") != self.files_fingerprint():
            self.load()

    def check_same_company(self) -> None:
        wanted = self.source_name()
        found = self.mark.get("source", wanted)
        if found != wanted:
            raise SuiteError(
                f'the database "{self.name}" holds {found}, not {wanted}. '
                "Choose another with --database, or make it anew with --reset."
            )

    def source_name(self) -> str:
        return str(self.folder.resolve()) if self.folder else "the sample company"

    def set_stage(self, **facts) -> None:
        self.mark = {**self.mark, "source": self.source_name(), **facts}
        self.databases.set_mark(self.name, **self.mark)

    def install(self) -> None:
        self.databases.drop(self.name)
        fingerprints = addon_fingerprints()
        # Your own data stays unmixed; the sample company adds to the addons' demo data.
        demo = [] if self.folder else ["--with-demo"]
        title = "Odoo's CRM and the four addons" + (", with demo data" if demo else "")
        with step(f"Installing {title}"):
            self.databases.create(self.name)
            self.odoo.run(
                f"install-{self.name}.log",
                "server",
                f"--database={self.name}",
                f"--init={','.join(paths.SUITE_ADDONS)}",
                *demo,
                "--stop-after-init",
                "--no-http",
                "--max-cron-threads=0",
            )
        self.set_stage(stage=INSTALLED, addons=fingerprints)

    def upgrade(self) -> None:
        """Update the addons whose files have changed since."""
        fingerprints = addon_fingerprints()
        known = self.mark.get("addons", {})
        changed = [name for name in paths.SUITE_ADDONS if known.get(name) != fingerprints.get(name)]
        if not changed:
            return
        with step(f"Updating {', '.join(changed)}"):
            self.odoo.run(
                f"update-{self.name}.log",
                "server",
                f"--database={self.name}",
                f"--update={','.join(changed)}",
                "--stop-after-init",
                "--no-http",
                "--max-cron-threads=0",
            )
        self.set_stage(addons=fingerprints)

    def files_fingerprint(self) -> str:
        digest = hashlib.sha256()
        folder = self.folder or paths.TOOLS
        own = [*folder.glob("*.csv"), *folder.glob("mapping.toml")]
        names = sorted(own) if self.folder else [folder / "sample_company.py"]
        for path in [*names, *sorted((paths.TOOLS / "mappings").glob("*.toml"))]:
            digest.update(path.name.encode())
            digest.update(path.read_bytes())
        return digest.hexdigest()[:16]

    def load(self) -> None:
        """Load the files over XML-RPC and run the scheduled actions once."""
        from import_csv import ImportFailed
        from import_mapping import MappingError

        fingerprint = self.files_fingerprint()
        server = self.odoo.server(self.name, free_port(), f"load-{self.name}.log", crons=False)
        try:
            with step("Starting Odoo to load the data"):
                server.start()
            reports = self.import_files(server.url)
            connection = self.connect(server.url)
            with step("Running the scheduled assignment"):
                self.run_cron(connection, REBUILD_CRON)
                started = time.monotonic()
                self.run_cron(connection, ASSIGNMENT_CRON)
                seconds = round(time.monotonic() - started, 1)
            summary = {
                "imported": [report.line() for report in reports if not report.skipped],
                "rejected": sum(len(report.rejected) for report in reports),
                "assignment_seconds": seconds,
                **read_summary(connection),
            }
        except (ImportFailed, MappingError) as error:
            raise SuiteError(str(error)) from None
        finally:
            server.stop()
        self.set_stage(stage=LOADED, files=fingerprint, summary=summary)

    def import_files(self, url: str) -> list:
        from import_csv import Importer
        from import_mapping import find_mapping, read_mapping

        folder = self.folder or self.sample_folder()
        mapping = read_mapping(find_mapping(folder))
        say(f"  Loading {mapping.description}")
        importer = Importer(self.connect(url), mapping, folder, self.rejected_folder)
        mapping.check_folder(folder)
        reports = []
        for load in mapping.loads:
            with step(f"  {load.title}") as running:
                importer.on_progress = lambda done, total, running=running: running.update(
                    f"{done} of {total} rows"
                )
                report = importer.run_load(load)
                running.update(f"{report.rows} rows")
            reports.append(report)
        reports += importer.left_over()
        for report in reports:
            if report.rejected:
                say(f"    {report.title}: {len(report.rejected)} rows rejected")
        return reports

    @property
    def rejected_folder(self) -> Path:
        return paths.LOCAL / "import" / self.name

    def sample_folder(self) -> Path:
        from sample_company import SampleCompany

        return SampleCompany().write(paths.LOCAL / "sample_company")

    def connect(self, url: str):
        from import_csv import Connection

        return Connection(url, self.name, LOGIN, PASSWORD)

    def run_cron(self, connection, xml_id: str) -> None:
        """Run a scheduled action to its end. :raises SuiteError: when it fails."""
        module, name = xml_id.split(".")
        found = connection.call(
            "ir.model.data",
            "search_read",
            [("module", "=", module), ("name", "=", name)],
            ["res_id"],
        )
        if not found:
            return
        # Odoo counts a killed run as timed out; from the third on its direct trigger ends in
        # a TypeError and rolls back what would have reset the count (ir_cron._process_job).
        self.databases.execute("UPDATE ir_cron_progress SET timed_out_counter = 0", (), self.name)
        answer = connection.call("ir.cron", "method_direct_trigger", [found[0]["res_id"]])
        if isinstance(answer, dict):
            error = answer.get("params", {}).get("message") or answer
            raise SuiteError(f"the scheduled action {xml_id} failed: {error}")

    def print_summary(self, url: str | None = None) -> None:
        """What is there, who got how many leads, where to log in."""
        summary = self.mark.get("summary", {})
        say()
        for line in summary_lines(summary, self.rejected_folder):
            say("  " + line)
        say()
        if url:
            say(f"  Log in at {url} as {LOGIN}, password {PASSWORD}. Ctrl-C stops.")
            say("  Three things to look at:")
            for path, title in (TO_LOOK_AT_OWN if self.folder else TO_LOOK_AT).items():
                say(f"    {title}: {url}/odoo/{path}")
        else:
            say(f"  To serve it: bin/run{self.options()}, then log in as {LOGIN} / {PASSWORD}.")

    def options(self) -> str:
        folder = f" --from {self.folder}" if self.folder else ""
        from .commands.run import default_database

        named = self.name != default_database(self.folder)
        return folder + (f" --database {self.name}" if named else "")


def read_summary(connection) -> dict:
    """What the summary says, in a fixed number of calls."""

    def count(model, *domain, **context):
        return connection.call(model, "search_count", list(domain), context=context)

    # Without the companies and users of this Odoo itself.
    own = [
        row["partner_id"][0]
        for row in connection.call("res.company", "search_read", [], ["partner_id"])
    ]
    facts = {
        "companies": count("res.partner", ("is_company", "=", True), ("id", "not in", own)),
        "persons": count("res.partner", ("is_company", "=", False), ("user_ids", "=", False)),
        "won": count("crm.lead", ("won_status", "=", "won")),
        "lost": count("crm.lead", ("won_status", "=", "lost"), active_test=False),
        "open": count("crm.lead", ("won_status", "=", "pending")),
        "open_owned": count("crm.lead", ("won_status", "=", "pending"), ("user_id", "!=", False)),
        "groups": [],
        "teams": [],
        "unassigned": [],
    }
    if connection.has_model("crm.contact.group"):
        groups = connection.call(
            "crm.contact.group", "search_read", [], ["complete_name", "member_count"]
        )
        facts["groups"] = [[row["complete_name"], row["member_count"]] for row in groups]
    rows = connection.call(
        "crm.lead",
        "formatted_read_group",
        [("won_status", "=", "pending"), ("user_id", "!=", False)],
        ["team_id", "user_id"],
        ["__count"],
    )
    facts["teams"] = [
        [
            row["team_id"][1] if row["team_id"] else "No team",
            row["user_id"][1],
            row["__count"],
        ]
        for row in rows
    ]
    facts["unassigned"] = unassigned(connection)
    return facts


def unassigned(connection) -> list:
    """``[reason, number of leads]``; empty where the addon is missing."""
    if "unassigned_reason" not in connection.fields_of("crm.lead"):
        return []
    return connection.call("crm.lead", "get_unassigned_summary")


def summary_lines(summary: dict, rejected_folder: Path):
    yield f"Contacts: {summary['companies']} companies, {summary['persons']} persons"
    if summary["groups"]:
        yield "Groups: " + ", ".join(f"{name} ({count})" for name, count in summary["groups"])
    yield (f"Opportunities: {summary['won']} won, {summary['lost']} lost, {summary['open']} open")
    yield from team_lines(summary["teams"])
    missing = summary["open"] - summary["open_owned"]
    if missing:
        yield f"Open leads without an owner: {missing}"
        for reason, count in summary["unassigned"]:
            yield f"  {count}: {reason}"
    else:
        yield "Every open lead has an owner."
    yield f"The scheduled assignment took {summary['assignment_seconds']} s."
    if summary["rejected"]:
        yield f"Rejected rows: {summary['rejected']}, with the reasons, in {rejected_folder}"
    else:
        yield "No row of the files was rejected."


def team_lines(rows: list):
    teams: dict = {}
    for team, user, count in rows:
        teams.setdefault(team, []).append((user, count))
    yield "Open leads and opportunities by team and person:"
    for team, people in teams.items():
        yield f"  {team}: {sum(count for _user, count in people)}"
        shown = ", ".join(f"{user} {count}" for user, count in sorted(people))
        yield f"    {shown}"
