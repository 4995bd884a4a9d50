"""``python -m dbt_project``: parses the project and keeps the parse with the installation, so that no build waits for it."""

from __future__ import annotations

import tempfile
from pathlib import Path

from dbt_project.build import parse_project
from dbt_project.manifest import load_manifest


def main() -> None:
    """Parse the project and keep the parse, unless it is kept already."""
    if load_manifest() is None:
        with tempfile.TemporaryDirectory() as folder:
            parse_project(Path(folder) / "warehouse.duckdb", lambda step: None)


if __name__ == "__main__":
    main()
