"""Which program made something: its version, its sources, and the commit where they are a clone of the repository."""

from __future__ import annotations

import hashlib
import subprocess
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

_ROOT = Path(__file__).parents[2]
_PACKAGES = ("store", "rulebook", "ingestion", "expectations", "exports", "dbt_project", "desk")
_SUFFIXES = (".py", ".sql", ".yml")
"""Of what decides about a figure or how it is told; the rulebook's own digest stands beside."""


@cache
def read_code_version() -> dict[str, str | None]:
    """``version`` of the package, ``commit`` where the sources are a clone, ``sources_sha256`` of the sources in use.

    The last also tells sources that were changed since the commit.
    """
    try:
        released = version("huizong")
    except PackageNotFoundError:
        released = None
    return {"version": released, "commit": _read_commit(), "sources_sha256": _digest_sources()}


def _read_commit() -> str | None:
    # a repository around an installed package is not its own
    if not (_ROOT / ".git").exists():
        return None
    try:
        asked = subprocess.run(
            ["git", "-C", str(_ROOT), "rev-parse", "HEAD"], capture_output=True, text=True, timeout=10, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return asked.stdout.strip() or None


def _digest_sources() -> str:
    """SHA-256 over names and bytes of all sources, in the order of their names."""
    total = hashlib.sha256()
    for package in _PACKAGES:
        for path in sorted((_ROOT / package).rglob("*")):
            if path.suffix in _SUFFIXES and path.is_file():
                name = path.relative_to(_ROOT).as_posix()
                total.update(f"{name}\n{hashlib.sha256(path.read_bytes()).hexdigest()}\n".encode())
    return total.hexdigest()
