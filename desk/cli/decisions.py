"""Decisions about a store: make one, list them, prove them whole."""

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
    StoreOption,
    check_folder,
    find_mail_server,
    load_rulebook,
    read_given_files,
)
from desk.cli.papers import end_with_problems
from desk.cli.refusals import refuse


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
            help="企业编号（trace --json 的 enterprise_id，或见 questions）；object 不填就是对整份名单。"
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
    outcome: Annotated[
        str | None, typer.Option("--outcome", help="upheld 成立，not_upheld 不成立，withdrawn 撤回。")
    ] = None,
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
