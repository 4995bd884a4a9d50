"""``announcement.xlsx`` read back: who has left the market, by industry and place, and whom an objection holds."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import duckdb
import openpyxl
import pytest

from exports import SignOff, write_pack
from exports.facts import EXITS, CycleFacts
from exports.sign_off import Notice, Objection
from tests.exports.pack.conftest import KILN, MILL, PLANT, write_warehouse
from tests.exports.pack.reading import records, texts

DAY = date(2025, 1, 8)
MACHINES = "生产线（设备）台（条、套）数"


def objection(enterprise: str, is_upheld: bool | None) -> Objection:
    return Objection(5, DAY, "某居民", enterprise, "仍在生产", is_upheld)


def announce(warehouse, rulebook, folder, *objections, round="annual"):
    sign_off = SignOff(notice=Notice(DAY, DAY, 5, "市政府网站", objections))
    write_pack(warehouse, "ankang-2024", round, folder, rulebook, sign_off)
    return openpyxl.load_workbook(folder / "announcement.xlsx")


def test_every_exit_is_announced_with_its_lines_and_capacity(warehouse, rulebook, tmp_path):
    book = announce(warehouse, rulebook, tmp_path)
    listed = records(book["企业名单"], "序号")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        exits = connection.execute(
            "select capacity, capacity_unit from marts.fct_exit where round = 'annual'"
        ).fetchall()
    assert sorted((Decimal(str(line["退出产能"])), line["计量单位"]) for line in listed) == sorted(exits)
    assert {line["企业名称"] for line in listed} == {"汉阴县城关水泥厂", KILN, MILL, PLANT}
    assert listed[0]["淘汰生产线（设备）名称、型号及数量"] == "Φ3.2米水泥磨机2台"


@pytest.mark.parametrize(
    ("text", "count", "unit", "shown"),
    [
        ("Φ2.2×7m水泥磨", 3, "台", "Φ2.2×7m水泥磨3台"),
        ("24孔轮窑", 1, "座", "24孔轮窑1座"),
        ("1575型造纸机", 2, None, "1575型造纸机×2"),
        ("Φ2.2×7m水泥磨", None, None, "Φ2.2×7m水泥磨"),
        ("Φ2.2×7m水泥磨三台", 3, "台", "Φ2.2×7m水泥磨三台"),
        ("2 台(套)水泥磨", 2, "台套", "2 台(套)水泥磨"),
        ("矿热炉壹台", 1, "台", "矿热炉壹台"),
        ("1#、2#水泥磨", 2, None, "1#、2#水泥磨"),
        ("2×6MW机组", 2, None, "2×6MW机组"),
    ],
)
def test_a_count_told_apart_from_the_text_stands_behind_it_and_no_count_twice(
    rulebook, tmp_path, text, count, unit, shown
):
    path = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.fct_claim set equipment_text = ? where row_id = '000001:1:6'", [text])
        connection.execute(
            "update marts.fct_exit_equipment set quantity = ?, quantity_unit = ? where exit_id = 'e1'", [count, unit]
        )
    with CycleFacts(path, rulebook.regimes["ankang-2024"], "annual") as facts:
        facts.list_exits()
        assert [line.equipment for line in facts.ask(EXITS) if line.enterprise == "汉阴县城关水泥厂"] == [shown]


def test_several_machines_that_only_a_total_counts_show_the_total(rulebook, tmp_path):
    path = write_warehouse(tmp_path / "warehouse.duckdb")
    with duckdb.connect(str(path)) as connection:
        connection.execute("update marts.fct_claim set equipment_text = '水泥磨、回转窑' where row_id = '000001:1:6'")
        connection.execute("update marts.fct_exit_equipment set quantity = null where exit_id = 'e1'")
        connection.execute("insert into marts.fct_exit_equipment values ('e1', '000001:1:6', null, '台')")
        connection.execute("update marts.fct_exit set equipment_count = 5 where exit_id = 'e1'")
    with CycleFacts(path, rulebook.regimes["ankang-2024"], "annual") as facts:
        facts.list_exits()
        assert ("水泥磨、回转窑，共5台", 5) in [(line.equipment, line.equipment_count) for line in facts.ask(EXITS)]


def test_its_sums_are_those_of_the_rollup(warehouse, rulebook, tmp_path):
    sheet = announce(warehouse, rulebook, tmp_path)["公告"]
    *by_industry, total = records(sheet, "县（市、区）")
    with duckdb.connect(str(warehouse), read_only=True) as connection:
        query = """select industry, enterprises, exits, equipment, capacity, capacity_unit from marts.rpt_rollup
            where regime = 'ankang-2024' and round = 'annual' and division_code = '610900' and category = '合计' and industry <> '合计'"""
        rollup = connection.execute(query).fetchall()
    told = [
        (
            line["行业"],
            line["企业数"],
            line["退出条数"],
            line[MACHINES],
            Decimal(str(line["退出产能"])),
            line["计量单位"],
        )
        for line in by_industry
    ]
    assert sorted(told) == sorted(rollup)
    assert (total["行业"], total["企业数"], total["退出条数"], total[MACHINES]) == ("合计", 4, 4, 6)
    assert total["退出产能"] is None
    assert "有1条退出没有写明台（条、套）数" in texts(sheet)


@pytest.mark.parametrize("is_upheld", [None, True])
def test_whom_an_objection_holds_is_not_announced_and_said_so(warehouse, rulebook, tmp_path, is_upheld):
    book = announce(warehouse, rulebook, tmp_path, objection(f" {MILL} ", is_upheld))
    assert MILL not in {line["企业名称"] for line in records(book["企业名单"], "序号")}
    *_, total = records(book["公告"], "县（市、区）")
    assert total["退出条数"] == 3
    assert "1 条，有异议尚未排除" in texts(book["公告"])


def test_an_objection_found_wrong_holds_nobody(warehouse, rulebook, tmp_path):
    book = announce(warehouse, rulebook, tmp_path, objection(MILL, False))
    assert len(records(book["企业名单"], "序号")) == 4


def test_where_an_objection_holds_the_report_no_row_is_left_out(warehouse, rulebook, tmp_path):
    """Liaocheng: 公示无异议后 – the whole report waits, which is not for the announcement to say."""
    regime = rulebook.regimes["ankang-2024"]
    notice = regime.public_notice.model_copy(update={"objection_effect": "hold_report"})
    held = rulebook.model_copy(
        update={"regimes": {**rulebook.regimes, regime.key: regime.model_copy(update={"public_notice": notice})}}
    )
    book = announce(warehouse, held, tmp_path, objection(MILL, None))
    assert len(records(book["企业名单"], "序号")) == 4


def test_a_plan_is_not_announced(warehouse, rulebook, tmp_path):
    pack = write_pack(warehouse, "ankang-2024", "plan", tmp_path, rulebook)
    assert "announcement.xlsx" not in {path.name for path in pack.files}


def test_the_day_of_the_notice_is_told(warehouse, rulebook, tmp_path):
    told = texts(announce(warehouse, rulebook, tmp_path, replace(objection(MILL, False), number=9))["公告"])
    assert "2025年1月8日至2025年1月8日，5 个工作日，市政府网站；收到异议 1 件" in told
