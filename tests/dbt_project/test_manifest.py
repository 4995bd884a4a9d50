"""The parsed project kept with the installation: taken if it is of just these models, whole and readable."""

from types import SimpleNamespace

import pytest
from dbt.contracts.project import ProfileConfig
from dbt.task.compile import CompileRunner
from dbt_common.dataclass_schema import ValidationError
from dbt_common.events.base_types import EventLevel
from dbt_common.events.event_manager_client import add_callback_to_manager
from dbt_common.events.functions import fire_event
from dbt_common.events.types import Note

from dbt_project import manifest
from dbt_project.invocation import PROJECT, nothing_for_diagnosis, run_dbt, settings_known_valid, taken_as_compiled

MODEL = "model.huizong.fct_exit"


@pytest.fixture(scope="module")
def parsed(tmp_path_factory):
    return run_dbt(["parse"], tmp_path_factory.mktemp("parse") / "warehouse.duckdb", lambda step: None).result


def test_a_kept_parse_is_the_same_project(parsed, tmp_path):
    assert manifest.load_manifest(tmp_path) is None
    manifest.keep_manifest(parsed, tmp_path)

    kept = manifest.load_manifest(tmp_path)
    assert kept.nodes[MODEL] == parsed.nodes[MODEL]
    assert kept.child_map == parsed.child_map


def test_a_parse_of_other_models_or_a_damaged_one_is_not_taken(parsed, tmp_path):
    manifest.keep_manifest(parsed, tmp_path)
    (kept,) = tmp_path.iterdir()
    whole = kept.read_bytes()

    kept.write_bytes(whole[:-1])
    assert manifest.load_manifest(tmp_path) is None

    kept.write_bytes(bytes(32) + whole[32:])
    assert manifest.load_manifest(tmp_path) is None


def test_sql_is_taken_as_compiled_and_compiled_where_it_is_not(parsed):
    node, anew = parsed.nodes[MODEL], object()
    runner = SimpleNamespace(node=node, compiler=SimpleNamespace(compile_node=lambda *given: anew))
    with taken_as_compiled():
        node.compiled = True
        assert CompileRunner.compile(runner, parsed) is node
        node.compiled = False
        assert CompileRunner.compile(runner, parsed) is anew

    node.compiled = True
    assert CompileRunner.compile(runner, parsed) is anew


def test_a_warning_is_heard_and_what_only_a_log_would_hold_is_not():
    heard = []
    with nothing_for_diagnosis():
        add_callback_to_manager(lambda event: heard.append(event.info.msg))
        for level in (EventLevel.DEBUG, EventLevel.WARN):
            fire_event(Note(msg=level.value), level=level)

    assert heard == ["warn"]


def test_where_nothing_may_be_written_nothing_is_kept(parsed, tmp_path):
    no_folder = tmp_path / "file"
    no_folder.write_bytes(b"")

    manifest.keep_manifest(parsed, no_folder / "share")
    assert manifest.load_manifest(no_folder / "share") is None


def test_a_model_that_changes_changes_the_seal(tmp_path):
    for path in (path for pattern in manifest.MADE_OF for path in PROJECT.rglob(pattern)):
        copy = tmp_path / path.relative_to(PROJECT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        copy.write_bytes(path.read_bytes())
    before = manifest.seal(b"", tmp_path)
    with (tmp_path / "models" / "marts" / "fct_exit.sql").open("a") as model:
        model.write("-- changed")

    assert manifest.seal(b"", tmp_path) != before


def test_only_where_the_parse_was_kept_are_settings_taken_as_they_are():
    wrong = {"profile_name": 1}
    with settings_known_valid():
        ProfileConfig.validate(wrong)

    with pytest.raises(ValidationError):
        ProfileConfig.validate(wrong)
