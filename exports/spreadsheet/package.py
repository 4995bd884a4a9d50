"""The parts of a workbook's package (ECMA-376 part 2): read, replaced, added, removed, and written as an archive again.

Parts that were not touched are copied as the compressed bytes they came as. The same input gives the same bytes.
"""

from __future__ import annotations

import io
import posixpath
import struct
import zipfile
import zlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path

from exports.spreadsheet.markup import Markup, UnknownMarkupError, attribute, escaped

XML_DECLARATION = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'

_CONTENT_TYPES = "[Content_Types].xml"
_CONTENT_TYPES_NAMESPACE = b"http://schemas.openxmlformats.org/package/2006/content-types"
_RELATIONSHIPS_NAMESPACE = b"http://schemas.openxmlformats.org/package/2006/relationships"
_RELATIONSHIPS_TYPE = "application/vnd.openxmlformats-package.relationships+xml"


@dataclass(frozen=True)
class Standard:
    """The names by which a version of ECMA-376 calls its elements and relationships."""

    namespace: str
    relationships: str


TRANSITIONAL = Standard(
    "http://schemas.openxmlformats.org/spreadsheetml/2006/main",
    "http://schemas.openxmlformats.org/officeDocument/2006/relationships",
)
STRICT = Standard(
    "http://purl.oclc.org/ooxml/spreadsheetml/main",
    "http://purl.oclc.org/ooxml/officeDocument/relationships",
)


@dataclass(frozen=True)
class Relationship:
    """One line of a .rels part: what the part ``target`` is to its source.

    ``reference`` is the target as it is written, which may lead out of the package or into a sheet: it is kept.
    """

    id: str
    type: str
    target: str
    reference: str
    mode: str | None = None

    @property
    def kind(self) -> str:
        """The last word of the type, which is the same in the strict and the transitional standard."""
        return self.type.rpartition("/")[2]


class Package:
    """The parts of one workbook."""

    def __init__(self, data: bytes | None = None) -> None:
        """The package in ``data``, or an empty one."""
        self._received = memoryview(data or b"")
        self._archive = zipfile.ZipFile(io.BytesIO(data)) if data is not None else None
        members = self._archive.infolist() if self._archive else []
        if any(member.flag_bits & _ENCRYPTED for member in members):
            raise UnknownMarkupError("the package is encrypted")
        self._members = {member.filename: member for member in members}
        self._names = {name.lower(): name for name in self._members}
        self._written: dict[str, bytes] = {}
        self._edited: dict[str, Markup] = {}
        self._relationships: dict[str, list[Relationship]] = {}
        self._changed_relationships: set[str] = set()
        self._defaults = {"rels": _RELATIONSHIPS_TYPE, "xml": "application/xml"}
        self._overrides: dict[str, str] = {}
        if self._archive:
            self._read_content_types()

    @property
    def names(self) -> list[str]:
        """The names of all parts."""
        return list(self._names.values())

    def name_of(self, name: str) -> str:
        """The part's name as it is written in the archive: to the standard, upper and lower case are the same."""
        try:
            return self._names[name.lower()]
        except KeyError:
            raise UnknownMarkupError(f"no part {name}") from None

    def read(self, name: str) -> bytes:
        """The content of a part."""
        name = self.name_of(name)
        if name in self._written:
            return self._written[name]
        return self._unpacked(self._members[name])

    def read_beginning(self, name: str, length: int) -> bytes:
        """The first ``length`` bytes of a part."""
        name = self.name_of(name)
        if name in self._written:
            return self._written[name][:length]
        with self._archive.open(self._members[name]) as member:
            return member.read(length)

    def write(self, name: str, data: bytes) -> None:
        """The part has the content ``data``."""
        self._written[self.name_of(name)] = data

    def write_edited(self, name: str, markup: Markup) -> None:
        """The part has the content ``markup`` comes to with the edits made in it until the package is saved."""
        self._edited[self.name_of(name)] = markup

    def add_part(self, pattern: str, content_type: str, data: bytes) -> str:
        """A new part has the first free name of ``pattern``, whose ``{}`` stands for a number; returns the name."""
        number = 1
        while (name := pattern.format(number)).lower() in self._names:
            if name == pattern:
                raise UnknownMarkupError(f"{name} is not what it should be")
            number += 1
        self._names[name.lower()] = name
        self._written[name] = data
        self._overrides["/" + name] = content_type
        return name

    def remove_part(self, name: str) -> None:
        """The part is gone, and with it what it says about its relationships; what these lead to stays."""
        for gone in (self.name_of(name), _relationships_part(name)):
            self._names.pop(gone.lower(), None)
            self._written.pop(gone, None)
            self._overrides = {
                part: kind for part, kind in self._overrides.items() if part.lower() != f"/{gone}".lower()
            }
        self._changed_relationships.discard(name)

    # ---- content types ----

    def content_type(self, name: str) -> str | None:
        """What kind of content a part has."""
        for part, content_type in self._overrides.items():
            if part.lower() == f"/{name}".lower():
                return content_type
        return self._defaults.get(name.rpartition(".")[2].lower())

    def set_content_type(self, name: str, content_type: str) -> None:
        """The part has content of this type."""
        self._overrides = {part: kind for part, kind in self._overrides.items() if part.lower() != f"/{name}".lower()}
        self._overrides["/" + self.name_of(name)] = content_type

    def forget_default(self, content_type: str) -> None:
        """No extension stands for this content any more."""
        self._defaults = {extension: kind for extension, kind in self._defaults.items() if kind != content_type}

    def _read_content_types(self) -> None:
        markup = Markup(self.read(_CONTENT_TYPES))
        for element in markup.children_of(markup.root):
            tag = markup.tag(element)
            content_type = attribute(tag, "ContentType") or ""
            if element.name == "Default":
                self._defaults[(attribute(tag, "Extension") or "").lower()] = content_type
            elif element.name == "Override":
                self._overrides[attribute(tag, "PartName") or ""] = content_type

    def _content_types(self) -> bytes:
        defaults = [
            b'<Default Extension="%b" ContentType="%b"/>' % (escaped(extension), escaped(content_type))
            for extension, content_type in self._defaults.items()
        ]
        overrides = [
            b'<Override PartName="%b" ContentType="%b"/>' % (escaped(part), escaped(content_type))
            for part, content_type in self._overrides.items()
        ]
        opening = b'<Types xmlns="' + _CONTENT_TYPES_NAMESPACE + b'">'
        return b"".join([XML_DECLARATION, opening, *defaults, *overrides, b"</Types>"])

    # ---- relationships ----

    def relationships(self, source: str) -> list[Relationship]:
        """What the part ``source`` is related to; ``""`` is the package itself."""
        if source not in self._relationships:
            name = _relationships_part(source)
            found = self._read_relationships(source, name) if name.lower() in self._names else []
            self._relationships[source] = found
        return self._relationships[source]

    def relationship(self, source: str, kind: str) -> Relationship | None:
        """The first relationship of that kind to a part that exists."""
        for relationship in self.relationships(source):
            if relationship.kind == kind and relationship.target.lower() in self._names:
                return relationship
        return None

    def add_relationship(self, source: str, standard: Standard, kind: str, target: str) -> str:
        """The part ``target`` is what ``kind`` says to the part ``source``; returns the relationship's id."""
        relationships = self.relationships(source)
        taken = {relationship.id for relationship in relationships}
        number = len(taken) + 1
        while f"rId{number}" in taken:
            number += 1
        id = f"rId{number}"
        reference = posixpath.relpath("/" + target, "/" + posixpath.dirname(source))
        relationships.append(Relationship(id, f"{standard.relationships}/{kind}", target, reference))
        self._changed_relationships.add(source)
        return id

    def remove_relationships(self, source: str, gone: list[Relationship]) -> None:
        """The part ``source`` has these relationships no more."""
        self._relationships[source] = [one for one in self.relationships(source) if one not in gone]
        self._changed_relationships.add(source)

    def _read_relationships(self, source: str, name: str) -> list[Relationship]:
        markup = Markup(self.read(name))
        found = []
        for element in markup.children_of(markup.root):
            tag = markup.tag(element)
            target = reference = attribute(tag, "Target") or ""
            mode = attribute(tag, "TargetMode")
            if mode != "External":
                # a target is relative to its source unless it begins at the package's root
                target = posixpath.normpath(posixpath.join("/" + posixpath.dirname(source), reference)).lstrip("/")
                target = self._names.get(target.lower(), target)
            id, type = attribute(tag, "Id") or "", attribute(tag, "Type") or ""
            found.append(Relationship(id, type, target, reference, mode))
        return found

    def _relationships_xml(self, source: str) -> bytes:
        lines = [XML_DECLARATION, b'<Relationships xmlns="' + _RELATIONSHIPS_NAMESPACE + b'">']
        for one in self.relationships(source):
            values = {"Id": one.id, "Type": one.type, "Target": one.reference, "TargetMode": one.mode}
            attributes = [b' %b="%b"' % (key.encode(), escaped(value)) for key, value in values.items() if value]
            lines.append(b"<Relationship" + b"".join(attributes) + b"/>")
        return b"".join([*lines, b"</Relationships>"])

    # ---- writing ----

    def save(self, target: Path) -> None:
        """The package is written to ``target``."""
        # in an order that does not depend on the process: the same input gives the same bytes
        for source in sorted(self._changed_relationships):
            name = _relationships_part(source)
            self._names.setdefault(name.lower(), name)
            self._written[self._names[name.lower()]] = self._relationships_xml(source)
        self._names.setdefault(_CONTENT_TYPES.lower(), _CONTENT_TYPES)
        self._written[self._names[_CONTENT_TYPES.lower()]] = self._content_types()
        with target.open("wb") as stream:
            _write_archive(stream, self._archived())

    def _archived(self) -> Iterator[_Member]:
        # Some programs want the content types first.
        for name in sorted(self._names.values(), key=lambda name: name.lower() != _CONTENT_TYPES.lower()):
            if name in self._edited:
                yield _compressed(name, self._edited[name].pieces())
            elif name in self._written:
                yield _compressed(name, (self._written[name],))
            else:
                yield self._as_received(self._members[name])

    def _unpacked(self, member: zipfile.ZipInfo) -> bytes:
        """The content of a member, never more than it claims to be."""
        packed = self._as_received(member).data
        if member.compress_type == zipfile.ZIP_STORED:
            content = bytes(packed)
        elif member.compress_type == zipfile.ZIP_DEFLATED:
            content = zlib.decompressobj(-zlib.MAX_WBITS).decompress(packed, member.file_size + 1)
        else:
            raise UnknownMarkupError("packed in a way of its own")
        if len(content) != member.file_size or zlib.crc32(content) != member.CRC:
            raise UnknownMarkupError(f"{member.filename} is damaged")
        return content

    def _as_received(self, member: zipfile.ZipInfo) -> _Member:
        header = self._received[member.header_offset : member.header_offset + _LOCAL_HEADER.size]
        *_, name_length, extra_length = _LOCAL_HEADER.unpack(header)
        start = member.header_offset + _LOCAL_HEADER.size + name_length + extra_length
        data = self._received[start : start + member.compress_size]
        return _Member(member.filename, member.compress_type, member.CRC, member.file_size, data)


def _relationships_part(source: str) -> str:
    folder, name = posixpath.split(source)
    return posixpath.join(folder, "_rels", f"{name}.rels")


# ---- the archive ----

_ENCRYPTED = 0x1
_NAME_IN_UTF_8 = 0x800
_VERSION = 20
_FIRST_DAY = 0x21  # 1980-01-01, the earliest an archive can tell: equal contents are equal bytes
_COMPRESSION_LEVEL = 4
_LOCAL_HEADER = struct.Struct("<4s5H3L2H")
_CENTRAL_HEADER = struct.Struct("<4s6H3L5H2L")
_END = struct.Struct("<4s4H2LH")


@dataclass(frozen=True, slots=True)
class _Member:
    name: str
    method: int
    crc: int
    size: int
    data: bytes | memoryview


def _compressed(name: str, pieces: Iterable[bytes | memoryview]) -> _Member:
    compressor = zlib.compressobj(_COMPRESSION_LEVEL, zlib.DEFLATED, -zlib.MAX_WBITS)
    packed = []
    crc = size = 0
    for piece in pieces:
        crc = zlib.crc32(piece, crc)
        size += len(piece)
        packed.append(compressor.compress(piece))
    packed.append(compressor.flush())
    return _Member(name, zipfile.ZIP_DEFLATED, crc, size, b"".join(packed))


def _write_archive(stream: io.BufferedWriter, members: Iterator[_Member]) -> None:
    directory = []
    offset = 0
    for member in members:
        name = member.name.encode()
        flags = 0 if name.isascii() else _NAME_IN_UTF_8
        about = (flags, member.method, 0, _FIRST_DAY, member.crc, len(member.data), member.size, len(name), 0)
        stream.write(_LOCAL_HEADER.pack(b"PK\x03\x04", _VERSION, *about) + name)
        stream.write(member.data)
        directory.append(_CENTRAL_HEADER.pack(b"PK\x01\x02", _VERSION, _VERSION, *about, 0, 0, 0, 0, offset) + name)
        offset += _LOCAL_HEADER.size + len(name) + len(member.data)
    central = b"".join(directory)
    stream.write(central)
    stream.write(_END.pack(b"PK\x05\x06", 0, 0, len(directory), len(directory), len(central), offset, 0))
