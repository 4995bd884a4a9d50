"""The habits of real files (domain, 3.3), and how they are spread over the workbooks of a cycle.

Quirks never make a workbook wrong: a reader must understand each of them, alone and together.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random

from demo import vocabulary
from demo.claims import Claim

GROUPS: tuple[tuple[str, ...], ...] = (
    ("xls", "csv_gb18030", "zip_archive"),
    ("unit_in_heading", "unit_column"),
    ("full_width_digits", "thousands_separators", "about"),
    ("total_row", "subtotals"),
    ("title_lower",),
    ("merged_runs",),
    ("blank_rows",),
    ("extra_columns",),
    ("two_row_header",),
    ("spelled_dates",),
    ("old_county_name",),
    ("other_headings",),
    ("second_sheet",),
    ("blank_date",),
    ("odd_file_name",),
    ("loose_file",),
    ("lock_file",),
)
"""Quirks of one group exclude one another."""

NEEDS_SHEETS = frozenset({"merged_runs", "second_sheet", "two_row_header"})


def suits(quirk: str, claims: Sequence[Claim], quirks: frozenset[str]) -> bool:
    """Whether a workbook with these claims can have ``quirk`` on top of the ``quirks`` it has."""
    group = next(group for group in GROUPS if quirk in group)
    if quirks.intersection(group):
        return False
    if quirk == "csv_gb18030":
        return not quirks & NEEDS_SHEETS
    if quirk in NEEDS_SHEETS and "csv_gb18030" in quirks:
        return False
    if quirk == "unit_in_heading":
        return len({claim.capacity_unit for claim in claims}) == 1
    if quirk == "old_county_name":
        return any(claim.county_code in vocabulary.OLD_NAMES for claim in claims)
    return True


def deal(tables: Sequence[Sequence[Claim]], random: Random) -> list[frozenset[str]]:
    """Quirks for each table of claims: every quirk that suits any of them at least once, and some more at random."""
    hands: list[frozenset[str]] = [frozenset() for _ in tables]
    for quirk in random.sample(every := [quirk for group in GROUPS for quirk in group], len(every)):
        takers = [number for number, claims in enumerate(tables) if suits(quirk, claims, hands[number])]
        if takers:
            fewest = min(len(hands[number]) for number in takers)
            taker = random.choice([number for number in takers if len(hands[number]) == fewest])
            hands[taker] |= {quirk}
    for number, claims in enumerate(tables):
        for quirk in random.sample(every, 3):
            if suits(quirk, claims, hands[number]):
                hands[number] |= {quirk}
    return hands
