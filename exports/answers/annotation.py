"""The annotated copy: the reporter's own file, every finding coloured and commented, and a first sheet listing them.

An .xlsx or .xlsm is edited in place; other formats (.xls, .et, .ods, .csv), and what is too strange to be edited, come
out as an .xlsx of the same cells under the same addresses; what cannot be read at all as the list alone. The same input
gives the same bytes.
"""

from __future__ import annotations

import io
import logging
import re
import zipfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from exports.answers.findings_list import COLOURS, LIST_SHEET, Finding, Place, put_findings_first
from exports.spreadsheet.comments import Paragraph
from exports.spreadsheet.package import Package
from exports.spreadsheet.same_cells import build_package, read_tables
from exports.spreadsheet.sheet import Position, position_of
from exports.spreadsheet.workbook import Mark, MarkStyle, Workbook, fit_sheet_name
from exports.wording import SEVERITIES
from rulebook.card import CARD_SHEET

COMMENT_AUTHOR = "汇总系统"

MOST_UNPACKED_BYTES_TO_EDIT = 128 * 1024**2
"""Of a larger file only the cells are copied: what is edited is kept in memory."""
MOST_UNPACKED_BYTES_TO_COPY = 256 * 1024**2
"""A larger file is answered with the list alone."""
_OVER_LIMIT = "S11"
_FORMULA_ERROR = "F13"

log = logging.getLogger(__name__)


def annotate(
    data: bytes,
    name: str,
    submission: Mapping[str, Any],
    findings: Iterable[Finding],
    target: Path,
) -> Path:
    """An ``.xlsx`` at ``target`` shows every finding on the file ``data``, sent as ``name``.

    ``submission`` is a line of the submissions frame; where ``reporter_name`` and ``due_on`` are added, the heading
    of the list shows them.
    """
    findings = [_of_whole_file(finding) if finding["sheet"] == CARD_SHEET else finding for finding in findings]
    target.parent.mkdir(parents=True, exist_ok=True)
    for open_copy in _copies(data, name, findings):
        try:
            _with_findings(open_copy(), name, submission, findings).save(target)
            return target
        except BaseException as error:
            # Whatever a foreign program wrote may break a reader in any way, calamine's Rust by an exception that is
            # no Exception: the answer then is a plainer copy, never none.
            if isinstance(error, (KeyboardInterrupt, SystemExit)):
                raise
            log.info("%s: a plainer copy is annotated instead", name, exc_info=True)
    _with_findings(Workbook(build_package([])), name, submission, findings).save(target)
    return target


def _of_whole_file(finding: Finding) -> Finding:
    """What the signed card of an issued workbook says is nothing to be changed by hand: no cell is shown for it."""
    return {**finding, "sheet": None, "cell": None}


# ---- the copy ----


def _copies(data: bytes, name: str, findings: Sequence[Finding]) -> Iterator[Callable[[], Workbook]]:
    """The ways to copy the file, the best one first."""
    unpacked_bytes = _unpacked_bytes(data)
    if unpacked_bytes is not None and unpacked_bytes <= MOST_UNPACKED_BYTES_TO_EDIT:
        yield lambda: Workbook(Package(data))
    if (unpacked_bytes or 0) <= MOST_UNPACKED_BYTES_TO_COPY and all(
        finding["rule"] != _OVER_LIMIT for finding in findings
    ):
        # the reader keeps all cells in memory, also blank ones: what it was refused is not given to it here
        yield lambda: Workbook(_same_cells(data, name, findings))


def _unpacked_bytes(data: bytes) -> int | None:
    """Bytes the file claims to hold once unpacked; ``None`` where it is no zip archive."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return sum(member.file_size for member in archive.infolist())
    except zipfile.BadZipFile:
        return None


def _same_cells(data: bytes, name: str, findings: Sequence[Finding]) -> Package:
    named_sheets = (finding["sheet"] for finding in findings if finding["sheet"])
    errors: dict[str, dict[Position, str]] = defaultdict(dict)
    for finding in findings:
        at = position_of(finding["cell"] or "")
        if finding["rule"] == _FORMULA_ERROR and at and finding["sheet"] and finding["value"]:
            errors[finding["sheet"]][at] = finding["value"]
    return build_package(read_tables(data, name, named_sheets, errors))


# ---- the marks ----


def _with_findings(
    workbook: Workbook, name: str, submission: Mapping[str, Any], findings: Sequence[Finding]
) -> Package:
    """The workbook with its cells marked and the list in front."""
    places = _places(workbook, findings)
    workbook.mark(_marks(findings, places), MarkStyle(tuple(COLOURS.values()), COMMENT_AUTHOR, _is_ours))
    put_findings_first(workbook, name, submission, findings, places)
    return workbook.finish()


def _places(workbook: Workbook, findings: Sequence[Finding]) -> list[Place | None]:
    """The cell each finding points at, the first one of a merged area; ``None`` where it points at no cell."""
    worksheets = {
        fit_sheet_name(entry.name): entry
        for entry in reversed(workbook.sheets)
        if entry.kind == "worksheet" and entry.name != LIST_SHEET
    }
    positions_in: dict[str, set[Position]] = defaultdict(set)
    pointed = []
    for finding in findings:
        entry = worksheets.get(fit_sheet_name(finding["sheet"] or ""))
        at = position_of(finding["cell"] or "")
        pointed.append((entry, at) if entry and at else None)
        if entry and at:
            positions_in[entry.name].add(at)
    first_cells = {sheet: workbook.first_cells(sheet, positions) for sheet, positions in positions_in.items()}
    return [
        Place(point[0].name, first_cells[point[0].name][point[1]], point[0].is_visible) if point else None
        for point in pointed
    ]


def _marks(findings: Sequence[Finding], places: Sequence[Place | None]) -> dict[str, dict[Position, Mark]]:
    """Each cell is coloured by its gravest finding and carries one comment with all of them."""
    gravity = list(SEVERITIES)
    findings_of: dict[str, dict[Position, list[Finding]]] = defaultdict(lambda: defaultdict(list))
    for finding, place in zip(findings, places, strict=True):
        if place:
            findings_of[place.sheet][place.cell].append(finding)
    marks: dict[str, dict[Position, Mark]] = defaultdict(dict)
    for sheet, found_in in findings_of.items():
        for cell, found in found_in.items():
            found.sort(key=lambda finding: gravity.index(finding["severity"]))
            marks[sheet][cell] = Mark(COLOURS[found[0]["severity"]], [_paragraph(finding) for finding in found])
    return marks


def _paragraph(finding: Finding) -> Paragraph:
    label = SEVERITIES[finding["severity"]].label
    return Paragraph(f"【{label} {finding['rule']}】", f"{finding['message']}\n怎么改：{finding['remedy']}")


_OUR_HEAD = re.compile("【(?:" + "|".join(severity.label for severity in SEVERITIES.values()) + r") [A-Z]\d\d】")


def _is_ours(author: str, text: str) -> bool:
    """Whether an earlier answer wrote the comment: not every program keeps the author."""
    return author == COMMENT_AUTHOR or _OUR_HEAD.match(text) is not None
