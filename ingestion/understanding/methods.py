"""退出方式: how capacity left the market, in the words of 鲁经信产〔2017〕481号 二(六)."""

import re
from functools import lru_cache

from rulebook import EXIT_METHODS, INTEGRATION_EXIT, NON_EXIT_METHODS
from rulebook.folding import fold

# Where a text names several, the first of this order is meant: what is no exit cannot become one by being dismantled,
# sealing takes dismantling of the drive with it, and dismantled says more than shut.
_BY_PRECEDENCE = (*NON_EXIT_METHODS, INTEGRATION_EXIT, *reversed(EXIT_METHODS))

_SPELLINGS = {
    "产能置换": ("产能等量置换", "产能减量置换", "等量置换", "减量置换", "产能置换", "置换"),
    "核减": ("产能核减", "核减产能", "核减"),
    "转产": ("转型转产", "转产"),
    "整合退出": ("产能整合退出", "整合后退出", "整合退出"),
}
_METHOD_OF = {spelling: method for method in _BY_PRECEDENCE for spelling in _SPELLINGS.get(method, (method,))}
# Said beside a method, none by itself. 未拆除 must be matched before 拆除.
_BESIDE = (
    "尚未拆除|暂未拆除|未拆除|拆除动力装置|拆除动力设备|断水断电|断电断水|断水|断电|签订承诺书|注销|吊销|生产许可证|许可证|营业执照"
    "|淘汰|退出|依法依规|依法|整体|全部|全厂|主体设备|主要设备|设备|生产线|企业|自行|自主|主动|强制|永久性?|政策性|彻底|责令|引导|实施|予以|就地|原"
    "|完成|完毕|到位|已经|已|均|并|后|和|及|且|了"
)
_WHEN_OR_NUMBER = r"于?(?:\d{4}[-./年]\d{1,2}(?:[-./月]\d{1,2}日?|月[底份]?)?|\d{4}年底?)|\d{1,2}[.、)]"
_TOKEN = re.compile(
    f"(?P<beside>{_BESIDE}|{_WHEN_OR_NUMBER})|(?P<method>{'|'.join(sorted(_METHOD_OF, key=len, reverse=True))})|[、,，;/+。()]"
)


@lru_cache(maxsize=4_096)
def read_method(text: str) -> tuple[str | None, str | None]:
    """The exit method and None, or None and `unknown_method`; a blank text has neither."""
    plain = fold(text)
    if not plain:
        return None, None
    named: set[str] = set()
    position = 0
    while position < len(plain):
        match = _TOKEN.match(plain, position)
        if match is None:
            return None, "unknown_method"
        if match["method"]:
            named.add(_METHOD_OF[match["method"]])
        position = match.end()
    method = next((method for method in _BY_PRECEDENCE if method in named), None)
    return method, None if method else "unknown_method"
