"""落后产能退出情况统计表 as an office fills it in: what stands on the page, and in which cell.

``write_page`` turns claims into a page, ``lay_out`` a page into cells. Between the two, ``mistakes`` spoils a page.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from itertools import groupby
from random import Random

from demo import vocabulary
from demo.claims import Claim

ANNEX_FIELDS = ("sequence", "county", "industry", "enterprise", "equipment", "capacity", "category")
EXTRA_FIELDS = ("credit_code", "method", "shut_on", "dismantled_on", "remark")
HEADING_GROUPS = {"涉及产能": ("capacity", "unit"), "退出情况": ("method", "shut_on", "dismantled_on")}
RUNNING_FIELDS = ("county", "industry")
WIDTHS = {"sequence": 6, "enterprise": 30, "equipment": 34, "capacity": 14, "credit_code": 22}
DEFAULT_WIDTH = 13


@dataclass(frozen=True)
class ErrorValue:
    """A cell in which Excel shows an error, such as #REF!."""

    text: str


CellValue = str | int | Decimal | date | ErrorValue


@dataclass
class Line:
    """One line under the header: a claim, a total, or nothing at all."""

    kind: str
    values: dict[str, CellValue] = field(default_factory=dict)
    claim: Claim | None = None


@dataclass
class Page:
    """Everything an office writes on one sheet."""

    title: str
    filled_by: str
    filled_on: str
    fields: list[str]
    headings: dict[str, str]
    lines: list[Line]
    quirks: frozenset[str]
    signed_by: str
    sentence: str = ""
    tick: tuple[str, str] | None = None

    @property
    def claim_lines(self) -> list[Line]:
        """The lines that carry claims, in order."""
        return [line for line in self.lines if line.kind == "claim"]


@dataclass
class Grid:
    """Cells by (row, column) with the style they are shown in, and merged ranges (first row, first column, last …)."""

    name: str
    cells: dict[tuple[int, int], tuple[CellValue, str]] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    widths: list[int] = field(default_factory=list)

    def write(self, row: int, column: int, value: CellValue, style: str) -> None:
        """Put ``value`` into one cell."""
        self.cells[row, column] = (value, style)

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Merge a range unless it is a single cell."""
        if (first_row, first_column) != (last_row, last_column):
            self.merges.append((first_row, first_column, last_row, last_column))


def write_page(
    office: str,
    filled_by: str,
    filled_on: date,
    year: int,
    claims: Sequence[Claim],
    left_out: Iterable[str],
    quirks: frozenset[str],
    random: Random,
) -> Page:
    """The page on which ``office`` tells ``claims``; ``left_out`` are fields its regime does not ask for."""
    fields = [name for name in ANNEX_FIELDS if name not in set(left_out)]
    if "unit_column" in quirks:
        fields.insert(fields.index("capacity") + 1, "unit")
    if quirks & {"extra_columns", "two_row_header"}:
        fields += EXTRA_FIELDS
    claims = sorted(claims, key=lambda claim: (claim.county_code, claim.industry_written))
    unit = claims[0].capacity_unit if claims else ""
    return Page(
        title=f"{office}{year}年落后产能退出情况统计表",
        filled_by=filled_by,
        filled_on=f"{year} 年 月 日" if "blank_date" in quirks else _spell_date(filled_on, random),
        fields=fields,
        headings={name: _choose_heading(name, unit, quirks, random) for name in fields},
        lines=_write_lines(claims, quirks, random),
        quirks=quirks,
        signed_by=random.choice(vocabulary.FILLED_BY),
    )


def lay_out(page: Page, name: str) -> Grid:
    """The cells of a page, from the title down to the signature."""
    grid = Grid(name, widths=[WIDTHS.get(field_name, DEFAULT_WIDTH) for field_name in page.fields])
    last_column = len(page.fields) - 1
    row = 0
    if "title_lower" in page.quirks:
        grid.write(0, 0, "附件1", "text")
        row = 2
    grid.write(row, 0, page.title, "title")
    grid.merge(row, 0, row, last_column)
    middle = last_column // 2
    grid.write(row + 1, 0, f"填报单位（盖章）：{page.filled_by}", "text")
    grid.merge(row + 1, 0, row + 1, middle)
    grid.write(row + 1, middle + 1, f"填报时间：{page.filled_on}", "text")
    grid.merge(row + 1, middle + 1, row + 1, last_column)
    row += 2
    if page.tick:
        label_column = page.fields.index("enterprise")
        for column, text in enumerate(page.tick, start=label_column):
            grid.write(row, column, text, "claim")
        row += 1
    row = _lay_out_header(page, grid, row)
    if page.sentence:
        grid.write(row, 0, page.sentence, "text")
        grid.merge(row, 0, row, last_column)
        row += 1
    row = _lay_out_lines(page, grid, row)
    grid.write(row + 1, 0, vocabulary.NOTE, "text")
    grid.merge(row + 1, 0, row + 1, last_column)
    grid.write(row + 2, 0, f"单位负责人：　　　　审核人：　　　　填表人：{page.signed_by}", "text")
    grid.merge(row + 2, 0, row + 2, last_column)
    return grid


def spell_amount(claim: Claim, quirks: frozenset[str]) -> CellValue:
    """The amount as it stands in its cell: with its unit, unless heading or column give it."""
    if "unit_in_heading" in quirks:
        number, unit = claim.capacity, ""
    elif "unit_column" in quirks:
        number, unit = claim.amount_written, ""
    else:
        number, unit = claim.amount_written, claim.unit_written
    spelled = _spell_number(number, quirks)
    return spelled + unit if unit or spelled != _spell_number(number, frozenset()) else number


def _choose_heading(name: str, unit: str, quirks: frozenset[str], random: Random) -> str:
    if name == "capacity" and "unit_in_heading" in quirks:
        return random.choice(vocabulary.UNIT_HEADINGS).format(unit=unit)
    choices = vocabulary.HEADINGS[name]
    return random.choice(choices) if "other_headings" in quirks else choices[0]


def _write_lines(claims: Sequence[Claim], quirks: frozenset[str], random: Random) -> list[Line]:
    by_county = len({claim.county_code for claim in claims}) > 1
    blocks = [
        list(block)
        for _, block in groupby(claims, key=lambda claim: claim.county_code if by_county else claim.industry_written)
    ]
    lines: list[Line] = []
    for block in blocks:
        for claim in block:
            lines.append(_write_claim(claim, quirks, random))
            lines[-1].values["sequence"] = sum(line.kind == "claim" for line in lines)
        if "subtotals" in quirks and len(blocks) > 1:
            lines.append(write_total("小计", block, quirks))
        if "blank_rows" in quirks and block is not blocks[-1]:
            lines.append(Line("blank"))
    if claims and quirks & {"subtotals", "total_row"}:
        lines.append(write_total("合计", claims, quirks))
    return lines


def _write_claim(claim: Claim, quirks: frozenset[str], random: Random) -> Line:
    old_name = vocabulary.OLD_NAMES.get(claim.county_code) if "old_county_name" in quirks else None
    categories = random.choice(("、", "，", "/", " ")).join(claim.categories)
    values: dict[str, CellValue | None] = {
        "county": old_name or claim.county,
        "industry": claim.industry_written,
        "enterprise": claim.enterprise,
        "equipment": _widen(claim.equipment) if "full_width_digits" in quirks else claim.equipment,
        "capacity": spell_amount(claim, quirks),
        "unit": claim.unit_written,
        "category": f"{categories}不达标" if len(claim.categories) == 1 and random.random() < 0.2 else categories,
        "credit_code": claim.credit_code,
        "method": claim.method,
        "shut_on": _write_date(claim.shut_on, quirks, random),
        "dismantled_on": _write_date(claim.dismantled_on, quirks, random),
        "remark": claim.remark,
    }
    return Line("claim", {name: value for name, value in values.items() if value not in (None, "")}, claim)


def write_total(label: str, claims: Sequence[Claim], quirks: frozenset[str]) -> Line:
    """A 合计 or 小计 line: the sum where all amounts share a unit, the number of enterprises where each has one row."""
    values: dict[str, CellValue] = {"county": label}
    if len({(claim.county_code, claim.plant) for claim in claims}) == len(claims):
        values["enterprise"] = f"{len(claims)}家"
    units = {claim.capacity_unit for claim in claims}
    if len(units) == 1:
        total = sum((claim.capacity for claim in claims), Decimal(0))
        unit = units.pop()
        if "unit_in_heading" in quirks:
            values["capacity"] = total
        elif "unit_column" in quirks:
            values |= {"capacity": total, "unit": unit}
        else:
            values["capacity"] = f"{_spell_number(total, frozenset())}{unit}"
    return Line("total", values)


def _spell_number(number: Decimal, quirks: frozenset[str]) -> str:
    plain = f"{number.normalize():f}"
    if "full_width_digits" in quirks:
        return _widen(plain)
    if "thousands_separators" in quirks:
        return f"{number.normalize():,f}"
    if "about" in quirks:
        return f"约{plain}"
    return plain


def _widen(text: str) -> str:
    """Digits and points in full width, as an input method left in Chinese mode writes them."""
    return text.translate({ord(sign): ord(sign) + 0xFEE0 for sign in "0123456789."})


def _write_date(day: date | None, quirks: frozenset[str], random: Random) -> CellValue | None:
    if day is None or "spelled_dates" not in quirks:
        return day
    return _spell_date(day, random)


def _spell_date(day: date, random: Random) -> str:
    year = "".join(vocabulary.CHINESE_DIGITS[int(digit)] for digit in str(day.year))
    return random.choice(
        (
            f"{day.year}年{day.month}月{day.day}日",
            f"{day.year}.{day.month}.{day.day}",
            f"{day.year} 年 {day.month:02} 月 {day.day:02} 日",
            f"{day:%Y-%m-%d}",
            f"{day:%Y/%m/%d}",
            f"{year}年{_spell_small_number(day.month)}月{_spell_small_number(day.day)}日",
        )
    )


def _spell_small_number(number: int) -> str:
    """1 to 31 in Chinese: 七, 十二, 三十."""
    tens, ones = divmod(number, 10)
    return (
        (vocabulary.CHINESE_DIGITS[tens] if tens > 1 else "")
        + ("十" if tens else "")
        + (vocabulary.CHINESE_DIGITS[ones] if ones else "")
    )


def _lay_out_header(page: Page, grid: Grid, row: int) -> int:
    """Write the header; return the row under it."""
    if "two_row_header" not in page.quirks:
        for column, name in enumerate(page.fields):
            grid.write(row, column, page.headings[name], "heading")
        return row + 1
    grouped: set[str] = set()
    for heading, names in HEADING_GROUPS.items():
        columns = [page.fields.index(name) for name in names if name in page.fields]
        if len(columns) == len(names):
            grid.write(row, columns[0], heading, "heading")
            grid.merge(row, columns[0], row, columns[-1])
            grouped |= set(names)
    for column, name in enumerate(page.fields):
        if name in grouped:
            grid.write(row + 1, column, "数量" if name == "capacity" else page.headings[name], "heading")
        else:
            grid.write(row, column, page.headings[name], "heading")
            grid.merge(row, column, row + 1, column)
    return row + 2


def _lay_out_lines(page: Page, grid: Grid, row: int) -> int:
    """Write the lines under the header; return the row under them."""
    for line in page.lines:
        for column, name in enumerate(page.fields):
            if line.kind != "blank":
                style = "date" if isinstance(line.values.get(name), date) else line.kind
                grid.write(row, column, line.values.get(name, ""), style)
        row += 1
    if "merged_runs" in page.quirks:
        first_row = row - len(page.lines)
        for name in RUNNING_FIELDS:
            if name in page.fields:
                _merge_runs(page, grid, name, first_row)
    return row


def _merge_runs(page: Page, grid: Grid, name: str, first_row: int) -> None:
    column = page.fields.index(name)
    numbered = enumerate(page.lines, start=first_row)
    for (kind, _), run in groupby(numbered, key=lambda entry: (entry[1].kind, entry[1].values.get(name))):
        rows = [row for row, _ in run]
        if kind == "claim":
            grid.merge(rows[0], column, rows[-1], column)
            for row in rows[1:]:
                del grid.cells[row, column]
