"""The words and sizes an invented cycle is made of.

Unit spellings and their factors are written here a second time on purpose: the truth of a generated cycle must not
depend on the reference tables it is used to check.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


@dataclass(frozen=True)
class Machine:
    """One kind of machine: the names it may carry, how many a plant has at most, and its measure word."""

    names: tuple[str, ...]
    at_most: int
    measure_word: str


@dataclass(frozen=True)
class Profile:
    """How plants of one industry are spoken of.

    ``smallest`` and ``step`` are in the canonical unit; an amount is ``smallest`` plus up to forty steps.
    """

    words: tuple[str, ...]
    firms: tuple[str, ...]
    unit: str
    smallest: Decimal
    step: Decimal
    machines: tuple[Machine, ...]


def _profile(words: str, firms: str, unit: str, smallest: str, step: str, *machines: tuple[str, int, str]) -> Profile:
    return Profile(
        words=tuple(words.split()),
        firms=tuple(firms.split()),
        unit=unit,
        smallest=Decimal(smallest),
        step=Decimal(step),
        machines=tuple(Machine(tuple(names.split()), at_most, word) for names, at_most, word in machines),
    )


PROFILES: dict[str, Profile] = {
    "水泥": _profile(
        "水泥 水泥粉磨",
        "水泥 建材 粉磨",
        "万吨",
        "8",
        "0.75",
        ("Φ2.2×7m水泥磨 Φ2.4×7m水泥磨 Φ2.6×13m水泥磨", 3, "台"),
        ("机立窑生产线", 2, "条"),
    ),
    "钢铁": _profile(
        "钢铁 冶炼",
        "冶炼 钢铁 特钢",
        "万吨",
        "6",
        "1.25",
        ("25吨转炉 30吨转炉", 2, "座"),
        ("20吨电炉 30吨电炉", 2, "座"),
        ("380立方米高炉 400立方米高炉", 2, "座"),
    ),
    "炼铁": _profile("炼铁", "炼铁 铸管", "万吨", "10", "1.5", ("380立方米高炉 400立方米高炉", 2, "座")),
    "炼钢": _profile("炼钢", "炼钢 特钢", "万吨", "10", "1.5", ("25吨转炉 30吨转炉", 2, "座")),
    "铁合金": _profile(
        "铁合金 硅铁", "铁合金 硅业", "万吨", "0.6", "0.05", ("6300千伏安矿热炉 5000千伏安矿热炉", 3, "台")
    ),
    "焦炭": _profile("焦炭 焦化", "焦化", "万吨", "20", "1", ("4.3米焦炉", 2, "座")),
    "煤炭": _profile("煤炭 煤矿", "煤业 煤矿", "万吨", "9", "1.5", ("矿井提升机 刮板输送机", 2, "台")),
    "石灰": _profile("石灰", "石灰 钙业", "万吨", "2", "0.25", ("石灰土立窑 石灰窑", 4, "座")),
    "石膏": _profile("石膏", "石膏 石膏建材", "万吨", "1", "0.25", ("石膏粉生产线", 2, "条")),
    "砖瓦": _profile(
        "砖瓦 烧结砖",
        "砖瓦 墙材 新型建材",
        "万块标砖",
        "1200",
        "50",
        ("18门轮窑 22门轮窑 24门轮窑", 1, "座"),
        ("制砖机", 3, "台"),
    ),
    "平板玻璃": _profile(
        "平板玻璃",
        "玻璃",
        "万重量箱",
        "30",
        "2.5",
        ("平拉生产线 格法生产线", 3, "条"),
        ("压延玻璃生产线", 2, "条"),
    ),
    "陶瓷": _profile("陶瓷 建筑陶瓷", "陶瓷 瓷业", "万平方米", "60", "5", ("辊道窑", 2, "条"), ("压砖机", 4, "台")),
    "建材": _profile("建材", "建材 新材料", "万吨", "3", "0.4", ("建材生产线", 2, "条"), ("回转窑", 2, "座")),
    "电解铝": _profile("电解铝", "铝业", "万吨", "1.5", "0.15", ("75千安预焙电解槽 82千安预焙电解槽", 120, "台")),
    "铜冶炼": _profile("铜冶炼", "铜业", "万吨", "0.8", "0.1", ("12平方米鼓风炉", 2, "座")),
    "铅冶炼": _profile("铅冶炼", "铅业", "万吨", "0.5", "0.05", ("烧结锅", 6, "台"), ("8平方米鼓风炉", 2, "座")),
    "锌冶炼": _profile("锌冶炼", "锌业", "万吨", "0.6", "0.05", ("竖罐蒸馏炉", 6, "座")),
    "有色": _profile("有色 有色金属", "有色金属 矿冶", "万吨", "0.5", "0.05", ("6平方米鼓风炉 8平方米鼓风炉", 2, "座")),
    "造纸": _profile(
        "造纸 纸业",
        "纸业 造纸",
        "万吨",
        "0.6",
        "0.1",
        ("1092型造纸生产线 1575型造纸生产线 1760型造纸生产线", 3, "条"),
    ),
    "印染": _profile("印染 漂染", "印染 染整", "万米", "600", "40", ("拉幅定型机", 4, "台"), ("溢流染色机", 16, "台")),
    "纺织": _profile("纺织", "纺织 织造", "万米", "300", "25", ("有梭织机", 48, "台"), ("整经机", 3, "台")),
    "制革": _profile("制革", "皮业 制革", "万标张", "3", "0.25", ("转鼓", 12, "台"), ("鞣制生产线", 2, "条")),
    "铅蓄电池": _profile(
        "铅蓄电池",
        "电源 蓄电池",
        "万千伏安时",
        "8",
        "0.5",
        ("铅粉机", 3, "台"),
        ("极板生产线", 2, "条"),
    ),
    "煤电": _profile("煤电", "热电 发电", "万千瓦", "1.2", "0.3", ("燃煤机组", 2, "台"), ("链条炉", 3, "台")),
    "小火电": _profile("小火电", "热电 电力", "万千瓦", "1.2", "0.3", ("小火电机组", 2, "台")),
    "轮胎": _profile("轮胎", "轮胎 橡胶", "万条", "20", "1.5", ("轮胎成型机", 6, "台"), ("硫化机", 24, "台")),
    "化工": _profile(
        "化工 化学工业", "化工 精细化工", "万吨", "0.4", "0.05", ("反应釜", 8, "台"), ("间歇法生产线", 2, "条")
    ),
    "电石": _profile("电石", "电石", "万吨", "2", "0.25", ("10000千伏安电石炉", 2, "台")),
    "废旧塑料再生": _profile("废旧塑料再生 再生塑料", "塑料 再生资源", "万吨", "0.2", "0.02", ("造粒机", 5, "台")),
    "医药": _profile("医药", "医药化工 制药", "万吨", "0.05", "0.01", ("发酵罐", 6, "台"), ("反应釜", 6, "台")),
    "机械": _profile("机械", "机械 铸锻", "万台", "0.4", "0.05", ("冲天炉", 2, "座"), ("空气锤", 3, "台")),
    "轻工": _profile("轻工", "食品 家具", "万件", "5", "0.5", ("热压机", 3, "台"), ("燃煤锅炉", 2, "台")),
    "印刷": _profile("印刷", "印务 包装", "万套", "12", "1", ("凹版印刷机", 3, "台"), ("胶印机", 4, "台")),
    "铸造": _profile("铸造", "铸造", "万吨", "0.5", "0.05", ("3吨冲天炉 5吨冲天炉", 2, "台")),
}
"""Every profile is named by the industry it is counted under; its words are what reporters write."""

CLINKER = _profile(
    "水泥熟料",
    "水泥 熟料",
    "吨/日",
    "600",
    "50",
    ("1000吨/日熟料生产线 800吨/日熟料生产线", 1, "条"),
)
"""Clinker is counted with 水泥 but in 吨/日, which has no fixed factor to 万吨 (capacity_units)."""
CLINKER_INDUSTRY = "水泥"

OFTEN_BESIDE_KEY_INDUSTRIES = ("砖瓦", "铁合金", "造纸", "石灰", "铸造")

UNIT_SPELLINGS: dict[str, tuple[tuple[str, Decimal], ...]] = {
    canonical: tuple((spelling, Decimal(factor)) for spelling, factor in spellings)
    for canonical, spellings in {
        "万吨": (("万吨", "1"), ("万吨/年", "1"), ("吨", "0.0001"), ("吨/年", "0.0001"), ("万t/a", "1")),
        "万重量箱": (("万重量箱", "1"), ("万重箱", "1"), ("重量箱", "0.0001")),
        "万米": (("万米", "1"), ("米", "0.0001"), ("万米/年", "1")),
        "万标张": (("万标张", "1"), ("标张", "0.0001")),
        "万千伏安时": (("万千伏安时", "1"), ("万kVAh", "1")),
        "万千瓦": (("万千瓦", "1"), ("千瓦", "0.0001"), ("兆瓦", "0.1"), ("MW", "0.1")),
        "万条": (("万条", "1"), ("条", "0.0001")),
        "万块标砖": (("万块标砖", "1"), ("万块", "1"), ("万块/年", "1")),
        "万平方米": (("万平方米", "1"), ("平方米", "0.0001")),
        "吨/日": (("吨/日", "1"), ("t/d", "1")),
        "万台": (("万台", "1"),),
        "万件": (("万件", "1"),),
        "万套": (("万套", "1"),),
    }.items()
}
"""Canonical unit → spellings with the factor that leads back to it."""

HEADINGS: dict[str, tuple[str, ...]] = {
    "sequence": ("序号",),
    "province": ("省份", "省（区、市）"),
    "city": ("市（州）",),
    "county": ("市（区）", "县（市、区）"),
    "industry": ("行业", "所属行业"),
    "enterprise": ("企业名称", "单位名称"),
    "equipment": ("设备型号及数量", "淘汰生产线(设备)型号及数量", "主体设备(生产线)名称、规格型号及数量"),
    "capacity": ("涉及产能", "退出产能"),
    "unit": ("计量单位",),
    "category": ("淘汰类别",),
    "credit_code": ("统一社会信用代码",),
    "method": ("退出方式",),
    "shut_on": ("关停时间",),
    "dismantled_on": ("拆除时间",),
    "remark": ("备注",),
}
"""Headings of the annex (first) and of published tables (domain, 3.1)."""

UNIT_HEADINGS = ("产能({unit})", "退出产能({unit}/年)", "涉及产能（{unit}）")

OLD_NAMES = {
    "610981": "旬阳县",
    "610881": "神木县",
    "370114": "章丘市",
    "370115": "济阳县",
    "370215": "即墨市",
    "371681": "邹平县",
    "371403": "陵县",
    "371703": "定陶县",
    "371003": "文登市",
    "371503": "茌平县",
}
"""Names counties carried before 2014–2021 and people still write; today's code leads to them."""

PLACE_SUFFIXES = "(?<=..)(县|市|区|新区|示范区|特别合作区)$"
"""What a firm's name leaves out of its place's name."""

FIRM_SYLLABLES = "宏源鑫泰恒昌瑞丰盛华兴隆达安顺永嘉德润通"
PLANT_FORMS = ("有限公司", "有限责任公司", "厂")
FILLED_BY = ("王某", "李某某", "张某", "赵某某", "刘某")
NOTE = "注：“淘汰类别”是指具体在环保、能耗、质量、安全、技术标准中不达标的类别。"
UNKNOWN_INDUSTRY = "竹编灯笼"
UNKNOWN_CATEGORY = "环境"
NIL_TICK = ("零报告（本期无落后产能退出请选“是”）", "是")
"""The line of an issued workbook on which a reporter ticks that it has nothing to report."""

NIL_NAMES = ("无", "零", "无落后产能")
NIL_SENTENCES = ("经全面排查，本年度无落后产能退出。", "本年度实行零报告。")
CHINESE_DIGITS = "〇一二三四五六七八九"
REMARKS = ("", "", "设备已拆除", "已断水断电", "市级现场验收")
FILE_NAMES = (
    "{name}{year}年落后产能退出情况统计表",
    "(最终版)汇总表(2)",
    "附件：{year}年落后产能退出情况统计表",
    "{name}落后产能统计表（定稿）",
    "新建 Microsoft Excel 工作表",
    "{name}上报 {year}.12（盖章版）",
)
