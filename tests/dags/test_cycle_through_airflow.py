"""A whole cycle through the real DAGs: Airflow, Great Expectations, dbt, DuckDB, nothing replaced."""

import csv
import hashlib
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest

import ingestion
from desk.airflow.run import CYCLE_DAGS, DagFailed, run_dags
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from desk.january.seal_writing import seal_cycle
from ingestion import Delivery
from rulebook import load
from store import Store

CYCLE = {"regime": "shaanxi-2018", "round": "annual"}


def rollup_lines(store: Path) -> list[dict]:
    path = store / "published" / CYCLE["regime"] / CYCLE["round"] / "rollup.csv"
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def fingerprint(store: Path) -> dict[str, str]:
    """Hash of every file people or later stages rely on; the manifest says when it was made, so it may differ."""
    return {
        str(path.relative_to(store)): hashlib.sha256(path.read_bytes()).hexdigest()
        for folder in (
            "originals",
            "receipts",
            "submissions",
            "rows",
            "observations",
            "findings",
            "outbox",
            "published",
        )
        for path in sorted((store / folder).rglob("*"))
        if path.is_file() and path.name != "manifest.json"
    }


@pytest.fixture
def conf(coal_inbox, tmp_path) -> dict[str, str]:
    return CYCLE | {"inbox": str(coal_inbox), "store": str(tmp_path / "store")}


def test_the_21_mines_of_shaanxi_2018_come_out_as_21_exits_and_581(airflow_home, conf):
    run_dags(airflow_home, conf)
    store = Path(conf["store"])
    lines = rollup_lines(store)

    province = {
        line["category"]: line for line in lines if line["division_code"] == "610000" and line["industry"] == "煤炭"
    }
    assert set(province) == {"合计", "未分类"}
    for line in province.values():
        assert (line["exits"], Decimal(line["capacity"]), line["capacity_unit"]) == ("21", Decimal("581"), "万吨")

    # today's codes: the list says 神木县 and 横山县
    counties = {line["division_code"]: line["exits"] for line in lines if line["category"] == "未分类"}
    assert counties["610881"] == "2" and counties["610803"] == "2"
    # the mine without a county counts in its city only
    assert counties["610300"] == "1" and not [code for code in counties if code.startswith("6103") and code != "610300"]

    before = fingerprint(store)
    run_dags(airflow_home, conf)
    assert fingerprint(store) == before, "running every DAG again changes nothing"


def test_what_a_crash_left_in_another_cycle_is_finished_and_announced(airflow_home, conf):
    store, other = Store(conf["store"]), {"regime": "ankang-2024", "round": "midyear"}
    upload = Delivery("表.xlsx", b"no workbook", "610924", "upload", datetime.now(UTC))
    ingestion.receive_files(store, [upload], *other.values(), load())
    run_dags(airflow_home, conf, ["collect_submissions"])
    assert list(ingestion.unfinished_batches(store)) == []
    # Airflow is told where its files lie before it is imported
    from airflow.models.asset import AssetEvent
    from airflow.utils.session import create_session

    with create_session() as session:
        told = session.query(AssetEvent).order_by(AssetEvent.id.desc()).first().extra
    assert [{key: cycle[key] for key in other} for cycle in told["cycles"]] == [other, CYCLE]


def test_a_task_that_failed_can_be_run_again(airflow_home, conf):
    store = Path(conf["store"])
    store.mkdir()
    obstacle = store / "findings"
    obstacle.write_text("not a folder")
    with pytest.raises(DagFailed, match="judge"):
        run_dags(airflow_home, conf, ["collect_submissions"])
    obstacle.unlink()
    run_dags(airflow_home, conf, CYCLE_DAGS[1:])
    (total,) = (
        line for line in rollup_lines(store) if line["division_code"] == "610000" and line["industry"] == "合计"
    )
    assert total["exits"] == "21"


def test_of_a_sealed_cycle_what_was_sealed_is_published(airflow_home, conf):
    run_dags(airflow_home, conf)
    store, rulebook = Store(conf["store"]), load()
    published = Path(store.location(f"published/{CYCLE['regime']}/{CYCLE['round']}"))
    draft = (published / "manifest.json").read_bytes()
    Decisions(store, rulebook).record(Draft("seal", "收齐", **CYCLE), Actor("li", "李签发"), None)
    run_dags(airflow_home, conf, ["provincial_rollup"])
    assert (published / "manifest.json").read_bytes() == draft, "the sealed copy is not written yet"

    pack = seal_cycle(store, *CYCLE.values(), rulebook).pack
    run_dags(airflow_home, conf, ["provincial_rollup"])

    sealed = Path(store.location(f"{pack.key}/pack"))
    assert {path.name: path.read_bytes() for path in published.iterdir()} == {
        path.name: path.read_bytes() for path in sealed.iterdir()
    }
