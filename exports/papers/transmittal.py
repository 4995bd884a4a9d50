"""``transmittal.xlsx`` (报送清单): what is sent to whom, file by file with its digest, by whom, and what is still open.

No plan prints a form; ours: what goes with a parcel of papers and is signed by who hands over and who receives. It is
written last, as it holds the digest of every other file; its own stands in the manifest.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from xlsxwriter import Workbook

from exports import facts as questions
from exports.facts import CycleFacts
from exports.papers import clock_lists
from exports.papers.announcement import IN_ALL, held_exits
from exports.papers.materials import name_reporters, read_materials
from exports.papers.reporting import ANSWERED, REPORTING, first_accepted_on
from exports.papers.supplement import SUPPLEMENT_CSV, SUPPLEMENT_PLAN_CSV, SUPPLEMENT_WORKBOOK
from exports.sheets.layout import Column, PrintedSheet, Styles
from exports.sheets.marking import tell_corrected, tell_day, tell_early, tell_recorded
from exports.verification import digest_file
from exports.wording import DRAFT, ROUND_EN, ROUND_ZH, words_of
from rulebook import Rulebook

CONTENTS = {
    "rollup.xlsx": ("汇总表", "Rollup"),
    "rollup.csv": ("汇总数据", "Rollup as data"),
    "report.docx": ("正式报告", "Report"),
    "announcement.xlsx": ("公告名单", "Announcement"),
    "yellow_list.xlsx": ("限期整改（黄牌）企业名单", "Yellow list"),
    "red_list.xlsx": ("依法关闭（红牌）企业名单", "Red list"),
    "not_dismantled.xlsx": ("已关停未拆除清单", "Shut, not dismantled"),
    "credit_platform.csv": ("报信用平台名单", "For the credit platform"),
    "reporting_table.xlsx": ("报送情况通报表", "Reporting table"),
    SUPPLEMENT_WORKBOOK: ("补充更正报告：更正前后对照表", "Supplement: before and after"),
    SUPPLEMENT_CSV: ("补充更正数据", "Supplement as data"),
    SUPPLEMENT_PLAN_CSV: ("补充更正数据：计划与完成", "Plan and actual as data"),
}
"""What the files of a pack are called; of others their name is all there is to say."""

OPEN_FINDINGS = """
select count(*) as findings, count(*) filter (submission.round <> $round) as of_plan
from marts.fct_finding as finding
inner join marts.fct_submission as submission on finding.submission_id = submission.submission_id
where
    submission.regime = $regime and submission.round in ($round, $closed) and submission.status = 'counting'
    and finding.severity = 'explain' and finding.resolution = 'open'
"""

# Of a province: its cities whose figure as it stands nobody has confirmed.
UNCONFIRMED = """
select city.division
from marts.dim_division as city
where
    city.parent_code = $area and city.level = 'city'
    and not exists (
        select 1 from marts.fct_city_confirmation as confirmation
        where
            confirmation.regime = $regime and confirmation.round = $round
            and confirmation.city_code = city.division_code and confirmation.is_current
    )
order by city.division_code
"""

NOTHING_OPEN = "没有未决事项。Nothing is open."
DIGEST_NOTE = (
    "注：SHA-256 由收件人核对：文件被改动一个字节，结果即不同；本清单的见 manifest.json，manifest.json 自己的（成果清单摘要）封存时给出，"
    "手填在下面，用 huizong verify 核对。\n份数为每单位一份（暂定）；页数打印后填写。\n"
    "Who receives can compare the digests: one changed byte gives another. That of manifest.json is told by the seal and "
    "written below by hand. One copy each (ours); pages are filled in by hand."
)
BLANK_DIGEST = "＿" * 32
"""Where the digest of the manifest is written by hand: the list is itself one of the files it is made of."""
NO_NUMBER = "未编号 Not numbered"
"""In the place of the number of a report that was sealed without one."""
MAIN, COPY = ("主送", "to"), ("抄送", "copy to")


def write_transmittal(path: Path, facts: CycleFacts, files: Sequence[Path], rulebook: Rulebook) -> None:
    """The list lies at ``path``: recipients, the ``files`` that lie there already, what is open; the same facts, the same bytes."""
    regime = facts.regime
    title = (
        f"{rulebook.reference.divisions[regime.area].name}{regime.year}年落后产能{words_of(facts.round).papers}报送清单"
    )
    columns = [
        Column("序号", "No.", 15, "centre"),
        Column("文件", "File", 24),
        Column("内容", "What it is", 28),
        Column("行数", "Lines", 10, "number"),
        Column("页数", "Pages", 10, "number"),
        Column("SHA-256", "", 38),
    ]
    with Workbook(path) as workbook:
        workbook.set_properties({"title": title, "created": facts.data_as_of})
        styles = Styles(workbook)
        sheet = PrintedSheet(workbook.add_worksheet("报送清单"), styles, columns, title, facts.sign_off)
        subtitle = f"Transmittal · {regime.title_en} · {ROUND_EN[facts.round]}"
        sheet.write_title(f"{title}（{ROUND_ZH[facts.round]}）", subtitle)
        for label, value in _describe(facts):
            sheet.write_fact(label, value)
        sheet.skip()
        _write_recipients(sheet, facts)
        sheet.write_section("二、报送文件 What is sent")
        sheet.write_headings()
        lines = count_lines(facts)
        sheet.write_records(
            (number, file.name, _content(file.name), lines.get(file.name), None, digest_file(file))
            for number, file in enumerate(files, start=1)
        )
        sheet.write_line(DIGEST_NOTE, styles.note)
        sheet.write_fact("成果清单摘要 Digest", BLANK_DIGEST)
        sheet.skip()
        sheet.write_section("三、未决事项 What is open")
        for label, value in list_open(facts):
            sheet.write_fact(label, value)
        sheet.skip()
        sign_off = facts.sign_off
        people = (f"经办：{sign_off.prepared_by or ''}", f"签发：{sign_off.signed_by or ''}", "接收：")
        sheet.write_signatures(people)


def count_lines(facts: CycleFacts) -> dict[str, int]:
    """How many lines the list in each file has; files that are no list are left out."""
    (dismantling,) = facts.ask(questions.DISMANTLING)
    (announced,) = facts.ask_announced(IN_ALL, held_exits(facts))
    return {
        "rollup.xlsx": dismantling.exits,
        "rollup.csv": len(facts.ask(questions.ROLLUP)),
        "announcement.xlsx": announced.exits,
        "yellow_list.xlsx": len(facts.ask(clock_lists.YELLOW)),
        "red_list.xlsx": len(facts.ask(clock_lists.RED)),
        "not_dismantled.xlsx": dismantling.standing + dismantling.unknown,
        "credit_platform.csv": len(facts.ask(clock_lists.OVERDUE)),
        "reporting_table.xlsx": len(facts.ask(REPORTING)),
    }


def list_open(facts: CycleFacts) -> Iterator[tuple[str, str]]:
    """What was not settled when the pack was written: who has not reported, what nobody explained, what is objected to."""
    told = list(_list_open(facts))
    yield from told or [("无 None", NOTHING_OPEN)]


def _list_open(facts: CycleFacts) -> Iterator[tuple[str, str]]:
    obligations = facts.ask(questions.OBLIGATIONS)
    without_table = [line for line in obligations if line.state not in ANSWERED]
    excused = [line.reporter for line in without_table if line.reporter_code in facts.sign_off.excused]
    awaited = [line for line in without_table if line.reporter_code not in facts.sign_off.excused]
    states = Counter(line.state for line in awaited)
    unanswered = [line.reporter for line in awaited]
    if unanswered:
        sent_back = states["rejected"] + states["returned"]
        counted = f"{len(unanswered)} 个单位（未报 {states['missing']}，审核未通过或已退回 {sent_back}）"
        yield "没有报表的 Missing", f"{counted}：{'、'.join(unanswered)}"
    if excused:
        yield "准予免报的 Excused", f"{len(excused)} 个单位：{'、'.join(excused)}"
    materials = [one for one in read_materials(facts, facts.sign_off.excused) if not one.is_in]
    if lacking := [one for one in materials if not one.is_excused]:
        yield "没有收到的材料 Materials", f"{len(lacking)} 份（{name_reporters(lacking)}）"
    if spared := [one for one in materials if one.is_excused]:
        yield "准予免报的材料 Excused", f"{len(spared)} 份（{name_reporters(spared)}）"
    if cities := [line.division for line in facts.ask(UNCONFIRMED)]:
        yield "未确认的市 Unconfirmed", f"{len(cities)} 个：{'、'.join(cities)}"
    ((findings, of_plan),) = facts.ask(OPEN_FINDINGS)
    if findings:
        told = f"（其中计划轮次 {of_plan} 处）" if of_plan else ""
        yield "待说明的问题 Findings", f"{findings} 处{told}，见汇总表“缺项”"
    differing = {line.reconciliation: line.exits for line in facts.ask(questions.RECONCILIATION_COUNTS)}
    if differing.get("figures_differ"):
        yield "县级部门不一致 Differences", f"{differing['figures_differ']} 条，以县级数计入，见汇总表“对账”"
    sign_off = facts.sign_off
    if sign_off.listed_findings:
        yield "签发人说明 Signer's words", sign_off.listed_findings
    for objection in sign_off.notice.objections if sign_off.notice else ():
        if objection.is_upheld is None:
            told = f"第 {objection.number} 号：{objection.enterprise}，{objection.content}（{tell_day(objection.received_on)}）"
            yield "未处理的异议 Objection", told
    if not sign_off.is_sealed:
        yield f"{DRAFT} Draft", "本清单所列文件尚未封存，不得作为正式报送。Not sealed: not to be sent as final."


def _write_recipients(sheet: PrintedSheet, facts: CycleFacts) -> None:
    regime = facts.regime
    recipients = [*((MAIN, name) for name in regime.reports_to), *((COPY, name) for name in regime.copies)]
    sheet.write_section("一、报送对象 Sent to")
    columns = [Column("序号", "No.", 0, "centre"), Column("方式", "How", 0), Column("单位", "Recipient", 0),
               Column("份数", "Copies", 0, "number")]  # fmt: skip
    sheet.write_headings(columns)
    sheet.write_records(
        ((number, " ".join(how), name, 1) for number, (how, name) in enumerate(recipients, start=1)), columns
    )
    sheet.write_records([(None, None, "合计 Total", len(recipients))], columns, weight="total")
    sheet.skip()


def _describe(facts: CycleFacts) -> Iterator[tuple[str, str]]:
    regime, sign_off = facts.regime, facts.sign_off
    yield "方案 Plan", f"{regime.title}（{regime.document_no}）" if regime.document_no else regime.title
    if regime.joint_signers:
        yield "发文 From", "、".join(regime.joint_signers)
    if sign_off.is_sealed:
        yield "文号 Number", sign_off.document_no or NO_NUMBER
        if sign_off.document_date:
            yield "成文日期 Dated", tell_day(sign_off.document_date)
    if supplement := sign_off.supplement:
        yield "补充更正 Supplement", f"第 {supplement.number} 次补充更正报告，更正{tell_corrected(supplement)}"
    if owed := regime.own_report(facts.round):
        late = ((sign_off.document_date or facts.built_on) - owed.due).days
        told = f"{tell_day(owed.due)}前"
        if late > 0:
            told += f"，{'签发时' if sign_off.is_sealed else f'截至{tell_day(facts.built_on)}'}已过期 {late} 天"
        yield "报送期限 Due", f"{told}。{owed.quote or owed.ours}"
    if consent := sign_off.consent:
        early = tell_early(consent, first_accepted_on(facts.ask))
        yield "同意 Consent", f"{consent.issuer}　{consent.document_no}　{tell_day(consent.document_date)}{early}"
    if notice := sign_off.notice:
        days = f"{tell_day(notice.opened_on)}至{tell_day(notice.closes_on)}{tell_recorded(notice)}"
        yield "公示 Notice", f"{days}，{notice.place}；收到异议 {len(notice.objections)} 件"
    if sign_off.announcements:
        told = (
            f"{facts.name_division(one.division_code)}（{tell_day(one.announced_on)}，{one.place}）"
            for one in sign_off.announcements
        )
        yield "各地公告 Announced", "、".join(told)


def _content(name: str) -> str:
    return "　".join(CONTENTS.get(name, (name, "")))
