"""Tables sent as text: CSV."""

from __future__ import annotations

import codecs
import csv
import io
import re
from pathlib import PurePosixPath

from ingestion import limits
from ingestion.cells import Grid, Sheet, address, text_of

_ENCODINGS = (
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
    (b"", "utf-8-sig"),
    (b"", "gb18030"),
)
_OTHER_DOCUMENT = re.compile(r"\s*(?:<\?xml|<!doctype|<html|<table|%PDF|\{\\rtf)", re.I)
_CONTROL_CHARACTER = re.compile(r"[\x00-\x08\x0e-\x1f]")
_DELIMITERS = ",\t;"
_BLANKS = "\r\n \u3000\u00a0"
_BLANK: list[str] = []

csv.field_size_limit(limits.MAX_FILE_BYTES)


class NoTableError(ValueError):
    """The bytes are no text, or text that holds no table."""


def read_text(name: str, data: bytes) -> tuple[Sheet, ...]:
    """The table of a CSV file; the sheet bears the file's name, as in Excel."""
    text = decode(data)
    if _OTHER_DOCUMENT.match(text):
        raise NoTableError("another program's document")
    sheet = PurePosixPath(name.rpartition("!")[2]).stem
    return (Sheet(sheet, 1, True, read_csv(text, sheet)),)


def decode(data: bytes) -> str:
    """The text of ``data`` by its byte order mark, else as UTF-8, else as GB18030."""
    for mark, encoding in _ENCODINGS:
        if not data.startswith(mark):
            continue
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError:
            continue
        if _CONTROL_CHARACTER.search(text):
            break
        return text
    raise NoTableError("not text")


def read_csv(text: str, sheet: str | None = None) -> Grid:
    """The rows of ``text``, all of the same width, by the delimiter that its beginning uses most.

    Blank rows at its end are none. ``over_limit`` names ``sheet`` and the value that lies too far out.
    """
    delimiter = max(_DELIMITERS, key=text[:4096].count)
    text = text.rstrip(f"{_BLANKS}{delimiter}")
    rows: Grid = []
    width = 0
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter):
            if any(map(text_of, row)):
                is_wider = len(row) > width
                width = max(width, len(row))
                cells = (len(rows) + 1) * width
                if cells > limits.MAX_GRID_CELLS:
                    places = [column for column, value in enumerate(row) if text_of(value)]
                    farthest = address(len(rows), places[-1] if is_wider else places[0])
                    limits.check_limit(cells, limits.MAX_GRID_CELLS, "grid_cells", sheet, farthest)
                rows.append(row)
            else:
                rows.append(_BLANK)
    except csv.Error as error:
        raise NoTableError("not separated values") from error
    return [row + [""] * (width - len(row)) for row in rows]
