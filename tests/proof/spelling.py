"""An enterprise's name and the ways two offices write it differently, each under the name of its kind.

Nothing here knows how the project compares names. The samples follow what published lists show: 费县金源酒业有限司,
聊城鑫华特钢, 神木县 for 神木市.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

FULL_WIDTH = 0xFEE0
"""From a sign of ASCII to the same one in full width."""

FORMS = ("有限公司", "有限责任公司", "公司", "厂")
LATIN = ("3D", "365", "K2", "AB", "88", "GT9")
"""Letters and digits as they stand in names of firms: what a full-width keyboard changes."""

SYLLABLES = "宏源鑫泰恒昌瑞丰盛华兴隆达安顺永嘉德润通"
TWINS = {
    "number": (("第一", "第二"), ("1号", "2号"), ("二", "三")),
    "direction": (("东", "西"), ("城南", "城北"), ("南", "北")),
    "branch": (("", "第二分公司"), ("第一分公司", "第二分公司"), ("", "城南分厂")),
}
"""By what alone two enterprises of one county differ, though they are two."""

CONFUSED = dict(zip(SYLLABLES, "洪原馨秦桓娼锐沣晟桦星龙运按须泳佳得闰同", strict=True))
"""What the wrong choice in an input method makes of a syllable; none of these is a syllable of another name."""


@dataclass(frozen=True)
class Name:
    """A name in its parts. ``place`` is written before the rest, or, where ``is_bracketed``, within brackets.

    ``mark`` tells works of one firm apart (第二, 城东), and so does ``branch`` (第二分公司).
    """

    place: str
    stem: str
    trade: str
    form: str
    latin: str = ""
    is_bracketed: bool = False
    mark: str = ""
    branch: str = ""

    @property
    def text(self) -> str:
        """The name as its enterprise writes it."""
        start = f"{self.stem}（{self.place}）" if self.is_bracketed else f"{self.place}{self.stem}"
        return f"{start}{self.latin}{self.mark}{self.trade}{self.form}{self.branch}"


def widen(name: Name, random: Random) -> str:
    """Letters, digits and blanks of another width; a name without any gets a blank."""
    if name.latin:
        return replace(name, latin="".join(chr(ord(sign) + FULL_WIDTH) for sign in name.latin)).text
    text = name.text
    middle = text.rindex(name.trade)
    return random.choice((f"{text[:middle]}　{text[middle:]}", f"{text[:middle]} {text[middle:]}", f"　{text}"))


def change_brackets(name: Name, random: Random) -> str:
    """Brackets of another kind, or none."""
    opening, closing = random.choice(("()", "〔〕", "【】", ("", "")))
    return name.text.replace("（", opening).replace("）", closing)


def change_suffix(name: Name, random: Random) -> str:
    """Another form of company."""
    return replace(name, form=random.choice([form for form in FORMS if form != name.form])).text


def abbreviate(name: Name, random: Random) -> str:
    """What people call the enterprise: without its form, without its place too, or without its trade."""
    return random.choice(
        (
            replace(name, form="", is_bracketed=False).text,
            f"{name.stem}{name.latin}{name.trade}",
            f"{name.place}{name.stem}{name.latin}公司",
        )
    )


def mistype(name: Name, random: Random) -> str:
    """One wrong, missing or doubled character."""
    manner = random.random()
    if manner < 0.6:
        place = random.randrange(len(name.stem))
        wrong = CONFUSED[name.stem[place]]
        return replace(name, stem=name.stem[:place] + wrong + name.stem[place + 1 :]).text
    part = name.form if len(name.form) > 1 else name.trade
    place = random.randrange(len(part))
    wrong = part[:place] + part[place + 1 :] if manner < 0.8 else part[: place + 1] + part[place:]
    return replace(name, form=wrong).text if part == name.form else replace(name, trade=wrong).text


NOISE: dict[str, Callable[[Name, Random], str]] = {
    "width": widen,
    "brackets": change_brackets,
    "suffix": change_suffix,
    "abbreviation": abbreviate,
    "typing error": mistype,
}
"""Kinds of noise in a name, apart from the former name of its county, which takes the county's history."""
