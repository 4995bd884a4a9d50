"""Headings of columns: which field of the form a heading names, in which unit, and what it says besides."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from rulebook import EXIT_TABLE, Form, Reference
from rulebook.folding import fold

_BRACKETED = re.compile(r"[(\[【〔]([^()\[\]【】〔〕]*)[)\]】〕]")
_UNIT_LABEL = re.compile(r"^(?:计量)?单位[:]?")
_DECORATION = " :*★"
_BEFORE_A_UNIT = "/,:"
_BETWEEN_UNITS = re.compile(r"[、,;或]")
_COUNTED = frozenset("处家户座个台套条")
_LEAVES = r"(?:淘汰|退出|关停|关闭|拆除|停产|停运|压减|化解|取缔)"
_THAT_LEAVES = rf"(?:拟|计划|应|已|被|实际|本年度?|当年)?(?:{_LEAVES}[、及和]?)*(?:类|的)*(?:落后)?"
_MACHINE = r"(?:设备|装备|生产线|产线)"
_MACHINES = (
    rf"{_THAT_LEAVES}(?:主体|主要|生产(?!线)|工艺|关键|落后|、|及)*{_MACHINE}(?:[、及和与/]?{_MACHINE}|\({_MACHINE}\))*"
)
_DAY = r"(?:时间|日期|年月日?)"
_COMPOSED = {
    name: re.compile(pattern)
    for name, pattern in {
        "quantity": rf"{_MACHINES}(?:的?数量|台数|台\(套\)数)",
        "equipment": rf"{_MACHINES}(?:的|名称|型号|规格|数量|台数|参数|清单|及|、|和|与|/|,)*",
        "capacity": rf"{_THAT_LEAVES}(?:涉及|年|设计|核定|核准|批复|备案|公告|落后)*(?:产能|生产能力)(?:规模|数量|总?量)?",
        "enterprise": rf"{_THAT_LEAVES}(?:产能)?(?:涉及|所属|的)*(?:企业|单位(?=名称|全称)|公司|工厂)(?:\((?:单位|公司|工厂|个体户)\))?"
        rf"(?:(?:基本)?(?:情况|信息))?(?:名称|全称|名)(?:\(全称\))?|{_THAT_LEAVES}(?<=.)(?:产能)?(?:企业|公司)(?:\(全称\))?",
        "industry": r"(?:所属|涉及|所在|国民经济)*(?:行业|产业)(?:名称|类别|分类|类型|门类|大类|中类|小类)",
        "county": r"(?:所在|所属|属地)?(?=[^县区旗]*[县区旗])(?:开发区|新区|功能区|示范区|园区|[市州盟县区旗、/()])+(?:名称)?"
        r"|(?:所在|所属|行政|所处)*(?:地区|区域|区划)(?:名称)?|(?:企业|项目)?(?:所在|所属|所处)地",
        "category": r"(?:淘汰|退出|关停|落后(?:产能)?|不达标|未达标|达不到|未达到|不符合|不满足|依据|所属|涉及|的|标准|原因)+"
        r"(?:类别|类型|种类|方面)|(?:不达标|未达标|达不到|未达到|不符合|不满足)的?(?:标准|项目|指标)|(?:淘汰|退出|关停)标准",
        "method": rf"(?:落后)?(?:产能|{_MACHINE}|企业)?{_LEAVES}(?:处置)?的?(?:方式|形式|途径)",
        "shut_on": rf"(?:企业|{_MACHINE}|主体|产能|实际|具体|整体)*(?!拆除){_LEAVES}(?:完成|到位)?的?{_DAY}",
        "dismantled_on": rf"(?:企业|{_MACHINE}|主体|主要|实际|具体)*拆除(?:完成|完毕|到位)?的?{_DAY}",
        "accepted_on": rf"(?:通过|现场|组织|实际)*验收(?:通过|完成|合格)?的?{_DAY}",
        "planned_on": rf"(?:拟|计划|预计|应)(?:{_LEAVES}|完成)+的?(?:{_DAY}|时限|期限)",
    }.items()
}
"""Fields by what their headings are made of, for those that no form lists (ours): 拟淘汰落后生产线、设备名称及型号."""

_MODEL = re.compile(rf"(?:{_MACHINES})?的?(?:规格|型号)(?:[及、和与/]?(?:规格|型号|参数))*")
"""The heading of models and sizes alone: they belong to the machines of another column where there is one."""

_MOST_KNOWN = 20_000
"""Texts that are remembered; a foreign workbook may hold any number of them."""


@dataclass(frozen=True, slots=True)
class Heading:
    """What one heading says: the field, the unit written beside it, and values of other fields it implies."""

    field: str
    unit: str | None
    implies: Mapping[str, str]
    is_listed: bool = True
    """Whether the form has it so, or it is only made of the words of which headings of the field are."""
    is_of_models: bool = False
    """Whether a column of machines says of them no more than model and size."""


class Headings:
    """The headings by which the columns of one form go, as the rulebook lists them."""

    def __init__(self, form: Form, reference: Reference) -> None:
        self._reference = reference
        self._fields: dict[str, tuple[str, Mapping[str, str]]] = {}
        self._known: dict[str, Heading | None] = {}
        self._composed = {name: pattern for name, pattern in _COMPOSED.items() if name in form.fields}
        for field in form.fields.values():
            for heading in (*field.headings, field.label_zh):
                name, _ = self._without_unit(heading)
                self._fields.setdefault(name, (field.name, field.implies.get(heading, {})))

    def find(self, text: str) -> Heading | None:
        """The field a heading names; white space, full width and bracketed remarks are forgiven."""
        if text not in self._known:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            self._known[text] = self._find(text)
        return self._known[text]

    def find_joined(self, parts: list[str]) -> Heading | None:
        """The field of a heading that stands in several rows: of all of them together, of the lower ones, of one of them.

        The lower ones go before the upper ones: 退出情况 over 设备 over 型号及数量 are the machines.
        """
        if len(parts) > 1 and (unit := self.read_unit(parts[-1])):
            upper = self.find_joined(parts[:-1])
            return replace(upper, unit=unit) if upper else None
        together = ("".join(parts[first:]) for first in range(len(parts) - 1))
        joined = next((heading for text in together if (heading := self.find(text))), None)
        lowest, *upper = map(self.find, reversed(parts))
        over_lowest = next(filter(None, upper), None)
        if not joined and over_lowest and lowest and (over_lowest.field, lowest.field) == ("capacity", "quantity"):
            # 涉及产能 over 数量 and 计量单位: this number is the amount, not a number of machines
            return replace(over_lowest, unit=lowest.unit or over_lowest.unit)
        found = joined or lowest or over_lowest
        if found and found.unit is None and len(parts) > 1:
            # 退出产能 over 设计能力(万吨): what is not known may still say the unit
            units = (self._without_unit(part)[1] for part in reversed(parts))
            return replace(found, unit=next(filter(None, units), None))
        return found

    def read_unit(self, text: str) -> str | None:
        """The unit that ``text`` is, as written; ``None`` when it is none.

        Of several, each for its industries, all with 、 between them; 处 and 家 beside a unit count something else, and what
        is no unit beside two that are (万吨、万吨标煤、万重量箱) is none of an amount's.
        """
        written = _UNIT_LABEL.sub("", fold(text).strip("()"))
        if not written or self._reference.unit(written):
            return written or None
        parts = _BETWEEN_UNITS.split(written)
        units = [part for part in parts if self._reference.unit(part)]
        are_all = all(part in units or part in _COUNTED for part in parts)
        return "、".join(units) if units and (are_all or len(units) > 1) else None

    def _find(self, text: str) -> Heading | None:
        name, unit = self._without_unit(text)
        candidates = (name, _BRACKETED.sub("", name), *self._before_unit(name))
        for candidate in candidates:
            if found := self._fields.get(candidate):
                field, implied = found
                is_of_models = field == "equipment" and _MODEL.fullmatch(candidate) is not None
                return Heading(field, unit or self._unit_behind(name, candidate), implied, is_of_models=is_of_models)
        for candidate in candidates:
            if "equipment" in self._composed and _MODEL.fullmatch(candidate):
                return Heading("equipment", None, {}, is_listed=False, is_of_models=True)
            if field := next((field for field, words in self._composed.items() if words.fullmatch(candidate)), None):
                return Heading(field, unit or self._unit_behind(name, candidate), {}, is_listed=False)
        return None

    def _without_unit(self, text: str) -> tuple[str, str | None]:
        """The heading without the brackets that hold its unit, and that unit: 产能(万吨)."""
        name = fold(text).strip(_DECORATION)
        for bracketed in _BRACKETED.finditer(name):
            if unit := self.read_unit(bracketed[1]):
                return name[: bracketed.start()] + name[bracketed.end() :], unit
        return name, None

    def _before_unit(self, name: str) -> Iterator[str]:
        """The heading without a unit written behind a slash, a comma or a colon: 产能/万吨; 单位:万吨 is no heading."""
        for sign in _BEFORE_A_UNIT:
            head, found, tail = name.partition(sign)
            if found and self.read_unit(tail) and (sign == "/" or not _UNIT_LABEL.match(name)):
                yield head

    def _unit_behind(self, name: str, heading: str) -> str | None:
        tail = name.removeprefix(heading).lstrip(_BEFORE_A_UNIT)
        return tail if name != heading and self.read_unit(tail) else None


@dataclass(frozen=True, slots=True)
class Layout:
    """How the table of one form is told from others, and its columns from one another."""

    form: Form
    headings: Headings
    telling: frozenset[str]

    @property
    def is_usual(self) -> bool:
        """Whether it is the form every cycle asks for: a table that says too little of itself is taken for it."""
        return self.form.key == EXIT_TABLE

    def is_named_in(self, title: str) -> bool:
        """Whether a title says that this is the form."""
        return any(word in title for word in self.form.title_words)


class Layouts:
    """The layouts of all forms of a rulebook."""

    def __init__(self, forms: Iterable[Form], reference: Reference) -> None:
        all_layouts = [Layout(form, Headings(form, reference), frozenset(form.telling)) for form in forms]
        (self.usual,) = (layout for layout in all_layouts if layout.is_usual)
        self.others = tuple(layout for layout in all_layouts if not layout.is_usual)
        self._known: dict[str, bool] = {}

    def is_heading(self, text: str) -> bool:
        """Whether the text is a heading of any form."""
        known = self._known.get(text)
        if known is None:
            if len(self._known) >= _MOST_KNOWN:
                self._known.clear()
            layouts = (self.usual, *self.others)
            known = self._known[text] = any(layout.headings.find(text) for layout in layouts)
        return known

    def named_in(self, title: str) -> Layout | None:
        """The form a title names; ``None`` where it names none but the usual, or none at all."""
        return next((layout for layout in self.others if layout.is_named_in(title)), None)
