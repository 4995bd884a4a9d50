"""The rulebook in memory: typed, frozen, unknown keys refused.

Every class here is what the other stages see. How the files are written is another matter: see `written.py` and
the README of this folder.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import Literal
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict

from rulebook.folding import fold
from rulebook.reference import Reference

CATEGORIES = ("能耗", "环保", "质量", "安全", "技术")
"""The standards an exit can fail, in the order of every table (domain: 淘汰类别)."""

UNCATEGORISED = "未分类"
ROUNDS = ("plan", "midyear", "annual")
REPORTER_KINDS = ("county", "zone", "department")

EXIT_METHODS = ("关停", "停业", "关闭", "取缔", "拆除", "封存")
"""What makes an enterprise or its main equipment leave the market: 鲁经信产〔2017〕481号 二(六)."""

INTEGRATION_EXIT = "整合退出"
"""Counts only in the industries a regime lists (Weihai 2022: cement mills and tyres)."""

NON_EXIT_METHODS = ("产能置换", "核减", "转产")

EXIT_TABLE = "exit_statistics"
"""Key of the form, and name of the obligation, 落后产能退出情况统计表."""

DOCUMENTS = ("plan_report", "summary", "evidence", "publication_state")
"""What reporters owe that is met by a document."""

DOCUMENT = "document"
"""What is no form: a summary, a government document, a photo: kept and counted, but not read (domain, section 3.2)."""

PHOTO_STAGES = {"before": "拆除前", "during": "拆除中", "after": "拆除后"}
"""The stages at which dismantling is photographed, in their order: 落后产能拆除前、中、后影像 (安工信字〔2024〕50号 三)."""

LOCAL_TIME = ZoneInfo("Asia/Shanghai")
"""Due dates are met until the end of their day here; people read times of day here."""

ROUND_NAMES = {
    "plan": {"zh": "年度计划", "en": "plan"},
    "midyear": {"zh": "年中", "en": "mid-year"},
    "annual": {"zh": "年度", "en": "annual"},
}
"""What people call the rounds."""

Category = Literal["能耗", "环保", "质量", "安全", "技术"]
Round = Literal["plan", "midyear", "annual"]
Level = Literal["city", "province"]
ReporterKind = Literal["county", "zone", "department"]
PhotoStage = Literal["before", "during", "after"]
Who = Literal["county", "zone", "department", "city", "province"]
ObjectionEffect = Literal["hold_report", "hold_rows"]
Scope = Literal["file", "sheet", "cell", "row", "cross"]
Severity = Literal["reject", "explain", "note"]


def verdict(severities: Iterable[str]) -> Literal["accepted", "rejected"]:
    """Tell what a submission's findings come to: one reject stops it, nothing else does (architecture, section 4)."""
    return "rejected" if "reject" in severities else "accepted"


Deliverable = Literal[
    "exit_statistics",
    "plan_report",
    "work_plan",
    "enterprise_list",
    "summary",
    "evidence",
    "publication_state",
    "public_notice",
    "city_report",
    "province_report",
]
"""What an obligation can ask for: the exit table, or a document that is kept and counted."""


Requirement = Literal["consent", "public_notice"]
"""What must be there before an obligation is met: the government's consent, a public notice without objection."""

OWN_REPORTS = ("city_report", "province_report")
"""What the regime's own body owes to those above it."""


class Frozen(BaseModel):
    """A value that never changes and has no keys but its own."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(Frozen):
    """Where one value of a regime comes from: a sentence of its plan, or our own reason."""

    value: str
    quote: str | None
    ours: str | None


class Obligation(Frozen):
    """Something a kind of reporter (or the city, or the province) owes by the end of a day in Asia/Shanghai."""

    who: Who
    what: Deliverable
    round: Round
    due: date
    who_codes: tuple[str, ...] = ()
    requires: tuple[Requirement, ...] = ()
    form: str | None = None
    """Key of the form whose arrival meets it, `document` for a document; None where nothing that arrives tells it."""
    quote: str | None = None
    ours: str | None = None

    def binds(self, reporter: Reporter) -> bool:
        """Tell whether this reporter is one of those who owe it."""
        return self.who == reporter.kind and (not self.who_codes or reporter.code in self.who_codes)


class AskedForm(Frozen):
    """A form beside the exit table that a plan asks of some of its reporters."""

    form: str
    who: tuple[ReporterKind, ...]
    who_codes: tuple[str, ...] = ()
    quote: str | None = None
    ours: str | None = None

    def asks(self, reporter: Reporter) -> bool:
        """Tell whether this reporter is one of those who send it."""
        return reporter.kind in self.who and (not self.who_codes or reporter.code in self.who_codes)


class Clock(Frozen):
    """How long an enterprise may take to meet a standard; None is what the plan does not state."""

    category: Category
    rectify_months: int | None = None
    extension_months: int | None = None
    stop_at_once: bool = False
    then: str | None = None
    quote: str | None = None
    ours: str | None = None


class PublicNotice(Frozen):
    """How the result is shown to the public before it is reported (公示)."""

    working_days: int
    objection_effect: ObjectionEffect


class Acceptance(Frozen):
    """What the plan asks to prove an exit by: a record with the opinions of county and city, and photos of stages."""

    photo_stages: tuple[PhotoStage, ...]


class StandardGap(Frozen):
    """An industry for which the plan has no standard of that category (rule R07)."""

    industry: str
    category: Category


class Part(Frozen):
    """A county that reported for itself in the year of a regime and is part of one reporter today."""

    code: str
    name: str
    aliases: tuple[str, ...]


class Reporter(Frozen):
    """Who sends workbooks: a county, a zone or a department."""

    code: str
    name: str
    kind: ReporterKind
    area: frozenset[str]
    home: str
    categories: tuple[Category, ...]
    aliases: tuple[str, ...]
    former_aliases: tuple[str, ...] = ()
    """Aliases made of names the division had before; a name of today goes before them."""
    former_codes: tuple[str, ...] = ()
    """Codes the division, or a county that became part of it, had before."""
    parts: tuple[Part, ...] = ()
    """The counties it was in the regime's year; none where it was one (docs/decisions/0016)."""
    names_then: tuple[str, ...] = ()
    """What it, or the counties it was, were called in the regime's year; none where as today."""

    @property
    def printed_name(self) -> str:
        """Today's name, with the name of the regime's year beside it (domain, section 2)."""
        return f"{self.name}（时为{'、'.join(self.names_then)}）" if self.names_then else self.name

    def part_named(self, text: str) -> Part | None:
        """Return the one part that goes by this name; None where none does, or it is the whole's."""
        named = [part for part in self.parts if fold(text) in map(fold, part.aliases)]
        return named[0] if len(named) == 1 else None

    def part_coded(self, code: str) -> Part | None:
        """Return the part that had this code; None where the whole has it today."""
        return next((part for part in self.parts if part.code == code != self.code), None)


class Regime(Frozen):
    """One place's plan for one year."""

    key: str
    title: str
    title_en: str
    document_no: str | None
    year: int
    area: str
    level: Level
    parent: str | None
    key_industries: tuple[str, ...]
    key_industry_words: tuple[str, ...]
    """The same in the plan's own words."""
    industries_in_focus: tuple[str, ...]
    """The key industries and what is part of them: 炼钢 of 钢铁, 造纸 of 轻工."""
    required_fields: tuple[str, ...]
    obligations: tuple[Obligation, ...]
    other_forms: tuple[AskedForm, ...]
    """Forms beside the exit table, and who sends them; whoever else sends one is read all the same."""
    clocks: dict[Category, Clock]
    reporters: dict[str, Reporter]
    reports_to: tuple[str, ...]
    copies: tuple[str, ...]
    joint_signers: tuple[str, ...]
    public_notice: PublicNotice
    acceptance: Acceptance | None
    """None where the plan asks for no acceptance record (rule X07 is silent then)."""
    threshold_documents: tuple[str, ...]
    standard_documents: tuple[str, ...]
    standard_gaps: tuple[StandardGap, ...]
    integration_industries: tuple[str, ...]
    technology_published_on: str | None
    divisions: tuple[str, ...]
    """The area, then city by city its counties and zones; each code once."""
    sources: tuple[Source, ...]

    def owed(self, reporter_code: str, round: Round, form: str = EXIT_TABLE) -> date | None:
        """Return the day by which this reporter owes the form, the exit table, of this round; None: it owes none."""
        reporter = self.reporters.get(reporter_code)
        if reporter is None:
            return None
        due_days = (
            obligation.due
            for obligation in self.obligations
            if obligation.form == form and obligation.round == round and obligation.binds(reporter)
        )
        return next(due_days, None)

    def own_report(self, round: str) -> Obligation | None:
        """Return what the regime's own body owes to those above it for this round, by which day and sentence; None: nothing."""
        return next((owed for owed in self.obligations if owed.what in OWN_REPORTS and owed.round == round), None)

    def asked_before_report(self, requirement: Requirement) -> str | None:
        """Return the sentence by which the plan asks for it before the annual report goes up; None: it does not."""
        return next(
            (
                obligation.quote or obligation.ours
                for obligation in self.obligations
                if obligation.what in OWN_REPORTS
                and obligation.round == "annual"
                and requirement in obligation.requires
            ),
            None,
        )

    def required_of(self, form: Form) -> tuple[str, ...]:
        """Return the fields of a form that must not be blank: of the exit table the plan's, else the form's own."""
        return self.required_fields if form.key == EXIT_TABLE else form.required

    def forms_of(self, reporter: Reporter) -> tuple[str, ...]:
        """Return the keys of the forms this reporter is issued: the exit table, and what else the plan asks of it."""
        return (EXIT_TABLE, *(asked.form for asked in self.other_forms if asked.asks(reporter)))

    def reporter_named(self, text: str) -> Reporter | None:
        """Return the one reporter who goes by this name, today or formerly; None when nobody or several do."""
        folded = fold(text)
        for aliases in (self._by_alias, self._by_former_alias):
            if folded in aliases:
                return aliases[folded]
        return None

    def reporter_coded(self, code: str) -> Reporter | None:
        """Return the reporter of this code, today's or a former one that led to it alone."""
        return self.reporters.get(code) or self._by_former_code.get(code)

    def counts_as_exit(self, method: str | None, industry: str | None) -> bool:
        """Tell whether a row of this method is an exit here: 鲁经信产〔2017〕481号 二(六); not stated counts."""
        if method == INTEGRATION_EXIT:
            return industry in self.integration_industries
        return method is None or method in EXIT_METHODS

    @cached_property
    def _by_alias(self) -> dict[str, Reporter | None]:
        return _index_by_name((name, reporter) for reporter in self.reporters.values() for name in reporter.aliases)

    @cached_property
    def _by_former_code(self) -> dict[str, Reporter | None]:
        return _index_by_name(
            (code, reporter) for reporter in self.reporters.values() for code in reporter.former_codes
        )

    @cached_property
    def _by_former_alias(self) -> dict[str, Reporter | None]:
        return _index_by_name(
            (name, reporter) for reporter in self.reporters.values() for name in reporter.former_aliases
        )


def _index_by_name(named_reporters) -> dict[str, Reporter | None]:
    """Map each folded name to its reporter, and to None where several share it."""
    index: dict[str, Reporter | None] = {}
    for name, reporter in named_reporters:
        holder = index.setdefault(fold(name), reporter)
        if holder is not reporter:
            index[fold(name)] = None
    return index


FieldType = Literal[
    "text",
    "place",
    "industry",
    "enterprise",
    "credit_code",
    "equipment",
    "amount",
    "categories",
    "category",
    "method",
    "date",
    "days",
    "whole_number",
    "yes_no",
    "choice",
    "opinion",
    "document",
]
"""What reads a field's cells (the README of this folder says what each gives)."""


class Field(Frozen):
    """One column of a form and the headings it goes by."""

    name: str
    label_zh: str
    label_en: str
    type: FieldType = "text"
    headings: tuple[str, ...]
    max_length: int
    implies: dict[str, dict[str, str]] = {}
    """What a heading says about other fields: 煤矿名称 implies the industry 煤炭."""
    words: dict[str, tuple[str, ...]] = {}
    """Of a choice: what may stand in a cell, each with other spellings that mean the same."""
    blank: tuple[str, ...] = ()
    """Texts that mean the same as a blank cell: a stroke, 整改中."""
    least: int | None = None
    """Of a whole number: the least that may stand in a cell (rule F05)."""
    example: str | None = None
    """What may stand in a cell, for people to write alike; {place}, {year} and {capacity_unit} are their own."""


class IssuedColumn(Frozen):
    """A column of the workbook that is issued."""

    field: str
    heading: str
    width: float
    """In characters."""
    kind: Literal["centre", "text", "code", "amount", "date"]
    prompt: str
    """What to enter; {year}, {units} and {categories} are filled in."""


class Form(Frozen):
    """A kind of table reporters fill in."""

    key: str
    title: str
    title_en: str
    title_words: tuple[str, ...]
    """Words of a title by which a sheet says that it holds this form."""
    resubmission: Literal["replaces", "adds"]
    """What a later submission does: it replaces the one before, or adds to it."""
    required: tuple[str, ...]
    """Fields that must not be blank where no regime says otherwise."""
    telling: tuple[str, ...]
    """Fields of which one beside the enterprise's name tells a heading, and a row, of this form."""
    same_row: tuple[str, ...]
    """Fields in which two rows agree that are one row, sent twice (rule R01)."""
    days_in_order: tuple[tuple[str, str], ...] = ()
    """Pairs of days of which the second cannot be before the first (rule R04)."""
    days_past: tuple[str, ...] = ()
    """Days of what has happened when the table comes: none is after that day (rule R09)."""
    dated_by: tuple[tuple[str, tuple[str, ...]], ...] = ()
    """Fields that say nothing without a day, each with the fields of which one tells it (rule R08)."""
    rules: tuple[str, ...]
    """The rules about cells and rows that apply; those about files and sheets apply to every form."""
    fields: dict[str, Field]
    sheet: str
    """Name of the sheet of the workbook that is issued."""
    nil_label: str
    nil_prompt: str
    instructions: tuple[str, ...]
    issued: tuple[IssuedColumn, ...]

    @property
    def frame(self) -> str:
        """Name of the frame, and of the folder of the store, that holds the form's rows."""
        return "rows" if self.key == EXIT_TABLE else f"{self.key}_rows"


class Expectation(Frozen):
    """What a rule asks of a frame, in the terms of Great Expectations.

    A string "$name" in `kwargs` stands for that value of the regime. With `for_each` the expectation is repeated for
    every field (or every required field) and "{field}" in `column` is the field's name.
    """

    frame: Literal["observations", "rows"]
    type: str
    column: str
    kwargs: dict[str, str | tuple[str, ...]] = {}
    for_each: Literal["fields", "required_fields"] | None = None
    """Of a form's fields those are meant that the frame has such a column for."""


class Texts(Frozen):
    """What the reporter is told: what is wrong, and what to do."""

    message_zh: str
    message_en: str
    remedy_zh: str
    remedy_en: str


class Rule(Texts):
    """One rule: where it looks, what follows, and what the reporter is told."""

    code: str
    scope: Scope
    severity: Severity
    waivable: bool
    variants: dict[str, Texts] = {}
    """Other texts: for a kind of observation, a value of its `what`, `reason` or `measure`, a problem of a cell, a field,
    `not_saved` (a formula without its result), `nothing_near` (no valid value is like the one sent), `named_otherwise` (the
    row that is repeated spells the enterprise otherwise)."""
    reason_zh: str
    """The same in a paper for somebody else: a few words in the third person, without a place in a table."""
    evidence_zh: str | None = None
    """Of a rule across submissions: how the row of the other submission is named."""
    evidence_en: str | None = None
    needs_regime: bool = False
    expects: tuple[Expectation, ...] = ()


class Rulebook(BaseModel):
    """Everything that must be known to judge a spreadsheet."""

    model_config = ConfigDict(frozen=True, extra="forbid", arbitrary_types_allowed=True)

    regimes: dict[str, Regime]
    forms: dict[str, Form]
    rules: dict[str, Rule]
    reference: Reference
    digest: str
