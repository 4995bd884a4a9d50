"""A pack that is not what was written is found out."""

from __future__ import annotations

import json

import pytest

from exports.pack import write_pack
from exports.verification import describe_files, format_manifest, verify_pack
from store import IN_WORK


@pytest.fixture
def folder(warehouse, rulebook, tmp_path):
    return write_pack(warehouse, "ankang-2024", "annual", tmp_path / "pack", rulebook).folder


@pytest.mark.parametrize("name", ["rollup.csv", "rollup.xlsx"])
def test_one_changed_byte_is_an_altered_file(folder, name):
    data = bytearray((folder / name).read_bytes())
    data[len(data) // 2] ^= 1
    (folder / name).write_bytes(data)

    (problem,) = verify_pack(folder)

    assert name in problem
    assert "已被改动" in problem


def test_a_file_that_is_gone_is_missing(folder):
    (folder / "rollup.xlsx").unlink()

    assert verify_pack(folder) == ["缺少文件：rollup.xlsx。Missing file."]


def test_a_file_that_the_manifest_does_not_list_is_extra(folder):
    (folder / "notes.txt").write_text("later", encoding="utf-8")

    assert verify_pack(folder) == ["多出文件：notes.txt，清单中没有。Extra file, not in the manifest."]


def test_an_empty_folder_that_was_added_is_extra(folder):
    (folder / "later").mkdir()

    assert verify_pack(folder) == ["多出空文件夹：later，清单中没有。Extra empty folder, not in the manifest."]


@pytest.mark.parametrize("change", [{"sealed": True}, {"submissions": []}, {"note": "later"}])
def test_what_the_manifest_says_cannot_be_edited_unnoticed(folder, change):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest | change), encoding="utf-8")

    assert verify_pack(folder) == ["清单 manifest.json 的内容已被改动。The manifest was altered."]


def test_a_manifest_that_is_only_laid_out_otherwise_is_whole(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    (folder / "manifest.json").write_text(json.dumps(manifest, sort_keys=True, indent=4), encoding="utf-8")

    assert verify_pack(folder) == []


def test_a_manifest_of_an_earlier_release_has_no_digest_of_its_own(folder):
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    del manifest["manifest_sha256"]
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    assert verify_pack(folder) == []


@pytest.mark.parametrize("text", ["{", "[]", '{"files": [{"file": "rollup.csv"}]}'])
def test_a_damaged_manifest_is_a_problem_not_an_error(folder, text):
    (folder / "manifest.json").write_text(text, encoding="utf-8")

    (problem,) = verify_pack(folder)

    assert "已损坏" in problem


def test_a_folder_without_a_manifest_cannot_be_checked(tmp_path):
    (problem,) = verify_pack(tmp_path)

    assert "缺少清单" in problem


def test_every_changed_bit_of_a_sealed_manifest_is_found(tmp_path):
    """Of a draft only what the manifest says counts; of a sealed pack each byte of it."""
    (tmp_path / "rollup.csv").write_text("1", encoding="utf-8")
    told = {"title": "安康市", "sealed": True, "supplement": 0, "files": describe_files(tmp_path, ["rollup.csv"])}
    content = format_manifest(told)
    manifest = tmp_path / "manifest.json"
    manifest.write_bytes(content)
    assert verify_pack(tmp_path) == []

    for position in range(len(content)):
        for bit in range(8):
            changed = bytearray(content)
            changed[position] ^= 1 << bit
            manifest.write_bytes(changed)
            assert verify_pack(tmp_path), (position, bit)


def test_what_a_killed_report_left_is_no_file_of_a_pack_but_one_of_a_sealed_copy(folder, tmp_path):
    """A pack is written in its folder, and the next report clears it; nothing is ever written in a sealed copy."""
    (folder / f"{IN_WORK}abc").mkdir()
    (folder / f"{IN_WORK}abc" / "rollup.xlsx").write_bytes(b"half")
    assert verify_pack(folder) == []
    (folder / ".hidden").mkdir()
    (folder / ".hidden" / "rollup.xlsx").write_bytes(b"other")
    assert verify_pack(folder) == ["多出文件：.hidden/rollup.xlsx，清单中没有。Extra file, not in the manifest."]

    copy = tmp_path / "sealed"
    (copy / f"{IN_WORK}abc").mkdir(parents=True)
    (copy / "manifest.json").write_bytes(format_manifest({"sealed": True, "supplement": 0, "files": []}))
    (copy / f"{IN_WORK}abc" / "rollup.xlsx").write_bytes(b"other")
    (problem,) = verify_pack(copy)
    assert f"{IN_WORK}abc/rollup.xlsx" in problem
