"""The pack of one cycle: everything that is sent, in one folder, with a manifest of what it was made from.

Until a cycle is sealed its pack is a draft. The same warehouse gives the same files; only the manifest says when they
were made, and it is left alone when nothing in it would change but that.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Sequence
from concurrent.futures import Executor
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exports import facts as questions
from exports.facts import CycleFacts
from exports.own.templates import Templates, find_templates
from exports.papers import clock_lists
from exports.papers.announcement import write_announcement
from exports.papers.not_dismantled import write_not_dismantled
from exports.papers.reporting_table import draw_reporting_table
from exports.papers.rollup import title_cycle, write_rollup_workbook
from exports.papers.rollup_table import format_rollup
from exports.papers.supplement import SUPPLEMENT_CSV, SUPPLEMENT_PLAN_CSV, SUPPLEMENT_WORKBOOK
from exports.papers.transmittal import write_transmittal
from exports.sign_off import SignOff
from exports.templates import ANNOUNCEMENT, REPORT
from exports.verification import MANIFEST, describe_files, format_manifest
from exports.wording import DRAFT, PLAN, SEALED
from rulebook import Regime, Rulebook, load
from store import Store

ROLLUP_CSV = "rollup.csv"
ROLLUP_WORKBOOK = "rollup.xlsx"
YELLOW_LIST = "yellow_list.xlsx"
RED_LIST = "red_list.xlsx"
CREDIT_PLATFORM = "credit_platform.csv"
NOT_DISMANTLED_WORKBOOK = "not_dismantled.xlsx"
REPORTING_TABLE = "reporting_table.xlsx"
TRANSMITTAL = "transmittal.xlsx"
MADE_AT = "made_at"

_FILES = (ROLLUP_WORKBOOK, ROLLUP_CSV, YELLOW_LIST, RED_LIST, CREDIT_PLATFORM, REPORTING_TABLE)
_FILES_OF_EXITS = (NOT_DISMANTLED_WORKBOOK, ANNOUNCEMENT, REPORT)
"""Not of a plan."""
_FILES_OF_SUPPLEMENTS = (SUPPLEMENT_WORKBOOK, SUPPLEMENT_CSV, SUPPLEMENT_PLAN_CSV)


@dataclass(frozen=True)
class Pack:
    """A pack that was written: its folder and the files in it, the manifest last."""

    folder: Path
    files: tuple[Path, ...]


@dataclass(frozen=True)
class _Cycle:
    """What a pack is of, in words that another process understands."""

    warehouse: Path | str
    regime: str
    round: str
    sign_off: SignOff
    templates: Templates

    @contextmanager
    def open_facts(self, rulebook: Rulebook) -> Iterator[CycleFacts]:
        """What the warehouse says of the cycle, its exits listed, of a year the plan's and those outside it too."""
        with CycleFacts(self.warehouse, rulebook.regimes[self.regime], self.round, self.sign_off) as facts:
            facts.list_exits()
            if self.round != PLAN:
                facts.list_plan()
                facts.list_outside()
            yield facts


def write_pack(
    warehouse: Path | str,
    regime: str,
    round: str,
    out_dir: Path | str,
    rulebook: Rulebook,
    sign_off: SignOff = SignOff(),  # noqa: B008 – frozen
    office: Store | None = None,
    attached: Sequence[str] = (),
    workers: Executor | None = None,
) -> Pack:
    """The pack of the cycle lies in ``out_dir``: rollup, lists, announcement, reporting table, transmittal, manifest.

    It is a draft unless ``sign_off`` says that the cycle is sealed. A plan has no report, no announcement and no list of
    what stands: what it names is still to exit. The reporting table is that of the day the warehouse was built. Documents
    are laid out by the templates of ``office`` (None: the store the warehouse lies in), where it has some; when one cannot
    be filled, ``OwnTemplateError`` says why. Whatever goes wrong, nothing is written. ``attached`` names files that lie in
    ``out_dir`` already and go with the pack: transmittal and manifest list them too. Where ``workers`` are given one of
    them writes the papers while this process writes the rollup.
    """
    folder = Path(out_dir)
    store = Store(folder)
    plan = rulebook.regimes[regime]
    templates = find_templates(office or Store(Path(warehouse).parent), regime)
    cycle = _Cycle(warehouse, regime, round, sign_off, templates)
    names = _FILES if round == PLAN else (*_FILES, *_FILES_OF_EXITS)
    is_written_anew = store.exists(MANIFEST)
    # the manifest last: files that do not agree with it are seen not to be whole
    with store.replacing_together(last=MANIFEST) as beside:
        # a worker knows the rulebook that is installed, and no other
        papers = workers.submit(_write_papers_apart, cycle, beside) if workers and _is_installed(rulebook) else None
        with cycle.open_facts(rulebook) as facts:
            if papers is None:
                _write_papers(cycle, beside, facts, rulebook)
            _write_rollup(cycle, beside, facts, rulebook)
            if papers is not None:
                papers.result()
            # last, as it holds the digests of all others
            listed = [*(beside / name for name in names), *(folder / name for name in attached)]
            write_transmittal(beside / TRANSMITTAL, facts, listed, rulebook)
            names = (*names, TRANSMITTAL)
            described = [*describe_files(beside, names), *describe_files(folder, attached)]
            manifest = _describe(plan, round, rulebook, facts, described, sign_off)
        _keep_manifest(store, beside, manifest | {"templates": templates.digests}, sign_off.sealed_at)
    if is_written_anew:
        _take_away_others(folder, {*names, *attached})
    return Pack(folder, tuple(folder / name for name in (*names, *attached, MANIFEST)))


def _take_away_others(folder: Path, names: Collection[str]) -> None:
    """Of what a pack before left in ``folder`` nothing stays that is not of this one, as what a supplement corrected."""
    for name in {*_FILES, *_FILES_OF_EXITS, *_FILES_OF_SUPPLEMENTS}.difference(names):
        (folder / name).unlink(missing_ok=True)


def _is_installed(rulebook: Rulebook) -> bool:
    return rulebook.digest == load().digest


def _write_rollup(cycle: _Cycle, folder: Path, facts: CycleFacts, rulebook: Rulebook) -> None:
    """The rollup as data and as a workbook."""
    plan = rulebook.regimes[cycle.regime]
    lines = facts.ask(questions.ROLLUP)
    (folder / ROLLUP_CSV).write_bytes(format_rollup(lines, plan, cycle.round))
    write_rollup_workbook(folder / ROLLUP_WORKBOOK, facts, lines, plan, cycle.round, rulebook)


def _write_papers(cycle: _Cycle, folder: Path, facts: CycleFacts, rulebook: Rulebook) -> None:
    """Everything else that is sent but for the transmittal: what is laid out by templates first, as it can fail."""
    plan = rulebook.regimes[cycle.regime]
    if cycle.round != PLAN:
        # imported here: who writes the rollup beside this need not know how documents are made
        from exports.papers.official_report import tell_documents

        lines = facts.ask(questions.ROLLUP)
        documents = tell_documents(cycle.templates, facts, lines, plan, cycle.round, rulebook, cycle.sign_off)
        for name, document in documents.items():
            (folder / name).write_bytes(document)
        if cycle.templates.announcement is None:
            write_announcement(folder / ANNOUNCEMENT, facts, plan, cycle.round, rulebook)
        write_not_dismantled(folder / NOT_DISMANTLED_WORKBOOK, facts, plan, cycle.round, rulebook)
    for name, told, question in (
        (YELLOW_LIST, clock_lists.YELLOW_LIST, clock_lists.YELLOW),
        (RED_LIST, clock_lists.RED_LIST, clock_lists.RED),
    ):
        clock_lists.write_clock_list(folder / name, told, facts.ask(question), plan, rulebook, cycle.sign_off)
    overdue = facts.ask(clock_lists.OVERDUE)
    (folder / CREDIT_PLATFORM).write_bytes(clock_lists.format_credit_platform(overdue))
    draw_reporting_table(
        folder / REPORTING_TABLE, facts, rulebook, facts.built_on, cycle.sign_off, cycle.sign_off.excused
    )


def _write_papers_apart(cycle: _Cycle, folder: Path) -> None:
    """The same in another process, which asks the warehouse for itself."""
    rulebook = load()
    with cycle.open_facts(rulebook) as facts:
        _write_papers(cycle, folder, facts, rulebook)


def _describe(
    regime: Regime, round: str, rulebook: Rulebook, facts: CycleFacts, files: list[dict[str, Any]], sign_off: SignOff
) -> dict[str, Any]:
    """What the manifest says, but for the time and its own digest."""
    return {
        "regime": regime.key,
        "round": round,
        "title": title_cycle(regime, round, rulebook),
        "sealed": sign_off.is_sealed,
        "status": SEALED if sign_off.is_sealed else DRAFT,
        "rulebook": rulebook.digest,
        "submissions": [
            {
                "receipt_no": line.submission_id,
                "reporter": line.reporter_code,
                "file": line.file,
                "sha256": line.sha256,
                "received_at": line.received_at.replace(tzinfo=UTC).isoformat(),
                "status": line.status,
            }
            for line in facts.ask(questions.SUBMISSIONS)
        ],
        "files": files,
    }


def _keep_manifest(store: Store, beside: Path, manifest: dict[str, Any], made_at: datetime | None) -> None:
    """The manifest lies ``beside``, with the time it was made at, unless the one in ``store`` says the same already."""
    if store.exists(MANIFEST):
        present = store.read_bytes(MANIFEST)
        try:
            dated = json.loads(present)[MADE_AT]
        except (ValueError, KeyError, TypeError):
            dated = None
        if present == format_manifest(manifest | {MADE_AT: dated}):
            return
    made_at = made_at or datetime.now(UTC)
    (beside / MANIFEST).write_bytes(format_manifest(manifest | {MADE_AT: made_at.isoformat(timespec="seconds")}))
