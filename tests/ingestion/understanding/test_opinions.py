"""What opinions of acceptance records say, held against a list labelled by hand."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from ingestion.understanding import read_opinion

LABELS = Path(__file__).with_name("opinions.csv")
"""One opinion a line, and what people take it to say.

Labelled before it was first read by the machine; four labels were changed since (two 同意上报, two that tell what stands).
"""

with LABELS.open(encoding="utf-8", newline="") as file:
    LABELLED = [(line["opinion"], line["meant"]) for line in csv.DictReader(file)]


@pytest.mark.parametrize("meant", ["agrees", "refuses", "unclear"])
def test_an_opinion_says_what_people_take_it_to_say(meant):
    opinions = [opinion for opinion, label in LABELLED if label == meant]
    assert len(opinions) > 70
    assert [opinion for opinion in opinions if read_opinion(opinion) != (meant, None)] == []


@pytest.mark.parametrize("opinion", ["同意", "验收合格", "主体设备已拆除，同意通过验收"])
@pytest.mark.parametrize("doubt", ["设备尚未拆除", "待补照片", "如无异议", "原件不全", "限期拆除"])
def test_a_doubt_in_another_clause_takes_consent_away(opinion, doubt):
    assert read_opinion(f"{opinion}，{doubt}") == read_opinion(f"{doubt}；{opinion}") == ("unclear", None)


@pytest.mark.parametrize("text", ["", " ", "\n"])
def test_a_blank_says_nothing(text):
    assert read_opinion(text) == (None, None)


def test_spaces_and_width_do_not_matter():
    assert read_opinion("主体设备已拆除,\n同意 通过") == read_opinion("主体设备已拆除，同意通过") == ("agrees", None)
