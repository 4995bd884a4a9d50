"""Machines, their sizes and counts in the text of 设备型号及数量 (domain, "Equipment text").

Tokens form *entries*: a name, sizes, a count, in any order. Entries joined by 、 和 及 form a *series*, in which a
count or a name may be said once for several; between series stand commas and full stops. From series come the items.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from decimal import Decimal
from functools import lru_cache
from itertools import pairwise
from typing import NamedTuple

from ingestion.understanding.equipment_tokens import Kind, Token, bracket_tokens, equipment_tokens
from ingestion.understanding.text import CHINESE_NUMERAL, chinese_number
from rulebook.folding import fold


class Item(NamedTuple):
    """One kind of machine: its name, size or rating, and how many; what is not written is None."""

    name: str | None
    spec_value: Decimal | None
    spec_unit: str | None
    quantity: int | Decimal | None
    quantity_unit: str | None


_WRITTEN_TWICE = re.compile(rf"[{CHINESE_NUMERAL}]+[(（]([0-9０-９]{{1,4}})[)）]")
"""A number in both its writings, as in contracts: 壹（1）台."""


@lru_cache(maxsize=65_536)
def read_equipment(text: str) -> tuple[Item, ...]:
    """The machines a text of 设备型号及数量 lists, in its order; names in half-width characters."""
    return tuple(filter(any, map(_item, _machines(equipment_tokens(_WRITTEN_TWICE.sub(r"\1", text))))))


@lru_cache(maxsize=65_536)
def equipment_key(text: str) -> tuple[tuple[Item, ...], tuple[str, ...]]:
    """What two spellings of the same machines have in common: 1台Φ2.4×10m水泥磨 and 水泥磨Φ2.4*10米一台.

    The items alone are too little (二车间 in a bracket is none), so every sign and number must be there too.
    """
    plain = fold(text).translate(_SIGNS_ALIKE)
    for words, sign in _WORDS_FOR_SIGNS.items():
        plain = plain.replace(words, sign)
    plain = _NUMERAL_OF_COUNT.sub(lambda numeral: str(chinese_number(numeral[0]) or numeral[0]), plain)
    return read_equipment(text), tuple(sorted(_SIGNS.findall(plain)))


_SIGNS_ALIKE = str.maketrans("ФφфØø*xX", "ΦΦΦΦΦ×××")
_WORDS_FOR_SIGNS = {"毫米": "mm", "米": "m", "千瓦": "kW"}
_NUMERAL_OF_COUNT = re.compile(rf"[{CHINESE_NUMERAL}]+(?=[台套条座组个只门孔])")
_SIGNS = re.compile(r"\d+(?:\.\d+)?|[^\W\d_]|[×#]")


def equipment_count(items: tuple[Item, ...]) -> int | None:
    """The number of machines; None where there are no items or any of them has no whole count."""
    quantities = [item.quantity for item in items]
    return sum(quantities) if quantities and all(isinstance(quantity, int) for quantity in quantities) else None


class _Measure(NamedTuple):
    value: Decimal | int | None
    unit: str | None
    parameter: str = ""

    def is_of_another_machine(self, other: "_Measure") -> bool:
        """Two sizes of one sort tell two machines (5吨、10吨), of two sorts they tell one (直径3米、长13米)."""
        return self.unit == other.unit and other.parameter in ("", self.parameter)


@dataclass(slots=True)
class _Entry:
    """What is said of one kind of machine before it is settled what others share with it."""

    name: str = ""
    sizes: list[_Measure] = field(default_factory=list)
    count: _Measure | None = None
    count_kind: Kind = Kind.COUNT
    counts_before_name: bool = False
    running: int | None = None
    is_of_phase: bool = False
    """Whether it is said of which phase it is (二期1条): that names it where nothing else does."""
    parts: list["_Entry"] = field(default_factory=list)
    separator: str = ""
    """The 、 or 和 before it, or the break before its series."""
    is_heading: bool = False
    """Whether a : stands behind it and nothing but a name is said before."""
    tells_what_was_done: bool = False
    """Whether it says 已: that it is dismantled, sold …"""

    @property
    def is_counted(self) -> bool:
        return self.count is not None or self.running is not None

    @property
    def is_empty(self) -> bool:
        return not (self.name or self.sizes or self.is_counted or self.parts)


_MACHINE_NOUN = re.compile(
    r"(?:[机炉窑槽线泵塔罐锅床器釜磨仓池箱鼓盘柜辊缸井组模车]|设备|装置|系统|车间|设施|工艺|机械)"
    r"(?:[A-Z][0-9A-Za-z./×-]*型?)?(?:\([^()]*\))?$"
)
# What a name borrows from the last of its series: 2条格法玻璃和2条压延玻璃生产线.
_HEAD_NOUN = re.compile(
    r"(?:生产线|流水线|造纸机|纸机|制砖机|砖机|压砖机|染色机|印花机|定形机|电解槽|预焙槽|高炉|转炉|电弧炉|中频炉|工频炉|矿热炉|电石炉|电炉"
    r"|反射炉|鼓风炉|锅炉|回转窑|隧道窑|轮窑|立窑|石灰窑|水泥磨|球磨机|粉磨机|压延机|烧结机|铸板机|铅粉机|涂板机|发电机组|机组|设备|装置|[机炉窑槽线])$"
)
_ADDS_NOTHING = re.compile(
    r"等?(?:(?:其它|其他|其余|相关|配套|附属|辅助|生产|公用|所有|全部|落后|的)+(?:设备|设施|装置|机械|工程|系统)|配套|辅机|附件|附属)"
    r"(?:等.*)?"
)
_ANY_EQUIPMENT = "(?:设备|设施|装置|机械|工程|系统)"
_WHOLE = "整体|整厂|全厂|全矿|全部|整个(?:企业|工厂|厂)|企业整体"
_DONE = "关停|淘汰|拆除|关闭|退出|封存|停用|停产|停业|报废|取缔|核减|断水断电"
_LEADING = re.compile(
    r"(?:[-—:·.的]|(?:[一二两三四五六七八九十\d]+家(?:企业)?)?(?:合计|共计|总计|总共|共有)|共(?!挤)|拟|计划|已|依法"
    rf"|(?:{_WHOLE})?(?:{_DONE})(?!后)|现有|原有|拥有|建有|建成|配有|配备(?!用)|安装|包括|主要有|包含"
    r"|其中|含(?![油硫氟氰铬尘水氧])|该企业|该厂|该|为|另(?:有|外|配(?!料|电[柜箱屏盘]|[备套置]))?|还有"
    # 配料机 and 配套设备 are names, 配2台风机 and 配套风机 are not
    rf"|配(?:置|用)?(?![一-鿿])|配(?=备用)|配套(?!{_ANY_EQUIPMENT}))++"
)
_TRAILING = re.compile(
    # The 等 of 等离子 does not say that there are others.
    r"(?:[-—:·.的]|(?<=.)等(?!离子|静压|温|径)[一-鿿]{1,6}(?:设备|设施|装置|机械)"
    r"|等(?:相关|配套|附属|辅助|主要|生产|其他|其它|的)*+(?:设备|设施|装置|机械|辅机)?"
    rf"|(?:均|都|现|目前|{_WHOLE})*已[^()]{{0,100}}"
    rf"|(?:均|现|予以|拟|进行|{_WHOLE})*已?经?(?:{_DONE})(?:完毕|完成|到位)?|(?<=.)(?:各|单[台套条座])|\((?:含|包含|包括)[^()]*\))++$"
)
_MODEL_ALONE = re.compile(r"[0-9A-Za-z./×-]+型")
_MODEL_BEFORE_NAME = re.compile(rf"^{_MODEL_ALONE.pattern}")
_QUOTES = str.maketrans("", "", "“”\"'‘’「」《》 ")
_NO_NAME = re.compile(
    r"[^一-鿿A-Za-z]*|无(?:设备|生产设备)?|(?:详?见|同上|待定|不详|没有|暂无).*|规格|型号|数量|名称|主体|产品|设计"
    rf"|{_WHOLE}|企业|工厂|断水|断电"
)
_HEADING = re.compile(
    r"(?:拟|已)?(?:淘汰|关停|拆除|退出)?的?(?:落后)?(?:主体|主要|生产|工艺)*(?:设备|装备|设施|生产线)"
    r"(?:名称|规格|型号|数量|情况|清单|及|、|和)*"
)
_LINE = frozenset({"线", "生产线"})
"""What is numbered where it stands behind numbers: the line the machines are of (1号线、2号线), or itself (水泥1号线)."""
_EXPLAINS = re.compile(r"该|其|以|用|采用|生产(?!线)|产品|设计|属|为|系(?!统)|因|由|均(?![热化])|未|全部|主要|投产")
_NO_KIND = re.compile(
    r"(?:主体|主要|主机|生产|工艺|关键|全部|所有|落后|相关|原有|上述|以上)*(?:设备|设施|装置|主机|厂房|场地)"
)
"""What says of no machine which it is (主体设备已拆除)."""
_BEFORE_AN_EXPLANATION = frozenset({",", "。"})
_BRACKET_ADDS_NOTHING = re.compile(r"(?:19|20)\d{2}年|已|拟|共|等|详见|见|截断|不含|即|原|均")


def _machines(tokens: list[Token]) -> list[_Entry]:
    """The settled entries of a text or of a bracket, one for each item."""
    machines: list[_Entry] = []
    for series in _series(tokens):
        start = len(machines)
        _settle(series, machines)
        _lend_names(machines, start)
    for machine, after in pairwise(machines):
        if not machine.name and after.counts_before_name:
            machine.name = after.name
    return [part for machine in machines for part in _parts(machine)]


def _item(entry: _Entry) -> Item:
    size = entry.sizes[0] if entry.sizes else _Measure(None, None)
    count = entry.count or _Measure(entry.running, None)
    if count.value is None or Decimal(count.value).is_nan():
        return Item(entry.name or None, size.value, size.unit, None, None)
    quantity = int(count.value) if count.value == int(count.value) else count.value
    return Item(entry.name or None, size.value, size.unit, quantity, count.unit)


# From tokens to entries


def _series(tokens: list[Token]) -> Iterator[list[_Entry]]:
    """Entries joined by 、 or 和, series by series."""
    series: list[_Entry] = []
    clause: list[Token] = []
    separator = ""
    for token in (*tokens, Token(Kind.BREAK, "")):
        if token.kind not in (Kind.LIST, Kind.BREAK):
            clause.append(token)
            continue
        if token.text == ":" and len(clause) == 1 and clause[0].kind is Kind.RUNNING:
            # 1#:水泥磨 is the 1#水泥磨.
            continue
        if not (token.text == ":" and _heads_machines(clause)):
            series.extend(_entries(clause, separator))
        clause, separator = [], token.text
        if token.kind is Kind.BREAK:
            for entry in series if token.text == ":" else ():
                entry.is_heading = not entry.is_counted and not entry.sizes
            yield series
            series = []


def _heads_machines(clause: list[Token]) -> bool:
    """Whether a clause before a : only says that machines follow, or the number of the line they are of (1号线:)."""
    if len(clause) > 1 and clause[0].kind is Kind.RUNNING:
        return clause[1].text in _LINE
    return _HEADING.fullmatch("".join(said.text for said in clause)) is not None


def _entries(clause: list[Token], separator: str) -> list[_Entry]:
    """The entries of a clause: after a count, a word that goes on begins the next (高炉1座转炉2座)."""
    entries = [_Entry(separator=separator)]
    before = (None, *(token.kind for token in clause))
    following = (*(token.kind for token in clause[1:]), None)
    for token, kind_before, next_kind in zip(clause, before, following, strict=False):
        entry = entries[-1]
        goes_on = next_kind in (Kind.WORD, Kind.SIZE)
        says_how_many = token.kind is Kind.COUNT and entry.count is None
        is_numbered = kind_before is Kind.RUNNING and token.text in _LINE and entry.count is None
        is_next = (token.kind is Kind.WORD and not is_numbered) or (
            goes_on and token.kind is not Kind.BRACKET and not says_how_many
        )
        if entry.is_counted and ((entry.name and is_next) or token.kind is Kind.PHASE):
            entry = _Entry()
            entries.append(entry)
        _take(token, entry)
    for entry in entries:
        entry.tells_what_was_done = "已" in entry.name
        entry.name = _clean_name(entry.name)
    return [entry for entry in entries if not entry.is_empty]


def _take(token: Token, entry: _Entry) -> None:
    match token.kind:
        case Kind.WORD:
            entry.name += token.text if entry.name else _without_leading(token.text)
        case Kind.SIZE:
            entry.sizes.append(_Measure(token.value, token.unit, token.parameter))
        case Kind.RUNNING:
            entry.counts_before_name = not entry.name
            entry.running = token.value
        case Kind.PHASE:
            entry.is_of_phase = True
        case Kind.BRACKET:
            _take_bracket(token, entry)
        case Kind.COUNT | Kind.COUNT_OF_EACH if entry.count is None:
            entry.counts_before_name = not entry.name
            of_each = entry.running or 1 if token.kind is Kind.COUNT_OF_EACH else 1
            entry.count, entry.count_kind = _Measure(token.value * of_each, token.unit), token.kind


def _take_bracket(token: Token, entry: _Entry) -> None:
    """Sizes and counts in a bracket belong to the machine before it; other words to its name, unless it was counted."""
    inner = bracket_tokens(token)
    is_running = any(said.kind is Kind.RUNNING for said in inner)
    only_names = (Kind.RUNNING, Kind.LIST, Kind.PHASE)
    if inner and all(said.kind in only_names or (is_running and said.text in _LINE) for said in inner):
        if not entry.is_counted and is_running:
            entry.running = sum(said.value for said in inner if said.kind is Kind.RUNNING)
        return
    telling = [part for part in _machines(inner) if part.sizes or part.is_counted]
    if telling and not entry.name and not any(part.is_counted for part in telling):
        entry.sizes.extend(size for part in telling for size in part.sizes)
    elif telling:
        entry.parts = telling
    elif entry.name and not entry.is_counted and not _BRACKET_ADDS_NOTHING.match(token.text[1:]):
        entry.name += token.text


@lru_cache(maxsize=16_384)
def _without_leading(word: str) -> str:
    word = word.translate(_QUOTES)
    leading = _LEADING.match(word)
    return word[leading.end() :] if leading else word


@lru_cache(maxsize=16_384)
def _clean_name(name: str) -> str:
    name = name.translate(_QUOTES)
    if trailing := _TRAILING.search(name):
        name = name[: trailing.start()]
    return "" if _NO_NAME.fullmatch(name) else name


def _full_name(name: str, other: str) -> str:
    """A model alone takes the other's name behind it (M751型和M752型定形机), no name at all takes the other's."""
    return name + _MODEL_BEFORE_NAME.sub("", other) if _MODEL_ALONE.fullmatch(name) else name or other


# From entries to machines


def _settle(series: list[_Entry], machines: list[_Entry]) -> None:
    """Add the machines of a series to those before it."""
    waiting: list[_Entry] = []
    for entry in series:
        if _ADDS_NOTHING.fullmatch(entry.name):
            if not entry.is_counted or (not waiting and machines and machines[-1].is_counted):
                continue
            if waiting or machines:
                entry.name = ""
        if not (entry.is_counted or any(part.is_counted for part in entry.parts)):
            waiting.append(entry)
            continue
        if waiting and entry.counts_before_name and entry.name:
            _add_uncounted(waiting, machines)
            _add_counted(entry, machines)
        else:
            for shared in _share(waiting, entry, machines):
                _add_counted(shared, machines)
        waiting = []
    _add_uncounted(waiting, machines)


def _share(waiting: list[_Entry], last: _Entry, machines: list[_Entry]) -> list[_Entry]:
    """What the last of a series shares with those before it: 高炉、转炉各1座, 5吨、10吨电炉2座, 圆网、长网纸机3台."""
    if not waiting:
        return [last]
    if last.count_kind is Kind.COUNT_OF_EACH:
        alike = [replace(entry, name=_full_name(entry.name, last.name), count=last.count) for entry in waiting]
        return [*alike, last] if last.name or last.sizes else alike
    if not any(entry.name for entry in waiting):
        return _share_between_sizes(waiting, last, machines)
    if last.name and last.sizes:
        _add_uncounted(waiting, machines)
        return [last]
    # Several names before one count are one item.
    together = [*waiting, last] if last.name else waiting
    name = together[0].name + "".join(entry.separator + entry.name for entry in together[1:])
    sizes = [entry.sizes for entry in (*waiting, last) if entry.sizes]
    return [replace(last, name=name, sizes=sizes[0] if len(sizes) == 1 else [])]


def _share_between_sizes(waiting: list[_Entry], last: _Entry, machines: list[_Entry]) -> list[_Entry]:
    if not last.sizes:
        if machines and not machines[-1].sizes:
            machines[-1].sizes = waiting[0].sizes
            return [last]
        return [replace(last, sizes=waiting[0].sizes if len(waiting) == 1 else [])]
    sizes = [entry.sizes for entry in (*waiting, last)]
    if not all(sizes[0][0].is_of_another_machine(size[0]) for size in sizes[1:]):
        return [replace(last, sizes=sizes[0])]
    return _one_each(last, sizes) or [replace(last, sizes=[])]


def _one_each(entry: _Entry, sizes: list[list[_Measure]]) -> list[_Entry]:
    """One machine of each size where as many were counted, else none."""
    if entry.count is None or entry.count.value != len(sizes):
        return []
    return [replace(entry, sizes=size, count=_Measure(Decimal(1), entry.count.unit), parts=[]) for size in sizes]


def _add_counted(entry: _Entry, machines: list[_Entry]) -> None:
    if machines and machines[-1].is_heading:
        _leave_out_heading(entry, machines)
    before = machines[-1] if machines else None
    if before is None:
        machines.append(entry)
    elif entry.name:
        if _MODEL_ALONE.fullmatch(entry.name) and not (before.sizes or before.is_counted):
            entry.name = _full_name(entry.name, machines.pop().name)
        elif not before.name and not before.is_counted and not entry.sizes:
            entry.sizes = machines.pop().sizes
        machines.append(entry)
    elif not before.is_counted and not (before.sizes and entry.sizes):
        _count_before(entry, machines)
    elif before.count is None and before.running == _how_many(entry) and not before.sizes:
        before.sizes, before.count = entry.sizes, entry.count
    elif entry.sizes or entry.is_of_phase:
        machines.append(entry)


def _count_before(entry: _Entry, machines: list[_Entry]) -> None:
    """Give a count without a name to the machine before it, 各 to all of them that have none."""
    machines[-1].sizes = machines[-1].sizes or entry.sizes
    for machine in reversed(machines):
        if machine.is_counted:
            break
        machine.count, machine.running, machine.parts = entry.count, entry.running, machine.parts or entry.parts
        if entry.count_kind is not Kind.COUNT_OF_EACH:
            break


def _leave_out_heading(entry: _Entry, machines: list[_Entry]) -> None:
    """Leave out what is no machine but heads one (粉磨站:球磨机1台), whereas 定形机:M751型2台 names its models."""
    if not _MACHINE_NOUN.search(entry.name):
        return
    while machines and machines[-1].is_heading and not machines[-1].is_counted:
        if _MACHINE_NOUN.search(machines[-1].name) and not machines[-1].name.endswith("车间"):
            break
        machines.pop()


def _add_uncounted(waiting: list[_Entry], machines: list[_Entry]) -> None:
    """Add what is named without a count; after other machines only what is one, not what explains them."""
    if machines and machines[-1].is_counted and _only_explains(waiting):
        return
    for entry in waiting:
        if machines and machines[-1].is_heading:
            _leave_out_heading(entry, machines)
        before = machines[-1] if machines else None
        if entry.name:
            if _NO_KIND.fullmatch(entry.name):
                continue
            is_machine = _MACHINE_NOUN.search(entry.name) and not _EXPLAINS.match(entry.name)
            if before is None or is_machine:
                machines.append(entry)
        elif before is None or _differs_in_size_only(before, entry):
            machines.append(entry)
        elif not before.sizes:
            before.sizes, before.parts = entry.sizes, before.parts or entry.parts


def _only_explains(clause: list[_Entry]) -> bool:
    """Whether a clause behind a comma tells of machines already counted what was done to them, or one of their sizes.

    主机、锅炉已拆除; 熔窑面积120平方米.
    """
    if not clause or clause[0].separator not in _BEFORE_AN_EXPLANATION:
        return False
    last = clause[-1]
    return last.tells_what_was_done or bool(last.name and last.sizes and last.sizes[0].parameter)


def _differs_in_size_only(before: _Entry, entry: _Entry) -> bool:
    if before.name or before.is_counted or not (before.sizes and entry.sizes):
        return False
    return before.sizes[0].is_of_another_machine(entry.sizes[0])


def _lend_names(machines: list[_Entry], start: int) -> None:
    """Name the nameless of a series and its bare models after its others, else after the machine before.

    What 和 cut short is completed.
    """
    series = machines[start:]
    for position in reversed(range(len(series) - 1)):
        entry, after = series[position], series[position + 1]
        head = _HEAD_NOUN.search(after.name)
        if entry.name and head and entry.counts_before_name and after.counts_before_name:
            entry.name += "" if _MACHINE_NOUN.search(entry.name) else head[0]
    for position, entry in enumerate(series):
        if not entry.name or _MODEL_ALONE.fullmatch(entry.name):
            others = (*reversed(series[:position]), *series[position + 1 :], *reversed(machines[:start]))
            entry.name = _full_name(entry.name, next((other.name for other in others if other.name), ""))


def _parts(machine: _Entry) -> list[_Entry]:
    """The machine, or the machines its bracket tells apart: 5台(1吨3台、3吨2台)."""
    parts = machine.parts
    if not parts:
        return [machine]
    if not any(part.is_counted for part in parts):
        if len(parts) == 1:
            return [replace(machine, sizes=machine.sizes or parts[0].sizes)]
        return _one_each(machine, [part.sizes for part in parts]) or [machine]
    unit = machine.count.unit if machine.count else None
    told_apart = [
        replace(
            part,
            name=_full_name(part.name, machine.name),
            sizes=part.sizes or ([] if part.name else machine.sizes),
            count=_Measure(_how_many(part), _unit_of_count(part) or unit),
        )
        for part in parts
        if part.is_counted
    ]
    if not machine.is_counted:
        return told_apart if not any(part.name for part in parts) else [machine, *told_apart]
    same_unit = all(unit in (None, _unit_of_count(part)) for part in told_apart)
    if not same_unit or sum(_how_many(part) for part in told_apart) != _how_many(machine):
        return [machine]
    if len(told_apart) == 1:
        return [replace(machine, sizes=machine.sizes or told_apart[0].sizes)]
    return told_apart


def _how_many(entry: _Entry) -> Decimal:
    return entry.count.value if entry.count else Decimal(entry.running or 0)


def _unit_of_count(entry: _Entry) -> str | None:
    return entry.count.unit if entry.count else None
