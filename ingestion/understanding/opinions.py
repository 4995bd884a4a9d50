"""验收意见: what those who inspected say of an exit, read clause by clause.

The plans ask for opinions of county and city and give no words for them (安工信字〔2024〕50号 三); the reading is ours. It is
consent only where a clause plainly agrees and none refuses, puts off, hedges or makes it conditional. 不, 无 and 未 refuse
nothing where they speak of production that cannot be resumed. What is in doubt is `unclear`, for people to ask about.
"""

from __future__ import annotations

import re
from functools import lru_cache

from rulebook.folding import fold

AGREES, REFUSES, UNCLEAR = "agrees", "refuses", "unclear"
_UNFINISHED, _HEDGED = "unfinished", "hedged"
"""What a clause may say besides: something is not done yet; consent in principle, for the most part, or proposed."""

_NOT = (
    r"(?:不再|不得|不能|不可|不会|不准|不许|不允许|不应|不|无法|没法|无|没有|没|未|并未|毫无|已无|不存在|未发现|没有发现|未见|丧失|失去"
    r"|杜绝|严禁|禁止|防止|防范|避免|严防|制止)"
)
_RESUMING = (
    r"(?:恢复|复原|复产|复工|投产|启用|生产|运行|运转|使用|利用|修复|死灰复燃|反弹|启动|开工|开机|送电|供电"
    r"|转移|转让|出售|倒卖|逆|保留|新建|扩建|新上)"
)
_SAID_OF_RESUMING = (
    r"(?:再|具备|具有|存在|可能性?|可|能|会|得|准|许|允许|重新|任何|擅自|私自|继续|出现|发现|有|进行|投入|用于|随时|正常|恢复|的"
    r"|条件|能力|迹象|现象|行为|痕迹|价值|基础|设备|活动|情况)*"
)
_FAULTS = (
    r"(?:有|存在|任何|其他|其它|明显|重大|安全|环保|环境|质量|违规|违法|遗留|残留|剩余|异常|弄虚作假|的"
    r"|不(?:符合|合格|达标|一致|通过)(?:要求|标准|规定)?|未(?:拆除?|淘汰|关停))*"
)
_FAULT = r"(?:之处|地方|事项|项|情况|情形|问题|现象|行为|迹象|痕迹|设备|隐患|残留|残余|死角|遗漏|疑问|疑义|异常|漏洞|缺陷|原料|人员)"
_INSPECTED = r"(?:查|看|核实|核对|审核|复核|检查|勘验|勘察|踏勘|研究|讨论|评议|听取汇报|现场验收)"

_HARMLESS = [
    re.compile(pattern)
    for pattern in (
        r"不锈钢|反应|供应|无害化|落后|后续|后期|今后|先后|最后|前后|如期|如下|如实|如数|主[体要]部分|(?:核心|关键)部分|应急|相应",
        r"(?:核实|核查|检查|核对|审核|查验)?无误",
        # of the equipment, not of the opinion: 不达标设备已拆除
        r"(?:不|未)(?:达标|合格|符合[^,]{0,12}?的)的?(?:落后)?(?:设备|产能|生产线|装置|窑炉?|磨机)(?=已|全部|均|都)",
        rf"再?{_NOT}{_SAID_OF_RESUMING}{_RESUMING}{_SAID_OF_RESUMING}{_RESUMING}?{_SAID_OF_RESUMING}",
        rf"(?:不存在|没有发现|未发现|未见|没有|没|无|不留|未留){_FAULTS}{_FAULT}+",
        r"(?:主体|生产)?设备(?:已)?不(?:复)?存在|(?:恢复生产|复产|恢复)已?(?:无|没有)可能|(?:没有|未|无)(?:留存|遗留|残留|剩余|遗漏)",
        r"(?:已经?|均已?|经过?)(?:全部|按要求|按期|完成)*整改(?:到位|完成|完毕|合格)?(?!后|[到完合])",
        r"整改(?:已经?|均已?|全部)?(?:到位|完成|完毕)(?!后)",
        r"(?:已经?|均已?)(?:全部|按要求)?补[充齐交办正]|补[充齐](?:完毕|到位)(?!后)",
        r"(?:在|按)?(?:规定|要求)的?(?:期限|时限|时间)内",
        r"[须需应要](?:要|当)?(?:继续|进一步|切实|持续)*(?:加强|做好|强化|落实)[^,]{0,8}(?:监管|监督|巡查|检查|管理|看护)",
    )
]
"""What neither refuses nor puts off, though its words look like it."""

_LOOKED_FIRST = re.compile(rf"(?:^经[^,]{{0,8}}(?:公示|整改)[^,]{{0,4}}|{_INSPECTED})(?:以)?后")
"""经现场核查后: something was done, and is no condition."""

_NO_OBJECTION = re.compile(
    r"(?:没有不同意$|[不未无]反对|没有反对(?!意见)|(?:均无|并无|没有|没|无|不存在)(?:任何|其他|其它|不同|反对|相反|的)*(?:异议|意见)"
    r"|(?:未|没有|无人)(?:提出|收到|有|发现)?(?:任何|其他|其它|不同|反对|的)*(?:异议|不同意见|反对意见))"
)

_REFUSES = re.compile(
    r"不同意|不予|不认|不批准|不赞成|拒|否决|驳回|退回|反对|达不到|不达标|不通过|(?:有|存在|提出|持).{0,4}异议|不同意见"
    r"|(?:不|未|没有?|无法|难以|难于)(?:能够?|可以?|得|宜|应|足以|获得?|予以?|完全|全部|具备)?"
    r"(?:通过|同意|(?:验收)?合格(?!的?(?:设备|产能|产品|生产线))|认定|认可|批准|符合|达到|满足|具备)"
)
_NOT_YET = re.compile(
    r"(?:未|没有?)(?:全部|完全|彻底|完成|按期|按时|及时|实际|实施|进行)*(?:拆|停|关|切|断|淘汰|退出|清|封|落实|到位|完)"
    r"|(?:仍|还|依然|尚)(?:在|存|未|没)"
)
_NOTHING_CAME = re.compile(r"(?:未|没有?)(?:收到|接到|提出)")
"""What was not handed in was not looked at either: no verdict."""
_PUTS_OFF = re.compile(
    r"[不未没否待暂缓?须需应仅只拟缺差如若再难]|无法|延期|推迟|顺延|择期|改期|另行|限期|限[^,]{0,8}[内前]|逾期|整改|补(?!贴|助|偿)|完善|重新|复验"
    r"|方[可能予]|才[能可予]|前提|期限|条件下|的话|[有附]条件|^(?:并|且)?(?:要求|责令)|除非|否则|除.+外|部分|申请|异议|视.*情况|保留|内(?:完成)?拆除"
    r"|正在|预计|即将|将[于在会按]|计划[于在近年]|拆除?中(?!间)|前(?:完成|全部|彻底)?拆|一半|(?<!100)%|考虑|为准|先[予行]"
    r"|恢复生产|复产|投产|(?:继续|正在|可以?|能够?|随时)(?:生产|使用|运行|恢复)|具备[^,]{0,4}(?:生产|恢复|运行)"
    r"|同意(?:组织|开展|安排|进行|启动|恢复|企业)"
    r"|后$|后(?:再|方|才|可|同意|通过|予以|准予|验收|认定|合格)"
    # what falls under the standard is yet to go
    r"|符合(?![^,]*(?:验收|退出|要求))[^,]{0,8}(?:淘汰|落后)"
)
_IN_SOME_WAY = re.compile(r"同意|合格|通过|符合|认可")
_HEDGES = re.compile(
    r"原则|初步|基本|大体|大致|总体|建议|争取|希望|力争|报.*(?:同意|批准|验收|认定)|[上转呈]报|请.*(?:同意|通过|批准|验收|认定)"
)
_WHAT_IS_ACCEPTED = r"(?:验收|退出|认定|销号|意见|结论)"
_MEASURE = (
    r"(?:[^,]{0,20}(?:验收|退出|方案|文件|通知|淘汰|关停|关闭|拆除)[^,]{0,10}|相关|有关|各项)?(?:要求|规定|条件|标准)"
)
_NO_FAULT_FOUND = re.compile(
    rf"(?:未发现|没有发现|未见|不存在|没有|无)(?:有|存在|任何)*不(?:符合|满足){_MEASURE}(?:的?{_FAULT})?$"
)
"""未发现不符合要求: what is found to meet what is asked, said by two negations."""
_AGREES = re.compile(
    rf"同意(?!\w)|同意[^,]{{0,20}}(?:通过|{_WHAT_IS_ACCEPTED})|(?<!产品)(?<!质量)(?<!方案)合格(?!\w)|验收[^,]{{0,4}}合格"
    rf"|通过(?!\w)|通过[^,]{{0,12}}?(?:验收|认定)|赞成(?!\w)|认可(?!\w)|(?:准予|予以){_WHAT_IS_ACCEPTED}|予以确认"
    rf"|准予(?!\w)|(?:符合|达到|满足){_MEASURE}|具备[^,]{{0,6}}(?:验收|退出|认定)[^,]{{0,4}}条件"
)
"""Consent to what is accepted: 同意补助, 合格证 and 通过电话核实 are none."""
_INSPECTED_AGAIN = re.compile(
    r"^(?:后?经|后)?(?:复[验查核检]|(?:再次|重新|第?二次)(?:验收|检查|核查))|^现在?(?=同意|合格|通过|验收|认可)"
)
_HAD_ORDERED = re.compile(r"^已(?:责令|要求|通知|下达)[^,]{0,6}整改$")
_BETWEEN_CLAUSES = re.compile(r"[,。;:!、\n]|但是?|不过|然而")


@lru_cache(maxsize=4_096)
def read_opinion(text: str) -> tuple[str | None, None]:
    """`agrees`, `refuses` or `unclear`, and no problem: an opinion may say anything; a blank has neither."""
    plain = fold(text)
    if not plain:
        return None, None
    told = set(_read_verdicts(_BETWEEN_CLAUSES.split(plain)))
    if REFUSES in told:
        return REFUSES, None
    told.discard(None)
    if told == {_UNFINISHED}:
        return REFUSES, None
    return (AGREES if AGREES in told and told <= {AGREES, _HEDGED} else UNCLEAR), None


def _read_verdicts(clauses: list[str]) -> list[str | None]:
    """What the clauses say; a refusal, and what was ordered upon it, fall where a later inspection agrees (复验合格)."""
    verdicts: list[str | None] = []
    ordered = False
    for clause in clauses:
        if REFUSES in verdicts and _HAD_ORDERED.search(clause):
            ordered = True
            continue
        again = _INSPECTED_AGAIN.sub("", clause)
        if REFUSES in verdicts and again != clause and _read_clause(again) == AGREES:
            verdicts = [verdict for verdict in verdicts if verdict != REFUSES]
            ordered = False
            verdicts.append(AGREES)
        else:
            verdicts.append(_read_clause(clause))
    return [*verdicts, UNCLEAR] if ordered else verdicts


def _read_clause(clause: str) -> str | None:
    """What one clause says; None where it says nothing of consent."""
    weighed = _NO_FAULT_FOUND.sub("同意", _NO_OBJECTION.sub("同意", _LOOKED_FIRST.sub("", clause)))
    for harmless in _HARMLESS:
        weighed = harmless.sub("", weighed)
    if _REFUSES.search(weighed):
        return REFUSES
    if _NOTHING_CAME.search(weighed):
        return UNCLEAR
    if _NOT_YET.search(weighed):
        return _UNFINISHED
    if _PUTS_OFF.search(weighed):
        return UNCLEAR
    if _AGREES.search(weighed) and not _HEDGES.search(weighed):
        return AGREES
    return _HEDGED if _IN_SOME_WAY.search(weighed) else None
