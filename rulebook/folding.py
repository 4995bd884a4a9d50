"""How words of a spreadsheet and words of the rulebook are made comparable."""

import unicodedata


def fold(text: str) -> str:
    """Return the text in half width and without any white space; case is kept."""
    return "".join(unicodedata.normalize("NFKC", text).split())
