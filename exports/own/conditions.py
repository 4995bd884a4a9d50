"""What stands in a tag of a document: how it is evaluated, and whether that works with everything that may stand there.

A figure nobody knows is empty, and so is the line that says 无: what compares one must first ask whether it is there. Each
condition is therefore gone through with every name filled and empty, within the conditions it stands in.
"""

from __future__ import annotations

import operator
from collections.abc import Callable, Iterator, Mapping, Sequence
from itertools import product
from math import prod
from typing import Any, NamedTuple

from jinja2 import StrictUndefined, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment

from exports.own.placeholders import LIST_BY_NAME, SINGLE_BY_NAME, ListPlaceholder
from exports.own.text import show

MOST_PATTERNS = 5_000
"""Ways in which the names of a condition may be filled and empty: a condition of more is not gone through, but refused."""
_LINES = range(2)
"""A list, of which can be asked whether it has lines, and no more."""
_OF_A_LOOP: dict[str, Any] = {"index": 1, "first": True, "last": True}
_COMPARED: dict[str, Callable[[Any, Any], Any]] = {
    "eq": operator.eq,
    "ne": operator.ne,
    "lt": operator.lt,
    "lteq": operator.le,
    "gt": operator.gt,
    "gteq": operator.ge,
    "in": lambda one, other: one in other,
    "notin": lambda one, other: one not in other,
}

Loops = Mapping[str, ListPlaceholder | None]
"""By the name of its item, the list of every loop around a tag."""


class Sandbox(ImmutableSandboxedEnvironment):
    """What evaluates a template: names and fields it is given, and nothing of Python."""

    def __init__(self) -> None:
        super().__init__(autoescape=True, undefined=StrictUndefined, finalize=show)
        self.globals.clear()
        self.filters.clear()
        self.tests.clear()


def read_expression(text: str) -> nodes.Expr:
    """What stands in a tag, as jinja reads it; ``TemplateError`` or ``ValueError`` where it cannot be read."""
    (output,) = Sandbox().parse("{{" + text + "}}").body
    (node,) = output.nodes
    return node


class Held(NamedTuple):
    """A condition a tag stands in, and whether it holds there."""

    node: nodes.Expr
    is_true: bool


class _Told(NamedTuple):
    """What a part of a condition comes to: this very value, or one like it."""

    value: Any
    is_certain: bool


def refuse_condition(text: str, node: nodes.Expr, loops: Loops, around: Sequence[Held]) -> tuple[str, str] | None:
    """What is wrong with comparing as ``text`` does, within the conditions ``around`` it; None when nothing is.

    Every name in it is known, and a field of the list its loop is over.
    """
    names = _names_in(node)
    related = [held for held in around if not names.isdisjoint(_names_in(held.node))]
    patterns = _patterns(names.union(*(_names_in(held.node) for held in related)), loops)
    if patterns is None:
        return f"“{text}”里的占位符太多，请分成几个条件", "too many names in one condition"
    failing = [pattern for pattern in patterns if _stands(pattern, related) and not _works(node, pattern)]
    if not failing:
        return None
    if any(all(not told.is_certain for told in pattern.values()) for pattern in failing):
        kinds = "，".join(f"“{_write(name)}”是{_kind_of(_values_of(name, loops)[0])}" for name in sorted(names))
        return (
            f"“{text}”不能这样比较{f'：{kinds}' if kinds else ''}。只能比较同一种：文字写在引号里（如 年份 > '2020'），数字不加引号",
            "these cannot be compared",
        )
    fewest = min(map(_count_empty, failing))
    empty = sorted(
        {
            (name, told.value or "")
            for one in failing
            if _count_empty(one) == fewest
            for name, told in one.items()
            if told.is_certain
        }
    )
    guards = [f"{_write(name)} != '{value}'" if value else _write(name) for name, value in empty]
    told = "，".join(f"“{_write(name)}”可能{f'是“{value}”' if value else '为空'}" for name, value in empty)
    instead = " and ".join([*guards, f"({text})" if isinstance(node, nodes.And | nodes.Or) else text])
    return (
        f"“{text}”：{told}，那时不能比较。请先判断，如“{instead}”",
        "empty values cannot be compared: ask for them first",
    )


def _count_empty(pattern: Mapping[tuple[str, str], _Told]) -> int:
    return sum(told.is_certain for told in pattern.values())


def _names_in(node: nodes.Node) -> set[tuple[str, str]]:
    """Every name of a condition with its field; a name alone has none."""
    whole = nodes.Output([node])
    fields = {(one.node.name, one.attr) for one in whole.find_all(nodes.Getattr)}
    items = {item for item, _ in fields}
    return fields | {(one.name, "") for one in whole.find_all(nodes.Name) if one.name not in items}


def _write(name: tuple[str, str]) -> str:
    return ".".join(filter(None, name))


def _values_of(name: tuple[str, str], loops: Loops) -> tuple[Any, ...]:
    """What may stand under a name: an example, and what is of another kind."""
    item, field = name
    listed = loops.get(item)
    if listed is not None:
        placeholder = next(one for one in listed.fields if one.name == field)
        return (placeholder.example, *placeholder.others)
    if field:
        return (_OF_A_LOOP[field],)
    return (_LINES,) if item in LIST_BY_NAME else (SINGLE_BY_NAME[item].example,)


def _patterns(names: set[tuple[str, str]], loops: Loops) -> Iterator[dict[tuple[str, str], _Told]] | None:
    """Every way in which names may be filled and empty; None where these are too many."""
    values = {name: _values_of(name, loops) for name in sorted(names)}
    if prod(map(len, values.values())) > MOST_PATTERNS:
        return None
    told = ([_Told(of_name[0], False), *(_Told(value, True) for value in of_name[1:])] for of_name in values.values())
    return (dict(zip(values, chosen, strict=True)) for chosen in product(*told))


def _stands(pattern: Mapping[tuple[str, str], _Told], around: Sequence[Held]) -> bool:
    """Whether a tag is reached in a pattern: no condition around it rules that out."""
    for held in around:
        try:
            told = _evaluate(held.node, pattern)
        except TypeError:
            # told where that condition stands
            return False
        if told.is_certain and bool(told.value) is not held.is_true:
            return False
    return True


def _works(node: nodes.Node, pattern: Mapping[tuple[str, str], _Told]) -> bool:
    try:
        _evaluate(node, pattern)
    except TypeError:
        return False
    return True


def _evaluate(node: nodes.Node, pattern: Mapping[tuple[str, str], _Told]) -> _Told:
    """What ``node`` comes to, as far as the pattern says it; ``TypeError`` where something is compared that cannot be."""
    if isinstance(node, nodes.Const):
        return _Told(node.value, True)
    if isinstance(node, nodes.Name):
        return pattern[node.name, ""]
    if isinstance(node, nodes.Getattr):
        return pattern[node.node.name, node.attr]
    if isinstance(node, nodes.Not):
        told = _evaluate(node.node, pattern)
        return _Told(not told.value, told.is_certain)
    if isinstance(node, nodes.And | nodes.Or):
        told = _evaluate(node.left, pattern)
        if told.is_certain and bool(told.value) is isinstance(node, nodes.Or):
            return told
        right = _evaluate(node.right, pattern)
        return _Told(right.value, right.is_certain and told.is_certain)
    left, is_certain = _evaluate(node.expr, pattern), True
    for operand in node.ops:
        right = _evaluate(operand.expr, pattern)
        holds = _COMPARED[operand.op](left.value, right.value)
        is_certain = is_certain and left.is_certain and right.is_certain
        if is_certain and not holds:
            return _Told(False, True)
        left = right
    return _Told(True, is_certain)


def _kind_of(value: Any) -> str:
    if isinstance(value, bool):
        return "是或否"
    return {str: "文字", range: "列表"}.get(type(value), "数字")
