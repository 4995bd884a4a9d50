"""Watching the clocks: every day whoever gave an order is told what falls due soon and what is overdue.

A message lies in the outbox of the department (or county) whose order it is, ``outbox/<code>/整改期限_<day>_<regime>.txt``,
and a summary for each city; one a day, however often somebody looks. Where a mail server is set and ``contacts.csv`` knows
an address, they are mailed too, once. Of an order that a later year's list repeats only that list's office is told.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from desk.decisions.log import Decisions
from desk.messages.mail import Letter, MailServer, read_contacts, send_once
from desk.messages.reminders import CITIES
from desk.views.clocks import has_clocks
from desk.views.warehouse import Warehouse
from rulebook import LOCAL_TIME, Regime, Rulebook
from store import Store

SOON_DAYS = (7, 30)
"""What falls due within so many days is told apart: ours; a week to act, a month to plan."""

_RUNNING = """
select running.*, city.division as city, county.division as county
from marts.fct_rectification as running
left join marts.dim_division as city on running.city_code = city.division_code
left join marts.dim_division as county on running.county_code = county.division_code
where running.card = '黄牌' and running.is_latest and (running.state = 'overdue' or running.days_left <= ?)
order by running.regime, running.reporter_code, running.due, running.enterprise, running.rectification_id
"""
_KNOWN_BATCHES = "select distinct batch from marts.fct_submission"


@dataclass(frozen=True, slots=True)
class Watched:
    """What one look at the clocks did."""

    new: tuple[str, ...]
    """Codes of those whose message of today was written now."""
    already: tuple[str, ...]
    """Codes of those who had today's before."""
    cities: tuple[str, ...]
    """Codes of the cities that have a summary of today."""
    overdue: int
    soon: int
    """Orders that fall due within ``SOON_DAYS``."""
    mailed: int
    without_address: int
    """Messages and summaries of today for which ``contacts.csv`` has no address; 0 where no mail server is set."""
    mail_trouble: str | None


def needs_build(store: Store, warehouse: Warehouse, decisions: Decisions, day: date) -> bool:
    """Whether the warehouse is of another day, or files were judged or decisions made since it was built."""
    built_at = warehouse.built_at
    if built_at is None or not has_clocks(warehouse) or built_at.astimezone(LOCAL_TIME).date() != day:
        return True
    if warehouse.last_decision != decisions.last_sequence():
        return True
    known = {line["batch"] for line in warehouse.query(_KNOWN_BATCHES)}
    return any(key.removeprefix("findings/").removesuffix(".parquet") not in known for key in store.keys("findings"))


def watch(
    store: Store, rulebook: Rulebook, warehouse: Warehouse, day: date, mail_server: MailServer | None = None
) -> Watched:
    """Tell everybody whose orders fall due soon or are overdue by ``warehouse``, which is of ``day``; once a day."""
    running = [order for order in warehouse.query(_RUNNING, [max(SOON_DAYS)]) if order["regime"] in rulebook.regimes]
    by_office: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    by_city: dict[tuple[str, str], list[dict[str, Any]]] = defaultdict(list)
    for order in running:
        regime = rulebook.regimes[order["regime"]]
        by_office[regime.key, order["reporter_code"]].append(order)
        by_city[regime.key, order["city_code"] or regime.area].append(order)
    messages = {
        (f"outbox/{code}/整改期限_{day}_{regime}.txt", code): _message(
            rulebook, rulebook.regimes[regime], code, day, orders
        )
        for (regime, code), orders in by_office.items()
    }
    summaries = {
        (f"{CITIES}/{code}/整改期限汇总_{day}_{regime}.txt", code): _summary(
            rulebook, rulebook.regimes[regime], day, orders
        )
        for (regime, code), orders in by_city.items()
    }
    # two at once would both find no message, and both mail it
    with store.lock("reminders"):
        new = [code for key, code in messages if not store.exists(key)]
        for (key, _), text in (messages | summaries).items():
            if not store.exists(key):
                store.write_bytes(key, text.encode())
        mailed, without_address, trouble = 0, 0, None
        if mail_server is not None:
            letters = list(_letters(store, [*messages, *summaries], day))
            without_address = sum(not letter.to for letter in letters)
            mailed, trouble = send_once(store, [letter for letter in letters if letter.to], mail_server)
    return Watched(
        tuple(dict.fromkeys(new)),
        tuple(dict.fromkeys(code for _, code in messages if code not in new)),
        tuple(dict.fromkeys(code for _, code in summaries)),
        sum(order["state"] == "overdue" for order in running),
        sum(order["state"] == "open" for order in running),
        mailed,
        without_address,
        trouble,
    )


def watch_store(
    store: Store,
    rulebook: Rulebook,
    day: date,
    build: Callable[[], object],
    mail_server: MailServer | None = None,
) -> Watched:
    """Build first where the warehouse is not of ``day`` or not of all that came and was decided, then tell everybody."""
    warehouse = Warehouse(store.location("warehouse.duckdb"))
    if needs_build(store, warehouse, Decisions(store, rulebook), day):
        build()
    return watch(store, rulebook, warehouse, day, mail_server)


def _letters(store: Store, keys: Sequence[tuple[str, str]], day: date) -> Iterator[Letter]:
    """Every message and summary of today as it lies there; to nobody where no address is known."""
    contacts = read_contacts(store)
    for key, code in keys:
        yield Letter(key, contacts.get(code, ()), f"整改期限提醒　{day}", store.read_bytes(key).decode())


def _message(rulebook: Rulebook, regime: Regime, code: str, day: date, orders: Sequence[Mapping[str, Any]]) -> str:
    reporter = regime.reporters.get(code)
    return "\n".join(
        (
            f"整改期限提醒　{day}",
            "",
            f"{reporter.name if reporter else code}：",
            "",
            f"您单位下达的{_title(rulebook, regime)}限期整改（黄牌）文书中，有下列企业即将到期或已经逾期。",
            *_groups(orders),
            "",
            "已经达标或关闭的，请您在清单中填写结果和日期后重新报送；逾期仍未达标的，请依法处置。",
            "",
            f"Clocks of your orders, {day} ({regime.title_en})",
            _counted_en(orders),
            "Report the result of those that met the standard or closed by sending the list again.",
            "",
        )
    )


def _summary(rulebook: Rulebook, regime: Regime, day: date, orders: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(
        (
            f"整改期限汇总　{day}",
            "",
            f"{_title(rulebook, regime)}限期整改（黄牌）企业中，您市即将到期或已经逾期的如下，已通知下达文书的单位。",
            *_groups(orders, regime),
            "",
            f"Clocks of the orders in your city, {day} ({regime.title_en})",
            _counted_en(orders),
            "",
        )
    )


def _title(rulebook: Rulebook, regime: Regime) -> str:
    return f"{rulebook.reference.divisions[regime.area].name}{regime.year}年"


def _groups(orders: Sequence[Mapping[str, Any]], regime: Regime | None = None) -> Iterator[str]:
    """The orders, what is overdue first; with the office that gave them where ``regime`` says who that is."""
    for heading, group in _grouped(orders):
        yield ""
        yield f"{heading}（{len(group)} 家次）"
        for number, order in enumerate(group, start=1):
            office = regime and regime.reporters.get(order["reporter_code"])
            given = "，".join(part for part in (office and office.name, order["order_no"]) if part)
            days = (
                f"已逾期 {order['days_overdue']} 天"
                if order["state"] == "overdue"
                else f"还有 {order['days_left']} 天"
                if order["days_left"]
                else "今天到期"
            )
            place = order["county"] or order["city"] or ""
            yield (
                f"{number}. {place}{'　' if place else ''}{order['enterprise']}（{order['category']}）："
                f"期限 {order['due']}，{days}{f'；{given}' if given else ''}"
            )
            if order["state"] == "overdue" and order["consequence"]:
                yield f"   依据：{order['legal_basis'] or '文书所定期限'}"


def _grouped(orders: Sequence[Mapping[str, Any]]) -> Iterator[tuple[str, list[Mapping[str, Any]]]]:
    overdue = [order for order in orders if order["state"] == "overdue"]
    if overdue:
        yield "已逾期", overdue
    after = -1
    for days in SOON_DAYS:
        soon = [order for order in orders if order["state"] == "open" and after < order["days_left"] <= days]
        after = days
        if soon:
            yield f"{days} 天内到期", soon


def _counted_en(orders: Sequence[Mapping[str, Any]]) -> str:
    overdue = sum(order["state"] == "overdue" for order in orders)
    return f"{overdue} overdue, {len(orders) - overdue} due within {max(SOON_DAYS)} days."
