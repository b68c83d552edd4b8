"""Examples of a readme, run as they are written there."""

import os
import subprocess
import sys


def run_example(code: str, server, **variables: str) -> str:
    """Run an example against a server; return its output."""
    done = subprocess.run(
        [sys.executable, "-"],
        input=code,
        env={
            "PATH": os.environ["PATH"],
            "ODOO_URL": server.url,
            "ODOO_DATABASE": server.database,
            **variables,
        },
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout
