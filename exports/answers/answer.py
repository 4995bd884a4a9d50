"""What a reporter gets back: a receipt (回执) for every file, and an annotated copy where there is something to do."""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from concurrent.futures import Executor
from datetime import date, datetime
from functools import partial
from itertools import chain
from pathlib import Path
from types import MappingProxyType
from typing import Any

from exports.answers.annotation import annotate
from exports.answers.deadline import Deadline
from exports.wording import DOCUMENT_KINDS, ROUND_EN, ROUND_ZH, SEVERITIES, VERDICTS
from rulebook import DOCUMENT, EXIT_TABLE, LOCAL_TIME, Rulebook, verdict
from store import Store

UNKNOWN_REPORTER = "_unknown"
LONGEST_NAME_BYTES = 120
"""Of the sent name's stem in the name of an answer; file systems allow 255 for the whole."""

MOST_FINDINGS_IN_RECEIPT = 30
ANNOTATED_SEVERITIES = frozenset({"reject", "explain"})
COPY_WEIGHT = 10
"""An annotated copy takes as long as about so many receipts."""
LEAST_WEIGHT_FOR_WORKERS = 200
"""Starting workers costs as much as writing about this many receipts."""
FILES_PER_TASK = 64

NO_DEADLINES: Mapping[str, Deadline] = MappingProxyType({})

Record = Mapping[str, Any]


def answer_batch(
    store: Store,
    batch: str,
    rulebook: Rulebook,
    workers: Executor | None = None,
    deadlines: Mapping[str, Deadline] = NO_DEADLINES,
) -> None:
    """Every submission of ``batch`` has its receipt in the outbox, and an annotated copy where there is work to do.

    Where ``workers`` are given and there is much to write, they write it. ``deadlines`` tells by submission what holds
    for it (``desk.delivery.deadlines``); of others the plan's day is told, and no version before them is known.

    Last of all ``answers/<batch>.json`` lists what was written: a batch without it was not taken in to its end.
    """
    lines = store.read_table(f"submissions/{batch}.parquet").to_pylist()
    submissions = [line | _known_about_reporter(line, rulebook, deadlines) for line in lines]
    written: Iterable[str]
    if workers and _weight(store, batch, submissions) >= LEAST_WEIGHT_FOR_WORKERS:
        parts = (submissions[start : start + FILES_PER_TASK] for start in range(0, len(submissions), FILES_PER_TASK))
        written = chain.from_iterable(workers.map(partial(_answer, store, batch), parts))
    else:
        written = _answer(store, batch, submissions)
    store.write_bytes(f"answers/{batch}.json", json.dumps(sorted(written), ensure_ascii=False, indent=1).encode())


def _weight(store: Store, batch: str, submissions: list[Record]) -> int:
    """How much there is to write, in receipts."""
    findings = store.read_table(f"findings/{batch}.parquet", ["submission_id", "severity"]).to_pylist()
    to_annotate = {finding["submission_id"] for finding in findings if finding["severity"] in ANNOTATED_SEVERITIES}
    return len(submissions) + COPY_WEIGHT * len(to_annotate)


def _answer(store: Store, batch: str, submissions: list[Record]) -> list[str]:
    """The receipts and annotated copies of ``submissions``, some or all of the batch, are written; their keys."""
    findings_of = _findings_of(store, batch, [submission["submission_id"] for submission in submissions])
    written = []
    for submission in submissions:
        findings = findings_of[submission["submission_id"]]
        folder = f"outbox/{submission['reporter_code'] or UNKNOWN_REPORTER}"
        annotated = None
        if any(finding["severity"] in ANNOTATED_SEVERITIES for finding in findings):
            annotated = f"{submission['submission_id']}_{safe_stem(submission['file'])}_批注.xlsx"
            _write_copy(store, f"{folder}/{annotated}", submission, findings)
            written.append(f"{folder}/{annotated}")
        receipt = _receipt(submission, findings, annotated)
        stem = f"{folder}/{submission['submission_id']}_回执"
        store.write_bytes(f"{stem}.json", _as_json(receipt))
        store.write_bytes(f"{stem}.txt", _as_text(receipt))
        written += [f"{stem}.json", f"{stem}.txt"]
    return written


def _findings_of(store: Store, batch: str, submission_ids: list[str]) -> Mapping[str, list[Record]]:
    import pyarrow as pa
    import pyarrow.compute as pc

    findings = store.read_table(f"findings/{batch}.parquet")
    own = findings.filter(pc.is_in(findings["submission_id"], value_set=pa.array(submission_ids, pa.string())))
    findings_of: dict[str, list[Record]] = defaultdict(list)
    for finding in own.to_pylist():
        findings_of[finding["submission_id"]].append(finding)
    return findings_of


def safe_stem(name: str) -> str:
    """The stem of a file name as sent, fit to be part of a file name anywhere: no folder, no forbidden sign, short."""
    last = re.split(r"[/\\]|(?<=\.zip)!", name, flags=re.IGNORECASE)[-1]
    printable = "".join(sign for sign in last if sign.isprintable())
    stem = re.sub(r'[<>:"|?*]', "_", Path(printable).stem)
    shortened = stem.encode()[:LONGEST_NAME_BYTES].decode(errors="ignore")
    return shortened.strip(". ") or "文件"


def _known_about_reporter(submission: Record, rulebook: Rulebook, deadlines: Mapping[str, Deadline]) -> dict[str, Any]:
    """Today's name of the reporter, the title of the regime and when the table is due, as far as they are known."""
    regime = rulebook.regimes.get(submission["regime"])
    reporter = regime.reporters.get(submission["reporter_code"]) if regime else None
    form = rulebook.forms.get(submission["form"]) or rulebook.forms[EXIT_TABLE]
    owed = reporter and submission["round"] and regime.owed(reporter.code, submission["round"], form.key)
    deadline = deadlines.get(submission["submission_id"]) or Deadline(owed or None)
    return {
        "form_title": form.title,
        "reporter_name": reporter.name if reporter else None,
        "regime_title": regime.title if regime else None,
        "deadline": deadline,
        # what the heading of an annotated copy tells
        "due_on": deadline.due_on,
    }


# ---- annotated copies ----


def _write_copy(store: Store, key: str, submission: Record, findings: list[Record]) -> None:
    data = store.read_bytes(f"originals/{submission['sha256']}")
    with store.replacing(key) as beside:
        annotate(data, submission["file"], submission, findings, beside)


# ---- receipts ----


def _receipt(submission: Record, findings: list[Record], annotated: str | None) -> dict[str, Any]:
    """All a receipt says, as plain values."""
    count = Counter(finding["severity"] for finding in findings)
    received_at: datetime = submission["received_at"].astimezone(LOCAL_TIME)
    is_document = submission["form"] == DOCUMENT
    deadline: Deadline = Deadline() if is_document else submission["deadline"]
    return {
        "receipt_no": submission["receipt_no"],
        "submission_id": submission["submission_id"],
        "form": submission["form"],
        "form_title": submission["form_title"],
        "document_kind": submission.get("document_kind"),
        "file": submission["file"],
        "sha256": submission["sha256"],
        "received_at": received_at.strftime("%Y-%m-%d %H:%M:%S"),
        "reporter": submission["reporter_code"],
        "reporter_name": submission["reporter_name"] or submission["declared_reporter"],
        "regime": submission["regime"],
        "regime_title": submission["regime_title"],
        "round": submission["round"],
        "due_on": _iso(deadline.due_on),
        "days_late": deadline.days_late(received_at.date()),
        "accepted_on": _iso(deadline.accepted_on),
        "standing": deadline.standing(received_at.date()),
        "demanded_by": _iso(deadline.demanded_by),
        "answer_to_demand": deadline.answer_to_demand(received_at.date()),
        "row_count": int(submission["row_count"] or 0),
        "is_nil": bool(submission["is_nil"]),
        "verdict": verdict(count),
        "findings_by_severity": {severity: count[severity] for severity in SEVERITIES},
        "annotated": annotated,
        "findings": [
            {key: finding[key] for key in _TOLD_OF_FINDING} | {"id": finding["finding_id"]} for finding in findings
        ],
    }


_TOLD_OF_FINDING = ("rule", "severity", "sheet", "cell", "value", "message", "message_en", "remedy", "remedy_en")


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None


def _as_json(receipt: Record) -> bytes:
    # On one line: it is read by programs, and laying it out takes ten times as long.
    return (json.dumps(receipt, ensure_ascii=False) + "\n").encode()


def _as_text(receipt: Record) -> bytes:
    """The receipt to be read: Chinese, then English; with the mark and line ends that Notepad needs."""
    lines = [*_chinese_lines(receipt), "", "-" * 60, "", *_english_lines(receipt)]
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8-sig")


def _chinese_lines(receipt: Record) -> Iterable[str]:
    yield f"{receipt['form_title']}　收件回执"
    yield ""
    yield f"回执编号：{receipt['submission_id']}"
    yield f"填报单位：{receipt['reporter_name'] or '未能识别'}"
    if receipt["regime_title"]:
        yield f"填报任务：{receipt['regime_title']}（{ROUND_ZH.get(receipt['round'], '报送轮次未能识别')}）"
    yield f"文件名称：{receipt['file']}"
    yield f"收到时间：{receipt['received_at']}（北京时间）"
    yield f"文件指纹：{receipt['sha256']}（SHA-256，可用来核对收到的就是您发的文件）"
    if receipt["form"] == DOCUMENT:
        yield from _chinese_lines_of_document(receipt)
        return
    yield f"读出内容：{'零报告' if receipt['is_nil'] else str(receipt['row_count']) + ' 行数据'}"
    yield f"审核结果：{VERDICTS[receipt['verdict']][0]}"
    yield "发现问题：" + "，".join(
        f"{severity.label} {receipt['findings_by_severity'][key]} 处" for key, severity in SEVERITIES.items()
    )
    if receipt["due_on"]:
        yield f"报送截止：{receipt['due_on']}（{receipt['standing'][0]}）"
    if receipt["demanded_by"]:
        yield f"强制重报：请于 {receipt['demanded_by']} 24时前报送（{receipt['answer_to_demand'][0]}）"
    yield ""
    yield from _chinese_advice(receipt)
    if receipt["findings"]:
        yield from ("", "问题清单：")
    for number, finding in enumerate(receipt["findings"][:MOST_FINDINGS_IN_RECEIPT], start=1):
        place = "，".join(part for part in (finding["sheet"], finding["cell"]) if part) or "整个文件"
        yield f"{number}. 【{SEVERITIES[finding['severity']].label} {finding['rule']}】{place}：{finding['message']}"
        yield f"   怎么改：{finding['remedy']}"
    left_out = len(receipt["findings"]) - MOST_FINDINGS_IN_RECEIPT
    if left_out > 0:
        yield f"另有 {left_out} 处，见批注文件的“修改清单”。"


def _chinese_lines_of_document(receipt: Record) -> Iterable[str]:
    yield "读出内容：附件材料，不是统计表；已原样存档。"
    if kind := DOCUMENT_KINDS.get(receipt["document_kind"]):
        yield f"材料种类：{kind[0]}（看文件名认出来的；不对的请改名后重新报送）"
    yield ""
    if receipt["verdict"] != "rejected":
        yield "材料已收到。统计表请另用 Excel 或 WPS 表格报送。"
        yield "如果是拆除前、中、后的照片，文件夹或文件名里要有企业名称和“拆除前”“拆除中”或“拆除后”；没有的请改名后重新报送。"
        return
    yield "这份材料不能算作收到："
    for finding in receipt["findings"]:
        yield f"【{SEVERITIES[finding['severity']].label} {finding['rule']}】{finding['message']}"
        yield f"   怎么改：{finding['remedy']}"


def _english_lines_of_document(receipt: Record) -> Iterable[str]:
    yield "Content: a document, not the table; kept as it came."
    if kind := DOCUMENT_KINDS.get(receipt["document_kind"]):
        yield f"Kind: {kind[1]}, by the name of the file; if that is wrong, rename it and send it again."
    yield ""
    if receipt["verdict"] != "rejected":
        yield "Received. Send the table itself as a workbook."
        yield "The folder or name of a photo must tell the enterprise and 拆除前, 拆除中 or 拆除后; if not, rename and resend."
        return
    yield "It does not count as received:"
    for finding in receipt["findings"]:
        yield f"[{finding['rule']}] {finding['message_en']} {finding['remedy_en']}"


def _points_at_cells(receipt: Record) -> bool:
    """Whether the annotated copy has coloured cells: findings on a whole file stand in its list only."""
    return any(finding["sheet"] and finding["cell"] for finding in receipt["findings"])


def _chinese_advice(receipt: Record) -> Iterable[str]:
    count = receipt["findings_by_severity"]
    coloured = "，有问题的单元格已标色" if _points_at_cells(receipt) else ""
    must, may = (f"标明“{SEVERITIES[severity].label}”" for severity in ("reject", "explain"))
    if receipt["verdict"] == "rejected":
        yield "请您这样做："
        yield f"1. 打开批注文件“{receipt['annotated']}”，第一张表“修改清单”列出了每一处问题和改法{coloured}。"
        yield f"2. {must}的请改好。" + (
            f"{may}的请核实，确实无误的请向上级工信部门说明原因。" if count["explain"] else ""
        )
        yield "3. 重新报送整份表格。改好之前，本次报送的数据不计入汇总；以前已接收的数据不受影响。"
    elif count["explain"]:
        counts = "，数据已计入汇总" if receipt["form"] == EXIT_TABLE else ""
        yield f"您的表格已接收{counts}，但有几处需要您说明："
        yield f"1. 打开批注文件“{receipt['annotated']}”，第一张表“修改清单”列出了每一处问题和改法{coloured}。"
        yield f"2. {may}的，有错漏请改正后重新报送整份表格；没有错漏的，请向上级工信部门说明原因。"
    else:
        yield "您的表格已接收，不需要再做什么。" + ("以下提示供您参考：" if count["note"] else "")


def _english_lines(receipt: Record) -> Iterable[str]:
    yield "Exit of outdated industrial capacity: receipt"
    yield ""
    yield f"Receipt: {receipt['submission_id']}"
    yield f"Reporter: {receipt['reporter'] or 'not recognised'}"
    if receipt["regime"]:
        yield f"Cycle: {receipt['regime']} ({ROUND_EN.get(receipt['round'], 'round not recognised')})"
    yield f"File: {receipt['file']}"
    yield f"Received: {receipt['received_at']} (Beijing time)"
    if receipt["form"] == DOCUMENT:
        yield from _english_lines_of_document(receipt)
        return
    yield f"Content: {'nil return' if receipt['is_nil'] else 'rows: ' + str(receipt['row_count'])}"
    yield f"Verdict: {VERDICTS[receipt['verdict']][1]}"
    yield "Findings: " + ", ".join(
        f"{severity.label_en} {receipt['findings_by_severity'][key]}" for key, severity in SEVERITIES.items()
    )
    if receipt["due_on"]:
        yield f"Due: {receipt['due_on']} ({receipt['standing'][1]})"
    if receipt["demanded_by"]:
        yield f"To be sent again by the end of {receipt['demanded_by']} ({receipt['answer_to_demand'][1]})"
    yield ""
    coloured = "; the cells are coloured" if _points_at_cells(receipt) else ""
    if receipt["verdict"] == "rejected":
        yield f"The first sheet of the annotated copy lists what to do{coloured}."
        yield f"Put right what is marked “{SEVERITIES['reject'].label_en}” and send the whole table again."
        yield "Until then these figures do not count; figures accepted earlier are not affected."
    elif receipt["findings_by_severity"]["explain"]:
        counts = "Your figures count" if receipt["form"] == EXIT_TABLE else "Your table is accepted"
        yield f"{counts}. The first sheet of the annotated copy lists what to check{coloured}."
        yield f"Correct or explain what is marked “{SEVERITIES['explain'].label_en}”."
    else:
        yield "Nothing more to do."
    if receipt["findings"]:
        yield ""
    for number, finding in enumerate(receipt["findings"][:MOST_FINDINGS_IN_RECEIPT], start=1):
        place = ", ".join(part for part in (finding["sheet"], finding["cell"]) if part) or "whole file"
        yield f"{number}. [{finding['rule']}] {place}: {finding['message_en']} {finding['remedy_en']}"
    left_out = len(receipt["findings"]) - MOST_FINDINGS_IN_RECEIPT
    if left_out > 0:
        yield f"{left_out} more are listed on the first sheet of the annotated copy."
