"""``python -m bench.extremes``: files that would exhaust a reader, each answered by ``huizong check --annotate``.

What the project promises: any of them within 10 seconds and 600 MiB.
"""

from __future__ import annotations

import io
import shutil
import sys
import zipfile
from collections.abc import Callable, Iterable, Iterator
from itertools import repeat
from pathlib import Path

import xlsxwriter

from bench.measurement import measure

PLACE = Path(__file__).resolve().parents[1] / "var" / "bench" / "extremes"
CYCLE = ("--regime", "shandong-2017", "--round", "annual")
ANSWERED = frozenset({0, 1})
"""Exit codes of ``huizong check``: accepted, rejected."""

PREAMBLE = ("2017年落后产能退出情况统计表", "填报单位（盖章）：历下区人民政府", "填报时间：2017年12月20日")
HEADINGS = ("序号", "县（市、区）", "行业", "企业名称", "设备型号及数量", "涉及产能", "淘汰类别")
GOOD_ROW = (1, "历下区", "水泥", "济南华安水泥有限公司", "Φ2.4×10m水泥磨1台", "30万吨", "能耗")
WRONG_ROW = (1, "某某区", "某业", None, "水泥磨一台", "三十", "其他")
"""Five of its cells are wrong."""

LAST_ROW = 1_048_576
FIRST_FREE_ROW = len(PREAMBLE) + 4
ROWS_ALLOWED = 20_000
COLUMNS_ALLOWED = 100
UNPACKED_BYTES = 1_500_000_000
SHEET = "xl/worksheets/sheet1.xml"
ROWS_ALIKE = 50
"""So near to one another that packing finds them again."""
PIECE_ROWS = 10_000


def main() -> None:
    """Make each file once, have it answered, and print what that took and the size of the file."""
    PLACE.mkdir(parents=True, exist_ok=True)
    huizong = str(Path(sys.executable).with_name("huizong"))
    for name, write in EXTREMES.items():
        path, answers = PLACE / name, PLACE / "answers"
        if not path.exists():
            print(f"\r\033[K生成 making {name} …", end="", flush=True)
            write(path)
        print(f"\r\033[K{name} …", end="", flush=True)
        shutil.rmtree(answers, ignore_errors=True)
        command = [huizong, "check", str(path), *CYCLE, "--annotate", str(answers)]
        taken = measure(command, PLACE / f"{name}.log", ANSWERED)
        size = path.stat().st_size / 1024**2
        print(f"\r\033[K{name:24} {size:6.1f} MiB {taken.seconds:6.1f} s {taken.process_mib:6.0f} MiB", flush=True)


def write_many_findings(path: Path) -> None:
    """Five wrong cells in each of as many rows as a sheet may have: 100,000 findings."""
    path.write_bytes(_workbook(repeat(WRONG_ROW, ROWS_ALLOWED - len(PREAMBLE) - 2)))


def write_formatted_sheet(path: Path) -> None:
    """Two rows of data, one of them wrong, and formatted blank cells down to the last row there can be."""
    row = '<row r="{0}" s="1" customFormat="1">' + _cells_of('<c r="{1}{0}" s="1"/>') + "</row>"
    _append_rows(path, (row.format(number) for number in range(FIRST_FREE_ROW, LAST_ROW + 1)))


def write_huge_sheet(path: Path) -> None:
    """1.5 GB of rows as Excel writes them, packed into a few MiB."""
    row = '<row r="{0}" spans="1:7">' + _cells_of('<c r="{1}{0}" s="1" t="s"><v>{2}</v></c>') + "</row>"
    count = UNPACKED_BYTES // len(row.format(LAST_ROW))
    _append_rows(path, (row.format(LAST_ROW - number % ROWS_ALIKE) for number in range(count)))


def write_rows_without_end(path: Path) -> None:
    """Values in every row there can be, within the limit of bytes."""
    row = '<row r="{0}">' + _cells_of('<c r="{1}{0}"><v>1</v></c>') + "</row>"
    _append_rows(path, (row.format(number) for number in range(FIRST_FREE_ROW, LAST_ROW + 1)))


def write_widest_sheet(path: Path) -> None:
    """As many cells with values as a sheet may have."""
    path.write_bytes(_workbook(repeat(tuple(range(COLUMNS_ALLOWED)), ROWS_ALLOWED - len(PREAMBLE) - 2)))


def write_stray_value(path: Path) -> None:
    """Two rows of data, and one value in the last cell there can be."""
    _append_rows(path, [f'<row r="{LAST_ROW}"><c r="XFD{LAST_ROW}"><v>1</v></c></row>'])


def write_blank_in_formats(path: Path) -> None:
    """Two rows of data, and a space in every hundredth of the formatted rows down to the last there can be."""
    cells = _cells_of('<c r="{1}{0}" s="1"/>')
    row = '<row r="{0}" s="1" customFormat="1">' + cells + "</row>"
    spaced = '<row r="{0}"><c r="A{0}" t="inlineStr"><is><t xml:space="preserve"> </t></is></c></row>'
    _append_rows(
        path,
        ((row if number % 100 else spaced).format(number) for number in range(FIRST_FREE_ROW, LAST_ROW + 1)),
    )


def write_repeated_cells(path: Path) -> None:
    """An .ods that says in one word that every cell there can be holds the same value."""
    content = (
        '<?xml version="1.0" encoding="UTF-8"?><office:document-content'
        ' xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
        ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><office:body><office:spreadsheet>'
        f'<table:table table:name="Sheet1"><table:table-row table:number-rows-repeated="{LAST_ROW}">'
        '<table:table-cell table:number-columns-repeated="16384" office:value-type="float" office:value="1">'
        "<text:p>1</text:p></table:table-cell></table:table-row></table:table>"
        "</office:spreadsheet></office:body></office:document-content>"
    )
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
        package.writestr("content.xml", content)


def write_blank_lines(path: Path) -> None:
    """A heading and nothing but line ends and separators under it."""
    path.write_bytes(
        b",".join(name.encode() for name in HEADINGS) + b"\n" + b",,,,,,\n" * 2_000_000 + b"\n" * 15_000_000
    )


EXTREMES: dict[str, Callable[[Path], None]] = {
    "many_findings.xlsx": write_many_findings,
    "formatted_sheet.xlsx": write_formatted_sheet,
    "huge_sheet.xlsx": write_huge_sheet,
    "rows_without_end.xlsx": write_rows_without_end,
    "widest_sheet.xlsx": write_widest_sheet,
    "stray_value.xlsx": write_stray_value,
    "blank_in_formats.xlsx": write_blank_in_formats,
    "repeated_cells.ods": write_repeated_cells,
    "blank_lines.csv": write_blank_lines,
}


def _workbook(rows: Iterable[tuple]) -> bytes:
    """An .xlsx with the exit table: what stands above, the headings, one good row, and ``rows``."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as workbook:
        sheet = workbook.add_worksheet()
        lines = (*((line,) for line in PREAMBLE), HEADINGS, GOOD_ROW)
        for number, line in enumerate((*lines, *rows)):
            sheet.write_row(number, 0, line)
    return target.getvalue()


def _cells_of(cell: str) -> str:
    """One ``cell`` for each column: {1} becomes its letter, {2} its place; {0} stays for the number of the row."""
    return "".join(cell.replace("{1}", chr(65 + place)).replace("{2}", str(place)) for place in range(len(HEADINGS)))


def _append_rows(path: Path, rows: Iterable[str]) -> None:
    """An .xlsx with the exit table, a good and a wrong row, and the XML of ``rows`` under them."""
    with (
        zipfile.ZipFile(io.BytesIO(_workbook([WRONG_ROW]))) as source,
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for part in source.namelist():
            if part != SHEET:
                target.writestr(part, source.read(part))
        head, _, tail = source.read(SHEET).partition(b"</sheetData>")
        with target.open(SHEET, "w", force_zip64=True) as sheet:
            sheet.write(head)
            for piece in _joined(rows):
                sheet.write(piece)
            sheet.write(b"</sheetData>" + tail)


def _joined(rows: Iterable[str]) -> Iterator[bytes]:
    """The rows in pieces, so that a gigabyte need not lie in memory."""
    piece: list[str] = []
    for row in rows:
        piece.append(row)
        if len(piece) == PIECE_ROWS:
            yield "".join(piece).encode()
            piece.clear()
    yield "".join(piece).encode()


if __name__ == "__main__":
    main()
