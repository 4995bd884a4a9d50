"""What decisions of the desk change in the marts of a small cycle, from ``decisions/*.json`` to report."""

from datetime import date, datetime
from decimal import Decimal

import pytest

import dbt_project
from tests.dbt_project.collection import LATE, Collection

TODAY = date(2025, 1, 10)
YESTERDAY = "2025-01-09"

RETURNED = "610902"
WITHDRAWN = "610921"
WAIVED = "610922"
LAPSED = "610923"
MISTAKEN = "610924"
IDENTIFIED = "610925"
DEMANDED = "610926"
MET = "610927"
EXTENDED = "610929"
RESTORED = "610981"


def mill(amount: str) -> dict:
    return {"enterprise": f"水泥厂{amount}", "amount": amount}


@pytest.fixture(scope="module")
def decided(tmp_path_factory, rulebook) -> Collection:
    """A cycle of ankang-2024 with one decision of each kind, each about another county; built as of TODAY."""
    cycle = Collection(tmp_path_factory.mktemp("decided"))
    cycle.collect(RETURNED, mill("1"))
    cycle.decide("return", submission_id=cycle.collect(RETURNED, mill("2")))
    cycle.collect(WITHDRAWN, mill("4"))
    cycle.decide("withdraw", submission_id=cycle.collect(WITHDRAWN, mill("8")))
    for reporter, amount, expires_on in ((WAIVED, "16", TODAY.isoformat()), (LAPSED, "32", YESTERDAY)):
        receipt = cycle.collect(reporter, mill(amount), rejected_by="F05")
        cycle.decide("waive", submission_id=receipt, finding_id=f"{receipt}-F05", rule="F05", expires_on=expires_on)
    mistaken = cycle.collect(MISTAKEN, mill("64"))
    cycle.decide("identify", submission_id=mistaken, new_reporter_code=IDENTIFIED)
    cycle.collect(IDENTIFIED, mill("64"), corrects=mistaken)
    cycle.collect(DEMANDED, mill("128"))
    cycle.decide("demand", reporter_code=DEMANDED)
    cycle.collect(MET, mill("256"))
    cycle.decide("demand", reporter_code=MET)
    cycle.collect(MET, mill("512"), received_at=LATE)
    cycle.decide("extend", reporter_code=EXTENDED, due="2025-01-05")
    cycle.collect(EXTENDED, mill("1024"), received_at=LATE)
    cycle.decide("undo", undoes=cycle.decide("return", submission_id=cycle.collect(RESTORED, mill("2048"))))
    for _ in range(2):
        cycle.collect(RESTORED, form="document", is_nil=None)
    cycle.collect(DEMANDED, form="document", is_nil=None, document_kind="evidence")
    cycle.collect(DEMANDED, form="document", is_nil=None, document_kind="evidence", rejected_by="S01")
    cycle.collect(MET, form="document", is_nil=None)
    cycle.collect(EXTENDED, form="document", is_nil=None, document_kind="summary", rejected_by="S01")
    line = {"industry": "水泥", "capacity": "3796", "capacity_unit": "万吨", "exits": 7, "enterprises": 7}
    cycle.decide(
        "confirm", city_code="610900", figure=[line], document_no="安政函〔2025〕1号", document_date="2025-01-09"
    )
    cycle.decide("confirm", city_code="610900", figure=[line], round="midyear")
    dbt_project.build(cycle.store.root, rulebook, as_of=TODAY)
    return cycle


def test_figures_count_as_decided(decided, ask):
    counted = ask(decided, "select county_code, capacity from marts.fct_exit order by capacity")

    assert counted == [
        (WITHDRAWN, Decimal(4)),
        (WAIVED, Decimal(16)),
        (IDENTIFIED, Decimal(64)),
        (DEMANDED, Decimal(128)),
        (MET, Decimal(512)),
        (EXTENDED, Decimal(1024)),
        (RESTORED, Decimal(2048)),
    ]


def test_every_obligation_tells_what_was_decided(decided, ask):
    states = ask(
        decided,
        """
        select reporter_code, state, is_demanded, days_late, cast(due as text), extended_by is not null
        from marts.fct_obligation
        where regime = 'ankang-2024' and round = 'annual' and what = 'exit_statistics' and state != 'missing'
        order by reporter_code
        """,
    )
    plan = "2024-12-30"

    assert states == [
        (RETURNED, "returned", False, None, plan, False),
        (WITHDRAWN, "received", False, 0, plan, False),
        (WAIVED, "received", False, 0, plan, False),
        (LAPSED, "rejected", False, None, plan, False),
        (IDENTIFIED, "received", False, 0, plan, False),
        (DEMANDED, "received", True, 0, plan, False),
        (MET, "received", False, 0, plan, False),
        (EXTENDED, "received", False, 0, "2025-01-05", True),
        (RESTORED, "received", False, 0, plan, False),
    ]


@pytest.mark.parametrize(
    ("reporter", "answers"),
    [
        (RESTORED, [("evidence", "received", 1), ("summary", "received", 1)]),
        (MET, [("evidence", "missing", 0), ("summary", "received", 1)]),
        (DEMANDED, [("evidence", "received", 2), ("summary", "missing", 0)]),
        (EXTENDED, [("evidence", "missing", 0), ("summary", "rejected", 1)]),
    ],
    ids=["two that tell nothing", "one that tells nothing", "two of one kind", "one that cannot be opened"],
)
def test_a_document_answers_one_obligation_the_one_it_is_or_the_first_that_is_open(decided, ask, reporter, answers):
    found = ask(
        decided,
        f"""
        select what, state, submission_count from marts.fct_obligation
        where reporter_code = '{reporter}' and round = 'annual' and what != 'exit_statistics' order by what
        """,
    )

    assert found == answers


def test_a_waiver_resolves_its_finding_through_its_last_day(decided, ask):
    resolutions = ask(
        decided,
        """
        select reporter_code, resolution, resolved_by is not null from marts.fct_finding
        where rule != 'X07' order by 1
        """,
    )

    tables = [found for found in resolutions if found[0] in (WAIVED, LAPSED)]
    assert tables == [(WAIVED, "waived", True), (LAPSED, "open", False)]


def test_a_confirmation_is_held_against_todays_figure_of_its_round(decided, ask):
    confirmations = ask(decided, "select round, document_no, is_current from marts.fct_city_confirmation order by 1")

    assert confirmations == [("annual", "安政函〔2025〕1号", True), ("midyear", None, False)]


def test_the_log_of_decisions_is_there_with_who_when_and_what_stands(decided, ask):
    log = ask(
        decided,
        """
        select kind, decided_at, actor_name, is_in_force, is_expired, undone_by is not null from marts.fct_decision
        where kind in ('waive', 'return', 'undo') order by sequence
        """,
    )
    at = datetime(2025, 1, 1, 1, 0)

    assert log == [
        ("return", at, "王", True, False, False),
        ("waive", at, "王", True, False, False),
        ("waive", at, "王", True, True, False),
        ("return", at, "王", False, False, True),
        ("undo", at, "王", False, False, False),
    ]


def test_the_plan_is_what_was_sent_with_what_was_added_and_without_what_was_taken_out(collection, rulebook, ask):
    plan = collection.collect("610924", mill("10"), mill("20"), round="plan")
    first = collection.collect("610924", mill("10"), mill("40"), round="annual")
    removed = collection.decide("remove_from_plan", row_id=f"{plan}:1:6")
    added = collection.decide(
        "add_to_plan", row_id=f"{first}:1:6", document_no="紫政函〔2024〕9号", document_issuer="紫阳县人民政府"
    )
    # what was decided about the first table holds for the one sent since
    collection.collect("610924", mill("40"), mill("10"), round="annual")
    plan_actual = """
        select planned_exits, added_exits, removed_exits, planned_capacity, actual_capacity, completion_percent
        from marts.rpt_plan_actual
        where division_code = '610924' and round = 'annual' and industry = '水泥' and category = '合计'
    """
    outside = "select value from marts.fct_finding where rule = 'X03'"
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, plan_actual) == [(2, 1, 1, 50, 50, 100)]
    assert ask(collection, outside) == []
    told = ask(collection, "select capacity, plan_change, decided_by from marts.fct_plan order by capacity")
    assert told == [(10, "planned", None), (20, "removed", removed), (40, "added", added)]
    # the plan round is told as it was sent
    sent = (
        "select capacity from marts.rpt_rollup where round = 'plan' and industry = '水泥' and division_code = '610900'"
    )
    assert ask(collection, f"{sent} and category = '合计'") == [(30,)]

    for decision in (removed, added):
        collection.decide("undo", undoes=decision)
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, plan_actual) == [(2, 0, 0, 30, 50, Decimal("33.3333"))]
    assert ask(collection, outside) == [("水泥厂40",)]


def test_a_plan_is_done_under_another_name_place_and_category_and_its_rate_stays_within_100(collection, rulebook, ask):
    """The zone reports what the county planned, under a name that a decision merges; another exits thrice what it planned."""
    two_names = {"county_code": "610902", "city_code": "610900", "categories": ["能耗"]}
    collection.collect("610902", mill("10") | two_names, mill("20") | two_names, round="plan")
    exited = mill("10") | two_names | {"enterprise": "新厂名", "categories": ["技术"], "county_code": "610900-q01"}
    collection.collect("610900-q01", exited)
    collection.collect("610902", mill("20") | two_names | {"amount": "60"})
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    plan_actual = """
        select division, planned_exits, done_exits, actual_exits, unplanned_exits, done_capacity, unplanned_capacity,
            completion_percent, exits_completion_percent
        from marts.rpt_plan_actual
        where round = 'annual' and industry = '水泥' and category = '{}' order by division_position
    """.format
    assert ask(collection, plan_actual("合计"))[0][1:] == (2, 1, 2, 1, 20, 50, Decimal("66.6667"), 50)

    names = "select enterprise_key, identity_id from marts.dim_enterprise_name where enterprise_key in ('水泥厂10', '新厂名')"
    one, other = (identity for _, identity in sorted(ask(collection, names)))
    collection.decide("merge", identity_id=one, other_identity_id=other, regime=None, round=None)
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, plan_actual("合计")) == [
        ("安康市", 2, 2, 2, 0, 30, 40, 100, 100),
        ("汉滨区", 2, 2, 1, 0, 30, 40, 100, 100),
        ("安康高新技术产业开发区", 0, 0, 1, 0, None, None, None, None),
    ]
    # each side under its own categories
    assert ask(collection, plan_actual("能耗"))[0] == ("安康市", 2, 2, 1, 0, 30, 40, 100, 100)
    assert ask(collection, plan_actual("技术"))[0] == ("安康市", 0, 0, 1, 0, None, None, None, None)
    # and every build: nothing done that was not planned, nothing within or outside that did not exit
    checks = """
        select count(*) filter (done_exits > planned_exits or done_capacity > planned_capacity),
            count(*) filter (unplanned_exits > actual_exits or unplanned_capacity > actual_capacity),
            max(greatest(completion_percent, exits_completion_percent))
        from marts.rpt_plan_actual
    """
    assert ask(collection, checks) == [(0, 0, 100)]


def test_a_change_of_the_plan_that_changes_nothing_says_why(collection, rulebook, ask):
    """It lapses while nobody reports the exit, or the plan holds it anyway, or names no more what was taken out."""
    consent = {"document_no": "紫政函〔2024〕9号", "document_issuer": "紫阳县人民政府"}
    plan = collection.collect("610924", mill("10"), mill("20"), round="plan")
    first = collection.collect("610924", mill("10"), mill("30"), mill("40"))
    gone = collection.decide("add_to_plan", row_id=f"{first}:1:6", **consent)
    planned = collection.decide("add_to_plan", row_id=f"{first}:1:5", **consent)
    holds = collection.decide("add_to_plan", row_id=f"{first}:1:7", **consent)
    removed = collection.decide("remove_from_plan", row_id=f"{plan}:1:6")
    lapsed = (
        "select sequence, lapsed_because from marts.fct_decision where lapsed_because is not null order by sequence"
    )
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, lapsed) == [(planned, "in_plan")]

    collection.collect("610924", mill("10"), mill("40"))
    collection.collect("610924", mill("10"), round="plan")
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, lapsed) == [(gone, "not_reported"), (planned, "in_plan"), (removed, "not_planned")]
    assert ask(collection, "select decided_by from marts.fct_plan where plan_change = 'added'") == [(holds,)]

    collection.collect("610924", mill("10"), mill("30"), mill("40"))
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, lapsed) == [(planned, "in_plan"), (removed, "not_planned")]


def test_what_a_planned_enterprise_exits_beyond_its_plan_is_added_with_consent(collection, rulebook, ask):
    """More than was planned, and another industry; the planned line stays as it was sent."""
    steel = {"industry": "炼钢", "industry_code": "C3120", "capacity_unit": "万吨"}
    collection.collect("610924", mill("100") | {"enterprise": "多线厂"}, round="plan")
    annual = collection.collect(
        "610924", mill("150") | {"enterprise": "多线厂"}, mill("7") | {"enterprise": "多线厂"} | steel
    )
    plan_actual = """
        select industry, planned_capacity, added_capacity, done_capacity, actual_capacity, unplanned_capacity, completion_percent
        from marts.rpt_plan_actual
        where division_code = '610924' and round = 'annual' and industry != '合计' and category = '合计' order by industry desc
    """
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, plan_actual) == [
        ("炼钢", None, None, None, 7, 7, None),
        ("水泥", 100, None, 100, 150, 50, 100),
    ]

    decided = collection.decide("add_to_plan", row_id=f"{annual}:1:5", document_no="紫政函〔2024〕9号")
    dbt_project.build(collection.store.root, rulebook, as_of=TODAY)
    assert ask(collection, plan_actual) == [("炼钢", 7, 7, 7, 7, None, 100), ("水泥", 150, 50, 150, 150, None, 100)]
    plan = "select industry, capacity, plan_change, decided_by from marts.fct_plan order by capacity"
    assert ask(collection, plan) == [
        ("炼钢", 7, "added", decided),
        ("水泥", 50, "added", decided),
        ("水泥", 100, "planned", None),
    ]
    assert ask(collection, "select count(*) from marts.fct_decision where lapsed_because is not null") == [(0,)]


def test_no_decision_is_left_out_because_it_cannot_be_read(collection, rulebook):
    collection.decide("seal")
    collection.store.write_bytes("decisions/000002.json", b"[1")

    with pytest.raises(dbt_project.WarehouseError, match=r"^数据仓库没有建成[^$]*decisions/000002\.json"):
        dbt_project.build(collection.store.root, rulebook)
