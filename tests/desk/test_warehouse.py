"""The warehouse as pages read it: while it is replaced, from several threads, before it is there."""

from __future__ import annotations

import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from desk.views.warehouse import Warehouse


def lay_warehouse(path: Path, word: str, sequences: tuple[int, ...] = ()) -> None:
    """Build a warehouse beside ``path``, as dbt does, and put it in its place."""
    beside = path.parent / ".building" / path.name
    beside.parent.mkdir(exist_ok=True)
    beside.unlink(missing_ok=True)
    with duckdb.connect(str(beside)) as connection:
        connection.execute("create schema marts")
        connection.execute(
            "create table marts.kept as select ? as word, timestamp '2024-12-30 16:00' as received_at", [word]
        )
        connection.execute("create view marts.seen as select word from warehouse.marts.kept")
        connection.execute("create view marts.dim_enterprise_name as select 'n' as identity_id")
        connection.execute("create table marts.fct_decision (sequence integer, lapsed_because text)")
        for sequence in sequences:
            connection.execute("insert into marts.fct_decision (sequence) values (?)", [sequence])
    beside.replace(path)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "it's here" / "warehouse.duckdb"


def test_before_the_first_build_there_is_none(path: Path):
    warehouse = Warehouse(path)

    assert (warehouse.exists, warehouse.built_at, warehouse.last_decision) == (False, None, 0)
    with pytest.raises(FileNotFoundError):
        warehouse.query("select 1")


def test_one_built_before_decisions_told_why_they_lapsed_is_as_good_as_none(path: Path):
    path.parent.mkdir()
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        connection.execute("create table marts.fct_decision (sequence integer)")
    warehouse = Warehouse(path)

    assert (warehouse.exists, warehouse.built_at, warehouse.last_decision) == (False, None, 0)
    lay_warehouse(path, "new", sequences=(1,))
    assert warehouse.last_decision == 1


@pytest.mark.parametrize("share", [0, 0.01, 0.5, 0.95])
def test_one_whose_end_is_missing_is_none_until_it_is_built_again(path: Path, share: float):
    path.parent.mkdir()
    lay_warehouse(path, "whole", sequences=(1,))
    whole = path.read_bytes()
    path.write_bytes(whole[: int(len(whole) * share)])
    warehouse = Warehouse(path)
    assert (warehouse.exists, warehouse.built_at, warehouse.is_damaged) == (False, None, True)
    lay_warehouse(path, "new", sequences=(1,))
    assert (warehouse.exists, warehouse.is_damaged, warehouse.last_decision) == (True, False, 1)


def test_lines_are_mappings_with_moments_in_utc(path: Path):
    path.parent.mkdir()
    lay_warehouse(path, "first", sequences=(3, 7))
    warehouse = Warehouse(path)

    assert warehouse.query("select word, received_at from marts.kept where word = $word", {"word": "first"}) == [
        {"word": "first", "received_at": datetime(2024, 12, 30, 16, tzinfo=UTC)}
    ]
    assert warehouse.query("select word from marts.seen where word = ?", ["another"]) == []
    assert warehouse.last_decision == 7
    assert warehouse.built_at.tzinfo is UTC


def test_a_replaced_file_is_read_anew(path: Path):
    """DuckDB on its own keeps answering from the file that was there first."""
    path.parent.mkdir()
    lay_warehouse(path, "first")
    warehouse = Warehouse(path)
    answers = [(warehouse.query("select word from marts.seen")[0]["word"], warehouse.last_decision)]
    lay_warehouse(path, "second", sequences=(1,))
    answers.append((warehouse.query("select word from marts.seen")[0]["word"], warehouse.last_decision))

    assert answers == [("first", 0), ("second", 1)]


@pytest.mark.skipif(not Path("/proc/self/fd").exists(), reason="which files are open is asked of Linux")
def test_a_replaced_file_is_let_go_of_though_threads_that_read_it_live_on(path: Path):
    path.parent.mkdir()
    lay_warehouse(path, "first")
    warehouse = Warehouse(path)
    with ThreadPoolExecutor(3) as readers:
        for word in ("second", "third"):
            list(readers.map(lambda _: warehouse.query("select word from marts.kept"), range(12)))
            lay_warehouse(path, word)
        assert warehouse.query("select word from marts.kept") == [{"word": "third"}]
        held = [str(link.readlink()) for link in Path("/proc/self/fd").iterdir() if link.exists()]

    assert [name for name in held if name.startswith(str(path.parent))] == [str(path)]


def test_a_question_that_is_wrong_spoils_none_after_it(path: Path):
    path.parent.mkdir()
    lay_warehouse(path, "first")
    warehouse = Warehouse(path)
    with pytest.raises(duckdb.Error):
        warehouse.query("select strange from marts.kept")

    assert warehouse.query("select word from marts.kept") == [{"word": "first"}]


def test_threads_read_while_the_file_is_replaced(path: Path):
    """Every answer is one of the two warehouses, and none is an error."""
    path.parent.mkdir()
    lay_warehouse(path, "first")
    warehouse = Warehouse(path)
    answers: list[str] = []
    failures: list[Exception] = []
    begun = threading.Barrier(5)

    def read() -> None:
        begun.wait()
        try:
            for _ in range(30):
                answers.append(warehouse.query("select word from marts.kept")[0]["word"])
        except Exception as error:  # told below: an exception of a thread fails no test by itself
            failures.append(error)

    threads = [threading.Thread(target=read) for _ in range(4)]
    for thread in threads:
        thread.start()
    begun.wait()
    lay_warehouse(path, "second")
    for thread in threads:
        thread.join()

    assert failures == []
    assert set(answers) <= {"first", "second"} and len(answers) == 120
    assert warehouse.query("select word from marts.kept") == [{"word": "second"}]


def test_it_cannot_be_written(path: Path):
    path.parent.mkdir()
    lay_warehouse(path, "first")

    with pytest.raises(duckdb.Error, match="read-only"):
        Warehouse(path).query("insert into marts.kept values ('x', null)")


def test_to_know_that_it_is_there_loads_no_pandas(path: Path):
    path.parent.mkdir()
    lay_warehouse(path, "first")

    asked = (
        "import sys; from desk.views.warehouse import Warehouse\n"
        "assert Warehouse(sys.argv[1]).exists; sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", asked, str(path)]).returncode == 0
