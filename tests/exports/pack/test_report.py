"""``report.docx``: its words per regime, its figures against the marts, its layout, its bytes."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import docx
import duckdb
import openpyxl
import pytest

from exports import lay_templates, verify_pack, write_pack
from exports.facts import ROLLUP, CycleFacts
from exports.papers import official_report
from exports.sheets.layout import SIGNERS
from exports.sign_off import Consent, IndustryFigure, Notice, Objection, SignOff
from exports.templates import FOLDER, REPORT
from exports.templates.report import make_report
from store import Store
from tests.exports.pack.reading import records, texts
from tests.exports.pack.report_marts import (
    GOLDEN,
    REGIMES,
    ROUND,
    invent_exits,
    lay_marts,
    read_document,
    sign,
    tables_of,
    tell_report,
)

NUMBER = re.compile(r"\d+(?:\.\d+)?")


@pytest.fixture(scope="module")
def warehouses(rulebook, tmp_path_factory) -> dict[str, Path]:
    return {
        regime: lay_marts(tmp_path_factory.mktemp(regime) / "warehouse.duckdb", rulebook.regimes[regime], rulebook)
        for regime in REGIMES
    }


@pytest.fixture(scope="module")
def reports(warehouses, rulebook) -> dict[str, bytes]:
    return {regime: tell_report(warehouse, regime, rulebook) for regime, warehouse in warehouses.items()}


def exact(text: str) -> Decimal | None:
    return Decimal(text) if text and text != "不适用" else None


@pytest.mark.parametrize("regime", REGIMES)
def test_the_report_of_a_regime_says_what_its_golden_text_says(reports, regime):
    assert read_document(reports[regime]) == (GOLDEN / regime / "report.txt").read_text(encoding="utf-8")


def test_the_signers_of_a_joint_report_are_two_a_line_and_blank_where_unknown(reports, warehouses, rulebook):
    def signers(report: bytes) -> list[list[str]]:
        # behind the table of the bodies' names
        table = docx.Document(io.BytesIO(report)).tables[1]
        return [[cell.text for cell in row.cells] for row in table.rows]

    draft = tell_report(warehouses["shandong-2017"], "shandong-2017", rulebook, SignOff())
    assert signers(draft) == [["", "签发人：", "＿＿＿", "＿＿＿"], ["", "", "＿＿＿", ""]]
    assert signers(reports["shandong-2017"]) == [
        ["", "签发人：", "赵某", "＿＿＿"],
        ["鲁经信产〔2018〕12号", "", "＿＿＿", ""],
    ]


@pytest.mark.parametrize("regime", REGIMES)
def test_every_figure_of_the_tables_is_that_of_the_marts(reports, warehouses, rulebook, regime):
    plan = rulebook.regimes[regime]
    tables = tables_of(reports[regime])
    with duckdb.connect(str(warehouses[regime]), read_only=True) as marts:
        area = "from marts.{} where division_code = ? order by all"
        lines = marts.execute(
            "select industry, category, exits, enterprises, capacity, capacity_unit " + area.format("rpt_rollup"),
            [plan.area],
        ).fetchall()
        assert sorted(
            (one[0], one[1], int(one[2]), int(one[3]), exact(one[4]), one[5] or None) for one in tables["行业/淘汰类别"]
        ) == sorted(lines)

        planned = marts.execute(
            "select industry, capacity_unit, planned_exits, planned_capacity, actual_exits, actual_capacity, "
            "cast(round(completion_percent, 2) as decimal(18, 2)) "
            + area.format("rpt_plan_actual").replace("where", "where category = '合计' and"),
            [plan.area],
        ).fetchall()
        assert sorted(
            ((one[0], one[1] or None, int(one[2]), exact(one[3]), int(one[4]), exact(one[5]), exact(one[6]))
            for one in tables["行业/单位"]), key=str
        ) == sorted(planned, key=str)  # fmt: skip

        by_place = {
            one[0]: (int(one[1]), int(one[2]), sorted(NUMBER.findall(one[3]))) for one in tables["地区/退出条数"]
        }
        column = "city_code" if plan.level == "province" else "county_code"
        for place, exits, enterprises, amounts in marts.execute(
            f"""select coalesce(division, '未写明地区'), count(*), count(distinct enterprise_id), list(capacity)
            from marts.fct_exit left join marts.dim_division on fct_exit.{column} = division_code group by 1"""
        ).fetchall():
            assert by_place.pop(place) == (exits, enterprises, sorted(f"{one.normalize():f}" for one in amounts))
        assert by_place.keys() == {"合计"}

        listed = marts.execute(
            "select claim.enterprise, claim.equipment_text, exit.capacity, exit.capacity_unit from marts.fct_exit as exit "
            "inner join marts.fct_exit_claim using (exit_id) inner join marts.fct_claim as claim using (row_id)"
        ).fetchall()
        assert sorted((one[3], one[4], one[5]) for one in tables["序号/" + tables_heading(plan)]) == sorted(
            (name, equipment, f"{capacity.normalize():f}{unit}") for name, equipment, capacity, unit in listed
        )


def tables_heading(plan) -> str:
    return "市、县（市、区）" if plan.level == "province" else "县（市、区）"


@pytest.mark.parametrize("regime", REGIMES)
def test_every_number_of_the_sentences_is_counted_in_the_marts(reports, warehouses, rulebook, regime):
    plan = rulebook.regimes[regime]
    said = {
        heading: NUMBER.findall(line.replace("附件", "").split("详见")[0].split("各地区")[0])
        for heading, line in sentences(read_document(reports[regime]))
    }
    with duckdb.connect(str(warehouses[regime]), read_only=True) as marts:

        def count(question: str) -> list[str]:
            rows = marts.execute(question).fetchall()
            return [f"{cell.normalize():f}" if isinstance(cell, Decimal) else str(cell) for row in rows for cell in row]

        assert said["一、落后产能退出情况"] == [
            str(plan.year), *count("select count(*), count(distinct enterprise_id) from marts.fct_exit")
        ]  # fmt: skip
        by_industry = count(
            "select count(*), sum(capacity) from marts.fct_exit group by industry order by count(*) desc, industry"
        )
        assert sorted(said["（一）分行业情况"]) == sorted(by_industry)
        by_category = count("select count(*) from marts.fct_exit_category group by category")
        assert sorted(said["（二）分淘汰类别情况"]) == sorted(by_category)
        place = "city_code" if plan.level == "province" else "county_code"
        assert sorted(said["（三）分地区情况"]) == sorted(
            count(f"select count(*) from marts.fct_exit group by {place}")
        )
        assert said["二、目标任务完成情况"][:6] == [
            str(plan.year),
            *count(
                f"""select planned_exits, done_exits, exits_completion_percent, actual_exits, unplanned_exits
                from marts.rpt_plan_actual
                where division_code = '{plan.area}' and industry = '合计'"""
            ),
        ]
        assert said["三、拆除和封存情况"] == count(
            """select count(*), count(*) filter (is_dismantled), count(*) filter (not is_dismantled),
            (select count(*) from marts.rpt_not_dismantled where standing = 'sealed'),
            count(*) filter (is_dismantled is null) from marts.fct_exit"""
        )
        assert said["四、报送和核对情况"] == [
            *count("select count(*) from marts.fct_obligation"),
            *count(
                "select year(due), month(due), day(due), count(*) from marts.fct_obligation group by due order by due"
            ),
            *count(
                """select count(submission_id), count(*) filter (is_on_time), count(*) filter (not is_on_time),
                count(*) filter (state = 'nil'), count(*) filter (submission_id is null) from marts.fct_obligation"""
            ),
        ]
        assert sorted(said["县级与部门所报逐条核对"]) == sorted(
            count("select count(*) from marts.fct_exit group by reconciliation")
        )
        lists = [
            count(f"select count(*), count(distinct enterprise) from marts.{name}")
            for name in ("rpt_yellow_list", "rpt_overdue", "rpt_red_list")
        ]
        assert said["五、整改和关闭名单情况"][3:] == [cell for line in lists for cell in line]


def sentences(text: str) -> list[tuple[str, str]]:
    """The first sentence under each heading by the heading, and the two others that hold figures by how they begin."""
    lines = text.splitlines()
    told = [
        (lines[at], lines[at + 1])
        for at in range(len(lines) - 1)
        if re.match(r"[一二三四五六]、|（[一二三]）", lines[at])
    ]
    return told + [("县级与部门所报逐条核对", line) for line in lines if line.startswith("县级与部门所报逐条核对")]


def test_an_unsealed_report_is_a_draft_on_every_page_without_number_and_date(rulebook, warehouses):
    decided = replace(sign("shenzhen-2019"), is_sealed=False)
    data = tell_report(warehouses["shenzhen-2019"], "shenzhen-2019", rulebook, decided)
    section = docx.Document(io.BytesIO(data)).sections[0]

    for header in (section.header, section.even_page_header):
        assert header.paragraphs[0].text == "草稿（应于2020年1月15日前上报）"
    assert not section.different_first_page_header_footer
    text = read_document(data)
    assert "深工信〔2020〕4号" not in text and "2020年1月10日印发" not in text and "周某" not in text
    assert "　　　年　　月　　日 |\n" in text


def test_a_sealed_report_says_nothing_of_a_draft(reports):
    assert "草稿" not in read_document(reports["ankang-2024"])


@pytest.mark.parametrize(
    ("notice", "said"),
    [
        (None, "公示尚未登记，本报告不得上报。"),
        ((date(2099, 1, 5), ()), "公示期未满。公示无异议后方可上报。"),
        ((date(2026, 1, 16), ()), "公示期已满，没有收到异议。"),
        ((date(2026, 1, 16), ("某厂", None)), "尚未答复1件：某厂（尚未答复）。异议办结前，本报告不得上报。"),
        ((date(2026, 1, 16), ("某厂", True)), "异议成立或者尚未答复而没有计入的企业1家：某厂。"),
        ((date(2026, 1, 16), ("某厂", False)), "成立0件、不成立1件、尚未答复0件：某厂（不成立）。\n"),
        ((date(2026, 1, 16), ("某厂", False, None, True)), "成立0件、不成立0件、撤回1件、尚未答复0件：某厂（撤回）。\n"),
        ((date(2026, 1, 16), ("整份名单", True)), "对整份名单的异议成立，改正后要重新公示。"),
    ],
)  # fmt: skip
def test_where_a_report_waits_for_the_notice_it_says_how_the_notice_stands(rulebook, warehouses, notice, said):
    shown = notice and Notice(
        date(2026, 1, 12), notice[0], 5, "网站",
        (Objection(1, date(2026, 1, 13), "某人", notice[1][0], "未关停", *notice[1][1:]),) if notice[1] else (),
    )  # fmt: skip
    assert said in read_document(
        tell_report(warehouses["liaocheng-2025"], "liaocheng-2025", rulebook, SignOff(notice=shown))
    )


def test_where_rows_are_held_an_open_objection_keeps_the_enterprise_out_and_the_report_goes_on(rulebook, warehouses):
    open_one = Objection(1, date(2022, 12, 22), "某人", "某厂", "未关停")
    notice = Notice(date(2022, 12, 21), date(2022, 12, 27), 5, "网站", (open_one,))
    text = read_document(tell_report(warehouses["weihai-2022"], "weihai-2022", rulebook, SignOff(notice=notice)))

    assert "异议成立或者尚未答复而没有计入的企业1家：某厂。" in text and "不得上报" not in text


def test_what_an_objection_holds_and_the_marts_still_count_is_told_and_not_announced_by_an_own_template(
    rulebook, tmp_path
):
    plan = rulebook.regimes["weihai-2022"]
    exits = invent_exits(plan, rulebook)
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook, exits)
    objections = tuple(
        Objection(number, date(2022, 12, 22), "某人", name, "未关停")
        for number, name in ((1, exits[1].enterprise), (2, "某厂"))
    )
    notice = Notice(date(2022, 12, 21), date(2022, 12, 27), 5, "网站", objections)
    lay_templates(Store(tmp_path), plan.key)
    write_pack(warehouse, plan.key, ROUND, tmp_path / "pack", rulebook, SignOff(notice=notice))

    text = read_document((tmp_path / "pack" / REPORT).read_bytes())
    assert "没有计入的企业1家：某厂。" in text
    assert f"不应计入的企业1家：{exits[1].enterprise}，异议登记或者办理以后还没有重新建仓" in text
    announced = texts(openpyxl.load_workbook(tmp_path / "pack" / "announcement.xlsx").active)
    assert exits[1].enterprise not in announced and exits[0].enterprise in announced
    assert "合计3条，企业3家。" in announced


def test_an_industry_of_several_units_is_told_in_one_place(rulebook, tmp_path):
    plan = rulebook.regimes["ankang-2024"]
    cement, other, *_ = invent_exits(plan, rulebook)
    exits = [
        *(replace(cement, key=f"a{at}", county=cement.county) for at in range(3)),
        *(replace(other, key=f"b{at}", county=cement.county) for at in range(2)),
    ]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook, exits)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "insert into marts.rpt_rollup by name select * replace ('吨/日' as capacity_unit, 1 as exits) from marts.rpt_rollup"
            " where industry = ? and category = '合计'",
            [cement.industry],
        )
    (line,) = [
        one
        for one in read_document(tell_report(warehouse, plan.key, rulebook)).splitlines()
        if "不同计量单位的产能不相加。详见" in one
    ]
    told = [part.startswith(cement.industry) for part in line.split("；")]
    assert told == [True, True, False]


def test_reporters_are_listed_by_kind_and_a_sentence_has_no_marks_of_a_sheet(rulebook, tmp_path):
    plan = rulebook.regimes["shenzhen-2019"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.fct_obligation set state = 'rejected'")
        for place, kind in enumerate(("department", "zone")):
            connection.execute(
                "update marts.dim_reporter set kind = ? where reporter_code in"
                " (select reporter_code from marts.dim_reporter order by reporter_code limit 1 offset ?)",
                [kind, place],
            )
        connection.execute(
            "insert into marts.dim_division select home_code, reporter, '440300', '440300', 'county' from marts.dim_reporter"
            " where home_code not in (select division_code from marts.dim_division)"
        )
        owing = connection.execute("select reporter_code, reporter, kind from marts.dim_reporter").fetchall()
    excused = SignOff(excused=frozenset(code for code, *_ in owing))
    text = read_document(tell_report(warehouse, plan.key, rulebook, excused))
    in_order = sorted(owing, key=lambda one: (("county", "zone", "department").index(one[2]), one[0]))
    named = "、".join(f"{name}（审核未通过，准予免报）" for _, name, _ in in_order)
    assert f"没有可采用的统计表的单位4个：{named}。" in text
    assert [kind for *_, kind in in_order] == ["county", "county", "zone", "department"]


def test_a_notice_recorded_late_shows_the_day_beside_its_period(rulebook, warehouses):
    notice = Notice(date(2026, 1, 12), date(2026, 1, 16), 5, "网站", recorded_on=date(2026, 1, 20))
    text = read_document(tell_report(warehouses["liaocheng-2025"], "liaocheng-2025", rulebook, SignOff(notice=notice)))
    assert "2026年1月12日至2026年1月16日（5个工作日，2026年1月20日登记）在网站公示" in text


@pytest.mark.parametrize(("count", "said"), [(0, False), (1, True)])
def test_a_figure_that_changed_since_the_consent_is_told(rulebook, warehouses, count, said):
    """The list agreed to is today's, or has one exit more of the first industry."""
    with duckdb.connect(str(warehouses["ankang-2024"]), read_only=True) as marts:
        lines = marts.execute(
            "select industry, capacity_unit, exits, capacity from marts.rpt_rollup"
            " where division_code = '610900' and category = '合计' and industry <> '合计'"
        ).fetchall()
    first, *others = (IndustryFigure(*line) for line in lines)
    figure = (replace(first, exits=first.exits + count), *others)
    consent = replace(sign("ankang-2024").consent, figure=figure)
    text = read_document(tell_report(warehouses["ankang-2024"], "ankang-2024", rulebook, SignOff(consent=consent)))
    assert (f"同意之后数字有变：{first.industry}由{figure[0].in_words}变为{first.in_words}。" in text) is said


@pytest.mark.parametrize(("day", "is_early"), [(date(2024, 1, 5), True), (date(2025, 1, 18), False)])
def test_a_consent_older_than_the_first_accepted_table_says_so(rulebook, warehouses, day, is_early):
    consent = Consent("安政函〔2024〕2号", day, "安康市人民政府")
    text = read_document(tell_report(warehouses["ankang-2024"], "ankang-2024", rulebook, SignOff(consent=consent)))
    assert (f"{day.year}年{day.month}月{day.day}日，早于第一份通过审核的统计表收到之日20" in text) is is_early


def test_a_draft_says_plainly_that_consent_is_missing_and_never_that_it_was_given(rulebook, warehouses):
    text = read_document(tell_report(warehouses["ankang-2024"], "ankang-2024", rulebook, SignOff()))

    assert "方案要求经市人民政府同意后上报；同意文件尚未登记，本报告不得上报。" in text
    assert "经市人民政府同意，" not in text


def test_the_same_report_is_the_same_bytes_and_its_file_is_in_the_manifest(reports, rulebook, tmp_path):
    plan = rulebook.regimes["shandong-2017"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook)
    write_pack(warehouse, plan.key, ROUND, tmp_path / "pack", rulebook, sign(plan.key))

    assert (tmp_path / "pack" / REPORT).read_bytes() == reports[plan.key]
    assert verify_pack(tmp_path / "pack") == []
    with zipfile.ZipFile(io.BytesIO(reports["shandong-2017"])) as archive:
        assert {entry.date_time for entry in archive.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    (tmp_path / "pack" / REPORT).write_bytes(reports["ankang-2024"])
    assert verify_pack(tmp_path / "pack") == ["文件已被改动：report.docx。Altered file."]


def test_a_name_is_text_whatever_it_holds(rulebook, tmp_path):
    plan = rulebook.regimes["weihai-2022"]
    names = ["<w:p>甲</w:p>", "{{ 地区 }}", "{_{乙", "{% endfor %}", "\x02丙\x0c", "&amp;丁"]
    first = invent_exits(plan, rulebook)[0]
    exits = [replace(first, key=f"e{at}", enterprise=name) for at, name in enumerate(names)]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook, exits)
    write_pack(warehouse, plan.key, ROUND, tmp_path / "pack", rulebook)

    listed = tables_of((tmp_path / "pack" / REPORT).read_bytes())["序号/县（市、区）"]
    assert {row[3] for row in listed} == {*names[:4], "〔?〕丙〔?〕", names[5]}


def test_a_list_too_long_to_print_is_left_to_the_workbook(rulebook, warehouses, monkeypatch):
    monkeypatch.setattr(official_report, "MOST_LISTED", 3)
    data = tell_report(warehouses["weihai-2022"], "weihai-2022", rulebook)

    assert "落后产能退出情况统计表共4条，见随附汇总工作簿（rollup.xlsx）的“企业名单”。" in read_document(data)
    assert "序号/县（市、区）" not in tables_of(data)


@pytest.mark.parametrize(
    ("states", "is_sealed", "excused", "said"),
    [
        ("nil", True, 0, "2022年度，全市没有落后产能退出，应报单位全部零报告。"),
        ("missing", False, 0, "2022年度还没有收到可采用的统计表，落后产能退出情况尚无数据。"),
        ("missing", False, 1, "2022年度还没有收到可采用的统计表，落后产能退出情况尚无数据。"),
        ("missing", False, None, "2022年度没有收到可采用的统计表，应报送统计表的{all}个单位均准予免报，"
         "落后产能退出情况没有统计数据。"),
        ("missing", True, None, "2022年度没有收到可采用的统计表，应报送统计表的{all}个单位均准予免报，"
         "落后产能退出情况没有统计数据。"),
        ("missing", True, 1, "2022年度没有收到可采用的统计表，落后产能退出情况没有统计数据；"
         "应报单位中准予免报1个，有{others}个没有可采用的统计表。"),
        ("received", True, 0, "2022年度，已采用的统计表中没有计入的落后产能退出。"),
    ],
)  # fmt: skip
def test_that_nothing_exited_is_said_by_nil_returns_alone(rulebook, tmp_path, states, is_sealed, excused, said):
    """``excused``: how many of those who owe the table; None: all. What is final never says that anything is still to come."""
    plan = rulebook.regimes["weihai-2022"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook, [])
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.fct_obligation set state = ?", [states])
        owing = [code for (code,) in connection.execute("select reporter_code from marts.fct_obligation").fetchall()]
    signed = replace(sign(plan.key), is_sealed=is_sealed, excused=frozenset(owing[:excused]))
    text = read_document(tell_report(warehouse, plan.key, rulebook, signed))
    assert said.format(all=len(owing), others=len(owing) - 1) in text
    is_open = states == "missing" and not is_sealed and excused is not None
    assert ("尚无数据" in text, "还没有" in text) == (is_open, is_open)


def test_a_cycle_without_exits_has_a_report_that_says_so(rulebook, tmp_path):
    plan = rulebook.regimes["weihai-2022"]
    write_pack(lay_marts(tmp_path / "w.duckdb", plan, rulebook, []), plan.key, ROUND, tmp_path / "pack", rulebook)

    data = (tmp_path / "pack" / REPORT).read_bytes()
    said = "2022年度，已采用的统计表中没有计入的落后产能退出；应报单位中还有1个没有可采用的统计表。"
    assert said in read_document(data)
    assert all([cell for cell in row if cell] == ["无"] for rows in tables_of(data).values() for row in rows)
    assert all(tables_of(data).values())
    book = openpyxl.load_workbook(tmp_path / "pack" / "rollup.xlsx")
    told = [cell.value for row in book["分市分行业"].iter_rows() for cell in row]
    assert [one for one in told if one in SIGNERS] == list(SIGNERS)


def test_without_a_plan_in_force_no_plan_of_nothing_is_shown(rulebook, tmp_path):
    plan = rulebook.regimes["weihai-2022"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.rpt_plan_actual set planned_exits = 0, planned_capacity = null")
    data = tell_report(warehouse, plan.key, rulebook)
    text = read_document(data)
    assert "注：本年度没有采用的计划表，不作对比；不同计量单位的产能不相加。" in text and "完成率＝" not in text
    assert "分地区计划与完成" not in text
    with CycleFacts(warehouse, plan, ROUND) as facts:
        facts.list_exits()
        told = official_report.tell_report(facts, facts.ask(ROLLUP), plan, ROUND, rulebook, sign(plan.key))
    assert told["计划表"]
    assert {(line["计划条数"], line["计划产能"]) for line in told["计划表"]} == {(None, None)}

    write_pack(warehouse, plan.key, ROUND, tmp_path / "pack", rulebook)
    sheet = openpyxl.load_workbook(tmp_path / "pack" / "rollup.xlsx")["目标任务完成情况表"]
    lines = [[cell.value for cell in row] for row in sheet.iter_rows(min_col=4, max_col=13)]
    figures = [line for line in lines if isinstance(line[6], int)]
    assert figures
    assert all(line[at] is None for line in figures for at in (0, 1, 2, 3, 4, 5, 8, 9))


def test_what_is_unsettled_is_told_in_the_third_person_and_by_its_form(rulebook, tmp_path):
    plan = rulebook.regimes["ankang-2024"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute("update marts.fct_submission set status = 'rejected' where submission_id = '000002'")
        connection.execute("update marts.fct_submission set form = 'rectification' where submission_id = '000003'")
        for number, rule, severity in (("000002", "F06", "reject"), ("000003", "X08", "explain")):
            connection.execute(
                "insert into marts.fct_finding (submission_id, rule, severity, cell, message, resolution)"
                " values (?, ?, ?, 'K4', '您在 K4 写的“环境”不是五个淘汰类别中的一个。', 'open')",
                [number, rule, severity],
            )
        names = dict(
            connection.execute(
                "select submission_id, reporter from marts.fct_submission inner join marts.dim_reporter using (reporter_code)"
            ).fetchall()
        )
    text = read_document(tell_report(warehouse, plan.key, rulebook))
    assert "您" not in text and "K4" not in text
    reason = "淘汰类别或者其他选填栏目写的不是规定的词"
    assert f"审核未通过、没有计入的统计表1份：{names['000002']}（{reason}" in text
    form = rulebook.forms["rectification"].title
    assert f"有问题尚待说明的其他材料1份：{names['000003']}《{form}》。" in text


def test_papers_tell_the_materials_that_are_missing_or_excused(rulebook, tmp_path):
    plan = rulebook.regimes["shenzhen-2019"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "update marts.fct_obligation set state = 'received', is_on_time = true where state = 'missing'"
        )
        owing = connection.execute(
            "select reporter_code, reporter from marts.dim_reporter order by reporter_code limit 3"
        ).fetchall()
        for (code, _), state in zip(owing, ("received", "missing", "missing"), strict=True):
            connection.execute(
                "insert into marts.fct_obligation (regime, round, reporter_code, what, due, state, is_on_time)"
                " values (?, 'annual', ?, 'summary', '2019-12-31', ?, ?)",
                [plan.key, code, state, True if state == "received" else None],
            )
    (_, _), (_, missing), (code, excused) = owing
    write_pack(warehouse, plan.key, ROUND, tmp_path, rulebook, SignOff(excused=frozenset({code})))

    text = read_document((tmp_path / REPORT).read_bytes())
    assert "应报的统计表已全部报送。应报其他材料3份（总结材料3份），实报1份，其中按时1份、迟报0份。" in text
    assert f"没有收到的材料2份：{missing}总结材料（逾期未报）、{excused}总结材料（准予免报）。" in text
    told = texts(openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active)
    assert f"没有收到的材料 Materials\n1 份（总结材料 1 份：{missing}）" in told
    assert f"准予免报的材料 Excused\n1 份（总结材料 1 份：{excused}）" in told
    book = openpyxl.load_workbook(tmp_path / "reporting_table.xlsx")
    assert "应报其他材料 3 份（总结材料3份），实报 1 份" in texts(book["通报"])
    assert f"材料逾期未报\n{missing}总结材料（" in texts(book["通报"])
    states = {line["填报单位"]: line["状态"] for line in records(book["其他材料"], "填报单位")}
    assert states[missing] == "逾期未报" and states[excused] == "准予免报"
    lacking = texts(openpyxl.load_workbook(tmp_path / "rollup.xlsx")["缺项"])
    assert "总结材料应于 2019-12-31 前报送，尚未收到。" in lacking


def test_what_waits_for_an_explanation_in_the_plan_round_is_told_with_the_annual_one(rulebook, tmp_path):
    plan = rulebook.regimes["ankang-2024"]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook)
    with duckdb.connect(str(warehouse)) as connection:
        connection.execute(
            "insert into marts.fct_submission by name select * replace ('000009' as submission_id, 'plan' as round)"
            " from marts.fct_submission where submission_id = '000001'"
        )
        connection.execute(
            "insert into marts.fct_finding (submission_id, rule, severity, cell, resolution)"
            " values ('000009', 'R02', 'explain', 'F5', 'open'), ('000009', 'R02', 'explain', 'F6', 'open')"
        )
        ((reporter,),) = connection.execute(
            "select reporter from marts.dim_reporter join marts.fct_submission using (reporter_code)"
            " where submission_id = '000009'"
        ).fetchall()
    write_pack(warehouse, plan.key, ROUND, tmp_path, rulebook)

    text = read_document((tmp_path / REPORT).read_bytes())
    assert f"计划轮次所报有问题尚待说明的1份：{reporter}。" in text and "统计表已计入但有问题尚待说明" not in text
    assert "2 处（其中计划轮次 2 处）" in texts(openpyxl.load_workbook(tmp_path / "transmittal.xlsx").active)
    (line,) = [
        one
        for one in records(openpyxl.load_workbook(tmp_path / "rollup.xlsx")["缺项"], "填报单位")
        if one["规则"] == "R02"
    ]
    assert (line["填报单位"], line["缺什么"], line["处数"]) == (reporter, "待说明（年度计划）", 2)


def test_places_list_their_industries_in_the_order_of_the_area(reports, warehouses):
    for regime, data in reports.items():
        with duckdb.connect(str(warehouses[regime]), read_only=True) as marts:
            order = [
                name
                for (name,) in marts.execute(
                    "select industry from marts.dim_industry order by industry_position"
                ).fetchall()
            ]
        for row in tables_of(data)["地区/退出条数"]:
            places = [
                min(at for at, name in enumerate(order) if part.startswith(name)) for part in row[3].split("；") if part
            ]
            assert places == sorted(places), (regime, row)


def test_a_place_that_had_another_name_that_year_has_it_beside(rulebook, tmp_path):
    plan = rulebook.regimes["shandong-2017"]
    exits = [replace(invent_exits(plan, rulebook)[0], city="370200", county="370215")]
    warehouse = lay_marts(tmp_path / "warehouse.duckdb", plan, rulebook, exits)

    listed = tables_of(tell_report(warehouse, plan.key, rulebook))["序号/市、县（市、区）"]
    assert listed[0][1] == "青岛市即墨区（时为即墨市）"


def test_a_plan_has_no_report(rulebook, tmp_path):
    plan = rulebook.regimes["weihai-2022"]
    write_pack(lay_marts(tmp_path / "w.duckdb", plan, rulebook), plan.key, "plan", tmp_path / "pack", rulebook)

    assert not (tmp_path / "pack" / REPORT).exists()


def test_the_page_is_that_of_the_standard(reports):
    document = docx.Document(io.BytesIO(reports["shandong-2017"]))
    section = document.sections[0]
    edges = (section.top_margin, section.bottom_margin, section.left_margin, section.right_margin)

    assert [round(edge.mm) for edge in edges] == [37, 35, 28, 26]
    assert (round(section.page_width.mm), round(section.page_height.mm)) == (210, 297)
    normal = document.styles["Normal"]
    assert (normal.font.size.pt, normal.paragraph_format.line_spacing.pt) == (16, 28.95)
    # 22 lines between the margins and no 23rd; 28 characters in a line and no 29th
    height, width = 297 - 37 - 35, 210 - 28 - 26
    assert 22 * 28.95 <= height / 25.4 * 72 < 23 * 28.95
    spacing = int(re.search(r'<w:spacing w:val="(-?\d+)"', normal.element.rPr.xml)[1]) / 20
    assert 28 * (16 + spacing) <= width / 25.4 * 72 < 29 * (16 + spacing)


@pytest.mark.parametrize("regime", ["shandong-2017", "weihai-2022"])
def test_date_and_notes_are_not_torn_from_what_they_belong_to(reports, regime):
    document = docx.Document(io.BytesIO(reports[regime]))
    (signed,) = [table for table in document.tables if "（印章）" in table._tbl.xml]
    # a row is never split: the day stands in that of the last signature, and in no other
    days = [re.findall(r"日$", row.cells[-1].text) for row in signed.rows]
    assert days == [[]] * (len(days) - 1) + [["日"]]
    assert all("<w:cantSplit/>" in row._tr.xml for row in signed.rows)
    for table in document.tables:
        if table.rows[0].cells[0].text in ("行业", "地区", "序号"):
            *rows, last = (row.cells[0].paragraphs[0].paragraph_format.keep_with_next for row in table.rows[1:])
            assert last and not any(rows)


def test_the_title_of_an_annex_is_as_large_as_that_of_the_report(reports):
    styles = docx.Document(io.BytesIO(reports["weihai-2022"])).styles
    assert styles["公文附件标题"].font.size == styles["公文标题"].font.size


def test_every_font_has_others_to_stand_in_for_it(reports):
    with zipfile.ZipFile(io.BytesIO(reports["shandong-2017"])) as archive:
        fonts = archive.read("word/fontTable.xml").decode()
        styles = archive.read("word/styles.xml").decode()
    told = dict(re.findall(r'w:font w:name="([^"]+)"><w:altName w:val="([^"]+)"', fonts))
    for name in set(re.findall(r'w:eastAsia="([^"]+)"', styles)) - {"zh-CN"}:
        assert "CJK SC" in told[name]


def test_headings_of_tables_are_repeated_on_every_page(reports):
    document = docx.Document(io.BytesIO(reports["shandong-2017"]))
    ruled = [table for table in document.tables if table.rows[0].cells[0].text in ("行业", "地区", "序号")]

    assert len(ruled) == 4
    assert all("<w:tblHeader/>" in table.rows[0]._tr.xml for table in ruled)


def test_the_template_that_is_committed_is_the_one_its_script_makes():
    def parts(data: bytes) -> dict[str, bytes]:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            return {name: archive.read(name) for name in archive.namelist()}

    assert parts((FOLDER / REPORT).read_bytes()) == parts(make_report())


def test_copies_and_signers_are_those_of_the_regime(reports, rulebook):
    text = read_document(reports["shandong-2017"])
    plan = rulebook.regimes["shandong-2017"]

    assert "工业和信息化部、国家能源局：" in text
    assert len(plan.copies) == 14 and f"抄送：{'，'.join(plan.copies)}。" in text
    assert all(text.count(signer) >= 2 for signer in plan.joint_signers)
    assert "抄送" not in read_document(reports["ankang-2024"])


def test_where_an_industry_was_not_planned_its_rate_is_not_applicable_and_what_goes_beyond_is_told_beside(reports):
    text = read_document(reports["shandong-2017"])
    assert "钢铁计划40万吨，已完成40万吨，完成率100%，另有计划外50.375万吨。" in text
    rates = {line[0]: line[6] for line in tables_of(reports["shandong-2017"])["行业/单位"]}
    assert [rates.pop(industry) for industry in ("合计", "钢铁")] == ["", "100"]
    assert rates and set(rates.values()) == {"不适用"}
