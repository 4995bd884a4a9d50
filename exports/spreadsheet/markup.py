"""The XML of one part as bytes: elements are found by their place, and what is not edited stays byte for byte."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache
from html import unescape
from typing import NamedTuple


class UnknownMarkupError(ValueError):
    """The XML is not what the standard (ECMA-376) or a common program writes: it cannot be edited in place."""


class Element(NamedTuple):
    """One element by its place in the XML; ``name`` is without prefix, an empty element ends where its tag ends."""

    name: str
    start: int
    tag_end: int
    content_end: int
    end: int

    @property
    def is_self_closed(self) -> bool:
        """Whether the element is a single tag."""
        return self.end == self.tag_end


_ATTRIBUTES = rb"""[^<>"']*+(?:"[^"]*+"[^<>"']*+|'[^']*+'[^<>"']*+)*"""
_TAG = re.compile(rb"<(/?)([^\s<>/!?]++)" + _ATTRIBUTES + rb">")
_NO_ELEMENTS = re.compile(rb"<!--.*?-->|<!\[CDATA\[.*?\]\]>|<\?.*?\?>", re.S)
_DECLARATION = re.compile(rb"""\s*<\?xml[^>]*?encoding\s*=\s*["']([\w.-]+)["'][^>]*\?>""")
_UTF_8_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_NOT_IN_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_LOOKS_ESCAPED = re.compile("_(?=x[0-9A-Fa-f]{4}_)")


class Markup:
    """The XML of a part, in UTF-8, with the edits that are to be made in it."""

    def __init__(self, data: bytes) -> None:
        self.data = _in_utf_8(data)
        if b"<!DOCTYPE" in self.data[:1000]:
            raise UnknownMarkupError("a document type is declared")
        # Comments and CDATA may hold text that looks like an element: it is blanked for searching, lengths are kept.
        has_others = b"<!" in self.data or self.data.find(b"<?", 2) >= 0
        self.searched = _NO_ELEMENTS.sub(lambda found: b" " * len(found[0]), self.data) if has_others else self.data
        root = _TAG.search(self.searched)
        if root is None:
            raise UnknownMarkupError("no element")
        prefix, colon, name = root[2].rpartition(b":")
        self.prefix = prefix + colon
        """The namespace prefix of the part's elements with its colon, mostly empty."""
        content_end = self.searched.rfind(b"</")
        is_self_closed = root[0].endswith(b"/>")
        if not is_self_closed and content_end < root.end():
            raise UnknownMarkupError("the root is not closed")
        end = root.end() if is_self_closed else self.searched.index(b">", content_end) + 1
        self.root = Element(name.decode(), root.start(), root.end(), root.end() if is_self_closed else content_end, end)
        self._edits: list[tuple[int, int, bytes]] = []

    def text(self, element: Element) -> bytes:
        """The element as it is written."""
        return self.data[element.start : element.end]

    def tag(self, element: Element) -> bytes:
        """The element's start tag as it is written."""
        return self.data[element.start : element.tag_end]

    def children(self, start: int, end: int) -> Iterator[Element]:
        """The elements side by side between two places, none of those inside them."""
        depth = 0
        begin = None
        for tag in _TAG.finditer(self.searched, start, end):
            if tag[1]:
                depth -= 1
                if depth == 0 and begin:
                    yield Element(_local(begin[2]), begin.start(), begin.end(), tag.start(), tag.end())
                elif depth < 0:
                    raise UnknownMarkupError("an end without a beginning")
            elif self.searched[tag.end() - 2] == _SLASH:
                if depth == 0:
                    yield Element(_local(tag[2]), tag.start(), tag.end(), tag.end(), tag.end())
            else:
                if depth == 0:
                    begin = tag
                depth += 1
        if depth:
            raise UnknownMarkupError("a beginning without an end")

    def children_of(self, element: Element) -> Iterator[Element]:
        """The elements directly inside ``element``."""
        return self.children(element.tag_end, element.content_end)

    def replace(self, start: int, end: int, written: bytes) -> None:
        """What stands between two places is to be ``written`` instead; at one place, edits keep their order."""
        self._edits.append((start, end, written))

    def insert(self, place: int, written: bytes) -> None:
        """``written`` is to stand at ``place``, before what stands there."""
        self.replace(place, place, written)

    def append(self, element: Element, written: bytes) -> None:
        """``written`` is to be the last inside ``element``, which may be empty so far."""
        if element.is_self_closed:
            tag = self.tag(element)
            name = _TAG.match(tag)[2]
            self.replace(element.start, element.end, opened(tag) + written + b"</" + name + b">")
        else:
            self.insert(element.content_end, written)

    def prefixed(self, written: bytes) -> bytes:
        """Elements written without prefix, as elements of this part."""
        return _OPENING.sub(rb"<\1" + self.prefix, written) if self.prefix else written

    @property
    def is_edited(self) -> bool:
        """Whether anything is to be changed."""
        return bool(self._edits)

    def pieces(self) -> Iterator[memoryview | bytes]:
        """The XML with all edits made, in pieces: of a large part there is no second copy in memory."""
        data = memoryview(self.data)
        place = 0
        for start, end, written in sorted(self._edits, key=lambda edit: edit[:2]):
            if start < place:
                raise UnknownMarkupError("two edits of one place")
            yield data[place:start]
            yield written
            place = end
        yield data[place:]

    def edited(self) -> bytes:
        """The XML with all edits made."""
        return b"".join(self.pieces())


_SLASH = ord("/")
_OPENING = re.compile(rb"<(/?)")


def _local(name: bytes) -> str:
    return name.rpartition(b":")[2].decode()


def _in_utf_8(data: bytes) -> bytes:
    """``data`` in UTF-8, declared as such; nothing is changed where it is so already."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        text = data.decode("utf-16")
    else:
        declared = _DECLARATION.match(data)
        if declared is None or declared[1].lower() in (b"utf-8", b"us-ascii", b"ascii"):
            return data
        text = data.decode(declared[1].decode())
    return _UTF_8_DECLARATION + re.sub(r"^\ufeff?\s*<\?xml.*?\?>", "", text, flags=re.S).encode()


@cache
def tag_pattern(name: bytes) -> re.Pattern[bytes]:
    """A pattern of the start tag ``name``, prefix included where it has one."""
    return re.compile(b"<" + re.escape(name) + rb"(?=[\s/>])" + _ATTRIBUTES + b">")


@cache
def _attribute_pattern(name: str) -> re.Pattern[bytes]:
    return re.compile(rb"\s" + name.encode() + rb"""\s*=\s*(?:"([^"]*)"|'([^']*)')""")


def attribute(tag: bytes, name: str) -> str | None:
    """The value of an attribute, as it was meant; ``None`` where the tag has none."""
    found = _attribute_pattern(name).search(tag)
    if found is None:
        return None
    value = (found[1] if found[1] is not None else found[2]).decode()
    return unescape(value) if "&" in value else value


def with_attribute(tag: bytes, name: str, value: str | int) -> bytes:
    """The start tag with the attribute set."""
    written = b" " + name.encode() + b'="' + escaped(str(value)) + b'"'
    found = _attribute_pattern(name).search(tag)
    if found:
        return tag[: found.start()] + written + tag[found.end() :]
    end = _TAG.match(tag).end(2)
    return tag[:end] + written + tag[end:]


def without_attribute(tag: bytes, name: str) -> bytes:
    """The start tag without the attribute."""
    return _attribute_pattern(name).sub(b"", tag, count=1)


def opened(tag: bytes) -> bytes:
    """The start tag of an element that is to have content."""
    return tag[:-2].rstrip() + b">" if tag.endswith(b"/>") else tag


def escaped(text: str) -> bytes:
    """``text`` as it stands in an element or, between double quotes, in an attribute; what XML forbids is left out."""
    text = _NOT_IN_XML.sub("", text)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")
    return text.encode()


def string(text: str) -> bytes:
    """The content of a string element: ``_x0041_``, which programs read as an escaped character, stays what it is."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return escaped(_LOOKS_ESCAPED.sub("_x005F_", text) if "_x" in text else text)
