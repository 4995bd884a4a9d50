"""What reporters claim: invented exits, and the same exits as another reporter tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from random import Random

from demo import vocabulary
from demo.vocabulary import Machine, Profile
from rulebook import CATEGORIES, Regime

CREDIT_CODE_ALPHABET = "0123456789ABCDEFGHJKLMNPQRTUWXY"


@dataclass(frozen=True)
class Claim:
    """One row of a reporter's table: the words it writes and the values it means by them.

    ``plant`` names the enterprise within its county and industry, however its name is spelled; claims with the same
    ``identity`` speak of the same exit.
    """

    plant: str
    county_code: str
    county: str
    industry: str
    industry_written: str
    enterprise: str
    equipment: str
    equipment_count: int | None
    capacity: Decimal
    capacity_unit: str
    amount_written: Decimal
    unit_written: str
    categories: tuple[str, ...]
    method: str | None = None
    shut_on: date | None = None
    dismantled_on: date | None = None
    credit_code: str = ""
    remark: str = ""

    @property
    def identity(self) -> tuple[str, str, str]:
        """County × industry × enterprise: what makes two claims the same exit (domain, 4)."""
        return self.county_code, self.industry, self.plant


def invent_claims(
    regime: Regime, county_code: str, county: str, categories: Sequence[str], count: int, random: Random
) -> list[Claim]:
    """``count`` claims on exits in one county; some plants exit with two lines or from two industries."""
    names = _invent_names(county, random)
    claims: list[Claim] = []
    while len(claims) < count:
        profile, industry = _choose_industry(regime, random)
        name = next(names)
        claims.append(_invent_claim(regime, county_code, county, profile, industry, name, categories, random))
        if len(claims) < count and random.random() < 0.1:
            claims.append(_second_line(claims[-1], profile, random))
        elif len(claims) < count and random.random() < 0.05:
            claims.append(_second_industry(regime, claims[-1], random))
    return claims


def retell(claims: Sequence[Claim], categories: Sequence[str], random: Random) -> Claim:
    """The exit of ``claims`` as a department tells it: one row, often other words, at times another figure."""
    first = claims[0]
    total = sum((claim.capacity for claim in claims), Decimal(0))
    counts = [claim.equipment_count for claim in claims]
    retold = replace(
        first,
        enterprise=_respell(first.enterprise, random),
        equipment="；".join(claim.equipment for claim in reversed(claims)),
        equipment_count=None if None in counts else sum(counts),
        categories=tuple(categories),
    )
    if random.random() < 0.3:
        total += profile_of(first).step
    return spell_amount(retold, total, random)


def spell_amount(claim: Claim, capacity: Decimal, random: Random) -> Claim:
    """``claim`` with ``capacity`` (canonical unit), written in one of the unit's spellings."""
    unit, factor = random.choice(vocabulary.UNIT_SPELLINGS[claim.capacity_unit])
    amount = Decimal(f"{(capacity / factor).normalize():f}")
    return replace(claim, capacity=capacity, amount_written=amount, unit_written=unit)


def profile_of(claim: Claim) -> Profile:
    """The profile ``claim`` was invented from."""
    if claim.capacity_unit == vocabulary.CLINKER.unit:
        return vocabulary.CLINKER
    return vocabulary.PROFILES[claim.industry]


def _choose_industry(regime: Regime, random: Random) -> tuple[Profile, str]:
    """A key industry of the regime four times out of five, else one the plan did not name."""
    key_industries = [name for name in regime.key_industries if name in vocabulary.PROFILES]
    others = [name for name in vocabulary.OFTEN_BESIDE_KEY_INDUSTRIES if name not in key_industries]
    industry = random.choice(key_industries if key_industries and random.random() < 0.8 else others)
    if industry == vocabulary.CLINKER_INDUSTRY and random.random() < 0.1:
        return vocabulary.CLINKER, industry
    return vocabulary.PROFILES[industry], industry


def _invent_names(county: str, random: Random) -> Iterator[str]:
    """Endless firm names of one county, no two alike even without their form of company."""
    syllables = vocabulary.FIRM_SYLLABLES
    pairs = [one + other for one in syllables for other in syllables if one != other]
    short = re.sub(vocabulary.PLACE_SUFFIXES, "", county)[:4]
    place = random.choice((county, short)) if len(county) <= 3 else short
    while True:
        for pair in random.sample(pairs, len(pairs)):
            yield f"{place}{pair}"
        place = f"{place}新"


def _invent_claim(regime, county_code, county, profile, industry, name, categories, random: Random) -> Claim:
    equipment, equipment_count = _describe_equipment(profile, random)
    shut_on, dismantled_on = _invent_dates(regime.year, random)
    firm = f"{name}{random.choice(profile.firms)}{random.choice(vocabulary.PLANT_FORMS)}"
    failed = random.sample(list(categories), min(len(categories), random.choice((1, 1, 2))))
    claim = Claim(
        plant=name,
        county_code=county_code,
        county=county,
        industry=industry,
        industry_written=random.choice(profile.words),
        enterprise=firm,
        equipment=equipment,
        equipment_count=equipment_count,
        capacity=Decimal(0),
        capacity_unit=profile.unit,
        amount_written=Decimal(0),
        unit_written=profile.unit,
        categories=tuple(category for category in CATEGORIES if category in failed),
        method=_choose_method(regime, industry, random),
        shut_on=shut_on,
        dismantled_on=dismantled_on,
        credit_code=invent_credit_code(county_code, random),
        remark=random.choice(vocabulary.REMARKS),
    )
    return spell_amount(claim, profile.smallest + profile.step * random.randrange(40), random)


def _second_line(claim: Claim, profile: Profile, random: Random) -> Claim:
    """Another production line of the same plant: a row of its own with its own machines and amount."""
    machine = random.choice(profile.machines)
    line = replace(claim, equipment=f"二期{random.choice(machine.names)}1{machine.measure_word}", equipment_count=1)
    return spell_amount(line, claim.capacity + profile.step, random)


def _second_industry(regime: Regime, claim: Claim, random: Random) -> Claim:
    """The same enterprise leaving a second industry: another exit, still one enterprise."""
    profile, industry = _choose_industry(regime, random)
    while industry == claim.industry:
        profile, industry = _choose_industry(regime, random)
    equipment, equipment_count = _describe_equipment(profile, random)
    other = replace(
        claim,
        industry=industry,
        industry_written=random.choice(profile.words),
        equipment=equipment,
        equipment_count=equipment_count,
        capacity_unit=profile.unit,
        method=None,
    )
    return spell_amount(other, profile.smallest, random)


def _describe_equipment(profile: Profile, random: Random) -> tuple[str, int | None]:
    """设备型号及数量 as people write it, and the number of machines it states (None: not all are counted)."""
    machines = random.sample(profile.machines, random.randint(1, len(profile.machines)))
    # a name without a count before one with a count would read as one item (domain, 4: equipment text)
    items = sorted((_describe_machine(machine, random) for machine in machines), key=lambda item: item[1] is None)
    counts = [count for _, count in items]
    text = random.choice(("、", "，", "；")).join(item for item, _ in items)
    return text, None if None in counts else sum(counts)


def _describe_machine(machine: Machine, random: Random) -> tuple[str, int | None]:
    name = random.choice(machine.names)
    count = random.randint(1, machine.at_most)
    manner = random.random()
    if manner < 0.12:
        return name, None
    if manner < 0.3 and count <= 9:
        return f"{name}{_spell_count(count)}{machine.measure_word}", count
    return f"{name}{count}{machine.measure_word}", count


def _spell_count(count: int) -> str:
    """A number of machines up to nine in Chinese; two is 两."""
    return "两" if count == 2 else vocabulary.CHINESE_DIGITS[count]


def _invent_dates(year: int, random: Random) -> tuple[date, date | None]:
    """When a plant was shut and, mostly, dismantled: in this order and in the cycle's year."""
    shut_on = date(year, 1, 15) + timedelta(days=random.randrange(250))
    dismantled_on = shut_on + timedelta(days=random.randint(5, 60)) if random.random() < 0.7 else None
    return shut_on, dismantled_on


def _choose_method(regime: Regime, industry: str, random: Random) -> str | None:
    """A way of exit that counts in this regime (鲁经信产〔2017〕481号 二(六); 整合退出 where the plan lists it)."""
    if industry in regime.integration_industries and random.random() < 0.5:
        return "整合退出"
    return random.choice(("关停", "关停", "停业", "关闭", "取缔", "拆除", "封存", None))


def invent_credit_code(county_code: str, random: Random) -> str:
    """A credit code whose check character is right (GB 32100-2015); it belongs to nobody."""
    body = "91" + county_code[:6] + "MA" + "".join(random.choice(CREDIT_CODE_ALPHABET) for _ in range(7))
    weighted = sum(CREDIT_CODE_ALPHABET.index(sign) * 3**place for place, sign in enumerate(body))
    return body + CREDIT_CODE_ALPHABET[-weighted % len(CREDIT_CODE_ALPHABET)]


def _respell(enterprise: str, random: Random) -> str:
    """The same enterprise's name as another office writes it."""
    spellings = [enterprise, f" {enterprise[:4]} {enterprise[4:]}", f"{enterprise}　"]
    if enterprise.endswith("有限责任公司"):
        spellings.append(enterprise.removesuffix("有限责任公司") + "有限公司")
    elif enterprise.endswith("有限公司"):
        spellings.append(enterprise.removesuffix("有限公司") + "有限责任公司")
    return random.choice(spellings)
