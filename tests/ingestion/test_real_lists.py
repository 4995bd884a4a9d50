"""Public lists under their own headings come out as they were printed (``tests/data/real_lists/README.md``)."""

import csv
import json
from decimal import Decimal
from pathlib import Path

import pytest

from tests.ingestion.samples import the_rulebook, understood, values, xls, xlsx

LIST = Path(__file__).parents[1] / "data" / "real_lists" / "enterprise_rows.csv"


def listed(source: str) -> list[dict[str, str]]:
    with LIST.open(encoding="utf-8-sig", newline="") as file:
        return [line for line in csv.DictReader(file) if line["source"] == source]


def read(rows, **assignment):
    known = {"regime": None, "round": None, "folder": None} | assignment
    return understood(xlsx(rows), **known)


def test_the_aluminium_list_of_2011_is_16_rows_and_45_21():
    lines = listed("S01")
    rows = [
        ["2011年电解铝淘汰落后产能企业名单"],
        ["序号", "省份", "行业", "企业名称", "淘汰生产线(设备)型号及数量", "产能(万吨)"],
    ]
    for number, line in enumerate(lines, start=1):
        rows.append(
            [
                number,
                line["province"],
                line["industry"],
                line["enterprise"],
                line["equipment_text"],
                float(line["capacity"]),
            ]
        )
    frames = read(rows)
    assert (len(frames.rows), sum(values(frames, "capacity"))) == (16, Decimal("45.21"))
    assert set(values(frames, "capacity_unit")) == {"万吨"}
    assert values(frames, "equipment_text") == [line["equipment_text"] for line in lines]
    assert set(values(frames, "industry")) == {"电解铝"}


def test_the_paper_list_of_2014_is_7_rows_and_29_7_with_its_long_texts_whole():
    lines = listed("S03")
    rows = [["省（区、市）", "所属行业", "单位名称", "主体设备(生产线)名称、规格型号及数量", "退出产能(万吨/年)"]]
    for line in lines:
        rows.append([line["province"], line["industry"], line["enterprise"], line["equipment_text"], line["capacity"]])
    frames = read([*rows, ["合计", "", "", "", "29.7"]])
    assert (len(frames.rows), sum(values(frames, "capacity"))) == (7, Decimal("29.7"))
    assert values(frames, "equipment_text") == [line["equipment_text"] or None for line in lines]
    assert not list(frames.observations.query("observation == 'total_differs'").cell)


@pytest.fixture(scope="module")
def mines() -> dict[str, list[dict[str, str]]]:
    """The 21 mines of Shaanxi 2018, by county; the one without a county under its city."""
    groups: dict[str, list[dict[str, str]]] = {}
    for line in listed("S15"):
        groups.setdefault(line["county"] or line["city"], []).append(line)
    return groups


def test_the_coal_list_of_shaanxi_2018_is_21_mines_and_581_under_its_own_headings(mines):
    regime = the_rulebook().regimes["shaanxi-2018"]
    amounts, places = [], set()
    for place, lines in mines.items():
        division = the_rulebook().reference.find_division(place, regime.area)
        reporter = division.code if division.level == "county" else f"{division.code}-gxj"
        rows = [["陕西省2018年退出关闭煤矿名单"], ["序号", "煤矿名称", "退出产能(万吨/年)"]]
        rows += [[number, line["enterprise"], float(line["capacity"])] for number, line in enumerate(lines, start=1)]
        frames = understood(xls(rows), "煤矿.xls", regime="shaanxi-2018", folder=reporter)
        assert frames.submissions.reporter_code[0] == reporter
        assert set(values(frames, "industry")) == {"煤炭"} and set(values(frames, "city_code")) == {
            the_rulebook().reference.city_of(division.code)
        }
        amounts += values(frames, "capacity")
        places.update(values(frames, "county_code"))
    assert (len(amounts), sum(amounts)) == (21, Decimal(581))
    assert {"610881", "610803", None} <= places


def test_a_list_of_one_industry_needs_no_column_for_it():
    rows = [
        ["陕西省2018年退出关闭煤矿名单"],
        ["序号", "企业名称", "退出产能(万吨/年)"],
        [1, "神木县永兴乡七里庙三矿", 30],
    ]
    frames = understood(xls(rows), "煤矿.xls", regime="shaanxi-2018", folder="610881")
    assert (frames.rows.industry[0], frames.rows.industry_code[0]) == ("煤炭", "B06")
    assert "industry" not in [json.loads(params)["field"] for params in frames.observations.params if "field" in params]
