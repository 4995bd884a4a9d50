"""Inboxes of any size: plain workbooks of one layout, one in ten with a wrong category that has to be marked."""

from __future__ import annotations

import json
import shutil
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import replace
from itertools import cycle
from pathlib import Path
from random import Random

from demo import vocabulary
from demo.claims import Claim, invent_claims
from demo.page import lay_out, write_page
from demo.workbooks import FIXED_TIME, write_xlsx
from rulebook import CATEGORIES, Regime

ROWS = 100
ONE_WRONG_IN = 10
LAYOUTS = {
    "annex": frozenset({"unit_in_heading"}),
    "extended": frozenset({"unit_in_heading", "extra_columns"}),
}
"""The annex's seven columns (Ankang 2024), or five more: credit code, method, two dates, remark."""

UNIT = "万吨"
SEED = 20241231
COMPLETE_MARK = "complete.json"


def make_inbox(folder: Path, workbooks: int, layout: str, regime: Regime) -> Path:
    """An inbox of ``workbooks`` workbooks of ``ROWS`` rows, spread over the counties of ``regime``; kept for reuse.

    A county sends several, as if it had corrected equipment and amounts: each is read, judged and settled, the last good
    one counts.
    """
    mark = {"workbooks": workbooks, "rows": ROWS, "layout": layout, "regime": regime.key, "seed": SEED}
    place = folder / f"{layout}-{workbooks}x{ROWS}"
    inbox = place / "inbox"
    mark_file = place / COMPLETE_MARK
    if mark_file.exists() and json.loads(mark_file.read_text()) == mark:
        return inbox
    shutil.rmtree(place, ignore_errors=True)
    for number, (path, data) in enumerate(_write_workbooks(inbox, workbooks, LAYOUTS[layout], regime), start=1):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
        if number % 100 == 0:
            print(f"\r生成样本 making {place.name}: {number}/{workbooks}", end="", flush=True)
    print()
    mark_file.parent.mkdir(parents=True, exist_ok=True)
    mark_file.write_text(json.dumps(mark))
    return inbox


def _write_workbooks(
    inbox: Path, workbooks: int, quirks: frozenset[str], regime: Regime
) -> Iterator[tuple[Path, bytes]]:
    random = Random(SEED)
    counties = cycle(reporter for reporter in regime.reporters.values() if reporter.kind == "county")
    first_tables: dict[str, list[Claim]] = {}
    for number, county in zip(range(1, workbooks + 1), counties, strict=False):
        invented = _invent_uniform_claims(regime, county.code, county.name, random)
        claims = _correct_claims(first_tables.setdefault(county.code, invented), invented)
        page = write_page(county.name, county.name, FIXED_TIME.date(), regime.year, claims, (), quirks, random)
        if number % ONE_WRONG_IN == 0:
            page.claim_lines[-1].values["category"] = vocabulary.UNKNOWN_CATEGORY
        yield inbox / county.code / f"{number:05}.xlsx", write_xlsx([lay_out(page, "Sheet1")])


def _invent_uniform_claims(regime: Regime, code: str, name: str, random: Random) -> list[Claim]:
    """``ROWS`` claims that can stand under one unit in the heading; about two thirds of all inventions can."""
    claims = invent_claims(regime, code, name, CATEGORIES, 3 * ROWS, random)
    return [claim for claim in claims if claim.capacity_unit == UNIT][:ROWS]


def _correct_claims(claims: list[Claim], invented: list[Claim]) -> list[Claim]:
    """The exits of ``claims`` with the equipment and amounts of ``invented``: a corrected table leaves nothing out."""
    by_industry = defaultdict(list)
    for claim in invented:
        by_industry[claim.industry].append(claim)
    return [
        replace(by_industry[claim.industry].pop(), plant=claim.plant, enterprise=claim.enterprise)
        if by_industry[claim.industry]
        else claim
        for claim in claims
    ]
