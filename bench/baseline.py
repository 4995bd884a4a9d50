"""What we are measured against: read every workbook with pandas, put them together, group them. No judging at all."""

from __future__ import annotations

import sys
from pathlib import Path

import pandas as pd

INDUSTRY_HEADING = "行业"


def main(inbox: Path, header_row: int, amount_heading: str) -> None:
    """Print the amount of each industry in all workbooks below ``inbox``, whose headings stand in ``header_row``."""
    frames = [pd.read_excel(path, engine="openpyxl", header=header_row) for path in sorted(inbox.rglob("*.xlsx"))]
    everything = pd.concat(frames, ignore_index=True)
    print(everything.groupby(INDUSTRY_HEADING)[amount_heading].sum())


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
