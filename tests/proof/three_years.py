"""A rulebook with the plan of Shandong in three years, as a province makes it: a copy of the file with another year.

The province's plan of 2017 has no zones; these copies name the six of Weihai and Liaocheng, which report apart from
their counties.
"""

from __future__ import annotations

import csv
import re
import shutil
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from rulebook import Rulebook, load

SHIPPED = Path(__file__).parents[2] / "rulebook"
PLAN = "shandong-2017"
PLAN_YEAR = 2017
YEARS = (2016, 2017, 2018)
"""即墨市 and 莱芜市 still have these names in the first of them and no longer in the last."""

COUNTY_LEVEL = 2
"""Slashes in the path of a county: province, city, county."""

ZONES = ("371000-q01", "371000-q02", "371000-q03", "371500-q01", "371500-q02", "371500-q03")


def regime_of(year: int) -> str:
    """The key of the regime of that year."""
    return f"shandong-{year}"


def lay_rulebook(folder: Path) -> Rulebook:
    """Copy the shipped rulebook to ``folder`` and add the plan's other years and its zones."""
    for name in ("forms", "regimes", "reference", "plans"):
        shutil.copytree(SHIPPED / name, folder / name)
    shutil.copy(SHIPPED / "rules.yml", folder)
    written = (folder / "regimes" / f"{PLAN}.yml").read_text(encoding="utf-8")
    zones = "\n".join(f"    - {{code: {code}, ours: 市属开发区单独报送}}" for code in ZONES)
    written, zoned = re.subn(r"^  zones: \[\]$", f"  zones:\n{zones}", written, flags=re.MULTILINE)
    if zoned != 1:
        raise ValueError(f"{PLAN} names its zones itself")
    for year in YEARS:
        dated = re.sub(
            r"^(key: shandong-|year: |    due: )(\d{4})",
            lambda found, year=year: f"{found[1]}{int(found[2]) - PLAN_YEAR + year}",
            written,
            flags=re.MULTILINE,
        )
        (folder / "regimes" / f"{regime_of(year)}.yml").write_text(dated, encoding="utf-8")
        plan = folder / "plans" / f"{regime_of(year)}.txt"
        if not plan.exists():
            shutil.copy(folder / "plans" / f"{PLAN}.txt", plan)
    return load(folder)


@dataclass(frozen=True)
class FormerCounty:
    """A county that was renamed, or became part of another, in the year ``until``."""

    name: str
    until: int


@cache
def former_counties() -> dict[str, tuple[FormerCounty, ...]]:
    """By code of today, the counties that came to it under other names (tables of the Ministry of Civil Affairs)."""
    with (SHIPPED / "reference" / "division_changes.csv").open(encoding="utf-8", newline="") as file:
        changes = list(csv.DictReader(file))
    became = {line["old_code"]: line["new_code"] for line in changes if line["old_code"] != line["new_code"]}
    former: dict[str, dict[str, FormerCounty]] = {}
    for line in changes:
        code, levels = line["new_code"], line["old_path"].count("/")
        while code in became:
            code = became[code]
        # a city that became a county never sent a county's table
        if levels == COUNTY_LEVEL and line["old_name"] != line["new_name"]:
            former.setdefault(code, {})[line["old_name"]] = FormerCounty(line["old_name"], int(line["year"]))
    return {code: tuple(counties.values()) for code, counties in former.items()}
