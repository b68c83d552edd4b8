"""The virtual environment: made from the locks, redone when they change."""

import hashlib
import importlib.util
import json
import os
import re
import shutil
import sys
import tempfile
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from . import odoo_source, paths, programs, uv
from .console import SuiteError, step
from .debian import DebianArchive
from .locks import Lock
from .processes import run_logged

MINIMUM_PYTHON = (3, 10)
MAXIMUM_PYTHON = (3, 13)
LOCKS = {
    "run": ("requirements.txt",),
    "test": ("requirements.txt", "requirements-test.txt"),
}
OCA_LOCK = "requirements-oca.txt"


def ensure(purpose: str = "run") -> odoo_source.OdooSource:
    """Make or complete the environment; return the Odoo it runs.

    A second caller waits for the first and says so. Costs some 10 ms when
    nothing has changed.
    """
    check_python()
    with Lock("environment", "making the environment").acquire(wait=True):
        with ThreadPoolExecutor(1) as beside:
            # Odoo comes while pip works.
            odoo = beside.submit(odoo_source.find)
            # A first run serves the tests too: "test" adds to "run".
            install(purpose)
            source = odoo.result()
        connect(source)
        return source


def check_python() -> None:
    version = sys.version_info[:2]
    if not MINIMUM_PYTHON <= version <= MAXIMUM_PYTHON:
        raise SuiteError(
            f"Odoo 19.0 runs on Python 3.10 to 3.13; this is {version[0]}.{version[1]}. "
            "Start the command with another one, for example: python3.11 bin/run"
        )


def fingerprint(name: str) -> str:
    text = (paths.ROOT / name).read_bytes()
    return hashlib.sha256(text).hexdigest()


def what_is_installed() -> dict:
    """The environment's marker; empty when it is to be made afresh."""
    installed = read_marker(paths.VENV / "installed.json")
    if installed.get("python") != sys.version or not python_works():
        return {}  # never finished, or made by another Python
    return installed


def is_here(purpose: str) -> bool:
    """Whether ``ensure`` has nothing to install; asks no other process."""
    installed = what_is_installed()
    return all(installed.get(name) == fingerprint(name) for name in (*LOCKS[purpose], OCA_LOCK))


def install(purpose: str) -> None:
    marker = paths.VENV / "installed.json"
    installed = what_is_installed()
    missing = [name for name in LOCKS[purpose] if installed.get(name) != fingerprint(name)]
    if not missing:
        return
    programs.find_stand_ins()
    if not installed:
        create()  # afresh: an interrupted pip leaves halves
        installed["python"] = sys.version
    # No marker while pip works, so that an interrupted one starts afresh.
    marker.unlink(missing_ok=True)
    for name in missing:
        with step(f"Installing Python packages ({name})"):
            # The locks are whole; what is left out of them on purpose is not asked for.
            install_lock(paths.ROOT / name)
        installed[name] = fingerprint(name)
    marker.write_text(json.dumps(installed))


def read_marker(marker) -> dict:
    try:
        return json.loads(marker.read_text())
    except (OSError, ValueError):
        return {}


def create() -> None:
    shutil.rmtree(paths.VENV, ignore_errors=True)
    paths.LOCAL.mkdir(parents=True, exist_ok=True)
    with step("Making the virtual environment"):
        if importlib.util.find_spec("ensurepip"):
            run_logged([sys.executable, "-m", "venv", paths.VENV], "venv.log")
            return
        # Debian splits pip off: its wheel can be had without root all the same.
        run_logged([sys.executable, "-m", "venv", "--without-pip", paths.VENV], "venv.log")
        install_pip_from_debian()


def install_pip_from_debian() -> None:
    reason = DebianArchive.why_not()
    if reason:
        raise SuiteError(
            "Python's venv module is incomplete here (no ensurepip). Install it with: "
            f"apt-get install python{sys.version_info[0]}.{sys.version_info[1]}-venv"
        )
    archive = DebianArchive(Path(tempfile.mkdtemp(prefix="apt-", dir=paths.LOCAL)), ("unstable",))
    archive.update()
    folder = archive.home / "unpacked"
    for deb in archive.download("python3-pip-whl"):
        archive.unpack(deb, folder)
    wheel = next(folder.rglob("pip-*.whl"))
    run_logged(
        [paths.venv_python(), wheel / "pip", "install", "--no-index", wheel], "pip-bootstrap.log"
    )
    shutil.rmtree(archive.home)


def install_lock(lock: Path) -> None:
    """Install what a lock names: by uv, which needs a tenth of pip's time, or by pip."""
    arguments = ("install", "--no-deps", "--require-hashes", "--requirement", lock)
    if not (has_uv() and uv_pip(*arguments)):
        pip(*arguments)


def has_uv() -> bool:
    """Whether the environment has uv; pip fetches it where it can be had."""
    if (paths.VENV / "bin" / "uv").exists():
        return True
    lock = paths.VENV / "uv.txt"
    lock.write_text(lines_of("uv", (paths.ROOT / "requirements-test.txt").read_text()))
    try:
        pip("install", "--no-deps", "--require-hashes", "--only-binary=uv", "--requirement", lock)
    except SuiteError:
        return False  # no wheel for this machine
    return True


def lines_of(package: str, lock: str) -> str:
    """The lines of a lock for one package: its version and its hashes."""
    found = re.search(rf"^{re.escape(package)}==.*(?:\n .*)*\n", lock, re.MULTILINE)
    return found.group()


def uv_pip(*arguments) -> bool:
    """Run uv as pip is run; return whether it could do it.

    Where it could not, pip may know more: of a proxy, of credentials. What was at fault pip says.
    """
    done = uv.run("pip", *arguments, python=paths.venv_python())
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    (paths.LOGS / "uv.log").write_text(done.stdout + done.stderr)
    return not done.returncode


def pip(*arguments) -> None:
    run_logged(
        [paths.venv_python(), "-m", "pip", "--disable-pip-version-check", *arguments],
        "pip.log",
        env={**os.environ, "PIP_REQUIRE_VIRTUALENV": "1", "PYTHONNOUSERSITE": "1"},
    )


def connect(source: odoo_source.OdooSource) -> None:
    """Let the environment import Odoo, and add the OCA addons once it can."""
    # Not asked of sysconfig: Debian's answers with another folder outside environments.
    version = f"python{sys.version_info[0]}.{sys.version_info[1]}"
    site = paths.VENV / "lib" / version / "site-packages"
    link = site / "odoo-source.pth"
    wanted = source.python_path + "\n"
    if not link.exists() or link.read_text() != wanted:
        link.write_text(wanted)
    marker = paths.VENV / "installed.json"
    installed = read_marker(marker)
    if installed.get(OCA_LOCK) == fingerprint(OCA_LOCK):
        return
    with step("Installing the OCA addons"):
        # Their only dependencies are Odoo itself, which is no package everywhere,
        # and what the first lock already holds.
        install_lock(paths.ROOT / OCA_LOCK)
    marker.write_text(json.dumps({**installed, OCA_LOCK: fingerprint(OCA_LOCK)}))


def python_works() -> bool:
    """Whether the environment's Python is still there: the one it links to may be gone."""
    return paths.venv_python().exists()
