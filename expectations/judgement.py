"""From what was read to what is found: Great Expectations names the failing rows, findings are made of them."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd
import pyarrow as pa

from expectations.findings import FINDINGS_SCHEMA, finding_id, ordered
from expectations.root_causes import cut_series, keep_root_causes
from expectations.suites import Check, Validator, checks_of, import_great_expectations
from expectations.wording import ORIGIN_COLUMNS, Case, put_into_words
from rulebook import Reporter, Rulebook
from store import Store


@dataclass(frozen=True)
class Frames:
    """What reading gives: one line per submission, per row of its table, and per thing noticed on the way."""

    submissions: pd.DataFrame
    rows: pd.DataFrame
    observations: pd.DataFrame


def prepare() -> None:
    """What judging needs is loaded: it takes seconds, in which another thread or process may already read."""
    import_great_expectations()


def judge_batch(store: Store, batch: str, rulebook: Rulebook) -> None:
    """``findings/<batch>.parquet`` holds the findings of the batch, and only them."""
    tables = (store.read_table(f"{name}/{batch}.parquet") for name in ("submissions", "rows", "observations"))
    frames = Frames(*(table.select(_columns_to_judge(table)).to_pandas() for table in tables))
    findings = pa.Table.from_pandas(judge(frames, rulebook), schema=FINDINGS_SCHEMA, preserve_index=False)
    store.write_table(f"findings/{batch}.parquet", findings.replace_schema_metadata(None))


_NOT_JUDGED = {"equipment", "capacity", "capacity_factor"}
"""Rules ask for the text of these fields and what is wrong with it; their values would become objects one by one."""


def _columns_to_judge(table: pa.Table) -> list[str]:
    return [name for name in table.column_names if name not in _NOT_JUDGED]


def judge(frames: Frames, rulebook: Rulebook) -> pd.DataFrame:
    """The findings on all submissions of ``frames``: one validation per regime and frame, whatever their number."""
    submissions = frames.submissions.set_index("submission_id", drop=False)
    observations = _observations_to_judge(frames.observations)
    rows = _rows_to_judge(frames, submissions, observations, rulebook)
    frames_by_name = {"rows": rows, "observations": observations}
    found = [cases for name, frame in frames_by_name.items() for cases in _failing(name, frame, submissions, rulebook)]
    if not found:
        return FINDINGS_SCHEMA.empty_table().to_pandas()
    cases = pd.concat(found, ignore_index=True).drop_duplicates(_SAME_TO_THE_READER)
    cases = cut_series(ordered(keep_root_causes(cases, list(rulebook.rules))))
    return _findings(cases, frames_by_name, submissions, rulebook)


_SAME_TO_THE_READER = ["submission_id", "rule", "row_id", "sheet", "cell", "field", "value"]
"""Cases that agree in these would be told in the same words at the same place."""


# ---- the frames as the rules see them ----

_FIELD_OF_COLUMN = {"categories_not_own": "category", "duplicate_of": "enterprise"}
"""Columns that are about a field but are not called after it."""


def _rows_to_judge(
    frames: Frames, submissions: pd.DataFrame, observations: pd.DataFrame, rulebook: Rulebook
) -> pd.DataFrame:
    """Rows with ``categories_not_own``: those its reporter may not speak of (null: none).

    An amount merged over several rows (rule F17) stands for all of them: those below its first are not blank.
    """
    rows = frames.rows.reset_index(drop=True)
    rows = rows.assign(categories_not_own=_categories_not_own(rows, submissions, rulebook))
    for joint in observations[observations["observation"] == "joint_amount"].itertuples():
        [holder] = rows.index[rows["row_id"] == joint.params["row_id"]]
        rows.loc[holder : holder + joint.params["rows"] - 1, "capacity_text"] = joint.value
    return rows


def _categories_not_own(rows: pd.DataFrame, submissions: pd.DataFrame, rulebook: Rulebook) -> pd.Series:
    own_by_submission = {}
    for submission in submissions.itertuples(index=False):
        reporter = _reporter_of(submission.regime, submission.reporter_code, rulebook)
        if reporter is not None and reporter.kind == "department":
            own_by_submission[submission.submission_id] = reporter.categories
    not_own = pd.Series(None, index=rows.index, dtype="str")
    of_departments = rows.loc[rows["submission_id"].isin(own_by_submission), ["submission_id", "categories"]]
    for row in of_departments.itertuples():
        foreign = [category for category in row.categories if category not in own_by_submission[row.submission_id]]
        if foreign:
            not_own.at[row.Index] = "、".join(foreign)
    return not_own


def _observations_to_judge(observations: pd.DataFrame) -> pd.DataFrame:
    """Observations with their parameters as a dictionary, and the ``field`` these name."""
    observations = observations.reset_index(drop=True)
    params = [json.loads(text) if isinstance(text, str) else {} for text in observations["params"]]
    fields = pd.Series([param.get("field") for param in params], index=observations.index, dtype="str")
    return observations.assign(params=params, field=fields)


# ---- failing rows ----


def _failing(source: str, frame: pd.DataFrame, submissions: pd.DataFrame, rulebook: Rulebook) -> Iterator[pd.DataFrame]:
    """The failing rows of ``frame``, one small frame for each check that some row fails."""
    if frame.empty:
        return
    validator = Validator()
    regime_keys = frame["submission_id"].map(submissions["regime"])
    for key, part in frame.groupby(regime_keys.fillna(""), sort=False):
        checks = checks_of(source, rulebook.regimes[key] if key else None, rulebook)
        # Great Expectations hashes all it is given: columns nobody asks about would cost more than the judging.
        for number, positions in validator.failing_positions(checks, part[_columns_asked(checks, part)]).items():
            if positions:
                yield _cases(checks[number], part.iloc[positions], source)


def _columns_asked(checks: list[Check], frame: pd.DataFrame) -> list[str]:
    """The columns of ``frame`` that a check or its condition is about."""
    conditions = " ".join(check.kwargs.get("row_condition", "") for check in checks)
    asked = {check.column for check in checks} | set(re.findall(r"\w+", conditions))
    return [column for column in frame.columns if column in asked]


def _cases(check: Check, failing: pd.DataFrame, source: str) -> pd.DataFrame:
    if source == "rows":
        field = check.field or _field_of(check.column)
        place = {"row_id": failing["row_id"], "cell": failing[f"{field}_cell"], "value": failing[f"{field}_text"]}
    else:
        field = failing["field"]
        place = {"row_id": None, "cell": failing["cell"], "value": failing["value"]}
    return pd.DataFrame(
        {
            "source": source,
            "position": failing.index,
            "rule": check.rule.code,
            "scope": check.rule.scope,
            "severity": check.rule.severity,
            "field": field,
            "submission_id": failing["submission_id"],
            "sheet": failing["sheet"],
            **place,
        }
    )


def _field_of(column: str) -> str:
    return _FIELD_OF_COLUMN.get(column) or column.removesuffix("_problem").removesuffix("_text")


# ---- findings ----


def _findings(
    cases: pd.DataFrame, frames: dict[str, pd.DataFrame], submissions: pd.DataFrame, rulebook: Rulebook
) -> pd.DataFrame:
    """``cases`` put into words and named. Only they are touched one by one, never the rows that are in order."""
    submission_by_id = _records(submissions.loc[cases["submission_id"].unique()])
    origins = {
        source: _records(frames[source].loc[of_source["position"].unique()].filter(ORIGIN_COLUMNS))
        for source, of_source in cases.groupby("source")
    }
    seen: Counter[tuple] = Counter()
    findings = []
    for case in _records(cases).values():
        submission = submission_by_id[case["submission_id"]]
        place = (case["rule"], case["sheet"], case["cell"])
        nth = seen[case["submission_id"], *place]
        seen[case["submission_id"], *place] += 1
        worded = put_into_words(
            Case(
                rule=rulebook.rules[case["rule"]],
                regime=rulebook.regimes.get(submission["regime"]),
                reporter=_reporter_of(submission["regime"], submission["reporter_code"], rulebook),
                submission=submission,
                origin=origins[case["source"]][case["position"]],
                **{name: case[name] for name in ("field", "sheet", "cell", "value", "found")},
            ),
            rulebook,
        )
        name = finding_id(submission["sha256"], submission["reporter_code"], *place, nth)
        findings.append({"finding_id": name, **case, **worded})
    return pd.DataFrame(findings, columns=FINDINGS_SCHEMA.names).astype("str")


def _reporter_of(regime_key: str | None, reporter_code: str | None, rulebook: Rulebook) -> Reporter | None:
    regime = rulebook.regimes.get(regime_key)
    return regime.reporters.get(reporter_code) if regime else None


def _records(frame: pd.DataFrame) -> dict[Any, dict[str, Any]]:
    """The lines of ``frame`` by its index, with None where pandas has one of its marks for a missing value."""
    known = frame.astype(object).where(frame.notna(), None)
    return dict(zip(known.index, known.to_dict("records"), strict=True))
