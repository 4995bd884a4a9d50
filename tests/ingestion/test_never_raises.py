"""No bytes and no cell make the reader raise: what a county sends is data, whatever it is.

An error inside the reader would be the observation ``our_fault`` (rule S00); it must not appear either.
"""

from __future__ import annotations

import io
import zipfile
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import expectations
import ingestion
from ingestion.cells import Sheet
from tests.ingestion.samples import (
    HEADINGS,
    PREAMBLE,
    ROW,
    comma_separated,
    ods,
    ods_row,
    row,
    table,
    the_rulebook,
    xls,
    xlsx,
    zipped,
)

SUFFIXES = [".xlsx", ".xlsm", ".xls", ".et", ".ods", ".csv", ".zip", ".txt", ".pdf", ".docx", ""]
BEGINNINGS = [
    b"",
    b"PK\x03\x04",
    b"PK\x05\x06",
    b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1",
    b"\xff\xfe",
    b"\xef\xbb\xbf",
    b"%PDF",
]

few_examples = settings(
    max_examples=80, derandomize=True, deadline=None, suppress_health_check=[HealthCheck.too_slow], database=None
)


def understood(name: str, data: bytes) -> ingestion.Frames:
    """The frames of a file as ``huizong check`` makes them."""
    opened = ingestion.unpack(name, data)
    readings = [ingestion.read_file(member, content) for member, content in opened]
    assignments = [
        ingestion.Assignment(f"{number:06d}", regime="ankang-2024", round="annual", folder="610924")
        for number in range(len(opened))
    ]
    return ingestion.understand(readings, the_rulebook(), assignments)


def kinds(frames: ingestion.Frames) -> set[str]:
    return set(frames.observations.observation)


# ---- bytes ----


@cache
def whole_files() -> dict[str, bytes]:
    rows = table(row(), row(sequence=2, enterprise="紫阳县第二水泥有限公司", capacity="=F5"))
    sheet = "".join(ods_row(*line) for line in rows)
    workbook = xlsx(rows, merged=["B5:B6"], 去年=rows)
    return {
        ".xlsx": workbook,
        ".xls": xls(rows, merged=[(4, 5, 1, 1)]),
        ".ods": ods(f'<table:table table:name="Sheet1">{sheet}</table:table>'),
        ".csv": comma_separated(rows, "gb18030"),
        ".zip": zipped({"甲.xlsx": workbook, "乙.zip": zipped({"丙.xlsx": workbook})}),
    }


@few_examples
@given(st.sampled_from(SUFFIXES), st.sampled_from(BEGINNINGS), st.binary(max_size=2_000))
def test_no_bytes_under_any_name_raise(suffix, beginning, rest):
    assert "our_fault" not in kinds(understood(f"表{suffix}", beginning + rest))


@few_examples
@given(st.data())
def test_no_change_to_the_bytes_of_a_real_file_raises(data):
    suffix = data.draw(st.sampled_from(sorted(whole_files())))
    damaged = bytearray(whole_files()[suffix])
    for _ in range(data.draw(st.integers(1, 6))):
        place = data.draw(st.integers(0, len(damaged) - 1))
        length = data.draw(st.integers(0, 8))
        damaged[place : place + length] = data.draw(st.binary(max_size=8))
    assert "our_fault" not in kinds(understood(f"表{suffix}", bytes(damaged)))


@few_examples
@given(st.data())
def test_no_change_inside_the_parts_of_a_package_raises(data):
    suffix = data.draw(st.sampled_from([".xlsx", ".ods"]))
    with zipfile.ZipFile(io.BytesIO(whole_files()[suffix])) as package:
        parts = {name: package.read(name) for name in package.namelist()}
    part = data.draw(st.sampled_from(sorted(parts)))
    content = parts[part]
    place = data.draw(st.integers(0, len(content)))
    token = data.draw(
        st.sampled_from(
            [b"", b"<", b">", b'"', b"</c>", b'<c r="A9">', b'r="XFD1048576"', b"<f>", b"&", b"\x00", b"-1"]
        )
        | st.binary(max_size=6)
    )
    parts[part] = content[:place] + token + content[place + data.draw(st.integers(0, 40)) :]
    assert "our_fault" not in kinds(understood(f"表{suffix}", zipped(parts)))


# ---- cells ----

numbers = (
    st.floats()
    | st.integers()
    | st.sampled_from([10**400, -(10**400), 1e308, 5e-324, -0.0, 2**53 + 1, float("nan"), float("inf"), float("-inf")])
)
texts = st.text(max_size=40) | st.sampled_from(
    [
        "#REF!",
        "=1/0",
        "\x00",
        "１e9999万吨",
        "9" * 5_000 + "吨",
        "亿" * 50,
        "0" * 40,
        "²吨",
        "½万吨",
        "٣吨",
        "²#、³#水泥磨",
        "1e5",
        "９９９９９年１３月",
        "=" * 50,
    ]
)
pieces = st.lists(
    st.sampled_from(
        [
            *"0123456789.,，、；（）()×ΦφMm³#一二十百千万亿〇台套座条万吨/年日约余-—~～至",
            "万吨",
            "水泥磨",
            "吨/年",
            "合计",
            "小计",
            "注：",
            "2024年",
            "能耗",
        ]
    ),
    max_size=14,
).map("".join)
cells = (
    st.none() | st.booleans() | numbers | st.dates() | st.datetimes() | st.times() | st.timedeltas() | texts | pieces
)


@few_examples
@given(st.data())
def test_no_content_of_the_cells_raises(data):
    rows = [list(line) for line in [*PREAMBLE, HEADINGS, ROW, ROW]]
    for line in rows:
        line.extend([""] * (len(HEADINGS) - len(line)))
    for _ in range(data.draw(st.integers(1, 12))):
        # seldom in the heading rows: then nothing else is read
        place = data.draw(st.sampled_from([4, 5, 4, 5, 4, 5, 0, 1, 2, 3]))
        value = data.draw(cells)
        rows[place][data.draw(st.integers(0, len(HEADINGS) - 1))] = "" if value is None else value
    sheet = Sheet("Sheet1", 1, True, rows, (((4, 1), (5, 2)),))
    reading = ingestion.Reading("表.xlsx", "0" * 64, (sheet,))
    assignment = ingestion.Assignment("000001", regime="ankang-2024", round="annual", folder="610924")
    assert "our_fault" not in kinds(ingestion.understand([reading], the_rulebook(), [assignment]))


@pytest.mark.parametrize("suffix", sorted(whole_files()))
def test_the_files_that_are_changed_are_read_when_whole(suffix):
    assert len(understood(f"表{suffix}", whole_files()[suffix]).rows) >= 2


def test_what_is_read_of_any_cell_can_be_judged():
    odd = [float("nan"), float("inf"), 10**400, "9" * 5_000, "\x00", "=1/0", True, -0.0, ""]
    rows = table(*[[value] * len(HEADINGS) for value in odd])
    grid = [[*line, *[""] * (len(HEADINGS) - len(line))] for line in rows]
    reading = ingestion.Reading("表.xlsx", "0" * 64, (Sheet("Sheet1", 1, True, grid),))
    assignment = ingestion.Assignment("000001", regime="ankang-2024", round="annual", folder="610924")
    findings = expectations.judge(ingestion.understand([reading], the_rulebook(), [assignment]), the_rulebook())
    assert "S00" not in set(findings.rule) and len(findings)
