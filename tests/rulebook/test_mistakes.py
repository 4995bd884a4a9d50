"""Every mistake in a rulebook file stops the start and is told with file and line, Chinese first."""

import shutil
from typing import NamedTuple

import pytest

from rulebook import RulebookError, load


class Mistake(NamedTuple):
    """What is written instead of what, where the file then is wrong, and what must be said about it."""

    right: str
    wrong: str
    marker: str
    message_zh: str
    message_en: str


REGIME = "regimes/ankang-2030.yml"
FORM = "forms/exit_statistics.yml"
RULES = "rules.yml"

IN_A_REGIME = {
    "unknown key": Mistake("level: city", "level: city\ncolour: red", "colour", "不认识的键", "unknown key"),
    "missing key": Mistake("year: 2030\n", "", "key: ankang-2030", "缺少“year”", "'year' is missing"),
    "duplicate key": Mistake("year: 2030", "year: 2030\nyear: 2031", "year: 2031", "写了两次", "written twice"),
    "code without quotes": Mistake('area: "610900"', "area: 610900", "area:", "请加引号", "in quotes"),
    "wrong word": Mistake("level: city", "level: town", "town", "只能是 city、province", "not possible here"),
    "unknown area": Mistake('area: "610900"', 'area: "619900"', "619900", "没有代码为“619900”", "no division has"),
    "unknown county": Mistake('of: ["610900"]', 'of: ["610999"]', "610999", "没有代码为“610999”", "no division has"),
    "county elsewhere": Mistake('of: ["610900"]', 'of: ["610881"]', "610881", "不在本方案的地区", "not lie within"),
    "unknown zone": Mistake("610900-q01", "610900-q77", "610900-q77", "没有代码为“610900-q77”", "no division has"),
    "county for a zone": Mistake("610900-q01", '"610924"', '"610924"', "这里应为 zone", "must be a zone"),
    "reporter twice": Mistake("610900-sthj", "610900-fgw", "610900-fgw\n      name: 安康市生", "写了两次", "twice"),
    "unknown name in braces": Mistake("{short}", "{shirt}", "aliases:", "只能用 {name}{short}", "only {name}{short}"),
    "day no calendar has": Mistake("2030-12-31", "2030-12-32", "2030-12-32", "“2030-12-32”不是日期", "is no date"),
    "date that is none": Mistake("2030-12-31", "年底", "年底", "“年底”不是日期", "'年底' is no date"),
    "neither quote nor ours": Mistake(
        "  - {who: county, what: summary, round: annual, due: 2030-12-31, ours: 试行}",
        "  - {who: county, what: summary, round: annual, due: 2030-12-31}",
        "  - {who: county, what: summary",
        "缺少出处",
        "quote or ours",
    ),
    "both quote and ours": Mistake(
        "  names: [水泥, 有色]", "  names: [水泥, 有色]\n  ours: 试行", "key_industries", "只能写一个", "not both"
    ),
    "sentence not in the plan": Mistake(
        "quote: 以水泥", "quote: 以水尼", "quote: 以水尼", "没有这句话", "no such sentence"
    ),
    "unknown industry": Mistake(
        "names: [水泥,", "names: [水尼厂,", "水尼厂", "行业表里没有“水尼厂”", "has no '水尼厂'"
    ),
    "unknown category": Mistake(
        "[环保]", "[环境]", "[环境]", "“环境”不能用，只能是 能耗、环保", "'环境' is not possible"
    ),
    "clock of no category": Mistake("  环保: {", "  环境: {", "  环境: {", "“环境”不能用", "'环境' is not possible"),
    "category without clock": Mistake(
        "  安全: {stop_at_once: true, ours: 试行}\n", "", "clocks:", "缺少“安全”", "安全 is"
    ),
    "unknown form field": Mistake("[county,", "[contry,", "contry", "没有字段“contry”", "no field 'contry'"),
    "unknown deliverable": Mistake("what: summary", "what: sumary", "sumary", "“sumary”不能用", "'sumary' is not"),
    "two due days": Mistake(
        "what: summary",
        "what: exit_statistics",
        "due: 2030-12-31",
        "两个统计表期限",
        "exit table of the round annual twice",
    ),
    "unknown reporter": Mistake(
        "due: 2030-12-20,",
        "due: 2030-12-20, who_codes: [610900-x],",
        "who_codes",
        "没有代码为“610900-x”",
        "no county among",
    ),
    "unknown parent": Mistake("parent: null", "parent: shaanxi-1824", "shaanxi-1824", "没有方案", "no regime"),
    "key of another file": Mistake("key: ankang-2030", "key: ankang-2031", "ankang-2031", "不一致", "differs from"),
    "unknown document": Mistake(
        "threshold_documents: []",
        "threshold_documents: [{name: 某表, ours: 试行}]",
        "某表",
        "没有文件“某表”",
        "no reference table knows",
    ),
    "word for a number": Mistake("year: 2030", "year: 今年", "今年", "“今年”应为整数", "'今年' of 'year' is no whole"),
    "word for a list": Mistake(
        "categories: [环保]", "categories: 环保", "categories: 环保", "应为列表", "must be a list"
    ),
    "word for keys": Mistake("{ours: 没有规定}", "没有规定", "没有规定", "应写“键: 值”", "write keys with values"),
    "nothing": Mistake("name: 安康市生态环境局", 'name: ""', 'name: ""', "“name”不能为空", "'name' cannot be empty"),
    "neither yes nor no": Mistake(
        "stop_at_once: true", "stop_at_once: 马上", "马上", "true 或 false", "neither true nor"
    ),
    "no YAML": Mistake("year: 2030", 'year: "2030" x', "year: ", "YAML 格式有误", "no valid YAML"),
}

IN_A_FORM = {
    "heading of two fields": Mistake(
        "[计量单位,", "[涉及产能,", "[涉及产能,", "已经属于字段 capacity", "already belongs"
    ),
    "implied by no heading": Mistake("矿井名称: {", "矿山名称: {", "矿山名称: {", "不是这个字段的表头", "no heading"),
    "implied industry": Mistake("煤矿: {industry: 煤炭}", "煤矿: {industry: 煤团}", "煤团", "没有“煤团”", "no '煤团'"),
    "required field": Mistake(
        "required: [county,", "required: [contry,", "contry", "没有字段“contry”", "no field 'contry'"
    ),
}

IN_THE_RULES = {
    "rule twice": Mistake(
        "code: S01",
        "code: S00",
        "code: S00\n    scope: file\n    severity: reject\n    waivable: false\n    message_zh: 您的文件",
        "S00 写了两次",
        "S00 is written twice",
    ),
    "unknown name in evidence": Mistake(
        "计划表：收件 {other_submission}",
        "计划表：收件 {other_receipt}",
        "计划表：收件 {other_receipt}",
        "没有占位符 {other_receipt}",
        "no placeholder {other_receipt}",
    ),
    "unknown placeholder": Mistake(
        "“{file}”打不开", "“{fail}”打不开", "{fail}", "没有占位符 {fail}", "no placeholder {fail}"
    ),
    "unknown severity": Mistake(
        "severity: note", "severity: hint", "hint", "只能是 reject、explain、note", "not possible"
    ),
}

IN_A_TABLE = {
    "divisions": Mistake("610924,紫阳县,county,610900", "610924,紫阳县,county,619900", "619900", "619900", "619900"),
    "zones": Mistake("610900,610900-q01", "610999,610900-q01", "610999", "没有代码为 610999", "no division has"),
    "capacity_units": Mistake("千吨,0.1", "千吨,零点一", "零点一", "“零点一”不是换算系数", "'零点一' is no factor"),
    "equipment_thresholds": Mistake("2022-07-04", "2022-07-34", "2022-07-34", "日期或数字", "a date or a number"),
    "energy_standards": Mistake("水泥,GB", "水泥GB", "水泥GB", "列数与表头不符", "the number of cells"),
    "industries": Mistake("name,gbt", "nam,gbt", "nam,gbt", "表头应为 name,", "the heading must be name,"),
}

IN_AN_INDUSTRY = {
    "unknown": Mistake(
        "造纸,C222,造纸,轻工", "造纸,C222,造纸,经工", "经工", "没有“经工”这个行业", "no industry '经工'"
    ),
    "in itself": Mistake("轻工,,,,", "轻工,,,造纸,", "轻工,,,造纸", "它自己又归入别的行业", "lies in another itself"),
}


def spoil(folder, name, mistake):
    """Write the mistake into a rulebook file and return how the problem must begin: file and line."""
    file = folder / name
    right = file.read_text(encoding="utf-8")
    assert mistake.right in right
    wrong = right.replace(mistake.right, mistake.wrong, 1)
    file.write_text(wrong, encoding="utf-8")
    return f"{file}:{wrong[: wrong.index(mistake.marker)].count(chr(10)) + 1}: "


def assert_told(folder, name, mistake):
    beginning = spoil(folder, name, mistake)
    with pytest.raises(RulebookError) as caught:
        load(folder)
    told = [str(problem) for problem in caught.value.problems]
    said = [text.removeprefix(beginning).split(" / ", 1) for text in told if text.startswith(beginning)]
    assert any(mistake.message_zh in zh and mistake.message_en in en for zh, en in said), told
    assert all(text in str(caught.value) for text in told)


@pytest.mark.parametrize("mistake", IN_A_REGIME.values(), ids=IN_A_REGIME.keys())
def test_a_mistake_in_a_regime_is_told_with_file_and_line(own_rulebook, mistake):
    assert_told(own_rulebook, REGIME, mistake)


@pytest.mark.parametrize("mistake", IN_A_FORM.values(), ids=IN_A_FORM.keys())
def test_a_mistake_in_a_form_is_told_with_file_and_line(own_rulebook, mistake):
    assert_told(own_rulebook, FORM, mistake)


@pytest.mark.parametrize("mistake", IN_THE_RULES.values(), ids=IN_THE_RULES.keys())
def test_a_mistake_in_the_rules_is_told_with_file_and_line(own_rulebook, mistake):
    assert_told(own_rulebook, RULES, mistake)


@pytest.mark.parametrize(("table", "mistake"), IN_A_TABLE.items(), ids=IN_A_TABLE.keys())
def test_a_mistake_in_a_table_is_told_with_file_and_line(own_rulebook, table, mistake):
    assert_told(own_rulebook, f"reference/{table}.csv", mistake)


@pytest.mark.parametrize("mistake", IN_AN_INDUSTRY.values(), ids=IN_AN_INDUSTRY.keys())
def test_what_an_industry_lies_in_is_an_industry_that_lies_in_none(own_rulebook, mistake):
    assert_told(own_rulebook, "reference/industries.csv", mistake)


def test_all_mistakes_are_told_at_once(own_rulebook):
    second = own_rulebook / "regimes" / "ankang-2031.yml"
    shutil.copy(own_rulebook / REGIME, second)
    spoil(own_rulebook, REGIME, IN_A_REGIME["unknown industry"])
    spoil(own_rulebook, REGIME, IN_A_REGIME["unknown county"])

    with pytest.raises(RulebookError) as caught:
        load(own_rulebook)

    assert [problem.file.name for problem in caught.value.problems].count("ankang-2030.yml") == 2
    assert f"{second}:2: key “ankang-2030”" in str(caught.value)
    assert str(caught.value).startswith(f"规则库有 {len(caught.value.problems)} 处错误")


@pytest.mark.parametrize("name", [RULES, "reference/industries.csv"])
def test_a_missing_file_is_told_by_name(own_rulebook, name):
    (own_rulebook / name).unlink()

    with pytest.raises(RulebookError, match=name):
        load(own_rulebook)


def test_a_quotation_without_the_plans_text_is_refused(own_rulebook):
    (own_rulebook / "plans" / "ankang-2030.txt").unlink()

    with pytest.raises(RulebookError, match="没有这句话"):
        load(own_rulebook)
