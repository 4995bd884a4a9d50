"""The pack of each regime, cell by cell, as it lies in ``tests/golden/packs``.

After a change on purpose ``python -m tests.exports.pack.regime_packs`` writes them anew; git shows what it changed.
"""

from __future__ import annotations

import pytest

from tests.exports.pack.regime_packs import GOLDEN, REGIMES, tabulate_pack


@pytest.mark.parametrize("regime", REGIMES)
def test_every_cell_is_as_it_was(regime, warehouse, rulebook, tmp_path):
    tables = tabulate_pack(regime, tmp_path, warehouse, rulebook)
    # what others keep beside them, such as the text of the report, is theirs
    expected = {path.name: path.read_text(encoding="utf-8") for path in (GOLDEN / regime).glob("*.csv")}
    assert sorted(tables) == sorted(expected)
    for name, text in tables.items():
        assert text == expected[name], name
