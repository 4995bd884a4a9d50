"""What many commands ask for: options and their checks, the rulebook, the warehouse."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.refusals import is_disk_full, refuse

if TYPE_CHECKING:
    from desk.messages.mail import MailServer
    from rulebook import Regime, Rulebook


def check_folder(folder: Path | None) -> Path | None:
    """End the call unless the folder an option names, there or not yet, can be written to; nothing is made yet."""
    if folder is None:
        return None
    try:
        nearest = next(place for place in (folder, *folder.parents) if place.exists())
        if not nearest.is_dir():
            refuse(f"“{nearest}”是文件，不是文件夹，请换一个位置。{nearest} is a file, not a folder.")
        with tempfile.TemporaryFile(dir=nearest):
            pass
    except OSError as error:
        if is_disk_full(error):
            raise
        refuse(f"“{folder}”不能写入，请换一个位置。Cannot write to {folder}.")
    return folder


def check_output_folder(folder: Path | None) -> Path | None:
    """The same for a folder that is written for people: it lies in no store and in no sealed copy."""
    if folder is not None and (kept := kept_folder_around(folder)) is not None:
        refuse(
            f"“{folder}”在数据仓或封存件“{kept}”里面，不能把成果写进去，请换一个位置。"
            f"{folder} lies within a store or a sealed copy, {kept}: choose a place outside."
        )
    return check_folder(folder)


def kept_folder_around(folder: Path) -> Path | None:
    """The store, or sealed copy, that ``folder`` is or lies in; None where it lies in none."""
    place = folder.resolve()
    return next((one for one in (place, *place.parents) if is_store(one) or is_sealed_copy(one)), None)


def is_store(folder: Path) -> bool:
    """Whether something was collected, or built, there."""
    return (folder / "warehouse.duckdb").is_file() or (
        (folder / "originals").is_dir() and (folder / "receipts").is_dir()
    )


def is_sealed_copy(folder: Path) -> bool:
    """Whether ``huizong seal`` wrote it, wherever it was copied to."""
    return (folder / "chain.json").is_file() and (folder / "SHA256SUMS").is_file()


def check_output_file(path: Path) -> Path:
    """End the call unless a file can be written to the path an option names."""
    if path.is_dir():
        refuse(f"“{path}”是文件夹，请写明文件名。{path} is a folder; name a file.")
    check_output_folder(path.parent)
    return path


def check_store(store: Path) -> Path:
    """End the call unless the store an option names is a folder that is there."""
    if not store.is_dir():
        refuse(f"没有这个数据仓目录：{store}。No such store.")
    return store


def check_given_store(store: Path | None) -> Path | None:
    """The same for an option that may be left out."""
    return store and check_store(store)


RegimeOption = Annotated[str, typer.Option("--regime", help="方案，如 ankang-2024。The place's plan for the year.")]
RoundOption = Annotated[str, typer.Option("--round", help="轮次：plan、midyear、annual。")]
STORE_HELP = "数据仓目录。The store's folder."
StoreOption = Annotated[Path, typer.Option("--store", callback=check_store, help=STORE_HELP)]
WritableStore = Annotated[Path, typer.Option("--store", callback=check_folder, help=STORE_HELP)]
OptionalRegime = Annotated[str | None, typer.Option("--regime", help="方案，如 ankang-2024。The place's plan.")]
OptionalRound = Annotated[str | None, typer.Option("--round", help="轮次：plan、midyear、annual。")]
OptionalReporter = Annotated[str | None, typer.Option("--reporter", help="填报单位代码。The reporter's code.")]
JsonOption = Annotated[bool, typer.Option("--json", help="以 JSON 输出。Print JSON.")]


def load_rulebook(folder: Path | None = None) -> Rulebook:
    """The rulebook of ``folder``, else the one installed; a broken one ends the call with the line of every mistake."""
    from rulebook import RulebookError, load

    try:
        return load(folder)
    except RulebookError as error:
        refuse(str(error))


def find_regime(rulebook: Rulebook, key: str) -> Regime:
    """The regime ``key``, or the end of the call with the list of those there are."""
    if key not in rulebook.regimes:
        known = "、".join(sorted(rulebook.regimes))
        refuse(f"没有名为“{key}”的方案。现有方案：{known}。Unknown regime {key!r}.")
    return rulebook.regimes[key]


def check_round(round_key: str) -> None:
    """End the call unless ``round_key`` is a round."""
    from rulebook import ROUNDS

    if round_key not in ROUNDS:
        refuse(f"轮次只能是 {'、'.join(ROUNDS)}，不是“{round_key}”。Unknown round {round_key!r}.")


def check_form(rulebook: Rulebook, form: str) -> None:
    """End the call unless ``form`` is one of the rulebook's, with the list of those there are."""
    if form not in rulebook.forms:
        known = "、".join(f"{one.key}（{one.title}）" for one in rulebook.forms.values())
        refuse(f"没有名为“{form}”的表。现有：{known}。Unknown form {form!r}.")


def check_reporter(regime: Regime, reporter: str) -> None:
    """End the call unless ``reporter`` is one of the regime's."""
    if reporter not in regime.reporters:
        refuse(f"“{reporter}”不是{regime.title}的填报单位。{reporter!r} is not a reporter of {regime.key}.")


def read_given_files(paths: list[Path]) -> list[tuple[str, bytes]]:
    """Name and bytes of the files of a call, in order; a file that is not there ends the call."""
    missing = [str(path) for path in paths if not path.is_file()]
    if missing:
        refuse(f"找不到文件：{'、'.join(missing)}。No such file.")
    return [(str(path), path.read_bytes()) for path in paths]


def find_warehouse(store: Path) -> Path:
    """The warehouse of ``store``, or the end of the call when it was not built yet or cannot be used as it is."""
    path = store / "warehouse.duckdb"
    if not path.exists():
        refuse(f"数据仓库还没有建立，请先运行 huizong build --store {store}。Build the warehouse first.")
    from desk.views.warehouse import Warehouse

    warehouse = Warehouse(path)
    if warehouse.is_damaged:
        refuse(f"数据仓库已损坏，请重新运行 huizong build --store {store}。Damaged: build the warehouse again.")
    if not warehouse.exists:
        refuse(f"数据仓库是旧版本建的，请重新运行 huizong build --store {store}。Build the warehouse again.")
    return path


def find_mail_server() -> MailServer | None:
    """The mail server the environment names, in the words of Airflow's connections; None when it names none."""
    if "AIRFLOW_CONN_HUIZONG_SMTP" not in os.environ:
        return None
    # seconds to import: only who sends mail waits for Airflow
    from desk.airflow.plugin import mail_server

    return mail_server()
