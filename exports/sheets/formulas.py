"""Texts that a spreadsheet may take for a formula, and how they are made harmless.

What counties write is sent on: a name such as ``=HYPERLINK(…)`` must stay a name. In a workbook it is stored as a text,
which no program computes, and its cell is marked as text (``quotePrefix``), so that it stays one when somebody edits the
cell. A CSV knows no texts: there an apostrophe goes before it.
"""

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""What a formula may begin with, in full width too; OWASP, CSV Injection."""


def is_like_formula(text: str) -> bool:
    """Whether a spreadsheet may take a cell that holds ``text`` for a formula."""
    return text.startswith(FORMULA_SIGNS)


def make_harmless(text: str) -> str:
    """``text`` as a cell of a CSV, so that no program takes it for a formula."""
    return f"'{text}" if is_like_formula(text) else text
