"""The command line ``huizong``: what is done with workbooks, with a store, and the decisions about it.

Exit codes are part of the contract (architecture, section 5.1): 0 all well, 1 at least one reject (or an altered pack),
2 wrong usage. Stages are imported inside the commands, so that ``huizong --help`` and ``huizong read`` do not pay for
Great Expectations or dbt.
"""

from __future__ import annotations

import atexit
import errno
import gc
import json
import os
import sys
import tempfile
import traceback
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

if TYPE_CHECKING:
    from dbt_project import WarehouseError
    from desk.messages.mail import MailServer
    from exports.sign_off import SignOff
    from rulebook import Regime, Rulebook

app = typer.Typer(
    help="汇总：收集各县落后产能退出报表，审核，汇总。Collects, judges and adds up the counties' returns.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)


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
USUAL_FORM = "exit_statistics"
"""``rulebook.EXIT_TABLE``, which is not imported before it is needed."""

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


def without_lock_files(given: list[tuple[str, bytes]]) -> list[tuple[str, bytes]]:
    """The files that are workbooks: what Excel and WPS leave beside an open one (~$…) is named and ignored."""
    workbooks = []
    for path, data in given:
        if Path(path).name.startswith("~$"):
            typer.echo(f"忽略“{path}”：这是表格打开时留下的临时文件，不是报表。Ignored: a lock file.", err=True)
        else:
            workbooks.append((path, data))
    return workbooks


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


@app.command()
def collect(
    inbox: Annotated[Path, typer.Option("--inbox", help="收件目录。The folder of received files.")],
    store: WritableStore,
    regime: RegimeOption,
    round_key: RoundOption,
) -> None:
    """收件、读表、审核、回执：只处理新文件。Take in, read, judge and answer everything new."""
    rulebook = load_rulebook()
    find_regime(rulebook, regime)
    check_round(round_key)
    if not inbox.is_dir():
        refuse(f"收件目录不存在：{inbox}。No such inbox.")
    from desk.delivery.workers import offer_workers
    from desk.tables import Progress, print_collected

    with told_when_refused(), Progress() as progress, offer_workers() as workers:
        # while this is imported the workers get ready
        from desk.delivery.collecting import collect_inbox

        collected = collect_inbox(inbox, store, regime, round_key, rulebook, workers, progress)
    print_collected(collected)


@app.command()
def build(store: StoreOption) -> None:
    """建立数据仓库，建好后替换旧的。Run dbt beside the warehouse in use and put the result in its place."""
    check_folder(store)
    rulebook = load_rulebook()
    import dbt_project
    from desk.tables import Progress

    try:
        with told_when_refused(), Progress() as progress:
            finish_decided_corrections(store, rulebook)
            progress("建立数据仓库 dbt build")
            dbt_project.build(store, rulebook, progress.say_when_slow)
    except dbt_project.WarehouseError as error:
        refuse_build(error)
    typer.echo(f"数据仓库已更新：{store / 'warehouse.duckdb'}")


def finish_decided_corrections(store: Path, rulebook: Rulebook) -> None:
    """What was decided to be another reporter's is taken in for it: before the warehouse is built."""
    from store import Store

    if not Store(store).keys("decisions"):
        return
    # imported here: a store without decisions does not wait for what reads and judges
    from desk.delivery.intake import finish_corrections

    finish_corrections(Store(store), rulebook)


@app.command()
def docs(store: StoreOption, regime: OptionalRegime = None, round_key: OptionalRound = None) -> None:
    """生成审核文档（需写明方案和轮次）和数据字典。Document the warehouse and, for a cycle, its judging."""
    check_folder(store)
    if (regime is None) != (round_key is None):
        refuse("--regime 和 --round 要一起写。Give both or neither.")
    rulebook = load_rulebook()
    if regime is not None:
        find_regime(rulebook, regime)
        check_round(round_key)
    find_warehouse(store)
    import dbt_project
    from desk import documentation
    from desk.tables import Progress

    pages = []
    try:
        with Progress() as progress:
            if regime is not None:
                progress("审核文档 Data Docs")
                pages.append(documentation.document_judging(store, regime, round_key, rulebook))
            pages.append(documentation.document_warehouse(store, progress))
    except dbt_project.WarehouseError as error:
        refuse_build(error)
    for page in filter(None, pages):
        typer.echo(store / page)


@app.command()
def report(
    store: StoreOption,
    regime: RegimeOption,
    round_key: RoundOption,
    output: Annotated[
        Path, typer.Option("-o", "--output", callback=check_output_folder, help="存放目录。The pack's folder.")
    ],
    pdf: Annotated[bool, typer.Option("--pdf", help="另存 PDF 到“<目录>-pdf”（需 LibreOffice）。PDFs beside.")] = False,
) -> None:
    """写出汇总表、汇总数据和清单；封存前是草稿，封存后是封存件的副本。The pack: a draft, or what was sealed."""
    rulebook = load_rulebook()
    find_regime(rulebook, regime)
    check_round(round_key)
    if copied := copy_what_is_sealed(store, regime, round_key, output, rulebook):
        show_pack(copied, output, pdf)
        return
    from desk.delivery.workers import offer_writer

    with offer_writer() as writer:
        warehouse = find_warehouse(store)
        import exports
        from desk.tables import Progress

        with told_when_refused(), Progress() as progress:
            progress("写汇总成果 writing the pack")
            sign_off = read_sign_off(store, regime, round_key, rulebook)
            try:
                pack = exports.write_pack(warehouse, regime, round_key, output, rulebook, sign_off, workers=writer)
            except exports.OwnTemplateError as error:
                refuse(str(error))
            except BrokenExecutor:
                progress.finish_step()
                typer.echo(
                    "写成果的一个进程被中止（常见原因是内存不足），成果没有改动，请再运行一次。"
                    "A process that wrote the pack was stopped; nothing was written: run it again.",
                    err=True,
                )
                raise typer.Exit(3) from None
    show_pack(pack.files, output, pdf)


def read_sign_off(store: Path, regime: str, round_key: str, rulebook: Rulebook) -> SignOff:
    """How far the report of a cycle has come by what was decided in ``store``."""
    from exports.sign_off import SignOff
    from store import Store

    if not Store(store).keys("decisions"):
        return SignOff()
    # imported here: a store without decisions does not wait for it
    from desk.decisions.log import Decisions
    from desk.january.sealed_packs import sign_off_of_pack

    return sign_off_of_pack(Store(store), Decisions(Store(store), rulebook), regime, round_key, rulebook)


def show_pack(files: Sequence[Path], output: Path, pdf: bool) -> None:
    """Name the files of the pack in ``output``; beside it lie PDFs of them, or, unless asked for, none of other figures."""
    for path in files:
        typer.echo(path)
    beside = output.with_name(f"{output.absolute().name}-pdf")
    if pdf:
        show_pdfs(files, beside)
        return
    from exports.pdf import remove_stale

    if stale := remove_stale(files, beside):
        typer.echo(f"已删去过时的 PDF：{'、'.join(stale)}。Removed: PDFs of what the pack was before.", err=True)


def show_pdfs(files: Sequence[Path], folder: Path) -> None:
    """Write the PDFs of a pack into ``folder`` and name them; where there can be none, say why: the pack is whole."""
    from exports.pdf import NoPdf, name_undrawn, write_pdfs

    try:
        pdfs = write_pdfs(files, folder)
    except NoPdf as reason:
        typer.echo(reason, err=True)
        return
    for path in pdfs:
        typer.echo(path)
    if undrawn := name_undrawn(files, pdfs):
        typer.echo(f"LibreOffice 不能把这些文件转成 PDF：{'、'.join(undrawn)}。It made no PDF of these.", err=True)


def copy_what_is_sealed(store: Path, regime: str, round_key: str, output: Path, rulebook: Rulebook) -> list[Path]:
    """The documents of a sealed cycle, copied to ``output``; none where it is open."""
    from store import Store

    if not Store(store).keys("decisions"):
        return []
    # imported here: a store without decisions does not wait for it
    from desk.decisions.log import Decisions
    from desk.january.sealed_packs import copy_sealed_pack

    with told_when_refused():
        return copy_sealed_pack(Store(store), Decisions(Store(store), rulebook), regime, round_key, output) or []


@app.command()
def seal(store: StoreOption, regime: RegimeOption, round_key: RoundOption) -> None:
    """写封存件：成果、数据、规则、决定，一次写成，不再改变。Write the sealed copy of a cycle whose seal was decided."""
    check_folder(store)
    rulebook = load_rulebook()
    find_regime(rulebook, regime)
    check_round(round_key)
    import dbt_project
    from desk.january.seal_writing import seal_cycle
    from desk.january.sealed_packs import PACK
    from desk.tables import Progress
    from exports.verification import MANIFEST, digest_file
    from store import Store

    try:
        with told_when_refused(), Progress() as progress:
            sealing = seal_cycle(Store(store), regime, round_key, rulebook, progress)
    except dbt_project.WarehouseError as error:
        refuse_build(error)
    if not sealing.is_new:
        typer.echo("这次封存早已写成，完整未变，没有再写。Sealed before, whole, nothing was written.")
    typer.echo(f"封存件：{store / sealing.pack.key}")
    if sealing.pack.number:
        typer.echo(f"其中有第 {sealing.pack.number} 号补充更正报告 supplement.xlsx。Supplement {sealing.pack.number}.")
    documents = store / sealing.pack.key / PACK / MANIFEST
    typer.echo(f"成果清单摘要（SHA-256），请抄在报送清单上：{digest_file(documents)}")
    typer.echo("Write this digest on the transmittal list.")
    typer.echo(f"封存件清单摘要（SHA-256），请记入单位档案：{sealing.pack.digest}")
    typer.echo("Keep this one, of the whole sealed copy, in the files of the office.")


@app.command("own-template")
def own_template(
    store: WritableStore,
    regime: RegimeOption,
    lay: Annotated[bool, typer.Option("--lay", help="缺的再放一份自带的。Lay ours where one is missing.")] = False,
) -> None:
    """自备模板：第一次放好自带的作起点，以后只检查。The first time ours are laid to start from; then what is there is checked."""
    find_regime(load_rulebook(), regime)
    import exports
    from store import Store

    place = Store(store)
    laid = exports.lay_templates(place, regime) if lay or exports.is_first_template(place, regime) else []
    for key in laid:
        typer.echo(f"{place.location(key)}  已放好自带的模板，请在此基础上修改。Ours, to change as you like.")
    for key in exports.unused_templates(place, regime):
        typer.echo(
            f"{place.location(key)}  没有用到：文件名要是 report.docx 或 announcement.xlsx。Not used: it needs one of these names."
        )
    problems = exports.check_templates(place, regime)
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    if not laid and (own := exports.own_templates(place, regime)):
        typer.echo(f"模板没有问题，写成果时采用：{'、'.join(own)}。Nothing is wrong; packs are written by them.")
    elif not laid:
        typer.echo("没有自备模板，写成果时用自带的；要放一份作起点，加 --lay。No template of your own: ours is used.")


@app.command()
def status(store: StoreOption, regime: RegimeOption, round_key: RoundOption, as_json: JsonOption = False) -> None:
    """谁该报、谁已报、谁迟报、谁没通过、谁被退回。Who owes, is in, is late, was rejected or returned."""
    rulebook = load_rulebook()
    find_regime(rulebook, regime)
    check_round(round_key)
    from desk.decisions.log import Decisions
    from desk.january.report import excused_of
    from desk.views.status import read_status
    from store import Store

    warehouse = find_warehouse(store)
    with told_when_refused():
        excused = excused_of(Decisions(Store(store), rulebook).in_force(), regime, round_key)
    reporters = read_status(warehouse, regime, round_key, excused=excused)
    if as_json:
        typer.echo(json.dumps(reporters, ensure_ascii=False, indent=2, default=str))
    else:
        from desk.tables import print_status

        print_status(reporters)
    warn_of_sealed_figures(store, regime, round_key, rulebook)


def warn_of_sealed_figures(store: Path, regime: str, round_key: str, rulebook: Rulebook) -> None:
    """Say on standard error where the warehouse's figures of a sealed cycle are not the sealed ones."""
    from store import Store

    if not Store(store).keys("decisions"):
        return
    # imported here: a store without decisions does not wait for it
    from desk.decisions.log import Decisions
    from desk.january.sealed_packs import compare_with_sealed
    from desk.tables import say_sealed_figures
    from desk.views.warehouse import Warehouse

    log = Decisions(Store(store), rulebook)
    with told_when_refused():
        sealed = compare_with_sealed(Store(store), log, Warehouse(find_warehouse(store)), regime, round_key)
    for line in say_sealed_figures(sealed):
        typer.echo(line, err=True)


@app.command()
def gates(store: StoreOption, regime: RegimeOption, round_key: RoundOption, as_json: JsonOption = False) -> None:
    """签发前的各项条件：哪些已满足，哪些还差什么。What must be so before the report is signed."""
    rulebook = load_rulebook()
    find_regime(rulebook, regime)
    check_round(round_key)
    find_warehouse(store)
    from desk.decisions.room import decision_room

    with told_when_refused():
        report = decision_room(store, rulebook).read_report(regime, round_key)
    if as_json:
        typer.echo(json.dumps([gate.as_json() for gate in report.gates], ensure_ascii=False, indent=2))
        if report.waits:
            typer.echo("".join(report.waits), err=True)
    else:
        from desk.tables import print_report

        print_report(report)


@app.command()
def trace(
    store: StoreOption,
    regime: RegimeOption,
    round_key: RoundOption,
    division: Annotated[
        str | None,
        typer.Option(
            "--division", help="市、县或园区的代码，或者“未写明地区”；默认全部。A division's code; default: all."
        ),
    ] = None,
    industry: Annotated[str | None, typer.Option("--industry", help="行业，如 水泥。The industry.")] = None,
    category: Annotated[str | None, typer.Option("--category", help="淘汰类别，如 能耗。The category.")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="计量单位，如 万吨。The unit of the amounts.")] = None,
    part: Annotated[
        str,
        typer.Option(
            "--part",
            help="哪一个数：actual 退出，planned 计划，done 已完成，outside 计划外，dismantled 已拆除，standing 已关停未拆除，"
            "unknown 拆除情况不明；也可以写中文。Which figure.",
        ),
    ] = "actual",
    as_json: JsonOption = False,
) -> None:
    """一个数字由哪些退出（计划数由计划名单的哪些行）相加而成，各出自哪个文件的哪一格。What a figure adds up, down to cell and file."""
    rulebook = load_rulebook()
    plan = find_regime(rulebook, regime)
    check_round(round_key)
    from desk.views import lineage
    from exports.facts import UNPLACED
    from rulebook import CATEGORIES, UNCATEGORISED

    if division is not None and division not in (*plan.divisions, UNPLACED):
        refuse(f"“{division}”不在{plan.title}的范围内。{division!r} is no division of {plan.key}.")
    if category is not None and category not in (*CATEGORIES, UNCATEGORISED):
        known = "、".join((*CATEGORIES, UNCATEGORISED))
        refuse(f"淘汰类别只能是 {known}，不是“{category}”。Unknown category {category!r}.")
    word = rulebook.reference.industry(industry) if industry else None
    if industry and word is None:
        refuse(f"没有名为“{industry}”的行业。Unknown industry {industry!r}.")
    parts = {zh: key for key, (zh, _) in lineage.PARTS.items()} | {key: key for key in lineage.PARTS}
    if part not in parts or (round_key == "plan" and parts[part] != lineage.ACTUAL):
        offered = {lineage.ACTUAL: lineage.PARTS[lineage.ACTUAL]} if round_key == "plan" else lineage.PARTS
        known = "、".join(f"{key}（{zh}）" for key, (zh, _) in offered.items())
        refuse(f"--part 在这个轮次可以是 {known}，不是“{part}”。{part!r} is no figure of this round.")
    from desk.views.warehouse import Warehouse

    industry_name = word and word.name
    figure = lineage.Figure(plan, round_key, division or plan.area, industry_name, category, unit, parts[part])
    traced = lineage.trace(Warehouse(find_warehouse(store)), figure)
    if as_json:
        typer.echo(json.dumps(traced.as_json(), ensure_ascii=False, indent=2))
    else:
        from desk.tables import print_traced

        print_traced(traced, parts[part])
    warn_of_sealed_figures(store, regime, round_key, rulebook)


@app.command()
def questions(
    store: StoreOption,
    regime: RegimeOption,
    round_key: RoundOption,
    city: Annotated[str | None, typer.Option("--city", help="市的代码，默认全部。A city's code; default: all.")] = None,
    as_json: JsonOption = False,
) -> None:
    """列出名称相近、要判定是否同一家的企业。Enterprises that may be one; decide with merge or distinct."""
    rulebook = load_rulebook()
    plan = find_regime(rulebook, regime)
    check_round(round_key)
    if city is not None and city not in plan.divisions:
        refuse(f"“{city}”不在{plan.title}的范围内。{city!r} is no city of {plan.key}.")
    from desk.decisions.log import Decisions
    from desk.views.questions import read_questions
    from desk.views.warehouse import Warehouse
    from store import Store

    in_force = Decisions(Store(store), rulebook).in_force()
    found = read_questions(Warehouse(find_warehouse(store)), in_force, regime, round_key, city)
    if as_json:
        typer.echo(json.dumps([one.as_json() for one in found], ensure_ascii=False, indent=2))
    else:
        from desk.tables import print_questions

        print_questions(found, ("--store", str(store), "--regime", regime, "--round", round_key))


@app.command()
def findings(
    store: StoreOption,
    regime: RegimeOption,
    round_key: RoundOption,
    reporter: OptionalReporter = None,
    rule: Annotated[str | None, typer.Option("--rule", help="只看一条规则，如 X01。One rule alone.")] = None,
    as_json: JsonOption = False,
) -> None:
    """列出跨表核对发现的问题（X 规则）。What was found across submissions; settle it with explain or add_to_plan."""
    rulebook = load_rulebook()
    plan = find_regime(rulebook, regime)
    check_round(round_key)
    if reporter is not None:
        check_reporter(plan, reporter)
    from desk.views.cross_findings import read_cross_findings, rules_across_submissions
    from desk.views.warehouse import Warehouse

    rules = rules_across_submissions(rulebook)
    if rule is not None and rule not in rules:
        refuse(f"“{rule}”不是跨表核对的规则，可以是：{'、'.join(rules)}。{rule!r} is no rule across submissions.")
    found = read_cross_findings(
        Warehouse(find_warehouse(store)), regime, round_key, [rule] if rule else rules, reporter
    )
    if as_json:
        typer.echo(json.dumps(found, ensure_ascii=False, indent=2))
    else:
        from desk.tables import print_cross_findings

        print_cross_findings(found, ("--store", str(store)))


@app.command()
def remind(
    store: StoreOption,
    regime: RegimeOption,
    round_key: RoundOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只列出要催谁，什么都不发。Only say who would be reminded.")
    ] = False,
) -> None:
    """催报：通知放进各单位和各市的发件箱；设了 AIRFLOW_CONN_HUIZONG_SMTP 的同时发邮件。Remind all who must act."""
    rulebook = load_rulebook()
    find_regime(rulebook, regime)
    check_round(round_key)
    from desk.decisions.log import Decisions
    from desk.january.report import excused_of
    from desk.messages.reminders import remind, to_remind
    from desk.tables import print_owing, print_reminded
    from desk.views.board import read_standing
    from desk.views.warehouse import Warehouse
    from rulebook import LOCAL_TIME
    from store import Store

    log = Decisions(Store(store), rulebook)
    if log.is_sealed(regime, round_key):
        refuse("这个轮次已经封存，不再收表，所以不催报。This cycle is sealed: nobody is reminded.")
    day = datetime.now(LOCAL_TIME).date()
    excused = excused_of(log.in_force(), regime, round_key)
    standing = read_standing(Warehouse(find_warehouse(store)), rulebook, (regime, round_key), day, excused)
    owing = to_remind(standing.lines, day)
    if dry_run:
        print_owing(owing, day)
        return
    codes = [line.reporter_code for line in owing]
    decisions = log.in_force()
    print_reminded(
        remind(Store(store), rulebook, (regime, round_key), standing.lines, codes, day, decisions, find_mail_server()),
        day,
    )


@app.command()
def watch(store: StoreOption) -> None:
    """查看整改期限：快到期和已逾期的，通知放进下达单位和各市的发件箱。Tell whose orders fall due or are overdue."""
    check_folder(store)
    rulebook = load_rulebook()
    import dbt_project
    from desk.delivery.intake import finish_corrections
    from desk.messages.watching import watch_store
    from desk.tables import Progress, print_watched
    from rulebook import LOCAL_TIME
    from store import Store

    day = datetime.now(LOCAL_TIME).date()
    try:
        with told_when_refused(), Progress() as progress:

            def build() -> None:
                finish_corrections(Store(store), rulebook)
                progress("建立数据仓库 dbt build")
                dbt_project.build(store, rulebook, progress.say_when_slow, as_of=day)

            watched = watch_store(Store(store), rulebook, day, build, find_mail_server())
    except dbt_project.WarehouseError as error:
        refuse_build(error)
    print_watched(watched, day)


@app.command()
def rejudge(
    store: StoreOption,
    regime: RegimeOption,
    round_key: RoundOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="只试算，什么都不改。Only try; nothing is changed.")
    ] = False,
    rulebook_folder: Annotated[
        Path | None, typer.Option("--rulebook", help="要试的规则库目录，默认为已安装的。The rulebook to try.")
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """试用改过的规则：已收的表里，谁的结论会变。Whose verdict would change under a changed rulebook."""
    if not dry_run:
        refuse(
            "正式重新审核要由工作台作出决定，目前还不能这样做。请加 --dry-run 试算。"
            "Re-judging for real needs a decision on the desk and is not possible yet; add --dry-run to try it."
        )
    if rulebook_folder is not None and not rulebook_folder.is_dir():
        refuse(f"规则库目录不存在：{rulebook_folder}。No such rulebook.")
    rulebook = load_rulebook(rulebook_folder)
    find_regime(rulebook, regime)
    check_round(round_key)
    from desk.delivery.workers import offer_workers
    from desk.tables import Progress, print_rejudged

    with told_when_refused(), Progress() as progress, offer_workers() as workers:
        # this import takes most of a second, in which the workers get ready
        from desk.delivery.rejudgement import rejudge_cycle

        rejudged = rejudge_cycle(store, regime, round_key, rulebook, workers, progress)
    if as_json:
        typer.echo(json.dumps(rejudged.as_json(), ensure_ascii=False, indent=2))
    else:
        print_rejudged(rejudged)


@app.command()
def decide(
    kind: Annotated[str, typer.Argument(help="哪种决定，如 return、waive；写错时会列出全部。Which act, e.g. return.")],
    store: StoreOption,
    actor: Annotated[str, typer.Option("--actor", help="作出决定的人。Who decides.")],
    reason: Annotated[str, typer.Option("--reason", help="理由，必填。Why.")] = "",
    submission: Annotated[str | None, typer.Option("--submission", help="收件号。The submission.")] = None,
    finding: Annotated[str | None, typer.Option("--finding", help="问题编号。The finding's id.")] = None,
    reporter: OptionalReporter = None,
    city: Annotated[str | None, typer.Option("--city", help="市的代码。The city's code.")] = None,
    identity: Annotated[
        str | None,
        typer.Option(
            "--identity",
            help="企业编号（见 questions）；object 不填就是对整份名单。"
            "An enterprise; an objection without it is to the whole list.",
        ),
    ] = None,
    other: Annotated[str | None, typer.Option("--other", help="另一家企业的编号。The other enterprise.")] = None,
    claims: Annotated[
        str | None, typer.Option("--claims", help="退出的报送数编号（见 trace --json）。Its claims.")
    ] = None,
    chosen: Annotated[str | None, typer.Option("--chosen", help="采信的填报单位代码。The reporter chosen.")] = None,
    regime: OptionalRegime = None,
    round_key: OptionalRound = None,
    due: Annotated[str | None, typer.Option("--due", help="新的截止日期，如 2025-01-15。The new due date.")] = None,
    expires_on: Annotated[str | None, typer.Option("--expires-on", help="豁免有效期至（含当日）。Last day.")] = None,
    explanation: Annotated[str | None, typer.Option("--explanation", help="填报单位的说明。The explanation.")] = None,
    new_reporter: Annotated[str | None, typer.Option("--new-reporter", help="正确的填报单位代码。Right code.")] = None,
    document_no: Annotated[str | None, typer.Option("--document-no", help="同意文件文号。Its number.")] = None,
    document_date: Annotated[str | None, typer.Option("--document-date", help="同意文件日期。Its date.")] = None,
    document_issuer: Annotated[str | None, typer.Option("--document-issuer", help="同意的政府。Who consents.")] = None,
    row: Annotated[str | None, typer.Option("--row", help="表中的行，如 000123:1:7。The row of a table.")] = None,
    document: Annotated[Path | None, typer.Option("--document", help="同意文件或证据的扫描件。The scan.")] = None,
    opened_on: Annotated[str | None, typer.Option("--opened-on", help="公示从哪天起。First day shown.")] = None,
    closes_on: Annotated[str | None, typer.Option("--closes-on", help="公示最后一日。Last day shown.")] = None,
    shown_at: Annotated[str | None, typer.Option("--shown-at", help="公示、公开的地方。Where it is shown.")] = None,
    objector: Annotated[str | None, typer.Option("--objector", help="提出异议的人。Who objects.")] = None,
    received_on: Annotated[str | None, typer.Option("--received-on", help="收到异议的日期。Day received.")] = None,
    content: Annotated[str | None, typer.Option("--content", help="异议内容。What is objected to.")] = None,
    objection: Annotated[str | None, typer.Option("--objection", help="异议编号。The objection's number.")] = None,
    outcome: Annotated[str | None, typer.Option("--outcome", help="upheld 成立，not_upheld 不成立。")] = None,
    announced_on: Annotated[str | None, typer.Option("--announced-on", help="公开日期。Day announced.")] = None,
    place: Annotated[str | None, typer.Option("--place", help="公开的市、县代码。The city or county.")] = None,
    listed_findings: Annotated[
        str | None, typer.Option("--listed-findings", help="签发人对未说明问题的意见。The signer on open findings.")
    ] = None,
    undoes: Annotated[str | None, typer.Option("--undoes", help="要撤销的决定的编号。The decision to undo.")] = None,
    user: Annotated[str | None, typer.Option("--user", help="用户名。The user.")] = None,
    role: Annotated[str | None, typer.Option("--role", help="身份：reporter、steward、signer、viewer。")] = None,
    unit: Annotated[str | None, typer.Option("--unit", help="填报单位、市或省的代码。The role's unit.")] = None,
    name: Annotated[
        str | None, typer.Option("--name", help="用户的姓名，用在决定和报告里。The user's name, as papers tell it.")
    ] = None,
) -> None:
    """作出一项决定并记入记录：退回、豁免、延期、撤销等。Make a decision; it is kept for good."""
    told = {
        "reason": reason, "submission": submission, "finding": finding, "reporter": reporter, "city": city,
        "identity": identity, "other": other, "claims": claims, "chosen": chosen,
        "regime": regime, "round": round_key, "due": due, "expires_on": expires_on, "explanation": explanation,
        "new_reporter": new_reporter, "document_no": document_no, "document_date": document_date,
        "document_issuer": document_issuer, "row": row,
        "opened_on": opened_on, "closes_on": closes_on, "shown_at": shown_at, "objector": objector,
        "received_on": received_on, "content": content, "objection": objection, "outcome": outcome,
        "announced_on": announced_on, "place": place, "listed_findings": listed_findings,
        "decision": undoes, "user": user, "role": role, "unit": unit, "name": name,
    }  # fmt: skip
    check_folder(store)
    scan = read_given_files([document])[0][1] if document else None
    rulebook = load_rulebook()
    from desk.decisions.acts import Actor, Refused
    from desk.decisions.posts import name_of_person
    from desk.decisions.room import decision_room, draft_of

    try:
        room = decision_room(store, rulebook, find_mail_server())
        made_by = Actor(actor, name_of_person(actor, actor, room.decisions))
        decision = room.decide(draft_of(kind, told, scan), made_by, seen=None)
    except Refused as refused:
        refuse(str(refused))
    label = decision.act.label_zh
    typer.echo(f"已记录：第 {decision.sequence} 号决定，{label}。Kept as decision {decision.sequence}.")
    if decision.kind == "object":
        from desk.decisions.listing import holds_in_words

        typer.echo("".join(holds_in_words(decision, rulebook)))
    if room.decisions.waits_for_build(decision):
        typer.echo(f"下次建仓后生效：huizong build --store {store}。It takes effect with the next build.")


@app.command()
def decisions(
    store: StoreOption,
    as_json: JsonOption = False,
    check_chain: Annotated[
        bool, typer.Option("--check", help="核对记录是否被改动。Check that nothing was altered.")
    ] = False,
) -> None:
    """列出全部决定；--check 核对记录是否完整。The log of decisions; --check proves it whole."""
    rulebook = load_rulebook()
    from desk.decisions.acts import Refused
    from desk.decisions.listing import lapsed_decisions, log_lines
    from desk.decisions.log import Decisions
    from desk.views.warehouse import Warehouse
    from store import Store

    log = Decisions(Store(store), rulebook)
    if check_chain:
        end_with_problems(log.verify())
        return
    try:
        lapsed = lapsed_decisions(log, Warehouse(Store(store).location("warehouse.duckdb")))
        lines = log_lines(reversed(log.all()), log, rulebook, lapsed)
    except Refused as refused:
        refuse(str(refused))
    if as_json:
        typer.echo(json.dumps([line.as_json() for line in lines], ensure_ascii=False, indent=2))
    else:
        from desk.tables import print_decisions

        print_decisions(lines)


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="汇总成果或封存件的目录。The folder of a pack or sealed copy.")],
    store: Annotated[
        Path | None,
        typer.Option(
            "--store", callback=check_given_store, help="并与数据仓的决定记录核对。Also against this store's log."
        ),
    ] = None,
) -> None:
    """按清单核对汇总成果或封存件是否被改动。Check a pack or a sealed copy against its manifest."""
    import exports

    if not folder.is_dir():
        refuse(f"目录不存在：{folder}。No such folder.")
    problems = exports.verify_pack(folder)
    if store is not None and problems:
        from desk.january.sealed_packs import check_is_registered
        from store import Store

        problems = [*check_is_registered(Store(store), folder), *problems]
    elif store is not None:
        from desk.decisions.log import Decisions
        from desk.january.sealed_packs import check_against_log
        from store import Store

        log = Decisions(Store(store), load_rulebook())
        with told_when_refused():
            problems, notes = check_against_log(Store(store), log, folder)
        for note in notes:
            typer.echo(note)
    if not problems:
        for line in tell_digests(folder):
            typer.echo(line)
    end_with_problems(problems)


def tell_digests(folder: Path) -> Iterator[str]:
    """The digests of a whole pack or sealed copy that were written down elsewhere, with those of its supplements."""
    from desk.january.sealed_packs import PACK
    from exports.verification import MANIFEST, SUPPLEMENTS, digest_file

    if not (folder / PACK / MANIFEST).is_file():
        yield f"成果清单摘要（SHA-256），请与报送清单上的核对：{digest_file(folder / MANIFEST)}"
        return
    supplements = sorted((folder / SUPPLEMENTS).glob("*"), key=lambda path: int(path.name))
    for copy in (folder, *supplements):
        of_supplement = "" if copy == folder else f"第 {copy.name} 号补充更正报告的"
        yield f"{of_supplement}成果清单摘要（SHA-256），请与报送清单上的核对：{digest_file(copy / PACK / MANIFEST)}"
        yield f"{of_supplement}封存件清单摘要（SHA-256），请与单位档案里的核对：{digest_file(copy / MANIFEST)}"


def end_with_problems(problems: list[str]) -> None:
    """Say what is not as it was kept and end with exit code 1, or say that all is whole."""
    for problem in problems:
        typer.echo(problem)
    if problems:
        raise typer.Exit(1)
    typer.echo("完整，未被改动。Whole and unaltered.")


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


def main() -> None:
    """Run the command line; no traceback is shown: a full disk is told as one, an error of ours too, and kept in a file."""
    # A command makes millions of objects and keeps most of them to its end: looking through them for garbage at
    # Python's usual pace costs a tenth of the time and finds nothing.
    gc.set_threshold(1_000_000, 50, 1000)
    # nor is there anything to find at the end
    atexit.register(gc.freeze)
    try:
        app()
    except Exception as error:  # the last door: whatever went wrong inside, the user reads a sentence
        if is_disk_full(error):
            typer.echo(
                "磁盘已满，没有做完；数据仓里已有的内容没有损坏。请腾出空间，再运行一次。"
                "The disk is full: it was not done, and the store is as sound as before. Make room, run it again.",
                err=True,
            )
            sys.exit(3)
        log = Path(tempfile.gettempdir()) / f"huizong-{datetime.now():%Y%m%d-%H%M%S}.log"
        log.write_text(traceback.format_exc(), encoding="utf-8")
        typer.echo(
            f"系统内部出错，不是您的表格有误。详情已记入 {log}，请交给系统管理员。Our fault; see {log}.", err=True
        )
        sys.exit(3)


if __name__ == "__main__":
    main()
