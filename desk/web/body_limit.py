"""Forms with files are read no further than a file may be large, however much is sent."""

from __future__ import annotations

from fastapi import Request
from starlette.requests import ClientDisconnect
from starlette.types import Message

from desk.web.refusals import TooLarge, Wrong
from ingestion import limits

ROOM_FOR_FIELDS_BYTES = 256 * 1024
"""What a form takes beside its files: names, boundaries, the other fields."""


def limited(request: Request, too_large: TooLarge) -> Request:
    """The request, which is read no further than ``limits.MAX_FILE_BYTES`` and the other fields: there ``too_large``."""
    limit = limits.MAX_FILE_BYTES + ROOM_FOR_FIELDS_BYTES
    told = request.headers.get("content-length", "")
    if told.isdecimal() and int(told) > limit:
        raise too_large
    received = 0

    async def receive() -> Message:
        nonlocal received
        message = await request.receive()
        received += len(message.get("body", b""))
        if received > limit:
            raise too_large
        return message

    return _Sent(request.scope, receive)


class _Sent(Request):
    """A request whose sender may go away: that is nobody's fault."""

    async def stream(self):
        """The body, piece by piece."""
        try:
            async for piece in super().stream():
                yield piece
        except ClientDisconnect as gone:
            raise Wrong(
                "传送中断了，什么也没有收下，请再试一次。", "The transfer broke off and nothing was kept: try again."
            ) from gone
