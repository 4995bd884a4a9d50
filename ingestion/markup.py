"""XML parsed with expat. What is no XML, or is nested without end, is damaged."""

from __future__ import annotations

import io
from typing import IO
from xml.parsers import expat

from ingestion import limits
from ingestion.cells import UnreadableError

_PIECE_BYTES = 1024**2


def parse(xml: IO[bytes], parser: expat.XMLParserType) -> None:
    """Give ``xml`` to ``parser``; ``UnreadableError`` where it is damaged."""
    try:
        while piece := xml.read(_PIECE_BYTES):
            parser.Parse(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        raise UnreadableError("unreadable", reason="damaged") from error


def check_depth(depth: int) -> None:
    """Check how many elements are open within one another: the parser keeps each of them."""
    if depth > limits.MAX_XML_DEPTH:
        refuse()


def refuse(*_: object) -> None:
    """Say that the file is damaged; what it is given, as a handler, does not matter."""
    raise UnreadableError("unreadable", reason="damaged")


def local_name(element: str) -> str:
    """The name of an element without its prefix."""
    return element.rpartition(":")[2]


def find_elements(xml: bytes, name: str) -> list[dict[str, str]]:
    """The attributes of all elements of that name, in their order."""
    found: list[dict[str, str]] = []
    depth = 0

    def start(element: str, attributes: dict[str, str]) -> None:
        nonlocal depth
        depth += 1
        check_depth(depth)
        if local_name(element) == name:
            found.append(attributes)

    def end(_: str) -> None:
        nonlocal depth
        depth -= 1

    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.EndElementHandler = start, end
    parse(io.BytesIO(xml), parser)
    return found
