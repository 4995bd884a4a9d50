"""Great Expectations' own account of a cycle: its Data Docs of the rules and of what the tables do not meet.

They show the suites the rulebook makes of the rules, rule by rule and word for word, and how many rows of the cycle
fail each expectation, and where. Root causes are not sorted out here and nothing is put into words for a reporter:
what a reporter is told are the findings. The pages are whole by themselves (``data_docs_view``).
"""

from __future__ import annotations

import shutil
import tempfile
import warnings
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pandas as pd

from expectations.judgement import as_rules_see, frames_of
from expectations.suites import Check, ExpectationFailed, checks_of, import_great_expectations, know_expectations
from rulebook import Regime, Rulebook
from store import Store

if TYPE_CHECKING:
    from great_expectations.data_context import EphemeralDataContext

FRAMES = ("rows", "observations")
"""The exit table's rows, and what was noticed of any file."""

PLACE = "位置 place"
"""The column that says where a value stands: submission, sheet and cell or row."""

_PAGES_OF_A_FRAME = 2
"""What is expected of it, and what it does not meet."""

MOST_VALUES_SHOWN = 20
"""Different unexpected values that a page shows of one expectation; how many there are in all it says beside."""


def build_data_docs(store: Store, regime_key: str, round_key: str, folder_key: str, rulebook: Rulebook) -> str | None:
    """Data Docs of a cycle lie below ``folder_key``, in place of those before; the key of their first page.

    They are about what each reporter sent last, as far as it is judged; a file of an unknown reporter stands by
    itself. None, and nothing is written, where nothing of the cycle is judged.
    """
    frames = _frames_as_they_stand(store, regime_key, round_key, rulebook)
    if not frames:
        return None
    with tempfile.TemporaryDirectory() as folder:
        site = f"{regime_key}-{round_key}"
        context = _context_with_site(site, Path(folder))
        regime = rulebook.regimes[regime_key]
        for name, frame in frames.items():
            checks = [check for check in checks_of(name, regime, rulebook) if check.column in frame]
            _validate(context, name, frame, checks, regime, round_key)
        context.build_data_docs([site])
        pages = sorted(Path(folder).rglob("*.html"))
        # a page that cannot be drawn is only logged by Great Expectations
        if len(pages) != 1 + _PAGES_OF_A_FRAME * len(frames):
            raise ExpectationFailed(f"only these Data Docs could be drawn: {pages}")
        _put_in_place(store, folder_key, Path(folder), pages)
    return f"{folder_key}/index.html"


# ---- what is validated ----


def _frames_as_they_stand(store: Store, regime_key: str, round_key: str, rulebook: Rulebook) -> dict[str, pd.DataFrame]:
    """The frames the rules look at, of the tables that were sent last; only the columns the rules ask about."""
    standing = _standing_submissions(store, regime_key, round_key)
    parts: dict[str, list[pd.DataFrame]] = {name: [] for name in FRAMES}
    for batch in sorted(standing["batch"].unique()):
        seen = as_rules_see(frames_of(store, batch, rulebook), rulebook)
        for name, part in ((name, seen[name]) for name in FRAMES):
            checks = checks_of(name, rulebook.regimes[regime_key], rulebook)
            of_cycle = part[part["submission_id"].isin(standing["submission_id"])]
            parts[name].append(_with_place(of_cycle, checks))
    return {name: pd.concat(part, ignore_index=True) for name, part in parts.items() if part}


def _standing_submissions(store: Store, regime_key: str, round_key: str) -> pd.DataFrame:
    """The last judged table of each reporter of a cycle, and every one whose reporter is not known."""
    columns = ["submission_id", "receipt_no", "regime", "round", "form", "reporter_code"]
    judged = [pd.DataFrame(columns=[*columns, "batch"])]
    for key in store.keys("findings"):
        batch = Path(key).stem
        judged.append(store.read_table(f"submissions/{batch}.parquet", columns).to_pandas().assign(batch=batch))
    submissions = pd.concat(judged, ignore_index=True)
    of_cycle = submissions[
        (submissions["regime"] == regime_key)
        & (submissions["round"] == round_key)
        & (submissions["form"] != "document")
    ].sort_values("receipt_no", kind="stable")
    is_replaced = of_cycle["reporter_code"].notna() & of_cycle.duplicated(["form", "reporter_code"], keep="last")
    return of_cycle[~is_replaced]


def _with_place(frame: pd.DataFrame, checks: list[Check]) -> pd.DataFrame:
    """What the ``checks`` and their conditions may ask of ``frame``, and where each line of it stands."""
    cell = frame["cell"] if "cell" in frame else frame["row"].astype("string")
    sheet = frame["sheet"].astype("string").fillna("")
    place = frame["submission_id"].astype("string") + " " + sheet + "!" + cell.astype("string").fillna("")
    asked = {check.column for check in checks}
    conditions = " ".join(check.kwargs.get("row_condition", "") for check in checks)
    return frame[[column for column in frame if column in asked or column in conditions]].assign(**{PLACE: place})


# ---- Great Expectations ----


def _context_with_site(site: str, folder: Path) -> EphemeralDataContext:
    """Great Expectations in memory, with one site of Data Docs that is drawn into ``folder``."""
    context = import_great_expectations().get_context(mode="ephemeral")
    context.variables.progress_bars = {"globally": False}
    for name in context.get_site_names():
        context.delete_data_docs_site(name)
    view = {"module_name": "expectations.data_docs_view", "class_name": "OfflinePageView"}
    context.add_data_docs_site(
        site,
        {
            "class_name": "SiteBuilder",
            "show_how_to_buttons": False,
            "store_backend": {"class_name": "TupleFilesystemStoreBackend", "base_directory": str(folder)},
            "site_index_builder": {"class_name": "DefaultSiteIndexBuilder", "view": view},
            "site_section_builders": {
                "expectations": {"view": view},
                "validations": {"view": view},
                "profiling": "None",
            },
        },
    )
    return context


def _validate(
    context: EphemeralDataContext, name: str, frame: pd.DataFrame, checks: list[Check], regime: Regime, round_key: str
) -> None:
    """The suite of ``checks`` is known to ``context``, and the result of validating ``frame`` with it."""
    library = import_great_expectations()
    know_expectations(checks)
    from great_expectations.core import RunIdentifier

    # handed over as a whole: added one by one, those of equal type and column would replace one another
    suite = context.suites.add(
        library.ExpectationSuite(f"{regime.key}.{name}", expectations=list(_expectations(checks)))
    )
    asset = context.data_sources.add_pandas(name).add_dataframe_asset(f"{regime.key}-{round_key}")
    batch = asset.add_batch_definition_whole_dataframe("whole")
    validation = context.validation_definitions.add(library.ValidationDefinition(name=name, data=batch, suite=suite))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        outcomes = validation.run(
            batch_parameters={"dataframe": frame},
            result_format={
                "result_format": "COMPLETE",
                "unexpected_index_column_names": [PLACE],
                "partial_unexpected_count": MOST_VALUES_SHOWN,
                "return_unexpected_index_query": False,
            },
            run_id=RunIdentifier(run_name=round_key),
        ).results
    for outcome in outcomes:
        if outcome.result.get("unexpected_count") is None:
            raise ExpectationFailed(f"{outcome.expectation_config.meta['rule']}: {outcome.exception_info}")


def _expectations(checks: list[Check]) -> Iterator[dict[str, Any]]:
    """Each check as an expectation that is told in the words of its rule."""
    for check in checks:
        rule = check.rule
        yield {
            "type": check.type,
            "kwargs": {"column": check.column, **check.kwargs},
            # what Great Expectations would say itself is the type, which stays to be read beside
            "description": f"{rule.code}（{rule.severity}）{rule.message_zh}\n{rule.message_en}\n{check.type}",
            "meta": {"rule": rule.code},
        }


# ---- in the store ----


def _put_in_place(store: Store, folder_key: str, drawn: Path, pages: list[Path]) -> None:
    """The ``pages`` of ``drawn`` lie below ``folder_key`` and those of before are gone."""
    with store.lock("documentation"):
        shutil.rmtree(store.location(folder_key), ignore_errors=True)
        # the first page last: a site that has one is whole
        for page in sorted(pages, key=lambda page: page.parent == drawn):
            store.write_bytes(f"{folder_key}/{page.relative_to(drawn).as_posix()}", page.read_bytes())
