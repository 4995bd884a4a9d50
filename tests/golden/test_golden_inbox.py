"""Files named by their fate: each is told what the tables say, in these words, and is named after it."""

import re

import pytest

from rulebook import EXIT_TABLE, load
from tests.golden.tables import (
    INBOX,
    ExpectedFinding,
    Judged,
    judge_inbox,
    read_expected_fields,
    read_expected_findings,
    read_expected_rows,
)

LARGEST_BYTES = 15_000
VERDICTS = {"accepted": "accepted", "noted": "accepted", "to_explain": "accepted", "rejected": "rejected"}
"""By folder. In sent_again the last version is meant, which the name of its folder speaks of."""

SEVERITIES = {"accepted": set(), "noted": {"note"}, "to_explain": {"explain"}}
RULES = re.compile(r"(?:[SFR]\d\d_)+")


@pytest.fixture(scope="module")
def judged() -> Judged:
    return judge_inbox(load())


def files() -> list[str]:
    return sorted({finding.file for finding in read_expected_findings()})


def findings_on(findings: list[ExpectedFinding], file: str) -> list[ExpectedFinding]:
    return [finding for finding in findings if finding.file == file]


@pytest.mark.parametrize("file", files())
def test_a_file_is_told_what_its_table_says(judged, file):
    assert findings_on(judged.findings, file) == findings_on(read_expected_findings(), file)


@pytest.mark.parametrize("file", sorted({row.file for row in read_expected_rows()}))
def test_an_accepted_file_is_understood_as_its_table_says(judged, file):
    rows = [row for row in read_expected_rows() if row.file == file]
    assert [row for row in judged.rows if row.file == file] == rows


def test_what_is_understood_of_the_other_forms_is_what_their_table_says(judged):
    expected = read_expected_fields()
    assert judged.other_rows == expected
    assert {field.form for field in expected} == set(load().forms) - {EXIT_TABLE}


def test_every_file_is_in_the_table_and_small(judged):
    assert sorted({finding.file for finding in judged.findings}) == files()
    sent = [path for path in INBOX.rglob("*") if path.is_file()]
    assert len(sent) >= 60
    assert [path.name for path in sent if path.stat().st_size > LARGEST_BYTES] == []


@pytest.mark.parametrize("file", [file for file in files() if not file.startswith("sent_again/")])
def test_folder_and_name_tell_the_fate(file):
    folder, name = file.split("/", 1)
    findings = [finding for finding in findings_on(read_expected_findings(), file) if finding.rule]
    assert {finding.verdict for finding in findings_on(read_expected_findings(), file)} == {VERDICTS[folder]}
    assert {finding.severity for finding in findings} <= SEVERITIES.get(folder, {"reject", "explain", "note"})
    if named := RULES.match(name):
        assert {finding.rule for finding in findings} == set(named[0].strip("_").split("_"))
    else:
        assert name.startswith(("accepted_", "several_rules"))


def test_the_same_table_is_understood_alike_in_every_format():
    """One table with many habits at once: what comes out does not depend on who saved it."""
    together = {}
    for row in read_expected_rows():
        if row.file.startswith("accepted/accepted_together"):
            together.setdefault(row.file, []).append(
                (row.county, row.industry, row.enterprise, row.equipment, row.capacity, row.unit)
            )
    assert len(together) == 6
    assert len({tuple(rows) for rows in together.values()}) == 1
