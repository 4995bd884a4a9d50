"""What templates of both kinds have in common: how text is shown, what is suggested for a wrong name, what is no package."""

from __future__ import annotations

import difflib
import io
import re
import zipfile
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from exports.amounts import write_exactly
from exports.sheets.longlist import UNWRITABLE

LARGEST = 50 * 1024 * 1024
"""Bytes a template may unpack to; ours is a hundredth of a hundredth of it."""
UNWRITABLE_MARK = "〔?〕"
"""Stands where a name holds a character that no document can hold."""
SHOWN = 40
"""Characters of a place that are shown with what is wrong there."""
BRACES = re.compile(r"\{\{|\}\}|\{%|%\}|\{#|#\}")
WIDE_BRACES = re.compile(r"｛｛|｝｝|｛%|%｝|\{｛|｛\{")
SPLIT_BRACES = re.compile(r"[{｛]\s+[{｛%]|[}｝%]\s+[}｝]")
"""Braces with a blank between them: they would stand in the document as they are."""
_UNWRITABLE = re.compile(f"{UNWRITABLE.pattern}|[\ud800-\udfff]")


def clean(text: str) -> str:
    """``text`` as a document can hold it: a character that XML forbids is marked, a tab or return is a blank."""
    return _UNWRITABLE.sub(UNWRITABLE_MARK, text.replace("\r\n", "\n").replace("\t", " ").replace("\r", " "))


def show(value: Any) -> Any:
    """A value as it stands in a document."""
    if value is None:
        return ""
    if isinstance(value, Decimal):
        return write_exactly(value)
    return clean(value) if isinstance(value, str) and value.__class__ is str else value


def shorten(text: str) -> str:
    """The text of a place, as far as it is shown."""
    return text if len(text) <= SHOWN else f"{text[:SHOWN]}…"


def suggest(name: str, known: Iterable[str]) -> str:
    """What may have been meant by ``name``: the nearest of ``known``, else where all are listed."""
    near = difflib.get_close_matches(name, list(known), 1, 0.4)
    return f"，是不是“{near[0]}”" if near else "，全部占位符见 docs/own-template.md"


def refuse_package(data: bytes, main: str, kind: str) -> list[str]:
    """Why ``data`` is no package that may be opened; empty when it is one."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            names = archive.namelist()
            size = sum(entry.file_size for entry in archive.infolist())
    except zipfile.BadZipFile:
        return [f"不是 {kind}，或者有密码；请去掉密码后另存。Not a file of this kind, or it has a password."]
    if main not in names:
        return [f"不是 {kind}；请另存为这种格式。Not a file of this kind."]
    if size > LARGEST:
        return ["文件太大。The file is far too large."]
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        return ["文件里有宏，请另存为不带宏的格式。It holds macros."]
    return []
