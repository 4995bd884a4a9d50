"""Pictures drawn on the server: as long as their figures, in the reader's words, and harmless whatever the words are."""

from __future__ import annotations

from decimal import Decimal
from xml.etree import ElementTree

from desk.views.charts import SHADES, draw_exit_map, draw_picture
from exports.pictures.figures import Picture, Series

SVG = "{http://www.w3.org/2000/svg}"
WORDS = {"label": "示意图", "notice": "仅供内部", "unit": " 条", "none": "没有"}


def picture(*series: tuple, key: str = "years", names: tuple[str, ...] = ("水泥", "化工")) -> Picture:
    told = tuple(Series(str(number), str(number), values) for number, values in enumerate(series))
    return Picture(key, "题", "title", "万吨", names, told, "注", "note")


def bars(svg: str) -> list[tuple[float, float]]:
    """Left side and length of each bar; legends are square."""
    found = ElementTree.fromstring(svg).iter(f"{SVG}rect")
    return [(float(bar.get("x")), float(bar.get("width"))) for bar in found if bar.get("height") != "12"]


def texts(svg: str) -> list[str]:
    return [text.text for text in ElementTree.fromstring(svg).iter(f"{SVG}text")]


def test_a_bar_is_as_long_as_its_figure():
    drawn = bars(draw_picture(picture((Decimal("30.5"), Decimal("15.25"))), "题", ("水泥", "化工"), ("2024",)))
    assert round(drawn[0][1] / drawn[1][1], 2) == 2


def test_what_is_not_known_has_no_bar_and_nothing_is_rounded():
    svg = draw_picture(picture((Decimal("1234.50"), None), (1, 2)), "题", ("水泥", "化工"), ("2023", "2024"))
    assert len(bars(svg)) == 3
    assert {"1,234.5", "1", "2", "2023", "2024"} < set(texts(svg))


def test_steps_stand_in_the_middle_like_a_funnel():
    (first, second) = bars(draw_picture(picture((10, 4), key="steps"), "题", ("收到", "计入"), ("行",)))
    assert round(first[0] + first[1] / 2) == round(second[0] + second[1] / 2)


def test_words_cannot_become_markup():
    svg = draw_picture(picture((1, 2)), '"><script>', ("<b>", "&"), ("x",))
    assert ElementTree.fromstring(svg).get("aria-label") == '"><script>' and "<b>" in texts(svg)


def test_the_map_writes_each_figure_and_has_no_shade_that_nothing_has():
    exits = [("610924", "紫阳县", 7), ("610921", "汉阴县", 2)]
    svg = draw_exit_map(exits, ("610924", "610921", "610922"), {code: f"/{code}" for code, _, _ in exits}, WORDS)
    assert {"7", "2", "仅供内部", "1–2 条", "7–8 条"} < set(texts(svg))
    assert SHADES[3] in svg and SHADES[4] not in svg
    links = {link.get("href"): link for link in ElementTree.fromstring(svg).iter(f"{SVG}a")}
    assert links["/610924"].find(f"{SVG}title").text == "紫阳县 7 条"
