"""The blank workbook a reporter fills in: the table of one form with drop-downs, prompts and a hidden card.

The card (a very hidden sheet) says for which reporter, regime, round and form the workbook was issued, so that nobody
has to guess when it comes back. Columns, prompts and instructions are the form's (rulebook/forms).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType

from xlsxwriter import Workbook
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_range_abs, xl_rowcol_to_cell
from xlsxwriter.worksheet import Worksheet

from exports.sheets.layout import A4, BODY_FONT, GREY, HEADING_FILL, TITLE_FONT
from exports.wording import ROUND_ZH
from rulebook import (
    CATEGORIES,
    EXIT_METHODS,
    EXIT_TABLE,
    INTEGRATION_EXIT,
    Form,
    IssuedColumn,
    Regime,
    Reporter,
    Rulebook,
)
from rulebook.card import CARD_SHEET, fill_card
from store import Store

LISTS_SHEET = "选项"
HEADER_ROW = 4
ROWS_TO_FILL = 200
RULED_ROWS = 30
"""Rows ruled in advance; further ones are ruled once they are filled in, so that no empty pages are printed."""

DATE_LABEL = "填报时间："
NUMBERS = "①②③④⑤⑥⑦⑧⑨"
NIL_ANSWERS = ("是", "否")
DATE_FORMAT = "yyyy-mm-dd"
PERMITTED = ("format_cells", "format_columns", "format_rows", "insert_rows", "delete_rows", "sort", "autofilter")
"""What a protected sheet still lets people do, in the words of XlsxWriter."""

QUANTITY_UNITS = ("台", "台套", "套", "座", "条", "组", "个", "孔")
"""Words the plans and published lists count machines in."""

Validation = dict[str, object]
"""What a cell accepts and says, in the words of XlsxWriter's data validation."""


DATE_COLUMN = 10
"""Where 填报时间 is asked for, counted from 0; in a narrower table its last column."""

WIDEST_ON_A4 = 210
"""Characters that a landscape page of A4 shows in a size that can be read; wider tables are printed on A3."""

A3 = 8

CHECKS: dict[str, tuple[Validation, str]] = {
    "credit_code": (
        {"validate": "length", "criteria": "==", "value": 18},
        "统一社会信用代码是 18 位，请按营业执照核对。",
    ),
    "whole_number": (
        {"validate": "integer", "criteria": ">=", "value": 0},
        "这里应是一个整数，如 3。",
    ),
    "quantity": (
        {"validate": "integer", "criteria": ">", "value": 0},
        "设备数量应是大于 0 的整数，如 2；单位填在右边一格。",
    ),
    "capacity": (
        {"validate": "decimal", "criteria": ">", "value": 0},
        "涉及产能应是大于 0 的数字，如 30；单位填在右边一格。",
    ),
}
"""What is checked while it is typed, by field or by its type, and what is said where it does not hold."""


NO_EXTENSIONS: Mapping[tuple[str, str, str], date] = MappingProxyType({})


def issue_templates(
    regime: str,
    round: str,
    folder: Path | str,
    rulebook: Rulebook,
    extensions: Mapping[tuple[str, str, str], date] = NO_EXTENSIONS,
) -> list[Path]:
    """Every reporter of the regime has its blank workbooks at ``<folder>/<reporter>/``; returns their paths.

    That is the exit table, and what else the plan asks of it. ``extensions`` names the last day for the exit table by
    regime, round and reporter where it is another than the plan's.
    """
    plan = rulebook.regimes[regime]
    paths = []
    for reporter in plan.reporters.values():
        for form in plan.forms_of(reporter):
            path = Path(folder) / reporter.code / name_template(plan, round, reporter, rulebook.forms[form])
            due = extensions.get((regime, round, reporter.code)) if form == EXIT_TABLE else None
            write_template(regime, round, reporter.code, path, rulebook, form, due)
            paths.append(path)
    return paths


def name_template(regime: Regime, round: str, reporter: Reporter, form: Form) -> str:
    """File name of a reporter's blank workbook: year, table, round and reporter in words."""
    return f"{regime.year}年{form.title}_{ROUND_ZH[round]}_{reporter.name}.xlsx"


def write_template(
    regime: str,
    round: str,
    reporter: str,
    path: Path | str,
    rulebook: Rulebook,
    form: str = EXIT_TABLE,
    due: date | None = None,
) -> None:
    """The blank workbook of one reporter and form lies at ``path``; the same cycle, rulebook and day give the same bytes.

    It asks for the table by ``due``, the day to which a steward put it off, else by the plan's.
    """
    path = Path(path)
    plan = rulebook.regimes[regime]
    with Store(path.parent).replacing(path.name) as beside, Workbook(beside) as workbook:
        # a date of issue would make every re-issue another file
        blank = BlankWorkbook(workbook, plan, round, plan.reporters[reporter], rulebook.forms[form], rulebook, due)
        workbook.set_properties({"title": blank.title, "created": datetime(plan.year, 1, 1)})
        blank.write_table()
        blank.write_lists()
        blank.write_card()


def title_table(regime: Regime, form: Form, rulebook: Rulebook) -> str:
    """Title of the table as the plans print it: place, year, 落后产能退出情况统计表."""
    place = rulebook.reference.divisions[regime.area].name
    return f"{place}{regime.year}年{form.title}"


def list_counties(reporter: Reporter, regime: Regime, rulebook: Rulebook) -> list[str]:
    """Names of the counties and zones the reporter may speak of, in the regime's order."""
    divisions = rulebook.reference.divisions
    codes = [code for code in regime.divisions if code in reporter.area]
    return [divisions[code].name for code in codes if divisions[code].level in ("county", "zone")]


def list_industries(regime: Regime, rulebook: Rulebook) -> list[str]:
    """The plan's key industries first, then every other one: the plans allow more than they name."""
    return list(dict.fromkeys([*regime.key_industries, *rulebook.reference.industries]))


def list_units(industries: Iterable[str], rulebook: Rulebook) -> list[str]:
    """The units these industries are counted in, in their order; what is converted to one of them is left out."""
    tables = [rulebook.reference.capacity_units(industry) for industry in industries]
    return list(dict.fromkeys(unit for table in tables for unit, _ in table.values()))


def explain_units(regime: Regime, rulebook: Rulebook) -> str:
    """Which unit each key industry of the plan is counted in: 水泥、炼铁填“万吨”；平板玻璃填“万重量箱”。"""
    industries_by_unit: dict[str, list[str]] = {}
    for industry in regime.key_industries:
        industries_by_unit.setdefault(list_units([industry], rulebook)[0], []).append(industry)
    return "；".join(f"{'、'.join(names)}填“{unit}”" for unit, names in industries_by_unit.items()) + "。"


def explain_categories(regime: Regime, reporter: Reporter) -> str:
    """How the reporter fills in 淘汰类别; only its own categories are named, since the others are rejected (F16)."""
    own = reporter.categories
    if not own:
        what_to_do = "有退出要报的，请先与收表单位联系" if "category" in regime.required_fields else "请留空"
        return f"方案没有给本单位规定淘汰类别，填写任何一类都会被退回，{what_to_do}。"
    if len(own) == 1:
        return f"不达标的类别，本单位只填“{own[0]}”。"
    limit = "" if own == CATEGORIES else f"本单位只填{'、'.join(own)}。"
    return f"不达标的类别。{limit}只涉及一类的从下拉列表中选择；涉及几类的直接填写，{several_categories(own)}。"


def several_categories(own: tuple[str, ...]) -> str:
    """How several categories are written into one cell, with two of the reporter's own as the example."""
    return f"用顿号隔开，如：{own[0]}、{own[-1]}"


def list_methods(regime: Regime) -> list[str]:
    """What counts as an exit (鲁经信产〔2017〕481号 二(六)), and 整合退出 where the regime lets it count."""
    return [*EXIT_METHODS, *([INTEGRATION_EXIT] if regime.integration_industries else [])]


class BlankWorkbook:
    """The three sheets of a blank workbook: the table, the lists behind its drop-downs, the card."""

    def __init__(
        self,
        workbook: Workbook,
        regime: Regime,
        round: str,
        reporter: Reporter,
        form: Form,
        rulebook: Rulebook,
        due: date | None = None,
    ) -> None:
        self.workbook = workbook
        self.form = form
        self.date_column = min(DATE_COLUMN, len(form.issued) - 1)
        self.regime = regime
        self.round = round
        self.reporter = reporter
        self.title = title_table(regime, form, rulebook)
        self.units = explain_units(regime, rulebook)
        self.categories = explain_categories(regime, reporter)
        industries = list_industries(regime, rulebook)
        offered = {
            "county": list_counties(reporter, regime, rulebook),
            "industry": industries,
            "quantity_unit": list(QUANTITY_UNITS),
            "unit": list_units(industries, rulebook),
            "category": list(reporter.categories),
            "method": list_methods(regime),
            **{field.name: list(field.words) for field in form.fields.values() if field.words},
        }
        self.lists = {field: words for field, words in offered.items() if field in form.fields}
        self.due = due or regime.owed(reporter.code, round, form.key)

    def write_table(self) -> None:
        """The table itself, with help for ``ROWS_TO_FILL`` rows; only cells to be filled in can be changed."""
        sheet = self.workbook.add_worksheet(self.form.sheet)
        self._write_heading(sheet)
        self._write_empty_rows(sheet)
        sheet.freeze_panes(HEADER_ROW + 1, 0)
        sheet.repeat_rows(HEADER_ROW)
        sheet.set_landscape()
        sheet.set_paper(A4 if sum(column.width for column in self.form.issued) <= WIDEST_ON_A4 else A3)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.center_horizontally()
        sheet.set_footer("&C&9第 &P 页，共 &N 页")
        # without a password: it keeps headings from being changed by mistake, and nobody from working
        sheet.protect(options=dict.fromkeys(PERMITTED, True))
        sheet.activate()

    def write_lists(self) -> None:
        """The hidden sheet that holds what the drop-downs offer, one list a column."""
        sheet = self.workbook.add_worksheet(LISTS_SHEET)
        for column, words in enumerate(self.lists.values()):
            sheet.write_column(0, column, words)
        sheet.hide()

    def write_card(self) -> None:
        """The very hidden card: for whom and for what this workbook was issued, signed."""
        sheet = self.workbook.add_worksheet(CARD_SHEET)
        for row, entry in enumerate(fill_card(self.reporter.code, self.regime.key, self.round, self.form.key).items()):
            sheet.write_row(row, 0, entry)
        sheet.very_hidden()

    def _write_heading(self, sheet: Worksheet) -> None:
        style = self._style
        last = len(self.form.issued) - 1
        sheet.set_row(0, 32)
        sheet.merge_range(0, 0, 0, last, self.title, style(font_name=TITLE_FONT, font_size=18, align="center"))
        sheet.set_row(1, 48)
        sheet.merge_range(1, 0, 1, last, self._explain(), style(font_size=10, font_color=GREY, text_wrap=True))
        sheet.set_row(2, 22)
        sheet.merge_range(2, 0, 2, 4, f"填报单位（盖章）：{self.reporter.name}", style(font_size=11))
        date_column = self.date_column
        sheet.write_string(2, date_column - 1, DATE_LABEL, style(font_size=11, align="right"))
        sheet.write_blank(2, date_column, None, style(num_format=DATE_FORMAT, bottom=1, align="center", locked=False))
        prompt = show_prompt("填报时间", f"填报日期，如 {self.regime.year}-12-20。")
        sheet.data_validation(2, date_column, 2, date_column, self._accept_dates() | prompt)
        self._write_nil_line(sheet)
        sheet.set_row(HEADER_ROW, 30)
        heading_style = style(bold=True, border=1, align="center", text_wrap=True, bg_color=HEADING_FILL)
        for column, issued in enumerate(self.form.issued):
            sheet.write_string(HEADER_ROW, column, issued.heading, heading_style)

    def _write_nil_line(self, sheet: Worksheet) -> None:
        column = column_of(self.form, "enterprise")
        sheet.set_row(3, 36)
        sheet.write_string(
            3, column, self.form.nil_label, self._style(font_size=9, border=1, text_wrap=True, bg_color=HEADING_FILL)
        )
        sheet.write_blank(3, column + 1, None, self._style(border=1, align="center", locked=False))
        prompt = show_prompt("零报告", self.form.nil_prompt)
        sheet.data_validation(3, column + 1, 3, column + 1, {"validate": "list", "source": list(NIL_ANSWERS)} | prompt)

    def _write_empty_rows(self, sheet: Worksheet) -> None:
        settings = {
            "centre": {"align": "center", "text_wrap": True},
            "text": {"text_wrap": True},
            "code": {"num_format": "@", "align": "center"},
            "amount": {"align": "right"},
            "date": {"num_format": DATE_FORMAT, "align": "center"},
        }
        first_row, last_row, last_column = HEADER_ROW + 1, HEADER_ROW + ROWS_TO_FILL, len(self.form.issued) - 1
        first_unruled = first_row + RULED_ROWS
        plain = {kind: self._style(locked=False, **setting) for kind, setting in settings.items()}
        ruled = {kind: self._style(locked=False, border=1, **setting) for kind, setting in settings.items()}
        for column, issued in enumerate(self.form.issued):
            sheet.set_column(column, column, issued.width, plain[issued.kind])
            for row in range(first_row, first_unruled):
                sheet.write_blank(row, column, None, ruled[issued.kind])
            validation = self._accept(issued) | show_prompt(issued.heading, self._fill_in(issued.prompt))
            sheet.data_validation(first_row, column, last_row, column, validation)
        # a row can be deleted from a protected sheet only where none of its cells is locked, to the last column
        sheet.set_column(last_column + 1, sheet.xls_colmax - 1, None, self._style(locked=False))
        # those columns hold nothing: a reader that trusts the stated size would make room for all of them
        sheet.dim_colmax = last_column
        ends = [xl_rowcol_to_cell(first_unruled, column, col_abs=True) for column in (0, last_column)]
        filled = f"=COUNTA({':'.join(ends)})>0"
        rule = {"type": "formula", "criteria": filled, "format": self.workbook.add_format({"border": 1})}
        sheet.conditional_format(first_unruled, 0, last_row, last_column, rule)

    def _accept(self, issued: IssuedColumn) -> Validation:
        """What the cells of a column accept; only a county outside the reporter's area is refused on the spot.

        Of everything else the program warns at most, and it is judged when the workbook comes in: several categories
        in one cell, an industry of its own, or a copied 30万吨 must not be lost to a dialog box.
        """
        field, title = issued.field, f"请核对{issued.heading}"
        kind = self.form.fields[field].type
        if field == "county":
            return self._offer(field) | refuse("不在本单位范围内", "请从下拉列表中选择县（市、区）。")
        if field == "category":
            return self._accept_categories(title)
        if field in self.lists:
            return self._offer(field) | warn(title, "下拉列表中没有这一项。请核对，确实无误的可以继续。")
        if issued.kind == "date":
            return self._accept_dates()
        if check := CHECKS.get(field) or CHECKS.get(kind):
            accepted, text = check
            return accepted | warn(title, text)
        return {"validate": "any"}

    def _accept_categories(self, title: str) -> Validation:
        own = self.reporter.categories
        if not own:
            return {"validate": "length", "criteria": "==", "value": 0} | warn(title, self.categories)
        if len(own) == 1:
            return self._offer("category") | warn(title, self.categories)
        if self.form.fields["category"].type == "category":
            return self._offer("category") | warn(title, "一行只填一类；涉及几类的请分行填写。")
        text = f"涉及几类的，每一类都要用下拉列表中的词，{several_categories(own)}。确实如此的可以继续。"
        return self._offer("category") | warn(title, text)

    def _offer(self, field: str) -> Validation:
        column = list(self.lists).index(field)
        cells = xl_range_abs(0, column, len(self.lists[field]) - 1, column)
        return {"validate": "list", "source": f"={LISTS_SHEET}!{cells}"}

    def _accept_dates(self) -> Validation:
        """A date that does not lie before the cycle's year; an earlier one has to be explained anyway (rule R05)."""
        year = self.regime.year
        text = f"请填写日期，如 {year}-06-30。早于 {year} 年的请核对，确实无误的可以继续。"
        return {"validate": "date", "criteria": ">=", "value": date(year, 1, 1)} | warn("请核对日期", text)

    def _fill_in(self, prompt: str) -> str:
        return prompt.format(year=self.regime.year, units=self.units, categories=self.categories)

    def _explain(self) -> str:
        due = f"，请于 {self.due:%Y-%m-%d} 24时（北京时间）前报送" if self.due else ""
        told = [
            instruction.format(categories_note=self._note_on_categories()) for instruction in self.form.instructions
        ]
        numbered = "；".join(f"{NUMBERS[place]} {text}" for place, text in enumerate(told))
        return f"本表用于 {self.regime.year} 年{ROUND_ZH[self.round]}报送{due}。填写说明：{numbered}。"

    def _note_on_categories(self) -> str:
        """How the column of categories is filled in; nothing where the form has none."""
        own, field = self.reporter.categories, self.form.fields.get("category")
        if field is None:
            return ""
        if not own:
            return f"{field.label_zh}：{self.categories.rstrip('。')}"
        if field.type == "category":
            return f"{field.label_zh}只填{'、'.join(own)}，一行只填一类"
        answer = "可填多类，用顿号隔开" if len(own) > 1 else f"本单位只填“{own[0]}”"
        return f"{field.label_zh}指具体在{'、'.join(own)}标准中不达标的类别，{answer}"

    def _style(self, **settings: object) -> Format:
        return self.workbook.add_format({"font_name": BODY_FONT, "font_size": 10, "valign": "vcenter"} | settings)


def column_of(form: Form, field: str) -> int:
    """Place of the field's column in the issued table of ``form``, from 0."""
    return next(place for place, issued in enumerate(form.issued) if issued.field == field)


def show_prompt(title: str, text: str) -> Validation:
    """The prompt shown when the cell is entered."""
    return {"input_title": title, "input_message": text}


def warn(title: str, text: str) -> Validation:
    """Anything else is kept once the warning is confirmed."""
    return {"error_type": "warning", "error_title": title, "error_message": text}


def refuse(title: str, text: str) -> Validation:
    """Anything else is refused."""
    return {"error_type": "stop", "error_title": title, "error_message": text}
