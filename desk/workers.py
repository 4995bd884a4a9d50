"""Processes that read and annotate beside this one."""

from __future__ import annotations

import multiprocessing
from collections.abc import Iterator
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import contextmanager

WORKERS = 2


@contextmanager
def offer_workers() -> Iterator[Executor]:
    """Workers for the length of the block; they are started with the first task, so that a small job does without."""
    # This process may hold threads and locks of Arrow or Great Expectations: workers are forked from a clean one.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["__main__", "desk.worker_preload"])
    with ProcessPoolExecutor(WORKERS, context) as workers:
        yield workers
