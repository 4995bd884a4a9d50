"""The board's read model: who is counted where, what waits for the next build, and what is chosen among the lines."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import duckdb
import pytest

from desk.decisions.log import Decision
from desk.views.board import TO_DO, choose, read_board, read_standing
from desk.views.warehouse import Warehouse
from exports.papers.reporting import tally
from exports.wording import STANDINGS
from rulebook import load
from tests.reporting_warehouse import AFTER, DEPARTMENT, DUE, REGIME, ROUND, lay_reporting_warehouse

CYCLE = (REGIME, ROUND)


@dataclass
class Pending:
    """What of a submission that came in since the build the board looks at."""

    submission_id: str
    reporter_code: str | None
    file: str = "新表.xlsx"
    received_at: datetime = datetime(2018, 1, 4, tzinfo=UTC)


class Inbox:
    """Answers what came in since the build."""

    def __init__(self, *pending: Pending) -> None:
        self._pending = list(pending)

    def pending(self, regime: str, round: str) -> list[Pending]:
        assert (regime, round) == CYCLE
        return self._pending


def decision(sequence: int, kind: str = "return", regime: str | None = REGIME) -> Decision:
    at = datetime(2018, 1, 4, tzinfo=UTC)
    return Decision(sequence, kind, at, "w", "王", "steward", "370000", "理由", None, None, regime=regime, round=ROUND)


@pytest.fixture
def warehouse(tmp_path: Path) -> Warehouse:
    return Warehouse(lay_reporting_warehouse(tmp_path / "warehouse.duckdb"))


def board_of(warehouse: Warehouse, *pending: Pending, decisions=(), cities=None, day: date = AFTER):
    return read_board(warehouse, Inbox(*pending), decisions, load(), CYCLE, cities, day)


def codes(lines) -> list[str]:
    return [line.reporter_code for line in lines]


def test_every_reporter_is_counted_in_the_total_and_in_its_city(warehouse):
    board = board_of(warehouse)

    total = board.total
    assert (total.owed, total.received, total.on_time, total.late, total.nil) == (8, 4, 3, 1, 1)
    assert (total.rejected, total.returned, total.missing, total.not_due, total.demanded) == (1, 1, 2, 1, 1)
    assert total.unasked == 1
    assert [(one.city, one.tally.owed, one.tally.received) for one in board.cities] == [
        ("山东省", 0, 0),
        ("威海市", 3, 3),
        ("聊城市", 5, 1),
    ]


def test_a_city_steward_sees_the_own_city(warehouse):
    board = board_of(warehouse, cities=("371000",))

    assert codes(board.lines) == ["371002", "371003", "371082"]
    assert board.total.owed == 3
    assert board.stray_files == ()


def test_documents_are_counted_beside_the_table(warehouse):
    lines = {line.reporter_code: line for line in board_of(warehouse).lines}

    assert (lines["371002"].documents_in, lines["371002"].documents_owed) == (1, 1)
    assert (lines["371003"].documents_in, lines["371003"].documents_owed) == (0, 1)


def test_what_came_since_the_build_waits_and_changes_no_figure(warehouse):
    before = board_of(warehouse).total
    board = board_of(
        warehouse,
        *(Pending("000011", "371522"), Pending("000012", "371522"), Pending("000013", None)),
        decisions=[decision(3), decision(4), decision(5, "grant", None), decision(6, regime="weihai-2022")],
    )

    assert board.waiting == {"371522": 2}
    assert board.waiting_decisions == 1
    assert board.total == before
    assert [stray.submission_id for stray in board.stray_files] == ["000013", "000010"]


def test_before_the_first_build_everybody_owes_by_the_rulebook(tmp_path):
    board = board_of(Warehouse(tmp_path / "warehouse.duckdb"), day=DUE)

    owing = [code for code in load().regimes[REGIME].reporters if load().regimes[REGIME].owed(code, ROUND)]
    assert board.built_at is None
    assert sorted(codes(board.lines)) == sorted(owing)
    assert board.total.not_due == len(owing)


def test_a_new_build_is_seen_at_once(warehouse):
    assert board_of(warehouse).total.owed == 8
    changed = warehouse.path.with_name("changed.duckdb")
    lay_reporting_warehouse(changed)
    with duckdb.connect(str(changed)) as connection:
        connection.execute("delete from marts.fct_obligation where reporter_code = '371522'")
    changed.with_name("warehouse.duckdb").unlink()
    changed.rename(warehouse.path)

    assert board_of(warehouse).total.owed == 7


@pytest.mark.parametrize(
    ("choice", "expected"),
    [
        ({"city": "371000"}, ["371002", "371003", "371082"]),
        ({"state": "missing"}, ["371522"]),
        ({"state": "open"}, ["371525"]),
        ({"state": "demanded"}, ["371502"]),
        ({"state": "unasked"}, [DEPARTMENT]),
        ({"state": TO_DO}, ["371502", "371503", "371521", "371522"]),
        ({"state": TO_DO, "city": "371000"}, []),
        ({"text": "荣成"}, ["371082"]),
        ({"text": " 37152"}, ["371521", "371522", "371525"]),
        ({"text": "威海市", "state": "late"}, ["371082"]),
    ],
)
def test_lines_are_chosen_by_city_state_and_text(warehouse, choice, expected):
    assert codes(choose(board_of(warehouse).lines, AFTER, **choice)) == expected


def test_who_was_excused_is_neither_overdue_nor_to_do(warehouse):
    excused, *others = codes(choose(board_of(warehouse).lines, AFTER, state="missing"))
    lines = read_standing(warehouse, load(), CYCLE, AFTER, frozenset({excused})).lines
    assert codes(choose(lines, AFTER, state="excused")) == [excused]
    assert codes(choose(lines, AFTER, state="missing")) == others
    assert excused not in codes(choose(lines, AFTER, state=TO_DO))
    told = tally(lines, AFTER)
    assert (told.excused, told.overdue) == (1, len(others))


def test_as_many_lines_are_found_as_the_headline_counts(warehouse):
    """Also where two things are true of a reporter: in time and nil, in time and demanded again."""
    board = board_of(warehouse)

    total = board.total
    assert {state: len(choose(board.lines, AFTER, state=state)) for state in STANDINGS} == {
        "received": total.on_time,
        "nil": total.nil,
        "late": total.late,
        "unasked": total.unasked,
        "demanded": total.demanded,
        "partial": total.partial,
        "replaced": total.replaced,
        "rejected": total.rejected,
        "returned": total.returned,
        "missing": total.overdue,
        "excused": total.excused,
        "open": total.not_due,
    }
