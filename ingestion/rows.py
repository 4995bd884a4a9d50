"""The data rows of one table, understood: texts and addresses as sent, and what they mean."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from functools import lru_cache, partial
from typing import Any, NamedTuple

from ingestion.cells import Observation, address, column_letters
from ingestion.frames import Columns
from ingestion.places import Gazetteer, Place
from ingestion.table import FILLED_DOWN_FIELDS, Table
from ingestion.totals import Counted, check_totals
from ingestion.understanding import (
    Amount,
    Item,
    enterprise_key,
    equipment_count,
    equipment_key,
    name_problem,
    read_amount,
    read_categories,
    read_choice,
    read_credit_code,
    read_date,
    read_days,
    read_document,
    read_equipment,
    read_method,
    read_opinion,
    read_whole_number,
)
from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number, half_width
from rulebook import Field, Form, Industry, Reference, Regime, Reporter
from rulebook.folding import fold

_PLACEHOLDERS = frozenset(
    {mark * times for mark in "-－‐‑–—―−─/／\\＼|｜_＿~～.。·…*＊?？\"“”″'〃" for times in range(1, 5)}
    | {"同上", "同 上", "同前", "同左", "无", "暂无", "没有"}
)
"""What is written instead of a value: nothing was filled in (rule F01). 同上 is not filled down: place and industry run
down over merged cells only (domain, section 3.3)."""

_OWN_PLACEHOLDERS = frozenset({"sequence", "enterprise", "remark"})
"""Fields in which such a text is judged by itself (F14), or by nobody."""

_RUNS_DOWN = FILLED_DOWN_FIELDS | {"capacity"}
_MAY_BE_MERGED = _RUNS_DOWN | {"sequence", "remark"}
"""Fields whose merged cells lose nothing: place and industry run down, a merged amount is a joint one, of a number and a
remark nobody asks in every row."""

# No name has a line break, and none a blank between two Chinese signs: they are how it was typed.
_BREAKS_IN_A_NAME = re.compile(r"\s*[\r\n]+\s*|(?<=[㐀-鿿（）()])\s+(?=[㐀-鿿（）()])")
_BETWEEN_INDUSTRIES = re.compile(r"[、,，;；/／>＞:：\s—–-]+|[和及与]")
_QUANTITY = re.compile(r"(\d{1,9})(?:\.0+)?\s*([^\d\s.]{0,4})")
_NUMERAL_OF_COUNT = re.compile(
    f"^(?:(?=[{CHINESE_NUMERAL}]*[十百拾佰])[{CHINESE_NUMERAL}]+|[{CHINESE_NUMERAL}](?![{CHINESE_NUMERAL}]))(?![批宗些])"
)
"""两, 十二 and 贰拾; 二三 may be two or three, and 一批 is any number."""
_LETTER = re.compile(r"[^\W\d_]")
_UNIT_MARKS = str.maketrans("", "", "()/、 ")
_UNIT_OF_COUNT = re.compile(r"(?:^|[(/:])([台套条座组个只孔门部根支()/、]+)$")
_NO_AMOUNT = Amount(None, None, None, None)
_NOWHERE = Place()


@dataclass(frozen=True, slots=True)
class Sender:
    """For whom a table is read: the cycle and the reporter, as far as they are known."""

    regime: Regime | None
    reporter: Reporter | None


@dataclass(frozen=True, slots=True)
class _Reading:
    """One table while it is read."""

    table: Table
    sender: Sender
    joint: dict[int, int]
    columns: dict[str, list[Any]]


class RowReader:
    """Understands the rows of tables of one form."""

    def __init__(self, form: Form, reference: Reference, gazetteer: Gazetteer) -> None:
        self._form = form
        self._reference = reference
        self._gazetteer = gazetteer
        # industries repeat from row to row, an enterprise is in every version of a table and in those of departments
        self._industry_of = lru_cache(maxsize=4_096)(self._read_industry)
        self._name_of = lru_cache(maxsize=65_536)(self._read_name)
        self._key_of = lru_cache(maxsize=65_536)(self._read_key)
        self._full_key_of = lru_cache(maxsize=65_536)(enterprise_key)
        readers: dict[str, Callable[[Field], Callable[[_Reading], None] | None]] = {
            "place": lambda field: self._read_places,
            "industry": lambda field: self._read_industries,
            "enterprise": lambda field: self._read_enterprises,
            "equipment": lambda field: self._read_equipment,
            "amount": lambda field: self._read_amounts,
            "categories": lambda field: _read_all_categories,
            "days": lambda field: partial(_read_intervals, field.name),
            "date": lambda field: partial(_read_days, field.name, _reader_of(field)),
        }
        self._readers = [
            readers[field.type](field) if field.type in readers else partial(_read_cells, field.name, _reader_of(field))
            for field in form.fields.values()
            if field.type != "text"
        ]
        self._same_row = [(name, form.fields[name].type) for name in form.same_row]
        self._placeholders = {field.name: _placeholders_of(field) for field in form.fields.values()}

    def read(self, table: Table, submission_id: str, sender: Sender) -> tuple[Columns, list[Observation]]:
        """The table's rows, column by column as in the form's frame (all but who sent them), and what was noticed."""
        columns: dict[str, list[Any]] = {}
        columns["row"] = [row.index + 1 for row in table.rows]
        row_numbers = list(map(str, columns["row"]))
        of_sheet = f"{submission_id}:{table.sheet.number}:"
        columns["row_id"] = [of_sheet + number for number in row_numbers]
        columns["sheet"] = [table.sheet.name] * len(table.rows)
        texts_of_column = list(zip(*(row.texts for row in table.rows), strict=True))
        for field in self._form.fields.values():
            self._read_texts(table, field, texts_of_column, row_numbers, columns)

        reading = _Reading(table, sender, _joint_rows(table), columns)
        for read in self._readers:
            read(reading)
        columns["duplicate_of"] = self._find_duplicates(columns)
        noticed = [*_joint_amounts(reading), *self._merged_values(reading)]
        if table.totals:
            noticed.extend(check_totals(table, _counted(reading), self._reference))
        return columns, noticed

    # ---- texts and addresses ----

    def _read_texts(
        self,
        table: Table,
        field: Field,
        texts_of_column: list[tuple[str | None, ...]],
        row_numbers: list[str],
        columns: dict[str, list[Any]],
    ) -> None:
        count = len(table.rows)
        texts, cells, problems = [None] * count, [None] * count, [None] * count
        if count and (column := table.columns.get(field.name)):
            index, errors = column.index, table.sheet.errors
            letters = column_letters(index)
            texts = texts_of_column[index]
            cells = [letters + number for number in row_numbers]
            longest = field.max_length
            if max(map(len, filter(None, texts)), default=0) > longest:
                problems = ["too_long" if text and len(text) > longest else None for text in texts]
            placeholders = self._placeholders[field.name]
            if not placeholders.isdisjoint(texts):
                problems = ["placeholder" if text in placeholders else problems[i] for i, text in enumerate(texts)]
            for position, row in enumerate(table.rows if table.origin or errors else ()):
                origin = table.origin.get((row.index, index), (row.index, index))
                if texts[position] is None:
                    if field.name not in _RUNS_DOWN and origin[0] < row.index and table.sheet.text(*origin):
                        problems[position] = "merged"
                    continue
                cells[position] = table.cell(row.index, index)
                if origin in errors:
                    problems[position] = "formula_error"
        elif field.name in table.implied:
            value, cell = table.implied[field.name]
            texts, cells = [value] * count, [cell] * count
        for aspect, values in (("text", texts), ("cell", cells), ("problem", problems)):
            columns[f"{field.name}_{aspect}"] = values

    # ---- what the texts mean ----

    def _read_places(self, reading: _Reading) -> None:
        table, columns, sender = reading.table, reading.columns, reading.sender
        is_required = sender.regime is not None and "county" in sender.regime.required_of(self._form)
        blank = _NOWHERE if is_required and "county" in table.columns else self._gazetteer.home(sender.reporter)
        found: dict[str, Place] = {}
        places = []
        problems = columns["county_problem"]
        for position, text in enumerate(columns["county_text"]):
            if text is None or problems[position] == "placeholder":
                place = blank
            elif problems[position]:
                place = _NOWHERE
            else:
                if (place := found.get(text)) is None:
                    place = found[text] = self._gazetteer.find(text, sender.regime, sender.reporter)
                problems[position] = place.problem
            places.append(place)
        columns["county_code"] = [place.county_code for place in places]
        columns["county"] = [place.county for place in places]
        columns["city_code"] = [place.city_code for place in places]

    def _read_industries(self, reading: _Reading) -> None:
        columns = reading.columns
        industries = _understood(columns, "industry", self._industry_of)
        columns["industry"] = [industry and industry.name for industry in industries]
        columns["industry_code"] = [industry and industry.code for industry in industries]

    def _read_industry(self, text: str) -> tuple[Industry | None, str | None]:
        if industry := self._reference.industry(text):
            return industry, None
        named = [self._reference.industry(part) for part in _BETWEEN_INDUSTRIES.split(text) if part]
        if len(named) < 2 or not all(named):
            return None, "unknown_industry"
        # 建材-水泥 is the place of one industry, 水泥、化工 are two
        within_all = (one for one in named if all(other is one or one.is_part_of(other) for other in named))
        narrowest = next(within_all, None)
        return narrowest, None if narrowest else "several_industries"

    def _read_enterprises(self, reading: _Reading) -> None:
        columns = reading.columns
        columns["enterprise"] = names = _understood(columns, "enterprise", self._name_of)
        columns["enterprise_key"] = [
            self._key_of(name, county or city) if name else None
            for name, county, city in zip(names, columns["county_code"], columns["city_code"], strict=True)
        ]
        # 红旗砖厂 of one county and of another are told apart by the place before the name
        columns["enterprise_full_key"] = [self._full_key_of(name) if name else None for name in names]

    def _read_name(self, text: str) -> tuple[str, str | None]:
        return _BREAKS_IN_A_NAME.sub("", text), name_problem(text, self._reference)

    def _read_key(self, name: str, place: str | None) -> str:
        return enterprise_key(name, self._gazetteer.names(place))

    def _read_amounts(self, reading: _Reading) -> None:
        table, columns, joint = reading.table, reading.columns, reading.joint
        column = table.columns.get("capacity")
        heading_unit = (column.heading.unit if column else None) or table.preamble.unit
        texts, units, industries = columns["capacity_text"], _filled_in(columns, "unit"), columns["industry"]
        amounts, problems, unit_problems = [], columns["capacity_problem"], columns["unit_problem"]
        for position, (text, unit_text, industry) in enumerate(zip(texts, units, industries, strict=True)):
            first = joint.get(position, position)
            if first != position:
                # counted once, with its first row; the unit is every row's, so that all stand in one line of a total
                amounts.append(amounts[first]._replace(value=None))
                continue
            if text is None or problems[position]:
                amounts.append(_NO_AMOUNT)
                continue
            if unit_problems[position] == "merged":
                amount = read_amount(text, None, None, industry, self._reference)
                problems[position] = "unit_merged" if amount.problem == "no_unit" else amount.problem
                amounts.append(amount)
                continue
            amount = read_amount(text, heading_unit, unit_text, industry, self._reference)
            if self._is_of_unit_column(amount, text, unit_text, industry) and not unit_problems[position]:
                unit_problems[position] = _OF_UNIT_COLUMN[amount.problem]
            else:
                problems[position] = amount.problem
                if unit_text and not unit_problems[position] and self._contradicts(amount, text, unit_text, industry):
                    unit_problems[position] = "unit_differs"
            amounts.append(amount)
        columns["capacity"] = [amount.value for amount in amounts]
        columns["capacity_unit"] = [amount.unit for amount in amounts]
        columns["capacity_factor"] = [amount.factor for amount in amounts]

    def _contradicts(self, amount: Amount, text: str, unit_text: str, industry: str | None) -> bool:
        """Whether the unit beside an amount is another than its own: 30万吨 beside 吨. 30万 beside 吨 has none of its own."""
        if amount.value is None or not _LETTER.search(text):
            return False
        beside = read_amount("1", None, unit_text, industry, self._reference)
        if beside.value is None or (beside.unit, beside.factor) == (amount.unit, amount.factor):
            return False
        return read_amount(text, None, None, industry, self._reference).problem != "no_unit"

    def _is_of_unit_column(self, amount: Amount, text: str, unit_text: str | None, industry: str | None) -> bool:
        """Whether what is wrong is the unit beside the amount: the amount's own cell says none."""
        if not unit_text or amount.problem not in _OF_UNIT_COLUMN:
            return False
        return read_amount(text, None, None, industry, self._reference).problem == "no_unit"

    def _merged_values(self, reading: _Reading) -> list[Observation]:
        """``merged_value`` for each cell merged over rows whose value is the first one's alone.

        Not of a field that must be filled in, where each row is told of its own blank (F01), nor of the unit, where each
        amount is (F03).
        """
        table, columns, regime = reading.table, reading.columns, reading.sender.regime
        if not table.origin:
            return []
        told_otherwise = {"unit", *(regime.required_of(self._form) if regime else self._form.required)}
        noticed = []
        for name in table.columns.keys() - told_otherwise - _MAY_BE_MERGED:
            index = table.columns[name].index
            merged = [problem == "merged" for problem in columns[f"{name}_problem"]]
            rows_of = Counter(
                table.origin[row.index, index] for row, is_merged in zip(table.rows, merged, strict=True) if is_merged
            )
            for origin, below in rows_of.items():
                params = {"field": name, "spanned": below + 1}
                cell, text = address(*origin), table.sheet.text(*origin)
                noticed.append(Observation("merged_value", table.sheet.name, cell, text, params))
        return noticed

    def _find_duplicates(self, columns: Columns) -> list[str | None]:
        """For each row the first one that is equal in what makes a row of the form the same one (rule R01)."""
        times_named = Counter(columns["enterprise_key"])
        first_of: dict[tuple, str] = {}
        duplicates: list[str | None] = [None] * len(columns["row_id"])
        for position, (row_id, key) in enumerate(zip(columns["row_id"], columns["enterprise_key"], strict=True)):
            if key and times_named[key] > 1:
                first = first_of.setdefault(self._identity(columns, position), row_id)
                duplicates[position] = first if first != row_id else None
        return duplicates

    def _identity(self, columns: Columns, position: int) -> tuple:
        """What a row says of the form's `same_row`: as understood, else as written; texts without their spaces."""
        meant, written = [], []
        for name, kind in self._same_row:
            text = columns[f"{name}_text"][position]
            match kind:
                case "text":
                    written.append(text or "")
                case "equipment":
                    meant.append(equipment_key(text) if text else None)
                case "place":
                    meant.append(columns[f"{name}_code"][position] or text)
                case "enterprise":
                    meant.append(columns[f"{name}_key"][position])
                case "amount":
                    value = columns[name][position]
                    meant.append((value, columns[f"{name}_unit"][position]) if value is not None else text)
                case _:
                    meant.append(columns[name][position] or text)
        return *meant, "".join("".join(written).split())

    def _read_equipment(self, reading: _Reading) -> None:
        columns = reading.columns
        not_asked = [None] * len(columns["row"])
        told = [
            _filled_in(columns, name) if name in self._form.fields else not_asked
            for name in ("equipment", "quantity", "quantity_unit")
        ]
        if (unit := _unit_of_count(reading.table)) and not any(told[-1]):
            told[-1] = [unit] * len(columns["row"])
        described = list(zip(*told, strict=True))
        found = _understood(columns, "equipment", _read_machines, described)
        columns["equipment"] = [machines.items if machines else () for machines in found]
        columns["equipment_count"] = [machines.count if machines else None for machines in found]
        problems = columns.get("quantity_problem", not_asked)
        for position, machines in enumerate(found):
            if machines and machines.differs_from_quantity and not problems[position]:
                problems[position] = "count_differs"


_OF_UNIT_COLUMN = {"unknown_unit": "not_known", "unit_not_of_industry": "not_of_industry"}
"""What is wrong with an amount's unit, as the problem of the cell in the unit's own column."""


def _placeholders_of(field: Field) -> frozenset[str]:
    """What stands for nothing in a cell of the field: not a word of the form (否: 无), nor what it takes for a blank."""
    if field.name in _OWN_PLACEHOLDERS:
        return frozenset()
    read = {fold(text) for text in field.blank}
    read.update(fold(text) for word, others in field.words.items() for text in (word, *others))
    return frozenset(text for text in _PLACEHOLDERS if fold(text) not in read)


def _reader_of(field: Field) -> Callable[[Any], tuple[Any, str | None]]:
    """What understands one cell of a field that gives one value."""
    blank = frozenset(map(fold, field.blank))
    read = {
        "credit_code": read_credit_code,
        "method": read_method,
        "date": read_date,
        "category": _read_category,
        "whole_number": read_whole_number,
        "opinion": read_opinion,
        "document": read_document,
    }.get(field.type)
    if read is None:
        meanings = {"是": True, "否": False} if field.type == "yes_no" else {word: word for word in field.words}
        spellings = {fold(text): meanings[word] for word, others in field.words.items() for text in (word, *others)}
        read = partial(read_choice, spellings)
    if field.least is not None:
        read = partial(_read_at_least, field.least, read)
    if not blank:
        return read
    return lambda value: (None, None) if isinstance(value, str) and fold(value) in blank else read(value)


def _read_at_least(
    least: int, read: Callable[[Any], tuple[Any, str | None]], value: Any
) -> tuple[int | None, str | None]:
    """The number, or None and `too_few` where it is less than the field allows."""
    number, problem = read(value)
    return (None, "too_few") if number is not None and number < least else (number, problem)


def _read_cells(name: str, read: Callable[[Any], tuple[Any, str | None]], reading: _Reading) -> None:
    reading.columns[name] = _understood(reading.columns, name, read)


def _read_days(name: str, read: Callable[[Any], tuple[Any, str | None]], reading: _Reading) -> None:
    columns = reading.columns
    columns[name] = _understood(columns, name, read, _values(reading.table, columns, name))


def _read_all_categories(reading: _Reading) -> None:
    columns = reading.columns
    columns["categories"] = [words or () for words in _understood(columns, "category", _read_category_words)]


def _read_intervals(name: str, reading: _Reading) -> None:
    columns = reading.columns
    days = _understood(columns, name, read_days, _values(reading.table, columns, name))
    columns[name] = [one and one.last for one in days]
    columns[f"{name}_from"] = [one and one.first for one in days]


def _values(table: Table, columns: dict[str, list[Any]], field: str) -> list[Any]:
    """The cells' own values: a serial number and a date look alike as text."""
    if column := table.columns.get(field):
        return [table.sheet.grid[row.index][column.index] for row in table.rows]
    return columns[f"{field}_text"]


def _filled_in(columns: dict[str, list[Any]], field: str) -> list[str | None]:
    """The texts of a field, without those that only stand for nothing."""
    texts, problems = columns[f"{field}_text"], columns[f"{field}_problem"]
    if "placeholder" not in problems:
        return texts
    return [None if problem == "placeholder" else text for text, problem in zip(texts, problems, strict=True)]


def _understood(
    columns: dict[str, list[Any]],
    field: str,
    read: Callable[[Any], tuple[Any, str | None]],
    values: list[Any] | None = None,
) -> list[Any]:
    """What ``read`` makes of each cell that is not blank and has no problem yet; its problems are noted."""
    texts = columns[f"{field}_text"]
    if not any(texts):
        return [None] * len(texts)
    problems = columns[f"{field}_problem"]
    if all(texts) and not any(problems):
        read_cells = map(read, values or texts)
    else:
        read_cells = (
            (None, problem) if text is None or problem else read(value)
            for text, problem, value in zip(texts, problems, values or texts, strict=True)
        )
    understood, columns[f"{field}_problem"] = map(list, zip(*read_cells, strict=True))
    return understood


class Machines(NamedTuple):
    """The machines of one cell, as they are stored, and how many they are in all."""

    items: tuple[dict[str, Any], ...]
    count: int | None
    differs_from_quantity: bool
    """Whether 设备数量 says another number than the text, which stands."""


@lru_cache(maxsize=16_384)
def _read_machines(described: tuple[str, str | None, str | None]) -> tuple[Machines, str | None]:
    """The machines of a text; 设备数量 counts them where the text does not count all of them.

    Of one kind of machine, or of none that can be read, it is their number; of several it is the number of all. Its unit
    stands behind that number, else in 数量单位.
    """
    text, quantity_text, unit_text = described
    items = _numbered_by_line(text, quantity_text, unit_text) or read_equipment(text)
    quantity = _quantity(quantity_text or "")
    differs, count = False, None
    if quantity:
        number, unit = int(quantity[1]), _unit_of(quantity, unit_text)
        if len(items) <= 1 and not any(item.quantity for item in items):
            items = (_numbered(items[0] if items else _ANY_MACHINE, quantity, unit_text),)
        elif _counts_the_rest(items, number):
            count = number
            items = tuple(
                item if item.quantity else item._replace(quantity_unit=item.quantity_unit or unit or None)
                for item in items
            )
        differs = _counts_differ(items, number, unit)
    count = equipment_count(items) if count is None else count
    machines = tuple({**item._asdict(), "quantity": _whole(item.quantity)} for item in items)
    is_named = any(item.name for item in items) or (count is None and _LETTER.search(text))
    problem = "no_machine" if not is_named else None if count else "no_count"
    return Machines(machines, count, differs), problem


def _quantity(text: str) -> re.Match[str] | None:
    """A number of machines and the unit behind it, 2台, 贰 or 2.0; ``None`` where it is none."""
    text = half_width(text).strip()
    return _QUANTITY.fullmatch(_NUMERAL_OF_COUNT.sub(lambda numeral: str(chinese_number(numeral[0]) or ""), text))


def _unit_of_count(table: Table) -> str | None:
    """The unit that the heading of the numbers of machines has: 数量（台）, 台（套）."""
    column = table.columns.get("quantity")
    found = column and _UNIT_OF_COUNT.search(half_width(column.text))
    return found[1] if found else None


def _numbered_by_line(text: str, quantity_text: str | None, unit_text: str | None) -> tuple[Item, ...]:
    """The machines, where they and their numbers are several lines in their cells and as many; else none."""
    lines, numbers = text.splitlines(), (quantity_text or "").splitlines()
    quantities = list(map(_quantity, numbers))
    if len(lines) < 2 or len(lines) != len(numbers) or not all(quantities):
        return ()
    units = (unit_text or "").splitlines()
    if len(units) != len(lines):
        units = [unit_text] * len(lines)
    return tuple(
        item if item.quantity or len(items) > 1 else _numbered(item, quantity, unit)
        for line, quantity, unit in zip(lines, quantities, units, strict=True)
        for items in [read_equipment(line)]
        for item in items
    )


_ANY_MACHINE = Item(None, None, None, None, None)


def _numbered(item: Item, quantity: re.Match[str], unit_text: str | None) -> Item:
    return item._replace(quantity=int(quantity[1]), quantity_unit=_unit_of(quantity, unit_text) or None)


def _unit_of(quantity: re.Match[str], unit_text: str | None) -> str:
    """The unit behind a number of machines, else beside it; 台(套) and 台/套 are 台套 (domain, "Equipment text")."""
    return (quantity[2] or half_width(unit_text or "")).translate(_UNIT_MARKS)


def _counts_the_rest(items: tuple[Item, ...], number: int) -> bool:
    """Whether ``number`` can be that of all machines, of which the text leaves some uncounted: each of these is one at least."""
    counted = [item.quantity for item in items if item.quantity is not None]
    is_whole = all(isinstance(quantity, int) for quantity in counted)
    return is_whole and len(counted) < len(items) and sum(counted) + len(items) - len(counted) <= number


def _counts_differ(items: tuple[Item, ...], quantity: int, unit: str) -> bool:
    """Whether the machines, all counted in one unit and in that of ``quantity``, are another number than it."""
    count, units = equipment_count(items), {item.quantity_unit for item in items}
    if count is None or len(units) > 1:
        return False
    in_text = units.pop()
    # 台 and 台套 are one unit
    return count != quantity and (not unit or not in_text or not set(unit).isdisjoint(in_text))


def _whole(quantity: int | Decimal | None) -> int | None:
    return int(quantity) if quantity is not None and quantity == int(quantity) else None


@lru_cache(maxsize=4_096)
def _read_category_words(text: str) -> tuple[tuple[str, ...], str | None]:
    categories = read_categories(text)
    return categories.words, "unknown_category" if categories.unknown else None


def _read_category(text: str) -> tuple[str | None, str | None]:
    """The one category of a text; several are a problem where every category has a row of its own."""
    words, problem = _read_category_words(text)
    if problem:
        return None, "unknown_single_category"
    if len(words) > 1:
        return None, "several_categories"
    return next(iter(words), None), None


# ---- rows against one another ----


def _joint_rows(table: Table) -> dict[int, int]:
    """For each row whose amount is merged with other rows', by position, the position of the row that holds it."""
    column = table.columns.get("capacity")
    if column is None or not table.origin:
        return {}
    members = defaultdict(list)
    for position, row in enumerate(table.rows):
        if origin := table.origin.get((row.index, column.index)):
            members[origin].append(position)
    return {position: joined[0] for joined in members.values() if len(joined) > 1 for position in joined}


def _joint_amounts(reading: _Reading) -> list[Observation]:
    """``joint_amount`` for each amount merged over the rows of several enterprises, ``amount_of_rows`` where it is one's."""
    table, columns = reading.table, reading.columns
    members = defaultdict(list)
    for position, holder in reading.joint.items():
        members[holder].append(position)
    return [
        Observation(
            "amount_of_rows" if _are_of_one_enterprise(columns, positions) else "joint_amount",
            table.sheet.name,
            columns["capacity_cell"][holder],
            columns["capacity_text"][holder],
            {"rows": len(positions), "row_id": columns["row_id"][holder]},
        )
        for holder, positions in sorted(members.items())
    ]


def _are_of_one_enterprise(columns: Columns, positions: list[int]) -> bool:
    """Whether the rows name one enterprise; where its cell is merged as well, the first of them does."""
    keys = {
        columns["enterprise_key"][position]
        for position in positions
        if columns["enterprise_problem"][position] != "merged"
    }
    return len(keys) == 1 and None not in keys


def _counted(reading: _Reading) -> list[Counted]:
    columns, joint = reading.columns, reading.joint
    not_asked = [None] * len(columns["row"])
    told = ("capacity", "capacity_unit", "capacity_factor", "industry", "county_code", "enterprise_key")
    lines = zip(reading.table.rows, *(columns.get(name, not_asked) for name in told), strict=True)
    return [
        Counted(
            row.index,
            value,
            unit,
            factor,
            industry,
            county,
            key,
            value is not None or joint.get(position, position) != position,
        )
        for position, (row, value, unit, factor, industry, county, key) in enumerate(lines)
    ]
