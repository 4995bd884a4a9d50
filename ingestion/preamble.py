"""What stands above a table: its title, who fills it in (填报单位), when (填报时间), and the unit of its amounts."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from ingestion.cells import Sheet, address
from ingestion.headings import Headings
from ingestion.understanding import read_date
from ingestion.understanding.text import half_width
from rulebook.folding import fold

_DATE_LABEL = r"(?:填报|填表|报送|上报|制表)(?:时间|日期)"
_REPORTER_LABEL = r"(?:填报|填表|报送|上报|申报)(?:单位|部门|机构)"
_REMARK = r"(?:\s*\([^()]*\)|\s*盖章)?"
_OTHER_LABEL = (
    r"(?:(?:填报|填表|制表|经办|联系|审核|复核|审批|批准|签发)人(?:员|姓名)?|(?:单位|主要|分管|部门)?(?:负责人|领导)"
    r"|(?:联系|办公)?(?:电话|方式)|手机号?码?|传真|邮箱|(?:计量|产能)?单位)"
)
"""What is asked beside 填报单位 and 填报时间, often in the same cell."""

_VALUE = (
    rf"(?P<value>.*?)[\s,;、]*"
    rf"(?=\s(?:{_REPORTER_LABEL}|{_DATE_LABEL})|(?:{_REPORTER_LABEL}|{_DATE_LABEL}|{_OTHER_LABEL}){_REMARK}\s*:|$)"
)
"""What belongs to a label, up to the next one."""

_VALUE_BESIDE = re.compile(_VALUE)
_REPORTER = re.compile(rf"(?:^|\s){_REPORTER_LABEL}{_REMARK}\s*(?::|$)\s*{_VALUE}")
_DATE = re.compile(rf"(?:^|\s){_DATE_LABEL}{_REMARK}\s*(?::|$)\s*{_VALUE}")
_UNIT = re.compile(r"(?:^|[\s(])\(?(?:计量|产能)?单位\s*:\s*(?P<value>[^\s()]+)\)?\s*$")
_LABEL = re.compile(rf"(?:^|\s)(?:{_REPORTER_LABEL}|{_DATE_LABEL}|{_OTHER_LABEL}{_REMARK}\s*:|联系|附件)")
_SEAL_REMARK = re.compile(r"\s*[(（][^()（）]*章[^()（）]*[)）]\s*$")
_ENCLOSURE_NUMBER = re.compile(r"^附[件表录]?\s*[\d一二三四五六七八九十]*\s*[-:]?\s*\d*$")
_TITLE_WORDS = re.compile(r"统计表|情况表|明细表|汇总表|计划表|名单|落后产能|一览表|清单|意见表")
_DATE_FORM = re.compile(r"(?:20\d{2})?\s*年?\s*月?\s*日?")
"""The printed form of a date that nobody filled in: 2024 年 月 日."""

_DAY_IN_FULL = r"20\d{2}(?:年\d{1,2}月\d{1,2}日|(?P<mark>[-./])\d{1,2}(?P=mark)\d{1,2})"
_WHOLE_DATE = re.compile(_DAY_IN_FULL)
_DATE_BEHIND = re.compile(rf"\s+({_DAY_IN_FULL})$")

_ROUND_WORDS = {
    "plan": re.compile(r"(?<!行动)计划(?!单列|完成|执行|落实)|摸排|摸底|拟(?:关停)?(?:退出|淘汰)"),
    "midyear": re.compile(r"上半年|年中(?![小部央国心等])|(?<!\d)0?1月?[-—–~至到]0?6月|(?<!十)一月?[-—–~至到]六月"),
}
"""Words of a title that say the round (ours: no plan prints one); 全年 and 年度 stand in titles of every round."""

_YEAR = re.compile(r"(?<!\d)(20\d{2})(?=\s*(?:年|[-—~至]))|([二][〇零○Oo][〇零○一二三四五六七八九]{2})年")
_CHINESE_DIGITS = str.maketrans("〇零○Oo一二三四五六七八九", "00000123456789")


@dataclass(frozen=True, slots=True)
class Label:
    """A labelled line: what is written behind the label, and the cell it stands in (the label's where blank)."""

    value: str | None
    cell: str


@dataclass(frozen=True, slots=True)
class Preamble:
    """What the rows above the table say; ``None`` is what they do not say."""

    title: str | None = None
    title_cell: str | None = None
    reporter: Label | None = None
    date: Label | None = None
    declared_on: dt.date | None = None
    unit: str | None = None

    @property
    def has_no_such_day(self) -> bool:
        """Whether 填报时间 is a whole date that no calendar has: 2024年2月30日."""
        written = fold(self.date.value or "") if self.date else ""
        return self.declared_on is None and _WHOLE_DATE.fullmatch(written) is not None

    @property
    def years(self) -> frozenset[int]:
        """The years the title names."""
        return years_of(self.title or "")


def years_of(text: str) -> frozenset[int]:
    """The years (20xx年, 二〇二四年) a text names."""
    found = _YEAR.findall(half_width(text))
    return frozenset(int(digits or chinese.translate(_CHINESE_DIGITS)) for digits, chinese in found)


def rounds_of(text: str) -> frozenset[str]:
    """The rounds a title or the name of a sheet speaks of; none where it is the form's ordinary title."""
    folded = fold(text)
    return frozenset(round for round, words in _ROUND_WORDS.items() if words.search(folded))


def with_foot(preamble: Preamble, sheet: Sheet, first_row: int, headings: Headings) -> Preamble:
    """``preamble`` with 填报单位 and 填报时间 from the rows below the table, where they do not stand above it."""
    if preamble.reporter and preamble.date:
        return preamble
    foot = read_preamble(sheet, range(first_row, len(sheet.grid)), headings)
    if preamble.reporter is None:
        preamble = replace(preamble, reporter=foot.reporter)
    return preamble if preamble.date else replace(preamble, date=foot.date, declared_on=foot.declared_on)


def read_preamble(sheet: Sheet, rows: range, headings: Headings) -> Preamble:
    """What these rows of ``sheet``, those above its table, say; the value of a label stands behind it or in the next cell."""
    reporter = date = lone_date = unit = None
    declared_on = None
    titles: list[tuple[str, str]] = []
    for row, column, text in _texts(sheet, rows):
        plain = half_width(text)
        if match := reporter is None and _REPORTER.search(plain):
            value = match["value"]
            if day := lone_date is None and _DATE_BEHIND.search(value):
                lone_date, value = Label(day[1], address(row, column)), value[: day.start()]
            reporter, _ = _labelled(sheet, row, column, _SEAL_REMARK.sub("", value))
        if match := date is None and _DATE.search(plain):
            date, source = _labelled(sheet, row, column, match["value"])
            declared_on, _ = read_date(source)
            if _DATE_FORM.fullmatch(half_width(date.value or "")):
                date = Label(None, date.cell)
        if lone_date is None and _WHOLE_DATE.fullmatch(fold(text)):
            lone_date = Label(text, address(row, column))
            continue
        if match := unit is None and _UNIT.search(plain):
            unit = headings.read_unit(match["value"])
        if not _LABEL.search(plain) and not _ENCLOSURE_NUMBER.match(plain):
            titles.append((text, address(row, column)))
    if date is None and lone_date is not None:
        # a day that stands there without its label is none of anything else
        date, (declared_on, _) = lone_date, read_date(lone_date.value)
    title, title_cell = next((t for t in titles if _TITLE_WORDS.search(t[0])), titles[0] if titles else (None, None))
    return Preamble(title, title_cell, reporter, date, declared_on, unit)


def _texts(sheet: Sheet, rows: range) -> Iterator[tuple[int, int, str]]:
    for row in rows:
        for column, text in enumerate(sheet.texts(row)):
            if text:
                yield row, column, text


def _labelled(sheet: Sheet, row: int, column: int, value: str) -> tuple[Label, object]:
    """The label's value, and the same as the cell holds it (a date may be a date and not a text)."""
    if value:
        return Label(value, address(row, column)), value
    for right in range(column + 1, sheet.width):
        text = sheet.text(row, right)
        if text:
            plain = half_width(text)
            beside = _VALUE_BESIDE.match(plain)
            if _LABEL.match(plain) or (beside and not beside["value"]):
                break
            if beside and beside["value"] != plain:
                return Label(_SEAL_REMARK.sub("", beside["value"]), address(row, right)), beside["value"]
            return Label(_SEAL_REMARK.sub("", text), address(row, right)), sheet.grid[row][right]
    return Label(None, address(row, column)), None
