"""dbt's documentation of the warehouse: models, columns, tests and lineage, as one page that fetches nothing.

dbt looks at a copy: it opens a database for writing, which would shut out everybody who reads the one in use.
"""

from __future__ import annotations

import os
import re
import shutil
from pathlib import Path

from dbt_project.build import WAREHOUSE, WarehouseError
from dbt_project.invocation import Progress, describe_failure, run_dbt
from dbt_project.manifest import load_manifest
from store import Store

WORKSHOP = ".documenting"
GENERATE = ("docs", "generate", "--static")
STATIC_PAGE = "static_index.html"

POLICY = (
    "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data:; font-src data:; "
    "base-uri 'none'; form-action 'none'"
)
"""What the page may do: run the script it holds itself, and reach nothing else."""

TRACKER = re.compile(r"//[\w.-]+\.cloudfront\.net/[\w./-]+")
FAVICON = re.compile(r'(<link rel="shortcut icon" href=")[^"]*(")')


def build_docs(store_root: str | os.PathLike[str], folder_key: str, progress: Progress | None = None) -> str:
    """The page of the warehouse in use lies below ``folder_key``, in place of the one before; its key.

    Raises ``WarehouseError`` when no warehouse was built yet, or when dbt fails.
    """
    store = Store(Path(store_root).resolve())
    announce = progress or (lambda step: None)
    if not store.exists(WAREHOUSE):
        raise WarehouseError("数据仓库还没有建立，请先建仓。The warehouse was not built yet: build it first.")
    with store.lock("documentation"):
        workshop = Path(store.location(WORKSHOP))
        try:
            announce("数据字典 dbt docs")
            page = generate(store, workshop, announce)
        finally:
            shutil.rmtree(workshop, ignore_errors=True)
        key = f"{folder_key}/index.html"
        store.write_bytes(key, without_outside(page).encode())
    return key


def generate(store: Store, workshop: Path, announce: Progress) -> str:
    """The page as dbt writes it, with all data it shows in it."""
    # dbt's views name the database they were made in, so the copy keeps its name
    copy = workshop / WAREHOUSE
    shutil.rmtree(workshop, ignore_errors=True)
    workshop.mkdir(parents=True)
    shutil.copyfile(store.location(WAREHOUSE), copy)
    outcome = run_dbt(GENERATE, copy, announce, load_manifest())
    if not outcome.success:
        raise WarehouseError("\n".join(["数据字典没有生成。dbt docs failed:", *describe_failure(outcome)]))
    page = (workshop / "target" / STATIC_PAGE).read_text(encoding="utf-8")
    # where the store lies on this machine is not for everybody who reads the page
    return page.replace(f"{workshop}/", "")


def without_outside(page: str) -> str:
    """dbt's ``page`` without the addresses it would fetch from, and with a policy that lets it reach nothing."""
    # the browser would fetch the placeholder of an icon; Angular's own attribute waits until it is filled in
    page = page.replace('<use xlink:href="{{', '<use ng-attr-xlink:href="{{')
    page = FAVICON.sub(r"\1data:,\2", TRACKER.sub("", page))
    return page.replace("<head>", f'<head><meta http-equiv="Content-Security-Policy" content="{POLICY}">', 1)
