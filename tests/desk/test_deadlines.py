"""The last day of each form: a steward puts off the exit table, and nothing else."""

from datetime import timedelta

from desk.delivery.deadlines import due_on
from rulebook import EXIT_TABLE, load


def test_an_extension_moves_the_exit_table_and_no_other_form():
    regime = load().regimes["shenzhen-2019"]
    code = next(code for code in regime.reporters if regime.owed(code, "annual", "supervision"))
    later = regime.owed(code, "annual") + timedelta(days=30)
    extensions = {(regime.key, "annual", code): later}

    assert due_on(regime, "annual", code, extensions) == due_on(regime, "annual", code, extensions, EXIT_TABLE) == later
    assert due_on(regime, "annual", code, extensions, "supervision") == regime.owed(code, "annual", "supervision")
    assert due_on(regime, "annual", "000000", extensions, "supervision") is None
