"""The pack of a cycle: its rollup to the byte, its manifest, and what happens when it is written again."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from concurrent.futures import BrokenExecutor, ProcessPoolExecutor
from decimal import Decimal
from multiprocessing import get_context
from pathlib import Path

import pytest

from exports.amounts import write_exactly
from exports.pack import write_pack
from exports.verification import verify_pack

GOLDEN = Path(__file__).parent / "golden" / "rollup.csv"


@pytest.fixture
def pack(warehouse, rulebook, tmp_path):
    return write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook)


def test_rollup_csv_is_exactly_as_specified(pack):
    assert (pack.folder / "rollup.csv").read_bytes() == GOLDEN.read_bytes()


@pytest.mark.parametrize(
    ("amount", "text"),
    [("45.21000000", "45.21"), ("3E+3", "3000"), ("0E-8", "0"), ("0.00000001", "0.00000001"), ("-20.50", "-20.5")],
)
def test_an_amount_is_written_exactly_and_without_exponent(amount, text):
    assert write_exactly(Decimal(amount)) == text


def test_the_manifest_says_draft_and_names_every_source_and_file(pack, rulebook):
    manifest = json.loads((pack.folder / "manifest.json").read_text(encoding="utf-8"))

    assert (manifest["regime"], manifest["round"]) == ("ankang-2024", "annual")
    assert manifest["sealed"] is False
    assert manifest["status"] == "草稿"
    assert manifest["rulebook"] == rulebook.digest
    assert {line["receipt_no"]: line["status"] for line in manifest["submissions"]} == {
        "000001": "counting",
        "000002": "rejected",
        "000003": "counting",
        "000004": "counting",
        "000005": "rejected",
        "000006": "counting",
    }
    assert [entry["file"] for entry in manifest["files"]] == [
        "rollup.xlsx", "rollup.csv", "yellow_list.xlsx", "red_list.xlsx", "credit_platform.csv", "reporting_table.xlsx",
        "not_dismantled.xlsx", "announcement.xlsx", "report.docx", "transmittal.xlsx",
    ]  # fmt: skip


def test_a_pack_holds_what_its_manifest_lists_and_nothing_else(pack):
    assert verify_pack(pack.folder) == []
    assert sorted(pack.files) == sorted(pack.folder.iterdir())


def test_writing_a_pack_again_changes_no_byte(pack, warehouse, rulebook):
    before = {path: path.read_bytes() for path in pack.files}

    write_pack(warehouse, "ankang-2024", "annual", pack.folder, rulebook)

    assert {path: path.read_bytes() for path in pack.files} == before


def test_a_draft_over_a_supplement_is_whole_and_keeps_what_is_not_of_a_pack(pack, warehouse, rulebook):
    for name in ("supplement.xlsx", "supplement.csv", "mine.txt"):
        (pack.folder / name).write_bytes(b"of before")
    write_pack(warehouse, "ankang-2024", "annual", pack.folder, rulebook)
    assert [problem for problem in verify_pack(pack.folder) if "mine.txt" not in problem] == []
    assert (pack.folder / "mine.txt").read_bytes() == b"of before"


def test_the_same_warehouse_gives_the_same_files_elsewhere(pack, warehouse, rulebook, tmp_path):
    other = write_pack(warehouse, "ankang-2024", "annual", tmp_path / "elsewhere", rulebook)

    for name in (file.name for file in pack.files if file.name != "manifest.json"):
        assert (other.folder / name).read_bytes() == (pack.folder / name).read_bytes()


@pytest.mark.parametrize("damage", [lambda text: "{", lambda text: "[]", lambda text: text.replace("false", "true")])
def test_a_damaged_manifest_is_written_anew(pack, warehouse, rulebook, damage):
    manifest = pack.folder / "manifest.json"
    manifest.write_text(damage(manifest.read_text(encoding="utf-8")), encoding="utf-8")

    write_pack(warehouse, "ankang-2024", "annual", pack.folder, rulebook)

    assert verify_pack(pack.folder) == []


def test_a_cycle_without_exits_has_a_pack_too(warehouse, rulebook, tmp_path):
    pack = write_pack(warehouse, "ankang-2024", "midyear", tmp_path, rulebook)

    assert (tmp_path / "rollup.csv").read_bytes().count(b"\n") == 1
    assert verify_pack(pack.folder) == []


def test_writing_a_pack_loads_no_pandas(warehouse, tmp_path):
    written = (
        "import sys; from exports import write_pack; from rulebook import load\n"
        "write_pack(sys.argv[1], 'ankang-2024', 'annual', sys.argv[2], load()); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", written, str(warehouse), str(tmp_path)]).returncode == 0


def test_two_processes_write_the_same_files_as_one(pack, warehouse, rulebook, tmp_path):
    with ProcessPoolExecutor(1, get_context("spawn")) as workers:
        other = write_pack(warehouse, "ankang-2024", "annual", tmp_path / "two", rulebook, workers=workers)

    assert verify_pack(other.folder) == []
    assert [path.name for path in other.files] == [path.name for path in pack.files]
    for name in (file.name for file in pack.files if file.name != "manifest.json"):
        assert (other.folder / name).read_bytes() == (pack.folder / name).read_bytes()


def test_a_process_that_dies_leaves_the_pack_as_it_was(pack, warehouse, rulebook):
    before = {path: path.read_bytes() for path in pack.folder.iterdir()}

    with (
        ProcessPoolExecutor(1, get_context("spawn"), initializer=os._exit, initargs=(1,)) as workers,
        pytest.raises(BrokenExecutor),
    ):
        write_pack(warehouse, "ankang-2024", "midyear", pack.folder, rulebook, workers=workers)

    assert {path: path.read_bytes() for path in pack.folder.iterdir()} == before
