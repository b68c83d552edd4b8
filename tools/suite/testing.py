"""The stages of bin/test, and their counts."""

import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from . import paths
from .console import say
from .odoo import Odoo
from .processes import die_with_parent
from .programs import find_browser
from .templates import DEMO, SUITE, Templates, alone

PYTEST = [sys.executable, "-m", "pytest", "-c", str(paths.ROOT / "tests" / "pytest.ini")]


@dataclass
class Counts:
    passed: int = 0
    failed: int = 0
    skipped: int = 0

    def __iadd__(self, other: "Counts") -> "Counts":
        self.passed += other.passed
        self.failed += other.failed
        self.skipped += other.skipped
        return self

    def __str__(self) -> str:
        text = f"{self.passed} passed, {self.failed} failed"
        return text + (f", {self.skipped} skipped" if self.skipped else "")


def read_junit(path: Path, exit_code: int) -> Counts:
    """Counts of one pytest run; a run that broke off counts as one failure."""
    counts = Counts()
    try:
        suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
    except (OSError, ElementTree.ParseError):
        return Counts(failed=1)
    for suite in suites:
        wrong = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts += Counts(int(suite.get("tests", 0)) - wrong - skipped, wrong, skipped)
    # 5: nothing collected. Any other code without a failed test is a crash.
    if exit_code not in (0, 1) and not counts.failed:
        counts.failed += 1
    return counts


@dataclass
class Stages:
    """Runs stages one after the other and adds up.

    :param addon: test this addon alone, or None for all
    """

    odoo: Odoo
    addon: str | None = None
    total: Counts = field(default_factory=Counts)
    lines: list[str] = field(default_factory=list)
    failed_stages: list[str] = field(default_factory=list)

    def __post_init__(self):
        self.templates = Templates(self.odoo)

    def record(self, name: str, counts: Counts, started: float) -> None:
        self.total += counts
        self.lines.append(f"{name:<28} {counts}, {time.monotonic() - started:.0f} s")
        if counts.failed:
            self.failed_stages.append(name)

    # Lint -------------------------------------------------------------------

    def lint(self) -> None:
        started = time.monotonic()
        counts = Counts()
        for name, command in self.lint_commands():
            done = subprocess.run(
                command, cwd=paths.ROOT, capture_output=True, text=True, check=False
            )
            if done.returncode:
                counts.failed += 1
                say(f"{name} failed:\n{done.stdout}{done.stderr}")
            else:
                counts.passed += 1
        self.record("lint", counts, started)

    def lint_commands(self):
        bin_folder = Path(sys.executable).parent
        addons = [self.addon] if self.addon else sorted(all_addons())
        folders = [f"addons/{name}" for name in addons]
        python = folders if self.addon else ["addons", "bin", "tests", "tools"]
        yield "ruff check", [bin_folder / "ruff", "check", *python]
        yield "ruff format", [bin_folder / "ruff", "format", "--check", *python]
        pylint = [bin_folder / "pylint", "--rcfile=.pylintrc", "--disable=no-search-all"]
        yield "pylint-odoo", [*pylint, *folders]
        for folder in folders:
            yield (
                f"OCA checks, {folder}",
                [bin_folder / "oca-checks-odoo-module", "--config=config/oca_hooks.cfg", folder],
            )

    # Pytest -----------------------------------------------------------------

    def pytest(self, name: str, *arguments, database: str | None = None, http=False) -> None:
        started = time.monotonic()
        slug = name.replace(" ", "-").replace(",", "")
        report = paths.LOGS / f"junit-{slug}.xml"
        report.unlink(missing_ok=True)
        say(f"\n{name}")
        command = [*PYTEST, f"--junit-xml={report}", *map(str, arguments)]
        if database:
            command += [
                f"--odoo-database={database}",
                "--odoo-log-level=critical",
                f"--odoo-extra=db-filter=^{database}$",
            ]
            command += ["--odoo-http"] if http else []
        else:
            command += ["-p", "no:odoo"]
        exit_code = subprocess.run(
            command,
            cwd=paths.ROOT,
            env=self.pytest_env(odoo=bool(database)),
            check=False,
            preexec_fn=die_with_parent(),
        ).returncode
        self.record(name, read_junit(report, exit_code), started)

    def pytest_env(self, odoo: bool) -> dict:
        env = self.odoo.env()
        env["PYTHONPATH"] = str(paths.TOOLS)
        env["PYTHONDONTWRITEBYTECODE"] = "1"
        # Debian's wkhtmltopdf wants a screen otherwise.
        env["QT_QPA_PLATFORM"] = "offscreen"
        if not odoo:
            # The plugin takes these for a wish to load Odoo into pytest itself.
            env.pop("ODOO_RC")
        return env

    def tools(self) -> None:
        self.pytest("tools and files", "tests/tools")

    def addons(self) -> None:
        """The addons' own tests but the browser's: one alone, or all together."""
        template = alone(self.addon) if self.addon else SUITE
        database = self.templates.standing_copy(template, f"{template.name}_run")
        names = [self.addon] if self.addon else paths.SUITE_ADDONS
        title = f"tests of {self.addon}" if self.addon else "tests of the addons"
        self.pytest(title, *test_folders(names), *NO_TOURS, database=database)
        for bridge in () if self.addon else paths.bridges():
            template = alone(bridge)
            database = self.templates.standing_copy(template, f"{template.name}_run")
            self.pytest(
                f"tests of {bridge}",
                *test_folders([bridge]),
                *NO_TOURS,
                database=database,
                http=True,  # a bridge to the website is tested by its forms
            )

    def install(self) -> None:
        self.templates.ensure(SUITE)
        self.pytest("install and uninstall", "tests/install")

    def external(self) -> None:
        self.templates.ensure(DEMO)
        self.pytest("external access", "tests/external")

    def containers(self) -> None:
        # What is made for minutes the first time shows its progress.
        self.pytest("containers", "tests/containers", "-rs", "--capture=no")

    def browser(self) -> None:
        find_browser()
        template = alone(self.addon) if self.addon else DEMO
        database = self.templates.fresh_copy(template, "suite_test_tours")
        tours = [
            path
            for name in ([self.addon] if self.addon else all_addons())
            for path in sorted((paths.ADDONS / name / "tests").glob("test_tour*.py"))
        ]
        if tours:
            self.pytest("tours", *tours, *AGAIN_AFTER_TIMEOUT, database=database, http=True)
        if not self.addon:
            self.pytest("screens", "tests/browser")

    def core(self) -> None:
        """Odoo's own tests with our addons installed."""
        find_browser()
        database = self.templates.fresh_copy(SUITE, "suite_test_core")
        # Odoo's tests are written for its defaults: rule-based assignment off (those of
        # the assignment switch it on themselves), a capacity for each membership. The
        # addon's readme lists what does not hold with ours.
        self.templates.databases.execute(
            "DELETE FROM ir_config_parameter WHERE key IN"
            " ('crm.lead.auto.assignment', 'crm_lead_assign.capacity_scope')",
            database=database,
        )
        folder = Path(self.odoo.source.python_path) / "odoo" / "addons"
        if not (folder / "crm").is_dir():
            folder = Path(self.odoo.source.addons_paths[0])
        base = Path(self.odoo.source.python_path) / "odoo" / "addons" / "base" / "tests"
        self.pytest(
            "Odoo's own tests",
            folder / "contacts" / "tests",
            folder / "crm" / "tests",
            folder / "sales_team" / "tests",
            folder / "partnership" / "tests",
            folder / "product" / "tests" / "test_pricelist.py",
            folder / "product" / "tests" / "test_product_pricelist.py",
            base / "test_res_partner.py",
            base / "test_res_partner_merge.py",
            "-p",
            "suite.pytest_core",
            *AGAIN_AFTER_TIMEOUT,
            database=database,
            http=True,
        )


#: A tour's step has ten seconds, which a busy machine may not keep; nothing else is
#: tried again.
AGAIN_AFTER_TIMEOUT = ("--reruns=2", "--only-rerun=TIMEOUT step failed to complete")
NO_TOURS = ("--ignore-glob=*/test_tour*.py",)


def all_addons() -> list[str]:
    return [manifest.parent.name for manifest in sorted(paths.ADDONS.glob("*/__manifest__.py"))]


def test_folders(names) -> list[Path]:
    return [
        paths.ADDONS / name / "tests" for name in names if (paths.ADDONS / name / "tests").is_dir()
    ]
