"""In each of the five plans, what comes out of the whole way equals what the generator knows to be true."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import pandas as pd
import pytest

import dbt_project
import expectations
import exports
import ingestion
from demo import Truth, generate_cycle
from rulebook import Rulebook, load
from store import Store
from tests.cycles.expected import add_up, put_in_order, read_rollup
from tests.exports.pack.report_marts import tables_of

REGIMES = ("weihai-2022", "liaocheng-2025", "shandong-2017", "shenzhen-2019", "ankang-2024")
ROUND = "annual"
SEED = 20241230


@dataclass(frozen=True)
class Settled:
    """Five cycles in one store, and the truth about each."""

    store: Store
    rulebook: Rulebook
    truths: dict[str, Truth]


@pytest.fixture(scope="module")
def settled(tmp_path_factory) -> Settled:
    folder = tmp_path_factory.mktemp("cycles")
    store, rulebook = Store(folder / "store"), load()
    truths = {}
    for regime in REGIMES:
        inbox = folder / "inbox" / regime
        truths[regime] = generate_cycle(regime, ROUND, inbox, SEED, rulebook, rows_per_workbook=(2, 6))
        for batch in ingestion.receive(store, inbox, regime, ROUND, rulebook):
            ingestion.read_batch(store, batch, rulebook)
            expectations.judge_batch(store, batch, rulebook)
    dbt_project.build(store.root, rulebook)
    return Settled(store, rulebook, truths)


@pytest.mark.parametrize("regime", REGIMES)
def test_every_line_of_the_rollup_is_the_sum_of_the_truth(settled: Settled, regime: str, tmp_path: Path):
    exports.write_pack(settled.store.location("warehouse.duckdb"), regime, ROUND, tmp_path, settled.rulebook)
    expected = add_up(settled.truths[regime].exits, settled.rulebook.regimes[regime], ROUND, settled.rulebook)
    assert read_rollup(tmp_path / "rollup.csv") == put_in_order(expected)


@pytest.mark.parametrize("regime", REGIMES)
def test_the_first_annex_of_the_report_is_the_sum_of_the_truth(settled: Settled, regime: str, tmp_path: Path):
    plan = settled.rulebook.regimes[regime]
    exports.write_pack(settled.store.location("warehouse.duckdb"), regime, ROUND, tmp_path, settled.rulebook)
    truth = add_up(settled.truths[regime].exits, plan, ROUND, settled.rulebook)
    area = truth[truth["division_code"] == plan.area]
    columns = ["industry", "category", "exits", "enterprises", "capacity", "capacity_unit"]
    assert sorted(
        (*line[:2], int(line[2]), int(line[3]), Decimal(line[4]) if line[4] else None, line[5] or None)
        for line in tables_of((tmp_path / "report.docx").read_bytes())["行业/淘汰类别"]
    ) == sorted(
        (*line[:4], line[4] and Decimal(line[4]), line[5] or None)
        for line in area[columns].astype(object).where(area[columns].notna(), None).itertuples(index=False, name=None)
    )


@pytest.mark.parametrize("regime", REGIMES)
def test_every_wrong_file_is_rejected_by_its_rule_and_no_right_one_is(settled: Settled, regime: str):
    store = settled.store
    submissions = pd.concat(store.read_table(key).to_pandas() for key in store.keys("submissions"))
    findings = pd.concat(store.read_table(key).to_pandas() for key in store.keys("findings"))
    rejects = findings[findings["severity"] == "reject"].groupby("submission_id")["rule"].agg(set)
    of_regime = submissions[submissions["regime"] == regime].fillna({"folder": ""})
    found = {
        f"{line.folder}/{line.file.split('!')[0]}".lstrip("/"): rejects.get(line.submission_id, set())
        for line in of_regime.itertuples()
    }
    files = settled.truths[regime].files
    assert found == {line.file: {line.rule} if isinstance(line.rule, str) else set() for line in files.itertuples()}
