"""Workbooks without a store: judge them, read them, issue blank ones."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated

import typer

from desk.cli.application import app
from desk.cli.options import (
    JsonOption,
    OptionalRegime,
    OptionalReporter,
    OptionalRound,
    RegimeOption,
    RoundOption,
    check_form,
    check_output_file,
    check_output_folder,
    check_reporter,
    check_round,
    find_regime,
    load_rulebook,
    read_given_files,
)


@app.command()
def check(
    files: Annotated[list[Path], typer.Argument(help="要审核的表格。The workbooks to judge.")],
    regime: OptionalRegime = None,
    round_key: OptionalRound = None,
    reporter: OptionalReporter = None,
    as_json: JsonOption = False,
    annotate: Annotated[
        Path | None,
        typer.Option("--annotate", callback=check_output_folder, help="批注稿存放目录。Folder for annotated copies."),
    ] = None,
) -> None:
    """审核表格，不入库；有未通过的，返回码为 1。Judge workbooks without touching a store."""
    rulebook = load_rulebook()
    if regime is not None:
        known = find_regime(rulebook, regime)
        if reporter is not None:
            check_reporter(known, reporter)
    if round_key is not None:
        check_round(round_key)
    from desk.delivery.checking import check_files
    from desk.tables import Progress, print_checked

    given = without_lock_files(read_given_files(files))
    with Progress() as progress:
        progress(f"读表、审核 {len(given)} 个文件 reading and judging")
        checked = check_files(given, rulebook, regime, round_key, reporter)
        if annotate is not None:
            progress("写批注稿 annotating")
            checked.annotate(annotate)
    if as_json:
        typer.echo(json.dumps(checked.as_json(), ensure_ascii=False, indent=2))
    else:
        print_checked(checked)
    if checked.has_reject:
        raise typer.Exit(1)


@app.command()
def read(
    file: Annotated[Path, typer.Argument(help="要读的表格。The workbook to read.")],
    as_json: JsonOption = False,
) -> None:
    """逐行列出系统读懂的内容，不需要方案。What the system understood, row by row."""
    from desk.delivery.checking import understood_rows

    ((name, data),) = read_given_files([file])
    rows, problems = understood_rows(name, data, load_rulebook())
    if as_json:
        typer.echo(json.dumps(rows, ensure_ascii=False, indent=2))
    else:
        from desk.tables import print_rows

        print_rows(rows)
    for problem in problems:
        typer.echo(problem, err=True)
    if problems:
        raise typer.Exit(1)


USUAL_FORM = "exit_statistics"
"""``rulebook.EXIT_TABLE``, which is not imported before it is needed."""


@app.command()
def template(
    regime: RegimeOption,
    round_key: RoundOption,
    reporter: Annotated[str, typer.Option("--reporter", help="填报单位代码。The reporter's code.")],
    output: Annotated[
        Path, typer.Option("-o", "--output", callback=check_output_file, help="存为。Where to write it.")
    ],
    form: Annotated[
        str, typer.Option("--form", help="表，如 acceptance；默认是统计表。The form; the exit table by default.")
    ] = USUAL_FORM,
) -> None:
    """生成发给填报单位的空表。Write the blank workbook of one reporter."""
    rulebook = load_rulebook()
    check_reporter(find_regime(rulebook, regime), reporter)
    check_round(round_key)
    check_form(rulebook, form)
    import exports

    exports.write_template(regime, round_key, reporter, output, rulebook, form)
    typer.echo(f"空表已生成：{output}")


def without_lock_files(given: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The files that are workbooks: what Excel and WPS leave beside an open one (~$…) is named and ignored."""
    workbooks = []
    for path, data in given:
        if Path(path).name.startswith("~$"):
            typer.echo(f"忽略“{path}”：这是表格打开时留下的临时文件，不是报表。Ignored: a lock file.", err=True)
        else:
            workbooks.append((path, data))
    return workbooks
