"""One root cause, one message: findings that only follow from another are dropped, and long series are cut."""

from __future__ import annotations

import pandas as pd

from expectations.findings import GRAVITY

MOST_SHOWN_PER_RULE = 100
"""Findings of one rule that one submission is told one by one; the last of them names the number of the rest."""

READING_RULES = ("S00", "S01", "S02", "S03", "S11", "S16")
"""Where a file could not be read as a table, nothing else about it is known."""

SENDER_UNKNOWN = "S07"
SENDER_RULES = ("F10", "F16")
"""What a reporter may speak of cannot be judged while it is not settled who the reporter is."""

COLUMN_MISSING, BLANK, FORMULA_ERROR = "S04", "F01", "F13"

UNLIKELY_NAME, ENTERPRISE = "F14", "enterprise"

UNFINISHED_ROW = "unfinished_row"
FEWEST_BLANKS_OF_A_ROW = 3
"""Required cells, the name among them, without which a row says so little that it is told as a whole (ours)."""

MERGED = "merged"
"""A cell that is blank as it is merged with the one above."""

INCOMPARABLE_RULES = (*READING_RULES, "S04", "S05", "S07", "S08", "S09", "S10")
"""Where the rows are not read, not whole or not the cycle's, that others are missing only follows from it (S18)."""


def keep_root_causes(cases: pd.DataFrame, rule_order: list[str]) -> pd.DataFrame:
    """``cases`` without those that follow from another: unread files, unsettled senders, missing columns, rows that were
    never finished, second faults of a cell, and row rules at a cell that is itself rejected.

    ``cases`` has one line per failing row of a frame: submission_id, rule, scope, severity, sheet, cell, field.
    """
    unread = cases.loc[cases["rule"].isin(READING_RULES), "submission_id"]
    cases = cases[cases["rule"].isin(READING_RULES) | ~cases["submission_id"].isin(unread)]

    unsettled = cases.loc[cases["rule"] == SENDER_UNKNOWN, "submission_id"]
    cases = cases[~(cases["rule"].isin(SENDER_RULES) & cases["submission_id"].isin(unsettled))]

    place = cases["submission_id"] + "|" + cases["field"].fillna("")
    missing = place[cases["rule"] == COLUMN_MISSING]
    cases = _tell_unfinished_rows_once(cases[~((cases["rule"] == BLANK) & place.isin(missing))])

    gravity = cases["severity"].map(GRAVITY)
    # A formula without a value leaves its cell blank: the formula is the cause.
    rank = cases["rule"].map({code: number for number, code in enumerate(rule_order)} | {FORMULA_ERROR: -1})
    cases = cases.assign(gravity=gravity, rank=rank).sort_values(["gravity", "rank"], kind="stable")
    of_cell = (cases["scope"] == "cell") & cases["cell"].notna()
    second = cases[of_cell].duplicated(_CELL)
    cases = cases.drop(index=second.index[second], columns=["gravity", "rank"])
    return cases[~_follows_from_misread_cell(cases)]


def _tell_unfinished_rows_once(cases: pd.DataFrame) -> pd.DataFrame:
    """``cases`` with one blank for each row that has no name and little else, at its name; ``blanks`` names all of them.

    Such a row was begun and left, goes on the one above, or is a subtotal: what lacks in it is one fault.
    """
    of_row = cases["row_id"].notna()
    blank = of_row & (cases["rule"] == BLANK) & (cases["variant"] != MERGED)
    is_sign = ~cases["value"].astype("str").str.contains(r"\w").eq(True)
    nameless = of_row & (cases["field"] == ENTERPRISE) & (blank | ((cases["rule"] == UNLIKELY_NAME) & is_sign))
    told = cases[(blank & cases["row_id"].isin(cases.loc[nameless, "row_id"])) | nameless]
    told = told[told.groupby("row_id")["rule"].transform("size") >= FEWEST_BLANKS_OF_A_ROW]
    if told.empty:
        return cases
    blanks = told.groupby("row_id")["field"].agg(tuple)
    row_ids = told.loc[told["field"] == ENTERPRISE, "row_id"]
    cases = cases.drop(index=told.index.difference(row_ids.index)).astype({"blanks": object, "variant": object})
    cases.loc[row_ids.index, ["rule", "severity", "variant"]] = [BLANK, "reject", UNFINISHED_ROW]
    cases.loc[row_ids.index, "blanks"] = row_ids.map(blanks)
    return cases


_CELL = ["submission_id", "sheet", "cell"]


def _follows_from_misread_cell(cases: pd.DataFrame) -> pd.Series:
    """Which row rules stand at a cell that is itself rejected: what it is compared with cannot be trusted."""
    of_row = cases["scope"] == "row"
    if not of_row.any():
        return of_row
    rejected = cases.loc[(cases["scope"] == "cell") & (cases["severity"] == "reject"), _CELL]
    return of_row & pd.MultiIndex.from_frame(cases[_CELL]).isin(pd.MultiIndex.from_frame(rejected))


def cut_series(cases: pd.DataFrame) -> pd.DataFrame:
    """The first findings of each rule and submission, in their order; ``found`` says how many there were.

    ``found`` is null but on the last one shown of a series that was cut.
    """
    series = cases.groupby(["submission_id", "rule"], sort=False)
    place = series.cumcount()
    found = series["rule"].transform("size")
    is_last_of_cut = (place == MOST_SHOWN_PER_RULE - 1) & (found > MOST_SHOWN_PER_RULE)
    return cases.assign(found=found.astype("Int64").where(is_last_of_cut))[place < MOST_SHOWN_PER_RULE]
