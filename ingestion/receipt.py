"""Received files become originals and receipts: what came, when, by which way, for which cycle.

Receipts are the truth that cannot be derived again. They are only ever added, one file of JSON lines for each batch,
and written after the originals they speak of: a crash loses nothing that a receipt promises.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

from ingestion.archive import unpack
from ingestion.arrival import find_arrivals
from rulebook import Rulebook
from store import Store

FILES_PER_BATCH = 400
_FOLDER_CHANNEL = "folder"
_MAIL_CHANNEL = "mail"
_FILES_BETWEEN_PROGRESS = 50


@dataclass(frozen=True, slots=True)
class Delivery:
    """One file as a channel hands it over."""

    name: str
    """As sent; safe to be kept: the channel has taken out what a name must not hold."""
    data: bytes
    folder: str | None
    """The place of delivery: a reporter's code, or a word like 邮件 that stands for none."""
    channel: str
    """``folder``, ``upload``, ``mail``, ``sftp``, or ``desk`` for what a steward put right."""
    received_at: dt.datetime
    """With its time zone."""
    sender: str | None = None
    """Who handed it over, as the channel knows them: a user, a mail address."""
    reporter: str | None = None
    """Code of the reporter a steward decided it is from, whatever the file says."""
    corrects: str | None = None
    """Id of the submission whose reporter the decision puts right."""


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
    """Number of the receipt that brought the same bytes for the same cycle and folder before: the first of the last
    such receipts between which nothing else came, as that is the one that counts."""
    sender: str | None = None
    """Who handed it over, as the channel knows them; ``None`` for a folder."""
    reporter: str | None = None
    """Code of the reporter a steward decided it is from."""
    corrects: str | None = None
    """Id of the submission whose reporter that decision puts right."""

    @property
    def submission_ids(self) -> tuple[str, ...]:
        """The ids of what came with it: of the file itself, or of the members of an archive, numbered in their order."""
        if not self.members:
            return (f"{self.number:06d}",)
        return tuple(f"{self.number:06d}-{place}" for place in range(1, len(self.members) + 1))

    def as_json(self) -> str:
        """The receipt as one line of its file."""
        fields = asdict(self) | {"received_at": self.received_at.isoformat()}
        return json.dumps(fields, ensure_ascii=False)

    @classmethod
    def from_json(cls, line: bytes) -> Receipt:
        """The receipt of one line."""
        fields = json.loads(line)
        members = tuple(Member(**member) for member in fields["members"])
        return cls(**fields | {"received_at": dt.datetime.fromisoformat(fields["received_at"]), "members": members})


@dataclass(frozen=True, slots=True)
class Reception:
    """What became of some deliveries; the lists have one entry for each of them, in their order."""

    receipts: list[Receipt]
    """The receipt of the delivery; an earlier one where it brought nothing new."""
    is_new: list[bool]
    batch_of_receipt: list[str]
    batches: list[str]
    """The batches of the cycle that are still to be read, judged or answered, in order; also those a crash left."""


def receive(
    store: Store,
    inbox: Path | str,
    regime_key: str,
    round: str,
    rulebook: Rulebook,
    progress: Callable[[str], None] = lambda text: None,
    received: Callable[[str], None] = lambda batch: None,
) -> list[str]:
    """Every new file of ``inbox`` has its original and its receipt; the batches that are still to be taken in.

    ``received`` is told each new batch when all its receipts are written, while the files of the next are taken in.

    A file is new unless the last receipt of the same cycle, folder and name has the same bytes. Batches of this cycle
    that a crash left unread, unjudged or unanswered are returned again. ``NotADirectoryError`` when there is no such
    folder: an inbox that is not mounted must not look like one in which nobody reported.
    """
    if not Path(inbox).is_dir():
        raise NotADirectoryError(f"收件目录不存在：{inbox}。No such inbox.")
    with store.lock("collect"):
        ledger = _Ledger(store, regime_key, round, received)
        ledger.take_in(_deliveries_of(Path(inbox), progress), rulebook)
        return ledger.unfinished_batches()


def receive_files(
    store: Store, deliveries: Iterable[Delivery], regime_key: str, round: str, rulebook: Rulebook
) -> Reception:
    """Every new delivery has its original and its receipt, and is there on disk when this returns.

    A delivery is new unless the last receipt of the same cycle, folder and name has the same bytes. A mailbox shows old
    messages again: one no younger than the last receipt, with bytes received before, is not new either. Only one
    process receives at a time; others wait.
    """
    with store.lock("collect"):
        ledger = _Ledger(store, regime_key, round)
        entries = ledger.take_in(deliveries, rulebook)
        return Reception(
            [receipt for receipt, _ in entries],
            [is_new for _, is_new in entries],
            [ledger.batch_of(receipt) for receipt, _ in entries],
            ledger.unfinished_batches(),
        )


def read_receipts(store: Store, batch: str) -> list[Receipt]:
    """The receipts of one batch, in the order of their numbers."""
    # of the bytes: a name may hold signs that end a line of text
    return [Receipt.from_json(line) for line in store.read_bytes(f"receipts/{batch}.jsonl").splitlines()]


def batches_of(store: Store, regime_key: str, round: str) -> list[str]:
    """The batches of one cycle, in the order they were taken in."""
    batches = [Path(key).stem for key in store.keys("receipts")]
    first_receipts = ((batch, read_receipts(store, batch)[0]) for batch in batches)
    return [batch for batch, receipt in first_receipts if (receipt.regime, receipt.round) == (regime_key, round)]


def unfinished_batches(store: Store) -> dict[str, Receipt]:
    """The batches of all cycles that nobody has answered yet, in order, each with its first receipt."""
    answered = {Path(key).stem for key in store.keys("answers")}
    batches = (Path(key).stem for key in store.keys("receipts"))
    return {batch: read_receipts(store, batch)[0] for batch in batches if batch not in answered}


def corrections(store: Store) -> set[tuple[str, str | None]]:
    """The submissions that were taken in again for the right reporter, each with that reporter."""
    receipts = (receipt for key in store.keys("receipts") for receipt in read_receipts(store, Path(key).stem))
    return {(receipt.corrects, receipt.reporter) for receipt in receipts if receipt.corrects is not None}


def _deliveries_of(inbox: Path, progress: Callable[[str], None]) -> Iterator[Delivery]:
    """The files of ``inbox``, each read only when it is asked for."""
    arrivals = find_arrivals(inbox)
    for position, arrival in enumerate(arrivals, start=1):
        if position % _FILES_BETWEEN_PROGRESS == 0:
            progress(f"收件 receive {position}/{len(arrivals)}")
        data = arrival.path.read_bytes()
        yield Delivery(arrival.name, data, arrival.folder, _FOLDER_CHANNEL, arrival.received_at)


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
    """All receipts so far, as far as they tell what is new in one cycle; whoever has one holds the lock."""

    def __init__(
        self, store: Store, regime: str, round: str, received: Callable[[str], None] = lambda batch: None
    ) -> None:
        self._store = store
        self._received = received
        self._cycle = (regime, round)
        self._last: dict[_Place, Receipt] = {}
        self._first_of_bytes: dict[_Bytes, Receipt] = {}
        self._first_of_run: dict[_Bytes, Receipt] = {}
        """The first of the last receipts of the same bytes that came one after the other."""
        self._last_bytes: dict[_Sender, _Bytes] = {}
        self._batch_of_number: dict[int, str] = {}
        self._pending: list[Receipt] = []
        self._batches: list[str] = []
        """The batches of this cycle."""
        self._next_number = 1
        self._batch_count = 0
        for key in store.keys("receipts"):
            batch = Path(key).stem
            receipts = read_receipts(store, batch)
            self._batch_count = int(batch)
            self._next_number = receipts[-1].number + 1
            if (receipts[0].regime, receipts[0].round) == self._cycle:
                self._batches.append(batch)
                for receipt in receipts:
                    self._note(receipt, batch)

    def take_in(self, deliveries: Iterable[Delivery], rulebook: Rulebook) -> list[tuple[Receipt, bool]]:
        """The receipt of each delivery, and whether it is new; all new ones are kept in batches that are closed."""
        entries = []
        for delivery in deliveries:
            digest = hashlib.sha256(delivery.data).hexdigest()
            earlier = self._earlier(delivery, digest)
            entries.append((earlier or self._enter(delivery, digest, rulebook), earlier is None))
            if len(self._pending) == FILES_PER_BATCH:
                self._close_batch()
        if self._pending:
            self._close_batch()
        return entries

    def batch_of(self, receipt: Receipt) -> str:
        """The batch that holds the receipt."""
        return self._batch_of_number[receipt.number]

    def unfinished_batches(self) -> list[str]:
        """The batches of this cycle that nobody has answered yet, in order."""
        return [batch for batch in self._batches if not self._store.exists(f"answers/{batch}.json")]

    def _earlier(self, delivery: Delivery, digest: str) -> Receipt | None:
        """The receipt that already stands for the delivery; ``None`` where it is new."""
        last = self._last.get(_place_of(delivery))
        if last is None or last.sha256 == digest:
            return last
        known = self._first_of_bytes.get(_bytes_of(delivery, digest))
        is_shown_again = delivery.channel == _MAIL_CHANNEL and delivery.received_at <= last.received_at
        return known if is_shown_again else None

    def _enter(self, delivery: Delivery, digest: str, rulebook: Rulebook) -> Receipt:
        """The new receipt; it is kept when its batch is closed."""
        regime, round = self._cycle
        same = self._first_of_run.get(_bytes_of(delivery, digest))
        receipt = Receipt(
            number=self._next_number,
            sha256=digest,
            name=delivery.name,
            channel=delivery.channel,
            folder=delivery.folder,
            received_at=delivery.received_at.astimezone(dt.UTC),
            regime=regime,
            round=round,
            rulebook_digest=rulebook.digest,
            bytes=len(delivery.data),
            members=_keep_originals(self._store, delivery.name, digest, delivery.data),
            same_as=same.number if same else None,
            sender=delivery.sender,
            reporter=delivery.reporter,
            corrects=delivery.corrects,
        )
        self._next_number += 1
        self._pending.append(receipt)
        self._note(receipt, batch_name(self._batch_count + 1))
        return receipt

    def _close_batch(self) -> None:
        """The receipts that wait are written, all or none."""
        self._batch_count += 1
        batch = batch_name(self._batch_count)
        lines = "".join(f"{receipt.as_json()}\n" for receipt in self._pending)
        self._store.write_bytes(f"receipts/{batch}.jsonl", lines.encode())
        self._batches.append(batch)
        self._pending = []
        self._received(batch)

    def _note(self, receipt: Receipt, batch: str) -> None:
        self._last[_place_of(receipt)] = receipt
        bytes_of_receipt = _bytes_of(receipt, receipt.sha256)
        self._first_of_bytes.setdefault(bytes_of_receipt, receipt)
        sender = (receipt.folder, receipt.reporter, receipt.corrects)
        if self._last_bytes.get(sender) != bytes_of_receipt:
            self._first_of_run[bytes_of_receipt] = receipt
        self._last_bytes[sender] = bytes_of_receipt
        self._batch_of_number[receipt.number] = batch


_Place = tuple[str | None, str, str | None, str | None]
_Sender = tuple[str | None, str | None, str | None]
_Bytes = tuple[str | None, str, str | None, str | None]


def _place_of(file: Delivery | Receipt) -> _Place:
    """What a file replaces the earlier one of: its folder and name; what a decision puts right stands by itself."""
    return (file.folder, file.name, file.reporter, file.corrects)


def _bytes_of(file: Delivery | Receipt, digest: str) -> _Bytes:
    """The same bytes at the same place of delivery, whatever their name."""
    return (file.folder, digest, file.reporter, file.corrects)


def batch_name(number: int) -> str:
    """What a batch is called: they are counted up from 1, without gaps."""
    return f"{number:06d}"
