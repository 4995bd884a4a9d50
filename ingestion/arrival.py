"""The files of an inbox: what came, at which place of delivery, and when."""

from __future__ import annotations

import datetime as dt
import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.cells import Grid, UnreadableError
from ingestion.names import is_left_by_program, readable_name
from ingestion.plain_text import NoTableError, decode, read_csv
from ingestion.understanding.text import half_width
from rulebook import LOCAL_TIME

log = logging.getLogger(__name__)

TIMES_FILE = "_received.csv"
"""Beside the files: ``file,received_at``, what the channel (mail, upload) knows of the time of arrival."""

_FILE_HEADINGS = frozenset({"file", "文件", "文件名", "文件名称", "文件路径", "路径"})
_TIME_HEADINGS = frozenset({"received_at", "收到时间", "接收时间", "收件时间", "到达时间", "时间"})

_CLOCKS_DIFFER = dt.timedelta(minutes=10)
"""By how much the clock of a mail server may be ahead of ours."""

_TIME = re.compile(
    r"(?P<year>\d{4})\s*[-/.年]\s*(?P<month>\d{1,2})\s*[-/.月]\s*(?P<day>\d{1,2})\s*日?"
    r"(?:\s*(?P<hour>\d{1,2})\s*[:时点]\s*(?P<minute>\d{1,2})\s*分?(?:\s*:?\s*(?P<second>\d{1,2})\s*秒?)?)?"
)
"""As Excel and people write it: 2024/12/20 10:00, 2024年12月22日 9:05."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """A file of the inbox that may be new."""

    path: Path
    folder: str | None
    name: str
    """The path below its folder."""
    received_at: dt.datetime
    """In UTC."""


def find_arrivals(inbox: Path) -> list[Arrival]:
    """The files of ``inbox`` in order of arrival, then of name; lock files and the times file are none.

    A folder directly below the inbox is the place of delivery, named by a reporter's code.
    """
    arrivals = []
    for path in inbox.rglob("*"):
        if path.name == TIMES_FILE or is_left_by_program(path.name) or not path.is_file():
            continue
        folder, *rest = map(readable_name, path.relative_to(inbox).parts)
        name = "/".join(rest) if rest else folder
        arrivals.append((path, folder if rest else None, name))
    times: dict[Path, dict[str, dt.datetime]] = {}
    found = [Arrival(path, folder, name, _arrival_time(path, inbox, times)) for path, folder, name in arrivals]
    return sorted(found, key=lambda arrival: (arrival.received_at, arrival.name, arrival.folder or ""))


def _arrival_time(path: Path, inbox: Path, times: dict[Path, dict[str, dt.datetime]]) -> dt.datetime:
    """What the nearest times file on the way up to the inbox says, else the time the file was last changed."""
    for folder in path.parents:
        if folder not in times:
            times[folder] = dict(_read_times(folder / TIMES_FILE))
        told = times[folder].get(readable_name(path.relative_to(folder).as_posix()))
        if told:
            return told
        if folder == inbox:
            break
    return dt.datetime.fromtimestamp(path.stat().st_mtime, dt.UTC)


# ---- the times file ----


def _read_times(path: Path) -> Iterator[tuple[str, dt.datetime]]:
    """The files a times file names, and when they came; of a line that cannot be understood the user is told."""
    if not path.is_file():
        return
    try:
        lines = read_csv(decode(path.read_bytes()))
    except (NoTableError, UnreadableError):
        _complain(path, 1, "这不是文本文件。请另存为 CSV", "this is no text; save it as CSV")
        return
    columns = _find_columns(lines)
    if columns is None:
        _complain(
            path, 1, "看不出哪一列是文件、哪一列是时间。请把第一行写成 file,received_at", "write file,received_at here"
        )
        return
    file_column, time_column = columns
    for number, line in enumerate(lines[1:], start=2):
        name, time = line[file_column].strip(), line[time_column].strip()
        told = _read_time(time)
        if name and told and told > dt.datetime.now(dt.UTC) + _CLOCKS_DIFFER:
            problem = f"文件“{name}”的时间“{time}”还没有到。请改成收到文件的时间"
            _complain(path, number, problem, "this time lies ahead; write when the file came")
        elif name and told:
            yield name.replace("\\", "/").removeprefix("./"), told
        elif any(line):
            problem = f"文件“{name}”或时间“{time}”看不懂。请写成 610924/统计表.xlsx,2024-12-20 16:30 这样"
            _complain(path, number, problem, "write the file's path and a time like 2024-12-20 16:30")


def _find_columns(lines: Grid) -> tuple[int, int] | None:
    headings = [heading.strip().lower() for heading in lines[0]] if lines else []
    files = [index for index, heading in enumerate(headings) if heading in _FILE_HEADINGS]
    times = [index for index, heading in enumerate(headings) if heading in _TIME_HEADINGS]
    return (files[0], times[0]) if files and times else None


def _read_time(text: str) -> dt.datetime | None:
    """The time in UTC; without a zone it is Asia/Shanghai's, without an hour the beginning of that day."""
    plain = half_width(text)
    try:
        if match := _TIME.fullmatch(plain):
            told = dt.datetime(*(int(part or 0) for part in match.groups()))
        else:
            told = dt.datetime.fromisoformat(plain)
    except ValueError:
        return None
    return (told if told.tzinfo else told.replace(tzinfo=LOCAL_TIME)).astimezone(dt.UTC)


def _complain(path: Path, number: int, problem_zh: str, remedy_en: str) -> None:
    log.warning(
        "%s 第 %d 行：%s；改好之前，按文件自己的修改时间算。Line %d: %s; until it is mended the file's own time counts.",
        *(path, number, problem_zh, number, remedy_en),
    )
