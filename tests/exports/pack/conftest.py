"""A warehouse made by hand, small enough to add up in one's head; no other stage has a part in it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from rulebook import Rulebook, load
from tests.exports.pack import clock_marts

CYCLE = ("ankang-2024", "annual")
AREA, HANYIN, SHIQUAN, XUNYANG = "610900", "610921", "610922", "610981"
ENVIRONMENT = "610900-sthj"
KILN, MILL, PLANT = "汉阴县涧池砖厂", "石泉县饶峰水泥有限公司", "=安康市江北化工厂"

TABLES = {
    "dim_enterprise": "enterprise_id text, credit_code text",
    "dim_division": "division_code text, division text, parent_code text, city_code text, level text",
    "fct_city_confirmation": "regime text, round text, city_code text, sequence int, is_current boolean",
    "dim_cycle": "regime text, round text, year int, area_code text",
    "dim_category": "category text, category_position int",
    "dim_industry": "industry text, industry_position int",
    "dim_reporter": "regime text, reporter_code text, reporter text, kind text, home_code text",
    "rpt_rollup": """regime text, round text, division_code text, division text, industry_code text, industry text,
        category text, enterprises int, exits int, equipment int, equipment_unknown int, capacity decimal(28, 8),
        capacity_unit text, division_position int, industry_position int, category_position int""",
    "fct_exit": """exit_id text, regime text, round text, city_code text, county_code text, industry text,
        enterprise_id text, capacity decimal(28, 8), capacity_unit text, equipment_count int, method text,
        shut_on date, is_dismantled boolean, reconciliation text""",
    "rpt_plan_actual": """regime text, round text, division_code text, division text, industry text, category text,
        capacity_unit text, planned_exits int, added_exits int, removed_exits int, done_exits int, actual_exits int,
        unplanned_exits int, planned_capacity decimal(28, 8), added_capacity decimal(28, 8),
        removed_capacity decimal(28, 8), done_capacity decimal(28, 8), actual_capacity decimal(28, 8),
        unplanned_capacity decimal(28, 8), completion_percent decimal(18, 4), exits_completion_percent decimal(18, 4),
        division_position int, industry_position int, category_position int""",
    "fct_plan_fulfilment": """regime text, round text, side text, exit_id text, met_exits int, unmet_exits int,
        met_capacity decimal(28, 8), unmet_capacity decimal(28, 8)""",
    "fct_plan_match": """regime text, round text, plan_id text, exit_id text, met_lines int, met_capacity decimal(28, 8),
        is_bounded boolean""",
    "rpt_not_dismantled": "exit_id text, regime text, round text, standing text, told_by text, is_accepted boolean",
    "fct_exit_category": "exit_id text, category text, is_sole boolean",
    "fct_exit_claim": """exit_id text, row_id text, role text, is_chosen boolean, chosen_by text, chosen_by_decision int,
        part_capacity decimal(28, 8)""",
    "fct_exit_equipment": "exit_id text, row_id text, quantity int, quantity_unit text",
    "fct_claim": """row_id text, submission_id text, enterprise text, equipment_text text, sheet text, row int,
        claim_cell text, capacity_text text, capacity decimal(28, 8), capacity_unit text, category_text text,
        held_by int""",
    "fct_submission": """submission_id text, regime text, round text, reporter_code text, file text, sha256 text,
        received_at timestamp, status text, version int, form text, row_count int,
        is_nil boolean, is_demanded boolean""",
    "fct_decision": "kind text, submission_id text, reason text, is_in_force boolean, lapsed_because text",
    "fct_obligation": """regime text, round text, reporter_code text, what text, due date, state text,
        submission_id text, received_at timestamp, is_on_time boolean, days_late int, is_demanded boolean,
        missing_parts text, replaced_parts text, due_in_plan date, extended_by int, submission_count int,
        rejected_count int, returned_count int""",
    "fct_finding": """submission_id text, rule text, severity text, sheet text, cell text, message text, remedy text,
        resolution text, evidence text""",
    "rpt_reconciliation": """exit_id text, regime text, round text, city_code text, county_code text, industry text,
        enterprise text, reconciliation text, reporter_code text, reporter text, role text, is_chosen boolean,
        claims int, claimed_capacity decimal(28, 8), claimed_unit text, claimed_industries text,
        counted_capacity decimal(28, 8), counted_unit text, lapsed_choice int""",
}

EXITS = [
    # a cement mill that fails two standards
    ("e1", AREA, HANYIN, "水泥", "n1", "30", "万吨", 2, "关停", date(2024, 6, 30), False, "county_only"),
    # a brick kiln that county and department report alike
    ("e2", AREA, HANYIN, "砖瓦", "n2", "3000", "万块标砖", 1, "拆除", None, True, "both"),
    # a mill without a count; the department gives another figure
    ("e3", AREA, SHIQUAN, "水泥", "n3", "0.125", "万吨", None, None, None, None, "figures_differ"),
    # only the department reports it, without a county
    ("e4", AREA, None, "化工", "n4", "1.2", "万吨", 3, "封存", None, False, "department_only"),
]
EXIT_CATEGORIES = [
    ("e1", "能耗", False),
    ("e1", "技术", False),
    ("e2", "环保", True),
    ("e3", "未分类", True),
    ("e4", "环保", True),
]
CLAIMS = [
    (
        "000001:1:6",
        "000001",
        "汉阴县城关水泥厂",
        "Φ3.2米水泥磨机2台",
        "统计表",
        6,
        "F6",
        "30万吨/年",
        "30",
        "能耗、技术",
    ),
    ("000001:1:7", "000001", KILN, "轮窑1座(24门)", "统计表", 7, "F7", "3000", "3000", "环保"),
    ("000003:1:5", "000003", MILL, "水泥磨机", "Sheet1", 5, "F5", "1250吨", "0.125", None),
    ("000004:1:6", "000004", KILN, "轮窑1座", "统计表", 6, "F6", "3000万块", "3000", "环保"),
    ("000004:1:7", "000004", MILL, "水泥磨机", "统计表", 7, "F7", "0.8万吨", "0.8", None),
    ("000004:1:8", "000004", PLANT, "电石炉3台", "统计表", 8, "F8", "1.2万吨", "1.2", "环保"),
]
EQUIPMENT = [
    ("e1", "000001:1:6", 2, "台"),
    ("e2", "000001:1:7", 1, "座"),
    ("e3", "000003:1:5", None, None),
    ("e4", "000004:1:8", 3, "台"),
    # the form asks for the count apart from the text
    ("p1", "000007:1:5", 1, "台"),
]
PLANNED_CLAIM = ("000007:1:5", "000007", "汉阴县城关水泥厂", "水泥磨", "计划", 5, "F5", "40万吨", "40", "能耗")
EXIT_CLAIMS = [
    ("e1", "000001:1:6", "county", True, "only_side", None, None),
    ("e2", "000001:1:7", "county", True, "county", None, None),
    ("e2", "000004:1:6", "department", False, "county", None, None),
    ("e3", "000003:1:5", "county", True, "county", None, None),
    ("e3", "000004:1:7", "department", False, "county", None, None),
    ("e4", "000004:1:8", "department", True, "only_side", None, None),
]
SUBMISSIONS = [
    ("000001", HANYIN, "汉阴县.xlsx", datetime(2024, 12, 29, 2, 0), "counting"),
    ("000002", SHIQUAN, "石泉（最终版）.xls", datetime(2024, 12, 29, 3, 0), "rejected"),
    ("000003", SHIQUAN, "石泉县更正.xlsx", datetime(2025, 1, 2, 16, 30), "counting"),
    ("000004", ENVIRONMENT, "生态环境局.csv", datetime(2024, 12, 30, 1, 0), "counting"),
    ("000005", XUNYANG, "旬阳.xlsx", datetime(2024, 12, 30, 1, 0), "rejected"),
    ("000006", "610923", "宁陕零报告.xlsx", datetime(2024, 12, 30, 1, 0), "counting"),
]
ROWS = {"000001": 2, "000002": 1, "000003": 1, "000004": 3, "000005": 4, "000006": 0}
"""By submission, how many rows it has."""
NIL = "000006"
PLAN_CAME = datetime(2024, 7, 18, 1, 0)
REPORTERS = [
    (HANYIN, "汉阴县", "received", "000001", datetime(2024, 12, 29, 2, 0), True, 0),
    (SHIQUAN, "石泉县", "late", "000003", datetime(2025, 1, 2, 16, 30), False, 4),
    ("610923", "宁陕县", "nil", "000006", datetime(2024, 12, 30, 1, 0), True, 0),
    ("610924", "紫阳县", "missing", None, None, None, None),
    (XUNYANG, "旬阳市", "rejected", None, None, None, None),
    (ENVIRONMENT, "安康市生态环境局", "received", "000004", datetime(2024, 12, 30, 1, 0), True, 0),
]
DUE = date(2024, 12, 30)
SENT = {HANYIN: (1, 0, 0), SHIQUAN: (2, 1, 0), "610923": (1, 0, 0), "610924": (0, 0, 0), XUNYANG: (1, 1, 0)} | {
    ENVIRONMENT: (1, 0, 0)
}
"""By reporter, how often it sent, was rejected, was returned."""
DIVISIONS_WITHOUT_EXITS = ("610923", "610924", XUNYANG)
NO_UNIT = ("涉及产能没有写单位。", "请写明单位，如 30万吨。", "open", None)
FINDINGS = [
    ("000002", "F03", "reject", "Sheet1", "F6", *NO_UNIT),
    ("000005", "F03", "reject", "Sheet1", "F10", *NO_UNIT),
    ("000005", "F03", "reject", "Sheet1", "F9", *NO_UNIT),
    ("000005", "S13", "reject", "Sheet1", "F12", "合计与各行之和不符。", "请核对合计行。", "open", None),
    ("000003", "S14", "explain", "Sheet1", "A2", "没有填写填报单位。", "请填写填报单位。", "open", None),
    ("000003", "X04", "explain", "Sheet1", "F5", "产能与别的单位不同。", "请与对方核对。", "open", "收件 000004"),
    ("000003", "F12", "note", "Sheet1", "E5", "设备没有写台数。", "请写明台数。", "open", None),
]
ROLLUP = [
    (AREA, "安康市", "C3011", "水泥", "合计", 2, 2, 2, 1, "30.125", "万吨", 1, 8, 0),
    (AREA, "安康市", "C3011", "水泥", "能耗", 1, 1, 2, 0, "30", "万吨", 1, 8, 1),
    (AREA, "安康市", "C3011", "水泥", "技术", 1, 1, 2, 0, "30", "万吨", 1, 8, 5),
    (AREA, "安康市", "C3011", "水泥", "未分类", 1, 1, 0, 1, "0.125", "万吨", 1, 8, 6),
    (AREA, "安康市", "C3031", "砖瓦", "合计", 1, 1, 1, 0, "3000", "万块标砖", 1, 11, 0),
    (AREA, "安康市", "C3031", "砖瓦", "环保", 1, 1, 1, 0, "3000", "万块标砖", 1, 11, 2),
    (AREA, "安康市", "C26", "化工", "合计", 1, 1, 3, 0, "1.2", "万吨", 1, 28, 0),
    (AREA, "安康市", "C26", "化工", "环保", 1, 1, 3, 0, "1.2", "万吨", 1, 28, 2),
    (AREA, "安康市", None, "合计", "合计", 4, 4, 6, 1, None, None, 1, 0, 0),
    (HANYIN, "汉阴县", "C3011", "水泥", "合计", 1, 1, 2, 0, "30", "万吨", 3, 8, 0),
    (HANYIN, "汉阴县", "C3011", "水泥", "能耗", 1, 1, 2, 0, "30", "万吨", 3, 8, 1),
    (HANYIN, "汉阴县", "C3011", "水泥", "技术", 1, 1, 2, 0, "30", "万吨", 3, 8, 5),
    (HANYIN, "汉阴县", "C3031", "砖瓦", "合计", 1, 1, 1, 0, "3000", "万块标砖", 3, 11, 0),
    (HANYIN, "汉阴县", "C3031", "砖瓦", "环保", 1, 1, 1, 0, "3000", "万块标砖", 3, 11, 2),
    (HANYIN, "汉阴县", None, "合计", "合计", 2, 2, 3, 0, None, None, 3, 0, 0),
    (SHIQUAN, "石泉县", "C3011", "水泥", "合计", 1, 1, 0, 1, "0.125", "万吨", 4, 8, 0),
    (SHIQUAN, "石泉县", "C3011", "水泥", "未分类", 1, 1, 0, 1, "0.125", "万吨", 4, 8, 6),
    (SHIQUAN, "石泉县", None, "合计", "合计", 1, 1, 0, 1, None, None, 4, 0, 0),
]
# the plan names one mill of 汉阴, of 40
PLANNED = {(AREA, "水泥", "合计"), (AREA, "水泥", "能耗"), (HANYIN, "水泥", "合计"), (HANYIN, "水泥", "能耗")}
# the year before was told by the city's own plan and by that of the province, whose figure is another; the year after,
# and mid-year, belong into no picture of this cycle
EARLIER_CYCLES = [
    ("ankang-2023", "annual", 2023, AREA),
    ("shaanxi-2023", "annual", 2023, "610000"),
    ("ankang-2023", "midyear", 2023, AREA),
    ("ankang-2025", "annual", 2025, AREA),
]
EARLIER_FIGURES = [
    ("ankang-2023", "annual", "12.5"),
    ("shaanxi-2023", "annual", "99"),
    ("ankang-2023", "midyear", "7"),
    ("ankang-2025", "annual", "8"),
]
COUNTY_SIDE = (SHIQUAN, "石泉县", "county", True)
DEPARTMENT_SIDE = (ENVIRONMENT, "安康市生态环境局", "department")
DIFFERENCES = [
    ("e3", SHIQUAN, "水泥", MILL, "figures_differ", *COUNTY_SIDE, "0.125", "0.125"),
    ("e3", SHIQUAN, "水泥", MILL, "figures_differ", *DEPARTMENT_SIDE, False, "0.8", "0.125"),
    ("e4", None, "化工", PLANT, "department_only", *DEPARTMENT_SIDE, True, "1.2", "1.2"),
]
LAPSED = {"e3": 8}
"""By exit the choice that was made of other figures."""
CLAIMED_AS = {("e3", ENVIRONMENT): "建材"}
"""By exit and reporter the word of industry, where it is not the exit's."""


@pytest.fixture(scope="session")
def rulebook() -> Rulebook:
    return load()


@pytest.fixture(scope="session")
def warehouse(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The annual cycle of Ankang 2024 with four exits, and a plan of the same year that must not be mixed into it."""
    return write_warehouse(tmp_path_factory.mktemp("warehouse") / "warehouse.duckdb")


def write_warehouse(path: Path) -> Path:
    with duckdb.connect(str(path)) as connection:
        connection.execute("create schema marts")
        for name, columns in (TABLES | clock_marts.TABLES).items():
            connection.execute(f"create table marts.{name} ({columns})")
        connection.execute("create table marts.fct_plan as select *, '' as plan_change from marts.fct_exit")
        for name, lines in mart_lines().items():
            marks = ", ".join("?" * len(lines[0]))
            connection.executemany(f"insert into marts.{name} values ({marks})", lines)
        for name, orders in clock_marts.LINES.items():
            for order in orders:
                marks = ", ".join("?" * len(order))
                connection.execute(f"insert into marts.{name} ({', '.join(order)}) values ({marks})", [*order.values()])
    return path


def plan_actual_line(line: tuple) -> tuple:
    """A line of the rollup held against the plan."""
    division, name, _, industry, category, _, exits, *_, amount, unit, place, position, category_position = line
    # the mill of 汉阴 of 30 is that of the plan, of 40; its exit fails the standard of technology too
    is_planned = (division, industry, category) in PLANNED
    is_place = division in (AREA, HANYIN)
    planned_exits = 1 if is_planned or (industry == "合计" and is_place) else 0
    planned, done = (Decimal(40), Decimal(30)) if is_planned else (None, None)
    actual = amount and Decimal(amount)
    holds_planned = is_place and (industry == "合计" or (industry == "水泥" and category != "未分类"))
    unplanned_exits = exits - holds_planned
    unplanned = (actual - (30 if holds_planned else 0)) if actual and unplanned_exits else None
    counts = (planned_exits, 0, 0, planned_exits, exits, unplanned_exits)
    amounts = (planned, None, None, done, actual, unplanned)
    rates = (planned and 100 * done / planned, Decimal(100) if planned_exits else None)
    positions = (place, position, category_position)
    return (*CYCLE, division, name, industry, category, unit, *counts, *amounts, *rates, *positions)


def mart_lines() -> dict[str, list[tuple]]:
    exits = [(line[0], *CYCLE, *line[1:5], Decimal(line[5]), *line[6:]) for line in EXITS]
    words = ("能耗", "环保", "质量", "安全", "技术", "未分类")
    return {
        "dim_enterprise": [("n3", "91610922MA70ABCD1X")],
        "dim_division": [
            (AREA, "安康市", "610000", AREA, "city"),
            (HANYIN, "汉阴县", AREA, AREA, "county"),
            (SHIQUAN, "石泉县", AREA, AREA, "county"),
            *((code, name, AREA, AREA, "county") for code, name, *_ in REPORTERS if code in DIVISIONS_WITHOUT_EXITS),
        ],
        "fct_city_confirmation": [(*CYCLE, AREA, 3, True)],
        "dim_cycle": [(*CYCLE, 2024, AREA), (CYCLE[0], "plan", 2024, AREA), *EARLIER_CYCLES],
        "dim_category": [(word, position) for position, word in enumerate(words, start=1)],
        "dim_industry": [("水泥", 8), ("砖瓦", 11), ("化工", 28)],
        "dim_reporter": [
            (CYCLE[0], code, name, "department" if "-" in code else "county", AREA if "-" in code else code)
            for code, name, *_ in REPORTERS
        ],
        "rpt_rollup": [(*CYCLE, *line[:9], line[9] and Decimal(line[9]), *line[10:]) for line in ROLLUP]
        + [(CYCLE[0], "plan", HANYIN, "汉阴县", None, "合计", "合计", 1, 1, 2, 0, None, None, 3, 0, 0)]
        + [
            (regime, round, AREA, "安康市", "C3011", "水泥", "合计", 1, 1, 1, 0, Decimal(amount), "万吨", 1, 8, 0)
            for regime, round, amount in EARLIER_FIGURES
        ],
        "rpt_plan_actual": [plan_actual_line(line) for line in ROLLUP],
        "fct_plan_fulfilment": [
            (*CYCLE, "plan", "p1", 1, 0, Decimal(30), Decimal(10)),
            *(
                (*CYCLE, "exit", line[0], *((1, 0, line[7], Decimal(0)) if line[0] == "e1" else (0, 1, 0, line[7])))
                for line in exits
            ),
        ],
        "fct_plan_match": [(*CYCLE, "p1", "e1", 1, Decimal(30), True)],
        "rpt_not_dismantled": [
            ("e1", *CYCLE, "standing", "claim", False),
            ("e3", *CYCLE, "unknown", None, None),
            ("e4", *CYCLE, "sealed", "acceptance", True),
        ],
        "fct_exit": exits,
        "fct_plan": [("p1", CYCLE[0], "plan", *exits[0][3:7], Decimal(40), *exits[0][8:], "planned")],
        "fct_exit_category": [*EXIT_CATEGORIES, ("p1", "能耗", True)],
        "fct_exit_claim": [*EXIT_CLAIMS, ("p1", "000007:1:5", "county", True, "only_side", None, None)],
        "fct_exit_equipment": EQUIPMENT,
        "fct_claim": [
            (*line[:8], Decimal(line[8]), "万块标砖" if line[2] == KILN else "万吨", line[9], None)
            for line in [*CLAIMS, PLANNED_CLAIM]
        ],
        "fct_submission": [
            (
                number,
                *CYCLE,
                reporter,
                file,
                number * 10,
                received_at,
                status,
                int(number),
                "exit_statistics",
                ROWS[number],
                number == NIL,
                False,
            )
            for number, reporter, file, received_at, status in SUBMISSIONS
        ]
        + [
            (
                *(
                    "000007",
                    CYCLE[0],
                    "plan",
                    HANYIN,
                    "汉阴计划.xlsx",
                    "7",
                    PLAN_CAME,
                    "counting",
                    1,
                    "exit_statistics",
                ),
                *(1, False, False),
            )
        ],
        "fct_obligation": [
            (*CYCLE, code, "exit_statistics", DUE, *answer, False, None, None, DUE, None, *SENT[code])
            for code, _, *answer in REPORTERS
        ],
        "fct_finding": FINDINGS,
        "rpt_reconciliation": [
            (
                line[0],
                *CYCLE,
                AREA,
                *line[1:9],
                1,
                Decimal(line[9]),
                "万吨",
                CLAIMED_AS.get((line[0], line[5])),
                Decimal(line[10]),
                "万吨",
                LAPSED.get(line[0]),
            )
            for line in DIFFERENCES
        ],
    }
