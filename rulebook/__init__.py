"""WHAT must be reported: regimes, forms, rules and reference data, checked as a whole when loaded."""

from rulebook.loader import load
from rulebook.model import (
    CATEGORIES,
    DOCUMENT,
    EXIT_METHODS,
    EXIT_TABLE,
    INTEGRATION_EXIT,
    LOCAL_TIME,
    NON_EXIT_METHODS,
    REPORTER_KINDS,
    ROUND_NAMES,
    ROUNDS,
    UNCATEGORISED,
    Clock,
    Field,
    Form,
    Obligation,
    Regime,
    Reporter,
    Rule,
    Rulebook,
    verdict,
)
from rulebook.problem import Problem, RulebookError
from rulebook.reference import Division, Industry, Reference
from rulebook.warehouse_tables import tables

__all__ = [
    "CATEGORIES",
    "DOCUMENT",
    "EXIT_METHODS",
    "EXIT_TABLE",
    "INTEGRATION_EXIT",
    "LOCAL_TIME",
    "NON_EXIT_METHODS",
    "REPORTER_KINDS",
    "ROUNDS",
    "ROUND_NAMES",
    "UNCATEGORISED",
    "Clock",
    "Division",
    "Field",
    "Form",
    "Industry",
    "Obligation",
    "Problem",
    "Reference",
    "Regime",
    "Reporter",
    "Rule",
    "Rulebook",
    "RulebookError",
    "load",
    "tables",
    "verdict",
]
