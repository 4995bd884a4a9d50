"""One file as a submission: which sheet is its table, for which cycle, who sent it, and whether it is a nil return."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Any

from ingestion.cells import Observation, Reading, Sheet, address
from ingestion.concealment import notice_hidden_values
from ingestion.documents import tell_kind
from ingestion.frames import Columns, schema_of_rows
from ingestion.headings import Headings, Layouts
from ingestion.places import Gazetteer
from ingestion.preamble import Preamble, read_preamble, rounds_of, years_of
from ingestion.rows import RowReader, Sender
from ingestion.table import Table, find_table, says_nil
from rulebook import DOCUMENT, ROUNDS, Form, Regime, Reporter, Rulebook
from rulebook.card import CARD_SHEET, is_genuine
from rulebook.folding import fold

log = logging.getLogger(__name__)

_CODE = re.compile(r"\d{6}(?:-[a-z0-9]+)?", re.I)
"""What a folder is called that is meant for a reporter's code, be it one or not."""

_REPORTER_HEADING = "填报单位"
_ROWS_OF_A_LETTER = 40
"""Rows of a sheet without a table in which its reporter is looked for."""


@dataclass(frozen=True, slots=True)
class Assignment:
    """What is known of a file before it is opened: how it came, and for which cycle and reporter it is taken."""

    submission_id: str
    regime: str | None = None
    round: str | None = None
    folder: str | None = None
    reporter: str | None = None
    receipt_no: int | None = None
    batch: str | None = None
    channel: str | None = None
    received_at: dt.datetime | None = None
    rulebook_digest: str | None = None
    same_as: int | None = None
    """Number of the receipt that brought the same bytes for the same cycle and folder before."""
    decided_reporter: str | None = None
    """Who a steward decided it is from: this stands, whatever the file and its way say."""
    corrects: str | None = None
    """Id of the submission whose reporter that decision puts right."""


@dataclass(frozen=True, slots=True)
class Understood:
    """One file, understood: its line, its rows column by column, and what was noticed."""

    line: dict[str, Any]
    rows: Columns | None
    observations: list[Observation]


@dataclass(frozen=True, slots=True)
class _Told:
    """Who sent the file, and what told it."""

    reporter_code: str | None
    told_by: str | None
    reported_as: str | None = None
    """Of a reporter that was several counties then: the code of the one that speaks (docs/decisions/0016)."""


class SubmissionReader:
    """Understands files by one rulebook."""

    def __init__(self, rulebook: Rulebook) -> None:
        self._rulebook = rulebook
        self.schemas = {form.key: schema_of_rows(form) for form in rulebook.forms.values()}
        """Of the rows of each form, by its key."""
        self._layouts = Layouts(rulebook.forms.values(), rulebook.reference)
        gazetteer = Gazetteer(rulebook.reference)
        self._gazetteer = gazetteer
        self._rows = {form.key: RowReader(form, rulebook.reference, gazetteer) for form in rulebook.forms.values()}

    def read(self, reading: Reading, assignment: Assignment) -> Understood:
        """The file understood; an error of ours is an observation and never stops the others."""
        try:
            return self._read(reading, assignment)
        except Exception:
            log.exception("unexpected error while understanding %s (sha256 %s)", reading.name, reading.sha256)
            return Understood(self._undisputed_line(reading, assignment), None, [Observation("our_fault")])

    def _undisputed_line(self, reading: Reading, assignment: Assignment) -> dict[str, Any]:
        """The line of a file that is not opened: only a decision, the place of delivery and the option tell its reporter."""
        regime = self._rulebook.regimes.get(assignment.regime or "")
        codes = {
            "decision": assignment.decided_reporter,
            "folder": _code_of_folder(regime, assignment.folder),
            "option": assignment.reporter,
        }
        source, code = next(((source, code) for source, code in codes.items() if _reports(regime, code)), (None, None))
        part = _part_of_folder(regime, code, assignment.folder)
        return _line(reading, assignment) | {"reporter_code": code, "told_by": source, "reported_as": part}

    def _read(self, reading: Reading, assignment: Assignment) -> Understood:
        if reading.is_document:
            line = self._undisputed_line(reading, assignment)
            line |= {"form": DOCUMENT, "document_kind": tell_kind(reading.name, assignment.round)}
            return Understood(line, None, list(reading.observations))
        observations = list(reading.observations)
        card = _read_card(reading, observations)
        if assignment.round is None and card.get("regime") == assignment.regime and card.get("round") in ROUNDS:
            assignment = replace(assignment, round=card.get("round"))
        regime = self._rulebook.regimes.get(assignment.regime or "")
        sheet, table = self._choose_sheet(reading, regime, assignment.round, card.get("form"), observations)
        preamble = table.preamble if table else _preamble_without_table(sheet, self._layouts.usual.headings)
        is_nil = table.is_nil and not table.rows if table else sheet is not None and says_nil(sheet)
        if table is None and not is_nil and not _is_unread(observations):
            observations.append(Observation("no_table"))
        is_form = table is not None or is_nil
        form = self._form_of(table, card, preamble)
        told = self._tell_reporter(regime, card, preamble, sheet, assignment, observations)
        line = _line(reading, assignment) | {
            "form": form.key if is_form else None,
            "reporter_code": told.reporter_code,
            "told_by": told.told_by,
            "reported_as": told.reported_as,
            "declared_reporter": preamble.reporter.value if preamble.reporter else None,
            "declared_cell": preamble.reporter.cell if preamble.reporter else None,
            "declared_date": preamble.declared_on,
            "sheet": sheet.name if sheet else None,
            "title": preamble.title,
            "is_nil": is_nil,
        }
        if regime and assignment.round is None:
            line["round"] = self._tell_round(regime, told.reporter_code, form, observations)
        if assignment.same_as is not None:
            observations.append(Observation("same_bytes", params={"receipt": assignment.same_as}))
        if is_form:
            observations.extend(_notice_cycle(reading, regime, assignment, card, preamble, sheet))
            blank_labels = _notice_blank_labels(preamble, sheet)
            if any(observation.kind == "reporter_unknown" for observation in observations):
                # that nobody is named is the root cause, and told already
                blank_labels = (blank for blank in blank_labels if blank.params["heading"] != _REPORTER_HEADING)
            observations.extend(blank_labels)
        if table is None:
            return Understood(line, None, observations)

        table = _with_sole_industry(table, regime)
        observations.extend(table.observations)
        observations.extend(_notice_missing_columns(table, form))
        observations.extend(_notice_rows(table))
        reporter = regime.reporters.get(told.reporter_code or "") if regime else None
        rows, noticed = self._rows[form.key].read(table, assignment.submission_id, Sender(regime, reporter))
        observations.extend(noticed)
        if told.told_by != "decision" and not any(one.kind == "reporter_contradiction" for one in observations):
            doubts = list(self._notice_rows_of_another(rows, regime, reporter, preamble, sheet))
            delivered = (_code_of_folder(regime, assignment.folder), assignment.reporter)
            if doubts and told.told_by == "heading" and told.reporter_code not in delivered:
                # it stands against nobody it merely names
                line |= {"reporter_code": None, "told_by": None, "reported_as": None}
            observations.extend(doubts)
        line |= {"header_row": table.heading_row + 1, "row_count": len(table.rows)}
        sent_by = {name: [line[name]] * len(table.rows) for name in _SENT_BY}
        return Understood(line, rows | sent_by, observations)

    # ---- which form, which sheet ----

    def _form_of(self, table: Table | None, card: Mapping[str, str], preamble: Preamble) -> Form:
        """The form of the table; of a nil return without one the card's, else the title's, else the usual one."""
        if table:
            return table.layout.form
        if card.get("form") in self._rulebook.forms:
            return self._rulebook.forms[card["form"]]
        return (self._layouts.named_in(preamble.title or "") or self._layouts.usual).form

    def _choose_sheet(
        self,
        reading: Reading,
        regime: Regime | None,
        round: str | None,
        issued_form: str | None,
        observations: list[Observation],
    ) -> tuple[Sheet | None, Table | None]:
        """The sheet that is read, and its table: the visible one of the card's form, year and round, else the first
        (rule S17).

        Without any table it is a visible sheet with a nil return in words, else the first visible one.
        """
        sheets = [sheet for sheet in reading.sheets if sheet.name != CARD_SHEET]
        tables = [table for sheet in sheets if (table := find_table(sheet, self._layouts))]
        if not tables:
            visible = [sheet for sheet in sheets if sheet.is_visible]
            return next((sheet for sheet in visible if says_nil(sheet)), visible[0] if visible else None), None
        visible_tables = [table for table in tables if table.sheet.is_visible]
        of_year = [table for table in visible_tables if regime and regime.year in _years(table)]
        candidates = of_year or visible_tables or tables
        candidates = [table for table in candidates if table.layout.form.key == issued_form] or candidates
        of_round = (table for table in candidates if not _other_rounds(table.preamble, table.sheet, round))
        chosen = next(of_round, candidates[0])
        # that a hidden sheet holds a table is told by itself
        if others := [table.sheet.name for table in visible_tables or tables if table is not chosen]:
            params = {"read": chosen.sheet.name, "others": "、".join(others)}
            observations.append(Observation("several_tables", chosen.sheet.name, None, chosen.sheet.name, params))
        observations.extend(notice_hidden_values(chosen, tables))
        return chosen.sheet, chosen

    # ---- who and when ----

    def _tell_reporter(
        self,
        regime: Regime | None,
        card: Mapping[str, str],
        preamble: Preamble,
        sheet: Sheet | None,
        assignment: Assignment,
        observations: list[Observation],
    ) -> _Told:
        """Who submitted: the card, else 填报单位, else the place of delivery, else the option (architecture, section 4).

        Where these contradict each other (rule S07), it is filed under the place of delivery, if there is one: who sent
        it is known there, and it stands against nobody it merely names. Delivered at the place of somebody who does not
        report here, it is nobody's (rule S07). What a steward decided stands before all of this, and nothing is left to
        contradict.
        """
        declared = preamble.reporter.value if preamble.reporter else None
        if assignment.decided_reporter and _reports(regime, assignment.decided_reporter):
            code = assignment.decided_reporter
            part = _part_named(regime, code, declared) or _part_of_folder(regime, code, assignment.folder)
            return _Told(code, "decision", part)
        if regime is None:
            return _Told(assignment.reporter, "option" if assignment.reporter else None)
        named = regime.reporter_named(declared) if declared else None
        codes = {
            "card": card.get("reporter"),
            "heading": named.code if named else None,
            "folder": _code_of_folder(regime, assignment.folder),
            "option": assignment.reporter,
        }
        told = {source: code for source, code in codes.items() if code in regime.reporters}
        place = (sheet.name, preamble.reporter.cell) if sheet and preamble.reporter else (None, None)
        is_strange_place = codes["folder"] is not None and "folder" not in told
        if told and is_strange_place:
            params = {source: regime.reporters[code].name for source, code in told.items()}
            params["folder"] = assignment.folder
            observations.append(Observation("reporter_contradiction", *place, declared, params))
            return _Told(None, None)
        if not told:
            if not _is_unread(observations):
                params = {"declared": declared or "", "folder": assignment.folder or ""}
                observations.append(Observation("reporter_unknown", *place, declared, params))
            return _Told(None, None)
        if declared and named is None and self._is_of_elsewhere(declared, regime.reporters[next(iter(told.values()))]):
            params = {source: regime.reporters[code].name for source, code in told.items()} | {"declared": declared}
            observations.append(Observation("reporter_contradiction", *place, declared, params))
        parts = {
            "heading": _part_named(regime, told.get("heading"), declared),
            "folder": _part_of_folder(regime, told.get("folder"), assignment.folder),
        }
        if len(set(told.values())) > 1 or len(set(filter(None, parts.values()))) > 1:
            params = {source: _name_of(regime.reporters[code], parts.get(source)) for source, code in told.items()}
            observations.append(Observation("reporter_contradiction", *place, declared, params))
            if "folder" in told:
                return _Told(told["folder"], "folder", parts["folder"])
        source = next(iter(told))
        part = next((part for named_by, part in parts.items() if part and told[named_by] == told[source]), None)
        return _Told(told[source], source, part)

    def _is_of_elsewhere(self, declared: str, reporter: Reporter) -> bool:
        """Whether an office that does not report here is one of a place that the reporter is not of."""
        if (place := self._gazetteer.place_before(declared)) is None:
            return False
        around = {code for home in (reporter.home, *reporter.area) for code in self._rulebook.reference.lineage(home)}
        return place.code not in around

    def _notice_rows_of_another(
        self, rows: Columns, regime: Regime | None, reporter: Reporter | None, preamble: Preamble, sheet: Sheet
    ) -> Iterator[Observation]:
        """``rows_of_another`` where a county's rows, two or more, are all of one other county that reports (rule S07).

        Then it is the sender that is wrong, once, and not every row.
        """
        if (
            reporter is None
            or reporter.kind not in _LOCAL_KINDS
            or len(rows.get("county_text", ())) < _FEWEST_OF_ANOTHER
        ):
            return
        if any(problem != "outside_area" for problem in rows["county_problem"]):
            return
        codes = {self._gazetteer.find(text, regime, None).county_code for text in set(rows["county_text"])}
        other = regime.reporters.get(next(iter(codes)) or "") if len(codes) == 1 else None
        if other is not None:
            declared = preamble.reporter
            params = {"declared": declared.value if declared else None, "rows_of": other.name}
            cell = declared.cell if declared else None
            yield Observation("rows_of_another", sheet.name, cell, params["declared"], params)

    def _tell_round(
        self, regime: Regime, reporter_code: str | None, form: Form, observations: list[Observation]
    ) -> str | None:
        """The one round in which this reporter owes the form, else the exit table; ``round_unknown`` where none is one."""
        rounds = [key for key in ROUNDS if reporter_code]
        owed = [key for key in rounds if regime.owed(reporter_code, key, form.key)]
        owed = owed or [key for key in rounds if regime.owed(reporter_code, key)]
        if len(owed) == 1:
            return owed[0]
        if reporter_code:
            observations.append(Observation("round_unknown", params={"owed": owed}))
        return None


_LOCAL_KINDS = ("county", "zone")
_FEWEST_OF_ANOTHER = 2
"""Rows that must all be of another county before the sender is doubted: of a single row it may be the place that is wrong."""

_SENT_BY = ("submission_id", "regime", "round", "reporter_code")
"""What a row repeats of its submission."""

_UNREAD = frozenset({"our_fault", "unreadable", "encrypted", "no_table", "over_limit"})
"""Where a file could not be read, nothing it says about its reporter is known."""


def _line(reading: Reading, assignment: Assignment) -> dict[str, Any]:
    """The submission's line, before anything is known of its content."""
    return {
        "submission_id": assignment.submission_id,
        "receipt_no": assignment.receipt_no,
        "batch": assignment.batch,
        "regime": assignment.regime,
        "round": assignment.round,
        "form": None,
        "document_kind": None,
        "sha256": reading.sha256,
        "file": reading.name,
        "folder": assignment.folder,
        "channel": assignment.channel,
        "received_at": assignment.received_at,
        "reporter_code": None,
        "told_by": None,
        "declared_reporter": None,
        "declared_cell": None,
        "declared_date": None,
        "sheet": None,
        "header_row": None,
        "title": None,
        "is_nil": False,
        "row_count": 0,
        "rulebook_digest": assignment.rulebook_digest,
        "corrects": assignment.corrects,
        "reported_as": None,
    }


def _code_of_folder(regime: Regime | None, folder: str | None) -> str | None:
    """The code a folder of the inbox stands for, the regime's or not; ``None`` for a folder like 邮件.

    A code the reporter had before stands for today's.
    """
    if folder is None or regime is None:
        return folder
    name = fold(folder).lower()
    is_code = _CODE.fullmatch(name) is not None
    named = regime.reporter_coded(name) if is_code else regime.reporter_named(folder)
    if named is None:
        return name if is_code else None
    return named.code


def _part_of_folder(regime: Regime | None, code: str | None, folder: str | None) -> str | None:
    """The code of the part of the reporter ``code`` whose folder it is, by its code or its name."""
    reporter = regime.reporters.get(code or "") if regime else None
    if reporter is None or folder is None:
        return None
    part = reporter.part_coded(fold(folder).lower()) or reporter.part_named(folder)
    return part.code if part else None


def _part_named(regime: Regime | None, code: str | None, declared: str | None) -> str | None:
    """The code of the part of the reporter ``code`` that 填报单位 names."""
    reporter = regime.reporters.get(code or "") if regime else None
    part = reporter.part_named(declared) if reporter and declared else None
    return part.code if part else None


def _name_of(reporter: Reporter, part_code: str | None) -> str:
    return next((part.name for part in reporter.parts if part.code == part_code), reporter.name)


def _reports(regime: Regime | None, code: str | None) -> bool:
    return code is not None and (regime is None or code in regime.reporters)


def _is_unread(observations: list[Observation]) -> bool:
    return any(observation.kind in _UNREAD for observation in observations)


def _card_sheet(reading: Reading) -> Sheet | None:
    return next((sheet for sheet in reading.sheets if sheet.name == CARD_SHEET), None)


def _read_card(reading: Reading, observations: list[Observation]) -> dict[str, str]:
    """What the hidden card says; nothing where there is none, or where it was altered (``card_altered``)."""
    sheet = _card_sheet(reading)
    if sheet is None:
        return {}
    pairs = ((sheet.text(row, 0), sheet.text(row, 1)) for row in range(len(sheet.grid)))
    card = {key: value for key, value in pairs if key and value}
    if not is_genuine(card):
        observations.append(Observation("card_altered", sheet.name))
        return {}
    return card


def _card_cell(reading: Reading, key: str) -> str | None:
    """Where the card says what it says of ``key``."""
    sheet = _card_sheet(reading)
    rows = range(len(sheet.grid)) if sheet else ()
    return next((address(row, 1) for row in rows if sheet.text(row, 0) == key), None)


def _preamble_without_table(sheet: Sheet | None, headings: Headings) -> Preamble:
    return read_preamble(sheet, range(min(len(sheet.grid), _ROWS_OF_A_LETTER)), headings) if sheet else Preamble()


def _other_rounds(preamble: Preamble, sheet: Sheet, round: str | None) -> frozenset[str]:
    """The rounds of which the title, else the sheet's name speaks, where ``round`` is none of them."""
    rounds = rounds_of(preamble.title or "") or rounds_of(sheet.name)
    return frozenset() if round is None or round in rounds else rounds


def _years(table: Table) -> frozenset[int]:
    return table.preamble.years | years_of(table.sheet.name)


# ---- what the rules want to know ----


def _notice_cycle(
    reading: Reading,
    regime: Regime | None,
    assignment: Assignment,
    card: Mapping[str, str],
    preamble: Preamble,
    sheet: Sheet,
) -> Iterator[Observation]:
    """``other_cycle`` where the card or the title speaks of another cycle; 填报时间 alone does not count (rule S08)."""
    if regime is None:
        return
    issued_for = {key: card[key] for key in ("regime", "round") if key in card}
    expected = {"regime": regime.key, "round": assignment.round or issued_for.get("round")}
    if other := next((key for key, told in issued_for.items() if told != expected[key]), None):
        cell = _card_cell(reading, other)
        yield Observation("other_cycle", CARD_SHEET, cell, issued_for[other], {"what": "card", **issued_for})
        return
    if preamble.years and regime.year not in preamble.years:
        years = "、".join(map(str, sorted(preamble.years)))
        params = {"what": "title", "year": years}
        yield Observation("other_cycle", sheet.name, preamble.title_cell, preamble.title, params)
    elif rounds := _other_rounds(preamble, sheet, assignment.round):
        value = preamble.title if rounds_of(preamble.title or "") else sheet.name
        params = {"what": "title", "round": "、".join(sorted(rounds))}
        yield Observation("other_cycle", sheet.name, preamble.title_cell, value, params)


def _notice_blank_labels(preamble: Preamble, sheet: Sheet) -> Iterator[Observation]:
    """``heading_blank`` for 填报单位 and 填报时间 where they are blank or absent, or no such day is (rule S14)."""
    for heading, label in ((_REPORTER_HEADING, preamble.reporter), ("填报时间", preamble.date)):
        if label is None or label.value is None:
            yield Observation("heading_blank", sheet.name, label.cell if label else None, None, {"heading": heading})
    if preamble.has_no_such_day:
        yield Observation("heading_blank", sheet.name, preamble.date.cell, preamble.date.value, {"heading": "填报时间"})


def _with_sole_industry(table: Table, regime: Regime | None) -> Table:
    """The table; where it has no industry column and the regime is about one industry only, that is implied (ours)."""
    if regime is None or len(regime.key_industries) > 1 or {"industry"} & (table.columns.keys() | table.implied.keys()):
        return table
    (industry,) = regime.key_industries
    first_column = min(column.index for column in table.columns.values())
    sole = {"industry": (industry, address(table.heading_row, first_column))}
    return replace(table, implied={**table.implied, **sole})


def _notice_missing_columns(table: Table, form: Form) -> Iterator[Observation]:
    """``column_missing`` for each field without a column; which are required is the regime's (rule S04)."""
    cell = address(table.heading_row, min(column.index for column in table.columns.values()))
    for name in form.fields:
        if name not in table.columns and name not in table.implied:
            yield Observation("column_missing", table.sheet.name, cell, None, {"field": name})


def _notice_rows(table: Table) -> Iterator[Observation]:
    """``no_rows`` for an empty table that is no nil return, ``nil_and_rows`` for both at once (rules S09, S10)."""
    first_column = min(column.index for column in table.columns.values())
    if not table.rows and not table.is_nil:
        if table.nil_elsewhere:
            row = table.nil_elsewhere
            yield Observation("no_rows", table.sheet.name, row.name_cell, row.text, {"what": row.what})
        else:
            yield Observation("no_rows", table.sheet.name, address(table.heading_row, first_column))
    if table.rows and table.is_nil:
        column = table.columns["enterprise"].index if "enterprise" in table.columns else first_column
        row = table.rows[0]
        yield Observation("nil_and_rows", table.sheet.name, table.cell(row.index, column), row.texts[column])
