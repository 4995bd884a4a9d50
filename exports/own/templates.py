"""Templates of one's own: the report and the announcement a province lays out itself, checked and filled.

They lie in the store as ``templates/<regime>/report.docx`` and ``templates/<regime>/announcement.xlsx``; where there is
none, ours is filled (``exports.templates``). A template is checked before anything of a pack is written, and everything
that is wrong with it is told at once, each with its place. What a template may say is a short list: the names of
``exports.own.placeholders``, ``for`` over a list, ``if``. Nothing else is evaluated, and what is filled in is text: an
enterprise called ``<w:p>``, ``{{ x }}`` or ``=1+1`` stays what it is called.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass

from exports.templates import ANNOUNCEMENT, FOLDER, REPORT
from store import Store


class OwnTemplateError(Exception):
    """A template cannot be used; ``problems`` says of each thing that is wrong where and what."""

    def __init__(self, problems: list[str]) -> None:
        self.problems = problems
        count = len(problems)
        super().__init__(
            f"自备模板有 {count} 处要改，成果没有写出：\n"
            f"{count} problem(s) in your template; no pack was written:\n" + "\n".join(f"- {line}" for line in problems)
        )


@dataclass(frozen=True)
class Templates:
    """The templates a pack is filled from: the report's, and that of the announcement where the province has its own."""

    report: bytes
    announcement: bytes | None

    @property
    def digests(self) -> dict[str, str]:
        """By the name of each document the SHA-256 of its template, in hex digits: what a manifest says it was made from."""
        used = {REPORT: self.report, ANNOUNCEMENT: self.announcement}
        return {name: hashlib.sha256(data).hexdigest() for name, data in used.items() if data is not None}


def key_of(regime: str, name: str) -> str:
    """Where a store holds the province's own template ``name`` (``exports.templates``) for a regime."""
    return f"templates/{regime}/{name}"


def find_templates(store: Store, regime: str) -> Templates:
    """The templates for a regime, checked; ``OwnTemplateError`` tells everything that is wrong with those in the store."""
    own = {
        name: store.read_bytes(key_of(regime, name)) if store.exists(key_of(regime, name)) else None
        for name in (REPORT, ANNOUNCEMENT)
    }
    problems = check_templates(store, regime)
    if problems:
        raise OwnTemplateError(problems)
    return Templates(own[REPORT] or (FOLDER / REPORT).read_bytes(), own[ANNOUNCEMENT])


def check_templates(store: Store, regime: str) -> list[str]:
    """What is wrong with the templates in the store for a regime, each with its file and place; empty: nothing."""
    return [
        f"{key_of(regime, name)}，{problem}"
        for name in (REPORT, ANNOUNCEMENT)
        if store.exists(key_of(regime, name))
        for problem in _check(name, store.read_bytes(key_of(regime, name)))
    ]


def _check(name: str, data: bytes) -> list[str]:
    """What is wrong with the template ``name``."""
    # imported here: where nobody has a template of its own no document need be opened to know it
    if name == REPORT:
        from exports.own.document import check_document

        return check_document(data)
    from exports.own.workbook import check_workbook

    return check_workbook(data)


def unused_templates(store: Store, regime: str) -> list[str]:
    """Keys of what lies among the templates for a regime under a name that nothing looks for; lock files apart."""
    names = store.names(f"templates/{regime}") - {REPORT, ANNOUNCEMENT}
    return [key_of(regime, name) for name in sorted(names) if not name.startswith((".", "~$"))]


def own_templates(store: Store, regime: str) -> list[str]:
    """The names of the templates of its own that the store holds for a regime."""
    return [name for name in (REPORT, ANNOUNCEMENT) if store.exists(key_of(regime, name))]


def is_first_template(store: Store, regime: str) -> bool:
    """Whether the store never had templates for a regime: an empty folder says that they were deleted, to use ours."""
    return not store.exists(f"templates/{regime}")


def lay_templates(store: Store, regime: str) -> list[str]:
    """Ours are copied to where the province's own belong, but never over one that is there; returns the new keys."""
    laid = []
    for name in (REPORT, ANNOUNCEMENT):
        if not store.exists(key_of(regime, name)):
            store.write_bytes(key_of(regime, name), (FOLDER / name).read_bytes())
            laid.append(key_of(regime, name))
    return laid
