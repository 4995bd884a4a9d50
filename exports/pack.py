"""The pack of one cycle: everything that is sent, in one folder, with a manifest of what it was made from.

Until a cycle is sealed its pack is a draft. The same warehouse gives the same files; only the manifest says when they
were made, and it is left alone when nothing in it would change but that.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from exports import clock_lists
from exports import facts as questions
from exports.announcement import write_announcement
from exports.facts import CycleFacts
from exports.not_dismantled import write_not_dismantled
from exports.official_report import tell_documents
from exports.own_template import find_templates
from exports.reporting_table import draw_reporting_table
from exports.rollup import format_rollup
from exports.sign_off import SignOff
from exports.transmittal import write_transmittal
from exports.verification import MANIFEST, describe_files, format_manifest
from exports.wording import DRAFT, SEALED
from exports.workbook import PLAN, title_cycle, write_rollup_workbook
from rulebook import Regime, Rulebook
from store import Store

ROLLUP_CSV = "rollup.csv"
ROLLUP_WORKBOOK = "rollup.xlsx"
YELLOW_LIST = "yellow_list.xlsx"
RED_LIST = "red_list.xlsx"
CREDIT_PLATFORM = "credit_platform.csv"
NOT_DISMANTLED_WORKBOOK = "not_dismantled.xlsx"
ANNOUNCEMENT = "announcement.xlsx"
REPORTING_TABLE = "reporting_table.xlsx"
TRANSMITTAL = "transmittal.xlsx"
MADE_AT = "made_at"


@dataclass(frozen=True)
class Pack:
    """A pack that was written: its folder and the files in it, the manifest last."""

    folder: Path
    files: tuple[Path, ...]


def write_pack(
    warehouse: Path | str,
    regime: str,
    round: str,
    out_dir: Path | str,
    rulebook: Rulebook,
    sign_off: SignOff = SignOff(),  # noqa: B008 – frozen
    office: Store | None = None,
    attached: Sequence[str] = (),
) -> Pack:
    """The pack of the cycle lies in ``out_dir``: rollup, lists, announcement, reporting table, transmittal, manifest.

    It is a draft unless ``sign_off`` says that the cycle is sealed. A plan has no report, no announcement and no list of
    what stands: what it names is still to exit. The reporting table is that of the day the warehouse was built. Documents
    are laid out by the templates of ``office`` (None: the store the warehouse lies in), where it has some; when one cannot
    be filled, ``OwnTemplateError`` says why and nothing is written. ``attached`` names files that lie in ``out_dir`` already
    and go with the pack: transmittal and manifest list them too.
    """
    folder = Path(out_dir)
    store = Store(folder)
    plan = rulebook.regimes[regime]
    templates = find_templates(office or Store(Path(warehouse).parent), regime)
    names = (ROLLUP_WORKBOOK, ROLLUP_CSV, YELLOW_LIST, RED_LIST, CREDIT_PLATFORM, REPORTING_TABLE)
    files = [folder / name for name in names]
    with CycleFacts(warehouse, plan, round, sign_off) as facts:
        facts.list_exits()
        if round != PLAN:
            facts.list_plan()
        lines = facts.ask(questions.ROLLUP)
        documents = {}
        if round != PLAN:
            documents = tell_documents(templates, facts, lines, plan, round, rulebook, sign_off)
        store.write_bytes(ROLLUP_CSV, format_rollup(lines, plan, round))
        with store.replacing(ROLLUP_WORKBOOK) as beside:
            write_rollup_workbook(beside, facts, lines, plan, round, rulebook)
        _write_clock_lists(store, facts, plan, rulebook)
        if round != PLAN:
            files.append(folder / NOT_DISMANTLED_WORKBOOK)
            with store.replacing(NOT_DISMANTLED_WORKBOOK) as beside:
                write_not_dismantled(beside, facts, plan, round, rulebook)
            files.append(folder / ANNOUNCEMENT)
            if ANNOUNCEMENT not in documents:
                with store.replacing(ANNOUNCEMENT) as beside:
                    write_announcement(beside, facts, plan, round, rulebook)
        for name, document in documents.items():
            store.write_bytes(name, document)
            files += [folder / name] if folder / name not in files else []
        with store.replacing(REPORTING_TABLE) as beside:
            draw_reporting_table(beside, facts, rulebook, facts.built_on, sign_off)
        files += [folder / name for name in attached]
        # last, as it holds the digests of all others
        with store.replacing(TRANSMITTAL) as beside:
            write_transmittal(beside, facts, files, rulebook)
        files.append(folder / TRANSMITTAL)
        manifest = _describe(plan, round, rulebook, facts, files, sign_off) | {"templates": templates.digests}
    _keep_manifest(store, manifest, sign_off.sealed_at)
    return Pack(folder, (*files, folder / MANIFEST))


def _write_clock_lists(store: Store, facts: CycleFacts, regime: Regime, rulebook: Rulebook) -> None:
    """Yellow list, red list and the list for the credit platform."""
    for name, told, question in (
        (YELLOW_LIST, clock_lists.YELLOW_LIST, clock_lists.YELLOW),
        (RED_LIST, clock_lists.RED_LIST, clock_lists.RED),
    ):
        with store.replacing(name) as beside:
            clock_lists.write_clock_list(beside, told, facts.ask(question), regime, rulebook, facts.sign_off)
    store.write_bytes(CREDIT_PLATFORM, clock_lists.format_credit_platform(facts.ask(clock_lists.OVERDUE)))


def _describe(
    regime: Regime, round: str, rulebook: Rulebook, facts: CycleFacts, files: Sequence[Path], sign_off: SignOff
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
        "files": describe_files(files[0].parent, [path.name for path in files]),
    }


def _keep_manifest(store: Store, manifest: dict[str, Any], made_at: datetime | None) -> None:
    """Write the manifest with the time it was made at, unless the one there is whole and says the same already."""
    if store.exists(MANIFEST):
        present = store.read_bytes(MANIFEST)
        try:
            dated = json.loads(present)[MADE_AT]
        except (ValueError, KeyError, TypeError):
            dated = None
        if present == format_manifest(manifest | {MADE_AT: dated}):
            return
    made_at = made_at or datetime.now(UTC)
    store.write_bytes(MANIFEST, format_manifest(manifest | {MADE_AT: made_at.isoformat(timespec="seconds")}))
