"""Reads the tables of `reference/`; a line that cannot be understood is a problem with file and line."""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path
from typing import TypeVar

from rulebook.folding import fold
from rulebook.problem import Problem, RulebookError
from rulebook.reference import (
    Division,
    DivisionChange,
    FormerName,
    Industry,
    PublishedList,
    Reference,
    Standard,
    Threshold,
)

_REMARK = re.compile(r"\(.*\)$")
_CODE_REMARK = re.compile(r"\s+[A-Z]\d+$")
_SAME_AS_ABOVE = "同上"
_NO_ENTRY = "(no entry)"

_COLUMNS = {
    "divisions.csv": ("code", "name", "level", "parent", "full_name"),
    "division_changes.csv": ("year", "old_code", "old_name", "old_path", "new_code", "new_name"),
    "zones.csv": ("city_code", "zone_code", "name", "parent_county", "also_called", "source"),
    "industries.csv": ("name", "gbt4754_2017_code", "gbt4754_name", "lies_in", "synonyms", "note"),
    "capacity_units.csv": ("industry", "canonical", "unit", "factor", "also_accepted", "note"),
    "unit_spellings.csv": ("unit", "also_written"),
    "equipment_thresholds.csv": (
        *("industry", "equipment", "parameter", "comparison", "value", "unit", "condition", "exception"),
        *("document", "edition", "valid_from", "valid_to", "region"),
    ),
    "category_words.csv": ("word", "category"),
    "equipment_names.csv": ("equipment", "also_called"),
    "other_words.csv": ("word",),
    "energy_standards.csv": ("industry", "standard", "name", "document"),
    "published_exits.csv": ("industry", "amount", "unit", "enterprises", "list"),
}

Units = dict[str, tuple[str, Decimal]]
Record = TypeVar("Record")


def read_reference(folder: Path) -> Reference:
    """Return the reference data of a folder; raise RulebookError with every line that cannot be understood."""
    tables = _Tables(folder)
    divisions = _read_divisions(tables)
    former_names = _trace_former_names(tables, divisions)
    changes = tables.records("division_changes.csv", _division_change)
    industries = _read_industries(tables)
    equipment_names = {row["equipment"]: _words(row["also_called"]) for _, row in tables.rows("equipment_names.csv")}
    industry_units, units_without_entry = _read_capacity_units(tables, industries)
    reference = Reference(
        divisions=divisions,
        former_names=former_names,
        changes=changes,
        industries=industries,
        industry_units=industry_units,
        units_without_entry=units_without_entry,
        unit_spellings=_read_unit_spellings(tables, (*industry_units.values(), units_without_entry)),
        category_words={row["word"]: row["category"] for _, row in tables.rows("category_words.csv")},
        other_words={row["word"] for _, row in tables.rows("other_words.csv")},
        thresholds=tables.records("equipment_thresholds.csv", partial(_threshold, equipment_names)),
        standards=tables.records("energy_standards.csv", _standard),
        published_lists=tables.records("published_exits.csv", partial(_published_list, industry_units)),
    )
    if tables.problems:
        raise RulebookError(tables.problems)
    return reference


class _Tables:
    """Reads CSV tables of one folder and collects what is wrong with them."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.problems: list[Problem] = []

    def rows(self, name: str) -> Iterator[tuple[int, dict[str, str]]]:
        """Yield the number and the cells of each line that has as many cells as the heading."""
        try:
            lines = (self.folder / name).read_text(encoding="utf-8").splitlines(keepends=True)
        except (OSError, UnicodeDecodeError):
            self.report(name, 1, "没有这个文件，或者不是 UTF-8", "there is no such file, or it is not UTF-8")
            return
        reader = csv.DictReader(lines)
        if tuple(reader.fieldnames or ()) != _COLUMNS[name]:
            columns = ",".join(_COLUMNS[name])
            self.report(name, 1, f"表头应为 {columns}", f"the heading must be {columns}")
            return
        for row in reader:
            if None in row or None in row.values():
                self.report(name, reader.line_num, "列数与表头不符", "the number of cells differs from the heading's")
            else:
                yield reader.line_num, row

    def records(self, name: str, build: Callable[[dict[str, str]], Record]) -> list[Record]:
        """Return one record for each line that can be understood."""
        records = []
        for line, row in self.rows(name):
            try:
                records.append(build(row))
            except (ValueError, InvalidOperation):
                self.report(name, line, "日期或数字写得不对", "a date or a number is written wrongly")
        return records

    def report(self, name: str, line: int, message_zh: str, message_en: str) -> None:
        """Note a mistake in one line of a table."""
        self.problems.append(Problem(self.folder / name, line, message_zh, message_en))


def _words(cell: str) -> tuple[str, ...]:
    return tuple(word.strip() for word in cell.split(";") if word.strip())


def _read_divisions(tables: _Tables) -> dict[str, Division]:
    divisions: dict[str, Division] = {}
    for line, row in tables.rows("divisions.csv"):
        parent = row["parent"] or None
        if parent and parent not in divisions:
            tables.report(
                "divisions.csv", line, f"前面没有代码为 {parent} 的地方", f"no division above has the code {parent}"
            )
        else:
            divisions[row["code"]] = Division(row["code"], row["name"], row["level"], parent, row["full_name"])
    for line, row in tables.rows("zones.csv"):
        city, host = row["city_code"], row["parent_county"] or None
        for code in (city, host or city):
            if code not in divisions:
                tables.report("zones.csv", line, f"没有代码为 {code} 的地方", f"no division has the code {code}")
        if city in divisions:
            full_name = divisions[city].full_name + row["name"].removeprefix(divisions[city].short_name)
            divisions[row["zone_code"]] = Division(
                row["zone_code"], row["name"], "zone", city, full_name, host, _words(row["also_called"])
            )
    return divisions


def _trace_former_names(tables: _Tables, divisions: dict[str, Division]) -> set[FormerName]:
    """Follow each earlier name through all later changes to the division that bears a code of today."""
    successors: dict[tuple[str, str], tuple[str, str]] = {}
    paths: dict[tuple[str, str], tuple[str, ...]] = {}
    for _, row in tables.rows("division_changes.csv"):
        earlier = (row["old_code"], row["old_name"])
        successors[earlier] = (row["new_code"], row["new_name"])
        paths[earlier] = tuple(row["old_path"].split("/"))
    former_names = set()
    for earlier, path in paths.items():
        seen = {earlier}
        latest = successors[earlier]
        while latest in successors and latest not in seen:
            seen.add(latest)
            latest = successors[latest]
        if latest[0] in divisions:
            former_names.add(FormerName(latest[0], earlier[1], path))
    return former_names


def _division_change(row: dict[str, str]) -> DivisionChange:
    return DivisionChange(
        until=int(row["year"]),
        code=row["old_code"],
        name=row["old_name"],
        path=tuple(row["old_path"].split("/")),
        became=(row["new_code"], row["new_name"]),
    )


def _read_industries(tables: _Tables) -> list[Industry]:
    around = {row["name"]: row["lies_in"] for _, row in tables.rows("industries.csv")}
    for line, row in tables.rows("industries.csv"):
        word = row["lies_in"]
        # one step, so that what lies in what never turns in a circle
        if word and around.get(word, word):
            tables.report(
                "industries.csv", line, f"没有“{word}”这个行业，或者它自己又归入别的行业",
                f"there is no industry '{word}', or it lies in another itself",
            )  # fmt: skip
    return tables.records("industries.csv", _industry)


def _industry(row: dict[str, str]) -> Industry:
    synonyms = [_CODE_REMARK.sub("", word).removesuffix(" 等") for word in _words(row["synonyms"])]
    plain = [_REMARK.sub("", word) for word in synonyms]
    return Industry(
        name=row["name"],
        code=row["gbt4754_2017_code"] or None,
        code_name=row["gbt4754_name"] or None,
        lies_in=row["lies_in"] or None,
        synonyms=tuple(dict.fromkeys(word for word in (*synonyms, *plain) if word != row["name"])),
    )


def _read_capacity_units(tables: _Tables, industries: list[Industry]) -> tuple[dict[str, Units], Units]:
    """Read which units each industry's amounts may have; 陶瓷(砖) and 陶瓷(卫生) are both 陶瓷."""
    names = {word: industry.name for industry in industries for word in industry.synonyms}
    names |= {industry.name: industry.name for industry in industries}
    units: dict[str, Units] = {}
    without_entry: list[str] = []
    above: list[str] = []
    for line, row in tables.rows("capacity_units.csv"):
        if row["industry"] != _SAME_AS_ABOVE:
            above = [word if word == _NO_ENTRY else _REMARK.sub("", word) for word in _words(row["industry"])]
        try:
            conversion = (row["canonical"], Decimal(row["factor"]))
        except InvalidOperation:
            tables.report(
                "capacity_units.csv", line, f"“{row['factor']}”不是换算系数", f"'{row['factor']}' is no factor"
            )
            continue
        if _NO_ENTRY in above:
            without_entry = list(dict.fromkeys((row["unit"], *_words(row["also_accepted"]))))
            continue
        for word in above:
            units.setdefault(names.get(word, word), {})[row["unit"]] = conversion
    return units, {unit: (unit, Decimal(1)) for unit in without_entry}


def _read_unit_spellings(tables: _Tables, known_units: tuple[Units, ...]) -> dict[str, str]:
    """Map every folded spelling to its unit; a unit's own name goes before another unit's spelling."""
    rows = [(_REMARK.sub("", row["unit"]), row["also_written"]) for _, row in tables.rows("unit_spellings.csv")]
    spellings = {fold(unit): unit for units in known_units for unit in units}
    for unit, _ in rows:
        spellings.setdefault(fold(unit), unit)
    for unit, also_written in rows:
        for spelling in _words(also_written):
            if plain := _REMARK.sub("", spelling):
                spellings.setdefault(fold(plain), unit)
    return spellings


def _threshold(equipment_names: Mapping[str, tuple[str, ...]], row: dict[str, str]) -> Threshold:
    equipment = _words(row["equipment"])
    return Threshold(
        industry=row["industry"],
        equipment=equipment,
        names=tuple(name for word in equipment for name in (word, *equipment_names.get(word, ()))),
        parameter=row["parameter"] or None,
        comparison=row["comparison"],
        value=Decimal(row["value"]) if row["value"] else None,
        unit=row["unit"] or None,
        condition=row["condition"] or None,
        exception=row["exception"] or None,
        document=row["document"],
        edition=row["edition"] or None,
        valid_from=date.fromisoformat(row["valid_from"]) if row["valid_from"] else None,
        valid_to=date.fromisoformat(row["valid_to"]) if row["valid_to"] else None,
        region=row["region"] or None,
    )


def _standard(row: dict[str, str]) -> Standard:
    return Standard(row["industry"], row["standard"], row["name"], row["document"])


def _published_list(industry_units: Mapping[str, Units], row: dict[str, str]) -> PublishedList:
    canonical, factor = industry_units.get(row["industry"], {}).get(row["unit"], (None, None))
    if factor is None:
        raise ValueError
    return PublishedList(
        industry=row["industry"],
        average=Decimal(row["amount"]) * factor / int(row["enterprises"]),
        unit=canonical,
        enterprises=int(row["enterprises"]),
        name=row["list"],
    )
