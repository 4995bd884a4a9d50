"""Data Docs of a cycle: every rule told, failing rows with their place, nothing fetched, nothing of a cell run."""

import re
from datetime import datetime
from pathlib import Path

import pytest

from expectations import build_data_docs, judge_batch
from expectations.suites import checks_of
from rulebook import LOCAL_TIME
from store import Store
from tests.expectations.frame_builder import FrameBuilder, write_frames

FOLDER = "documentation/judging/ankang-2024/annual"
OUTSIDE = re.compile(r"(?:src|href|srcset|url)\s*[=(]\s*[\"']?\s*(?:https?:)?//", re.IGNORECASE)
HOSTILE = "<script>alert(1)</script>"


def documented(store: Store, rulebook) -> dict[str, str]:
    """The pages of the cycle by what they are about: first page, rules (expectations), results (validations)."""
    build_data_docs(store, "ankang-2024", "annual", FOLDER, rulebook)
    pages = {}
    for key in store.keys(FOLDER):
        part, *below = Path(key).relative_to(FOLDER).parts
        frame = "rows" if any(name.startswith("rows") for name in below) else "observations"
        pages[f"{frame} {part}" if below else part] = store.read_bytes(key).decode()
    return pages


def judged(store: Store, batch: str, builder: FrameBuilder, rulebook) -> None:
    write_frames(store, batch, builder.frames())
    judge_batch(store, batch, rulebook)


@pytest.fixture(scope="module")
def pages(rulebook, tmp_path_factory):
    """County 610924 sends a table with an unknown industry, then one with a hostile one; 610921 an unreadable file."""
    store = Store(tmp_path_factory.mktemp("store"))
    judged(store, "000001", FrameBuilder(rulebook).submission().row(5, industry="早先的行业"), rulebook)
    second = FrameBuilder(rulebook).submission("000002").row(7, "000002", industry=HOSTILE, sheet=f"表{HOSTILE}")
    second.submission("000003", reporter="610921").observation("unreadable", "000003", value=HOSTILE)
    judged(store, "000002", second, rulebook)
    return documented(store, rulebook)


def test_each_expectation_is_told_in_the_words_of_its_rule(pages, rulebook):
    regime = rulebook.regimes["ankang-2024"]
    for frame in ("rows", "observations"):
        for check in checks_of(frame, regime, rulebook):
            assert check.rule.message_zh.replace("\n", "<br>") in pages[f"{frame} expectations"], check.rule.code
            assert check.type in pages[f"{frame} expectations"]


def test_what_was_sent_last_is_validated_and_each_failing_row_named(pages):
    assert "表&lt;script&gt;alert(1)&lt;/script&gt;!7" in pages["rows validations"]
    assert "早先的行业" not in pages["rows validations"]
    assert "unreadable" in pages["observations validations"]


def test_the_pages_fetch_nothing_and_run_nothing(pages):
    assert set(pages) == {
        "index.html",
        "rows expectations",
        "rows validations",
        "observations expectations",
        "observations validations",
    }
    for page in pages.values():
        assert not OUTSIDE.search(page)
        assert "<script" not in page.lower()


def test_the_first_page_is_chinese_first_and_its_times_are_those_of_beijing(rulebook, builder, tmp_path):
    store = Store(tmp_path)
    judged(store, "000001", builder.submission().row(), rulebook)
    before = datetime.now(LOCAL_TIME).replace(microsecond=0)
    first = documented(store, rulebook)["index.html"]
    told = [
        datetime.strptime(text, "%Y-%m-%d %H:%M:%S").replace(tzinfo=LOCAL_TIME)
        for text in re.findall(r"<td>(\d{4}-\d\d-\d\d \d\d:\d\d:\d\d)</td>", first)
    ]
    assert len(told) == 2 and all(before <= moment <= datetime.now(LOCAL_TIME) for moment in told)
    headings = re.findall(r"<(?:th|h5)>([^<]+)<", first)
    assert headings and all(re.match(r"[\u4e00-\u9fff]", heading) for heading in headings)


def test_building_again_leaves_only_the_new_pages(builder, rulebook, tmp_path):
    store = Store(tmp_path)
    judged(store, "000001", builder.submission().row(), rulebook)
    first = set(documented(store, rulebook))
    keys = store.keys(FOLDER)
    again = set(documented(store, rulebook))
    assert again == first and len(store.keys(FOLDER)) == len(keys)


def test_a_cycle_of_which_nothing_is_judged_has_no_pages(rulebook, tmp_path):
    assert build_data_docs(Store(tmp_path), "ankang-2024", "annual", FOLDER, rulebook) is None
    assert Store(tmp_path).keys(FOLDER) == []
