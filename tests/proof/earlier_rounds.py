"""Plans and mid-year tables of some counties in the last year, and what the rules across submissions must say then.

What is asked of whom follows from what was meant: which enterprise each row speaks of, with which machines. The annual
tables are those of the province and stay as they are.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import product
from pathlib import Path
from random import Random

import duckdb

from demo.claims import Claim
from demo.page import lay_out, write_page
from demo.workbooks import write_xlsx
from rulebook import LOCAL_TIME
from tests.proof.province import Province
from tests.proof.three_years import YEARS, regime_of

COUNTIES = 24
RULES = ("X01", "X02", "X03", "X04", "X05")

FINDINGS = """
    select
        fct_finding.rule,
        fct_submission.file,
        coalesce(cast(fct_claim.row as text), fct_finding.value) as told
    from marts.fct_finding
    inner join marts.fct_submission on fct_finding.submission_id = fct_submission.submission_id
    left join marts.fct_claim on fct_finding.row_id = fct_claim.row_id
    where fct_finding.rule in ('X01', 'X02', 'X03', 'X04', 'X05')
"""

Finding = tuple[str, str]
"""A file with the number of its row, or, of what is missing in it, with the name of the enterprise."""


@dataclass(frozen=True)
class Row:
    """One row of a table of any round."""

    year: int
    round: str
    file: str
    row: int
    reporter_code: str
    is_county: bool
    enterprise: str
    claim: Claim

    @property
    def finding(self) -> Finding:
        """What tells a finding about it."""
        return self.file, str(self.row)

    @property
    def machines(self) -> frozenset[str]:
        """Its machines without their number: 24门轮窑1座 is a 24门轮窑."""
        return frozenset(re.sub(r"\d+\D$", "", part) for part in self.claim.equipment.split("、"))


@dataclass(frozen=True)
class EarlierRounds:
    """``inboxes`` by round, the rows of all rounds and years, and what is to be told of each rule."""

    inboxes: dict[str, Path]
    rows: tuple[Row, ...]
    expected: dict[str, set[Finding]]


@dataclass(frozen=True)
class Told:
    """The findings of one rule against those it should have made; ``namesakes`` are about two of one name, and ``wrong``
    are all others that were not to be told."""

    expected: int
    found: int
    wrong: int
    namesakes: int

    @property
    def recall(self) -> float:
        """The share of what was to be told that is."""
        return self.found / self.expected

    @property
    def precision(self) -> float:
        """The share of what is told that was to be."""
        return self.found / (self.found + self.wrong + self.namesakes)


def tell_earlier_rounds(folder: Path, seed: int, province: Province) -> EarlierRounds:
    """Write a plan and a mid-year table for some counties of the last year.

    A plan has all that its county reports in the end but one enterprise. The mid-year table has this one and two others,
    in every second county one that is missing later, and in every second one that is its neighbour's.
    """
    random = Random(f"earlier rounds/{seed}")
    year = YEARS[-1]
    annual = [
        Row(
            *(
                line.year,
                "annual",
                line.file,
                line.row,
                line.reporter_code,
                line.side == "county",
                line.enterprise,
                line.claim,
            )
        )
        for line in province.tellings.itertuples()
    ]
    by_county: dict[str, list[Row]] = defaultdict(list)
    for row in annual:
        if row.is_county and row.year == year:
            by_county[row.reporter_code].append(row)
    # in a table of two former counties it is not said which of them fills it in
    able = sorted(code for code, rows in by_county.items() if len({row.claim.county for row in rows}) == 1)
    chosen = random.sample(able, COUNTIES)
    still_there = {row.enterprise for row in annual if row.year == year}
    inboxes = {round: folder / regime_of(year) / round for round in ("plan", "midyear")}
    rows = list(annual)
    for number, code in enumerate(chosen):
        first, *others = _one_an_enterprise(by_county[code])
        gone = [
            row for row in annual if row.is_county and row.reporter_code == code and row.enterprise not in still_there
        ]
        claims = {"plan": [row.claim for row in others], "midyear": [first.claim, *(row.claim for row in others[:2])]}
        if number % 2:
            claims["midyear"].append(gone[0].claim)
        else:
            neighbour = _one_an_enterprise(by_county[chosen[number + 1]])[1].claim
            claims["midyear"].append(replace(neighbour, county_code=code, county=first.claim.county))
        office = first.file.split(str(year))[0]
        for round, told in claims.items():
            rows += _write_table(inboxes[round] / code, office, round, told, random)
    return EarlierRounds(inboxes, tuple(rows), _expect(rows) | {"X04": _expect_differing(province)})


def _one_an_enterprise(rows: Sequence[Row]) -> list[Row]:
    return list({row.enterprise: row for row in reversed(rows)}.values())[::-1]


def _write_table(folder: Path, office: str, round: str, claims: Sequence[Claim], random: Random) -> Iterator[Row]:
    year = YEARS[-1]
    sent_at = datetime(year, 3 if round == "plan" else 7, 10, 9, tzinfo=LOCAL_TIME)
    page = write_page(office, office, sent_at.date(), year, claims, (), frozenset({"extra_columns"}), random)
    grid = lay_out(page, "Sheet1")
    row_of = {
        value: row + 1 for (row, column), (value, _) in grid.cells.items() if column == 0 and isinstance(value, int)
    }
    path = folder / f"{office}{year}年{round}.xlsx"
    path.parent.mkdir(parents=True)
    path.write_bytes(write_xlsx([grid]))
    for sequence, line in enumerate(page.claim_lines, start=1):
        yield Row(year, round, path.name, row_of[sequence], folder.name, True, line.claim.plant, line.claim)


def _expect(rows: Sequence[Row]) -> dict[str, set[Finding]]:
    """What is to be told of each rule, as decision 11 says it."""
    of_enterprise: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        of_enterprise[row.enterprise].append(row)
    planned = {(row.reporter_code, row.enterprise) for row in rows if row.round == "plan"}
    planners = {reporter for reporter, _ in planned}
    annual = {(row.year, row.reporter_code, row.enterprise) for row in rows if row.round == "annual"}
    annual_file = {(row.year, row.reporter_code): row.file for row in rows if row.round == "annual"}
    of_last_year = [row for row in rows if row.year == YEARS[-1] and row.round != "plan"]
    pairs = [pair for told in of_enterprise.values() for pair in product(told, told) if _is_same_line(*pair)]
    return {
        "X01": {row.finding for row, other in pairs if _is_elsewhere(row, other)},
        "X02": {row.finding for row, other in pairs if _is_again(row, other)},
        "X03": {
            row.finding
            for row in of_last_year
            if row.reporter_code in planners and (row.reporter_code, row.enterprise) not in planned
        },
        "X05": {
            (annual_file[row.year, row.reporter_code], row.claim.enterprise)
            for row in of_last_year
            if row.round == "midyear" and (row.year, row.reporter_code, row.enterprise) not in annual
        },
    }


def _expect_differing(province: Province) -> set[Finding]:
    """The first row of each side of an exit whose amounts differ: the county's, and every department's that is not its."""
    expected = set()
    for _, told in province.tellings.groupby("exit"):
        sides = {
            reporter: (sum(claim.capacity for claim in rows["claim"]), rows.sort_values("row").iloc[0])
            for reporter, rows in told.groupby("reporter_code")
        }
        counties = [side for side in sides.values() if side[1]["side"] == "county"]
        if counties:
            ((amount, first),) = counties
            differing = [row for said, row in sides.values() if said != amount]
            expected |= {(row["file"], str(row["row"])) for row in (*differing, *([first] if differing else []))}
    return expected


def _is_same_line(row: Row, other: Row) -> bool:
    return bool(row.machines & other.machines)


def _is_same_place(row: Row, other: Row) -> bool:
    return row.claim.county_code == other.claim.county_code


def _is_elsewhere(row: Row, other: Row) -> bool:
    """Whether another county tells the same in the same cycle."""
    is_same_cycle = (row.year, row.round) == (other.year, other.round)
    return is_same_cycle and row.is_county and other.is_county and not _is_same_place(row, other)


def _is_again(row: Row, other: Row) -> bool:
    """Whether the other row counted the same in an earlier year."""
    is_earlier = other.round == "annual" and other.year < row.year
    return is_earlier and row.round != "plan" and _is_same_place(row, other)


def measure_findings(warehouse: Path, province: Province, earlier: EarlierRounds) -> dict[str, Told]:
    """Hold the findings of each rule against what was to be told."""
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        lines = connection.execute(FINDINGS).fetchall()
    told = {rule: {(file, at) for found, file, at in lines if found == rule} for rule in RULES}
    bare = dict(zip(province.enterprises["enterprise"], province.enterprises["bare_name"], strict=True))
    bearers: dict[str, set[str]] = defaultdict(set)
    for enterprise, name in bare.items():
        bearers[name].add(enterprise)
    namesakes = {row.finding for row in earlier.rows if len(bearers[bare[row.enterprise]]) > 1}
    return {
        rule: Told(
            expected=len(expected := earlier.expected[rule]),
            found=len(told[rule] & expected),
            wrong=len(told[rule] - expected - namesakes),
            namesakes=len((told[rule] - expected) & namesakes),
        )
        for rule in RULES
    }


def tabulate_findings(told: dict[str, Told]) -> Iterator[str]:
    """The lines people read: what is told across submissions, of what is to be told."""
    yield f"{'across submissions':<24}{'told':>22}{'precision':>12}{'of namesakes':>14}"
    for rule, one in told.items():
        found = f"{one.found}/{one.expected} = {one.recall:.3f}"
        yield f"{rule:<24}{found:>22}{one.precision:>12.3f}{one.namesakes:>14}"
