"""One YAML file of the rulebook that still knows on which line everything stands."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from rulebook.problem import Problem

_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

Place = tuple[str | int, ...]
"""Keys and positions that lead to a value: ("obligations", 3, "due")."""

Shape = TypeVar("Shape", bound=BaseModel)

_WHOLE_NUMBER = ("“{key}”的值“{value}”应为整数", "'{value}' of '{key}' is no whole number")
_YES_OR_NO = ("“{key}”的值“{value}”应为 true 或 false", "'{value}' of '{key}' is neither true nor false")
_KEYS = ("“{key}”下面应写“键: 值”", "write keys with values below '{key}'")
_DATE = ("“{value}”不是日期，请写成 2024-07-19 这样", "'{value}' is no date; write it like 2024-07-19")

_WORDS_FOR_ERRORS = {
    "extra_forbidden": ("不认识的键“{key}”", "unknown key '{key}'"),
    "missing": ("缺少“{key}”", "'{key}' is missing"),
    "date_type": _DATE,
    "date_from_datetime_inexact": _DATE,
    "literal_error": ("“{value}”不能用，只能是 {allowed}", "'{value}' is not possible here, only {allowed}"),
    "string_type": ("“{key}”的值“{value}”请加引号", "put the value '{value}' of '{key}' in quotes"),
    "string_too_short": ("“{key}”不能为空", "'{key}' cannot be empty"),
    "int_type": _WHOLE_NUMBER,
    "int_parsing": _WHOLE_NUMBER,
    "int_from_float": _WHOLE_NUMBER,
    "bool_type": _YES_OR_NO,
    "bool_parsing": _YES_OR_NO,
    "tuple_type": ("“{key}”应为列表", "'{key}' must be a list"),
    "dict_type": _KEYS,
    "model_type": _KEYS,
    "source_missing": ("缺少出处：写 quote（方案原句）或 ours（理由）", "write where it comes from: quote or ours"),
    "source_twice": ("quote 和 ours 只能写一个", "write either quote or ours, not both"),
}
"""What is said for each kind of error of the shapes in `written.py`."""


class YamlDocument:
    """The data of a file, the line of every value, and all mistakes found in it so far."""

    def __init__(self, path: Path):
        self.path = path
        self.problems: list[Problem] = []
        self.data: Any = None
        self._lines: dict[Place, int] = {}
        self._read()

    def line(self, place: Place) -> int:
        """Return the line of the value at this place, or of the nearest thing around it."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 1)

    def report(self, place: Place, message_zh: str, message_en: str) -> None:
        """Note a mistake at this place."""
        self.report_line(self.line(place), message_zh, message_en)

    def report_line(self, line: int, message_zh: str, message_en: str) -> None:
        """Note a mistake in this line."""
        self.problems.append(Problem(self.path, line, message_zh, message_en))

    def shaped(self, shape: type[Shape]) -> Shape | None:
        """Return the data as this shape; None, with every deviation noted, when it has another."""
        if self.problems:
            return None
        try:
            return shape.model_validate(self.data)
        except ValidationError as error:
            for detail in error.errors(include_url=False):
                self._report_deviation(detail)
            return None

    def _report_deviation(self, detail: ErrorDetails) -> None:
        place = detail["loc"]
        message_zh, message_en = _WORDS_FOR_ERRORS.get(
            detail["type"], ("“{key}”的值“{value}”不能用", "'{key}' cannot be '{value}': {reason}")
        )
        known = {
            "key": place[-1] if place else "",
            "value": detail["input"],
            "reason": detail["msg"],
            "allowed": "、".join(re.findall(r"'([^']*)'", detail.get("ctx", {}).get("expected", ""))),
        }
        self.report(place, message_zh.format(**known), message_en.format(**known))

    def _read(self) -> None:
        try:
            loader = _Loader(self.path.read_bytes())
            node = loader.get_single_node()
            self.data = self._value(loader, node, ()) if node else {}
        except yaml.YAMLError as error:
            mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
            reason = getattr(error, "problem", None) or getattr(error, "reason", None)
            self.report_line(
                mark.line + 1 if mark else 1, f"YAML 格式有误（{reason}）", f"this is no valid YAML ({reason})"
            )
        except OSError:
            self.report_line(1, "没有这个文件，或者打不开", "there is no such file, or it cannot be opened")

    def _value(self, loader: Any, node: yaml.Node, place: Place) -> Any:
        self._lines[place] = node.start_mark.line + 1
        if isinstance(node, yaml.MappingNode):
            return self._mapping(loader, node, place)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(loader, item, (*place, position)) for position, item in enumerate(node.value)]
        try:
            return loader.construct_object(node)
        except ValueError:
            # A day that no calendar has (2024-02-30) looks like a date: kept as written, refused where a date is due.
            return node.value

    def _mapping(self, loader: Any, node: yaml.MappingNode, place: Place) -> dict[str, Any]:
        mapping: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = str(key_node.value)
            if key in mapping:
                self.report_line(
                    key_node.start_mark.line + 1, f"键“{key}”写了两次", f"the key '{key}' is written twice"
                )
            mapping[key] = self._value(loader, value_node, (*place, key))
            self._lines[(*place, key)] = key_node.start_mark.line + 1
        return mapping
