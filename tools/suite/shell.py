"""Odoo's shell on a database: loaded once, and a process of its own for each script.

The shell loads Odoo and the registry, closes its connections and then forks for each script,
as Odoo's own server forks its workers. So a script begins at once, runs beside others, and
can be killed alone.
"""

import os
import signal
import socket
import subprocess
import sys
import traceback

from . import paths
from .console import SuiteError
from .odoo import Odoo
from .processes import die_with_parent

#: The last line of a script that came to its end.
FINISHED = "\x04finished\n"


class Shell:
    """A shell that is started by its first script; also a context manager.

    Whoever makes the database anew under the same name and from the same template may keep
    the shell: it holds no connection, and each script looks what has changed.

    :param arguments: further ones for Odoo's command line
    """

    def __init__(self, odoo: Odoo, database: str, *arguments: str):
        self.odoo = odoo
        self.database = database
        self.arguments = arguments
        #: What Odoo said while it loaded.
        self.log = paths.LOGS / f"shell-{database}.log"
        self._process: subprocess.Popen | None = None
        self._control: socket.socket | None = None

    def start(self, script: str) -> "Script":
        """Run a script with ``env`` in a process of its own; return when it has begun.

        :raises SuiteError: when the shell can't be started
        """
        if self._process is None:
            self._start_shell()
        ours, theirs = socket.socketpair()
        with theirs:
            try:
                socket.send_fds(self._control, [b"\n"], [theirs.fileno()])
            except OSError:
                self._raise_ended()
        ours.sendall(script.encode())
        ours.shutdown(socket.SHUT_WR)
        output = ours.makefile("r", errors="replace")
        ours.close()  # the file keeps it open
        number = output.readline()
        if not number:
            self._raise_ended()
        return Script(int(number), output)

    def run(self, script: str) -> str:
        """Run a script to its end; return its output.

        :raises SuiteError: when it fails
        """
        return self.start(script).finish()

    def close(self) -> None:
        """End the shell, and with it the scripts that still run."""
        if self._process:
            self._control.close()
            self._process.wait()
            self._process = None

    def _start_shell(self) -> None:
        paths.LOGS.mkdir(parents=True, exist_ok=True)
        self._control, theirs = socket.socketpair()
        with theirs, self.log.open("w") as log:
            self._process = subprocess.Popen(
                self.odoo.command(
                    "shell", f"--database={self.database}", "--no-http", *self.arguments
                ),
                env=self.odoo.env(),
                stdin=subprocess.PIPE,
                stdout=log,
                stderr=subprocess.STDOUT,
                pass_fds=[theirs.fileno()],
                text=True,
                preexec_fn=die_with_parent(),
            )
            # Read to its end before it is run: the scripts come another way.
            self._process.stdin.write(
                f"from suite.shell import serve\nserve(env, {theirs.fileno()})\n"
            )
            self._process.stdin.close()

    def _raise_ended(self):
        self.close()
        tail = self.log.read_text(errors="replace").splitlines()[-15:]
        lines = "\n".join("    " + line for line in tail)
        raise SuiteError(f"Odoo's shell on {self.database} ended ({self.log}):\n{lines}")

    def __enter__(self) -> "Shell":
        return self

    def __exit__(self, *_exc) -> None:
        self.close()


class Script:
    """A process with a script that was begun.

    :ivar pid: of the process
    """

    def __init__(self, pid: int, output):
        self.pid = pid
        self._output = output

    def is_running(self) -> bool:
        try:
            os.kill(self.pid, 0)
        except ProcessLookupError:
            return False
        return True

    def finish(self) -> str:
        """Wait for the end; return the output.

        :raises SuiteError: when the script failed
        """
        output = self.wait()
        if not output.endswith(FINISHED):
            raise SuiteError(f"a script in Odoo's shell failed:\n{output}")
        return output.removesuffix(FINISHED)

    def kill(self) -> None:
        """End the process as ``kill -9`` does."""
        os.kill(self.pid, signal.SIGKILL)
        self.wait()

    def wait(self) -> str:
        """Wait for the end, whatever it is; return the output."""
        with self._output:
            return self._output.read()


def serve(env, descriptor: int) -> None:
    """In the shell: fork for each script that comes, until nobody can send any more."""
    from odoo import sql_db

    registry, context = env.registry, dict(env.context)
    # A connection must not be had by two processes.
    env.cr.close()
    sql_db.close_all()
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody waits for them
    control = socket.socket(fileno=descriptor)
    while True:
        data, descriptors, _flags, _address = socket.recv_fds(control, 1, 1)
        if not data:
            sys.exit()
        prepare = die_with_parent()
        with socket.socket(fileno=descriptors[0]) as connection:
            if not os.fork():
                control.close()
                prepare()
                signal.signal(signal.SIGCHLD, signal.SIG_DFL)
                _run(registry, context, connection)


def _run(registry, context: dict, connection: socket.socket) -> None:
    """Run the script that comes over a connection, its output goes back; does not return."""
    from odoo.api import SUPERUSER_ID, Environment

    connection.sendall(f"{os.getpid()}\n".encode())
    with connection.makefile("r") as script:
        code = script.read()
    for stream in (sys.stdout, sys.stderr):
        os.dup2(connection.fileno(), stream.fileno())
    try:
        with registry.check_signaling().cursor() as cursor:
            env = Environment(cursor, SUPERUSER_ID, context)
            exec(code, {"__name__": "__main__", "env": env, "self": env.user})
            cursor.rollback()
        print(FINISHED, end="")
    except BaseException:  # also that of sys.exit
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(0)
