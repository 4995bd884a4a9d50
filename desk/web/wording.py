"""What the desk calls its codes and regimes: (Chinese, English)."""

from desk.decisions.people import ROLE_NAMES, Right
from exports.wording import SEVERITIES, STANDINGS, TOTAL, VERDICTS
from rulebook import DOCUMENT, EXIT_TABLE, ROUND_NAMES, UNCATEGORISED, Regime, Rulebook

__all__ = [
    "CARDS",
    "CATEGORIES",
    "INDUSTRIES",
    "RESOLUTIONS",
    "RIGHTS",
    "ROLES",
    "ROUNDS",
    "SEVERITY",
    "STANDINGS",
    "SUBMISSION_STATES",
    "TOTAL",
    "UNCOUNTED_PHOTO",
    "VERDICT",
    "submission_states",
]

ROUNDS = {key: (names["zh"], names["en"]) for key, names in ROUND_NAMES.items()}
ROLES = ROLE_NAMES
SEVERITY = {key: (severity.label, severity.label_en) for key, severity in SEVERITIES.items()}
VERDICT = VERDICTS

RIGHTS = {
    Right.VIEW: ("查看", "see"),
    Right.UPLOAD: ("报送", "send"),
    Right.WITHDRAW: ("撤回", "withdraw"),
    Right.RETURN: ("退回", "return"),
    Right.DEMAND: ("强制重报", "demand again"),
    Right.EXPLAIN: ("采纳说明", "accept explanations"),
    Right.WAIVE: ("豁免", "waive findings"),
    Right.EXTEND: ("延期", "extend deadlines"),
    Right.IDENTIFY: ("更正填报单位", "correct the reporter"),
    Right.CONFIRM: ("确认数据", "confirm figures"),
    Right.REMIND: ("催报", "remind"),
    Right.CHANGE_PLAN: ("调整计划", "change the plan"),
    Right.MERGE: ("判定企业是否同一家", "say which enterprises are one"),
    Right.CHOOSE: ("采信一方", "choose a side"),
    Right.UNDO: ("撤销", "undo"),
    Right.PREPARE: ("办理上报", "prepare the report"),
    Right.ANNOUNCE: ("登记公开情况", "record announcements"),
    Right.SEAL: ("签发封存、退回报告或撤销封存", "sign, refuse or seal, or undo a seal"),
    Right.ADMINISTER: ("管理人员和授权", "give people their roles"),
}

SUBMISSION_STATES = {
    "counting": ("计入汇总", "counts"),
    "rejected": ("审核未通过", "rejected"),
    "superseded": ("已被新表替代", "superseded"),
    "repeated": ("与前一份相同", "same as the one before"),
    "returned": ("已退回", "returned"),
    "withdrawn": ("已撤回", "withdrawn"),
    "pending": ("待建仓", "waits for the build"),
    "moved": ("已更正填报单位", "another reporter's"),
    "unmoved": ("更正已撤销", "correction undone"),
}
"""Status of a submission (fct_submission.status), ``repeated`` for a copy, ``pending`` for one that came in since the
build, and why it is withdrawn where its reporter was corrected (``desk.decisions.fates``)."""

_WHAT_COUNTS = {EXIT_TABLE: ("计入汇总", "counts"), DOCUMENT: ("已收存", "kept")}

UNCOUNTED_PHOTO = ("照片没有计入", "photo not counted")
"""Of a photo that cannot be told, or whose picture counts once already (``fct_photo.is_counted``)."""


def submission_states(form: str | None) -> dict[str, tuple[str, str]]:
    """``SUBMISSION_STATES`` as they are called of a form: only the figures of an exit table are in the rollup.

    What cannot be read is taken for one.
    """
    return SUBMISSION_STATES | {"counting": _WHAT_COUNTS.get(form or EXIT_TABLE, ("有效", "stands"))}


CATEGORIES = {
    "能耗": "energy",
    "环保": "environment",
    "质量": "quality",
    "安全": "safety",
    "技术": "technology",
    UNCATEGORISED: "no category",
}
"""What the categories are called in English."""

CARDS = {"黄牌": ("黄牌", "yellow card"), "红牌": ("红牌", "red card")}
"""The list an enterprise is on (``fct_rectification.card``)."""

INDUSTRIES = {
    TOTAL: "total",
    "钢铁": "steel",
    "炼铁": "ironmaking",
    "炼钢": "steelmaking",
    "铁合金": "ferroalloys",
    "焦炭": "coke",
    "煤炭": "coal",
    "水泥": "cement",
    "石灰": "lime",
    "石膏": "gypsum",
    "砖瓦": "bricks and tiles",
    "平板玻璃": "flat glass",
    "陶瓷": "ceramics",
    "玻璃纤维": "glass fibre",
    "建材": "building materials",
    "电解铝": "electrolytic aluminium",
    "铜冶炼": "copper smelting",
    "铅冶炼": "lead smelting",
    "锌冶炼": "zinc smelting",
    "有色": "non-ferrous metals",
    "造纸": "paper",
    "印染": "dyeing and printing",
    "制革": "leather",
    "铅蓄电池": "lead batteries",
    "煤电": "coal power",
    "小火电": "small thermal power",
    "电力": "electric power",
    "轮胎": "tyres",
    "化工": "chemicals",
    "电石": "calcium carbide",
    "废旧塑料再生": "plastics recycling",
    "再生橡胶": "reclaimed rubber",
    "医药": "pharmaceuticals",
    "机械": "machinery",
    "铸造": "foundries",
    "轻工": "light industry",
    "纺织": "textiles",
    "化纤": "chemical fibres",
    "印刷": "printing",
    "酒精": "alcohol",
    "味精": "monosodium glutamate",
    "柠檬酸": "citric acid",
    "稀土": "rare earths",
    "电镀": "electroplating",
}
"""What the industries of the rulebook are called in English; the pages' own, as the plans are Chinese."""

RESOLUTIONS = {
    "open": ("未处理", "open"),
    "explained": ("已采纳说明", "explained"),
    "waived": ("已豁免", "waived"),
    "chosen": ("已采信一方", "a side was chosen"),
}


def title_of(regime: Regime, rulebook: Rulebook) -> tuple[str, str]:
    """The title of a regime with its area and year, which some plans leave to the letter they came with."""
    area, year = rulebook.reference.divisions[regime.area].name, f"{regime.year}年"
    lacking = "".join(part for part in (area, year) if part.removesuffix("年") not in regime.title)
    return lacking + regime.title, regime.title_en
