"""What a finding says: every name in the rulebook's texts stands for something, and the right thing."""

import re

import pytest

from expectations.wording import NOT_KNOWN, PLACEHOLDERS, Case, put_into_words
from rulebook import CATEGORIES, load, loader
from tests.expectations.frame_builder import FrameBuilder

DYEING = {"regime": "shenzhen-2019", "reporter": "440303"}


@pytest.fixture(scope="module")
def told(rulebook):
    """Message and remedy, in both languages, of each case below; all are judged at once."""
    builder = FrameBuilder(rulebook)
    builder.submission("category").row(5, "category", category_text="环境", category_problem="unknown_category")
    builder.submission("odd").row(5, "odd", category_text="？", category_problem="unknown_category")
    builder.submission("industry").row(
        5, "industry", industry=None, industry_text="电解吕", industry_problem="unknown_industry"
    )
    builder.submission("county").row(5, "county", county_text="紫杨县", county_problem="unknown_county")
    builder.submission("unit").row(5, "unit", capacity_text="30万米", capacity_problem="unit_not_of_industry")
    builder.submission("twice").row(5, "twice", enterprise_text="紫阳县宏达水泥厂")
    builder.row(9, "twice", enterprise_text="紫阳县 宏达水泥厂", duplicate_of="twice:1:5")
    builder.submission("otherwise").row(5, "otherwise", enterprise_text="宏达水泥有限公司")
    builder.row(9, "otherwise", enterprise_text="宏达水泥有限责任公司", duplicate_of="otherwise:1:5")
    builder.submission("own", reporter="610900-yjgl").row(
        5, "own", category_text="安全、能耗", categories=["安全", "能耗"]
    )
    builder.submission("long").row(5, "long", enterprise_text="长" * 201, enterprise_problem="too_long")
    builder.submission("total").observation(
        "total_differs", "total", cell="F9", printed="100", computed="99.5", difference="0.5", unit="万吨"
    )
    builder.submission("large").observation("over_limit", "large", measure="sheets", found=70, limit=64)
    builder.submission("cell").observation(
        "over_limit", "cell", measure="cell_characters", found=32768, limit=32767, sheet="统计表", cell="E7"
    )
    builder.submission("far").observation(
        "over_limit", "far", measure="grid_cells", found=2_500_000, limit=2_000_000, sheet="统计表", cell="C1048576"
    )
    builder.submission("hidden").observation(
        "hidden_values", "hidden", sheet="去年", cell="A1", value="x", what="sheet", read="统计表"
    )
    builder.submission("placeholder").row(
        5, "placeholder", category_text="同上", category_problem="placeholder", categories=[]
    )
    builder.submission("merged").row(5, "merged", category_text=None, category_problem="merged", categories=[])
    builder.submission("nil").observation("no_rows", "nil", sheet="统计表", cell="D5", value="无", what="nil_elsewhere")
    builder.submission("marks").observation("no_rows", "marks", sheet="统计表", cell="D5", value="/", what="nil_marks")
    builder.submission("column").observation("column_missing", "column", sheet="统计表", field="category")
    builder.submission("sheets").observation("several_tables", "sheets", sheet="统计表", others="去年")
    builder.submission("below").observation(
        "several_tables", "below", sheet="统计表", cell="A9", value="附：上年结转", what="below"
    )
    builder.submission("beside").observation("several_tables", "beside", sheet="统计表", others="去年")
    builder.submission("failed").row(5, "failed", capacity_text="#REF!", capacity_problem="formula_error")
    builder.submission("unsaved").observation("formula_error", "unsaved", cell="F9", value="=SUM(F5:F8)")
    builder.submission("blank", **DYEING).row(
        5, "blank", industry="印染", industry_text="印染", categories=["环保"], category_text="环保", capacity_text=None
    )
    builder.submission("machines").row(5, "machines", equipment_text="机" * 4001, equipment_problem="too_long")
    builder.submission("counts").row(
        *(5, "counts"),
        **{"equipment_text": "机立窑2座", "equipment_count": 2},
        **{"quantity_text": "3", "quantity_problem": "count_differs", "quantity_cell": "H5"},
    )
    builder.submission("key", reporter="610925").row(5, "key", industry="造纸", industry_text="造纸")
    builder.submission("elsewhere", **DYEING).row(5, "elsewhere", county_text="紫阳县", county_problem="outside_area")
    builder.submission("range").row(
        5, "range", capacity=None, capacity_text="3000-5000吨", capacity_problem="not_number"
    )
    builder.submission("letters").row(
        5, "letters", capacity=None, capacity_text="5O00吨", capacity_problem="not_number"
    )
    builder.submission("words").row(5, "words", capacity=None, capacity_text="待核定", capacity_problem="not_number")
    builder.submission("two").row(
        5, "two", capacity=None, capacity_text="30万吨（折熟料8万吨）", capacity_problem="not_number"
    )
    builder.submission("calendar").row(
        5, "calendar", shut_on_text="2024年6月31日", shut_on_problem="bad_date", shut_on_cell="H5"
    )
    builder.submission("words and one").row(
        5, "words and one", category_text="环保、安监", category_problem="unknown_category", categories=["环保"]
    )
    builder.submission("industries").row(
        5, "industries", industry=None, industry_text="水泥、化工", industry_problem="several_industries"
    )
    builder.submission("names").row(
        5, "names", enterprise_text="瓦庙水泥厂、向阳水泥厂", enterprise_problem="several_names"
    )
    builder.submission("drive").row(
        5, "drive", method_text="断水断电并拆除动力装置", method_problem="unknown_method", method_cell="H5"
    )
    builder.submission("stop").row(5, "stop", method_text="停产", method_problem="unknown_method", method_cell="H5")
    for name, declared in (("mistyped", "紫杨县人民政府"), ("foreign", "泾阳县人民政府")):
        builder.submission(name, reporter=None, declared_reporter=declared).observation(
            "reporter_unknown", name, sheet="统计表", cell="A2", value=declared
        )
    builder.submission("day", **DYEING).row(
        5, "day", shut_on_text="年初", shut_on_problem="bad_date", shut_on_cell="H5", county="罗湖区"
    )
    return {
        finding.submission_id: (
            f"{finding.message} {finding.remedy}",
            f"{finding.message_en} {finding.remedy_en}",
        )
        for finding in builder.findings().itertuples()
        # one reporter sent them all: what each leaves out of the one before is told too, and tested elsewhere
        if finding.rule != "S18"
    }


@pytest.mark.parametrize(
    ("case", "chinese", "english"),
    [
        ("category", ["G5", "“环境”", "最接近的是“环保”", "能耗、环保、质量、安全、技术"], ['nearest is "环保"']),
        ("industry", ["“电解吕”", "最接近的是“电解铝”"], ['nearest is "电解铝"']),
        ("county", ["“紫杨县”", "最接近的是“紫阳县”"], ['nearest is "紫阳县"']),
        ("unit", ["“30万米”", "这个行业的单位：万吨"], ["unit of this industry - 万吨"]),
        ("twice", ["第 9 行", "第 5 行", "企业“紫阳县 宏达水泥厂”、设备和产能都一样"], ["row 9", "row 5"]),
        (
            "otherwise",
            ["第 9 行与第 5 行", "“宏达水泥有限责任公司”与“宏达水泥有限公司”只是写法不同"],
            ["spellings of one enterprise's name"],
        ),
        (
            "own",
            ["能耗不归", "类别：安全", "“能耗”由安康市发展和改革委员会填报"],
            ["of your department - 安全", "能耗 by 安康市发展和改革委员会"],
        ),
        ("long", ["201 个字", "企业名称", "200 个字"], ["201 characters", "allows 200"]),
        ("total", ["100万吨", "99.5万吨", "相差 0.5万吨"], ["a difference of 0.5万吨"]),
        ("large", ["70 张工作表", "64 张工作表"], ["70 sheets"]),
        ("cell", ["32,768 个字", "缩短这个单元格", "“统计表”的 E7"], ["Shorten that cell"]),
        ("column", ["淘汰类别", "例如写“能耗、技术”"], ["has no column"]),
        ("sheets", ["读的是“统计表”", "没有读“去年”"], ['"统计表" was read']),
        ("below", ["标题是“附：上年结转”（A9）", "请删去再重新报送"], ["carried over"]),
        ("hidden", ["隐藏的工作表“去年”", "读的是“统计表”"], ['hidden sheet "去年"', 'read is "统计表"']),
        ("far", ["2,500,000 个单元格", "“统计表”的 C1048576", "Ctrl+End"], ['C1048576 of sheet "统计表"']),
        ("placeholder", ["写的是“同上”（G5）", "不要用“/”或“同上”代替"], ["which says nothing"]),
        ("merged", ["取消合并，逐行填写淘汰类别", "G5"], ["Unmerge the cells"]),
        ("nil", ["写着“无”", "企业名称”一栏（D5）", "请在 D5 写“无”"], ["write the single word 无 in D5"]),
        ("failed", ["公式出了错", "“#REF!”"], ["fails", '"#REF!"']),
        ("unsaved", ["“=SUM(F5:F8)”", "没有保存它的计算结果", "例如“30万吨”"], ["not in the file"]),
        ("blank", ["例如写“30万米”"], ["for example, 30万米"]),
        ("machines", ["4001 个字", "写明台数"], ["once with their number"]),
        ("counts", ["“3”", "“机立窑2座”", "数量是 2"], ['"机立窑2座"', "comes to 2"]),
        ("key", ["水泥、有色金属、化工、冶炼"], ["水泥, 有色金属, 化工, 冶炼"]),
        ("elsewhere", ["例如“罗湖区”"], ["for example 罗湖区"]),
        ("day", ["“2019-11-30”"], ["for example 2019-11-30"]),
        ("range", ["“3000-5000吨”是一个范围", "核定的那一个数字"], ["is a range"]),
        ("letters", ["“5O00吨”里有字母", "改成数字"], ["has a letter"]),
        ("words", ["“待核定”里没有数字", "核定以后再填"], ["has no number"]),
        ("two", ["不是一个数量", "写到备注里"], ["in the remarks"]),
        ("calendar", ["“2024年6月31日”在日历上不存在"], ["not in the calendar"]),
        ("words and one", ["您在 G5 写的“安监”不是五个"], ['"安监", is none']),
        ("industries", ["“水泥、化工”是几个行业", "分成几行"], ["names several industries"]),
        ("names", ["像是几家企业", "每家企业写一行"], ["looks like several enterprises"]),
        ("mistyped", ["例如“紫阳县人民政府”"], ["for example 紫阳县人民政府"]),
        ("foreign", ["例如“汉滨区人民政府”"], ["for example 汉滨区人民政府"]),
        ("odd", ["哪方面的标准没有达到", "排放不达标的写“环保”"], ["which standard"]),
    ],
)
def test_a_finding_names_what_is_wrong_and_what_to_write_instead(told, case, chinese, english):
    message, message_en = told[case]
    assert [part for part in chinese if part not in message] == []
    assert [part for part in english if part not in message_en] == []


@pytest.mark.parametrize("case", ["odd", "drive", "stop"])
def test_a_sentence_that_would_propose_nothing_is_left_out(told, case):
    message, message_en = told[case]
    assert "最接近" not in message and "nearest" not in message_en


def test_a_sheet_that_is_seen_is_not_called_hidden(told):
    assert "隐藏" not in told["beside"][0] and "hidden" not in told["beside"][1]


def test_no_example_is_of_another_place_or_year(rulebook):
    """Under every plan, for every kind of reporter, and where the reporter is not known."""
    for regime in rulebook.regimes.values():
        kinds = {reporter.kind: reporter for reporter in regime.reporters.values()}
        for reporter in (*kinds.values(), None):
            for rule in rulebook.rules.values():
                texts = worded(rule, None, rulebook, regime=regime, reporter=reporter, origin={}, value="？")
                assert not re.search(_ELSEWHERE if regime.key != "ankang-2024" else "2019", " ".join(texts)), rule.code


_ELSEWHERE = "紫阳|汉滨|2024"


def test_the_office_of_an_example_is_one_that_reports_under_the_plan(rulebook):
    for regime in rulebook.regimes.values():
        for reporter in (*regime.reporters.values(), None):
            case = Case(rulebook.rules["S14"], regime, reporter, {}, {}, None, None, None, None, None, None)
            named = regime.reporter_named(PLACEHOLDERS["office"](case, rulebook, "zh"))
            assert named is not None and named is (reporter or named)


def test_a_long_cell_is_quoted_in_part(told):
    assert "长" * 201 not in told["long"][0]


def test_every_name_the_rulebook_allows_in_its_texts_stands_for_something():
    assert set(PLACEHOLDERS) == loader.PLACEHOLDERS


KNOWN = {
    "params": {
        **{
            "declared": "紫阳县政府",
            "heading": "填报单位",
            "card": "汉阴县",
            "rows_of": "汉阴县",
            "folder": "汉滨区",
            "option": "白河县",
        },
        **{"owed": ["midyear", "annual"], "receipt": 7, "others": "去年", "file": "统计表.xlsx"},
        **{"printed": "100", "computed": "99.5", "difference": "0.5", "unit": "万吨"},
        **{
            "hidden": "去年",
            "measure": "sheets",
            "found": 70,
            "limit": 64,
            "rows": [("紫阳县水泥厂", "统计表", 7)],
            "count": 1,
            "spanned": 3,
        },
    },
    **{"category": "能耗", "row": 9, "industry": "水泥", "duplicate_of": "000001:1:5", "categories_not_own": "能耗"},
    **{"threshold_missed": "0:1080", "amount_of_others": "30万吨:300000万吨", "category_without_standard": "能耗"},
    **{"code_of_other": "紫阳县汉江水泥厂", "enterprise_text": "紫阳县华安水泥有限公司", "capacity_text": "30万吨"},
    **{"dismantled_on_too_early": "2024年6月1日", "equipment_text": "机立窑2座", "equipment_count": 2},
}
"""All a row or an observation can tell at once."""

FIELD_OF_RULE = {"S04": "category", "S05": "category", "F04": "capacity", "F06": "category"} | {
    **{
        "F01": "enterprise",
        "F07": "industry",
        "F08": "industry",
        "F10": "county",
        "F15": "enterprise",
        "F16": "category",
        "F02": "capacity",
        "R04": "dismantled_on",
        "R06": "method",
        "F19": "method",
    }
}


FIELD_OF_VARIANT = {"too_few": ("rectification", "months_given"), "too_long": ("rectification", "extension_months")}
"""Form and field of what only another form can be told."""

DEPARTMENT = "610900-yjgl"


def worded(rule, variant, rulebook, **changes):
    """The four texts of a rule where all is known."""
    regime = rulebook.regimes["ankang-2024"]
    submission = {"file": "统计表.xlsx", "round": "annual", "declared_reporter": "某县人民政府"}
    form, field = FIELD_OF_VARIANT.get(
        variant, (variant if variant in rulebook.forms else None, FIELD_OF_RULE.get(rule.code))
    )
    submission |= {"form": form}
    known = KNOWN | ({"named_before": "紫阳县水泥厂"} if variant == "named_otherwise" else {})
    told = {"origin": known, "field": field, "cell": "G5", "value": "水尼"} | changes
    told = {"regime": regime, "reporter": regime.reporters[DEPARTMENT if rule.code == "F16" else "610924"]} | told
    blanks = ("enterprise", "capacity", "category") if variant == "unfinished_row" else ()
    case = Case(rule, submission=submission, variant=variant, sheet="统计表", found=None, blanks=blanks, **told)
    return put_into_words(case, rulebook)


@pytest.mark.parametrize(
    ("code", "variant"),
    [(rule.code, variant) for rule in load().rules.values() for variant in (None, *rule.variants)],
)
def test_every_rule_says_something_concrete_in_both_languages_and_leaves_no_name_open(rulebook, code, variant):
    rule = rulebook.rules[code]
    message, message_en, remedy, remedy_en = worded(rule, variant, rulebook)
    for text in (message, message_en, remedy, remedy_en):
        assert text and not re.search(r"[{}]|“”|\"\"|None", text), text
        assert NOT_KNOWN["zh"] not in text and NOT_KNOWN["en"] not in text, text
    assert re.search(r"“[^”]+”|[0-9G]", message) and re.search(r'"[^"]+"|[0-9G]', message_en)
    assert re.search(r"例如|“[^”]+”|[0-9]", remedy) and re.search(r"for example|\"[^\"]+\"|[0-9一-龥]", remedy_en)


def test_a_department_is_told_only_its_own_categories(rulebook):
    """What is not its own F16 would reject: neither the words that may stand nor the nearest one name it."""
    reporter = rulebook.regimes["ankang-2024"].reporters[DEPARTMENT]
    _, _, remedy, _ = worded(rulebook.rules["F06"], "unknown_category", rulebook, reporter=reporter, value="环境")
    foreign = set(CATEGORIES) - set(reporter.categories)
    assert foreign and not [category for category in foreign if category in remedy]
    assert [category for category in reporter.categories if category in remedy] == list(reporter.categories)


def test_where_a_row_has_one_category_none_is_told_to_write_several(rulebook):
    _, _, remedy, _ = worded(rulebook.rules["F06"], "unknown_single_category", rulebook, value="环境")
    assert "一个" in remedy and "几个" not in remedy and "最接近的是“环保”" in remedy


@pytest.mark.parametrize(
    ("form", "field", "remedy_for_none"),
    [("acceptance", "photos_during", "写“0”"), ("rectification", "months_given", "留空")],
)
def test_a_number_that_must_be_there_is_not_told_to_be_left_blank(rulebook, form, field, remedy_for_none):
    submission = {"file": "统计表.xlsx", "round": "annual", "form": form}
    regime = rulebook.regimes["ankang-2024"]
    case = Case(
        *(rulebook.rules["F02"], regime, regime.reporters["610924"], submission, {}),
        **{
            "field": field,
            "variant": "not_whole_number",
            "sheet": "表",
            "cell": "V8",
            "value": "3张左右",
            "found": None,
        },
    )
    assert f"没有的{remedy_for_none}。" in put_into_words(case, rulebook)[2]


@pytest.mark.parametrize("code", ["S05", "S07", "S12", "S15", "S19", "F06", "F08", "F10", "R06"])
def test_a_sentence_about_what_is_not_known_is_left_out(rulebook, code):
    rule = rulebook.rules[code]
    known_cell = "G5" if rule.scope in ("cell", "row") else None
    message, _, remedy, _ = worded(rule, None, rulebook, origin={}, cell=known_cell, value="？")
    assert message and remedy and NOT_KNOWN["zh"] not in message + remedy


@pytest.mark.parametrize(
    ("issued_for", "cycle"),
    [
        (
            {"regime": "ankang-2024", "round": "plan"},
            "“安康市2024年利用综合标准依法依规推动落后产能退出工作方案（年度计划）”",
        ),
        ({"regime": "weihai-2022", "round": "annual"}, "工作方案（年度）”"),
        ({"regime": "ankang-2030", "round": "plan"}, "“ankang-2030（年度计划）”"),
    ],
)
def test_a_workbook_issued_for_another_cycle_is_to_be_replaced_and_its_title_left_alone(rulebook, issued_for, cycle):
    origin = {"params": {"what": "card", **issued_for}}
    message, _, remedy, _ = worded(rulebook.rules["S08"], "card", rulebook, origin=origin, cell=None, value=None)
    assert cycle in message and message.endswith("这次收的轮次是年度。")
    assert "改用为这次报送下发的表" in remedy and "标题" not in remedy


@pytest.mark.parametrize(
    ("value", "meant"), [("１O0O吨", "1000吨"), ("5OOO吨", "5000吨"), ("O.5万吨", "0.5万吨"), ("l0万吨", "10万吨")]
)
def test_letters_for_digits_are_told_with_the_number_that_is_meant(rulebook, value, meant):
    _, _, remedy, _ = worded(rulebook.rules["F02"], None, rulebook, value=value)
    assert f"例如改为“{meant}”" in remedy


@pytest.mark.parametrize(
    ("value", "nearest"), [("10万顿", "万吨"), ("二十万顿", "万吨"), ("10W吨", "万吨"), ("顿", "吨")]
)
def test_a_unit_is_told_with_the_one_that_is_meant(rulebook, value, nearest):
    for variant in ("unknown_unit", "not_known"):
        assert f"最接近的是“{nearest}”" in worded(rulebook.rules["F04"], variant, rulebook, value=value)[2]


def test_a_unit_of_something_else_has_none_that_is_meant(rulebook):
    assert "最接近" not in worded(rulebook.rules["F04"], "unit_not_of_industry", rulebook, value="30万米")[2]


def test_a_receipt_is_named_as_it_is_printed(rulebook):
    assert "000007" in worded(rulebook.rules["S15"], None, rulebook)[0]


def test_a_contradiction_quotes_only_what_was_told(builder):
    builder.submission().observation(
        "reporter_contradiction", cell="A2", value="汉阴县", heading="汉阴县", folder="紫阳县"
    )
    [message] = builder.findings()["message"]
    assert "“汉阴县”" in message and "文件放在“紫阳县”" in message and "下发时" not in message and "指定" not in message
