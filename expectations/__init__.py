"""JUDGE: rows and observations become findings. The only place that knows Great Expectations.

Suites are built in memory from the rulebook (`suites`), root causes are kept and what follows from them is dropped
(`root_causes`), and every finding that is left is put into words (`wording`).
"""

from expectations.findings import FINDINGS_SCHEMA
from expectations.judgement import Frames, judge, judge_batch, prepare
from expectations.suites import skipped_rules

__all__ = ["FINDINGS_SCHEMA", "Frames", "judge", "judge_batch", "prepare", "skipped_rules"]
