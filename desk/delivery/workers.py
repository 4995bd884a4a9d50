"""Processes that read, annotate and write a pack beside this one."""

from __future__ import annotations

import multiprocessing
import os
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager
from multiprocessing import forkserver
from threading import Thread

WORKERS = 2


@contextmanager
def offer_workers() -> Iterator[Executor]:
    """Workers for the length of the block; they are started with the first task, so that a small job does without.

    The process they are forked from starts at once: it imports what they need while this one does other things.
    """
    # This process may hold threads and locks of Arrow or Great Expectations: workers are forked from a clean one.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "desk.delivery.worker_preload"])
    forkserver.ensure_running()
    with ProcessPoolExecutor(WORKERS, context) as workers:
        yield workers


@contextmanager
def offer_writer() -> Iterator[Executor]:
    """One process for the length of the block that writes a part of a pack; it gets ready at once.

    It is forked from this one as it is, with the rulebook it has loaded: to be asked for before DuckDB or Arrow start
    threads.
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


def _load_papers() -> None:
    """What writes the papers of a pack is imported."""
    import exports.pack
    import exports.papers.official_report  # noqa: F401
