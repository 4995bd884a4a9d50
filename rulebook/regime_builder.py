"""Turns one regime file into a regime: every word, code and quotation is looked up, every mistake is noted."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from string import Formatter

from pydantic import BaseModel

from rulebook.folding import fold
from rulebook.model import (
    CATEGORIES,
    DOCUMENT,
    DOCUMENTS,
    EXIT_TABLE,
    PHOTO_STAGES,
    REPORTER_KINDS,
    Acceptance,
    AskedForm,
    Category,
    Clock,
    Form,
    Obligation,
    Part,
    PublicNotice,
    Regime,
    Reporter,
    ReporterKind,
    Source,
    StandardGap,
)
from rulebook.reference import Division, Reference, shorten
from rulebook.written import Body, Sourced, WrittenObligation, WrittenRegime
from rulebook.yaml_document import Place, YamlDocument


class RegimeBuilder:
    """Builds the regime of one document; mistakes are noted in the document, never raised."""

    def __init__(
        self,
        document: YamlDocument,
        written: WrittenRegime,
        reference: Reference,
        forms: Mapping[str, Form],
        plan: Path,
    ):
        self.document = document
        self.written = written
        self.reference = reference
        self.forms = forms
        self.form = forms[EXIT_TABLE]
        self.plan = plan
        self.reporters: dict[str, Reporter] = {}

    def build(self) -> Regime | None:
        """Return the regime; None when its area is unknown, without which nothing else can be looked up."""
        written = self.written
        area = self._division(("area",), written.area, (written.level,))
        if area is None:
            return None
        self._add_reporters()
        self._check_form_fields()
        self._check_other_forms()
        self._check_clocks()
        self._check_obligations()
        key_industries = self._industries(("key_industries", "names"), written.key_industries.names)
        return Regime(
            key=written.key,
            title=written.title,
            title_en=written.title_en,
            document_no=written.document_no,
            year=written.year,
            area=written.area,
            level=written.level,
            parent=written.parent,
            key_industries=key_industries,
            key_industry_words=_once(written.key_industries.names),
            industries_in_focus=self._with_parts(key_industries),
            required_fields=written.required_fields.fields,
            obligations=tuple(map(_obligation, written.obligations)),
            other_forms=tuple(AskedForm(**asked.model_dump()) for asked in written.other_forms),
            clocks={
                category: Clock(category=category, **written.clocks[category].model_dump())
                for category in CATEGORIES
                if category in written.clocks
            },
            reporters=self.reporters,
            reports_to=_names(written.reports_to),
            copies=_names(written.copies),
            joint_signers=_names(written.joint_signers),
            public_notice=PublicNotice(
                working_days=written.public_notice.working_days,
                objection_effect=written.public_notice.objection_effect,
            ),
            acceptance=(
                Acceptance(
                    photo_stages=tuple(stage for stage in PHOTO_STAGES if stage in written.acceptance.photo_stages)
                )
                if written.acceptance
                else None
            ),
            threshold_documents=self._documents_known(
                "threshold_documents", {threshold.document for threshold in self.reference.thresholds}
            ),
            standard_documents=self._documents_known(
                "standard_documents", {standard.document for standard in self.reference.standards}
            ),
            standard_gaps=tuple(
                StandardGap(industry=industry, category=gap.category)
                for position, gap in enumerate(written.standard_gaps)
                for industry in self._industries(("standard_gaps", position), (gap.industry,))
            ),
            integration_industries=tuple(
                industry
                for position, integration in enumerate(written.integration_exits)
                for industry in self._industries(("integration_exits", position), (integration.industry,))
            ),
            technology_published_on=written.technology.published_on if written.technology else None,
            divisions=(area.code, *(division.code for division in self.reference.divisions_below(area.code))),
            sources=self._sources(),
        )

    # Reporters

    def _add_reporters(self) -> None:
        reporters = self.written.reporters
        for position, code in enumerate(reporters.counties.of):
            self._add_counties(("reporters", "counties", "of", position), code)
        for position, zone in enumerate(reporters.zones):
            place = ("reporters", "zones", position)
            if division := self._division((*place, "code"), zone.code, ("zone",)):
                self._add_zone(place, division, zone.aliases)
        for position, department in enumerate(reporters.departments):
            place = ("reporters", "departments", position)
            if home := self._division((*place, "code"), department.code.partition("-")[0], ("city", "province")):
                self._add_department(
                    place, department.code, department.name, home, department.categories, department.aliases
                )
        for position, kind in enumerate(reporters.department_kinds):
            place = ("reporters", "department_kinds", position)
            for home in self.reference.divisions_below(self.written.area):
                if home.level == "city":
                    known = {"city": home.name, "short": home.short_name}
                    name, *aliases = self._filled(place, (kind.name, *kind.aliases), known)
                    self._add_department(
                        place, f"{home.code}-{kind.suffix}", name, home, kind.categories, tuple(aliases)
                    )

    def _add_counties(self, place: Place, code: str) -> None:
        if self._division(place, code, ("county", "city", "province")) is None:
            return
        below = (self.reference.divisions[code], *self.reference.divisions_below(code))
        for county in (division for division in below if division.level == "county"):
            self._add(
                place,
                county,
                "county",
                aliases=_behind(self._outer_names(county), self._county_aliases(county.name)),
                former_aliases=tuple(
                    alias
                    for *outer_names, name in self.reference.former_paths_of(county.code)
                    for outer in (self._outer_names(county), tuple(reversed(outer_names)))
                    for alias in _behind(outer, self._county_aliases(name))
                ),
                former_codes=self.reference.former_codes_of(county.code),
                parts=tuple(self._parts_of(county)),
            )

    def _parts_of(self, county: Division) -> Iterator[Part]:
        """Yield the counties that were not yet one in the regime's year.

        In the year of the change a name that is today's too is the whole county's.
        """
        whole = self._county_aliases(county.name)
        for change in self.reference.parts_of(county.code, self.written.year):
            names = self._county_aliases(change.name)
            if change.until == self.written.year:
                names = tuple(name for name in names if name not in whole)
            outer_names = (self._outer_names(county), tuple(reversed(change.path[:-1])))
            aliases = _once(alias for outer in outer_names for alias in _behind(outer, names))
            yield Part(code=change.code, name=change.name, aliases=aliases)

    def _county_aliases(self, name: str) -> tuple[str, ...]:
        templates = self.written.reporters.counties.aliases
        known = {"name": name, "short": shorten(name)}
        return (name, *self._filled(("reporters", "counties", "aliases"), templates, known))

    def _add_zone(self, place: Place, zone: Division, aliases: tuple[str, ...]) -> None:
        # Across a province 高新区 could be any city's; within its city there is one.
        short_names = zone.also_called if self.written.level == "city" else ()
        prefixed = _behind(self._outer_names(zone), (zone.name, *zone.also_called))[1:]
        self._add(
            place,
            zone,
            "zone",
            aliases=(
                zone.name,
                zone.full_name,
                *short_names,
                *(alias for alias in prefixed if alias not in zone.also_called),
                *aliases,
            ),
        )

    def _add_department(
        self,
        place: Place,
        code: str,
        name: str,
        home: Division,
        categories: tuple[Category, ...],
        aliases: tuple[str, ...],
    ) -> None:
        below = self.reference.divisions_below(home.code)
        self._keep(
            place,
            Reporter(
                code=code,
                name=name,
                kind="department",
                area=frozenset((home.code, *(division.code for division in below))),
                home=home.code,
                categories=tuple(category for category in CATEGORIES if category in categories),
                aliases=_once((name, *aliases)),
            ),
        )

    def _add(
        self,
        place: Place,
        division: Division,
        kind: ReporterKind,
        aliases: tuple[str, ...],
        former_aliases: tuple[str, ...] = (),
        former_codes: tuple[str, ...] = (),
        parts: tuple[Part, ...] = (),
    ) -> None:
        """Keep a reporter that is itself a division: it speaks of itself only and of every category."""
        self._keep(
            place,
            Reporter(
                code=division.code,
                name=division.name,
                kind=kind,
                area=frozenset({division.code}),
                home=division.code,
                categories=CATEGORIES,
                aliases=_once(aliases),
                former_aliases=_once(former_aliases),
                former_codes=former_codes,
                parts=parts,
                names_then=self.reference.names_in(division.code, self.written.year),
            ),
        )

    def _keep(self, place: Place, reporter: Reporter) -> None:
        if reporter.code in self.reporters:
            self.document.report(
                place, f"填报单位 {reporter.code} 写了两次", f"the reporter {reporter.code} is written twice"
            )
        self.reporters[reporter.code] = reporter

    def _outer_names(self, division: Division) -> tuple[str, ...]:
        """Return the names of what the division lies in, the nearest first."""
        return tuple(self.reference.divisions[code].name for code in self.reference.lineage(division.code)[1:])

    def _filled(self, place: Place, templates: Iterable[str], known: dict[str, str]) -> list[str]:
        """Return the templates with names put in; a template that asks for anything else is noted and left out."""
        filled = []
        for template in templates:
            asked = {name for _, name, _, _ in Formatter().parse(template) if name is not None}
            for name in sorted(asked - set(known)):
                allowed = "".join(f"{{{word}}}" for word in known)
                self.document.report(
                    place,
                    f"“{template}”里不能用 {{{name}}}，只能用 {allowed}",
                    f"'{template}' cannot name {{{name}}}, only {allowed}",
                )
            if asked <= set(known):
                filled.append(template.format(**known))
        return filled

    # Looking up

    def _division(self, place: Place, code: str, levels: tuple[str, ...]) -> Division | None:
        division = self.reference.divisions.get(code)
        if division is None:
            self.document.report(place, f"没有代码为“{code}”的行政区划", f"no division has the code '{code}'")
            return None
        if division.level not in levels:
            self.document.report(
                place,
                f"“{code}”（{division.name}）的级别是 {division.level}，这里应为 {'、'.join(levels)}",
                f"'{code}' is a {division.level}; here it must be a {' or '.join(levels)}",
            )
            return None
        if self.written.area not in self.reference.lineage(code):
            self.document.report(
                place,
                f"“{code}”（{division.name}）不在本方案的地区 {self.written.area} 内",
                f"'{code}' does not lie within the area {self.written.area} of this regime",
            )
            return None
        return division

    def _industries(self, place: Place, words: Iterable[str]) -> tuple[str, ...]:
        names = []
        for position, word in enumerate(words):
            industry = self.reference.industry(word)
            if industry:
                names.append(industry.name)
            else:
                report_unknown_industry(self.document, (*place, position), word, self.reference)
        return _once(names)

    def _with_parts(self, names: tuple[str, ...]) -> tuple[str, ...]:
        industries = self.reference.industries
        parts = (one.name for one in industries.values() if any(one.is_part_of(industries[name]) for name in names))
        return _once((*names, *parts))

    def _documents_known(self, key: str, known: set[str]) -> tuple[str, ...]:
        bodies = getattr(self.written, key)
        for position, body in enumerate(bodies):
            if body.name not in known:
                self.document.report(
                    (key, position, "name"),
                    f"参考表里没有文件“{body.name}”",
                    f"no reference table knows the document '{body.name}'",
                )
        return _names(bodies)

    # Checks

    def _check_form_fields(self) -> None:
        for position, name in enumerate(self.written.required_fields.fields):
            if name not in self.form.fields:
                report_unknown_field(self.document, ("required_fields", "fields", position), name, self.form.fields)

    def _check_clocks(self) -> None:
        for category in CATEGORIES:
            if category not in self.written.clocks:
                self.document.report(
                    ("clocks",),
                    f"缺少“{category}”的整改期限；方案没有规定的，写 ours 说明",
                    f"the clock of {category} is missing; where the plan states none, say so with 'ours'",
                )

    def _check_obligations(self) -> None:
        """Every code exists, and nobody owes the exit table twice in one round: `Regime.owed` names one day."""
        owed: set[tuple[str, str]] = set()
        for position, written in enumerate(self.written.obligations):
            place = ("obligations", position)
            obligation = _obligation(written)
            self._check_codes(place, obligation.who_codes, (obligation.who,))
            if written.form is not None:
                self._check_form((*place, "form"), written.form)
            if obligation.what != EXIT_TABLE:
                continue
            for reporter in filter(obligation.binds, self.reporters.values()):
                if (reporter.code, obligation.round) in owed:
                    self.document.report(
                        place,
                        f"{reporter.name}在同一轮（{obligation.round}）里有两个统计表期限",
                        f"{reporter.code} owes the exit table of the round {obligation.round} twice",
                    )
                owed.add((reporter.code, obligation.round))

    def _check_other_forms(self) -> None:
        """Every form and every code of who sends it exists."""
        for position, asked in enumerate(self.written.other_forms):
            place = ("other_forms", position)
            self._check_form((*place, "form"), asked.form)
            self._check_codes(place, asked.who_codes, asked.who)

    def _check_form(self, place: Place, key: str) -> None:
        if key == EXIT_TABLE or key not in self.forms:
            others = [form for form in self.forms if form != EXIT_TABLE]
            self.document.report(
                place,
                f"没有表“{key}”，可用的有 {'、'.join(others)}",
                f"there is no form '{key}' beside the exit table; there are {', '.join(others)}",
            )

    def _check_codes(self, place: Place, codes: Iterable[str], kinds: Sequence[str]) -> None:
        """Note every code that is no reporter's of these kinds."""
        for code in codes:
            reporter = self.reporters.get(code)
            if reporter is None or reporter.kind not in kinds:
                self.document.report(
                    (*place, "who_codes"),
                    f"没有代码为“{code}”的填报单位（{'、'.join(kinds)}）",
                    f"no {' or '.join(kinds)} among the reporters has the code '{code}'",
                )

    def _sources(self) -> tuple[Source, ...]:
        """Collect where every value comes from; a quotation must stand in the plan, white space aside."""
        plan_text = fold(self.plan.read_text(encoding="utf-8")) if self.plan.exists() else ""
        sources = []
        for place, sourced in _sourced_values(self.written, ()):
            if sourced.quote and fold(sourced.quote) not in plan_text:
                self.document.report(
                    (*place, "quote"),
                    f"方案原文 {self.plan.name} 里没有这句话：{sourced.quote}",
                    f"the plan {self.plan.name} has no such sentence",
                )
            sources.append(Source(value=".".join(map(str, place)), quote=sourced.quote, ours=sourced.ours))
        if reason := self.written.public_notice.working_days_ours:
            sources.append(Source(value="public_notice.working_days", quote=None, ours=reason))
        return tuple(sources)


def _obligation(written: WrittenObligation) -> Obligation:
    """What is owed, and the form whose arrival meets it: the table, a document of a reporter, else what is written."""
    form = written.form
    if written.what == EXIT_TABLE:
        form = EXIT_TABLE
    elif written.what in DOCUMENTS and written.who in REPORTER_KINDS:
        form = DOCUMENT
    return Obligation(**{**written.model_dump(), "form": form})


def report_unknown_field(document: YamlDocument, place: Place, name: str, fields: Iterable[str]) -> None:
    """Note that the form has no such field."""
    document.report(
        place,
        f"表里没有字段“{name}”，可用的有 {'、'.join(fields)}",
        f"the form has no field '{name}'; it has {', '.join(fields)}",
    )


def report_unknown_industry(document: YamlDocument, place: Place, word: str, reference: Reference) -> None:
    """Note that the table of industries has no such word, and propose the nearest."""
    nearest = reference.nearest_industry(word)
    document.report(
        place,
        f"行业表里没有“{word}”" + (f"，是不是“{nearest}”？" if nearest else ""),
        f"the table of industries has no '{word}'" + (f"; did you mean '{nearest}'?" if nearest else ""),
    )


def _sourced_values(value: object, place: Place) -> Iterator[tuple[Place, Sourced]]:
    """Yield every part of a written regime that carries a source, with its place."""
    if isinstance(value, Sourced):
        yield place, value
    if isinstance(value, BaseModel):
        parts: Iterable[tuple[str | int, object]] = ((name, getattr(value, name)) for name in type(value).model_fields)
    elif isinstance(value, dict):
        parts = value.items()
    elif isinstance(value, tuple):
        parts = enumerate(value)
    else:
        return
    for key, part in parts:
        yield from _sourced_values(part, (*place, key))


def _behind(outer_names: Iterable[str], names: Iterable[str]) -> tuple[str, ...]:
    """Return the names alone, behind the city and behind province and city."""
    prefixes = ("", *accumulate(outer_names, lambda inner, outer: outer + inner))
    return tuple(prefix + name for name in names for prefix in prefixes)


def _names(bodies: Iterable[Body]) -> tuple[str, ...]:
    return tuple(body.name for body in bodies)


def _once(names: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(names))
