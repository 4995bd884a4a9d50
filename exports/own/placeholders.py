"""What a template may ask for: every placeholder with its meaning and an example (``docs/own-template.md`` lists them).

``exports.papers.official_report`` tells them, ``exports.own.templates`` checks a template against them and fills it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from types import MappingProxyType

from exports.wording import NO_RATE

Example = str | int | Decimal | bool


@dataclass(frozen=True)
class Placeholder:
    """A name in double braces, what stands there, and an example."""

    name: str
    meaning: str
    example: Example
    others: tuple[str | None, ...] = ()
    """What may stand there that is of another kind than the example: None where it may be empty."""


@dataclass(frozen=True)
class ListPlaceholder:
    """A list: in a document a row is repeated over it, in a workbook the row that names a field of ``item``."""

    name: str
    item: str
    meaning: str
    fields: tuple[Placeholder, ...]


def _all(*lines: tuple[str, str, Example]) -> tuple[Placeholder, ...]:
    return tuple(Placeholder(*line) for line in lines)


def _of_table(
    named: str, *lines: tuple[str, str, Example], words: Mapping[str, str] = MappingProxyType({})
) -> tuple[Placeholder, ...]:
    """The fields of a table: where there is no line, one says so under ``named`` and is empty for the rest.

    ``words``: what stands in a field instead of a figure.
    """
    return tuple(
        Placeholder(*line, others=() if line[0] == named else (None, *filter(None, [words.get(line[0])])))
        for line in lines
    )


SINGLE = _all(
    (
        "标题",
        "公文标题，两行；补充更正报告写明第几次，三行",
        "关于安康市2024年度利用综合标准\n依法依规推动落后产能退出情况的报告",
    ),
    ("地区", "方案所在地区", "安康市"),
    ("年份", "方案年度", "2024"),
    ("期间", "年度或上半年", "2024年度"),
    ("状态", "封存前为“草稿”，封存后为空", "草稿"),
    ("方案名称", "方案的名称", "安康市2024年利用综合标准依法依规推动落后产能退出工作方案"),
    ("方案文号", "方案的文号，没有的为空", "安工信字〔2024〕50号"),
    ("上报期限", "方案规定的上报日期，没有规定的为空", "2025年1月31日"),
    ("发文字号", "封存后才有", "安工信字〔2025〕3号"),
    ("签发人", "主办机关的签发人，封存后才有", "张某某"),
    ("成文日期", "签发的日期，封存前留空位", "2025年1月20日"),
    ("主送", "主送机关，以“、”相连", "省工业和信息化厅"),
    ("抄送", "抄送机关，以“，”相连；方案没有规定的为空", "国家发展改革委，财政部"),
    ("署名单位", "联合署名的机关，以“、”相连", "安康市工业和信息化局"),
    ("印发机关", "第一个署名的机关", "安康市工业和信息化局"),
    ("印发日期", "成文日期加“印发”，封存前留空位", "2025年1月20日印发"),
    ("补充次数", "补充更正报告是第几次；不是补充更正的为空", "1"),
    ("原发文字号", "补充更正报告所更正的报告的文号；没有的为空", "安工信字〔2025〕3号"),
    ("原成文日期", "补充更正报告所更正的报告的日期；不是补充更正的为空", "2025年1月20日"),
    ("引言", "开头一段：依据和同意；补充更正报告还写明更正哪一份报告", "根据《……工作方案》要求，现将……报告如下。"),
    ("退出条数", "退出的合计条数", 4),
    ("退出企业数", "退出企业的合计家数", 4),
    ("退出产能", "各行业退出产能，不同单位不相加", "水泥30.125万吨；化工1.2万吨"),
    ("总体情况", "条数和企业数", "2024年度，全市退出落后产能4条，涉及企业4家。"),
    ("分行业情况", "各行业的条数和产能", "水泥2条，30.125万吨；化工1条，1.2万吨。"),
    ("分类别情况", "各淘汰类别的条数，含未分类", "能耗1条；环保2条；未分类1条。"),
    ("分地区情况", "各地区的条数", "汉阴县2条；石泉县1条。"),
    ("计划情况", "计划与实际对比，及计划的变更", "全年计划退出1条，已完成1条；实际退出4条，其中计划外3条。"),
    ("拆除情况", "已拆除、已关停未拆除、不明的条数（其中数）", "退出的4条中，已拆除1条。"),
    ("报送情况", "应报、实报、迟报、零报告、未报及其名单", "应报送统计表的单位6个，实报4个。"),
    ("核对情况", "县级与部门所报的核对结果", "仅县级报送1条，县级部门一致1条。"),
    ("未计入情况", "哪些报送没有计入、为什么", "旬阳市的统计表审核未通过，未计入。"),
    ("名单情况", "黄牌、红牌和逾期的数量", "限期整改（黄牌）2项。"),
    ("公示情况", "公示的起止、地点、异议和结果；封存后没有登记的为空", "公示期间没有收到异议。"),
    ("公告情况", "县、市各自公告的情况；封存后没有登记的为空", "已公告的县（市、区）2个。"),
    ("同意情况", "同级人民政府同意的文件；方案不要求、也没有登记的为空", "本报告已经安康市人民政府同意。"),
    ("地区栏名", "企业名单中地区一栏的名称", "县（市、区）"),
    ("类别注", "分类别表下的注", "注：同时涉及几个淘汰类别的退出，在合计中只计一次。"),
    ("计划注", "完成情况表下的注", "注：完成率＝计划内已完成产能÷计划产能。"),
    ("名单注", "统计表下的注", "注：“淘汰类别”是指具体不达标的类别。"),
    ("名单在此", "企业名单是否不超过 200 条，可印在文内（用于 {% if %}）", True),
    ("名单另见", "超过 200 条时，说明名单在哪里", "企业名单共5000条，见汇总工作簿。"),
)

LISTS = (
    ListPlaceholder(
        "发文机关",
        "机关",
        "版头的发文机关",
        _all(("名称", "机关名称", "安康市工业和信息化局"), ("首个", "是否第一个（用于 {% if %}）", True)),
    ),
    ListPlaceholder(
        "签发",
        "签发行",
        "联合行文的签发人，按发文机关的顺序，两个一行；只有一个机关的没有",
        _all(
            ("字号", "发文字号，只在最后一行，封存后才有", "鲁经信产〔2018〕12号"),
            ("题", "第一行为“签发人：”，以下各行为空", "签发人："),
            ("左", "左边的签发人；主办机关的封存后才有，其他机关的留空手填", "赵某"),
            ("右", "右边的签发人，留空手填；最后一行只有一个机关的为空", "＿＿＿"),
        ),
    ),
    ListPlaceholder(
        "署名",
        "行",
        "署名处，两个机关一行",
        _all(
            ("左", "左边的机关，最后一行只有一个机关时为空", "安康市工业和信息化局"),
            ("左印章", "盖章的位置，没有机关的为空", "（印章）"),
            ("右", "右边的机关", "安康市发展和改革委员会"),
            ("右印章", "盖章的位置", "（印章）"),
        ),
    ),
    ListPlaceholder(
        "附件",
        "附件项",
        "附件说明",
        _all(
            ("说明", "序号和名称", "附件：1. 分行业分类别退出情况表"),
        ),
    ),
    ListPlaceholder(
        "行业类别表",
        "类别项",
        "每个行业一行合计、每个类别一行",
        _of_table(
            "行业",
            ("行业", "行业", "水泥"),
            ("类别", "合计或淘汰类别", "合计"),
            ("条数", "退出条数", 2),
            ("企业数", "企业数", 2),
            ("产能", "退出产能", Decimal("30.125")),
            ("单位", "计量单位", "万吨"),
        ),
    ),
    ListPlaceholder(
        "地区表",
        "地区项",
        "每个有退出的地区一行，最后一行合计",
        _of_table(
            "地区",
            ("地区", "地区", "汉阴县"),
            ("条数", "退出条数", 2),
            ("企业数", "企业数", 2),
            ("产能", "各行业的产能", "水泥30万吨；砖瓦3000万块标砖"),
        ),
    ),
    ListPlaceholder(
        "计划表",
        "计划项",
        "每个行业一行，第一行合计",
        _of_table(
            "行业",
            ("行业", "行业", "水泥"),
            ("单位", "计量单位", "万吨"),
            ("计划条数", "计划退出条数", 1),
            ("计划产能", "计划退出产能", Decimal(40)),
            ("实际条数", "实际退出条数", 2),
            ("实际产能", "实际退出产能", Decimal("30.125")),
            ("完成率", "计划产能已完成的百分之几，不含计划外", Decimal(75)),
            words={"完成率": NO_RATE},
        ),
    ),
    ListPlaceholder(
        "企业名单",
        "企业",
        "每条退出一行",
        _of_table(
            "企业名称",
            ("序号", "与汇总工作簿企业名单相同", 1),
            ("地区", "市和县（市、区）", "汉阴县"),
            ("市", "市", "安康市"),
            ("县", "县（市、区）", "汉阴县"),
            ("行业", "行业", "水泥"),
            ("企业名称", "企业名称", "汉阴县城关水泥厂"),
            ("设备", "设备型号及数量；数量另列一栏的，写在型号之后", "Φ3.2米水泥磨机2台"),
            ("台数", "设备台数，不明的为空", 2),
            ("产能", "产能和单位", "30万吨"),
            ("产能数", "产能的数字", Decimal(30)),
            ("单位", "计量单位", "万吨"),
            ("类别", "淘汰类别", "能耗、技术"),
            ("方式", "退出方式", "关停"),
            ("关停时间", "关停时间", "2024-06-30"),
            ("拆除", "是、否或不明", "否"),
        ),
    ),
)
SINGLE_BY_NAME = {placeholder.name: placeholder for placeholder in SINGLE}
LIST_BY_NAME = {placeholder.name: placeholder for placeholder in LISTS}
LIST_BY_ITEM = {placeholder.item: placeholder for placeholder in LISTS}


def tell_examples() -> dict[str, object]:
    """What a report tells, made of the examples: a template is tried with it before anything is written."""
    told: dict[str, object] = {placeholder.name: placeholder.example for placeholder in SINGLE}
    for listed in LISTS:
        told[listed.name] = [{field.name: field.example for field in listed.fields}] * 2
    return told


def tell_empty() -> dict[str, object]:
    """The same of a report that has as little to tell as can be: no exit, nothing decided, no list but the line 无."""
    told: dict[str, object] = {
        placeholder.name: "" if isinstance(placeholder.example, str) else type(placeholder.example)(0)
        for placeholder in SINGLE
    }
    for listed in LISTS:
        fields = {field.name: None if None in field.others else field.example for field in listed.fields}
        told[listed.name] = [fields] if None in fields.values() else []
    return told
