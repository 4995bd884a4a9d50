"""Who holds which post by the decisions in force, and as whom somebody acts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from desk.decisions.acts import Actor
from desk.decisions.log import Decision, Decisions
from desk.decisions.people import Access, Right, named_in, posts_of
from rulebook import Regime, Rulebook


def granted_posts(in_force: Iterable[Decision]) -> dict[tuple[str, str, str], Decision]:
    """The posts ``(user, role, unit)`` that are granted and not revoked, each with the act that granted it."""
    granted = {}
    for decision in in_force:
        post = (decision.user, decision.granted_role, decision.granted_unit)
        if decision.kind == "grant":
            granted[post] = decision
        elif decision.kind == "revoke":
            granted.pop(post, None)
    return granted


def access_of(
    user_id: str, in_force: Iterable[Decision], rulebook: Rulebook, administrators: frozenset[str] = frozenset()
) -> Access:
    """What the user of that login name may do."""
    return Access(posts_of(user_id, granted_posts(in_force)), user_id in administrators, rulebook.reference)


def name_of_person(user_id: str, told: str, decisions: Decisions) -> str:
    """What the person of that login name is called in decisions and papers.

    As a grant names him or her; else as Airflow does (``told``), else as the last decision did; else by the login name.
    """
    if name := named_in(user_id, decisions.in_force()):
        return name
    if told != user_id:
        return told
    names = (one.actor_name for one in reversed(decisions.all()) if one.actor == user_id and one.actor_name != user_id)
    return next(names, user_id)


def acting(access: Access, user_id: str, name: str, right: Right, regime: Regime | None, unit: str | None) -> Actor:
    """The user with the post that gives the right; an administrator has none."""
    for post in access.posts:
        if replace(access, posts=(post,), is_administrator=False).may(right, regime, unit):
            return Actor(user_id, name, post.role.value, post.unit)
    return Actor(user_id, name, "administrator")
