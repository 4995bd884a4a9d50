"""The issued workbook read back: headings the form knows, the right drop-downs, the card."""

from __future__ import annotations

import openpyxl
import pytest

from exports.template import HEADINGS, NIL_LABEL, issue_templates, list_methods, write_template
from rulebook import CATEGORIES, EXIT_TABLE

HEADER_ROW = 5


def issue(rulebook, folder, reporter):
    path = folder / "template.xlsx"
    write_template("ankang-2024", "annual", reporter, path, rulebook)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def county_book(rulebook, tmp_path_factory):
    return issue(rulebook, tmp_path_factory.mktemp("county"), "610921")


def offered(book, heading):
    """What the drop-down below ``heading`` offers."""
    sheet = book.worksheets[0]
    column = next(cell for cell in sheet[HEADER_ROW] if cell.value == heading).column_letter
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if f"{column}{HEADER_ROW + 1}" in rule.sqref)
    lists, cells = rule.formula1.lstrip("=").split("!")
    return [cell.value for (cell,) in book[lists][cells.replace("$", "")]]


def test_every_heading_is_one_the_form_knows(rulebook):
    fields = rulebook.forms[EXIT_TABLE].fields

    assert {heading.text for heading in HEADINGS if heading.text not in fields[heading.field].headings} == set()


def test_the_title_names_place_and_year_and_the_reporter_is_filled_in(county_book):
    sheet = county_book.worksheets[0]

    assert sheet["A1"].value == "安康市2024年落后产能退出情况统计表"
    assert sheet["A3"].value == "填报单位（盖章）：汉阴县"
    assert [cell.value for cell in sheet[HEADER_ROW]] == [heading.text for heading in HEADINGS]


def test_a_county_is_offered_itself_only(county_book):
    assert offered(county_book, "县（市、区）") == ["汉阴县"]


def test_a_department_is_offered_every_county_and_zone_of_its_city(rulebook, tmp_path):
    counties = offered(issue(rulebook, tmp_path, "610900-sthj"), "县（市、区）")

    assert len(counties) == 12
    assert {"汉滨区", "旬阳市", "恒口示范区"} <= set(counties)


def test_the_other_drop_downs_offer_the_words_of_the_rulebook(county_book, rulebook):
    regime = rulebook.regimes["ankang-2024"]

    assert offered(county_book, "淘汰类别") == list(CATEGORIES)
    assert offered(county_book, "退出方式") == ["关停", "停业", "关闭", "取缔", "拆除", "封存"]
    assert tuple(offered(county_book, "行业")[: len(regime.key_industries)]) == regime.key_industries
    assert {"万吨", "万块标砖", "万米"} <= set(offered(county_book, "计量单位"))


def test_integration_is_offered_where_the_regime_lets_it_count(rulebook):
    assert "整合退出" in list_methods(rulebook.regimes["weihai-2022"])
    assert "整合退出" not in list_methods(rulebook.regimes["ankang-2024"])


def test_the_nil_return_is_a_choice_right_of_its_label(county_book):
    sheet = county_book.worksheets[0]
    (label,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == NIL_LABEL)
    answer = label.offset(column=1)
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if answer.coordinate in rule.sqref)

    assert rule.formula1 == '"是,否"'
    assert answer.value is None


def test_prompts_are_short_enough_for_a_workbook_to_show(county_book):
    prompts = [rule.prompt for rule in county_book.worksheets[0].data_validations.dataValidation]

    assert all(prompt and len(prompt) <= 255 for prompt in prompts)


def test_the_card_says_for_whom_and_for_what_it_was_issued(county_book):
    card = county_book["_huizong"]

    assert card.sheet_state == "veryHidden"
    assert {key.value: value.value for key, value in card["A1:B5"]} == {
        "reporter": "610921",
        "regime": "ankang-2024",
        "round": "annual",
        "form": EXIT_TABLE,
        "version": "1",
    }
    assert [sheet.title for sheet in county_book if sheet.sheet_state == "visible"] == ["统计表"]


def test_every_reporter_gets_a_workbook_and_issuing_again_changes_nothing(rulebook, tmp_path):
    paths = issue_templates("ankang-2024", "annual", tmp_path, rulebook)
    before = {path: path.read_bytes() for path in paths}

    assert {path.parent.name for path in paths} == set(rulebook.regimes["ankang-2024"].reporters)
    assert issue_templates("ankang-2024", "annual", tmp_path, rulebook) == paths
    assert {path: path.read_bytes() for path in paths} == before
