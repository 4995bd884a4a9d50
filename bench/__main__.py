"""``python -m bench`` (``make bench``): the command line beside a script that only reads, at several sizes."""

from __future__ import annotations

import argparse
import shutil
import sys
from collections.abc import Sequence
from pathlib import Path

from bench.measurement import Measurement, measure
from bench.workload import LAYOUTS, ROWS, make_inbox
from rulebook import load

PROJECT = Path(__file__).resolve().parents[1]
PLACE = PROJECT / "var" / "bench"
REGIME = "shandong-2017"
ROUND = "annual"
SIZES = (300, 1000, 3000)
COMPARED_SIZE = 1000
STARTUP_SIZE = 1
STAGES = ("collect", "build", "report")


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure and print: baseline, ours, ratio, memory, stages, start-up, growth, and what Airflow adds."""
    parser = argparse.ArgumentParser(prog="python -m bench", description="速度和内存基准。Speed and memory.")
    parser.add_argument("--sizes", type=int, nargs="+", default=SIZES, help="工作簿个数 numbers of workbooks")
    parser.add_argument(
        "--layouts", choices=LAYOUTS, nargs="+", default=list(LAYOUTS), help="表样 columns of the workbooks"
    )
    parser.add_argument(
        "--repeats", type=int, default=2, help="交替跑几遍，取最快 alternating runs, the fastest is taken"
    )
    parser.add_argument(
        "--airflow-size",
        type=int,
        default=COMPARED_SIZE,
        help="经 Airflow 的规模，0 不量 size through Airflow, 0 for none",
    )
    options = parser.parse_args(arguments)
    for layout in options.layouts:
        measure_layout(layout, options.sizes, options.repeats, options.airflow_size)


def measure_layout(layout: str, sizes: Sequence[int], repeats: int, airflow_size: int) -> None:
    """Measure and print everything for workbooks of one layout."""
    print(f"\n=== {layout}：每个工作簿 {ROWS} 行，十分之一有错 rows per workbook: {ROWS}, one in ten is wrong")
    startup = measure_stages(STARTUP_SIZE, layout)
    print_stages("启动（只有 1 个工作簿）start-up: one workbook", startup)
    totals = {}
    for size in sizes:
        baseline, stages = compare(size, layout, repeats)
        totals[size] = add_seconds(stages)
        print_comparison(size, baseline, stages)
    print_growth(totals, add_seconds(startup))
    if airflow_size:
        print_airflow(airflow_size, layout, totals)


def compare(size: int, layout: str, repeats: int) -> tuple[Measurement, dict[str, Measurement]]:
    """The baseline and our stages on the same inbox, run in turn; of each the fastest run."""
    runs = []
    for number in range(1, repeats + 1):
        announce(f"{size} × {ROWS} · {number}/{repeats} · 基线 baseline")
        baseline = measure_baseline(size, layout)
        announce(f"{size} × {ROWS} · {number}/{repeats} · huizong")
        runs.append((baseline, measure_stages(size, layout)))
    announce("")
    baselines, ours = zip(*runs, strict=True)
    return min(baselines, key=lambda measured: measured.seconds), min(ours, key=add_seconds)


def measure_baseline(size: int, layout: str) -> Measurement:
    """What the script takes that only reads, concatenates and groups."""
    inbox = make_inbox(PLACE, size, layout, load().regimes[REGIME])
    look = LAYOUTS[layout]
    script = [sys.executable, str(PROJECT / "bench" / "baseline.py")]
    return measure([*script, str(inbox), str(look.header_row), look.amount_heading], PLACE / "log" / "baseline.txt")


def measure_stages(size: int, layout: str) -> dict[str, Measurement]:
    """What each command of the command line takes on an empty store."""
    inbox = make_inbox(PLACE, size, layout, load().regimes[REGIME])
    store, pack = PLACE / "store", PLACE / "pack"
    for folder in (store, pack):
        shutil.rmtree(folder, ignore_errors=True)
    cycle = ["--regime", REGIME, "--round", ROUND]
    options = {
        "collect": ["--inbox", str(inbox), "--store", str(store), *cycle],
        "build": ["--store", str(store)],
        "report": ["--store", str(store), *cycle, "-o", str(pack)],
    }
    huizong = str(Path(sys.executable).with_name("huizong"))
    return {stage: measure([huizong, stage, *options[stage]], PLACE / "log" / f"{stage}.txt") for stage in STAGES}


def measure_airflow(size: int, layout: str) -> Measurement:
    """What the same inbox takes through the DAGs on an empty store."""
    inbox = make_inbox(PLACE, size, layout, load().regimes[REGIME])
    store = PLACE / "airflow-store"
    shutil.rmtree(store, ignore_errors=True)
    command = [sys.executable, "-m", "desk.airflow.run", "--home", str(PLACE / "airflow")]
    command += ["--inbox", str(inbox), "--store", str(store), "--regime", REGIME, "--round", ROUND]
    return measure(command, PLACE / "log" / "airflow.txt")


def add_seconds(stages: dict[str, Measurement]) -> float:
    """Seconds of all stages together."""
    return sum(stage.seconds for stage in stages.values())


def announce(text: str) -> None:
    """Show on one line what is being measured now."""
    print(f"\r\033[K{text}", end="", flush=True)


def print_comparison(size: int, baseline: Measurement, stages: dict[str, Measurement]) -> None:
    """Print one size: baseline, ours, ratio, memory, and the share of each stage."""
    total = add_seconds(stages)
    print(f"\n{size} 个工作簿 workbooks × {ROWS} 行 rows")
    print(f"  只读的脚本 baseline  {baseline.seconds:8.1f} s   {baseline.process_mib:6.0f} MiB")
    print_stages("  huizong", stages)
    print(f"  比值 ratio           {total / baseline.seconds:8.2f}")


def print_stages(label: str, stages: dict[str, Measurement]) -> None:
    """Print seconds, share and memory of each stage, and of all of them."""
    total = add_seconds(stages)
    process_mib = max(stage.process_mib for stage in stages.values())
    tree_mib = max(stage.tree_mib for stage in stages.values())
    print(f"{label}：{total:.1f} s，最大进程 largest process {process_mib:.0f} MiB，进程树合计 tree {tree_mib:.0f} MiB")
    for name, stage in stages.items():
        print(f"    {name:8} {stage.seconds:8.1f} s  {stage.seconds / total:5.0%}   {stage.tree_mib:6.0f} MiB")


def print_growth(totals: dict[int, float], startup: float) -> None:
    """Print how the work without start-up grows from the smallest size to the largest."""
    smallest, largest = min(totals), max(totals)
    if smallest != largest:
        grown = (totals[largest] - startup) / (totals[smallest] - startup)
        print(f"\n增长（不含启动）growth：行数 rows × {largest / smallest:.1f}，用时 time × {grown:.1f}")


def print_airflow(size: int, layout: str, totals: dict[int, float]) -> None:
    """Print what Airflow adds to the same work; its database is made by a first run that is not counted."""
    announce("Airflow …")
    measure_airflow(STARTUP_SIZE, layout)
    through_airflow = measure_airflow(size, layout)
    announce("")
    alone = totals[size] if size in totals else add_seconds(measure_stages(size, layout))
    print(
        f"Airflow（{size} 个工作簿 workbooks）：{through_airflow.seconds:.1f} s，"
        f"多用 adds {through_airflow.seconds - alone:+.1f} s，进程树合计 tree {through_airflow.tree_mib:.0f} MiB"
    )


if __name__ == "__main__":
    main()
