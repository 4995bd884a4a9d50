"""Orders, records, photos and changes of the plan belong to the enterprise: by code, by name in its county, by decision."""

from __future__ import annotations

import hashlib
import shutil
from datetime import date

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG, HANYIN, ZONE, OFFICE = "610924", "610921", "610900-q01", "610900-fgw"
HOST = "610902"
CODE, OTHER_CODE = "91610924000000001X", "91610924000000002X"


def exit_of(enterprise: str, county: str = ZIYANG, **said) -> dict:
    """A row as ingestion writes it."""
    return {"enterprise": enterprise, "enterprise_full_key": enterprise, "county_code": county, "amount": "3"} | said


def red_card(enterprise: str, county: str | None = ZIYANG, **said) -> dict:
    """A row of the red list."""
    return {"enterprise": enterprise, "county_code": county, "card": "红牌", "category": "环保"} | said


def identity(text: str) -> str:
    """As the macro ``stable_id`` makes it."""
    return hashlib.md5(text.encode()).hexdigest()


def send_photo(cycle: Collection, reporter: str, enterprise: str) -> None:
    """One photo comes whose path tells the enterprise and 拆除后."""
    submission_id = cycle.collect(
        reporter, form="document", file=f"{enterprise}/拆除后.jpg", is_nil=False, sha256=enterprise
    )
    told = {"submission_id": submission_id, "stage": "after", "name_no": 1, "enterprise": enterprise}
    cycle.write("photos", submission_id, [told | {"enterprise_key": enterprise, "enterprise_full_key": enterprise}])


def send_record(cycle: Collection, reporter: str, enterprise: str, **said) -> None:
    """One acceptance record comes to which both levels agree."""
    submission_id = cycle.collect(reporter, form="acceptance", is_nil=False)
    sent = {"row_id": f"{submission_id}:1:5", "submission_id": submission_id, "sheet": "验收", "row": 5}
    sent |= {"regime": "ankang-2024", "round": "annual", "reporter_code": reporter}
    named = {"enterprise": enterprise, "enterprise_key": enterprise, "enterprise_full_key": enterprise}
    agreed = {"county_opinion": "agrees", "city_opinion": "agrees"}
    cycle.write("acceptance_rows", submission_id, [sent | named | agreed | said])


@pytest.fixture(scope="module")
def known(tmp_path_factory, rulebook) -> Collection:
    """紫阳县's annual table and a zone's, and lists, records and photos that call their enterprises as they like."""
    cycle = Collection(tmp_path_factory.mktemp("identities"))
    cycle.collect(ZIYANG, exit_of("计划内砖厂", credit_code=OTHER_CODE), round="plan")
    first = cycle.collect(ZIYANG, exit_of("后增旧名砖厂", credit_code=CODE), sha256="first")
    cycle.collect(
        ZIYANG,
        exit_of("有码砖厂", credit_code=CODE),
        exit_of("误字页岩砖厂"),
        exit_of("计划内改名砖厂", credit_code=OTHER_CODE),
        exit_of("同名砖厂"),
        sha256="again",
    )
    cycle.collect(HANYIN, sha256="nil")
    cycle.collect(ZONE, exit_of("区内砖厂", HOST), sha256="zone")
    cycle.list_orders(
        OFFICE,
        red_card("换名砖厂", credit_code=CODE),
        red_card("误宇页岩砖厂", industry="水泥"),
        red_card("区内砖厂", HOST),
        red_card("同名砖厂", HANYIN),
        {"enterprise": "只在单上砖厂", "county_code": ZIYANG, "category": "能耗", "ordered_on": date(2024, 1, 1)},
        sha256="list",
    )
    send_record(cycle, ZIYANG, "又一名砖厂", credit_code=CODE)
    send_record(cycle, ZIYANG, "误宇页岩砖厂")
    send_photo(cycle, ZIYANG, "误宇页岩砖厂")
    send_photo(cycle, HOST, "区内砖厂")
    cycle.decide("add_to_plan", row_id=f"{first}:1:5", reporter_code=ZIYANG)
    cycle.decide("remove_from_plan", row_id="000001:1:5", reporter_code=ZIYANG)
    dbt_project.build(cycle.store.root, rulebook)
    return cycle


RED_LISTED = "select submission_id, value from marts.fct_finding where rule = 'X06' order by submission_id, value"
WITHOUT_RECORD = """
select value from marts.fct_finding where rule = 'X07' and evidence like '缺：验收意见表%' order by value
"""
PHOTOGRAPHED = """
select photo.enterprise, known.enterprise
from marts.fct_photo as photo inner join marts.dim_enterprise as known using (enterprise_id)
where is_counted order by 1
"""


def test_a_code_and_the_county_around_a_zone_bridge_names_and_a_namesake_elsewhere_is_another(known, ask):
    assert ask(known, RED_LISTED) == [("000003", "误宇页岩砖厂"), ("000004", "同名砖厂")]


def test_a_record_is_of_the_enterprise_whose_code_it_names(known, ask):
    assert ask(known, WITHOUT_RECORD) == [("区内砖厂",), ("同名砖厂",), ("计划内改名砖厂",), ("误字页岩砖厂",)]


def test_a_photo_of_a_zones_enterprise_may_come_from_the_county_around_it(known, ask):
    assert ask(known, PHOTOGRAPHED) == [("区内砖厂", "区内砖厂")]


def test_a_change_of_the_plan_holds_for_the_enterprise_under_its_later_name(known, ask):
    assert ask(
        known,
        """
        select known.enterprise, plan.plan_change
        from marts.fct_plan as plan inner join marts.dim_enterprise as known using (enterprise_id) order by 2
        """,
    ) == [("有码砖厂", "added"), ("计划内改名砖厂", "removed")]


def test_an_enterprise_exists_through_an_order_alone_and_is_told_by_its_own_name(known, ask):
    assert ask(
        known,
        """
        select known.enterprise, known.city_code, known.registry_code from marts.fct_rectification as orders
        inner join marts.dim_enterprise as known using (enterprise_id) where orders.enterprise = '只在单上砖厂'
        """,
    ) == [("只在单上砖厂", "610900", ZIYANG)]
    assert ask(known, "select count(*) from marts.fct_rectification where enterprise_id is null") == [(0,)]
    assert ask(known, "select count(*) from marts.fct_exit") == [(5,)]


def test_a_merge_brings_order_record_and_photo_to_the_exit_and_its_undo_takes_them_away(known, tmp_path, rulebook, ask):
    again = Collection(tmp_path / "store")
    shutil.copytree(known.store.root, again.store.root, dirs_exist_ok=True)
    again.decided = known.decided
    pair = {name: identity(f"{ZIYANG}|{name}") for name in ("误字页岩砖厂", "误宇页岩砖厂")}

    merge = again.decide("merge", identity_id=pair["误字页岩砖厂"], other_identity_id=pair["误宇页岩砖厂"])
    dbt_project.build(again.store.root, rulebook)

    assert ask(again, RED_LISTED) == [("000004", "同名砖厂")]
    assert ("误字页岩砖厂",) not in ask(again, WITHOUT_RECORD)
    assert ("误宇页岩砖厂", "误字页岩砖厂") in ask(again, PHOTOGRAPHED)

    again.decide("undo", undoes=merge)
    dbt_project.build(again.store.root, rulebook)

    assert ask(again, RED_LISTED) == ask(known, RED_LISTED)
    assert ask(again, WITHOUT_RECORD) == ask(known, WITHOUT_RECORD)
    assert ask(again, PHOTOGRAPHED) == ask(known, PHOTOGRAPHED)


def test_the_desk_knows_an_identity_that_only_an_order_names(known):
    from desk.decisions.enterprises import read_identities
    from desk.views.warehouse import Warehouse

    asked = identity(f"{ZIYANG}|只在单上砖厂")
    told = read_identities(Warehouse(known.store.location("warehouse.duckdb")), [asked])
    assert (told[asked].enterprise, told[asked].city_code) == ("只在单上砖厂", "610900")


def test_an_order_that_calls_an_enterprise_almost_like_a_claim_is_asked_about(known):
    from desk.views.questions import read_questions
    from desk.views.warehouse import Warehouse

    asked = read_questions(Warehouse(known.store.location("warehouse.duckdb")), (), "ankang-2024", "annual", "610900")
    alike = [one for one in asked if {one.one.enterprise, one.other.enterprise} == {"误字页岩砖厂", "误宇页岩砖厂"}]
    assert [{claim["reporter_code"] for side in (one.one, one.other) for claim in side.claims} for one in alike] == [
        {ZIYANG, OFFICE}
    ]
