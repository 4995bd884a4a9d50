"""TELL: facts become answers to counties, workbooks to fill in, and the pack a province sends.

Parts are imported when they are first used: an answer needs no DuckDB, a pack no reader of foreign workbooks.
"""

from importlib import import_module
from typing import Any

_HOME_OF = {
    "Deadline": "exports.answers.deadline",
    "OwnTemplateError": "exports.own.templates",
    "Pack": "exports.pack",
    "SignOff": "exports.sign_off",
    "annotate": "exports.answers.annotation",
    "answer_batch": "exports.answers.answer",
    "check_templates": "exports.own.templates",
    "is_first_template": "exports.own.templates",
    "issue_templates": "exports.answers.template",
    "lay_templates": "exports.own.templates",
    "name_template": "exports.answers.template",
    "own_templates": "exports.own.templates",
    "safe_stem": "exports.answers.answer",
    "unused_templates": "exports.own.templates",
    "verify_pack": "exports.verification",
    "write_pack": "exports.pack",
    "write_reporting_table": "exports.papers.reporting_table",
    "write_template": "exports.answers.template",
}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    """The public name ``name``, from the module that holds it."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'exports' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
