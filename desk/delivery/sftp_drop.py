"""Files that reporters put on an SFTP server: one folder for each, named by its code, as in the inbox.

A file is known by its path, size and time of change. That time is the sender's: programs that copy files keep it, so
that it may lie long before the file came. What was not there at the last look came after it, whatever it says.
"""

from __future__ import annotations

import datetime as dt
import logging
import posixpath
import stat
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, BinaryIO, Protocol

from desk.delivery.channels import ChannelLog, Parcel, take_in, too_large
from desk.delivery.intake import safe_name
from ingestion import Delivery, limits
from ingestion.names import is_left_by_program
from rulebook import Rulebook
from store import Store

log = logging.getLogger(__name__)

CHANNEL = "sftp"
SETTLING_SECONDS = 3.0
"""A file that grows or changes within them is still being written."""

DEEPEST_FOLDER = 5
_BEING_WRITTEN = (".filepart", ".part", ".partial", ".tmp", ".crdownload")
"""What WinSCP, FileZilla and others call a file until it is whole."""


class Sftp(Protocol):
    """As much of a connection as is needed; paramiko's ``SFTPClient`` has it."""

    def listdir_attr(self, path: str = ".") -> list[Any]:
        """The entries of a folder with ``filename st_mode st_size st_mtime``."""

    def stat(self, path: str) -> Any:
        """The same of one file."""

    def open(self, filename: str, mode: str = "r") -> BinaryIO:
        """The file itself."""


@dataclass(frozen=True, slots=True)
class _File:
    path: str
    """Below the root."""
    size: int
    changed_at: int
    """In seconds since 1970, as the server says."""

    @property
    def key(self) -> str:
        return f"{self.path} {self.size} {self.changed_at}"


def collect_drop(
    client: Sftp,
    store: Store,
    regime_key: str,
    round: str,
    rulebook: Rulebook,
    root: str = ".",
    settle: Callable[[], None] = lambda: time.sleep(SETTLING_SECONDS),
) -> list[str]:
    """Every file not dealt with yet is taken in; the batches still to be read. The server's files stay as they are."""
    with store.lock(f"channel-{CHANNEL}"):
        began = dt.datetime.now(dt.UTC)
        channel_log = ChannelLog(store, CHANNEL)
        parcels = SftpDrop(client, root, settle).parcels(channel_log, began)
        batches = take_in(store, channel_log, parcels, regime_key, round, rulebook)
        channel_log.note_look(began)
        return batches


class SftpDrop:
    """The folder ``root`` of an SFTP server."""

    def __init__(self, client: Sftp, root: str, settle: Callable[[], None]) -> None:
        self._client = client
        self._root = root
        self._settle = settle

    def parcels(self, channel_log: ChannelLog, now: dt.datetime) -> Iterator[Parcel]:
        """The files that ``channel_log`` does not know and nobody is writing, in the order they came.

        ``now`` is the time this look begins.
        """
        new = [file for file in self._files() if not channel_log.knows(file.key)]
        if not new:
            return
        self._settle()
        last_look = channel_log.last_look()
        arrivals = [(_arrival(file, last_look, now), file) for file in new if self._is_still(file)]
        for received_at, file in sorted(arrivals, key=lambda arrival: (arrival[0], arrival[1].path)):
            parcel = self._parcel(file, received_at)
            if parcel is not None:
                yield parcel

    def _parcel(self, file: _File, received_at: dt.datetime) -> Parcel | None:
        """None where the file changed while it was fetched: the next look finds it again."""
        *folders, name = file.path.split("/")
        folder = safe_name(folders[0]) if folders else None
        about = {"key": file.key, "received_at": received_at, "title": file.path, "reporter_code": folder}
        if file.size > limits.MAX_FILE_BYTES:
            return Parcel(**about, refusals=(too_large(name, file.size, limits.MAX_FILE_BYTES),))
        with self._client.open(posixpath.join(self._root, file.path), "rb") as remote:
            data = remote.read(file.size + 1)
        if len(data) != file.size or not self._is_still(file):
            return None
        place = "/".join(map(safe_name, [*folders[1:], name]))
        return Parcel(**about, deliveries=(Delivery(place, data, folder, CHANNEL, received_at),))

    def _is_still(self, file: _File) -> bool:
        """Whether the file is there as it was."""
        try:
            now = self._client.stat(posixpath.join(self._root, file.path))
        except FileNotFoundError:
            return False
        return (now.st_size, int(now.st_mtime)) == (file.size, file.changed_at)

    def _files(self, folder: str = "", depth: int = 0) -> Iterator[_File]:
        for entry in self._entries(folder):
            if is_left_by_program(entry.filename) or entry.filename.lower().endswith(_BEING_WRITTEN):
                continue
            path = posixpath.join(folder, entry.filename)
            if stat.S_ISDIR(entry.st_mode) and depth < DEEPEST_FOLDER:
                yield from self._files(path, depth + 1)
            elif stat.S_ISREG(entry.st_mode):
                yield _File(path, entry.st_size, int(entry.st_mtime))

    def _entries(self, folder: str) -> list[Any]:
        """The entries of one folder; none where a name is no UTF-8, which keeps back this folder and no other."""
        try:
            return self._client.listdir_attr(posixpath.join(self._root, folder))
        except UnicodeDecodeError as error:
            log.warning(
                "SFTP 目录“%s”里有文件名不是 UTF-8 编码（%s），这个目录没有收取：请对方把上传软件的文件名编码设为 UTF-8 后重新上传。"
                "A name in this folder is not UTF-8, and the folder was left out: let it be sent again with names in UTF-8.",
                *(folder or "/", repr(error.object)),
            )
            return []


def _arrival(file: _File, last_look: dt.datetime | None, now: dt.datetime) -> dt.datetime:
    """The earliest time the file can have come: in favour of the reporter, but not before it was seen to be missing."""
    changed_at = dt.datetime.fromtimestamp(file.changed_at, dt.UTC)
    return min(max(changed_at, last_look or changed_at), now)
