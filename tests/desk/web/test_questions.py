"""The page of the questions about enterprises: what each side sent, in the visitor's language."""

from desk.views.questions import Question, Side
from desk.web import wording

PAGE = "/cycles/ankang-2024/annual/questions"


def told(round_key, **texts):
    """What one side sent: a row of a round, with no equipment or amount where ``texts`` name none."""
    return {
        **{"regime": "ankang-2024", "round": round_key, "submission_id": "000002", "reporter_code": "610924"},
        **{
            "reporter": "紫阳县",
            "file": "表.xlsx",
            "sheet": "表",
            "row": 5,
            "equipment_text": None,
            "capacity_text": None,
        },
    } | texts


def test_a_side_tells_its_round_and_leaves_no_empty_line_and_the_industry_is_english(signed, monkeypatch):
    sides = (
        Side("a", "宏源厂", None, (told("annual"),)),
        Side("b", "洪源厂", None, (told("midyear", capacity_text="30万吨"),)),
    )
    asked = Question(*sides, "610900", 75, "水泥", is_of_same_equipment=False, adds_up=False, is_matched=False)
    monkeypatch.setattr("desk.web.questions.read_questions", lambda *_: [asked])
    browser = signed.client("viewer")

    page = browser.get(PAGE).text
    first, second = page.split("<li>")[1:3]
    assert wording.ROUNDS["annual"][0] in first and 'class="quiet"' not in first
    assert wording.ROUNDS["midyear"][0] in second and '<span class="quiet">30万吨</span>' in second

    browser.cookies.set("huizong_language", "en")
    assert " cement ·" in browser.get(PAGE).text
