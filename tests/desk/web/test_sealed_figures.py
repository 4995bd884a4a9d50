"""Who looks at a sealed cycle is told where the figures shown are not the sealed ones."""

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from desk.decisions.acts import Actor, Draft
from desk.january.seal_writing import seal_cycle
from rulebook import load
from store import Store
from tests.desk.web.conftest import REGIME, ROUND, Signed

BOARD = f"/cycles/{REGIME}/{ROUND}"
CITY = f"{BOARD}/cities/610900"
PAGES = (BOARD, CITY, f"{CITY}/figure")
DIFFERS = "与封存的数字不同"


@pytest.fixture(scope="module")
def sealed_store(built_store, tmp_path_factory) -> Path:
    root = shutil.copytree(built_store, tmp_path_factory.mktemp("sealed") / "store")
    seal = Draft("seal", "收齐", regime=REGIME, round=ROUND)
    Signed(root).desk.decisions.record(seal, Actor("signer", "签发人", "signer", "610900"), None, datetime.now(UTC))
    seal_cycle(Store(root), REGIME, ROUND, load())
    return root


@pytest.fixture
def desk(sealed_store, tmp_path) -> Signed:
    return Signed(shutil.copytree(sealed_store, tmp_path / "store"))


def change_the_warehouse(root: Path) -> None:
    """As a later build of other material might."""
    beside = root / ".building" / "warehouse.duckdb"
    shutil.copy(root / "warehouse.duckdb", beside)
    with duckdb.connect(str(beside)) as connection:
        connection.execute("update marts.rpt_rollup set capacity = 31 where division_code = '610924' and capacity = 30")
    beside.replace(root / "warehouse.duckdb")


def test_while_the_figures_agree_nothing_is_said(desk):
    assert [DIFFERS in desk.client("viewer").get(page).text for page in PAGES] == [False] * 3


def test_every_page_of_figures_names_the_lines_that_differ(desk):
    browser = desk.client("viewer")
    tag = browser.get(f"{BOARD}/fragment").headers["etag"]
    change_the_warehouse(desk.desk.store_root)

    for page in PAGES:
        told = browser.get(page).text
        assert DIFFERS in told and "1 条，1 家，2 台套，30万吨" in told and "1 条，1 家，2 台套，31万吨" in told, page
    assert browser.get(f"{BOARD}/fragment", headers={"if-none-match": tag}).status_code == 200


def test_a_copy_that_is_not_written_yet_or_cannot_be_read_is_told(desk):
    folder = desk.desk.store_root / "sealed" / REGIME / ROUND
    (folder / "manifest.json").chmod(0o644)
    (folder / "manifest.json").write_text("{", encoding="utf-8")
    assert "封存件读不出来" in desk.client("viewer").get(CITY).text

    folder.rename(folder.with_name("gone"))
    assert "封存件还没有写出" in desk.client("viewer").get(CITY).text


def test_an_open_cycle_is_not_compared(signed):
    page = signed.client("viewer").get(CITY).text
    assert DIFFERS not in page and "封存件" not in page
