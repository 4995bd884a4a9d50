"""What the cells of a row mean, each with its address and at most one problem."""

from datetime import date
from decimal import Decimal

import openpyxl
import pandas as pd
import pytest

from tests.ingestion.samples import HEADINGS, noticed, row, saved, table, understood, values, xlsx


def column(name: str, *rows, headings=HEADINGS, **assignment) -> list:
    return values(understood(xlsx(table(*rows, headings=headings)), **assignment), name)


# ---- texts and addresses ----


def test_a_cell_keeps_its_text_as_sent_and_its_address():
    frames = understood(xlsx(table(row(equipment="Φ２.４×１０m\n水泥磨1台"))))
    assert values(frames, "equipment_text") == ["Φ２.４×１０m\n水泥磨1台"]
    assert values(frames, "equipment_cell") == ["E5"]
    assert values(frames, "row") == [5]


def test_a_field_without_a_column_has_neither_text_nor_address():
    frames = understood(xlsx(table(row())))
    assert values(frames, "method_text") == [None] and values(frames, "method_cell") == [None]


def test_a_blank_cell_has_an_address_and_no_problem():
    frames = understood(xlsx(table(row(capacity=None))))
    found = [values(frames, f"capacity_{aspect}") for aspect in ("text", "cell", "problem")]
    assert found == [[None], ["F5"], [None]]


def test_text_that_is_too_long_is_kept_whole_and_named():
    name = "紫阳县" + "长" * 198 + "有限公司"
    frames = understood(xlsx(table(row(enterprise=name))))
    assert values(frames, "enterprise_problem") == ["too_long"]
    assert values(frames, "enterprise_text") == [name]


@pytest.mark.parametrize(("field", "cell"), [("capacity", "F5"), ("industry", "C5"), ("sequence", "A5")])
def test_a_formula_without_a_value_is_the_cells_only_problem(field, cell):
    frames = understood(xlsx(table(row(**{field: "=1+1"}))))
    assert (values(frames, f"{field}_problem"), values(frames, f"{field}_cell")) == (["formula_error"], [cell])


def test_an_error_value_is_the_text_of_its_cell():
    workbook = openpyxl.Workbook()
    for line in table(row()):
        workbook.active.append(line)
    workbook.active["F5"].value, workbook.active["F5"].data_type = "#REF!", "e"
    frames = understood(saved(workbook))
    assert (values(frames, "capacity_text"), values(frames, "capacity_problem")) == (["#REF!"], ["formula_error"])


FIELDS_AND_CELLS = {"county": "B5", "industry": "C5", "equipment": "E5", "capacity": "F5", "category": "G5"}


@pytest.mark.parametrize("text", ["/", "—", "-", "――", "同上", "〃", "无", "／"])
@pytest.mark.parametrize("field", FIELDS_AND_CELLS)
def test_what_stands_for_nothing_is_no_value_and_keeps_its_cell(field, text):
    frames = understood(xlsx(table(row(), row(**{field: text}))))
    assert values(frames, f"{field}_text")[1] == text
    assert values(frames, f"{field}_cell")[1] == FIELDS_AND_CELLS[field].replace("5", "6")
    assert values(frames, f"{field}_problem") == [None, "placeholder"]
    understood_as = {"county": "county_code", "category": "categories"}.get(field, field)
    meaning = frames.rows[understood_as][1]
    assert pd.isna(meaning) if field in ("county", "industry", "capacity") else len(meaning) == 0


def test_an_enterprise_that_stands_for_nothing_is_an_unlikely_name():
    assert column("enterprise_problem", row(enterprise="同上")) == ["unlikely_name"]


def test_a_unit_or_a_count_that_stands_for_nothing_is_not_there():
    headings = [*HEADINGS, "计量单位", "设备数量", "数量单位"]
    frames = understood(xlsx(table([*row(equipment="水泥磨"), "/", "2", "无"], headings=headings)))
    assert values(frames, "capacity") == [Decimal("30")] and values(frames, "equipment_count") == [2]
    assert frames.rows["equipment"][0][0]["quantity_unit"] is None


@pytest.mark.parametrize(("field", "letter"), [("category", "G"), ("equipment", "E"), ("enterprise", "D")])
def test_a_cell_merged_with_the_one_above_is_blank_and_says_why(field, letter):
    rows = [row(), row(**{field: None})]
    frames = understood(xlsx(table(*rows), merged=[f"{letter}5:{letter}6"]))
    assert values(frames, f"{field}_problem") == [None, "merged"] and values(frames, f"{field}_text")[1] is None
    assert values(frames, f"{field}_cell") == [f"{letter}5", f"{letter}6"]


@pytest.mark.parametrize(
    ("numbers", "units", "expected"),
    [
        ("2\n1", None, [(2, None), (1, None)]),
        ("2台\n1座", "套", [(2, "台"), (1, "座")]),
        ("2\n1", "台", [(2, "台"), (1, "台")]),
        ("2\n1", "台\n座", [(2, "台"), (1, "座")]),
        ("2\n1\n3", "台", [(None, None), (None, None)]),
    ],
)
def test_machines_and_their_numbers_may_be_lines_of_their_cells(numbers, units, expected):
    line = [*row(equipment="Φ2.4×10m水泥磨\n机立窑"), numbers, units]
    frames = understood(xlsx(table(line, headings=[*HEADINGS, "设备数量", "数量单位"])))
    machines = frames.rows["equipment"][0]
    assert [one["name"] for one in machines] == ["水泥磨", "机立窑"]
    assert [(one["quantity"], one["quantity_unit"]) for one in machines] == expected


@pytest.mark.parametrize(
    ("heading", "unit"),
    [("数量（台）", "台"), ("设备数量(台/套)", "台套"), ("台（套）", "台套"), ("数量", None), ("数量（合计）", None)],
)
def test_the_heading_of_the_numbers_of_machines_may_say_their_unit(heading, unit):
    headings = [*HEADINGS, heading]
    frames = understood(xlsx(table([*row(equipment="Φ2.4×10m水泥磨"), 2], headings=headings)))
    (machine,) = frames.rows["equipment"][0]
    assert (machine["quantity"], machine["quantity_unit"]) == (2, unit)


def test_a_value_merged_over_rows_that_need_none_is_told_once_with_the_rows_it_spans():
    headings = [*HEADINGS, "退出方式", "备注"]
    lines = [[*row(), "关停", "已公告"], [*row(sequence=2, enterprise="紫阳县金峰水泥有限公司"), None, None]]
    frames = understood(xlsx(table(*lines, lines[1], headings=headings), merged=["H5:H7", "I5:I7"]))
    assert noticed(frames) == [("merged_value", "H5", {"field": "method", "spanned": 3})]
    assert values(frames, "method") == ["关停", None, None]


def test_of_several_units_of_a_heading_each_industry_has_its_own():
    headings = [*HEADINGS[:5], "涉及产能（万吨、万米、万重量箱）", HEADINGS[6]]
    lines = [
        row(capacity=30),
        row(sequence=2, industry="印染", enterprise="紫阳县印染厂", capacity=5000),
        row(sequence=3, industry="平板玻璃", enterprise="紫阳县玻璃厂", capacity=90),
        row(sequence=4, industry="轮胎", enterprise="紫阳县轮胎厂", capacity=90),
    ]
    frames = understood(xlsx(table(*lines, headings=headings)))
    assert values(frames, "capacity_unit") == ["万吨", "万米", "万重量箱", None]
    assert values(frames, "capacity_problem") == [None, None, None, "no_unit"]


def test_a_total_under_several_units_is_held_against_each():
    headings = [*HEADINGS[:5], "涉及产能（万吨、万米）", HEADINGS[6]]
    lines = [row(capacity=30), row(sequence=2, industry="印染", enterprise="紫阳县印染厂", capacity=5000)]
    for printed, kinds in (("30万吨、5000万米", []), (5030, []), (5031, ["total_differs"])):
        total = ["合计", None, None, None, None, printed]
        frames = understood(xlsx(table(*lines, total, headings=headings)))
        assert [kind for kind, *_ in noticed(frames)] == kinds


def test_a_merged_unit_is_the_first_rows_and_the_heading_does_not_stand_in_for_it():
    headings = [*HEADINGS[:5], "涉及产能（万吨）", HEADINGS[6], "计量单位"]
    lines = [
        [*row(capacity=3000), "吨"],
        [*row(sequence=2, capacity=2000), None],
        [*row(sequence=3, capacity="2万吨"), None],
    ]
    frames = understood(xlsx(table(*lines, headings=headings), merged=["H5:H7"]))
    assert values(frames, "capacity_problem") == [None, "unit_merged", None]
    assert values(frames, "capacity") == [Decimal("0.3"), None, Decimal(2)]
    assert noticed(frames) == []


def test_places_industries_and_joint_amounts_that_are_merged_are_no_blanks():
    rows = [row(), row(county=None, industry=None, capacity=None)]
    frames = understood(xlsx(table(*rows), merged=["B5:B6", "C5:C6", "F5:F6"]))
    for field in ("county", "industry", "capacity"):
        assert values(frames, f"{field}_problem") == [None, None]


# ---- places ----


@pytest.mark.parametrize(
    ("reporter", "text", "code", "name", "problem"),
    [
        ("610924", "紫阳县", "610924", "紫阳县", None),
        ("610924", "紫阳", "610924", "紫阳县", None),
        ("610924", "紫阳县城关镇", "610924", "紫阳县", None),
        ("610924", "陕西省安康市紫阳县高桥镇何家堡村", "610924", "紫阳县", None),
        ("610924", "平利县老县镇", None, None, "outside_area"),
        ("610924", "城关镇", None, None, "unknown_county"),
        ("610924", "平利县", None, None, "outside_area"),
        ("610924", "西安市长安区", None, None, "outside_area"),
        ("610924", "子虚县", None, None, "unknown_county"),
        ("610981", "旬阳县", "610981", "旬阳市", None),
        ("610900-q02", "恒口示范区", "610900-q02", "恒口示范区", None),
        ("610900-q02", "汉滨区", "610900-q02", "恒口示范区", None),
        ("610900-sthj", "平利县", "610926", "平利县", None),
        ("610900-sthj", "安康市", None, None, None),
    ],
)
def test_a_place_is_found_within_the_reporters_area(reporter, text, code, name, problem):
    lines = table(row(county=text), preamble=[])
    frames = understood(xlsx(lines), folder=reporter)
    assert [values(frames, column)[0] for column in ("county_code", "county", "county_problem")] == [
        code,
        name,
        problem,
    ]


def test_every_row_knows_its_city():
    assert column("city_code", row(county="紫阳县")) == ["610900"]
    lines = table(row(county="安康市"), preamble=[])
    assert values(understood(xlsx(lines), folder="610900-sthj"), "city_code") == ["610900"]


@pytest.mark.parametrize(
    ("reporter", "county"), [("610924", "610924"), ("610900-q01", "610900-q01"), ("610900-sthj", None)]
)
def test_without_a_county_column_a_row_belongs_to_its_reporter(reporter, county):
    lines = table([row()[0], *row()[2:]], headings=[HEADINGS[0], *HEADINGS[2:]], preamble=[])
    frames = understood(xlsx(lines), folder=reporter)
    assert values(frames, "county_code") == [county]
    assert values(frames, "city_code") == ["610900"]


def test_a_day_that_is_still_to_come_is_blank_where_machines_may_stand():
    headings = [*HEADINGS, "关停时间", "拆除时间", "验收时间"]
    frames = understood(xlsx(table([*row(), "2024年3月", "尚未拆除", "待验收"], headings=headings)))
    assert values(frames, "dismantled_on") == values(frames, "accepted_on") == [None]
    assert values(frames, "dismantled_on_problem") == values(frames, "accepted_on_problem") == [None]
    frames = understood(xlsx(table([*row(), "未关停", None, None], headings=headings)))
    assert values(frames, "shut_on_problem") == ["bad_date"]


def test_a_blank_county_is_nobodys_where_the_plan_requires_it():
    assert column("county_code", row(county=None)) == [None]


def test_a_blank_county_is_the_reporters_where_the_plan_does_not_require_it():
    lines = table(row(county=None, industry="煤炭"), preamble=[])
    frames = understood(xlsx(lines), regime="shaanxi-2018", folder="610881")
    assert values(frames, "county") == ["神木市"]


def test_without_a_regime_places_are_looked_up_in_the_whole_country():
    lines = table(row(county="紫阳县"), row(county="朝阳区"))
    frames = understood(xlsx(lines), regime=None, round=None, folder=None)
    assert values(frames, "county_code") == ["610924", None]
    assert values(frames, "county_problem") == [None, "unknown_county"]


# ---- what a row reports ----


def test_an_industry_is_known_by_its_name_and_code_through_synonyms():
    frames = understood(xlsx(table(row(industry="焦化"), row(sequence=2, industry="占星"))))
    assert values(frames, "industry")[1] is None and values(frames, "industry")[0] == "焦炭"
    assert values(frames, "industry_problem") == [None, "unknown_industry"]


def test_the_amount_is_in_the_canonical_unit_with_its_factor():
    frames = understood(xlsx(table(row(capacity="５，０００吨"))))
    found = [values(frames, name)[0] for name in ("capacity", "capacity_unit", "capacity_factor")]
    assert found == [Decimal("0.5"), "万吨", Decimal("0.0001")]


@pytest.mark.parametrize(
    ("text", "industry", "problem"),
    [
        ("若干", "水泥", "not_number"),
        (30, "水泥", "no_unit"),
        ("30斗", "水泥", "unknown_unit"),
        ("30万吨", "印染", "unit_not_of_industry"),
        ("0万吨", "水泥", "not_positive"),
    ],
)
def test_an_amount_that_is_none_says_why(text, industry, problem):
    frames = understood(xlsx(table(row(capacity=text, industry=industry))))
    assert (values(frames, "capacity"), values(frames, "capacity_problem")) == ([None], [problem])


@pytest.mark.parametrize(
    ("amount", "unit", "problems"),
    [
        (30, "万斗", (None, "not_known")),
        (30, "万块标砖", (None, "not_of_industry")),
        ("30万斗", "万吨", ("unknown_unit", None)),
        (30, "/", ("no_unit", "placeholder")),
    ],
)
def test_a_wrong_unit_is_a_problem_of_the_cell_it_stands_in(amount, unit, problems):
    line = [*row(capacity=amount), unit]
    frames = understood(xlsx(table(line, headings=[*HEADINGS, "计量单位"])))
    assert (values(frames, "capacity_problem")[0], values(frames, "unit_problem")[0]) == problems
    assert values(frames, "capacity") == [None]


def test_the_unit_may_stand_in_its_own_column_or_above_the_table():
    with_column = [*row(capacity=30), "万吨"]
    assert column("capacity_unit", with_column, headings=[*HEADINGS, "计量单位"]) == ["万吨"]
    lines = table(row(capacity=30), preamble=[["单位：万吨"]])
    assert values(understood(xlsx(lines)), "capacity_unit") == ["万吨"]


def test_categories_come_in_the_order_of_every_table():
    frames = understood(xlsx(table(row(category="技术、能耗不达标"), row(sequence=2, category="环境"))))
    assert [list(words) for words in frames.rows.categories] == [["能耗", "技术"], []]
    assert values(frames, "category_problem") == [None, "unknown_category"]


def test_method_code_and_dates_are_understood():
    headings = [*HEADINGS, "退出方式", "关停时间", "拆除时间", "统一社会信用代码"]
    cells = [*row(), "依法关停", date(2024, 6, 30), "2024年12月31日前", "123"]
    frames = understood(xlsx(table(cells, headings=headings)))
    found = [values(frames, name)[0] for name in ("method", "shut_on", "dismantled_on", "credit_code_problem")]
    assert found == ["关停", date(2024, 6, 30), date(2024, 12, 31), "bad_code"]


def test_a_shutdown_told_as_a_month_has_a_first_and_a_last_day():
    frames = understood(xlsx(table([*row(), "2024年5月"], headings=[*HEADINGS, "关停时间"])))
    assert [values(frames, name)[0] for name in ("shut_on_from", "shut_on")] == [date(2024, 5, 1), date(2024, 5, 31)]


@pytest.mark.parametrize(
    ("field", "heading", "text", "problem"),
    [
        ("method", "退出方式", "消失", "unknown_method"),
        ("shut_on", "关停时间", "去年", "bad_date"),
        ("accepted_on", "验收时间", "2024-02-30", "bad_date"),
    ],
)
def test_a_word_that_is_not_understood_is_a_problem(field, heading, text, problem):
    assert column(f"{field}_problem", [*row(), text], headings=[*HEADINGS, heading]) == [problem]


def test_machines_are_listed_and_counted():
    frames = understood(xlsx(table(row(equipment="75千安预焙电解槽88台"), row(sequence=2, equipment="预焙电解槽"))))
    (item,) = frames.rows.equipment[0]
    assert (item["spec_value"], item["spec_unit"], item["quantity"]) == (75, "千安", 88)
    assert values(frames, "equipment_count") == [88, None]
    assert values(frames, "equipment_problem") == [None, "no_count"]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Ф2.4×10m水泥磨1台", True),
        ("Φ2.4*10m水泥磨1台", True),
        ("φ2.4×10米水泥磨一台", True),
        ("1台Φ2.4×10m水泥磨", True),
        ("水泥磨Φ2.4×10m 1台", True),
        ("Φ2.4×10m水泥磨2台", False),
        ("Φ2.2×10m水泥磨1台", False),
        ("Φ2.4×10m水泥磨1台（二车间）", False),
        ("1#Φ2.4×10m水泥磨1台", False),
    ],
)
def test_the_same_machines_written_otherwise_are_the_same_row(text, is_one):
    """R01: a row that is entered twice counts twice, however its machines are written."""
    found = values(understood(xlsx(table(row(), row(sequence=2, equipment=text)))), "duplicate_of")
    assert found == [None, "000001:1:5" if is_one else None]


@pytest.mark.parametrize(
    ("capacity", "unit", "problem"),
    [
        ("30万吨", "吨", "unit_differs"),
        ("3000吨", "万吨", "unit_differs"),
        ("30万吨/年", "万吨", None),
        ("30万", "吨", None),
        ("30", "万吨", None),
        ("30万吨", "台", None),
    ],
)
def test_a_unit_beside_an_amount_may_not_be_another_than_its_own(capacity, unit, problem):
    frames = understood(xlsx(table([*row(capacity=capacity), unit], headings=[*HEADINGS, "计量单位"])))
    assert values(frames, "unit_problem") == [problem]


@pytest.mark.parametrize("text", ["四台", "2", "Φ2.4×10m 1台", "0"])
def test_a_number_or_a_size_alone_names_no_machine(text):
    assert values(understood(xlsx(table(row(equipment=text)))), "equipment_problem") == ["no_machine"]


def test_the_number_of_machines_may_stand_in_its_own_column():
    frames = understood(xlsx(table([*row(equipment="预焙电解槽"), "88台"], headings=[*HEADINGS, "设备数量"])))
    assert (list(frames.rows.equipment_count), values(frames, "equipment_problem")) == ([88], [None])


@pytest.mark.parametrize(
    ("equipment", "number", "count", "machines"),
    [
        ("2+3", "5台", 5, [(None, 5, "台")]),
        ("水泥磨、回转窑", "5台", 5, [("水泥磨", None, "台"), ("回转窑", None, "台")]),
        ("水泥磨2台、回转窑", "5台", 5, [("水泥磨", 2, "台"), ("回转窑", None, "台")]),
        ("水泥磨4台、回转窑", "4台", None, [("水泥磨", 4, "台"), ("回转窑", None, None)]),
        ("水泥磨4台、回转窑1台", "6台", 5, [("水泥磨", 4, "台"), ("回转窑", 1, "台")]),
    ],
)
def test_a_number_of_its_own_counts_what_the_text_leaves_uncounted(equipment, number, count, machines):
    frames = understood(xlsx(table([*row(equipment=equipment), number], headings=[*HEADINGS, "设备数量"])))
    assert values(frames, "equipment_count") == [count]
    told = frames.rows.equipment[0]
    assert [(one["name"], one["quantity"], one["quantity_unit"]) for one in told] == machines


@pytest.mark.parametrize(
    ("number", "unit", "counted"),
    [
        *[(88, "台", (88, "台")), ("２", "台（套）", (2, "台套")), ("3台/套", "台", (3, "台套")), (5, None, (5, None))],
        *[("贰", "台", (2, "台")), ("两", None, (2, None)), ("十二台", None, (12, "台")), ("2.0", "座", (2, "座"))],
    ],
)
def test_the_unit_of_the_number_of_machines_may_stand_in_its_own_column_too(number, unit, counted):
    headings = [*HEADINGS, "设备数量", "数量单位"]
    frames = understood(xlsx(table([*row(equipment="预焙电解槽"), number, unit], headings=headings)))
    (item,) = frames.rows.equipment[0]
    assert ((item["quantity"], item["quantity_unit"]), noticed(frames)) == (counted, [])


@pytest.mark.parametrize(
    ("equipment", "quantity", "problem"),
    [
        ("机立窑2座", 3, "count_differs"),
        ("机立窑2座", "3座", "count_differs"),
        ("机立窑2座", 2, None),
        ("机立窑", 3, None),
        ("机立窑2座", "1套", None),
        ("球磨机2台（套）", "2台", None),
        ("球磨机2台、烘干机1台", 3, None),
        ("球磨机2台、烘干机1台", 4, "count_differs"),
        ("机立窑2座、烘干机1台", 4, None),
    ],
)
def test_a_number_of_machines_that_contradicts_the_text_is_a_problem(equipment, quantity, problem):
    frames = understood(xlsx(table([*row(equipment=equipment), quantity], headings=[*HEADINGS, "设备数量"])))
    assert values(frames, "quantity_problem") == [problem]


def test_the_count_in_the_text_stands_against_the_column():
    frames = understood(xlsx(table([*row(equipment="机立窑2座"), 3], headings=[*HEADINGS, "设备数量"])))
    assert values(frames, "equipment_count") == [2]


@pytest.mark.parametrize("amount_headings", [["产能(万吨)"], ["涉及产能", "单位"]])
def test_a_unit_right_after_the_count_is_the_units_of_count(amount_headings):
    cells = [1, "紫阳县", "水泥", "紫阳县华安水泥有限公司", "水泥磨", 2, "台", 30, "万吨"][: 7 + len(amount_headings)]
    headings = ["序号", "市（区）", "行业", "企业名称", "设备名称", "数量", "单位", *amount_headings]
    frames = understood(xlsx(table(cells, headings=headings)))
    (item,) = frames.rows.equipment[0]
    assert (item["quantity"], item["quantity_unit"]) == (2, "台")
    assert (values(frames, "capacity"), values(frames, "capacity_unit")) == ([Decimal(30)], ["万吨"])


def test_a_unit_after_the_count_is_the_amounts_where_that_has_no_other():
    cells = [1, "紫阳县", "水泥", "紫阳县华安水泥有限公司", "水泥磨1台", 2, "万吨", 30]
    headings = ["序号", "市（区）", "行业", "企业名称", "设备名称", "数量", "单位", "涉及产能"]
    assert column("capacity_unit", cells, headings=headings) == ["万吨"]


def test_rows_that_differ_only_in_the_number_of_machines_are_two():
    twins = [[*row(equipment="预焙电解槽"), 88], [*row(sequence=2, equipment="预焙电解槽"), 44]]
    frames = understood(xlsx(table(*twins, headings=[*HEADINGS, "设备数量"])))
    assert values(frames, "duplicate_of") == [None, None]


def test_line_breaks_leave_an_enterprises_name():
    assert column("enterprise", row(enterprise="紫阳县华安\n水泥有限公司")) == ["紫阳县华安水泥有限公司"]


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("平利县华 润水泥有限公司", "平利县华润水泥有限公司"),
        ("华 润　水泥 （安康） 公司", "华润水泥（安康）公司"),
        ("ABC 水泥 2 厂", "ABC 水泥 2 厂"),
    ],
)
def test_a_name_is_told_without_the_blanks_it_was_typed_with(written, name):
    assert column("enterprise", row(enterprise=written)) == [name]


@pytest.mark.parametrize("number", ["一批", "若干", "2.5", "二三"])
def test_what_is_no_number_of_machines_leaves_them_uncounted(number):
    frames = understood(xlsx(table([*row(equipment="预焙电解槽"), number], headings=[*HEADINGS, "设备数量"])))
    assert values(frames, "equipment_problem") == ["no_count"]


def test_several_industries_in_a_cell_are_told_apart_from_an_unknown_one():
    rows = [row(industry="水泥、化工"), row(industry="水尼、化工")]
    assert column("industry_problem", *rows) == ["several_industries", "unknown_industry"]


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("建材-水泥", "水泥"),
        ("水泥/建材", "水泥"),
        ("轻工：造纸", "造纸"),
        ("钢铁、炼钢", "炼钢"),
        ("煤电/小火电", "小火电"),
        ("石灰、石膏", None),
    ],
)
def test_an_industry_beside_the_one_it_lies_in_is_one(text, meant):
    frames = understood(xlsx(table(row(industry=text))))
    assert values(frames, "industry") == [meant]
    assert values(frames, "industry_problem") == [None if meant else "several_industries"]


def test_an_unlikely_name_is_a_problem_and_stands_all_the_same():
    frames = understood(xlsx(table(row(enterprise="待定"), row(enterprise="宏达纸厂"))))
    assert values(frames, "enterprise_problem") == ["unlikely_name", None]
    assert values(frames, "enterprise") == values(frames, "enterprise_key") == ["待定", "宏达纸厂"]


def test_the_key_of_an_enterprise_is_the_same_with_and_without_its_old_county():
    lines = table(
        row(county="旬阳市", enterprise="旬阳县华安水泥厂"), row(county="旬阳市", enterprise="华安水泥厂"), preamble=[]
    )
    assert len(set(values(understood(xlsx(lines), folder="610981"), "enterprise_key"))) == 1
    full_keys = values(understood(xlsx(lines), folder="610981"), "enterprise_full_key")
    assert full_keys == ["旬阳县华安水泥厂", "华安水泥厂"], "told apart by the place before the name"


# ---- rows against one another ----


def test_an_equal_row_names_the_first():
    same = row(sequence=2, equipment="Φ2.4×10m 水泥磨1台", capacity="300000吨")
    assert column("duplicate_of", row(), same) == [None, "000001:1:5"]


@pytest.mark.parametrize(
    "change",
    [
        {"capacity": "31万吨"},
        {"equipment": "Φ3.0×11m水泥磨1台"},
        {"industry": "造纸"},
        {"enterprise": "紫阳县华安水泥1-1厂"},
    ],
)
def test_a_row_that_differs_in_one_respect_is_no_duplicate(change):
    assert column("duplicate_of", row(), row(**change)) == [None, None]


def test_an_amount_merged_over_rows_of_one_enterprise_is_its_own():
    lines = table(row(), row(sequence=2, equipment="Φ2.2×7m水泥磨1台", capacity=None))
    assert [kind for kind, *_ in noticed(understood(xlsx(lines, merged=["F5:F6"])))] == ["amount_of_rows"]
    lines[-1][3] = None
    assert [kind for kind, *_ in noticed(understood(xlsx(lines, merged=["D5:D6", "F5:F6"])))] == ["amount_of_rows"]
    assert [kind for kind, *_ in noticed(understood(xlsx(lines, merged=["F5:F6"])))] == ["joint_amount"]


def test_an_amount_merged_over_enterprises_is_one_joint_amount():
    lines = table(
        row(), row(sequence=2, enterprise="紫阳县金峰水泥有限公司", capacity=None), ["合计", "", "", "", "", "30万吨"]
    )
    frames = understood(xlsx(lines, merged=["F5:F6"]))
    assert noticed(frames) == [("joint_amount", "F5", {"rows": 2, "row_id": "000001:1:5"})]
    assert values(frames, "capacity") == [Decimal(30), None]
    assert values(frames, "capacity_problem") == [None, None]
