"""Where Odoo comes from, tried in this order:

1. an Odoo 19.0 that this Python can already import;
2. ``ODOO_SOURCE=/path`` (a git checkout, or an unpacked ``dist-packages``);
3. Debian's package ``odoo-19``, fetched and unpacked without root;
4. a shallow git clone of branch 19.0.

What was fetched lies in ``.local/odoo``. It is built in a folder beside it and
renamed when whole and checked, so a half-done download is never taken for Odoo.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
from dataclasses import asdict, dataclass, field
from pathlib import Path

from . import paths
from .console import SuiteError, say, step
from .debian import DebianArchive
from .processes import run_logged

SERIES = "19.0"
GIT_ADDRESS = "https://github.com/odoo/odoo.git"

#: What Debian took out of its Odoo package and left as links to other packages.
#: Font Awesome must be bookworm's 4.7: unstable has 7, whose icons are others.
DEBIAN_ODOO = ("odoo-19/unstable", "fonts-montserrat/unstable")
DEBIAN_LINKED = tuple(
    f"{name}/bookworm"
    for name in (
        "libjs-jquery",
        "libjs-jquery-form",
        "libjs-underscore",
        "fonts-font-awesome",
        "fonts-roboto-unhinted",
        "fonts-inconsolata",
        "fonts-ocr-b",
    )
)
#: Also taken out, and in no Debian package; the npm package of that name has it.
SELFIE = "addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js"
SELFIE_PACKAGE = "@mediapipe/selfie_segmentation@0.1.1675465747"

#: Bump when the recipe changes: what an older recipe made is then made anew.
RECIPE = 1


@dataclass
class OdooSource:
    """An Odoo that can be run.

    ``python_path``: the folder that holds the package ``odoo``.
    ``addons_paths``: folders with addons beside ``odoo/addons``.
    """

    kind: str
    python_path: str
    version: str
    addons_paths: list[str] = field(default_factory=list)

    def describe(self) -> str:
        return f"Odoo {self.version} ({self.kind})"


def find() -> OdooSource:
    """The Odoo to use, fetched when there is none.

    :raises SuiteError: naming what was tried and how to mend it.
    """
    return from_this_python() or from_variable() or from_cache() or fetch()


def is_here() -> bool:
    """Whether :func:`find` will fetch nothing; asks no other process.

    :raises SuiteError: when ``ODOO_SOURCE`` holds none
    """
    return bool(importlib.util.find_spec("odoo") or from_variable() or from_cache())


def from_this_python() -> OdooSource | None:
    probe = (
        "import odoo, odoo.release as r, os, json;"
        "print(json.dumps([os.path.dirname(os.path.dirname(r.__file__)),"
        " r.version, list(r.version_info[:2])]))"
    )
    # Asked of the interpreter that called us, isolated from our own folders.
    python = os.environ.get("CRM_SUITE_PYTHON") or sys.executable
    done = subprocess.run(
        [python, "-c", probe], capture_output=True, text=True, check=False, cwd="/"
    )
    if done.returncode:
        return None
    python_path, version, series = json.loads(done.stdout.splitlines()[-1])
    if series != [19, 0]:
        say(f"  Odoo {version} can be imported but is not {SERIES}; looking further.")
        return None
    return read_tree(Path(python_path), "already importable")


def from_variable() -> OdooSource | None:
    value = os.environ.get("ODOO_SOURCE")
    if not value:
        return None
    source = read_tree(Path(value).expanduser().resolve(), "ODOO_SOURCE")
    if source is None:
        raise SuiteError(
            f"ODOO_SOURCE={value} holds no Odoo {SERIES}: expected odoo/release.py there. "
            "Point it at a checkout of branch 19.0, or unset it to have Odoo fetched."
        )
    return source


def from_cache() -> OdooSource | None:
    try:
        facts = json.loads((paths.ODOO / "source.json").read_text())
    except (OSError, ValueError):
        return None
    if facts.pop("recipe", None) != RECIPE:
        return None
    source = OdooSource(**facts)
    return source if read_tree(Path(source.python_path), source.kind) else None


def read_tree(folder: Path, kind: str) -> OdooSource | None:
    """What kind of Odoo lies in ``folder``, or None if none of this series does."""
    release = folder / "odoo" / "release.py"
    if not release.exists():
        return None
    found = re.search(
        r"^version_info\s*=\s*\(\s*(\d+)\s*,\s*(\d+)", release.read_text(), re.MULTILINE
    )
    if not found or ".".join(found.groups()) != SERIES:
        return None
    # A checkout keeps the applications beside the package, an installed one inside.
    if (folder / "odoo" / "addons" / "crm").is_dir():
        return OdooSource(kind, str(folder), SERIES)
    if (folder / "addons" / "crm").is_dir():
        return OdooSource(kind, str(folder), SERIES, [str(folder / "addons")])
    return None


def fetch() -> OdooSource:
    """Fetch Odoo into ``.local/odoo``: Debian's package, else a git clone."""
    for left in paths.LOCAL.glob("odoo.building*"):
        shutil.rmtree(left, ignore_errors=True)
    tried = []
    for name, why_not, make in (
        ("Debian's package odoo-19", DebianArchive.why_not, fetch_from_debian),
        ("a git clone of branch 19.0", git_why_not, fetch_from_git),
    ):
        reason = why_not()
        if reason:
            tried.append(f"{name}: {reason}")
            continue
        building = building_folder()
        try:
            source = make(building)
            check_links(Path(source.python_path))
        except SuiteError as error:
            tried.append(f"{name}: {error}")
            continue
        return move_in(source, building)
    raise SuiteError(
        "Odoo 19.0 could not be had.\n  - "
        + "\n  - ".join(tried)
        + "\nMend one of these, or set ODOO_SOURCE to a checkout of branch 19.0."
    )


def building_folder() -> Path:
    """A new folder each time: what unpacked into an older one may live on for a moment
    after its run was killed."""
    paths.LOCAL.mkdir(parents=True, exist_ok=True)
    building = Path(tempfile.mkdtemp(prefix="odoo.building-", dir=paths.LOCAL))
    building.chmod(0o755)
    return building


def move_in(source: OdooSource, building: Path) -> OdooSource:
    """Make what was built the Odoo to use, in one step."""
    final = relocated(source, building, paths.ODOO)
    (building / "source.json").write_text(json.dumps({**asdict(final), "recipe": RECIPE}))
    shutil.rmtree(paths.ODOO, ignore_errors=True)
    building.rename(paths.ODOO)
    return final


def relocated(source: OdooSource, old: Path, new: Path) -> OdooSource:
    def move(path: str) -> str:
        return str(new / Path(path).relative_to(old))

    return OdooSource(
        source.kind,
        move(source.python_path),
        source.version,
        [move(path) for path in source.addons_paths],
    )


def fetch_from_debian(building: Path) -> OdooSource:
    archive = DebianArchive(building / "apt", ("unstable", "bookworm"))
    with step("Fetching Odoo 19.0 from Debian") as progress:
        progress.update("package lists")
        archive.update()
        progress.update("122 MB of packages")
        debs = archive.download(*DEBIAN_ODOO, *DEBIAN_LINKED)
        for number, deb in enumerate(debs, 1):
            progress.update(f"unpacking {number} of {len(debs)}")
            archive.unpack(deb, building / "root")
        mend_root_links(building / "root")
        shutil.rmtree(archive.home)
    python_path = building / "root" / "usr" / "lib" / "python3" / "dist-packages"
    source = read_tree(python_path, "Debian package odoo-19")
    if source is None:
        raise SuiteError("the package odoo-19 holds no Odoo 19.0.")
    add_selfie_segmentation(python_path / "odoo")
    return source


def mend_root_links(root: Path) -> None:
    """Absolute links in the packages mean the unpacked root, not the machine's."""
    for link in root.rglob("*"):
        if link.is_symlink() and os.readlink(link).startswith("/"):
            target = root / os.readlink(link).lstrip("/")
            link.unlink()
            link.symlink_to(os.path.relpath(target, link.parent))


def add_selfie_segmentation(package: Path) -> None:
    """Put back the script of the video calls' background blur.

    Its asset bundle names it, so without the file the browser's console shows an
    error on every page and tours fail. Without npm an empty script takes its
    place: pages load, and only the blur is missing.
    """
    target = package / SELFIE
    if target.exists():
        return
    target.parent.mkdir(parents=True, exist_ok=True)
    if shutil.which("npm"):
        folder = paths.LOCAL / "npm"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        try:
            run_logged(["npm", "pack", "--silent", SELFIE_PACKAGE], "npm.log", cwd=folder)
            tarball = next(folder.glob("*.tgz"))
            shutil.unpack_archive(tarball, folder)
            shutil.copy(folder / "package" / target.name, target)
            return
        except (SuiteError, StopIteration, OSError) as error:
            say(f"  npm could not fetch {SELFIE_PACKAGE}: {error}")
        finally:
            shutil.rmtree(folder, ignore_errors=True)
    target.write_text("// Background blur of video calls: not in Debian's package.\n")
    say("  Note: without npm, video calls have no background blur; all else is there.")


def git_why_not() -> str | None:
    return None if shutil.which("git") else "no git: apt-get install git"


def fetch_from_git(building: Path) -> OdooSource:
    address = os.environ.get("ODOO_GIT") or GIT_ADDRESS
    target = building / "checkout"
    with step("Cloning Odoo, branch 19.0"):
        run_logged(
            ["git", "clone", "--depth", "1", "--branch", SERIES, address, target],
            "git-clone.log",
            env={**os.environ, "GIT_TERMINAL_PROMPT": "0"},
        )
    source = read_tree(target, "git clone")
    if source is None:
        raise SuiteError(f"{address} holds no Odoo {SERIES}.")
    return source


def check_links(python_path: Path) -> None:
    """Refuse a tree whose scripts, fonts or styles are dangling links."""
    dangling = [
        str(link.relative_to(python_path))
        for link in (python_path / "odoo").rglob("*")
        if link.is_symlink() and not link.exists() and "/static/" in str(link)
    ]
    if dangling:
        shown = ", ".join(dangling[:5])
        raise SuiteError(
            f"{len(dangling)} files of Odoo point nowhere ({shown}); "
            "the list of packages in tools/suite/odoo_source.py needs one more."
        )
