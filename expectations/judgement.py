"""From what was read to what is found: Great Expectations names the failing rows, findings are made of them."""

from __future__ import annotations

import gc
import json
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from dataclasses import field as dataclass_field
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from expectations.columns import known_values
from expectations.decided import Decided, decided_in
from expectations.derived_columns import (
    FIELD_OF_COLUMN,
    TOLD_BY_KIND,
    TOO_EARLY,
    may_miss_threshold,
    with_derived_columns,
)
from expectations.findings import FINDINGS_SCHEMA, finding_id, ordered
from expectations.root_causes import INCOMPARABLE_RULES, cut_series, keep_root_causes
from expectations.suites import Check, Validator, checks_of, having_values, import_great_expectations
from expectations.versions import Rejects, Versions, missing_rows, rejects_in, versions_before
from expectations.wording import ORIGIN_COLUMNS, Case, put_into_words
from rulebook import EXIT_TABLE, Reporter, Rule, Rulebook
from store import Store

ROWS_MISSING = "S18"


@dataclass(frozen=True)
class Frames:
    """What reading gives: one line per submission, per row of its table, and per thing noticed on the way."""

    submissions: pd.DataFrame
    rows: pd.DataFrame
    observations: pd.DataFrame
    other_rows: Mapping[str, pd.DataFrame] = dataclass_field(default_factory=dict)
    """Rows of forms other than the exit table, by the form."""


def prepare() -> None:
    """What judging needs is loaded: it takes seconds, in which another thread or process may already read."""
    import_great_expectations()
    # hundreds of thousands of objects that stay to the end: looking through them for garbage is a tenth of judging
    gc.freeze()


def judge_batch(store: Store, batch: str, rulebook: Rulebook) -> None:
    """``findings/<batch>.parquet`` holds the findings of the batch, and only them."""
    frames = frames_of(store, batch, rulebook)
    decided = decided_in(store)
    versions = versions_before(store, batch, frames.submissions, decided, rulebook)
    findings = _judged(frames, versions, decided, rulebook)
    store.write_table(f"findings/{batch}.parquet", findings)


def judge(frames: Frames, rulebook: Rulebook, decided: Decided | None = None) -> pd.DataFrame:
    """The findings on all submissions of ``frames``: one validation per regime and frame, whatever their number.

    What a later version of a table leaves out is told of the versions within ``frames``, as far as ``decided`` lets
    them count.
    """
    return _judged(frames, {}, decided or Decided(), rulebook).to_pandas()


def _judged(frames: Frames, versions: Versions, decided: Decided, rulebook: Rulebook) -> pa.Table:
    submissions = frames.submissions.set_index("submission_id", drop=False)
    sources = as_rules_see(frames, rulebook)
    validator = Validator()
    found = [
        cases for name, frame in sources.items() for cases in _failing(name, frame, submissions, validator, rulebook)
    ]
    if found:
        cases = pd.concat(found, ignore_index=True).drop_duplicates(_SAME_TO_THE_READER)
        found = [keep_root_causes(cases, list(rulebook.rules))]
    rejected, incomparable = _rejected_and_incomparable(found)
    rejects: Rejects = {submission_id: {None} for submission_id in rejected}
    if waived := decided.with_waivers(rejected):
        rejects = {**rejects, **_named_rejects(found, waived, sources, submissions, rulebook)}
    rows = {form.key: sources[form.frame] for form in rulebook.forms.values() if form.frame in sources}
    missing = missing_rows(submissions, rows, rejects, incomparable, versions, decided, rulebook)
    if not missing.empty:
        sources["versions"] = missing
        found.append(_cases(rulebook.rules[ROWS_MISSING], missing, "versions", field=None, variant=None))
    if not found:
        return FINDINGS_SCHEMA.empty_table()
    cases = cut_series(ordered(pd.concat(found, ignore_index=True)))
    return _findings(cases, sources, submissions, rulebook)


def _rejected_and_incomparable(found: list[pd.DataFrame]) -> tuple[set[str], set[str]]:
    """The submissions that have a reject, and those whose rows say nothing of what is missing in them."""
    rejected, incomparable = set(), set()
    for cases in found:
        rejected |= set(cases.loc[cases["severity"] == "reject", "submission_id"])
        incomparable |= set(cases.loc[cases["rule"].isin(INCOMPARABLE_RULES), "submission_id"])
    return rejected, incomparable


def _named_rejects(
    found: list[pd.DataFrame],
    submission_ids: list[str],
    sources: Mapping[str, pd.DataFrame],
    submissions: pd.DataFrame,
    rulebook: Rulebook,
) -> Rejects:
    """The ids of the rejects of these submissions, by submission: a waiver names a finding by its id."""
    cases = pd.concat(found, ignore_index=True)
    cases = cut_series(ordered(cases[cases["submission_id"].isin(submission_ids)]))
    return rejects_in(_findings(cases, sources, submissions, rulebook))


_SAME_TO_THE_READER = ["submission_id", "rule", "row_id", "sheet", "cell", "field", "value"]
"""Cases that agree in these would be told in the same words at the same place."""


# ---- the frames as the rules see them ----


def frames_of(store: Store, batch: str, rulebook: Rulebook) -> Frames:
    """The frames of a batch, without the values no rule asks for: one by one they would become objects."""
    submissions, rows, observations = (
        store.read_table(f"{name}/{batch}.parquet") for name in ("submissions", "rows", "observations")
    )
    known = rows.drop_columns(["equipment", "capacity_factor"])
    # Exact amounts are for adding up; how far one is from others a binary number tells as well.
    amounts = pc.cast(rows["capacity"], pa.float64())
    frame = known.set_column(known.column_names.index("capacity"), "capacity", amounts).to_pandas(date_as_object=False)
    asked = may_miss_threshold(frame, rulebook)
    machines = rows["equipment"].filter(pa.array(asked)).to_pylist()
    frame["equipment"] = pd.Series(machines, index=frame.index[asked], dtype=object)
    keys = {form.key: f"{form.frame}/{batch}.parquet" for form in rulebook.forms.values() if form.key != EXIT_TABLE}
    others = {
        form: store.read_table(key).to_pandas(date_as_object=False) for form, key in keys.items() if store.exists(key)
    }
    return Frames(submissions.to_pandas(), frame, observations.to_pandas(), others)


def as_rules_see(frames: Frames, rulebook: Rulebook) -> dict[str, pd.DataFrame]:
    """The frames "rows", "observations" and those of the other forms with what the rules look at beside what was read."""
    submissions = frames.submissions.set_index("submission_id", drop=False)
    observations = _observations_to_judge(frames.observations)
    rows = {EXIT_TABLE: frames.rows, **frames.other_rows}
    seen = {
        rulebook.forms[key].frame: with_derived_columns(
            _with_joint_amounts(of_form, observations), submissions, rulebook.forms[key], rulebook
        )
        for key, of_form in rows.items()
    }
    return {**seen, "observations": observations}


def _with_joint_amounts(rows: pd.DataFrame, observations: pd.DataFrame) -> pd.DataFrame:
    """An amount merged over several rows stands for all of them: those below its first are not blank."""
    rows = rows.reset_index(drop=True)
    joint = observations[observations["observation"].isin(_JOINT)]
    if joint.empty:
        return rows
    row_ids = pd.Index(rows["row_id"])
    joint = joint[row_ids.get_indexer([params["row_id"] for params in joint["params"]]) >= 0]
    holders = row_ids.get_indexer([params["row_id"] for params in joint["params"]])
    amounts = {
        position: amount
        for holder, amount, params in zip(holders, joint["value"], joint["params"], strict=True)
        for position in range(holder, holder + params["rows"])
    }
    rows.loc[list(amounts), "capacity_text"] = list(amounts.values())
    return rows


_JOINT = frozenset({"joint_amount", "amount_of_rows"})


def _observations_to_judge(observations: pd.DataFrame) -> pd.DataFrame:
    """Observations with their parameters as a dictionary, and the ``field`` or heading these name."""
    observations = observations.reset_index(drop=True)
    params = [json.loads(text) if isinstance(text, str) else {} for text in observations["params"]]
    fields = pd.Series(
        [param.get("field") or param.get("heading") for param in params], index=observations.index, dtype="str"
    )
    return observations.assign(params=params, field=fields)


# ---- failing rows ----


def _failing(
    source: str, frame: pd.DataFrame, submissions: pd.DataFrame, validator: Validator, rulebook: Rulebook
) -> Iterator[pd.DataFrame]:
    """The failing rows of ``frame``, one small frame for each check that some row fails."""
    if frame.empty:
        return
    regime_keys = frame["submission_id"].map(submissions["regime"]).fillna("")
    # of a file that cannot be read nobody knows the form: it is judged as the table its cycle asks for
    form_keys = frame["submission_id"].map(submissions["form"])
    form_keys = form_keys.where(form_keys.isin(rulebook.forms), EXIT_TABLE)
    for (key, form), part in frame.groupby([regime_keys, form_keys], sort=False):
        regime = rulebook.regimes[key] if key else None
        checks = having_values(checks_of(source, regime, rulebook, rulebook.forms[form]), part)
        for number, positions in validator.failing_positions(checks, part).items():
            if positions:
                yield _failing_cases(checks[number], part, positions, source)


def _failing_cases(check: Check, frame: pd.DataFrame, positions: list[int], source: str) -> pd.DataFrame:
    """One line for each of the rows of ``frame`` that fail ``check``: where it points, and what is told there."""
    if source == "observations":
        failing = frame.iloc[positions]
        what = failing["params"].map(lambda params: params.get("what") or params.get("reason"))
        return _cases(check.rule, failing, source, field=failing["field"], variant=what.fillna(failing["observation"]))
    field = check.field or _field_of(check.column)
    problem = f"{field}{_PROBLEM}" if check.column == f"{field}_text" else check.column
    names = dict.fromkeys(["row_id", "submission_id", "sheet", f"{field}_cell", f"{field}_text", problem])
    failing = frame[list(names)].iloc[positions]
    return _cases(
        check.rule,
        failing.rename(columns={f"{field}_cell": "cell", f"{field}_text": "value"}),
        source,
        field=field,
        variant=failing[problem] if problem.endswith(_PROBLEM) or problem in TOLD_BY_KIND else None,
        row_id=failing["row_id"],
    )


def _cases(rule: Rule, failing: pd.DataFrame, source: str, **told: Any) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "source": source,
            "position": failing.index,
            "rule": rule.code,
            "scope": rule.scope,
            "severity": rule.severity,
            "row_id": None,
            "blanks": None,
            **{name: failing[name] for name in ("submission_id", "sheet", "cell", "value")},
            **told,
        }
    )


_PROBLEM = "_problem"


def _field_of(column: str) -> str:
    return FIELD_OF_COLUMN.get(column) or column.removesuffix(_PROBLEM).removesuffix("_text")


# ---- findings ----

_PLACE = ("submission_id", "row_id", "rule", "severity", "sheet", "cell", "value")
"""What a finding repeats of its case."""

_TEXTS = ("message", "message_en", "remedy", "remedy_en")


def _findings(
    cases: pd.DataFrame, sources: Mapping[str, pd.DataFrame], submissions: pd.DataFrame, rulebook: Rulebook
) -> pa.Table:
    """``cases`` put into words and named. Only they are touched one by one, never the rows that are in order."""
    cases = cases.reset_index(drop=True)
    concerned = submissions.loc[cases["submission_id"].unique()]
    submission_by_id = dict(zip(concerned.index, _lines(concerned), strict=True))
    reporter_by_id = {
        key: _reporter_of(submission["regime"], submission["reporter_code"], rulebook)
        for key, submission in submission_by_id.items()
    }
    columns = {name: known_values(cases[name]) for name in (*_PLACE, "field", "variant", "found", "blanks")}
    seen: Counter[tuple] = Counter()
    findings = []
    for origin, submission_id, _, rule, _, sheet, cell, value, field, variant, found, blanks in zip(
        _origins(cases, sources), *columns.values(), strict=True
    ):
        submission = submission_by_id[submission_id]
        regime = rulebook.regimes.get(submission["regime"])
        reporter = reporter_by_id[submission_id]
        case = Case(
            rulebook.rules[rule],
            *(regime, reporter, submission, origin),
            *(field, variant, sheet, cell, value, found),
            tuple(blanks or ()),
        )
        place = (rule, sheet, cell)
        name = finding_id(submission["sha256"], submission["reporter_code"], *place, seen[submission_id, place])
        seen[submission_id, place] += 1
        findings.append((name, *put_into_words(case, rulebook)))
    named = dict(zip(("finding_id", *_TEXTS), zip(*findings, strict=True), strict=True))
    return pa.table([(columns | named)[name] for name in FINDINGS_SCHEMA.names], schema=FINDINGS_SCHEMA)


def _origins(cases: pd.DataFrame, sources: Mapping[str, pd.DataFrame]) -> list[Mapping[str, Any]]:
    """For each case what sentences tell of the line of a frame it comes from."""
    origins: list[Mapping[str, Any]] = [{}] * len(cases)
    for source, of_source in cases.groupby("source"):
        columns = [name for name in sources[source] if name in ORIGIN_COLUMNS or name.endswith(TOO_EARLY)]
        frame = sources[source][columns]
        # Most kinds of fault are in no row of a frame: a column that is blank throughout tells nothing of any case.
        told = [name for name in frame.columns if frame[name].notna().any()]
        for place, line in zip(of_source.index, _lines(frame.loc[of_source["position"], told]), strict=True):
            origins[place] = line
    return origins


def _reporter_of(regime_key: str | None, reporter_code: str | None, rulebook: Rulebook) -> Reporter | None:
    regime = rulebook.regimes.get(regime_key)
    return regime.reporters.get(reporter_code) if regime else None


def _lines(frame: pd.DataFrame) -> Iterator[dict[str, Any]]:
    columns = {name: known_values(frame[name]) for name in frame.columns}
    return (dict(zip(columns, values, strict=True)) for values in zip(*columns.values(), strict=True))
