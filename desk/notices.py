"""What a reporter is told when its table is returned or demanded again: a message in its outbox, and by mail.

It lies beside the receipts, ``outbox/<code>/退回_<decision>.txt`` or ``强制重报_<decision>.txt``; written once, however
often it is asked for. Where a mail server is set and ``contacts.csv`` knows an address, it is mailed too.
"""

from __future__ import annotations

import logging

from desk.decisions import Decision
from desk.mail import Letter, MailServer, read_contacts, send_once
from desk.reminders import table_in_words
from rulebook import LOCAL_TIME, Rulebook
from store import Store

log = logging.getLogger(__name__)


def give_notice(store: Store, rulebook: Rulebook, decision: Decision, mail_server: MailServer | None = None) -> None:
    """The reporter of a ``return`` or ``demand`` finds the message; of other decisions, and of nobody known, there is none.

    What the mail server says against it is written to the log: the decision is made, and the message lies there.
    """
    regime = rulebook.regimes.get(decision.regime or "")
    reporter = regime.reporters.get(decision.reporter_code or "") if regime else None
    if decision.kind not in ("return", "demand") or regime is None or reporter is None:
        return
    key = f"outbox/{reporter.code}/{decision.act.label_zh}_{decision.sequence:06d}.txt"
    table = table_in_words(rulebook, regime, decision.round) if decision.round else ("报表", "table")
    if not store.exists(key):
        store.write_bytes(key, _message(decision, reporter.name, *table).encode())
    addresses = read_contacts(store).get(reporter.code) if mail_server else None
    if mail_server and addresses:
        subject = f"{decision.act.label_zh}：{table[0]}"
        _, trouble = send_once(store, [Letter(key, addresses, subject, store.read_bytes(key).decode())], mail_server)
        if trouble:
            log.error("%s was not mailed: %s", key, trouble)


def _message(decision: Decision, reporter: str, table: str, table_en: str) -> str:
    """What happened, why, and what to do."""
    day = decision.at.astimezone(LOCAL_TIME).date()
    if decision.kind == "return":
        zh = f"您单位报送的{table}（收件 {decision.submission_id}）已被退回，数据不计入汇总。"
        en = f"Your {table_en} (submission {decision.submission_id}) was returned; its figures do not count."
    else:
        zh = f"您单位需要重新报送{table}；新表收到之前，原来报送的数据仍计入汇总。"
        en = f"Your {table_en} must be sent again; figures sent before stand until then."
    due = [f"请于 {decision.due} 24时（北京时间）前报送。"] if decision.due else []
    due_en = [f"Send it by the end of {decision.due} (Beijing time)."] if decision.due else []
    return "\n".join(
        (
            f"{decision.act.label_zh}通知　{day}",
            "",
            f"{reporter}：",
            "",
            zh,
            f"原因：{decision.reason}",
            *due,
            "请您改好后，重新报送整份表格。有疑问请联系上级工信部门。",
            "",
            f"Notice, {day}",
            en,
            f"Reason: {decision.reason}",
            *due_en,
            "Put it right and send the whole table again.",
            "",
        )
    )
