"""Mail to those who report: plain text over SMTP, one connection for many messages.

Python's own ``smtplib`` and not Airflow's SMTP provider: reminders are sent from the desk's pages and from the command
line too, where there is no Airflow to ask, and a text message needs nothing of the provider. Where Airflow keeps the
server's address and password (connection ``huizong_smtp``), the desk is handed them from there.
"""

from __future__ import annotations

import csv
import hashlib
import smtplib
import ssl
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from email.message import EmailMessage
from email.utils import formatdate, make_msgid
from io import StringIO

from store import Store

CONTACTS = "contacts.csv"
"""In the store, kept by the office: columns ``reporter_code,mail``. A code is a reporter's, or a city's for its steward;
a code with several addresses has several lines."""

MAILED = "mailed"
"""Beside the outbox: for each message that was mailed, the SHA-256 of what it said."""

SMTPS_PORT = 465
SECONDS_TO_ANSWER = 20


@dataclass(frozen=True, slots=True)
class MailServer:
    """The SMTP server mail is handed to, and the address it is sent from."""

    host: str
    port: int
    sender: str
    user: str | None = None
    password: str | None = None


@dataclass(frozen=True, slots=True)
class Letter:
    """One message to one reporter or steward; ``key`` is where it lies in the store."""

    key: str
    to: tuple[str, ...]
    subject: str
    text: str


class MailRefused(Exception):
    """The server cannot be reached, or does not take our mail."""


def read_contacts(store: Store) -> dict[str, tuple[str, ...]]:
    """The addresses of each code in ``contacts.csv``; none where there is no such file. Lines without @ are left out."""
    if not store.exists(CONTACTS):
        return {}
    text = _decoded(store.read_bytes(CONTACTS))
    contacts: dict[str, tuple[str, ...]] = {}
    for line in csv.DictReader(StringIO(text)):
        code, mail = ((line.get(name) or "").strip() for name in ("reporter_code", "mail"))
        # an address with a line break in it would be two lines of the head of a message
        if code and "@" in mail and mail.isprintable():
            contacts[code] = (*contacts.get(code, ()), mail)
    return contacts


def send(letters: Iterable[Letter], server: MailServer) -> Iterator[tuple[str, str | None]]:
    """Hand over each letter; its key and what the server said against it (None: taken), as soon as that is known.

    Raises ``MailRefused`` where the server cannot be reached, lets nobody in, or would be told the password unencrypted.
    """
    if not server.sender:
        raise MailRefused("没有设置发件人地址 no sender address is set")
    try:
        with _connect(server) as connection:
            for letter in letters:
                yield letter.key, _hand_over(connection, letter, server.sender)
    except (OSError, smtplib.SMTPException) as error:
        raise MailRefused(f"{server.host}:{server.port}: {error}") from error


def send_once(store: Store, letters: Iterable[Letter], server: MailServer) -> tuple[int, str | None]:
    """How many letters the server took, and what it said against the others; what it took before is not sent again."""
    unsent = {letter.key: letter for letter in letters if not _was_mailed(store, letter)}
    mailed, trouble = 0, None
    if not unsent:
        return 0, None
    try:
        for key, refusal in send(unsent.values(), server):
            if refusal is None:
                mailed += 1
                store.write_bytes(f"{MAILED}/{key}", _digest(unsent[key]))
            else:
                trouble = refusal
    except MailRefused as error:
        trouble = str(error)
    return mailed, trouble


def _was_mailed(store: Store, letter: Letter) -> bool:
    key = f"{MAILED}/{letter.key}"
    return store.exists(key) and store.read_bytes(key) == _digest(letter)


def _digest(letter: Letter) -> bytes:
    return hashlib.sha256(letter.text.encode()).hexdigest().encode()


def _decoded(data: bytes) -> str:
    """A table as an office saves it: UTF-8, else what WPS and Excel write in China."""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030", errors="replace")


def _connect(server: MailServer) -> smtplib.SMTP:
    """A connection that is encrypted where the server can, and let in where it asks for that."""
    encryption = ssl.create_default_context()
    if server.port == SMTPS_PORT:
        connection: smtplib.SMTP = smtplib.SMTP_SSL(
            server.host, server.port, timeout=SECONDS_TO_ANSWER, context=encryption
        )
    else:
        connection = smtplib.SMTP(server.host, server.port, timeout=SECONDS_TO_ANSWER)
    try:
        connection.ehlo()
        is_encrypted = server.port == SMTPS_PORT
        if not is_encrypted and connection.has_extn("starttls"):
            connection.starttls(context=encryption)
            connection.ehlo()
            is_encrypted = True
        if server.user and server.password:
            if not is_encrypted:
                raise smtplib.SMTPNotSupportedError("no encryption, and the password is not sent without it")
            connection.login(server.user, server.password)
    except BaseException:
        connection.close()
        raise
    return connection


def _hand_over(connection: smtplib.SMTP, letter: Letter, sender: str) -> str | None:
    message = EmailMessage()
    message["Subject"] = letter.subject
    message["From"] = sender
    message["To"] = ", ".join(letter.to)
    message["Date"] = formatdate(localtime=True)
    message["Message-ID"] = make_msgid(domain=sender.rpartition("@")[2] or None)
    message.set_content(letter.text)
    try:
        connection.send_message(message)
    except smtplib.SMTPServerDisconnected:
        raise
    except smtplib.SMTPException as error:
        return str(error)
    return None
