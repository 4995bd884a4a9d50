"""One collection cycle, from invented exits to the files of an inbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

from demo import fates
from demo.claims import Claim, invent_claims, retell
from demo.deliveries import deal_quirks, plan_deliveries
from demo.mailroom import Inbox
from demo.truth import CountingTable, Truth, frame_claims, frame_files, frame_reporters, reconcile
from rulebook import CATEGORIES, Regime, Reporter, Rulebook


def generate_cycle(
    regime_key: str,
    round: str,
    folder: Path,
    seed: int,
    rulebook: Rulebook,
    rows_per_workbook: tuple[int, int] = (3, 9),
) -> Truth:
    """Write the inbox of one cycle into ``folder`` and return the truth about it; the seed decides everything.

    A county or zone claims between the two numbers of ``rows_per_workbook``. Departments tell part of what the counties
    tell, and some exits nobody else knows of.
    """
    regime = rulebook.regimes[regime_key]
    random = Random(f"{seed}/{regime.key}/{round}")
    fate_of = fates.cast(regime.reporters.values(), random)
    claims_of = _invent_claims(regime, fate_of, rows_per_workbook, random)
    deliveries = deal_quirks(plan_deliveries(regime, round, fate_of, claims_of, random), random)
    inbox = Inbox(folder, regime, rulebook, random)
    files = [inbox.receive(delivery) for delivery in deliveries]
    inbox.write_received_list()
    tables = [
        CountingTable(
            file,
            delivery.reporter.code,
            "department" if delivery.reporter.kind == "department" else "county",
            delivery.claims,
        )
        for delivery, file in zip(deliveries, files, strict=True)
        if fates.COUNTING_VERSION.get(fate_of[delivery.reporter.code]) == delivery.version
    ]
    return Truth(
        regime=regime.key,
        round=round,
        reporters=frame_reporters(regime, round, fate_of, deliveries),
        files=frame_files(deliveries, files, fate_of),
        claims=frame_claims(tables),
        exits=reconcile(tables),
    )


def _invent_claims(
    regime: Regime, fate_of: dict[str, str], rows_per_workbook: tuple[int, int], random: Random
) -> dict[str, list[Claim]]:
    """What each reporter would claim: counties first, then departments, who see part of the same exits."""
    claims_of: dict[str, list[Claim]] = {}
    places = [reporter for reporter in regime.reporters.values() if reporter.kind != "department"]
    for place in places:
        count = 0 if fate_of[place.code] == "nil" else random.randint(*rows_per_workbook)
        claims_of[place.code] = invent_claims(regime, place.code, place.name, CATEGORIES, count, random)
    untold = {claim.identity for claims in claims_of.values() for claim in claims}
    for department in regime.reporters.values():
        if department.kind == "department":
            within = [place for place in places if place.code in department.area and _is_unmistakable(place, places)]
            claims_of[department.code] = (
                []
                if fate_of[department.code] == "nil"
                else _tell_as_department(regime, department, within, claims_of, untold, rows_per_workbook, random)
            )
    return claims_of


def _is_unmistakable(place: Reporter, places: Sequence[Reporter]) -> bool:
    """Whether its name alone says which place is meant: two cities of a province may share a county's name."""
    return sum(other.name == place.name for other in places) == 1


def _tell_as_department(
    regime: Regime,
    department: Reporter,
    places: Sequence[Reporter],
    claims_of: dict[str, list[Claim]],
    untold: set[tuple[str, str, str]],
    rows_per_workbook: tuple[int, int],
    random: Random,
) -> list[Claim]:
    """A department's table: exits of its categories that no other department has told, and one or two of its own."""
    own = set(department.categories)
    seen = [claim for place in places for claim in claims_of[place.code] if set(claim.categories) & own]
    told: list[Claim] = []
    for claim in random.sample(seen, min(len(seen), rows_per_workbook[1])):
        if claim.identity in untold:
            untold.discard(claim.identity)
            lines = [other for other in claims_of[claim.county_code] if other.identity == claim.identity]
            categories = tuple(name for name in CATEGORIES if name in own & set(claim.categories))
            told.append(retell(lines, categories, random))
    for place in random.sample(places, min(2, len(places))):
        told += [
            _known_to_department_only(claim)
            for claim in invent_claims(regime, place.code, place.name, department.categories, 1, random)
        ]
    return told


def _known_to_department_only(claim: Claim) -> Claim:
    """The claim under a name no county's claim can have."""
    name = f"{claim.plant}达"
    return replace(claim, plant=name, enterprise=claim.enterprise.replace(claim.plant, name, 1))
