"""The gates of January, each open, met or not asked for, by a warehouse and the decisions in force."""

import json
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from typer.testing import CliRunner

import dbt_project
from desk.cli import app
from desk.decisions.acts import Actor, Draft, Refused
from desk.decisions.city_figure import read_figure
from desk.decisions.room import DecisionRoom, decision_room
from desk.january.gates import LABELS, MET, NOT_ASKED, OPEN, read_report
from desk.january.shown_list import read_list
from rulebook import load
from tests.dbt_project.collection import LATE, Collection
from tests.desk.sealed_store import HANYIN, collect, exit_of

REGIME, ROUND = "ankang-2024", "annual"
CYCLE = {"regime": REGIME, "round": ROUND}
ZIYANG, OFFICE = "610924", "610900-fgw"
DAY = date(2025, 1, 20)
AT = datetime(2025, 1, 20, 4, tzinfo=UTC)
SENT_AGAIN = datetime(2025, 1, 8, 1, tzinfo=UTC)
WANG, LI = Actor("wang", "王芳", "steward", "610900"), Actor("li", "李明", "signer", "610900")
CONSENT = {
    "document_no": "安政函〔2025〕2号", "document_date": date(2025, 1, 18), "document_issuer": "安康市人民政府",
    "document": b"scan",
}  # fmt: skip


@pytest.fixture(scope="module")
def built(tmp_path_factory) -> Collection:
    """紫阳县 and an office differ about one mill; the others sent nothing."""
    cycle = Collection(tmp_path_factory.mktemp("gates"))
    mill = {
        "enterprise": "宏源水泥厂",
        "enterprise_full_key": "宏源水泥厂",
        "county_code": ZIYANG,
        "city_code": "610900",
    }
    cycle.collect(ZIYANG, mill | {"amount": "30"})
    cycle.collect(OFFICE, mill | {"amount": "40"})
    dbt_project.build(cycle.store.root, load())
    return cycle


@pytest.fixture
def room(built) -> DecisionRoom:
    """The room of the store; what a test decides, or builds, is taken off again."""
    warehouse = built.store.read_bytes("warehouse.duckdb")
    yield decision_room(built.store.root, load())
    for key in built.store.keys("decisions"):
        (built.store.root / key).unlink()
    built.store.write_bytes("warehouse.duckdb", warehouse)


def decide(room, kind, actor=WANG, **fields):
    return room.decide(Draft(kind, "办理", **fields), actor, None, AT)


def excuse_everybody(room, regime=REGIME):
    (obligations,) = (gate for gate in room.read_report(regime, ROUND, DAY).gates if gate.key == "obligations")
    for lack in obligations.lacks:
        decide(room, "excuse", reporter_code=lack.about["code"], regime=regime, round=ROUND)


def choose_the_county(room):
    ((claims,),) = (
        tuple(line.values())
        for line in room.warehouse.query(
            "select distinct claims_id from marts.fct_exit_claim where claims_id is not null"
        )
    )
    return decide(room, "choose", claims_id=claims, chosen_reporter_code=ZIYANG, **CYCLE)


def states(room, regime=REGIME, round_key=ROUND) -> dict[str, str]:
    return {gate.key: gate.state for gate in room.read_report(regime, round_key, DAY).gates}


def gate(room, key, regime=REGIME):
    (found,) = (one for one in room.read_report(regime, ROUND, DAY).gates if one.key == key)
    return found


def test_at_first_a_city_lacks_tables_answers_and_consent(room):
    assert states(room) == {
        "obligations": OPEN,
        "findings": OPEN,
        "cities": NOT_ASKED,
        "reconciliation": OPEN,
        "consent": OPEN,
        "notice": NOT_ASKED,
    }


@pytest.mark.parametrize(
    ("regime", "asked"),
    [
        ("ankang-2024", {"consent"}),
        ("liaocheng-2025", {"notice"}),
        ("shandong-2017", {"consent", "cities"}),
        ("shaanxi-2018", {"cities"}),
        ("shenzhen-2019", set()),
        ("weihai-2022", set()),
    ],
)
def test_what_a_plan_asks_for_is_asked_and_no_more(room, regime, asked):
    of_some = {"cities", "consent", "notice"}
    found = {gate.key: gate for gate in room.read_report(regime, ROUND, DAY).gates}
    assert {key for key in of_some if found[key].state == OPEN} == asked
    assert all(found[key].basis for key in asked - {"cities"})


def test_another_round_is_not_reported_and_asks_for_explained_findings_alone(room):
    assert states(room, round_key="midyear") == dict.fromkeys(LABELS, NOT_ASKED) | {"findings": MET}


def test_what_was_not_sent_is_named_with_the_reporters_page_until_excused(room):
    lacking = gate(room, "obligations")
    (hanbin,) = (lack for lack in lacking.lacks if lack.about["code"] == "610902")
    assert (
        "汉滨区" in hanbin.says_zh
        and "统计表没有报送、总结材料没有报送" in hanbin.says_zh
        and hanbin.page == "reporter"
    )
    decide(room, "excuse", reporter_code="610902", **CYCLE)
    assert "610902" not in {lack.about["code"] for lack in gate(room, "obligations").lacks}
    assert "共 " in lacking.says_zh
    excuse_everybody(room)
    assert states(room)["obligations"] == MET


def test_a_demand_of_today_opens_the_obligation_again(room):
    excuse = [lack.about["code"] for lack in gate(room, "obligations").lacks]
    assert "统计表" not in "".join(
        lack.says_zh for lack in gate(room, "obligations").lacks if lack.about["code"] == ZIYANG
    )
    decide(room, "demand", reporter_code=ZIYANG, **CYCLE)
    (demanded,) = (lack for lack in gate(room, "obligations").lacks if lack.about["code"] == ZIYANG)
    assert "统计表要求重报" in demanded.says_zh and ZIYANG in excuse


def test_a_difference_is_settled_by_a_choice_or_an_answer(room, built):
    (difference,) = gate(room, "reconciliation").lacks
    assert "宏源水泥厂" in difference.says_zh and difference.page == "figure"
    assert difference.about == {"code": "610900", "industry": "水泥"}


@pytest.mark.parametrize(("day", "state"), [(date(2025, 1, 20), OPEN), (date(2025, 1, 21), MET)])
def test_a_notice_is_over_the_day_after_its_last_day(room, day, state):
    decide(room, "open_notice", opened_on=date(2025, 1, 13), shown_at="网站", **CYCLE)
    (notice,) = (one for one in room.read_report(REGIME, ROUND, day).gates if one.key == "notice")
    assert notice.state == state


def object_to(room, regime, **about):
    cycle = {"regime": regime, "round": ROUND}
    decide(room, "open_notice", opened_on=date(2025, 1, 3), shown_at="网站", document=b"scan", **cycle)
    return decide(
        room, "object", objector="张三", received_on=date(2025, 1, 6), content="仍在生产", **cycle, **about
    ).sequence


def test_an_open_objection_to_an_enterprise_holds_the_report_where_the_regime_says_so(room):
    identity = room.warehouse.query("select min(identity_id) as id from marts.dim_enterprise_name")[0]["id"]
    object_to(room, REGIME, identity_id=identity)
    assert gate(room, "notice").state == MET, "its rows leave the figure instead"
    excuse_everybody(room, "liaocheng-2025")
    number = object_to(room, "liaocheng-2025", identity_id=identity)
    assert f"第 {number} 号异议没有办结" in gate(room, "notice", "liaocheng-2025").says_zh
    decide(room, "answer_objection", objection=number, outcome="not_upheld")
    assert gate(room, "notice", "liaocheng-2025").state == MET


def test_an_objection_to_the_whole_list_holds_the_report_and_upheld_it_is_shown_anew(room):
    number = object_to(room, REGIME)
    assert gate(room, "notice").state == OPEN
    decide(room, "answer_objection", objection=number, outcome="upheld")
    assert "重新公示" in gate(room, "notice").says_zh
    early = {"opened_on": date(2025, 1, 10), "shown_at": "网站", **CYCLE}
    with pytest.raises(Refused, match="2025-01-20 办结为成立，改正后的名单不可能在那之前公示"):
        decide(room, "open_notice", **early)
    decide(room, "open_notice", **early | {"opened_on": DAY})
    assert "改正" not in gate(room, "notice").says_zh
    in_log = [replace(one, **early) if one.kind == "open_notice" else one for one in room.decisions.in_force()]
    (notice,) = (
        one for one in read_report(room.warehouse, load(), in_log, (REGIME, ROUND), DAY).gates if one.key == "notice"
    )
    assert "改正后要重新公示" in notice.says_zh, "as an earlier version recorded it"


# ---- signing ----


def pass_every_gate(room, built, but=()):
    excuse_everybody(room)
    if "findings" not in but:
        explain_findings(room, built.store)
    decide(room, "consent", **CONSENT, **CYCLE)
    choose_the_county(room)
    dbt_project.build(built.store.root, load())


def explain_findings(room, store):
    """Straight into the log: the store holds what a build needs, and no receipts for the desk to look at."""
    open_ones = room.warehouse.query(
        "select submission_id, finding_id from marts.fct_finding where severity = 'explain' and resolution = 'open'"
    )
    made = room.decisions.last_sequence()
    for sequence, one in enumerate(open_ones, start=made + 1):
        told = {"sequence": sequence, "kind": "explain", "at": AT.isoformat(), "reason": "已核对", "actor": "wang"}
        blank = dict.fromkeys(("actor_name", "role", "unit", "evidence_sha256", "previous"))
        store.write_bytes(f"decisions/{sequence:06d}.json", json.dumps(told | blank | CYCLE | one).encode())


def test_signing_with_an_open_gate_is_refused_and_told_where_to_mend_it(room):
    with pytest.raises(Refused) as refused:
        decide(room, "seal", LI, **CYCLE)
    for words in ("政府同意：还没有登记", "请在“上报”页登记政府同意", "县级与部门对账：宏源水泥厂", "报送任务："):
        assert words in refused.value.message_zh
    assert "consent of the government" in refused.value.message_en


def test_the_report_is_signed_by_another_once_it_is_prepared(room, built):
    pass_every_gate(room, built)
    with pytest.raises(Refused, match="还没有送签"):
        decide(room, "seal", LI, **CYCLE)
    decide(room, "prepare", **CYCLE)
    decide(room, "refuse", LI, **CYCLE)
    with pytest.raises(Refused, match="号决定退回：办理"):
        decide(room, "seal", LI, **CYCLE)
    decide(room, "prepare", **CYCLE)
    with pytest.raises(Refused, match="您本人制表送签"):
        decide(room, "seal", Actor("wang", "王芳", "signer", "610900"), **CYCLE)
    assert decide(room, "seal", LI, document_no="安工信〔2025〕7号", **CYCLE).kind == "seal"


@pytest.mark.parametrize(
    ("regime", "day", "words"),
    [
        (REGIME, date(2025, 1, 31), "报送期限：2025-01-31（含当日）。"),
        (REGIME, date(2025, 2, 2), "报送期限：2025-01-31（含当日），已过期 2 天。"),
        ("weihai-2022", date(2030, 1, 1), None),
    ],
)
def test_by_when_the_report_is_due_is_told_and_whether_that_is_past(room, regime, day, words):
    report = room.read_report(regime, ROUND, day)
    assert (report.due_in_words and report.due_in_words[0]) == words
    assert room.read_report(regime, "midyear", day).due_in_words is None


def test_a_figure_that_changed_since_it_was_prepared_is_not_signed(room, built):
    pass_every_gate(room, built)
    prepared = decide(room, "prepare", **CYCLE)
    other = tuple(line | {"exits": line["exits"] + 1} for line in prepared.figure)
    room.decisions.record(Draft("prepare", "另一份", figure=other, **CYCLE), WANG, None, AT)
    assert room.read_report(REGIME, ROUND, DAY).is_changed
    with pytest.raises(Refused, match="送签已失效"):
        decide(room, "seal", LI, **CYCLE)


def test_a_report_whose_plan_changed_since_is_prepared_again(tmp_path):
    """By a decision, and by another plan table; of the exits nothing changes."""
    mill = {
        "enterprise": "宏源水泥厂",
        "enterprise_full_key": "宏源水泥厂",
        "county_code": ZIYANG,
        "city_code": "610900",
    }
    other = mill | {"enterprise": "拟退水泥厂", "enterprise_full_key": "拟退水泥厂", "amount": "10"}
    cycle = Collection(tmp_path)
    cycle.collect(ZIYANG, mill | {"amount": "30"})
    planned = cycle.collect(ZIYANG, mill | {"amount": "30"}, other, round="plan")
    dbt_project.build(cycle.store.root, load())
    room = decision_room(cycle.store.root, load())
    prepared = decide(room, "prepare", **CYCLE)
    (told,) = (
        line
        for line in prepared.plan_figure
        if (line["division_code"], line["industry"], line["category"]) == ("610900", "水泥", "合计")
    )
    assert (told["planned_exits"], told["planned_capacity"], told["done_capacity"]) == (2, "40", "30")
    assert not room.read_report(REGIME, ROUND, DAY).is_changed

    cycle.decided = 1
    row = {"submission_id": planned, "row_id": f"{planned}:1:6", "enterprise": "拟退水泥厂", "reporter_code": ZIYANG}
    blank = dict.fromkeys(("evidence_sha256", "previous"))
    cycle.decide("remove_from_plan", **row, **blank)
    with pytest.raises(Refused, match="还没有进入汇总"):
        decide(room, "prepare", **CYCLE)
    dbt_project.build(cycle.store.root, load())
    assert room.read_report(REGIME, ROUND, DAY).is_changed

    decide(room, "prepare", **CYCLE)
    assert not room.read_report(REGIME, ROUND, DAY).is_changed
    cycle.collect(ZIYANG, mill | {"amount": "25"}, round="plan")
    dbt_project.build(cycle.store.root, load())
    report = room.read_report(REGIME, ROUND, DAY)
    assert report.is_changed and report.prepared.figure == prepared.figure

    # one enterprise in the place of another, of the same county, industry, category and amount
    third = mill | {"enterprise": "另一水泥厂", "enterprise_full_key": "另一水泥厂", "amount": "10"}
    cycle.collect(ZIYANG, mill | {"amount": "25"}, other, round="plan")
    dbt_project.build(cycle.store.root, load())
    decide(room, "prepare", **CYCLE)
    cycle.collect(ZIYANG, mill | {"amount": "25"}, third, round="plan")
    dbt_project.build(cycle.store.root, load())
    assert room.read_report(REGIME, ROUND, DAY).is_changed

    decide(room, "refuse", LI, **CYCLE)
    earlier = Draft("prepare", "没有留存计划的旧决定", figure=prepared.figure, **CYCLE)
    room.decisions.record(earlier, WANG, None, AT)
    assert not room.read_report(REGIME, ROUND, DAY).is_changed


@pytest.mark.parametrize(
    "said",
    [
        {"enterprise": "另一水泥厂", "enterprise_full_key": "另一水泥厂"},
        {"categories": ["环保"]},
        {"method": "关停"},
        {"dismantled_on": date(2024, 12, 20)},
        {"equipment_text": "Φ3米水泥磨1台"},
    ],
)
def test_another_list_of_the_same_sums_is_prepared_shown_and_agreed_to_anew(tmp_path, said):
    mill = {
        "enterprise": "宏源水泥厂",
        "enterprise_full_key": "宏源水泥厂",
        "county_code": ZIYANG,
        "city_code": "610900",
    }
    mill |= {"amount": "30", "categories": ["能耗"], "method": "拆除"}
    cycle = Collection(tmp_path)
    cycle.collect(ZIYANG, mill)
    dbt_project.build(cycle.store.root, load())
    room = decision_room(cycle.store.root, load())
    prepared = decide(room, "prepare", **CYCLE)
    decide(room, "consent", **CONSENT, **CYCLE)
    decide(room, "open_notice", opened_on=date(2025, 1, 6), shown_at="网站", **CYCLE)
    cycle.collect(ZIYANG, mill)
    dbt_project.build(cycle.store.root, load())
    assert not room.read_report(REGIME, ROUND, DAY).is_changed, "the same table sent again"

    cycle.collect(ZIYANG, mill | said)
    dbt_project.build(cycle.store.root, load())
    assert room.read_report(REGIME, ROUND, DAY).is_changed
    sums = ("industry", "capacity_unit", "exits", "enterprises")
    assert [[line[name] for name in sums] for line in prepared.figure] == [
        [line[name] for name in sums] for line in read_figure(room.warehouse, REGIME, ROUND, "610900")
    ]
    shown = set() if "dismantled_on" in said else {"consent", "notice"}
    assert {key for key in ("consent", "notice") if "名单在" in gate(room, key).says_zh} == shown

    earlier = tuple({name: line[name] for name in (*sums, "capacity")} for line in prepared.figure)
    room.decisions.record(Draft("prepare", "没有留存名单的旧决定", figure=earlier, **CYCLE), WANG, None, AT)
    assert not room.read_report(REGIME, ROUND, DAY).is_changed


def test_only_the_findings_can_be_passed_by_what_the_signer_says_of_them(room, built):
    with pytest.raises(Refused, match="政府同意"):
        decide(room, "seal", LI, listed_findings="已当面核实", **CYCLE)
    pass_every_gate(room, built, but={"findings"})
    decide(room, "prepare", **CYCLE)
    with pytest.raises(Refused, match="问题说明"):
        decide(room, "seal", LI, **CYCLE)
    assert decide(room, "seal", LI, listed_findings="已当面核实", **CYCLE).listed_findings == "已当面核实"


def test_words_on_findings_that_are_not_there_are_refused(room, built):
    pass_every_gate(room, built)
    with pytest.raises(Refused, match="没有未说明的问题"):
        decide(room, "seal", LI, listed_findings="已当面核实", **CYCLE)


def test_the_report_reads_as_programs_like_it(room):
    told = read_report(room.warehouse, load(), (), (REGIME, ROUND), DAY).gates[4].as_json()
    assert (told["gate"], told["state"], told["label"]) == ("consent", "open", "政府同意")
    assert "经市政府审定同意" in told["basis"]
    assert told["lacks"] == [
        {"says": "还没有登记政府同意的文件", "says_en": "no consent is on record", "page": "january", "about": {}}
    ]


# ---- the command line ----


def told_by(*arguments):
    answer = CliRunner().invoke(app, [*arguments])
    assert answer.exit_code == 0, answer.output
    return answer.output


def test_the_command_line_tells_the_gates(room, built):
    place = ("--store", str(built.store.root), "--regime", REGIME, "--round", ROUND)
    told = json.loads(told_by("gates", *place, "--json"))
    assert {gate["gate"]: gate["state"] for gate in told} == states(room)
    decide(room, "prepare", **CYCLE)
    assert "政府同意" in (text := told_by("gates", *place)) and "送签：王芳，第 1 号决定" in text


def test_the_command_line_says_what_waits_for_a_build(room, built):
    """Decisions that change a gate and no figure, then one that changes the figure; a program's list stays a list."""
    place = ("--store", str(built.store.root), "--regime", REGIME, "--round", ROUND)
    decide(room, "consent", **CONSENT, **CYCLE)
    assert room.read_report(REGIME, ROUND, DAY).waits is None and "建仓" not in told_by("gates", *place)
    explain_findings(room, built.store)
    explained = room.decisions.last_sequence() - 1
    assert explained and f"新作的 {explained} 项决定还没有进入数据" in told_by("gates", *place)
    answer = CliRunner().invoke(app, ["gates", *place, "--json"])
    assert json.loads(answer.stdout) and "下次建仓后更新" in answer.stderr
    choose_the_county(room)
    assert "还没有进入汇总，下次建仓后才计入" in told_by("gates", *place)
    dbt_project.build(built.store.root, load())
    assert room.read_report(REGIME, ROUND, DAY).waits is None and "建仓" not in told_by("gates", *place)


def test_a_figure_tells_what_an_objection_keeps_out_of_it(room, built):
    identity = room.warehouse.query("select min(identity_id) as id from marts.dim_enterprise_name")[0]["id"]
    number = object_to(room, REGIME, identity_id=identity)
    dbt_project.build(built.store.root, load())
    place = ("--store", str(built.store.root), "--regime", REGIME, "--round", ROUND)
    told = json.loads(told_by("trace", *place, "--industry", "水泥", "--json"))
    assert told["amounts"][0]["exits"] == 0 and told["exits"] == []
    assert [(claim["reporter_code"], claim["held_by"]) for claim in told["held"]] == [
        (ZIYANG, number),
        (OFFICE, number),
    ]
    assert f"第 {number} 号异议没有办结或已成立，不计入" in told_by("trace", *place)
    assert json.loads(told_by("trace", *place, "--industry", "造纸", "--json"))["held"] == []


def decide_by_command(built, kind, actor, *options):
    place = ("--store", str(built.store.root), "--regime", REGIME, "--round", ROUND)
    return CliRunner().invoke(app, ["decide", kind, *place, "--actor", actor, "--reason", "办理", *options])


def test_by_command_too_another_signs_than_who_prepared(room, built):
    pass_every_gate(room, built)
    prepared = decide_by_command(built, "prepare", "wang")
    assert prepared.exit_code == 0 and "下次建仓后生效" not in prepared.output
    own = decide_by_command(built, "seal", "wang")
    assert own.exit_code == 2 and "您本人制表送签" in own.output
    assert decide_by_command(built, "seal", "li", "--document-no", "安工信〔2025〕7号").exit_code == 0


def test_an_objection_by_command_says_what_it_is_about_and_what_it_holds(room, built):
    decide(room, "open_notice", opened_on=date(2025, 1, 3), shown_at="网站", **CYCLE)
    said = ("--objector", "张三", "--received-on", "2025-01-06", "--content", "仍在生产")
    whole = decide_by_command(built, "object", "wang", *said)
    assert "对整份名单的异议：办结之前，报告不能签发" in whole.output
    identity = room.warehouse.query("select min(identity_id) as id from marts.dim_enterprise_name")[0]["id"]
    one = decide_by_command(built, "object", "wang", *said, "--identity", identity)
    assert "对企业“宏源水泥厂”的异议：办结之前，该企业在本轮次的退出都不计入汇总" in one.output


def test_the_command_tells_by_when_the_report_is_due_and_by_which_sentence(built):
    told = CliRunner().invoke(app, ["gates", "--store", str(built.store.root), "--regime", REGIME, "--round", ROUND])
    assert (
        "报送期限：2025-01-31" in told.output and "2025年1月底前" in told.output and "Due on 2025-01-31" in told.output
    )


def test_a_notice_is_recorded_by_command(room, built):
    unknown = decide_by_command(built, "open_notice", "wang", "--opened-on", "2097-01-04", "--shown-at", "网站")
    assert unknown.exit_code == 2 and "2097" in unknown.output and "公示最后一日" in unknown.output
    shown = decide_by_command(built, "open_notice", "wang", "--opened-on", "2025-01-13", "--shown-at", "网站")
    assert shown.exit_code == 0 and "公示到 2025-01-20 为止" in gate(room, "notice").says_zh


def test_a_list_that_grew_since_its_notice_is_shown_anew(room, built):
    decide(room, "open_notice", opened_on=date(2025, 1, 10), shown_at="网站", **CYCLE)
    assert gate(room, "notice").state == MET
    choose_the_county(room)
    with pytest.raises(Refused, match="还没有进入汇总"):
        decide(room, "open_notice", opened_on=date(2025, 1, 20), shown_at="网站", **CYCLE)
    smaller = {"opened_on": date(2025, 1, 20), "shown_at": "另一处", "shown_list": a_smaller_list(room)}
    room.decisions.record(Draft("open_notice", "少一些", **CYCLE, **smaller), WANG, None, AT)
    lacking = gate(room, "notice")
    assert lacking.state == OPEN and "名单在公示之后变了，有 1 项没有这样公示过（宏源水泥厂）" in lacking.says_zh
    dbt_project.build(built.store.root, load())
    with pytest.raises(Refused, match="不可能在那之前公示"):
        decide(room, "open_notice", opened_on=date(2025, 1, 10), shown_at="网站", **CYCLE)
    decide(room, "open_notice", opened_on=date(2025, 1, 20), shown_at="网站", **CYCLE)
    assert "公示到" in gate(room, "notice").says_zh and "名单在公示之后" not in gate(room, "notice").says_zh


def a_smaller_list(room):
    """What was agreed to, or shown, when less of the mill was reported."""
    return tuple(line | {"capacity": "25"} for line in read_list(room.warehouse, REGIME, ROUND))


def test_consent_is_asked_anew_for_what_it_was_not_given_to(room):
    decide(room, "consent", **CONSENT, **CYCLE)
    assert gate(room, "consent").state == MET and "数字有变" not in gate(room, "consent").says_zh
    room.decisions.record(
        Draft("consent", "先报了一部分", **CYCLE, **CONSENT, shown_list=a_smaller_list(room)),
        WANG,
        None,
        AT,
    )
    lacking = gate(room, "consent")
    assert lacking.state == OPEN
    assert "有 1 项没有这样同意过（宏源水泥厂），数字有变：水泥由1条25万吨变为1条30万吨" in lacking.says_zh


def test_consent_stands_for_a_list_that_something_left_and_says_from_what_to_what(room, built):
    decide(room, "consent", **CONSENT, **CYCLE)
    identity = room.warehouse.query("select min(identity_id) as id from marts.dim_enterprise_name")[0]["id"]
    object_to(room, REGIME, identity_id=identity)
    dbt_project.build(built.store.root, load())
    met = gate(room, "consent")
    assert met.state == MET and "同意之后数字有变：水泥由1条30万吨变为无" in met.says_zh


def test_a_notice_recorded_late_says_so_and_one_on_its_first_day_does_not(room):
    decide(room, "open_notice", opened_on=date(2025, 1, 10), shown_at="网站", **CYCLE)
    assert "2025-01-10 至 2025-01-17（2025-01-20 登记）" in gate(room, "notice").says_zh
    decide(room, "open_notice", opened_on=date(2025, 1, 20), shown_at="网站", **CYCLE)
    assert "登记）" not in gate(room, "notice").says_zh


def test_a_notice_that_began_before_there_was_a_list_needs_its_scan(room):
    early = {"opened_on": date(2024, 12, 2), "shown_at": "网站", **CYCLE}
    with pytest.raises(
        Refused, match=r"名单里有 1 项（宏源水泥厂）那时还没有收到、通过审核.*最晚的是 2024-12-30"
    ) as refused:
        decide(room, "open_notice", **early)
    assert "scan of the announcement" in refused.value.message_en
    decide(room, "open_notice", document=b"scan", **early)
    assert "（2025-01-20 登记）" in gate(room, "notice").says_zh


def test_a_notice_began_when_every_item_of_its_list_was_known(tmp_path):
    """Its table came, or the amount was settled, on the first day or before; a table that only repeats it changes nothing."""
    cycle = Collection(tmp_path)
    first = exit_of(ZIYANG, "宏源水泥", "30")
    collect(cycle, ZIYANG, first)
    collect(cycle, HANYIN, exit_of(HANYIN, "汉阴水泥", "7"), received_at=LATE)
    dbt_project.build(cycle.store.root, load())
    room = decision_room(cycle.store.root, load())
    early, late = date(2025, 1, 1), date(2025, 1, 2)
    with pytest.raises(Refused, match=r"1 项（汉阴水泥）.*最晚的是 2025-01-02"):
        decide(room, "open_notice", opened_on=early, shown_at="网站", **CYCLE)
    decide(room, "open_notice", opened_on=late, shown_at="网站", **CYCLE)

    collect(cycle, ZIYANG, first, received_at=SENT_AGAIN)
    dbt_project.build(cycle.store.root, load())
    decide(room, "open_notice", opened_on=late, shown_at="栏里", **CYCLE)
    collect(cycle, ZIYANG, first | {"amount": "12"}, received_at=SENT_AGAIN)
    dbt_project.build(cycle.store.root, load())
    for shown in (2, 1):
        decide(room, "undo", undoes=shown)
    room = decision_room(cycle.store.root, load())
    with pytest.raises(Refused, match=r"1 项（宏源水泥）.*最晚的是 2025-01-08"):
        decide(room, "open_notice", opened_on=late, shown_at="网站", **CYCLE)
    decide(room, "open_notice", opened_on=late, shown_at="网站", document=b"scan", **CYCLE)


@pytest.mark.parametrize(
    ("kind", "fields"),
    [
        ("open_notice", {"opened_on": date(2025, 1, 10), "shown_at": "网站"}),
        ("consent", CONSENT | {"document": None, "document_issuer": "聊城市人民政府"}),
    ],
)
def test_what_is_shown_or_agreed_to_before_any_table_is_accepted_is_no_list(room, kind, fields):
    """Of Liaocheng nothing came: once everybody is excused the list is empty for good, and only a scan proves it."""
    cycle = {"regime": "liaocheng-2025", "round": ROUND}
    with pytest.raises(Refused, match=r"还没有名单：.*还有 15 个应报单位没有可采用的统计表") as refused:
        decide(room, kind, **fields | cycle | {"document": b"scan"})
    assert "no list yet" in refused.value.message_en
    excuse_everybody(room, "liaocheng-2025")
    if kind == "open_notice":
        with pytest.raises(Refused, match="名单里没有一项退出"):
            decide(room, kind, **fields | cycle)
    decide(room, kind, **fields | cycle | {"document": b"scan"})
    assert gate(room, kind.removeprefix("open_"), "liaocheng-2025").state == MET


@pytest.mark.parametrize(("day", "is_early"), [(date(2024, 1, 5), True), (date(2025, 1, 18), False)])
def test_a_consent_older_than_the_first_accepted_table_says_so(room, day, is_early):
    decide(room, "consent", **CONSENT | {"document_date": day, "document_no": "安政函〔2024〕2号"}, **CYCLE)
    met = gate(room, "consent")
    assert met.state == MET and ("早于第一份通过审核的统计表收到之日 20" in met.says_zh) is is_early
    assert ("before the first accepted table came on 20" in met.says_en) is is_early


def test_a_met_notice_tells_the_objections_that_are_still_open(room):
    identity = room.warehouse.query("select min(identity_id) as id from marts.dim_enterprise_name")[0]["id"]
    object_to(room, REGIME, identity_id=identity)
    assert gate(room, "notice").state == MET
    assert "有 1 个异议没有办结，办结之前 1 家企业不计入" in gate(room, "notice").says_zh


def test_the_help_says_what_an_objection_to_no_enterprise_is_about():
    said = CliRunner(env={"COLUMNS": "400"}).invoke(app, ["decide", "--help"]).output
    assert "对整份名单" in "".join(said.split())
