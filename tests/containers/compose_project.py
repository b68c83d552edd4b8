"""A project on a container engine: the README's commands on files as a clone has them."""

import json
import re
import secrets
import shutil
import subprocess
import time
from pathlib import Path

import requests
from suite import containers, paths
from suite.odoo import free_port, port_is_free

DATABASE = "crm"
#: The administrator that a new database has.
ADMIN = 2
#: What the compose file reads, and the file with the commands.
FILES = (".env.example", "README.md", "docker-compose.yml", "requirements-oca.txt")
#: Not the name in the file: a suite that somebody runs on this engine stays untouched.
NAME = "crm-suite-test"
PATIENCE = 120


class Project:
    """The files as a user has them after a clone, and the commands of their README."""

    def __init__(self, folder: Path, engine: containers.Engine):
        self.folder = folder
        self.engine = engine
        self.env = engine.env(COMPOSE_PROJECT_NAME=NAME)
        for name in [*re.findall(r"\w+_PORT|POSTGRES_\w+", (paths.ROOT / FILES[0]).read_text())]:
            self.env.pop(name, None)
        for name in FILES:
            shutil.copy(paths.ROOT / name, folder)
        for name in ("addons", "config"):
            shutil.copytree(
                paths.ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__")
            )
        # As git leaves them, whatever this machine's umask: a container's user is another.
        for path in (folder, *folder.rglob("*")):
            path.chmod(0o755 if path.is_dir() else 0o644)
        self.volumes_before = self.docker("volume", "ls", "--quiet").split()

    def readme(self, start: str) -> str:
        """The command of the README's blocks that begins so, comment and all."""
        blocks = re.findall(r"```sh\n(.*?)```", (self.folder / "README.md").read_text(), re.DOTALL)
        [line] = [line for block in blocks for line in block.splitlines() if line.startswith(start)]
        return line

    def sh(self, command: str) -> str:
        done = subprocess.run(
            command,
            shell=True,
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, f"{command}\n{done.stdout}\n{done.stderr}"
        return done.stdout + done.stderr

    def docker(self, *command, check=True) -> str:
        return subprocess.run(
            ["docker", *command],
            cwd=self.folder,
            env=self.env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=check,
        ).stdout

    def fill_in_password(self) -> None:
        """As the README asks; other ports only where this machine's are taken."""
        file = self.folder / ".env"
        text = file.read_text().replace(
            "POSTGRES_PASSWORD=", f"POSTGRES_PASSWORD={secrets.token_urlsafe(16)}"
        )
        for line, port in re.findall(r"^(\w+_PORT=(\d+))$", text, re.MULTILINE):
            if not port_is_free(int(port)):
                text = text.replace(line, line.replace(port, str(free_port())))
        file.write_text(text)

    def port(self, variable: str) -> int:
        return int(re.search(rf"^{variable}=(\d+)$", (self.folder / ".env").read_text(), re.M)[1])

    def inspect(self) -> list[dict]:
        """What the engine says of our running containers."""
        mine = f"--filter=label=com.docker.compose.project={NAME}"
        ids = self.docker("ps", "--quiet", mine).split()
        return json.loads(self.docker("inspect", *ids)) if ids else []

    def states(self, *services) -> list[str]:
        """The health of each service."""
        names = [f"{NAME}-{service}-1" for service in services]
        return self.docker("inspect", "--format={{.State.Health.Status}}", *names).split()

    def wait_until_healthy(self, *services) -> None:
        def healthy():
            return self.states(*services) == ["healthy"] * len(services)

        wait_for(healthy, lambda: self.docker("compose", "--profile=cluster", "logs"))

    def url(self, variable: str = "ODOO_PORT") -> str:
        return f"http://localhost:{self.port(variable)}"

    def call(self, model: str, method: str, *arguments, node: str = "ODOO_PORT", **named):
        """A method over JSON-RPC, as the administrator of a new database."""
        where = {"service": "object", "method": "execute_kw"}
        what = [DATABASE, ADMIN, "admin", model, method, arguments, named]
        answer = (
            browser()
            .post(
                f"{self.url(node)}/jsonrpc",
                json={"jsonrpc": "2.0", "params": {**where, "args": what}},
                timeout=PATIENCE,
            )
            .json()
        )
        assert "error" not in answer, answer["error"]["data"]
        return answer.get("result")

    def log_in(self) -> requests.Session:
        """Log in by the form, as a browser does."""
        session = browser()
        page = session.get(f"{self.url()}/web/login", timeout=PATIENCE)
        token = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
        session.landed = session.post(
            f"{self.url()}/web/login",
            data={"login": "admin", "password": "admin", "csrf_token": token},
            timeout=PATIENCE,
        )
        return session


def browser() -> requests.Session:
    session = requests.Session()
    session.trust_env = False  # this machine is asked without the environment's proxy
    return session


def wait_for(condition, describe=lambda: "", seconds: float = PATIENCE):
    """What ``condition`` returns once that is true."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if value := condition():
            return value
        time.sleep(1)  # each look costs a process, and the containers need the cores
    raise AssertionError(f"not within {seconds} s: {describe()}")


def remove(project: Project) -> None:
    environment = project.env
    if not (project.folder / ".env").exists():
        project.env = {**environment, "POSTGRES_PASSWORD": "none"}
    project.docker("compose", "--profile=cluster", "down", "--volumes", "--remove-orphans")
    project.env = environment
