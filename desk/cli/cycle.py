"""A cycle on its way: collect, build, document, remind, watch, try a changed rulebook."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.application import app
from desk.cli.options import (
    JsonOption,
    OptionalRegime,
    OptionalRound,
    RegimeOption,
    RoundOption,
    StoreOption,
    WritableStore,
    check_folder,
    check_round,
    find_mail_server,
    find_regime,
    find_warehouse,
    load_rulebook,
)
from desk.cli.refusals import refuse, refuse_build, told_when_refused

if TYPE_CHECKING:
    from rulebook import Rulebook


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
