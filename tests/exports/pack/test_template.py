"""The issued workbook read back: headings the form knows, the right drop-downs, what can be changed, the card."""

from __future__ import annotations

import openpyxl
import pytest

from exports.answers.template import (
    HEADER_ROW,
    RULED_ROWS,
    column_of,
    issue_templates,
    list_methods,
    write_template,
)
from rulebook import CATEGORIES, EXIT_TABLE, load
from rulebook.card import KEY_VARIABLE, is_genuine

FORM = load().forms[EXIT_TABLE]
HEADINGS = FORM.issued
HEADING_ROW = HEADER_ROW + 1
FIRST_ROW = HEADING_ROW + 1


def issue(rulebook, folder, reporter, regime="ankang-2024"):
    path = folder / "template.xlsx"
    write_template(regime, "annual", reporter, path, rulebook)
    return openpyxl.load_workbook(path)


@pytest.fixture(scope="module")
def county_book(rulebook, tmp_path_factory):
    return issue(rulebook, tmp_path_factory.mktemp("county"), "610921")


def accepted(book, field):
    """What the cells of a field's column accept."""
    sheet = book.worksheets[0]
    cell = sheet.cell(FIRST_ROW, column_of(FORM, field) + 1).coordinate
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if cell in rule.sqref)
    return rule


def offered(book, field):
    """What the drop-down of a field's column offers."""
    lists, cells = accepted(book, field).formula1.lstrip("=").split("!")
    found = book[lists][cells.replace("$", "")]
    return [cell.value for (cell,) in found] if isinstance(found, tuple) else [found.value]


def card_of(book):
    return {name.value: text.value for name, text in book["_huizong"].iter_rows()}


def test_every_heading_is_one_the_form_knows(rulebook):
    fields = rulebook.forms[EXIT_TABLE].fields

    assert {heading.heading for heading in HEADINGS if heading.heading not in fields[heading.field].headings} == set()


def test_the_title_names_place_and_year_and_the_reporter_is_filled_in(county_book):
    sheet = county_book.worksheets[0]

    assert sheet["A1"].value == "安康市2024年落后产能退出情况统计表"
    assert sheet["A3"].value == "填报单位（盖章）：汉阴县"
    assert [cell.value for cell in sheet[HEADING_ROW]] == [heading.heading for heading in HEADINGS]


def test_a_county_is_offered_itself_only_and_nothing_else_is_accepted(county_book):
    assert offered(county_book, "county") == ["汉阴县"]
    assert accepted(county_book, "county").errorStyle in (None, "stop")


def test_a_department_is_offered_every_county_and_zone_of_its_city(rulebook, tmp_path):
    counties = offered(issue(rulebook, tmp_path, "610900-sthj"), "county")

    assert len(counties) == 12
    assert {"汉滨区", "旬阳市", "恒口示范区"} <= set(counties)


def test_the_other_drop_downs_offer_the_words_of_the_rulebook(county_book, rulebook):
    regime = rulebook.regimes["ankang-2024"]

    assert offered(county_book, "category") == list(CATEGORIES)
    assert offered(county_book, "method") == ["关停", "停业", "关闭", "取缔", "拆除", "封存"]
    assert tuple(offered(county_book, "industry")[: len(regime.key_industries)]) == regime.key_industries
    assert "台" in offered(county_book, "quantity_unit")


def told_of_categories(book):
    """All that a workbook says of 淘汰类别: what it offers, prompts, warns and explains."""
    rule = accepted(book, "category")
    words = offered(book, "category") if rule.type == "list" else []
    return "".join([*words, rule.prompt, rule.error, book.worksheets[0]["A2"].value])


@pytest.mark.parametrize("reporter", ["610921", "610900-fgw", "610900-sthj"])
def test_a_reporter_is_offered_and_told_its_own_categories_only(rulebook, tmp_path, reporter):
    own = rulebook.regimes["ankang-2024"].reporters[reporter].categories
    book = issue(rulebook, tmp_path, reporter)

    assert tuple(offered(book, "category")) == own
    assert {category for category in CATEGORIES if category in told_of_categories(book)} == set(own)


@pytest.mark.parametrize(
    ("regime", "reporter", "what_to_do"),
    [("shenzhen-2019", "440300-swj", "联系"), ("shaanxi-2018", "610900-swj", "留空")],
)
def test_a_department_without_categories_is_offered_none_and_told_why(rulebook, tmp_path, regime, reporter, what_to_do):
    book = issue(rulebook, tmp_path, reporter, regime)

    assert not [category for category in CATEGORIES if category in told_of_categories(book)]
    assert "都会被退回" in accepted(book, "category").prompt
    assert what_to_do in accepted(book, "category").prompt
    assert accepted(book, "category").errorStyle == "warning", "anything typed is kept once it is confirmed"


def test_units_are_those_industries_are_counted_in_and_the_prompt_says_which(county_book):
    units = offered(county_book, "unit")

    assert units[0] == "万吨"
    assert {"万块标砖", "万米", "万重量箱", "吨/日"} <= set(units)
    assert "吨" not in units
    assert "水泥、有色、化工、钢铁填“万吨”。" in accepted(county_book, "unit").prompt


def test_what_is_typed_instead_is_kept_after_a_warning(county_book):
    fields = [
        "industry",
        "quantity",
        "quantity_unit",
        "capacity",
        "unit",
        "category",
        "method",
        "credit_code",
        "shut_on",
    ]

    assert {field for field in fields if accepted(county_book, field).errorStyle != "warning"} == set()


def test_integration_is_offered_where_the_regime_lets_it_count(rulebook):
    assert "整合退出" in list_methods(rulebook.regimes["weihai-2022"])
    assert "整合退出" not in list_methods(rulebook.regimes["ankang-2024"])


def test_the_nil_return_is_a_choice_right_of_its_label(county_book):
    sheet = county_book.worksheets[0]
    (label,) = (cell for row in sheet.iter_rows() for cell in row if cell.value == FORM.nil_label)
    answer = label.offset(column=1)
    (rule,) = (rule for rule in sheet.data_validations.dataValidation if answer.coordinate in rule.sqref)

    assert rule.formula1 == '"是,否"'
    assert answer.value is None


@pytest.mark.parametrize(
    "regime", ["ankang-2024", "liaocheng-2025", "shaanxi-2018", "shandong-2017", "shenzhen-2019", "weihai-2022"]
)
def test_every_column_of_every_regime_has_a_prompt(rulebook, tmp_path, regime):
    reporter = next(iter(rulebook.regimes[regime].reporters))
    book = issue(rulebook, tmp_path, reporter, regime)

    # XlsxWriter leaves out a check whose prompt or warning is longer than a workbook may hold
    assert all(accepted(book, heading.field).prompt for heading in HEADINGS)
    assert not any("{" in accepted(book, heading.field).prompt for heading in HEADINGS)


def test_what_is_written_is_locked_and_what_is_to_be_filled_in_is_not(county_book):
    sheet = county_book.worksheets[0]
    written = [cell for row in sheet.iter_rows(max_row=HEADING_ROW) for cell in row if cell.value]
    columns = sheet.column_dimensions.values()

    assert sheet.protection.sheet
    assert sheet.protection.password is None
    assert not (sheet.protection.insertRows or sheet.protection.deleteRows or sheet.protection.autoFilter)
    assert all(cell.protection.locked for cell in written)
    assert not any(cell.protection.locked for row in sheet.iter_rows(min_row=FIRST_ROW) for cell in row)
    # a row can be deleted only where it has no locked cell at all
    assert max(column.max for column in columns) == 16_384
    assert not any(column.protection.locked for column in columns)


def test_headings_stay_in_sight_and_on_every_page(county_book):
    sheet = county_book.worksheets[0]

    assert sheet.freeze_panes == f"A{FIRST_ROW}"
    assert sheet.print_title_rows == f"${HEADING_ROW}:${HEADING_ROW}"
    assert (sheet.page_setup.orientation, sheet.page_setup.fitToHeight) == ("landscape", 0)


def test_the_sheet_says_that_it_is_no_larger_than_what_is_written_and_ruled(rulebook, tmp_path):
    issue(rulebook, tmp_path, "610921")
    # a quick reader believes the size a sheet tells of itself
    sheet = openpyxl.load_workbook(tmp_path / "template.xlsx", read_only=True).worksheets[0]

    assert (sheet.max_column, sheet.max_row) == (len(HEADINGS), HEADING_ROW + RULED_ROWS)


def test_the_card_says_for_whom_and_for_what_it_was_issued_and_is_signed(county_book):
    card = card_of(county_book)

    assert county_book["_huizong"].sheet_state == "veryHidden"
    assert card.pop("signature")
    assert card == {
        "reporter": "610921",
        "regime": "ankang-2024",
        "round": "annual",
        "form": EXIT_TABLE,
        "version": "2",
    }
    assert [sheet.title for sheet in county_book if sheet.sheet_state == "visible"] == ["统计表"]


def test_the_card_is_signed_with_the_key_of_the_environment(county_book, rulebook, tmp_path, monkeypatch):
    monkeypatch.setenv(KEY_VARIABLE, "the province's own")
    card = card_of(issue(rulebook, tmp_path, "610921"))

    assert is_genuine(card)
    assert not is_genuine(card_of(county_book))
    monkeypatch.delenv(KEY_VARIABLE)
    assert not is_genuine(card)


def test_every_reporter_gets_a_workbook_and_issuing_again_changes_nothing(rulebook, tmp_path):
    paths = issue_templates("ankang-2024", "annual", tmp_path, rulebook)
    before = {path: path.read_bytes() for path in paths}

    assert {path.parent.name for path in paths} == set(rulebook.regimes["ankang-2024"].reporters)
    assert issue_templates("ankang-2024", "annual", tmp_path, rulebook) == paths
    assert {path: path.read_bytes() for path in paths} == before
