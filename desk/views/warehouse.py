"""The warehouse as pages read it: one connection for all threads, always to the file that is in use now.

A build puts a new file in place of the old one while pages are being read. DuckDB hands out the database it already
has open for every further connection to the same path, the replaced one too; so each file is attached to a database
in memory of its own, which lives until its last reader is done.
"""

from __future__ import annotations

import logging
import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from threading import Lock, local
from typing import TYPE_CHECKING, Any

from store import sql_literal

if TYPE_CHECKING:
    from duckdb import DuckDBPyConnection

log = logging.getLogger(__name__)

Params = Sequence[Any] | Mapping[str, Any] | None

_HAS_NEEDED_COLUMN = """
select count(*) > 0 from information_schema.columns
where table_schema = 'marts' and table_name = 'fct_decision' and column_name = 'lapsed_because'
"""
"""The newest column that pages and packs ask for. To them a warehouse is not there that was built without it."""

_BLOCKS = "select total_blocks, block_size from pragma_database_size() where database_name = {name}"

LAST_DECISION = "select coalesce(max(sequence), 0) as last from marts.fct_decision"


class DamagedWarehouse(FileNotFoundError):
    """There is a file, and DuckDB cannot read it."""


@dataclass(frozen=True)
class _OpenFile:
    """One warehouse file that is open, known by what sets it apart from the one that replaces it."""

    name: str
    identity: tuple[int, int, int]
    connection: DuckDBPyConnection | None
    """None where the file cannot be read."""
    is_usable: bool
    _of_thread: local = field(default_factory=local)

    @property
    def cursor(self) -> DuckDBPyConnection:
        """The cursor of this thread: to make one, and tell it where names are looked up, takes as long as a question."""
        if not hasattr(self._of_thread, "cursor"):
            self._of_thread.cursor = self.connection.cursor()
            # which database names are looked up in is forgotten from one cursor to the next
            self._of_thread.cursor.execute(f'use "{self.name}"')
        return self._of_thread.cursor


class Warehouse:
    """The DuckDB file at ``path``, read-only; threads may share it. It need not be there yet: see ``exists``."""

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = Path(path)
        self._opening = Lock()
        self._open: _OpenFile | None = None
        self._last_decision: tuple[_OpenFile, int] | None = None

    @property
    def exists(self) -> bool:
        """Whether a warehouse was built, and by models as new as the desk."""
        try:
            self._file_in_use()
        except FileNotFoundError:
            return False
        return True

    @property
    def is_damaged(self) -> bool:
        """Whether a file lies there that DuckDB cannot read: to the desk it is not there until the next build."""
        try:
            self._file_in_use()
        except DamagedWarehouse:
            return True
        except FileNotFoundError:
            return False
        return False

    @property
    def built_at(self) -> datetime | None:
        """When the build of the file in use was done (UTC); None when there is none."""
        return datetime.fromtimestamp(self.path.stat().st_mtime, UTC) if self.exists else None

    @property
    def last_decision(self) -> int:
        """The greatest sequence of a decision that the warehouse knows of; 0 when it knows none or was not built."""
        if not self.exists:
            return 0
        opened = self._file_in_use()
        if self._last_decision is None or self._last_decision[0] is not opened:
            self._last_decision = (opened, _ask(opened, LAST_DECISION)[0]["last"])
        return self._last_decision[1]

    def query(self, sql: str, params: Params = None) -> list[dict[str, Any]]:
        """Every line of the answer, by column name; times are aware, in UTC.

        ``params`` are DuckDB's: a list for ``?`` and ``$1``, a mapping for ``$name``. Raises ``FileNotFoundError`` when
        no usable warehouse was built, DuckDB's own errors for what is wrong with the question.
        """
        return _ask(self._file_in_use(), sql, params)

    def _file_in_use(self) -> _OpenFile:
        """The file that lies at ``path`` now, open."""
        found = self.path.stat()
        identity = (found.st_ino, found.st_mtime_ns, found.st_size)
        with self._opening:
            if self._open is None or self._open.identity != identity:
                # the one before is not closed: others may still read it, and the last of them lets go of it
                connection = _attach(self.path)
                is_usable = connection is not None and connection.execute(_HAS_NEEDED_COLUMN).fetchone()[0]
                self._open = _OpenFile(self.path.stem, identity, connection, is_usable)
            if self._open.connection is None:
                raise DamagedWarehouse(f"{self.path} cannot be read")
            if not self._open.is_usable:
                raise FileNotFoundError(f"{self.path} was built by models older than the desk")
            return self._open


def _attach(path: Path) -> DuckDBPyConnection | None:
    """A database in memory to which the file at ``path`` is attached, under the name its views were made with.

    None where DuckDB cannot open the file, or where a part of it is missing.
    """
    import duckdb

    # questions are many and small, each in a thread of its own already: to share one among threads takes longer
    connection = duckdb.connect(":memory:", config={"threads": 1})
    try:
        connection.execute(f'attach {sql_literal(str(path))} as "{path.stem}" (read_only)')
        # a value handed over from Python would load pandas, for longer than a whole command may take otherwise
        blocks, block_bytes = connection.execute(_BLOCKS.format(name=sql_literal(path.stem))).fetchone()
        if path.stat().st_size < blocks * block_bytes:
            raise duckdb.IOException(f"{path} ends before its last block")
    except duckdb.Error:
        log.exception("the warehouse %s cannot be read: it must be built again", path)
        return None
    return connection


def _ask(opened: _OpenFile, sql: str, params: Params = None) -> list[dict[str, Any]]:
    """The answer of ``opened`` to ``sql``."""
    answer = opened.cursor.execute(sql, params)
    names = [column[0] for column in answer.description]
    return [dict(zip(names, map(_told_in_utc, line), strict=True)) for line in answer.fetchall()]


def _told_in_utc(value: Any) -> Any:
    """``value`` itself; a moment with the time zone that the warehouse keeps all moments in."""
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) and value.tzinfo is None else value
