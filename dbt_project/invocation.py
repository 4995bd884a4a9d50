"""dbt, run in this process and without a word on the console."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, nullcontext
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dbt.cli.main import dbtRunnerResult
    from dbt.contracts.graph.manifest import Manifest

PROJECT = Path(__file__).parent

# The events that end a node, and what each calls the number of nodes in all.
NODES_IN_ALL = {"LogModelResult": "total", "LogTestResult": "num_models"}

Progress = Callable[[str], None]


def defer_serialisers() -> None:
    """dbt's classes write their serialisers when one is first used, not all when they are imported: few are used."""
    from mashumaro.config import BaseConfig

    BaseConfig.lazy_compilation = True


@contextmanager
def replaced(owner: type, name: str, stand_in: object) -> Iterator[None]:
    """``owner`` has ``stand_in`` under ``name`` for the length of the block."""
    own = vars(owner)[name]
    setattr(owner, name, stand_in)
    try:
        yield
    finally:
        setattr(owner, name, own)


@contextmanager
def settings_known_valid() -> Iterator[None]:
    """dbt does not hold the project's settings against the schemas of its own classes, which it would first have to make.

    It did when it made the kept parse, and that is sealed with the settings.
    """
    from dbt_common.dataclass_schema import dbtClassMixin

    with replaced(dbtClassMixin, "validate", classmethod(lambda of_class, settings: None)):
        yield


@contextmanager
def taken_as_compiled() -> Iterator[None]:
    """dbt takes the SQL of the kept parse: nothing in a model depends on the store, so none is rendered anew."""
    from dbt.task.compile import CompileRunner

    compile_anew = CompileRunner.compile

    def compile_once(runner: CompileRunner, manifest: Manifest):
        return runner.node if getattr(runner.node, "compiled", False) else compile_anew(runner, manifest)

    with replaced(CompileRunner, "compile", compile_once):
        yield


@contextmanager
def nothing_for_diagnosis() -> Iterator[None]:
    """dbt leaves out what is read by nobody but those who look for its own faults.

    The summary of its graph, for which it writes out every node twice; the name of the module that asks for a new
    behaviour of dbt, for which it looks through all that are loaded; the events below a warning for a log there is not,
    the end of a node apart.
    """
    from dbt.compilation import Linker
    from dbt_common.behavior_flags import BehaviorFlagRendered
    from dbt_common.events.base_types import EventLevel
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager

    class Unlogged(EventManager):
        """Puts into words what is told to somebody, and nothing else."""

        def fire_event(self, e, level=None, node=None, force_warn_or_error_handling=False) -> None:
            if force_warn_or_error_handling or (level or e.level_tag()) != EventLevel.DEBUG:
                super().fire_event(e, level, node, force_warn_or_error_handling)

    logged = get_event_manager()
    ctx_set_event_manager(Unlogged())
    try:
        with (
            replaced(Linker, "get_graph_summary", lambda linker, manifest: {}),
            replaced(BehaviorFlagRendered, "_default_source", staticmethod(lambda: "dbt")),
        ):
            yield
    finally:
        ctx_set_event_manager(logged)


def run_dbt(
    command: Sequence[str], database: Path, announce: Progress, manifest: Manifest | None = None
) -> dbtRunnerResult:
    """Run a dbt command on ``database``; what dbt writes goes beside the database.

    Without a ``manifest`` the project is parsed first; that parse is kept beside the database too, and the next is
    quicker. ``announce`` is told each node that is done.
    """
    defer_serialisers()
    from dbt.cli.main import dbtRunner

    os.environ["HUIZONG_WAREHOUSE_BUILD_PATH"] = str(database)

    one_at_a_time = Lock()

    def announce_node(event) -> None:
        if total_field := NODES_IN_ALL.get(event.info.name):
            node = event.data
            with one_at_a_time:
                announce(f"{node.index}/{getattr(node, total_field)} {node.node_info.node_name}")

    with nothing_for_diagnosis(), settings_known_valid() if manifest else nullcontext():
        return dbtRunner(manifest=manifest, callbacks=[announce_node]).invoke(
            [
                *("--quiet", "--log-level", "none", "--log-level-file", "none", "--no-version-check"),
                "--no-write-json",
                "--no-populate-cache",  # what is in a database that begins empty need not be looked up
                *command,
                *("--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)),
                *("--target-path", str(database.parent / "target"), "--log-path", str(database.parent / "logs")),
            ]
        )


def describe_failure(outcome: dbtRunnerResult) -> list[str]:
    """Each model or test that failed, and the database's own words; last what stopped dbt itself."""
    failed = [
        f"{result.node.name}：{' '.join((result.message or '').split())}"
        for result in getattr(outcome.result, "results", None) or []
        if result.status in {"error", "fail", "runtime error"}
    ]
    if outcome.exception is not None:
        failed.append(str(outcome.exception))
    return failed
