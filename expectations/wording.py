"""Findings in words: the rulebook's templates, filled with what is known about the failing cell.

A template names what it needs in braces; `PLACEHOLDERS` says what each name stands for. Only the names a template
uses are computed.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date
from functools import cache
from string import Formatter
from typing import Any, Literal, NamedTuple

from expectations.derived_columns import TOO_EARLY
from expectations.root_causes import MOST_SHOWN_PER_RULE
from rulebook import (
    CATEGORIES,
    EXIT_METHODS,
    EXIT_TABLE,
    INTEGRATION_EXIT,
    ROUND_NAMES,
    Field,
    Form,
    Regime,
    Reporter,
    Rule,
    Rulebook,
    Texts,
    Threshold,
    likeness,
)
from rulebook.folding import fold

LONGEST_QUOTE = 60
"""Characters of a cell that a sentence quotes; the finding itself keeps them all."""

Language = Literal["zh", "en"]

NOT_KNOWN = {"zh": "（无）", "en": "(none)"}
"""Stands where a name has nothing to stand for: no valid value is like the one sent."""

ORIGIN_COLUMNS = (
    *("params", "row", "industry", "industry_text", "duplicate_of", "named_before"),
    *("categories_not_own", "threshold_missed", "amount_of_others", "amount_published"),
    *(
        "category_without_standard",
        "code_of_other",
        "equipment_text",
        "equipment_count",
        "category",
        "enterprise_text",
        "capacity_text",
    ),
)
"""What sentences tell of a row or an observation, beside the failing cell itself."""


class Case(NamedTuple):
    """One finding before it is put into words: the rule, what it is about, and all that is known of its place."""

    rule: Rule
    regime: Regime | None
    reporter: Reporter | None
    submission: Mapping[str, Any]
    origin: Mapping[str, Any]
    """The row or the observation that failed, as far as `ORIGIN_COLUMNS` go."""
    field: str | None
    variant: str | None
    """The kind of observation, its `what` or `reason`, or the problem of the cell."""
    sheet: str | None
    cell: str | None
    value: str | None
    found: int | None
    """The length of the series this case is the last one shown of; None where nothing was cut."""
    blanks: Sequence[str] = ()
    """The fields that are blank in a row that is told as a whole."""

    @property
    def params(self) -> Mapping[str, Any]:
        """What an observation says beside its value."""
        return self.origin.get("params") or {}


def put_into_words(case: Case, rulebook: Rulebook) -> tuple[str, str, str, str]:
    """What the reporter is told: message in Chinese and English, remedy in Chinese and English."""
    texts = _texts_of(case, rulebook)
    return (
        _filled(texts.message_zh, case, rulebook, "zh") + _told_of_the_rest(case, "zh"),
        _filled(texts.message_en, case, rulebook, "en") + _told_of_the_rest(case, "en"),
        _filled(texts.remedy_zh, case, rulebook, "zh"),
        _filled(texts.remedy_en, case, rulebook, "en"),
    )


NOT_SAVED = "not_saved"
NOTHING_NEAR = "nothing_near"
OWN_CATEGORIES = "own_categories"
NAMED_OTHERWISE = "named_otherwise"
OF_PUBLISHED = "of_published"
BY_CARD = "card"


def _texts_of(case: Case, rulebook: Rulebook) -> Texts:
    """The texts the rule has for what was found here, else its own."""
    variants = case.rule.variants
    if NAMED_OTHERWISE in variants and case.origin.get("named_before"):
        return variants[NAMED_OTHERWISE]
    if OF_PUBLISHED in variants and case.origin.get("amount_of_others") is None:
        return variants[OF_PUBLISHED]
    for kind in (case.variant, case.params.get("measure"), case.field, case.submission.get("form")):
        if kind in variants:
            return variants[kind]
    for kind, is_meant in _TOLD_BY_VALUE.items():
        if kind in variants and is_meant(case.value or ""):
            return variants[kind]
    if NOT_SAVED in variants and (case.value or "").startswith("="):
        return variants[NOT_SAVED]
    if OWN_CATEGORIES in variants and len(_categories(case, rulebook)) < len(CATEGORIES):
        return variants[OWN_CATEGORIES]
    if NOTHING_NEAR in variants and _nearest(case, rulebook, "zh") is None:
        return variants[NOTHING_NEAR]
    return case.rule


_LETTER_FOR_DIGIT = re.compile(r"(?<=\d)[oOIl]|[oOIl](?=\.?\d)")
_RANGE_OF_AMOUNTS = re.compile(r"\d[^\d,.]*[-–—~～至到][^\d]*\d|以[上下内]|不[足到低高超]")
_DIGITS = re.compile(r"[\d一二两三四五六七八九十百千万壹贰叁肆伍陆柒捌玖拾佰仟]")
_YEAR_MONTH_DAY = re.compile(r"(\d{4})[年./-](\d{1,2})[月./-](\d{1,2})日?")


def _is_no_day(text: str) -> bool:
    """Whether the text is a whole date that no calendar has: 2024年6月31日."""
    if (found := _YEAR_MONTH_DAY.fullmatch(fold(text))) is None:
        return False
    try:
        date(*map(int, found.groups()))
    except ValueError:
        return True
    return False


_TOLD_BY_VALUE: Mapping[str, Callable[[str], bool]] = {
    "letters_for_digits": lambda text: _LETTER_FOR_DIGIT.search(fold(text)) is not None,
    "range_of_amounts": lambda text: _RANGE_OF_AMOUNTS.search(fold(text)) is not None,
    "no_digits": lambda text: _DIGITS.search(fold(text)) is None,
    "no_such_day": _is_no_day,
}
"""Texts a rule has for what can be seen in the value itself."""

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
    names = _names_used(template)
    if not names:
        return template
    text_by_name = {name: PLACEHOLDERS[name](case, rulebook, language) for name in names}
    unknown = {name for name, text in text_by_name.items() if text is None or text == ""}
    if not unknown:
        return template.format_map(text_by_name)
    told = [sentence for sentence, names in _sentences(template) if names.isdisjoint(unknown)]
    text_by_name |= dict.fromkeys(unknown, NOT_KNOWN[language])
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
    return _shortened(case.value)


def _shortened(value: str | None) -> str | None:
    return value if value is None or len(value) <= LONGEST_QUOTE else value[:LONGEST_QUOTE] + "…"


def _form(case: Case, rulebook: Rulebook) -> Form:
    """The form the file is of; of one that cannot be read nobody knows it: it is taken for the exit table."""
    return rulebook.forms.get(case.submission.get("form")) or rulebook.forms[EXIT_TABLE]


def _title(case: Case, rulebook: Rulebook, language: Language) -> str:
    return _form(case, rulebook).title


def _same_fields(case: Case, rulebook: Rulebook, language: Language) -> str:
    """The fields in which rows of the form agree that are one."""
    fields = [_form(case, rulebook).fields[name] for name in _form(case, rulebook).same_row]
    return {"zh": "、", "en": ", "}[language].join(
        field.label_zh if language == "zh" else field.label_en for field in fields
    )


def _form_field(case: Case, rulebook: Rulebook) -> Field | None:
    return _form(case, rulebook).fields.get(case.field or "")


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


def _first_name(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What the first of two equal rows calls the enterprise, where it writes the name otherwise."""
    return _shortened(case.origin.get("named_before"))


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
    due = case.regime.owed(case.reporter.code, case.submission["round"], _form(case, rulebook).key)
    return due and due.isoformat()


def _nearest(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The valid value most like the one sent."""
    text = case.value or ""
    field = _form_field(case, rulebook)
    if field and field.words:
        return next(iter(likeness.most_like(text, {word: word for word in field.words})), None)
    if case.field == "industry":
        return rulebook.reference.nearest_industry(text)
    if case.field == "county":
        return rulebook.reference.nearest_county(text, case.reporter.area if case.reporter else None)
    if case.field == "method":
        text = _NO_METHOD.sub("", text)
        return next(iter(likeness.most_like(text, {method: method for method in EXIT_METHODS})), None)
    nearest = rulebook.reference.nearest_category(text) or ""
    meant, allowed = nearest.split("、"), _categories(case, rulebook)
    is_one_too_many = len(meant) > 1 and field is not None and field.type == "category"
    return nearest if set(meant) <= set(allowed) and not is_one_too_many else None


_NO_METHOD = re.compile("拆除动力(?:装置|设备)|停产")
"""The first goes with sealing, the main equipment stays (鲁经信产〔2017〕481号 二(六)); who only stops may start again."""
_BETWEEN_WORDS = re.compile(r"[、,，;；/\s]+")


def _strange(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """Of several words of a cell those that name no category, else the whole of it."""
    words = [word for word in _BETWEEN_WORDS.split(case.value or "") if word]
    strange = [word for word in words if not any(category in word for category in CATEGORIES)]
    return _shortened("、".join(strange)) if 0 < len(strange) < len(words) else _quoted(case, rulebook, language)


def _categories(case: Case, rulebook: Rulebook) -> Sequence[str]:
    """The categories the reporter may write: of a department its own, where the form asks that of it (F16)."""
    is_limited = case.reporter and case.reporter.kind == "department" and "F16" in _form(case, rulebook).rules
    return case.reporter.categories if is_limited else CATEGORIES


def _allowed(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What may stand in the cell: units of the industry, categories of the reporter, places, industries, methods."""
    field = _form_field(case, rulebook)
    if field and field.words:
        allowed = field.words
    elif case.field in ("capacity", "unit"):
        units = rulebook.reference.capacity_units(case.origin.get("industry") or "")
        allowed = [*dict.fromkeys(canonical for canonical, _ in units.values()), *units]
    elif case.field == "category":
        allowed = _categories(case, rulebook)
    elif case.field == "county":
        divisions = rulebook.reference.divisions
        allowed = [divisions[code].name for code in sorted(case.reporter.area)] if case.reporter else []
    elif case.field == "industry":
        allowed = case.regime.key_industry_words if case.regime else []
    elif case.field == "method":
        is_listed = case.regime is not None and case.regime.counts_as_exit(
            INTEGRATION_EXIT, case.origin.get("industry")
        )
        allowed = (*EXIT_METHODS, INTEGRATION_EXIT) if is_listed else EXIT_METHODS
    else:
        allowed = []
    return ("、" if language == "zh" else ", ").join(dict.fromkeys(allowed))


_UNIT_OF_AMOUNT = re.compile(r"[^\d.,〇零一二两三四五六七八九十百千]+$")


def _nearest_unit(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The unit of the industry most like the one of the cell, be it an amount or the unit alone."""
    found = _UNIT_OF_AMOUNT.search(fold(case.value or ""))
    return rulebook.reference.nearest_unit(found[0], case.origin.get("industry") or "") if found else None


def _where_none(case: Case, rulebook: Rulebook, language: Language) -> str:
    """What to do where there is none of what is counted: a field that must not be blank has a 0."""
    form = _form(case, rulebook)
    if case.field in (case.regime.required_of(form) if case.regime else form.required):
        return {"zh": "写“0”", "en": "write 0"}[language]
    return {"zh": "留空", "en": "leave it blank"}[language]


def _limit(case: Case, rulebook: Rulebook, language: Language) -> str | int | None:
    """The threshold equipment lies outside, the limit of what an observation measured, or that of the field.

    Of a field the months of an extension, the least number, or the characters.
    """
    field = _form_field(case, rulebook)
    if case.rule.code == "R10":
        clock = case.regime and case.regime.clocks.get(case.origin.get("category"))
        return clock and clock.extension_months
    if case.variant == "too_few":
        return field and field.least
    return _threshold(case, rulebook) or _size(case, "limit", language) or (field and field.max_length)


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
    "cell_characters": {"zh": " 个字", "en": " characters"},
    "grid_cells": {"zh": " 个单元格", "en": " cells"},
    "merged_ranges": {"zh": " 处合并单元格", "en": " merged ranges"},
    "members": {"zh": " 个文件", "en": " files"},
}


def _category(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The categories at fault: not the reporter's own, or without a standard in the plan; else the cell."""
    at_fault = {"F16": "categories_not_own", "R07": "category_without_standard"}.get(case.rule.code)
    return case.origin.get(at_fault) or _quoted(case, rulebook, language)


def _responsible(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """Who reports the categories at fault: the departments of the same place whose they are."""
    if not (case.regime and case.reporter):
        return None
    said = {"zh": "“{0}”由{1}填报", "en": "{0} by {1}"}[language]
    told = []
    for category in (case.origin.get("categories_not_own") or "").split("、"):
        names = [
            other.name
            for other in case.regime.reporters.values()
            if other.kind == "department" and other.home == case.reporter.home and category in other.categories
        ]
        if names:
            told.append(said.format(category, {"zh": "、", "en": ", "}[language].join(names)))
    return {"zh": "，", "en": ", "}[language].join(told)


def _example_regime(case: Case, rulebook: Rulebook) -> Regime | None:
    """The regime examples are taken from: the cycle's, and any where no cycle is known."""
    return case.regime or next(iter(rulebook.regimes.values()), None)


def _year(case: Case, rulebook: Rulebook, language: Language) -> int | None:
    """The cycle's year; rules that speak of it, and not of an example, need the regime."""
    regime = _example_regime(case, rulebook)
    return regime and regime.year


def _example_reporter(case: Case, rulebook: Rulebook) -> Reporter | None:
    """The reporter itself, else the one that it seems to call itself, else the first county of the plan."""
    regime = _example_regime(case, rulebook)
    if regime is None or case.reporter:
        return case.reporter
    counties = (one for one in regime.reporters.values() if one.kind == "county")
    declared = case.submission.get("declared_reporter") or ""
    return _nearest_reporter(declared, regime, rulebook) or next(counties, None)


_OFFICE = re.compile(r"人民政府|管理委员会|管委会|.{0,12}[局委办]$")


def _nearest_reporter(declared: str, regime: Regime, rulebook: Rulebook) -> Reporter | None:
    """The reporter whose name is most like the one declared, or like the place in it (紫杨县人民政府).

    An office of a place elsewhere was not mistyped.
    """
    codes = {fold(reporter.name): code for code, reporter in regime.reporters.items()}
    written = fold(declared)
    place = _OFFICE.sub("", written)
    if place and (division := rulebook.reference.find_division(place)) and division.code not in regime.reporters:
        return None
    found = likeness.most_like(written, codes) or likeness.most_like(place, codes)
    return regime.reporters[found[0]] if len(found) == 1 else None


def _place(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """A county or zone the reporter speaks of, by its full name: its own, for a department the first of its area."""
    if (reporter := _example_reporter(case, rulebook)) is None:
        return None
    divisions = (rulebook.reference.divisions[code] for code in sorted(reporter.area))
    lowest = [division for division in divisions if division.level in ("county", "zone")]
    return min(lowest, key=lambda division: division.level).name if lowest else None


def _office(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What the reporter may write at 填报单位."""
    regime, reporter = _example_regime(case, rulebook), _example_reporter(case, rulebook)
    if regime is None or reporter is None:
        return None
    division = rulebook.reference.divisions.get(reporter.code)
    # two counties of one province may share a name: 济南市市中区, 枣庄市市中区
    names = [f"{name}人民政府" for name in (division.name, division.full_name)] if division else []
    return next((name for name in names if regime.reporter_named(name) is reporter), reporter.name)


def _example(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What may stand in a cell of the field; where none is named it is a total, an amount."""
    field = _form(case, rulebook).fields.get(case.field or "capacity")
    example = field and field.example
    if example is None:
        return None
    units = rulebook.reference.capacity_units(case.origin.get("industry") or "")
    unit = next((canonical for canonical, _ in units.values()), None)
    return example.format(
        place=_place(case, rulebook, language), year=_year(case, rulebook, language), capacity_unit=unit
    )


def _count(case: Case, rulebook: Rulebook, language: Language) -> int | None:
    """The machines of the row, as they were counted."""
    count = case.origin.get("equipment_count")
    return count and int(count)


def _digits_meant(case: Case, rulebook: Rulebook, language: Language) -> str:
    """The amount with the digits its letters stand for: 1O0O吨 is 1000吨, 5OOO吨 5000吨."""
    text = fold(case.value or "")
    while letter := _LETTER_FOR_DIGIT.search(text):
        digit = "0" if letter[0] in "oO" else "1"
        text = text[: letter.start()] + digit + text[letter.end() :]
    return text


def _earlier(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The day, as sent, that a later one of its row is dated before."""
    return case.origin.get(f"{case.field}{TOO_EARLY}")


def _threshold_missed(case: Case, rulebook: Rulebook) -> tuple[Threshold, str] | None:
    """The threshold equipment lies outside, and its size."""
    if (missed := case.origin.get("threshold_missed")) is None:
        return None
    place, _, size = missed.partition(":")
    return rulebook.reference.thresholds[int(place)], size


def _size_read(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The size of equipment as it was read: 3.8米."""
    missed = _threshold_missed(case, rulebook)
    return missed and f"{missed[1]}{missed[0].unit}"


def _document(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The document that has the threshold, and its edition."""
    missed = _threshold_missed(case, rulebook)
    return missed and " ".join(filter(None, (missed[0].document, missed[0].edition)))


def _compared_amounts(case: Case) -> tuple[str, str] | None:
    """What an amount out of line is compared with, and the amount as it was read (R03)."""
    compared = case.origin.get("amount_of_others") or case.origin.get("amount_published")
    return compared and tuple(compared.split(":"))


def _typical(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What others of the industry report, or had on average in the published list."""
    compared = _compared_amounts(case)
    return compared and compared[0]


def _amount_read(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The amount as it was read; nothing where the cell says it in these words."""
    compared = _compared_amounts(case)
    return compared[1] if compared and compared[1] != fold(case.value or "") else None


def _published_list(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What the list is called that has an average of the industry."""
    published = rulebook.reference.published_lists.get(case.origin.get("industry") or "")
    return published and published.name


_COMPARED = {"<": "＜", "<=": "≤", ">": "＞", ">=": "≥"}


def _threshold(case: Case, rulebook: Rulebook) -> str | None:
    """What a document calls outdated: 水泥磨机直径≤3.2米."""
    if (missed := _threshold_missed(case, rulebook)) is None:
        return None
    threshold, _ = missed
    size = f"{_COMPARED[threshold.comparison]}{threshold.value}{threshold.unit}"
    return f"{'、'.join(threshold.equipment)}{threshold.parameter}{size}"


def _missing(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The rows a former version had, by enterprise and place in its file."""
    rows = case.params.get("rows")
    if not rows:
        return None
    place = {"zh": "{0}（“{1}”第 {2} 行）", "en": '{0} (row {2} of "{1}")'}[language]
    named = {"zh": "、", "en": ", "}[language].join(place.format(*row) for row in rows)
    return named if case.params["count"] == len(rows) else f"{named} ……"


def _cycle(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The cycle a table says it is for: plan and round of its card, which has their keys, else its own words."""
    if case.variant != BY_CARD:
        return _quoted(case, rulebook, language)
    key, round = case.params.get("regime"), case.params.get("round")
    regime = rulebook.regimes.get(key)
    title = (regime.title if language == "zh" else regime.title_en) if regime else key
    name = ROUND_NAMES[round][language] if round in ROUND_NAMES else round
    return {"zh": "{0}（{1}）", "en": "{0} ({1})"}[language].format(title, name) if title and name else title or name


def _receipt(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The number of a receipt, as the receipt prints it."""
    number = case.params.get("receipt")
    return None if number is None else f"{number:06d}"


def _rounds(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """The rounds a reporter owes, where it owes several."""
    return ("、" if language == "zh" else ", ").join(ROUND_NAMES[key][language] for key in case.params.get("owed", ()))


def _declared(case: Case, rulebook: Rulebook, language: Language) -> str | None:
    """What stands at 填报单位, where it tells a reporter or none could be told."""
    return case.params.get("declared") or (case.value if "heading" in case.params else None)


def _other_blanks(case: Case, rulebook: Rulebook, language: Language) -> str:
    """What the columns are called that are blank in the row beside the one the case is at."""
    fields = [_form(case, rulebook).fields[name] for name in case.blanks if name != case.field]
    return {"zh": "、", "en": ", "}[language].join(
        field.label_zh if language == "zh" else field.label_en for field in fields
    )


def _param(name: str) -> Callable[[Case, Rulebook, Language], Any]:
    return lambda case, rulebook, language: case.params.get(name)


def _origin(name: str) -> Callable[[Case, Rulebook, Language], Any]:
    return lambda case, rulebook, language: case.origin.get(name)


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
    "declared": _declared,
    "named_by_card": _param("card"),
    "named_by_option": _param("option"),
    "rows_of": _param("rows_of"),
    "folder": _param("folder"),
    "regime": _regime,
    "year": _year,
    "round": _round,
    "rounds": _rounds,
    "cycle": _cycle,
    "nearest": _nearest,
    "allowed": _allowed,
    "printed": _param("printed"),
    "computed": _param("computed"),
    "difference": _param("difference"),
    "unit": _param("unit"),
    "place": _place,
    "office": _office,
    "strange": _strange,
    "example": _example,
    "responsible": _responsible,
    "read": _param("read"),
    "equipment": _origin("equipment_text"),
    "count": _count,
    "digits_meant": _digits_meant,
    "nearest_unit": _nearest_unit,
    "receipt": _receipt,
    "other_sheets": _param("others"),
    "first_row": _first_row,
    "first_name": _first_name,
    "other_name": lambda case, rulebook, language: _shortened(case.origin.get("code_of_other")),
    "name": lambda case, rulebook, language: _shortened(case.origin.get("enterprise_text")),
    "where_none": _where_none,
    "limit": _limit,
    "measured": _measured,
    "size": _size_read,
    "document": _document,
    "typical": _typical,
    "amount": _amount_read,
    "list": _published_list,
    "capacity": lambda case, rulebook, language: _shortened(case.origin.get("capacity_text")),
    "earlier": _earlier,
    "form": _title,
    "same_fields": _same_fields,
    "other_blanks": _other_blanks,
    "merged_rows": _param("spanned"),
    "missing": _missing,
    "missing_count": _param("count"),
    "former_file": _param("file"),
    "due": _due,
    "category": _category,
    "industry": lambda case, rulebook, language: case.origin.get("industry") or case.origin.get("industry_text"),
}
