"""OpenDocument texts: paragraphs are lines, headings and page breaks begin songs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from xml.etree.ElementTree import Element

from lyricslab.importing.readers.paragraphs import Paragraph, separate_stanzas, songs_in
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_zip import Package

EXTENSIONS = (".odt",)

_UNSEEN = frozenset(
    "tracked-changes annotation annotation-end note forms table-of-content illustration-index "
    "table-index alphabetical-index bibliography sequence-decls variable-decls ruby-text".split()
)
"""Elements that hold no words of the text."""
_BLANKS = re.compile("[ \t\r\n]+")
_MAX_SPACES = 100


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a document; without headings and page breaks it is plain text.

    Raises:
        ReadError: if it is locked with a password.
        FileTooLargeError: if it unpacks to too much.
        BrokenFileError: if it is damaged, or not a text document.
    """
    advice = "Save it again as .odt or .docx without a password, or copy and paste its text."
    with Package(source, "an OpenDocument text", advice) as package:
        manifest = "META-INF/manifest.xml"
        if manifest in package and package.xml(manifest).find(".//encryption-data") is not None:
            raise package.locked("locked with a password")
        content = package.xml("content.xml")
        styles = _Styles(content)
        if "styles.xml" in package:
            styles = _Styles(package.xml("styles.xml"), content)
        text = content.find("./body/text")
        if text is None:
            raise package.broken()
        paragraphs = list(_paragraphs(text, styles))
    return source.divided(
        "OpenDocument text", songs_in(separate_stanzas(paragraphs), source.declined)
    )


class _Styles:
    """Which styles of paragraphs make headings and page breaks."""

    def __init__(self, *parts: Element) -> None:
        self._parents: dict[str, str] = {}
        self._breaks: set[tuple[str, str]] = set()
        for style in (style for part in parts for style in part.iter("style")):
            name = style.get("name", "")
            self._parents[name] = style.get("parent-style-name", "")
            properties = style.find("paragraph-properties")
            for side in ("before", "after"):
                if properties is not None and properties.get(f"break-{side}") == "page":
                    self._breaks.add((name, side))
            if style.get("master-page-name"):  # another kind of page begins
                self._breaks.add((name, "before"))

    def is_heading(self, name: str) -> bool:
        """Return whether a style is a heading style, or derived from one."""
        for _ in range(10):
            if name.startswith(("Heading", "Title")):
                return True
            name = self._parents.get(name, "")
        return False

    def breaks(self, name: str, side: str) -> bool:
        """Return whether a paragraph has a page break on a side, "before" or "after"."""
        return (name, side) in self._breaks


def _paragraphs(element: Element, styles: _Styles) -> Iterator[Paragraph]:
    """Yield the paragraphs in an element, those in lists, tables and frames included."""
    for child in element:
        if child.tag in _UNSEEN:
            continue
        if child.tag in ("p", "h"):
            style = child.get("style-name", "")
            before = "\f" if styles.breaks(style, "before") else ""
            after = "\f" if styles.breaks(style, "after") else ""
            text = re.sub(" *\n *", "\n", "".join(_text(child)).strip(" "))
            yield Paragraph(
                before + text + after, int(child.tag == "h" or styles.is_heading(style))
            )
        yield from _paragraphs(child, styles)


def _text(element: Element) -> Iterator[str]:
    """Yield the text of a paragraph with line breaks and tabs, but without its frames."""
    yield _BLANKS.sub(" ", element.text or "")
    for child in element:
        if child.tag == "line-break":
            yield "\n"
        elif child.tag == "tab":
            yield "\t"
        elif child.tag == "s":
            count = child.get("c", "1")
            yield " " * min(int(count) if count.isdecimal() else 1, _MAX_SPACES)
        elif child.tag not in _UNSEEN and child.tag != "frame":
            yield from _text(child)
        yield _BLANKS.sub(" ", child.tail or "")
