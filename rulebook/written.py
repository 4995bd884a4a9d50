"""How the YAML files of the rulebook are written; the README of this folder explains it to people.

`loader.py` turns these shapes into the model, looking up every word and code in the reference data.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from pydantic import Strict, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from rulebook.model import (
    Category,
    Deliverable,
    Field,
    Frozen,
    IssuedColumn,
    Level,
    ObjectionEffect,
    PhotoStage,
    ReporterKind,
    Requirement,
    Round,
    Rule,
    Who,
)

Text = Annotated[str, StringConstraints(min_length=1, strip_whitespace=True)]
Day = Annotated[date, Strict()]


class Sourced(Frozen):
    """Something that is either quoted from the plan or ours for a reason."""

    quote: Text | None = None
    ours: Text | None = None

    @model_validator(mode="after")
    def _has_one_source(self) -> Sourced:
        if self.quote is None and self.ours is None:
            raise PydanticCustomError("source_missing", "write quote or ours")
        if self.quote is not None and self.ours is not None:
            raise PydanticCustomError("source_twice", "write either quote or ours")
        return self


class KeyIndustries(Sourced):
    """The industries a plan puts first; others may be reported too."""

    names: tuple[Text, ...]


class RequiredFields(Sourced):
    """The fields of the exit table that must not be blank."""

    fields: tuple[Text, ...]


class Counties(Sourced):
    """All counties below these codes; "{name}" and "{short}" in an alias stand for a county's name."""

    of: tuple[Text, ...]
    aliases: tuple[Text, ...] = ()


class Zone(Sourced):
    """A functional zone that reports for itself."""

    code: Text
    aliases: tuple[Text, ...] = ()


class Department(Sourced):
    """A department of a city or province, with the categories it may speak of."""

    code: Text
    name: Text
    categories: tuple[Category, ...]
    aliases: tuple[Text, ...] = ()


class DepartmentKind(Sourced):
    """The same department in every city of a province; "{city}" and "{short}" stand for the city's name."""

    suffix: Text
    of: Literal["cities"]
    name: Text
    categories: tuple[Category, ...]
    aliases: tuple[Text, ...] = ()


class Reporters(Frozen):
    """Everybody who may send workbooks."""

    counties: Counties
    zones: tuple[Zone, ...] = ()
    departments: tuple[Department, ...] = ()
    department_kinds: tuple[DepartmentKind, ...] = ()


class WrittenObligation(Sourced):
    """Who owes what by when."""

    who: Who
    what: Deliverable
    round: Round
    due: Day
    who_codes: tuple[Text, ...] = ()
    requires: tuple[Requirement, ...] = ()
    form: Text | None = None
    """The form that meets it, of an enterprise list."""


class WrittenAskedForm(Sourced):
    """A form beside the exit table, and who sends it."""

    form: Text
    who: tuple[ReporterKind, ...]
    who_codes: tuple[Text, ...] = ()


class WrittenClock(Sourced):
    """How long an enterprise may take; what is left out the plan does not state."""

    rectify_months: int | None = None
    extension_months: int | None = None
    stop_at_once: bool = False
    then: Text | None = None


class Body(Sourced):
    """Somebody who receives or signs, or a document, by name."""

    name: Text


class WrittenPublicNotice(Sourced):
    """The public notice; `working_days_ours` is the reason for its length."""

    working_days: int
    working_days_ours: Text | None = None
    objection_effect: ObjectionEffect


class WrittenAcceptance(Sourced):
    """The acceptance record of every enterprise, and the stages whose photos must be kept with it."""

    photo_stages: tuple[PhotoStage, ...] = ()


class WrittenStandardGap(Sourced):
    """An industry for which the plan has no standard of that category."""

    industry: Text
    category: Category


class IntegrationExit(Sourced):
    """An industry where 整合退出 counts as an exit."""

    industry: Text


class Technology(Sourced):
    """Where equipment that cannot be dismantled yet is announced."""

    published_on: Text


class WrittenRegime(Frozen):
    """One file of `regimes/`."""

    key: Text
    title: Text
    title_en: Text
    document_no: Text | None = None
    year: int
    area: Text
    level: Level
    parent: Text | None = None
    key_industries: KeyIndustries
    required_fields: RequiredFields
    reporters: Reporters
    obligations: tuple[WrittenObligation, ...]
    other_forms: tuple[WrittenAskedForm, ...] = ()
    clocks: dict[Category, WrittenClock]
    public_notice: WrittenPublicNotice
    reports_to: tuple[Body, ...] = ()
    copies: tuple[Body, ...] = ()
    joint_signers: tuple[Body, ...] = ()
    threshold_documents: tuple[Body, ...] = ()
    standard_documents: tuple[Body, ...] = ()
    standard_gaps: tuple[WrittenStandardGap, ...] = ()
    integration_exits: tuple[IntegrationExit, ...] = ()
    technology: Technology | None = None
    acceptance: WrittenAcceptance | None = None


class WrittenForm(Frozen):
    """One file of `forms/`."""

    key: Text
    title: Text
    title_en: Text
    title_words: tuple[Text, ...]
    resubmission: Literal["replaces", "adds"]
    required: tuple[Text, ...]
    telling: tuple[Text, ...]
    same_row: tuple[Text, ...]
    days_in_order: tuple[tuple[Text, Text], ...] = ()
    days_past: tuple[Text, ...] = ()
    dated_by: tuple[tuple[Text, tuple[Text, ...]], ...] = ()
    rules: tuple[Text, ...]
    fields: tuple[Field, ...]
    sheet: Text
    nil_label: Text
    nil_prompt: Text
    instructions: tuple[Text, ...]
    issued: tuple[IssuedColumn, ...]


class WrittenRules(Frozen):
    """The file `rules.yml`."""

    rules: tuple[Rule, ...]
