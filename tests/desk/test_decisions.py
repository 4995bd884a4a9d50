"""The log of decisions: only ever added to, chained, and it takes no act that the rules forbid."""

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime

import pytest

from desk.decisions.acts import ACTS, Actor, Draft, NoSuchSubject, Refused, Subject, subject_of
from desk.decisions.log import BrokenLog, Decisions, Stale
from rulebook import load
from store import Store
from tests.desk.small_store import ANKANG, FINDINGS, SHANDONG, write_small_store, write_submission

NOW = datetime(2024, 12, 25, 4, tzinfo=UTC)
WANG, LI = Actor("wang", "王芳", "steward", "610900"), Actor("li", "李明", "steward", "610900")
CYCLE = dict(zip(("regime", "round"), ANKANG, strict=True))


@pytest.fixture
def store(tmp_path) -> Store:
    return write_small_store(tmp_path / "store")


@pytest.fixture
def decisions(store) -> Decisions:
    return Decisions(store, load())


def decide(decisions, kind, seen=None, now=NOW, actor=WANG, reason="查实", **fields):
    return decisions.record(Draft(kind, reason, **fields), actor, seen, now)


def return_first(decisions, **others):
    return decide(decisions, "return", submission_id="000001", **others)


def a_confirmation(**others):
    figure = ({"industry": "水泥", "capacity": "30.3", "capacity_unit": "万吨", "exits": 1, "enterprises": 1},)
    consent = {"document_no": "安政函〔2024〕1号", "document_date": date(2024, 12, 24), "document": "同意".encode()}
    return {"city_code": "610900", "figure": figure, **CYCLE, **consent, **others}


EVERY_ACT = {
    "return": {"submission_id": "000001"},
    "withdraw": {"submission_id": "000001"},
    "identify": {"submission_id": "000001", "new_reporter_code": "610921"},
    "explain": {"submission_id": "000001", "finding_id": "asks", "explanation": "已核对台账"},
    "waive": {"submission_id": "000001", "finding_id": "rejects-waivably", "expires_on": date(2025, 1, 31)},
    "demand": {**CYCLE, "reporter_code": "610924", "due": date(2025, 1, 5)},
    "extend": {**CYCLE, "reporter_code": "610924", "due": date(2025, 1, 5)},
    "excuse": {**CYCLE, "reporter_code": "610924"},
    "confirm": a_confirmation(),
    "add_to_plan": {
        "row_id": "000002:1:5",
        "document_no": "紫政函〔2024〕9号",
        "document_date": date(2024, 12, 1),
        "document_issuer": "紫阳县人民政府",
    },
    "remove_from_plan": {"row_id": "000005:1:5"},
    "seal": CYCLE,
    "prepare": {"figure": a_confirmation()["figure"], **CYCLE},
    "consent": {
        "document_no": "安政函〔2024〕2号",
        "document_date": date(2024, 12, 24),
        "document_issuer": "安康市人民政府",
        "document": "同意".encode(),
        **CYCLE,
    },
    "open_notice": {"opened_on": date(2024, 12, 20), "shown_at": "市政府网站", **CYCLE},
    "announce": {"place_code": "610924", "announced_on": date(2024, 12, 25), "shown_at": "县政府网站", **CYCLE},
    "grant": {"user": "zhao", "granted_role": "reporter", "granted_unit": "610924"},
}
"""A permitted draft of every kind that needs no decision before it."""


# ---- what is kept ----


@pytest.mark.parametrize("kind", EVERY_ACT)
def test_an_act_of_every_kind_is_read_back_as_it_was_made(decisions, store, kind):
    made = decide(decisions, kind, **EVERY_ACT[kind])
    assert Decisions(store, load()).all() == (made,)
    assert (made.sequence, made.kind, made.at, made.actor_name, made.reason) == (1, kind, NOW, "王芳", "查实")
    assert (made.role, made.unit) == ("steward", "610900")


def test_a_decision_is_one_json_file_and_the_next_carries_its_hash(decisions, store):
    return_first(decisions)
    decide(decisions, "undo", undoes=1)
    assert store.keys("decisions") == ["decisions/000001.json", "decisions/000002.json"]
    first, second = (json.loads(store.read_bytes(key)) for key in store.keys("decisions"))
    assert first["previous"] is None and first["evidence_sha256"] is None
    assert first["at"] == "2024-12-25T04:00:00+00:00"
    assert (first["regime"], first["round"], first["reporter_code"]) == (*ANKANG, "610924")
    assert "due" not in first
    assert len(second["previous"]) == 64
    assert decisions.verify() == []


def test_a_finding_is_kept_with_its_rule_and_its_reporter(decisions):
    made = decide(decisions, "waive", **EVERY_ACT["waive"])
    assert (made.rule, made.reporter_code, made.expires_on) == ("F04", "610924", date(2025, 1, 31))


def test_the_document_of_consent_lies_among_the_originals(decisions, store):
    confirmed = decide(decisions, "confirm", **EVERY_ACT["confirm"])
    assert store.read_bytes(f"originals/{confirmed.document_sha256}").decode() == "同意"
    assert confirmed.evidence_sha256 is None
    assert confirmed.figure[0]["capacity"] == "30.3"


def test_a_document_of_any_other_act_is_its_evidence(decisions, store):
    returned = return_first(decisions, document="照片".encode())
    assert store.read_bytes(f"originals/{returned.evidence_sha256}").decode() == "照片"
    assert returned.document_sha256 is None


def test_what_another_process_decides_is_seen(decisions, store):
    assert decisions.last_sequence() == 0
    return_first(Decisions(store, load()))
    assert decisions.last_sequence() == 1
    assert decisions.get(1).kind == "return" and decisions.get(2) is None and decisions.get(0) is None


def test_two_at_once_lose_nothing_and_break_no_chain(decisions, store):
    def demand_ten_times(_):
        # a log of its own, as in another process: only the store's lock stands between the two
        own = Decisions(Store(store.root), load())
        return [decide(own, "demand", **EVERY_ACT["demand"]).sequence for _ in range(10)]

    with ThreadPoolExecutor(2) as threads:
        given = [number for numbers in threads.map(demand_ten_times, range(2)) for number in numbers]
    assert sorted(given) == list(range(1, 21))
    assert decisions.last_sequence() == 20
    assert decisions.verify() == []


# ---- what was tampered with ----


@pytest.fixture
def three(decisions, store):
    for code in ("610924", "610921", "610922"):
        decide(decisions, "extend", **EVERY_ACT["extend"] | {"reporter_code": code})
    return Decisions(store, load())


def test_an_edited_decision_breaks_the_chain(three, store):
    key = "decisions/000002.json"
    store.write_bytes(key, store.read_bytes(key).replace("查实".encode(), "另有原因".encode()))
    (problem,) = three.verify()
    assert problem.startswith("decisions/000003.json")


def test_a_removed_decision_is_found_and_its_number_not_given_again(three, store):
    (store.root / "decisions/000002.json").unlink()
    assert three.verify()[0].startswith("decisions/000003.json")
    with pytest.raises(BrokenLog):
        return_first(three)
    assert not store.exists("decisions/000002.json")


def test_a_file_that_is_no_decision_is_named(three, store):
    store.write_bytes("decisions/000004.json", b"{")
    assert three.verify()[0].startswith("decisions/000004.json")
    with pytest.raises(BrokenLog, match="000004"):
        three.all()


def test_a_decision_without_a_subject_is_none(decisions, store):
    return_first(decisions)
    told = json.loads(store.read_bytes("decisions/000001.json"))
    without = {name: value for name, value in told.items() if name not in ("submission_id", "regime", "reporter_code")}
    store.write_bytes("decisions/000001.json", json.dumps(without).encode())
    with pytest.raises(BrokenLog):
        Decisions(store, load()).all()


def test_a_log_that_was_repaired_is_read_on_without_a_decision_twice(three, store):
    whole = Decisions(store, load()).all()
    content = store.read_bytes("decisions/000002.json")
    store.write_bytes("decisions/000002.json", b"{")
    with pytest.raises(BrokenLog):
        three.all()
    store.write_bytes("decisions/000002.json", content)
    assert three.about(subject_of(whole[0])) == whole[:1]
    assert three.all() == whole


def test_an_altered_document_is_found(decisions, store):
    made = decide(decisions, "confirm", **EVERY_ACT["confirm"])
    store.write_bytes(f"originals/{made.document_sha256}", "不同意".encode())
    (problem,) = decisions.verify()
    assert made.document_sha256 in problem


# ---- what is in force ----


def kinds(decisions):
    return [(one.sequence, one.kind) for one in decisions.in_force()]


def test_an_undone_decision_and_its_undo_are_not_in_force(decisions):
    return_first(decisions)
    decide(decisions, "undo", undoes=1)
    assert kinds(decisions) == []
    return_first(decisions)
    assert kinds(decisions) == [(3, "return")]


def test_the_later_extension_replaces_the_earlier_until_it_is_undone(decisions):
    decide(decisions, "extend", **EVERY_ACT["extend"])
    later = decide(decisions, "extend", **EVERY_ACT["extend"] | {"due": date(2025, 1, 9)})
    other = decide(decisions, "extend", **EVERY_ACT["extend"] | {"reporter_code": "610921"})
    assert decisions.in_force() == (later, other)
    decide(decisions, "undo", undoes=later.sequence)
    assert kinds(decisions) == [(1, "extend"), (3, "extend")]


def test_a_revoked_post_can_be_granted_again(decisions):
    for kind in ("grant", "revoke", "grant"):
        decide(decisions, kind, **EVERY_ACT["grant"])
    assert kinds(decisions) == [(3, "grant")]


def test_every_act_can_be_undone(decisions):
    for kind, fields in EVERY_ACT.items():
        made = decide(decisions, kind, **fields)
        undone = decide(decisions, "undo", undoes=made.sequence)
        assert subject_of(undone) == subject_of(made)
        assert decisions.in_force() == ()


def test_two_posts_of_one_user_stand_beside_each_other(decisions):
    decide(decisions, "grant", **EVERY_ACT["grant"])
    decide(decisions, "grant", user="zhao", granted_role="viewer", granted_unit="610900")
    assert kinds(decisions) == [(1, "grant"), (2, "grant")]


def test_a_submission_and_its_findings_are_one_subject(decisions):
    explained = decide(decisions, "explain", **EVERY_ACT["explain"])
    returned = return_first(decisions)
    undone = decide(decisions, "undo", undoes=2)
    assert subject_of(returned) == Subject("submission", ("000001",))
    assert decisions.about(subject_of(returned)) == (explained, returned, undone)


# ---- two stewards at once ----


def test_the_later_of_two_stewards_is_told_what_the_earlier_did(decisions):
    seen = decisions.last_sequence()
    first = return_first(decisions, actor=LI, seen=seen)
    with pytest.raises(Stale) as stale:
        decide(decisions, "waive", seen=seen, **EVERY_ACT["waive"])
    assert stale.value.decisions == (first,)
    assert decisions.last_sequence() == 1
    decide(decisions, "waive", seen=1, **EVERY_ACT["waive"])
    assert decisions.last_sequence() == 2


def test_being_told_comes_before_being_refused(decisions):
    return_first(decisions, actor=LI)
    with pytest.raises(Stale):
        return_first(decisions, seen=0)


def test_decisions_about_others_do_not_disturb(decisions):
    decide(decisions, "return", submission_id="000002", actor=LI)
    return_first(decisions, seen=0)
    assert decisions.last_sequence() == 2


# ---- what the rules forbid ----


REFUSED = {
    "no_reason": ("return", {"submission_id": "000001", "reason": " "}, "理由"),
    "no_such_act": ("retun", {"submission_id": "000001"}, "retun"),
    "too_long": ("return", {"submission_id": "000001", "reason": "长" * 2001}, "2000"),
    "no_subject": ("return", {}, "收件号"),
    "a_field_it_has_no_use_for": ("return", {"submission_id": "000001", "due": date(2025, 1, 5)}, "截止日期"),
    "another_reporter_named": ("return", {"submission_id": "000001", "reporter_code": "610921"}, "610924"),
    "no_explanation": ("explain", EVERY_ACT["explain"] | {"explanation": None}, "说明"),
    "explaining_a_reject": ("explain", EVERY_ACT["explain"] | {"finding_id": "rejects"}, "F06"),
    "rule_not_waivable": ("waive", EVERY_ACT["waive"] | {"finding_id": "rejects"}, "不可豁免"),
    "waiving_a_note": ("waive", EVERY_ACT["waive"] | {"finding_id": "notes"}, "只是提示"),
    "waiver_without_expiry": ("waive", EVERY_ACT["waive"] | {"expires_on": None}, "有效期"),
    "waiver_until_yesterday": ("waive", EVERY_ACT["waive"] | {"expires_on": date(2024, 12, 24)}, "已经过去"),
    "demand_until_yesterday": ("demand", EVERY_ACT["demand"] | {"due": date(2024, 12, 24)}, "已经过去"),
    "demand_of_what_never_came": ("demand", EVERY_ACT["demand"] | {"reporter_code": "610922"}, "还没有报送过"),
    "extension_that_is_none": ("extend", EVERY_ACT["extend"] | {"due": date(2024, 12, 30)}, "2024-12-30"),
    "excusing_from_nothing_owed": ("excuse", EVERY_ACT["excuse"] | {"round": "midyear"}, "没有报送任务"),
    "extension_of_nothing_owed": ("extend", EVERY_ACT["extend"] | {"round": "midyear"}, "不需要"),
    "identify_as_stranger": ("identify", EVERY_ACT["identify"] | {"new_reporter_code": "110101"}, "110101"),
    "identify_as_the_same": ("identify", EVERY_ACT["identify"] | {"new_reporter_code": "610924"}, "已经记在"),
    "confirm_without_document": ("confirm", a_confirmation(document=None), "同意文件"),
    "confirm_with_empty_document": ("confirm", a_confirmation(document=b""), "同意文件"),
    "document_of_tomorrow": ("confirm", a_confirmation(document_date=date(2024, 12, 26)), "还没有到"),
    "addition_without_consent": ("add_to_plan", EVERY_ACT["add_to_plan"] | {"document_no": None}, "文号"),
    "addition_without_government": ("add_to_plan", EVERY_ACT["add_to_plan"] | {"document_issuer": " "}, "同意的政府"),
    "addition_of_what_is_planned": ("add_to_plan", EVERY_ACT["add_to_plan"] | {"row_id": "000005:1:5"}, "计划表"),
    "addition_of_no_enterprise": ("add_to_plan", EVERY_ACT["add_to_plan"] | {"row_id": "000002:1:6"}, "企业名称"),
    "addition_by_a_rejected_table": (
        "add_to_plan",
        EVERY_ACT["add_to_plan"] | {"row_id": "000001:1:5"},
        "没有通过审核",
    ),
    "removal_of_what_is_not_planned": ("remove_from_plan", {"row_id": "000001:1:5"}, "不在计划表"),
    "unknown_role": ("grant", EVERY_ACT["grant"] | {"granted_role": "king"}, "king"),
    "reporter_of_a_city": ("grant", EVERY_ACT["grant"] | {"granted_unit": "610900"}, "610900"),
    "steward_of_a_county": ("grant", EVERY_ACT["grant"] | {"granted_role": "steward"}, "610924"),
    "revoking_what_was_not_granted": ("revoke", EVERY_ACT["grant"], "没有这个身份"),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_the_rules_forbid_is_refused_in_both_languages(decisions, case):
    kind, fields, named = REFUSED[case]
    with pytest.raises(Refused) as refused:
        decide(decisions, kind, **fields)
    assert named in refused.value.message_zh and refused.value.message_en
    assert decisions.last_sequence() == 0


NOT_THERE = {
    "submission": ("return", {"submission_id": "000009"}),
    "submission_that_is_a_path": ("return", {"submission_id": "../../etc/passwd"}),
    "finding": ("waive", EVERY_ACT["waive"] | {"finding_id": "none"}),
    "finding_of_another": ("waive", EVERY_ACT["waive"] | {"submission_id": "000002"}),
    "reporter": ("demand", EVERY_ACT["demand"] | {"reporter_code": "110101"}),
    "regime": ("seal", {"regime": "atlantis-2024", "round": "annual"}),
    "round": ("seal", {"regime": "ankang-2024", "round": "weekly"}),
    "county_for_a_city": ("confirm", a_confirmation(city_code="610924")),
    "city_of_others": ("confirm", a_confirmation(city_code="371000")),
    "decision": ("undo", {"undoes": 7}),
    "row": ("remove_from_plan", {"row_id": "000005:1:9"}),
    "row_of_nothing": ("remove_from_plan", {"row_id": "../../etc/passwd"}),
}


@pytest.mark.parametrize("case", NOT_THERE)
def test_a_decision_about_what_is_not_there_is_refused(decisions, case):
    kind, fields = NOT_THERE[case]
    with pytest.raises(NoSuchSubject):
        decide(decisions, kind, **fields)
    assert decisions.last_sequence() == 0


def test_a_change_of_the_plan_belongs_to_the_annual_cycle_and_each_row_has_its_own(decisions):
    decide(decisions, "seal", regime="ankang-2024", round="plan")
    removed = decide(decisions, "remove_from_plan", row_id="000005:1:5")
    assert (removed.round, removed.reporter_code, removed.submission_id) == ("annual", "610924", "000005")
    assert subject_of(removed) == Subject("submission", ("000005",))
    added = decide(decisions, "add_to_plan", **EVERY_ACT["add_to_plan"])
    again = decide(decisions, "add_to_plan", **EVERY_ACT["add_to_plan"] | {"document_no": "紫政函〔2024〕10号"})
    assert decisions.in_force()[1:] == (removed, again) and added not in decisions.in_force()
    undone = decide(decisions, "undo", undoes=removed.sequence)
    assert undone.row_id == removed.row_id
    assert decisions.in_force()[1:] == (again,)


@pytest.mark.parametrize("issuer", ["未央区人民政府", "待补镇人民政府", "City of Ankang"])
def test_any_government_with_a_name_may_consent_to_an_addition_to_the_plan(decisions, issuer):
    added = decide(decisions, "add_to_plan", **EVERY_ACT["add_to_plan"] | {"document_issuer": issuer})
    assert added.document_issuer == issuer


def test_today_is_still_a_day_to_waive_until_and_it_begins_in_shanghai(decisions):
    evening_in_london = datetime(2024, 12, 25, 16, tzinfo=UTC)
    with pytest.raises(Refused):
        decide(decisions, "waive", now=evening_in_london, **EVERY_ACT["waive"] | {"expires_on": date(2024, 12, 25)})
    decide(decisions, "waive", now=evening_in_london, **EVERY_ACT["waive"] | {"expires_on": date(2024, 12, 26)})


def test_an_undo_cannot_be_undone_nor_anything_twice(decisions):
    return_first(decisions)
    decide(decisions, "undo", undoes=1)
    for sequence in (1, 2):
        with pytest.raises(Refused):
            decide(decisions, "undo", undoes=sequence)
    assert decisions.last_sequence() == 2


@pytest.mark.parametrize(
    ("first", "then"),
    [
        ("return", "return"),
        ("return", "withdraw"),
        ("withdraw", "return"),
        ("identify", "withdraw"),
        ("withdraw", "waive"),
        ("withdraw", "demand"),
    ],
)
def test_what_would_change_nothing_is_refused(decisions, first, then):
    decide(decisions, first, **EVERY_ACT[first])
    with pytest.raises(Refused, match=r"第 1 号|还没有报送过"):
        decide(decisions, then, **EVERY_ACT[then])
    decide(decisions, "undo", undoes=1)
    decide(decisions, then, **EVERY_ACT[then])


def test_a_row_of_a_withdrawn_table_is_not_added_to_the_plan(decisions):
    decide(decisions, "withdraw", submission_id="000002")
    with pytest.raises(Refused, match="第 1 号"):
        decide(decisions, "add_to_plan", **EVERY_ACT["add_to_plan"])
    decide(decisions, "undo", undoes=1)
    decide(decisions, "add_to_plan", **EVERY_ACT["add_to_plan"])


@pytest.mark.parametrize("kind", ["extend", "add_to_plan", "remove_from_plan"])
def test_what_is_decided_already_is_not_decided_again_until_it_is_undone(decisions, kind):
    """Else the undo of the second would let the first hold again."""
    decide(decisions, kind, **EVERY_ACT[kind])
    with pytest.raises(Refused, match="第 1 号决定已经这样定了"):
        decide(decisions, kind, reason="再次", **EVERY_ACT[kind])
    decide(decisions, "undo", undoes=1)
    decide(decisions, kind, **EVERY_ACT[kind])


# ---- what a correction of the reporter made ----


@pytest.fixture
def corrected(decisions, store):
    """000001 of 紫阳县 is 汉阴县's (decision 1) and was taken in again as 000006."""
    decide(decisions, "identify", **EVERY_ACT["identify"])
    write_submission(store, 6, ANKANG, "610921", {"asks": FINDINGS["asks"]}, corrects="000001")
    return decisions


OF_CORRECTION = {
    kind: EVERY_ACT[kind]
    | {"submission_id": "000006"}
    | ({"new_reporter_code": "610922"} if kind == "identify" else {})
    for kind in ("return", "withdraw", "identify", "explain")
}


@pytest.mark.parametrize("kind", OF_CORRECTION)
def test_nothing_is_decided_about_what_a_correction_made_that_was_undone(corrected, kind):
    decide(corrected, "undo", undoes=decide(corrected, kind, **OF_CORRECTION[kind]).sequence)
    decide(corrected, "undo", undoes=1)
    with pytest.raises(Refused, match=r"更正已经撤销.*000001"):
        decide(corrected, kind, **OF_CORRECTION[kind])


@pytest.mark.parametrize("kind", ["return", "withdraw"])
def test_a_correction_is_not_made_again_while_what_it_made_is_taken_away(corrected, kind):
    taken_away = decide(corrected, kind, **OF_CORRECTION[kind])
    decide(corrected, "undo", undoes=1)
    with pytest.raises(Refused, match=f"000006.*先撤销第 {taken_away.sequence} 号"):
        decide(corrected, "identify", **EVERY_ACT["identify"])
    decide(corrected, "identify", **EVERY_ACT["identify"] | {"new_reporter_code": "610922"})
    decide(corrected, "undo", undoes=corrected.last_sequence())
    decide(corrected, "undo", undoes=taken_away.sequence)
    decide(corrected, "identify", **EVERY_ACT["identify"])


def test_a_correction_is_not_undone_before_the_one_that_rests_on_it(corrected):
    """Else the first submission and the last one it became would count beside each other."""
    further = decide(corrected, "identify", **OF_CORRECTION["identify"])
    with pytest.raises(Refused, match=f"先撤销第 {further.sequence} 号"):
        decide(corrected, "undo", undoes=1)
    decide(corrected, "undo", undoes=further.sequence)
    decide(corrected, "undo", undoes=1)


def test_in_a_sealed_cycle_only_the_seal_can_be_undone(decisions):
    return_first(decisions)
    decide(decisions, "seal", **CYCLE)
    for kind, fields in [(kind, fields) for kind, fields in EVERY_ACT.items() if kind != "grant"] + [
        ("undo", {"undoes": 1})
    ]:
        with pytest.raises(Refused, match="封存"):
            decide(decisions, kind, **fields)
    decide(decisions, "return", submission_id="000004")
    decide(decisions, "grant", **EVERY_ACT["grant"])
    decide(decisions, "undo", undoes=2)
    decide(decisions, "demand", **EVERY_ACT["demand"])


def test_the_seal_of_the_annual_round_closes_the_plan_it_is_held_against(decisions):
    """Nor is the plan round's own seal undone before that of the annual round."""
    returned = decide(decisions, "return", submission_id="000005")
    plan_sealed = decide(decisions, "seal", regime="ankang-2024", round="plan")
    sealed = decide(decisions, "seal", **CYCLE)
    for kind, fields in (("undo", {"undoes": plan_sealed.sequence}), ("undo", {"undoes": returned.sequence})):
        with pytest.raises(Refused, match="封存"):
            decide(decisions, kind, **fields)
    decide(decisions, "undo", undoes=sealed.sequence)
    decide(decisions, "undo", undoes=plan_sealed.sequence)
    decide(decisions, "seal", **CYCLE)
    assert decisions.is_sealed("ankang-2024", "plan") and not decisions.is_sealed("ankang-2024", "midyear")
    for kind in ("return", "withdraw", "identify"):
        with pytest.raises(Refused, match="年度轮次已经封存"):
            decide(decisions, kind, **EVERY_ACT[kind] | {"submission_id": "000005"})


def test_a_province_confirms_city_by_city(decisions):
    regime, round_key = SHANDONG
    made = decide(decisions, "confirm", **a_confirmation(regime=regime, round=round_key, city_code="370200"))
    assert subject_of(made) == Subject("city", (*SHANDONG, "370200"))


def test_a_file_of_nobody_known_can_be_given_to_its_reporter(decisions):
    made = decide(decisions, "identify", submission_id="000003", new_reporter_code="610922")
    assert (made.reporter_code, made.new_reporter_code) == (None, "610922")


def test_every_act_says_what_it_does_in_both_languages():
    # those about enterprises and exits need a warehouse: test_questions.py; of a report, a decision before: test_january.py
    others = {"undo", "revoke", "merge", "distinct", "choose", "refuse", "object", "answer_objection"}
    assert set(ACTS) == {*EVERY_ACT, *others}
    for act in ACTS.values():
        assert act.label_zh and act.label_en and act.effect_zh and act.effect_en.isascii()
