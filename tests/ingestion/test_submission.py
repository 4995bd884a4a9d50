"""Who sent a file, for which cycle, and what its heading says."""

from datetime import date

import pytest

from ingestion.preamble import years_of
from rulebook.card import CARD_SHEET, KEY_VARIABLE, fill_card
from tests.ingestion.samples import DATE_LINE, HEADINGS, REPORTER_LINE, TITLE, noticed, row, table, understood, xlsx


def issued(reporter="610924", regime="ankang-2024", round="annual") -> list[list]:
    """The rows of the card of an issued workbook."""
    return [list(entry) for entry in fill_card(reporter, regime, round).items()]


def sent(preamble=(TITLE, REPORTER_LINE, DATE_LINE), card=None, rows=None, **assignment):
    """The frames of a correct table with this heading and card."""
    more = {"_huizong": card} if card else {}
    return understood(xlsx(table(*(rows or [row()]), preamble=list(preamble)), **more), **assignment)


def who(frames) -> tuple[str | None, str | None]:
    code, told_by = frames.submissions.reporter_code[0], frames.submissions.told_by[0]
    return (code, told_by) if isinstance(code, str) else (None, None)


# ---- who ----


def test_the_heading_tells_the_reporter_by_any_of_its_names():
    frames = sent([TITLE, ["填报单位（盖章）：紫阳县工信局"], DATE_LINE], folder=None)
    assert (who(frames), noticed(frames)) == (("610924", "heading"), [])
    assert (frames.submissions.declared_reporter[0], frames.submissions.declared_cell[0]) == ("紫阳县工信局", "A2")


@pytest.mark.parametrize(
    "line",
    [
        ["填报单位（盖章）：", "紫阳县人民政府"],
        ["填报单位(盖章)", "", "紫阳县人民政府（盖章）"],
        ["填报单位（盖章）：紫阳县人民政府    填报时间：2024年12月20日"],
        ["填报单位：紫阳县人民政府　　　　单位：万吨"],
        ["填报时间：2024年12月20日  填报单位：紫阳县人民政府"],
        ["填报单位：紫阳县人民政府   填报人：张三   联系电话：13800000000"],
        ["填报单位：紫阳县人民政府；单位负责人（签字）：李四"],
        ["填报单位：", "紫阳县人民政府 审核人：王五", "电话：0915-0000000"],
    ],
)
def test_the_reporter_may_stand_beside_its_label(line):
    assert who(sent([TITLE, line, DATE_LINE], folder=None)) == ("610924", "heading")


def test_the_card_goes_before_the_heading_and_the_heading_before_the_folder():
    assert who(sent(card=issued())) == ("610924", "card")
    assert who(sent()) == ("610924", "heading")
    assert who(sent([TITLE, DATE_LINE])) == ("610924", "folder")
    assert who(sent([TITLE, DATE_LINE], folder=None, reporter="610924")) == ("610924", "option")


def test_a_heading_that_names_nobody_leaves_it_to_the_folder():
    assert who(sent([TITLE, ["填报单位：某某办公室"], DATE_LINE])) == ("610924", "folder")


@pytest.mark.parametrize(("folder", "card"), [("610926", None), (None, issued("610926"))])
def test_contradictions_are_noticed_where_the_reporter_is_written(folder, card):
    frames = sent(folder=folder, card=card)
    ((kind, cell, params),) = noticed(frames, "reporter_contradiction")
    assert (kind, cell) == ("reporter_contradiction", "A2")
    assert set(params.values()) == {"紫阳县", "平利县"}


@pytest.mark.parametrize(
    ("given", "filed"),
    [
        ({"folder": "610926"}, ("610926", "folder")),
        ({"folder": "610926", "card": issued("610929")}, ("610926", "folder")),
        ({"folder": None, "card": issued("610926")}, ("610926", "card")),
    ],
)
def test_a_file_that_contradicts_itself_is_filed_where_it_was_delivered(given, filed):
    """Who brought it is known there; who is merely named may know nothing of it."""
    frames = sent(**given)
    assert (who(frames), len(noticed(frames, "reporter_contradiction"))) == (filed, 1)


@pytest.mark.parametrize("office", ["岐山县人民政府", "宝鸡市岐山县工信局", "西安市工业和信息化局"])
def test_an_office_of_elsewhere_contradicts_the_place_of_delivery(office):
    frames = sent([TITLE, [f"填报单位：{office}"], DATE_LINE])
    ((_, cell, params),) = noticed(frames, "reporter_contradiction")
    assert (who(frames), cell) == (("610924", "folder"), "A2")
    assert params == {"folder": "紫阳县", "declared": office}


@pytest.mark.parametrize("office", ["安康市人民政府", "陕西省紫阳县某办", "紫阳县华安水泥有限公司", "县工信局"])
def test_an_office_around_the_reporter_or_of_no_place_contradicts_nothing(office):
    assert noticed(sent([TITLE, [f"填报单位：{office}"], DATE_LINE])) == []


OF_HANYIN = [row(county="汉阴县"), row(county="汉阴县", enterprise="汉阴县汉江水泥厂")]


@pytest.mark.parametrize(
    ("given", "filed"),
    [({"folder": None}, (None, None)), ({}, ("610924", "heading")), ({"card": issued()}, ("610924", "card"))],
    ids=["named in the file only", "delivered there", "issued there"],
)
def test_rows_that_are_all_of_another_county_put_the_sender_in_doubt_once(given, filed):
    frames = sent(rows=OF_HANYIN, **given)
    ((_, cell, params),) = noticed(frames, "rows_of_another")
    assert (who(frames), cell, params["rows_of"]) == (filed, "A2", "汉阴县")


@pytest.mark.parametrize(
    "rows",
    [OF_HANYIN[:1], [*OF_HANYIN, row()], [*OF_HANYIN, row(county="汉滨区")], [*OF_HANYIN, row(county=None)]],
    ids=["one row", "one of its own", "of two others", "one of nowhere"],
)
def test_rows_of_which_some_may_be_its_own_leave_the_sender_alone(rows):
    assert noticed(sent(rows=rows), "rows_of_another") == []


@pytest.mark.parametrize("folder", [None, "下载", "370000"])
def test_a_reporter_that_nothing_tells_is_unknown(folder):
    frames = sent([TITLE, ["填报单位：西安市长安区人民政府"], DATE_LINE], folder=folder)
    assert who(frames) == (None, None)
    assert [(kind, cell) for kind, cell, _ in noticed(frames, "reporter_unknown")] == [("reporter_unknown", "A2")]


@pytest.mark.parametrize("folder", ["610702", "610900-gxj", "610900", "999999"])
@pytest.mark.parametrize(
    ("line", "kind"),
    [(REPORTER_LINE, "reporter_contradiction"), (["填报单位：某某办公室"], "reporter_unknown")],
)
def test_what_comes_from_the_place_of_no_reporter_is_nobodys(folder, line, kind):
    frames = sent([TITLE, line, DATE_LINE], folder=folder)
    assert (who(frames), [(one, cell) for one, cell, _ in noticed(frames)]) == ((None, None), [(kind, "A2")])
    assert frames.rows.reporter_code.isna().all()


@pytest.mark.parametrize(("folder", "told"), [("紫阳县", ("610924", "folder")), ("邮件", (None, None))])
def test_a_folder_may_be_named_after_its_reporter_or_mean_nothing(folder, told):
    assert who(sent([TITLE, DATE_LINE], folder=folder)) == told
    assert who(sent(folder=folder)) == ("610924", "heading")


def test_a_file_that_cannot_be_read_from_the_place_of_no_reporter_is_nobodys():
    assert who(understood(b"\x00\x01", "坏.xlsx", folder="999999")) == (None, None)


def test_who_is_not_named_at_all_is_told_so_once():
    frames = sent([TITLE, ["填报单位（盖章）："], ["填报时间："]], folder=None)
    assert noticed(frames) == [
        ("reporter_unknown", "A2", {"declared": "", "folder": ""}),
        ("heading_blank", "A3", {"heading": "填报时间"}),
    ]


@pytest.mark.parametrize(
    ("folder", "told"), [("610924", ("610924", "folder")), (None, (None, None)), ("999999", (None, None))]
)
def test_a_document_belongs_to_the_folder_it_came_in_and_is_not_asked_for_anything(folder, told):
    frames = understood(b"%PDF-1.4 ...", "总结.pdf", folder=folder)
    assert (who(frames), noticed(frames), len(frames.rows)) == (told, [], 0)
    assert frames.submissions.form[0] == "document"


def test_without_a_regime_the_reporter_is_not_asked_for():
    frames = sent(folder=None, regime=None, round=None)
    assert (who(frames), noticed(frames)) == ((None, None), [])


def test_a_file_that_cannot_be_read_belongs_to_the_folder_it_came_in():
    frames = understood(b"\x00\x01", "坏.xlsx")
    assert (who(frames), [kind for kind, _, _ in noticed(frames)]) == (("610924", "folder"), ["unreadable"])


def test_a_file_that_cannot_be_read_is_not_asked_for_its_reporter():
    assert [kind for kind, _, _ in noticed(understood(b"\x00\x01", "坏.xlsx", folder=None))] == ["unreadable"]


# ---- when ----


@pytest.mark.parametrize(
    ("title", "years"),
    [
        ("安康市 2024 年落后产能退出情况统计表", {2024}),
        ("安康市２０２３年度退出表", {2023}),
        ("二〇二四年退出计划表", {2024}),
        ("2023—2024年退出表", {2023, 2024}),
        ("落后产能退出情况统计表", set()),
    ],
)
def test_the_years_of_a_title(title, years):
    assert years_of(title) == years


def test_a_title_of_another_year_is_noticed_at_its_cell():
    frames = sent([["安康市2023年落后产能退出情况统计表"], REPORTER_LINE, DATE_LINE])
    assert [(kind, cell) for kind, cell, _ in noticed(frames)] == [("other_cycle", "A1")]


@pytest.mark.parametrize(
    ("title", "fitting"),
    [
        ("安康市2024年落后产能退出情况统计表", {"plan", "midyear", "annual"}),
        ("安康市2024年度落后产能退出情况统计表（全年）", {"plan", "midyear", "annual"}),
        ("安康市2024年上半年落后产能退出情况统计表", {"midyear"}),
        ("安康市2024年１－６月落后产能退出情况统计表", {"midyear"}),
        ("安康市2024年年中落后产能退出情况统计表", {"midyear"}),
        ("安康市2024年中小企业落后产能退出情况统计表", {"plan", "midyear", "annual"}),
        ("安康市2024年1-12月落后产能退出情况统计表", {"plan", "midyear", "annual"}),
        ("安康市2024年度落后产能退出计划表", {"plan"}),
        ("安康市2024年落后产能退出计划完成情况表", {"plan", "midyear", "annual"}),
        ("安康市2024年度推动落后产能退出工作行动计划附件", {"plan", "midyear", "annual"}),
        ("安康市2024年拟退出落后产能摸排表", {"plan"}),
        ("安康市2024年落后产能摸底表", {"plan"}),
    ],
)
def test_a_title_that_speaks_of_another_round_is_noticed_at_its_cell(title, fitting):
    for round in ("plan", "midyear", "annual"):
        found = noticed(sent([[title], REPORTER_LINE, DATE_LINE], round=round))
        assert [(kind, cell) for kind, cell, _ in found] == ([] if round in fitting else [("other_cycle", "A1")])


def test_the_name_of_the_sheet_may_say_the_round_and_of_several_the_fitting_is_read():
    lines = table(row())
    only_midyear = understood(xlsx([], 上半年=lines))
    assert [kind for kind, _, _ in noticed(only_midyear)] == ["other_cycle"]
    both = understood(xlsx([], 上半年=lines, 全年=lines))
    assert (both.submissions.sheet[0], [kind for kind, _, _ in noticed(both)]) == ("全年", ["several_tables"])


def test_the_column_of_intended_exits_says_nothing_about_the_round():
    lines = table([*row(), "2024年12月"], headings=[*HEADINGS, "拟淘汰时间"])
    assert noticed(understood(xlsx(lines))) == []


def test_the_time_of_filling_in_says_nothing_about_the_cycle():
    frames = sent([TITLE, REPORTER_LINE, ["填报时间：2025年1月6日"]])
    assert (noticed(frames), frames.submissions.declared_date[0]) == ([], date(2025, 1, 6))


@pytest.mark.parametrize(
    ("other", "cell"), [({"regime": "weihai-2022"}, "B2"), ({"round": "midyear"}, "B3")], ids=["regime", "round"]
)
def test_a_card_of_another_cycle_is_noticed_where_it_says_so(other, cell):
    frames = sent(card=issued(**other))
    told = {"what": "card", "regime": "ankang-2024", "round": "annual"} | other
    assert noticed(frames) == [("other_cycle", cell, told)]
    noted = frames.observations.set_index("observation").loc["other_cycle"]
    assert (noted["sheet"], noted["value"]) == (CARD_SHEET, *other.values())


def test_the_card_says_the_round_where_nobody_else_does():
    frames = sent(card=issued(), round=None)
    assert (frames.submissions["round"][0], noticed(frames, "round_unknown")) == ("annual", [])


def test_a_round_that_is_not_told_is_the_one_the_reporter_owes():
    frames = sent(
        [["威海市2022年落后产能退出情况统计表"], ["填报单位：荣成市"], DATE_LINE],
        regime="weihai-2022",
        round=None,
        folder=None,
    )
    assert (frames.submissions["round"][0], noticed(frames, "round_unknown")) == ("annual", [])


def test_a_reporter_that_owes_several_rounds_must_say_which():
    assert [kind for kind, _, _ in noticed(sent(round=None))] == ["round_unknown"]


# ---- the card's signature ----


def with_entry(name, text):
    return [[key, text if key == name else value] for key, value in issued()]


@pytest.mark.parametrize(
    "card",
    [
        pytest.param(with_entry("reporter", "610926"), id="another reporter"),
        pytest.param(with_entry("round", "midyear"), id="another round"),
        pytest.param(with_entry("regime", None), id="an entry wiped out"),
        pytest.param([*issued(), ["remark", "x"]], id="an entry added"),
        pytest.param(with_entry("signature", "0" * 64), id="another signature"),
        pytest.param(with_entry("signature", "签名"), id="no signature at all, but text"),
        pytest.param(issued()[:-1], id="not signed"),
        pytest.param([[None]], id="emptied"),
    ],
)
def test_an_altered_card_is_told_and_tells_nothing_itself(card):
    frames = sent(card=card)
    assert (who(frames), noticed(frames)) == (("610924", "heading"), [("card_altered", None, {})])
    assert frames.observations.sheet[frames.observations.observation == "card_altered"].tolist() == ["_huizong"]


def test_an_altered_card_does_not_say_the_round():
    frames = sent(card=with_entry("reporter", "610926"), round=None)
    assert [kind for kind, _, _ in noticed(frames)] == ["card_altered", "round_unknown"]


def test_a_workbook_without_a_table_is_told_so_also_where_its_card_was_altered():
    frames = understood(xlsx([["你好"]], _huizong=with_entry("reporter", "610926")))
    assert {kind for kind, _, _ in noticed(frames)} == {"card_altered", "no_table"}


def test_a_card_signed_with_another_key_is_not_trusted(monkeypatch):
    ours = issued()
    monkeypatch.setenv(KEY_VARIABLE, "the province's own")
    assert [kind for kind, _, _ in noticed(sent(card=ours))] == ["card_altered"]
    assert noticed(sent(card=issued())) == []


def test_what_a_spreadsheet_program_does_to_a_card_when_saving_is_no_alteration():
    as_saved = {"reporter": 610924, "version": 2.0, "round": " annual "}
    card = [[f"{key} ", as_saved.get(key, text)] for key, text in reversed(issued())]
    assert (who(sent(card=[[None], *card])), noticed(sent(card=card))) == (("610924", "card"), [])


# ---- the heading ----


@pytest.mark.parametrize(
    "line", [["填报时间：2024 年 月 日"], ["填报时间：    年  月  日"], ["填报时间："], ["填报时间："]]
)
def test_a_blank_time_of_filling_in_is_noticed_at_its_cell(line):
    assert noticed(sent([TITLE, REPORTER_LINE, line])) == [("heading_blank", "A3", {"heading": "填报时间"})]


def test_a_missing_reporter_line_is_noticed_without_a_cell():
    assert noticed(sent([TITLE, DATE_LINE])) == [("heading_blank", None, {"heading": "填报单位"})]


def test_a_time_of_filling_in_may_be_a_date_in_the_next_cell():
    frames = sent([TITLE, REPORTER_LINE, ["填报时间：", date(2024, 12, 20)]])
    assert (frames.submissions.declared_date[0], noticed(frames)) == (date(2024, 12, 20), [])


@pytest.mark.parametrize(
    "line",
    [
        ["填报单位：紫阳县人民政府", "", "", "", "2024年12月20日"],
        ["填报单位：紫阳县人民政府", "", "", "", date(2024, 12, 20)],
        ["填报单位：紫阳县人民政府  2024年12月20日"],
    ],
)
def test_a_day_beside_the_reporter_is_the_time_of_filling_in(line):
    frames = sent([TITLE, line], folder=None)
    assert (frames.submissions.declared_date[0], noticed(frames)) == (date(2024, 12, 20), [])
    assert (frames.submissions.declared_reporter[0], who(frames)) == ("紫阳县人民政府", ("610924", "heading"))


@pytest.mark.parametrize("day", ["2024年13月20日", "2024年2月30日", "2024-02-30"])
def test_a_time_of_filling_in_that_no_calendar_has_is_noticed_at_its_cell(day):
    told = [("heading_blank", "B3", {"heading": "填报时间"})]
    assert noticed(sent([TITLE, REPORTER_LINE, ["填报时间：", day]])) == told


@pytest.mark.parametrize(
    "foot",
    [
        [["填报单位（盖章）：紫阳县人民政府   填报时间：2024年12月20日"]],
        [["填报单位：", "紫阳县人民政府"], ["填报时间：", date(2024, 12, 20)]],
        [["合计", None, None, None, None, "30万吨"], ["填报单位：紫阳县人民政府"], ["填报时间：2024年12月20日"]],
    ],
)
def test_reporter_and_day_may_stand_below_the_table(foot):
    frames = understood(xlsx([TITLE, HEADINGS, row(), [], *foot]), folder=None)
    assert (who(frames), noticed(frames)) == (("610924", "heading"), [])
    assert frames.submissions.declared_date[0] == date(2024, 12, 20)


def test_the_title_is_kept():
    assert sent([["附件2"], TITLE, REPORTER_LINE, DATE_LINE]).submissions.title[0] == TITLE[0]


@pytest.mark.our_fault
def test_an_error_of_our_own_is_our_fault_and_stops_nobody_else(monkeypatch):
    monkeypatch.setattr("ingestion.submission.find_table", lambda sheet, layouts: 1 / 0)
    frames = sent()
    assert ([kind for kind, _, _ in noticed(frames)], len(frames.submissions)) == (["our_fault"], 1)


# ---- counties that merged since ----


def merged(name, folder=None, regime="shandong-2017"):
    """The frames of a table whose 填报单位 has this name, and what was noticed of its reporter."""
    preamble = [["2017年落后产能退出情况统计表"], [f"填报单位：{name}"], ["填报时间：2017年12月20日"]]
    frames = sent(preamble, folder=folder, regime=regime)
    part = frames.submissions.reported_as[0]
    return who(frames)[0], part if isinstance(part, str) else None, len(noticed(frames, "reporter_contradiction"))


@pytest.mark.parametrize(
    ("name", "folder", "told"),
    [
        ("长岛县人民政府", "370614", ("370614", "370634", 0)),
        ("烟台市蓬莱市经信局", None, ("370614", "370684", 0)),
        ("", "370634", ("370614", "370634", 0)),
        ("", "长岛县", ("370614", "370634", 0)),
        ("蓬莱区人民政府", "370614", ("370614", None, 0)),
        ("蓬莱市人民政府", "370634", ("370614", "370634", 1)),
    ],
)
def test_a_county_that_became_part_of_another_is_told_by_its_name_and_its_code(name, folder, told):
    """长岛县 and 蓬莱市 became 蓬莱区 in 2020; two of them in one file contradict each other."""
    assert merged(name, folder) == told


def test_a_document_from_the_folder_of_a_former_code_is_the_reporters_of_today():
    frames = understood(b"%PDF-1.4 ...", "总结.pdf", regime="shandong-2017", folder="370684")
    assert who(frames) == ("370614", "folder")
