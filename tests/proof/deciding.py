"""A steward who knows the truth answers what the desk asks, round by round, until nothing is asked any more."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from pathlib import Path

import dbt_project
from desk.decisions.acts import Actor, Draft
from desk.decisions.log import Decisions
from desk.views.questions import Question, read_questions
from desk.views.warehouse import Warehouse
from rulebook import Rulebook
from store import Store
from tests.proof.measure import read_told
from tests.proof.province import ROUND, Province
from tests.proof.three_years import YEARS, regime_of

STEWARD = Actor("wang", "王某", "steward", "370000")
NEVER = date.max


@dataclass(frozen=True)
class Answered:
    """What was answered: ``rounds`` with their numbers of merges and of "not the same", and the merges nobody asked for."""

    rounds: tuple[tuple[int, int], ...]
    unasked: int


def let_wrong_codes_stand(store: Store, rulebook: Rulebook) -> list[str]:
    """Waive every F09 that is not yet, so that tables with a wrong credit code count; the codes that it told."""
    decisions = Decisions(store, rulebook)
    waived = {decision.finding_id for decision in decisions.in_force()}
    told = []
    for key in store.keys("findings"):
        for finding in store.read_table(key).to_pylist():
            if finding["rule"] == "F09" and finding["finding_id"] not in waived:
                told.append(finding["value"])
                about = {name: finding[name] for name in ("submission_id", "finding_id")}
                draft = Draft(kind="waive", reason="代码待企业更正", expires_on=NEVER, **about)
                decisions.record(draft, STEWARD, None)
    return told


def answer_by_truth(store: Store, rulebook: Rulebook, province: Province) -> Answered:
    """Answer every open question and build, until no question is open; then merge by hand what nobody asked about."""
    warehouse_file = Path(store.location("warehouse.duckdb"))
    decisions = Decisions(store, rulebook)
    rounds: list[tuple[int, int]] = []
    while True:
        told = read_told(warehouse_file, province)
        counts: dict[str, int] = defaultdict(int)
        for year, question in ask(store, decisions):
            is_one = told.is_one(question.one.identity_id, question.other.identity_id)
            if question.is_matched and is_one:
                continue
            kind = "merge" if is_one else "distinct"
            _decide(decisions, kind, year, question.one.identity_id, question.other.identity_id)
            counts[kind] += 1
        if not counts:
            break
        rounds.append((counts["merge"], counts["distinct"]))
        dbt_project.build(store.root, rulebook)
    identity_of = {enterprise: identity for identity, enterprise in told.enterprise_of.items()}
    unasked = 0
    for parts in told.parts_of.values():
        for one, other in pairwise(sorted(parts)):
            _decide(decisions, "merge", YEARS[-1], identity_of[one], identity_of[other])
            unasked += 1
    if unasked:
        dbt_project.build(store.root, rulebook)
    return Answered(tuple(rounds), unasked)


def ask(store: Store, decisions: Decisions) -> Iterator[tuple[int, Question]]:
    """The questions of every year; those of a later one know what was answered in an earlier one."""
    warehouse = Warehouse(store.location("warehouse.duckdb"))
    for year in YEARS:
        for question in read_questions(warehouse, decisions.in_force(), regime_of(year), ROUND):
            yield year, question


def _decide(decisions: Decisions, kind: str, year: int, one: str, other: str) -> None:
    reason = "同一家企业，名称写法不同" if kind == "merge" else "两家企业，名称相近"
    decisions.record(
        Draft(kind=kind, reason=reason, regime=regime_of(year), round=ROUND, identity_id=one, other_identity_id=other),
        STEWARD,
        None,
    )
