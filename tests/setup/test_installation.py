"""What a fresh clone is set up from."""

import re
import subprocess
import sys
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]


def test_the_lock_pins_every_package_by_hash_and_names_no_registry():
    for name in ("requirements.txt", "setup/uv.txt"):
        text = (PROJECT / name).read_text()
        assert "://" not in text
        pins = re.findall(r"^[a-z0-9][^ ]*==\S+.*\\$(?:\n    --hash=sha256:[0-9a-f]{64}(?: \\)?$)+", text, flags=re.M)
        assert len(pins) == len(re.findall(r"^[a-z0-9]", text, flags=re.M))


def test_the_bootstrap_installer_is_the_locked_one():
    locked = re.search(r"^uv==\S+", (PROJECT / "requirements.txt").read_text(), flags=re.M).group()
    assert (PROJECT / "setup" / "uv.txt").read_text().startswith(locked)


def test_make_help_lists_every_target():
    makefile = (PROJECT / "Makefile").read_text(encoding="utf-8")
    targets = set(re.search(r"^\.PHONY: (.+)$", makefile, flags=re.M).group(1).split())
    told = subprocess.run(["make", "help"], cwd=PROJECT, capture_output=True, text=True, check=True).stdout
    assert set(re.findall(r"make ([a-z]+)", told)) == targets


def test_an_unsuitable_python_is_refused_in_one_sentence(tmp_path):
    old = tmp_path / "python2"
    old.write_text("#!/bin/sh\nexit 1\n")
    old.chmod(0o755)
    answer = subprocess.run([PROJECT / "setup" / "venv.sh", old], capture_output=True, text=True)
    assert answer.returncode != 0
    assert "需要 Python 3.11" in answer.stderr
    assert "Traceback" not in answer.stderr


def test_the_command_line_is_installed():
    huizong = Path(sys.executable).parent / "huizong"
    told = subprocess.run([huizong, "--help"], capture_output=True, text=True, check=True).stdout
    for command in ("check", "read", "template", "collect", "build", "report", "status", "verify"):
        assert command in told
