"""A warehouse made by hand that says who owed the table and what came: two cities and a department of Shandong."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb

REGIME, ROUND = "shandong-2017", "annual"
DUE = date(2017, 12, 31)
AFTER = date(2018, 1, 5)
"""A day on which nobody has time left but who was given more."""

TABLES = {
    "dim_division": "division_code text, division text, city_code text",
    "dim_reporter": "regime text, reporter_code text, reporter text, kind text, home_code text",
    "fct_obligation": """regime text, round text, reporter_code text, what text, due date, due_in_plan date,
        extended_by int, state text, submission_id text, received_at timestamp, is_on_time boolean, days_late int,
        is_demanded boolean, submission_count int, rejected_count int, returned_count int,
        missing_parts text, replaced_parts text""",
    "fct_submission": """submission_id text, batch text, regime text, round text, form text, reporter_code text,
        file text, received_at timestamp, is_nil boolean, status text, is_demanded boolean""",
    "dim_enterprise_name": "identity_id text",
    "fct_decision": "sequence int, lapsed_because text",
    "fct_city_confirmation": "regime text, round text, city_code text, sequence int, is_current boolean",
}
DIVISIONS = [
    ("370000", "山东省", None),
    ("371000", "威海市", "371000"),
    ("371002", "环翠区", "371000"),
    ("371003", "文登区", "371000"),
    ("371082", "荣成市", "371000"),
    ("371500", "聊城市", "371500"),
    ("371502", "东昌府区", "371500"),
    ("371503", "茌平区", "371500"),
    ("371521", "阳谷县", "371500"),
    ("371522", "莘县", "371500"),
    ("371525", "冠县", "371500"),
]
DEPARTMENT = "370000-sthj"
IN_TIME = datetime(2017, 12, 31, 15, 59, 59)
LATE = datetime(2018, 1, 2, 16, 0)
"""In UTC: the third of January in Shandong."""

# reporter, state, submission, received at, in time, days late, demanded, sent, rejected, returned, due, extended by
EXIT_TABLES = [
    ("371002", "received", "000001", IN_TIME, True, 0, False, 1, 0, 0, DUE, None),
    ("371003", "nil", "000002", IN_TIME, True, 0, False, 1, 0, 0, DUE, None),
    ("371082", "late", "000004", LATE, False, 3, False, 2, 1, 0, DUE, None),
    ("371502", "received", "000005", IN_TIME, True, 0, True, 1, 0, 0, DUE, None),
    ("371503", "rejected", None, None, None, None, False, 2, 2, 0, DUE, None),
    ("371521", "returned", None, None, None, None, False, 1, 0, 1, DUE, None),
    ("371522", "missing", None, None, None, None, False, 0, 0, 0, DUE, None),
    ("371525", "missing", None, None, None, None, False, 0, 0, 0, date(2018, 1, 31), 4),
]
CONFIRMATIONS = [(REGIME, ROUND, "371000", 2, True), (REGIME, ROUND, "371500", 3, False)]


def lay_reporting_warehouse(path: Path) -> Path:
    """Write it to ``path`` in place of what may be there."""
    beside = path.parent / ".building" / path.name
    beside.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(beside)) as connection:
        connection.execute("create schema marts")
        for table, columns in TABLES.items():
            connection.execute(f"create table marts.{table} ({columns})")
        _fill(connection, "dim_division", DIVISIONS)
        counties = [(REGIME, code, name, "county", code) for code, name, city in DIVISIONS if city not in (None, code)]
        department = (REGIME, DEPARTMENT, "山东省生态环境厅", "department", "370000")
        _fill(connection, "dim_reporter", [*counties, department])
        _fill(
            connection,
            "fct_obligation",
            [*map(_exit_table, EXIT_TABLES), _document("371002", "received"), _document("371003", "missing")],
        )
        _fill(connection, "fct_submission", _submissions())
        _fill(connection, "fct_decision", [(3, None)])
        _fill(connection, "fct_city_confirmation", CONFIRMATIONS)
    beside.replace(path)
    return path


def _fill(connection: duckdb.DuckDBPyConnection, table: str, lines: list[tuple]) -> None:
    marks = ", ".join("?" * len(lines[0]))
    connection.executemany(f"insert into marts.{table} values ({marks})", lines)


def _exit_table(line: tuple) -> tuple:
    reporter, state, submission, received_at, is_on_time, days_late, *counts, due, extended_by = line
    answer = (submission, received_at, is_on_time, days_late, *counts)
    return REGIME, ROUND, reporter, "exit_statistics", due, DUE, extended_by, state, *answer, None, None


def _document(reporter: str, state: str) -> tuple:
    return REGIME, ROUND, reporter, "summary", DUE, DUE, None, state, *[None] * 10


def _submissions() -> list[tuple]:
    """Those that count, one that nobody asked for, and one of which nobody knows who sent it."""
    counting = [
        (
            line[2],
            "000001",
            REGIME,
            ROUND,
            "exit_statistics",
            line[0],
            f"{line[0]}.xlsx",
            line[3],
            line[1] == "nil",
            "counting",
            line[6],
        )
        for line in EXIT_TABLES
        if line[2]
    ]
    unasked = (
        "000009",
        "000001",
        REGIME,
        ROUND,
        "exit_statistics",
        DEPARTMENT,
        "省厅.xlsx",
        IN_TIME,
        False,
        "counting",
        False,
    )
    unknown = (
        "000010",
        "000001",
        REGIME,
        ROUND,
        "exit_statistics",
        None,
        "汇总表(2).xlsx",
        IN_TIME,
        False,
        "rejected",
        False,
    )
    return [*counting, unasked, unknown]
