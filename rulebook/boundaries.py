"""Boundaries of counties, for pictures in the office: not an approved map, never for publication.

Kept beside the rulebook's tables but no part of them: no rule looks at a map, and the rulebook's digest leaves it out.
"""

from __future__ import annotations

import json
from functools import lru_cache
from pathlib import Path

_FOLDER = Path(__file__).parent / "reference" / "geo"

Ring = tuple[tuple[float, float], ...]
"""Longitude and latitude in degrees of each corner; the last is the first again."""


@lru_cache(maxsize=8)
def county_boundaries(province: str) -> dict[str, tuple[Ring, ...]]:
    """The rings of each county of a province, by code; empty for a province whose boundaries are not in our hands."""
    path = _FOLDER / f"{province}.geojson"
    if not path.exists():
        return {}
    features = json.loads(path.read_text(encoding="utf-8"))["features"]
    return {feature["properties"]["code"]: _rings(feature["geometry"]["coordinates"]) for feature in features}


def _rings(polygons: list) -> tuple[Ring, ...]:
    return tuple(tuple(tuple(corner) for corner in ring) for polygon in polygons for ring in polygon)
