"""The command line ``huizong``: what is done with workbooks, with a store, and the decisions about it.

Exit codes are part of the contract (architecture, section 5.1): 0 all well, 1 at least one reject (or an altered pack),
2 wrong usage. Stages are imported inside the commands, so that ``huizong --help`` and ``huizong read`` do not pay for
Great Expectations or dbt.
"""

from desk.cli import workbooks, cycle, papers, figures, decisions  # noqa: F401, I001 – each adds its commands, in this order
from desk.cli.application import app, main

__all__ = ["app", "main"]
