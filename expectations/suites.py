"""Expectation suites, built from the rulebook and run by Great Expectations: one validation per regime and frame."""

from __future__ import annotations

import gc
import logging
import os
import re
import sys
import warnings
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import ModuleType
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


OBSERVATIONS = "observations"


def checks_of(frame: str, regime: Regime | None, rulebook: Rulebook, form: Form | None = None) -> list[Check]:
    """What the rulebook expects of ``frame`` under ``regime``: of the observations on files of ``form``, or of its rows.

    Without a form it is the exit table.
    """
    form = form or rulebook.forms[EXIT_TABLE]
    kind = OBSERVATIONS if frame == OBSERVATIONS else "rows"
    skipped = set(skipped_rules(regime, rulebook))
    checks = []
    for rule in rulebook.rules.values():
        for expected in rule.expects:
            if expected.frame != kind or rule.code in skipped or not _applies(rule, form):
                continue
            kwargs = {key: _value(wanted, regime, form) for key, wanted in expected.kwargs.items()}
            for field in _fields_named(expected.for_each, regime, form):
                column = expected.column.format(field=field)
                checks.append(Check(rule, expected.type, column, field, kwargs))
    return checks


def _applies(rule: Rule, form: Form) -> bool:
    """Whether a rule is asked of a form: those about files and sheets of every one, the others where the form lists them."""
    return rule.scope not in ("cell", "row") or rule.code in form.rules


_OF_VALUES = frozenset(f"expect_column_values_to_{wanted}" for wanted in ("be_null", "be_in_set", "not_be_in_set"))
"""What Great Expectations asks of the values of a column, and so of none where the column is blank."""

_FORBIDS_BLANKS = "expect_column_values_to_not_be_null"


def having_values(checks: list[Check], frame: pd.DataFrame) -> list[Check]:
    """Those of ``checks`` there is something to ask about: most kinds of fault are in no cell of a frame.

    A form whose frame has no such column cannot have the fault, and where a column is filled throughout, there is no
    blank to be forbidden.
    """
    checks = [check for check in checks if check.column in frame.columns]
    filled = {column: frame[column].notna() for column in dict.fromkeys(check.column for check in checks)}
    blank = {column for column, is_filled in filled.items() if not is_filled.any()}
    full = {column for column, is_filled in filled.items() if is_filled.all()}
    return [
        check
        for check in checks
        if not (check.type in _OF_VALUES and check.column in blank)
        and not (check.type == _FORBIDS_BLANKS and check.column in full)
    ]


def required_fields(regime: Regime | None, form: Form) -> list[str]:
    """The fields that must not be blank: the regime's, else those the form itself asks for."""
    return list(regime.required_of(form) if regime else form.required)


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


def import_great_expectations() -> ModuleType:
    """Great Expectations, silent and without telemetry. Its import takes seconds, which only judging pays."""
    # Read when it is imported.
    os.environ["GX_ANALYTICS_ENABLED"] = "false"
    with _no_garbage_collection(), _without_databases():
        _defer_what_is_not_asked()
        import great_expectations
    # Of every context and batch it tells the log; what counts is told by the findings.
    logging.getLogger("great_expectations").setLevel(logging.WARNING)
    return great_expectations


class _DeferredModule(ModuleType):
    """Stands for a module until something in it is asked for; only then is it imported."""

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            # the import system looks at these, and asks for nothing
            raise AttributeError(name)
        if sys.modules.get(self.__name__) is self:
            del sys.modules[self.__name__]
        return getattr(import_module(self.__name__), name)


class _UnusedModule(ModuleType):
    """Stands for a module of which nothing is used but the names of its classes: each is an empty class."""

    def __getattr__(self, name: str) -> type:
        if name.startswith("__"):
            # the import system looks at these, and asks for nothing
            raise AttributeError(name)
        return type(name, (), {})


_SOURCES_NOT_USED = tuple(
    f"great_expectations.datasource.fluent.{source}_datasource"
    for source in (
        *("pandas_file_path", "pandas_filesystem", "pandas_dbfs", "pandas_s3", "pandas_google_cloud_storage"),
        *("pandas_azure_blob_storage", "spark_file_path", "spark_filesystem", "spark_dbfs", "spark_s3"),
        *("spark_google_cloud_storage", "spark_azure_blob_storage", "alloy", "aurora", "bigquery", "citus", "fabric"),
        *("databricks_sql", "neon", "postgres", "redshift", "snowflake", "sqlite", "sql_server"),
    )
)
"""Where Great Expectations can find data by itself; here it is only ever given frames that are in memory."""


_EXPECTATIONS = "great_expectations.expectations.core"


def know_expectations(checks: Iterable[Check]) -> None:
    """Great Expectations knows the kinds of expectation that ``checks`` are of: each is imported when it is asked for."""
    unknown = [
        name
        for name in {f"{_EXPECTATIONS}.{check.type}" for check in checks}
        if isinstance(sys.modules.get(name), _UnusedModule)
    ]
    if unknown:
        with _no_garbage_collection(), _without_databases():
            for name in unknown:
                del sys.modules[name]
                import_module(name)


def _defer_what_is_not_asked() -> None:
    """Great Expectations' statistics, charts, schemas and pages wait until they are needed: a third of its import.

    The sources it is never asked for and the kinds of expectation nobody asked for yet, half of the rest, are left out.
    """
    if "great_expectations" not in sys.modules:
        (library,) = find_spec("great_expectations").submodule_search_locations
        kinds = (f"{_EXPECTATIONS}.{file.stem}" for file in Path(library, "expectations", "core").glob("expect_*.py"))
        sys.modules.update((name, _UnusedModule(name)) for name in (*_SOURCES_NOT_USED, *kinds))
    if "scipy.stats" not in sys.modules:
        import scipy

        scipy.stats = _DeferredModule("scipy.stats")
    for name in ("altair", "jsonschema", "mistune"):
        sys.modules.setdefault(name, _DeferredModule(name))


@contextmanager
def _no_garbage_collection() -> Iterator[None]:
    """A large import makes no garbage: looking for it again and again takes a fifth of its time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


@contextmanager
def _without_databases() -> Iterator[None]:
    """Great Expectations takes databases for not installed: frames are in memory, and they are a sixth of its import."""
    unknown = [name for name in ("sqlalchemy", "psycopg2") if name not in sys.modules]
    sys.modules.update(dict.fromkeys(unknown))
    try:
        yield
    finally:
        for name in unknown:
            del sys.modules[name]


class Validator:
    """Great Expectations, set up once for a judgement: in memory, silent, without telemetry."""

    def __init__(self) -> None:
        self._library = import_great_expectations()
        self._context = self._library.get_context(mode="ephemeral")
        self._context.variables.progress_bars = {"globally": False}
        asset = self._context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
        self._whole_frame = asset.add_batch_definition_whole_dataframe("whole")

    def failing_positions(self, checks: list[Check], frame: pd.DataFrame) -> dict[int, list[int]]:
        """For each check, by its place in ``checks``, the positions of the rows of ``frame`` that fail it."""
        if not checks or frame.empty:
            return {}
        groups = _asked_at_once(checks)
        know_expectations(checks)
        # Handed over as a whole: added one by one, those of equal type and column would replace one another.
        suite = self._library.ExpectationSuite(
            "checks",
            expectations=[
                _expectation([checks[place] for place in group]) | {"meta": {"group": number}}
                for number, group in enumerate(groups)
            ],
        )
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            batch = self._whole_frame.get_batch({"dataframe": _asked_about(frame, checks).reset_index(drop=True)})
            result = batch.validate(suite, result_format="COMPLETE")
        positions = {}
        for outcome in result.results:
            group = groups[outcome.expectation_config.meta["group"]]
            first = checks[group[0]]
            failing = outcome.result.get("unexpected_index_list")
            # An expectation that raised has no list of rows, in whatever form the exception is told.
            if failing is None:
                raise ExpectationFailed(f"{first.rule.code} {first.column}: {outcome.exception_info}")
            values = frame[first.column].iloc[failing].tolist()
            for place in group:
                positions[place] = _own_failures(checks[place], failing, values) if len(group) > 1 else failing
        if len(positions) != len(checks):
            raise ExpectationFailed(f"{len(checks) - len(positions)} expectations gave no result")
        return dict(sorted(positions.items()))


def _asked_about(frame: pd.DataFrame, checks: list[Check]) -> pd.DataFrame:
    """What of ``frame`` the checks or their conditions ask about.

    Great Expectations hashes all it is given: where only blanks are asked about, it gets a mark instead of the text.
    """
    conditions = " ".join(check.kwargs.get("row_condition", "") for check in checks)
    of_values = {check.column for check in checks if check.type != _FORBIDS_BLANKS} | set(
        re.findall(r"\w+", conditions)
    )
    of_blanks = {check.column for check in checks} - of_values
    asked = frame[[column for column in frame.columns if column in of_values | of_blanks]]
    return asked.assign(**{column: asked[column].notna().map(_MARKS) for column in of_blanks & set(asked.columns)})


_MARKS = {True: 1.0, False: None}
"""Something and nothing."""

_FORBIDS_VALUES = "expect_column_values_to_not_be_in_set"


def _asked_at_once(checks: list[Check]) -> list[list[int]]:
    """The places of ``checks``, those together that forbid values of one column: each expectation costs by itself."""
    groups: dict[Any, list[int]] = defaultdict(list)
    for place, check in enumerate(checks):
        forbids_values_only = check.type == _FORBIDS_VALUES and set(check.kwargs) == {"value_set"}
        groups[check.column if forbids_values_only else place].append(place)
    return list(groups.values())


def _expectation(group: list[Check]) -> dict[str, Any]:
    """The expectation that holds where all checks of ``group`` hold."""
    kwargs = dict(group[0].kwargs)
    if len(group) > 1:
        kwargs["value_set"] = [value for check in group for value in check.kwargs["value_set"]]
    return {"type": group[0].type, "kwargs": {"column": group[0].column, **kwargs}}


def _own_failures(check: Check, failing: list[int], values: list[Any]) -> list[int]:
    """Those of the ``failing`` positions whose value this check of a group forbids."""
    return [place for place, value in zip(failing, values, strict=True) if value in check.kwargs["value_set"]]
