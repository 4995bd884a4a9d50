"""The figures of the pictures: capacity by industry and year, plan against actual, exits by county and category, rows to exits.

One place for the workbook, the document and the desk, so that their pictures cannot say different things. Amounts of
different units are never in one picture. The map of a county's exits is drawn for the office alone (``rulebook.boundaries``):
in what is sent on, the counties with most exits stand in its place.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal

from exports.facts import CATEGORIES, EXITS_OF_CYCLE
from exports.sheets.runs import Covered
from exports.wording import UNPLACED, ExitWords, words_of

# Every year of the area that the warehouse has in the same round: mid-year figures beside mid-year figures. A city's year
# may be told by its own plan and by that of its province: its own goes first, and this cycle's before any other.
YEARS = """
with cycles as (
    select
        cycle.regime, cycle.year,
        row_number() over (
            partition by cycle.year
            order by cycle.regime <> $regime, cycle.area_code <> $area, cycle.regime
        ) as choice
    from marts.dim_cycle as cycle
    where
        cycle.round = $round
        and cycle.year <= (select max(own.year) from marts.dim_cycle as own where own.regime = $regime)
        and exists (
            select 1 from marts.rpt_rollup as line
            where line.regime = cycle.regime and line.round = cycle.round and line.division_code = $area
        )
)

select cycles.year, cycles.regime = $regime as is_own, line.industry, line.capacity_unit, line.capacity
from cycles
inner join marts.rpt_rollup as line on cycles.regime = line.regime and line.round = $round
where
    cycles.choice = 1 and line.division_code = $area and line.category = '合计' and line.capacity is not null
order by line.capacity_unit, line.industry_position, line.industry, cycles.year
"""

# Nothing where the cycle has no plan in force: a plan of 0 is none.
PLAN_ACTUAL = """
select
    line.division_code = $area as is_area, line.division as place, line.planned_exits, line.done_exits, line.unplanned_exits
from marts.rpt_plan_actual as line
inner join marts.dim_division as division on line.division_code = division.division_code
where
    line.regime = $regime and line.round = $round and line.industry = '合计' and line.category = '合计'
    and (line.division_code = $area or division.parent_code = $area)
    and exists (
        select 1 from marts.rpt_plan_actual as planned
        where planned.regime = $regime and planned.round = $round and planned.planned_exits > 0
    )
order by line.division_position
"""

COUNTIES = """
select line.division_code, line.division, city.division as city, line.exits
from marts.rpt_rollup as line
inner join marts.dim_division as division on line.division_code = division.division_code
left join marts.dim_division as city on division.city_code = city.division_code
where
    line.regime = $regime and line.round = $round and line.industry = '合计' and division.level in ('county', 'zone')
    and $area in (division.parent_code, division.city_code, city.parent_code)
order by line.exits desc, line.division_position
"""

STEPS = f"""
{EXITS_OF_CYCLE},

tables as (
    select submission_id, status, row_count from marts.fct_submission
    where regime = $regime and round = $round and form = $form
)

select
    (select coalesce(sum(row_count), 0) from tables) as received,
    (select coalesce(sum(row_count), 0) from tables where status not in ('rejected', 'withdrawn')) as acceptable,
    (select coalesce(sum(row_count), 0) from tables where status = 'withdrawn') as withdrawn,
    (select coalesce(sum(row_count), 0) from tables where status = 'returned') as returned,
    (select coalesce(sum(row_count), 0) from tables where status = 'counting') as counting,
    (
        select count(*) from marts.fct_claim
        where held_by is not null and submission_id in (select submission_id from tables)
    ) as held,
    (
        select count(distinct link.row_id) from marts.fct_exit_claim as link
        where link.exit_id in (select exit_id from exits)
    ) as claimed,
    (select count(*) from exits) as counted
"""

MOST_YEARS = 6
MOST_COUNTIES = 15
_OBJECTIONS = 4
"""The step about objections to the public list: left out where none keeps a row out."""


@dataclass(frozen=True, slots=True)
class Series:
    """One set of bars: what it is called, and a figure for each name of the picture; None where there is none."""

    name: str
    name_en: str
    values: tuple[int | Decimal | None, ...]
    listed_in: Literal["exits", "plan", "outside"] | None = None
    """The list of the rollup whose lines its figures count; None where they count rows, or exits of another cycle."""


@dataclass(frozen=True, slots=True)
class Picture:
    """What one picture shows: names down, and for each a bar of every series, all in one unit."""

    key: str
    title: str
    title_en: str
    unit: str
    names: tuple[str, ...]
    series: tuple[Series, ...]
    note: str
    note_en: str
    names_en: tuple[str, ...] = ()
    """English words for the names, where they are neither places nor industries."""
    covers: tuple[Covered | None, ...] = ()
    """For each name what its figures cover in the lists of the rollup."""


def read_pictures(ask: Callable[[str], Iterable[Any]], round: str) -> list[Picture]:
    """The pictures of the cycle of ``round`` that ``ask`` answers questions about; one that would show nothing is left out.

    The plan is held against nothing, so the round of the plan has no picture of plan and actual; nor has a year without one.
    """
    words = words_of(round)
    of_all = [_categories(ask(CATEGORIES), words), _steps(*ask(STEPS), words)]
    return [*read_pictures_of_place(ask, round), *_shown(of_all)]


def read_pictures_of_place(ask: Callable[[str], Iterable[Any]], round: str) -> list[Picture]:
    """Those of them that can be told of a part of the area alone: ``ask`` knows that part as ``area``."""
    words = words_of(round)
    return _shown([*_years(ask(YEARS), words), _plan_actual(ask(PLAN_ACTUAL)), _counties(ask(COUNTIES), words)])


def _shown(pictures: Iterable[Picture]) -> list[Picture]:
    return [picture for picture in pictures if any(any(series.values) for series in picture.series)]


def _years(lines: Iterable[Any], words: ExitWords) -> list[Picture]:
    """One picture for each unit: industries down, a bar for each year."""
    of_unit: dict[str, dict[str, dict[int, Decimal]]] = defaultdict(lambda: defaultdict(dict))
    own_year = None
    for line in lines:
        of_unit[line.capacity_unit][line.industry][line.year] = line.capacity
        own_year = line.year if line.is_own else own_year
    pictures = []
    for unit, of_industry in of_unit.items():
        years = sorted({year for amounts in of_industry.values() for year in amounts})[-MOST_YEARS:]
        series = tuple(
            Series(
                f"{year}年",
                str(year),
                tuple(amounts.get(year) for amounts in of_industry.values()),
                "exits" if year == own_year else None,
            )
            for year in years
        )
        pictures.append(
            Picture(
                f"years-{len(pictures) + 1}",
                f"分行业{'各' if len(years) > 1 else years[0]}年{words.exit}产能（{unit}）",
                f"{words.en('Capacity by industry')}{' and year' if len(years) > 1 else f', {years[0]}'} ({unit})",
                unit,
                tuple(of_industry),
                series,
                "各年按当年方案的行业范围；不同计量单位的产能不相加，每个单位一图。",
                "Each year by the scope of its plan; amounts in different units are never added.",
                covers=tuple(("industry", (industry, unit)) for industry in of_industry),
            )
        )
    return pictures


def _plan_actual(lines: Iterable[Any]) -> Picture:
    places: list[tuple[str, tuple[int, ...]]] = []
    whole: tuple[int, ...] = (0, 0, 0)
    for line in lines:
        figures = (line.planned_exits, line.done_exits, line.unplanned_exits)
        if line.is_area:
            whole = figures
        else:
            places.append((line.place, figures))
    unplaced = tuple(figure - sum(of[at] for _, of in places) for at, figure in enumerate(whole))
    if any(unplaced):
        places.append((UNPLACED, unplaced))
    planned, done, outside = (tuple(figures[at] for _, figures in places) for at in range(3))
    return Picture(
        "plan",
        "分地区计划与完成（退出条数）",
        "Plan against actual by place (exits)",
        "条",
        tuple(place for place, _ in places),
        (
            Series("计划", "planned", planned, "plan"),
            Series("计划内已完成", "of these done", done, "plan"),
            Series("计划外", "outside the plan", outside, "outside"),
        ),
        "按条数比较，因为不同计量单位的产能不相加；各行业的产能完成率见目标任务完成情况表。",
        "By number of exits, as amounts in different units are never added.",
        covers=tuple(("place", place) for place, _ in places),
    )


def _counties(lines: Iterable[Any], words: ExitWords) -> Picture:
    lines = list(lines)
    shown = lines[:MOST_COUNTIES]
    others = sum(line.exits for line in lines[MOST_COUNTIES:])
    rest = len(lines) - len(shown)
    bearers = Counter(line.division for line in lines)
    # two cities may each have a 市中区
    names = (f"{line.city}{line.division}" if bearers[line.division] > 1 else line.division for line in shown)
    return Picture(
        "counties",
        f"县（市、区）{words.exit}条数",
        words.en("Exits by county"),
        "条",
        tuple(names),
        (Series(f"{words.exit}条数", words.en("exits"), tuple(line.exits for line in shown), "exits"),),
        f"按条数由多到少；其余 {rest} 个县（市、区）共 {others} 条。"
        if rest
        else f"按条数由多到少；没有{words.exit}的不列。",
        f"Most first; counties not shown: {rest}, with {words.en('exits')}: {others}."
        if rest
        else f"Most first; none without {words.en('exits')}.",
        covers=tuple(("county", line.division_code) for line in shown),
    )


def _categories(lines: Iterable[Any], words: ExitWords) -> Picture:
    lines = list(lines)
    return Picture(
        "categories",
        f"分淘汰类别{words.exit}条数",
        words.en("Exits by category"),
        "条",
        tuple(line.category for line in lines),
        (Series(f"{words.exit}条数", words.en("exits"), tuple(line.exits for line in lines), "exits"),),
        f"涉及几个类别的{words.exit}在各类别中分别计入，各类别之和可大于合计。",
        f"{words.en('Exits')} in two categories are counted in each of them.",
        covers=tuple(("category", (line.category,)) for line in lines),
    )


def _steps(line: Any, words: ExitWords) -> Picture:
    names = (
        ("收到的行", "rows received"),
        ("审核通过的表", "of tables that were accepted"),
        ("采用的版本", "of the version that counts"),
        (f"方式属于{words.exit}的", f"whose method counts among {words.en('exits')}"),
        ("公示无异议或异议不成立的", "that no objection keeps out"),
        (f"核对合并后的{words.exit}", f"{words.en('exits')}, once matched"),
    )
    exits = line.claimed + line.held
    values = tuple(map(int, (line.received, line.acceptable, line.counting, exits, line.claimed, line.counted)))
    steps = [step for number, step in enumerate(zip(names, values, strict=True)) if line.held or number != _OBJECTIONS]
    apart = (
        (line.withdrawn, "撤回的 {} 行视同没有报过，不在审核通过之内", "withdrawn, as though never sent: {}"),
        (line.returned, "退回的 {} 行要重报，不采用", "returned, to be sent again: {}"),
        (line.held, "公示异议成立或尚未办结的 {} 行，不计入", "kept out by objections to the public list: {}"),
    )
    told = "；".join(zh.format(count) for count, zh, _ in apart if count)
    told_en = "; ".join(en.format(count) for count, _, en in apart if count)
    return Picture(
        "steps",
        f"从收到的行到计入的{words.exit}",
        f"From rows received to {words.en('exits')} counted",
        "行、条",
        tuple(name for (name, _), _ in steps),
        (Series("行数", "rows", tuple(value for _, value in steps), "exits"),),
        f"收到的行含各次重报；{f'{told}；' if told else ''}最后一项是{words.exit}条数：县级和部门报送同一{words.exit}的，合并为一条。",
        f"Rows received include every version; the last figure is {words.en('exits')}: several rows may tell one."
        + (f" Rows {told_en}." if told else ""),
        tuple(name for (_, name), _ in steps),
        # of these the last alone counts exits
        (*[None] * (len(steps) - 1), ()),
    )


def table_of(picture: Picture) -> Sequence[Sequence[str | int | Decimal | None]]:
    """The same figures as lines of a table: a name, then its figure of every series."""
    return [(name, *(series.values[number] for series in picture.series)) for number, name in enumerate(picture.names)]
