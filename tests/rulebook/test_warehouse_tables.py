"""What dbt reads of the rulebook."""

import subprocess
import sys
from datetime import date

import pytest

from rulebook import tables


@pytest.fixture(scope="module")
def frames(rulebook):
    return {name: table.to_pandas() for name, table in tables(rulebook).items()}


def lines_of(frame, **wanted):
    """The lines of a frame that have these values, as tuples."""
    for column, value in wanted.items():
        frame = frame[frame[column] == value]
    return list(frame.itertuples(index=False, name=None))


def test_each_table_has_one_line_for_each_of_its_keys(frames):
    keys = {
        "divisions": ["division_code"],
        "regime_divisions": ["regime", "division_code"],
        "reporters": ["regime", "reporter_code"],
        "reporter_categories": ["regime", "reporter_code", "category"],
        "reporter_parts": ["regime", "reporter_code", "part_code"],
        "obligations": ["regime", "who", "what", "round", "reporter_code"],
        "industries": ["industry"],
        "categories": ["category"],
        "cycles": ["regime", "round"],
        "rules": ["rule"],
        "exit_methods": ["regime", "industry", "method"],
        "clocks": ["regime", "category"],
    }
    assert set(frames) == set(keys)
    for name, columns in keys.items():
        assert not frames[name].duplicated(columns).any(), name


def test_every_code_of_a_regime_is_a_division(frames):
    known = set(frames["divisions"]["division_code"])
    assert set(frames["regime_divisions"]["division_code"]) <= known
    assert set(frames["reporters"]["home_code"]) <= known


def test_a_zone_names_its_host_and_its_city(frames):
    assert lines_of(frames["divisions"], division_code="610900-q01") == [
        ("610900-q01", "安康高新技术产业开发区", "zone", "610900", "610900", "610000", "610902")
    ]


def test_an_industry_lies_in_another_by_its_code_or_by_the_word_its_line_names(frames, reference):
    """轻工 has no code: what of C13 to C24 and C38 lies in it is told line by line, save words that plans name beside it."""
    paths = dict(lines_of(frames["industries"][["industry", "industry_path"]]))
    assert (paths["锌冶炼"], paths["轻工"], paths["小火电"]) == ("C3212", "轻工", "D4411/D4411")
    light = {word for word, path in paths.items() if path.startswith("轻工/")}
    divisions = {*(f"C{number}" for number in range(13, 25)), "C38"}
    beside = {"纺织", "印染", "印刷"}
    assert (
        light
        == {industry.name for industry in reference.industries.values() if (industry.code or "")[:3] in divisions}
        - beside
    )


def test_an_obligation_has_one_line_for_each_who_owes_it(frames):
    ankang = frames["obligations"][frames["obligations"]["regime"] == "ankang-2024"]
    counties = lines_of(ankang, who="county", what="exit_statistics", round="annual")
    assert len(counties) == 10
    assert {due for *_, due, _ in counties} == {date(2024, 12, 30)}
    assert [line[-1] for line in lines_of(ankang, who="city")] == ["610900"]


def test_a_province_owes_its_report_to_the_ministry(frames):
    assert [line[-1] for line in lines_of(frames["obligations"], who="province", what="province_report")] == ["370000"]


def test_integration_counts_only_where_the_plan_lists_the_industry(frames):
    weihai = frames["exit_methods"][frames["exit_methods"]["regime"] == "weihai-2022"]
    assert {line[1:] for line in lines_of(weihai, method="整合退出")} == {
        ("*", "整合退出", False),
        ("水泥", "整合退出", True),
        ("轮胎", "整合退出", True),
    }
    assert lines_of(weihai, method="产能置换") == [("weihai-2022", "*", "产能置换", False)]


def test_uncategorised_is_the_last_category(frames):
    assert lines_of(frames["categories"])[-1] == ("未分类", 6)


def test_photos_are_asked_for_in_the_annual_round_of_a_plan_that_asks_for_acceptance(frames):
    cycles = frames["cycles"][frames["cycles"]["photo_stages"].notna()]
    assert [(line.regime, line.round, line.photo_stages) for line in cycles.itertuples()] == [
        ("ankang-2024", "annual", "before,during,after")
    ]


def test_making_them_loads_no_pandas():
    made = "import sys; from rulebook import load, tables; tables(load()); sys.exit('pandas' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", made]).returncode == 0


def test_a_clock_has_the_months_its_plan_states_and_null_where_it_states_none(frames):
    months = frames["clocks"].set_index(["regime", "category"])[["rectify_months", "extension_months"]]
    assert months.loc[("ankang-2024", "能耗")].tolist() == [6, 3]
    # Shenzhen's plan leaves the term of quality to the order; Ankang's allows no extension
    assert months.loc[("shenzhen-2019", "质量")].isna().all()
    assert months.loc[("ankang-2024", "质量")].isna().tolist() == [False, True]


def test_the_legal_basis_names_the_plan_and_quotes_it(frames):
    basis = frames["clocks"].set_index(["regime", "category"])["legal_basis"]
    assert basis[("ankang-2024", "能耗")].startswith(
        "《安康市2024年利用综合标准依法依规推动落后产能退出工作方案》（安工信字〔2024〕50号）：“对达不到强制性能耗限额标准要求的产能"
    )
    assert basis.loc["shaanxi-2018"].isna().all()
