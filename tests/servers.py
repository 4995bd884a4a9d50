"""A mail server (IMAP) and an SFTP server for tests: the real protocols, on a free port of this machine."""

from __future__ import annotations

import asyncio
import datetime as dt
import imaplib
import threading
from argparse import ArgumentParser
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import dataclass
from email.message import EmailMessage
from pathlib import Path

import asyncssh
from proxyprotocol.reader import ProxyProtocolReader
from pymap.backend.dict import DictBackend
from pymap.imap import IMAPServer, IMAPService
from pysasl.hashing import BuiltinHash

HOST, USER, PASSWORD = "127.0.0.1", "huizong", "secret"


@dataclass(frozen=True)
class MailServer:
    port: int

    @contextmanager
    def client(self) -> Iterator[imaplib.IMAP4]:
        with imaplib.IMAP4(HOST, self.port) as client:
            client.login(USER, PASSWORD)
            yield client

    def deliver(self, message: EmailMessage | bytes, at: dt.datetime, folder: str = "INBOX") -> None:
        """The mail lies in the mailbox; the server received it at ``at``."""
        with self.client() as client:
            status, _ = client.append(folder, None, imaplib.Time2Internaldate(at), bytes(message))
            assert status == "OK"

    def flags(self) -> list[bytes]:
        with self.client() as client:
            client.select("INBOX", readonly=True)
            return [line for line in client.uid("FETCH", "1:*", "(FLAGS)")[1] if line]


@contextmanager
def mail_server() -> Iterator[MailServer]:
    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        parser = ArgumentParser()
        parser.set_defaults(passlib_cfg=None, debug=False)
        IMAPService.add_arguments(parser)
        DictBackend.add_subparser("dict", parser.add_subparsers())
        told = ["--host", HOST, "--port", "0", "--no-tls", "dict", "--demo-user", USER, "--demo-password", PASSWORD]
        # a password is hashed at every login: half a million rounds are for servers that keep secrets
        backend, config = await DictBackend.init(parser.parse_args(told), hash_context=BuiltinHash(rounds=1000))
        config.apply_context()
        answer = ProxyProtocolReader(config.proxy_protocol).get_callback(IMAPServer(backend.login, config))
        async with await asyncio.start_server(answer, HOST, 0) as server:
            yield server.sockets[0].getsockname()[1]

    with _running(serve) as port:
        yield MailServer(port)


@contextmanager
def sftp_server(root: Path) -> Iterator[int]:
    """The port of a server that shows ``root``."""

    class Door(asyncssh.SSHServer):
        def password_auth_supported(self) -> bool:
            return True

        def validate_password(self, username: str, password: str) -> bool:
            return (username, password) == (USER, PASSWORD)

    @asynccontextmanager
    async def serve() -> AsyncIterator[int]:
        async with asyncssh.create_server(
            Door,
            HOST,
            0,
            server_host_keys=[asyncssh.generate_private_key("ssh-ed25519")],
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=bytes(root)),
        ) as server:
            yield server.get_port()

    with _running(serve) as port:
        yield port


@contextmanager
def _running(serve: Callable[[], AbstractAsyncContextManager[int]]) -> Iterator[int]:
    """What ``serve`` gives, while it runs in a thread with a loop of its own."""
    ready, stop = threading.Event(), threading.Event()
    ports: list[int] = []

    async def run() -> None:
        try:
            async with serve() as port:
                ports.append(port)
                ready.set()
                await asyncio.to_thread(stop.wait)
        finally:
            ready.set()

    thread = threading.Thread(target=asyncio.run, args=(run(),), daemon=True)
    thread.start()
    ready.wait()
    try:
        yield ports[0]
    finally:
        stop.set()
        thread.join()
