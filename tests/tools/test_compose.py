"""docker-compose.yml, as far as it can be checked without an engine; tests/containers starts it."""

import configparser
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml
from suite import paths

COMPOSE = paths.ROOT / "docker-compose.yml"
PROBE = """
import configparser, json, sys
from odoo.tools import config
print(json.dumps(sorted(config.options_index)))
"""


@pytest.fixture(scope="module")
def compose():
    return yaml.safe_load(COMPOSE.read_text(encoding="utf-8"))


def read_config(path: Path) -> dict:
    parser = configparser.RawConfigParser()
    parser.read(path)
    return dict(parser["options"])


def test_schema():
    done = subprocess.run(
        [
            Path(sys.executable).parent / "check-jsonschema",
            "--builtin-schema",
            "vendor.compose-spec",
            COMPOSE,
        ],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_services_and_health_checks(compose):
    assert set(compose["services"]) == {"db", "oca", "odoo", "odoo2", "mail"}
    for name in ("db", "odoo", "odoo2", "mail"):
        assert compose["services"][name]["healthcheck"]["test"]
    for node in ("odoo", "odoo2"):
        conditions = {
            name: wait["condition"]
            for name, wait in compose["services"][node]["depends_on"].items()
        }
        assert conditions == {
            "db": "service_healthy",
            "oca": "service_completed_successfully",
            "mail": "service_healthy",
        }
    assert {name for name, one in compose["services"].items() if "profiles" in one} == {"odoo2"}


def test_images_are_pinned(compose):
    for service in compose["services"].values():
        assert re.search(r":v?\d+(\.\d+)*$", service["image"])
    assert compose["services"]["odoo"]["image"] == "odoo:19.0"


def test_mounts_exist(compose):
    for service in compose["services"].values():
        for mount in service.get("volumes", []):
            source = mount.split(":")[0]
            if source.startswith("."):
                assert (paths.ROOT / source).exists(), source
            else:
                assert source in compose["volumes"]


def test_addons_path_is_mounted(compose):
    odoo = compose["services"]["odoo"]
    targets = [mount.split(":")[1] for mount in odoo["volumes"]]
    assert odoo["environment"]["PYTHONPATH"] in targets
    for path in read_config(paths.CONFIG / "odoo.conf")["addons_path"].split(","):
        assert any(path.startswith(target) for target in targets), path


def test_no_secret_in_git(compose):
    text = COMPOSE.read_text(encoding="utf-8")
    for line in text.splitlines():
        if "PASSWORD:" in line:
            assert "${POSTGRES_PASSWORD:?" in line
    example = (paths.ROOT / ".env.example").read_text(encoding="utf-8")
    assert re.search(r"^POSTGRES_PASSWORD=$", example, re.MULTILINE)
    tracked = subprocess.run(
        ["git", "ls-files", ".env"], cwd=paths.ROOT, capture_output=True, text=True, check=True
    )
    assert tracked.stdout == ""


def test_every_variable_has_an_example_or_a_default():
    names = set(re.findall(r"\$\{(\w+)", COMPOSE.read_text(encoding="utf-8")))
    example = (paths.ROOT / ".env.example").read_text(encoding="utf-8")
    assert names == set(re.findall(r"^(\w+)=", example, re.MULTILINE))


@pytest.mark.parametrize("name", ["odoo.conf", "odoo.local.conf"])
def test_odoo_knows_every_key(name):
    import json

    done = subprocess.run(
        [sys.executable, "-c", PROBE], capture_output=True, text=True, check=True, cwd="/"
    )
    known = set(json.loads(done.stdout.splitlines()[-1]))
    assert set(read_config(paths.CONFIG / name)) - known == set()


def test_hardened():
    config = read_config(paths.CONFIG / "odoo.conf")
    assert config["list_db"] == "False"
    assert config["proxy_mode"] == "True"
    assert int(config["workers"]) > 0
    assert config["admin_passwd"].startswith("$pbkdf2-sha512$")
    assert int(config["limit_memory_hard"]) > int(config["limit_memory_soft"])
