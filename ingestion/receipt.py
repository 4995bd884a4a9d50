"""Received files become originals and receipts: what came, when, by which way, for which cycle.

Receipts are the truth that cannot be derived again. They are only ever added, one file of JSON lines for each batch,
and written after the originals they speak of: a crash loses nothing that a receipt promises.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.archive import unpack
from ingestion.arrival import find_arrivals
from rulebook import Rulebook
from store import Store

FILES_PER_BATCH = 250
_FOLDER_CHANNEL = "folder"
_FILES_BETWEEN_PROGRESS = 50


@dataclass(frozen=True, slots=True)
class Member:
    """One workbook or document of an archive; it is kept among the originals too, so that it can be answered."""

    name: str
    sha256: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One received file."""

    number: int
    sha256: str
    name: str
    """As sent: the path below its folder of the inbox."""
    channel: str
    folder: str | None
    received_at: dt.datetime
    """In UTC."""
    regime: str
    round: str
    rulebook_digest: str
    bytes: int
    members: tuple[Member, ...] = ()
    same_as: int | None = None
    """Number of the receipt that brought the same bytes for the same cycle and folder before."""

    def as_json(self) -> str:
        """The receipt as one line of its file."""
        fields = asdict(self) | {"received_at": self.received_at.isoformat()}
        return json.dumps(fields, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: str) -> Receipt:
        """The receipt of one line."""
        fields = json.loads(line)
        members = tuple(Member(**member) for member in fields["members"])
        return cls(**fields | {"received_at": dt.datetime.fromisoformat(fields["received_at"]), "members": members})


def receive(
    store: Store,
    inbox: Path | str,
    regime_key: str,
    round: str,
    rulebook: Rulebook,
    progress: Callable[[str], None] = lambda text: None,
) -> list[str]:
    """Every new file of ``inbox`` has its original and its receipt; the batches that are still to be taken in.

    A file is new unless the last receipt of the same cycle, folder and name has the same bytes. Batches of this cycle
    that a crash left unread, unjudged or unanswered are returned again. ``NotADirectoryError`` when there is no such
    folder: an inbox that is not mounted must not look like one in which nobody reported.
    """
    if not Path(inbox).is_dir():
        raise NotADirectoryError(f"收件目录不存在：{inbox}。No such inbox.")
    with store.lock("collect"):
        ledger = _Ledger(store, regime_key, round)
        pending: list[Receipt] = []
        arrivals = find_arrivals(Path(inbox))
        for position, arrival in enumerate(arrivals, start=1):
            if position % _FILES_BETWEEN_PROGRESS == 0:
                progress(f"收件 receive {position}/{len(arrivals)}")
            data = arrival.path.read_bytes()
            digest = hashlib.sha256(data).hexdigest()
            if not ledger.is_new(arrival.folder, arrival.name, digest):
                continue
            receipt = Receipt(
                number=ledger.next_number,
                sha256=digest,
                name=arrival.name,
                channel=_FOLDER_CHANNEL,
                folder=arrival.folder,
                received_at=arrival.received_at,
                regime=regime_key,
                round=round,
                rulebook_digest=rulebook.digest,
                bytes=len(data),
                members=_keep_originals(store, arrival.name, digest, data),
                same_as=ledger.number_of(arrival.folder, digest),
            )
            ledger.enter(receipt)
            pending.append(receipt)
            if len(pending) == FILES_PER_BATCH:
                ledger.close_batch(pending)
                pending = []
        if pending:
            ledger.close_batch(pending)
        return [batch for batch in ledger.batches if not store.exists(f"answers/{batch}.json")]


def read_receipts(store: Store, batch: str) -> list[Receipt]:
    """The receipts of one batch, in the order of their numbers."""
    return [Receipt.from_json(line) for line in store.read_bytes(f"receipts/{batch}.jsonl").decode().splitlines()]


def batches_of(store: Store, regime_key: str, round: str) -> list[str]:
    """The batches of one cycle, in the order they were taken in."""
    batches = [Path(key).stem for key in store.keys("receipts")]
    first_receipts = ((batch, read_receipts(store, batch)[0]) for batch in batches)
    return [batch for batch, receipt in first_receipts if (receipt.regime, receipt.round) == (regime_key, round)]


def _keep_originals(store: Store, name: str, digest: str, data: bytes) -> tuple[Member, ...]:
    """The file is among the originals, and so are the members it holds; these are returned."""
    contents = {digest: data}
    members = []
    for member_name, content in unpack(name, data):
        if member_name != name:
            member = Member(member_name, hashlib.sha256(content).hexdigest())
            contents[member.sha256] = content
            members.append(member)
    for key, content in contents.items():
        if not store.exists(f"originals/{key}"):
            store.write_bytes(f"originals/{key}", content)
    return tuple(members)


class _Ledger:
    """All receipts so far, as far as they tell what is new in one cycle."""

    def __init__(self, store: Store, regime: str, round: str) -> None:
        self._store = store
        self._cycle = (regime, round)
        self._last_digest: dict[tuple[str | None, str], str] = {}
        self._number_of_digest: dict[tuple[str | None, str], int] = {}
        self.next_number = 1
        self.batches: list[str] = []
        """The batches of this cycle."""
        self._batch_count = 0
        for key in store.keys("receipts"):
            batch = Path(key).stem
            receipts = read_receipts(store, batch)
            self._batch_count = int(batch)
            self.next_number = receipts[-1].number + 1
            if (receipts[0].regime, receipts[0].round) == self._cycle:
                self.batches.append(batch)
                for receipt in receipts:
                    self._note(receipt)

    def is_new(self, folder: str | None, name: str, digest: str) -> bool:
        """Whether the last receipt of this folder and name brought other bytes, or there is none."""
        return self._last_digest.get((folder, name)) != digest

    def number_of(self, folder: str | None, digest: str) -> int | None:
        """Number of the first receipt that brought these bytes into this folder."""
        return self._number_of_digest.get((folder, digest))

    def enter(self, receipt: Receipt) -> None:
        """The receipt is known; it is kept when its batch is closed."""
        self._note(receipt)
        self.next_number = receipt.number + 1

    def close_batch(self, receipts: list[Receipt]) -> None:
        """The receipts are written, all or none."""
        self._batch_count += 1
        batch = f"{self._batch_count:06d}"
        lines = "".join(f"{receipt.as_json()}\n" for receipt in receipts)
        self._store.write_bytes(f"receipts/{batch}.jsonl", lines.encode())
        self.batches.append(batch)

    def _note(self, receipt: Receipt) -> None:
        self._last_digest[receipt.folder, receipt.name] = receipt.sha256
        self._number_of_digest.setdefault((receipt.folder, receipt.sha256), receipt.number)
