"""The report of January: its acts, and what its documents are told of them."""

from datetime import UTC, date, datetime

import pytest

from desk.decisions.acts import Actor, Draft, Refused
from desk.decisions.log import Decisions
from desk.decisions.posts import name_of_person
from desk.january.report import sign_off_of
from exports.sign_off import Announcement, Consent, Objection, SignOff
from rulebook import load
from store import Store
from tests.desk.small_store import ANKANG, write_small_store

NOW = datetime(2025, 1, 20, 4, tzinfo=UTC)
WANG, LI = Actor("wang", "王芳", "steward", "610900"), Actor("li", "李明", "signer", "610900")
CYCLE = dict(zip(("regime", "round"), ANKANG, strict=True))
FIGURE = ({"industry": "水泥", "capacity": "30", "capacity_unit": "万吨", "exits": 1, "enterprises": 1},)
CONSENT = {
    "document_no": "安政函〔2025〕2号", "document_date": date(2025, 1, 18), "document_issuer": "安康市人民政府",
    "document": "同意".encode(),
}  # fmt: skip
OBJECTION = {"objector": "张三", "received_on": date(2025, 1, 15), "content": "该厂仍在生产"}


@pytest.fixture
def decisions(tmp_path) -> Decisions:
    return Decisions(write_small_store(tmp_path / "store"), load())


def decide(decisions, kind, actor=WANG, reason="办理", now=NOW, **fields):
    cycle = {} if kind in ("undo", "answer_objection") else CYCLE
    return decisions.record(Draft(kind, reason, **(cycle | fields)), actor, None, now)


def show(decisions, opened_on=date(2025, 1, 13), **others):
    return decide(decisions, "open_notice", opened_on=opened_on, shown_at="市政府网站", **others)


def sign_off(decisions) -> SignOff:
    return sign_off_of(decisions.in_force(), *ANKANG, load())


# ---- what is told of it ----


def test_nothing_decided_is_a_draft(decisions):
    assert sign_off(decisions) == SignOff()


def test_every_decision_about_the_report_is_told(decisions):
    decide(decisions, "prepare", figure=FIGURE)
    decide(decisions, "consent", **CONSENT)
    show(decisions)
    about_all = decide(decisions, "object", **OBJECTION)
    decide(decisions, "answer_objection", objection=about_all.sequence, outcome="not_upheld", reason="现场核实已停产")
    still_open = decide(decisions, "object", **OBJECTION | {"objector": "李四"})
    decide(decisions, "announce", place_code="610924", announced_on=date(2025, 1, 16), shown_at="县政府网站")
    decide(decisions, "excuse", reporter_code="610902")
    decide(decisions, "seal", LI, document_no="安工信〔2025〕7号", listed_findings="两项已口头核实")
    told = sign_off(decisions)
    assert (told.is_sealed, told.document_no, told.document_date) == (True, "安工信〔2025〕7号", date(2025, 1, 20))
    assert (told.prepared_by, told.signed_by, told.listed_findings) == ("王芳", "李明", "两项已口头核实")
    assert told.consent == Consent("安政函〔2025〕2号", date(2025, 1, 18), "安康市人民政府")
    assert (told.notice.opened_on, told.notice.closes_on) == (date(2025, 1, 13), date(2025, 1, 20))
    assert (told.notice.working_days, told.notice.place) == (5, "市政府网站")
    assert told.notice.objections == (
        Objection(about_all.sequence, date(2025, 1, 15), "张三", "整份名单", "该厂仍在生产", False, "现场核实已停产"),
        Objection(still_open.sequence, date(2025, 1, 15), "李四", "整份名单", "该厂仍在生产"),
    )
    assert told.announcements == (Announcement("610924", date(2025, 1, 16), "县政府网站"),)
    assert told.excused == {"610902"} and told.notice.recorded_on == date(2025, 1, 20)


def test_what_is_undone_is_not_told(decisions):
    for number, made in enumerate(
        (decide(decisions, "consent", **CONSENT), show(decisions), decide(decisions, "prepare", figure=FIGURE)), start=1
    ):
        decide(decisions, "undo", undoes=made.sequence)
        assert decisions.last_sequence() == 3 + number
    assert sign_off(decisions) == SignOff()


def test_the_seal_of_the_annual_round_signs_no_report_of_the_plan(decisions):
    decide(decisions, "seal", LI)
    assert not sign_off_of(decisions.in_force(), "ankang-2024", "plan", load()).is_sealed


# ---- who prepared, who signs ----


@pytest.mark.parametrize("user", ["wang", "WANG"])
def test_who_prepared_a_report_does_not_sign_it(decisions, user):
    decide(decisions, "prepare", figure=FIGURE)
    with pytest.raises(Refused, match="您本人制表送签"):
        decide(decisions, "seal", Actor(user, "王芳", "signer", "610900"))
    assert decide(decisions, "seal", LI).kind == "seal"


def test_a_report_goes_back_with_its_reason_and_comes_again(decisions):
    with pytest.raises(Refused, match="还没有送签"):
        decide(decisions, "refuse", LI)
    first = decide(decisions, "prepare", figure=FIGURE)
    refused = decide(decisions, "refuse", LI, reason="造纸的数不对")
    assert decisions.in_force() == (refused,) and sign_off(decisions).prepared_by is None
    again = decide(decisions, "prepare", figure=FIGURE)
    assert decisions.in_force() == (again,) and again != first


def test_a_report_that_was_refused_by_mistake_is_prepared_still(decisions):
    prepared = decide(decisions, "prepare", figure=FIGURE)
    refused = decide(decisions, "refuse", LI)
    decide(decisions, "undo", LI, undoes=refused.sequence)
    assert decisions.in_force() == (prepared,)


@pytest.mark.parametrize(
    ("granted", "decided", "told", "called"),
    [
        ("李明", "李某", "Li Ming", "李明"),
        (None, "李某", "Li Ming", "Li Ming"),
        (None, "李某", "li", "李某"),
        (None, "li", "li", "li"),
    ],
)
def test_who_signs_is_called_as_the_grant_says_else_by_airflow_else_as_before(
    decisions, granted, decided, told, called
):
    post = {"user": "li", "granted_role": "signer", "granted_unit": "610900", "person_name": granted}
    decisions.record(Draft("grant", "岗位", **post), WANG, None, NOW)
    decide(
        decisions, "announce", Actor("li", decided), place_code="610924", announced_on=date(2025, 1, 16), shown_at="网"
    )
    assert name_of_person("li", told, decisions) == called


def test_the_name_of_somebody_who_has_a_post_can_be_put_right(decisions):
    post = {"user": "li", "granted_role": "signer", "granted_unit": "610900"}
    for name in (None, "李名", "李明"):
        decisions.record(Draft("grant", "岗位", **post, person_name=name), WANG, None, NOW)
    assert name_of_person("li", "li", decisions) == "李明"
    with pytest.raises(Refused, match="已经有这个身份"):
        decisions.record(Draft("grant", "岗位", **post, person_name="李明"), WANG, None, NOW)


# ---- the notice ----


def test_a_year_whose_holidays_are_unknown_asks_for_the_last_day_by_hand(decisions):
    with pytest.raises(Refused) as refused:
        show(decisions, opened_on=date(2097, 1, 4))
    assert "2097" in refused.value.message_zh and "公示最后一日" in refused.value.message_zh
    by_hand = show(decisions, opened_on=date(2097, 1, 4), closes_on=date(2097, 1, 11))
    assert by_hand.closes_on == date(2097, 1, 11)
    with pytest.raises(Refused, match="5 个工作日"):
        show(decisions, opened_on=date(2097, 1, 4), closes_on=date(2097, 1, 6))


@pytest.mark.parametrize(
    ("closes_on", "words"),
    [
        pytest.param(date(2025, 1, 17), "最早到 2025-01-20", id="shorter than the regime asks"),
        pytest.param(date(2026, 1, 20), "超过 90 天", id="a slip of the year"),
    ],
)
def test_a_notice_is_as_long_as_the_regime_asks(decisions, closes_on, words):
    with pytest.raises(Refused, match=words):
        show(decisions, closes_on=closes_on)
    assert show(decisions, closes_on=date(2025, 1, 24)).closes_on == date(2025, 1, 24)


def test_objections_stand_beside_one_another_and_each_has_one_answer(decisions):
    show(decisions)
    one = decide(decisions, "object", **OBJECTION)
    other = decide(decisions, "object", **OBJECTION | {"content": "产能写多了"})
    decide(decisions, "answer_objection", objection=one.sequence, outcome="not_upheld")
    assert [(told.number, told.is_upheld) for told in sign_off(decisions).notice.objections] == [
        (one.sequence, False),
        (other.sequence, None),
    ]


def test_an_objection_that_was_taken_back_stays_in_the_register(decisions):
    show(decisions)
    one = decide(decisions, "object", **OBJECTION)
    decide(decisions, "answer_objection", objection=one.sequence, outcome="withdrawn")
    (told,) = sign_off(decisions).notice.objections
    assert (told.number, told.is_upheld, told.is_withdrawn) == (one.sequence, False, True)


@pytest.mark.parametrize("issuer", ["安康市人民政府", "安康市人民政府办公室", "陕西省安康市政府", "市政府"])
def test_the_own_government_consents_under_any_of_its_names(decisions, issuer):
    assert decide(decisions, "consent", **CONSENT | {"document_issuer": issuer}).document_issuer == issuer


REFUSED = {
    "an objection before anything is shown": ("object", OBJECTION, "还没有公示"),
    "consent without its scan": ("consent", CONSENT | {"document": None}, "同意文件"),
    "consent whose document is still to come": ("consent", CONSENT | {"document_no": "待补"}, "没有指明一份已有的文件"),
    "consent that was only asked for": ("consent", CONSENT | {"document_no": "安工信〔2025〕3号请示"}, "没有指明一份已有的文件"),
    "consent whose government is still to come": ("consent", CONSENT | {"document_issuer": "待定"}, "不是政府的名称"),
    "consent of nobody's government": ("consent", CONSENT | {"document_issuer": "ＸＸ市人民政府"}, "不是政府的名称"),
    "consent of another city's government": ("consent", CONSENT | {"document_issuer": "聊城市人民政府"}, "不是同级政府"),
    "consent of a county's government": ("consent", CONSENT | {"document_issuer": "安康市汉阴县人民政府"}, "不是同级政府"),
    "consent whose number is of a later year": (
        "consent", CONSENT | {"document_no": "安政函〔2026〕1号"}, "是 2026 年的，文件日期却是 2025-01-18",
    ),
    "a report whose number is of a later year": ("seal", {"document_no": "安工信〔2026〕7号"}, "是 2026 年的"),
    "a report whose number is still to come": ("seal", {"document_no": "申请中"}, "发文字号"),
    "consent of tomorrow": ("consent", CONSENT | {"document_date": date(2025, 1, 21)}, "还没有到"),
    "consent before the regime's year": ("consent", CONSENT | {"document_date": date(2023, 1, 18)}, "方案年度 2024"),
    "a notice before the regime's year": (
        "open_notice", {"opened_on": date(2023, 1, 13), "shown_at": "网站"}, "方案年度 2024",
    ),
    "consent to the mid-year round": ("consent", CONSENT | {"round": "midyear"}, "只有年度轮次"),
    "a number for the plan's report": ("seal", {"round": "plan", "document_no": "1号"}, "只有年度轮次"),
    "an answer to nothing": ("answer_objection", {"objection": 9, "outcome": "upheld"}, "没有第 9 号异议"),
    "an announcement of elsewhere": (
        "announce", {"place_code": "371002", "announced_on": date(2025, 1, 16), "shown_at": "网站"}, "不在",
    ),
    "an announcement of tomorrow": (
        "announce", {"place_code": "610924", "announced_on": date(2025, 1, 21), "shown_at": "网站"}, "还没有到",
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_what_cannot_be_is_refused_in_both_languages(decisions, case):
    kind, fields, words = REFUSED[case]
    with pytest.raises(Refused) as refused:
        decide(decisions, kind, **fields)
    assert words in refused.value.message_zh and refused.value.message_en
    assert decisions.last_sequence() == 0


BLANK_NUMBERS = ("安政函〔2025〕号", "〔2025〕 号", "×号", "XX号", "安政函〔2025〕ＸＸ号", "__号", "0号", "安政函〔2025〕第号",
                 "安政函〔20××〕3号", "安政函〔〕3号", "安政函〔2025〕", "安政函(2025)号", "文号")  # fmt: skip


@pytest.mark.parametrize("number", BLANK_NUMBERS)
def test_a_number_that_nobody_filled_in_names_no_consent(decisions, number):
    with pytest.raises(Refused, match="没有指明一份已有的文件"):
        decide(decisions, "consent", **CONSENT | {"document_no": number})


@pytest.mark.parametrize(
    ("number", "issuer"),
    [
        ("安政函〔2024〕10号", "安康市人民政府"),
        ("安政函（2025）100号", "安康市人民政府"),
        ("安政函〔二○二五〕第○一号", "安康市人民政府"),
        ("市政府常务会议纪要2025年第3次", "市政府"),
        ("安政办函AX号", "安康市人民政府办公室"),
        ("关于1号高炉退出情况的批复", "安康市政府"),
    ],
)
def test_a_document_that_can_be_looked_up_is_taken_for_consent(decisions, number, issuer):
    said = {"document_no": number, "document_issuer": issuer}
    assert decide(decisions, "consent", **CONSENT | said).document_no == number


def test_an_answer_is_one_of_three_and_to_an_objection_that_stands(decisions):
    show(decisions)
    objection = decide(decisions, "object", **OBJECTION)
    with pytest.raises(Refused, match="办理结果只能是"):
        decide(decisions, "answer_objection", objection=objection.sequence, outcome="perhaps")
    decide(decisions, "undo", undoes=objection.sequence)
    with pytest.raises(Refused, match="已经撤销"):
        decide(decisions, "answer_objection", objection=objection.sequence, outcome="upheld")


def test_an_objection_is_answered_anew_only_after_an_undo(decisions):
    show(decisions)
    objection = decide(decisions, "object", **OBJECTION)
    first = decide(decisions, "answer_objection", objection=objection.sequence, outcome="upheld")
    with pytest.raises(Refused, match=f"请先撤销第 {first.sequence} 号决定"):
        decide(decisions, "answer_objection", objection=objection.sequence, outcome="not_upheld")
    decide(decisions, "undo", undoes=first.sequence)
    again = decide(decisions, "answer_objection", objection=objection.sequence, outcome="not_upheld")
    assert again in decisions.in_force()


@pytest.mark.parametrize(
    ("login", "name"),
    [
        *(
            (login, login)
            for login in ("WANG", "ｗａｎｇ", " wang ", "Ｗａｎｇ", "wang.", "w·ang", "w\u200bang", "wáng", "w_ang")
        ),
        *(("deputy", name) for name in ("王芳", "王 芳", "王芳。", "王·芳", "Wang")),
        ("王芳", "王芳"),
    ],
)
def test_who_prepared_cannot_sign_under_another_spelling_login_or_name(decisions, login, name):
    decide(decisions, "prepare", figure=FIGURE)
    with pytest.raises(Refused, match="本人制表送签") as refused:
        decide(decisions, "seal", Actor(login, name, "signer", "610900"))
    assert ("送签的是“wang”（王芳），您是“deputy”" in refused.value.message_zh) is (login == "deputy")


@pytest.mark.parametrize(
    ("login", "name", "words"),
    [
        ("w\u0430ng", "王芳", r"а（U\+0430）"),
        ("li", "Οu", r"Ο（U\+039F）"),
        ("li", "ᴡang", r"ᴡ（U\+1D21）"),
        ("…", "李明", "没有汉字、字母或数字"),
    ],
)
def test_who_is_named_so_that_letters_may_be_mistaken_neither_prepares_nor_signs(decisions, login, name, words):
    """In Cyrillic, Greek, small capitals, or not at all; every other act is open to such a name."""
    strange = Actor(login, name, "signer", "610900")
    with pytest.raises(Refused, match=words):
        decide(decisions, "prepare", strange, figure=FIGURE)
    decide(decisions, "prepare", figure=FIGURE)
    with pytest.raises(Refused, match=words):
        decide(decisions, "seal", strange)
    assert decide(decisions, "refuse", strange).kind == "refuse"


@pytest.mark.parametrize("name", ["王方", "买买提·艾力", "李〇", "欧阳佳々", "Zoë Müller", "王芳（法规处）", "wang2"])
def test_another_person_signs_by_any_name_of_chinese_or_latin_letters(decisions, name):
    decide(decisions, "prepare", figure=FIGURE)
    assert decide(decisions, "seal", Actor(name, name, "signer", "610900")).actor_name == name


def test_the_log_of_another_process_knows_all_of_it(decisions, tmp_path):
    show(decisions)
    decide(decisions, "object", **OBJECTION)
    again = Decisions(Store(tmp_path / "store"), load())
    assert again.all() == decisions.all() and again.verify() == []


def test_an_objection_is_not_older_than_the_notice(decisions):
    show(decisions)
    with pytest.raises(Refused, match="早于公示的第一天 2025-01-13"):
        decide(decisions, "object", **OBJECTION | {"received_on": date(2025, 1, 10)})
