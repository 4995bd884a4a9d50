"""The day by which clocks are read, as dbt finds it in the store."""

import datetime as dt
import subprocess
import sys

from dbt_project.decided import DAY_KEY, write_day
from store import Store


def test_the_day_is_a_date(tmp_path):
    for day in (dt.date(2025, 1, 10), dt.date(1969, 12, 31)):
        write_day(Store(tmp_path), day)

        assert Store(tmp_path).read_table(DAY_KEY).to_pydict() == {"as_of": [day]}


def test_writing_it_loads_no_pandas(tmp_path):
    written = (
        "import datetime, sys; from dbt_project.decided import write_day; from store import Store\n"
        "write_day(Store(sys.argv[1]), datetime.date(2025, 1, 10)); sys.exit('pandas' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", written, str(tmp_path)]).returncode == 0
