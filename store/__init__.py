"""The one door to a store: where originals, receipts, frames, findings and the warehouse lie.

Stages name things by key (a POSIX path below the root) and never build paths themselves, so that the folder can
become an object store without a change in any stage. A write is made beside and renamed into place: a reader sees the
old thing or the new one, never half of it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pyarrow as pa

FOLDERS_IN_WORK = ".folders"
"""Where folders are filled before they are put in their place; what a killed process leaves there the next clears away."""
IN_WORK = ".being-written-"
"""How a folder begins that files are written in together, within the one they are for; what a killed process leaves of it
is cleared away by the next that writes there."""


class Store:
    """A store below ``root``; the folder is made when the first thing is written."""

    def __init__(self, root: str | os.PathLike[str]) -> None:
        self.root = Path(root)

    def location(self, key: str) -> str:
        """Where ``key`` lies, in the words DuckDB and pyarrow understand."""
        return str(self.root / key)

    def exists(self, key: str) -> bool:
        """Whether something lies under ``key``."""
        return (self.root / key).exists()

    def stamp(self, key: str) -> int:
        """A number that is another one once ``key`` was written again; ``FileNotFoundError`` when there is none."""
        return (self.root / key).stat().st_mtime_ns

    def keys(self, prefix: str) -> list[str]:
        """Sorted keys of the things that lie under the folder ``prefix``, at any depth; nothing that is still being written."""
        folder = self.root / prefix
        found = (path.relative_to(folder) for path in folder.rglob("*") if path.is_file())
        return sorted(
            (PurePosixPath(prefix) / path).as_posix()
            for path in found
            if not any(part.startswith(".") for part in path.parts)
        )

    def names(self, folder: str) -> frozenset[str]:
        """Names of what lies in ``folder`` itself; none where there is no such folder."""
        try:
            with os.scandir(self.root / folder) as entries:
                return frozenset(entry.name for entry in entries)
        except FileNotFoundError:
            return frozenset()

    def read_bytes(self, key: str) -> bytes:
        """The bytes under ``key``; ``FileNotFoundError`` when there are none."""
        return (self.root / key).read_bytes()

    def write_bytes(self, key: str, data: bytes) -> None:
        """Put ``data`` under ``key``, whole or not at all."""
        with self.replacing(key) as beside:
            beside.write_bytes(data)

    def read_table(self, key: str, columns: list[str] | None = None) -> pa.Table:
        """The Parquet table under ``key``, or only its ``columns``."""
        # imported here and below: who reads and writes no tables need not wait for it
        import pyarrow.parquet as pq

        # what reads several files as one has to be imported first, and takes longer to start with each file
        with pq.ParquetFile(self.root / key) as file:
            table = file.read(columns=columns)
        return table if columns is None else table.select(columns)

    def write_table(self, key: str, table: pa.Table) -> None:
        """Put ``table`` under ``key`` as Parquet, whole or not at all."""
        import pyarrow.parquet as pq

        with self.replacing(key) as beside:
            # whole batches are read, never some of their row groups: least and greatest values would tell nobody anything
            pq.write_table(table, beside, write_statistics=False)

    @contextmanager
    def replacing(self, key: str) -> Iterator[Path]:
        """A path beside ``key`` to write to; renamed onto it when the block ends well, removed when it does not."""
        target = self.root / key
        target.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
        os.close(handle)
        beside = Path(name)
        try:
            yield beside
            beside.chmod(0o644)
            beside.replace(target)
        finally:
            beside.unlink(missing_ok=True)

    @contextmanager
    def replacing_folder(self, key: str) -> Iterator[Path]:
        """A folder to be filled, which lies under ``key`` when the block ends well and nowhere when it does not.

        Raises ``FileExistsError`` where something lies there: a folder that was whole once is never written over.
        """
        target = self.root / key
        if target.exists():
            raise FileExistsError(f"{target} is there already")
        # not beside it: what a crash leaves of it must not lie in a folder that is checked file by file
        workshop = self.root / FOLDERS_IN_WORK
        workshop.mkdir(parents=True, exist_ok=True)
        for left in workshop.iterdir():
            _clear(left)
        beside, hold = _open_folder(workshop)
        try:
            yield beside
            beside.chmod(0o755)
            target.parent.mkdir(parents=True, exist_ok=True)
            beside.rename(target)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
            os.close(hold)

    @contextmanager
    def replacing_together(self, last: str = "") -> Iterator[Path]:
        """A folder to write files to; when the block ends well each lies in the root under its own name, otherwise none.

        The files are renamed one after the other, in the order of their names but for ``last``, once all of them are whole.
        What a killed process left of such a folder is cleared away first.
        """
        self.root.mkdir(parents=True, exist_ok=True)
        for left in self.root.glob(f"{IN_WORK}*"):
            _clear(left)
        beside, hold = _open_folder(self.root)
        try:
            yield beside
            for path in sorted(beside.iterdir(), key=lambda path: (path.name == last, path.name)):
                path.chmod(0o644)
                path.replace(self.root / path.name)
        finally:
            shutil.rmtree(beside, ignore_errors=True)
            os.close(hold)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Hold the store's lock ``name`` for the block; a second holder waits, a crash lets go."""
        path = self.root / "locks" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w") as handle:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield


def _open_folder(root: Path) -> tuple[Path, int]:
    """A new folder to write in, and the handle by whose lock others see that somebody does; a crash lets go of it."""
    while True:
        folder = Path(tempfile.mkdtemp(dir=root, prefix=IN_WORK))
        try:
            handle = os.open(folder, os.O_RDONLY)
        except FileNotFoundError:
            continue
        with suppress(OSError):
            # where the file system knows no locks nothing is cleared away
            fcntl.flock(handle, fcntl.LOCK_EX)
        if folder.exists():
            return folder, handle
        # another process came between, and took it for left over
        os.close(handle)


def _clear(folder: Path) -> None:
    """A folder that nobody writes in is gone."""
    try:
        handle = os.open(folder, os.O_RDONLY)
    except OSError:
        return
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(folder, ignore_errors=True)
    except OSError:
        # somebody holds it, or nobody can tell
        return
    finally:
        os.close(handle)


def sql_literal(text: str) -> str:
    """``text``, a location for one, as DuckDB reads it in a statement that takes no parameters."""
    return "'" + text.replace("'", "''") + "'"
