"""From ``bin/<name>`` to the command, inside the environment.

The command line is parsed first, so that ``--help`` and a wrong option answer at
once. Then a command with a ``begin(arguments)`` says what it will do, or refuses; only
after that the environment is made, and the same script starts again in it. A command
without a purpose needs no environment and runs as it was started.
"""

import importlib
import json
import os
import signal
import sys
from dataclasses import asdict

from . import environment, paths
from .console import SuiteError, fail
from .odoo_source import OdooSource

SOURCE_VARIABLE = "CRM_SUITE_SOURCE"


def main(name: str) -> None:
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    command = importlib.import_module(f"suite.commands.{name}")
    arguments = command.parse(sys.argv[1:])
    try:
        if command.PURPOSE is None:
            sys.exit(command.main(arguments))
        known = os.environ.pop(SOURCE_VARIABLE, None)
        if not known:
            if hasattr(command, "begin"):
                command.begin(arguments)
            source = environment.ensure(command.PURPOSE)
            enter(source)
        sys.exit(command.main(arguments, OdooSource(**json.loads(known))))
    except KeyboardInterrupt:
        sys.exit(130)
    except SuiteError as error:
        fail(error)


def enter(source: OdooSource) -> None:
    """Start this script again with the environment's Python; does not return."""
    variables = {
        **os.environ,
        SOURCE_VARIABLE: json.dumps(asdict(source)),
        "PATH": f"{paths.VENV / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}",
        "PYTHONNOUSERSITE": "1",
        "CRM_SUITE_PYTHON": os.environ.get("CRM_SUITE_PYTHON") or sys.executable,
    }
    python = str(paths.venv_python())
    sys.stdout.flush()
    os.execve(python, [python, os.path.abspath(sys.argv[0]), *sys.argv[1:]], variables)
