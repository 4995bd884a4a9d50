"""PDFs of a pack: beside it, named with what they show; without LibreOffice, or where it is too slow, a sentence."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

from exports import verify_pack, write_pack
from exports.pdf import NoPdf, find_office, name_undrawn, remove_stale, write_pdfs
from exports.verification import digest_file


def has_writer() -> bool:
    office = find_office()
    return office is not None and any(Path(office).resolve().parent.glob("libswlo.*"))


def _installed_fonts() -> str:
    lister = shutil.which("fc-list")
    return subprocess.run([lister], capture_output=True, text=True, check=True).stdout if lister else ""


@pytest.fixture(scope="module")
def pack(warehouse, rulebook, tmp_path_factory):
    return write_pack(warehouse, "ankang-2024", "annual", tmp_path_factory.mktemp("pack") / "pack", rulebook)


@pytest.mark.skipif(find_office() is None, reason="没有 LibreOffice。Needs LibreOffice.")
def test_each_workbook_has_a_pdf_that_names_it_and_the_pack_stays_whole(pack, tmp_path):
    shown = [path for path in pack.files if path.name in ("red_list.xlsx", "transmittal.xlsx", "rollup.csv")]
    pdfs = write_pdfs(shown, tmp_path)
    assert [path.name for path in pdfs] == ["red_list.pdf", "transmittal.pdf"]
    assert all(path.read_bytes().startswith(b"%PDF") for path in pdfs)
    (first, _) = json.loads((tmp_path / "pdf.json").read_text(encoding="utf-8"))
    assert (first["shows"], first["shows_sha256"]) == ("red_list.xlsx", digest_file(pack.folder / "red_list.xlsx"))
    assert verify_pack(pack.folder) == []


@pytest.mark.skipif(not has_writer(), reason="没有 LibreOffice Writer。Needs LibreOffice Writer.")
def test_the_report_opens_as_a_document_of_several_pages(pack, tmp_path):
    (pdf,) = write_pdfs([path for path in pack.files if path.name == "report.docx"], tmp_path)
    assert pdf.name == "report.pdf"
    # the report itself and its annexes each begin a page
    assert len(re.findall(rb"/Type\s*/Page\b", pdf.read_bytes())) >= 6


@pytest.mark.skipif(
    not has_writer() or "Noto Serif CJK SC" not in _installed_fonts(),
    reason="没有 LibreOffice Writer 或 Noto Serif CJK。Needs LibreOffice Writer and Noto Serif CJK.",
)
def test_the_fonts_of_official_documents_have_their_stand_ins(pack, tmp_path):
    (pdf,) = write_pdfs([path for path in pack.files if path.name == "report.docx"], tmp_path)
    fonts = set(re.findall(rb"/BaseFont/\w+\+(\w+)", pdf.read_bytes()))
    # the body is no sans-serif, as its heads in 黑体 are
    assert any(name.startswith(b"NotoSerifCJK") for name in fonts) or not any(b"CJK" in name for name in fonts)


@pytest.mark.skipif(not has_writer(), reason="没有 LibreOffice Writer。Needs LibreOffice Writer.")
def test_the_imprint_stands_at_the_foot_of_the_last_page(pack, tmp_path):
    report = next(path for path in pack.files if path.name == "report.docx")
    profile = f"-env:UserInstallation={(tmp_path / 'profile').as_uri()}"
    command = [find_office(), profile, "--headless", "--convert-to", "fodt", "--outdir", tmp_path, report]
    subprocess.run(command, check=True, capture_output=True, timeout=120)
    drawn = (tmp_path / "report.fodt").read_text(encoding="utf-8")

    (frame,) = [one for one in re.findall(r"<draw:frame.*?</draw:frame>", drawn, re.DOTALL) if "日印发" in one]
    style = re.search(r'draw:style-name="(\w+)"', frame)[1]
    laid = re.search(rf'<style:style style:name="{style}".*?</style:style>', drawn, re.DOTALL)[0]
    assert 'style:vertical-pos="bottom" style:vertical-rel="page-content"' in laid


def test_without_libreoffice_it_says_so(pack, tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "rollup.pdf").touch()
    with pytest.raises(NoPdf, match="没有安装 LibreOffice"):
        write_pdfs(pack.files, tmp_path / "pdf")
    assert list((tmp_path / "pdf").iterdir()) == []


def test_a_pdf_of_other_figures_is_removed_and_one_of_these_stays(pack, tmp_path):
    red = next(path for path in pack.files if path.name == "red_list.xlsx")
    told = [
        {"file": "red_list.pdf", "shows": "red_list.xlsx", "shows_sha256": digest_file(red)},
        {"file": "rollup.pdf", "shows": "rollup.xlsx", "shows_sha256": "0" * 64},
    ]
    for name in ("red_list.pdf", "rollup.pdf", "own.pdf"):
        (tmp_path / name).touch()
    assert remove_stale(pack.files, tmp_path) == []
    (tmp_path / "pdf.json").write_text(json.dumps(told), encoding="utf-8")
    assert remove_stale(pack.files, tmp_path) == ["rollup.pdf"]
    assert sorted(path.name for path in tmp_path.iterdir()) == ["own.pdf", "pdf.json", "red_list.pdf"]
    assert json.loads((tmp_path / "pdf.json").read_text(encoding="utf-8")) == told[:1]


def test_an_office_that_never_ends_is_ended(pack, tmp_path, monkeypatch):
    endless = tmp_path / "soffice"
    endless.write_text("#!/bin/sh\nexec /bin/sleep 60\n")
    endless.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPdf, match="已中止"):
        write_pdfs(pack.files, tmp_path / "pdf", seconds=0.2)


def test_what_was_not_drawn_is_told_by_name(pack, tmp_path, monkeypatch):
    """An old PDF of it does not stand for the new one."""
    office = tmp_path / "soffice"
    office.write_text('#!/bin/sh\necho > "$(dirname "$0")/pdf/red_list.pdf"\n')
    office.chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    (tmp_path / "pdf").mkdir()
    (tmp_path / "pdf" / "rollup.pdf").touch()
    shown = [path for path in pack.files if path.name in ("red_list.xlsx", "rollup.xlsx", "rollup.csv")]
    pdfs = write_pdfs(shown, tmp_path / "pdf")
    assert [path.name for path in pdfs] == ["red_list.pdf"]
    assert name_undrawn(shown, pdfs) == ["rollup.xlsx"]


def test_an_office_that_draws_nothing_says_so(pack, tmp_path, monkeypatch):
    idle = tmp_path / "soffice"
    idle.write_text("#!/bin/sh\nexit 0\n")
    idle.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(NoPdf, match="没有生成 PDF"):
        write_pdfs(pack.files, tmp_path / "pdf")
