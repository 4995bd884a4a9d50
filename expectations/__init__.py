"""JUDGE: rows and observations become findings. The only place that knows Great Expectations.

Suites are built in memory from the rulebook (`suites`), root causes are kept and what follows from them is dropped
(`root_causes`), and every finding that is left is put into words (`wording`).
"""

from expectations.data_docs import build_data_docs
from expectations.decided import decided_in
from expectations.findings import FINDINGS_SCHEMA
from expectations.judgement import Frames, judge, judge_batch, prepare
from expectations.suites import skipped_rules

__all__ = [
    "FINDINGS_SCHEMA",
    "Frames",
    "build_data_docs",
    "decided_in",
    "judge",
    "judge_batch",
    "prepare",
    "skipped_rules",
]
