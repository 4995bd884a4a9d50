"""A province in three years with everything known about it: who left the market, and who tells it in which words.

``invent_province`` writes the workbooks of every county, zone and department and returns what is true of them. The
truth comes from what was meant; no text is compared with another to find it. All enterprises are invented.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from decimal import Decimal
from math import ceil
from pathlib import Path
from random import Random

import pandas as pd

from demo import vocabulary
from demo.claims import CREDIT_CODE_ALPHABET, Claim, invent_credit_code
from demo.page import lay_out, write_page
from demo.vocabulary import Profile
from demo.workbooks import write_xlsx
from rulebook import CATEGORIES, LOCAL_TIME, Regime, Reporter, Rulebook
from tests.proof.spelling import FORMS, LATIN, NOISE, SYLLABLES, TWINS, Name
from tests.proof.three_years import YEARS, former_counties, regime_of

ROUND = "annual"
ACTIVE, ACTIVE_WHERE_RARE = 6, 10
"""Enterprises of a county or zone that exit in a year; half of them had exited with another line before.

Few counties were renamed, and there are few zones: theirs are more, so that there are enough of their kinds of noise.
"""

NOISY_SHARE = 0.4
"""Of the exits told by both sides: how many are told differently."""

RESPELT_SHARE = 0.31
"""Of the enterprises that their county tells again in a later year, easily confused ones among them: how many by another
name."""

FORMER = "former county name"
IN_FIGURES = ("split lines", "merged lines", "amount", "unit")
KINDS = (FORMER, "brackets", *IN_FIGURES, "width", "suffix", "abbreviation", "typing error")
"""Kinds of noise, those that suit the fewest first."""

HOST = "zone by its county"
"""The department names the county the zone lies in: ours, since departments keep no list of zones."""

PLAIN = "as told before"
LINE_BY_LINE = "line by line"
"""Both sides tell two lines of one enterprise in two rows, each with its own machine: two exits."""

WRONG_CODES = 12
"""Pairs of rows of a year with one and the same code whose check character is wrong: of a county's and of a department's
row on another enterprise. No pair is one enterprise, and no row is anybody else's than its name says."""

REMEMBERED_SINCE = 2012
"""Names of before are no longer in anybody's files."""

SHORTEST_PLACE = 2
"""莘县 stays 莘县."""

INDUSTRIES = ("钢铁", "煤炭", "水泥", "电解铝", "平板玻璃", "砖瓦", "铁合金", "造纸", "石灰", "铸造")
METHODS = ("关停", "停业", "关闭", "取缔", "拆除", "封存", None)
OTHER_UNITS = {
    "万吨": ("吨", Decimal("0.0001")),
    "万重量箱": ("重量箱", Decimal("0.0001")),
    "万块标砖": ("亿块标砖", Decimal(10000)),
}
QUIRKS = (frozenset(), frozenset({"total_row"}), frozenset({"merged_runs"}), frozenset({"blank_rows"}))


@dataclass(frozen=True)
class Home:
    """A county as it was in these years, or a zone: where enterprises are.

    Of a county that was made of two since then there are two homes with one code. ``earlier`` are names it bore before
    the year.
    """

    code: str
    city: str
    names: dict[int, str]
    earlier: dict[int, tuple[str, ...]]
    is_namesake: bool
    host: str
    """Of a zone the county it lies in."""

    ground: str
    """The same for a county and its zones: in one of them no two enterprises have the same stem."""

    def written(self, year: int) -> str:
        """How an office beyond its city names it."""
        return f"{self.city}{self.names[year]}" if self.is_namesake else self.names[year]

    def short(self, year: int) -> str:
        """What firms call it: without its level, a zone by its city."""
        name = self.names[year] if "-" not in self.code else self.city
        return name[:-1] if len(name) > SHORTEST_PLACE else name

    def bears_full_name(self) -> bool:
        """Whether its enterprises have its whole name in theirs: where names change, that is what differs."""
        return bool(self.earlier[YEARS[-1]]) or len(set(self.names.values())) > 1


@dataclass(frozen=True)
class Enterprise:
    """One enterprise; ``twin`` is another of its county, or its namesake elsewhere, which it must not be taken for."""

    key: str
    home: Home
    industry: str
    name: Name
    credit_code: str
    twin: str = ""
    trap: str = ""

    @property
    def profile(self) -> Profile:
        """What its industry is spoken of with."""
        return vocabulary.PROFILES[self.industry]


@dataclass
class Case:
    """One enterprise's exit of a year: what happened, who tells it, and how each side tells it differently."""

    enterprise: Enterprise
    year: int
    categories: tuple[str, ...]
    capacity: Decimal
    county_tells: bool
    departments: tuple[Reporter, ...]
    county_kind: str = PLAIN
    department_kind: str = PLAIN
    county_name: str = ""
    lines: int = 1

    @property
    def key(self) -> str:
        """What its rows have in common."""
        return f"{self.year}/{self.enterprise.key}"


@dataclass(frozen=True)
class Telling:
    """One row of one table, and the exit it speaks of."""

    case: Case
    exit: str
    side: str
    reporter_code: str
    kind: str
    claim: Claim


@dataclass(frozen=True)
class Province:
    """What is true, whatever anybody reads.

    ``enterprises``: key, county_code, name, bare_name (without place and form), credit_code, twin, trap. ``exits``: one
    a reconciled exit, with the columns that ``tests.cycles.expected`` adds up. ``tellings``: one a row: year, file, row,
    side, enterprise, exit, name, reporter_code, claim and the kind of noise, of a department against the county's row, of
    a county against what was told first. ``has_wrong_code``: it shows a credit code that fails its check character.
    """

    inboxes: dict[int, Path]
    enterprises: pd.DataFrame
    exits: pd.DataFrame
    tellings: pd.DataFrame

    @property
    def told_differently(self) -> float:
        """The share of the departments' rows that bear a listed kind of noise."""
        return self.tellings.loc[self.tellings["side"] == "department", "kind"].isin(KINDS).mean()

    @property
    def respelt(self) -> float:
        """The share of the enterprises told again by their county, in each later year, whose name is not its own there."""
        own_name = self.tellings["enterprise"].map(self.enterprises.set_index("enterprise")["name"])
        first = self.tellings.groupby("enterprise")["year"].transform("min")
        again = self.tellings.assign(is_respelt=self.tellings["name"] != own_name)[
            (self.tellings["side"] == "county") & (self.tellings["year"] > first)
        ]
        return again.drop_duplicates(["year", "enterprise"])["is_respelt"].mean()


def invent_province(folder: Path, seed: int, rulebook: Rulebook) -> Province:
    """Write the inbox of each year below ``folder``; the seed decides everything."""
    random = Random(f"province/{seed}")
    homes = list(_find_homes(rulebook.regimes[regime_of(YEARS[0])], rulebook))
    schedule = _found_enterprises(homes, random)
    told: set[str] = set()
    inboxes, lines, exits = {}, [], []
    for year, enterprises in schedule.items():
        regime = rulebook.regimes[regime_of(year)]
        departments = _departments_of(regime)
        cases = [_decide_case(enterprise, year, departments, random) for enterprise in enterprises]
        _respell_over_years([case for case in cases if case.enterprise.key in told], random)
        told |= {enterprise.key for enterprise in enterprises}
        _deal_noise(cases, random)
        tellings = _miswrite_codes([telling for case in cases for telling in _tell(case, random)], random)
        inboxes[year] = folder / regime.key
        lines += _write_inbox(inboxes[year], regime, homes, tellings, random)
        exits += _count_exits(tellings)
    known = {enterprise.key: enterprise for enterprises in schedule.values() for enterprise in enterprises}
    return Province(inboxes, pd.DataFrame(map(_describe, known.values())), pd.DataFrame(exits), pd.DataFrame(lines))


def _departments_of(regime: Regime) -> list[Reporter]:
    """The departments that owe the exit table: one that is asked for lists of orders alone tells no exits."""
    return [
        reporter
        for reporter in regime.reporters.values()
        if reporter.kind == "department" and regime.owed(reporter.code, "annual")
    ]


def _find_homes(regime: Regime, rulebook: Rulebook) -> Iterator[Home]:
    reporters = [reporter for reporter in regime.reporters.values() if reporter.kind != "department"]
    names = [reporter.name for reporter in reporters]
    for reporter in reporters:
        divisions = rulebook.reference.divisions
        city = divisions[rulebook.reference.city_of(reporter.code)].name
        host = divisions[reporter.code].host
        former = [
            county
            for county in former_counties().get(reporter.code, ())
            if county.until >= REMEMBERED_SINCE and county.name != reporter.name
        ]
        still_there = [county for county in former if county.until > YEARS[-1]]
        for own in still_there if len(still_there) > 1 else [None]:
            # one of two counties that became one has only its own names
            chain = [own] if own else former
            called = {
                year: next((county.name for county in chain if county.until > year), reporter.name) for year in YEARS
            }
            earlier = {year: tuple(county.name for county in chain if county.until <= year) for year in YEARS}
            yield Home(
                code=reporter.code,
                city=city,
                names=called,
                earlier=earlier,
                is_namesake=names.count(reporter.name) > 1,
                host=divisions[host].name if host else "",
                ground=host or reporter.code,
            )


def _found_enterprises(homes: Sequence[Home], random: Random) -> dict[int, list[Enterprise]]:
    """The enterprises that exit in each year."""
    schedule: dict[int, list[Enterprise]] = {year: [] for year in YEARS}
    stems_of: dict[str, Iterator[str]] = {}
    for number, home in enumerate(homes):
        stems = stems_of.setdefault(home.ground, _invent_stems(random))
        active = ACTIVE_WHERE_RARE if home.bears_full_name() or home.host else ACTIVE
        before: list[Enterprise] = []
        for year in YEARS:
            again = random.sample(before, min(len(before), active // 2))
            new: list[Enterprise] = []
            while len(again) + len(new) < active:
                key = f"{number:03}-{len(before) + len(new):02}"
                new.append(_found_enterprise(key, home, year, next(stems), random))
                if len(again) + len(new) < active and random.random() < 0.3:
                    twins = _make_twins(new.pop(), random)
                    new += twins
            schedule[year] += again + new
            before += new
    return {year: _share_names(enterprises, year, schedule, random) for year, enterprises in schedule.items()}


def _invent_stems(random: Random) -> Iterator[str]:
    """Two syllables, never the same two again in one county."""
    return iter(random.sample([a + b for a in SYLLABLES for b in SYLLABLES if a != b], len(SYLLABLES) * 8))


def _found_enterprise(key: str, home: Home, year: int, stem: str, random: Random) -> Enterprise:
    industry = random.choice(INDUSTRIES)
    full, short = home.names[year], home.short(year)
    bracketed = random.random() < 0.2
    place = short if bracketed else full if home.bears_full_name() else random.choice((full, short, home.city[:-1], ""))
    name = Name(
        place=place,
        stem=stem,
        trade=random.choice(vocabulary.PROFILES[industry].firms),
        form=random.choice(FORMS),
        latin=random.choice(LATIN) if random.random() < 0.15 else "",
        is_bracketed=bracketed,
    )
    credit_code = invent_credit_code(home.code, random) if random.random() < 0.5 else ""
    return Enterprise(key, home, industry, name, credit_code)


def _make_twins(first: Enterprise, random: Random) -> list[Enterprise]:
    """Two enterprises of one county and industry that only a number, a direction or a branch tells apart."""
    trap = random.choice(tuple(TWINS))
    marks = random.choice(TWINS[trap])
    part = "branch" if trap == "branch" else "mark"
    keys = (f"{first.key}a", f"{first.key}b")
    codes = (first.credit_code, invent_credit_code(first.home.code, random) if first.credit_code else "")
    return [
        replace(
            first,
            key=keys[side],
            name=replace(first.name, form="有限公司" if trap == "branch" else first.name.form, **{part: marks[side]}),
            credit_code=codes[side],
            twin=keys[1 - side],
            trap=trap,
        )
        for side in (0, 1)
    ]


def _share_names(
    enterprises: list[Enterprise], year: int, schedule: dict[int, list[Enterprise]], random: Random
) -> list[Enterprise]:
    """Some of those that appear in this year only get the name of one in another county that does as well."""
    often = {enterprise.key for other, others in schedule.items() if other != year for enterprise in others}
    able = [
        enterprise
        for enterprise in enterprises
        if enterprise.key not in often and not enterprise.trap and not enterprise.home.bears_full_name()
    ]
    changed = {}
    for one, other in zip(*[iter(random.sample(able, 60))] * 2, strict=True):
        if one.home.ground != other.home.ground:
            name = replace(one.name, place="", is_bracketed=False)
            namesakes = (replace(one, name=name), replace(other, name=name, industry=one.industry))
            for enterprise, twin in (namesakes, namesakes[::-1]):
                changed[enterprise.key] = replace(enterprise, twin=twin.key, trap="two counties")
    return [changed.get(enterprise.key, enterprise) for enterprise in enterprises]


def _decide_case(enterprise: Enterprise, year: int, departments: Sequence[Reporter], random: Random) -> Case:
    chosen = random.sample(CATEGORIES, random.choice((1, 1, 2)))
    able = [reporter for reporter in departments if set(reporter.categories) & set(chosen)]
    seen = tuple(able[:1] if random.random() < 0.7 else able)
    # of two works that are easily confused often each side knows one
    is_first, is_second = enterprise.key.endswith("a"), enterprise.key.endswith("b")
    only_departments = bool(able) and random.random() < (0.5 if is_second else 0.05)
    only_county = random.random() < (0.6 if is_first else 0.25)
    profile = enterprise.profile
    return Case(
        enterprise=enterprise,
        year=year,
        categories=tuple(name for name in CATEGORIES if name in chosen),
        capacity=profile.smallest + profile.step * random.randrange(40),
        county_tells=not only_departments,
        departments=() if only_county and not only_departments else seen,
        county_name=enterprise.name.text,
    )


def _respell_over_years(cases: Sequence[Case], random: Random) -> None:
    """Names of enterprises that are told again: a share in other words than the first time, each kind alike often."""
    again = [case for case in cases if case.county_tells]
    able = [case for case in again if not case.enterprise.trap]
    kinds = [kind for kind in KINDS if kind not in IN_FIGURES]
    for kind, case in _deal(able, kinds, ceil(len(again) * RESPELT_SHARE), random):
        case.county_kind = kind
        case.county_name = _misspell(case, kind, random)


def _deal_noise(cases: Sequence[Case], random: Random) -> None:
    """What the departments tell differently from the county: a share, each kind alike often."""
    both = [case for case in cases if case.county_tells and case.departments]
    of_zones = [case for case in both if case.enterprise.home.host]
    for case in random.sample(of_zones, len(of_zones) // 2):
        case.department_kind = HOST
    both = [case for case in both if case.department_kind == PLAIN]
    for kind, case in _deal(both, KINDS, round(len(both) * NOISY_SHARE), random):
        case.department_kind = kind
        case.lines = 2 if kind == "merged lines" else 1
    plain = [case for case in cases if case.county_tells and case.department_kind == PLAIN]
    for case in random.sample(plain, len(plain) // 10):
        case.lines = 2
        case.department_kind = LINE_BY_LINE if case.departments else PLAIN


def _deal(cases: Sequence[Case], kinds: Sequence[str], total: int, random: Random) -> list[tuple[str, Case]]:
    waiting = random.sample(cases, len(cases))
    dealt: list[tuple[str, Case]] = []
    for number, kind in enumerate(kinds):
        quota = (total - len(dealt)) // (len(kinds) - number)
        chosen = [case for case in waiting if _suits(case, kind)][:quota]
        dealt += [(kind, case) for case in chosen]
        taken = {id(case) for case in chosen}
        waiting = [case for case in waiting if id(case) not in taken]
    return dealt


def _suits(case: Case, kind: str) -> bool:
    enterprise = case.enterprise
    if kind in ("split lines", "merged lines", "amount"):
        return True
    if kind == "unit":
        return enterprise.profile.unit in OTHER_UNITS
    # a name that differs in two ways would be counted under one of them
    if enterprise.trap or case.county_kind != PLAIN:
        return False
    if kind == FORMER:
        return not enterprise.name.is_bracketed and bool(_other_places(case))
    return enterprise.name.is_bracketed if kind == "brackets" else True


def _other_places(case: Case) -> list[str]:
    """Other names that its county bore up to that year."""
    home, place = case.enterprise.home, case.enterprise.name.place
    names = [*home.earlier[case.year], home.names[case.year]]
    return [name for name in names if name != place] if place in {*names, *home.names.values()} else []


def _misspell(case: Case, kind: str, random: Random) -> str:
    name = case.enterprise.name
    if kind == FORMER:
        return replace(name, place=random.choice(_other_places(case))).text
    return NOISE[kind](name, random)


def _tell(case: Case, random: Random) -> list[Telling]:
    """The rows of both sides; which rows speak of one exit is known here and nowhere else."""
    enterprise, profile = case.enterprise, case.enterprise.profile
    machines = _name_machines(profile, random)
    half = profile.step * random.randint(1, 3) + case.capacity / 2
    parts = [half, case.capacity - half] if half < case.capacity else [case.capacity * 2 / 5, case.capacity * 3 / 5]
    claim = Claim(
        plant=enterprise.key,
        county_code=enterprise.home.code,
        county=enterprise.home.names[case.year],
        industry=enterprise.industry,
        industry_written=random.choice(profile.words),
        enterprise=case.county_name,
        equipment="、".join(f"{name}{count}{word}" for name, count, word in machines),
        equipment_count=sum(count for _, count, _ in machines),
        capacity=case.capacity,
        capacity_unit=profile.unit,
        amount_written=case.capacity,
        unit_written=profile.unit,
        categories=case.categories,
        method=random.choice(METHODS),
        credit_code=enterprise.credit_code if random.random() < 0.8 else "",
    )
    halves = [
        _amount(replace(claim, equipment=f"{name}{count}{word}", equipment_count=count), part)
        for (name, count, word), part in zip(machines, parts, strict=True)
    ]
    both = bool(case.county_tells and case.departments)
    is_one = both and case.department_kind != LINE_BY_LINE
    exits = [case.key] * 2 if is_one or case.lines == 1 else [f"{case.key}/1", f"{case.key}/2"]
    tellings = []
    if case.county_tells:
        rows = halves if case.lines == 2 else [claim]
        tellings += [
            Telling(case, exit, "county", enterprise.home.code, case.county_kind, row)
            for exit, row in zip(exits, rows, strict=False)
        ]
    for department in case.departments:
        own = tuple(name for name in case.categories if name in department.categories)
        told = replace(
            claim,
            county=enterprise.home.host if case.department_kind == HOST else enterprise.home.written(case.year),
            industry_written=random.choice(profile.words),
            categories=own,
            credit_code=enterprise.credit_code if random.random() < 0.8 else "",
        )
        rows = _retell(case, told, halves, random) if both else [told]
        tellings += [
            Telling(case, exit, "department", department.code, case.department_kind, row)
            for exit, row in zip(exits, rows, strict=False)
        ]
    return tellings


def _miswrite_codes(tellings: list[Telling], random: Random) -> list[Telling]:
    """Some rows of two enterprises with one code that is nobody's: its last character is not what the others ask for."""
    told = {side: [row for row in tellings if row.side == side] for side in ("county", "department")}
    wrong: dict[int, str] = {}
    for one in random.sample(told["county"], WRONG_CODES):
        code = invent_credit_code(one.case.enterprise.home.code, random)
        code = code[:-1] + random.choice([sign for sign in CREDIT_CODE_ALPHABET if sign != code[-1]])
        # of one county where a department tells of it: there a name would be nearest to be taken for the other
        others = [row for row in told["department"] if row.case is not one.case]
        near = [row for row in others if row.case.enterprise.home.ground == one.case.enterprise.home.ground]
        other = random.choice(near or others)
        wrong |= {id(one): code, id(other): code}
    return [
        replace(row, claim=replace(row.claim, credit_code=wrong[id(row)])) if id(row) in wrong else row
        for row in tellings
    ]


def _retell(case: Case, told: Claim, halves: Sequence[Claim], random: Random) -> list[Claim]:
    """The department's rows on what the county tells too."""
    kind = case.department_kind
    if kind == "amount":
        return [_amount(told, told.capacity + random.randint(1, 3) * case.enterprise.profile.step)]
    if kind == "unit":
        unit, factor = OTHER_UNITS[told.capacity_unit]
        return [replace(told, amount_written=_plain(told.capacity / factor), unit_written=unit)]
    if kind in ("split lines", LINE_BY_LINE):
        return [
            _amount(replace(told, equipment=half.equipment, equipment_count=half.equipment_count), half.capacity)
            for half in halves
        ]
    if kind == FORMER and case.enterprise.home.earlier[case.year] and random.random() < 0.5:
        told = replace(told, county=random.choice(case.enterprise.home.earlier[case.year]))
    if kind in NOISE or kind == FORMER:
        return [replace(told, enterprise=_misspell(case, kind, random))]
    return [told]


def _name_machines(profile: Profile, random: Random) -> list[tuple[str, int, str]]:
    """Two lines of an enterprise: machines of two kinds, or two of a kind that their phases tell apart."""
    machines = [(random.choice(machine.names), machine) for machine in profile.machines[:2]]
    if len(machines) == 1:
        name, machine = machines[0]
        machines = [(f"一期{name}", machine), (f"二期{name}", machine)]
    return [(name, random.randint(1, machine.at_most), machine.measure_word) for name, machine in machines]


def _amount(claim: Claim, capacity: Decimal) -> Claim:
    return replace(claim, capacity=_plain(capacity), amount_written=_plain(capacity))


def _plain(amount: Decimal) -> Decimal:
    return Decimal(f"{amount.normalize():f}")


def _count_exits(tellings: Sequence[Telling]) -> list[dict[str, object]]:
    """The exits these rows speak of: the county's figures stand, categories are united (domain, 4)."""
    rows_of: dict[str, list[Telling]] = {}
    for telling in tellings:
        rows_of.setdefault(telling.exit, []).append(telling)
    exits = []
    for key, rows in rows_of.items():
        chosen = [row.claim for row in rows if row.side == "county"] or [rows[0].claim]
        everyone = {category for row in rows for category in row.claim.categories}
        exits.append(
            {
                "exit": key,
                "year": rows[0].case.year,
                "county_code": chosen[0].county_code,
                "industry": chosen[0].industry,
                "enterprise": chosen[0].plant,
                "equipment_count": sum(claim.equipment_count for claim in chosen),
                "capacity": sum((claim.capacity for claim in chosen), Decimal(0)),
                "capacity_unit": chosen[0].capacity_unit,
                "categories": tuple(name for name in CATEGORIES if name in everyone),
            }
        )
    return exits


def _write_inbox(
    folder: Path, regime: Regime, homes: Sequence[Home], tellings: Sequence[Telling], random: Random
) -> list[dict[str, object]]:
    """One workbook for every office; returns where each row stands."""
    year, lines = regime.year, []
    departments = _departments_of(regime)
    # of counties that became one since, each sends its own table, to the place of today's reporter
    offices: list[tuple[str, str, Home | None]] = [
        (home.code, f"{home.city}{home.names[year]}" + ("" if "-" in home.code else "人民政府"), home) for home in homes
    ]
    offices += [(office.code, office.name, None) for office in departments]
    sent_at = datetime(year, 12, 20, 9, tzinfo=LOCAL_TIME)
    for number, (code, office, home) in enumerate(offices):
        own = {
            id(telling.claim): telling
            for telling in tellings
            if telling.reporter_code == code and home in (None, telling.case.enterprise.home)
        }
        columns = frozenset({"extra_columns"}) if random.random() < 0.75 else frozenset()
        page = write_page(
            office=office,
            filled_by=office,
            filled_on=sent_at.date(),
            year=year,
            claims=[telling.claim for telling in own.values()],
            left_out=(),
            quirks=random.choice(QUIRKS) | columns,
            random=random,
        )
        grid = lay_out(page, "Sheet1")
        row_of = {
            value: row + 1 for (row, column), (value, _) in grid.cells.items() if column == 0 and isinstance(value, int)
        }
        path = folder / code / f"{office}{year}年落后产能退出情况统计表.xlsx"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(write_xlsx([grid]))
        received = (sent_at + timedelta(minutes=number)).timestamp()
        os.utime(path, times=(received, received))
        for sequence, line in enumerate(page.claim_lines, start=1):
            telling = own[id(line.claim)]
            lines.append(
                {
                    "year": year,
                    "file": path.name,
                    "row": row_of[sequence],
                    "side": telling.side,
                    "kind": telling.kind,
                    "enterprise": telling.case.enterprise.key,
                    "exit": telling.exit,
                    "name": line.claim.enterprise,
                    "reporter_code": code,
                    "has_wrong_code": bool(columns) and not _fits(line.claim.credit_code),
                    "claim": line.claim,
                }
            )
    return lines


def _fits(code: str) -> bool:
    """Whether the last character is the one the others ask for (GB 32100-2015); a blank is no wrong code."""
    weighted = sum(CREDIT_CODE_ALPHABET.index(sign) * 3**place for place, sign in enumerate(code[:-1]))
    return not code or CREDIT_CODE_ALPHABET[-weighted % len(CREDIT_CODE_ALPHABET)] == code[-1]


def _describe(enterprise: Enterprise) -> dict[str, str]:
    return {
        "enterprise": enterprise.key,
        "county_code": enterprise.home.code,
        "name": enterprise.name.text,
        "bare_name": replace(enterprise.name, place="", form="", is_bracketed=False).text,
        "credit_code": enterprise.credit_code,
        "twin": enterprise.twin,
        "trap": enterprise.trap,
    }
