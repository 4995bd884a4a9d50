"""Ways to get a table wrong: each breaks one rule, and only that one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from decimal import Decimal

from demo import vocabulary
from demo.page import ErrorValue, Line, Page
from rulebook import CATEGORIES, Regime, Reporter


@dataclass(frozen=True)
class Setting:
    """Who makes the mistake, and who and where are others it may be taken for."""

    regime: Regime
    reporter: Reporter
    other_reporter: Reporter
    foreign_county: str


@dataclass(frozen=True)
class PageMistake:
    """A mistake made while filling in the page."""

    rule: str
    spoil: Callable[[Page, Setting], None]


@dataclass(frozen=True)
class FileMistake:
    """A mistake that befalls the finished file."""

    rule: str
    spoil: Callable[[bytes], bytes]


def _write_into_last_line(field: str, text: str) -> Callable[[Page, Setting], None]:
    def spoil(page: Page, setting: Setting) -> None:
        page.claim_lines[-1].values[field] = text

    return spoil


def _drop_unit(page: Page, setting: Setting) -> None:
    page.claim_lines[-1].values["capacity"] = Decimal("12.5")


def _borrow_unit(page: Page, setting: Setting) -> None:
    line = page.claim_lines[-1]
    foreign = "万条" if "标张" in str(line.values["capacity"]) else "万标张"
    line.values["capacity"] = f"12.5{foreign}"


def _leave_formula_error(page: Page, setting: Setting) -> None:
    page.claim_lines[-1].values["capacity"] = ErrorValue("#REF!")


def _blank_enterprise(page: Page, setting: Setting) -> None:
    del page.claim_lines[-1].values["enterprise"]


def _name_foreign_county(page: Page, setting: Setting) -> None:
    page.claim_lines[-1].values["county"] = setting.foreign_county


def _name_foreign_category(page: Page, setting: Setting) -> None:
    foreign = next(category for category in CATEGORIES if category not in setting.reporter.categories)
    page.claim_lines[-1].values["category"] = foreign


def _repeat_line(page: Page, setting: Setting) -> None:
    last = page.claim_lines[-1]
    again = replace(last, values=last.values | {"sequence": len(page.claim_lines) + 1})
    page.lines.insert(page.lines.index(last) + 1, again)


def _misprint_total(page: Page, setting: Setting) -> None:
    claims = [line.claim for line in page.claim_lines]
    units = {claim.capacity_unit for claim in claims}
    if len(units) == 1:
        misprint = sum((claim.capacity for claim in claims), Decimal(10))
        values = {"county": "合计", "capacity": f"{misprint.normalize():f}{units.pop()}"}
    else:
        values = {"county": "合计", "enterprise": f"{len(claims) + 2}家"}
    page.lines.append(Line("total", values))


def _drop_required_column(page: Page, setting: Setting) -> None:
    page.fields.remove([name for name in page.fields if name in setting.regime.required_fields][-1])


def _repeat_column(page: Page, setting: Setting) -> None:
    page.fields.append("industry")


def _sign_as_another(page: Page, setting: Setting) -> None:
    page.filled_by = setting.other_reporter.name


def _send_last_year(page: Page, setting: Setting) -> None:
    year = setting.regime.year
    page.title = page.title.replace(str(year), str(year - 1))


def _leave_empty(page: Page, setting: Setting) -> None:
    page.lines.clear()


def _claim_nothing_beside_rows(page: Page, setting: Setting) -> None:
    page.sentence = vocabulary.NIL_SENTENCES[0]


def _send_another_table(page: Page, setting: Setting) -> None:
    page.title = "节能监察工作座谈会签到表"
    page.headings = dict(zip(page.fields, ("序", "姓名", "科室", "职务", "电话", "签到", "车号"), strict=False))
    page.fields = list(page.headings)
    page.lines.clear()


def _cut_off(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _empty(data: bytes) -> bytes:
    return b""


def _save_as_web_page(data: bytes) -> bytes:
    return "<html><body><p>会话已过期，请重新登录后下载。</p></body></html>".encode()


PAGE_MISTAKES: dict[str, PageMistake] = {
    "unknown_category": PageMistake("F06", _write_into_last_line("category", vocabulary.UNKNOWN_CATEGORY)),
    "amount_without_unit": PageMistake("F03", _drop_unit),
    "wrong_total": PageMistake("S13", _misprint_total),
    "column_missing": PageMistake("S04", _drop_required_column),
    "foreign_county": PageMistake("F10", _name_foreign_county),
    "unknown_industry": PageMistake("F08", _write_into_last_line("industry", vocabulary.UNKNOWN_INDUSTRY)),
    "zero_amount": PageMistake("F05", _write_into_last_line("capacity", "0万吨")),
    "formula_error": PageMistake("F13", _leave_formula_error),
    "amount_in_words": PageMistake("F02", _write_into_last_line("capacity", "若干")),
    "unit_of_another_industry": PageMistake("F04", _borrow_unit),
    "enterprise_blank": PageMistake("F01", _blank_enterprise),
    "foreign_category": PageMistake("F16", _name_foreign_category),
    "repeated_row": PageMistake("R01", _repeat_line),
    "column_twice": PageMistake("S05", _repeat_column),
    "another_reporter": PageMistake("S07", _sign_as_another),
    "last_year": PageMistake("S08", _send_last_year),
    "empty_table": PageMistake("S09", _leave_empty),
    "nil_and_rows": PageMistake("S10", _claim_nothing_beside_rows),
    "another_table": PageMistake("S03", _send_another_table),
}

CATEGORY_MISTAKES = frozenset({"unknown_category", "foreign_category"})

FILE_MISTAKES: dict[str, FileMistake] = {
    "damaged_file": FileMistake("S01", _cut_off),
    "empty_file": FileMistake("S01", _empty),
    "web_page": FileMistake("S01", _save_as_web_page),
}
"""An encrypted file is not among them: no writer of one gives the same bytes twice."""


def rule_of(mistake: str) -> str:
    """The rule that rejects a file with this mistake."""
    return (PAGE_MISTAKES.get(mistake) or FILE_MISTAKES[mistake]).rule


def can_make(mistake: str, reporter: Reporter, regime: Regime) -> bool:
    """Whether this reporter can make the mistake: one about categories needs their column and foreign ones."""
    if mistake not in CATEGORY_MISTAKES:
        return True
    has_foreign = len(reporter.categories) < len(CATEGORIES)
    return "category" in regime.required_fields and (has_foreign or mistake != "foreign_category")
