"""Reminding (催报): a message to everybody of whom something is overdue, and one summary to each city's steward.

Who has time left is reminded only where somebody asks for it by name, and is told how long there is.

A message lies in the reporter's outbox beside its receipts, ``outbox/<code>/催报_<day>_<regime>_<round>.txt``: one a
day, however often somebody asks. Where a mail server is set and ``contacts.csv`` knows an address, it is mailed too,
once; what the server did not take is tried again when somebody reminds again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from desk.decisions.log import Decision
from desk.messages.mail import Letter, MailServer, read_contacts, send_once
from exports.papers.reporting import ANSWERED, ReportingLine, standings_in_words
from exports.wording import ROUND_EN, ROUND_ZH
from rulebook import EXIT_TABLE, Regime, Rulebook
from store import Store

CITIES = "outbox/_cities"


@dataclass(frozen=True, slots=True)
class Reminded:
    """What one round of reminding did."""

    new: tuple[ReportingLine, ...]
    """Got their message now."""
    already: tuple[ReportingLine, ...]
    """Had got today's before."""
    cities: tuple[str, ...]
    """Codes of the cities that have a summary of today."""
    mailed: int
    """Messages and summaries the mail server took."""
    without_address: int
    """Messages and summaries of today for which ``contacts.csv`` has no address; 0 where no mail server is set."""
    mail_trouble: str | None
    """What the mail server said against it, if it did."""


def to_remind(lines: Iterable[ReportingLine], day: date) -> list[ReportingLine]:
    """Those of whom something is overdue on ``day``: all that are reminded where nobody chooses."""
    return [line for line in lines if line.must_act(day)]


def remind(
    store: Store,
    rulebook: Rulebook,
    cycle: tuple[str, str],
    lines: Sequence[ReportingLine],
    chosen: Iterable[str],
    day: date,
    decisions: Iterable[Decision] = (),
    mail_server: MailServer | None = None,
) -> Reminded:
    """Remind those of ``chosen`` (reporter codes) of whom something is expected on ``day``, overdue or not due yet.

    ``lines`` are all of the cycle (``desk.views.board.read_standing``); ``decisions`` are those in force: they say why a table
    was returned or is demanded again.
    """
    words = _Words(rulebook, rulebook.regimes[cycle[0]], cycle[1], day, _reasons(decisions, cycle))
    codes = set(chosen)
    owing = [line for line in lines if line.may_be_reminded(day)]
    # two stewards at once would both find no message, and both mail it
    with store.lock("reminders"):
        wanted = [line for line in owing if line.reporter_code in codes]
        new = [line for line in wanted if not store.exists(words.message_key(line))]
        for line in new:
            store.write_bytes(words.message_key(line), words.message(line).encode())
        summaries = {}
        for city in dict.fromkeys(line.city_code for line in wanted):
            told = [line for line in owing if line.city_code == city and store.exists(words.message_key(line))]
            summaries[city] = words.summary(told)
            store.write_bytes(words.summary_key(city), summaries[city].encode())
        mailed, without_address, trouble = 0, 0, None
        if mail_server is not None:
            letters = list(_letters(store, words, wanted, summaries))
            without_address = sum(not letter.to for letter in letters)
            mailed, trouble = send_once(store, [letter for letter in letters if letter.to], mail_server)
    already = tuple(line for line in wanted if line not in new)
    return Reminded(tuple(new), already, tuple(summaries), mailed, without_address, trouble)


def _reasons(decisions: Iterable[Decision], cycle: tuple[str, str]) -> dict[tuple[str, str], Decision]:
    """By reporter and kind, the act that returned its table or demands it again."""
    return {
        (decision.reporter_code, decision.kind): decision
        for decision in decisions
        if decision.kind in ("return", "demand")
        and (decision.regime, decision.round) == cycle
        and decision.reporter_code
    }


def _letters(
    store: Store, words: _Words, lines: Iterable[ReportingLine], summaries: Mapping[str, str]
) -> Iterator[Letter]:
    """Every message and summary of today, as a letter; to nobody where no address is known."""
    contacts = read_contacts(store)
    for line in lines:
        key = words.message_key(line)
        text = store.read_bytes(key).decode()
        yield Letter(key, contacts.get(line.reporter_code, ()), f"{words.heading(line)}：{words.table}", text)
    for city, text in summaries.items():
        yield Letter(words.summary_key(city), contacts.get(city, ()), f"催报汇总：{words.table}", text)


def table_in_words(rulebook: Rulebook, regime: Regime, round_key: str) -> tuple[str, str]:
    """The exit table of a cycle, as a sentence names it: in Chinese by place, year, form and round, in English behind “your”."""
    form, place = rulebook.forms[EXIT_TABLE], rulebook.reference.divisions[regime.area].name
    return (
        f"{place}{regime.year}年{form.title}（{ROUND_ZH[round_key]}）",
        f"exit table ({regime.title_en}, {ROUND_EN[round_key]})",
    )


@dataclass(frozen=True)
class _Words:
    """What reminders of one cycle and day say, and where they lie."""

    rulebook: Rulebook
    regime: Regime
    round: str
    day: date
    reasons: Mapping[tuple[str, str], Decision]

    @property
    def table(self) -> str:
        """The table that is owed: place, year, form, round."""
        return table_in_words(self.rulebook, self.regime, self.round)[0]

    @property
    def table_en(self) -> str:
        """The same in English."""
        return table_in_words(self.rulebook, self.regime, self.round)[1]

    def message_key(self, line: ReportingLine) -> str:
        """Where the message to a reporter lies."""
        return f"outbox/{line.reporter_code}/催报_{self.day}_{self.regime.key}_{self.round}.txt"

    def summary_key(self, city: str) -> str:
        """Where the summary for a city's steward lies."""
        return f"{CITIES}/{city}/催报汇总_{self.day}_{self.regime.key}_{self.round}.txt"

    def heading(self, line: ReportingLine) -> str:
        """What the message to a reporter is called: nobody is chased before the due day."""
        return "催报" if line.must_act(self.day) else "报送提醒"

    def message(self, line: ReportingLine) -> str:
        """What a reporter is told: where its table stands, and what to do."""
        zh, en = self._told(line)
        return "\n".join(
            (
                f"{self.heading(line)}通知　{self.day}",
                "",
                f"{line.reporter}：",
                "",
                *zh,
                "如果您刚刚报送过，请以收到的回执为准，不必再报。有疑问请联系上级工信部门。",
                "",
                f"Reminder, {self.day}",
                *en,
                "If you have just sent it, the receipt you got is what counts.",
                "",
            )
        )

    def summary(self, lines: Sequence[ReportingLine]) -> str:
        """What a city's steward is told: who was reminded today, and why."""
        overdue = [line for line in lines if line.must_act(self.day)]
        ahead = len(lines) - len(overdue)
        named = (
            f"{number}. {line.reporter}（{line.reporter_code}）：{self._standing(line)}，应报日期 {line.due or '无'}"
            for number, line in enumerate(lines, start=1)
        )
        return "\n".join(
            (
                f"催报汇总　{self.day}",
                "",
                f"{self.table}：今天已催报您市 {len(overdue)} 个单位，请督促尽快报送。"
                + (f"另提醒了 {ahead} 个未到期的单位。" if ahead else ""),
                *named,
                "",
                f"Reminders of {self.day}: {len(overdue)} of your reporters were asked for the {self.table_en}"
                + (f"; {ahead} were told of a day that lies ahead." if ahead else "."),
                "",
            )
        )

    def _standing(self, line: ReportingLine) -> str:
        told = standings_in_words(line.standings(self.day))
        return told + "".join(f"，{days.removesuffix('。')}" for days in self._days(line))

    def _told(self, line: ReportingLine) -> tuple[list[str], list[str]]:
        """Chinese and English lines on where the table stands, and what to do."""
        # what was demanded again and is not in is told by what became of it
        standing = "demanded" if line.is_demanded and line.state in ANSWERED else line.state
        if standing == "missing":
            return self._told_it_is_missing(line)
        if standing in ANSWERED and line.missing_parts:
            return _told_what_part_is_missing(line)
        reason = self.reasons.get((line.reporter_code, {"returned": "return", "demanded": "demand"}.get(standing, "")))
        zh, en = {
            "rejected": (
                f"您单位报送的{self.table}审核未通过，数据没有计入汇总。",
                f"Your {self.table_en} was rejected; its figures do not count.",
            ),
            "returned": (
                f"您单位报送的{self.table}已被退回，数据不计入汇总。",
                f"Your {self.table_en} was returned; its figures do not count.",
            ),
            "demanded": (
                f"您单位报送的{self.table}需要重新报送；新表收到之前，原来的数据仍计入汇总。",
                f"Your {self.table_en} must be sent again; the figures sent before stand until then.",
            ),
        }[standing]
        told = [zh]
        if reason is not None:
            told.append(f"原因：{reason.reason}")
        if reason is not None and reason.due is not None:
            told.append(f"请于 {reason.due} 24时（北京时间）前报送。")
        told.append("请您按回执和批注稿改好后，重新报送整份表格。")
        told += self._days(line)
        return told, [en, "Put it right as the annotated copy says and send the whole table again."]

    def _told_it_is_missing(self, line: ReportingLine) -> tuple[list[str], list[str]]:
        is_open = line.is_open(self.day)
        zh = [
            f"您单位应于 {line.due} 24时（北京时间）前报送{self.table}，{'目前还' if is_open else '至今'}没有收到。",
            *self._days(line),
            f"请您{'按时' if is_open else '尽快'}报送。没有退出的，也请报送零报告。",
        ]
        en = [
            f"Your {self.table_en} is due by the end of {line.due} (Beijing time) and has not come yet."
            if is_open
            else f"Your {self.table_en} was due by the end of {line.due} (Beijing time) and has not come.",
            "Please send it; where nothing was closed, send a nil return.",
        ]
        return zh, en

    def _days(self, line: ReportingLine) -> list[str]:
        """How long there is to the due day of what is not in, or since."""
        if line.is_open(self.day):
            days = (line.due - self.day).days
            return [f"距截止还有 {days} 天。" if days else "今天截止。"]
        days = line.days_overdue(self.day)
        return [f"已逾期 {days} 天。"] if days else []


def _told_what_part_is_missing(line: ReportingLine) -> tuple[list[str], list[str]]:
    """Of a reporter that was several counties in the regime's year: whose table is still to come."""
    zh = [
        f"当年的{line.missing_parts}还没有报送，已收到的报表照常计入汇总。",
        "请您补报，填报单位写当年的名称；没有退出的，也请报送零报告。",
    ]
    en = [
        f"Nothing came of what was then {line.missing_parts}; what did come counts.",
        "Please send its table under the name of that year; where nothing was closed, send a nil return.",
    ]
    return zh, en
