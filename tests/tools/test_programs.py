"""What stands in for missing wheels is looked for, and named where it is missing."""

import platform

import pytest
from suite import programs
from suite.console import SuiteError


def test_arm64_wants_a_compiler_of_styles(tmp_path, monkeypatch):
    monkeypatch.setattr(platform, "machine", lambda: "aarch64")
    monkeypatch.setenv("PATH", str(tmp_path))  # no sassc, and no apt-get to install it with
    with pytest.raises(SuiteError, match="apt-get install sassc"):
        programs.find_stand_ins()
    compiler = tmp_path / programs.STYLES_COMPILER
    compiler.write_text("#!/bin/sh\n")
    compiler.chmod(0o755)
    programs.find_stand_ins()


def test_a_missing_library_is_noticed():
    assert programs.loads("libc.so.6")
    assert not programs.loads("libno-such-library.so.6")
