"""What people decided about the report of a cycle, as the documents of its pack tell it: consent, notice, who signed.

The desk knows it from the log of decisions; a pack is written from it, as answers are from ``exports.answers.deadline``.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from exports.amounts import write_exactly

WHOLE_LIST = ("整份名单", "the whole list")
"""What an objection is about that names no enterprise: Chinese, English."""


@dataclass(frozen=True, slots=True)
class IndustryFigure:
    """What a list of exits comes to in one industry and unit."""

    industry: str
    capacity_unit: str | None
    exits: int
    capacity: Decimal | None
    """None where no amount is known."""

    @property
    def in_words(self) -> str:
        """How many exits, and their amount where it is known: 2条50万吨."""
        amount = "" if self.capacity is None else f"{write_exactly(self.capacity)}{self.capacity_unit or ''}"
        return f"{self.exits}条{amount}"


def tell_changes(before: Iterable[IndustryFigure], after: Iterable[IndustryFigure]) -> str:
    """How the figure of a list changed, industry by industry (水泥由1条30万吨变为2条55万吨); blank where it did not."""
    was, is_now = ({(one.industry, one.capacity_unit): one for one in lines} for lines in (before, after))
    told = []
    for key in dict.fromkeys((*was, *is_now)):
        then, now = was.get(key), is_now.get(key)
        if then != now:
            told.append(f"{key[0]}由{then.in_words if then else '无'}变为{now.in_words if now else '无'}")
    return "；".join(told)


@dataclass(frozen=True, slots=True)
class Consent:
    """The government agrees to the report (报同级人民政府同意)."""

    document_no: str
    document_date: date
    issuer: str
    figure: tuple[IndustryFigure, ...] | None = None
    """What the list came to when the consent was recorded; None where no list was kept with it."""


@dataclass(frozen=True, slots=True)
class Objection:
    """What was said against the list while it was shown, and how it was handled."""

    number: int
    """The decision that registered it."""
    received_on: date
    objector: str
    enterprise: str
    """As the register tells it; ``WHOLE_LIST`` where the objection is about none."""
    content: str
    is_upheld: bool | None = None
    """None while it is not answered."""
    answer: str | None = None
    is_withdrawn: bool = False
    """Whether it was taken back by whom it came from; then it is not upheld."""


@dataclass(frozen=True, slots=True)
class Notice:
    """The list was shown to the public (公示)."""

    opened_on: date
    closes_on: date
    """The last day, by working days of the Chinese calendar."""
    working_days: int
    place: str
    """Where it was shown."""
    objections: tuple[Objection, ...] = ()
    recorded_on: date | None = None
    """The day it was recorded, where that is after its first day; else None."""


@dataclass(frozen=True, slots=True)
class Announcement:
    """A county or city made its own list public."""

    division_code: str
    announced_on: date
    place: str


@dataclass(frozen=True, slots=True)
class Supplement:
    """The report corrects one that was sealed before (补充更正报告)."""

    number: int
    """From 1."""
    document_no: str | None
    """发文字号 of the report it corrects, where it has one."""
    document_date: date
    """成文日期 of that report."""


@dataclass(frozen=True, slots=True)
class SignOff:
    """How far the report of one cycle has come; nothing decided yet makes a draft."""

    is_sealed: bool = False
    document_no: str | None = None
    """发文字号; a draft has none."""
    document_date: date | None = None
    """成文日期, the day it was signed."""
    prepared_by: str | None = None
    signed_by: str | None = None
    consent: Consent | None = None
    notice: Notice | None = None
    announcements: tuple[Announcement, ...] = ()
    excused: frozenset[str] = frozenset()
    """Codes of the reporters that need not send what they have not sent (准予免报)."""
    listed_findings: str | None = None
    """The signer's words on findings that nobody explained, where he signs with them."""
    supplement: Supplement | None = None
    """None: nothing was sealed before."""
    sealed_at: datetime | None = None
    """When it was decided to seal it; the pack is dated by it, so that it is the same whenever it is written."""
