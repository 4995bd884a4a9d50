"""Photos of dismantling: of which enterprise and at which stage, as their path tells.

No plan says how photos are to be named; ours: somewhere in the path, be it a folder, an archive or the file, stand the
enterprise's name and 拆除前, 拆除中 or 拆除后 (or 前, 中, 后, before, during, after by themselves). What a path does not tell,
or tells in two ways, is left open: a photo is kept whatever it is called.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

import pyarrow as pa

from ingestion.formats import IMAGE_SUFFIXES
from ingestion.frames import PHOTOS, build_table_of_lines
from ingestion.places import Gazetteer
from ingestion.understanding import enterprise_key, name_problem
from ingestion.understanding.text import half_width
from rulebook import DOCUMENT, PHOTO_STAGES, Reference, Rulebook

_BETWEEN_PARTS = re.compile(r"[/\\!]")
_ARCHIVE_SUFFIX = re.compile(r"\.zip$", re.I)
_STAGE_OF_SIGN = {name[-1]: stage for stage, name in PHOTO_STAGES.items()}
_SIGN = f"[{''.join(_STAGE_OF_SIGN)}]"
# 拆除前中后照片 goes on to 后; 拆除前中联水泥 ends with 前
_WITH_ITS_WORD = re.compile(rf"拆除?{_SIGN}(?:[、,和与及\s]*{_SIGN}(?=$|[^\u4e00-\u9fff]|{_SIGN}|[照影图相对三各的]))*")
_IN_ENGLISH = re.compile(rf"(?<![a-z])(?:{'|'.join(PHOTO_STAGES)})(?![a-z])", re.I)
_BY_ITSELF = re.compile(rf"(?:^|(?<=[\W\d_])){_SIGN}(?=$|[\W\d_])")
_NO_NAME = re.compile(
    r"(?:现场)?(?:验收|拆除|退出|整改)?(?:现场)?(?:照片|图片|影像|相片|图像)(?:资料|材料)?|验收(?:意见表|资料|材料)?|现场|附件"
    r"|(?<![a-z])(?:img|dsc|image|photo|mmexport|微信图片)(?![a-z])",
    re.I,
)
_PLACE_BEHIND = re.compile(r"(?P<name>[^()]+)\((?P<place>[^()]{2,12})\)")
_EMPTY_BRACKETS = re.compile(r"\([\W\d_]*\)")
# the brackets of (安康)水泥 and 水泥(集团) stay
_AROUND_A_NAME = re.compile(r"^(?:[^\w(]|[\d_])+|(?:[^\w)]|[\d_])+$")


@dataclass(frozen=True, slots=True)
class Told:
    """What the path of a photo tells."""

    stage: str | None
    """A key of ``rulebook.PHOTO_STAGES``; None where it is not told, or several are."""
    names: tuple[str, ...]
    """What may be the enterprise's name, the innermost part of the path first."""


def is_photo(path: str) -> bool:
    """Whether a file is named like an image."""
    return PurePosixPath(path).suffix.lower() in IMAGE_SUFFIXES


def tell_photo(path: str, reference: Reference) -> Told:
    """The stage and the possible names told by ``path``, which names archives as ``a.zip!b/拆除前/1.jpg``.

    A part that names several stages (拆除前中后照片) tells none; parts that contradict each other leave the stage open.
    """
    parts = [_ARCHIVE_SUFFIX.sub("", part) for part in _BETWEEN_PARTS.split(half_width(path)) if part]
    parts[-1] = PurePosixPath(parts[-1]).stem
    told = set().union(*(stages for part in parts if len(stages := _stages_in(part)) == 1))
    names = dict.fromkeys(name for part in reversed(parts) for name in _spellings_of(_name_in(part), reference))
    likely = tuple(name for name in names if name and not name_problem(name, reference))
    return Told(told.pop() if len(told) == 1 else None, likely)


def find_photos(submissions: pa.Table, rulebook: Rulebook) -> pa.Table:
    """The photos among ``submissions``: a line for each name its path may tell, one without a name where it tells none."""
    gazetteer = Gazetteer(rulebook.reference)
    named = zip(submissions["form"].to_pylist(), submissions["file"].to_pylist(), strict=True)
    photos = [position for position, (form, file) in enumerate(named) if form == DOCUMENT and is_photo(file)]
    return build_table_of_lines(
        PHOTOS,
        [
            line
            for sent in submissions.take(pa.array(photos, pa.int64())).to_pylist()
            for line in _lines_of(sent, rulebook, gazetteer)
        ],
    )


def _lines_of(sent: dict[str, Any], rulebook: Rulebook, gazetteer: Gazetteer) -> Iterator[dict[str, Any]]:
    regime = rulebook.regimes.get(sent["regime"] or "")
    reporter = regime.reporters.get(sent["reporter_code"] or "") if regime else None
    place_names = gazetteer.names(reporter.home if reporter else None)
    told = tell_photo(sent["file"], rulebook.reference)
    for number, name in enumerate(told.names or (None,), start=1):
        yield {
            "submission_id": sent["submission_id"],
            "stage": told.stage,
            "name_no": number,
            "enterprise": name,
            "enterprise_key": enterprise_key(name, place_names) if name else None,
            "enterprise_full_key": enterprise_key(name) if name else None,
        }


def _spellings_of(name: str, reference: Reference) -> tuple[str, ...]:
    """The name, and where a place stands behind it in brackets, as 水泥厂(紫阳县), also with the place before it."""
    behind = _PLACE_BEHIND.fullmatch(name)
    if behind and any(reference.find_division(f"{behind['place']}{level}") for level in ("", "县", "市", "区")):
        return name, f"{behind['place']}{behind['name']}"
    return (name,)


def _stages_in(part: str) -> set[str]:
    """The stages that one part of a path names."""
    signs = "".join((*_WITH_ITS_WORD.findall(part), *_BY_ITSELF.findall(part)))
    return {_STAGE_OF_SIGN[sign] for sign in signs if sign in _STAGE_OF_SIGN} | {
        word.lower() for word in _IN_ENGLISH.findall(part)
    }


def _name_in(part: str) -> str:
    """What is left of a part without stages, numbering and words like 照片."""
    for pattern in (_WITH_ITS_WORD, _IN_ENGLISH, _BY_ITSELF, _NO_NAME, _EMPTY_BRACKETS):
        part = pattern.sub(" ", part)
    return _AROUND_A_NAME.sub("", part)
