"""The command ``huizong`` itself, and its last door."""

from __future__ import annotations

import atexit
import gc
import sys
import tempfile
import traceback
from datetime import datetime
from pathlib import Path

import typer

from desk.cli.refusals import is_disk_full

app = typer.Typer(
    help="汇总：收集各县落后产能退出报表，审核，汇总。Collects, judges and adds up the counties' returns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


def main() -> None:
    """Run the command line; no traceback is shown: a full disk is told as one, an error of ours too, and kept in a file."""
    # A command makes millions of objects and keeps most of them to its end: looking through them for garbage at
    # Python's usual pace costs a tenth of the time and finds nothing.
    gc.set_threshold(1_000_000, 50, 1000)
    # nor is there anything to find at the end
    atexit.register(gc.freeze)
    try:
        app()
    except Exception as error:  # the last door: whatever went wrong inside, the user reads a sentence
        if is_disk_full(error):
            typer.echo(
                "磁盘已满，没有做完；数据仓里已有的内容没有损坏。请腾出空间，再运行一次。"
                "The disk is full: it was not done, and the store is as sound as before. Make room, run it again.",
                err=True,
            )
            sys.exit(3)
        log = Path(tempfile.gettempdir()) / f"huizong-{datetime.now():%Y%m%d-%H%M%S}.log"
        log.write_text(traceback.format_exc(), encoding="utf-8")
        typer.echo(
            f"系统内部出错，不是您的表格有误。详情已记入 {log}，请交给系统管理员。Our fault; see {log}.", err=True
        )
        sys.exit(3)
