"""Names of files: Chinese Windows writes them in GBK, and not everything between there and here says so."""

from __future__ import annotations

import os

_ENCODINGS = ("utf-8", "gb18030")
_NOT_SENT = ("~$", ".")


def is_left_by_program(name: str) -> bool:
    """Whether a file of that name was sent by nobody: the lock file of an open workbook, or a system's hidden file."""
    return name.startswith(_NOT_SENT)


def readable_name(name: str) -> str:
    """The name as a person reads it: a file that was unpacked with its bytes in GBK is named in Chinese again."""
    try:
        name.encode()
        return name
    except UnicodeEncodeError:
        pass
    try:
        return decode_name(os.fsencode(name)) or _replaced(name)
    except UnicodeEncodeError:
        return _replaced(name)


def _replaced(name: str) -> str:
    return name.encode(errors="replace").decode()


def decode_name(raw: bytes) -> str | None:
    """The text of a name that does not tell its encoding; ``None`` where it is neither UTF-8 nor GBK."""
    for encoding in _ENCODINGS:
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return None
