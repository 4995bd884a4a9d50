"""Processes that read, annotate and write a pack beside this one.

They are forked from it as it is, with the rulebook and the modules it has loaded: a new process would load them again.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
import sys
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from threading import Thread

WORKERS = 2
_OBJECTS_OF_SEVERAL_WORKBOOKS = 200_000


@contextmanager
def offer_workers() -> Iterator[Executor]:
    """Workers for the length of the block, started at once.

    To be asked for before this process works in several threads, whose locks would be forked with it. Those that the
    import of Arrow and NumPy leaves idle hold none: their libraries see to it.
    """
    # imported here: once for this process, which needs it next, and for all workers
    import exports.answers.answer  # noqa: F401
    import ingestion.reading  # noqa: F401

    with ProcessPoolExecutor(WORKERS, multiprocessing.get_context("fork"), initializer=_get_ready_to_read) as workers:
        # the first task starts all of them
        workers.submit(os.getpid)
        yield workers


@contextmanager
def offer_writer() -> Iterator[Executor]:
    """One process for the length of the block that writes a part of a pack; it gets ready at once.

    To be asked for before DuckDB or Arrow start threads.
    """
    with ProcessPoolExecutor(1, multiprocessing.get_context("fork"), initializer=end_with_parent) as writer:
        writer.submit(_load_papers)
        yield writer


def end_with_parent() -> None:
    """This process, a worker, ends with the one that started it: left alone it would wait for work for ever."""
    Thread(target=_wait_for_parent, daemon=True).start()


def _wait_for_parent() -> None:
    multiprocessing.parent_process().join()
    os._exit(0)


class _NoPandas:
    """Arrow loads pandas as soon as it is handed Python's values, unless there is none: no worker has any use for it."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("no worker needs pandas", name=name)


def _get_ready_to_read() -> None:
    """What reading makes of the rulebook and of its patterns is made, while there is no file to read yet."""
    end_with_parent()
    # all this stays to the end: to look through it for garbage would only copy the pages it shares
    gc.freeze()
    # nor are the cells of a workbook garbage while it is read
    gc.set_threshold(_OBJECTS_OF_SEVERAL_WORKBOOKS)
    sys.meta_path.insert(0, _NoPandas)
    from ingestion.reading import get_ready

    get_ready()


def _load_papers() -> None:
    """What writes the papers of a pack is imported."""
    import exports.pack
    import exports.papers.official_report  # noqa: F401
