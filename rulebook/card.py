"""The card of an issued workbook: a hidden sheet that says for whom and for which cycle, signed so that a change is told.

Who issues workbooks and who reads them agree here: what the sheet is called, what it says, how it is signed. A card is
made of texts; what a spreadsheet program makes of them when it saves (numbers, blanks around, another order) is no change.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import os
from collections.abc import Mapping

from rulebook.model import EXIT_TABLE

CARD_SHEET = "_huizong"
"""Name of the hidden sheet; an entry is a row: what it is, and what it says."""

KEY_VARIABLE = "HUIZONG_CARD_KEY"
"""The environment variable that holds the key. All machines that issue or read workbooks have the same."""

FORM_VERSION = "2"
_SIGNATURE = "signature"
_PUBLIC_KEY = "huizong"
"""Signs where no key is set: tells a card that was changed by mistake, and keeps nobody from writing one."""


def fill_card(reporter: str, regime: str, round: str, form: str = EXIT_TABLE) -> dict[str, str]:
    """The signed entries of the card of a workbook issued to ``reporter`` for this cycle and form."""
    entries = {"reporter": reporter, "regime": regime, "round": round, "form": form, "version": FORM_VERSION}
    return {**entries, _SIGNATURE: _sign(entries)}


def is_genuine(card: Mapping[str, str]) -> bool:
    """Whether every entry is as it was signed, with the key in force."""
    entries = {name: text for name, text in card.items() if name != _SIGNATURE}
    # as bytes: a signature overwritten with Chinese text is to be compared as well
    return hmac.compare_digest(_sign(entries).encode(), card.get(_SIGNATURE, "").encode())


def _sign(entries: Mapping[str, str]) -> str:
    """HMAC-SHA256 over the entries, whatever their order."""
    key = os.environ.get(KEY_VARIABLE) or _PUBLIC_KEY
    message = json.dumps(sorted(entries.items()), ensure_ascii=False)
    return hmac.new(key.encode(), message.encode(), hashlib.sha256).hexdigest()
