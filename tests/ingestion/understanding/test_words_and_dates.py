"""Categories, methods, dates, enterprise names and credit codes as they are written."""

import csv
from datetime import date, datetime, time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum.cn import uscc

from ingestion.understanding import (
    PlaceNames,
    enterprise_key,
    name_problem,
    read_categories,
    read_credit_code,
    read_date,
    read_days,
    read_method,
)

FOLDER = Path(__file__).parent
ZIYANG = {"紫阳县": "紫阳县", "安康市": "安康市", "陕西省": "陕西省"}
REAL_NAMES = FOLDER.parents[1] / "data" / "real_lists" / "enterprise_rows.csv"


def rows_of(path):
    with path.open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def meaning(field, text):
    """What a text means as one string, as `unseen_words.csv` has it; `?` before words that are none."""
    if field == "category":
        words, unknown = read_categories(text)
        return "?" + " ".join(unknown) if unknown else " ".join(words)
    if field == "method":
        return read_method(text)[0] or "?"
    if field == "date":
        day, trouble = read_date(text)
        return trouble or day.isoformat()
    return "".join(filter(None, read_credit_code(text)))


@pytest.mark.parametrize("row", rows_of(FOLDER / "unseen_words.csv"), ids=lambda row: f"{row['field']} {row['text']}")
def test_understands_words_that_were_answered_unseen(row):
    """First run: dates 76 of 100, categories 50 of 72, methods 70 of 78, credit codes 24 of 25.

    Twenty texts of categories were answered too kindly and are labelled by the domain's section 4 since: its separators,
    and no other word.
    """
    assert meaning(row["field"], row["text"]) == row["meaning"]


@pytest.mark.parametrize("row", rows_of(FOLDER / "unseen_enterprise_names.csv"), ids=lambda row: row["one_name"])
def test_tells_enterprises_apart_as_answered_unseen(row):
    """First run: 35 of 35."""
    places = PlaceNames(ZIYANG | {"安康地区": "安康市"})
    is_same = enterprise_key(row["one_name"], places) == enterprise_key(row["other_name"], places)
    assert is_same == (row["enterprise"] == "same")


@pytest.mark.parametrize("row", rows_of(FOLDER / "unlikely_names.csv"), ids=lambda row: row["text"])
def test_a_name_that_is_short_a_placeholder_or_a_place_is_unlikely(row, reference):
    assert name_problem(row["text"], reference) == (row["problem"] or None)


def test_every_place_is_an_unlikely_name(reference):
    places = (name for division in reference.divisions.values() for name in (division.name, division.full_name))
    assert [name for name in places if name_problem(name, reference) is None] == []


def test_of_the_public_lists_only_a_short_form_is_an_unlikely_name(reference):
    names = {row["enterprise"] for row in rows_of(REAL_NAMES)}
    assert {name for name in names if name_problem(name, reference)} == {"马钢"}


@pytest.mark.parametrize(
    "text",
    [
        "能耗、技术",
        "技术,能耗",
        "能耗，技术",
        "能耗/技术",
        "能耗；技术",
        "技术 能耗",
        "技术\n能耗",
        "1、能耗；2、技术。",
    ],
)
def test_categories_come_in_their_order_whatever_separates_them(text):
    assert read_categories(text) == (("能耗", "技术"), ())


@pytest.mark.parametrize(
    "text", ["能耗不达标", "能耗标准不达标", "能耗超标", "不符合能耗标准", "（能耗）", " 能 耗".replace(" ", "")]
)
def test_that_the_standard_is_not_met_says_no_more_than_the_category(text):
    assert read_categories(text) == (("能耗",), ())


@pytest.mark.parametrize(
    "word", ["环境", "节能", "安全生产", "环境保护", "淘汰", "能耗和环保", "能耗能耗", "能耗类", "能耗方面", "能耗技术"]
)
def test_only_the_five_words_are_categories(word):
    assert read_categories(f"质量、{word}") == (("质量",), (word,))


def test_a_blank_names_no_category():
    assert read_categories(" ") == ((), ())


@pytest.mark.parametrize(
    "written",
    [
        date(2024, 12, 30),
        datetime(2024, 12, 30, 23, 59),
        45656,
        45656.75,
        "45656",
        "2024年12月30日",
        "２０２４年１２月３０日",
        "2024 年 12 月 30 日",
        "2024.12.30",
        "2024-12-30",
        "2024/12/30",
        "2024-12-30 00:00:00",
        "20241230",
        "二〇二四年十二月三十日",
        "二○二四年十二月三十日",
        "2024年12月30日前",
        "2024年12月30日之前",
    ],
)
def test_understands_a_day(written):
    assert read_date(written) == (date(2024, 12, 30), None)


@pytest.mark.parametrize(
    ("written", "day"),
    [
        ("2024年12月", date(2024, 12, 31)),
        ("2024年2月底", date(2024, 2, 29)),
        ("2024年2月初", date(2024, 2, 10)),
        ("2024年12月底前", date(2024, 12, 31)),
        ("2024-06", date(2024, 6, 30)),
        ("2024-6", date(2024, 6, 30)),
        ("2024/1", date(2024, 1, 31)),
        ("2024.6", date(2024, 6, 30)),
        (2024.6, date(2024, 6, 30)),
        (2024.12, date(2024, 12, 31)),
        ("2024年底", date(2024, 12, 31)),
        ("二〇二四年六月", date(2024, 6, 30)),
    ],
)
def test_a_month_without_a_day_means_its_last_day(written, day):
    assert read_date(written) == (day, None)


@pytest.mark.parametrize(
    ("written", "first"),
    [
        ("2024年5月12日", date(2024, 5, 12)),
        (date(2024, 5, 12), date(2024, 5, 12)),
        ("2024年5月", date(2024, 5, 1)),
        ("2024年5月中旬", date(2024, 5, 11)),
        ("2024年5月下旬", date(2024, 5, 21)),
        ("2024年5月初", date(2024, 5, 1)),
        ("2024年5月底", date(2024, 5, 21)),
        ("2024年底", date(2024, 12, 1)),
        ("2024年12月31日前", None),
        ("2024年5月底前", None),
    ],
)
def test_the_first_day_it_can_have_been_is_known_or_open(written, first):
    days, trouble = read_days(written)
    assert (days.first, trouble) == (first, None)


@pytest.mark.parametrize(
    "written",
    [
        "2024年2月30日",
        "2024-13-01",
        "2024.1",
        2024.1,
        "2024.16",
        "2024年",
        "2024",
        12,
        "待定",
        "12月30日",
        time(8, 0),
        True,
        "2024年13月",
    ],
)
def test_an_impossible_or_incomplete_date_is_bad(written):
    assert read_date(written) == (None, "bad_date")


@pytest.mark.parametrize("blank", [None, "", " "])
def test_a_blank_date_has_no_problem(blank):
    assert read_date(blank) == (None, None)


@pytest.mark.parametrize(
    ("text", "method"),
    [
        ("关停", "关停"),
        ("整体关停", "关停"),
        ("依法关闭", "关闭"),
        ("已拆除", "拆除"),
        ("关停并拆除主体设备", "拆除"),
        ("关停、未拆除", "关停"),
        ("断水断电、拆除动力装置并封存", "封存"),
        ("整合退出", "整合退出"),
        ("产能减量置换", "产能置换"),
        ("产能置换，设备已拆除", "产能置换"),
        ("核减产能", "核减"),
        ("转型转产", "转产"),
        ("责令停业", "停业"),
        ("依法取缔", "取缔"),
    ],
)
def test_understands_a_method(text, method):
    assert read_method(text) == (method, None)


@pytest.mark.parametrize("text", ["兼并重组", "停产", "断水断电", "未拆除", "计划拆除", "技改", "淘汰"])
def test_what_is_no_method_is_unknown(text):
    assert read_method(text) == (None, "unknown_method")


def test_a_blank_method_has_no_problem():
    assert read_method(" ") == (None, None)


@pytest.mark.parametrize(
    "name",
    [
        "紫阳县富达福利电石厂",
        "安康市紫阳县富达福利电石厂",
        "陕西 紫阳富达福利电石厂",
        "富达福利电石厂",
        "富达（福利）电石厂",
    ],
)
def test_one_enterprise_has_one_key(name):
    assert enterprise_key(name, PlaceNames(ZIYANG)) == "富达福利电石厂"


@pytest.mark.parametrize("name", ["林丰铝电有限责任公司", "林丰铝电有限公司", "林丰铝电公司", "林丰铝电（有限）公司"])
def test_the_names_of_a_limited_company_are_one(name):
    assert enterprise_key(name) == "林丰铝电公司"


@pytest.mark.parametrize(
    "name",
    [
        "林丰铝电有限司",
        "林丰铝电有限公",
        "林丰铝电限公司",
        "林丰铝电有限责公司",
        "林丰铝电有限公司司",
        "林丰铝电限责任公司",
    ],
)
def test_a_form_with_a_sign_missing_or_doubled_is_that_form(name):
    assert enterprise_key(name) == "林丰铝电公司"


@pytest.mark.parametrize("name", ["万有公司", "富有有限公司", "周公公司", "长城无限公司", "有限公司印刷厂"])
def test_a_name_that_ends_like_a_miswritten_form_keeps_all_its_signs(name):
    assert enterprise_key(name) == name.replace("有限公司", "公司")


def test_signs_between_digits_tell_enterprises_apart():
    names = ["汉滨水泥1-1厂", "汉滨水泥11厂", "汉滨水泥1.1厂", "汉滨水泥1+1厂", "汉滨水泥1、1厂"]
    assert len({enterprise_key(name) for name in names}) == len(names)
    assert len({enterprise_key(name) for name in ("+1", "-1", "1")}) == 3


@pytest.mark.parametrize(
    "name", ["汉滨水泥1—1厂", "汉滨水泥１－１厂", "汉滨水泥 1 - 1 厂", "汉滨（水泥）1——1厂", "汉滨·水泥1_1厂"]
)
def test_spellings_of_a_sign_between_digits_are_one(name):
    assert enterprise_key(name) == "汉滨水泥1-1厂"


@pytest.mark.parametrize("name", ["汉滨水泥（1）1厂", "汉滨水泥1 1厂", "汉滨-水泥“11”厂"])
def test_brackets_blanks_and_signs_elsewhere_tell_nothing(name):
    assert enterprise_key(name) == "汉滨水泥十一厂"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("顺昌第一水泥厂", "顺昌第1水泥厂"),
        ("顺昌水泥一厂", "顺昌水泥１厂"),
        ("顺昌二水泥厂", "顺昌②水泥厂"),
        ("顺昌水泥十号窑", "顺昌水泥10号窑"),
        ("顺昌第二十一砖厂", "顺昌第 21 砖厂"),
    ],
)
def test_a_number_in_another_style_is_that_number(one, other):
    assert enterprise_key(one) == enterprise_key(other) == one


@pytest.mark.parametrize(
    "name", ["365建材厂", "顺昌K2砖厂", "顺昌3D铸造厂", "顺昌101砖厂", "汉滨水泥1-1厂", "1顺昌砖厂", "顺昌08砖厂"]
)
def test_digits_that_may_be_more_than_a_number_stay(name):
    assert enterprise_key(name) == name


@pytest.mark.parametrize("name", ["林丰铝电股份有限公司", "林丰铝电有限公司紫阳分公司", "林丰铝电总公司"])
def test_another_company_is_not_taken_for_the_limited_one(name):
    assert enterprise_key(name) != "林丰铝电公司"


def test_a_place_stays_where_it_is_all_that_tells_the_enterprise():
    assert enterprise_key("紫阳县水泥厂", PlaceNames(ZIYANG)) == "紫阳水泥厂"
    assert enterprise_key("安康市水泥厂", PlaceNames(ZIYANG)) == "安康水泥厂"


@pytest.mark.parametrize("name", ["神木县水泥厂", "神木市水泥厂", "神木水泥厂", "榆林市神木县水泥厂"])
def test_a_place_that_stays_is_called_as_it_is_today(name):
    places = PlaceNames({"神木市": "神木市", "神木县": "神木市", "榆林市": "榆林市"})
    assert enterprise_key(name, places) == "神木水泥厂"


@pytest.mark.parametrize("name", ["紫阳县宏达水泥厂", "安康市紫阳县宏达水泥厂", "紫阳宏达水泥厂"])
def test_where_only_the_city_is_known_the_county_stays_before_the_name(name):
    places = PlaceNames({"安康市": "安康市"}, {"紫阳县": "紫阳县", "汉阴县": "汉阴县"})
    assert enterprise_key(name, places) == "紫阳宏达水泥厂"
    assert enterprise_key("安康市宏达水泥厂", places) == "宏达水泥厂"


def test_a_place_of_another_name_before_is_the_same_place():
    places = PlaceNames({"莱芜区": "莱芜区", "莱城区": "莱芜区"})
    assert enterprise_key("莱城区水泥厂", places) == enterprise_key("莱芜区水泥厂", places) == "莱芜水泥厂"


@pytest.mark.parametrize("code", ["91350100M000100Y43", "９１３５０１００Ｍ０００１００Ｙ４３", "91350100m000100y43"])
def test_accepts_a_credit_code_whose_check_character_fits(code):
    assert read_credit_code(code) == ("91350100M000100Y43", None)


@pytest.mark.parametrize(
    "code", ["91350100M000100Y44", "91350100M000100Y4", "91350100M000100Y433", "91350100I000100Y43", "无"]
)
def test_refuses_a_credit_code_of_wrong_length_alphabet_or_check_character(code):
    assert read_credit_code(code) == (None, "bad_code")


@given(st.from_regex(r"\A[0-9]{8}[0-9A-HJ-NPQRTUWXY]{9}\Z"), st.sampled_from("0123456789ABCDEFGHJKLMNPQRTUWXY"))
def test_a_credit_code_typed_plainly_is_judged_as_python_stdnum_judges_it(begun, last):
    right = begun + uscc.calc_check_digit(begun)
    assert read_credit_code(right) == (right, None)
    assert (read_credit_code(begun + last)[1] is None) == uscc.is_valid(begun + last)


def test_a_blank_credit_code_has_no_problem():
    assert read_credit_code("") == (None, None)


@given(st.text(max_size=60))
def test_no_text_raises(reference, text):
    read_categories(text)
    read_method(text)
    read_date(text)
    read_credit_code(text)
    enterprise_key(text, PlaceNames(ZIYANG))
    name_problem(text, reference)


@given(st.text(alphabet=st.sampled_from("0123456789年月日号.-/前底末二〇十一月 :"), max_size=24))
def test_no_date_raises(text):
    day, trouble = read_date(text)
    assert day is None or trouble is None
