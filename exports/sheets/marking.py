"""What every page of a pack says of how far its report has come: a draft, or sealed under a number on a day."""

from __future__ import annotations

from datetime import date

from exports.sign_off import Consent, Notice, SignOff, Supplement
from exports.wording import DRAFT, SEALED

DRAFT_EN = "Draft"


def mark_of(sign_off: SignOff) -> str | None:
    """What stands beside a title: 草稿, and nothing once the cycle is sealed."""
    return None if sign_off.is_sealed else DRAFT


def tell_day(day: date) -> str:
    """``day`` as official documents write it: 2018年1月20日 (GB/T 9704-2012, 7.3.5.4)."""
    return f"{day.year}年{day.month}月{day.day}日"


def tell_recorded(notice: Notice) -> str:
    """Behind the period of a notice: the day it was recorded, where that is after its first day; else nothing."""
    return f"（{tell_day(notice.recorded_on)}登记）" if notice.recorded_on else ""


def tell_early(consent: Consent, first_accepted_on: date | None) -> str:
    """Behind the day of a consent: that it is before the first accepted table came; else nothing."""
    if first_accepted_on is None or consent.document_date >= first_accepted_on:
        return ""
    return f"，早于第一份通过审核的统计表收到之日{tell_day(first_accepted_on)}"


def tell_corrected(supplement: Supplement) -> str:
    """The report that a supplement corrects, by its day and, where it has one, its number."""
    number = f"（{supplement.document_no}）" if supplement.document_no else ""
    return f"{tell_day(supplement.document_date)}的报告{number}"


def tell_document(sign_off: SignOff) -> str:
    """Under which number and day the report was sealed; that it is a draft, while it is one."""
    if not sign_off.is_sealed:
        return f"{DRAFT} {DRAFT_EN}"
    told = [sign_off.document_no, sign_off.document_date and tell_day(sign_off.document_date)]
    return "　".join(part for part in told if part) or SEALED


def tell_status(sign_off: SignOff) -> str:
    """The same as a sentence, with who prepared and who signed it."""
    if not sign_off.is_sealed:
        return f"{DRAFT}，尚未封存 Draft, not sealed"
    people = [("经办", sign_off.prepared_by), ("签发", sign_off.signed_by)]
    told = [tell_document(sign_off), *(f"{role}：{name}" for role, name in people if name)]
    return f"{SEALED}，{'，'.join(part for part in told if part != SEALED)}".rstrip("，")
