"""``python -m bench.pack``: processor seconds and memory of the pack of one province-year.

The inbox is that of ``make bench``: workbooks of 100 rows, a county's each, one in ten rejected. They are collected and built
once and kept; measured is ``huizong report`` alone, and the size of what it wrote.
"""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.__main__ import PLACE, REGIME, ROUND
from bench.measurement import BYTES_PER_MIB, Measurement, measure
from bench.workload import ROWS, make_inbox
from rulebook import load

EXITS = 5000
MOST_SECONDS = 20
ACCEPTED_SHARE = 0.9
HUIZONG = str(Path(sys.executable).with_name("huizong"))


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print what the pack of a cycle with about so many exits takes."""
    parser = argparse.ArgumentParser(prog="python -m bench.pack", description="成果基准。What a pack takes.")
    parser.add_argument("--exits", type=int, default=EXITS, help="退出条数 number of exits")
    parser.add_argument("--repeats", type=int, default=3, help="跑几遍，取最快 runs, the fastest is taken")
    options = parser.parse_args(arguments)
    store = make_store(options.exits)
    pack = PLACE / "pack"
    runs = []
    for _ in range(options.repeats):
        shutil.rmtree(pack, ignore_errors=True)
        runs.append(write_pack(store, pack))
    fastest = min(runs, key=lambda run: run.processor_seconds)
    print(
        f"成果 pack：退出 exits {count_exits(pack)}，处理器 processor {fastest.processor_seconds:.1f} s"
        f"（限 limit {MOST_SECONDS} s），最大进程 largest process {fastest.process_mib:.0f} MiB"
    )
    for path in sorted(pack.iterdir()):
        print(f"    {path.name:24} {path.stat().st_size / BYTES_PER_MIB:7.2f} MiB")


def make_store(exits: int) -> Path:
    """A store with a built warehouse of about ``exits`` exits, made once for each number of them."""
    workbooks = round(exits / ROWS / ACCEPTED_SHARE)
    store = PLACE / f"pack-store-{workbooks}"
    if not (store / "warehouse.duckdb").exists():
        inbox = make_inbox(PLACE, workbooks, "extended", load().regimes[REGIME])
        cycle = ["--regime", REGIME, "--round", ROUND]
        log = PLACE / "log"
        measure([HUIZONG, "collect", "--inbox", str(inbox), "--store", str(store), *cycle], log / "pack_collect.txt")
        measure([HUIZONG, "build", "--store", str(store)], log / "pack_build.txt")
    return store


def write_pack(store: Path, pack: Path) -> Measurement:
    """What ``huizong report`` takes to write the pack of the cycle into ``pack``."""
    options = ["--store", str(store), "--regime", REGIME, "--round", ROUND, "-o", str(pack)]
    return measure([HUIZONG, "report", *options], PLACE / "log" / "pack_report.txt")


def count_exits(pack: Path) -> int:
    """The exits of the whole area, by the line of the rollup that adds all up."""
    area = load().regimes[REGIME].area
    (total,) = (
        line.split(",")[8]
        for line in (pack / "rollup.csv").read_text(encoding="utf-8-sig").splitlines()
        if line.startswith(f"{REGIME},{ROUND},{area},") and line.split(",")[5:7] == ["合计", "合计"]
    )
    return int(total)


if __name__ == "__main__":
    main()
