"""The locks, resolved for every Python and machine they are for: to wheels only."""

import re

import pytest
from suite import environment, paths, uv

LEAST, MOST = environment.MINIMUM_PYTHON, environment.MAXIMUM_PYTHON
PYTHONS = [f"{LEAST[0]}.{minor}" for minor in range(LEAST[1], MOST[1] + 1)]
#: Wheels for glibc 2.28 and later: every Linux that has one of these Pythons by itself.
PLATFORMS = ["x86_64-manylinux_2_28", "aarch64-manylinux_2_28"]


def resolve(folder, python, platform, *requirements):
    """Look for wheels with the hashes of the lock, and download none."""
    return uv.run(
        "pip",
        "install",
        "--dry-run",
        "--no-deps",
        "--only-binary=:all:",
        f"--target={folder}",
        f"--python-version={python}",
        f"--python-platform={platform}",
        *(f"--requirement={path}" for path in requirements),
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory):
    """The package index; without an answer from it nothing can be resolved."""
    folder = tmp_path_factory.mktemp("index")
    one = folder / "one.txt"
    one.write_text("pip\n")
    done = resolve(folder, PYTHONS[0], PLATFORMS[0], one)
    if done.returncode == 2:
        pytest.skip(f"the package index does not answer: {done.stderr.splitlines()[-1]}")
    assert done.returncode == 0, done.stderr
    return folder


@pytest.mark.parametrize("platform", PLATFORMS)
@pytest.mark.parametrize("python", PYTHONS)
def test_every_package_is_a_wheel(index, python, platform):
    locks = sorted(paths.ROOT.glob("requirements*.txt"))
    assert len(locks) == 3
    done = resolve(index / "target", python, platform, *locks)
    assert done.returncode == 0, done.stderr
    assert "+ reportlab==" in done.stderr


def test_a_package_without_a_wheel_is_found(index):
    """What was locked for 3.13 once: it has wheels up to 3.12."""
    lock = index / "lock.txt"
    lock.write_text("rl-renderpm==4.0.3\n")
    assert resolve(index / "target", "3.12", PLATFORMS[0], lock).returncode == 0
    done = resolve(index / "target", "3.13", PLATFORMS[0], lock)
    assert done.returncode == 1
    assert "rl-renderpm==4.0.3 has no usable wheels" in done.stderr


def test_a_wheel_that_is_not_the_locked_one_is_refused(index, tmp_path, monkeypatch):
    """By the installer of the environment: uv says what is wrong, and leaves the rest to pip."""
    monkeypatch.setattr(paths, "LOGS", tmp_path)
    lock = tmp_path / "lock.txt"
    arguments = ("install", f"--target={tmp_path / 'target'}", "--no-deps", "--require-hashes")
    lines = environment.lines_of("iniconfig", (paths.ROOT / "requirements-test.txt").read_text())
    lock.write_text(lines)
    assert environment.uv_pip(*arguments, "--requirement", lock)
    assert (tmp_path / "target" / "iniconfig").is_dir()
    lock.write_text(re.sub("sha256:[0-9a-f]{8}", "sha256:00000000", lines))
    assert not environment.uv_pip(*arguments, "--requirement", lock, "--reinstall")
    assert "Hash mismatch" in (tmp_path / "uv.log").read_text()
    lock.write_text(lines.split("\\")[0])
    assert not environment.uv_pip(*arguments, "--requirement", lock, "--reinstall")


def test_of_a_lock_one_package_with_its_hashes():
    for name in ("uv", "lxml"):
        lines = environment.lines_of(name, (paths.ROOT / "requirements-test.txt").read_text())
        first, *hashes = lines.splitlines()
        assert first.startswith(f"{name}==")
        assert hashes
        assert all(line.startswith("    --hash=sha256:") for line in hashes)


SETTINGS = """\
global.index-url='https://one.example/simple'
global.extra-index-url='https://two.example/simple\\nhttps://three.example/simple'
install.index-url='https://four.example/simple'
:env:.find-links='/wheels /more'
global.timeout='60'
"""


def test_the_index_is_that_of_pip(monkeypatch):
    for name in uv.VARIABLES.values():
        monkeypatch.delenv(name, raising=False)
    found = uv.environment(SETTINGS, additions=True)
    assert found["UV_DEFAULT_INDEX"] == "https://four.example/simple"
    assert found["UV_INDEX"] == "https://two.example/simple https://three.example/simple"
    assert found["UV_FIND_LINKS"] == "/wheels,/more"
    alone = uv.environment(SETTINGS, additions=False)
    assert alone["UV_DEFAULT_INDEX"] == "https://four.example/simple"
    assert "UV_INDEX" not in alone and "UV_FIND_LINKS" not in alone
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://five.example/simple")
    assert uv.environment(SETTINGS, True)["UV_DEFAULT_INDEX"] == "https://five.example/simple"
