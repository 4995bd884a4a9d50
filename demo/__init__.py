"""Realistic collection cycles together with the truth about them.

``generate_cycle`` writes an inbox as a province would find it: one folder per reporter, loose files, files that are
late, wrong, sent twice or missing. The truth comes from what the generator meant to write and never from reading it
back, so it can be held against what the stages make of the inbox. All enterprises are invented.
"""

from demo.generator import generate_cycle
from demo.truth import Truth

REGIME = "ankang-2024"
ROUND = "annual"
SEED = 531
"""The cycle that ``make demo`` collects: ``demo/inbox`` is what these three make."""

__all__ = ["REGIME", "ROUND", "SEED", "Truth", "generate_cycle"]
