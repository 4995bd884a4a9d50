"""READ: received files become originals, receipts, submissions, rows with their cells, and observations.

Cells are read without knowing any regime (``read_file``); what they mean is understood by the rulebook
(``understand``); ``receive`` and ``read_batch`` do both on a store.
"""

from ingestion.archive import unpack
from ingestion.cells import Observation, Reading
from ingestion.frames import Frames, Tables
from ingestion.reading import read_batch, reread, understand
from ingestion.receipt import (
    Delivery,
    Receipt,
    Reception,
    batches_of,
    corrections,
    receive,
    receive_files,
    unfinished_batches,
)
from ingestion.submission import Assignment
from ingestion.workbook import read_file

__all__ = [
    "Assignment",
    "Delivery",
    "Frames",
    "Observation",
    "Reading",
    "Receipt",
    "Reception",
    "Tables",
    "batches_of",
    "corrections",
    "read_batch",
    "read_file",
    "receive",
    "receive_files",
    "reread",
    "understand",
    "unfinished_batches",
    "unpack",
]
