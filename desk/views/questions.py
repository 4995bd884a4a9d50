"""Which enterprises may be one: alike names that exact means do not join, with what speaks for it, for a steward to say.

Asked when somebody looks, of the warehouse and the log: no build waits for it (docs/decisions/0013).
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass
from decimal import Decimal
from functools import lru_cache
from itertools import combinations
from typing import TYPE_CHECKING, Any

from rulebook.folding import fold
from rulebook.reference import shorten

if TYPE_CHECKING:
    from desk.decisions.log import Decision
    from desk.views.warehouse import Warehouse

LEAST_LIKENESS = 75
"""Of names that have no equipment in common, in percent; one sign of four differs, is missing or doubled. Ours."""

LEAST_LIKENESS_OF_SAME_EQUIPMENT = 60
"""Of names that have some; then one sign may differ in shorter names too: 宏源 and 洪源. Ours."""

LIKENESS_OF_ABBREVIATION = 90
"""Of a name with one it may be short for, where they are not more alike: 宏源 and 宏源页岩砖. Ours."""

CLAIMS_SHOWN = 5

_LEGAL_FORM = re.compile(r"(?<=..)[有限责任股份集团公司厂]+$")
"""Any run of signs that legal forms are made of, so that 有公司, 有限司 and 公公司 are forms too; two signs stay."""

_TOWNSHIP = re.compile(r"^.{2,4}?(?:镇|乡|街道)(?=..)")
"""A township before the name: counties write it, departments leave it out. Two signs of a name stay."""

_TELLING_APART = re.compile(r"[0-9A-Z一二三四五六七八九十东西南北甲乙丙丁]")
"""Signs that tell one works from another; names that differ in one of them are not asked about."""

_NUMBER_IN_WORDS = re.compile(r"[〇零一二三四五六七八九十]+")
_DIGIT_OF_WORD = str.maketrans("〇零一二三四五六七八九", "00123456789")

_LISTED = re.compile(r"^[(]?[0-9]{1,3}[).、,．]+(?=[^0-9])")
"""The number of a row before the name: 1.顺昌水泥厂."""

_NOTE = re.compile(r"(?<=..)[(\[【〔](?P<note>[^()\[\]【】〔〕]+)[)\]】〕]$")
_PHASE = re.compile(r"(?<=[司厂矿])第?[0-9一二三四五六七八九十]+(?:期|号?(?:生产)?线|号[窑炉磨])(?:工程|项目)?$")
_WORKS = re.compile(r"(?!原|曾用|前身).*(?:厂|公司|厂区|车间|矿)|[0-9A-Z一二三四五六七八九十东西南北甲乙丙丁]{1,3}号?")
"""A note that tells works apart, as （二分厂） and （东） do; former names do not."""

_CLAIMS = """
with said as (
    select
        written_id, enterprise, industry, city_code, regime, round, submission_id, sheet, row, claim_cell as cell,
        reporter_code, equipment_text, capacity_text, capacity, capacity_unit
    from marts.fct_claim
    union all
    select
        written_id, enterprise, industry, city_code, regime, round, submission_id, sheet, row, order_cell,
        reporter_code, null, null, null, null
    from marts.fct_rectification
    union all
    select
        record.written_id, record.enterprise, record.industry, place.city_code, record.regime, record.round,
        record.submission_id, record.sheet, record.row, record.enterprise_cell, record.reporter_code,
        record.equipment_text, record.capacity_text, null, null
    from marts.fct_acceptance as record
    left join marts.dim_division as place on record.county_code = place.division_code
)
select
    written.identity_id, written.enterprise_id, written.registry_code, written.enterprise_key, written.credit_code,
    written.match_rule, claim.*, word.industry_path, reporter.reporter, submission.file,
    registry.division as registry_place, city.division as city
from said as claim
inner join marts.dim_enterprise_name as written on claim.written_id = written.written_id
inner join marts.fct_submission as submission on claim.submission_id = submission.submission_id
left join marts.dim_industry as word on claim.industry = word.industry
left join marts.dim_division as registry on written.registry_code = registry.division_code
left join marts.dim_division as city on registry.city_code = city.division_code
left join marts.dim_reporter as reporter
    on claim.regime = reporter.regime and claim.reporter_code = reporter.reporter_code
where
    written.enterprise_key is not null
    and written.registry_code in (
        select registry_code from marts.dim_enterprise_name as asked
        inner join marts.fct_claim as of_cycle on asked.written_id = of_cycle.written_id
        where of_cycle.regime = $regime and of_cycle.round = $round
    )
    and (cast($city as text) is null or claim.city_code = $city)
order by claim.submission_id, claim.row
"""
"""What is said of enterprises in claims, orders and acceptance records."""


@dataclass(frozen=True, slots=True)
class Side:
    """One of two names: what it is called, and the claims that say so."""

    identity_id: str
    enterprise: str
    credit_code: str | None
    claims: tuple[dict[str, Any], ...]
    """At most ``CLAIMS_SHOWN``: ``reporter file sheet row cell equipment_text capacity_text`` and the cycle."""


@dataclass(frozen=True, slots=True)
class Question:
    """Whether two are one enterprise."""

    one: Side
    other: Side
    city_code: str | None
    likeness: int
    """Of the names without their legal form, in percent."""
    industry: str
    """One that both are reported in."""
    is_of_same_equipment: bool
    adds_up: bool
    """Whether one is a numbered part of the other, and the parts' amounts add up to the other's: 化工厂, its 一分厂 and 二分厂."""
    is_matched: bool
    """Whether they are taken for one already, as an abbreviation; else they count apart until somebody decides."""

    def as_json(self) -> dict[str, Any]:
        """The same for programs."""
        return asdict(self)


@dataclass(slots=True)
class _Known:
    """What the claims say of one identity."""

    enterprise_id: str
    city_code: str | None
    registry_code: str
    claims: list[dict[str, Any]]
    keys: set[str]
    """Comparable names, as they are and without the places within them."""
    codes: set[str]
    industries: dict[str, str | None]
    """Each with its path (dim_industry)."""
    equipment: set[str]
    submissions: set[str]
    cycles: set[tuple[str, str]]
    is_abbreviation: bool = False


def read_questions(
    warehouse: Warehouse, decided: Iterable[Decision], regime: str, round_key: str, city_code: str | None = None
) -> list[Question]:
    """The questions about enterprises of a cycle, of one city or all: those of same equipment first, the most alike first.

    ``decided`` are the decisions in force: what a steward said of a pair is not asked again.
    """
    if not warehouse.exists:
        return []
    claims = warehouse.query(_CLAIMS, {"regime": regime, "round": round_key, "city": city_code})
    return ask_about(claims, decided, regime, round_key)


def ask_about(
    claims: Iterable[dict[str, Any]], decided: Iterable[Decision], regime: str, round_key: str
) -> list[Question]:
    """The questions of ``read_questions`` about what ``claims`` say, which are lines as it reads them."""
    known = _gather(claims)
    answers = [(one.identity_id, one.other_identity_id) for one in decided if one.kind in ("merge", "distinct")]
    answered = {_matter(known, *pair) for pair in answers if known.keys() >= set(pair)} | set(map(frozenset, answers))
    enterprises = _as_enterprises(known)
    found = [
        question
        for pair in _pairs(known)
        if not answered & {_matter(known, *pair), frozenset(pair)}
        and (regime, round_key) in known[pair[0]].cycles | known[pair[1]].cycles
        and (question := _ask(known, enterprises, *pair))
    ]
    found += [
        question
        for question in _ask_of_parts(known, regime, round_key)
        if not answered
        & {
            _matter(known, question.one.identity_id, question.other.identity_id),
            frozenset((question.one.identity_id, question.other.identity_id)),
        }
    ]
    # the same at every look: sorting keeps the order in which pairs are found, and that is the order of their ids
    found.sort(
        key=lambda one: (
            one.is_matched,
            not (one.is_of_same_equipment or one.adds_up),
            -one.likeness,
            one.one.enterprise,
        )
    )
    first: dict[frozenset[str], Question] = {}
    for question in found:
        first.setdefault(_matter(known, question.one.identity_id, question.other.identity_id), question)
    return list(first.values())


def _matter(known: dict[str, _Known], one_id: str, other_id: str) -> frozenset[str]:
    """What a question is about: two enterprises, whatever their names; of one enterprise two names."""
    enterprises = frozenset((known[one_id].enterprise_id, known[other_id].enterprise_id))
    return enterprises if len(enterprises) > 1 else frozenset((one_id, other_id))


def _gather(claims: Iterable[dict[str, Any]]) -> dict[str, _Known]:
    known: dict[str, _Known] = {}
    for claim in claims:
        one = known.get(claim["identity_id"])
        if one is None:
            one = known[claim["identity_id"]] = _Known(
                claim["enterprise_id"], claim["city_code"], claim["registry_code"], [], set(), set(), {}, set(), set(), set()
            )  # fmt: skip
        one.claims.append(claim)
        key = claim["enterprise_key"]
        one.keys |= {key, *(_without_places(claim, name) for name in (key, *_without_note(claim)))}
        one.codes |= {claim["credit_code"]} - {None}
        if claim["industry"]:
            one.industries[claim["industry"]] = claim["industry_path"]
        one.equipment |= {"".join((claim["equipment_text"] or "").split())} - {""}
        one.submissions.add(claim["submission_id"])
        one.cycles.add((claim["regime"], claim["round"]))
        one.is_abbreviation |= claim["match_rule"] == "abbreviation"
    return known


def _without_note(claim: dict[str, Any]) -> Iterator[str]:
    """The comparable name without what is no part of it: the number of a row before it, a line, a phase, an owner or a
    former name behind it (顺昌水泥有限公司（2号线）, …二期, …（法人：张三）, …（原县第二水泥厂）); nothing where it has none.
    """
    written = fold(claim["enterprise"])
    bare = _LISTED.sub("", written)
    found = _NOTE.search(bare)
    if found and not _WORKS.fullmatch(found["note"]):
        bare = bare[: found.start()]
    bare = _PHASE.sub("", bare)
    if bare != written:
        from ingestion.understanding import enterprise_key

        key, whole = claim["enterprise_key"], enterprise_key(written)
        place = whole.removesuffix(key) if whole.endswith(key) else ""
        yield enterprise_key(bare).removeprefix(place)


def _without_places(claim: dict[str, Any], key: str) -> str:
    """The comparable name without its county and city, which stand within it where brackets were: 泰顺(莒南)纸业厂.

    A place may have a sign that would tell works apart (莒南, 东阿). Two signs of the name stay.
    """
    for place in (claim["registry_place"], claim["city"]):
        for name in (place, shorten(place)) if place else ():
            rest = key.replace(name, "")
            key = rest if len(rest) > 1 else key
    return key


def _as_enterprises(known: dict[str, _Known]) -> dict[str, tuple[set[str], set[str]]]:
    """By enterprise the codes and the submissions of all its names."""
    enterprises: defaultdict[str, tuple[set[str], set[str]]] = defaultdict(lambda: (set(), set()))
    for one in known.values():
        codes, submissions = enterprises[one.enterprise_id]
        codes |= one.codes
        submissions |= one.submissions
    return enterprises


def _pairs(known: dict[str, _Known]) -> Iterator[tuple[str, str]]:
    """Identities of one county, and of a county and its city where a department named no county, each pair once."""
    by_place = defaultdict(list)
    for identity, one in known.items():
        by_place[one.registry_code].append(identity)
    for place, identities in by_place.items():
        yield from combinations(sorted(identities), 2)
        for identity in identities:
            city = known[identity].city_code
            if city != place:
                yield from (tuple(sorted((identity, other))) for other in by_place.get(city, ()))


def _ask(
    known: dict[str, _Known], enterprises: dict[str, tuple[set[str], set[str]]], one_id: str, other_id: str
) -> Question | None:
    """The question about a pair; None where nothing speaks for their being one, or something against it."""
    one, other = known[one_id], known[other_id]
    industries = _industries_of_both(one, other)
    if not industries or one.submissions & other.submissions or (one.codes and other.codes):
        return None
    is_matched = one.enterprise_id == other.enterprise_id
    if is_matched and not (one.is_abbreviation or other.is_abbreviation):
        return None
    if not is_matched:
        (codes, submissions), (other_codes, other_submissions) = (
            enterprises[side.enterprise_id] for side in (one, other)
        )
        # two codes are two enterprises, and so are two that one table names
        if (codes and other_codes) or submissions & other_submissions:
            return None
    likeness, is_near = max(_compare(key, other_key) for key in one.keys for other_key in other.keys)
    is_of_same_equipment = bool(one.equipment & other.equipment)
    is_alike = (
        likeness >= LEAST_LIKENESS_OF_SAME_EQUIPMENT or is_near if is_of_same_equipment else likeness >= LEAST_LIKENESS
    )
    if not (is_alike or is_matched):
        return None
    return Question(
        _side(one_id, one), _side(other_id, other), one.city_code if one.city_code == other.city_code else None,
        likeness, min(industries), is_of_same_equipment, False, is_matched,
    )  # fmt: skip


def _industries_of_both(one: _Known, other: _Known) -> set[str]:
    """The words that both are reported in; of words that nest the finer: 锌冶炼 lies in 有色."""
    found = set(one.industries) & set(other.industries)
    for word, path in one.industries.items():
        for other_word, other_path in other.industries.items():
            # two words of one code are two: 铅冶炼, 锌冶炼
            if path and other_path and path != other_path:
                if path.startswith(other_path):
                    found.add(word)
                elif other_path.startswith(path):
                    found.add(other_word)
    return found


def _ask_of_parts(known: dict[str, _Known], regime: str, round_key: str) -> Iterator[Question]:
    """Whether numbered works of one table are, together, what another table reports as one: only where the amounts add up.

    One of the two tables is of the cycle; the other may be of another round of its year, as its plan.
    """
    by_place = defaultdict(list)
    for identity, one in known.items():
        by_place[one.registry_code].append(identity)
    for identities in by_place.values():
        for whole_id in sorted(identities):
            whole = known[whole_id]
            begins = tuple(_LEGAL_FORM.sub("", key) for key in whole.keys)
            by_table = defaultdict(list)
            for part_id in sorted(set(identities) - {whole_id}):
                part = known[part_id]
                is_part = any(
                    key.startswith(begin) and _TELLING_APART.search(key[len(begin) :])
                    for key in part.keys
                    for begin in begins
                )
                if is_part and not part.submissions & whole.submissions and _industries_of_both(whole, part):
                    for table in sorted(_tables(part, regime)):
                        by_table[table].append(part_id)
            rounds_of_amounts = defaultdict(set)
            for table, table_round in _tables(whole, regime) if by_table else ():
                rounds_of_amounts[_sums([whole], table)].add(table_round)
            for (table, table_round), part_ids in by_table.items():
                parts = [known[part_id] for part_id in part_ids]
                amounts = _sums(parts, table)
                rounds = rounds_of_amounts[amounts] if amounts else ()
                if len(parts) < 2 or not rounds or round_key not in {table_round, *rounds}:
                    continue
                for part_id, part in zip(part_ids, parts, strict=True):
                    if part.enterprise_id != whole.enterprise_id and not (whole.codes and part.codes):
                        yield Question(
                            _side(whole_id, whole), _side(part_id, part),
                            whole.city_code if whole.city_code == part.city_code else None, LIKENESS_OF_ABBREVIATION,
                            min(_industries_of_both(whole, part)), False, True, False,
                        )  # fmt: skip


def _tables(one: _Known, regime: str) -> set[tuple[str, str]]:
    """The tables of the regime that name it, each with its round."""
    return {(claim["submission_id"], claim["round"]) for claim in one.claims if claim["regime"] == regime}


def _sums(several: Iterable[_Known], table: str) -> tuple[tuple[str, Decimal], ...]:
    """What they have in one table, by unit; an amount nobody could read adds up to nothing."""
    sums: defaultdict[str, Decimal] = defaultdict(Decimal)
    for claim in (claim for one in several for claim in one.claims):
        if claim["submission_id"] == table and claim["capacity"]:
            sums[claim["capacity_unit"]] += claim["capacity"]
    return tuple(sorted(sums.items()))


def _compare(key: str, other_key: str) -> tuple[int, bool]:
    """How alike two names are without their legal form, in percent, and whether the same equipment makes them alike.

    Counted are signs that are wrong, missing, added or swapped. Names whose numbers, sides or letters differ are not
    alike at all; 三六五 and 365 are one number. A township that only one of them names is left out. With the same
    equipment it is enough that one sign tells them apart, or that they begin alike and name the trade differently:
    华丰造纸 and 华丰纸业.
    """
    from rapidfuzz.distance import OSA

    in_township, other_in_township = _TOWNSHIP.match(key), _TOWNSHIP.match(other_key)
    if in_township and not other_in_township:
        key = key[in_township.end() :]
    elif other_in_township and not in_township:
        other_key = other_key[other_in_township.end() :]
    core, other_core = sorted((_LEGAL_FORM.sub("", key), _LEGAL_FORM.sub("", other_key)), key=len)
    if _TELLING_APART.findall(core) != _TELLING_APART.findall(other_core):
        core, other_core = _in_digits(core), _in_digits(other_core)
        if _TELLING_APART.findall(core) != _TELLING_APART.findall(other_core):
            return 0, False
    likeness = round(100 * OSA.normalized_similarity(core, other_core))
    if _is_short_for(core, other_core):
        likeness = max(likeness, LIKENESS_OF_ABBREVIATION)
    return likeness, OSA.distance(core, other_core) <= 1 or core[:2] == other_core[:2]


@lru_cache(maxsize=4096)
def _in_digits(name: str) -> str:
    """The name with every number in digits: 十二 as 12, 三六五 as 365."""
    return _NUMBER_IN_WORDS.sub(_digits_of, name)


def _digits_of(found: re.Match[str]) -> str:
    tens, ten, ones = found[0].rpartition("十")
    digits = f"{tens or 1}{ones or 0}" if ten else ones
    return digits.translate(_DIGIT_OF_WORD)


def _is_short_for(short: str, long: str) -> bool:
    """Whether the longer name begins as the shorter one does and has its signs in its order."""
    signs = iter(long)
    return len(short) >= 2 and short[:2] == long[:2] and all(sign in signs for sign in short)


def _side(identity: str, known: _Known) -> Side:
    shown = ("regime", "round", "submission_id", "reporter_code", "reporter", "file", "sheet", "row", "cell")
    claims = tuple(
        {name: claim[name] for name in (*shown, "industry", "enterprise", "equipment_text", "capacity_text")}
        for claim in known.claims[:CLAIMS_SHOWN]
    )
    return Side(identity, known.claims[0]["enterprise"], min(known.codes, default=None), claims)
