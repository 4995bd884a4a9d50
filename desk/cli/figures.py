"""What stands in the warehouse: who reported, where a figure comes from, what is open."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from desk.cli.application import app
from desk.cli.options import (
    JsonOption,
    OptionalReporter,
    RegimeOption,
    RoundOption,
    StoreOption,
    check_reporter,
    check_round,
    find_regime,
    find_warehouse,
    load_rulebook,
)
from desk.cli.refusals import refuse, told_when_refused

if TYPE_CHECKING:
    from rulebook import Rulebook


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
