"""Documents beside the table: whether a file is one, and which of the owed ones it is."""

from __future__ import annotations

import io
import re
import zipfile
from pathlib import PurePosixPath

from ingestion.formats import IMAGE_SUFFIXES, OLE_MAGIC, ZIP_MAGICS
from rulebook.folding import fold

PLAN_ROUND = "plan"
"""The round in which a report (报告) is the report of the plan."""

_PDF_HEADER, _HEADER_WITHIN = b"%PDF-", 1_024
"""A PDF may begin with something else; readers look for its header in the first kilobyte."""
_BEGINNINGS = (
    OLE_MAGIC,
    b"{\\rtf",
    b"\xff\xd8\xff",
    b"\x89PNG\r\n\x1a\n",
    b"GIF8",
    b"BM",
    b"II*\x00",
    b"MM\x00*",
)
_LATER_BEGINNING = re.compile(rb"RIFF.{4}WEBP|.{4}ftyp", re.S)
"""Of .webp and .heic: behind the length of the file, or of its first part."""
_TEXT_OF_A_PAGE = re.compile(rb"(?:\xef\xbb\xbf)?\s*<(?:\?xml|!doctype|html)", re.I)
"""Word opens a web page or an XML file under .doc."""

_REMARK = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|【[^【】]*】")
_WORDS = {
    "总结": "summary",
    **dict.fromkeys(("佐证", "证明", "照片", "图片"), "evidence"),
    **dict.fromkeys(("方案", "计划"), "plan_report"),
    **dict.fromkeys(("公示", "公告", "公开"), "publication_state"),
}
_KIND_WORD = re.compile("|".join(_WORDS))
_REPORT = "报告"


def is_whole(data: bytes) -> bool:
    """Whether the bytes are a document that some program opens: a PDF, a text, a picture, whatever their name says."""
    if data.startswith(ZIP_MAGICS):
        return zipfile.is_zipfile(io.BytesIO(data))
    if _PDF_HEADER in data[:_HEADER_WITHIN] or _TEXT_OF_A_PAGE.match(data) or _LATER_BEGINNING.match(data):
        return True
    return data.startswith(_BEGINNINGS)


def tell_kind(name: str, round: str | None) -> str | None:
    """Which document a file of that name is, as obligations call it (``what``); ``None`` where the name tells none (ours).

    The file's own name counts before the folders and archives it came in, the last telling word before the first
    (计划完成情况总结 is a summary), what stands in brackets last. 报告 alone is a summary, in the round of plans the report
    of the plan. A picture is evidence unless its name says otherwise.
    """
    parts = [part for part in re.split(r"[/\\]|(?<=\.zip)!", name, flags=re.I) if part]
    for part in reversed(parts):
        if kind := _kind_of(fold(part), round):
            return kind
    return "evidence" if PurePosixPath(name).suffix.lower() in IMAGE_SUFFIXES else None


def _kind_of(text: str, round: str | None) -> str | None:
    for said in (_REMARK.sub("", text), text):
        if words := _KIND_WORD.findall(said):
            return _WORDS[words[-1]]
        if _REPORT in said:
            return "plan_report" if round == PLAN_ROUND else "summary"
    return None
