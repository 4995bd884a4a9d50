"""A form whose file never ends, sent piece by piece as it comes over the wire: the test client sends what is whole."""

import asyncio
from collections.abc import Iterator

PIECE_BYTES = 64 * 1024


def send_endlessly(
    app, path: str, field: str, user: str, asked: list[int], length: str | None = None
) -> tuple[int, str]:
    """Status and page of the answer to ``user``; ``asked`` counts the bytes that were taken of the file in ``field``."""
    headers = {"x-user": user, "content-type": "multipart/form-data; boundary=b"}
    if length:
        headers["content-length"] = length
    return asyncio.run(_ask(app, path, _body(field, asked), headers))


def _body(field: str, asked: list[int]) -> Iterator[bytes]:
    yield f'--b\r\nContent-Disposition: form-data; name="{field}"; filename="a.xlsx"\r\n\r\n'.encode()
    while True:
        asked[0] += PIECE_BYTES
        yield bytes(PIECE_BYTES)


async def _ask(app, path: str, body: Iterator[bytes], headers: dict[str, str]) -> tuple[int, str]:
    sent: list[dict] = []

    async def receive():
        return {"type": "http.request", "body": next(body), "more_body": True}

    async def keep(message):
        sent.append(message)

    scope = {
        "type": "http", "asgi": {"version": "3.0"}, "http_version": "1.1", "method": "POST", "path": path,
        "raw_path": path.encode(), "root_path": "", "scheme": "http", "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "client": ("127.0.0.1", 1), "server": ("testserver", 80), "state": {},
    }  # fmt: skip
    await app(scope, receive, keep)
    page = b"".join(message.get("body", b"") for message in sent).decode()
    return sent[0]["status"], page
