"""`huizong findings`: what the build found across submissions, with the command that settles it."""

import json
import shlex

import pytest
from typer.testing import CliRunner

from desk.cli import app
from tests.desk.web.conftest import CEMENT, REGIME


@pytest.fixture
def huizong(signed):
    """The command line on a copy of the desk's store, in which X07 asks 紫阳县 for the record of its mill."""
    store = ["--store", str(signed.desk.store.root)]

    def run(*arguments: str):
        return CliRunner().invoke(app, [*arguments, *store])

    return run


CYCLE = ("--regime", REGIME, "--round", "annual")


def test_a_finding_across_submissions_is_listed_with_its_place_and_evidence(huizong):
    found = json.loads(huizong("findings", *CYCLE, "--reporter", "610924", "--json").output)
    (mine,) = [one for one in found if one["rule"] == "X07"]
    assert (mine["reporter"], mine["submission_id"], mine["sheet"]) == ("紫阳县", "000002", "统计表")
    assert (mine["resolution"], CEMENT[3] in mine["message"], mine["evidence"][:2]) == ("open", True, "缺：")
    assert json.loads(huizong("findings", *CYCLE, "--rule", "X01", "--json").output) == []
    assert huizong("findings", *CYCLE, "--rule", "F01").exit_code == 2
    assert huizong("findings", *CYCLE, "--reporter", "110101").exit_code == 2


def test_the_command_that_is_printed_with_a_finding_settles_it(huizong, signed):
    words = huizong("findings", *CYCLE, "--reporter", "610924", "--rule", "X07").output
    assert "共 1 条，未处理 1 条" in words
    (command,) = (line.strip() for line in words.splitlines() if "huizong decide explain" in line)
    # the store is named by the command itself
    answered = CliRunner().invoke(app, shlex.split(command)[1:])
    assert answered.exit_code == 0, answered.output
    assert [one.rule for one in signed.desk.decisions.in_force() if one.kind == "explain"] == ["X07"]
