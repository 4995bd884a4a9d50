"""Findings in words: the rulebook's templates, filled with what is known about the failing cell.

A template names what it needs in braces; `PLACEHOLDERS` says what each name stands for. Only the names a template
uses are computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cache
from string import Formatter
from typing import Any, Literal

from expectations.root_causes import MOST_SHOWN_PER_RULE
from rulebook import (
    CATEGORIES,
    EXIT_METHODS,
    EXIT_TABLE,
    INTEGRATION_EXIT,
    ROUND_NAMES,
    Field,
    Regime,
    Reporter,
    Rule,
    Rulebook,
)

LONGEST_QUOTE = 60
"""Characters of a cell that a sentence quotes; the finding itself keeps them all."""

Language = Literal["zh", "en"]

NOT_KNOWN = {"zh": "（无）", "en": "(none)"}
"""Stands where a name has nothing to stand for: no valid value is like the one sent."""

ORIGIN_COLUMNS = ("params", "row", "industry", "industry_text", "categories_not_own", "duplicate_of")
"""What sentences tell of a row or an observation, beside the failing cell itself."""


@dataclass(frozen=True)
class Case:
    """One finding before it is put into words: the rule, what it is about, and all that is known of its place."""

    rule: Rule
    regime: Regime | None
    reporter: Reporter | None
    submission: Mapping[str, Any]
    origin: Mapping[str, Any]
    """The row or the observation that failed, as far as `ORIGIN_COLUMNS` go."""
    field: str | None
    sheet: str | None
    cell: str | None
    value: str | None
    found: int | None
    """The length of the series this case is the last one shown of; None where nothing was cut."""

    @property
    def params(self) -> Mapping[str, Any]:
        """What an observation says beside its value."""
        return self.origin.get("params") or {}


def put_into_words(case: Case, rulebook: Rulebook) -> dict[str, str]:
    """What the reporter is told: message and remedy, in Chinese and English."""
    rule = case.rule
    return {
        "message": _filled(rule.message_zh, case, rulebook, "zh") + _told_of_the_rest(case, "zh"),
        "message_en": _filled(rule.message_en, case, rulebook, "en") + _told_of_the_rest(case, "en"),
        "remedy": _filled(rule.remedy_zh, case, rulebook, "zh"),
        "remedy_en": _filled(rule.remedy_en, case, rulebook, "en"),
    }


_REST = {
    "zh": "（这类问题共 {found} 处，这里只逐一列出前 {shown} 处，其余请一并检查。）",
    "en": " ({found} of these in all; only the first {shown} are listed one by one, please check the rest as well.)",
}


def _told_of_the_rest(case: Case, language: Language) -> str:
    return _REST[language].format(found=case.found, shown=MOST_SHOWN_PER_RULE) if case.found else ""


def _filled(template: str, case: Case, rulebook: Rulebook, language: Language) -> str:
    """``template`` with its names filled in, without the sentences that name something nobody knows.

    "The nearest is …" says nothing where nothing is near. A text that would be left empty is told in full.
    """
    text_by_name = {}
    unknown = set()
    for name in _names_used(template):
        text = PLACEHOLDERS[name](case, rulebook, language)
        if text in (None, ""):
            text = NOT_KNOWN[language]
            unknown.add(name)
        text_by_name[name] = text
    told = [sentence for sentence, names in _sentences(template) if names.isdisjoint(unknown)] if unknown else ()
    return ("".join(told) or template).format_map(text_by_name).strip()


_SENTENCE_END = re.compile(r"(?<=。)|(?<=\. )")


@cache
def _names_used(template: str) -> frozenset[str]:
    return frozenset(name for _, name, _, _ in Formatter().parse(template) if name)


@cache
def _sentences(template: str) -> tuple[tuple[str, frozenset[str]], ...]:
    """The sentences of a template, each with the names it uses."""
    return tuple((sentence, _names_used(sentence)) for sentence in _SENTENCE_END.split(template))


# ---- what the names stand for ----


def _quoted(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What was sent, short enough for a sentence."""
    value = case.value
    return value if value is None or len(value) <= LONGEST_QUOTE else value[:LONGEST_QUOTE] + "…"


def _form_field(case: Case, rulebook: Rulebook) -> Field | None:
    return rulebook.forms[EXIT_TABLE].fields.get(case.field or "")


def _label(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What the column is called in the form."""
    field = _form_field(case, rulebook)
    return field and (field.label_zh if language == "zh" else field.label_en)


def _label_en(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    return _label(case, rulebook, "en")


def _heading(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The heading as sent; where none was sent, the first the form knows."""
    field = _form_field(case, rulebook)
    return case.params.get("heading") or _quoted(case, rulebook, language) or (field and field.headings[0])


def _row(case: Case, rulebook: Rulebook, language: Language) -> int | None:
    row = case.origin.get("row")
    return row and int(row)


def _first_row(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The row number of the first of two equal rows: the last part of its row_id."""
    row_id = case.origin.get("duplicate_of")
    return row_id and row_id.rpartition(":")[2]


def _reporter(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    return case.reporter.name if case.reporter else case.submission.get("declared_reporter")


def _regime(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    return case.regime and (case.regime.title if language == "zh" else case.regime.title_en)


def _round(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    round = case.submission.get("round")
    return round and ROUND_NAMES[round][language]


def _due(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The day the table is due, where the reporter and the round are known and it owes one."""
    if not (case.regime and case.reporter and case.submission.get("round")):
        return None
    due = case.regime.owed(case.reporter.code, case.submission["round"])
    return due and due.isoformat()


def _nearest(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The valid value most like the one sent."""
    text = case.value or ""
    if case.field == "industry":
        return rulebook.reference.nearest_industry(text)
    if case.field == "county":
        return rulebook.reference.nearest_county(text, case.reporter.area if case.reporter else None)
    if case.field == "method":
        return _most_like(text, (*EXIT_METHODS, INTEGRATION_EXIT))
    return _most_like(text, CATEGORIES)


def _most_like(text: str, names: Iterable[str]) -> str | None:
    """The one of ``names`` most like ``text``; None where none shares a sign with it."""
    from rapidfuzz import fuzz, process

    match = process.extractOne(text, names, scorer=fuzz.ratio, score_cutoff=1)
    return match[0] if match else None


def _allowed(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What may stand in the cell: units of the industry, categories the reporter may speak of, places, industries."""
    if case.field == "capacity":
        units = rulebook.reference.capacity_units(case.origin.get("industry") or "")
        allowed = [*dict.fromkeys(canonical for canonical, _ in units.values()), *units]
    elif case.field == "category":
        is_limited = case.reporter is not None and case.origin.get("categories_not_own") is not None
        allowed = case.reporter.categories if is_limited else CATEGORIES
    elif case.field == "county":
        divisions = rulebook.reference.divisions
        allowed = [divisions[code].name for code in sorted(case.reporter.area)] if case.reporter else []
    elif case.field == "industry":
        allowed = case.regime.key_industries if case.regime else []
    else:
        allowed = EXIT_METHODS if case.field == "method" else []
    return ("、" if language == "zh" else ", ").join(dict.fromkeys(allowed))


def _limit(case: Case, rulebook: Rulebook, language: Language) -> str | int | None:
    """The limit of what an observation measured, else the characters the field allows."""
    field = _form_field(case, rulebook)
    return _size(case, "limit", language) or (field and field.max_length)


def _measured(case: Case, rulebook: Rulebook, language: Language) -> str | int:
    """What was measured against the limit: the observation says it, else the characters of the cell."""
    return _size(case, "found", language) or len(case.value or "")


def _size(case: Case, param: str, language: Language) -> str | None:
    """A size an observation names, with what it is a size of."""
    size, measure = case.params.get(param), case.params.get("measure")
    if size is None or measure is None:
        return None
    if measure in _BYTES:
        return f"{size / 1024**2:,.1f} MB{_BYTES[measure][language]}"
    return f"{size:,}{_COUNTED[measure][language]}" if measure in _COUNTED else f"{size:,}"


_BYTES = {"bytes": {"zh": "", "en": ""}, "unpacked_bytes": {"zh": "（解压后）", "en": " unpacked"}}
_COUNTED = {
    "sheets": {"zh": " 张工作表", "en": " sheets"},
    "rows_with_values": {"zh": " 行", "en": " rows"},
    "cell_characters": {"zh": " 个字（一个单元格）", "en": " characters in one cell"},
    "grid_cells": {"zh": " 个单元格", "en": " cells"},
    "members": {"zh": " 个文件", "en": " files"},
}


def _category(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The categories at fault: those that are not the reporter's own, else the cell."""
    return case.origin.get("categories_not_own") or _quoted(case, rulebook, language)


def _param(name: str) -> Callable[[Case, Rulebook, Language], Any]:
    return lambda case, rulebook, language: case.params.get(name)


PLACEHOLDERS: Mapping[str, Callable[[Case, Rulebook, Language], Any]] = {
    "file": lambda case, rulebook, language: case.submission["file"],
    "sheet": lambda case, rulebook, language: case.sheet,
    "cell": lambda case, rulebook, language: case.cell,
    "row": _row,
    "value": _quoted,
    "field": _label,
    "field_en": _label_en,
    "heading": _heading,
    "reporter": _reporter,
    "regime": _regime,
    "round": _round,
    "nearest": _nearest,
    "allowed": _allowed,
    "printed": _param("printed"),
    "computed": _param("computed"),
    "difference": _param("difference"),
    "unit": _param("unit"),
    "first_row": _first_row,
    "limit": _limit,
    "measured": _measured,
    "due": _due,
    "category": _category,
    "industry": lambda case, rulebook, language: case.origin.get("industry") or case.origin.get("industry_text"),
}
