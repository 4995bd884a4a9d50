"""What a file may be at most; beyond it the file is answered with ``over_limit`` and read no further (rule S11).

The exit table of a county has tens of rows. These limits are ours: far above anything a reporter needs, low enough
that no file can exhaust the machine.
"""

from __future__ import annotations

from ingestion.cells import UnreadableError

MAX_FILE_BYTES = 32 * 1024**2
MAX_FILE_MEGABYTES = MAX_FILE_BYTES // 1024**2
"""As people are told it."""
MAX_UNPACKED_BYTES = 256 * 1024**2
MAX_ARCHIVE_MEMBERS = 500
MAX_ARCHIVE_DEPTH = 3
MAX_SHEETS = 64
MAX_ROWS_WITH_VALUES = 20_000
MAX_MERGED_RANGES = 100_000
MAX_CELL_CHARACTERS = 32_767
MAX_XML_DEPTH = 256
"""Elements within one another; those of a sheet are a dozen. What has more is damaged."""
MAX_GRID_CELLS = 2_000_000
"""Rows × columns of the rectangle that holds a sheet's values: the reader keeps all of it in memory."""


def check_limit(found: int, limit: int, measure: str, sheet: str | None = None, cell: str | None = None) -> None:
    """Raise ``over_limit``, naming what was measured and where, where ``found`` is beyond ``limit`` (rule S11)."""
    if found > limit:
        raise UnreadableError("over_limit", sheet, cell, found=found, measure=measure, limit=limit)
