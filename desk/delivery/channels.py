"""Mailbox and SFTP server: what lies there is taken in once, and what was not taken is written down.

A parcel is what came at once: a mail with its attachments, a file on the server. What became of it is kept under
``channels/<channel>/``, one file of JSON lines for each collection that found something. It is written after the
receipts: a crash in between makes the next collection fetch the parcel again, and ``receive_files`` finds the same
bytes at the same place. What was fetched is told by that log, never by marks on the server, which people change.
"""

from __future__ import annotations

import datetime as dt
import json
import logging
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import ingestion
from ingestion import Delivery, limits
from ingestion.receipt import FILES_PER_BATCH
from rulebook import LOCAL_TIME, Rulebook
from store import Store

log = logging.getLogger(__name__)

MOST_BYTES_AT_ONCE = 2 * limits.MAX_FILE_BYTES
"""Of files that wait in memory for their receipts."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Something of a parcel that was not taken, in words for its sender."""

    message_zh: str
    message_en: str
    name: str | None = None
    """Of the file; None: the parcel as a whole."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """What came at once."""

    key: str
    """What the server calls it; tells it from all others that lie or lay there."""
    received_at: dt.datetime
    """In UTC."""
    title: str
    """The subject of a mail, the path of a file."""
    deliveries: tuple[Delivery, ...] = ()
    refusals: tuple[Refusal, ...] = ()
    sender: str | None = None
    reporter_code: str | None = None
    sha256: str | None = None
    """Of the whole mail as it came; None where it was not fetched."""


class ChannelLog:
    """What became of every parcel of one channel; entries are only ever added."""

    def __init__(self, store: Store, channel: str) -> None:
        self._store = store
        self._folder = f"channels/{channel}"
        self._keys: set[str] = set()
        self._digests: set[str] = set()
        self._files = 0
        for file in store.keys(self._folder):
            if file.endswith(".jsonl"):
                self._files += 1
                # bytes: text would be split at signs that a subject may hold
                for line in store.read_bytes(file).splitlines():
                    entry = json.loads(line)
                    self._note(entry["key"], entry["sha256"])

    def knows(self, key: str) -> bool:
        """Whether the parcel the server calls ``key`` was dealt with."""
        return key in self._keys

    def knows_bytes(self, sha256: str) -> bool:
        """Whether a parcel with these bytes was dealt with, whatever the server called it."""
        return sha256 in self._digests

    def last_look(self) -> dt.datetime | None:
        """When the collection before this one began, in UTC; None before the first."""
        if not self._store.exists(self._looked_at_key):
            return None
        return dt.datetime.fromisoformat(self._store.read_bytes(self._looked_at_key).decode())

    def note_look(self, at: dt.datetime) -> None:
        """A collection that began at ``at`` has come to its end."""
        self._store.write_bytes(self._looked_at_key, at.astimezone(dt.UTC).isoformat().encode())

    def add(self, parcels: list[Parcel], numbers: dict[str, list[int]]) -> None:
        """The parcels are dealt with; ``numbers`` are the receipts of their files, by key."""
        self._files += 1
        lines = (json.dumps(_entry(parcel, numbers[parcel.key]), ensure_ascii=False) for parcel in parcels)
        self._store.write_bytes(
            f"{self._folder}/{self._files:06d}.jsonl", "".join(f"{line}\n" for line in lines).encode()
        )
        for parcel in parcels:
            self._note(parcel.key, parcel.sha256)

    @property
    def _looked_at_key(self) -> str:
        return f"{self._folder}/looked_at"

    def _note(self, key: str, sha256: str | None) -> None:
        self._keys.add(key)
        if sha256:
            self._digests.add(sha256)


def _entry(parcel: Parcel, numbers: list[int]) -> dict[str, object]:
    return {
        "key": parcel.key,
        "sha256": parcel.sha256,
        "received_at": parcel.received_at.isoformat(),
        "sender": parcel.sender,
        "reporter_code": parcel.reporter_code,
        "title": parcel.title,
        "files": [
            {"name": delivery.name, "receipt_no": number}
            for delivery, number in zip(parcel.deliveries, numbers, strict=True)
        ],
        "refused": [{"name": refusal.name, "reason": refusal.message_zh} for refusal in parcel.refusals],
    }


def take_in(
    store: Store,
    channel_log: ChannelLog,
    parcels: Iterable[Parcel],
    regime_key: str,
    round: str,
    rulebook: Rulebook,
    acknowledge: Callable[[Parcel], None] = lambda parcel: None,
) -> list[str]:
    """Every parcel has the receipts of its files and its entry in the log; the batches that are still to be read.

    ``acknowledge`` is told of each parcel after that. Whoever sent something that was not taken finds a note in the
    outbox, where the reporter is known.
    """
    reporters = rulebook.regimes[regime_key].reporters
    for group in _groups(parcels):
        deliveries = [delivery for parcel in group for delivery in parcel.deliveries]
        receipts = iter(ingestion.receive_files(store, deliveries, regime_key, round, rulebook).receipts)
        numbers = {parcel.key: [next(receipts).number for _ in parcel.deliveries] for parcel in group}
        for parcel in group:
            if parcel.refusals:
                log.warning("%s %s: %s", parcel.key, parcel.sender, "".join(r.message_zh for r in parcel.refusals))
                if parcel.reporter_code in reporters:
                    _write_note(store, parcel)
        channel_log.add(group, numbers)
        for parcel in group:
            acknowledge(parcel)
    return ingestion.receive_files(store, [], regime_key, round, rulebook).batches


def _groups(parcels: Iterable[Parcel]) -> Iterator[list[Parcel]]:
    """The parcels, as many at once as fill a batch or may wait in memory."""
    group: list[Parcel] = []
    files = size = 0
    for parcel in parcels:
        group.append(parcel)
        files += len(parcel.deliveries)
        size += sum(len(delivery.data) for delivery in parcel.deliveries)
        if files >= FILES_PER_BATCH or len(group) >= FILES_PER_BATCH or size >= MOST_BYTES_AT_ONCE:
            yield group
            group, files, size = [], 0, 0
    if group:
        yield group


def too_large(name: str | None, found_bytes: int, most_bytes: int) -> Refusal:
    """What the sender is told of a file or mail that is over the limit."""
    subject_zh, subject_en = (f"文件“{name}”", name) if name else ("这封邮件", "This mail")
    found, most = (f"{size / 1024**2:.0f} MB" for size in (found_bytes, most_bytes))
    return Refusal(
        f"{subject_zh}有 {found}，超过 {most}，没有收下。统计表请删去图片，附件材料请分几次发送。",
        f"{subject_en} has {found}, over {most}, and was not taken. Remove pictures, or send the files one by one.",
        name,
    )


def _write_note(store: Store, parcel: Parcel) -> None:
    """Lies beside the receipts; written again it is the same file."""
    at = parcel.received_at.astimezone(LOCAL_TIME)
    name = f"{at:%Y%m%d-%H%M%S}_{''.join(sign if sign.isalnum() else '-' for sign in parcel.key)[:60]}_未收下.txt"
    lines = [
        "收件通知",
        "",
        f"您发来的：{parcel.title or '（无主题）'}",
        f"收到时间：{at:%Y-%m-%d %H:%M:%S}（北京时间）",
        *(refusal.message_zh for refusal in parcel.refusals),
        "",
        "-" * 60,
        "",
        "Not taken",
        "",
        f"Received: {at:%Y-%m-%d %H:%M:%S} (Beijing time)",
        *(refusal.message_en for refusal in parcel.refusals),
    ]
    text = "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")
    store.write_bytes(f"outbox/{parcel.reporter_code}/{name}", text)
