"""A changed rulebook is tried on a collected cycle: whose verdict would change is told, and nothing changes."""

import json
import shutil
from pathlib import Path

import pyarrow.parquet as pq
import pytest
import yaml
from typer.testing import CliRunner

import demo
import rulebook
from desk.cli import app
from tests.rules.exit_table import ZIYANG, fill_in

CYCLE = ["--regime", demo.REGIME, "--round", demo.ROUND]


def run(*arguments):
    return CliRunner().invoke(app, [str(argument) for argument in arguments])


def contents(folder: Path) -> dict[Path, tuple[bytes, int]]:
    """Bytes and time of change of every file below ``folder``; the folders themselves count too."""
    return {
        path: (path.read_bytes() if path.is_file() else b"", path.stat().st_mtime_ns)
        for path in sorted(folder.rglob("*"))
    }


@pytest.fixture(scope="module")
def store(tmp_path_factory) -> Path:
    """The demo's cycle, then a county's table that is sent three times: whole, the same again, and with a row left out."""
    folder = tmp_path_factory.mktemp("rejudge")
    inbox = folder / "inbox"
    shutil.copytree(Path(demo.__file__).parent / "inbox", inbox)
    collect = ["collect", "--inbox", inbox, "--store", folder / "store", *CYCLE]
    assert run(*collect).exit_code == 0
    office = inbox / ZIYANG.reporter
    workbook = fill_in(rulebook.load(), ZIYANG)
    workbook.save(office / "再报.xlsx")
    shutil.copy(office / "再报.xlsx", office / "同一份.xlsx")
    assert run(*collect).exit_code == 0
    workbook.active.delete_rows(7)
    workbook.save(office / "少一行.xlsx")
    assert run(*collect).exit_code == 0
    return folder / "store"


@pytest.fixture
def changed_rulebook(tmp_path) -> Path:
    """A rulebook in which an industry beyond the plan rejects, a wrong category does not, and a count is asked for."""
    folder = tmp_path / "rulebook"
    shutil.copytree(Path(rulebook.__file__).parent, folder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    rules = yaml.safe_load((folder / "rules.yml").read_text(encoding="utf-8"))
    severities = {"F07": "reject", "F06": "note", "F12": "explain"}
    for rule in rules["rules"]:
        rule["severity"] = severities.get(rule["code"], rule["severity"])
    (folder / "rules.yml").write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    return folder


def test_under_an_unchanged_rulebook_nothing_would_change(store):
    answer = run("rejudge", "--store", store, *CYCLE, "--dry-run", "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    assert told["submissions"] >= 20, "the later collections are among them"
    assert (told["changed_verdicts"], told["other_findings"]) == ([], 0)


def test_the_store_holds_findings_that_only_its_other_files_explain(store):
    """The same bytes twice and a row left out: judged alone, a file would not be told so."""
    findings = pq.read_table(store / "findings", columns=["rule"])["rule"].to_pylist()
    assert {"S15", "S18"} <= set(findings)


def test_a_changed_rulebook_names_whose_verdict_changes_and_by_which_rules(store, changed_rulebook):
    answer = run("rejudge", "--store", store, *CYCLE, "--dry-run", "--rulebook", changed_rulebook, "--json")
    assert answer.exit_code == 0, answer.output
    told = json.loads(answer.stdout)
    changed = {(line["from"], line["to"]) for line in told["changed_verdicts"]}
    assert changed == {("accepted", "rejected"), ("rejected", "accepted")}
    for line in told["changed_verdicts"]:
        assert line["submission_id"] and line["file"]
        if line["to"] == "rejected":
            assert {"rule": "F07", "severity": "reject"} in line["newly_firing"]
            assert {"rule": "F07", "severity": "note"} in line["no_longer_firing"]
    assert told["other_findings"] > 0, "F12 asks to explain where the verdict stays"


@pytest.fixture
def waived(store, tmp_path) -> tuple[Path, str]:
    """The cycle, in which a county's table was rejected for a row sent twice, let pass, and sent with a row less.

    Its store, and the submission whose reject was waived.
    """
    folder = tmp_path / "store"
    shutil.copytree(store, folder)
    office = tmp_path / "inbox" / ZIYANG.reporter
    office.mkdir(parents=True)
    collect = ["collect", "--inbox", office.parent, "--store", folder, *CYCLE]
    workbook = fill_in(rulebook.load(), ZIYANG)
    sheet = workbook.active
    sheet.append([4, *[cell.value for cell in sheet[7]][1:]])
    workbook.save(office / "重复一行.xlsx")
    assert run(*collect).exit_code == 0
    last_batch = max((folder / "findings").iterdir())
    [reject] = [finding for finding in pq.read_table(last_batch).to_pylist() if finding["severity"] == "reject"]
    waiver = ["--submission", reject["submission_id"], "--finding", reject["finding_id"], "--expires-on", "2100-01-01"]
    assert (
        run("decide", "waive", "--store", folder, "--actor", "王芳", "--reason", "两条生产线", *waiver).exit_code == 0
    )
    sheet.delete_rows(8)
    sheet.delete_rows(7)
    workbook.save(office / "少一行.xlsx")
    assert run(*collect).exit_code == 0
    return folder, reject["submission_id"]


def test_a_waived_finding_changes_no_verdict(waived, tmp_path):
    """Neither where nothing changed nor under a rulebook in which the rule that was waived rejects nothing."""
    store, submission_id = waived
    unchanged = json.loads(run("rejudge", "--store", store, *CYCLE, "--dry-run", "--json").stdout)
    assert (unchanged["changed_verdicts"], unchanged["other_findings"]) == ([], 0)
    milder = tmp_path / "rulebook"
    shutil.copytree(Path(rulebook.__file__).parent, milder, ignore=shutil.ignore_patterns("*.py", "__pycache__"))
    rules = yaml.safe_load((milder / "rules.yml").read_text(encoding="utf-8"))
    for rule in rules["rules"]:
        rule["severity"] = "note" if rule["code"] == "R01" else rule["severity"]
    (milder / "rules.yml").write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    asked = run("rejudge", "--store", store, *CYCLE, "--dry-run", "--rulebook", milder, "--json")
    assert submission_id not in {line["submission_id"] for line in json.loads(asked.stdout)["changed_verdicts"]}


def test_people_read_a_table_in_chinese_first(store, changed_rulebook):
    answer = run("rejudge", "--store", store, *CYCLE, "--dry-run", "--rulebook", changed_rulebook)
    assert answer.exit_code == 0, answer.output
    assert answer.stdout.startswith("结论会变的文件") and "什么都没有改" in answer.stdout.replace("\n", "")


def test_nothing_in_the_store_is_touched(store, changed_rulebook):
    before = contents(store)
    assert run("rejudge", "--store", store, *CYCLE, "--dry-run", "--rulebook", changed_rulebook).exit_code == 0
    assert contents(store) == before


def test_for_real_it_is_refused(store):
    before = contents(store)
    answer = run("rejudge", "--store", store, *CYCLE)
    assert (answer.exit_code, contents(store)) == (2, before)
    assert "--dry-run" in answer.output and "决定" in answer.output


@pytest.mark.parametrize(
    "arguments",
    [
        ["--store", "{nowhere}", *CYCLE],
        ["--store", "{store}", *CYCLE, "--rulebook", "{nowhere}"],
        ["--store", "{store}", *CYCLE, "--rulebook", "{empty}"],
        ["--store", "{store}", "--regime", "atlantis-2024", "--round", "annual"],
        ["--store", "{store}", "--regime", demo.REGIME, "--round", "yearly"],
    ],
)
def test_wrong_usage_ends_with_exit_code_2(store, tmp_path, arguments):
    (tmp_path / "empty").mkdir()
    places = {"store": store, "nowhere": tmp_path / "nowhere", "empty": tmp_path / "empty"}
    answer = run("rejudge", "--dry-run", *(argument.format(**places) for argument in arguments))
    assert answer.exit_code == 2, answer.output
    assert "Traceback" not in answer.output


def test_a_cycle_of_which_nothing_was_collected_has_nothing_that_changes(store):
    answer = run("rejudge", "--store", store, "--regime", demo.REGIME, "--round", "plan", "--dry-run", "--json")
    assert json.loads(answer.stdout) == {"submissions": 0, "changed_verdicts": [], "other_findings": 0}
