"""A Chromium for the browser tests: the machine's, installed when we may."""

import os
import shutil
import subprocess

from .console import SuiteError, step

#: The names Odoo's own test runner looks for.
NAMES = ("google-chrome", "chromium", "chromium-browser", "google-chrome-stable")
INSTALL = "apt-get install chromium"


def find_browser() -> str:
    """The path of a browser.

    :raises SuiteError: with the command that installs one.
    """
    path = installed()
    if path:
        return path
    if os.geteuid() == 0 and shutil.which("apt-get"):
        with step("Installing Chromium for the browser tests"):
            for command in (
                ["update"],
                ["install", "--yes", "--no-install-recommends", "chromium"],
            ):
                subprocess.run(
                    ["apt-get", "--quiet", *command],
                    stdout=subprocess.DEVNULL,
                    env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
                    check=False,
                )
        path = installed()
    if not path:
        raise SuiteError(
            f"the browser tests need Chromium. Install it with: {INSTALL}\n"
            "Or leave them out: bin/test --fast"
        )
    return path


def installed() -> str | None:
    return next(filter(None, map(shutil.which, NAMES)), None)
