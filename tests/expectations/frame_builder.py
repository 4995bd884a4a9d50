"""Frames as reading would give them, built by hand: one correct submission, changed as little as a test needs."""

import json
from datetime import UTC, datetime
from decimal import Decimal

import pandas as pd
import pyarrow as pa

from expectations import Frames, judge
from rulebook import EXIT_TABLE

COLUMN_OF_FIELD = dict(
    zip(["sequence", "county", "industry", "enterprise", "equipment", "capacity", "category"], "ABCDEFG", strict=True)
)
TEXT_OF_FIELD = {
    "sequence": "1",
    "county": "紫阳县",
    "industry": "水泥",
    "equipment": "Φ2.4×10m水泥磨1台",
    "capacity": "30万吨",
    "category": "能耗",
}


class FrameBuilder:
    """Collects submissions, rows and observations, each correct but for what a test changes."""

    def __init__(self, rulebook):
        self.rulebook = rulebook
        self.submissions, self.rows, self.observations = [], [], []

    def submission(self, submission_id="000001", *, regime="ankang-2024", reporter="610924", **changes):
        self.submissions.append(
            {
                "submission_id": submission_id,
                "receipt_no": submission_id,
                "batch": "000001",
                "regime": regime,
                "round": "annual" if regime else None,
                "form": EXIT_TABLE,
                "sha256": submission_id.ljust(64, "0"),
                "file": "统计表.xlsx",
                "folder": reporter,
                "channel": "folder",
                "received_at": datetime(2024, 12, 29, 2, 30, tzinfo=UTC),
                "reporter_code": reporter,
                "told_by": "heading",
                "declared_reporter": "紫阳县人民政府",
                "declared_cell": "A2",
                "declared_date": None,
                "sheet": "统计表",
                "header_row": 4,
                "title": "落后产能退出情况统计表",
                "is_nil": False,
                "row_count": 1,
                "rulebook_digest": self.rulebook.digest,
            }
            | changes
        )
        return self

    def row(self, number=5, submission_id="000001", **changes):
        """A correct row; ``changes`` are columns of the rows frame."""
        submission = next(line for line in self.submissions if line["submission_id"] == submission_id)
        row = {
            "row_id": f"{submission_id}:1:{number}",
            "submission_id": submission_id,
            "regime": submission["regime"],
            "round": submission["round"],
            "reporter_code": submission["reporter_code"],
            "sheet": "统计表",
            "row": number,
            "county_code": "610924",
            "county": "紫阳县",
            "city_code": "610900",
            "industry": "水泥",
            "industry_code": "C3011",
            "enterprise": f"紫阳县第{number}水泥厂",
            "enterprise_key": f"紫阳第{number}水泥",
            "equipment": [],
            "equipment_count": 1,
            "capacity": Decimal("30"),
            "capacity_unit": "万吨",
            "capacity_factor": Decimal("1"),
            "credit_code": None,
            "categories": ["能耗"],
            "method": None,
            "shut_on": None,
            "shut_on_from": None,
            "dismantled_on": None,
            "accepted_on": None,
            "duplicate_of": None,
        }
        for field in self.rulebook.forms[EXIT_TABLE].fields:
            column = COLUMN_OF_FIELD.get(field)
            row[f"{field}_text"] = TEXT_OF_FIELD.get(field)
            row[f"{field}_cell"] = f"{column}{number}" if column else None
            row[f"{field}_problem"] = None
        self.rows.append(row | {"enterprise_text": row["enterprise"]} | changes)
        return self

    def observation(self, kind, submission_id="000001", *, sheet=None, cell=None, value=None, **params):
        self.observations.append(
            {
                "submission_id": submission_id,
                "observation": kind,
                "sheet": sheet,
                "cell": cell,
                "value": value,
                "params": json.dumps(params, ensure_ascii=False),
            }
        )
        return self

    def frames(self):
        if not self.rows:
            self.row()
            columns = list(self.rows.pop())
        else:
            columns = list(self.rows[0])
        return Frames(
            pd.DataFrame(self.submissions),
            pd.DataFrame(self.rows, columns=columns),
            pd.DataFrame(
                self.observations, columns=["submission_id", "observation", "sheet", "cell", "value", "params"]
            ),
        )

    def findings(self):
        return judge(self.frames(), self.rulebook)


def write_frames(store, batch, frames):
    """Put frames into a store as reading would."""
    for name in ("submissions", "rows", "observations"):
        store.write_table(f"{name}/{batch}.parquet", pa.Table.from_pandas(getattr(frames, name), preserve_index=False))
