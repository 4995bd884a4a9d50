"""``not_dismantled.xlsx``: of the exits of a cycle those that are shut and stand, and those of which nobody says.

National reports list them apart (公告 2012年第62号). They are counted among the exits, and stay so: the list is an "of which".
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from exports import facts as questions
from exports.amounts import write_exactly
from exports.facts import CycleFacts
from exports.sheets.layout import Column, PrintedSheet, Styles
from exports.sheets.longlist import LongList
from exports.sheets.records import Record
from exports.wording import ROUND_EN, ROUND_ZH, STANDING_ZH, TOLD_BY_ZH
from rulebook import Regime, Rulebook

OF_WHICH_NOTE = (
    "注：清单中的各条已计入退出，是其中数，不另加减；封存是指断水断电、拆除动力装置、封存主体设备。\n"
    "Every line is counted among the exits already: an 'of which', neither added nor taken off."
)
NUMBERS_NOTE = (
    "企业名单序号见 rollup.xlsx；“依据”是说明是否拆除的材料：统计表，或者市、县两级都同意的验收意见表。\n"
    "Numbers are those of the list of exits in rollup.xlsx; told by: the table, or a record county and city agreed to."
)
ACCEPTED_ZH = {True: "两级已验收", False: "未经两级验收", None: "无验收意见表"}


def write_not_dismantled(path: Path, facts: CycleFacts, regime: Regime, round: str, rulebook: Rulebook) -> None:
    """The list lies at ``path``: a sheet of what stands, and one of what is not known; the same facts, the same bytes."""
    lines = facts.ask(questions.NOT_DISMANTLED)
    (counted,) = facts.ask(questions.DISMANTLING)
    title = f"{rulebook.reference.divisions[regime.area].name}{regime.year}年落后产能已关停未拆除清单"
    with Workbook(path) as workbook:
        workbook.set_properties({"title": title, "created": facts.data_as_of})
        styles = Styles(workbook)
        unknown = [line for line in lines if line.standing == "unknown"]
        standing = [line for line in lines if line.standing != "unknown"]
        sealed = sum(line.standing == "sealed" for line in standing)
        for name, name_en, listed, said in (
            (
                "已关停未拆除",
                "Shut, not dismantled",
                standing,
                f"已关停未拆除 {len(standing)} 条（其中已封存 {sealed} 条）",
            ),
            ("拆除情况不明", "Not known", unknown, f"统计表和验收意见表都没有说明是否拆除的 {len(unknown)} 条"),
        ):
            footer = f"{title} · {name}"
            sheet = PrintedSheet(workbook.add_worksheet(name, LongList), styles, _COLUMNS, footer, facts.sign_off)
            subtitle = f"{name} {name_en} · {regime.title_en} · {ROUND_EN[round]}"
            sheet.write_title(f"{title}（{ROUND_ZH[round]}）", subtitle)
            sheet.write_line(f"退出 {counted.exits} 条，其中{said}：{_amounts(listed)}。", styles.value)
            sheet.write_line(OF_WHICH_NOTE, styles.note)
            sheet.write_line(NUMBERS_NOTE, styles.note)
            sheet.write_headings()
            sheet.repeat_headings()
            sheet.write_long_list(_COLUMNS, len(listed), [_record(line) for line in listed])


_COLUMNS = (
    Column("企业名单序号", "No. in the list", 10, "centre"),
    Column("市", "City", 9),
    Column("县（市、区）", "County", 12),
    Column("行业", "Industry", 9),
    Column("企业名称", "Enterprise", 26),
    Column("设备型号及数量", "Equipment", 26),
    Column("台数", "Count", 7, "number"),
    Column("产能", "Capacity", 11, "number"),
    Column("单位", "Unit", 9, "centre"),
    Column("方式", "Method", 8, "centre"),
    Column("关停时间", "Shut on", 12, "centre"),
    Column("拆除情况", "State", 12, "centre"),
    Column("依据", "Told by", 12, "centre"),
    Column("市县验收", "Acceptance", 14, "centre"),
    Column("回执号", "Receipt", 10, "centre"),
    Column("来源文件", "File", 22),
    Column("工作表!单元格", "Sheet!cell", 13),
)


def _amounts(lines: Iterable[Any]) -> str:
    """The amounts of each unit by itself, as units are never added."""
    sums: dict[str, Decimal] = defaultdict(Decimal)
    for line in lines:
        if line.capacity is not None:
            sums[line.capacity_unit or ""] += line.capacity
    return "，".join(f"{write_exactly(sums[unit])} {unit}".rstrip() for unit in sorted(sums)) or "没有产能数"


def _record(line: Any) -> Record:
    told: Sequence[str | None] = (
        STANDING_ZH[line.standing],
        TOLD_BY_ZH.get(line.told_by),
        ACCEPTED_ZH[line.is_accepted],
        line.receipts,
        line.files,
        line.cells,
    )
    return (
        *(line.number, line.city, line.county, line.industry, line.enterprise, line.equipment, line.equipment_count),
        *(line.capacity, line.capacity_unit, line.method, line.shut_on, *told),
    )
