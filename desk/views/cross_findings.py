"""What the build found across submissions (跨表核对, rules X01–X09): of a whole cycle, for whoever has to settle it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from desk.views.warehouse import Warehouse
    from rulebook import Rulebook

_FOUND = """
select
    finding.rule, finding.severity, finding.resolution, finding.resolved_by, finding.reporter_code, reporter.reporter,
    finding.submission_id, submission.file, finding.sheet, finding.cell, finding.value, finding.finding_id, finding.row_id,
    finding.message, finding.message_en, finding.evidence, finding.evidence_en, finding.remedy, finding.remedy_en
from marts.fct_finding as finding
inner join marts.fct_submission as submission on finding.submission_id = submission.submission_id
left join marts.dim_reporter as reporter
    on finding.regime = reporter.regime and finding.reporter_code = reporter.reporter_code
where
    finding.regime = $regime and finding.round = $round and finding.rule in (select unnest($rules))
    and (cast($reporter as text) is null or finding.reporter_code = $reporter)
order by finding.rule, finding.reporter_code, finding.submission_id, finding.row_id, finding.finding_id
"""


def rules_across_submissions(rulebook: Rulebook) -> list[str]:
    """The codes of the rules that hold submissions against one another."""
    return [rule.code for rule in rulebook.rules.values() if rule.scope == "cross"]


def read_cross_findings(
    warehouse: Warehouse, regime: str, round_key: str, rules: list[str], reporter_code: str | None = None
) -> list[dict[str, Any]]:
    """The findings of these rules in a cycle as the last build has them, of one reporter or all: settled ones too.

    ``resolution`` is ``open explained waived``; a note asks for nothing. Ordered by rule, reporter and place.
    """
    asked = {"regime": regime, "round": round_key, "rules": rules, "reporter": reporter_code}
    return warehouse.query(_FOUND, asked) if warehouse.exists else []
