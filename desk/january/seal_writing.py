"""Writes the sealed copy of a cycle: what was reported with everything it rests on, in a folder that is never changed.

A seal (act ``seal``) closes the cycle; then its copy is written once, from a warehouse of its own: built of the decisions
up to the seal and as of its day, so that the same store gives the same bytes whenever it is written. A cycle that was
opened again and sealed anew gets a numbered supplement beside the first copy (``docs/decisions/0019``).
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dbt_project
import exports
import ingestion
from dbt_project.build import WAREHOUSE
from desk.decisions.acts import ACTS, Refused, rounds_closed_by, subject_of
from desk.decisions.city_figure import ask_for_figure, compare_figures
from desk.decisions.log import FOLDER as DECISIONS
from desk.decisions.log import Decision, Decisions
from desk.january.code_version import read_code_version
from desk.january.plan_figure import is_plan_changed, read_plan_figure
from desk.january.sealed_packs import (
    CHAIN,
    MARTS,
    PACK,
    SealedPack,
    check_is_whole,
    digests_key,
    kept_digests,
    key_of,
    own_seal,
    sealed_packs,
    sign_off_of_pack,
)
from exports.changes import find_changes
from exports.papers.rollup import title_cycle
from exports.papers.supplement import Correction, Withdrawal, write_supplement
from exports.sealed_marts import rounds_kept, sealed_marts, write_marts
from exports.verification import (
    MANIFEST,
    SUPPLEMENT_NO,
    SUPPLEMENT_TO,
    SUPPLEMENTS,
    describe_files,
    digest_file,
    format_manifest,
)
from exports.wording import SEALED
from rulebook import LOCAL_TIME, Rulebook, digest_of, files_of
from store import Store

RULEBOOK, DOCUMENTS, TEMPLATES = "rulebook", "documents", "templates"
ORIGINALS, SUMS = "originals.json", "SHA256SUMS"
"""In a sealed copy: every file received, by its digest; all digests as ``sha256sum -c`` reads them."""

OWN_FOLDER = ".sealing"
"""Where the warehouse lies that a copy is written from; it is removed again."""

Progress = Callable[[str], None]

_ORIGINALS = """
select submission_id, receipt_no, round, form, reporter_code, file, sha256, received_at, status
from sealed.fct_submission
order by receipt_no, length(submission_id), submission_id
"""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What ``seal_cycle`` did."""

    pack: SealedPack
    is_new: bool
    """Whether it was written now; else it lay there already, whole."""


def seal_cycle(store: Store, regime: str, round: str, rulebook: Rulebook, progress: Progress | None = None) -> Sealing:
    """The sealed copy of the cycle lies in the store, whole; written now unless it was before.

    Raises ``Refused`` where nobody decided the seal, where the log of decisions or a copy sealed before is damaged, where
    files of the cycle are not judged yet, and where the figures are not those that were signed.
    """
    decisions = Decisions(store, rulebook)
    with store.lock("sealing"):
        seal = own_seal(decisions, regime, round)
        if seal is None:
            raise Refused(
                "这个轮次还没有封存的决定。请先由签发人在工作台“封存本轮次”，"
                "或运行 huizong decide seal，然后再运行 huizong seal。",
                "Nobody decided to seal this cycle: the signer does so on the desk or by huizong decide seal; then run this"
                " again.",
            )
        before = sealed_packs(store, regime, round)
        _check_digests(store, regime, round, before)
        if before:
            check_is_whole(store, regime, round)
        done = next((one for one in before if one.seal == seal.sequence), None)
        if done is None:
            _check_log(decisions)
            _check_all_is_judged(store, seal)
            with _opened(Path(store.location(key_of(regime, round)))):
                _write(store, decisions, seal, before, rulebook, progress or (lambda step: None))
        packs = sealed_packs(store, regime, round)
        # here too where nothing was written: a crash may have come between a copy and its digest
        _keep_digests(store, regime, round, packs)
    return Sealing(next(one for one in packs if one.seal == seal.sequence), done is None)


# ---- what keeps a copy from being written ----


def _check_log(decisions: Decisions) -> None:
    problems = decisions.verify()
    if problems:
        raise Refused(
            f"决定记录不完整，没有封存。请按备份恢复：{'；'.join(problems[:3])}",
            "The log of decisions is not whole: nothing was sealed. Restore it from the backup.",
        )


def _check_all_is_judged(store: Store, seal: Decision) -> None:
    for batch, receipt in ingestion.unfinished_batches(store).items():
        is_of_cycle = receipt.regime == seal.regime and receipt.round in rounds_closed_by(seal.round)
        if is_of_cycle and not store.exists(f"findings/{batch}.parquet"):
            raise Refused(
                f"这个轮次的第 {batch} 批收件还没有审完，没有封存。请先运行 collect_submissions，或撤销封存、收完再封存。",
                f"Batch {batch} of this cycle is not judged yet: nothing was sealed. Let the DAG collect_submissions"
                " finish it, or undo the seal first.",
            )


def _check_is_as_signed(marts: Path, decisions: Decisions, seal: Decision, area: str) -> None:
    """``Refused`` where the figure of the area, or the plan, is not the one that was prepared for the signer.

    An older seal has no figure, an older preparation no plan.
    """
    signed = _prepared(decisions, seal) or seal
    figure, plan = signed.figure, signed.plan_figure
    if figure is None:
        return
    with sealed_marts(sealed=marts) as connection:

        def ask(question: str, values: Sequence[Any]) -> list[dict[str, Any]]:
            answer = connection.execute(question, values)
            names = [column[0] for column in answer.description]
            return [dict(zip(names, line, strict=True)) for line in answer.fetchall()]

        found = ask_for_figure(ask, seal.regime or "", seal.round or "", area, "sealed")
        is_planned_otherwise = plan is not None and is_plan_changed(
            read_plan_figure(ask, seal.regime or "", seal.round or "", "sealed"), plan
        )
        # the total too: one enterprise of two industries may have become two
        is_another_figure = any(line.is_changed for line in compare_figures(found, figure))
    if is_planned_otherwise or is_another_figure:
        raise Refused(
            f"按第 {seal.sequence} 号决定之时的材料重新汇总，得到的数字与签发时不同（其他轮次的新材料、规则库或程序有变化）。"
            "没有封存。请撤销封存，看过新的数字再签发。",
            f"The figures are not those that decision {seal.sequence} signed: other material, rulebook or program changed"
            " since. Nothing was sealed: undo the seal, look at the figures, sign again.",
        )


def _prepared(decisions: Decisions, seal: Decision) -> Decision | None:
    """What the signer signed: the report that was prepared when it was sealed; None where none was."""
    of_cycle = [
        one for one in decisions.in_force() if (one.kind, one.regime, one.round) == ("prepare", seal.regime, seal.round)
    ]
    return next((one for one in reversed(of_cycle) if one.sequence < seal.sequence), None)


# ---- writing ----


@contextmanager
def _warehouse_of(store: Store, rulebook: Rulebook, seal: Decision, announce: Progress) -> Iterator[Path]:
    """Where a warehouse lies for the block: of the decisions up to ``seal``, as of its day."""
    folder = Path(store.location(OWN_FOLDER))
    key = f"{OWN_FOLDER}/{WAREHOUSE}"
    day = seal.at.astimezone(LOCAL_TIME).date()
    announce("建立封存用的数据仓库 building the warehouse to seal")
    try:
        dbt_project.build(store.root, rulebook, None, day, key, seal.sequence)
        path = Path(store.location(key))
        # a pack says by the age of the file what was due when it was built
        os.utime(path, (seal.at.timestamp(), seal.at.timestamp()))
        yield path
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _write(
    store: Store,
    decisions: Decisions,
    seal: Decision,
    before: Sequence[SealedPack],
    rulebook: Rulebook,
    announce: Progress,
) -> None:
    regime, round = rulebook.regimes[seal.regime or ""], seal.round or ""
    with _warehouse_of(store, rulebook, seal, announce) as warehouse:
        announce("写封存件 writing the sealed copy")
        with store.replacing_folder(key_of(regime.key, round, len(before))) as folder:
            write_marts(warehouse, regime.key, round, folder / MARTS)
            _check_is_as_signed(folder / MARTS, decisions, seal, regime.area)
            attached = _write_supplement(store, decisions, seal, before, folder, rulebook) if before else ()
            sign_off = sign_off_of_pack(store, decisions, regime.key, round, rulebook)
            try:
                exports.write_pack(warehouse, regime.key, round, folder / PACK, rulebook, sign_off, store, attached)
            except exports.OwnTemplateError as error:
                raise Refused(f"没有封存。{error}\n", "Nothing was sealed: put the template right first.") from error
            _write_files(folder / RULEBOOK, _rulebook_files(rulebook))
            _write_files(folder / TEMPLATES, _templates_of(store, seal))
            _write_decisions(store, decisions, seal, folder)
            _write_originals(folder)
            _write_manifest(folder, seal, decisions, before, rulebook)
            for path in folder.rglob("*"):
                if path.is_file():
                    path.chmod(0o444)


def _close(folder: Path) -> None:
    """Nothing is added to the sealed copies in ``folder`` or taken from them, as far as the file system keeps that."""
    for place in (folder, *filter(Path.is_dir, folder.rglob("*"))):
        _allow(place, 0o555)


@contextmanager
def _opened(folder: Path) -> Iterator[None]:
    """For the block a supplement can be put into ``folder``, where the copies of a cycle lie; after it they are closed."""
    for place in filter(Path.is_dir, (folder, folder / SUPPLEMENTS)):
        _allow(place, 0o755)
    try:
        yield
    finally:
        _close(folder)


def _allow(place: Path, mode: int) -> None:
    # a file system without such rights has none to change
    with suppress(OSError):
        place.chmod(mode)


def _templates_of(store: Store, seal: Decision) -> dict[str, bytes]:
    """The province's own templates for the documents of the regime; none where it has none."""
    folder = f"{TEMPLATES}/{seal.regime}/"
    return {key.removeprefix(folder): store.read_bytes(key) for key in store.keys(folder)}


def _rulebook_files(rulebook: Rulebook) -> dict[str, bytes]:
    files = files_of()
    if digest_of(files) != rulebook.digest:
        raise Refused(
            "规则库文件在读入之后被改动，没有封存。请重新运行 huizong seal。",
            "The rulebook's files were changed since they were read: nothing was sealed. Run it again.",
        )
    return files


def _write_decisions(store: Store, decisions: Decisions, seal: Decision, folder: Path) -> None:
    """The files of the decisions the cycle rests on as they are, the scans they name, and the whole chain by digests."""
    chain = []
    for decision in decisions.all()[: seal.sequence]:
        name = f"{decision.sequence:06d}.json"
        content = store.read_bytes(f"{DECISIONS}/{name}")
        is_kept = _is_of_cycle(decision, decisions, seal)
        chain.append({"sequence": decision.sequence, "sha256": hashlib.sha256(content).hexdigest(), "is_kept": is_kept})
        if is_kept:
            _write_files(folder / DECISIONS, {name: content})
            for digest in filter(None, (decision.evidence_sha256, decision.document_sha256)):
                _write_files(folder / DOCUMENTS, {digest: store.read_bytes(f"originals/{digest}")})
    _write_files(folder, {CHAIN: _as_json(chain)})


def _is_of_cycle(decision: Decision, decisions: Decisions, seal: Decision) -> bool:
    """Whether the cycle rests on ``decision``: one of its own rounds, or about enterprises, which are the same everywhere."""
    if subject_of(decision).kind == "enterprises":
        return True
    return decision.regime == seal.regime and decision.round in rounds_kept(seal.round or "")


def _write_originals(folder: Path) -> None:
    """What was received of the cycle, by digest: the bytes stay in the store, among the originals."""
    with sealed_marts(sealed=folder / MARTS) as connection:
        answer = connection.execute(_ORIGINALS)
        names = [column[0] for column in answer.description]
        lines = [dict(zip(names, line, strict=True)) for line in answer.fetchall()]
    _write_files(folder, {ORIGINALS: _as_json(lines)})


def _write_supplement(
    store: Store,
    decisions: Decisions,
    seal: Decision,
    before: Sequence[SealedPack],
    folder: Path,
    rulebook: Rulebook,
) -> tuple[str, ...]:
    """What the supplement corrects lies among the documents; returns the names of its files."""
    last = before[-1]
    sealed_before = decisions.get(last.seal)
    if sealed_before is None:
        raise Refused(
            f"封存件 {last.key} 所据的第 {last.seal} 号决定不在记录里，没有封存。请按备份恢复。",
            f"The decision {last.seal} of the sealed copy {last.key} is not on record: nothing was sealed.",
        )
    since = decisions.all()[last.seal : seal.sequence]
    seals = {
        one.sequence
        for one in decisions.all()
        if (one.kind, one.regime, one.round) == ("seal", seal.regime, seal.round)
    }
    told = Correction(
        number=len(before),
        seal_before=last.seal,
        sealed_before=sealed_before.at,
        seal=seal.sequence,
        sealed_at=seal.at,
        withdrawals=tuple(
            Withdrawal(one.sequence, one.at, one.actor_name, one.reason) for one in since if one.undoes in seals
        ),
        is_rulebook_other=last.rulebook != rulebook.digest,
        is_program_other=last.sources != read_code_version()["sources_sha256"],
    )
    decided = [asdict(one) | {"label": _label_of(one, decisions)} for one in since]
    regime = rulebook.regimes[seal.regime or ""]
    marts_before = Path(store.location(f"{last.key}/{MARTS}"))
    changes = find_changes(marts_before, folder / MARTS, regime, seal.round or "", decided)
    documents = folder / PACK
    documents.mkdir()
    return write_supplement(documents, changes, told, regime, seal.round or "", rulebook)


def _label_of(decision: Decision, decisions: Decisions) -> str:
    undone = decisions.get(decision.undoes or 0)
    return ACTS[decision.kind].label_zh + (ACTS[undone.kind].label_zh if undone else "")


def _write_manifest(
    folder: Path, seal: Decision, decisions: Decisions, before: Sequence[SealedPack], rulebook: Rulebook
) -> None:
    names = sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    sums = "".join(f"{digest_file(folder / name)}  {name}\n" for name in names)
    _write_files(folder, {SUMS: sums.encode()})
    manifest = {
        "regime": seal.regime,
        "round": seal.round,
        "title": title_cycle(rulebook.regimes[seal.regime or ""], seal.round or "", rulebook),
        "sealed": True,
        "status": SEALED,
        SUPPLEMENT_NO: len(before),
        SUPPLEMENT_TO: before[-1].digest if before else None,
        "seal": {
            "sequence": seal.sequence,
            "at": seal.at.isoformat(),
            "actor": seal.actor,
            "actor_name": seal.actor_name,
            "reason": seal.reason,
        },
        "made_at": seal.at.isoformat(timespec="seconds"),
        "rulebook": rulebook.digest,
        "code": read_code_version(),
        "files": describe_files(folder, sorted((*names, SUMS))),
    }
    _write_files(folder, {MANIFEST: format_manifest(manifest)})


def _check_digests(store: Store, regime: str, round: str, packs: Sequence[SealedPack]) -> None:
    """``Refused`` where a copy that was registered is gone, or is another one: nothing takes its place."""
    kept = kept_digests(store, regime, round)
    if len(kept) > len(packs) or any(known != pack.digest for known, pack in zip(kept, packs, strict=False)):
        raise Refused(
            f"封存件不在，或与登记的摘要（{digests_key(regime, round)}）不符，请按备份恢复。",
            "The sealed copies are gone, or do not agree with the digests that were kept: restore them from the backup.",
        )


def _keep_digests(store: Store, regime: str, round: str, packs: Sequence[SealedPack]) -> None:
    """The digest of every manifest stands beside the copies."""
    if len(kept_digests(store, regime, round)) < len(packs):
        folder = key_of(regime, "")
        lines = (f"{pack.digest}  {pack.key.removeprefix(folder)}/{MANIFEST}\n" for pack in packs)
        store.write_bytes(digests_key(regime, round), "".join(lines).encode())


def _write_files(folder: Path, files: dict[str, bytes]) -> None:
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _as_json(value: Any) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, default=_plain) + "\n").encode()


def _plain(value: datetime) -> str:
    # the warehouse keeps moments in UTC, without saying so
    return value.replace(tzinfo=UTC).isoformat()
