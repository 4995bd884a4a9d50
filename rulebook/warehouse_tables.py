"""The rulebook as tables, for the warehouse."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator
from io import BytesIO
from typing import TYPE_CHECKING

from rulebook.model import (
    CATEGORIES,
    EXIT_METHODS,
    INTEGRATION_EXIT,
    NON_EXIT_METHODS,
    ROUNDS,
    UNCATEGORISED,
    Clock,
    Obligation,
    Regime,
    Rulebook,
)
from rulebook.reference import Industry, Reference

if TYPE_CHECKING:
    import pyarrow as pa

ANY_INDUSTRY = "*"

_TEXTS = ("message", "message_en", "remedy", "remedy_en", "evidence", "evidence_en")
_COLUMNS = {
    "divisions": ("division_code", "division", "level", "parent_code", "city_code", "province_code", "host_code"),
    "regime_divisions": ("regime", "division_code", "position"),
    "reporters": ("regime", "reporter_code", "reporter", "kind", "home_code"),
    "reporter_categories": ("regime", "reporter_code", "category"),
    "reporter_parts": ("regime", "reporter_code", "part_code", "part"),
    "obligations": ("regime", "who", "what", "form", "round", "due", "reporter_code"),
    "industries": ("industry", "industry_code", "industry_code_name", "industry_path"),
    "categories": ("category", "position"),
    "cycles": ("regime", "round", "year", "area_code", "title", "photo_stages", "objection_effect"),
    "rules": ("rule", "severity", *_TEXTS),
    "exit_methods": ("regime", "industry", "method", "is_exit"),
    "clocks": (
        *("regime", "category", "rectify_months", "extension_months", "stops_at_once", "consequence", "legal_basis"),
    ),
}
_TYPES = {
    **{"position": "int64", "year": "int64", "is_exit": "bool", "due": "date32"},
    **{"rectify_months": "int64", "extension_months": "int64", "stops_at_once": "bool"},
}
"""Of the columns that are no text."""


def tables(rulebook: Rulebook) -> dict[str, pa.Table]:
    """Return what dbt reads, by table name; codes and names are text, null where there is none.

    divisions(division_code, division, level, parent_code, city_code, province_code, host_code)
        one place of today or one zone; level province, city, county or zone; city_code is null for a province and
        the province's code for a county that lies in no city; host_code: the county a zone lies in
    regime_divisions(regime, division_code, position)
        one place of a regime; position counts from 1, the area first, then city by city its counties and zones
    reporters(regime, reporter_code, reporter, kind, home_code)
        one reporter, with the name of the regime's year beside today's; home_code: where its rows without a county belong
    reporter_categories(regime, reporter_code, category)
        one category a reporter may speak of; none for a department without one
    reporter_parts(regime, reporter_code, part_code, part)
        one county that reported for itself in the regime's year and is part of one reporter today
    obligations(regime, who, what, form, round, due, reporter_code)
        one obligation of one reporter; form: whose arrival meets it, else null; due is a date; where
        `who` is city or province, reporter_code is the code of the city or province that owes it
    industries(industry, industry_code, industry_code_name, industry_path)
        one industry; the code is GB/T 4754-2017's, null where the word crosses its divisions; the path is the code, or
        the word without one, behind the path of the word it lies in: an industry lies in another where its path
        begins with the other's and is longer
    categories(category, position)
        one category, 未分类 last; position counts from 1
    cycles(regime, round, year, area_code, title, photo_stages, objection_effect)
        one round of one regime, whether or not anybody owes anything in it; photo_stages: the stages whose photos the
        plan asks for with the acceptance record, separated by commas; null where none is asked for: always but in the
        annual round, as the exits of mid-year go on into it; objection_effect: what an objection to the public list
        holds until it is answered, hold_report or hold_rows
    rules(rule, severity, message, message_en, remedy, remedy_en, evidence, evidence_en)
        one rule; its texts hold names in braces; evidence: how a rule across submissions names the other row, else null
    exit_methods(regime, industry, method, is_exit)
        whether a method counts as an exit; industry '*' is every industry without a line of its own. A row without
        a method counts (鲁经信产〔2017〕481号 二(六)) and has no line here
    clocks(regime, category, rectify_months, extension_months, stops_at_once, consequence, legal_basis)
        how long an enterprise may take to meet a standard, in calendar months; null is what the plan does not state.
        legal_basis: the plan with the sentence that says so, null where no plan does
    """
    regimes = tuple(rulebook.regimes.values())
    reference = rulebook.reference
    categories = (*CATEGORIES, UNCATEGORISED)
    lines = {
        "divisions": _divisions(reference),
        "regime_divisions": [
            (regime.key, code, position)
            for regime in regimes
            for position, code in enumerate(regime.divisions, start=1)
        ],
        "reporters": [
            (regime.key, reporter.code, reporter.printed_name, reporter.kind, reporter.home)
            for regime in regimes
            for reporter in regime.reporters.values()
        ],
        "reporter_categories": [
            (regime.key, reporter.code, category)
            for regime in regimes
            for reporter in regime.reporters.values()
            for category in reporter.categories
        ],
        "reporter_parts": [
            (regime.key, reporter.code, part.code, part.name)
            for regime in regimes
            for reporter in regime.reporters.values()
            for part in reporter.parts
        ],
        "obligations": [
            (regime.key, obligation.who, obligation.what, obligation.form, obligation.round, obligation.due, code)
            for regime in regimes
            for obligation in regime.obligations
            for code in _codes_bound(regime, obligation, reference)
        ],
        "industries": [
            (industry.name, industry.code, industry.code_name, _path(industry, reference))
            for industry in reference.industries.values()
        ],
        "categories": [(category, position) for position, category in enumerate(categories, start=1)],
        "cycles": [
            (
                *(regime.key, round_, regime.year, regime.area, regime.title, _photo_stages(regime, round_)),
                regime.public_notice.objection_effect,
            )
            for regime in regimes
            for round_ in ROUNDS
        ],
        "rules": [
            (
                *(rule.code, rule.severity, rule.message_zh, rule.message_en),
                *(rule.remedy_zh, rule.remedy_en, rule.evidence_zh, rule.evidence_en),
            )
            for rule in rulebook.rules.values()
        ],
        "exit_methods": [line for regime in regimes for line in _exit_methods(regime)],
        "clocks": [
            (
                *(regime.key, clock.category, clock.rectify_months, clock.extension_months),
                *(clock.stop_at_once, clock.then, _legal_basis(regime, clock)),
            )
            for regime in regimes
            for clock in regime.clocks.values()
        ],
    }
    return {name: _table(columns, lines[name]) for name, columns in _COLUMNS.items()}


def _table(columns: tuple[str, ...], lines: Iterable[tuple]) -> pa.Table:
    """Return the lines as a table; by way of JSON, because pyarrow loads pandas where it is given Python's values."""
    # imported here: only the warehouse needs tables, and start-up counts
    import pyarrow as pa
    from pyarrow.json import ParseOptions, read_json

    types = pa.schema([pa.field(column, _TYPES.get(column, "string")) for column in columns])
    # a date is read as text, and cast
    read_types = pa.schema([field.with_type(pa.string()) if pa.types.is_date(field.type) else field for field in types])
    text = "\n".join(json.dumps(dict(zip(columns, line, strict=True)), default=str) for line in lines)
    return read_json(BytesIO(text.encode()), parse_options=ParseOptions(explicit_schema=read_types)).cast(types)


def _divisions(reference: Reference) -> list[tuple[str | None, ...]]:
    return [
        (
            division.code,
            division.name,
            division.level,
            division.parent,
            reference.city_of(division.code),
            reference.province_of(division.code),
            division.host,
        )
        for division in reference.divisions.values()
    ]


def _path(industry: Industry, reference: Reference) -> str:
    step = industry.code or industry.name
    return f"{_path(reference.industries[industry.lies_in], reference)}/{step}" if industry.lies_in else step


def _legal_basis(regime: Regime, clock: Clock) -> str | None:
    """Name the plan and quote its sentence; None where the clock is our own word."""
    if clock.quote is None:
        return None
    number = f"（{regime.document_no}）" if regime.document_no else ""
    return f"《{regime.title}》{number}：“{clock.quote}”"


def _codes_bound(regime: Regime, obligation: Obligation, reference: Reference) -> list[str]:
    """List who owes it: reporters, the cities of the area, or its province."""
    if obligation.who == "province":
        return [reference.province_of(regime.area)]
    if obligation.who == "city":
        return [code for code in regime.divisions if reference.divisions[code].level == "city"]
    return [reporter.code for reporter in regime.reporters.values() if obligation.binds(reporter)]


def _photo_stages(regime: Regime, round_: str) -> str | None:
    is_asked = regime.acceptance is not None and round_ == "annual"
    return ",".join(regime.acceptance.photo_stages) if is_asked else None


def _exit_methods(regime: Regime) -> Iterator[tuple[str, str, str, bool]]:
    for method in (*EXIT_METHODS, INTEGRATION_EXIT, *NON_EXIT_METHODS):
        yield regime.key, ANY_INDUSTRY, method, regime.counts_as_exit(method, ANY_INDUSTRY)
    for industry in regime.integration_industries:
        yield regime.key, industry, INTEGRATION_EXIT, regime.counts_as_exit(INTEGRATION_EXIT, industry)
