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
def settings_known_valid() -> Iterator[None]:
    """dbt does not hold the project's settings against the schemas of its own classes, which it would first have to make.

    It did when it made the kept parse, and that is sealed with the settings.
    """
    from dbt_common.dataclass_schema import dbtClassMixin

    validate = vars(dbtClassMixin)["validate"]
    dbtClassMixin.validate = classmethod(lambda of_class, settings: None)
    try:
        yield
    finally:
        dbtClassMixin.validate = validate


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

    with settings_known_valid() if manifest else nullcontext():
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
