"""The report of January: what people decided about it, read from the log of decisions, and its pack."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from desk.decisions.log import Decision, Decisions
from desk.january.shown_list import figure_of
from exports.sign_off import WHOLE_LIST, Announcement, Consent, Notice, Objection, SignOff
from rulebook import LOCAL_TIME, Rulebook
from store import Store


def sign_off_of(in_force: Iterable[Decision], regime: str, round: str, rulebook: Rulebook) -> SignOff:
    """How far the report of a cycle has come by the decisions in force; nothing decided makes a draft.

    A cycle is sealed by its own seal alone: the annual one closes the plan round too, and signs no report of it.
    """
    decided = [one for one in in_force if (one.regime, one.round) == (regime, round)]
    seal, prepared = last_of(decided, "seal"), last_of(decided, "prepare")
    consent = last_of(decided, "consent")
    return SignOff(
        is_sealed=seal is not None,
        sealed_at=seal and seal.at,
        document_no=seal and seal.document_no,
        document_date=seal and seal.at.astimezone(LOCAL_TIME).date(),
        prepared_by=prepared and prepared.actor_name,
        signed_by=seal and seal.actor_name,
        consent=consent
        and Consent(
            consent.document_no,
            consent.document_date,
            consent.document_issuer,
            None if consent.shown_list is None else figure_of(consent.shown_list),
        ),
        notice=_notice(decided, rulebook.regimes[regime].public_notice.working_days),
        announcements=tuple(
            Announcement(one.place_code, one.announced_on, one.shown_at) for one in decided if one.kind == "announce"
        ),
        excused=excused_of(decided, regime, round),
        listed_findings=seal and seal.listed_findings,
    )


def excused_of(in_force: Iterable[Decision], regime: str, round: str) -> frozenset[str]:
    """Codes of the reporters that were excused (准予免报) in a cycle, by the decisions in force."""
    wanted = ("excuse", regime, round)
    return frozenset(one.reporter_code or "" for one in in_force if (one.kind, one.regime, one.round) == wanted)


def publish(store: Store, rulebook: Rulebook, regime: str, round: str) -> str:
    """The pack of a cycle lies in ``published/``, by the last build and what is decided; returns its folder.

    Of a sealed cycle it is what was sealed; until the sealed copy is written the last draft stays.
    """
    # who only asks what is decided writes no workbooks
    import exports
    from desk.january.sealed_packs import publish_sealed, sign_off_of_pack

    folder = store.location(f"published/{regime}/{round}")
    decisions = Decisions(store, rulebook)
    if not publish_sealed(store, decisions, regime, round, folder):
        sign_off = sign_off_of_pack(store, decisions, regime, round, rulebook)
        exports.write_pack(store.location("warehouse.duckdb"), regime, round, folder, rulebook, sign_off)
    return folder


def _notice(decided: list[Decision], working_days: int) -> Notice | None:
    shown = last_of(decided, "open_notice")
    objections = tuple(objections_of(decided))
    return shown and Notice(
        shown.opened_on, shown.closes_on, working_days, shown.shown_at, objections, recorded_late(shown)
    )


def recorded_late(shown: Decision) -> date | None:
    """The day in Asia/Shanghai on which a notice was recorded, where that is after its first day; else None."""
    recorded_on = shown.at.astimezone(LOCAL_TIME).date()
    return recorded_on if shown.opened_on is not None and recorded_on > shown.opened_on else None


def recorded_late_in_words(shown: Decision) -> tuple[str, str]:
    """What stands behind the period of a notice that was recorded late, Chinese and English; else nothing."""
    recorded_on = recorded_late(shown)
    return (f"（{recorded_on} 登记）", f" (recorded on {recorded_on})") if recorded_on else ("", "")


def objections_of(decided: Iterable[Decision]) -> Iterable[Objection]:
    """The register of objections: those among the decisions in force of one cycle, each with its answer."""
    known = list(decided)
    answers = {one.objection: one for one in known if one.kind == "answer_objection"}
    for one in known:
        if one.kind == "object":
            answer = answers.get(one.sequence)
            yield Objection(
                one.sequence,
                one.received_on,
                one.objector,
                one.enterprise or WHOLE_LIST[0],
                one.content,
                answer and answer.outcome == "upheld",
                answer and answer.reason,
                answer is not None and answer.outcome == "withdrawn",
            )


def last_of(decided: Iterable[Decision], kind: str) -> Decision | None:
    """The decision of that kind; None where there is none. Of those in force there is one at most."""
    return next((one for one in decided if one.kind == kind), None)
