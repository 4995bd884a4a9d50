"""The table is found wherever it stands, and what is no data stays out of it."""

import io

import openpyxl
import pytest

from ingestion.headings import Layouts
from ingestion.table import find_table, says_nil
from tests.ingestion.samples import (
    HEADINGS,
    PREAMBLE,
    REPORTER_LINE,
    TITLE,
    noticed,
    row,
    saved,
    sheet_of,
    table,
    the_rulebook,
    understood,
    values,
    xls,
    xlsx,
)


@pytest.fixture(scope="module")
def layouts() -> Layouts:
    return Layouts(the_rulebook().forms.values(), the_rulebook().reference)


def fields_of(layouts: Layouts, rows, merged=()) -> list[str]:
    found = find_table(sheet_of(rows, merged), layouts)
    return [name for name, _ in sorted(found.columns.items(), key=lambda item: item[1].index)]


def data_rows(layouts: Layouts, rows, merged=()) -> list[int]:
    """Numbers of the data rows, as the sheet counts them."""
    return [one.index + 1 for one in find_table(sheet_of(rows, merged), layouts).rows]


# ---- headings ----


def test_the_headings_of_the_annex_are_its_seven_fields(layouts):
    expected = ["sequence", "county", "industry", "enterprise", "equipment", "capacity", "category"]
    assert fields_of(layouts, table(row())) == expected


@pytest.mark.parametrize("height", [0, 1, 7])
def test_the_heading_row_is_found_at_any_height(layouts, height):
    found = find_table(sheet_of(table(row(), preamble=[["表"]] * height)), layouts)
    assert found.heading_row == height


@pytest.mark.parametrize(
    ("heading", "field", "unit"),
    [
        ("拟淘汰落后生产线、设备名称及型号", "equipment", None),
        ("主要工艺设备规格型号、台数", "equipment", None),
        ("生产线数量", "quantity", None),
        ("淘汰设备台（套）数", "quantity", None),
        ("涉及落后产能规模（万吨）", "capacity", "万吨"),
        ("年设计产能/万吨", "capacity", "万吨"),
        ("拟退出落后产能企业全称", "enterprise", None),
        ("被淘汰企业名称", "enterprise", None),
        ("退出企业", "enterprise", None),
        ("拟关停企业（全称）", "enterprise", None),
        ("国民经济行业大类", "industry", None),
        ("县区、开发区名称", "county", None),
        ("落后产能退出方式", "method", None),
        ("达不到标准类别", "category", None),
        ("不达标标准", "category", None),
        ("未达标项目", "category", None),
        ("所在地区", "county", None),
        ("涉及产能（万吨、万米）", "capacity", "万吨、万米"),
        ("核定生产能力（万吨/年、处）", "capacity", "万吨/年"),
        ("产能（万吨、万吨标煤、万重量箱）", "capacity", "万吨、万重量箱"),
        ("企业实际关停日期", "shut_on", None),
        ("主体设备拆除完成时间", "dismantled_on", None),
        ("现场验收合格时间", "accepted_on", None),
        ("预计退出时限", "planned_on", None),
        ("产能(万吨)", "capacity", "万吨"),
        ("退出产能（万吨／年）", "capacity", "万吨/年"),
        ("涉及\n产能（单位：万吨）", "capacity", "万吨"),
        ("产能/万吨", "capacity", "万吨"),
        ("涉及产能，万吨", "capacity", "万吨"),
        ("涉及产能：万吨/年", "capacity", "万吨/年"),
        ("涉及产能〔吨〕", "capacity", "吨"),
        (" 企 业 名 称 ", "enterprise", None),
        ("淘汰类别（环保、能耗等）", "category", None),
        ("主体设备(生产线)名称、规格型号及数量", "equipment", None),
        ("县（市、区）", "county", None),
    ],
)
def test_a_heading_names_its_field_and_its_unit(layouts, heading, field, unit):
    found = layouts.usual.headings.find(heading)
    assert (found.field, found.unit) == (field, unit)


def test_a_heading_may_imply_the_industry(layouts):
    found = find_table(sheet_of([["序号", "煤矿名称", "退出产能(万吨/年)"], [1, "紫阳县福康石煤矿", 3]]), layouts)
    assert found.implied == {"industry": ("煤炭", "B1")}


@pytest.mark.parametrize(
    "numbers",
    [
        [1, 2, 3, 4, 5, 6, 7],
        ["甲", "乙", "丙", "丁", 1, 2, 3],
        ["（1）", "（2）", "（3）", "（4）", "（5）", "（6）", "（7）"],
        ["①", "②", "③", "④", "⑤", "⑥", "⑦"],
        ["栏次", "甲", "乙", 1, 2, 3, 4],
    ],
)
def test_a_row_that_counts_the_columns_is_no_data(layouts, numbers):
    assert data_rows(layouts, table(numbers, row())) == [6]


def test_a_row_of_numbers_out_of_order_is_data(layouts):
    assert data_rows(layouts, table([1, None, None, None, 2, 30, None], row())) == [5, 6]


def test_two_heading_rows_are_read_together_where_cells_are_merged(layouts):
    rows = [
        ["序号", "行业", "企业名称", "淘汰生产线(设备)", "", "涉及产能", ""],
        ["", "", "", "型号及数量", "备注", "数量", "计量单位"],
        [1, "水泥", "华安水泥厂", "磨机1台", "", 30, "万吨"],
    ]
    merged = [((0, column), (1, column)) for column in range(3)] + [((0, 3), (0, 4)), ((0, 5), (0, 6))]
    expected = ["sequence", "industry", "enterprise", "equipment", "remark", "capacity", "unit"]
    assert fields_of(layouts, rows, merged) == expected
    assert data_rows(layouts, rows, merged) == [3]


def test_machines_may_have_their_model_and_their_number_under_one_heading(layouts):
    rows = [
        ["序号", "行业", "企业名称", "淘汰生产线(设备)", "", "退出产能(万吨)"],
        ["", "", "", "型号", "数量", ""],
        [1, "水泥", "华安水泥厂", "Φ2.4米水泥磨", 2, 30],
    ]
    merged = [((0, column), (1, column)) for column in (0, 1, 2, 5)] + [((0, 3), (0, 4))]
    assert fields_of(layouts, rows, merged) == [
        "sequence",
        "industry",
        "enterprise",
        "equipment",
        "quantity",
        "capacity",
    ]


def test_beside_the_county_the_city_is_the_city(layouts):
    """市（区） alone is the county's, as the annex of Ankang 2024 prints it."""
    rows = [["序号", "市（区）", "县（市、区）", *HEADINGS[2:]], [1, "安康市", *row()[1:]]]
    assert fields_of(layouts, rows)[:3] == ["sequence", "city", "county"]
    frames = understood(xlsx([*PREAMBLE, *rows]))
    assert noticed(frames) == [] and values(frames, "county") == ["紫阳县"]


def test_three_heading_rows_are_read_together(layouts):
    rows = [
        ["县区", "行业", "企业名称", "退出情况", None, None],
        [None, None, None, "设备", "产能", None],
        [None, None, None, "型号及数量", "数量", "单位"],
        ["紫阳县", "水泥", "紫阳县华安水泥有限公司", "Φ2.4×10m水泥磨1台", 30, "万吨"],
    ]
    merged = [((0, column), (2, column)) for column in range(3)] + [((0, 3), (0, 5)), ((1, 4), (1, 5))]
    assert fields_of(layouts, rows, merged)[2:] == ["enterprise", "equipment", "capacity", "unit"]


def test_a_row_of_units_belongs_to_the_headings(layouts):
    rows = [["行业", "企业名称", "产能"], [None, None, "万吨"], ["水泥", "华安水泥厂", 30]]
    found = find_table(sheet_of(rows), layouts)
    assert found.columns["capacity"].heading.unit == "万吨"
    assert data_rows(layouts, rows) == [3]


@pytest.mark.parametrize("group", ["淘汰类别", None])
def test_categories_may_be_ticked_in_columns_of_their_own(group):
    headings = [*HEADINGS[:6], group, None, None, None, None]
    words = [*[None] * 6, "能耗标准", "环保", "质量", "安全", "技术"]
    rows = [
        [*row()[:6], "√", None, "否", "√", "/"],
        [*row(sequence=2, enterprise="紫阳县汉江水泥厂")[:6], None, "超标", None, None, None],
        [*row(sequence=3, enterprise="紫阳县宏源水泥厂")[:6]],
    ]
    merged = [*(f"{letter}4:{letter}5" for letter in "ABCDEF"), *(["G4:K4"] if group else [])]
    frames = understood(xlsx([*PREAMBLE, headings, words, *rows], merged=merged))
    assert noticed(frames) == []
    assert values(frames, "category_text") == ["能耗、安全", "超标", None]
    assert values(frames, "category_problem") == [None, "unknown_category", None]
    assert values(frames, "category_cell") == ["G6", "G7", "G8"]


def test_columns_of_figures_beside_the_category_are_no_ticks():
    frames = understood(xlsx(table([*row(), 110, 95], headings=[*HEADINGS, "能耗", "质量"])))
    assert [kind for kind, *_ in noticed(frames)] == ["column_unknown", "column_unknown"]
    assert values(frames, "category_text") == ["能耗"]


def test_models_in_a_column_of_their_own_stand_behind_the_names_of_the_machines():
    headings = [*HEADINGS[:4], "设备名称", "规格型号", "涉及产能", "淘汰类别"]
    rows = [
        [1, "紫阳县", "水泥", "华安水泥厂", "水泥磨", "Φ2.4×10m", "30万吨", "能耗"],
        [2, "紫阳县", "水泥", "汉江水泥厂", "水泥磨\n破碎机", "Φ2.2×7m\nPE400", "30万吨", "能耗"],
        [3, "紫阳县", "水泥", "宏源水泥厂", "机立窑2座", "/", "30万吨", "能耗"],
        [4, "紫阳县", "水泥", "金峰水泥厂", None, "SY230型", "30万吨", "能耗"],
    ]
    frames = understood(xlsx([*PREAMBLE, headings, *rows]))
    assert noticed(frames) == []
    expected = ["水泥磨 Φ2.4×10m", "水泥磨 Φ2.2×7m\n破碎机 PE400", "机立窑2座", "SY230型"]
    assert values(frames, "equipment_text") == expected
    assert [one["name"] for one in frames.rows["equipment"][1]] == ["水泥磨", "破碎机PE400"]


def test_a_column_with_nothing_but_categories_is_theirs_whatever_its_heading():
    rows = [row(), row(enterprise="紫阳县汉江水泥厂", category="能耗、环保")]
    frames = understood(xlsx(table(*rows, headings=[*HEADINGS[:-1], "不过关的方面"])))
    assert (values(frames, "category_text"), noticed(frames)) == (["能耗", "能耗、环保"], [])


@pytest.mark.parametrize(
    ("headings", "words"),
    [(["说法"], ["能耗太高"]), (["甲方面", "乙方面"], ["能耗", "环保"])],
    ids=["something else among them", "two such columns"],
)
def test_a_column_is_the_categories_only_where_that_is_certain(headings, words):
    rows = [row(), [*row()[:-1], *words]]
    frames = understood(xlsx(table(*rows, headings=[*HEADINGS[:-1], *headings])))
    assert {kind for kind, *_ in noticed(frames)} == {"column_unknown"}
    assert values(frames, "category_text") == [None, None]


@pytest.mark.parametrize("heading", ["规格型号", "设备型号", "型号及规格"])
def test_models_alone_are_the_machines(layouts, heading):
    assert fields_of(layouts, [[*HEADINGS[:4], heading, *HEADINGS[5:]], row()])[4] == "equipment"


@pytest.mark.parametrize(
    "heading",
    [
        "企业负责人",
        "填报单位",
        "责任单位",
        "行业代码",
        "产能利用率",
        "现有产能",
        "设备原值",
        "淘汰依据",
        "省（区、市）情况",
    ],
)
def test_what_only_sounds_like_a_field_names_none(layouts, heading):
    assert layouts.usual.headings.find(heading) is None


def test_beside_a_heading_of_the_form_one_made_of_its_words_names_no_field():
    """拟退出产能 is the amount where there is no other; beside 退出产能 it is another figure."""
    lines = [[*HEADINGS[:5], "退出产能", HEADINGS[6], "拟退出产能"], [*row(), "40万吨"]]
    frames = understood(xlsx([*PREAMBLE, *lines]))
    assert noticed(frames) == [("column_unknown", "H4", {"heading": "拟退出产能"})]
    assert values(frames, "capacity_text") == ["30万吨"]
    lines[0][5] = "实际退出产能"
    assert [kind for kind, *_ in noticed(understood(xlsx([*PREAMBLE, *lines])))] == ["column_twice"]


def test_two_heading_rows_are_read_together_where_merges_are_lost_as_in_a_csv(layouts):
    rows = [
        ["序号", "行业", "企业名称", "设备型号及数量", "涉及产能", ""],
        ["", "", "", "", "产能", "单位"],
        [1, "水泥", "华安水泥厂", "磨机1台", 30, "万吨"],
    ]
    assert fields_of(layouts, rows)[4:] == ["capacity", "unit"]
    assert data_rows(layouts, rows) == [3]


def test_a_unit_may_stand_alone_in_the_second_heading_row(layouts):
    rows = [["行业", "企业名称", "产能"], ["", "", "（万吨）"], ["水泥", "华安水泥厂", 30]]
    merged = [((0, 0), (1, 0)), ((0, 1), (1, 1))]
    found = find_table(sheet_of(rows, merged), layouts)
    assert found.columns["capacity"].heading.unit == "万吨"


@pytest.mark.parametrize("below", ["设计能力（万吨）", "数值(万吨)"])
def test_a_second_heading_row_may_say_the_unit_beside_words_of_its_own(layouts, below):
    rows = [["行业", "企业名称", "退出产能"], ["", "", below], ["水泥", "华安水泥厂", 30]]
    merged = [((0, 0), (1, 0)), ((0, 1), (1, 1))]
    heading = find_table(sheet_of(rows, merged), layouts).columns["capacity"].heading
    assert (heading.field, heading.unit) == ("capacity", "万吨")


def test_a_list_of_something_else_is_no_table(layouts):
    assert find_table(sheet_of([["序号", "单位名称", "备注"], [1, "某单位", ""]]), layouts) is None


def test_a_second_column_of_one_field_is_noticed_at_its_heading():
    frames = understood(xlsx(table([*row(), "40万吨"], headings=[*HEADINGS, "产能"])))
    ((kind, cell, params),) = noticed(frames)
    assert (kind, cell, params["field"], params["first_cell"]) == ("column_twice", "H4", "capacity", "F4")


def test_a_column_of_no_field_is_noticed_and_never_dropped_in_silence():
    frames = understood(xlsx(table([*row(), "张三"], headings=[*HEADINGS, "法人代表"])))
    assert noticed(frames) == [("column_unknown", "H4", {"heading": "法人代表"})]


def test_values_under_no_heading_are_noticed_too():
    frames = understood(xlsx(table([*row(), "张三"])))
    assert noticed(frames) == [("column_unknown", "H4", {"what": "without_heading"})]


def test_every_field_without_a_column_is_missing_at_the_heading_row():
    lines = table(row()[:6], headings=HEADINGS[:6])
    missing = noticed(understood(xlsx(lines)), "column_missing")
    assert ("column_missing", "A4", {"field": "category"}) in missing
    assert not [params for _, _, params in missing if params["field"] == "county"]


# ---- rows ----


def test_blank_rows_notes_signatures_and_repeated_headings_are_no_data(layouts):
    rows = table(
        row(),
        [],
        row(sequence=2, enterprise="紫阳县金峰水泥有限公司"),
        HEADINGS,
        row(sequence=3, enterprise="紫阳县宏达水泥有限公司"),
        ["4"],
        ["注：“淘汰类别”是指具体在环保、能耗、质量、安全、技术标准中不达标的类别。"],
        ["续：以上均已公示。"],
        ["填表人：张三", "", "", "审核人：李四", "", "联系电话：0915-1234567", ""],
    )
    assert data_rows(layouts, rows) == [5, 7, 9]


def test_ticks_may_stand_under_a_heading_that_is_not_merged():
    headings = [[*HEADINGS[:6], "淘汰类别"], [None] * 6 + ["能耗", "环保", "质量", "安全", "技术"]]
    frames = understood(xlsx([*PREAMBLE, *headings, [*row(category="√"), None, None, None, "√"]]))
    assert (values(frames, "category_text"), noticed(frames)) == (["能耗、技术"], [])


@pytest.mark.parametrize("merged", [(), ["F4:G4"]])
def test_two_words_under_one_heading_are_its_columns_and_no_row(merged):
    headings = [[*HEADINGS[:5], "涉及产能（万吨）", None, "淘汰类别"], [None] * 5 + ["水泥", "熟料"]]
    frames = understood(xlsx([*PREAMBLE, *headings, [*row()[:5], 30, 20, "能耗"]], merged))
    assert values(frames, "row") == [6]
    ((kind, cell, params),) = noticed(frames)
    assert (kind, cell, params["first_cell"]) == ("column_twice", "G5", "F5")


def test_the_unit_may_stand_behind_the_title():
    title = [f"{TITLE[0]}（单位：万吨）"]
    frames = understood(xlsx(table(row(capacity=30), preamble=[title, *PREAMBLE[1:]])))
    assert (values(frames, "capacity_unit"), frames.submissions.title[0]) == (["万吨"], title[0])


def test_parts_of_a_total_below_one_another_are_no_data(layouts):
    total = [line(A="合计", F="50万吨"), line(A="其中：水泥", F="30万吨"), line(A="化工", F="20万吨")]
    assert data_rows(layouts, table(row(), *total)) == [5]


def test_headings_repeated_in_another_order_are_told_and_end_what_is_read():
    moved = [*HEADINGS[:2], HEADINGS[3], HEADINGS[2], *HEADINGS[4:]]
    frames = understood(xlsx(table(row(), moved, [2, "紫阳县", "紫阳县汉江水泥厂", "水泥", *row()[4:]])))
    assert (values(frames, "row"), noticed(frames)) == ([5], [("column_moved", "C6", {})])


def line(**cells: str) -> list[str | None]:
    """A row with these texts in its columns, by their letters."""
    return [cells.get(letter) for letter in "ABCDEFG"]


@pytest.mark.parametrize(
    "below",
    [
        [line(D="紫阳县人民政府"), line(D="2024年12月20日")],
        [line(F="紫阳县人民政府（盖章）", G="2024年12月20日")],
        [line(D="紫阳县经济和信息化局（公章）"), line(E="年   月   日")],
        [line(D="紫阳县人民政府", F="二〇二四年十二月二十日")],
        [line(G="（盖章）")],
        [line(A="单位负责人签字：", D="张三")],
        [line(A="填表人", D="李四"), line(A="领导签字", D="王五")],
        [line(A="签发：", D="审核：", F="制表：")],
        [line(B="负责人：", D="张三丰", F="填报人：", G="李四")],
        [line(B="审核：张三", D="制表：", G="李四")],
        [line(A="主要领导签字：张三", F="年   月   日")],
        [line(A="联系人", B="张三", C="电话", D="0915-1234567")],
    ],
)
def test_who_signs_and_when_is_no_data_wherever_it_stands(below):
    frames = understood(xlsx(table(row(), [], *below)))
    assert values(frames, "row") == [5]


@pytest.mark.parametrize(
    "changes",
    [
        {"enterprise": "紫阳县供销局", "capacity": None},
        {"enterprise": "紫阳县审核机械厂", "capacity": None, "equipment": None},
        {"enterprise": "紫阳县公章厂"},
    ],
)
def test_a_row_of_a_reporter_is_data_however_its_enterprise_is_called(changes):
    frames = understood(xlsx(table(row(), row(sequence=2, **changes))))
    assert values(frames, "row") == [5, 6]


@pytest.mark.parametrize("words", ["以下空白", "（以下空白）", "此页无正文", "以下无正文"])
@pytest.mark.parametrize("column", [0, 3, 5])
def test_that_nothing_is_below_is_no_data(words, column):
    line = [None] * len(HEADINGS)
    line[column] = words
    frames = understood(xlsx(table(row(), line)))
    assert values(frames, "row") == [5]


@pytest.mark.parametrize(
    "label", ["合计", "合 计", "总计", "小计", "水泥小计", "合计：2家", "合计（2家）", "共2家企业", "其中：水泥"]
)
def test_a_total_row_is_no_data(layouts, label):
    assert data_rows(layouts, table(row(), [label, "", "", "", "", "30万吨", ""])) == [5]


@pytest.mark.parametrize("name", ["紫阳县会计设备厂", "合计利机械有限公司"])
def test_an_enterprise_whose_name_holds_the_word_is_data(layouts, name):
    assert data_rows(layouts, table(row(enterprise=name))) == [5]


def test_place_and_industry_run_down_over_merged_cells():
    lines = table(row(), row(sequence=2, county=None, industry=None, enterprise="紫阳县金峰水泥有限公司"))
    frames = understood(xlsx(lines, merged=["B5:B6", "C5:C6"]))
    assert values(frames, "county_text") == ["紫阳县", "紫阳县"]
    assert values(frames, "industry_cell") == ["C5", "C5"]


def test_place_and_industry_run_down_in_an_xls_too():
    lines = table(row(), row(sequence=2, county=None, industry=None, enterprise="紫阳县金峰水泥有限公司"))
    frames = understood(xls(lines, merged=[(4, 5, 1, 1), (4, 5, 2, 2)]), "表.xls")
    assert values(frames, "industry") == ["水泥", "水泥"]


def test_a_blank_cell_that_is_not_merged_stays_blank():
    frames = understood(xlsx(table(row(), row(sequence=2, industry=None))))
    assert values(frames, "industry_text") == ["水泥", None]
    assert values(frames, "industry_cell") == ["C5", "C6"]


def test_a_range_merged_down_to_the_last_cell_of_the_sheet_costs_nothing(layouts):
    merged = [((5, 0), (1_048_575, 16_383)), ((3, 7), (1_048_575, 16_383))]
    assert data_rows(layouts, table(row(), row(sequence=2, enterprise="乙厂")), merged) == [5, 6]


def test_nothing_else_runs_down():
    lines = table(row(), row(sequence=2, enterprise=None), row(sequence=3, category=None))
    frames = understood(xlsx(lines, merged=["D5:D6", "G6:G7"]))
    assert values(frames, "enterprise_text") == ["紫阳县华安水泥有限公司", None, "紫阳县华安水泥有限公司"]
    assert values(frames, "category_text") == ["能耗", "能耗", None]


# ---- the nil return ----


@pytest.mark.parametrize("name", ["无", "零", "无落后产能", "零报告", "本县无落后产能退出"])
def test_a_single_row_with_a_word_for_none_in_the_name_column_is_a_nil_return(name):
    frames = understood(xlsx(table([1, "紫阳县", "", name, "", "", ""])))
    (submission,) = frames.submissions.itertuples()
    assert (submission.is_nil, submission.row_count, len(frames.rows), noticed(frames)) == (True, 0, 0, [])


@pytest.mark.parametrize(
    "sentence",
    [
        "本年度实行零报告。",
        "经全面排查，我县2024年度无落后产能退出。",
        "经排查，我县不存在应退出的落后产能。",
        "本年度没有需要退出的落后产能",
        "本期无应退出落后产能退出任务，零报告",
    ],
)
def test_a_sentence_under_the_heading_is_a_nil_return(sentence):
    frames = understood(xlsx(table([sentence])))
    assert (bool(frames.submissions.is_nil[0]), noticed(frames)) == (True, [])


def test_a_sentence_without_any_table_is_a_nil_return_of_its_reporter():
    frames = understood(xlsx([*PREAMBLE, ["经排查，本县无落后产能退出，特此零报告。"]]), folder=None)
    (submission,) = frames.submissions.itertuples()
    assert (submission.is_nil, submission.reporter_code, noticed(frames)) == (True, "610924", [])


@pytest.mark.parametrize(
    "line",
    [
        "无棣县2017年落后产能退出情况统计表",
        "注：无落后产能退出的县请填零报告。",
        "④ 没有退出的，请在“零报告”处选“是”。",
    ],
)
def test_titles_and_instructions_are_no_nil_return(line):
    assert not says_nil(sheet_of([[line]]))


@pytest.mark.parametrize(("answer", "is_nil"), [("是", True), ("否", False), (None, False)])
def test_the_tick_of_the_issued_workbook_decides(answer, is_nil):
    prompt = ["", "", "", "零报告（本期无落后产能退出请选“是”）", answer]
    frames = understood(xlsx(table(preamble=[*PREAMBLE, prompt])))
    assert bool(frames.submissions.is_nil[0]) is is_nil


def test_a_table_with_neither_rows_nor_a_nil_return_has_no_rows():
    assert noticed(understood(xlsx(table()))) == [("no_rows", "A4", {})]


@pytest.mark.parametrize(
    "line", [[1, None, "无"], [None, "紫阳县", "无", None, "无", "0", "/"], [1, None, None, None, "无"], ["无"]]
)
def test_a_single_row_with_a_word_for_none_elsewhere_is_told_where_to_write_it(line):
    frames = understood(xlsx(table(line)))
    assert noticed(frames) == [("no_rows", "D5", {"what": "nil_elsewhere"})]
    assert (bool(frames.submissions.is_nil[0]), len(frames.rows)) == (False, 0)


@pytest.mark.parametrize(
    "line",
    [
        [1, "紫阳县", "/", "/", "/", "/", "/"],
        ["/"] * 7,
        [1, "紫阳县", "—", "—", "—", 0, "—"],
        [1, None, None, "/", "/"],
    ],
)
def test_a_single_row_of_marks_alone_says_too_little_for_a_nil_return(line):
    frames = understood(xlsx(table(line)))
    assert noticed(frames) == [("no_rows", "D5", {"what": "nil_marks"})]
    assert (bool(frames.submissions.is_nil[0]), len(frames.rows)) == (False, 0)


@pytest.mark.parametrize("title", ["附：上年结转", "安康市2023年落后产能退出情况统计表"])
@pytest.mark.parametrize("between", [[], [REPORTER_LINE], [["合计：1家"], ["填表人：张三"]]])
def test_another_table_below_is_told_at_its_title(title, between):
    frames = understood(xlsx(table(row(), *between, [title], HEADINGS, row(enterprise="紫阳县汉江水泥厂"))))
    assert noticed(frames) == [("several_tables", f"A{6 + len(between)}", {"what": "below"})]
    assert len(frames.rows) == 2


@pytest.mark.parametrize(
    "between", [[], TITLE, [f"{TITLE[0]}（续表）"], ["二、化工行业"], ["第2页"], ["填表人：张三"], ["合计：1家"]]
)
def test_a_heading_on_the_next_page_begins_no_other_table(between):
    frames = understood(xlsx(table(row(), between, HEADINGS, row(enterprise="紫阳县汉江水泥厂"))))
    assert (noticed(frames), len(frames.rows)) == ([], 2)


def test_a_word_for_none_over_the_whole_row_is_a_nil_return():
    frames = understood(xlsx(table(["无"], ["填表人：张三"]), merged=["A5:G5"]))
    assert (bool(frames.submissions.is_nil[0]), noticed(frames)) == (True, [])


def test_a_word_for_none_below_rows_is_no_row():
    frames = understood(xlsx(table(row(), [None, None, None, None, None, None, "无"])))
    assert (noticed(frames), len(frames.rows)) == ([], 1)


def test_a_word_for_none_among_rows_is_a_row():
    frames = understood(xlsx(table(row(), [2, None, "无"])))
    assert (noticed(frames), len(frames.rows)) == ([], 2)


def test_a_nil_return_with_rows_is_noticed_at_the_first_row():
    frames = understood(xlsx(table(row(), ["本年度零报告"])))
    assert noticed(frames) == [("nil_and_rows", "D5", {})]
    assert not frames.submissions.is_nil[0]


# ---- which sheet ----


def test_of_several_tables_the_visible_one_of_the_cycles_year_is_read():
    last_year = table(row(enterprise="去年的水泥厂"), preamble=[["安康市2023年落后产能退出情况统计表"], *PREAMBLE[1:]])
    frames = understood(xlsx(last_year, 今年=table(row())))
    assert frames.submissions.sheet[0] == "今年"
    assert values(frames, "row_id") == ["000001:2:5"]
    assert noticed(frames) == [("several_tables", None, {"read": "今年", "others": "Sheet"})]


def test_a_hidden_sheet_with_a_table_is_told_once():
    workbook = openpyxl.load_workbook(io.BytesIO(xlsx(table(row()), 去年=table(row()), 前年=table(row()))))
    workbook["去年"].sheet_state = "hidden"
    frames = understood(saved(workbook))
    assert noticed(frames) == [
        ("several_tables", None, {"read": "Sheet", "others": "前年"}),
        ("hidden_values", "A1", {"what": "sheet", "read": "Sheet"}),
    ]


def test_without_a_year_the_first_visible_table_is_read():
    lines = table(row(), preamble=[TITLE[:0], *PREAMBLE[1:]])
    frames = understood(xlsx(lines, 副本=lines))
    assert frames.submissions.sheet[0] == "Sheet"


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("别的表.xlsx", xlsx([["姓名", "学号"], ["张三", 1]]), "no_table"),
        ("别的表.csv", "姓名,学号\n张三,1\n".encode(), "no_table"),
        ("不是表.xlsx", b"this is not a workbook", "unreadable"),
        ("空表.xlsx", xlsx([]), "no_table"),
    ],
)
def test_a_file_without_the_table_says_only_that(name, data, kind):
    assert [observation for observation, _, _ in noticed(understood(data, name))] == [kind]
