"""Which alike names are asked about, what speaks for them, and what the acts about enterprises and exits refuse."""

from __future__ import annotations

import json
import shlex
import shutil
from dataclasses import replace
from decimal import Decimal

import pytest
from typer.testing import CliRunner

import dbt_project
from desk.cli import app
from desk.decisions.acts import Actor, Draft, NoSuchSubject, Refused
from desk.decisions.log import Decisions
from desk.views.lineage import Figure, trace
from desk.views.questions import ask_about, read_questions
from desk.views.warehouse import Warehouse
from rulebook import load
from store import Store
from tests.dbt_project.collection import Collection

CYCLE = {"regime": "ankang-2024", "round": "annual"}
ZIYANG, SHIQUAN, REFORM, QUALITY = "610924", "610922", "610900-fgw", "610900-scjg"
CODES = ("91350100M000100Y43", "91110000600037341L")
STEWARD = Actor("wang", "王", "steward", "610900")


def said(enterprise: str, amount: str = "30", **told) -> dict:
    return {"enterprise": enterprise, "amount": amount, "county_code": ZIYANG, "equipment_text": "24门轮窑1座"} | told


def of_shiquan(enterprise: str, equipment: str, **told) -> dict:
    return said(enterprise, county_code=SHIQUAN, equipment_text=equipment, **told)


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Store:
    """紫阳县 and a department, whose names are alike, alike but numbered, of one code, and of two."""
    cycle = Collection(tmp_path_factory.mktemp("questions"))
    zinc = {"industry": "锌冶炼", "industry_path": "C3212"}
    cycle.collect(
        ZIYANG,
        said("误字页岩砖厂"), said("红旗一砖厂"), said("红旗三砖厂"), said("明珠砖公司", credit_code=CODES[0]), said("长兴建材公司"),
        said("争议砖厂"), said("八仙锌业公司", **zinc),
    )  # fmt: skip
    cycle.collect(
        REFORM,
        said("误宇页岩砖厂"), said("红旗二砖厂"), said("明珠砖瓦公司", credit_code=CODES[1]), said("长兴公司"), said("争议砖厂", "35"),
        said("八仙锌业公司", "31", industry="有色", industry_path="C32"),
    )  # fmt: skip
    cycle.collect(
        SHIQUAN,
        of_shiquan("双龙建材厂", "1#窑"), of_shiquan("金泰特种水泥厂", "2#窑"), of_shiquan("宏源厂", "3#窑"),
        of_shiquan("永嘉厂", "4#窑"), of_shiquan("广安建材公司", "5#窑"), of_shiquan("广行建材公司", "6#窑"),
        of_shiquan("顺昌粉磨公司", "7#窑", credit_code=CODES[0]), round="midyear",
    )  # fmt: skip
    cycle.collect(
        REFORM, of_shiquan("广安建材", "5#窑"), of_shiquan("顺昌粉磨厂", "7#窑", credit_code=CODES[1]), round="midyear"
    )
    cycle.collect(
        QUALITY,
        of_shiquan("双龙健材有限司", "8#窑"), of_shiquan("金泰公司", "9#窑"), of_shiquan("洪源公司", "3#窑"),
        of_shiquan("永佳公司", "10#窑"), of_shiquan("广按建材公司", "11#窑"), round="midyear",
    )  # fmt: skip
    record = cycle.collect(ZIYANG, form="acceptance", is_nil=False)
    of_record = {"row_id": f"{record}:1:5", "submission_id": record, "reporter_code": ZIYANG, "sheet": "验收", "row": 5}
    told = {"enterprise": "误字页岩砖厂", "enterprise_key": "误字页岩砖厂", "county_code": ZIYANG, "industry": "水泥"}
    machine = {"equipment_text": "26门轮窑1座", "capacity_text": "31", "unit_text": "万吨"}
    cycle.write("acceptance_rows", record, [CYCLE | of_record | told | machine])
    dbt_project.build(cycle.store.root, load())
    return cycle.store


@pytest.fixture
def warehouse(store) -> Warehouse:
    return Warehouse(store.location("warehouse.duckdb"))


def identity(warehouse: Warehouse, name: str) -> str:
    asked = "select min(identity_id) as id from marts.dim_enterprise_name where enterprise_key = ?"
    return warehouse.query(asked, [name])[0]["id"]


def pair(warehouse: Warehouse, kind: str, one: str, other: str) -> Draft:
    ids = {"identity_id": identity(warehouse, one), "other_identity_id": identity(warehouse, other)}
    return Draft(kind, reason="核对过", **CYCLE, **ids)


@pytest.fixture
def log(store) -> Decisions:
    """The log of the store; what a test decides is taken away again."""
    yield Decisions(store, load())
    for key in store.keys("decisions"):
        (store.root / key).unlink()


def names_of(questions) -> list[tuple[set[str], bool]]:
    return [({one.one.enterprise, one.other.enterprise}, one.is_matched) for one in questions]


def test_an_exit_is_called_as_its_reporter_wrote_it_where_one_code_has_two_names(warehouse):
    regime = load().regimes["ankang-2024"]
    (name,) = [
        one["enterprise"]
        for one in trace(warehouse, Figure(regime, "midyear", SHIQUAN)).exits
        if any(claim["enterprise"] == "顺昌粉磨公司" for claim in one["claims"])
    ]
    assert name == "顺昌粉磨公司"


def test_a_choice_is_of_the_exits_industry_whichever_word_the_side_wrote(warehouse, log):
    (line,) = warehouse.query(
        "select distinct link.claims_id from marts.fct_exit_claim as link inner join marts.fct_claim as claim using (row_id)"
        " where claim.enterprise = '八仙锌业公司'"
    )
    draft = Draft("choose", reason="核对过", **CYCLE, claims_id=line["claims_id"], chosen_reporter_code=REFORM)
    assert log.record(draft, STEWARD, None).industry == "锌冶炼"


def test_alike_names_are_asked_about_and_numbered_or_coded_ones_are_not(warehouse):
    assert names_of(read_questions(warehouse, (), **{"regime": "ankang-2024", "round_key": "annual"})) == [
        ({"误字页岩砖厂", "误宇页岩砖厂"}, False),
        ({"长兴建材公司", "长兴公司"}, True),
    ]


def test_a_record_shows_its_machines_and_amount_as_a_table_does(warehouse):
    question = read_questions(warehouse, (), "ankang-2024", "annual")[0]
    said_of = {claim["sheet"]: claim for side in (question.one, question.other) for claim in side.claims}
    assert (said_of["验收"]["equipment_text"], said_of["验收"]["capacity_text"]) == ("26门轮窑1座", "31万吨")


def test_wrong_signs_other_forms_and_short_names_are_asked_once_an_enterprise(warehouse):
    """Names of two signs only with the same equipment; two that one table names, or of two codes, never."""
    asked = read_questions(warehouse, (), "ankang-2024", "midyear")
    assert len(asked) == 6
    assert {(frozenset(names), is_matched) for names, is_matched in names_of(asked)} == {
        (frozenset({"双龙建材厂", "双龙健材有限司"}), False),
        (frozenset({"金泰特种水泥厂", "金泰公司"}), False),
        (frozenset({"宏源厂", "洪源公司"}), False),
        (frozenset({"广安建材", "广按建材公司"}), False),
        (frozenset({"广行建材公司", "广按建材公司"}), False),
        (frozenset({"广安建材公司", "广安建材"}), True),
    }


def claimed(enterprise: str, submission: str, **told) -> dict:
    """A claim of one name as the questions read it."""
    return {
        "identity_id": enterprise, "enterprise_id": enterprise, "enterprise": enterprise, "enterprise_key": enterprise,
        "city_code": "610900", "registry_code": ZIYANG, "registry_place": "紫阳县", "city": "安康市", "credit_code": None,
        "match_rule": "name", "industry": "砖瓦", "industry_path": "C3031", "submission_id": submission,
        "equipment_text": "窑", "regime": "ankang-2024", "round": "annual", "capacity_text": "30",
        "capacity": Decimal(30), "capacity_unit": "万块标砖", "reporter_code": ZIYANG, "reporter": None,
        "file": "a.xlsx", "sheet": "统计表", "row": 5, "cell": "F5",
    } | told  # fmt: skip


@pytest.mark.parametrize(
    ("one", "other", "of_same_equipment", "of_other_equipment"),
    [
        ("城关镇永兴砖厂", "永兴砖厂", True, True),
        ("永兴铸造厂", "恒口街道永兴精密铸造公司", True, True),
        ("华丰造纸公司", "华丰纸业", True, False),
        ("城关镇永兴砖厂", "蒲溪镇大成砖厂", False, False),
        ("城东镇永兴二砖厂", "永兴三砖厂", False, False),
        ("华丰造纸公司", "大成纸业", False, False),
    ],
)
def test_a_township_is_left_out_and_a_trade_told_differently_needs_the_same_equipment(
    one, other, of_same_equipment, of_other_equipment
):
    def is_asked(equipment: str) -> bool:
        lines = [claimed(name, name, equipment_text=text) for name, text in ((one, "1#窑"), (other, equipment))]
        return bool(ask_about(lines, (), "ankang-2024", "annual"))

    assert (is_asked("1#窑"), is_asked("2#窑")) == (of_same_equipment, of_other_equipment)


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("永兴砖业有限公司（2号线）", "永兴砖业公司二号线"),
        ("永兴砖业有限公司二期", "永兴砖业公司二期"),
        ("永兴砖业有限公司（原紫阳县第二砖厂）", "永兴砖业公司原紫阳县第二砖厂"),
        ("永兴砖业有限公司（法人：张三）", "永兴砖业公司法人张三"),
        ("1.永兴砖业有限公司", "1永兴砖业公司"),
        ("2、紫阳县永兴砖业有限公司（1#线）", "2紫阳县永兴砖业公司1线"),
        ("紫阳县永兴砖业有限公司（二期）", "永兴砖业公司二期"),
    ],
)
def test_a_note_and_the_number_of_a_row_are_no_part_of_a_name(written, key):
    lines = [claimed("永兴砖业公司", "000001"), claimed(key, "000002", equipment_text="2#窑") | {"enterprise": written}]
    (question,) = ask_about(lines, (), "ankang-2024", "annual")
    assert not question.is_matched


@pytest.mark.parametrize(
    ("written", "key"),
    [
        ("永兴砖业有限公司（二分厂）", "永兴砖业公司二分厂"),
        ("永兴砖业有限公司（东）", "永兴砖业公司东"),
        ("365永兴砖业公司", "365永兴砖业公司"),
    ],
)
def test_a_note_that_tells_works_apart_is_part_of_the_name(written, key):
    lines = [claimed("永兴砖业公司", "000001"), claimed(key, "000002") | {"enterprise": written}]
    assert ask_about(lines, (), "ankang-2024", "annual") == []


@pytest.mark.parametrize(
    ("one", "other", "is_asked"),
    [
        ("三六五砖厂", "365砖厂", True),
        ("八一砖厂", "81砖厂", True),
        ("十二里砖厂", "12里砖厂", True),
        ("十二里砖厂", "二十里砖厂", False),
    ],
)
def test_numbers_of_names_are_compared_in_whatever_style(one, other, is_asked):
    assert bool(ask_about([claimed(one, "000001"), claimed(other, "000002")], (), "ankang-2024", "annual")) == is_asked


@pytest.mark.parametrize(("name", "is_asked"), [("泰顺莒南纸业厂", True), ("泰顺莒南城北纸业厂", False)])
def test_the_county_within_a_name_tells_no_works_apart(name, is_asked):
    """南 of 莒南 is no side; 城北 is one."""
    place = {"registry_code": "371327", "registry_place": "莒南县", "city_code": "371300", "city": "临沂市"}
    lines = [claimed(name, "000001", **place), claimed("泰顺公司", "000002", equipment_text="2#窑", **place)]
    assert bool(ask_about(lines, (), "ankang-2024", "annual")) == is_asked


@pytest.mark.parametrize(
    ("amounts", "asked"),
    [((10, 20), {"广佛化工厂一分厂", "广佛化工厂二分厂"}), ((10, 21), set())],
    ids=["the parts add up to the whole", "they do not"],
)
def test_numbered_works_that_another_table_tells_as_one_are_asked_about_where_they_add_up(amounts, asked):
    parts = zip(("广佛化工厂一分厂", "广佛化工厂二分厂"), amounts, strict=True)
    county = [claimed(name, "000001", capacity=Decimal(amount)) for name, amount in parts]
    found = ask_about([*county, claimed("广佛化工厂", "000002")], (), "ankang-2024", "annual")
    assert {one.other.enterprise for one in found if one.adds_up} == asked


@pytest.mark.parametrize(
    ("regime", "round_key", "is_asked"),
    [("ankang-2024", "annual", True), ("ankang-2024", "plan", True), ("ankang-2024", "midyear", False), ("ankang-2030", "annual", False)],
)  # fmt: skip
def test_numbered_works_that_the_plan_tells_as_one_are_asked_about(regime, round_key, is_asked):
    """In the rounds of either table; the plan of another year tells nothing."""
    plan = claimed("广佛化工厂", "000002", regime=regime, round="plan", capacity=Decimal(30))
    annual = [claimed("广佛化工厂一分厂", "000001", capacity=Decimal(10)),
              claimed("广佛化工厂二分厂", "000001", capacity=Decimal(20))]  # fmt: skip
    found = ask_about([plan, *annual], (), "ankang-2024", round_key)
    assert {one.other.enterprise for one in found if one.adds_up} == (
        {"广佛化工厂一分厂", "广佛化工厂二分厂"} if is_asked else set()
    )


def test_the_second_part_is_still_asked_about_when_the_first_was_merged():
    merged = {"enterprise_id": "广佛化工厂"}
    county = [claimed("广佛化工厂一分厂", "000001", capacity=Decimal(10), **merged),
              claimed("广佛化工厂二分厂", "000001", capacity=Decimal(20))]  # fmt: skip
    (question,) = ask_about([*county, claimed("广佛化工厂", "000002")], (), "ankang-2024", "annual")
    assert question.other.enterprise == "广佛化工厂二分厂"


def test_alike_names_are_asked_about_where_their_industries_nest():
    zinc = claimed("八仙锌业公司", "000001", industry="锌冶炼", industry_path="C3212")
    other = claimed("八先锌业公司", "000002", industry="有色", industry_path="C32")
    steel = claimed("八先锌业公司", "000002", industry="钢铁", industry_path="C31")
    (question,) = ask_about([zinc, other], (), "ankang-2024", "annual")
    assert question.industry == "锌冶炼"
    assert ask_about([zinc, steel], (), "ankang-2024", "annual") == []
    # of one code, and two all the same
    lead = claimed("八先锌业公司", "000002", industry="铅冶炼", industry_path="C3212")
    assert ask_about([zinc, lead], (), "ankang-2024", "annual") == []


def test_what_was_said_of_one_name_holds_for_all_names_of_the_enterprise(warehouse, log):
    log.record(pair(warehouse, "distinct", "广安建材公司", "广按建材公司"), STEWARD, None)
    asked = [names for names, _ in names_of(read_questions(warehouse, log.in_force(), "ankang-2024", "midyear"))]
    assert {"广安建材", "广按建材公司"} not in asked and {"广行建材公司", "广按建材公司"} in asked


def test_a_question_shows_who_wrote_what_where(warehouse):
    (question, _) = read_questions(warehouse, (), "ankang-2024", "annual", "610900")
    shown = {
        (claim["reporter_code"], claim["row"], claim["equipment_text"])
        for claim in (*question.one.claims, *question.other.claims)
    }
    assert shown == {(ZIYANG, 5, "24门轮窑1座"), (REFORM, 5, "24门轮窑1座"), (ZIYANG, 5, "26门轮窑1座")}
    assert question.is_of_same_equipment and 60 <= question.likeness < 100


def test_what_was_answered_is_not_asked_again_until_it_is_undone(warehouse, log):
    decision = log.record(pair(warehouse, "distinct", "误字页岩砖厂", "误宇页岩砖厂"), STEWARD, None)
    assert (decision.enterprise, decision.other_enterprise, decision.city_code) != (None, None, None)
    assert [matched for _, matched in names_of(read_questions(warehouse, log.in_force(), "ankang-2024", "annual"))] == [
        True
    ]
    log.record(Draft("undo", reason="看错了", undoes=decision.sequence), STEWARD, None)
    assert len(read_questions(warehouse, log.in_force(), "ankang-2024", "annual")) == 2


def test_a_yes_after_a_no_takes_its_place_in_whatever_order_the_two_are_named(warehouse, log):
    log.record(pair(warehouse, "distinct", "误字页岩砖厂", "误宇页岩砖厂"), STEWARD, None)
    log.record(pair(warehouse, "merge", "误宇页岩砖厂", "误字页岩砖厂"), STEWARD, None)
    assert [one.kind for one in log.in_force()] == ["merge"]


@pytest.mark.parametrize(
    ("one", "other", "words"),
    [
        ("明珠砖公司", "明珠砖瓦公司", "代码不同"),
        ("长兴建材公司", "长兴公司", "已经算作同一家"),
        ("红旗一砖厂", "红旗一砖厂", "同一个名称"),
    ],
)
def test_no_merge_of_two_codes_or_of_what_is_one(warehouse, log, one, other, words):
    with pytest.raises(Refused, match=words):
        log.record(pair(warehouse, "merge", one, other), STEWARD, None)


def test_no_merge_changes_a_sealed_cycle(warehouse, log):
    log.record(Draft("seal", reason="完成", **CYCLE), STEWARD, None)
    draft = pair(warehouse, "merge", "误字页岩砖厂", "误宇页岩砖厂")
    with pytest.raises(Refused, match="封存"):
        log.record(draft, STEWARD, None)
    other_cycle = Draft(
        "merge", reason="核对过", regime="ankang-2024", round="midyear",
        identity_id=draft.identity_id, other_identity_id=draft.other_identity_id,
    )  # fmt: skip
    with pytest.raises(Refused, match="已封存的轮次"):
        log.record(other_cycle, STEWARD, None)


def test_no_merge_by_way_of_a_third_enterprise_changes_a_sealed_cycle(warehouse, log):
    """Each name alone may be joined with one that only an open round reports; the second joins the first as well."""
    log.record(Draft("seal", reason="完成", **CYCLE), STEWARD, None)
    first, second = (
        replace(pair(warehouse, "merge", name, "永嘉厂"), round="midyear") for name in ("误字页岩砖厂", "误宇页岩砖厂")
    )
    merged = log.record(first, STEWARD, None)
    with pytest.raises(Refused, match="已封存的轮次"):
        log.record(second, STEWARD, None)
    log.record(Draft("undo", reason="看错了", undoes=merged.sequence), STEWARD, None)
    log.record(second, STEWARD, None)


@pytest.mark.parametrize("kind", ["merge", "distinct"])
def test_no_undo_changes_a_sealed_cycle(warehouse, log, kind):
    decided = log.record(replace(pair(warehouse, kind, "误字页岩砖厂", "误宇页岩砖厂"), round="midyear"), STEWARD, None)
    log.record(Draft("seal", reason="完成", **CYCLE), STEWARD, None)
    with pytest.raises(Refused, match="已封存的轮次"):
        log.record(Draft("undo", reason="看错了", undoes=decided.sequence), STEWARD, None)


def test_what_a_sealed_cycle_takes_for_one_is_not_parted(warehouse, log):
    log.record(Draft("seal", reason="完成", **CYCLE), STEWARD, None)
    with pytest.raises(Refused, match="已封存的轮次"):
        log.record(replace(pair(warehouse, "distinct", "长兴建材公司", "长兴公司"), round="midyear"), STEWARD, None)


def test_an_enterprise_that_nobody_reports_cannot_be_merged(warehouse, log):
    draft = Draft(
        "merge", reason="核对过", **CYCLE, identity_id="none", other_identity_id=identity(warehouse, "红旗一砖厂")
    )
    with pytest.raises(NoSuchSubject):
        log.record(draft, STEWARD, None)


def test_a_choice_is_of_a_side_that_reports_the_exit_as_it_is(warehouse, log):
    ((line),) = warehouse.query(
        "select distinct link.claims_id from marts.fct_exit_claim as link inner join marts.fct_claim as claim using (row_id)"
        " where claim.enterprise = '争议砖厂'"
    )
    of_exit = {**CYCLE, "claims_id": line["claims_id"], "reason": "现场核实"}
    with pytest.raises(Refused, match="没有报送"):
        log.record(Draft("choose", **of_exit, chosen_reporter_code="610921"), STEWARD, None)
    with pytest.raises(NoSuchSubject):
        log.record(Draft("choose", **of_exit | {"claims_id": "gone"}, chosen_reporter_code=REFORM), STEWARD, None)
    decision = log.record(Draft("choose", **of_exit, chosen_reporter_code=REFORM), STEWARD, None)
    assert (decision.place_code, decision.industry, decision.enterprise) == (ZIYANG, "水泥", "争议砖厂")


def test_a_choice_of_figures_that_changed_is_told_as_lapsed(store, tmp_path):
    """By ``huizong decisions`` and ``huizong trace``; before the figures change it is in force."""
    again = Collection(tmp_path / "store")
    shutil.copytree(store.root, again.store.root, dirs_exist_ok=True)
    warehouse = Warehouse(store.location("warehouse.duckdb"))
    (again.received,) = warehouse.query("select count(*) as files from marts.fct_submission")[0].values()
    (claims,) = warehouse.query(
        "select distinct claims_id from marts.fct_exit_claim inner join marts.fct_claim as claim using (row_id)"
        " where claim.enterprise = '争议砖厂'"
    )
    choice = Draft("choose", reason="现场核实", **CYCLE, **claims, chosen_reporter_code=REFORM)
    Decisions(again.store, load()).record(choice, STEWARD, None)
    dbt_project.build(again.store.root, load())

    def huizong(*arguments: str) -> str:
        told = CliRunner().invoke(app, [*arguments, "--store", str(again.store.root)])
        assert told.exit_code == 0
        return told.output

    assert json.loads(huizong("decisions", "--json"))[0]["state"] == "in_force"
    again.collect(ZIYANG, said("争议砖厂", "32"))
    dbt_project.build(again.store.root, load())

    (told,) = json.loads(huizong("decisions", "--json"))
    assert (told["state"], told["lapsed_because"]) == ("lapsed", "所依据的数字有变化，请重新判定")
    assert "已失效" in huizong("decisions")
    traced = huizong("trace", "--regime", "ankang-2024", "--round", "annual", "--division", ZIYANG)
    assert traced.count("第 1 号决定（采信一方）已失效") == 1


def test_the_command_line_lists_the_questions(store):
    options = ["questions", "--store", str(store.root), "--regime", "ankang-2024", "--round", "annual"]
    told = json.loads(CliRunner().invoke(app, [*options, "--json"]).output)
    assert {one["likeness"] for one in told} and len(told) == 2
    words = CliRunner().invoke(app, options)
    assert words.exit_code == 0 and told[0]["one"]["identity_id"] in words.output


def test_the_command_that_is_printed_with_a_question_answers_it(store, log):
    cycle = ["--store", str(store.root), "--regime", "ankang-2024", "--round", "annual"]
    words = CliRunner().invoke(app, ["questions", *cycle]).output
    command, *_ = (line.strip() for line in words.splitlines() if "huizong decide merge" in line)
    answered = CliRunner().invoke(app, shlex.split(command)[1:])
    assert answered.exit_code == 0, answered.output
    assert [one.kind for one in log.in_force()] == ["merge"]
    assert "误宇页岩砖厂" not in CliRunner().invoke(app, ["questions", *cycle]).output
