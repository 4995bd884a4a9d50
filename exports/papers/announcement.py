"""``announcement.xlsx`` (公告): which enterprises, lines and capacity have left the market, as it is made public.

Every exit of 企业名单 is announced, under its number there, but for those an objection holds: where the regime lets the
rest go on (``hold_rows``), an enterprise that somebody objected to is not listed until the objection was found wrong. Files,
cells and what reporters disagreed about are for the office and stay out.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from exports.facts import CycleFacts
from exports.sheets.layout import Column, PrintedSheet, Styles
from exports.sheets.longlist import LongList
from exports.sheets.marking import tell_day, tell_recorded
from exports.sheets.records import Record
from exports.wording import ROUND_EN, ROUND_ZH, TOTAL
from rulebook import Regime, Rulebook
from rulebook.folding import fold

# What is told of an exit by whichever side: an objection may name the enterprise as a department does.
NAMES_OF_EXITS = """
select distinct listed.number, claim.enterprise
from memory.exit_list as listed
inner join marts.fct_exit_claim as link on listed.exit_id = link.exit_id
inner join marts.fct_claim as claim on link.row_id = claim.row_id
where claim.enterprise is not null
order by listed.number, claim.enterprise
"""

ANNOUNCED = """
select number, city, county, industry, enterprise, equipment, capacity, capacity_unit, categories, method
from memory.exit_list
where number not in ($held)
order by number
"""

BY_INDUSTRY = """
select
    listed.industry, count(distinct listed.enterprise_id) as enterprises, count(*) as exits,
    sum(listed.equipment_count) as equipment, sum(listed.capacity) as capacity, listed.capacity_unit
from memory.exit_list as listed
left join marts.dim_industry as industries on listed.industry = industries.industry
where listed.number not in ($held)
group by listed.industry, listed.capacity_unit, industries.industry_position
order by industries.industry_position, listed.industry, listed.capacity_unit nulls first
"""

BY_PLACE = """
select
    place, industry, count(distinct enterprise_id) as enterprises, count(*) as exits,
    sum(equipment_count) as equipment, sum(capacity) as capacity, capacity_unit
from memory.exit_list
where number not in ($held)
group by place, industry, capacity_unit
order by min(number)
"""

IN_ALL = """
select
    count(distinct enterprise_id) as enterprises, count(*) as exits, sum(equipment_count) as equipment,
    count(*) filter (equipment_count is null) as unknown
from memory.exit_list
where number not in ($held)
"""

UNITS_NOTE = (
    "注：不同计量单位的产能不相加；一家企业有几条退出的，企业只计一家；一条退出可有几台（条、套）生产线（设备）。\n"
    "Amounts in different units are never added; an enterprise with several exits is one; one exit may be several machines."
)
UNKNOWN_NOTE = (
    "有{0}条退出没有写明台（条、套）数，其生产线（设备）没有计入该栏。\n"
    "Exits that do not tell their lines or equipment, left out of that column: {0}."
)
OBJECTIONS_NOTE = "举报和异议请向公告单位提出。Objections may be raised with the office that announces."
LIST_SHEET = "企业名单"


def write_announcement(path: Path, facts: CycleFacts, regime: Regime, round: str, rulebook: Rulebook) -> None:
    """The announcement lies at ``path``: sums by industry and place, then every enterprise; the same facts, the same bytes.

    ``facts`` must have listed its exits.
    """
    held = held_exits(facts)
    area = rulebook.reference.divisions[regime.area].name
    title = f"{area}{regime.year}年落后产能退出企业名单公告"
    with Workbook(path) as workbook:
        workbook.set_properties({"title": title, "created": facts.data_as_of})
        styles = Styles(workbook)
        _write_sums(workbook, styles, facts, title, area, held)
        _write_list(workbook, styles, facts, title, held)


def held_exits(facts: CycleFacts) -> dict[int, str]:
    """The numbers of the exits that an objection holds, with the enterprise as the objection names it.

    An objection that was found wrong holds nothing; one that nobody has answered yet does. Names are compared without
    white space and in half width.
    """
    notice = facts.sign_off.notice
    if notice is None or facts.regime.public_notice.objection_effect != "hold_rows":
        return {}
    return exits_named(facts, (one.enterprise for one in notice.objections if one.is_upheld is not False))


def exits_named(facts: CycleFacts, names: Iterable[str]) -> dict[int, str]:
    """The numbers of the listed exits of which any side writes one of the ``names``, each with that name."""
    named = {fold(name): name for name in names}
    if not named:
        return {}
    lines = facts.ask(NAMES_OF_EXITS)
    return {line.number: named[fold(line.enterprise)] for line in lines if fold(line.enterprise) in named}


def _write_sums(
    workbook: Workbook, styles: Styles, facts: CycleFacts, title: str, area: str, held: dict[int, str]
) -> None:
    columns = [
        Column(*facts.place_heading, 26),
        Column("行业", "Industry", 20),
        Column("企业数", "Enterprises", 16, "number"),
        Column("退出条数", "Exits", 14, "number"),
        Column("生产线（设备）台（条、套）数", "Lines or equipment", 28, "number"),
        Column("退出产能", "Capacity", 20, "number"),
        Column("计量单位", "Unit", 16, "centre"),
    ]
    sheet = _open(workbook, styles, facts, title, "公告", "Announcement", columns)
    for label, value in _describe(facts, held):
        sheet.write_fact(label, value)
    sheet.skip()
    (total,) = facts.ask_announced(IN_ALL, held)
    sheet.write_line("一、分行业 By industry", styles.section)
    sheet.write_headings()
    sheet.write_records((area, *line) for line in facts.ask_announced(BY_INDUSTRY, held))
    sheet.write_records([(area, TOTAL, total.enterprises, total.exits, total.equipment, None, None)], weight="total")
    sheet.skip()
    sheet.write_line("二、分地区分行业 By place and industry", styles.section)
    sheet.write_headings()
    sheet.repeat_headings_in_print()
    sheet.write_records(facts.ask_announced(BY_PLACE, held))
    sheet.write_line(UNITS_NOTE, styles.note)
    if total.unknown:
        sheet.write_line(UNKNOWN_NOTE.format(total.unknown), styles.note)
    sheet.write_line(OBJECTIONS_NOTE, styles.note)
    sheet.write_signatures((), "（公告单位盖章）　　　　　　年　　月　　日")


def _write_list(workbook: Workbook, styles: Styles, facts: CycleFacts, title: str, held: dict[int, str]) -> None:
    columns = [
        Column("序号", "No.", 7, "centre"),
        Column("市", "City", 11),
        Column("县（市、区）", "County", 13),
        Column("行业", "Industry", 10),
        Column("企业名称", "Enterprise", 30),
        Column("淘汰生产线（设备）名称、型号及数量", "Lines or equipment", 34),
        Column("退出产能", "Capacity", 13, "number"),
        Column("计量单位", "Unit", 11, "centre"),
        Column("淘汰类别", "Category", 11, "centre"),
        Column("退出方式", "Method", 10, "centre"),
    ]
    sheet = _open(workbook, styles, facts, title, LIST_SHEET, "Enterprises, lines and capacity", columns, LongList)
    sheet.write_headings()
    sheet.repeat_headings()
    (total,) = facts.ask_announced(IN_ALL, held)
    records: Iterator[Record] = iter(facts.ask_announced(ANNOUNCED, held))
    sheet.write_long_list(columns, total.exits, records)


def _open(workbook: Workbook, styles: Styles, facts: CycleFacts, title: str, *told: Any) -> PrintedSheet:
    name, name_en, columns, *kind = told
    own = workbook.add_worksheet(name, *kind)
    sheet = PrintedSheet(own, styles, columns, f"{title} · {name}", facts.sign_off)
    subtitle = f"{name} {name_en} · {facts.regime.title_en} · {ROUND_EN[facts.round]}"
    sheet.write_title(f"{title}（{ROUND_ZH[facts.round]}）", subtitle)
    return sheet


def _describe(facts: CycleFacts, held: dict[int, str]) -> Iterator[tuple[str, str]]:
    """What the announcement rests on, and whom it leaves out."""
    regime, sign_off = facts.regime, facts.sign_off
    yield "依据 Under", f"{regime.title}（{regime.document_no}）" if regime.document_no else regime.title
    if sign_off.consent:
        consent = sign_off.consent
        told = f"{consent.issuer}　{consent.document_no}　{tell_day(consent.document_date)}"
        yield "政府同意 Consent", told
    if notice := sign_off.notice:
        days = (
            f"{tell_day(notice.opened_on)}至{tell_day(notice.closes_on)}，{notice.working_days} 个工作日"
            f"{tell_recorded(notice)}"
        )
        yield "公示 Notice", f"{days}，{notice.place}；收到异议 {len(notice.objections)} 件"
    if held:
        names = "、".join(dict.fromkeys(held.values()))
        yield "暂不列入 Held", f"{len(held)} 条，有异议尚未排除：{names}。另行公告。"
