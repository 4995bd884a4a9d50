"""What every worker process has from its start: imported once by the process they are forked from, and shared."""

import gc
import sys


class _NoPandas:
    """Arrow loads pandas as soon as it is handed Python's values, unless there is none: no worker has any use for it."""

    @staticmethod
    def find_spec(name: str, path: object = None, target: object = None) -> None:
        if name == "pandas":
            raise ModuleNotFoundError("no worker needs pandas", name=name)


sys.meta_path.insert(0, _NoPandas)

import exports.answers.answer  # noqa: E402, F401
import ingestion.reading  # noqa: E402, F401
from ingestion.understanding import read_equipment  # noqa: E402
from rulebook import load  # noqa: E402

load()
for text in ("一期球磨机1台", "球磨机1台"):
    # each needs patterns of its own, which are compiled with the first text
    read_equipment(text)
# All this stays to the end: to look through it for garbage would only copy its pages into every worker.
gc.freeze()
gc.set_threshold(1_000_000, 50, 1000)
