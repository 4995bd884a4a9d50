"""``python -m tests.golden``: write the expected tables anew from what the files of `inbox/` are told today."""

from rulebook import load
from tests.golden.tables import judge_inbox, write_tables

if __name__ == "__main__":
    write_tables(judge_inbox(load()))
