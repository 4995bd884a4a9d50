"""Where the table stands in a sheet: its heading rows, columns, data rows, total rows, and a nil return.

Nothing is taken from fixed places. The heading row is the first row that names enough fields of the form; the rows
below it are data but for blank ones, totals (合计), notes (注：), signatures and headings repeated on a new page.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from ingestion.cells import Observation, Position, Sheet, address
from ingestion.columns import TICKS, Column, read_columns
from ingestion.headings import Heading, Layout, Layouts
from ingestion.preamble import Preamble, read_preamble, with_foot
from rulebook.folding import fold

PLACE_FIELDS = frozenset({"province", "city", "county"})
FILLED_DOWN_FIELDS = PLACE_FIELDS | {"industry"}
"""Place and industry run down over merged cells, nothing else does (domain, section 3.3)."""

LABEL_FIELDS = frozenset({"sequence", "enterprise"}) | FILLED_DOWN_FIELDS
"""Where a total row says that it is one."""

_SILENT_FIELDS = frozenset({"sequence", "remark"}) | PLACE_FIELDS
"""Fields that by themselves make no row of data: numbered blank rows, notes."""

_AMOUNT_FIELDS = ("capacity", "unit", "quantity", "quantity_unit")

SUBTOTAL, GRAND_TOTAL = "小计", "合计"

_LEAST_FIELDS = 3
_MOST_HEADING_ROWS = 4
_TITLE_WEIGHS = 3
"""Columns that a title outweighs which names the form (ours)."""

_TOTAL = re.compile(r"^[^,，。]{0,12}(?P<kind>合计|总计|共计|小计)(?:$|[:(,\d共])|^共\d+[家户]")
_PART_OF_TOTAL = "其中"
_MAY_BE_NO_DATA = re.compile("[计共其无零没注说:：府局厅委章签]")
"""What every total, nil return, note and signature has somewhere; most rows have none of it, and need no closer look."""
_NOTE = re.compile(r"^(?:注|附注|备注|说明|填表说明|填报说明)[\d一二三四五]?\s*[:：.、]")
_NOTHING_BELOW = re.compile(r"[(\-—]*(?:以下(?:为?空白|无正文)|[此本]页(?:以下)?(?:无正文|空白))[)\-—。]*")
_SECTION = re.compile(r"\(?[一二三四五六七八九十]{1,3}(?:[)、.]|$)")
"""How a heading within the table begins: 一、水泥行业, (一)."""
_MOST_SECTION_LABELS = 2
_ON_ANOTHER_PAGE = re.compile(
    r"续|第[\d一二三四五六七八九十]+页|^(?:计量)?单位[:(]|^附(?:件|表)?[\d一二三四五六七八九十]*$"
)
"""What stands above a heading that is repeated on the next page."""
_SIGNED_BY = (
    r"(?:填表|填报|制表|经办|审核|复核|审批|审定|校对|统计|联系|签发|批准|单位|部门|主要|分管|主管|负责|领导|法定|代表){0,6}"
    r"(?:人|领导|电话|手机|签字|签名|签章|盖章|公章|单位|时间|日期|意见|填表|填报|制表|经办|审核|复核|审批|签发|批准|校对){1,4}"
    r"(?:\([^()]{0,20}\))?"
)
_SIGNATURE = re.compile(rf"^{_SIGNED_BY}[:：]")
_SIGNATURE_ALONE = re.compile(_SIGNED_BY)
_MOST_SIGNED_CELLS = 4
_NUMERAL_OF_A_DAY = r"[\d〇零○一二三四五六七八九十]{0,4}"
_CLOSING = re.compile(
    r".{2,30}(?:人民政府|委员会|管委会|办公室|[局厅委])(?:\((?:加?盖)?(?:公|签|印)?章\))?|.{0,30}\((?:加?盖)?(?:公|签|印)?章\)"
    rf"|{_NUMERAL_OF_A_DAY}年{_NUMERAL_OF_A_DAY}月{_NUMERAL_OF_A_DAY}日"
)
"""Who signs, and when, as it stands under a table: 紫阳县人民政府（盖章）, 2024年12月20日. No enterprise is called so."""
_COLUMN_NUMBER = re.compile(r"\(?(?:第?(?P<number>\d{1,2})列?|(?P<letter>[甲乙丙丁戊己庚辛壬癸]))\)?")
_LONGEST_COLUMN_NUMBER = 4
_COLUMN_LETTERS = "甲乙丙丁戊己庚辛壬癸"
_COLUMN_NUMBERS_LABEL = frozenset({"栏次", "列次", "栏号", "列号"})
_NIL_NAME = re.compile(
    r"无|零|没有|暂无|零报告|(?:本[县区市年]度?)?无(?:应)?(?:淘汰|退出)?的?落后产能(?:淘汰|退出)?(?:的?企业)?"
)
_DIGIT = re.compile(r"\d")
_NIL_CHARACTERS = frozenset("无零没")
_NIL_AMOUNT = re.compile(r"[-—–/]*|无|零|0+(?:\.0+)?\D*")
# 无 alone is no statement: 无棣县2017年落后产能退出情况统计表 is a title
_NIL_SENTENCE = re.compile(
    r"零报告|(?:无|没有|未发生|不存在|未发现)(?:需|应|可|涉及|列入)?(?:依法|依规)*(?:淘汰|退出|关停)?的?落后产能(?:企业|设备|项目)?(?:淘汰|退出)"
    r"|(?:无|没有|不存在)(?:需要?|应|可)?(?:依法|依规)*(?:淘汰|退出|关停)的?落后产能"
)
_NIL_PROMPT = re.compile(r"零报告.*请选")
_INSTRUCTION = re.compile(r"请选|请在|请填|应当|须|如无|若无|没有退出的|的单位|的县")


@dataclass(slots=True)
class Row:
    """A data row or a total row: its place in the grid and the texts of the whole row, merged places filled down."""

    index: int
    texts: list[str | None]
    kind: str = ""
    """小计 or 合计 for a total row."""


@dataclass(frozen=True, slots=True)
class NilElsewhere:
    """The only row of a table that seems to say that there is nothing (rule S09)."""

    name_cell: str
    text: str
    what: str
    """``nil_elsewhere`` where it is a word (无) in another column than the name's, ``nil_marks`` where only marks (/)."""


@dataclass(frozen=True, slots=True)
class Table:
    """The table of one sheet, found but not yet understood."""

    layout: Layout
    """Of the form it is."""
    sheet: Sheet
    preamble: Preamble
    heading_row: int
    columns: Mapping[str, Column]
    implied: Mapping[str, tuple[str, str]]
    """Values that a heading implies for fields without a column, with the heading's cell."""
    rows: tuple[Row, ...]
    totals: tuple[Row, ...]
    is_nil: bool
    origin: Mapping[Position, Position]
    """For each cell of a merged range of several rows, the cell its value stands in."""
    observations: tuple[Observation, ...] = ()
    nil_elsewhere: NilElsewhere | None = None
    """Where the only row seems to say that there is nothing, but not by a word in the column of the name."""

    def cell(self, row: int, column: int) -> str:
        """The address at which the value of a cell stands: the first cell of a merged range."""
        return address(*self.origin.get((row, column), (row, column)))


def find_table(sheet: Sheet, layouts: Layouts) -> Table | None:
    """The table of ``sheet``, of the form that fits best; ``None`` where no row names enough fields of any form."""
    for index, values in enumerate(sheet.grid):
        if not any(value.__class__ is str and value and layouts.is_heading(value) for value in values):
            continue
        usual = layouts.usual
        table = _read_table(sheet, index, usual) if _is_heading_row(sheet, index, usual) else None
        if table and _is_told_in_full(table, layouts):
            return table
        others = [
            _read_table(sheet, index, layout) for layout in layouts.others if _is_heading_row(sheet, index, layout)
        ]
        if candidates := [table, *others] if table else others:
            # the first of those that fit alike: the form that a cycle asks for
            return max(candidates, key=_fit)
    return None


def _is_told_in_full(table: Table, layouts: Layouts) -> bool:
    """Whether nothing speaks for another form: no column is strange to this one, and the title names no other."""
    if any(observation.kind == "column_unknown" for observation in table.observations):
        return False
    title = table.preamble.title or ""
    return not any(layout.is_named_in(title) for layout in layouts.others)


def _fit(table: Table) -> int:
    """How well the form fits its sheet: columns it knows, without those it does not, and the title."""
    unknown = sum(observation.kind == "column_unknown" for observation in table.observations)
    named = table.layout.is_named_in(table.preamble.title or "")
    return len(table.columns) - unknown + (_TITLE_WEIGHS if named else 0)


def says_nil(sheet: Sheet) -> bool:
    """Whether a sheet without a table holds a nil return in words (零报告, 无落后产能退出)."""
    return any(_is_nil_statement(sheet, row) for row in range(len(sheet.grid)))


# ---- the heading ----


def _headings_of_row(sheet: Sheet, row: int, layout: Layout) -> dict[int, Heading]:
    found = {}
    for column, value in enumerate(sheet.grid[row]):
        if value.__class__ is str and value and (heading := layout.headings.find(value)):
            found[column] = heading
    return found


def _is_heading_row(sheet: Sheet, row: int, layout: Layout) -> bool:
    found = _headings_of_row(sheet, row, layout)
    named = {heading.field for heading in found.values()}
    named.update(implied for heading in found.values() for implied in heading.implies)
    is_told = "enterprise" in named and not layout.telling.isdisjoint(named)
    return is_told or (layout.is_usual and bool(named - _SILENT_FIELDS) and _names_enough(named))


def _names_enough(named: set[str]) -> bool:
    return len(named - {"sequence", "remark"}) >= _LEAST_FIELDS


def _heading_rows(sheet: Sheet, row: int, layout: Layout) -> tuple[int, int]:
    """First and last row of the heading: what is merged downwards belongs to it, and a row that only continues it."""
    spans = [(top, bottom) for (top, _), (bottom, _) in sheet.merged if top < bottom < top + _MOST_HEADING_ROWS]
    first = min([top for top, bottom in spans if top <= row <= bottom], default=row)
    last = max([bottom for top, bottom in spans if first <= top <= row], default=row)
    if last == row and row + 1 < len(sheet.grid):
        above, below = _headings_of_row(sheet, row, layout), _headings_of_row(sheet, row + 1, layout)
        names = [column for column, heading in above.items() if heading.field == "enterprise"]
        texts = [text for text in sheet.texts(row + 1) if text]
        are_units = bool(texts) and all(map(layout.headings.read_unit, texts))
        is_heading = below or are_units or _are_parts_of_headings(sheet, row)
        if is_heading and all(sheet.text(row + 1, column) is None for column in names):
            last = row + 1
    return first, last


def _are_parts_of_headings(sheet: Sheet, row: int) -> bool:
    """Whether below headings that stand over several columns there are words for these: 能耗 | 环保, 水泥 | 熟料."""
    above, below = sheet.texts(row), sheet.texts(row + 1)
    columns = _filled_columns(below)
    parts = {column for column in range(1, len(above)) if above[column] is None and {column - 1, column} <= columns}
    firsts = {column - 1 for column in parts}
    are_words = not any(_DIGIT.search(below[column]) for column in columns)
    return bool(parts) and columns <= parts | firsts and are_words


# ---- the rows ----


def _read_table(sheet: Sheet, heading_row: int, layout: Layout) -> Table:
    first, last = _heading_rows(sheet, heading_row, layout)
    told = read_columns(sheet, first, last, layout)
    columns = told.by_field
    implied = {
        name: (value, column.cell)
        for column in columns.values()
        for name, value in column.heading.implies.items()
        if name not in columns
    }
    preamble = read_preamble(sheet, range(first), layout.headings)
    origin = _merged_downwards(sheet, last)
    reader = _RowReader(sheet, layout, columns, origin)
    rows, totals, is_nil = reader.read(last + 1)
    preamble = with_foot(
        preamble, sheet, max((row.index for row in (*rows, *totals)), default=last) + 1, layout.headings
    )
    is_nil = is_nil or any(_is_nil_statement(sheet, row) for row in range(first))
    nil_elsewhere = None
    if len(rows) == 1 and (nil_elsewhere := reader.nil_elsewhere(rows[0])):
        rows = ()
    for row in rows if told.models or told.ticks else ():
        told.join_texts(row.texts)
    observed = (*told.observations, *_notice_tables_below(sheet, reader.headed_again, preamble))
    if reader.moved:
        cell, text = address(*reader.moved), sheet.text(*reader.moved)
        observed += (Observation("column_moved", sheet.name, cell, text),)
    return Table(layout, sheet, preamble, last, columns, implied, rows, totals, is_nil, origin, observed, nil_elsewhere)


def _notice_tables_below(
    sheet: Sheet, headed_again: list[list[tuple[int, str]]], preamble: Preamble
) -> Iterator[Observation]:
    """``several_tables`` where a title of its own stands above a heading repeated below rows."""
    for above in headed_again:
        titles = [
            (row, text) for row, text in above if _may_be_a_title(text) and fold(text) != fold(preamble.title or "")
        ]
        for row, text in titles[:1]:
            column = next(column for column in range(sheet.width) if sheet.text(row, column))
            yield Observation("several_tables", sheet.name, address(row, column), text, {"what": "below"})


def _may_be_a_title(text: str) -> bool:
    """Whether a text alone in its row may head another table: no section of this one, total, note or signature."""
    plain = fold(text)
    is_of_this = _SECTION.match(plain) or _ON_ANOTHER_PAGE.search(plain) or _total_kind(text) or _NOTE.match(text)
    return not (is_of_this or _is_signature([text]) or _is_closing([text]))


def _merged_downwards(sheet: Sheet, heading_row: int) -> dict[Position, Position]:
    origin = {}
    for (top, left), (bottom, right) in sheet.merged:
        if heading_row < top < bottom:
            for row in range(top, min(bottom + 1, len(sheet.grid))):
                for column in range(left, min(right + 1, sheet.width)):
                    origin[row, column] = (top, left)
    return origin


class _RowReader:
    """Tells the rows under one heading apart."""

    def __init__(
        self, sheet: Sheet, layout: Layout, columns: Mapping[str, Column], origin: Mapping[Position, Position]
    ) -> None:
        self._sheet = sheet
        self._beside_name = [columns[name].index for name in layout.form.telling if name in columns]
        self._name_column = columns["enterprise"].index if "enterprise" in columns else None
        self._amount_columns = {columns[name].index for name in _AMOUNT_FIELDS if name in columns}
        self._filled_down = [columns[name].index for name in FILLED_DOWN_FIELDS if name in columns]
        self._telling = [column.index for name, column in columns.items() if name not in _SILENT_FIELDS]
        mapped = {column.index: name for name, column in columns.items()}
        self._label_columns = [index for index in range(sheet.width) if mapped.get(index, "sequence") in LABEL_FIELDS]
        self._headings = [(column.index, column.text) for column in columns.values()]
        self._heading_texts = {text for _, text in self._headings}
        self._name_text = columns["enterprise"].text if "enterprise" in columns else None
        self._origin = origin
        self.headed_again: list[list[tuple[int, str]]] = []
        """For each heading that is repeated below rows, the rows of one text between, and their texts."""
        self.moved: Position | None = None
        """Where a heading repeated below stands in another column than above: what is under it is not read."""

    def read(self, first_row: int) -> tuple[tuple[Row, ...], tuple[Row, ...], bool]:
        """The data rows, the total rows, and whether a row or a sentence among them says that there is nothing."""
        rows, totals, nil_rows, lone_words = [], [], [], []
        after_note, last_part = False, None
        lone: list[tuple[int, str]] = []
        for index in range(first_row, len(self._sheet.grid)):
            texts = self._sheet.texts(index)
            filled = list(filter(None, texts))
            if not filled:
                continue
            # asked of every row: most have no heading's text anywhere
            if not self._heading_texts.isdisjoint(texts) and (column := self._moved_heading(texts)) is not None:
                self.moved = (index, column)
                break
            name = None if self._name_column is None else texts[self._name_column]
            amount = next(filter(None, map(texts.__getitem__, self._beside_name)), None)
            if len(filled) == 1:
                lone.append((index, filled[0]))
            elif name and amount and lone:
                if rows and self._repeats_heading(texts):
                    self.headed_again.append(lone)
                lone = []
            if name and amount and not _MAY_BE_NO_DATA.search("".join(filled)):
                if not self._is_apart(texts, filled):
                    rows.append(Row(index, self._fill_down(index, texts)))
                continue
            named = bool(name and amount and not _is_signature([name, amount]) and not _is_closing(filled))
            if kind := self._total_kind(texts):
                if kind != _PART_OF_TOTAL:
                    totals.append(Row(index, texts, kind))
                else:
                    last_part = index
            elif name is None and last_part == index - 1 and self._is_part(texts):
                last_part = index
            elif name is None and self._is_section(texts):
                totals.append(Row(index, texts, SUBTOTAL))
            elif totals and totals[-1].index == index - 1 and self._are_amounts(_filled_columns(texts)):
                # the total of another unit stands in a line of its own, which says no more; of which rows a subtotal
                # is one, only its first line tells
                if totals[-1].kind != SUBTOTAL:
                    totals.append(Row(index, texts, totals[-1].kind))
            elif (name and _is_nil(name, amount)) or (not named and _is_nil_statement(self._sheet, index)):
                nil_rows.append(index)
            elif _NOTE.match(filled[0]) or (after_note and len(filled) == 1):
                after_note = True
            elif _says_nothing_is_below(filled):
                continue
            elif len(filled) == 1 and _NIL_NAME.fullmatch(fold(filled[0])):
                lone_words.append(Row(index, texts))
            elif (
                named or (self._is_data(texts) and not _is_signature(filled) and not _is_closing(filled))
            ) and not self._is_apart(texts, filled):
                rows.append(Row(index, self._fill_down(index, texts)))
        if lone_words and not rows:
            nil_rows += [row.index for row in lone_words if self._is_merged_over_name(row.index)]
            rows = lone_words[:1] if not nil_rows else []
        return tuple(rows), tuple(totals), bool(nil_rows)

    def nil_elsewhere(self, row: Row) -> NilElsewhere | None:
        """What a row says instead of 无 in the column of the name; ``None`` where it says more than nothing."""
        if self._name_column is None:
            return None
        told = [text for column in self._telling if (text := row.texts[column])]
        said = told or list(filter(None, row.texts))
        words = [text for text in said if _NIL_NAME.fullmatch(fold(text))]
        if not all(text in words or _NIL_AMOUNT.fullmatch(fold(text)) for text in said):
            return None
        cell, name = address(row.index, self._name_column), row.texts[self._name_column]
        if words:
            return NilElsewhere(cell, words[0], "nil_elsewhere") if name is None else None
        marks = [text for text in said if not any(map(str.isdecimal, text))]
        return NilElsewhere(cell, marks[0], "nil_marks") if len(marks) > 1 else None

    def _is_merged_over_name(self, row: int) -> bool:
        """Whether a cell of a row stretches over the column of the name: what it says is said there too."""
        return self._name_column is not None and any(
            top <= row <= bottom and left <= self._name_column <= right
            for (top, left), (bottom, right) in self._sheet.merged
        )

    def _is_section(self, texts: list[str | None]) -> bool:
        """Whether the row is the heading of the rows below with their amount beside it: 一、水泥行业, 40万吨 (ours)."""
        labels = [text for column in self._label_columns if (text := texts[column])]
        if not labels or len(labels) > _MOST_SECTION_LABELS or not _SECTION.match(fold(labels[0])):
            return False
        return self._are_amounts(_filled_columns(texts).difference(self._label_columns))

    def _is_part(self, texts: list[str | None]) -> bool:
        """Whether a row below 其中：水泥 is another part of the total: a label and an amount, no more."""
        labels = [column for column in self._label_columns if texts[column]]
        return len(labels) == 1 and self._are_amounts(_filled_columns(texts).difference(labels))

    def _are_amounts(self, columns: set[int]) -> bool:
        """Whether these are columns of amounts or numbers of machines, one at least."""
        return bool(columns) and columns <= self._amount_columns

    def _total_kind(self, texts: list[str | None]) -> str:
        for column in self._label_columns:
            if (text := texts[column]) and (kind := _total_kind(text)):
                return kind
        if self._name_column is not None and texts[self._name_column] is None:
            # without a name the word alone says it in any column
            return next((kind for text in texts if text and (kind := _total_alone(text))), "")
        return ""

    def _is_data(self, texts: list[str | None]) -> bool:
        return any(texts[column] for column in self._telling)

    def _is_apart(self, texts: list[str | None], filled: list[str]) -> bool:
        """Whether the row is none of data: it repeats the heading, or counts the columns."""
        return self._repeats_heading(texts) or _numbers_columns(filled)

    def _repeats_heading(self, texts: list[str | None]) -> bool:
        if self._heading_texts.isdisjoint(texts):
            return False
        return sum([texts[column] == text for column, text in self._headings]) >= _LEAST_FIELDS

    def _moved_heading(self, texts: list[str | None]) -> int | None:
        """The first column of a row of headings whose heading stands in another column above."""
        found = [(column, text) for column, text in enumerate(texts) if text in self._heading_texts]
        if len(found) < _LEAST_FIELDS or self._name_text not in texts:
            return None
        return next((column for column, text in found if (column, text) not in self._headings), None)

    def _fill_down(self, index: int, texts: list[str | None]) -> list[str | None]:
        for column in self._filled_down if self._origin else ():
            if texts[column] is None and (index, column) in self._origin:
                texts[column] = self._sheet.text(*self._origin[index, column])
        return texts


def _filled_columns(texts: list[str | None]) -> set[int]:
    return {column for column, text in enumerate(texts) if text}


@lru_cache(maxsize=16_384)
def _total_kind(text: str) -> str:
    """小计 or 合计 where a label says that its row is a total, 其中 where it is part of one."""
    if text.startswith(_PART_OF_TOTAL):
        return _PART_OF_TOTAL
    if ("计" in text or "共" in text) and (match := _TOTAL.match(fold(text))):
        return match["kind"] or GRAND_TOTAL
    return ""


def _total_alone(text: str) -> str:
    return text if (text := fold(text).rstrip(":")) in (SUBTOTAL, GRAND_TOTAL, "总计", "共计", "累计") else ""


def _numbers_columns(texts: list[str]) -> bool:
    """Whether the row only counts the columns, as printed forms do under their heading: 甲 乙 1 2 3, (1) (2) (3)."""
    if max(map(len, texts)) > _LONGEST_COLUMN_NUMBER:
        return False
    counted = [fold(text) for text in texts]
    if counted[0] in _COLUMN_NUMBERS_LABEL:
        counted = counted[1:]
    found = [_COLUMN_NUMBER.fullmatch(text) for text in counted]
    if len(found) < _LEAST_FIELDS or not all(found):
        return False
    letters = "".join(match["letter"] or "" for match in found)
    numbers = [int(match["number"]) for match in found if match["number"]]
    return _COLUMN_LETTERS.startswith(letters) and all(after == before + 1 for before, after in pairwise(numbers))


def _says_nothing_is_below(texts: list[str]) -> bool:
    """以下空白, wherever in its row, also behind a number."""
    said = [text for text in texts if not text.isdecimal()]
    return len(said) == 1 and _NOTHING_BELOW.fullmatch(fold(said[0])) is not None


def _is_nil(name: str, amount: str | None) -> bool:
    """Whether a row says that there is nothing: 无 in the name column, and no amount beside it."""
    if _NIL_CHARACTERS.isdisjoint(name) or not _NIL_NAME.fullmatch(fold(name)):
        return False
    return _NIL_AMOUNT.fullmatch(fold(amount or "")) is not None


def _is_signature(texts: list[str]) -> bool:
    """Whether the row is signed: 填表人：, 审核人：, 联系电话：; without a colon where little else is in the row."""
    if any((":" in text or "：" in text) and _SIGNATURE.match(fold(text)) for text in texts):
        return True
    return len(texts) <= _MOST_SIGNED_CELLS and _SIGNATURE_ALONE.fullmatch(fold(texts[0])) is not None


def _is_closing(texts: list[str]) -> bool:
    """Whether a row holds nothing but who signs and when."""
    return len(texts) <= _MOST_SIGNED_CELLS and all(_CLOSING.fullmatch(fold(text)) for text in texts)


# ---- the nil return ----


def _is_nil_statement(sheet: Sheet, row: int) -> bool:
    """Whether a row says in a sentence, or by the tick of the issued workbook, that nothing left the market."""
    for column, text in enumerate(sheet.texts(row)):
        if not text or ("零报告" not in text and "落后产能" not in text):
            continue
        plain = fold(text)
        if _NIL_PROMPT.search(plain):
            return sheet.text(row, column + 1) in TICKS
        if _NIL_SENTENCE.search(plain) and not _INSTRUCTION.search(plain) and not _NOTE.match(plain):
            return True
    return False
