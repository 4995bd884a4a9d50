"""Inboxes of any size: workbooks of one layout, one in ten with a wrong category that has to be marked."""

from __future__ import annotations

import io
import json
import shutil
import subprocess
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from itertools import cycle
from pathlib import Path
from random import Random
from tempfile import TemporaryDirectory

import openpyxl

from demo import vocabulary
from demo.claims import Claim, invent_claims
from demo.page import lay_out, write_page
from demo.workbooks import FIXED_TIME, write_xlsx
from exports.answers import template
from exports.pdf import find_office
from rulebook import CATEGORIES, EXIT_TABLE, Regime, load

ROWS = 100
ONE_WRONG_IN = 10


@dataclass(frozen=True)
class Layout:
    """How the workbooks look."""

    header_row: int
    """Where a script that reads them finds the headings, counted from 0."""
    amount_heading: str
    quirks: frozenset[str] = frozenset()
    """Of ``demo.page``, by which tables are laid out that counties draw themselves."""
    is_issued: bool = False
    """Whether it is the workbook the province issues, filled in."""
    is_saved: bool = False
    """Whether LibreOffice has saved them, as people's programs do: with all their styles."""
    is_noted: bool = False
    """Whether rows are told of that are right."""


_OWN = 2, "产能(万吨)"
_ANNEX = frozenset({"unit_in_heading"})
LAYOUTS = {
    "issued": Layout(template.HEADER_ROW, "涉及产能", is_issued=True, is_saved=True),
    "extended": Layout(*_OWN, _ANNEX | {"extra_columns"}, is_saved=True),
    "annex": Layout(*_OWN, _ANNEX, is_saved=True),
    "annex-bare": Layout(*_OWN, _ANNEX),
    "annex-noted": Layout(*_OWN, _ANNEX, is_noted=True),
}
"""The issued workbook with its 16 columns; tables of the annex's seven (Ankang 2024), or five more: credit code, method, two
dates, remark. What is not saved is as bare as a program writes it, with the few styles it needs.

Nine workbooks in ten are in order throughout, but where rows are noted: of every third one there the reporter is told
that its industry is none of the plan's or that its machines have no number, in all workbooks.
"""

UNIT = "万吨"
SEED = 20250131
COMPLETE_MARK = "complete.json"


def make_inbox(folder: Path, workbooks: int, layout: str, regime: Regime) -> Path:
    """An inbox of ``workbooks`` workbooks of ``ROWS`` rows, spread over the counties of ``regime``; kept for reuse.

    A county sends several, as if it had corrected equipment and amounts: each is read, judged and settled, the last good
    one counts.
    """
    look = LAYOUTS[layout]
    mark = {"workbooks": workbooks, "rows": ROWS, "layout": layout, "regime": regime.key, "seed": SEED}
    mark |= {"saved": look.is_saved, "noted": look.is_noted}
    place = folder / f"{layout}-{workbooks}x{ROWS}"
    inbox = place / "inbox"
    mark_file = place / COMPLETE_MARK
    if mark_file.exists() and json.loads(mark_file.read_text()) == mark:
        return inbox
    shutil.rmtree(place, ignore_errors=True)
    for number, (path, data) in enumerate(_write_workbooks(inbox, workbooks, look, regime), start=1):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if number % 100 == 0:
            print(f"\r生成样本 making {place.name}: {number}/{workbooks}", end="", flush=True)
    print()
    if look.is_saved:
        _save_all(inbox)
    mark_file.parent.mkdir(parents=True, exist_ok=True)
    mark_file.write_text(json.dumps(mark))
    return inbox


def _write_workbooks(inbox: Path, workbooks: int, look: Layout, regime: Regime) -> Iterator[tuple[Path, bytes]]:
    random = Random(SEED)
    counties = cycle(reporter for reporter in regime.reporters.values() if reporter.kind == "county")
    first_tables: dict[str, list[Claim]] = {}
    for number, county in zip(range(1, workbooks + 1), counties, strict=False):
        invented = _invent_uniform_claims(regime, county.code, county.name, look, random)
        claims = _correct_claims(first_tables.setdefault(county.code, invented), invented)
        is_wrong = number % ONE_WRONG_IN == 0
        path = inbox / county.code / f"{number:05}.xlsx"
        if look.is_issued:
            yield path, _fill_in(_issue(regime.key, county.code), claims, is_wrong)
            continue
        page = write_page(county.name, county.name, FIXED_TIME.date(), regime.year, claims, (), look.quirks, random)
        if is_wrong:
            page.claim_lines[-1].values["category"] = vocabulary.UNKNOWN_CATEGORY
        yield path, write_xlsx([lay_out(page, "Sheet1")])


def _save_all(inbox: Path) -> None:
    """Every workbook of ``inbox`` is opened and saved by LibreOffice."""
    office = find_office()
    if office is None:
        raise SystemExit(
            "没有安装 LibreOffice，做不了样本：请先运行 make programs。LibreOffice is missing: make programs."
        )
    paths = sorted(inbox.rglob("*.xlsx"))
    with TemporaryDirectory() as folder:
        saved, profile = Path(folder, "saved"), Path(folder, "profile").as_uri()
        call = [office, "--headless", f"-env:UserInstallation={profile}"]
        call += ["--convert-to", "xlsx", "--outdir", str(saved)]
        # now and then it leaves some out
        while missing := [path for path in paths if not (saved / path.name).exists()]:
            print(f"\r由 LibreOffice 保存 saving {len(paths) - len(missing)}/{len(paths)}", end="", flush=True)
            some = missing[:_SAVED_AT_ONCE]
            subprocess.run([*call, *map(str, some)], check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
            if not any((saved / path.name).exists() for path in some):
                raise SystemExit(f"LibreOffice 没有保存 {some[0]}。LibreOffice did not save it.")
        for path in paths:
            shutil.move(saved / path.name, path)
    print()


_SAVED_AT_ONCE = 250


@cache
def _issue(regime: str, county: str) -> openpyxl.Workbook:
    """The workbook issued to the county, open."""
    with TemporaryDirectory() as folder:
        path = Path(folder, "issued.xlsx")
        template.write_template(regime, "annual", county, path, load())
        return openpyxl.load_workbook(path)


def _fill_in(issued: openpyxl.Workbook, claims: Sequence[Claim], is_wrong: bool) -> bytes:
    """The issued workbook with ``claims`` typed over what was in it, as it is saved."""
    form = load().forms[EXIT_TABLE]
    sheet = issued[form.sheet]
    sheet.cell(_DATE_ROW, template.DATE_COLUMN + 1).value = FIXED_TIME.date()
    for number, claim in enumerate(claims, start=1):
        typed = {
            "sequence": number,
            "county": claim.county,
            "industry": claim.industry,
            "enterprise": claim.enterprise,
            "credit_code": claim.credit_code,
            "equipment": claim.equipment,
            "quantity": claim.equipment_count,
            "capacity": float(claim.capacity),
            "unit": claim.capacity_unit,
            "category": "、".join(claim.categories),
            "method": claim.method,
            "shut_on": claim.shut_on,
            "dismantled_on": claim.dismantled_on,
            "remark": claim.remark or None,
        }
        if is_wrong and number == len(claims):
            typed["category"] = vocabulary.UNKNOWN_CATEGORY
        for field, value in typed.items():
            sheet.cell(template.HEADER_ROW + 1 + number, template.column_of(form, field) + 1).value = value
    saved = io.BytesIO()
    issued.save(saved)
    return saved.getvalue()


_DATE_ROW = 3
"""Of the issued workbook, counted from 1: 填报单位 and 填报时间."""


def _invent_uniform_claims(regime: Regime, code: str, name: str, look: Layout, random: Random) -> list[Claim]:
    """``ROWS`` claims that can stand under one unit in the heading and, unless rows are noted, are in order throughout."""
    claims = invent_claims(regime, code, name, CATEGORIES, _INVENTED, random)
    fit = [claim for claim in claims if claim.capacity_unit == UNIT and (look.is_noted or _is_in_order(claim, regime))]
    return fit[:ROWS]


_INVENTED = 5 * ROWS
"""Of these about two thirds can stand under the unit, and two thirds of those are in order."""


def _is_in_order(claim: Claim, regime: Regime) -> bool:
    """Whether a reporter is told nothing of the claim: neither rule F07 nor F12 speaks of it."""
    return claim.industry in regime.key_industries and claim.equipment_count is not None


def _correct_claims(claims: list[Claim], invented: list[Claim]) -> list[Claim]:
    """The exits of ``claims`` with the equipment and amounts of ``invented``: a corrected table leaves nothing out."""
    by_industry = defaultdict(list)
    for claim in invented:
        by_industry[claim.industry].append(claim)
    return [
        replace(
            by_industry[claim.industry].pop(),
            plant=claim.plant,
            enterprise=claim.enterprise,
            credit_code=claim.credit_code,
        )
        if by_industry[claim.industry]
        else claim
        for claim in claims
    ]
