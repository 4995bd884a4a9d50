"""Published totals against their published lines: the reader adds up what adds up, and S13 finds what does not.

``golden_checks.csv`` says of each total whether it is the sum of its lines. Lines that tell a number of enterprises
are written as so many rows, since print names none of them. The other checks have no lines: they compare percentages
or figures out of running text.
"""

import csv
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import pytest

import expectations
from tests.ingestion.samples import noticed, the_rulebook, understood, values, xlsx

LISTS = Path(__file__).parents[1] / "data" / "real_lists"
SOURCES = {
    "rows": "enterprise_rows.csv",
    "provinces": "province_totals.csv",
    "nation": "national_totals.csv",
    "counties": "city_county_counts.csv",
}
TONS = "万吨"

AMOUNTS: dict[str, tuple[str, Callable[[dict[str, str]], bool]]] = {
    "陕西2018煤炭21行合计(万吨/年)": ("rows", lambda line: line["source"] == "S15"),
    "青海2019煤炭2行合计": ("rows", lambda line: line["source"] == "S16"),
    "2014第三批造纸合计": ("rows", lambda line: line["source"] == "S03"),
    "2014第三批造纸 江西5行": ("rows", lambda line: (line["source"], line["province"]) == ("S03", "江西")),
    "河北2014一批炼钢2家": ("rows", lambda line: (line["source"], line["industry"]) == ("S05", "炼钢")),
    "电石2014分省合计": (
        "provinces",
        lambda line: (line["year"], line["industry"]) == ("2014", "电石") and not line["firms"],
    ),
    "云南2011十行业(吨位)合计": ("provinces", lambda line: (line["province"], line["unit"]) == ("云南", TONS)),
    "陕西2012七行业(吨位)合计": (
        "provinces",
        lambda line: (line["province"], line["year"], line["unit"]) == ("陕西", "2012", TONS),
    ),
    "2013第三批吨位合计": ("nation", lambda line: (line["source"], line["unit"]) == ("N13L3", TONS)),
    "2013铅蓄电池目标 极板+组装": ("nation", lambda line: line["source"] == "N13T"),
}
COUNTS: dict[str, tuple[str, str, Callable[[dict[str, str]], bool]]] = {
    "陕西2012分行业户数合计": ("provinces", "firms", lambda line: (line["province"], line["year"]) == ("陕西", "2012")),
    "四川2014分行业户数合计": ("provinces", "firms", lambda line: (line["province"], line["kind"]) == ("四川", "目标")),
    "2011名单家数合计": ("nation", "firms", lambda line: line["source"] == "N11L"),
    "济宁砖瓦关停": ("counties", "closed_or_done", lambda line: line["scope"] == "济宁市"),
    "济宁砖瓦前期": ("counties", "pending", lambda line: line["scope"] == "济宁市"),
    "济宁砖瓦总数": ("counties", "total", lambda line: line["scope"] == "济宁市"),
    "伊犁砖瓦合计": ("counties", "total", lambda line: line["scope"] == "伊犁州"),
    "铅蓄电池排查分省合计": ("counties", "total", lambda line: line["scope"] == "全国"),
    "成都2013分行业户数": ("counties", "total", lambda line: line["scope"] == "成都市"),
}


def listed(name: str) -> list[dict[str, str]]:
    with (LISTS / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


CHECKS = {line["check"]: line for line in listed("golden_checks.csv")}


def read(rows):
    return understood(xlsx(rows), regime=None, round=None, folder=None)


def rejected_by_s13(frames) -> bool:
    findings = expectations.judge(frames, the_rulebook())
    return "S13" in set(findings[findings["severity"] == "reject"]["rule"])


@pytest.mark.parametrize("check", AMOUNTS)
def test_a_published_amount_is_the_sum_of_its_lines_or_found_not_to_be(check):
    source, belongs = AMOUNTS[check]
    lines = [line for line in listed(SOURCES[source]) if belongs(line)]
    heading = f"退出产能({lines[0]['unit']})"
    rows = [[check], ["序号", "省份", "所属行业", "企业名称", heading]]
    for number, line in enumerate(lines, start=1):
        place, amount = line.get("province", ""), line.get("capacity") or line["value"]
        rows.append([number, place, line["industry"], line.get("enterprise", ""), float(amount)])
    frames = read([*rows, ["合计", "", "", "", float(CHECKS[check]["published"])]])
    assert sum(values(frames, "capacity")) == Decimal(CHECKS[check]["computed"])
    assert rejected_by_s13(frames) == (CHECKS[check]["result"] == "MISMATCH")


@pytest.mark.parametrize("check", COUNTS)
def test_a_published_number_of_enterprises_is_that_of_its_lines_or_found_not_to_be(check):
    source, column, belongs = COUNTS[check]
    rows = [[check], ["序号", "县（市、区）", "所属行业", "企业名称"]]
    for line in filter(belongs, listed(SOURCES[source])):
        place = line.get("area", "")
        for number in range(1, int(line[column] or 0) + 1):
            rows.append([len(rows) - 1, place, line["industry"], f"{place}{line['industry']}第{number}户企业"])
    frames = read([*rows, ["合计", "", "", f"{CHECKS[check]['published']}户"]])
    assert len(frames.rows) == int(CHECKS[check]["computed"])
    assert rejected_by_s13(frames) == (CHECKS[check]["result"] == "MISMATCH")


def test_what_s13_says_of_the_two_totals_of_shaanxi_names_both_figures():
    """陕西日报 prints 285.845 万吨 over lines of 285.81, and 43 enterprises over lines of 37."""
    lines = [line for line in listed(SOURCES["provinces"]) if (line["province"], line["year"]) == ("陕西", "2012")]
    headings = ["所属行业", "企业名称", "退出产能"]
    amounts = [[line["industry"], "", f"{line['value']}{line['unit']}"] for line in lines]
    firms = [
        [line["industry"], f"{line['industry']}第{number + 1}户企业", ""]
        for line in lines
        for number in range(int(line["firms"]))
    ]
    told = [
        (params["printed"], params["computed"], params["unit"])
        for rows in ([*amounts, ["合计", "", "285.845万吨、3570万米"]], [*firms, ["合计", "43户", ""]])
        for _, _, params in noticed(read([["检查验收情况"], headings, *rows]), "total_differs")
    ]
    assert told == [("285.845", "285.81", "万吨"), ("43", "37", "家")]


def test_the_share_printed_of_yutai_is_not_that_of_its_rows():
    """57.4 % in print: 4 of 7 kilns are 57.1 %. A percentage is in no column of the form, so no rule sees it."""
    [line] = [line for line in listed(SOURCES["counties"]) if line["area"] == "鱼台"]
    rows = [["鱼台县砖瓦窑厂"], ["序号", "所属行业", "企业名称", "退出方式"]]
    for number in range(1, int(line["total"]) + 1):
        method = "关停" if number <= int(line["closed_or_done"]) else ""
        rows.append([number, line["industry"], f"鱼台县第{number}砖瓦厂", method])
    methods = values(read(rows), "method")
    share = round(Decimal(100) * methods.count("关停") / len(methods), 1)
    check = CHECKS["鱼台关停占比(%)"]
    assert (str(share), check["result"]) == (check["computed"], "MISMATCH")
    assert str(share) != check["published"]
