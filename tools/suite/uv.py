"""uv on the package index that this machine's pip uses, whatever that is.

uv does not read pip's settings; a mirror set for pip is handed over at run time, so
that the project names no address.
"""

import ast
import functools
import os
import subprocess
import sys
from pathlib import Path

from . import paths
from .processes import die_with_parent

#: pip's settings and uv's variables for them.
VARIABLES = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
}
#: Of the settings, those that add packages to what the index has.
ADDITIONS = ("extra-index-url", "find-links")
#: pip's sections, the stronger ones last.
SECTIONS = ("global", "install", ":env:")


def run(*arguments, additions: bool = True, python=sys.executable) -> subprocess.CompletedProcess:
    """Run an environment's uv; its messages are in ``stderr``, the exit code is 2 when
    the index did not answer and 1 when it had no solution.

    :param additions: also take what the machine has besides the index
    :param python: that of the environment
    """
    return subprocess.run(
        [Path(python).parent / "uv", *map(str, arguments)],
        cwd=paths.ROOT,
        env=environment(pip_settings(python), additions, python),
        capture_output=True,
        text=True,
        check=False,
        preexec_fn=die_with_parent(),
    )


@functools.cache
def pip_settings(python=sys.executable) -> str:
    """What ``pip config list`` prints, asked once."""
    command = [python, "-m", "pip", "--disable-pip-version-check", "config", "list"]
    return subprocess.run(command, capture_output=True, text=True, check=True).stdout


def environment(settings: str, additions: bool, python=sys.executable) -> dict:
    """The variables for uv; what is set for uv itself goes before what is set for pip.

    :param settings: what ``pip config list`` prints
    """
    found = {}
    for section in SECTIONS:
        for line in settings.splitlines():
            name, _, value = line.partition("=")
            if name.startswith(f"{section}."):
                found[name.removeprefix(f"{section}.")] = ast.literal_eval(value)
    handed = {
        variable: value_for(variable, found[name])
        for name, variable in VARIABLES.items()
        if name in found and (additions or name not in ADDITIONS)
    }
    return {
        # Not the first on the PATH, which may be a shim that is slow to answer.
        "UV_PYTHON": str(python),
        # As pip does: the best version of all indexes, not the first index that knows the name.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
        "UV_CACHE_DIR": str(paths.LOCAL / "uv-cache"),
        **handed,
        **os.environ,
    }


def value_for(variable: str, value: str) -> str:
    """A list in pip's settings has spaces or lines between; uv's links have commas."""
    return ",".join(value.split()) if variable == "UV_FIND_LINKS" else " ".join(value.split())
