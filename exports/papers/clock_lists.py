"""The lists that follow from the clocks of orders: yellow list, red list, and the enterprises for the credit platform.

Each holds the orders of its regime as they stand on the day of the build, and what is open of earlier years of the same
place (``docs/decisions/0014``).
"""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from io import StringIO
from pathlib import Path
from typing import Any

from xlsxwriter import Workbook

from exports.sheets.formulas import make_harmless
from exports.sheets.layout import Column, PrintedSheet, Styles
from exports.sheets.marking import tell_day
from exports.sheets.records import Record
from exports.sign_off import SignOff
from exports.wording import ORDER_STATES, UNPLACED, with_city
from rulebook import Regime, Rulebook

# who gave an order is named as other papers name it; of an earlier year, whom this one does not know any more, as then
_LINES = """
select line.* replace (coalesce(named.reporter, line.reporter, line.reporter_code) as reporter)
from marts.{mart} as line
left join memory.reporters as named on line.reporter_code = named.reporter_code
where line.regime = $regime"""

YELLOW = f"""
{_LINES.format(mart="rpt_yellow_list")}
order by due nulls last, city_code nulls last, county_code nulls last, enterprise, category, rectification_id
"""

RED = f"""
{_LINES.format(mart="rpt_red_list")}
order by state desc, city_code nulls last, county_code nulls last, enterprise, category, rectification_id
"""

OVERDUE = f"""
{_LINES.format(mart="rpt_overdue")}
order by city_code nulls last, county_code nulls last, enterprise, category, rectification_id
"""

NOBODY = "没有企业。No enterprises."
NO_TERM = "未定"
EXTENSION_NOT_APPLIED = {
    "not_allowed": "延期 {months} 个月未采用：方案对此类没有规定延期",
    "too_long": "延期 {months} 个月未采用：超过方案允许的期限",
    "undocumented": "延期 {months} 个月未采用：没有写明延期批准文件",
    "ahead": "延期 {months} 个月未采用：批准日期还没有到",
    "before_order": "延期 {months} 个月未采用：批准日期早于文书下达日期",
    "after_term": "延期 {months} 个月未采用：批准时整改期限已过",
}
BY_THE_ORDER = "依照责令整改文书处理"
"""What follows where the plan says nothing of the category: what the order says."""
ORDER_AHEAD = "文书下达日期还没有到，请核对"
RESULT_AHEAD = "所报结果未采用：日期还没有到"
TERMS_NOTE = (
    "注：整改期限按方案规定的月数从文书下达之日起按日历月计算，文书另定更短期限的从其规定；方案没有规定的以文书为准，文书也没有写的为“未定”。当日24时（北京时间）前达标为按期。\n"
    "Terms are calendar months of the plan from the day of the order, or the order's own where it is shorter or the plan "
    "states none; in time until the end of the day in Beijing."
)
NOT_AMONG_EXITS = "未见退出"
RED_NOTE = (
    "注：一家企业有几项标准不达标的，每项一行；以前年度尚未报关闭的继续列出。“未见退出”的，年度退出表里还没有这家企业。\n"
    "An enterprise has a line for each standard; closures of earlier years stay until they are reported. 未见退出: no "
    "annual table lists the enterprise among the exits yet."
)

CREDIT_COLUMNS = (
    *("企业名称", "统一社会信用代码", "市", "县（市、区）", "行业", "不达标类别", "不达标标准"),
    *("责令整改文书号", "下达日期", "整改期限", "逾期天数", "处置措施", "法律依据", "认定单位", "截至日期"),
)


@dataclass(frozen=True)
class ClockList:
    """One of the two printed lists: its name, its columns, what a line of the warehouse becomes."""

    title: str
    title_en: str
    columns: tuple[Column, ...]
    record: Callable[[Any, str], Record]
    """Of a line, in a list of this area."""
    note: str


def write_clock_list(
    path: Path, told: ClockList, lines: Sequence[Any], regime: Regime, rulebook: Rulebook, sign_off: SignOff
) -> None:
    """One list lies at ``path`` as a workbook that is printed; the same lines give the same bytes."""
    until = max((line.as_of for line in lines), default=None)
    created = until or date(regime.year, 1, 1)
    area = rulebook.reference.divisions[regime.area].name
    title = f"{area}{regime.year}年{told.title}"
    with Workbook(path) as workbook:
        workbook.set_properties({"title": title, "created": datetime(created.year, created.month, created.day)})
        styles = Styles(workbook)
        columns = (Column("序号", "No.", 6, "centre"), *told.columns)
        sheet = PrintedSheet(workbook.add_worksheet(told.title), styles, columns, title, sign_off)
        as_of = f"截至{tell_day(until)}" if until else None
        sheet.write_title(title, f"{told.title_en} · {regime.title_en}", as_of)
        sheet.write_line(told.note, styles.note)
        sheet.write_headings()
        sheet.repeat_headings()
        if lines:
            sheet.sheet.autofilter(sheet.row - 1, 0, sheet.row + len(lines) - 1, sheet.last_column)
            sheet.write_records((number, *told.record(line, area)) for number, line in enumerate(lines, start=1))
        else:
            sheet.write_line(NOBODY, styles.note)
        sheet.skip()
        sheet.write_signatures()


def _place(line: Any, area: str) -> str:
    return with_city(line.county, line.city, area) if line.county else line.city or UNPLACED


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _basis(line: Any) -> str:
    """The plan's sentence; where the plan states none (Weihai 2022 on safety), the order itself, which is never borrowed."""
    if line.legal_basis:
        return line.legal_basis
    number = f"“{line.order_no}”" if line.order_no else "（没有写文号）"
    return f"{line.reporter}{_day(line.ordered_on) or ''}下达的责令整改文书{number}"


def _order(line: Any) -> tuple[str | None, str | None, str | None, str, str | None]:
    """What both lists say of an order: standard, number, day, who gave it, of which year."""
    return (
        line.standard,
        line.order_no,
        _day(line.ordered_on),
        line.reporter,
        str(line.order_year),
    )


def _yellow_record(line: Any, area: str) -> Record:
    state = ORDER_STATES[line.state][0]
    if line.days_overdue is not None:
        state += f" {line.days_overdue} 天"
    elif line.days_left is not None:
        state += f"，还有 {line.days_left} 天"
    remarks = ["须立即停产停业整顿"] if line.stops_at_once else []
    if line.extension in EXTENSION_NOT_APPLIED:
        remarks.append(EXTENSION_NOT_APPLIED[line.extension].format(months=line.extension_months))
    elif line.extension == "applied":
        remarks.append(f"含延期 {line.extension_months} 个月")
    if line.ordered_on and line.ordered_on > line.as_of:
        remarks.append(ORDER_AHEAD)
    if line.is_ahead:
        remarks.append(RESULT_AHEAD)
    return (
        *(_place(line, area), line.enterprise, line.credit_code, line.industry, line.category),
        *_order(line),
        _day(line.due) or NO_TERM,
        state,
        "；".join(remarks) or None,
    )


def _red_record(line: Any, area: str) -> Record:
    return (
        *(_place(line, area), line.enterprise, line.credit_code, line.industry, line.category),
        *_order(line),
        ORDER_STATES[line.state][0],
        _day(line.closed_on),
        _day(line.licence_cancelled_on),
        "是" if line.is_among_exits else NOT_AMONG_EXITS,
        _basis(line),
    )


_WHO = (
    Column("市、县（市、区）", "Place", 13),
    Column("企业名称", "Enterprise", 24),
    Column("统一社会信用代码", "Credit code", 20, "centre"),
    Column("行业", "Industry", 9),
    Column("类别", "Category", 7, "centre"),
    Column("不达标标准", "Standard failed", 18),
    Column("文书号", "Order", 16),
    Column("下达日期", "Ordered on", 11, "centre"),
    Column("下达单位", "Given by", 16),
    Column("年度", "Year", 7, "centre"),
)

YELLOW_LIST = ClockList(
    "限期整改（黄牌）企业名单",
    "Yellow list: to be rectified within a term",
    (
        *_WHO,
        Column("整改期限", "To be met by", 11, "centre"),
        Column("状态", "State", 14, "centre"),
        Column("说明", "Remarks", 20),
    ),
    _yellow_record,
    TERMS_NOTE,
)
RED_LIST = ClockList(
    "依法关闭（红牌）企业名单",
    "Red list: closed by law",
    (
        *_WHO,
        Column("状态", "State", 9, "centre"),
        Column("关闭日期", "Closed on", 11, "centre"),
        Column("证照注销日期", "Licence cancelled", 12, "centre"),
        Column("是否已列入退出", "Among the exits", 11, "centre"),
        Column("依据", "Legal basis", 36),
    ),
    _red_record,
    RED_NOTE,
)


def format_credit_platform(lines: Iterable[Any]) -> bytes:
    """``credit_platform.csv``: who did not exit in time, with the order and its legal basis; UTF-8 with BOM."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(CREDIT_COLUMNS)
    for line in lines:
        values = (
            *(line.enterprise, line.credit_code, line.city, line.county, line.industry, line.category, line.standard),
            *(line.order_no, _day(line.ordered_on), _day(line.due), line.days_overdue),
            *(line.consequence or BY_THE_ORDER, _basis(line)),
            *(line.reporter, _day(line.as_of)),
        )
        writer.writerow([make_harmless(value) if isinstance(value, str) else value for value in values])
    return text.getvalue().encode("utf-8-sig")
