"""``python -m bench.judging``: judging a thousand workbooks, in times of what python-calamine alone takes to read them.

Judging is all that follows the receipts: reading, understanding, the rules, and writing what was found into the store, by
two processes that read and one that judges. Start-up, of libraries and of processes, is shown apart. Each run is a process
of its own that has seen none of the workbooks, and calamine reads them before and after.
"""

from __future__ import annotations

import argparse
import io
import time
from collections.abc import Iterable, Sequence
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import mean
from tempfile import TemporaryDirectory

from bench.__main__ import COMPARED_SIZE, PLACE, REGIME, ROUND
from bench.workload import LAYOUTS, ROWS, make_inbox
from rulebook import load

MOST_TIMES_CALAMINE = 3


@dataclass(frozen=True)
class Judging:
    """Seconds of one run."""

    startup: float
    calamine: float
    judging: float

    @property
    def times_calamine(self) -> float:
        """How many times calamine's time judging takes."""
        return self.judging / self.calamine


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print every run."""
    parser = argparse.ArgumentParser(prog="python -m bench.judging", description="审核基准。What judging takes.")
    parser.add_argument("--workbooks", type=int, default=COMPARED_SIZE, help="工作簿个数 number of workbooks")
    parser.add_argument("--layouts", choices=LAYOUTS, nargs="+", default=list(LAYOUTS), help="表样 columns")
    parser.add_argument("--repeats", type=int, default=3, help="跑几遍 runs")
    options = parser.parse_args(arguments)
    print(f"{options.workbooks} × {ROWS}，限 limit {MOST_TIMES_CALAMINE} × calamine")
    for layout in options.layouts:
        inbox = make_inbox(PLACE, options.workbooks, layout, load().regimes[REGIME])
        with ProcessPoolExecutor(1, get_context("spawn"), max_tasks_per_child=1) as runner:
            for run in runner.map(measure_judging, [inbox] * options.repeats):
                print(
                    f"{layout:12} calamine {run.calamine:5.2f} s · 审核 judging {run.judging:5.2f} s ="
                    f" {run.times_calamine:4.2f} × · 启动 start-up {run.startup:4.2f} s",
                    flush=True,
                )


def measure_judging(inbox: Path) -> Judging:
    """What one run takes on the workbooks of ``inbox``, in a store of its own."""
    begun = time.perf_counter()
    # imported here: it is their start-up that is measured
    from desk.delivery.workers import offer_workers

    rulebook = load()
    with offer_workers() as workers, TemporaryDirectory(dir=PLACE) as folder:
        import expectations
        import ingestion
        from store import Store

        expectations.prepare()
        startup = time.perf_counter() - begun
        store = Store(Path(folder))
        batches = ingestion.receive(store, inbox, REGIME, ROUND, rulebook)
        workbooks = [path.read_bytes() for path in sorted(inbox.rglob("*.xlsx"))]
        before = _read_with_calamine(workbooks)
        begun = time.perf_counter()
        with ThreadPoolExecutor(1) as ahead:
            readings = [ahead.submit(ingestion.read_batch, store, batch, rulebook, workers) for batch in batches]
            for batch, reading in zip(batches, readings, strict=True):
                reading.result()
                expectations.judge_batch(store, batch, rulebook)
        judging = time.perf_counter() - begun
        return Judging(startup, mean((before, _read_with_calamine(workbooks))), judging)


def _read_with_calamine(workbooks: Iterable[bytes]) -> float:
    """Seconds in which calamine reads all cells of all sheets."""
    from python_calamine import CalamineWorkbook

    begun = time.perf_counter()
    for data in workbooks:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        for place in range(len(workbook.sheet_names)):
            workbook.get_sheet_by_index(place).to_python(skip_empty_area=False)
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
