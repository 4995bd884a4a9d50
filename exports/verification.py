"""Whether a pack is still what was written: its files against the SHA-256 of its manifest, the manifest against its own.

That finds a slip of the hand, a damaged copy, an edit of a file or of what the manifest says of the cycle. Whoever knows
how it is made can make the digests anew, or leave the manifest's own out as packs of earlier releases do: against
forgery helps only a digest that is kept elsewhere.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

MANIFEST = "manifest.json"
OWN_DIGEST = "manifest_sha256"


def digest_file(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def digest_manifest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of all that the manifest says but this digest, in hex digits; how it is laid out makes no difference."""
    told = {name: value for name, value in manifest.items() if name != OWN_DIGEST}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def verify_pack(folder: Path | str) -> list[str]:
    """What is missing, altered or too much in the pack, a sentence each; an empty list says that it is whole."""
    folder = Path(folder)
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return [f"缺少清单 {MANIFEST}，无法核对。The manifest is missing; nothing can be checked."]
    try:
        told = json.loads(manifest.read_text(encoding="utf-8"))
        listed = {entry["file"]: entry for entry in told["files"]}
        expected = {name: str(entry["sha256"]) for name, entry in listed.items()}
    except (ValueError, KeyError, TypeError):
        return [f"清单 {MANIFEST} 已损坏，无法核对。The manifest is damaged; nothing can be checked."]
    present = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} - {MANIFEST}
    problems = []
    if told.get(OWN_DIGEST, digest_manifest(told)) != digest_manifest(told):
        problems.append(f"清单 {MANIFEST} 的内容已被改动。The manifest was altered.")
    for name in sorted(expected.keys() | present):
        if name not in present:
            problems.append(f"缺少文件：{name}。Missing file.")
        elif name not in expected:
            problems.append(f"多出文件：{name}，清单中没有。Extra file, not in the manifest.")
        elif digest_file(folder / name) != expected[name]:
            problems.append(f"文件已被改动：{name}。Altered file.")
    return problems
