"""What proves exits: one county's acceptance records and photos, put into the inbox of a cycle that was generated before.

Two of its enterprises have a record; one has photos of all stages, the other shows two mistakes, a picture of the first and
a photo that tells nothing. Everybody else's exits have neither, as is usual when a cycle ends.
"""

from __future__ import annotations

import csv
import io
import struct
import zipfile
import zlib
from collections.abc import Mapping
from datetime import UTC, date, datetime
from pathlib import Path

import pandas as pd

from demo.mailroom import RECEIVED_LIST
from demo.page import Grid
from demo.truth import Truth
from demo.workbooks import FIXED_TIME, write_xlsx
from rulebook import Form, Rulebook

ENTERPRISES = 2
COLUMN_WIDTH = 16
PICTURE_PIXELS = 8


def asks_proofs(rulebook: Rulebook, regime: str, round: str) -> bool:
    """Whether the plan asks for acceptance records in this round."""
    return rulebook.regimes[regime].acceptance is not None and round == "annual"


def add_proofs(folder: Path, truth: Truth, rulebook: Rulebook) -> list[str]:
    """The inbox in ``folder`` holds a workbook of acceptance records and an archive of photos more; their paths in it.

    They come from the first county by code whose table counts and names two enterprises or more.
    """
    regime = rulebook.regimes[truth.regime]
    told = truth.claims[truth.claims["role"] == "county"].drop_duplicates(["reporter_code", "enterprise"])
    counts = told.groupby("reporter_code").size()
    code = min(counts[counts >= ENTERPRISES].index)
    claims = told[told["reporter_code"] == code].head(ENTERPRISES)
    name = regime.reporters[code].name
    form = rulebook.forms["acceptance"]
    files = {
        f"{code}/{name}{form.title}.xlsx": _write_records(form, name, regime.year, claims),
        f"{code}/{name}拆除前中后照片.zip": _write_photos(*claims["enterprise"]),
    }
    for file, data in files.items():
        (folder / file).parent.mkdir(exist_ok=True)
        (folder / file).write_bytes(data)
    with (folder / RECEIVED_LIST).open("a", encoding="utf-8", newline="") as received:
        came = datetime(regime.year, 12, 27, 1, 30, tzinfo=UTC).isoformat()
        csv.writer(received, lineterminator="\n").writerows((file, came) for file in files)
    return list(files)


def _write_records(form: Form, reporter: str, year: int, claims: pd.DataFrame) -> bytes:
    """The records as a county types them: title, who fills in, headings, a row for each enterprise."""
    lines = [
        {
            "county": claim.county,
            "industry": claim.industry_written,
            "enterprise": claim.enterprise,
            "equipment": claim.equipment,
            "capacity": f"{claim.amount_written}{claim.unit_written}",
            "method": "拆除",
            "dismantled_on": date(year, 11, 20),
            "dismantled_what": "主体设备",
            "accepted_on": date(year, 12, 10),
            "county_opinion": "主体设备已拆除，同意通过验收",
            "county_inspectors": "陈立、赵敏",
            "city_opinion": "同意县级验收意见",
            "city_inspectors": "周平",
            "photos_before": 1,
            "photos_during": 1,
            "photos_after": 1,
            "pledge": "是",
        }
        for claim in claims.itertuples()
    ]
    grid = Grid(form.title, widths=[COLUMN_WIDTH] * len(lines[0]))
    grid.write(0, 0, f"{year}年{form.title}", "title")
    grid.write(1, 0, f"填报单位（盖章）：{reporter}", "text")
    grid.write(2, 0, f"填报时间：{year}年12月26日", "text")
    for column, field in enumerate(lines[0]):
        grid.write(3, column, form.fields[field].headings[0], "heading")
        for row, line in enumerate(lines, start=4):
            grid.write(row, column, line[field], "date" if isinstance(line[field], date) else "claim")
    return write_xlsx([grid])


def _write_photos(proved: str, mistaken: str) -> bytes:
    after = _draw(200, 200, 180)
    return _write_archive(
        {
            f"{proved}/拆除前/1.png": _draw(90, 60, 40),
            f"{proved}/拆除中/1.png": _draw(150, 110, 70),
            f"{proved}/拆除后/1.png": after,
            f"{mistaken}/拆除前/1.png": _draw(80, 80, 90),
            f"{mistaken}/拆除后/1.png": after,
            "IMG_0001.png": _draw(120, 120, 120),
        }
    )


def _write_archive(members: Mapping[str, bytes]) -> bytes:
    """An archive of ``members``, the same bytes on any day."""
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w") as archive:
        for name, data in members.items():
            archive.writestr(zipfile.ZipInfo(name, FIXED_TIME.timetuple()[:6]), data, zipfile.ZIP_STORED)
    return target.getvalue()


def _draw(red: int, green: int, blue: int) -> bytes:
    """A PNG of one colour, a few pixels wide (PNG 1.2: signature, IHDR, IDAT, IEND), stored without compression."""
    header = struct.pack(">IIBBBBB", PICTURE_PIXELS, PICTURE_PIXELS, 8, 2, 0, 0, 0)
    line = b"\0" + bytes((red, green, blue)) * PICTURE_PIXELS
    chunks = ((b"IHDR", header), (b"IDAT", zlib.compress(line * PICTURE_PIXELS, 0)), (b"IEND", b""))
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in chunks
    )
