"""``report.docx``, the template of the report: a document laid out by GB/T 9704-2012 (党政机关公文格式), with placeholders.

Sizes are the standard's: A4, margins of 37, 35, 28 and 26 mm, 22 lines of 28 characters of size 3, marks of size 2, heads in
黑体 and 楷体, page numbers of size 4 between dashes, odd ones on the right. Its fonts are named, and beside each those that
stand in for it where it is not installed, so that no program shows squares.
"""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from exports.sheets.packages import write_package

MILLIMETRE = 1440 / 25.4
"""In twentieths of a point, the unit of a document."""
PAGE = (210, 297)
TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26
TEXT_WIDTH = PAGE[0] - LEFT - RIGHT
LINE = 579
"""22 lines in the 225 mm between the margins."""
TIGHTER = -5
"""28 characters of size 3 are 5.8 points wider than the 156 mm between the margins: each gives a quarter of a point."""
TITLE, BODY, KAI, HEI, SONG, LATIN = "方正小标宋简体", "仿宋_GB2312", "楷体_GB2312", "黑体", "宋体", "Times New Roman"
SIZE_2, SIZE_3, SIZE_4, SMALL_4, SIZE_5 = 44, 32, 28, 24, 21
"""号 in half points."""
RED = "FF0000"
NAMESPACES = (
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" '
    'xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships"'
)
XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

PICTURES_HERE = '<w:bookmarkStart w:id="1" w:name="pictures"/><w:bookmarkEnd w:id="1"/>'
"""Pictures (附图) go before this bookmark: after the annexes, before the imprint."""

STAND_INS = {
    TITLE: ("方正小标宋_GBK,方正小标宋简,华文中宋,STZhongsong,宋体,SimSun,Noto Serif CJK SC", "roman"),
    BODY: ("仿宋,FangSong,华文仿宋,STFangsong,宋体,SimSun,Noto Serif CJK SC", "modern"),
    KAI: ("楷体,KaiTi,华文楷体,STKaiti,宋体,SimSun,Noto Serif CJK SC", "modern"),
    HEI: ("SimHei,华文黑体,STHeiti,微软雅黑,Noto Sans CJK SC", "modern"),
    SONG: ("SimSun,华文宋体,STSong,Noto Serif CJK SC", "auto"),
}
"""Fonts that are as near, nearest first (``w:altName``), and the family to look in where none is there."""


def make_report() -> bytes:
    """The bytes of the template; the same every time."""
    parts = {
        "word/document.xml": _document(),
        "word/styles.xml": _styles(),
        "word/fontTable.xml": _fonts(),
        "word/settings.xml": _settings(),
        "word/footer1.xml": _footer("right"),
        "word/footer2.xml": _footer("left"),
    }
    main = "application/vnd.openxmlformats-officedocument.wordprocessingml"
    kinds = {
        "word/document.xml": f"{main}.document.main+xml",
        "word/styles.xml": f"{main}.styles+xml",
        "word/fontTable.xml": f"{main}.fontTable+xml",
        "word/settings.xml": f"{main}.settings+xml",
        "word/footer1.xml": f"{main}.footer+xml",
        "word/footer2.xml": f"{main}.footer+xml",
        "docProps/core.xml": "application/vnd.openxmlformats-package.core-properties+xml",
    }
    office = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    links = "http://schemas.openxmlformats.org/package/2006/relationships"
    core = "http://schemas.openxmlformats.org/package/2006/metadata/core-properties"
    own = [
        ("styles", "styles"),
        ("fontTable", "fontTable"),
        ("settings", "settings"),
        ("footer", "footer1"),
        ("footer", "footer2"),
    ]
    overrides = "".join(f'<Override PartName="/{name}" ContentType="{kind}"/>' for name, kind in kinds.items())
    types = "http://schemas.openxmlformats.org/package/2006/content-types"
    relations = "".join(
        f'<Relationship Id="rId{number}" Type="{office}/{kind}" Target="{name}.xml"/>'
        for number, (kind, name) in enumerate(own, start=1)
    )
    whole = {
        "[Content_Types].xml": f'{XML}<Types xmlns="{types}"><Default Extension="rels" '
        'ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Default Extension="xml" ContentType="application/xml"/>{overrides}</Types>',
        "_rels/.rels": f'{XML}<Relationships xmlns="{links}">'
        f'<Relationship Id="rId1" Type="{office}/officeDocument" Target="word/document.xml"/>'
        f'<Relationship Id="rId2" Type="{core.replace("/metadata/", "/relationships/metadata/")}" '
        'Target="docProps/core.xml"/></Relationships>',
        "word/_rels/document.xml.rels": f'{XML}<Relationships xmlns="{links}">{relations}</Relationships>',
        "docProps/core.xml": f'{XML}<cp:coreProperties xmlns:cp="{core}" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:dcterms="http://purl.org/dc/terms/" '
        'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"><dc:title>huizong</dc:title></cp:coreProperties>',
        **parts,
    }
    return write_package((name, text.encode()) for name, text in whole.items())


def _twips(millimetres: float) -> int:
    return round(millimetres * MILLIMETRE)


def _font(name: str, size: int | None = None, color: str | None = None, spacing: int | None = None) -> str:
    """Properties of characters; what is not Chinese is in the Latin font."""
    told = f'<w:rPr><w:rFonts w:ascii="{LATIN}" w:hAnsi="{LATIN}" w:eastAsia="{name}" w:cs="{LATIN}"/>'
    if color:
        told += f'<w:color w:val="{color}"/>'
    if spacing is not None:
        told += f'<w:spacing w:val="{spacing}"/>'
    if size:
        told += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/>'
    return f"{told}</w:rPr>"


def _style(key: str, name: str, paragraph: str, font: str, based_on: str | None = "a") -> str:
    base = f'<w:basedOn w:val="{based_on}"/>' if based_on else ""
    default = "" if based_on else ' w:default="1"'
    return (
        f'<w:style w:type="paragraph"{default} w:styleId="{key}"><w:name w:val="{name}"/>{base}<w:qFormat/>'
        f"<w:pPr>{paragraph}</w:pPr>{font}</w:style>"
    )


def _exactly(line: int, before: int = 0) -> str:
    return f'<w:spacing w:before="{before}" w:after="0" w:line="{line}" w:lineRule="exact"/>'


_INDENTED = '<w:ind w:firstLine="640" w:firstLineChars="200"/>'
_AT_LEAST = '<w:snapToGrid w:val="0"/><w:spacing w:before="20" w:after="20" w:line="{}" w:lineRule="atLeast"/>'


def _styles() -> str:
    """The styles; 公文 in front of a name says that it is one of the standard's elements."""
    rule = f'<w:pBdr><w:bottom w:val="single" w:sz="18" w:space="8" w:color="{RED}"/></w:pBdr>'
    # a page is filled to its last line: by the standard the first page shows text of the report below its red head
    filled = '<w:widowControl w:val="0"/>'
    styles = (
        _style(
            "a", "Normal", f'{filled}{_exactly(LINE)}<w:jc w:val="both"/>', _font(BODY, SIZE_3, spacing=TIGHTER), None
        ),
        _style("body", "公文正文", _INDENTED, _font(BODY)),
        _style("mark", "公文发文机关标志", f'{_exactly(760)}<w:jc w:val="distribute"/>', _font(TITLE, 56, RED, 0)),
        _style("number", "公文发文字号", f'{_exactly(LINE)}<w:ind w:left="320" w:right="320"/>', _font(BODY)),
        _style("line", "公文红线", f"{rule}{_exactly(120)}", _font(BODY, 8)),
        _style(
            "title", "公文标题", f'<w:keepNext/>{_exactly(680)}<w:jc w:val="center"/>', _font(TITLE, SIZE_2, None, 0)
        ),
        _style("to", "公文主送", _exactly(LINE, LINE), _font(BODY)),
        _style("h1", "公文一级标题", f'<w:keepNext/>{_INDENTED}<w:outlineLvl w:val="0"/>', _font(HEI)),
        _style("h2", "公文二级标题", f'<w:keepNext/>{_INDENTED}<w:outlineLvl w:val="1"/>', _font(KAI)),
        _style("listed", "公文附件说明", '<w:keepNext/><w:ind w:left="1600" w:hanging="960"/>', _font(BODY)),
        _style("signed", "公文署名", f'<w:keepNext/>{_exactly(LINE)}<w:jc w:val="center"/>', _font(BODY)),
        _style(
            "seal",
            "公文印章位置",
            f'<w:keepNext/>{_exactly(LINE)}<w:jc w:val="center"/>',
            _font(BODY, SIZE_5, "808080"),
        ),
        _style("date", "公文成文日期", f'{_exactly(LINE)}<w:ind w:right="1280"/><w:jc w:val="right"/>', _font(BODY)),
        _style("annex", "公文附件序号", f"<w:keepNext/><w:pageBreakBefore/>{_exactly(LINE)}", _font(HEI)),
        _style(
            "annexed",
            "公文附件标题",
            f'<w:keepNext/>{_exactly(680, 200)}<w:jc w:val="center"/>',
            _font(TITLE, SIZE_2, None, 0),
        ),
        _style("head", "公文表头", f'{_AT_LEAST.format(300)}<w:jc w:val="center"/>', _font(HEI, SIZE_5, None, 0)),
        _style("cell", "公文表文", f'{_AT_LEAST.format(300)}<w:jc w:val="left"/>', _font(BODY, SIZE_5, None, 0)),
        _style("centred", "公文表文居中", '<w:jc w:val="center"/>', _font(BODY), "cell"),
        _style("figure", "公文表数", '<w:jc w:val="right"/>', _font(BODY), "cell"),
        _style("note", "公文表注", f"{_AT_LEAST.format(320)}", _font(BODY, SIZE_5, None, 0)),
        _style(
            "imprint", "公文版记", f'{_exactly(460)}<w:ind w:left="280" w:right="280"/>', _font(BODY, SIZE_4, None, 0)
        ),
        _style("copies", "公文抄送", '<w:ind w:left="1120" w:right="280" w:hanging="840"/>', _font(BODY), "imprint"),
        _style("page", "footer", f'{_exactly(320)}<w:ind w:left="280" w:right="280"/>', _font(SONG, SIZE_4, None, 0)),
    )
    language = '<w:lang w:val="en-US" w:eastAsia="zh-CN"/></w:rPr>'
    default = _font(BODY, SIZE_3).replace("</w:rPr>", language)
    return (
        f"{XML}<w:styles {NAMESPACES}><w:docDefaults><w:rPrDefault>{default}</w:rPrDefault><w:pPrDefault/>"
        f"</w:docDefaults>{''.join(styles)}</w:styles>"
    )


def _fonts() -> str:
    fonts = "".join(
        f'<w:font w:name="{name}"><w:altName w:val="{others}"/><w:charset w:val="86"/><w:family w:val="{family}"/>'
        '<w:pitch w:val="variable"/></w:font>'
        for name, (others, family) in STAND_INS.items()
    )
    return f"{XML}<w:fonts {NAMESPACES}>{fonts}</w:fonts>"


def _settings() -> str:
    return (
        f'{XML}<w:settings {NAMESPACES}><w:zoom w:percent="100"/><w:evenAndOddHeaders/>'
        '<w:characterSpacingControl w:val="compressPunctuation"/>'
        '<w:compat><w:useFELayout/><w:compatSetting w:name="compatibilityMode" '
        'w:uri="http://schemas.microsoft.com/office/word" w:val="15"/></w:compat></w:settings>'
    )


def _footer(side: str) -> str:
    """— 1 —, a character away from the ``side`` of the text."""
    number = (
        '<w:r><w:t xml:space="preserve">— </w:t></w:r><w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r><w:r><w:fldChar w:fldCharType="separate"/></w:r>'
        '<w:r><w:t>1</w:t></w:r><w:r><w:fldChar w:fldCharType="end"/></w:r><w:r><w:t xml:space="preserve"> —</w:t></w:r>'
    )
    return f'{XML}<w:ftr {NAMESPACES}><w:p><w:pPr><w:pStyle w:val="page"/><w:jc w:val="{side}"/></w:pPr>{number}</w:p></w:ftr>'


def _run(text: str) -> str:
    return f'<w:r><w:t xml:space="preserve">{escape(text, quote=False)}</w:t></w:r>'


def _paragraph(text: str, style: str = "body", extra: str = "") -> str:
    return f'<w:p><w:pPr><w:pStyle w:val="{style}"/>{extra}</w:pPr>{_run(text) if text else ""}</w:p>'


def _borders(kind: str, names: Sequence[str]) -> str:
    return "".join(f'<w:{name} w:val="{kind}" w:sz="4" w:space="0" w:color="000000"/>' for name in names)


def _table(widths: Sequence[float], rows: Sequence[str], borders: str, extra: str = "") -> str:
    """A table as wide as the text, or as its columns in millimetres; its columns never move."""
    total = _twips(sum(widths))
    grid = "".join(f'<w:gridCol w:w="{_twips(width)}"/>' for width in widths)
    return (
        f'<w:tbl><w:tblPr>{extra}<w:tblW w:w="{total}" w:type="dxa"/><w:jc w:val="center"/>'
        f'<w:tblBorders>{borders}</w:tblBorders><w:tblLayout w:type="fixed"/>'
        '<w:tblCellMar><w:left w:w="60" w:type="dxa"/><w:right w:w="60" w:type="dxa"/></w:tblCellMar></w:tblPr>'
        f"<w:tblGrid>{grid}</w:tblGrid>{''.join(rows)}</w:tbl>"
    )


def _cell(width: float, content: str, extra: str = "") -> str:
    return f'<w:tc><w:tcPr><w:tcW w:w="{_twips(width)}" w:type="dxa"/>{extra}</w:tcPr>{content}</w:tc>'


def _row(cells: str, extra: str = "") -> str:
    return f"<w:tr><w:trPr><w:cantSplit/>{extra}</w:trPr>{cells}</w:tr>"


def _tag_row(tag: str, width: float) -> str:
    """A row that is gone when the template is filled: it says what the next one is repeated for."""
    return _row(_cell(width, _paragraph(tag, "cell")))


def _list_table(columns: Sequence[tuple[str, float, str, str]], loop: str) -> str:
    """A ruled table: head, width in millimetres, style and placeholder of each column; its head is on every page.

    Its last row stays with what follows: a note is never alone on a page.
    """
    head = "".join(_cell(width, _paragraph(title, "head"), _MIDDLE) for title, width, _, _ in columns)
    last = '<w:keepNext w:val="{% if loop.last %}1{% else %}0{% endif %}"/>'
    line = "".join(_cell(width, _paragraph(told, style, last), _MIDDLE) for _, width, style, told in columns)
    widths = [width for _, width, _, _ in columns]
    return _table(
        widths,
        (
            _row(head, "<w:tblHeader/>"),
            _tag_row(f"{{%tr for {loop} %}}", widths[0]),
            _row(line),
            _tag_row("{%tr endfor %}", widths[0]),
        ),
        _borders("single", ("top", "left", "bottom", "right", "insideH", "insideV")),
    )


_MIDDLE = '<w:vAlign w:val="center"/>'


def _heading() -> str:
    """版头: who issues it, in red; its number and who signs; the red line."""
    names = 124
    mark = _table(
        (names, TEXT_WIDTH - names),
        (
            _tag_row("{%tr for 机关 in 发文机关 %}", names),
            _row(
                _cell(names, _paragraph("{{ 机关.名称 }}", "mark"))
                + _cell(
                    TEXT_WIDTH - names,
                    _paragraph("{% if 机关.首个 %}文件{% endif %}", "mark", '<w:jc w:val="center"/>'),
                    f'<w:vMerge w:val="{{% if 机关.首个 %}}restart{{% else %}}continue{{% endif %}}"/>{_MIDDLE}',
                )
            ),
            _tag_row("{%tr endfor %}", names),
        ),
        "",
    )
    half, label = TEXT_WIDTH / 2, 27
    name = (half - label) / 2
    beside = '<w:ind w:left="0" w:right="0"/>'
    # by 7.2.5 and 7.2.6 the number stands beside the last name, the names two a line, each below the one above it
    joint = _cell(half, _paragraph("{{ 签发行.字号 }}", "number")) + "".join(
        _cell(width, _paragraph(told, "number", beside))
        for width, told in ((label, "{{ 签发行.题 }}"), (name, "{{ 签发行.左 }}"), (name, "{{ 签发行.右 }}"))
    )
    number = _table(
        (half, label, name, name),
        (
            _tag_row("{%tr if 签发 %}", half),
            _tag_row("{%tr for 签发行 in 签发 %}", half),
            _row(joint),
            _tag_row("{%tr endfor %}", half),
            _tag_row("{%tr else %}", half),
            _row(
                _cell(half, _paragraph("{{ 发文字号 }}", "number"))
                + _cell(
                    half,
                    _paragraph("签发人：{{ 签发人 }}", "number", '<w:jc w:val="right"/>'),
                    '<w:gridSpan w:val="3"/>',
                )
            ),
            _tag_row("{%tr endif %}", half),
        ),
        "",
    )
    # 35 mm from the edge of the text to the mark (7.2.4); the header of a draft lies above it
    space = '<w:p><w:pPr><w:spacing w:before="0" w:after="0" w:line="1720" w:lineRule="exact"/></w:pPr></w:p>'
    gap = _paragraph("", "number")
    return space + mark + gap * 2 + number + _paragraph("", "line") + gap * 2


def _closing() -> str:
    """附件说明, 署名 with room for the seals, two beside each other, and the date."""
    half = TEXT_WIDTH / 2
    # in the row of the last signature: no program keeps what follows a table with its last row
    date = (
        _paragraph("{%p if loop.last %}", "date")
        + _paragraph("{{ 成文日期 }}", "date", f'{_exactly(LINE, 640)}<w:ind w:left="-1134" w:right="1280"/>')
        + _paragraph("{%p endif %}", "date")
    )
    cells = "".join(
        _cell(
            half,
            _paragraph(f"{{{{ 行.{side} }}}}", "signed") + _paragraph(f"{{{{ 行.{side}印章 }}}}", "seal") + below,
        )
        for side, below in (("左", ""), ("右", date))
    )
    signed = _table(
        (half, half),
        (
            _tag_row("{%tr for 行 in 署名 %}", half),
            _row(cells, f'<w:trHeight w:val="{_twips(32)}" w:hRule="atLeast"/>'),
            _tag_row("{%tr endfor %}", half),
        ),
        "",
    )
    return (
        _paragraph("专此报告。", "body", "<w:keepNext/>")
        + _paragraph("", "listed")
        + "".join(
            _paragraph(text, "listed") for text in ("{%p for 附件项 in 附件 %}", "{{ 附件项.说明 }}", "{%p endfor %}")
        )
        + _paragraph("", "signed")
        + signed
    )


def _annexes() -> str:
    """The tables, each on a page of its own."""
    of_industry = (
        ("行业", 34, "cell", "{{ 类别项.行业 }}"),
        ("淘汰类别", 24, "centred", "{{ 类别项.类别 }}"),
        ("退出条数", 24, "figure", "{{ 类别项.条数 }}"),
        ("企业数", 22, "figure", "{{ 类别项.企业数 }}"),
        ("退出产能", 30, "figure", "{{ 类别项.产能 }}"),
        ("计量单位", 22, "centred", "{{ 类别项.单位 }}"),
    )
    of_place = (
        ("地区", 36, "cell", "{{ 地区项.地区 }}"),
        ("退出条数", 22, "figure", "{{ 地区项.条数 }}"),
        ("企业数", 20, "figure", "{{ 地区项.企业数 }}"),
        ("退出产能（不同单位不相加）", 78, "cell", "{{ 地区项.产能 }}"),
    )
    of_plan = (
        ("行业", 24, "cell", "{{ 计划项.行业 }}"),
        ("单位", 18, "centred", "{{ 计划项.单位 }}"),
        ("计划条数", 19, "figure", "{{ 计划项.计划条数 }}"),
        ("计划产能", 25, "figure", "{{ 计划项.计划产能 }}"),
        ("实际条数", 19, "figure", "{{ 计划项.实际条数 }}"),
        ("实际产能", 25, "figure", "{{ 计划项.实际产能 }}"),
        ("产能完成率%", 26, "figure", "{{ 计划项.完成率 }}"),
    )
    of_exit = (
        ("序号", 11, "centred", "{{ 企业.序号 }}"),
        ("{{ 地区栏名 }}", 24, "cell", "{{ 企业.地区 }}"),
        ("行业", 16, "cell", "{{ 企业.行业 }}"),
        ("企业名称", 37, "cell", "{{ 企业.企业名称 }}"),
        ("设备型号及数量", 31, "cell", "{{ 企业.设备 }}"),
        ("涉及产能", 19, "figure", "{{ 企业.产能 }}"),
        ("淘汰类别", 18, "centred", "{{ 企业.类别 }}"),
    )
    return "".join(
        (
            _paragraph("附件1", "annex"),
            _paragraph("{{ 地区 }}{{ 期间 }}分行业分类别退出情况表", "annexed"),
            _list_table(of_industry, "类别项 in 行业类别表"),
            _paragraph("{{ 类别注 }}", "note"),
            _paragraph("附件2", "annex"),
            _paragraph("{{ 地区 }}{{ 期间 }}分地区退出情况表", "annexed"),
            _list_table(of_place, "地区项 in 地区表"),
            _paragraph("附件3", "annex"),
            _paragraph("{{ 地区 }}{{ 年份 }}年目标任务完成情况表", "annexed"),
            _list_table(of_plan, "计划项 in 计划表"),
            _paragraph("{{ 计划注 }}", "note"),
            _paragraph("附件4", "annex"),
            _paragraph("{{ 地区 }}{{ 期间 }}落后产能退出情况统计表", "annexed"),
            _paragraph("{%p if 名单在此 %}", "note"),
            _list_table(of_exit, "企业 in 企业名单"),
            _paragraph("{{ 名单注 }}", "note"),
            _paragraph("{%p else %}", "note"),
            _paragraph("{{ 名单另见 }}", "body"),
            _paragraph("{%p endif %}", "note"),
        )
    )


def _imprint() -> str:
    """版记 at the foot of the last page: copies between a thick line and a thin one, who printed it and when.

    It is a frame: LibreOffice, Word and WPS put one at the foot of the page, a table only Word does.
    """
    width = _twips(TEXT_WIDTH)
    framed = (
        f'<w:framePr w:w="{width}" w:wrap="around" w:vAnchor="margin" w:hAnchor="margin" w:xAlign="center" '
        'w:yAlign="bottom"/>'
    )

    def line(kind: str) -> str:
        """An underlined tab: where a paragraph of it has borders, LibreOffice makes no frame."""
        edge = f'<w:tabs><w:tab w:val="right" w:pos="{width}"/></w:tabs>'
        return (
            f'<w:p><w:pPr><w:pStyle w:val="imprint"/>{framed}{edge}{_exactly(120)}<w:ind w:left="0" w:right="0"/></w:pPr>'
            f'<w:r><w:rPr><w:sz w:val="{SIZE_5}"/><w:u w:val="{kind}"/></w:rPr><w:tab/></w:r></w:p>'
        )

    printed = f'{framed}<w:tabs><w:tab w:val="right" w:pos="{width - 280}"/></w:tabs>'
    return (
        line("thick")
        + _paragraph("{%p if 抄送 %}", "imprint", framed)
        + _paragraph("抄送：{{ 抄送 }}。", "copies", framed)
        + line("single")
        + _paragraph("{%p endif %}", "imprint", framed)
        + f'<w:p><w:pPr><w:pStyle w:val="imprint"/>{printed}</w:pPr>'
        + _run("{{ 印发机关 }}")
        + "<w:r><w:tab/></w:r>"
        + _run("{{ 印发日期 }}")
        + "</w:p>"
        + line("thick")
    )


def _document() -> str:
    """The body of the report, from heading to imprint."""
    text = (
        ("{{ 引言 }}", "body"),
        ("一、落后产能退出情况", "h1"),
        ("{{ 总体情况 }}", "body"),
        ("（一）分行业情况", "h2"),
        ("{{ 分行业情况 }}", "body"),
        ("（二）分淘汰类别情况", "h2"),
        ("{{ 分类别情况 }}", "body"),
        ("（三）分地区情况", "h2"),
        ("{{ 分地区情况 }}", "body"),
        ("二、目标任务完成情况", "h1"),
        ("{{ 计划情况 }}", "body"),
        ("三、拆除和封存情况", "h1"),
        ("{{ 拆除情况 }}", "body"),
        ("四、报送和核对情况", "h1"),
        ("{{ 报送情况 }}", "body"),
        ("{{ 核对情况 }}", "body"),
        ("{{ 未计入情况 }}", "body"),
        ("五、整改和关闭名单情况", "h1"),
        ("{{ 名单情况 }}", "body"),
        ("{%p if 公示情况 or 公告情况 or 同意情况 %}", "body"),
        ("六、公示、公告和同意情况", "h1"),
        ("{%p endif %}", "body"),
        *(
            line
            for told in ("公示情况", "公告情况", "同意情况")
            for line in ((f"{{%p if {told} %}}", "body"), (f"{{{{ {told} }}}}", "body"), ("{%p endif %}", "body"))
        ),
    )
    section = (
        '<w:sectPr><w:footerReference w:type="default" r:id="rId4"/><w:footerReference w:type="even" r:id="rId5"/>'
        f'<w:pgSz w:w="{_twips(PAGE[0])}" w:h="{_twips(PAGE[1])}"/>'
        f'<w:pgMar w:top="{_twips(TOP)}" w:right="{_twips(RIGHT)}" w:bottom="{_twips(BOTTOM)}" w:left="{_twips(LEFT)}" '
        f'w:header="{_twips(22)}" w:footer="{_twips(22)}" w:gutter="0"/>'
        f'<w:docGrid w:type="lines" w:linePitch="{LINE}"/></w:sectPr>'
    )
    body = (
        _heading()
        + _paragraph("{{ 标题 }}", "title")
        + _paragraph("{{ 主送 }}：", "to")
        + "".join(_paragraph(told, style) for told, style in text)
        + _closing()
        + _annexes()
        + f"<w:p><w:pPr>{_exactly(20)}</w:pPr>{PICTURES_HERE}</w:p>"
        + _imprint()
        + f"<w:p><w:pPr>{_exactly(20)}</w:pPr></w:p>"
    )
    return f"{XML}<w:document {NAMESPACES}><w:body>{body}{section}</w:body></w:document>"
