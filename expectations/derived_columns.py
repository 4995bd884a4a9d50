"""Rows as the rules see them: a column for each rule that compares a cell with what is beside it, null where all is well."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import numpy as np
import pandas as pd

from expectations.columns import known_values
from expectations.thresholds import Thresholds
from rulebook import EXIT_TABLE, INTEGRATION_EXIT, LOCAL_TIME, NON_EXIT_METHODS, Clock, Form, Regime, Rulebook
from rulebook.folding import fold

FIELD_OF_COLUMN = {
    "categories_not_own": "category",
    "duplicate_of": "enterprise",
    "threshold_missed": "equipment",
    "amount_of_others": "capacity",
    "amount_published": "capacity",
    "method_not_exit": "method",
    "category_without_standard": "category",
    "extension_not_counted": "extension_months",
    "code_of_other": "credit_code",
}
"""The field whose cell a column is about."""

TECHNOLOGY = "技术"
PLAN = "plan"

FEWEST_OTHERS = 8
"""Amounts of one industry that must stand beside one before it can be out of line (rules, R03)."""

_TEN_THOUSANDFOLD_LOG10 = 4
_TOLERANCE_LOG10 = 0.75
"""How far, in powers of ten, "about ten thousand times" reaches: amounts of one industry differ by themselves."""

_TOLERANCE_OF_AVERAGE_LOG10 = 1.5
"""The same from an average of many places: real amounts of an industry lie within a power of ten on either side of it
(docs/decisions/0023)."""

_LEAST_DEVIATIONS = 3.5
"""Robust standard deviations from which an amount counts as an outlier (the usual bound for median and MAD)."""

_DEVIATIONS_PER_MAD = 1.4826
"""A normal distribution's standard deviation in median absolute deviations."""

TOO_EARLY = "_too_early"
"""Ends the name of the column that says before which other day of its row a day is (R04)."""

UNDATED, AHEAD, BEFORE_YEAR = "_undated", "_ahead", "_before_year"
"""End the names of the columns that repeat what is told without its day (R08), a day after that of arrival (R09), and one
before the year of the cycle (R05)."""

TOLD_BY_KIND = frozenset({"extension_not_counted"})
"""Columns whose values are kinds of the fault, each with texts of its own."""


def with_derived_columns(rows: pd.DataFrame, submissions: pd.DataFrame, form: Form, rulebook: Rulebook) -> pd.DataFrame:
    """``rows`` with the columns the form's rules look at; ``submissions`` has its ``submission_id`` as index."""
    rules = frozenset(form.rules)
    if "F16" in rules:
        rows = rows.assign(categories_not_own=_categories_not_own(rows, submissions, rulebook))
    derived = {}
    if "R01" in rules:
        derived["named_before"] = _named_before(rows)
    if "R02" in rules:
        derived["threshold_missed"] = _threshold_missed(rows, _days(rows, "shut_on"), rulebook)
    if "R03" in rules:
        derived["amount_of_others"] = _amount_of_others(rows)
        derived["amount_published"] = _amount_published(rows, rulebook)
    if "R04" in rules:
        derived |= _too_early(rows, form)
    if "R05" in rules:
        derived |= _before_year(rows, form, rulebook)
    if "R06" in rules:
        derived["method_not_exit"] = _method_not_exit(rows, rulebook)
    if "R07" in rules:
        derived["category_without_standard"] = _category_without_standard(rows, rulebook)
    if "R08" in rules:
        derived |= _undated(rows, form)
    if "R09" in rules:
        derived |= _ahead(rows, submissions, form)
    if "R10" in rules:
        derived["extension_not_counted"] = _extension_not_counted(rows, rulebook)
    if "R11" in rules:
        derived["code_of_other"] = _code_of_other(rows)
    return rows.assign(**derived)


def _days(rows: pd.DataFrame, field: str) -> pd.Series:
    return rows[field].astype("datetime64[s]")


def may_miss_threshold(rows: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    """Which rows R02 looks at: reported as 技术 under a regime that names thresholds."""
    asked = rows["regime"].isin([key for key, regime in rulebook.regimes.items() if regime.threshold_documents])
    if asked.any():
        asked &= rows["category_text"].astype("str").str.contains(TECHNOLOGY, regex=False).eq(True)
    return asked


def _blank(rows: pd.DataFrame) -> pd.Series:
    return pd.Series(None, index=rows.index, dtype="str")


def _named_before(rows: pd.DataFrame) -> pd.Series:
    """What the first of two equal rows calls the enterprise, where that is more than another width or blanks (R01)."""
    named = _blank(rows)
    repeated = rows.loc[rows["duplicate_of"].notna(), ["duplicate_of", "enterprise_text"]]
    if repeated.empty:
        return named
    first = repeated["duplicate_of"].map(rows.set_index("row_id")["enterprise_text"])
    differs = first.notna() & (first.map(fold, na_action="ignore") != repeated["enterprise_text"].map(fold))
    named[first.index[differs]] = first[differs]
    return named


def _regimes_of(rows: pd.DataFrame, rulebook: Rulebook) -> list[Regime]:
    return [rulebook.regimes[key] for key in rows["regime"].dropna().unique() if key in rulebook.regimes]


def _categories_not_own(rows: pd.DataFrame, submissions: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    """The categories of a row its department may not speak of (F16; domain, section 2: each for its own only)."""
    own_by_submission = {}
    for submission in submissions.itertuples(index=False):
        regime = rulebook.regimes.get(submission.regime)
        reporter = regime and regime.reporters.get(submission.reporter_code)
        if reporter and reporter.kind == "department":
            own_by_submission[submission.submission_id] = reporter.categories
    not_own = _blank(rows)
    of_departments = rows.loc[rows["submission_id"].isin(own_by_submission)]
    for place, submission_id, categories in zip(
        of_departments.index, of_departments["submission_id"], _categories(of_departments), strict=True
    ):
        foreign = [category for category in categories if category not in own_by_submission[submission_id]]
        if foreign:
            not_own.at[place] = "、".join(foreign)
    return not_own


def _categories(rows: pd.DataFrame) -> list[Sequence[str]]:
    """The categories of each row; in some forms a row has one at most."""
    if "categories" in rows:
        return rows["categories"].tolist()
    return [() if category is None else (category,) for category in known_values(rows["category"])]


def _threshold_missed(rows: pd.DataFrame, shut_on: pd.Series, rulebook: Rulebook) -> pd.Series:
    """Threshold and size, as "<place in the table>:<size>", where equipment reported as 技术 lies outside (R02).

    Of the documents a plan names (威海2022方案; 深圳2019表5, the 2011 catalogue as amended), for its place and time.
    """
    asked = may_miss_threshold(rows, rulebook)
    if not asked.any():
        return _blank(rows)
    asked &= rows["industry"].notna() & ~rows["categories_not_own"].astype("str").str.contains(TECHNOLOGY).eq(True)
    missed = {}
    # only what is looked at: a row has tens of columns
    looked_at = rows.loc[asked, ["regime", *_TOLD_OF_MACHINES]].assign(day=shut_on[asked].dt.date)
    for key, of_regime in looked_at.groupby("regime", sort=False):
        thresholds = Thresholds(rulebook.regimes[key], rulebook)
        told = map(known_values, (of_regime[name] for name in (*_TOLD_OF_MACHINES, "day")))
        for row, categories, *machines in zip(of_regime.index, *told, strict=True):
            if TECHNOLOGY in categories and (miss := thresholds.miss(*machines)):
                missed[row] = f"{miss.threshold}:{miss.size.normalize():f}"
    return pd.Series(missed, dtype="str").reindex(rows.index)


_TOLD_OF_MACHINES = ("categories", "equipment", "equipment_text", "industry")


def _amount_of_others(rows: pd.DataFrame) -> pd.Series:
    """What others of the industry report where an amount is about 10⁴ times as much or as little (R03).

    Compared on a log scale by median and median absolute deviation within one submission, industry and unit, and only
    where eight others exist (rules, R03).
    """
    amounts = rows["capacity"].astype("float64")
    known = rows.loc[amounts > 0, ["submission_id", "industry", "capacity_unit"]].dropna()
    group = known.groupby(list(known.columns), sort=False).ngroup()
    magnitude = np.log10(amounts[known.index])
    median = magnitude.groupby(group).transform("median")
    distance = (magnitude - median).abs()
    deviation = _DEVIATIONS_PER_MAD * distance.groupby(group).transform("median")
    is_out_of_line = (
        (group.groupby(group).transform("size") > FEWEST_OTHERS)
        & ((distance - _TEN_THOUSANDFOLD_LOG10).abs() <= _TOLERANCE_LOG10)
        & (distance > _LEAST_DEVIATIONS * deviation)
    )
    return _compared(rows, is_out_of_line, 10**median)


def _amount_published(rows: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    """The same beside the average of the enterprises of the industry in a published list (R03; docs/decisions/0023).

    It needs no others in the table, which may be short or mixed up throughout: lists of eight enterprises or more.
    """
    lists = {
        one.industry: one for one in rulebook.reference.published_lists.values() if one.enterprises >= FEWEST_OTHERS
    }
    # a frame has few industries and units beside its rows: what is told of them is looked up once each
    codes, industries = pd.factorize(rows["industry"])
    unit_codes, units = pd.factorize(rows["capacity_unit"])
    averages = [float(lists[name].average) if name in lists else np.nan for name in industries]
    comparable = [[name in lists and lists[name].unit == unit for unit in units] + [False] for name in industries]
    # what is missing has the code -1: the last place
    average = pd.Series(np.array([*averages, np.nan])[codes], index=rows.index)
    is_of_unit = np.array([*comparable, [False] * (len(units) + 1)])[codes, unit_codes]
    amounts = rows["capacity"].astype("float64")
    amounts = amounts.where(is_of_unit & (amounts > 0))
    distance = np.log10(amounts / average).abs()
    is_out_of_line = (distance - _TEN_THOUSANDFOLD_LOG10).abs() <= _TOLERANCE_OF_AVERAGE_LOG10
    return _compared(rows, is_out_of_line, average)


def _compared(rows: pd.DataFrame, is_out_of_line: pd.Series, typical: pd.Series) -> pd.Series:
    """ "<the typical amount>:<the amount as it was read>" of the rows that are out of line."""
    found = is_out_of_line.index[is_out_of_line]
    units = rows.loc[found, "capacity_unit"]
    told = [
        f"{usual:.3g}{unit}:{Decimal(str(amount)).normalize():f}{unit}"
        for usual, amount, unit in zip(typical[found], rows.loc[found, "capacity"], units, strict=True)
    ]
    return pd.Series(told, index=found, dtype="str").reindex(rows.index)


def _too_early(rows: pd.DataFrame, form: Form) -> dict[str, pd.Series]:
    """For each later day the earlier one, as sent, where it is dated before the first day that can have been (R04).

    Where an earlier day is itself the cause, the first day that contradicts it is told.
    """
    told: dict[str, pd.Series] = {}
    for earlier in dict.fromkeys(pair[0] for pair in form.days_in_order):
        first_days = _days(rows, f"{earlier}_from" if f"{earlier}_from" in rows else earlier)
        is_told = pd.Series(False, index=rows.index)
        for later in (pair[1] for pair in form.days_in_order if pair[0] == earlier):
            is_before = (_days(rows, later) < first_days) & ~is_told
            told[f"{later}{TOO_EARLY}"] = rows[f"{earlier}_text"].where(is_before).astype("str")
            is_told |= is_before
    return told


def _before_year(rows: pd.DataFrame, form: Form, rulebook: Rulebook) -> dict[str, pd.Series]:
    """The day of the shutdown where it was before the regime's year (R05; domain, section 4: the field's failure is inflation).

    Where it is not said, what follows a shutdown tells as much: what was dismantled by then was shut by then.
    """
    first_days = {regime.key: pd.Timestamp(regime.year, 1, 1) for regime in _regimes_of(rows, rulebook)}
    # a batch may be without any row: the column of nothing is told that it holds numbers
    first_day = rows["regime"].map(first_days).astype("datetime64[s]")
    told, is_known = {}, pd.Series(False, index=rows.index)
    for name in form.days_past:
        day = _days(rows, name)
        told[f"{name}{BEFORE_YEAR}"] = rows[f"{name}_text"].where((day < first_day) & ~is_known).astype("str")
        is_known |= day.notna()
    return told


def _method_not_exit(rows: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    """The method where it is no exit: 鲁经信产〔2017〕481号 二(六); 整合退出 where the plan does not list the industry (R06)."""
    is_none = rows["method"].isin(NON_EXIT_METHODS)
    for regime in _regimes_of(rows, rulebook):
        is_none |= (
            (rows["regime"] == regime.key)
            & (rows["method"] == INTEGRATION_EXIT)
            & rows["industry"].notna()
            & ~rows["industry"].isin(regime.integration_industries)
        )
    return rows["method"].where(is_none).astype("str")


def _category_without_standard(rows: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    """The category for which the plan has no standard in this industry (R07; Shenzhen 2019, its tables of energy and quality)."""
    without = _blank(rows)
    for regime in _regimes_of(rows, rulebook):
        gaps = {(gap.industry, gap.category) for gap in regime.standard_gaps}
        concerned = rows.loc[
            (rows["regime"] == regime.key) & rows["industry"].isin({industry for industry, _ in gaps}),
            ["industry", "categories"],
        ]
        for row in concerned.itertuples():
            missing = [category for category in row.categories if (row.industry, category) in gaps]
            if missing:
                without.at[row.Index] = "、".join(missing)
    return without


def _undated(rows: pd.DataFrame, form: Form) -> dict[str, pd.Series]:
    """What is told, where every cell that may say on which day is blank (R08, ours: clocks compare days).

    A day that cannot be read is F11 at its own cell.
    """
    told = {}
    for name, days in form.dated_by:
        is_undated = rows[name].notna()
        for day in days:
            is_undated &= rows[day].isna() & (rows[f"{day}_problem"] != "bad_date")
        told[f"{name}{UNDATED}"] = rows[f"{name}_text"].where(is_undated).astype("str")
    return told


def _ahead(rows: pd.DataFrame, submissions: pd.DataFrame, form: Form) -> dict[str, pd.Series]:
    """Days that begin after the day on which the table came, in Asia/Shanghai (R09, ours).

    Where nobody knows when it came, nothing is after it; an exit table of the plan tells what is to come.
    """
    # not `map`: of no submissions it makes numbers, which have no zone
    arrived = pd.to_datetime(submissions["received_at"], utc=True).reindex(rows["submission_id"]).set_axis(rows.index)
    came_on = arrived.dt.tz_convert(LOCAL_TIME).dt.tz_localize(None).dt.normalize()
    if form.key == EXIT_TABLE:
        came_on = came_on.mask(rows["round"] == PLAN)
    first_days = {name: _days(rows, f"{name}_from" if f"{name}_from" in rows else name) for name in form.days_past}
    return {
        f"{name}{AHEAD}": rows[f"{name}_text"].where(first_day > came_on).astype("str")
        for name, first_day in first_days.items()
    }


def _extension_not_counted(rows: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    """Why an extension is not counted: `too_long not_allowed undocumented before_order after_term` (R10).

    As `int_rectification` applies it: the plans let a term be put off once, by so many months, where it is applied for
    (docs/decisions/0014). A red card (红牌) has no term that could be put off.
    """
    why = _blank(rows)
    asked = (rows["extension_months"].astype("float64") > 0) & (rows["card"] == "黄牌")
    is_named = rows["extension_document"].notna()
    for regime in _regimes_of(rows, rulebook):
        for category, clock in regime.clocks.items():
            concerned = asked & (rows["regime"] == regime.key) & (rows["category"] == category)
            if clock.extension_months is None:
                why[concerned] = "not_allowed"
                continue
            is_long = rows["extension_months"].astype("float64") > clock.extension_months
            granted_on, ordered_on = _days(rows, "extended_on"), _days(rows, "ordered_on")
            why[concerned & (granted_on > _terms_of_orders(rows, clock))] = "after_term"
            why[concerned & (granted_on < ordered_on)] = "before_order"
            why[concerned & ~is_named] = "undocumented"
            why[concerned & is_long] = "too_long"
    return why


def _code_of_other(rows: pd.DataFrame) -> pd.Series:
    """The enterprise that has the credit code further up in the same submission, where it is another (R11, ours).

    Of names one of which holds the other the longer may only be the fuller.
    """
    coded = rows.loc[rows["credit_code"].notna(), ["submission_id", "credit_code", "enterprise_key", "enterprise_text"]]
    coded = coded[coded.duplicated(["submission_id", "credit_code"], keep=False) & coded["enterprise_key"].notna()]
    others = _blank(rows)
    if coded.empty:
        return others
    first = coded.groupby(["submission_id", "credit_code"], sort=False)[["enterprise_key", "enterprise_text"]]
    first = first.transform("first")
    for row, key, first_key, name in zip(
        coded.index, coded["enterprise_key"], first["enterprise_key"], first["enterprise_text"], strict=True
    ):
        if key not in first_key and first_key not in key:
            others.at[row] = name
    return others


def _terms_of_orders(rows: pd.DataFrame, clock: Clock) -> pd.Series:
    """The day each order's time ends without an extension: by the clock, or the order's own term where that is earlier."""
    ordered_on = _days(rows, "ordered_on")
    months_given = _months_after(ordered_on, rows["months_given"])
    by_order = _days(rows, "term_until").fillna(months_given)
    if clock.rectify_months is None:
        return by_order
    by_clock = _months_after(ordered_on, pd.Series(clock.rectify_months, index=rows.index))
    return by_clock.where(~(by_order < by_clock), by_order)


def _months_after(days: pd.Series, months: pd.Series) -> pd.Series:
    """Calendar months later, on the last day of a shorter month; NaT where either is unknown."""
    known = days.notna() & months.notna()
    later = [day + pd.DateOffset(months=int(number)) for day, number in zip(days[known], months[known], strict=True)]
    return pd.Series(later, index=days.index[known], dtype="datetime64[s]").reindex(days.index)
