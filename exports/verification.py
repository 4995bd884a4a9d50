"""Whether a pack is still what was written: its files against the SHA-256 of its manifest, the manifest against its own.

That finds a slip of the hand, a damaged copy, an edit of a file or of what the manifest says of the cycle; of a sealed
pack every changed byte, of its manifest too. Whoever knows how it is made can make the digests anew, or leave the
manifest's own out as drafts of earlier releases do: against forgery helps only a digest that is kept elsewhere
(``docs/sealing.md``).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from store import IN_WORK

MANIFEST = "manifest.json"
OWN_DIGEST = "manifest_sha256"
SUPPLEMENTS = "supplements"
"""The folder of a sealed pack in which its numbered supplements lie, each a sealed pack with a manifest of its own."""
SUPPLEMENT_NO, SUPPLEMENT_TO = "supplement", "supplement_to"
"""What the manifest of a sealed pack says of itself: its number (0: the first), the digest of the manifest before."""


def digest_file(path: Path) -> str:
    """SHA-256 of the file's bytes, in hex digits."""
    with path.open("rb") as handle:
        return hashlib.file_digest(handle, "sha256").hexdigest()


def digest_manifest(manifest: Mapping[str, Any]) -> str:
    """SHA-256 of all that the manifest says but this digest, in hex digits; how it is laid out makes no difference."""
    told = {name: value for name, value in manifest.items() if name != OWN_DIGEST}
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


def format_manifest(manifest: Mapping[str, Any]) -> bytes:
    """The bytes of a manifest, with its own digest last."""
    told = {name: value for name, value in manifest.items() if name != OWN_DIGEST}
    whole = told | {OWN_DIGEST: digest_manifest(told)}
    return (json.dumps(whole, ensure_ascii=False, indent=2) + "\n").encode()


def describe_files(folder: Path, names: Iterable[str]) -> list[dict[str, Any]]:
    """What a manifest says of the files ``names`` of ``folder``."""
    return [
        {"file": name, "sha256": digest_file(folder / name), "bytes": (folder / name).stat().st_size} for name in names
    ]


def verify_pack(folder: Path | str) -> list[str]:
    """What is missing, altered or too much in the pack, a sentence each; an empty list says that it is whole.

    A sealed pack is checked with its supplements, which follow one another without a gap.
    """
    folder = Path(folder)
    manifest = folder / MANIFEST
    if not manifest.is_file():
        return [f"缺少清单 {MANIFEST}，无法核对。The manifest is missing; nothing can be checked."]
    content = manifest.read_bytes()
    try:
        # as text: bytes that are no UTF-8 would be let through
        told = json.loads(content.decode())
        listed = {entry["file"]: entry for entry in told["files"]}
        expected = {name: str(entry["sha256"]) for name, entry in listed.items()}
    except (ValueError, KeyError, TypeError):
        return [f"清单 {MANIFEST} 已损坏，无法核对。The manifest is damaged; nothing can be checked."]
    found = _list_found(folder, told)
    # a folder that stands in for a file, or a link to one elsewhere, is no file of this pack
    present = {path.relative_to(folder).as_posix() for path in found if path.is_symlink() or not path.is_dir()}
    present -= {MANIFEST}
    problems = [
        f"多出空文件夹：{path.relative_to(folder).as_posix()}，清单中没有。Extra empty folder, not in the manifest."
        for path in found
        if path.is_dir() and not path.is_symlink() and not any(path.iterdir())
    ]
    if not _is_as_written(told, content):
        problems.append(f"清单 {MANIFEST} 的内容已被改动。The manifest was altered.")
    if told.get(SUPPLEMENT_NO) == 0:
        of_supplements = {name for name in present if name.startswith(f"{SUPPLEMENTS}/")}
        present -= of_supplements
        problems += _problems_of_supplements(folder, of_supplements)
    of_files = []
    for name in sorted(expected.keys() | present):
        if name not in present:
            of_files.append(f"缺少文件：{name}。Missing file.")
        elif name not in expected:
            of_files.append(f"多出文件：{name}，清单中没有。Extra file, not in the manifest.")
        elif (folder / name).is_symlink() or digest_file(folder / name) != expected[name]:
            of_files.append(f"文件已被改动：{name}。Altered file.")
    if len(of_files) > max(len(expected) / 2, 1):
        problems.insert(
            0,
            f"清单 {MANIFEST} 与这里的多数文件对不上，可能是另一份成果的清单。"
            "The manifest does not agree with most of the files: it may be another pack's.",
        )
    return problems + of_files


def _list_found(folder: Path, told: Mapping[str, Any]) -> list[Path]:
    """All that lies in the folder, sorted; of a pack, which is written in its place, not what a killed process left there.

    A sealed copy is written elsewhere and put in its place whole: there everything counts.
    """
    left = set()
    if SUPPLEMENT_NO not in told:
        left = {path for path in folder.glob(f"{IN_WORK}*") if path.is_dir() and not path.is_symlink()}
    return sorted(path for path in folder.rglob("*") if path not in left and left.isdisjoint(path.parents))


def _is_as_written(told: dict[str, Any], content: bytes) -> bool:
    """Whether the manifest agrees with its digest; that of a sealed pack has one, and is the same to the byte."""
    if told.get("sealed") is True:
        return OWN_DIGEST in told and format_manifest(told) == content
    return told.get(OWN_DIGEST, digest_manifest(told)) == digest_manifest(told)


def _problems_of_supplements(folder: Path, names: set[str]) -> Iterable[str]:
    """What is wrong with the supplements of a first sealed pack, of which ``names`` are the files."""
    numbers = {int(part) for name in names if (part := name.split("/")[1]).isascii() and part.isdecimal()}
    before = folder / MANIFEST
    for number in range(1, max(numbers, default=0) + 1):
        own = folder / SUPPLEMENTS / str(number)
        if not own.is_dir():
            yield f"缺少第 {number} 号补充更正报告。Supplement {number} is missing."
            continue
        yield from (f"{SUPPLEMENTS}/{number}：{problem}" for problem in verify_pack(own))
        if not _continues(own / MANIFEST, number, before):
            yield (
                f"第 {number} 号补充更正报告与前一份对不上：其中一份被换过。"
                f"Supplement {number} does not continue the pack before: one of the two was replaced."
            )
        before = own / MANIFEST
    known = {str(number) for number in range(1, max(numbers, default=0) + 1)}
    for name in sorted(names):
        if name.split("/")[1] not in known or name.count("/") == 1:
            yield f"多出文件：{name}，清单中没有。Extra file, not in the manifest."


def _continues(manifest: Path, number: int, before: Path) -> bool:
    """Whether the manifest is that of supplement ``number`` and names the digest of the manifest ``before``.

    What is missing or damaged is told already, and continues anything.
    """
    try:
        told = json.loads(manifest.read_bytes())
        return (told.get(SUPPLEMENT_NO), told.get(SUPPLEMENT_TO)) == (number, digest_file(before))
    except (OSError, ValueError, AttributeError):
        return True
