"""The board's own script in a real browser: it goes on refreshing itself while somebody is at work on it."""

import pytest

from desk.web.frame import HERE

ADDRESS = "http://desk.test/"
PART = """<p>{told}</p><form>
<input type="checkbox" name="reporter" value="610924"><input type="checkbox" name="reporter" value="610921">
</form>"""


@pytest.fixture
def page(browser):
    page = browser.new_page()
    yield page
    page.close()


def test_a_board_with_ticked_reporters_is_renewed_and_they_stay_ticked(page):
    script = (HERE / "static" / "board.js").read_text(encoding="utf-8")
    first = f'<div id="board" data-fragment="/part" data-tag="1" data-seconds="0.1">{PART.format(told="before")}</div>'
    told = {"now": "before"}
    page.route(ADDRESS, lambda route: route.fulfill(body=first, content_type="text/html"))
    page.route(f"{ADDRESS}part", lambda route: route.fulfill(body=PART.format(told=told["now"]), headers={"ETag": "2"}))
    page.goto(ADDRESS)
    page.add_script_tag(content=script)
    page.click("input[value='610921']")
    told["now"] = "after"
    page.wait_for_selector("p:has-text('after')", timeout=10_000)
    assert page.eval_on_selector_all("input:checked", "boxes => boxes.map(box => box.value)") == ["610921"]
    assert page.evaluate("document.activeElement.value") == "610921"
