"""Acceptance records and photos of a small cycle of ankang-2024: what they prove, and that no figure hangs on them."""

from datetime import date

import pytest

import dbt_project
from tests.dbt_project.collection import Collection

ZIYANG = "610924"
MILL, KILN, PLANT = "瓦庙水泥厂", "城关砖厂", "任河化工厂"


def send_photo(cycle: Collection, stage: str | None, enterprise: str | None, sha256: str) -> None:
    """One photo comes whose path tells this much."""
    submission_id = cycle.collect(
        ZIYANG, form="document", file=f"{enterprise}/{stage}.jpg", sha256=sha256, is_nil=False
    )
    told = {"submission_id": submission_id, "stage": stage, "name_no": 1, "enterprise": enterprise}
    cycle.write("photos", submission_id, [told | {"enterprise_key": enterprise, "enterprise_full_key": enterprise}])


def send_record(cycle: Collection, enterprise: str, **said) -> None:
    """One acceptance record comes."""
    submission_id = cycle.collect(ZIYANG, form="acceptance", is_nil=False)
    sent = {
        "row_id": f"{submission_id}:1:5",
        "submission_id": submission_id,
        "regime": "ankang-2024",
        "round": "annual",
    }
    named = {"reporter_code": ZIYANG, "sheet": "验收", "row": 5, "enterprise": enterprise, "enterprise_key": enterprise}
    cycle.write("acceptance_rows", submission_id, [sent | named | said])


@pytest.fixture(scope="module")
def accepted(tmp_path_factory, rulebook) -> Collection:
    """Three exits sealed by their table: one accepted and photographed, one whose city is unclear, one without anything."""
    cycle = Collection(tmp_path_factory.mktemp("accepted"))
    place = {"county_code": ZIYANG, "method": "封存", "shut_on": date(2024, 5, 1)}
    cycle.collect(ZIYANG, *({"enterprise": name, "amount": "10"} | place for name in (MILL, KILN, PLANT)))
    send_record(
        cycle,
        MILL,
        method="拆除",
        dismantled_on=date(2024, 8, 1),
        county_opinion_text="同意",
        city_opinion_text="同意",
        county_opinion="agrees",
        city_opinion="agrees",
        photos_before=3,
    )
    send_record(
        cycle,
        KILN,
        method="拆除",
        dismantled_on=date(2024, 8, 1),
        county_opinion_text="同意",
        city_opinion_text="整改后再验",
        county_opinion="agrees",
        city_opinion="unclear",
    )
    for stage in ("before", "during", "after"):
        send_photo(cycle, stage, MILL, f"mill-{stage}")
    send_photo(cycle, "before", KILN, "mill-before")
    send_photo(cycle, None, KILN, "kiln")
    send_photo(cycle, "after", "无此企业", "nobody")
    dbt_project.build(cycle.store.root, rulebook)
    return cycle


def test_only_the_accepted_record_tells_what_is_dismantled(accepted, ask):
    assert ask(
        accepted,
        """
        select enterprise, is_dismantled, dismantled_on, dismantled_told_by, exits.is_accepted, contradicted
        from marts.fct_exit as exits inner join marts.dim_enterprise using (enterprise_id) order by 1
        """,
    ) == [
        (PLANT, False, None, "claim", None, None),
        (KILN, False, None, "claim", False, "is_dismantled"),
        (MILL, True, date(2024, 8, 1), "acceptance", True, "is_dismantled"),
    ]


def test_no_record_and_no_photo_changes_what_counts(accepted, ask):
    assert ask(
        accepted,
        "select exits, capacity from marts.rpt_rollup where division_code = '610900' and category = '合计' order by 2",
    ) == [(3, 30), (3, None)]
    assert ask(accepted, "select enterprise, standing from marts.rpt_not_dismantled order by 1") == [
        (PLANT, "sealed"),
        (KILN, "sealed"),
    ]


def test_what_lacks_is_asked_and_named(accepted, ask):
    asked = ask(accepted, "select value, evidence from marts.fct_finding where rule = 'X07' order by 1")
    assert asked == [
        (
            PLANT,
            "缺：验收意见表、拆除前照片、拆除中照片、拆除后照片。验收意见表收件号：—；"
            "收到的照片：拆除前 0 张，拆除中 0 张，拆除后 0 张",
        ),
        (
            KILN,
            "缺：意思明确的市级验收意见、拆除前照片、拆除中照片、拆除后照片。验收意见表收件号：000003；"
            "收到的照片：拆除前 0 张，拆除中 0 张，拆除后 0 张",
        ),
    ]


def test_every_photo_is_listed_once_and_a_picture_of_two_enterprises_is_shown_and_counts_for_one(accepted, ask):
    assert ask(
        accepted,
        "select file, enterprise_id is not null, is_counted, is_shared from marts.fct_photo order by submission_id",
    ) == [
        (f"{MILL}/before.jpg", True, True, True),
        (f"{MILL}/during.jpg", True, True, False),
        (f"{MILL}/after.jpg", True, True, False),
        (f"{KILN}/before.jpg", True, False, True),
        (f"{KILN}/None.jpg", True, False, False),
        ("无此企业/after.jpg", False, False, False),
    ]
    assert ask(
        accepted,
        "select enterprise, photos_before_printed, photos_before_received from marts.fct_acceptance order by 1",
    ) == [(KILN, None, 0), (MILL, 3, 1)]
