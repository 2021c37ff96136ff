"""Files of XML, parsed within limits; entities and links are not followed."""

from __future__ import annotations

import re
from collections.abc import Container
from html.entities import html5
from typing import Any

from lxml import etree

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.encoding import Decoded
from lyricslab.importing.lines import one_line
from lyricslab.importing.readers.html import decode_page
from lyricslab.importing.readers.source import Source

MAX_TAGS = 2_000_000
"""A file with more tags is refused: it is not lyrics, and would fill the memory."""
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_DECLARATION = re.compile(r"\s*<\?xml[^<>]{0,500}\?>")
_ENTITY = re.compile(r"&([A-Za-z][A-Za-z0-9]{1,31});")
_OF_XML = frozenset("amp lt gt quot apos".split())
_CONTROLS = re.compile("[\0-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")
_BLANKS = re.compile(r"\s+")


def parse_xml(source: Source, kind: str, left_out: str = "") -> tuple[Any, Decoded]:
    """Return the root of a file, with the namespaces taken off all names, and how it was decoded.

    Args:
        kind: what it should be, in words such as "OpenLyrics".
        left_out: the name of elements that are never parsed, such as pictures.

    Raises:
        BrokenFileError: if it is damaged.
        FileTooLargeError: if it has more than MAX_TAGS.
        ReadError: if it is not text.
    """
    decoded = decode_page(source)
    text = decoded.text.removeprefix("\ufeff")
    if declaration := _DECLARATION.match(text):  # it may be wrong about the encoding
        text = text[declaration.end() :]
    if left_out:
        text = _without(text, left_out)
    if text.count("<") > MAX_TAGS:
        raise FileTooLargeError(
            f"'{source.name}' holds far more than lyrics. Divide the songs into smaller files."
        )
    text = _ENTITY.sub(_character, _CONTROLS.sub("", text)).strip()
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True
    )
    try:
        root = etree.fromstring(text.encode("utf-8", "replace"), parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        raise BrokenFileError(
            f"'{source.name}' could not be read as {kind}: its XML is damaged or cut short. Save "
            "it again, or copy its words and paste them."
        ) from error
    for element in root.iter(etree.Element):
        if "}" in element.tag:
            element.tag = element.tag.rpartition("}")[2]
    return root, decoded


def words_in(element: Any, left_out: Container[str] = (), breaks: Container[str] = ()) -> str:
    """Return the text of an element, single-spaced.

    Args:
        left_out: the names of elements that are skipped, but for what follows them.
        breaks: the names of those that break the line.
    """
    parts: list[str] = []
    _collect(element, left_out, breaks, parts)
    lines = map(one_line, "".join(parts).split("\n"))
    return "\n".join(lines).strip("\n")


def field(element: Any, path: str) -> str:
    """Return the text of the first element at a path, on one line, or ""."""
    found = element.find(path)
    return "" if found is None else words_in(found)


def _collect(
    element: Any, left_out: Container[str], breaks: Container[str], parts: list[str]
) -> None:
    parts.append(_BLANKS.sub(" ", element.text or ""))
    for child in element:
        if child.tag in breaks:
            parts.append("\n")
        if isinstance(child.tag, str) and child.tag not in left_out:
            _collect(child, left_out, breaks, parts)
        parts.append(_BLANKS.sub(" ", child.tail or ""))


def _without(text: str, name: str) -> str:
    """Return a text without the elements of a name."""
    first, *others = text.split(f"<{name}>")
    return "".join([first, *(part.partition(f"</{name}>")[2] for part in others)])


def _character(entity: re.Match[str]) -> str:
    """Return the character of an entity that is known in web pages, but not in XML."""
    if entity[1] in _OF_XML:
        return entity[0]
    return html5.get(f"{entity[1]};", entity[0])
