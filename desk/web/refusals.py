"""What a request is answered with that is not done: each becomes a page that says why not."""

from __future__ import annotations


class Refusal(Exception):
    """A request that is answered with a page that says why not."""

    status = 400

    def __init__(self, message_zh: str, message_en: str) -> None:
        super().__init__(message_zh)
        self.message_zh = message_zh
        self.message_en = message_en


class Wrong(Refusal):
    """What was asked for or filled in is not right."""


class Denied(Refusal):
    """Somebody asked for what is not theirs."""

    status = 403


class NotThere(Refusal):
    """There is no such thing."""

    status = 404


class TooLarge(Refusal):
    """More was sent than is taken."""

    status = 413


class NotSignedIn(Exception):
    """Nobody is signed in; the page that was asked for comes after the login."""
