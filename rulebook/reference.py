"""Reference data and how the words of a spreadsheet are looked up in it.

`reference_files.py` reads the tables; this module only answers questions. Places carry today's codes and names
(`reference/divisions.csv`); the names they had before (`reference/division_changes.csv`) lead to the same place.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cached_property, lru_cache

from rulebook.folding import fold
from rulebook.likeness import longest_contained, most_like

_NATIONALITIES = (
    "蒙古|回|藏|维吾尔|苗|彝|壮|布依|朝鲜|满|侗|瑶|白|土家|哈尼|哈萨克|傣|黎|傈僳|佤|畲|拉祜|水|东乡|纳西|景颇|柯尔克孜|土|达斡尔"
    "|仫佬|羌|布朗|撒拉|毛南|仡佬|锡伯|普米|塔吉克|怒|鄂温克|裕固|保安|独龙|各"
)
_AUTONOMOUS = re.compile(rf"^(.{{2,}}?)(?:(?:{_NATIONALITIES})族?)+自治[区州县旗]$")
_LEVEL_WORD = re.compile(r"^(.{2,}?)(?:特别行政区|自治[区州县旗]|地区|林区|[省市县区旗盟])$")
_PER_YEAR = re.compile(r"(?:/年|/a|每年)$")
_INDUSTRY_WORD = re.compile(r"(?:行业|产业|工业|业)$")
_BETWEEN_WORDS = re.compile(r"[、,;/\s和及与]+")
_BRACKETED = re.compile(r"\([^()]*\)")

_SIGNS_MEANT = str.maketrans("顿屯蹲墩盾Ww", "吨吨吨吨吨万万")
"""Signs that sound or look like those of units, or are short for them (10W吨)."""
_DOUBLED_SIGN = re.compile(r"(.)\1+")

_LONGEST_PREFIX = 12
"""Characters of the longest name of a province or city that may stand before a county's."""

_LOWEST_LEVELS = ("county", "zone")

_LONGER_WORD = 3
"""Signs of a synonym that is proposed for: of two signs there are too many that are alike (电炉, 转炉, 高炉)."""

_WHOLE_DIVISION = re.compile(r"[A-Z][0-9]{2}")
"""The code of a division of GB/T 4754 (大类): 化工 is C26, 电石 within it C2613."""


_Names = dict[str | tuple[str | None, str], set[str]]


@dataclass(frozen=True, slots=True)
class Division:
    """A province, city or county of GB/T 2260, or a functional zone, which no code list has."""

    code: str
    name: str
    level: str
    parent: str | None
    full_name: str
    host: str | None = None
    also_called: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        """The name without 省, 市, 县, 区 …; the name itself where one character would be left."""
        return shorten(self.name)


@dataclass(frozen=True, slots=True)
class FormerName:
    """A name that a division of today, or what became part of it, had before."""

    code: str
    name: str
    path: tuple[str, ...]
    """Province, city and county as they were then."""


@dataclass(frozen=True, slots=True)
class DivisionChange:
    """A place that in the year ``until`` got another code or name, or became part of another place."""

    until: int
    code: str
    name: str
    path: tuple[str, ...]
    """Province, city and county as they were then."""
    became: tuple[str, str]
    """Code and name of what it became."""


@dataclass(frozen=True, slots=True)
class Industry:
    """A word of the plans with its place in GB/T 4754-2017; the code is None where the word crosses divisions."""

    name: str
    code: str | None
    code_name: str | None
    lies_in: str | None = None
    """The word it lies in where the codes do not tell: 造纸 (C222) in 轻工, 小火电 in 煤电 (both D4411)."""
    synonyms: tuple[str, ...] = ()

    def is_part_of(self, other: Industry) -> bool:
        """Whether it lies in another: 水泥 (C3011) in 建材 (C30), 造纸 in 轻工, which has no code."""
        if self.lies_in == other.name:
            return True
        return self.code != other.code and other.code is not None and (self.code or "").startswith(other.code)


@dataclass(frozen=True, slots=True)
class Threshold:
    """A size of equipment that a document calls outdated."""

    industry: str
    equipment: tuple[str, ...]
    names: tuple[str, ...]
    """What the equipment is called, in the document and in tables of exits."""
    parameter: str | None
    comparison: str
    value: Decimal | None
    unit: str | None
    condition: str | None
    exception: str | None
    document: str
    edition: str | None
    valid_from: date | None
    valid_to: date | None
    region: str | None


@dataclass(frozen=True, slots=True)
class Standard:
    """A mandatory energy limit that a plan names for an industry."""

    industry: str
    standard: str
    name: str
    document: str


@dataclass(frozen=True, slots=True)
class PublishedList:
    """What the enterprises of an industry had on average in a published list of exits."""

    industry: str
    average: Decimal
    """Of one enterprise, in ``unit``, the canonical one of the industry."""
    unit: str
    enterprises: int
    name: str


@dataclass(frozen=True, slots=True)
class _SearchArea:
    """Where a name is looked for: what lies in it, and its city where it does not reach beyond one."""

    contains: Callable[[str], bool]
    city: str | None


def shorten(name: str) -> str:
    """Return a division's name without its level word; the name itself where one character would be left."""
    shortened = _AUTONOMOUS.match(name) or _LEVEL_WORD.match(name)
    return shortened.group(1) if shortened else name


class Reference:
    """Answers questions about places, industries, categories and units; holds thresholds and standards."""

    def __init__(
        self,
        *,
        divisions: Mapping[str, Division],
        former_names: Iterable[FormerName],
        changes: Iterable[DivisionChange],
        industries: Iterable[Industry],
        industry_units: Mapping[str, Mapping[str, tuple[str, Decimal]]],
        units_without_entry: Mapping[str, tuple[str, Decimal]],
        unit_spellings: Mapping[str, str],
        category_words: Mapping[str, str],
        other_words: Collection[str],
        thresholds: Iterable[Threshold],
        standards: Iterable[Standard],
        published_lists: Iterable[PublishedList],
    ):
        self.divisions = divisions
        self.former_names = tuple(former_names)
        self._changes_to: dict[tuple[str, str], list[DivisionChange]] = defaultdict(list)
        for change in changes:
            self._changes_to[change.became].append(change)
        self.industries = {industry.name: industry for industry in industries}
        self.thresholds = tuple(thresholds)
        self.standards = tuple(standards)
        self.published_lists = {published.industry: published for published in published_lists}
        self._industry_units = industry_units
        self._units_without_entry = units_without_entry
        self._unit_spellings = unit_spellings
        self._category_words = category_words
        self._other_words = other_words
        self._find_division = lru_cache(maxsize=1 << 16)(self._find_division_within)
        self._find_industry = lru_cache(maxsize=1 << 14)(self._industry_spelled)
        self._find_unit = lru_cache(maxsize=1 << 14)(self._unit_spelled)
        self._names_within = lru_cache(maxsize=1 << 8)(self._lowest_names_within)

    # Places

    def find_division(self, text: str, area: str | Collection[str] | None = None) -> Division | None:
        """Return the one division of the area that goes by this name today or went by it before.

        `area` is a set of codes, or one code that stands for itself and everything below it; None is the whole country.
        A name that two divisions of the area share gives None.
        """
        return self._find_division(text, area if area is None or isinstance(area, str) else frozenset(area))

    def city_of(self, code: str) -> str | None:
        """Return the city a division is or lies in; where it lies in none (仙桃市, 北京's districts) the province."""
        division = self.divisions[code]
        return division.code if division.level == "city" else division.parent

    def province_of(self, code: str) -> str:
        """Return the province a division is or lies in."""
        return self.lineage(code)[-1]

    def lineage(self, code: str) -> tuple[str, ...]:
        """Return the code itself, then what it lies in, up to the province."""
        codes = [code]
        while parent := self.divisions[codes[-1]].parent:
            codes.append(parent)
        return tuple(codes)

    def divisions_below(self, code: str) -> tuple[Division, ...]:
        """Return everything below a province or city: city by city, its counties, then its zones."""
        return tuple(sorted(self._below.get(code, ()), key=self._place_in_listing))

    @cached_property
    def _below(self) -> dict[str, list[Division]]:
        """Every division under each code of its lineage but its own."""
        below: dict[str, list[Division]] = defaultdict(list)
        for division in self.divisions.values():
            for code in self.lineage(division.code)[1:]:
                below[code].append(division)
        return dict(below)

    def former_paths_of(self, code: str) -> tuple[tuple[str, ...], ...]:
        """Return the names that led to this division before, each behind those of what it lay in then."""
        return self._former_paths_by_code.get(code, ())

    def parts_of(self, code: str, year: int) -> tuple[DivisionChange, ...]:
        """Return the counties that were not yet one in ``year`` and are this division today, the least code first.

        None where it was one county then, under whatever name. In the year of the change itself both were.
        """
        parts = self._counties_of(code, self.divisions[code].name, year)
        return tuple(sorted(parts, key=lambda part: part.code)) if len(parts) > 1 else ()

    def names_in(self, code: str, year: int) -> tuple[str, ...]:
        """Return what the county or counties that are this division today were called in ``year``; none where as today.

        In the year of the change itself both names were in use: the former is told. A county that lay in another city
        is told with it (莱芜市钢城区).
        """
        today = self.divisions[code].name
        told = sorted(self._counties_of(code, today, year), key=lambda part: part.code)
        names = tuple(dict.fromkeys(self._named_beside(code, part) for part in told))
        return () if names == (today,) else names

    def _named_beside(self, code: str, part: DivisionChange) -> str:
        """The county's name, behind its city's where that is not the city of today; a path of two names no city."""
        today = {self.divisions[outer].name for outer in self.lineage(code)}
        return "".join((*(city for city in part.path[1:-1] if city not in today), part.name))

    def _counties_of(self, code: str, name: str, year: int) -> list[DivisionChange]:
        counties = []
        for change in self._changes_to.get((code, name), ()):
            # a city that became a district (莱芜市) sent no county's table
            if change.until < year or change.code.endswith("00"):
                continue
            is_itself = (change.code, change.name) == change.became
            earlier = [] if is_itself else self._counties_of(change.code, change.name, year)
            counties += earlier or [change]
        return counties

    def former_codes_of(self, code: str) -> tuple[str, ...]:
        """Return the codes that this division, or a county that became part of it, had before."""
        codes: dict[str, None] = {}
        waiting = [(code, self.divisions[code].name)]
        seen = set(waiting)
        while waiting:
            for change in self._changes_to.get(waiting.pop(), ()):
                codes[change.code] = None
                if (change.code, change.name) not in seen:
                    seen.add((change.code, change.name))
                    waiting.append((change.code, change.name))
        return tuple(former for former in codes if former != code)

    def nearest_county(self, text: str, area: str | Collection[str] | None = None) -> str | None:
        """Return the name of the one county or zone of the area that the text names or looks most like.

        None where nothing is like it, or several are. A place elsewhere was not mistyped: nothing is proposed for it.
        """
        place = self.find_division(text, area)
        if place and place.level in _LOWEST_LEVELS:
            return place.name
        written = fold(text)
        if self._codes_named(written, self._search_area(None)):
            return None
        written = self._without_upper_levels(written)
        short_names, names = self._names_within(area if area is None or isinstance(area, str) else frozenset(area))
        for found in (most_like(shorten(written), short_names), most_like(written, names)):
            if len(found) == 1:
                return found[0]
        return None

    def _lowest_names_within(self, area: str | frozenset[str] | None) -> tuple[dict[str, str], dict[str, str]]:
        """The short and the whole names of the counties and zones of an area, each with what it stands for."""
        contains = self._search_area(area).contains
        within = [
            division
            for division in self.divisions.values()
            if division.level in _LOWEST_LEVELS and contains(division.code)
        ]
        names = {fold(name): division.name for division in within for name in (division.name, *division.also_called)}
        return {division.short_name: division.name for division in within}, names

    def _without_upper_levels(self, name: str) -> str:
        """The name without the provinces and cities before it."""
        for length in range(min(len(name) - 2, _LONGEST_PREFIX), 1, -1):
            if name[:length] in self._upper_levels_by_name:
                return self._without_upper_levels(name[length:])
        return name

    def _place_in_listing(self, division: Division) -> tuple[str, bool, str]:
        # A zone's code sorts right after its city's, before the counties; readers expect counties first.
        return self.city_of(division.code) or division.code, division.level == "zone", division.code

    def _find_division_within(self, text: str, area: str | frozenset[str] | None) -> Division | None:
        codes = self._codes_named(fold(text), self._search_area(area))
        return self.divisions[next(iter(codes))] if len(codes) == 1 else None

    def _codes_named(self, name: str, area: _SearchArea) -> set[str]:
        """Collect the divisions a folded name may mean; stop at the strongest kind of name that knows it."""
        for names in self._names_by_strength:
            candidates = names.get(name, set()) | names.get((area.city, name), set())
            if codes := set(filter(area.contains, candidates)):
                return codes
        return self._codes_named_after_prefix(name, area)

    def _codes_named_after_prefix(self, name: str, area: _SearchArea) -> set[str]:
        """Take the beginning for a province or city and look for the rest within it (陕西榆林神木)."""
        codes: set[str] = set()
        for length in range(2, min(len(name) - 1, _LONGEST_PREFIX + 1)):
            for outer in self._upper_levels_by_name.get(name[:length], ()):
                codes |= set(filter(area.contains, self._codes_named(name[length:], self._search_area(outer))))
        return codes

    def _search_area(self, area: str | Collection[str] | None) -> _SearchArea:
        if area is None:
            return _SearchArea(lambda code: True, None)
        if isinstance(area, str):
            return _SearchArea(lambda code: area in self.lineage(code), self.city_of(area))
        cities = {self.city_of(code) for code in area}
        return _SearchArea(lambda code: code in area, cities.pop() if len(cities) == 1 else None)

    @cached_property
    def _names_by_strength(self) -> tuple[_Names, ...]:
        """Names of today, names of before, then short ones (省, 市, 县, 区 left out): the earlier is the stronger.

        Among short names a province's goes before: 河北 is no district of 天津.

        A zone's other names (高新区) are keyed with its city: every other city has such a zone too.
        """
        current: _Names = {}
        province_short: _Names = {}
        current_short: _Names = {}
        for code, division in self.divisions.items():
            path = tuple(self.divisions[outer].name for outer in reversed(self.lineage(code)))
            for spelling in (*_endings(path), division.full_name):
                current.setdefault(spelling, set()).add(code)
            for spelling in division.also_called:
                current.setdefault((division.parent, fold(spelling)), set()).add(code)
            short = province_short if division.level == "province" else current_short
            short.setdefault(division.short_name, set()).add(code)
        former: _Names = {}
        former_short: _Names = {}
        for former_name in self.former_names:
            for spelling in _endings(former_name.path):
                former.setdefault(spelling, set()).add(former_name.code)
            former_short.setdefault(shorten(former_name.name), set()).add(former_name.code)
        return current, former, province_short, current_short, former_short

    @cached_property
    def _former_paths_by_code(self) -> dict[str, tuple[tuple[str, ...], ...]]:
        paths: dict[str, set[tuple[str, ...]]] = {}
        for former_name in self.former_names:
            paths.setdefault(former_name.code, set()).add(former_name.path)
        return {code: tuple(sorted(former)) for code, former in paths.items()}

    @cached_property
    def _upper_levels_by_name(self) -> dict[str, set[str]]:
        names: dict[str, set[str]] = {}
        for code, division in self.divisions.items():
            if division.level in ("province", "city"):
                names.setdefault(division.name, set()).add(code)
                names.setdefault(division.short_name, set()).add(code)
        return names

    # Industries

    def industry(self, text: str) -> Industry | None:
        """Return the industry this word names or is a synonym of; a final 行业, 产业, 工业 or 业 is forgiven."""
        return self._find_industry(text)

    def nearest_industry(self, text: str) -> str | None:
        """Return the industry that the text names among other words, else whose name or longer word looks most like it.

        None where nothing is like it, and for a word of its own (造船 is no slip for 造纸). A single sign is enough where
        one industry alone has it in its name (铝). Of several the first that is
        a whole division of GB/T 4754 is meant more often than a class within one (化公: 化工); where none is, there is
        nothing to choose by.
        """
        word = _INDUSTRY_WORD.sub("", fold(text))
        if word in self._other_words:
            return None
        # 铅锌冶炼 is the class of two words
        if of_class := [one.name for one in self.industries.values() if fold(text) == one.code_name]:
            return "、".join(of_class)
        names = {fold(name): name for name in self.industries}
        longer_words = {
            word: industry.name for word, industry in self._industries_by_word.items() if len(word) >= _LONGER_WORD
        }
        if named := self._industry_named_within(word, names | longer_words):
            return named
        having_it = [name for name in self.industries if len(word) == 1 and word in name]
        found = having_it or most_like(word, names) or most_like(word, longer_words)
        whole_divisions = (name for name in found if _WHOLE_DIVISION.fullmatch(self.industries[name].code or ""))
        return found[0] if len(found) == 1 else next(whole_divisions, None)

    def _industry_named_within(self, text: str, words: Mapping[str, str]) -> str | None:
        """The industry of the longest of ``words`` in the text, else of a short one it begins with (焦化厂: 焦炭).

        Of several the last: what a compound is stands at its end (纺织印染). Short words there say little (锑冶炼).
        """
        if within := longest_contained(text, words):
            return words[max(within, key=text.rindex)]
        return next((industry.name for word, industry in self._industries_by_word.items() if _begins(text, word)), None)

    def capacity_units(self, industry_name: str) -> Mapping[str, tuple[str, Decimal]]:
        """Map each unit an industry's amounts may have to its canonical unit and the exact factor.

        An industry without a unit of its own has the units of "(no entry)", each for itself
        (`reference/capacity_units.csv`).
        """
        return self._industry_units.get(industry_name, self._units_without_entry)

    def _industry_spelled(self, text: str) -> Industry | None:
        word = fold(text)
        spellings = (word, _BRACKETED.sub("", word))
        for spelling in (*spellings, *(_INDUSTRY_WORD.sub("", spelling) for spelling in spellings)):
            if industry := self._industries_by_word.get(spelling):
                return industry
        return None

    @cached_property
    def _industries_by_word(self) -> dict[str, Industry]:
        """Own names go before synonyms, and these, in the table's order, before the names of GB/T 4754."""
        words: dict[str, Industry] = {fold(name): industry for name, industry in self.industries.items()}
        for industry in self.industries.values():
            for synonym in industry.synonyms:
                words.setdefault(fold(synonym), industry)
        code_names = [industry.code_name for industry in self.industries.values() if industry.code_name]
        for industry in self.industries.values():
            if code_names.count(industry.code_name) == 1:
                words.setdefault(fold(industry.code_name), industry)
        return words

    # Categories

    def nearest_category(self, text: str) -> str | None:
        """Return the categories most like the words of the text, joined by 、; None where nothing is like any of them."""
        parts = _BETWEEN_WORDS.split(unicodedata.normalize("NFKC", text))
        return "、".join(dict.fromkeys(category for part in parts for category in self._categories_like(part))) or None

    def _categories_like(self, word: str) -> list[str]:
        """The category a word stands for (环境超标), else the one it is like (环报); empty where it is none or several.

        Several that it names itself (能耗环保) are all meant. A word of its own (技能) is like none.
        """
        if word in self._other_words:
            return []
        categories = {category: category for category in self._category_words.values()}
        named = sorted((category for category in categories if category in word), key=word.index)
        if len(named) > 1:
            return named
        words = longest_contained(word, (*categories, *self._category_words))
        found = {(categories | self._category_words)[name] for name in words} or set(most_like(word, categories))
        return list(found) if len(found) == 1 else []

    # Units

    def unit(self, text: str) -> str | None:
        """Return the canonical spelling of a unit; "per year" is understood and dropped, kw and KT are forgiven."""
        return self._find_unit(text)

    def nearest_unit(self, text: str, industry_name: str) -> str | None:
        """Return the unit of the industry that is meant by a slip of the hand: 万顿, W吨, 万吨吨.

        None for a unit of something else, and for what holds a unit beside other words (万吨标煤).
        """
        if self.unit(text):
            return None
        meant = self.unit(_DOUBLED_SIGN.sub(r"\1", fold(text).translate(_SIGNS_MEANT)))
        units = self.capacity_units(industry_name)
        return meant if meant in units or not units else None

    def _unit_spelled(self, text: str) -> str | None:
        word = fold(text)
        for spelling in (word, _PER_YEAR.sub("", word)):
            if unit := self._unit_spellings.get(spelling) or self._units_in_any_case.get(spelling.casefold()):
                return unit
        return None

    @cached_property
    def _units_in_any_case(self) -> dict[str, str]:
        """Units by their case-folded spellings; left out where case alone tells two units apart."""
        units: dict[str, set[str]] = {}
        for spelling, unit in self._unit_spellings.items():
            units.setdefault(spelling.casefold(), set()).add(unit)
        return {spelling: found.pop() for spelling, found in units.items() if len(found) == 1}


def _begins(text: str, word: str) -> bool:
    return len(word) == _LONGER_WORD - 1 and len(text) > len(word) and text.startswith(word)


def _endings(path: tuple[str, ...]) -> tuple[str, ...]:
    """Return a name alone and behind the names of what it lies in: 神木县, 榆林市神木县, 陕西省榆林市神木县."""
    return tuple("".join(path[start:]) for start in range(len(path)))
