"""tools/lock: the locks, compiled from config/requirements/."""

import argparse

from .. import paths, uv
from ..console import SuiteError, step

PURPOSE = "test"

DESCRIPTION = """\
Compile the locks (exact versions with hashes, for every Python and machine) from
config/requirements/*.in. What is locked stays as long as it fits; --upgrade takes
the newest of everything.
"""

#: What each lock is compiled from, and with what other options.
LOCKS = {
    "requirements.txt": ("run.in",),
    "requirements-test.txt": ("test.in",),
    "requirements-oca.txt": ("oca.in", "--no-deps"),
}


def parse(argv: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="tools/lock",
        description=DESCRIPTION,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--upgrade", action="store_true", help="forget the versions locked now")
    return parser.parse_args(argv)


def main(arguments: argparse.Namespace, source) -> int:
    folder = paths.CONFIG / "requirements"
    for lock, (name, *options) in LOCKS.items():
        with step(f"Compiling {lock}"):
            done = uv.run(
                "pip",
                "compile",
                "--quiet",
                "--universal",
                "--python-version=3.10",
                "--generate-hashes",
                "--no-annotate",
                "--no-emit-index-url",
                "--custom-compile-command=tools/lock",
                f"--excludes={folder / 'excluded.txt'}",
                f"--output-file={paths.ROOT / lock}",
                *(["--upgrade"] if arguments.upgrade else []),
                *options,
                folder / name,
                # The locks are for every machine: what this one has besides the index would
                # stand in them with the hashes of its own few wheels.
                additions=False,
            )
            if done.returncode:
                raise SuiteError(f"{lock} could not be compiled:\n{done.stderr}")
    return 0
