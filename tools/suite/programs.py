"""Programs of the machine's that the tests use, installed when we may: a browser, a PDF maker."""

import os
import shutil
import subprocess

from .console import SuiteError, say, step

#: The names Odoo's own test runner looks for.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
#: What Odoo makes its PDF files with.
PDF_MAKER = "wkhtmltopdf"


def find_browser() -> str:
    """The path of a browser.

    :raises SuiteError: with the command that installs one.
    """
    path = installed(*BROWSERS) or install("chromium", *BROWSERS)
    if not path:
        raise SuiteError(
            "the browser tests need Chromium. Install it with: apt-get install chromium\n"
            "Or leave them out: bin/test --fast"
        )
    return path


def find_pdf_maker() -> str | None:
    """The path of wkhtmltopdf; without it the tests of printed documents are skipped."""
    path = installed(PDF_MAKER) or install(PDF_MAKER, PDF_MAKER)
    if not path:
        say("  No wkhtmltopdf: no PDF is tested. Install it with: apt-get install wkhtmltopdf")
    return path


def installed(*names: str) -> str | None:
    return next(filter(None, map(shutil.which, names)), None)


def install(package: str, *names: str) -> str | None:
    """Install a Debian package where we are root; return the path of what it brings."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        return None
    with step(f"Installing {package}"):
        for command in (["update"], ["install", "--yes", "--no-install-recommends", package]):
            subprocess.run(
                ["apt-get", "--quiet", *command],
                stdout=subprocess.DEVNULL,
                env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                check=False,
            )
    return installed(*names)
