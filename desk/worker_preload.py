"""What every worker process has from its start: imported once by the process they are forked from, and shared."""

import gc

import exports.answer  # noqa: F401
import ingestion.reading  # noqa: F401
from ingestion.understanding import read_equipment
from rulebook import load

load()
for text in ("一期球磨机1台", "球磨机1台"):
    # each needs patterns of its own, which are compiled with the first text
    read_equipment(text)
# All this stays to the end: to look through it for garbage would only copy its pages into every worker.
gc.freeze()
gc.set_threshold(1_000_000, 50, 1000)
