"""Which county, zone or city a row belongs to, as its reporter may speak of it."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from ingestion.understanding.enterprises import NOWHERE, PlaceNames
from rulebook import Division, Reference, Regime, Reporter
from rulebook.folding import fold

_TOWNSHIP = re.compile(r"(?:镇|乡|苏木|街道|办事处|村|社区)$")
_END_OF_A_COUNTY = re.compile("[县区市旗](?=.)")
_END_OF_A_PLACE = re.compile("[省市州盟县区旗](?=.)")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a row belongs; the county is today's name, and null where a row is about a whole city."""

    county_code: str | None = None
    county: str | None = None
    city_code: str | None = None
    problem: str | None = None


class Gazetteer:
    """Finds places and the names they go by; what was found once is kept."""

    def __init__(self, reference: Reference) -> None:
        self._reference = reference
        self._found: dict[tuple[str, str | None, str | None], Place] = {}
        self._names: dict[str | None, PlaceNames] = {None: NOWHERE}
        self._former_names: dict[str, list[str]] = defaultdict(list)
        for former in reference.former_names:
            self._former_names[former.code].append(former.name)
        self._zones_in: dict[str, list[str]] = defaultdict(list)
        for division in reference.divisions.values():
            if division.host:
                self._zones_in[division.host].append(division.code)

    def find(self, text: str, regime: Regime | None, reporter: Reporter | None) -> Place:
        """The place a county cell names: within the reporter's area, else the regime's, else the whole country."""
        key = (text, regime.key if regime else None, reporter.code if reporter else None)
        if key not in self._found:
            self._found[key] = self._find(text, regime, reporter)
        return self._found[key]

    def home(self, reporter: Reporter | None) -> Place:
        """The place of a row whose county is not written: the reporter's own county or zone, a department's city."""
        return self._place(self._reference.divisions[reporter.home]) if reporter else Place()

    def place_before(self, office: str) -> Division | None:
        """The place that the name of an office begins with (岐山县工信局); None where it names none, or one of several."""
        written = fold(office)
        ends = [found.end() for found in _END_OF_A_PLACE.finditer(written)]
        places = (self._reference.find_division(written[:end]) for end in reversed(ends))
        return next((place for place in places if place), None)

    def names(self, code: str | None) -> PlaceNames:
        """The names, old ones too, of a place and of what it lies in: an enterprise's name may begin with any.

        Of a zone also those of the county it lies in, by which many of its enterprises are called, and of a county those
        of its zones, for who keeps no list of zones; where only the city is known, the county stays before the name.
        """
        if code not in self._names:
            host = self._reference.divisions[code].host
            around = (code, *((host,) if host else self._zones_in.get(code, ())), *self._reference.lineage(code)[1:])
            below = [division.code for division in self._reference.divisions_below(code)]
            self._names[code] = PlaceNames(self._names_to_today(around), self._names_to_today(below))
        return self._names[code]

    def _names_to_today(self, codes: Iterable[str]) -> dict[str, str]:
        """Every name of the places and today's of the same place; of two that share a name, the one that comes first."""
        names: dict[str, str] = {}
        for code in codes:
            today = self._reference.divisions[code].name
            for name in (today, *sorted(self._former_names.get(code, ()))):
                names.setdefault(name, today)
        return names

    def _find(self, text: str, regime: Regime | None, reporter: Reporter | None) -> Place:
        if regime is None:
            division = self._division(text)
            return self._place(division) if division else Place(problem="unknown_county")
        whole_area = frozenset(regime.divisions)
        division = self._division(text, self._area(reporter) if reporter else whole_area)
        if division is None:
            elsewhere = self._division(text, whole_area) or self._division(text)
            return Place(problem="outside_area" if elsewhere else "unknown_county")
        if reporter and reporter.kind == "zone":
            # a zone's rows are counted under the zone, also where they name the county it lies in
            return self.home(reporter)
        return self._place(division)

    def _division(self, text: str, area: Collection[str] | None = None) -> Division | None:
        """The division of the area that the text names, or the county a township or village stands behind: 紫阳县城关镇."""
        division = self._reference.find_division(text, area)
        written = fold(text)
        if division is None and _TOWNSHIP.search(written):
            ends = [found.end() for found in _END_OF_A_COUNTY.finditer(written)]
            counties = (self._reference.find_division(written[:end], area) for end in reversed(ends))
            division = next((county for county in counties if county and county.level in ("county", "zone")), None)
        return division

    def _area(self, reporter: Reporter) -> frozenset[str]:
        """Where a reporter's places are looked for; a zone's people also write the county it lies in."""
        host = self._reference.divisions[reporter.home].host
        return reporter.area | {host} if host else reporter.area

    def _place(self, division: Division) -> Place:
        if division.level in ("county", "zone"):
            return Place(division.code, division.name, self._reference.city_of(division.code))
        return Place(city_code=division.code if division.level == "city" else None)
