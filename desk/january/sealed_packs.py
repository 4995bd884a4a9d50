"""The sealed copies of a cycle as they lie in the store: which one is in force, whether it is whole, what it says.

``desk.january.seal_writing`` writes them. Nothing here changes one: a copy whose seal was undone is told to be withdrawn by the log.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from pathlib import Path

from desk.decisions.acts import Refused
from desk.decisions.log import FOLDER as DECISIONS
from desk.decisions.log import Decision, Decisions
from desk.january.report import sign_off_of
from desk.views.warehouse import Warehouse
from exports.changes import ROLLUP_LINES, Change, compare_lines, read_lines
from exports.sealed_marts import sealed_marts
from exports.sign_off import SignOff, Supplement
from exports.verification import MANIFEST, SUPPLEMENTS, digest_file, verify_pack
from rulebook import LOCAL_TIME, Rulebook
from store import Store

FOLDER = "sealed"
PACK, MARTS, CHAIN = "pack", "marts", "chain.json"
"""In a sealed copy: the documents, the marts, the digest of every decision up to the seal."""


@dataclass(frozen=True, slots=True)
class SealedPack:
    """A sealed copy that lies in the store: the first of its cycle, or a supplement to it."""

    key: str
    number: int
    """0: the first; else that of the supplement."""
    seal: int
    """The decision it was written for."""
    rulebook: str
    """Digest of the rulebook it was made by."""
    sources: str
    """Digest of the program it was made by."""
    digest: str
    """SHA-256 of the bytes of its manifest, which names that of every other file."""


@dataclass(frozen=True, slots=True)
class SealedFigures:
    """A sealed cycle's figures beside those of the warehouse in use."""

    pack: SealedPack | None
    """None: the seal was decided, and its copy is not written yet or cannot be read."""
    changes: tuple[Change, ...] = ()
    """The lines that differ: ``before`` as sealed, ``after`` by the last build."""
    is_damaged: bool = False
    """The copy cannot be read: ``huizong verify`` tells what is wrong."""

    def within(self, divisions: Collection[str]) -> SealedFigures:
        """The same, with the lines of these divisions alone."""
        return replace(self, changes=tuple(line for line in self.changes if line.division_code in divisions))


def key_of(regime: str, round: str, number: int = 0) -> str:
    """Where the sealed copy of a cycle lies, or its supplement of that number."""
    first = f"{FOLDER}/{regime}/{round}"
    return f"{first}/{SUPPLEMENTS}/{number}" if number else first


def digests_key(regime: str, round: str) -> str:
    """Where the digest of each manifest of a cycle is kept, as ``sha256sum -c`` reads it."""
    return f"{FOLDER}/{regime}/{round}.sha256"


def own_seal(decisions: Decisions, regime: str, round: str) -> Decision | None:
    """The seal in force that is the cycle's own: the one of the annual round closes the plan round without sealing it."""
    return next((one for one in decisions.seals_of(regime, round) if one.round == round), None)


def sealed_packs(store: Store, regime: str, round: str) -> tuple[SealedPack, ...]:
    """The first sealed copy of a cycle and its supplements, in order; none where nothing was sealed.

    Raises ``Refused`` where a manifest cannot be read.
    """
    found: list[SealedPack] = []
    while store.exists(key := key_of(regime, round, len(found))):
        try:
            content = store.read_bytes(f"{key}/{MANIFEST}")
            told = json.loads(content)
            made_by = told["rulebook"], told["code"]["sources_sha256"]
            seal = int(told["seal"]["sequence"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise Refused(
                f"封存件 {key} 的清单不在或已损坏。请用 huizong verify 核对，按备份恢复。",
                f"The manifest of the sealed copy {key} is missing or damaged: restore it from the backup.",
            ) from error
        found.append(SealedPack(key, len(found), seal, *made_by, hashlib.sha256(content).hexdigest()))
    return tuple(found)


def pack_in_force(store: Store, decisions: Decisions, regime: str, round: str) -> SealedPack | None:
    """The copy written for the seal in force of the cycle; None where it is open, or its copy not written yet."""
    seal = own_seal(decisions, regime, round)
    if seal is None:
        return None
    return next((one for one in sealed_packs(store, regime, round) if one.seal == seal.sequence), None)


def check_is_whole(store: Store, regime: str, round: str) -> None:
    """``Refused`` where a sealed copy of the cycle is not what was written."""
    key = key_of(regime, round)
    problems = verify_pack(store.location(key))
    if problems:
        raise Refused(
            f"封存件 {key} 与封存时不符，请按备份恢复：{'；'.join(problems[:3])}",
            f"The sealed copy {key} is not what was sealed: restore it from the backup.",
        )


def copy_sealed_pack(
    store: Store, decisions: Decisions, regime: str, round: str, folder: Path | str
) -> list[Path] | None:
    """The documents of the seal in force lie in ``folder`` as they were sealed; None where the cycle has no such seal.

    Raises ``Refused`` where the copy is not written yet, or is not what was written.
    """
    if own_seal(decisions, regime, round) is None:
        return None
    pack = pack_in_force(store, decisions, regime, round)
    if pack is None:
        raise Refused(
            "这个轮次已经决定封存，封存件还没有写出。请先运行 huizong seal，再取成果。",
            "The seal of this cycle is decided and its copy not written yet: run huizong seal first.",
        )
    check_is_whole(store, regime, round)
    source = f"{pack.key}/{PACK}/"
    names = [key.removeprefix(source) for key in store.keys(source)]
    # the manifest last: files that do not agree with it are seen not to be whole
    with Store(folder).replacing_together(last=MANIFEST) as beside:
        for name in names:
            (beside / name).write_bytes(store.read_bytes(f"{source}{name}"))
    return [Path(folder) / name for name in sorted(names, key=lambda name: (name == MANIFEST, name))]


def publish_sealed(store: Store, decisions: Decisions, regime: str, round: str, folder: Path | str) -> bool:
    """Whether the cycle is sealed; then ``folder`` holds what was sealed, or, until that is written, what it held before."""
    if own_seal(decisions, regime, round) is None:
        return False
    if pack_in_force(store, decisions, regime, round):
        copy_sealed_pack(store, decisions, regime, round, folder)
    return True


def sign_off_of_pack(store: Store, decisions: Decisions, regime: str, round: str, rulebook: Rulebook) -> SignOff:
    """What a pack that is written now is told of the decisions, and of the report it corrects where one was sealed before.

    Raises ``Refused`` where a sealed copy cannot be read.
    """
    sign_off = sign_off_of(decisions.in_force(), regime, round, rulebook)
    seal = own_seal(decisions, regime, round)
    before = [one for one in sealed_packs(store, regime, round) if seal is None or one.seal < seal.sequence]
    corrected = decisions.get(before[-1].seal) if before else None
    if corrected is None:
        return sign_off
    day = corrected.at.astimezone(LOCAL_TIME).date()
    return replace(sign_off, supplement=Supplement(len(before), corrected.document_no, day))


# ---- sealed figures and today's ----


def compare_with_sealed(
    store: Store, decisions: Decisions, warehouse: Warehouse, regime: str, round: str
) -> SealedFigures | None:
    """The sealed figures of a cycle beside those of the last build; None where it has no seal of its own in force."""
    if own_seal(decisions, regime, round) is None:
        return None
    try:
        pack = pack_in_force(store, decisions, regime, round)
        if pack is None or not warehouse.exists:
            return SealedFigures(pack)
        return SealedFigures(
            pack, _changes(store.location(pack.key), pack.digest, regime, round, warehouse, warehouse.built_at)
        )
    except (Refused, OSError):
        return SealedFigures(None, is_damaged=True)


@lru_cache(maxsize=16)
def _changes(
    folder: str, digest: str, regime: str, round: str, warehouse: Warehouse, built_at: datetime
) -> tuple[Change, ...]:
    # a page asks again and again: what the answer hangs on is all in the call
    with sealed_marts(sealed=Path(folder) / MARTS) as connection:
        sealed = read_lines(connection, "sealed", regime, round)
    return compare_lines(sealed, warehouse.query(ROLLUP_LINES.format(marts="marts"), [regime, round]))


# ---- proof ----


def check_against_log(store: Store, decisions: Decisions, folder: Path) -> tuple[list[str], list[str]]:
    """What of a sealed copy does not agree with the store it came from, and what is to be known of it besides.

    Compared are its digest with the one kept beside the store's own copy, the decisions it rests on with the log, and the
    number of supplements. Raises ``Refused`` for a folder that is no sealed copy.
    """
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        chain = json.loads((folder / CHAIN).read_bytes())
        regime, round, number = told["regime"], told["round"], int(told["supplement"])
        seal = int(told["seal"]["sequence"])
        links = [(int(link["sequence"]), link["sha256"]) for link in chain]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Refused(
            f"{folder} 不是封存件，不能与决定记录核对；只核对成果本身的，不要写 --store。",
            "This is no sealed copy: leave --store out to check the pack alone.",
        ) from error
    problems = list(decisions.verify())
    problems += _problems_of_digests(store, regime, round, number, folder)
    problems += _problems_of_chain(store, links)
    return problems, _standing(decisions, seal)


def check_is_registered(store: Store, folder: Path) -> list[str]:
    """That the manifest of a sealed copy is not the one its store keeps the digest of, where it is not; else nothing."""
    try:
        told = json.loads((folder / MANIFEST).read_bytes())
        regime, round, number = told["regime"], told["round"], int(told["supplement"])
    except (OSError, ValueError, KeyError, TypeError):
        return []
    kept = kept_digests(store, regime, round)
    if number < len(kept) and kept[number] == digest_file(folder / MANIFEST):
        return []
    return [
        "清单不是数据仓里登记的那一份，以下按这份清单核对。"
        "The manifest is not the one kept in the store; what follows is held against it all the same."
    ]


def _problems_of_digests(store: Store, regime: str, round: str, number: int, folder: Path) -> Iterable[str]:
    kept = kept_digests(store, regime, round)
    if number >= len(kept):
        yield "数据仓里没有登记这份封存件。The store knows of no such sealed copy."
        return
    if kept[number] != digest_file(folder / MANIFEST):
        yield "清单摘要与数据仓里登记的不同。The digest of the manifest is not the one kept in the store."
    own = [one for one in (folder / SUPPLEMENTS).glob("*") if one.is_dir()]
    if number == 0 and len(own) != len(kept) - 1:
        yield (
            f"登记了 {len(kept) - 1} 份补充更正报告，这里有 {len(own)} 份。"
            f"{len(kept) - 1} supplements are registered, here are {len(own)}."
        )


def kept_digests(store: Store, regime: str, round: str) -> Sequence[str]:
    """The digests of the manifests of a cycle as they were registered: of the first copy, then of each supplement."""
    key = digests_key(regime, round)
    if not store.exists(key):
        return ()
    return tuple(
        line.split()[0] for line in store.read_bytes(key).decode("utf-8", "replace").splitlines() if line.strip()
    )


def _problems_of_chain(store: Store, links: Iterable[tuple[int, str]]) -> Iterable[str]:
    for sequence, digest in links:
        key = f"{DECISIONS}/{sequence:06d}.json"
        if not store.exists(key) or hashlib.sha256(store.read_bytes(key)).hexdigest() != digest:
            yield f"第 {sequence} 号决定与封存时不同。Decision {sequence} is not what it was when this was sealed."


def _standing(decisions: Decisions, seal: int) -> list[str]:
    """That the seal of a copy was undone, where it was."""
    undone = next((one for one in decisions.all() if one.undoes == seal), None)
    if undone is None:
        return []
    return [
        f"这份封存已由第 {undone.sequence} 号决定撤销（{undone.reason}）；文件照原样保存。"
        f"The seal was undone by decision {undone.sequence}; the copy is kept as it is."
    ]
