"""The folder files arrive in: one folder per reporter, loose files, and a list of when each was received."""

from __future__ import annotations

import csv
import io
import os
from datetime import datetime
from functools import cached_property
from pathlib import Path
from random import Random

from demo import vocabulary
from demo.deliveries import Delivery
from demo.mistakes import FILE_MISTAKES, PAGE_MISTAKES, Setting
from demo.page import Line, Page, lay_out, write_page
from demo.workbooks import write_csv, write_xls, write_xlsx, write_zip
from rulebook import Regime, Reporter, Rulebook

RECEIVED_LIST = "_received.csv"
LOCK_FILE = b"\x04demo".ljust(165, b" ")
RELAXABLE_FIELDS = ("equipment", "category")
"""Fields a regime may leave out of its required ones; the generator then leaves out their columns."""


class Inbox:
    """The folder files arrive in."""

    def __init__(self, folder: Path, regime: Regime, rulebook: Rulebook, random: Random) -> None:
        self.folder = folder
        self.regime = regime
        self.rulebook = rulebook
        self.random = random
        self.nil_returns = 0
        self.received: list[tuple[str, datetime]] = []
        folder.mkdir(parents=True, exist_ok=True)

    def receive(self, delivery: Delivery) -> str:
        """Write the delivery's file; return where it lies within the inbox."""
        page = self._write_page(delivery)
        if delivery.mistake in PAGE_MISTAKES:
            PAGE_MISTAKES[delivery.mistake].spoil(page, self._setting(delivery.reporter))
        suffix, data = self._write_workbook(page, delivery)
        if delivery.mistake in FILE_MISTAKES:
            data = FILE_MISTAKES[delivery.mistake].spoil(data)
        path = self._choose_path(delivery, suffix)
        if "zip_archive" in delivery.quirks:
            member = path.name
            path = path.with_name(f"{delivery.reporter.name}报送材料（第{delivery.version}次）.zip")
            data = write_zip(member, data)
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(data)
        os.utime(path, times=(delivery.received_at.timestamp(),) * 2)
        if "lock_file" in delivery.quirks:
            path.with_name(f"~${path.name}").write_bytes(LOCK_FILE)
        file = path.relative_to(self.folder).as_posix()
        self.received.append((file, delivery.received_at))
        return file

    def write_received_list(self) -> None:
        """Write when each file was received, as the channel that took them knows."""
        target = io.StringIO(newline="")
        writer = csv.writer(target, lineterminator="\n")
        writer.writerow(["file", "received_at"])
        writer.writerows((file, received_at.isoformat()) for file, received_at in self.received)
        (self.folder / RECEIVED_LIST).write_text(target.getvalue(), encoding="utf-8")

    def _write_page(self, delivery: Delivery) -> Page:
        required = self.regime.required_fields
        page = write_page(
            office=delivery.reporter.name,
            filled_by=self._choose_signature(delivery.reporter),
            filled_on=delivery.received_at.date(),
            year=self.regime.year,
            claims=delivery.claims,
            left_out=[name for name in RELAXABLE_FIELDS if name not in required],
            quirks=delivery.quirks,
            random=self.random,
        )
        if not delivery.claims:
            self._return_nil(page)
        return page

    def _return_nil(self, page: Page) -> None:
        """A 零报告: a word in the name column, a sentence under the header, or a tick; one way after the other."""
        word = Line("claim", {"enterprise": self.random.choice(vocabulary.NIL_NAMES)})
        sentence = self.random.choice(vocabulary.NIL_SENTENCES)
        ways = ({"lines": [word]}, {"sentence": sentence}, {"tick": vocabulary.NIL_TICK})
        for name, value in ways[self.nil_returns % len(ways)].items():
            setattr(page, name, value)
        self.nil_returns += 1

    def _choose_signature(self, reporter: Reporter) -> str:
        """A name the reporter goes by and nobody else does."""
        own_names = [name for name in reporter.aliases if self.regime.reporter_named(name) == reporter]
        return self.random.choice([reporter.name, *own_names])

    def _write_workbook(self, page: Page, delivery: Delivery) -> tuple[str, bytes]:
        grids = [lay_out(page, "Sheet1")]
        if "second_sheet" in delivery.quirks:
            last_year = self.regime.year - 1
            old_page = write_page(
                delivery.reporter.name,
                page.filled_by,
                delivery.received_at.date().replace(year=last_year),
                last_year,
                delivery.claims[:1],
                (),
                frozenset(),
                self.random,
            )
            grids.append(lay_out(old_page, f"{last_year}年"))
        if "csv_gb18030" in delivery.quirks:
            return ".csv", write_csv(grids[0])
        if "xls" in delivery.quirks:
            return ".xls", write_xls(grids)
        return ".xlsx", write_xlsx(grids)

    def _choose_path(self, delivery: Delivery, suffix: str) -> Path:
        name, year = delivery.reporter.name, self.regime.year
        template = self.random.choice(vocabulary.FILE_NAMES[1:]) if "odd_file_name" in delivery.quirks else None
        if "loose_file" in delivery.quirks:
            folder, template = self.folder, vocabulary.FILE_NAMES[0]
        else:
            folder, template = self.folder / delivery.reporter.code, template or vocabulary.FILE_NAMES[0]
        stem = template.format(name=name, year=year)
        again = "" if delivery.version == 1 else f"（第{delivery.version}次报送）"
        return folder / f"{stem}{again}{suffix}"

    def _setting(self, reporter: Reporter) -> Setting:
        others = [other for other in self.regime.reporters.values() if other.code != reporter.code]
        return Setting(self.regime, reporter, self.random.choice(others), self.random.choice(self._counties_elsewhere))

    @cached_property
    def _counties_elsewhere(self) -> list[str]:
        """Names of counties in other provinces that only one county of the country has."""
        reference = self.rulebook.reference
        home = reference.province_of(self.regime.area)
        return [
            division.name
            for code, division in sorted(reference.divisions.items())
            if division.level == "county"
            and reference.province_of(code) != home
            and reference.find_division(division.name) == division
        ]
