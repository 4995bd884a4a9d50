"""What is said when the rulebook itself is broken."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, order=True)
class Problem:
    """One mistake in one line of a rulebook file, told in Chinese and English."""

    file: Path
    line: int
    message_zh: str
    message_en: str

    def __str__(self) -> str:
        return f"{self.file}:{self.line}: {self.message_zh} / {self.message_en}"


class RulebookError(Exception):
    """The rulebook cannot be used; the text lists every mistake with its file and line."""

    def __init__(self, problems: Iterable[Problem]):
        self.problems = tuple(sorted(set(problems)))
        count = len(self.problems)
        lines = [
            f"规则库有 {count} 处错误，请先改正。 / The rulebook has {count} mistake(s); please correct them first."
        ]
        super().__init__("\n".join(lines + [str(problem) for problem in self.problems]))
