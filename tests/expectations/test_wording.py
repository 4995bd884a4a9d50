"""What a finding says: every name in the rulebook's texts stands for something, and the right thing."""

import pytest

from expectations.wording import PLACEHOLDERS
from rulebook import loader
from tests.expectations.frame_builder import FrameBuilder


@pytest.fixture(scope="module")
def told(rulebook):
    """Message and remedy, in both languages, of each case below; all are judged at once."""
    builder = FrameBuilder(rulebook)
    builder.submission("category").row(5, "category", category_text="环境", category_problem="unknown_category")
    builder.submission("odd").row(5, "odd", category_text="？", category_problem="unknown_category")
    builder.submission("industry").row(
        5, "industry", industry=None, industry_text="电解吕", industry_problem="unknown_industry"
    )
    builder.submission("county").row(5, "county", county_text="紫杨县", county_problem="unknown_county")
    builder.submission("unit").row(5, "unit", capacity_text="30万米", capacity_problem="unit_not_of_industry")
    builder.submission("twice").row(5, "twice").row(9, "twice", duplicate_of="twice:1:5")
    builder.submission("own", reporter="610900-yjgl").row(
        5, "own", category_text="安全、能耗", categories=["安全", "能耗"]
    )
    builder.submission("long").row(5, "long", enterprise_text="长" * 201, enterprise_problem="too_long")
    builder.submission("total").observation(
        "total_differs", "total", cell="F9", printed="100", computed="99.5", difference="0.5", unit="万吨"
    )
    builder.submission("large").observation("over_limit", "large", measure="sheets", found=70, limit=64)
    builder.submission("column").observation("column_missing", "column", sheet="统计表", field="category")
    return {
        finding.submission_id: (
            f"{finding.message} {finding.remedy}",
            f"{finding.message_en} {finding.remedy_en}",
        )
        for finding in builder.findings().itertuples()
    }


@pytest.mark.parametrize(
    ("case", "chinese", "english"),
    [
        ("category", ["G5", "“环境”", "最接近的是“环保”", "能耗、环保、质量、安全、技术"], ['nearest is "环保"']),
        ("industry", ["“电解吕”", "最接近的是“电解铝”"], ['nearest is "电解铝"']),
        ("county", ["“紫杨县”", "最接近的是“紫阳县”"], ['nearest is "紫阳县"']),
        ("unit", ["“30万米”", "这个行业的单位：万吨"], ["unit of this industry - 万吨"]),
        ("twice", ["第 9 行", "第 5 行"], ["row 9", "row 5"]),
        ("own", ["能耗不归", "类别：安全"], ["of your department - 安全"]),
        ("long", ["201 个字", "企业名称", "200 个字"], ["201 characters", "allows 200"]),
        ("total", ["100万吨", "99.5万吨", "相差 0.5万吨"], ["a difference of 0.5万吨"]),
        ("large", ["70 张工作表", "64 张工作表"], ["70 sheets"]),
        ("column", ["淘汰类别"], ["has no column"]),
    ],
)
def test_a_finding_names_what_is_wrong_and_what_to_write_instead(told, case, chinese, english):
    message, message_en = told[case]
    assert [part for part in chinese if part not in message] == []
    assert [part for part in english if part not in message_en] == []


def test_a_sentence_that_would_propose_nothing_is_left_out(told):
    message, message_en = told["odd"]
    assert "最接近" not in message and "nearest" not in message_en


def test_a_long_cell_is_quoted_in_part(told):
    assert "长" * 201 not in told["long"][0]


def test_every_name_the_rulebook_allows_in_its_texts_stands_for_something():
    assert set(PLACEHOLDERS) == loader.PLACEHOLDERS
