"""Containers for the tests: an engine, and stand-ins for images that can't be pulled.

A machine whose own engine can pull the official images uses them. Elsewhere, as root on
Debian, an engine of the tests' own runs in namespaces of its own: its network has no way
out and no port of the machine's, and when its first process dies, even by SIGKILL, the
kernel ends every container and forgets every bridge, rule and mount. Stand-ins are made
there under the official names (``tools/containers``), never in an engine of yours.
"""

import ast
import ctypes
import fcntl
import hashlib
import json
import os
import shutil
import signal
import socket
import struct
import subprocess
import sys
import sysconfig
import tarfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from . import odoo_source, paths
from .console import SuiteError, step
from .debian import DebianArchive
from .environment import OCA_LOCK
from .locks import Lock
from .processes import die_with_parent, run_logged
from .programs import install, installed

HOME = paths.LOCAL / "containers"
RECIPES = paths.TOOLS / "containers"
START_SECONDS = 60

#: The suite of Debian that has PostgreSQL 17, a Python for Odoo 19.0, and Compose 2.
SUITE = "trixie"
#: What the stand-ins are made of. Odoo's are the dependencies of Debian's ``odoo-19``.
PACKAGES = (RECIPES / "packages.txt").read_text().split()
#: The official images' users, there before Debian's packages give them other numbers. No
#: cluster made by the package: the entry point makes one. Python is compiled once, by all
#: cores, when an image is built, not package by package.
PREPARE = """
echo "postgres:x:999:999::/var/lib/postgresql:/bin/bash" >> "$1/etc/passwd"
echo "postgres:x:999:" >> "$1/etc/group"
echo "odoo:x:100:101::/var/lib/odoo:/bin/bash" >> "$1/etc/passwd"
echo "odoo:x:101:" >> "$1/etc/group"
mkdir -p "$1/etc/postgresql-common"
echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"
ln -s true "$1/usr/bin/py3compile"
"""
#: Odoo goes in by ``tar``: Debian's links to files of other packages become those files.
#: Its translations are two thirds of its size, and of its addons we need a tenth; of the others
#: the manifests, which Odoo's list of applications and their categories are made from.
ADD_ODOO = """
target="$1/usr/lib/python3/dist-packages{below}"
(cd "{folder}" && tar --create --dereference --exclude="*.po" --exclude="*.pyc" {what}) \\
    | tar --extract --no-same-owner --directory="$target"
"""
COMPILE = 'chroot "$1" python3 -m compileall -q -j 0 -x /tests/ /usr/lib/python3/dist-packages'
MMDEBSTRAP = (
    "mmdebstrap",
    "--variant=minbase",
    "--mode=root",
    "--format=tar",
    f"--include={','.join(PACKAGES)}",
    f"--essential-hook={PREPARE}",
    "--dpkgopt=force-confold",
    "--dpkgopt=force-unsafe-io",
    # PostgreSQL's just-in-time compiler is larger than the rest of it, and optional.
    "--dpkgopt=path-exclude=/usr/lib/*/libLLVM*",
    "--dpkgopt=path-exclude=/usr/lib/postgresql/*/lib/llvmjit*",
    "--dpkgopt=path-exclude=/usr/lib/postgresql/*/lib/bitcode/*",
    "--dpkgopt=path-exclude=/usr/share/doc/*",
    "--dpkgopt=path-exclude=/usr/share/locale/*",
    "--dpkgopt=path-exclude=/usr/share/man/*",
)
BASE = "crm-suite-base"
#: The folder of each stand-in's recipe and its image's name.
STAND_INS = {"postgres": "postgres:17", "odoo": "odoo:19.0", "mail": "axllent/mailpit:v1.27"}
#: An image's label that says what it was made from; made anew when that changes.
LABEL = "crm-suite.recipe"

CLONE_NEWNET = 0x40000000
SIOCSIFFLAGS, IFF_UP = 0x8914, 1


class NoEngine(SuiteError):
    """This machine can't have a container engine; the text says why."""


@dataclass
class Engine:
    """A running engine.

    ``variables``: what a command needs in its environment to reach it.
    ``stand_ins``: whether its images are ours, not the official ones.
    """

    variables: dict
    stand_ins: bool
    process: subprocess.Popen | None = None

    def env(self, **more) -> dict:
        return {**os.environ, **self.variables, **more}

    def run(self, *command, log: str = "docker.log") -> str:
        return run_logged(["docker", *command], log, env=self.env())


@contextmanager
def running():
    """An engine for the length of a ``with``; yields an :class:`Engine`.

    The thread that enters is in the engine's network until it leaves.

    :raises NoEngine: when none can be had
    """
    engine = Engine({}, stand_ins=False)
    if has_official_images(engine):
        yield engine
        return
    reason = why_not()
    if reason:
        raise NoEngine(f"no container engine: {reason}")
    with Lock("containers", "an engine for containers").acquire(wait=True), own() as engine:
        make_stand_ins(engine)
        with inside_network(engine):
            yield engine


def has_official_images(engine: Engine) -> bool:
    """Whether the machine has an engine of its own that can pull what we run."""
    if not installed("docker"):
        return False
    try:
        engine.run("info")
        engine.run("compose", "version")
        for image in STAND_INS.values():
            engine.run("pull", "--quiet", image, log="docker-pull.log")
    except SuiteError:
        return False
    return True


def why_not() -> str | None:
    """Why this machine can't run an engine of ours, or None when it can."""
    if os.geteuid() != 0:
        return (
            "this machine's own engine is not there or can't pull images, and one of the tests' "
            "own needs root"
        )
    reason = DebianArchive.why_not()
    if reason:
        return reason
    for package, program in (
        ("docker.io", "dockerd"),
        ("docker-cli", "docker"),  # in docker.io before Debian 13
        ("iptables", "iptables"),
        ("mmdebstrap", "mmdebstrap"),
    ):
        if not (installed(program) or install(package, program)):
            return f"no {program}: apt-get install {package}"
    try:
        subprocess.run(
            ["unshare", "--net", "--mount", "--pid", "--fork", "true"],
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        return f"no namespaces of our own ({error})"
    return None


# The engine -----------------------------------------------------------------


@contextmanager
def own():
    """An engine in namespaces of its own; its images outlive it in ``.local/containers``."""
    run_folder = Path("/run") / f"crm-suite-{folder_key()}"
    clear(run_folder)
    run_folder.mkdir(mode=0o700)
    engine = Engine(
        {
            "DOCKER_HOST": f"unix://{run_folder / 'docker.sock'}",
            "DOCKER_CONFIG": str(HOME / "client"),
        },
        stand_ins=True,
    )
    add_compose(HOME / "client" / "cli-plugins" / "docker-compose")
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with (paths.LOGS / "dockerd.log").open("w") as log:
        process = subprocess.Popen(
            [
                *("unshare", "--net", "--mount", "--pid", "--fork", "--kill-child"),
                "--mount-proc",
                "dockerd",
                f"--host={engine.variables['DOCKER_HOST']}",
                f"--data-root={HOME / 'engine'}",
                f"--exec-root={run_folder / 'exec'}",
                f"--pidfile={run_folder / 'pid'}",
                "--storage-driver=overlay2",
                "--exec-opt=native.cgroupdriver=cgroupfs",
                f"--cgroup-parent={run_folder.name}",
                "--default-ulimit=nofile=10000:10000",
            ],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
            preexec_fn=die_with_parent(),
            start_new_session=True,
        )
    engine.process = process
    try:
        wait_until_up(engine)
        yield engine
    finally:
        stop(process)
        clear(run_folder)


def folder_key() -> str:
    return hashlib.sha256(str(HOME).encode()).hexdigest()[:10]


def wait_until_up(engine: Engine) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and engine.process.poll() is None:
        done = subprocess.run(
            ["docker", "info"], env=engine.env(), capture_output=True, check=False
        )
        if done.returncode == 0:
            return
        time.sleep(0.1)
    tail = (paths.LOGS / "dockerd.log").read_text(errors="replace").splitlines()[-15:]
    raise SuiteError("the container engine did not start:\n" + "\n".join(tail))


def stop(process: subprocess.Popen) -> None:
    """End the engine in order; its namespaces end what is left of it."""
    for child in children(process.pid):
        os.kill(child, signal.SIGTERM)
    try:
        process.wait(30)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def children(pid: int) -> list[int]:
    try:
        text = Path(f"/proc/{pid}/task/{pid}/children").read_text()
    except OSError:
        return []
    return [int(part) for part in text.split()]


def clear(run_folder: Path) -> None:
    """Remove what an engine leaves outside its namespaces: sockets and empty groups."""
    shutil.rmtree(run_folder, ignore_errors=True)
    for group in Path("/sys/fs/cgroup").glob(f"**/{run_folder.name}"):
        for folder in sorted(group.rglob("*/"), reverse=True):
            if folder.is_dir():
                folder.rmdir()
        group.rmdir()


def add_compose(plugin: Path) -> None:
    """Put Compose where the client looks for it. It is one static file of Debian's."""
    if plugin.exists():
        return
    with step("Fetching Docker Compose"):
        archive = DebianArchive(HOME / "apt", (SUITE,))
        archive.update()
        [deb] = archive.download("docker-compose")
        archive.unpack(deb, archive.home / "unpacked")
        plugin.parent.mkdir(parents=True, exist_ok=True)
        found = next(archive.home.rglob("cli-plugins/docker-compose"))
        shutil.move(found, plugin)
        shutil.rmtree(archive.home)


@contextmanager
def inside_network(engine: Engine):
    """Let this thread, and what it starts, use the engine's network: its ports are there."""
    libc = ctypes.CDLL(None, use_errno=True)

    def enter(file) -> None:
        if libc.setns(file.fileno(), CLONE_NEWNET):
            raise OSError(ctypes.get_errno(), "setns")

    with (
        open("/proc/thread-self/ns/net") as outside,
        open(f"/proc/{engine.process.pid}/ns/net") as network,
    ):
        enter(network)
        try:
            bring_up_loopback()
            yield
        finally:
            enter(outside)


def bring_up_loopback() -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", IFF_UP))


# The stand-ins --------------------------------------------------------------


def make_stand_ins(engine: Engine) -> None:
    """Make the images that are not there, or were made from something else."""
    recipe = (*MMDEBSTRAP, *hooks(odoo_source.find()), SUITE)
    base_key = key(*recipe)
    if label(engine, BASE) != base_key:
        make_base(engine, recipe, base_key)
    for name, image in STAND_INS.items():
        files = {path.name: path for path in (RECIPES / name).iterdir()}
        if name == "odoo":
            files |= {"odoo.py": paths.TOOLS / "odoo", OCA_LOCK: paths.ROOT / OCA_LOCK}
        recipe_key = key(base_key, *(files[one].read_text() for one in sorted(files)))
        if label(engine, image) != recipe_key:
            with step(f"Making a stand-in for {image}"):
                if name == "odoo":
                    files |= {"wheels": fetch_wheels()}
                build(engine, name, files, f"--label={LABEL}={recipe_key}", f"--tag={image}")
    # Those that were replaced, a gigabyte each time.
    engine.run("image", "prune", "--force")


def hooks(source: odoo_source.OdooSource) -> list[str]:
    """What puts Odoo into the system, after its packages."""
    addons = needed_addons(source)
    # A package without its addons, then the addons: they may lie in it, or beside it.
    parts = [("", source.python_path, "--exclude='odoo/addons/[a-z]*' odoo")]
    folders = [str(Path(source.python_path) / "odoo" / "addons"), *source.addons_paths]
    for folder in dict.fromkeys(folders):
        there = [name for name in addons if (Path(folder) / name).is_dir()]
        if there:
            parts.append(("/odoo/addons", folder, " ".join(["*/__manifest__.py", *there])))
    scripts = [ADD_ODOO.format(below=b, folder=f, what=w) for b, f, w in parts]
    return [f"--customize-hook={script}" for script in (*scripts, COMPILE)]


def needed_addons(source: odoo_source.OdooSource) -> list[str]:
    """The addons of Odoo that ours and the OCA's depend on, and what installs itself with them."""
    folders = [Path(source.python_path) / "odoo" / "addons", *map(Path, source.addons_paths)]
    oca = Path(sysconfig.get_path("purelib")) / "odoo" / "addons"
    manifests = {
        path.parent.name: ast.literal_eval(path.read_text("utf-8"))
        for folder in (*folders, oca, paths.ADDONS)
        for path in folder.glob("*/__manifest__.py")
    }
    needed: set[str] = set()

    def add(name: str) -> None:
        if name in manifests and name not in needed:
            needed.add(name)
            for below in manifests[name].get("depends", ["base"]):
                add(below)

    others = [path.parent.name for path in oca.glob("*/__manifest__.py")]
    for name in ("base", "web", *paths.SUITE_ADDONS, *others):
        add(name)
    known = 0
    while known != len(needed):
        known = len(needed)
        for name, manifest in manifests.items():
            wanted = manifest.get("auto_install")
            wanted = manifest.get("depends", []) if wanted is True else wanted
            if wanted and needed.issuperset(wanted) and not manifest.get("countries"):
                add(name)
    return sorted(name for name in needed - {*others} if not (paths.ADDONS / name).is_dir())


def key(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()[:16]


def label(engine: Engine, image: str) -> str | None:
    done = subprocess.run(
        ["docker", "image", "inspect", image],
        env=engine.env(),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        return None
    return (json.loads(done.stdout)[0]["Config"]["Labels"] or {}).get(LABEL)


def make_base(engine: Engine, recipe: tuple[str, ...], base_key: str) -> None:
    """A Debian system with all that the stand-ins need, straight into the engine."""
    with (
        step("Making a Debian system for the stand-ins"),
        (paths.LOGS / "mmdebstrap.log").open("w") as log,
    ):
        system = subprocess.Popen(
            [*recipe, "-", DebianArchive.address()],
            stdout=subprocess.PIPE,
            stderr=log,
            preexec_fn=die_with_parent(),
        )
        imported = subprocess.run(
            ["docker", "import", f"--change=LABEL {LABEL}={base_key}", "-"],
            stdin=system.stdout,
            env=engine.env(),
            capture_output=True,
            text=True,
            check=False,
        )
        if system.wait() or imported.returncode:
            raise SuiteError(
                f"no Debian system could be made; see {log.name}\n{imported.stderr.strip()}"
            )
        engine.run("tag", imported.stdout.strip(), BASE)


def build(engine: Engine, name: str, files: dict[str, Path], *options: str) -> None:
    """Build an image from files, under the names that its Dockerfile knows them by."""
    with (
        (paths.LOGS / f"docker-build-{name}.log").open("w") as log,
        subprocess.Popen(
            ["docker", "build", *options, "-"],
            stdin=subprocess.PIPE,
            stdout=log,
            stderr=subprocess.STDOUT,
            # The builder that an old engine has too, without a plugin.
            env=engine.env(DOCKER_BUILDKIT="0"),
        ) as process,
    ):
        with tarfile.open(fileobj=process.stdin, mode="w|", format=tarfile.GNU_FORMAT) as context:
            for target, path in files.items():
                context.add(path, target)
        process.stdin.close()
        if process.wait():
            raise SuiteError(f"no stand-in could be built; see {log.name}")


def fetch_wheels() -> Path:
    """The locked OCA addons, for the Python of the stand-in."""
    folder = HOME / "wheels"
    shutil.rmtree(folder, ignore_errors=True)
    run_logged(
        [
            *(sys.executable, "-m", "pip", "--disable-pip-version-check", "download"),
            *("--no-deps", "--require-hashes", "--only-binary=:all:", "--python-version=3.13"),
            *("--dest", folder, "--requirement", paths.ROOT / OCA_LOCK),
        ],
        "pip-download.log",
    )
    return folder
