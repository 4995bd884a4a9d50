"""How a call ends that cannot be carried out: one sentence, and exit code 2."""

from __future__ import annotations

import errno
import os
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, NoReturn

import typer

if TYPE_CHECKING:
    from dbt_project import WarehouseError


def refuse(message: str) -> NoReturn:
    """End with exit code 2 and ``message`` on standard error: the call, not a workbook, is wrong."""
    typer.echo(message, err=True)
    raise typer.Exit(2)


def refuse_build(error: WarehouseError) -> NoReturn:
    """End with what a failed build says; where the disk is full, that is told instead, by the last door."""
    if is_disk_full(error):
        raise error
    refuse(str(error))


@contextmanager
def told_when_refused() -> Iterator[None]:
    """What the desk refuses within the block ends the call with its sentence."""
    try:
        yield
    except Exception as error:
        # imported here: who is refused nothing does not wait for it
        from desk.decisions.acts import Refused

        if isinstance(error, Refused):
            refuse(str(error))
        raise


def is_disk_full(error: BaseException) -> bool:
    """Whether that is what ``error`` comes from; of DuckDB, and of what dbt tells of it, there are only the words."""
    told: BaseException | None = error
    while told is not None:
        if getattr(told, "errno", None) in (errno.ENOSPC, errno.EDQUOT):
            return True
        if any(os.strerror(number) in str(told) for number in (errno.ENOSPC, errno.EDQUOT)):
            return True
        told = told.__cause__ or told.__context__
    return False
