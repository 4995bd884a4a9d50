"""The blank workbook a reporter fills in: 落后产能退出情况统计表 with drop-downs, prompts and a hidden card.

The card (a very hidden sheet) says for which reporter, regime, round and form the workbook was issued, so that nobody
has to guess when it comes back. Headings are words the form itself lists.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from xlsxwriter import Workbook
from xlsxwriter.utility import xl_col_to_name
from xlsxwriter.worksheet import Worksheet

from exports.layout import A4, BODY_FONT, GREY, HEADING_FILL, TITLE_FONT
from exports.wording import ROUND_ZH
from rulebook import CATEGORIES, EXIT_METHODS, EXIT_TABLE, INTEGRATION_EXIT, Regime, Reporter, Rulebook
from store import Store

CARD_SHEET = "_huizong"
LISTS_SHEET = "选项"
TEMPLATE_VERSION = "1"
EMPTY_ROWS = 200

NIL_LABEL = "零报告（本期无落后产能退出请选“是”）"
NIL_ANSWERS = ("是", "否")


@dataclass(frozen=True)
class Heading:
    """A column of the issued table: field, heading, width, kind of cell, and what to enter."""

    field: str
    text: str
    width: float
    kind: str
    prompt: str


HEADINGS = (
    Heading("sequence", "序号", 6, "centre", "从 1 开始编号。"),
    Heading("county", "县（市、区）", 14, "centre", "请从下拉列表中选择。"),
    Heading("industry", "行业", 11, "centre", "请从下拉列表中选择；列表中没有的可以直接填写。"),
    Heading("enterprise", "企业名称", 28, "text", "营业执照上的全称。"),
    Heading("credit_code", "统一社会信用代码", 20, "code", "18 位，按营业执照填写。"),
    Heading("equipment", "设备型号及数量", 28, "text", "写明规格和台数，如：Φ3.2米水泥磨机2台；几种设备用分号隔开。"),
    Heading("capacity", "涉及产能", 10, "amount", "只填数字，如 30；单位填在右边一格。"),
    Heading("unit", "计量单位", 10, "centre", "请从下拉列表中选择，按行业统计口径，如 万吨。"),
    Heading("category", "淘汰类别", 12, "centre", "不达标的类别。涉及几类时用顿号隔开，如：能耗、技术。"),
    Heading("method", "退出方式", 10, "centre", "请从下拉列表中选择。"),
    Heading("shut_on", "关停时间", 11, "date", "如 2024-06-30 的日期。"),
    Heading("dismantled_on", "拆除时间", 11, "date", "如 2024-06-30 的日期；尚未拆除的留空。"),
    Heading("accepted_on", "验收时间", 11, "date", "如 2024-06-30 的日期；尚未验收的留空。"),
    Heading("remark", "备注", 14, "text", "需要说明的情况。"),
)


def issue_templates(regime: str, round: str, folder: Path | str, rulebook: Rulebook) -> list[Path]:
    """Every reporter of the regime has its blank workbook at ``<folder>/<reporter>/``; returns their paths."""
    plan = rulebook.regimes[regime]
    paths = []
    for reporter in plan.reporters.values():
        path = Path(folder) / reporter.code / name_template(plan, round, reporter)
        write_template(regime, round, reporter.code, path, rulebook)
        paths.append(path)
    return paths


def name_template(regime: Regime, round: str, reporter: Reporter) -> str:
    """File name of a reporter's blank workbook: year, table, round and reporter in words."""
    return f"{regime.year}年落后产能退出情况统计表_{ROUND_ZH[round]}_{reporter.name}.xlsx"


def write_template(regime: str, round: str, reporter: str, path: Path | str, rulebook: Rulebook) -> None:
    """The blank workbook of one reporter lies at ``path``; the same cycle and rulebook give the same bytes."""
    path = Path(path)
    plan = rulebook.regimes[regime]
    with Store(path.parent).replacing(path.name) as beside, Workbook(beside) as workbook:
        # a date of issue would make every re-issue another file
        workbook.set_properties({"title": title_table(plan, rulebook), "created": datetime(plan.year, 1, 1)})
        blank = BlankWorkbook(workbook, plan, round, plan.reporters[reporter], rulebook)
        blank.write_table()
        blank.write_lists()
        blank.write_card()


def title_table(regime: Regime, rulebook: Rulebook) -> str:
    """Title of the table as the plans print it: place, year, 落后产能退出情况统计表."""
    place = rulebook.reference.divisions[regime.area].name
    return f"{place}{regime.year}年{rulebook.forms[EXIT_TABLE].title}"


def list_counties(reporter: Reporter, regime: Regime, rulebook: Rulebook) -> list[str]:
    """Names of the counties and zones the reporter may speak of, in the regime's order."""
    divisions = rulebook.reference.divisions
    codes = [code for code in regime.divisions if code in reporter.area]
    return [divisions[code].name for code in codes if divisions[code].level in ("county", "zone")]


def list_industries(regime: Regime, rulebook: Rulebook) -> list[str]:
    """The plan's key industries first, then every other one: the plans allow more than they name."""
    return list(dict.fromkeys([*regime.key_industries, *rulebook.reference.industries]))


def list_units(industries: list[str], rulebook: Rulebook) -> list[str]:
    """The canonical units of these industries first, then what is also understood for one of them."""
    tables = [rulebook.reference.capacity_units(industry) for industry in industries]
    canonical = [unit for table in tables for unit, _ in table.values()]
    understood = [unit for table in tables for unit in table]
    return list(dict.fromkeys([*canonical, *understood]))


def list_methods(regime: Regime) -> list[str]:
    """What counts as an exit (鲁经信产〔2017〕481号 二(六)), and 整合退出 where the regime lets it count."""
    return [*EXIT_METHODS, *([INTEGRATION_EXIT] if regime.integration_industries else [])]


class BlankWorkbook:
    """The three sheets of a blank workbook: the table, the lists behind its drop-downs, the card."""

    def __init__(self, workbook: Workbook, regime: Regime, round: str, reporter: Reporter, rulebook: Rulebook) -> None:
        self.workbook = workbook
        self.regime = regime
        self.round = round
        self.reporter = reporter
        self.title = title_table(regime, rulebook)
        industries = list_industries(regime, rulebook)
        self.lists = {
            "county": list_counties(reporter, regime, rulebook),
            "industry": industries,
            "unit": list_units(industries, rulebook),
            "category": list(CATEGORIES),
            "method": list_methods(regime),
        }
        self.due = regime.owed(reporter.code, round)

    def write_table(self) -> None:
        """The table itself, with room for ``EMPTY_ROWS`` rows."""
        style = self._style
        sheet = self.workbook.add_worksheet("统计表")
        last = len(HEADINGS) - 1
        for column, heading in enumerate(HEADINGS):
            sheet.set_column(column, column, heading.width)
        sheet.set_row(0, 32)
        sheet.merge_range(0, 0, 0, last, self.title, style(font_name=TITLE_FONT, font_size=18, align="center"))
        sheet.set_row(1, 48)
        sheet.merge_range(1, 0, 1, last, self._explain(), style(font_size=9, font_color=GREY, text_wrap=True))
        sheet.set_row(2, 22)
        sheet.merge_range(2, 0, 2, 4, f"填报单位（盖章）：{self.reporter.name}", style(font_size=11))
        date_column = column_of("category")
        date_style = style(num_format="yyyy-mm-dd", bottom=1, align="center")
        sheet.merge_range(2, date_column - 2, 2, date_column - 1, "填报时间：", style(font_size=11, align="right"))
        sheet.write_blank(2, date_column, None, date_style)
        prompt = prompt_for("填报时间", "填报日期，如 2024-12-20。")
        sheet.data_validation(2, date_column, 2, date_column, {"validate": "any"} | prompt)
        self._write_nil_line(sheet)
        header_row = 4
        sheet.set_row(header_row, 26)
        heading_style = style(bold=True, border=1, align="center", text_wrap=True, bg_color=HEADING_FILL)
        for column, heading in enumerate(HEADINGS):
            sheet.write_string(header_row, column, heading.text, heading_style)
        self._write_empty_rows(sheet, header_row + 1)
        sheet.freeze_panes(header_row + 1, 0)
        sheet.repeat_rows(header_row)
        sheet.set_landscape()
        sheet.set_paper(A4)
        sheet.fit_to_pages(1, 0)
        sheet.set_margins(left=0.4, right=0.4, top=0.5, bottom=0.6)
        sheet.set_footer("&C&9第 &P 页，共 &N 页")
        sheet.activate()

    def write_lists(self) -> None:
        """The hidden sheet that holds what the drop-downs offer, one list a column."""
        sheet = self.workbook.add_worksheet(LISTS_SHEET)
        for column, words in enumerate(self.lists.values()):
            sheet.write_column(0, column, words)
        sheet.hide()

    def write_card(self) -> None:
        """The very hidden card: for whom and for what this workbook was issued."""
        sheet = self.workbook.add_worksheet(CARD_SHEET)
        card = {
            "reporter": self.reporter.code,
            "regime": self.regime.key,
            "round": self.round,
            "form": EXIT_TABLE,
            "version": TEMPLATE_VERSION,
        }
        for row, pair in enumerate(card.items()):
            sheet.write_row(row, 0, pair)
        sheet.very_hidden()

    def _write_nil_line(self, sheet: Worksheet) -> None:
        column = column_of("enterprise")
        sheet.set_row(3, 30)
        sheet.write_string(3, column, NIL_LABEL, self._style(border=1, text_wrap=True, bg_color=HEADING_FILL))
        sheet.write_blank(3, column + 1, None, self._style(border=1, align="center"))
        prompt = prompt_for("零报告", "本期没有落后产能退出的，请选“是”，下面的表格留空；有退出的不用选。")
        sheet.data_validation(3, column + 1, 3, column + 1, {"validate": "list", "source": list(NIL_ANSWERS)} | prompt)

    def _write_empty_rows(self, sheet: Worksheet, first_row: int) -> None:
        last_row = first_row + EMPTY_ROWS - 1
        settings = {
            "centre": {"align": "center", "text_wrap": True},
            "text": {"text_wrap": True},
            "code": {"num_format": "@"},
            "amount": {"align": "right"},
            "date": {"num_format": "yyyy-mm-dd", "align": "center"},
        }
        styles = {kind: self._style(border=1, **setting) for kind, setting in settings.items()}
        for row in range(first_row, last_row + 1):
            for column, heading in enumerate(HEADINGS):
                sheet.write_blank(row, column, None, styles[heading.kind])
        for column, heading in enumerate(HEADINGS):
            validation = self._validation(heading) | prompt_for(heading.text, heading.prompt)
            sheet.data_validation(first_row, column, last_row, column, validation)

    def _validation(self, heading: Heading) -> dict:
        """What the cells of a column accept; only a county outside the reporter's area is refused on the spot.

        Everything else is judged when the workbook comes in: several categories in one cell, an industry of its own,
        or a copied 30万吨 must not be lost to a dialog box.
        """
        if heading.field not in self.lists:
            return {"validate": "any"}
        column = xl_col_to_name(list(self.lists).index(heading.field), col_abs=True)
        source = f"={LISTS_SHEET}!{column}$1:{column}${len(self.lists[heading.field])}"
        if heading.field == "county":
            refusal = {"error_title": "不在本单位范围内", "error_message": "请从下拉列表中选择县（市、区）。"}
            return {"validate": "list", "source": source} | refusal
        return {"validate": "list", "source": source, "show_error": False}

    def _explain(self) -> str:
        due = f"，请于 {self.due:%Y-%m-%d} 前报送" if self.due else ""
        return (
            f"本表用于 {self.regime.year} 年{ROUND_ZH[self.round]}报送{due}。"
            "填写说明：① 每行填一家企业的一条生产线（设备）；② 涉及产能只填数字，单位填在“计量单位”；"
            "③ 淘汰类别指具体在能耗、环保、质量、安全、技术标准中不达标的类别，可填多类，用顿号隔开；"
            "④ 行数不够时可在表中插入行；⑤ 没有退出的，请在“零报告”处选“是”。"
        )

    def _style(self, **settings):
        return self.workbook.add_format({"font_name": BODY_FONT, "font_size": 10, "valign": "vcenter"} | settings)


def column_of(field: str) -> int:
    """Place of the field's column in the issued table, from 0."""
    return next(place for place, heading in enumerate(HEADINGS) if heading.field == field)


def prompt_for(title: str, text: str) -> dict[str, str]:
    """The prompt shown when the cell is entered, in the words of XlsxWriter's data validation."""
    return {"input_title": title, "input_message": text}
