"""The columns of a table: which field each carries, and what several of them say of one field together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise, product

from ingestion.cells import Observation, Position, Sheet, address
from ingestion.headings import Heading, Layout
from ingestion.understanding import read_categories
from rulebook import CATEGORIES
from rulebook.folding import fold

TICKS = frozenset({"是", "√", "✓", "✔", "Y", "y", "TRUE"})

_MARKS_OF_A_CATEGORY = TICKS | {"1", "●", "■", "☑", "V", "v"}
_NOT_MARKED = frozenset("-－—/／\\×无否0")
_FEWEST_MARKED = 2
"""Columns of categories that are ticked; one alone may be anything."""

_PLAIN_UNIT = "单位"
_NO_MODEL = frozenset("-－—/／\\无")


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the table and what its heading says."""

    index: int
    text: str
    cell: str
    heading: Heading


@dataclass(slots=True)
class TableColumns:
    """What the headings of one table say."""

    by_field: dict[str, Column]
    models: Sequence[int]
    """Columns that say which model or size the machines of another are."""
    ticks: dict[int, str]
    """Columns in which one category each is ticked; the first of them is the field's."""
    observations: list[Observation]

    def join_texts(self, texts: list[str | None]) -> None:
        """Put what several columns of a row say of one field into the field's own."""
        for column in self.models:
            _add_model(texts, self.by_field["equipment"].index, column)
        if self.ticks:
            marked = [_marked(texts[column], category) for column, category in self.ticks.items()]
            texts[self.by_field["category"].index] = "、".join(filter(None, marked)) or None


def _add_model(texts: list[str | None], machines: int, models: int) -> None:
    """The model behind the name of the machine; where both are several lines, line by line."""
    model, name = texts[models], texts[machines]
    if not model or model in _NO_MODEL:
        return
    names, lines = (name or "").splitlines(), model.splitlines()
    if len(names) != len(lines):
        names, lines = [name or ""], [model]
    texts[machines] = "\n".join(f"{one} {other}".strip() for one, other in zip(names, lines, strict=True))


def _marked(text: str | None, category: str) -> str | None:
    """The category where it is ticked, nothing where it is not, and what else is written there."""
    if text is None or text in _NOT_MARKED:
        return None
    return category if text in _MARKS_OF_A_CATEGORY else text


def read_columns(sheet: Sheet, first: int, last: int, layout: Layout) -> TableColumns:
    """The columns under the heading rows ``first`` to ``last``; those of no field and second ones are observations."""
    columns: dict[str, Column] = {}
    models, observations = [], []
    heading_parts = _heading_parts(sheet, first, last, layout)
    found = [layout.headings.find_joined(parts) if parts else None for parts in heading_parts]
    texts = ["".join(parts) for parts in heading_parts]
    found = _with_city(_with_unit_of_count(found, texts), texts)
    ticks: dict[int, str] = {}
    if "category" in layout.form.fields:
        ticks = _ticked(heading_parts, found)
        found = _with_categories(found, texts, sheet, last + 1)
    listed = {heading.field for heading in found if heading and heading.is_listed}
    names_machines = any(heading.field == "equipment" and not heading.is_of_models for heading in found if heading)
    for index, (parts, heading) in enumerate(zip(heading_parts, found, strict=True)):
        row = next((row for row in range(last, first - 1, -1) if sheet.text(row, index)), first)
        text, cell = "".join(parts), address(row, index)
        if index in ticks:
            columns.setdefault("category", Column(index, text, cell, Heading("category", None, {})))
        elif heading and heading.is_of_models and names_machines:
            models.append(index)
        elif heading is None or not (heading.is_listed or heading.field not in listed):
            if parts or _has_values(sheet, last + 1, index):
                params = {"heading": text} if text else {"what": "without_heading"}
                observations.append(Observation("column_unknown", sheet.name, cell, text or None, params))
        elif heading.field in columns:
            twin = columns[heading.field]
            params = {"field": heading.field, "heading": text, "first": twin.text, "first_cell": twin.cell}
            observations.append(Observation("column_twice", sheet.name, cell, text, params))
        else:
            columns[heading.field] = Column(index, text, cell, heading)
    return TableColumns(columns, models, ticks, observations)


def _heading_parts(sheet: Sheet, first: int, last: int, layout: Layout) -> list[list[str]]:
    """For each column the texts of its heading from top to bottom, group headings spread over their columns."""
    texts: dict[Position, str] = {}
    for row in range(first, last + 1):
        for column in range(sheet.width):
            if text := sheet.text(row, column):
                texts[row, column] = text
    for (top, left), (bottom, right) in sheet.merged:
        # a heading that is merged down to its last row names its first column only
        if first <= top and bottom < last and (text := texts.get((top, left))):
            for column in range(left + 1, min(right + 1, sheet.width)):
                texts.setdefault((top, column), text)
    for row, column in product(range(first, last), range(1, sheet.width)):
        # 涉及产能 over 水泥 | 熟料, not merged: a word that is no heading of its own is one of the group's
        group, below = texts.get((row, column - 1)), texts.get((row + 1, column))
        if group and below and (row + 1, column - 1) in texts and not layout.headings.find(below):
            texts.setdefault((row, column), group)
    return [
        [text for row in range(first, last + 1) if (text := texts.get((row, column)))] for column in range(sheet.width)
    ]


def _ticked(heading_parts: list[list[str]], found: list[Heading | None]) -> dict[int, str]:
    """The columns headed by one category each, 能耗 | 环保 | 质量 | 安全 | 技术, and the category (ours)."""
    lowest = {index: fold(parts[-1]).removesuffix("标准") for index, parts in enumerate(heading_parts) if parts}
    ticked = {index: word for index, word in lowest.items() if word in CATEGORIES}
    is_told_elsewhere = any(
        heading and heading.field == "category" and index not in ticked for index, heading in enumerate(found)
    )
    is_clear = len(ticked) >= _FEWEST_MARKED and len(set(ticked.values())) == len(ticked) and not is_told_elsewhere
    return ticked if is_clear else {}


def _with_unit_of_count(found: list[Heading | None], texts: list[str]) -> list[Heading | None]:
    """The headings, a plain 单位 right after 数量 being the unit of count where the amount has its unit elsewhere (ours)."""
    fields = [heading.field if heading else None for heading in found]
    after_count = [
        place
        for place, pair in enumerate(pairwise(fields), start=1)
        if pair == ("quantity", "unit") and fold(texts[place]) == _PLAIN_UNIT
    ]
    has_unit_elsewhere = fields.count("unit") > 1 or any(
        heading.field == "capacity" and heading.unit for heading in found if heading
    )
    if len(after_count) != 1 or not has_unit_elsewhere or "quantity_unit" in fields:
        return found
    (place,) = after_count
    return _with_heading(found, place, replace(found[place], field="quantity_unit"))


def _with_city(found: list[Heading | None], texts: list[str]) -> list[Heading | None]:
    """The headings, 市（区） beside 县（市、区） being the city: alone it is the county's, as in the annex of Ankang 2024."""
    fields = [heading.field if heading else None for heading in found]
    counties = [place for place, field in enumerate(fields) if field == "county"]
    cities = [place for place in counties if fold(texts[place]).startswith("市") and "县" not in texts[place]]
    if len(counties) != 2 or len(cities) != 1 or "city" in fields:
        return found
    (place,) = cities
    return _with_heading(found, place, replace(found[place], field="city"))


def _with_categories(
    found: list[Heading | None], texts: list[str], sheet: Sheet, first_row: int
) -> list[Heading | None]:
    """The headings, the one that nobody knows and that has nothing but categories below being theirs (ours)."""
    if any(heading and heading.field == "category" for heading in found):
        return found
    unknown = [place for place, heading in enumerate(found) if texts[place] and heading is None]
    told = [place for place in unknown if _holds_categories(sheet, first_row, place)]
    if len(told) != 1:
        return found
    (place,) = told
    return _with_heading(found, place, Heading("category", None, {}))


def _with_heading(found: list[Heading | None], place: int, heading: Heading) -> list[Heading | None]:
    return [*found[:place], heading, *found[place + 1 :]]


def _holds_categories(sheet: Sheet, first_row: int, column: int) -> bool:
    texts = list(filter(None, (sheet.text(row, column) for row in range(first_row, len(sheet.grid)))))
    return bool(texts) and all(told.words and not told.unknown for told in map(read_categories, texts))


def _has_values(sheet: Sheet, first_row: int, column: int) -> bool:
    return any(sheet.text(row, column) for row in range(first_row, len(sheet.grid)))
