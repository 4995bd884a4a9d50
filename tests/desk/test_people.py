"""Who may do what: every role against every right, for its own unit and a foreign one."""

import pytest

from desk.decisions.people import Access, Post, Right, Role, posts_of
from rulebook import load

CITY = "ankang-2024"
PROVINCE = "shandong-2017"
ALL = frozenset(Right)
OF_CITY_STEWARD = {"announce", "merge", "view", "return", "demand", "explain", "remind", "confirm"}


def rights(role: Role, unit: str, regime: str, asked_for: str | None) -> set[str]:
    access = Access((Post(role, unit),), False, load().reference)
    return {str(right) for right in Right if access.may(right, load().regimes[regime], asked_for)}


@pytest.mark.parametrize(
    ("role", "unit", "regime", "asked_for", "expected"),
    [
        pytest.param(Role.REPORTER, "610924", CITY, "610924", {"view", "upload", "withdraw"}, id="reporter, own unit"),
        pytest.param(Role.REPORTER, "610924", CITY, "610902", set(), id="reporter, another county"),
        pytest.param(Role.REPORTER, "610924", CITY, None, set(), id="reporter, the whole cycle"),
        pytest.param(Role.REPORTER, "610924", PROVINCE, "610924", set(), id="reporter, a regime it does not report to"),
        pytest.param(Role.STEWARD, "610900", CITY, "610924", ALL - {"seal", "administer"}, id="steward of the area"),
        pytest.param(Role.STEWARD, "610900", CITY, None, ALL - {"seal", "administer"}, id="steward, the whole area"),
        pytest.param(Role.STEWARD, "371000", CITY, "610924", set(), id="steward of another province's city"),
        pytest.param(Role.STEWARD, "610000", CITY, "610924", {"view"}, id="the province looks on in its city's regime"),
        pytest.param(Role.STEWARD, "370000", PROVINCE, "371002", ALL - {"seal", "administer"}, id="provincial steward"),
        pytest.param(Role.STEWARD, "371000", PROVINCE, "371002", OF_CITY_STEWARD, id="city steward, own county"),
        pytest.param(Role.STEWARD, "371000", PROVINCE, "371000", OF_CITY_STEWARD, id="city steward, own city"),
        pytest.param(Role.STEWARD, "371000", PROVINCE, "370102", set(), id="city steward, another city's county"),
        pytest.param(
            Role.STEWARD, "371000", PROVINCE, "370000-sthj", set(), id="city steward, a provincial department"
        ),
        pytest.param(Role.STEWARD, "371000", PROVINCE, "nobody", set(), id="city steward, a unit there is none of"),
        pytest.param(Role.STEWARD, "371000", PROVINCE, None, set(), id="city steward, the whole province"),
        pytest.param(Role.SIGNER, "610900", CITY, None, {"view", "seal"}, id="signer"),
        pytest.param(Role.SIGNER, "371000", PROVINCE, None, set(), id="a city signs nothing of the province's"),
        pytest.param(Role.SIGNER, "371000", PROVINCE, "371002", {"view"}, id="a city's signer sees its counties"),
        pytest.param(Role.VIEWER, "610900", CITY, "610924", {"view"}, id="viewer"),
        pytest.param(Role.VIEWER, "610900", CITY, None, {"view"}, id="viewer, the whole area"),
        pytest.param(Role.VIEWER, "371000", CITY, "610924", set(), id="viewer of elsewhere"),
    ],
)
def test_a_post_gives_exactly_these_rights(role, unit, regime, asked_for, expected):
    assert rights(role, unit, regime, asked_for) == set(map(str, expected))


def test_an_administrator_without_a_post_sees_everything_and_decides_nothing_but_who_has_which_post():
    access = Access((), True, load().reference)
    given = {right for right in Right if access.may(right, load().regimes[CITY], "610924")}
    assert given == {Right.VIEW, Right.ADMINISTER}


def test_the_cities_that_are_open():
    regime, reference = load().regimes[PROVINCE], load().reference
    assert Access((Post(Role.STEWARD, "370000"),), False, reference).cities(regime) is None
    assert Access((Post(Role.STEWARD, "371000"),), False, reference).cities(regime) == ("371000",)
    assert Access((Post(Role.REPORTER, "371002"),), False, reference).cities(regime) == ()
    assert Access((Post(Role.STEWARD, "610900"),), False, reference).cities(regime) == ()


def test_posts_are_those_of_the_person_alone_and_each_once():
    granted = [("a", "viewer", "610900"), ("b", "steward", "610900"), ("a", "viewer", "610900")]
    assert posts_of("a", granted) == (Post(Role.VIEWER, "610900"),)
