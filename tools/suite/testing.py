"""The stages of bin/test, each as jobs for the lanes."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from . import paths
from .checks import Check, Checks
from .console import SuiteError, say
from .lanes import Job, Lanes, read_times, write_times
from .odoo import Odoo
from .processes import die_with_parent
from .reports import Counts, Journal, Report, read_junit
from .templates import BASE, BESIDE, DEMO, SUITE, Template, Templates, alone

PYTEST = [sys.executable, "-m", "pytest", "-c", str(paths.ROOT / "tests" / "pytest.ini")]
FAILED = "test-failed.json"
ROLES = "tests/external/test_roles.py"
#: Of a failed job, so many lines of its log are shown.
SHOWN_LINES = 200

#: A tour's step has ten seconds, which a busy machine may not keep; nothing else is
#: tried again, and what passed at a second try only is named at the end.
AGAIN_AFTER_TIMEOUT = ("--reruns=2", "--only-rerun=TIMEOUT step failed to complete")
#: One for each lane: a process that has loaded Odoo goes on to the next addon's tests.
SHARDS = 2


@dataclass
class Pytest:
    """One run of pytest.

    :param template: load Odoo into pytest, on a copy of this template
    :param standing: keep the copy for the next time, for tests that roll back
    :param browser: the tests open pages
    """

    odoo: Odoo
    templates: Templates
    name: str
    what: list
    options: tuple[str, ...] = ()
    template: Template | None = None
    standing: str = ""
    browser: bool = False
    http: bool = False
    addons: tuple[str, ...] = ()
    prepare: tuple[str, ...] = ()

    @property
    def slug(self) -> str:
        return self.name.replace(" ", "-").replace("'", "").replace("/", "-of-").replace(",", "")

    def __call__(self, show) -> Report:
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        junit = paths.LOGS / f"junit-{self.slug}.xml"
        log = paths.LOGS / f"test-{self.slug}.log"
        journal = Journal(paths.LOGS / f"journal-{self.slug}.jsonl")
        for path in (junit, journal.path):
            path.unlink(missing_ok=True)
        command = [*PYTEST, f"--junit-xml={junit}", "-p", "suite.pytest_journal"]
        command += [*self.database_options(), *self.options, *map(str, self.what)]
        show("starts")
        with log.open("w") as file:
            process = subprocess.Popen(
                command,
                cwd=paths.ROOT,
                env=self.env(journal.path),
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                preexec_fn=die_with_parent(),
            )
            while process.poll() is None:
                journal.follow()
                if journal.collected:
                    show(f"{journal.done} of {journal.collected}, {journal.current}")
                time.sleep(0.2)
        report = journal.close(read_junit(junit, process.returncode))
        if report.counts.failed:
            say(f"\n{self.name} failed ({log}):\n{failures(log)}")
        return report

    def database_options(self) -> list[str]:
        if not self.template:
            return ["-p", "no:odoo"]
        if self.standing:
            database = self.templates.standing_copy(
                self.template, self.standing, pages=self.browser and not self.template.pages
            )
        else:
            database = f"suite_test_{self.slug.replace('-', '_').lower()}"[:63]
            self.templates.fresh_copy(self.template, database)
        databases = self.templates.databases
        for addon in self.addons:
            state = "SELECT state FROM ir_module_module WHERE name = %s"
            if databases.execute(state, (addon,), database) != [("installed",)]:
                raise SuiteError(f"{addon} is not installed in {database}: nothing would be tested")
        for statement in self.prepare:
            databases.execute(statement, database=database)
        options = [
            "-psuite.pytest_freeze",
            f"--odoo-database={database}",
            "--odoo-log-level=critical",
            f"--odoo-extra=db-filter=^{database}$",
        ]
        return options + (["--odoo-http"] if self.http else [])

    def env(self, journal: Path) -> dict:
        env = self.odoo.env()
        env["CRM_SUITE_JOURNAL"] = str(journal)
        env["CRM_SUITE_STAGE"] = self.slug.replace("-", "_")
        env["PYTHONPATH"] = str(paths.TOOLS)
        # Debian's wkhtmltopdf wants a screen otherwise.
        env["QT_QPA_PLATFORM"] = "offscreen"
        if not self.template:
            # The plugin takes these for a wish to load Odoo into pytest itself.
            env.pop("ODOO_RC")
        return env


@dataclass
class Stages:
    """:param addon: test this addon alone, or None for all"""

    odoo: Odoo
    addon: str | None = None
    done: list[Job] = field(default_factory=list)

    def __post_init__(self):
        self.templates = Templates(self.odoo)
        self.named: dict[str, Template] = {}

    @property
    def total(self) -> Counts:
        total = Counts()
        for job in self.done:
            total += job.report.counts
        return total

    def run(self, names, only_failed: bool = False) -> None:
        jobs = [job for name in names for job in getattr(self, name)()]
        if only_failed:
            jobs = self.that_failed(jobs)
        jobs += self.template_jobs(jobs)
        lanes = Lanes(jobs)
        try:
            lanes.run()
        finally:
            self.done = lanes.done
        self.keep_failed()
        if not only_failed:
            write_times(self.seconds_of_files())

    def template_jobs(self, jobs: list[Job]) -> list[Job]:
        """A job for each template that is not there and that these need."""
        wanted = {}
        for name in {name for job in jobs for name in job.needs}:
            template = self.named[name]
            while template and not self.templates.is_made(template):
                wanted[template.name] = template
                template = template.parent
        for job in jobs:
            job.needs = tuple(name for name in job.needs if name in wanted)
        return [self.template_job(template, wanted) for template in wanted.values()]

    def template_job(self, template: Template, wanted) -> Job:
        def work(_show):
            self.templates.ensure(template)
            return Report()

        parent = template.parent
        needs = (parent.name,) if parent and parent.name in wanted else ()
        return Job("templates", template.name, work, needs=needs, seconds=90)

    def job(
        self, stage: str, name: str, what: list, *, needs=(), seconds=30, browser=False, **options
    ) -> Job:
        """:param needs: templates that the tests copy, beside ``template``"""
        work = Pytest(self.odoo, self.templates, name, what, browser=browser, **options)
        templates = [*needs, *filter(None, [work.template])]
        self.named |= {template.name: template for template in templates}
        names = tuple(template.name for template in templates)
        return Job(stage, name, work, needs=names, browser=browser, seconds=seconds)

    def seconds_of_files(self) -> dict[str, float]:
        found: dict[str, float] = {}
        for job in self.done:
            if job.stage == "addons":
                for test, seconds in job.report.seconds.items():
                    path = test.split("::")[0]
                    found[path] = found.get(path, 0) + seconds
        return found

    # What failed the last time ------------------------------------------------------

    def that_failed(self, jobs: list[Job]) -> list[Job]:
        """Of these jobs those that failed the last time, with the failed tests alone.

        :raises SuiteError: when nothing failed.
        """
        kept = read_failed()
        again = [job for job in jobs if job.name in kept]
        if not again:
            raise SuiteError("no test failed the last time: start bin/test without --failed.")
        for job in again:
            if isinstance(job.work, Pytest) and kept[job.name]:
                job.work.what = kept[job.name]
        return again

    def keep_failed(self) -> None:
        kept = read_failed()
        for job in self.done:
            kept.pop(job.name, None)
            if job.report.counts.failed:
                kept[job.name] = job.report.failed
        paths.STATE.mkdir(parents=True, exist_ok=True)
        (paths.STATE / FAILED).write_text(json.dumps(kept, indent=1))

    # Stages ---------------------------------------------------------------------------

    def lint(self) -> Iterator[Job]:
        bin_folder = Path(sys.executable).parent
        addons = [self.addon] if self.addon else all_addons()
        folders = tuple(paths.ADDONS / name for name in addons)
        python = folders
        if not self.addon:
            python = tuple(paths.ROOT / name for name in ("addons", "bin", "tests", "tools"))

        def check(title, command, folders, *settings):
            files = ("requirements-test.txt", *settings)
            command = (bin_folder / command[0], *command[1:])
            return Check(title, command, folders, tuple(paths.ROOT / name for name in files))

        quick = [
            check("ruff check", ("ruff", "check"), python, "ruff.toml"),
            check("ruff format", ("ruff", "format", "--check"), python, "ruff.toml"),
        ]
        oca = ("oca-checks-odoo-module", "--config=config/oca_hooks.cfg")
        quick += [
            check(f"OCA checks, {folder.name}", oca, (folder,), "config/oca_hooks.cfg")
            for folder in folders
        ]
        yield Job("lint", "ruff and OCA checks", Checks(quick))
        pylint = ("pylint", "--rcfile=.pylintrc", "--disable=no-search-all")
        slow = [check("pylint-odoo", pylint, folders, ".pylintrc")]
        yield Job("lint", "pylint-odoo", Checks(slow), seconds=90)

    def tools(self) -> Iterator[Job]:
        yield self.job("tools", "tools and files", ["tests/tools"])

    def addons(self) -> Iterator[Job]:
        """The addons' own tests but the browser's: one alone, or all together."""
        if self.addon:
            yield from self.in_shards([self.addon], alone(self.addon), SHARDS, self.addon)
            return
        bridges = [name for name in paths.bridges() if name not in paths.BESIDE_BRIDGES]
        yield from self.in_shards([*paths.SUITE_ADDONS, *bridges], SUITE, SHARDS, "the addons")
        yield from self.in_shards(paths.BESIDE_BRIDGES, BESIDE, 1, "the bridges to others")

    def in_shards(self, addons, template, count, title) -> Iterator[Job]:
        files = [path for addon in addons for path in tests_of(addon) if not is_tour(path)]
        shards = split(files, min(count, len(files)))
        for number, shard in enumerate(shards, 1):
            name = f"tests of {title}" + (f" {number}/{len(shards)}" if len(shards) > 1 else "")
            yield self.job(
                "addons",
                name,
                shard,
                seconds=sum(seconds_of(path) for path in shard),
                template=template,
                standing=f"run{number}_{title.replace(' ', '_')}"[:20].rstrip("_"),
                addons=tuple(addons),
                http=True,  # some ask for a page
            )

    def install(self) -> Iterator[Job]:
        needs = (BASE, SUITE, DEMO, BESIDE, *map(alone, paths.SUITE_ADDONS))
        what = ["tests/install"]
        yield self.job("install", "install and uninstall", what, needs=needs, seconds=300)

    def external(self) -> Iterator[Job]:
        needs = (SUITE, DEMO, *map(alone, paths.SUITE_ADDONS))
        what = ["tests/external", f"--ignore={ROLES}"]
        yield self.job("external", "external access", what, needs=needs, seconds=500)

    def roles(self) -> Iterator[Job]:
        """The role table, tried over both interfaces; see docs/security.md."""
        yield self.job("roles", "roles", [ROLES], needs=(BESIDE,), seconds=250)

    def containers(self) -> Iterator[Job]:
        yield self.job("containers", "containers", ["tests/containers"], seconds=300)

    def browser(self) -> Iterator[Job]:
        template = alone(self.addon) if self.addon else DEMO
        tours = [
            path
            for addon in ([self.addon] if self.addon else all_addons())
            for path in tests_of(addon)
            if is_tour(path)
        ]
        if tours:
            yield self.job(
                "browser",
                "tours",
                tours,
                seconds=250,
                browser=True,
                template=template,
                # One addon is tested again and again while it is worked on.
                standing="tours" if self.addon else "",
                http=True,
                options=AGAIN_AFTER_TIMEOUT,
            )
        if not self.addon:
            what = ["tests/browser"]
            yield self.job("browser", "screens", what, needs=(DEMO,), seconds=400, browser=True)

    def core(self) -> Iterator[Job]:
        """Odoo's own tests with our addons installed."""
        folder = Path(self.odoo.source.python_path) / "odoo" / "addons"
        base = folder / "base" / "tests"
        if not (folder / "crm").is_dir():
            folder = Path(self.odoo.source.addons_paths[0])
        # Odoo's tests are written for its defaults: rule-based assignment off (those of
        # the assignment switch it on themselves), a capacity for each membership. The
        # addon's readme lists what does not hold with ours.
        defaults = (
            "DELETE FROM ir_config_parameter WHERE key IN"
            " ('crm.lead.auto.assignment', 'crm_lead_assign.capacity_scope')"
        )
        tours = [
            folder / "contacts" / "tests" / "test_ui.py",
            folder / "crm" / "tests" / "test_crm_ui.py",
            folder / "crm" / "tests" / "test_sales_team_ui.py",
        ]
        rest = [
            folder / "contacts" / "tests",
            folder / "crm" / "tests",
            folder / "sales_team" / "tests",
            folder / "partnership" / "tests",
            folder / "product" / "tests" / "test_pricelist.py",
            folder / "product" / "tests" / "test_product_pricelist.py",
            base / "test_res_partner.py",
            base / "test_res_partner_merge.py",
        ]
        on_copy = {"template": SUITE, "http": True, "prepare": (defaults,)}
        yield self.job(
            "core",
            "Odoo's own tours",
            tours,
            seconds=80,
            browser=True,
            options=AGAIN_AFTER_TIMEOUT,
            **on_copy,
        )
        yield self.job(
            "core",
            "Odoo's own tests",
            rest,
            seconds=150,
            options=("-p", "suite.pytest_core", *(f"--ignore={path}" for path in tours)),
            **on_copy,
        )
        # Odoo's own lint over our addons, where all of them are. Its checkers' own tests are
        # Odoo's affair.
        lint = base.parent.parent / "test_lint" / "tests"
        yield self.job(
            "core",
            "Odoo's lint",
            sorted(set(lint.glob("test_*.py")) - {lint / "test_checkers.py"}),
            seconds=120,
            template=BESIDE,
            standing="lint",
            options=("-p", "suite.pytest_lint"),
        )

    # At the end -----------------------------------------------------------------------

    def summary(self, slowest: int = 10) -> Iterator[str]:
        stages: dict[str, list[Job]] = {}
        for job in self.done:
            stages.setdefault(job.stage, []).append(job)
        for stage, jobs in stages.items():
            counts = Counts()
            for job in jobs:
                counts += job.report.counts
            yield f"  {stage:<12} {counts}, {sum(job.took for job in jobs):.0f} s"
        tests = [
            (seconds, job, name)
            for job in self.done
            for name, seconds in job.report.seconds.items()
        ]
        yield f"\nThe slowest {slowest}:"
        for seconds, job, name in sorted(tests, key=lambda row: -row[0])[:slowest]:
            yield f"  {seconds:5.1f} s  {job.name}: {short(name)}"
        skipped: dict[str, int] = {}
        for job in self.done:
            for reason in job.report.skipped.values():
                skipped[reason] = skipped.get(reason, 0) + 1
        if skipped:
            yield "\nSkipped:"
            yield from (f"  {number}: {reason}" for reason, number in skipped.items())
        again = [f"  {job.name}: {short(name)}" for job in self.done for name in job.report.again]
        if again:
            yield "\nPassed at a second try only:"
            yield from again
        failed = [
            f"  {job.name}: {short(name)}"
            for job in self.done
            if job.report.counts.failed
            for name in job.report.failed or ["as a whole"]
        ]
        if failed:
            yield "\nFailed (again alone: bin/test --failed):"
            yield from failed


def read_failed() -> dict[str, list[str]]:
    """The ids of what failed the last time it was run, by job."""
    try:
        return json.loads((paths.STATE / FAILED).read_text())
    except (OSError, ValueError):
        return {}


def short(name: str) -> str:
    return name.rsplit("/", 1)[-1]


def failures(log: Path) -> str:
    """The part of pytest's output that says what failed; of a crash, its last lines."""
    lines = log.read_text(errors="replace").splitlines()
    heads = [
        number
        for number, line in enumerate(lines)
        if line.startswith("=") and (" FAILURES " in line or " ERRORS " in line)
    ]
    lines = lines[heads[0] :] if heads else lines[-SHOWN_LINES:]
    if len(lines) > SHOWN_LINES:
        half = SHOWN_LINES // 2
        lines = [*lines[:half], f"… {len(lines) - 2 * half} lines more …", *lines[-half:]]
    return "\n".join(lines)


def all_addons() -> list[str]:
    return [manifest.parent.name for manifest in sorted(paths.ADDONS.glob("*/__manifest__.py"))]


def tests_of(addon: str) -> list[Path]:
    return sorted((paths.ADDONS / addon / "tests").glob("test_*.py"))


def is_tour(path: Path) -> bool:
    return path.name.startswith("test_tour")


def split(files: list[Path], count: int) -> list[list[Path]]:
    """Share files out to shards that take about as long as each other."""
    shards: list[list[Path]] = [[] for _number in range(count)]
    sums = [0.0] * count
    seconds = {path: seconds_of(path) for path in files}
    for path in sorted(files, key=lambda path: (-seconds[path], path)):
        least = sums.index(min(sums))
        shards[least].append(path)
        sums[least] += seconds[path]
    return [sorted(shard) for shard in shards]


def seconds_of(path: Path) -> float:
    """What the tests of a file took the last time; a guess by its size before the first."""
    return read_times().get(str(path)) or path.stat().st_size / 2000
