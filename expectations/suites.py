"""Expectation suites, built from the rulebook and run by Great Expectations: one validation per regime and frame."""

from __future__ import annotations

import logging
import os
import warnings
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from rulebook import EXIT_TABLE, Form, Regime, Rule, Rulebook

REQUIRED_FIELDS = "required_fields"


class ExpectationFailed(RuntimeError):
    """Great Expectations could not evaluate an expectation: the rulebook or a frame is broken, not a submission."""


@dataclass(frozen=True)
class Check:
    """One expectation of one rule, with the values of a regime filled in."""

    rule: Rule
    type: str
    column: str
    field: str | None
    """The field of the form it is about, where it is repeated for several."""
    kwargs: Mapping[str, Any]


def skipped_rules(regime: Regime | None, rulebook: Rulebook) -> list[str]:
    """The rules that cannot be judged because they need a regime and none was given."""
    return [] if regime else [rule.code for rule in rulebook.rules.values() if rule.needs_regime]


def checks_of(frame: str, regime: Regime | None, rulebook: Rulebook) -> list[Check]:
    """What the rulebook expects of ``frame`` ("observations" or "rows") under ``regime``."""
    form = rulebook.forms[EXIT_TABLE]
    skipped = set(skipped_rules(regime, rulebook))
    checks = []
    for rule in rulebook.rules.values():
        for expected in rule.expects:
            if expected.frame != frame or rule.code in skipped:
                continue
            kwargs = {key: _value(wanted, regime, form) for key, wanted in expected.kwargs.items()}
            for field in _fields_named(expected.for_each, regime, form):
                column = expected.column.format(field=field)
                checks.append(Check(rule, expected.type, column, field, kwargs))
    return checks


def required_fields(regime: Regime | None, form: Form) -> list[str]:
    """The fields that must not be blank: the regime's, else those the form itself asks for."""
    return list(regime.required_fields if regime else form.required)


def _fields_named(for_each: str | None, regime: Regime | None, form: Form) -> list[str | None]:
    if for_each is None:
        return [None]
    return required_fields(regime, form) if for_each == REQUIRED_FIELDS else list(form.fields)


def _value(wanted: Any, regime: Regime | None, form: Form) -> Any:
    """``wanted`` itself, or the regime's value where it is written "$name"."""
    if isinstance(wanted, str) and wanted.startswith("$"):
        name = wanted.removeprefix("$")
        wanted = required_fields(regime, form) if name == REQUIRED_FIELDS else getattr(regime, name)
    return list(wanted) if isinstance(wanted, tuple) else wanted


class Validator:
    """Great Expectations, set up once for a judgement: in memory, silent, without telemetry."""

    def __init__(self) -> None:
        # Read by Great Expectations when it is imported; its import takes seconds, which only judging pays.
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations

        # Of every context and batch it tells the log; what counts is told by the findings.
        logging.getLogger("great_expectations").setLevel(logging.WARNING)
        self._library = great_expectations
        self._context = great_expectations.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        asset = self._context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
        self._whole_frame = asset.add_batch_definition_whole_dataframe("whole")

    def failing_positions(self, checks: list[Check], frame: pd.DataFrame) -> dict[int, list[int]]:
        """For each check, by its place in ``checks``, the positions of the rows of ``frame`` that fail it."""
        if not checks or frame.empty:
            return {}
        # Handed over as a whole: added one by one, those of equal type and column would replace one another.
        suite = self._library.ExpectationSuite(
            "checks",
            expectations=[
                {"type": check.type, "kwargs": {"column": check.column, **check.kwargs}, "meta": {"check": number}}
                for number, check in enumerate(checks)
            ],
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = self._whole_frame.get_batch({"dataframe": frame.reset_index(drop=True)})
            result = batch.validate(suite, result_format="COMPLETE")
        positions = {}
        for outcome in result.results:
            number = outcome.expectation_config.meta["check"]
            failing = outcome.result.get("unexpected_index_list")
            # An expectation that raised has no list of rows, in whatever form the exception is told.
            if failing is None:
                raise ExpectationFailed(f"{checks[number].rule.code} {checks[number].column}: {outcome.exception_info}")
            positions[number] = failing
        if len(positions) != len(checks):
            raise ExpectationFailed(f"{len(checks) - len(positions)} expectations gave no result")
        return positions
