"""What is sent: packs, their templates, the gates before them, sealed copies and their proof."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import BrokenExecutor
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.application import app
from desk.cli.options import (
    JsonOption,
    RegimeOption,
    RoundOption,
    StoreOption,
    WritableStore,
    check_folder,
    check_given_store,
    check_output_folder,
    check_round,
    find_regime,
    find_warehouse,
    load_rulebook,
)
from desk.cli.refusals import refuse, refuse_build, told_when_refused

if TYPE_CHECKING:
    from exports.sign_off import SignOff
    from rulebook import Rulebook


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
