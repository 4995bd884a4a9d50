"""A mailbox that reporters send their files to, read by IMAP.

A mail is known by what the server calls it (UIDVALIDITY and UID) and by the SHA-256 of all of it: flags are people's,
and a Message-ID is whatever the sender writes. It came when the server says it did (INTERNALDATE), not when its Date
line says. Whose it is, the address it came from tells by the office's list of contacts; where that does not tell, the
workbook does. An address can be forged: a mail server should refuse what its domain did not send (SPF, DMARC).
"""

from __future__ import annotations

import datetime as dt
import hashlib
import imaplib
import logging
import re
from collections.abc import Iterator, Mapping
from email import message_from_bytes
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.parser import BytesHeaderParser
from email.policy import Compat32
from email.utils import parseaddr, parsedate_to_datetime

from desk.delivery.channels import ChannelLog, Parcel, Refusal, take_in, too_large
from desk.delivery.intake import safe_name
from desk.messages.mail import read_contacts
from ingestion import Delivery, limits
from ingestion.names import decode_name, is_left_by_program, readable_name
from rulebook import Regime, Rulebook
from store import Store

log = logging.getLogger(__name__)

CHANNEL = "mail"
MAX_MAIL_BYTES = 2 * limits.MAX_FILE_BYTES
"""As sent; attachments grow by a third on their way."""

LONGEST_SUBJECT = 200
_WHOLE_MAIL_NAME = "无法拆开的邮件.eml"
_ABOUT_MAIL = "(INTERNALDATE RFC822.SIZE BODY.PEEK[HEADER])"
_WHOLE_MAIL = "(BODY.PEEK[])"
_INTERNAL_DATE = re.compile(rb'INTERNALDATE "\s*([^"]+)"')
_SIZE = re.compile(rb"RFC822\.SIZE (\d+)")
_SIGNATURES = frozenset({"application/pkcs7-signature", "application/x-pkcs7-signature", "application/pgp-signature"})
_CHINESE = frozenset({"gb2312", "gbk", "x-gbk", "cp936"})
"""What mail programs write for GB18030, which holds them all."""

_NOTHING_ATTACHED = Refusal(
    "这封邮件没有附件，没有收到报表。请把 Excel 或 WPS 表格作为附件发送；网盘或“超大附件”的链接不能算作附件。",
    "This mail has no attachment, so no table came. Attach the workbook itself; a link to a file is no attachment.",
)


def _only_left_behind(name: str) -> Refusal:
    return Refusal(
        f"附件“{name}”是打开表格时电脑自动留下的临时文件，不是报表，没有收下。请关闭表格，把表格文件本身作为附件再发一次。",
        f"{name} is what a program left behind, no table. Close the workbook and attach the file itself.",
        name,
    )


class MailboxError(RuntimeError):
    """The server refused what is needed; the text names what was asked and what it said."""


class Mailbox:
    """One folder of a mailbox; ``client`` is logged in.

    Mails that came before the day ``since`` are left alone.
    """

    def __init__(self, client: imaplib.IMAP4, folder: str = "INBOX", since: dt.date | None = None) -> None:
        self._client = client
        self._since = since
        if "ID" in client.capabilities:
            # NetEase (163, 126) opens no folder for a program that does not give its name
            client.xatom("ID", '("name" "huizong")')
        self._ask("SELECT", client.select(f'"{folder}"'))
        self._validity = client.response("UIDVALIDITY")[1][0].decode()

    def parcels(self, channel_log: ChannelLog, reporters: Mapping[str, str]) -> Iterator[Parcel]:
        """The mails that ``channel_log`` does not know, in the order they came; each is fetched when it is asked for.

        ``reporters`` are the codes by address, in small letters.
        """
        criteria = ("SINCE", f"{self._since:%d-%b-%Y}") if self._since else ("ALL",)
        found = self._ask("SEARCH", self._client.uid("SEARCH", *criteria))[0].split()
        for uid in sorted(found, key=int):
            key = f"{self._validity}/{uid.decode()}"
            if not channel_log.knows(key):
                yield from self._parcel(key, uid.decode(), channel_log, reporters)

    def mark_seen(self, parcel: Parcel) -> None:
        """Whoever looks into the mailbox sees that the mail was dealt with."""
        uid = parcel.key.rpartition("/")[2]
        self._ask("STORE", self._client.uid("STORE", uid, "+FLAGS.SILENT", r"(\Seen)"))

    def _parcel(self, key: str, uid: str, channel_log: ChannelLog, reporters: Mapping[str, str]) -> Iterator[Parcel]:
        """The mail; nothing where it was deleted in the meantime."""
        about_mail = self._fetch(uid, _ABOUT_MAIL)
        if about_mail is None:
            return
        told, head = about_mail
        received_at = _internal_date(told)
        # the head alone: what its parameters say of the body may be what Python trips over
        header = BytesHeaderParser(policy=_POLICY).parsebytes(head)
        sender = _printable(parseaddr(str(header["From"] or ""))[1]).lower() or None
        about = {
            "key": key,
            "received_at": received_at,
            "title": _printable(plain_text(str(header["Subject"] or "")))[:LONGEST_SUBJECT],
            "sender": sender,
            "reporter_code": reporters.get(sender),
        }
        size = int(_SIZE.search(told)[1])
        if size > MAX_MAIL_BYTES:
            yield Parcel(**about, refusals=(too_large(None, size, MAX_MAIL_BYTES),))
            return
        whole_mail = self._fetch(uid, _WHOLE_MAIL)
        if whole_mail is None:
            return
        content = whole_mail[1]
        sha256 = hashlib.sha256(content).hexdigest()
        if channel_log.knows_bytes(sha256):
            yield Parcel(**about, sha256=sha256)
            return
        everything = _taken_apart(key, content)
        attached = [(name, data) for name, data in everything if not is_left_by_program(name)]
        nothing_to_take = (_only_left_behind(everything[0][0]),) if everything else (_NOTHING_ATTACHED,)
        within = [(name, data) for name, data in attached if len(data) <= limits.MAX_FILE_BYTES]
        refusals = [
            too_large(name, len(data), limits.MAX_FILE_BYTES)
            for name, data in attached
            if len(data) > limits.MAX_FILE_BYTES
        ]
        yield Parcel(
            **about,
            sha256=sha256,
            deliveries=tuple(
                Delivery(name, data, about["reporter_code"], CHANNEL, received_at, sender) for name, data in within
            ),
            refusals=tuple(refusals) if attached else nothing_to_take,
        )

    def _fetch(self, uid: str, what: str) -> tuple[bytes, bytes] | None:
        """What the server says about one mail, and the bytes it sends with it; None where the mail is gone."""
        answer = self._ask("FETCH", self._client.uid("FETCH", uid, what))
        contents = [part[1] for part in answer if isinstance(part, tuple)]
        if not contents:
            return None
        return b" ".join(part[0] if isinstance(part, tuple) else part for part in answer), contents[0]

    def _ask(self, command: str, answer: tuple[str, list]) -> list:
        status, data = answer
        if status != "OK":
            raise MailboxError(f"邮箱拒绝了 {command}：{data}。The mail server refused {command}.")
        return data


def collect_mail(
    client: imaplib.IMAP4,
    store: Store,
    regime_key: str,
    round: str,
    rulebook: Rulebook,
    folder: str = "INBOX",
    since: dt.date | None = None,
) -> list[str]:
    """Every mail not dealt with yet is taken in, and marked as seen after that; the batches still to be read."""
    with store.lock(f"channel-{CHANNEL}"):
        mailbox = Mailbox(client, folder, since)
        channel_log = ChannelLog(store, CHANNEL)
        parcels = mailbox.parcels(channel_log, reporters_by_address(store, rulebook.regimes[regime_key]))
        return take_in(store, channel_log, parcels, regime_key, round, rulebook, mailbox.mark_seen)


def reporters_by_address(store: Store, regime: Regime) -> dict[str, str]:
    """The code of the reporter whose address it is, by address in small letters.

    An address of several reporters is nobody's, and so is a steward's, who passes on what others sent.
    """
    codes: dict[str, set[str]] = {}
    for code, addresses in read_contacts(store).items():
        for address in addresses:
            codes.setdefault(address.lower(), set()).add(code)
    return {address: min(of) for address, of in codes.items() if len(of) == 1 and of <= regime.reporters.keys()}


def attachments(mail: Message) -> list[tuple[str, bytes]]:
    """The files somebody attached, by name; also those of a mail that was forwarded whole.

    Pictures shown within the text and signatures are none.
    """
    return [
        (safe_name(plain_text(part.get_filename() or "")), part.get_payload(decode=True) or b"")
        for part in mail.walk()
        if not part.is_multipart() and not _is_of_the_text(part)
    ]


def _taken_apart(key: str, content: bytes) -> list[tuple[str, bytes]]:
    """The attachments; of a mail that Python cannot take apart, all of it, so that it is answered like any bad file."""
    try:
        return attachments(message_from_bytes(content, policy=_POLICY))
    except Exception:
        # parameters numbered twice and the like: the library raises whatever comes
        log.exception("mail %s cannot be taken apart and is kept whole", key)
        return [(_WHOLE_MAIL_NAME, content)]


def plain_text(raw: str) -> str:
    """A header as a person reads it, whatever its words were wrapped in."""
    try:
        parts = decode_header(raw)
    except (HeaderParseError, ValueError):
        return raw
    return "".join(part if isinstance(part, str) else _decoded(part, charset) for part, charset in parts)


def _decoded(word: bytes, charset: str | None) -> str:
    named = (charset or "utf-8").lower()
    try:
        return word.decode("gb18030" if named in _CHINESE else named)
    except (LookupError, ValueError):
        # an encoding nobody knows, one with a null character in its name, or bytes that are not of it
        return decode_name(word) or word.decode(errors="replace")


def _printable(text: str) -> str:
    """Without what would break a line of a record, or cannot be written at all."""
    return "".join(sign for sign in text if sign.isprintable())


def _is_of_the_text(part: Message) -> bool:
    is_attached = part.get_content_disposition() == "attachment"
    match part.get_content_maintype():
        case "text":
            return not is_attached and part.get_filename() is None
        case "image":
            return not is_attached or part["Content-ID"] is not None
        case _:
            return part.get_content_type() in _SIGNATURES


class _ReadableHeaders(Compat32):
    """Headers in bare GBK, as old programs send them, are text too."""

    def header_fetch_parse(self, name: str, value: str) -> str:
        return readable_name(value)


_POLICY = _ReadableHeaders()


def _internal_date(told: bytes) -> dt.datetime:
    return parsedate_to_datetime(_INTERNAL_DATE.search(told)[1].decode()).astimezone(dt.UTC)
