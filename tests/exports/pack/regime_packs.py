"""A pack for each regime, of one small warehouse moved to its place and year, as tables people can read.

``python -m tests.exports.pack.regime_packs`` writes the expected tables anew, in ``tests/golden/packs/<regime>/``.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
from collections.abc import Iterator
from datetime import date, datetime
from io import StringIO
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import openpyxl

from exports import SignOff, write_pack
from exports.sign_off import Announcement, Consent, Notice, Objection
from rulebook import LOCAL_TIME, Regime, Rulebook, load
from tests.exports.pack.conftest import AREA, ENVIRONMENT, HANYIN, SHIQUAN, XUNYANG, write_warehouse

GOLDEN = Path(__file__).parents[2] / "golden" / "packs"
REGIMES = ("ankang-2024", "liaocheng-2025", "shandong-2017", "shenzhen-2019", "weihai-2022")
COUNTIES = ((HANYIN, "汉阴县"), (SHIQUAN, "石泉县"), ("610923", "宁陕县"), ("610924", "紫阳县"), (XUNYANG, "旬阳市"))
DIGEST = re.compile("[0-9a-f]{64}")


def lay_warehouse(path: Path, base: Path, regime: Regime, rulebook: Rulebook) -> Path:
    """The warehouse ``base`` of Ankang 2024 with the regime's codes, names and years, built in February after its year."""
    shutil.copy(base, path)
    divisions = rulebook.reference.divisions
    own = [code for code in regime.divisions if divisions[code].level == "county" and code in regime.reporters]
    cities = dict.fromkeys(map(rulebook.reference.city_of, own))
    if regime.level == "province":
        # one county of each city, so that there is something to add up
        own = [next(code for code in own if rulebook.reference.city_of(code) == city) for city in cities]
    told = {ENVIRONMENT: f"{regime.area}-sthj", AREA: regime.area, "安康市": divisions[regime.area].name}
    for (code, name), moved in zip(COUNTIES, own, strict=False):
        told |= {code: moved, name: divisions[moved].name}
    told["ankang-2024"] = regime.key
    with duckdb.connect(str(path)) as connection:
        _replace_texts(connection, told)
        _move_years(connection, regime.year - 2024)
        if regime.level == "province":
            # the first of its cities is confirmed
            first_city = rulebook.reference.city_of(own[0])
            connection.execute("update marts.fct_city_confirmation set city_code = ?", [first_city])
            for code in own[: len(COUNTIES)]:
                _put_into_city(connection, code, rulebook.reference.city_of(code), rulebook)
    built = datetime(regime.year + 1, 2, 1, 12, tzinfo=LOCAL_TIME).timestamp()
    os.utime(path, (built, built))
    return path


def sign_off_of(regime: Regime) -> SignOff:
    """Shandong's cycle is sealed, with all that is decided before; the others are drafts."""
    if regime.key != "shandong-2017":
        return SignOff()
    first, last = date(regime.year + 1, 1, 8), date(regime.year + 1, 1, 12)
    objection = Objection(7, last, "某居民", "石泉县饶峰水泥有限公司", "仍在生产", False, "现场核实已拆除")
    return SignOff(
        is_sealed=True,
        document_no="鲁经信产〔2018〕8号",
        document_date=date(2018, 1, 25),
        prepared_by="王经办",
        signed_by="李签发",
        consent=Consent("鲁政字〔2018〕3号", date(2018, 1, 20), "山东省人民政府"),
        notice=Notice(first, last, 5, "省经信委网站", (objection,)),
        announcements=(Announcement("370100", last, "济南市政府网站"),),
    )


def read_tables(folder: Path) -> dict[str, str]:
    """The cells of every workbook and table of a pack as CSV, by file; digests are left out, as any byte changes them."""
    tables = {}
    for path in sorted(folder.iterdir()):
        if path.suffix == ".xlsx":
            tables[f"{path.name}.csv"] = _as_csv(_cells_of(path))
        elif path.suffix == ".csv":
            tables[path.name] = path.read_text(encoding="utf-8-sig")
    return tables


def tabulate_pack(key: str, folder: Path, base: Path, rulebook: Rulebook) -> dict[str, str]:
    """The tables of the pack of a regime, which is written into ``folder``."""
    regime = rulebook.regimes[key]
    warehouse = lay_warehouse(folder / "warehouse.duckdb", base, regime, rulebook)
    pack = write_pack(warehouse, key, "annual", folder / "pack", rulebook, sign_off_of(regime))
    return read_tables(pack.folder)


def _replace_texts(connection: duckdb.DuckDBPyConnection, told: dict[str, str]) -> None:
    values = {f"old{index}": old for index, old in enumerate(told)}
    values |= {f"new{index}": new for index, new in enumerate(told.values())}
    # over a sign of its own, so that nothing that was put in is replaced again
    marked = "{}"
    for index, _ in enumerate(told):
        marked = f"replace({marked}, $old{index}, '¤{index}¤')"
    for index, _ in enumerate(told):
        marked = f"replace({marked}, '¤{index}¤', $new{index})"
    for table, columns in groupby(_columns(connection, "VARCHAR"), key=itemgetter(0)):
        wanted = ", ".join(f"{column} = {marked.format(column)}" for _, column in columns)
        connection.execute(f"update marts.{table} set {wanted}", values)


def _move_years(connection: duckdb.DuckDBPyConnection, years: int) -> None:
    for kind in ("DATE", "TIMESTAMP"):
        for table, column in _columns(connection, kind):
            connection.execute(f"update marts.{table} set {column} = {column} + to_years({years})")
    connection.execute(f"update marts.dim_cycle set year = year + {years}")


def _put_into_city(connection: duckdb.DuckDBPyConnection, county: str, city: str, rulebook: Rulebook) -> None:
    """What lies in ``county`` lies in its city, too, which has the lines of the county."""
    values = {"county": county, "city": city, "name": rulebook.reference.divisions[city].name}
    placed = "set city_code = $city where county_code = $county"
    for table in ("fct_exit", "fct_plan", "rpt_reconciliation"):
        connection.execute(f"update marts.{table} {placed}", {"county": county, "city": city})
    connection.execute(
        "update marts.dim_division set parent_code = $city, city_code = $city where division_code = $county",
        {"county": county, "city": city},
    )
    province = {"city": city, "name": values["name"], "province": rulebook.reference.province_of(city)}
    connection.execute("insert into marts.dim_division values ($city, $name, $province, $city, 'city')", province)
    for table in ("rpt_rollup", "rpt_plan_actual"):
        connection.execute(
            f"""insert into marts.{table} select * replace ($city as division_code, $name as division)
            from marts.{table} where division_code = $county""",
            values,
        )


def _columns(connection: duckdb.DuckDBPyConnection, kind: str) -> list[tuple[str, str]]:
    query = "select table_name, column_name from information_schema.columns where data_type = ? order by 1, 2"
    return connection.execute(query, [kind]).fetchall()


def _cells_of(path: Path) -> Iterator[list[str]]:
    for sheet in openpyxl.load_workbook(path):
        yield [f"【{sheet.title}】"]
        for row in sheet.iter_rows(values_only=True):
            cells = ["" if value is None else DIGEST.sub("<SHA-256>", str(value)) for value in row]
            while cells and not cells[-1]:
                cells.pop()
            if cells:
                yield cells


def _as_csv(rows: Iterator[list[str]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def main() -> None:
    """Write the expected tables anew."""
    rulebook = load()
    for key in REGIMES:
        with TemporaryDirectory() as scratch:
            tables = tabulate_pack(key, Path(scratch), write_warehouse(Path(scratch) / "base.duckdb"), rulebook)
        (GOLDEN / key).mkdir(parents=True, exist_ok=True)
        for old in (GOLDEN / key).glob("*.csv"):
            old.unlink()
        for name, text in tables.items():
            (GOLDEN / key / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
