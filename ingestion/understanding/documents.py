"""批准文件: whether a cell names the document of a consent, or only says that there will be one.

No plan says how a document is to be named; ours. A number, a title or the kind of document names it. 待补, 申请中, 已批准,
会议纪要 without more, the day alone, or a number that nobody filled in (〔2025〕号, ×号, 0号) name none: the consent could not
be looked up. Nor is a document one that refuses (不予批准) or only asks (请示, 申请书), whatever its number: it consents to nothing.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rulebook.folding import fold

_STILL_TO_COME = re.compile(
    r"待|申请中|审[批核]中|办理中|研究中|正在|报批|(?:已|拟)(?:提出)?申请|尚|未|口头|拟(?!定)|补[办报交发]"
)
_REFUSES = re.compile(
    r"(?<!逾期)(?<!到期)不(?:予(?!再)|同意|批准|准予|准许|赞成)|不[得能可准]延|驳回|否决|拒绝|退回|撤销|作废"
)
_PLEADS = re.compile(r"(?<!申)请(?!示)[^,;。]{0,12}?(?:批准|同意|准予|批复)|申请(?:予以|给予)?(?:批准|同意|准予)")
"""恳请同意 in a document that asks is no consent."""
_ASKS = re.compile(r"申请|请示|请求|恳请|受理")
_GRANTS = re.compile(r"批复|复函|批准|同意|准予|核准|决定|(?:请示|申请[书表]?)的(?:函|意见|通知|答复)")
_NAMES_ONE = re.compile(r"\d|[〔\[《]|号|批复|复函|通知|决定|纪要|会议|[函书文]$|意见$")
_A_DAY_OR_A_TERM = re.compile(r"(?:\d{4}[-./年])?\d{1,2}(?:[-./月]\d{1,2}日?|个?月|日)?|\d{4}年?")

_NOT_FILLED_IN = re.compile(
    r"[×*_△□?…]号|(?<![A-Za-z])[Xx]+号|(?<![一二三四五六七八九十百千])○+号|(?<!\d)0+号"
    r"|(?:^|[〕\])年第])号|[文字]号$|[〔\[]\d{4}[〕\]]$|[〔\[][^〕\]]*[×*_△□?…Xx][^〕\]]*[〕\]]|[〔\[][〕\]]"
)
"""A number or its year that is still blank: of 〔2025〕 alone nobody knows which document of the year."""
_YEAR = re.compile(r"[〔\[(](\d{4})[〕\])]")

_A_KIND_OF_MANY = re.compile(r"会议(?:纪要|决定|记录)?|纪要")


@lru_cache(maxsize=4_096)
def read_document(text: str) -> tuple[str | None, None]:
    """The text where it names a document, and no problem: whoever needs the document says what lacks (R10)."""
    plain = fold(text)
    if (
        _STILL_TO_COME.search(plain)
        or _REFUSES.search(plain)
        or _only_asks(plain)
        or _A_DAY_OR_A_TERM.fullmatch(plain)
        or _NOT_FILLED_IN.search(plain)
        or _A_KIND_OF_MANY.fullmatch(plain)
        or not _NAMES_ONE.search(plain)
    ):
        return None, None
    return text, None


def read_year(number: str) -> int | None:
    """The year that stands in the number of a document (安政函〔2025〕1号); None where none does."""
    found = _YEAR.search(fold(number))
    return int(found[1]) if found else None


def _only_asks(plain: str) -> bool:
    weighed, pleas = _PLEADS.subn("", plain)
    return bool((pleas or _ASKS.search(weighed)) and not _GRANTS.search(weighed))
