"""Files handed out to be saved, never to be opened by the browser as part of the desk."""

from __future__ import annotations

import re
from pathlib import PurePosixPath
from urllib.parse import quote

from fastapi import Response

from exports import safe_stem

_SUFFIX = re.compile(r"\.[A-Za-z0-9]{1,8}", re.ASCII)


def attachment(data: bytes, name: str) -> Response:
    """``data`` as a file to save under ``name``, made fit for any file system (RFC 6266 and 8187).

    Whatever somebody sent, a browser must not take it for a page: the type says nothing, and is not to be guessed.
    """
    suffix = PurePosixPath(name).suffix
    safe = safe_stem(name) + (suffix if _SUFFIX.fullmatch(suffix) else "")
    plain = re.sub(r"[^A-Za-z0-9._-]", "_", safe)
    return Response(
        data,
        media_type="application/octet-stream",
        headers={
            "Content-Disposition": f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(safe, safe='')}",
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )
