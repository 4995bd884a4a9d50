"""What the command line shows people: tables and progress, Chinese first."""

from __future__ import annotations

import shlex
import time
from typing import TYPE_CHECKING, Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from exports.amounts import write_exactly
from exports.papers.reporting import standings_in_words
from exports.wording import RECONCILIATION_ZH, STANDINGS, explain_hold, explain_lapsed_choice, local_time
from rulebook import DOCUMENT

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import date
    from decimal import Decimal

    from desk.decisions.listing import LogLine
    from desk.delivery.checking import Checked
    from desk.delivery.collecting import Collected
    from desk.delivery.rejudgement import Rejudged
    from desk.january.gates import Report
    from desk.january.sealed_packs import SealedFigures
    from desk.messages.reminders import Reminded
    from desk.messages.watching import Watched
    from desk.views.lineage import Traced
    from desk.views.questions import Question
    from exports.changes import Figures
    from exports.papers.reporting import ReportingLine


SEVERITY_ZH = {"reject": "[red]必须修改[/]", "explain": "[yellow]请说明[/]", "note": "提示"}
VERDICT_ZH = {"accepted": "[green]通过[/]", "rejected": "[red]未通过[/]"}
COLOURS = {
    "received": "green",
    "late": "yellow",
    "nil": "green",
    "demanded": "yellow",
    "rejected": "red",
    "returned": "red",
    "missing": "red",
    "partial": "red",
    "replaced": "yellow",
}
"""By where a reporter stands (``exports.wording.STANDINGS``)."""


READING_SECONDS = 2


class Progress:
    """Says on standard error what is being done and how long the last step took."""

    def __init__(self) -> None:
        self.console = Console(stderr=True)
        self.since: float | None = None

    def __enter__(self) -> Progress:
        return self

    def __call__(self, step: str) -> None:
        """Say that ``step`` begins; the one before it has ended."""
        self.finish_step()
        self.console.print(f"… {step}", end="")
        self.since = time.monotonic()

    def say_when_slow(self, step: str) -> None:
        """Say where a task of many small steps has come to, but no oftener than a person can read."""
        if self.since is None or time.monotonic() - self.since >= READING_SECONDS:
            self(step)

    def __exit__(self, *_: object) -> None:
        self.finish_step()

    def finish_step(self) -> None:
        """Close the line of the step that was running."""
        if self.since is not None:
            self.console.print(f"  {time.monotonic() - self.since:.1f} 秒")
            self.since = None


def print_table(title: str, headings: list[str], lines: list[list[object]]) -> None:
    """A table on standard output; missing values are blank. Only a ``Text`` is coloured: names may hold brackets."""
    table = Table(title=escape(title), title_justify="left", box=box.SIMPLE_HEAD, padding=(0, 1, 0, 0))
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for line in lines:
        table.add_row(
            *(value if isinstance(value, Text) else escape("" if value is None else str(value)) for value in line)
        )
    Console().print(table)


def print_checked(checked: Checked) -> None:
    """The verdict on every workbook; each finding with its cell, what is wrong and what to do. Documents have none."""
    console = Console(highlight=False)
    for file in checked.as_json():
        is_document = file["form"] == DOCUMENT
        console.print(f"{'附件' if is_document else VERDICT_ZH[file['verdict']]}  {escape(file['file'])}")
        if is_document:
            console.print(
                "      附件材料，不是统计表，没有审核。An attached document, not the table; it was not judged."
            )
        elif not file["findings"]:
            console.print("      没有问题。No findings.")
        for finding in file["findings"]:
            place = " ".join(part for part in (finding["sheet"], finding["cell"]) if part) or "整个文件"
            console.print(f"  {SEVERITY_ZH[finding['severity']]} {finding['rule']}  [bold]{escape(place)}[/]")
            for told in (finding["message"], finding["remedy"], finding["message_en"]):
                console.print(Padding(escape(told), (0, 0, 0, 6)))
    if checked.skipped:
        console.print(f"没有给出方案，未审核的规则：{' '.join(checked.skipped)}。Skipped: no regime was given.")


def print_rows(rows: list[dict]) -> None:
    """What was understood of a workbook, one line per row; of another form one line per field."""
    others = [row for row in rows if "categories" not in row]
    if others:
        _print_fields(others)
        return
    print_table(
        f"读懂 {len(rows)} 行 rows understood",
        ["行", "县（市、区）", "行业", "企业", "设备原文", "读出的设备", "产能", "单位", "类别"],
        [
            [
                row["row"],
                row["county"],
                row["industry"],
                row["enterprise"],
                row["equipment_text"],
                "；".join(describe_item(item) for item in row["equipment"]),
                row["capacity"],
                row["capacity_unit"],
                "、".join(row["categories"]),
            ]
            for row in rows
        ],
    )


def _print_fields(rows: list[dict]) -> None:
    """What was understood of rows of a form beside the exit table, a line for every field that says something."""
    told = [
        [row["row"], row["enterprise"], key, _in_words(value)]
        for row in rows
        for key, value in row.items()
        if key not in ("sheet", "row", "enterprise") and value not in (None, [])
    ]
    print_table(f"读懂 {len(rows)} 行 rows understood", ["行", "企业", "栏目 field", "读出 understood as"], told)


def _in_words(value: object) -> object:
    if isinstance(value, bool):
        return "是" if value else "否"
    return "；".join(map(describe_item, value)) if isinstance(value, list) else value


def describe_item(item: dict) -> str:
    """One kind of machine in words: size, name, count."""
    parts = (item["spec_value"], item["spec_unit"], item["name"], item["quantity"], item["quantity_unit"])
    return "".join("" if part is None else f"{part:g}" if isinstance(part, float) else str(part) for part in parts)


def print_collected(collected: Collected) -> None:
    """What one collection took in, and where the answers lie."""
    if not collected.submissions:
        Console().print("收件目录里没有新文件。Nothing new in the inbox.")
        return
    rejected = [line for line in collected.submissions if line["verdict"] == "rejected"]
    if rejected:
        print_table(
            "审核未通过的文件 Rejected",
            ["收件号", "填报单位", "文件", "问题数"],
            [[line["submission_id"], line["reporter_code"], line["file"], line["findings"]] for line in rejected],
        )
    Console().print(
        f"新收 {len(collected.submissions)} 份，审核未通过 {len(rejected)} 份；回执与批注稿在 {collected.outbox}。"
        f"{len(collected.submissions)} taken in, {len(rejected)} rejected."
    )


def print_status(reporters: list[dict]) -> None:
    """Who owes, who is in, late, returned."""
    print_table(
        "报送情况 Reporting",
        ["代码", "填报单位", "应报日期", "状态", "收到", "迟报天数"],
        [
            [
                line["reporter_code"],
                line["reporter"],
                line["due"],
                _standing_in_words(line),
                line["received_at"] and local_time(line["received_at"]),
                line["days_late"] or None,
            ]
            for line in reporters
        ],
    )


def print_report(report: Report) -> None:
    """Every gate with what it lacks, and who prepared, refused or signed the report."""
    # `huizong check` prints tables too, and waits for no decisions
    from desk.january.gates import OPEN, STATES

    print_table(
        "签发前的各项条件 Gates",
        ["条件", "状态", "说明"],
        [
            [gate.label[0], STATES[gate.state][0], gate.says_zh + (gate.mend_zh if gate.state == OPEN else "")]
            for gate in report.gates
        ],
    )
    console = Console(highlight=False, soft_wrap=True)
    if report.waits:
        console.print(escape("".join(report.waits)))
    if report.due_in_words:
        console.print(escape("".join(report.due_in_words)))
        console.print(escape(f"方案：{report.owed.quote or report.owed.ours}"))
    for label, made in (("送签", report.prepared), ("退回", report.refused), ("签发", report.seal)):
        if made is not None:
            changed = "，之后数据或计划有变化，须重新送签" if made is report.prepared and report.is_changed else ""
            console.print(escape(f"{label}：{made.actor_name}，第 {made.sequence} 号决定{changed}。{made.reason}"))


def print_owing(lines: list[ReportingLine], day: date) -> None:
    """Those who would be reminded, and why."""
    print_table(
        "将催报 To be reminded",
        ["代码", "填报单位", "市", "应报日期", "状态", "逾期天数"],
        [
            [
                line.reporter_code,
                line.reporter,
                line.city,
                line.due,
                standings_in_words(line.standings(day)),
                line.days_overdue(day) or None,
            ]
            for line in lines
        ],
    )
    Console().print(f"共 {len(lines)} 个单位；这是试算，什么都没有发。{len(lines)} reporters; nothing was sent.")


def print_reminded(reminded: Reminded, day: date) -> None:
    """How many were reminded, and what became of the mail."""
    console = Console()
    console.print(
        f"{day}：已给 {len(reminded.new)} 个单位放好催报通知，{len(reminded.already)} 个单位今天已经催过；"
        f"{len(reminded.cities)} 个市有催报汇总；发出邮件 {reminded.mailed} 封，{reminded.without_address} 份没有邮件地址。"
        f"{len(reminded.new)} reminded, {len(reminded.already)} were before, {reminded.mailed} mails sent."
    )
    if reminded.mail_trouble:
        console.print(f"有邮件没有发出，再运行一次会重试：{escape(reminded.mail_trouble)}。Some mail was not taken.")


def print_watched(watched: Watched, day: date) -> None:
    """What the clocks say, who was told, and what became of the mail."""
    console = Console()
    console.print(
        f"{day}：已逾期 {watched.overdue} 家次，30 天内到期 {watched.soon} 家次；已给 {len(watched.new)} 个单位放好提醒，"
        f"{len(watched.already)} 个单位今天已经提醒过；{len(watched.cities)} 个市有汇总；发出邮件 {watched.mailed} 封，"
        f"{watched.without_address} 份没有邮件地址。{watched.overdue} overdue, {watched.soon} due soon, "
        f"{len(watched.new)} told."
    )
    if watched.mail_trouble:
        console.print(f"有邮件没有发出，再运行一次会重试：{escape(watched.mail_trouble)}。Some mail was not taken.")


def _standing_in_words(line: dict) -> Text:
    """Where a reporter stands as the board says it, and whether its day was put off: 迟报 · 重报中 · 已延期."""
    words = [Text(STANDINGS[key][0], COLOURS.get(key, "")) for key in line["standings"]]
    if line["due"] != line["due_in_plan"]:
        words.append(Text("已延期"))
    return Text(" · ").join(words)


def print_rejudged(rejudged: Rejudged) -> None:
    """Whose verdict would change, by which rules, and how much else would."""
    if rejudged.changed_verdicts:
        print_table(
            "结论会变的文件 Verdicts that would change",
            ["收件号", "填报单位", "文件", "现在", "将变为", "新增的问题", "不再有的问题"],
            [
                [
                    changed.submission_id,
                    changed.reporter_code,
                    changed.file,
                    Text.from_markup(VERDICT_ZH[changed.before]),
                    Text.from_markup(VERDICT_ZH[changed.after]),
                    _rules_in_words(changed.newly_firing),
                    _rules_in_words(changed.no_longer_firing),
                ]
                for changed in rejudged.changed_verdicts
            ],
        )
    count, changes = rejudged.submission_count, len(rejudged.changed_verdicts)
    Console().print(
        f"重新审核 {count} 份，结论会变的 {changes} 份；其余各份的问题有 {rejudged.other_findings} 处变化。"
        f"这是试算，什么都没有改。{count} judged again, {changes} verdicts would change, "
        f"{rejudged.other_findings} findings on the others; nothing was changed."
    )


def print_decisions(lines: list[LogLine]) -> None:
    """The log of decisions, the last first; who, what, about what, why, and whether it stands."""
    from desk.decisions.listing import STATES

    print_table(
        f"处理记录 {len(lines)} 项 decisions",
        ["编号", "时间", "决定人", "决定", "对象", "内容", "理由", "状态"],
        [
            [
                line.decision.sequence,
                local_time(line.decision.at),
                line.decision.actor_name,
                line.decision.act.label_zh,
                line.about[0],
                line.says[0],
                line.decision.reason,
                "：".join((STATES[line.state][0], *(line.lapsed_because or ())[:1])),
            ]
            for line in lines
        ],
    )


def _rules_in_words(rules: list[tuple[str, str]]) -> Text:
    """Rules with what they lead to: F06 必须修改、F12 提示."""
    return Text("、").join(Text.from_markup(f"{rule} {SEVERITY_ZH[severity]}") for rule, severity in rules)


def print_traced(traced: Traced, part: str) -> None:
    """The figure, which is the ``part`` of it asked for, and what it adds up: exits, or lines of the plan.

    Below each the rows that speak of it: who, receipt, cell, text as sent, original; of a line of the plan the exits that did it.
    """
    from desk.views.lineage import OUTSIDE, PARTS

    console = Console(highlight=False, soft_wrap=True)
    for amounts in traced.amounts:
        lines = f"（{amounts['lines']} 行）" if amounts["lines"] != amounts["exits"] else ""
        console.print(
            f"[bold]{escape(_amount(amounts['capacity'], amounts['capacity_unit']))}[/]  {PARTS[part][0]} {amounts['exits']} 条"
            f"{lines}，企业 {amounts['enterprises']} 家，设备 {amounts['equipment']} 台套"
        )
    for number, one in enumerate(traced.exits, start=1):
        told = (
            f"{number}.", one["city"], one["county"], one["industry"], one["enterprise"],
            _amount(one["capacity"], one["capacity_unit"]), _part_of(one, part), _added_by(one), "、".join(one["categories"]),
            RECONCILIATION_ZH[one["reconciliation"]],
        )  # fmt: skip
        console.print(escape("  ".join(filter(None, told))))
        _print_claims(console, one["claims"], " " * 6)
        for other in one["held_against"]:
            met = f"，其中 {_amount(other['met_capacity'], other['capacity_unit'])}" if other["met_capacity"] else ""
            told_of = "计划内的部分，抵计划：" if part == OUTSIDE else "由退出完成："
            console.print(
                escape(
                    f"      {told_of}{other['county'] or other['city'] or '—'}  {other['industry']}  {other['enterprise']}"
                    f"  {_amount(other['capacity'], other['capacity_unit'])}{met}"
                )
            )
            _print_claims(console, other["claims"], " " * 10)
    for claim in traced.held:
        place = f"{claim['sheet']}!{claim['cell'] or claim['row']}"
        console.print(
            f"[yellow]未计入[/]  {escape(claim['enterprise'] or '—')}"
            f"  {escape(_amount(claim['capacity'], claim['capacity_unit']))}"
            f"  {escape(claim['reporter'] or claim['reporter_code'])}  回执 {claim['submission_id']}  {escape(place)}"
            f"  （{explain_hold(claim['held_by'])[0]}）"
        )


def _part_of(one: Mapping[str, Any], part: str) -> str:
    """What of an exit, or of a line of the plan, a figure counts, where that is not all of it."""
    if (one["part_exits"], one["part_capacity"]) == (1, one["capacity"]):
        return ""
    from desk.views.lineage import PARTS

    return f"（{PARTS[part][0]} {one['part_exits']} 条 {_amount(one['part_capacity'], one['capacity_unit'])}）"


def _added_by(one: Mapping[str, Any]) -> str:
    """The decision that added a line to the plan; nothing of one that was planned as it was sent."""
    return f"（第 {one['decided_by']} 号决定动态新增）" if one["plan_change"] == "added" else ""


def _print_claims(console: Console, claims: Sequence[Mapping[str, Any]], indent: str) -> None:
    """The rows that speak of an exit or of a line of the plan, and whether a choice between them holds no more."""
    for lapsed in sorted({claim["lapsed_choice"] for claim in claims} - {None}):
        console.print(f"{indent}[red]{escape('。'.join(explain_lapsed_choice(lapsed)))}[/]")
    for claim in claims:
        mark = "[green]采用[/]" if claim["is_chosen"] else "[yellow]未采用[/]"
        place = f"{claim['sheet']}!{claim['cell'] or claim['row']}"
        sent = " | ".join(
            claim[name] for name in ("enterprise", "equipment_text", "capacity_text", "category_text") if claim[name]
        )
        for text in (
            f"{mark}  {escape(claim['reporter'] or claim['reporter_code'])}  回执 {claim['submission_id']}  "
            f"{escape(claim['file'])}  [bold]{escape(place)}[/]  （{claim['why'][0]}）",
            escape(f"原文：{sent}"),
            f"原件：{claim['original']}",
        ):
            console.print(f"{indent}{text}")


def _amount(capacity: Decimal | None, unit: str | None) -> str:
    return "—" if capacity is None else f"{write_exactly(capacity)}{unit or ''}"


MOST_CHANGES_TOLD = 20
"""Of a sealed cycle: lines whose figure is another one today; the rest are counted."""


def say_sealed_figures(sealed: SealedFigures | None) -> list[str]:
    """What must be known of a sealed cycle's figures before one reads those of the warehouse; nothing where they agree."""
    if sealed is None:
        return []
    if sealed.is_damaged:
        return ["封存件读不出来，请用 huizong verify 核对。The sealed copy cannot be read: run huizong verify."]
    if sealed.pack is None:
        return ["本轮次已决定封存，封存件还没有写出：huizong seal。Sealed, and its copy not written yet."]
    if not sealed.changes:
        return []
    told = [
        "注意：数据仓现在的数字与封存的不同，以封存的为准（封存 → 现在）："
        "Sealed figures differ: what was sealed holds (sealed → now):"
    ]
    for line in sealed.changes[:MOST_CHANGES_TOLD]:
        sides = (_figures_in_words(side, line.capacity_unit) for side in (line.before, line.after))
        told.append(f"  {line.division} {line.industry} {line.category}：{' → '.join(sides)}")
    if len(sealed.changes) > MOST_CHANGES_TOLD:
        told.append(f"  …… 共 {len(sealed.changes)} 行 lines in all")
    return told


def _figures_in_words(figures: Figures | None, unit: str | None) -> str:
    if figures is None:
        return "没有 none"
    counted = f"{figures.exits} 条 {figures.enterprises} 家 {figures.equipment} 台套"
    return counted if figures.capacity is None else f"{counted} {_amount(figures.capacity, unit)}"


def print_questions(questions: list[Question], cycle_options: tuple[str, ...]) -> None:
    """Pairs of names that may be one enterprise, each with the ready command that merges them.

    ``cycle_options`` are those of store, regime and round, which the command is given too.
    """
    console = Console(highlight=False, soft_wrap=True)
    for number, question in enumerate(questions, start=1):
        state = "[green]自动匹配[/]" if question.is_matched else "[yellow]分开计数[/]"
        equipment = "设备相同" if question.is_of_same_equipment else "设备不同或没有写"
        if question.adds_up:
            equipment = "各分厂产能之和与之相等"
        console.print(f"{number}.  {state}  {escape(question.industry)}  相似度 {question.likeness}%  {equipment}")
        for option, side in (("--identity", question.one), ("--other", question.other)):
            console.print(
                f"      [bold]{escape(side.enterprise)}[/]  {side.credit_code or ''}  {option} {side.identity_id}"
            )
            for claim in side.claims:
                sent = " | ".join(claim[name] for name in ("equipment_text", "capacity_text") if claim[name])
                reporter = claim["reporter"] or claim["reporter_code"]
                place = f"{claim['sheet']} 第 {claim['row']} 行"
                console.print("        " + escape("  ".join((reporter, claim["file"], place, sent))))
        pair = ("--identity", question.one.identity_id, "--other", question.other.identity_id)
        answer = shlex.join(
            ("huizong", "decide", "merge", *cycle_options, *pair, "--actor", "姓名", "--reason", "理由")
        )
        console.print(f"      {escape(answer)}")
    if questions:
        console.print(
            "同一家的，填上姓名和理由运行上面的命令；不是同一家的，把 merge 改为 distinct。"
            "Run the command with name and reason if they are one; with distinct for merge if not."
        )
    if not questions:
        console.print("没有要判定的企业。Nothing to decide.")


_RESOLUTIONS_ZH = {"open": "[yellow]未处理[/]", "explained": "[green]已说明[/]", "waived": "[green]已豁免[/]"}
_ACTS_ON_CROSS_FINDINGS = {
    "explain": (("submission", "submission_id"), ("finding", "finding_id")),
    "add_to_plan": (("row", "row_id"),),
}
"""The options that name what an act is about, and where a finding has it."""
_WHAT_ACTS_ASK = {
    "explain": ("--explanation", "说明"),
    "add_to_plan": ("--document-no", "文号", "--document-date", "日期", "--document-issuer", "政府"),
}


def print_cross_findings(found: list[dict[str, Any]], store_option: tuple[str, ...]) -> None:
    """What was found across submissions, each with its evidence and, where it is open, the command that settles it."""
    console = Console(highlight=False, soft_wrap=True)
    for one in found:
        asks = one["severity"] != "note"
        state = _RESOLUTIONS_ZH[one["resolution"]] if asks else "不需处理"
        place = " ".join(filter(None, (one["sheet"], one["cell"])))
        console.print(
            f"{SEVERITY_ZH[one['severity']]} {one['rule']}  {state}  [bold]{escape(one['reporter'] or one['reporter_code'])}"
            f"[/]  回执 {one['submission_id']}  {escape(one['file'])}  {escape(place)}"
        )
        for told in (one["message"], one["evidence"], one["message_en"]):
            if told:
                console.print(Padding(escape(told), (0, 0, 0, 6)))
        act = "add_to_plan" if one["rule"] == _OUTSIDE_THE_PLAN else "explain" if asks else None
        if act and one["resolution"] == "open":
            about = [f for name, key in _ACTS_ON_CROSS_FINDINGS[act] for f in (f"--{name}", one[key])]
            command = ("huizong", "decide", act, *store_option, *about, *_WHAT_ACTS_ASK[act])
            console.print(f"      {escape(shlex.join((*command, '--actor', '姓名', '--reason', '理由')))}")
    open_ones = sum(one["severity"] != "note" and one["resolution"] == "open" for one in found)
    console.print(
        f"共 {len(found)} 条，未处理 {open_ones} 条。{len(found)} found, {open_ones} open."
        if found
        else "跨表核对没有发现问题。Nothing was found across submissions."
    )


_OUTSIDE_THE_PLAN = "X03"
"""The rule that names exits which a decision may add to the plan; it asks for nothing else."""
