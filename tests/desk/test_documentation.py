"""``huizong docs``: where the pages lie, and what is told when there is nothing to document."""

import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner

from desk.cli import app

CYCLE = ["--regime", "ankang-2024", "--round", "annual"]


@pytest.fixture
def huizong():
    runner = CliRunner()
    return lambda *arguments: runner.invoke(app, [str(argument) for argument in arguments])


def test_docs_names_the_first_page_of_each(huizong, good_workbook, tmp_path):
    inbox, store = tmp_path / "inbox", tmp_path / "store"
    (inbox / "610924").mkdir(parents=True)
    shutil.copy(good_workbook, inbox / "610924")
    huizong("collect", "--inbox", inbox, "--store", store, *CYCLE)
    huizong("build", "--store", store)

    answer = huizong("docs", "--store", store, *CYCLE)
    assert answer.exit_code == 0, answer.output
    pages = [Path(line) for line in answer.stdout.split()]
    assert [page.relative_to(store).parent.as_posix() for page in pages] == [
        "documentation/judging/ankang-2024/annual",
        "documentation/warehouse",
    ]
    assert all(page.stat().st_size for page in pages)


def test_docs_asks_for_a_warehouse_and_for_a_whole_cycle(huizong, tmp_path):
    answer = huizong("docs", "--store", tmp_path)
    assert answer.exit_code == 2 and "huizong build" in answer.output
    answer = huizong("docs", "--store", tmp_path, "--regime", "ankang-2024")
    assert answer.exit_code == 2 and "--round" in answer.output
