"""TELL: facts become answers to counties, workbooks to fill in, and the pack a province sends.

Parts are imported when they are first used: an answer needs no DuckDB, a pack no reader of foreign workbooks.
"""

from importlib import import_module
from typing import Any

_HOME_OF = {
    "Deadline": "exports.deadline",
    "OwnTemplateError": "exports.own_template",
    "Pack": "exports.pack",
    "SignOff": "exports.sign_off",
    "annotate": "exports.annotation",
    "answer_batch": "exports.answer",
    "check_templates": "exports.own_template",
    "is_first_template": "exports.own_template",
    "issue_templates": "exports.template",
    "lay_templates": "exports.own_template",
    "name_template": "exports.template",
    "own_templates": "exports.own_template",
    "safe_stem": "exports.answer",
    "unused_templates": "exports.own_template",
    "verify_pack": "exports.verification",
    "write_pack": "exports.pack",
    "write_reporting_table": "exports.reporting_table",
    "write_template": "exports.template",
}

__all__ = sorted(_HOME_OF)


def __getattr__(name: str) -> Any:
    """The public name ``name``, from the module that holds it."""
    if name not in _HOME_OF:
        raise AttributeError(f"module 'exports' has no attribute {name!r}")
    return getattr(import_module(_HOME_OF[name]), name)
