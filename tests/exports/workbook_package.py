"""What Excel asks of a workbook's package, checked part by part, and packages changed part by part.

Excel is stricter than other programs: it offers to repair what breaks one of these rules.
"""

import io
import posixpath
import re
import zipfile
from collections import Counter
from xml.etree import ElementTree

WORKSHEET_ORDER = [
    "sheetPr",
    "dimension",
    "sheetViews",
    "sheetFormatPr",
    "cols",
    "sheetData",
    "sheetCalcPr",
    "sheetProtection",
    "protectedRanges",
    "scenarios",
    "autoFilter",
    "sortState",
    "dataConsolidate",
    "customSheetViews",
    "mergeCells",
    "phoneticPr",
    "conditionalFormatting",
    "dataValidations",
    "hyperlinks",
    "printOptions",
    "pageMargins",
    "pageSetup",
    "headerFooter",
    "rowBreaks",
    "colBreaks",
    "customProperties",
    "cellWatches",
    "ignoredErrors",
    "smartTags",
    "drawing",
    "legacyDrawing",
    "legacyDrawingHF",
    "drawingHF",
    "picture",
    "oleObjects",
    "controls",
    "webPublishItems",
    "tableParts",
    "extLst",
]
WORKBOOK_ORDER = [
    "fileVersion",
    "fileSharing",
    "workbookPr",
    "workbookProtection",
    "bookViews",
    "sheets",
    "functionGroups",
    "externalReferences",
    "definedNames",
    "calcPr",
    "oleSize",
    "customWorkbookViews",
    "pivotCaches",
    "smartTagPr",
    "smartTagTypes",
    "webPublishing",
    "fileRecoveryPr",
    "webPublishObjects",
    "extLst",
]
STYLES_ORDER = [
    "numFmts",
    "fonts",
    "fills",
    "borders",
    "cellStyleXfs",
    "cellXfs",
    "cellStyles",
    "dxfs",
    "tableStyles",
    "colors",
    "extLst",
]


def parts_of(data):
    """The parts of a package by name."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def package_of(parts):
    """A package of these parts."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)
    return stream.getvalue()


def changed(data, *changes):
    """The package with changes made: (part, pattern, replacement), each of which must change something."""
    parts = parts_of(data)
    for part, pattern, replacement in changes:
        content, count = re.subn(pattern, replacement, parts[part].decode(), flags=re.S)
        assert count, f"{pattern} is not in {part}"
        parts[part] = content.encode()
    return package_of(parts)


def local(element):
    return element.tag.rpartition("}")[2]


def check_package(data):
    """Fail where the package breaks a rule of the standard that Excel insists on."""
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        assert archive.testzip() is None
        names = archive.namelist()
    assert len({name.lower() for name in names}) == len(names)
    parts = parts_of(data)
    trees = {
        name: ElementTree.fromstring(content)
        for name, content in parts.items()
        if name.endswith((".xml", ".rels", ".vml"))
    }
    types = check_content_types(trees, names)
    related = {name: check_relationships(trees, names, name) for name in ["", *names]}
    [workbook] = [target for kind, target in related[""].values() if kind == "officeDocument"]
    assert types(workbook).endswith("spreadsheetml.sheet.main+xml"), "what .xlsx must hold"
    formats = check_styles(trees, related[workbook])
    sheets = check_workbook(trees[workbook], related[workbook])
    ids, blocks = Counter(), Counter()
    selected = 0
    for sheet in sheets.values():
        tree = trees[sheet]
        if local(tree) == "worksheet":
            check_worksheet(tree, formats, sheets)
            check_comments(tree, trees, related[sheet], ids, blocks)
        selected += sum(view.get("tabSelected") in ("1", "true") for view in tree.iter() if local(view) == "sheetView")
    assert selected == 1
    assert all(count == 1 for count in ids.values()), "ids of shapes are unique"
    assert all(count == 1 for count in blocks.values()), "blocks of ids are reserved once"


def check_content_types(trees, names):
    types = trees["[Content_Types].xml"]
    defaults = {one.get("Extension").lower(): one.get("ContentType") for one in types if local(one) == "Default"}
    overrides = [one for one in types if local(one) == "Override"]
    known = {one.get("PartName").lower(): one.get("ContentType") for one in overrides}
    assert len(known) == len(overrides)
    assert set(known) <= {f"/{name}".lower() for name in names}, "a type for no part"

    def type_of(name):
        return known.get(f"/{name}".lower()) or defaults.get(name.rpartition(".")[2].lower())

    for name in names:
        assert name == "[Content_Types].xml" or name.endswith("/") or type_of(name), f"{name} has no type"
    return type_of


def check_relationships(trees, names, source):
    folder, name = posixpath.split(source)
    tree = trees.get(posixpath.join(folder, "_rels", f"{name}.rels"), ())
    related = {}
    for one in tree:
        target = one.get("Target")
        if one.get("TargetMode") != "External":
            target = posixpath.normpath(posixpath.join("/" + folder, target)).lstrip("/")
            assert target in names, f"{source} leads to {target}"
        assert one.get("Id") not in related
        related[one.get("Id")] = (one.get("Type").rpartition("/")[2], target)
    return related


def check_order(tree, order):
    places = [order.index(local(child)) for child in tree if local(child) != "AlternateContent"]
    assert places == sorted(places), [local(child) for child in tree]


def check_styles(trees, related):
    [styles] = [trees[target] for kind, target in related.values() if kind == "styles"]
    check_order(styles, STYLES_ORDER)
    sections = {local(section): section for section in styles}
    for name in STYLES_ORDER[:8]:
        if name in sections and sections[name].get("count"):
            assert int(sections[name].get("count")) == len(sections[name]), name
    for one in sections["cellXfs"]:
        for key, section in (
            ("fontId", "fonts"),
            ("fillId", "fills"),
            ("borderId", "borders"),
            ("xfId", "cellStyleXfs"),
        ):
            assert int(one.get(key, 0)) < len(sections[section])
    return len(sections["cellXfs"])


def check_workbook(tree, related):
    check_order(tree, WORKBOOK_ORDER)
    sheets = [one for one in tree.iter() if local(one) == "sheet"]
    assert len({one.get("name").lower() for one in sheets}) == len(sheets)
    assert len({one.get("sheetId") for one in sheets}) == len(sheets)
    for one in tree.iter():
        if local(one) == "definedName" and one.get("localSheetId"):
            assert int(one.get("localSheetId")) < len(sheets)
        if local(one) == "workbookView":
            assert one.get("activeTab", "0") == "0" and one.get("firstSheet", "0") == "0"
    [namespace] = {key[: -len("}id")] for one in sheets for key in one.attrib if key.endswith("}id")}
    return {one.get("name"): related[one.get(namespace + "}id")][1] for one in sheets}


def check_worksheet(tree, formats, sheets):
    check_order(tree, WORKSHEET_ORDER)
    before = 0
    for row in (one for one in tree.iter() if local(one) == "row"):
        number = int(row.get("r") or before + 1)
        assert number > before, f"row {number} after {before}"
        before = number
        column_before = 0
        for cell in row:
            column = column_before + 1
            if cell.get("r"):
                letters, digits = re.fullmatch("([A-Z]+)([0-9]+)", cell.get("r")).groups()
                assert int(digits) == number
                column = sum((ord(letter) - 64) * 26**power for power, letter in enumerate(reversed(letters)))
            assert column > column_before
            column_before = column
            assert int(cell.get("s", 0)) < formats
    for link in (one for one in tree.iter() if local(one) == "hyperlink" and one.get("location")):
        name = link.get("location").rpartition("!")[0].strip("'").replace("''", "'")
        assert name in sheets


def check_comments(tree, trees, related, ids, blocks):
    comments = [target for kind, target in related.values() if kind == "comments"]
    drawings = [one for one in tree if local(one) == "legacyDrawing"]
    assert len(comments) <= 1 and len(drawings) <= 1
    refs = []
    for part in comments:
        authors = [one for one in trees[part].iter() if local(one) == "author"]
        written = [one for one in trees[part].iter() if local(one) == "comment"]
        refs = [one.get("ref") for one in written]
        assert len(set(refs)) == len(refs)
        assert all(int(one.get("authorId")) < len(authors) for one in written)
    framed = []
    for drawing in drawings:
        [relationship] = [value for key, value in drawing.items() if key.endswith("}id")]
        kind, part = related[relationship]
        assert kind == "vmlDrawing"
        reserved = set()
        for one in trees[part].iter():
            if local(one) == "idmap":
                reserved.update(int(number) for number in one.get("data").split(","))
            if local(one) == "shape":
                ids[one.get("id")] += 1
                number = re.fullmatch("_x0000_s([0-9]+)", one.get("id"))
                assert not number or int(number[1]) // 1024 in reserved
            if local(one) == "ClientData" and one.get("ObjectType") == "Note":
                texts = {local(child): child.text for child in one}
                framed.append((int(texts["Row"]), int(texts["Column"])))
                corners = [int(number) for number in texts.get("Anchor", "0,0,0,0,1,0,1,0").split(",")]
                assert corners[:2] < corners[4:6] and corners[2:4] < corners[6:]
        blocks.update(reserved)
    at = [re.fullmatch("([A-Z]+)([0-9]+)", ref).groups() for ref in refs]
    expected = [
        (int(digits) - 1, sum((ord(x) - 64) * 26**power for power, x in enumerate(reversed(letters))) - 1)
        for letters, digits in at
    ]
    assert sorted(framed) == sorted(expected), "every comment has its frame"
