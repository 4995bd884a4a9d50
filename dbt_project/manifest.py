"""The parsed project, kept with the installation: parsing takes seconds, and the models change with a release only.

``python -m dbt_project`` parses and keeps it (``setup/venv.sh`` does). Whoever builds finds it there, whatever the
store; if a model, dbt or the place of the project is not what it was made of, or if it is damaged, it is made anew.
"""

from __future__ import annotations

import pickle
import sys
from contextlib import suppress
from dataclasses import fields
from hashlib import sha256
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING

from dbt_project.invocation import PROJECT, defer_serialisers
from store import Store

if TYPE_CHECKING:
    from dbt.contracts.graph.manifest import Manifest

INSTALLATION = Path(sys.prefix) / "share" / "huizong"
KEPT = "dbt_manifest.pickle"
MADE_OF = ("*.sql", "*.yml", "*.md")
PACKAGES = ("dbt-core", "dbt-common", "dbt-adapters", "dbt-duckdb")


def load_manifest(installation: Path = INSTALLATION) -> Manifest | None:
    """The parse kept in ``installation``; None if there is none of just this project and this dbt."""
    try:
        kept = Store(installation).read_bytes(KEPT)
    except OSError:
        return None
    parse = kept[sha256().digest_size :]
    if kept != seal(parse) + parse:
        return None
    defer_serialisers()
    from dbt.contracts.graph.manifest import Manifest

    manifest = Manifest(**pickle.loads(parse))
    manifest.build_parent_and_child_maps()
    return manifest


def keep_manifest(manifest: Manifest, installation: Path = INSTALLATION) -> None:
    """Keep ``manifest`` for the builds to come; where the installation may not be written to, nothing is kept."""
    # To read dbt's own format, its classes first have to write their deserialisers: that takes ten times as long. Whoever
    # can write here can change the program as well, so a pickle opens no new door.
    parts = (part.name for part in fields(manifest) if not part.name.startswith("_"))
    parse = pickle.dumps({part: getattr(manifest, part) for part in parts})
    with suppress(OSError):
        Store(installation).write_bytes(KEPT, seal(parse) + parse)


def seal(parse: bytes, project: Path = PROJECT) -> bytes:
    """SHA-256 of a parse and all it depends on: the project's files and place, and the versions of dbt."""
    digest = sha256(repr([str(project), *((package, version(package)) for package in PACKAGES)]).encode())
    for path in sorted(path for pattern in MADE_OF for path in project.rglob(pattern)):
        digest.update(repr((path.relative_to(project).as_posix(), path.read_bytes())).encode())
    digest.update(parse)
    return digest.digest()
