"""Whether a pack is still what was written: its files against the SHA-256 of its manifest."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

MANIFEST = "manifest.json"


def digest_file(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def verify_pack(folder: Path | str) -> list[str]:
    """What is missing, altered or too much in the pack, a sentence each; an empty list says that it is whole."""
    folder = Path(folder)
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return [f"缺少清单 {MANIFEST}，无法核对。The manifest is missing; nothing can be checked."]
    try:
        listed = {entry["file"]: entry for entry in json.loads(manifest.read_text(encoding="utf-8"))["files"]}
        expected = {name: str(entry["sha256"]) for name, entry in listed.items()}
    except (ValueError, KeyError, TypeError):
        return [f"清单 {MANIFEST} 已损坏，无法核对。The manifest is damaged; nothing can be checked."]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    problems = []
    for name in sorted(expected.keys() | present):
        if name not in present:
            problems.append(f"缺少文件：{name}。Missing file.")
        elif name not in expected:
            problems.append(f"多出文件：{name}，清单中没有。Extra file, not in the manifest.")
        elif digest_file(folder / name) != expected[name]:
            problems.append(f"文件已被改动：{name}。Altered file.")
    return problems
