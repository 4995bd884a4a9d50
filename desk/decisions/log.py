"""The log of what people decided: one JSON file an act, numbered under a lock, never edited.

Each file carries the SHA-256 of the one before, so that a file that was changed, removed or put in between is found:
``huizong decisions --check``.
"""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import MISSING, asdict, dataclass, fields
from datetime import UTC, date, datetime
from functools import cached_property
from threading import Lock
from typing import Any

from desk.decisions import act_rules, subjects
from desk.decisions.acts import (
    ACTS,
    CHANGES_NO_FIGURE,
    Act,
    Actor,
    Draft,
    Refused,
    Subject,
    Terms,
    rounds_closed_by,
    subject_of,
)
from desk.decisions.fates import Fates
from desk.views.records import Records
from rulebook import LOCAL_TIME, Rulebook, load
from store import Store

FOLDER = "decisions"


@dataclass(frozen=True, slots=True)
class Decision(Terms):
    """One act that was made."""

    sequence: int
    kind: str
    at: datetime
    """In UTC."""
    actor: str
    actor_name: str
    role: str | None
    unit: str | None
    reason: str
    evidence_sha256: str | None
    previous: str | None
    """SHA-256 of the file of the decision before; None for the first."""
    document_sha256: str | None = None

    @property
    def act(self) -> Act:
        """What kind of act it is."""
        return ACTS[self.kind]

    @property
    def scan_sha256(self) -> str | None:
        """The digest of what was handed in with it, the document it rests on or its evidence; None: nothing was."""
        return self.document_sha256 or self.evidence_sha256

    @property
    def slot(self) -> tuple[Any, ...]:
        """What only one decision can say at a time: of those that agree in it, the last is in force."""
        return (
            _MATTERS.get(self.kind, self.kind),
            subject_of(self),
            self.finding_id,
            self.row_id,
            self.objection,
            # every objection stands beside the others
            self.sequence if self.kind == "object" else None,
            self.granted_role,
            self.granted_unit,
        )

    def as_json(self) -> dict[str, Any]:
        """What its file holds: the fields every decision has, and those of the others that say something."""
        told = asdict(self)
        # who, when and why come first: people open these files
        names = (*_OF_EVERY_ONE, *(name for name in told if name not in _OF_EVERY_ONE and told[name] is not None))
        known = {name: told[name] for name in names}
        return {name: value.isoformat() if isinstance(value, date) else value for name, value in known.items()}


_MATTERS = {
    "grant": "post",
    "revoke": "post",
    "merge": "identity",
    "distinct": "identity",
    "prepare": "preparation",
    "refuse": "preparation",
}
"""Acts that say yes and no in one matter."""

_OF_EVERY_ONE = tuple(field.name for field in fields(Decision) if field.default is MISSING)
_DATES = ("expires_on", "due", "document_date", "opened_on", "closes_on", "received_on", "announced_on")
_SHARED = ("kind", "reason", *(field.name for field in fields(Terms)))


class BrokenLog(Refused):
    """The log of decisions was tampered with or damaged; nothing is added to it until somebody has looked."""


class Stale(Exception):
    """Others decided about the same subject since the actor looked at it: ``decisions``, the first first."""

    def __init__(self, decisions: tuple[Decision, ...]) -> None:
        super().__init__(f"{len(decisions)} newer decisions about the same subject")
        self.decisions = decisions


class Decisions:
    """The decisions of ``store``; threads may share it, and other processes may add to them."""

    def __init__(self, store: Store, rulebook: Rulebook | None = None, records: Records | None = None) -> None:
        self._store = store
        self._given_rulebook = rulebook
        self._given_records = records
        self._reading = Lock()
        self._known: tuple[Decision, ...] = ()
        self._last_hash: str | None = None
        self._by_subject: defaultdict[Subject, list[Decision]] = defaultdict(list)
        self._concerned: dict[int, tuple[str, ...]] = {}
        self._in_force: tuple[int, tuple[Decision, ...]] = (0, ())
        self._fates: tuple[int, Fates] = (0, Fates(()))

    # ---- what was decided ----

    def all(self) -> tuple[Decision, ...]:
        """Every decision, the first first. Raises ``BrokenLog`` at a file that cannot be read."""
        with self._reading:
            new: list[Decision] = []
            content = None
            while self._store.exists(key := _key(len(self._known) + len(new) + 1)):
                content = self._store.read_bytes(key)
                new.append(_read(key, content))
            if content is not None:
                self._last_hash = hashlib.sha256(content).hexdigest()
                self._known += tuple(new)
            for decision in new:
                self._by_subject[subject_of(decision)].append(decision)
                self._concerned[decision.sequence] = self._find_concerned(decision)
            return self._known

    def _find_concerned(self, decision: Decision) -> tuple[str, ...]:
        undone = self._known[decision.undoes - 1] if 0 < (decision.undoes or 0) <= len(self._known) else None
        codes = (decision.reporter_code, decision.new_reporter_code, undone and undone.new_reporter_code)
        return tuple(dict.fromkeys(code for code in codes if code))

    def in_force(self) -> tuple[Decision, ...]:
        """The decisions that have effect: without undos, what they undid, and what a later decision replaced."""
        decisions = self.all()
        if self._in_force[0] != len(decisions):
            self._in_force = (len(decisions), _in_force(decisions))
        return self._in_force[1]

    def fates(self) -> Fates:
        """What the decisions in force make of submissions."""
        in_force, count = self.in_force(), len(self._known)
        if self._fates[0] != count:
            self._fates = (count, Fates(in_force))
        return self._fates[1]

    def last_sequence(self) -> int:
        """The number of the last decision; 0 where nothing was decided."""
        return len(self.all())

    def is_sealed(self, regime: str | None, round: str | None) -> bool:
        """Whether a decision in force closed the cycle for good."""
        return self.seal_of(regime, round) is not None

    def seal_of(self, regime: str | None, round: str | None) -> Decision | None:
        """The decision in force that closed the cycle first; None where it is open."""
        return next(iter(self.seals_of(regime, round)), None)

    def seals_of(self, regime: str | None, round: str | None) -> tuple[Decision, ...]:
        """The seals in force that close the cycle, the first first: its own, and of the plan round the annual one's."""
        return tuple(
            decision
            for decision in self.in_force()
            if (decision.kind, decision.regime) == ("seal", regime) and round in rounds_closed_by(decision.round)
        )

    def day_of_waivers(self, regime: str | None, round: str | None) -> date:
        """The day by which waivers of the cycle are judged, in Asia/Shanghai: that of its seal, else today."""
        seal = self.seal_of(regime, round)
        return (seal.at if seal else datetime.now(UTC)).astimezone(LOCAL_TIME).date()

    def waits_for_build(self, decision: Decision) -> bool:
        """Whether figures or states follow with the next build; what is about people or the seal holds at once."""
        undone = self.get(decision.undoes or 0)
        return decision.regime is not None and (undone or decision).kind not in CHANGES_NO_FIGURE

    def get(self, sequence: int) -> Decision | None:
        """The decision of that number; None where there is none."""
        decisions = self.all()
        return decisions[sequence - 1] if 0 < sequence <= len(decisions) else None

    def about(self, subject: Subject) -> tuple[Decision, ...]:
        """Every decision about ``subject``, undone ones and undos too, the first first."""
        self.all()
        return tuple(self._by_subject.get(subject, ()))

    def reporters_of(self, decision: Decision) -> tuple[str, ...]:
        """Whom a decision concerns: the reporter it is about, and the one a file was, or is no more, identified as one of."""
        # asked of every decision of a log: known since it was read
        return self._concerned[decision.sequence]

    def moves_to(self, submission_id: str, reporter_code: str | None) -> tuple[Decision, ...]:
        """The decisions by which a submission was identified as one of ``reporter_code``, and their undos, the first first."""
        return tuple(
            one
            for one in self.about(Subject("submission", (submission_id,)))
            if (moved := self.get(one.undoes or 0) or one).kind == "identify"
            and moved.new_reporter_code == reporter_code
        )

    # ---- deciding ----

    def check_hands(self, draft: Draft, actor: Actor) -> None:
        """``Refused`` where a located ``draft`` is to sign what ``actor`` prepared, or the name tells nobody who that is."""
        act_rules.check_hands(draft, actor, self._surroundings(datetime.now(UTC)))

    def check_is_possible(self, draft: Draft) -> None:
        """``Refused`` where a located ``draft`` cannot be made now, whatever else it says: sealed, or in vain."""
        act_rules.check_is_possible(draft, self._surroundings(datetime.now(UTC)))

    def locate(self, draft: Draft) -> Draft:
        """``draft`` with what follows from its subject: cycle and reporter of a submission, rule of a finding.

        Raises ``NoSuchSubject`` where there is no such submission, finding, reporter, city, cycle or decision.
        """
        return subjects.locate(draft, self._surroundings(datetime.now(UTC)))

    def record(self, draft: Draft, actor: Actor, seen: int | None, now: datetime | None = None) -> Decision:
        """The decision as it was added to the log.

        Raises ``Stale`` when others decided about the same subject after the decision numbered ``seen`` (None: not
        asked), ``Refused`` for what the rules forbid, and for an actor without a name. ``now`` is the time it is made
        at, by default this moment.
        """
        at = (now or datetime.now(UTC)).astimezone(UTC)
        actor = act_rules.check_actor(actor)
        with self._store.lock(FOLDER):
            self._check_nothing_is_hidden()
            surroundings = self._surroundings(at)
            located = subjects.locate(draft, surroundings)
            if seen is not None:
                self._check_seen(subject_of(located), seen)
            act_rules.check(located, surroundings)
            act_rules.check_hands(located, actor, surroundings)
            return self._append(located, actor, at)

    def _append(self, draft: Draft, actor: Actor, at: datetime) -> Decision:
        digest = self._keep(draft.document)
        sequence = self.last_sequence() + 1
        decision = Decision(
            sequence=sequence,
            at=at,
            actor=actor.id,
            actor_name=actor.name,
            role=actor.role,
            unit=actor.unit,
            document_sha256=digest if draft.act.needs_document else None,
            evidence_sha256=None if draft.act.needs_document else digest,
            previous=self._last_hash,
            **{name: getattr(draft, name) for name in _SHARED},
        )
        text = json.dumps(decision.as_json(), ensure_ascii=False, indent=1)
        self._store.write_bytes(_key(sequence), f"{text}\n".encode())
        return decision

    def _keep(self, document: bytes | None) -> str | None:
        """The SHA-256 of a scan, which lies among the originals from now on."""
        if document is None:
            return None
        digest = hashlib.sha256(document).hexdigest()
        if not self._store.exists(f"originals/{digest}"):
            self._store.write_bytes(f"originals/{digest}", document)
        return digest

    def _check_seen(self, subject: Subject, seen: int) -> None:
        newer = tuple(decision for decision in self.about(subject) if decision.sequence > seen)
        if newer:
            raise Stale(newer)

    def _check_nothing_is_hidden(self) -> None:
        """A file that is missing would be filled by the next act, and those behind it never be read."""
        if self.last_sequence() != len(self._store.keys(FOLDER)):
            raise BrokenLog(
                "决定记录缺号或多出文件，暂时不能作出新的决定。请管理员运行 huizong decisions --check 核对。",
                "The log of decisions has gaps or strange files: run huizong decisions --check.",
            )

    def _surroundings(self, at: datetime) -> subjects.Surroundings:
        return subjects.Surroundings(
            self._rulebook, self._records, self.all(), self.in_force(), at.astimezone(LOCAL_TIME).date()
        )

    @cached_property
    def _rulebook(self) -> Rulebook:
        return self._given_rulebook or load()

    @cached_property
    def _records(self) -> Records:
        return self._given_records or Records(self._store, self._rulebook)

    # ---- proof ----

    def verify(self) -> list[str]:
        """What is missing, altered or extra in the log and the documents it names, a sentence each; empty: whole."""
        problems: list[str] = []
        before: str | None = None
        for position, key in enumerate(self._store.keys(FOLDER), start=1):
            content = self._store.read_bytes(key)
            if key != _key(position):
                problems.append(
                    f"{key}：这里应当是第 {position} 号决定，前面缺号或多出文件。Expected {_key(position)} here."
                )
                break
            try:
                decision = _read(key, content)
            except BrokenLog as error:
                problems.append(str(error))
            else:
                problems += self._problems_of(decision, position, before)
            before = hashlib.sha256(content).hexdigest()
        return problems

    def _problems_of(self, decision: Decision, position: int, before: str | None) -> Iterable[str]:
        if decision.sequence != position:
            yield f"{_key(position)}：里面写的编号是 {decision.sequence}。It is numbered {decision.sequence} inside."
        if decision.previous != before:
            yield (
                f"{_key(position)}：与前一号决定对不上，前一号被改动过，或这一号被换过。"
                "It does not continue the decision before: one of the two was altered."
            )
        for digest in filter(None, (decision.evidence_sha256, decision.document_sha256)):
            key = f"originals/{digest}"
            if not self._store.exists(key) or hashlib.sha256(self._store.read_bytes(key)).hexdigest() != digest:
                yield f"{_key(position)}：所附文件 {key} 不在或被改动。Its document is missing or altered."


def _key(sequence: int) -> str:
    return f"{FOLDER}/{sequence:06d}.json"


def _read(key: str, content: bytes) -> Decision:
    """The decision of one file; ``BrokenLog`` where it holds none."""
    try:
        told = json.loads(content)
        days = {name: date.fromisoformat(told[name]) for name in _DATES if name in told}
        lines = {name: tuple(told[name]) for name in ("figure", "plan_figure", "shown_list") if name in told}
        decision = Decision(**told | days | lines | {"at": datetime.fromisoformat(told["at"])})
        if decision.kind not in ACTS:
            raise ValueError(f"no act {decision.kind!r}")
        # one without a subject is found here, not on some page
        subject_of(decision)
    except (ValueError, TypeError, KeyError) as error:
        raise BrokenLog(f"{key}：决定记录读不懂，文件已损坏。", f"The decision cannot be read: {error}.") from error
    return decision


def _in_force(decisions: tuple[Decision, ...]) -> tuple[Decision, ...]:
    undone = {decision.undoes for decision in decisions if decision.kind == "undo"}
    standing = [one for one in decisions if one.kind != "undo" and one.sequence not in undone]
    last = {decision.slot: decision for decision in standing}
    return tuple(decision for decision in standing if last[decision.slot] is decision)
