"""A folder of the store is there whole or not at all, and never written over."""

import pytest

from store import Store


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
