"""``huizong report --pdf``: PDFs beside the pack; where there can be none a sentence says so, and the pack is whole."""

from __future__ import annotations

import pytest
from typer.testing import CliRunner

from desk.cli import app
from exports import verify_pack
from tests.exports.pack.conftest import write_warehouse

CYCLE = ["--regime", "ankang-2024", "--round", "annual"]


@pytest.fixture(scope="module")
def store(tmp_path_factory):
    folder = tmp_path_factory.mktemp("store")
    write_warehouse(folder / "warehouse.duckdb")
    return folder


def report(store, pack, *options):
    return CliRunner().invoke(app, ["report", "--store", str(store), *CYCLE, "-o", str(pack), *options])


def test_without_libreoffice_the_pack_is_whole_and_the_reason_told(store, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    answer = report(store, tmp_path / "pack", "--pdf")
    assert answer.exit_code == 0 and "没有安装 LibreOffice" in answer.output
    assert verify_pack(tmp_path / "pack") == []


def test_pdfs_lie_beside_the_pack_and_what_was_not_drawn_is_named(store, tmp_path, monkeypatch):
    office = tmp_path / "soffice"
    office.write_text('#!/bin/sh\necho > "$(dirname "$0")/pack-pdf/red_list.pdf"\n')
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    answer = report(store, tmp_path / "pack", "--pdf")
    assert answer.exit_code == 0 and str(tmp_path / "pack-pdf" / "red_list.pdf") in answer.output
    assert "不能把这些文件转成 PDF" in answer.output and "rollup.xlsx" in answer.output
    assert verify_pack(tmp_path / "pack") == []


def test_nobody_who_did_not_ask_waits_for_pdfs(store, tmp_path):
    assert report(store, tmp_path / "pack").exit_code == 0
    assert not (tmp_path / "pack-pdf").exists()
