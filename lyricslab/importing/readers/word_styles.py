"""The styles of a Word document: which make headings, and which begin a page."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from xml.etree.ElementTree import Element

MAX_LEVEL = 6
_MAX_PARENTS = 10
_HEADING = re.compile(r"heading ?(\d?)(?!\d)", re.I)
_OFF = ("0", "false", "off")


@dataclass(frozen=True, slots=True)
class Look:
    """What the format of a paragraph says about songs."""

    level: int = 0
    """The depth of a heading, 1 for the title of the document; 0 for other paragraphs."""
    page_break: bool = False
    """Whether it begins a page."""
    contents: bool = False
    """Whether it is a line of a table of contents."""


class WordStyles:
    """The styles of a document by their ids."""

    def __init__(self, part: Element | None) -> None:
        self._styles = {} if part is None else {s.get("styleId", ""): s for s in part.iter("style")}
        self._look = cache(self._look_of_style)

    def of(self, properties: Element | None) -> Look:
        """Return the look of a paragraph with these properties, or with none."""
        if properties is None:
            return Look()
        style = properties.find("./pStyle")
        look = Look() if style is None else self._look(style.get("val", ""))
        level = look.level or _outline_level(properties)
        own_break = properties.find("./pageBreakBefore")
        page_break = look.page_break if own_break is None else is_on(own_break)
        return Look(level, page_break, look.contents)

    def _look_of_style(self, style_id: str) -> Look:
        """Return the look that a style gives, or one of those it is based on."""
        level, page_break, contents = 0, False, False
        for _ in range(_MAX_PARENTS):
            style = self._styles.get(style_id)
            name_of = None if style is None else style.find("./name")
            name = style_id if name_of is None else name_of.get("val", "")
            level = level or _heading_level(name)
            contents = contents or name.casefold().startswith("toc ")
            if style is None:
                break
            properties = style.find("./pPr")
            if properties is not None:
                level = level or _outline_level(properties)
                page_break = page_break or is_on(properties.find("./pageBreakBefore"))
            parent = style.find("./basedOn")
            if parent is None:
                break
            style_id = parent.get("val", "")
        return Look(level, page_break, contents)


def is_on(element: Element | None) -> bool:
    """Return whether a switch such as bold is there, and not switched off."""
    return element is not None and element.get("val", "1") not in _OFF


def _heading_level(name: str) -> int:
    """Return the depth of the headings with a style of this name; 0 for other styles."""
    if name == "Title":
        return 1
    heading = _HEADING.match(name)
    return 0 if heading is None else min(int(heading[1] or 1) + 1, MAX_LEVEL)


def _outline_level(properties: Element) -> int:
    """Return the depth that a paragraph has in the outline of the document; 0 if in none."""
    outline = properties.find("./outlineLvl")
    depth = "9" if outline is None else outline.get("val", "9")
    return min(int(depth) + 2, MAX_LEVEL) if depth in tuple("012345678") else 0
