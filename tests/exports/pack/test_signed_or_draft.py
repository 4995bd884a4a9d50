"""Every sheet of a pack says that it is a draft, until it is sealed: then number and day of the document."""

from __future__ import annotations

from datetime import date

import openpyxl
import pytest

from exports import SignOff, verify_pack, write_pack

SEALED = SignOff(
    is_sealed=True,
    document_no="安工信字〔2025〕6号",
    document_date=date(2025, 1, 20),
    prepared_by="王经办",
    signed_by="李签发",
)


def sheets_of(pack):
    for path in pack.files:
        if path.suffix == ".xlsx":
            yield from ((path.name, sheet) for sheet in openpyxl.load_workbook(path))


def texts(sheet):
    return "\n".join(str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value is not None)


@pytest.fixture(scope="module")
def packs(warehouse, rulebook, tmp_path_factory):
    folder = tmp_path_factory.mktemp("packs")
    return {
        is_sealed: write_pack(warehouse, "ankang-2024", "annual", folder / str(is_sealed), rulebook, sign_off)
        for is_sealed, sign_off in ((False, SignOff()), (True, SEALED))
    }


def test_a_draft_says_so_on_every_printed_page(packs):
    for name, sheet in sheets_of(packs[False]):
        assert "草稿" in str(sheet["A1"].value), (name, sheet.title)
        assert "草稿" in sheet.oddHeader.right.text, (name, sheet.title)
        assert "草稿" in sheet.oddFooter.left.text, (name, sheet.title)


def test_a_sealed_pack_says_draft_nowhere_and_its_document_everywhere(packs):
    for name, sheet in sheets_of(packs[True]):
        told = f"{texts(sheet)}{sheet.oddHeader.right.text}{sheet.oddFooter.left.text}"
        assert "草稿" not in told, (name, sheet.title)
        assert "安工信字〔2025〕6号　2025年1月20日" in texts(sheet), (name, sheet.title)
        assert "安工信字〔2025〕6号" in sheet.oddFooter.left.text, (name, sheet.title)


def test_who_prepared_and_who_signed_is_told_where_it_is_signed(packs):
    transmittal = openpyxl.load_workbook(packs[True].folder / "transmittal.xlsx").active
    assert "经办：王经办" in texts(transmittal) and "签发：李签发" in texts(transmittal)


@pytest.mark.parametrize("sign_off", [SignOff(), SEALED])
def test_the_same_state_gives_the_same_bytes(warehouse, rulebook, tmp_path, sign_off):
    once, again = (
        write_pack(warehouse, "ankang-2024", "annual", tmp_path / name, rulebook, sign_off)
        for name in ("once", "again")
    )
    for first, second in zip(once.files[:-1], again.files[:-1], strict=True):
        assert first.read_bytes() == second.read_bytes(), first.name
    assert verify_pack(again.folder) == []
