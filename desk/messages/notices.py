"""What reporters are told of decisions about their tables: a message in the outbox, and by mail.

Of a return, a demand, a correction of the reporter – both who had the file and who gets it – and of the undo of one of
these. It lies beside the receipts, ``outbox/<code>/<the act>_<decision>.txt`` with the act in Chinese (退回, 强制重报,
更正填报单位, 撤销); written once, however often it is asked for. Where a mail server is set and ``contacts.csv`` knows an
address, it is mailed too.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from dataclasses import dataclass

from desk.decisions.acts import ACTS
from desk.decisions.log import Decision, Decisions
from desk.messages.mail import Letter, MailServer, read_contacts, send_once
from desk.messages.reminders import table_in_words
from rulebook import LOCAL_TIME, Rulebook
from store import Store

log = logging.getLogger(__name__)

_TOLD_OF = ("return", "demand", "identify")
_NAME = re.compile(rf"(?:{'|'.join(ACTS[kind].label_zh for kind in _TOLD_OF)})_(\d{{6}})\.txt", re.ASCII)

Words = tuple[str, str]
"""Chinese, English."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What one reporter is told: what happened, and what to do."""

    reporter_code: str
    happened: Words
    to_do: Words


def give_notice(
    store: Store, rulebook: Rulebook, decisions: Decisions, decision: Decision, mail_server: MailServer | None = None
) -> None:
    """The reporters whom ``decision`` concerns find the message; of other acts, and of nobody known, there is none.

    What the mail server says against it is written to the log: the decision is made, and the message lies there.
    """
    regime = rulebook.regimes.get(decision.regime or "")
    if regime is None or decision.kind not in (*_TOLD_OF, "undo"):
        return
    undone = decisions.get(decision.undoes or 0)
    table = table_in_words(rulebook, regime, decision.round) if decision.round else ("报表", "table")
    for told in _undone(undone) if undone else _decided(decision, table):
        reporter = regime.reporters.get(told.reporter_code)
        if reporter is None:
            continue
        key = f"outbox/{reporter.code}/{decision.act.label_zh}_{decision.sequence:06d}.txt"
        if not store.exists(key):
            store.write_bytes(key, _message(decision, reporter.name, table, told).encode())
        _mail(store, key, reporter.code, f"{decision.act.label_zh}：{table[0]}", mail_server)


def decision_of_notice(name: str) -> int | None:
    """The number of the decision that the message ``name`` tells of; None where that is no notice one can take back."""
    number = _NAME.fullmatch(name)
    return int(number[1]) if number else None


def _mail(store: Store, key: str, reporter_code: str, subject: str, mail_server: MailServer | None) -> None:
    addresses = read_contacts(store).get(reporter_code) if mail_server else None
    if mail_server and addresses:
        _, trouble = send_once(store, [Letter(key, addresses, subject, store.read_bytes(key).decode())], mail_server)
        if trouble:
            log.error("%s was not mailed: %s", key, trouble)


_SEND_AGAIN = (
    "请您改好后，重新报送整份表格。有疑问请联系上级工信部门。",
    "Put it right and send the whole table again.",
)
_SEND_ONES_OWN = (
    "您单位自己的统计表还没有报送的，请报送；已经报送的不受影响。有疑问请联系上级工信部门。",
    "If your own table has not been sent yet, send it; what you sent besides is not affected.",
)


def _decided(decision: Decision, table: Words) -> Iterator[_Told]:
    """What a return, a demand or a correction of the reporter means for those it concerns."""
    code, number = decision.reporter_code, decision.submission_id
    if decision.kind == "return" and code:
        yield _Told(
            code,
            (
                f"您单位报送的{table[0]}（收件 {number}）已被退回，数据不计入汇总。",
                f"Your {table[1]} (submission {number}) was returned; its figures do not count.",
            ),
            _SEND_AGAIN,
        )
    elif decision.kind == "demand" and code:
        yield _Told(
            code,
            (
                f"您单位需要重新报送{table[0]}；已经计入汇总的数据，在新表通过审核之前不变。",
                f"Your {table[1]} must be sent again; what counts already stands until a new one passes.",
            ),
            _SEND_AGAIN,
        )
    elif decision.kind == "identify":
        if code and code != decision.new_reporter_code:
            yield _Told(
                code,
                (
                    f"记在您单位名下的{table[0]}（收件 {number}）已更正为其他单位的报表，不再计入您单位。",
                    f"The {table[1]} filed under your name (submission {number}) was found to be another reporter's and"
                    " is yours no more.",
                ),
                _SEND_ONES_OWN,
            )
        if decision.new_reporter_code:
            yield _Told(
                decision.new_reporter_code,
                (
                    f"收到的{table[0]}（收件 {number}）已认定为您单位的报表，按原收到时间记到您单位名下，重新审核。",
                    f"The {table[1]} received as submission {number} was found to be yours; it is judged again under"
                    " your name, with its first time of arrival.",
                ),
                (
                    "请在报送页面核对；不是您单位的，请联系上级工信部门。",
                    "Check it on your page; if it is not yours, tell the office above you.",
                ),
            )


_UNDONE = {
    "return": (
        "这份报表不再算作被退回，按退回之前的状态处理；因这次退回而要求的重新报送，不用再做。",
        "The table counts as not returned, as it stood before; you need not send it again for that return.",
    ),
    "demand": ("不用再重新报送。", "You need not send it again."),
    "identify": (
        "这份报表恢复记在您单位名下。",
        "The table is filed under your name again.",
    ),
}


def _undone(undone: Decision) -> Iterator[_Told]:
    """What it means for those whom a decision concerned that it has no effect any more."""
    if undone.kind not in _TOLD_OF:
        return
    act, number = undone.act, undone.sequence
    of = (
        (f"（收件 {undone.submission_id}）", f" (submission {undone.submission_id})")
        if undone.submission_id
        else ("", "")
    )
    happened = (
        f"第 {number} 号决定“{act.label_zh}”{of[0]}已经撤销，原来的通知作废。",
        f"Decision {number}, {act.label_en}{of[1]}, was undone; its notice is void.",
    )
    if undone.reporter_code:
        yield _Told(undone.reporter_code, happened, _UNDONE[undone.kind])
    if undone.new_reporter_code and undone.new_reporter_code != undone.reporter_code:
        nobodys = ("这份报表不再作为您单位的报表。", "The table is not yours any more. ")
        yield _Told(
            undone.new_reporter_code,
            happened,
            (nobodys[0] + _SEND_ONES_OWN[0], nobodys[1] + _SEND_ONES_OWN[1]),
        )


def _message(decision: Decision, reporter: str, table: Words, told: _Told) -> str:
    """What happened, why, and what to do."""
    day = decision.at.astimezone(LOCAL_TIME).date()
    about = [f"报表：{table[0]}。"] if decision.kind == "undo" else []
    about_en = [f"About your {table[1]}."] if decision.kind == "undo" else []
    due = [f"请于 {decision.due} 24时（北京时间）前报送。"] if decision.due else []
    due_en = [f"Send it by the end of {decision.due} (Beijing time)."] if decision.due else []
    return "\n".join(
        (
            f"{decision.act.label_zh}通知　{day}",
            "",
            f"{reporter}：",
            "",
            told.happened[0],
            *about,
            f"原因：{decision.reason}",
            *due,
            told.to_do[0],
            "",
            f"Notice, {day}",
            told.happened[1],
            *about_en,
            f"Reason: {decision.reason}",
            *due_en,
            told.to_do[1],
            "",
        )
    )
