"""What is kept in memory: made once, the last used stays, and never more than there is room for."""

from __future__ import annotations

from desk.views.kept import Kept


def test_a_value_is_made_once():
    kept, made = Kept(10, len), []

    def make() -> str:
        made.append("made")
        return "12345"

    assert [kept.get("a", make), kept.get("a", make), made] == ["12345", "12345", ["made"]]


def test_where_room_is_short_the_one_used_longest_ago_goes():
    kept = Kept(10, len)
    for key in ("a", "b", "a", "c"):
        kept.get(key, lambda: "12345")

    assert [kept.get(key, lambda: "anew") for key in ("a", "c")] == ["12345", "12345"]
    assert kept.get("b", lambda: "anew") == "anew"


def test_one_that_is_larger_than_all_the_room_is_given_and_not_kept():
    kept = Kept(10, len)

    assert kept.get("a", lambda: "x" * 11) == "x" * 11
    assert kept.get("a", lambda: "anew") == "anew"
    assert kept.get("b", lambda: "123456") == "123456", "what was given back makes room again"
    assert kept.get("b", lambda: "anew") == "123456"
