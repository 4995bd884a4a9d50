"""A folder of the store is there whole or not at all, and never written over."""

from pathlib import Path

import pytest

from store import FOLDERS_IN_WORK, IN_WORK, Store


def test_a_folder_is_there_when_its_block_ended_well(tmp_path):
    store = Store(tmp_path)
    with store.replacing_folder("sealed/a/1") as folder:
        (folder / "b").write_bytes(b"1")
        assert not store.exists("sealed/a/1")

    assert store.keys("") == ["sealed/a/1/b"]


def test_what_fails_half_way_leaves_nothing_behind(tmp_path):
    store = Store(tmp_path)
    with pytest.raises(RuntimeError), store.replacing_folder("sealed/a/1") as folder:
        (folder / "b").write_bytes(b"1")
        raise RuntimeError

    assert store.keys("") == [] and not store.exists("sealed")


def test_the_folder_that_a_killed_process_filled_is_cleared_away_by_the_next(tmp_path):
    store = Store(tmp_path)
    left = tmp_path / FOLDERS_IN_WORK / "tmp_left"
    left.mkdir(parents=True)
    (left / "b").write_bytes(b"half")

    with (
        store.replacing_folder("sealed/a/1") as folder,
        store.replacing_folder("sealed/a/2") as other,
    ):
        assert not left.exists() and folder.exists() and other.exists()


def test_a_folder_that_is_there_is_never_written_over(tmp_path):
    store = Store(tmp_path)
    store.write_bytes("sealed/a/1/b", b"1")

    with pytest.raises(FileExistsError), store.replacing_folder("sealed/a/1"):
        pytest.fail("nothing is begun")
    assert store.read_bytes("sealed/a/1/b") == b"1"


def test_files_written_together_lie_there_together_or_not_at_all(tmp_path):
    store = Store(tmp_path)
    store.write_bytes("a", b"before")

    with pytest.raises(RuntimeError), store.replacing_together() as beside:
        (beside / "a").write_bytes(b"half")
        raise RuntimeError
    assert [path.name for path in tmp_path.iterdir()] == ["a"] and store.read_bytes("a") == b"before"

    with store.replacing_together() as beside:
        (beside / "a").write_bytes(b"after")
        (beside / "b").write_bytes(b"new")
        assert store.read_bytes("a") == b"before" and not store.exists("b")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"] and store.read_bytes("a") == b"after"


def test_what_a_killed_process_left_is_cleared_away_and_what_is_being_written_is_not(tmp_path):
    store = Store(tmp_path)
    left = tmp_path / f"{IN_WORK}abc"
    left.mkdir()
    (left / "a").write_bytes(b"half")
    assert store.keys("") == []

    with store.replacing_together() as beside:
        assert not left.exists()
        (beside / "a").write_bytes(b"one")
        with store.replacing_together() as other:
            (other / "b").write_bytes(b"two")
        assert (beside / "a").read_bytes() == b"one"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a", "b"]


def test_one_file_is_put_in_its_place_after_all_others(tmp_path, monkeypatch):
    """So that a process killed between two of them leaves no list of files that are not there."""
    placed, replace = [], Path.replace
    monkeypatch.setattr(Path, "replace", lambda path, target: (placed.append(path.name), replace(path, target)))
    with Store(tmp_path).replacing_together(last="b") as beside:
        for name in ("a", "b", "c"):
            (beside / name).write_bytes(b"1")
    assert placed == ["a", "c", "b"]
