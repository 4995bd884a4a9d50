"""An annotated copy adds no formula, whatever a county wrote and however its file is called."""

from __future__ import annotations

import openpyxl
import pytest

from exports import annotate
from tests.exports.annotation_samples import finding

HOSTILE = ('=HYPERLINK("http://x.example")', "+1+1", "-1-1", "@SUM(1)", "\t=1")


@pytest.mark.parametrize("text", HOSTILE)
def test_texts_of_a_csv_stay_texts_in_its_copy(text, tmp_path):
    data = f'序号,企业名称\n1,"{text.replace(chr(34), chr(34) * 2)}"\n'.encode()
    submission = {"submission_id": "000001", "receipt_no": 1, "declared_reporter": text, "reporter_name": None}
    path = annotate(data, f"{text.strip()[:4]}.csv", submission, [finding("B2", value=text)], tmp_path / "copy.xlsx")
    cells = [cell for sheet in openpyxl.load_workbook(path) for row in sheet.iter_rows() for cell in row]
    assert [cell.value for cell in cells if cell.data_type == "f"] == []
    assert sum(text.strip() in str(cell.value) for cell in cells) >= 2
