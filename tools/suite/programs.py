"""What of the machine's we use, installed when we may: a browser, a PDF maker, and what
wheels bring elsewhere."""

import ctypes
import os
import platform
import shutil
import subprocess
import sys

from .console import SuiteError, say, step

#: The names Odoo's own test runner looks for.
BROWSERS = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
#: What Odoo makes its PDF files with.
PDF_MAKER = "wkhtmltopdf"
#: What Odoo compiles its styles with where libsass has no wheel.
STYLES_COMPILER = "sassc"
#: What ReportLab draws barcodes with where its own library has no wheel.
CAIRO = "libcairo.so.2"


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


def find_stand_ins() -> None:
    """What stands in for the wheels that config/requirements/run.in leaves out by a marker.

    :raises SuiteError: when Odoo's pages would have no styles
    """
    if platform.machine() == "aarch64" and not (
        installed(STYLES_COMPILER) or install(STYLES_COMPILER, STYLES_COMPILER)
    ):
        raise SuiteError(
            "on arm64 Odoo compiles its styles with sassc. Install it with: apt-get install sassc"
        )
    if sys.version_info >= (3, 13) and not loads(CAIRO):
        install("libcairo2")
        if not loads(CAIRO):
            say("  No libcairo: no barcode is drawn. Install it with: apt-get install libcairo2")


def loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


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
