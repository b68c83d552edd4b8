"""Debian packages fetched and unpacked without root.

``apt`` runs on a configuration of our own, so nothing of the machine's package
state is read or changed; signatures are checked against Debian's archive keys.
The archive's address is read from the machine's own sources: mirrors differ.
"""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .console import SuiteError
from .processes import run_logged

KEYRING = Path("/usr/share/keyrings/debian-archive-keyring.gpg")

SOURCES = Path("/etc/apt")

CONFIGURATION = """\
Dir "{home}";
Dir::State "{home}/state";
Dir::State::status "/dev/null";
Dir::Cache "{home}/cache";
Dir::Etc::sourcelist "{home}/sources.list";
Dir::Etc::sourceparts "/dev/null";
Dir::Etc::main "/dev/null";
Dir::Etc::parts "/dev/null";
Dir::Etc::preferences "/dev/null";
Dir::Etc::preferencesparts "/dev/null";
APT::Architecture "{architecture}";
APT::Sandbox::User "";
APT::Get::List-Cleanup "false";
Acquire::Languages "none";
# Mirrors of unstable lag behind; an index that is signed but old is still Debian's.
Acquire::Check-Valid-Until "false";
Acquire::Retries "3";
"""


class DebianArchive:
    """An ``apt`` of our own in ``home``, looking at the given suites."""

    def __init__(self, home: Path, suites: tuple[str, ...]):
        self.home = home
        self.suites = suites
        self._env = {**os.environ, "APT_CONFIG": str(home / "apt.conf"), "LC_ALL": "C"}

    @staticmethod
    def why_not() -> str | None:
        """Why this machine can't use the archive, or None when it can."""
        for program in ("apt-get", "dpkg-deb", "dpkg"):
            if not shutil.which(program):
                return f"this machine has no {program}"
        if not KEYRING.exists():
            return "Debian's keys are missing: apt-get install debian-archive-keyring"
        if not DebianArchive.address():
            return "no Debian archive among this machine's apt sources"
        return None

    @staticmethod
    def address() -> str | None:
        """The archive among the machine's own sources whose path ends in /debian/."""
        listed = subprocess.run(
            ["apt-get", "indextargets", "--format", "$(REPO_URI)", "Created-By: Packages"],
            capture_output=True,
            text=True,
            check=False,
        )
        # A fresh machine has sources, but has not read them yet: then look ourselves.
        for address in listed.stdout.split() or addresses_in_sources():
            if address.rstrip("/").endswith("/debian"):
                return address
        return None

    def update(self) -> None:
        address = self.address()
        if not address:
            raise SuiteError("no Debian archive among this machine's apt sources.")
        for folder in ("state/lists/partial", "cache/archives/partial", "debs"):
            (self.home / folder).mkdir(parents=True, exist_ok=True)
        architecture = subprocess.run(
            ["dpkg", "--print-architecture"], capture_output=True, text=True, check=True
        ).stdout.strip()
        (self.home / "apt.conf").write_text(
            CONFIGURATION.format(home=self.home, architecture=architecture)
        )
        (self.home / "sources.list").write_text(
            "".join(f"deb [signed-by={KEYRING}] {address} {suite} main\n" for suite in self.suites)
        )
        run_logged(["apt-get", "update"], "apt-update.log", env=self._env)

    def download(self, *packages: str) -> list[Path]:
        """Fetch packages (``name`` or ``name/suite``); return the ``.deb`` files."""
        folder = self.home / "debs"
        before = set(folder.glob("*.deb"))
        run_logged(
            ["apt-get", "download", *packages], "apt-download.log", env=self._env, cwd=folder
        )
        return sorted(set(folder.glob("*.deb")) - before)

    @staticmethod
    def unpack(deb: Path, root: Path) -> None:
        run_logged(["dpkg-deb", "-x", deb, root], "dpkg-unpack.log")


def addresses_in_sources() -> list[str]:
    """Every address that apt's own source files name, in either of their formats."""
    files = [SOURCES / "sources.list", *sorted((SOURCES / "sources.list.d").glob("*"))]
    found: list[str] = []
    for path in files:
        if path.suffix in (".list", ".sources") and path.is_file():
            lines = path.read_text(errors="replace").splitlines()
            live = [line for line in lines if not line.lstrip().startswith("#")]
            found += re.findall(r"\bhttps?://\S+", "\n".join(live))
    return found
