"""Web pages: lines, headings and rules of what is written on them, without what surrounds it.

The marks are found here and not by `html.parser`, which takes minutes for some broken pages.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Container
from dataclasses import dataclass, replace
from html import unescape

from lyricslab.errors import EncodingError, FileTooLargeError
from lyricslab.importing.encoding import ENCODINGS, Decoded
from lyricslab.importing.readers.paragraphs import Paragraph, called, songs, spaced
from lyricslab.importing.readers.source import Found, Source

EXTENSIONS = (".html", ".htm", ".xhtml")

MAX_CHARS = 5 * 2**20
"""A longer page is no page of lyrics."""
UNSEEN = frozenset(
    "script style template noscript svg math iframe object select textarea datalist".split()
)
"""Elements that hold no words of the page."""
FURNITURE = frozenset("nav header footer aside form button dialog".split())
"""Elements around what a page is about."""
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset(
    "p div body main article section blockquote center pre ul ol li dl dt dd table caption thead "
    "tbody tfoot tr td th figure figcaption address fieldset details summary hgroup".split()
)
_FRONT = frozenset("toc cover titlepage copyright-page colophon landmarks page-list index".split())
"""What an e-book calls the parts of it that are not read."""
_RULE = "---"
_LITERAL = {
    name: re.compile(rf"</{name}(?=[\s/>])", re.I)
    for name in ("script", "style", "title", "textarea", "iframe", "xmp")
}
"""Elements in which nothing is a mark but their own end."""
_MARK = re.compile(r"<(?:(/?)([a-zA-Z][^\s/>]*)|!--|[!?/])")
_IN_MARK = re.compile(r""">|=\s*(["'])""")
_PART = re.compile(r"""\sepub:type\s*=\s*["']([^"']*)""")
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,40})""", re.I)
_KNOWN = {codecs.lookup(codec).name: codec for codec in ENCODINGS} | {
    "iso8859-1": "cp1252",  # as every browser takes it
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp949": "euc_kr",
    "cp932": "shift_jis",
}
_MARKS = (codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)


@dataclass(frozen=True, slots=True)
class Page:
    """What is written on a page, and how it is called."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def read(source: Source) -> list[Found]:
    """The songs of a page saved from a browser; its title is that of a song that has none.

    Raises:
        FileTooLargeError: if it is longer than any page.
        ReadError: if it is not text.
    """
    decoded = decoded_page(source)
    page = page_of(decoded.text, source.name, UNSEEN | FURNITURE)
    if not page.paragraphs:  # some pages are all one form
        page = page_of(decoded.text, source.name, UNSEEN)
    drafts = songs(page.paragraphs)
    titles = [draft.title for draft in drafts if draft.text.strip()]
    if titles == [""]:
        drafts = [replace(draft, title=draft.title or page.title) for draft in drafts]
    return source.found("web page", called(drafts, source.title), decoded)


def decoded_page(source: Source) -> Decoded:
    """A page's text by its mark, by what it says itself, else as any text."""
    said = _CHARSET.search(source.data[:4096])
    if source.encoding is None and said and not source.data.startswith(_MARKS):
        try:
            # A page that can be read so far as to say that it is UTF-16 is not.
            name = codecs.lookup(said[1].decode().removeprefix("x-")).name.replace(
                "utf-16", "utf-8"
            )
            return replace(source, encoding=_KNOWN[name]).text()
        except (LookupError, EncodingError):
            pass  # it is wrong about itself
    return source.text()


def page_of(text: str, name: str, left_out: Container[str], *, book: bool = False) -> Page:
    """What a page says to its reader.

    Args:
        name: how its file is called, for sentences.
        left_out: elements that are skipped with all that is in them.
        book: whether it is of an e-book, whose tables of contents and the like are skipped.

    Raises:
        FileTooLargeError: if it is longer than any page.
    """
    if len(text) > MAX_CHARS:
        raise FileTooLargeError(
            f"'{name}' is longer than any page of lyrics. Copy the words and paste them."
        )
    walk = _Walk(left_out, _FRONT if book else frozenset())
    walk.through(text)
    return Page(" ".join("".join(walk.title).split()), walk.paragraphs())


class _Walk:
    """A walk through a page that gathers its blocks: (element, text)."""

    def __init__(self, left_out: Container[str], parts_left_out: frozenset[str]) -> None:
        self.title: list[str] = []
        self._left_out = left_out
        self._parts_left_out = parts_left_out
        self._blocks: list[tuple[str, str]] = []
        self._pieces: list[str] = []
        self._block = ""
        self._skipped = ""
        """The element that is being skipped, and how many of its name are inside one another."""
        self._depth = 0
        self._pre = 0

    def through(self, text: str) -> None:
        """Reads a page to its end, marks that are not whole as browsers do."""
        place = 0
        while mark := _MARK.search(text, place):
            self._say(text[place : mark.start()])
            name = (mark[2] or "").lower()
            if mark[0] == "<!--":
                end = text.find("-->", mark.start() + 2)
                place = end + 3 if end >= 0 else len(text)
                continue
            end = _mark_end(text, mark.end()) if name else text.find(">", mark.end())
            if end < 0:  # a mark without an end shows nothing
                place = len(text)
                break
            place = end + 1
            if name and mark[1]:
                self._end(name)
            elif name:
                empty = text[end - 1] == "/"
                self._start(name, text[mark.end() : end], empty=empty)
                if name in _LITERAL and not empty:
                    place = self._literal(name, text, place)
        self._say(text[place:])
        self._end_block()

    def _literal(self, name: str, text: str, place: int) -> int:
        """Passes by what is no text of the page, the title taken note of; where its end mark is."""
        end = _LITERAL[name].search(text, place)
        stop = end.start() if end else len(text)
        if name == "title" and not self._skipped and not self.title:
            self.title.append(unescape(text[place:stop]))
        elif name == "xmp":
            self._say(text[place:stop])
        return stop

    def _start(self, name: str, rest: str, *, empty: bool) -> None:
        if self._skipped:
            self._depth += name == self._skipped and not empty
        elif name == "br":
            self._pieces.append("\n")
        elif name == "hr":
            self._end_block()
            self._blocks.append(("hr", _RULE))
        elif (name in self._left_out or self._is_front(rest)) and not empty:
            self._end_block()
            self._skipped, self._depth = name, 1
        elif name in _BLOCKS and not empty:
            self._end_block()
            self._block = name
            self._pre += name == "pre"

    def _end(self, name: str) -> None:
        if self._skipped:
            self._depth -= name == self._skipped
            if not self._depth:
                self._skipped = ""
        elif name in _BLOCKS:
            self._end_block()
            self._pre -= name == "pre" and self._pre > 0

    def _say(self, text: str) -> None:
        if text and not self._skipped:
            text = unescape(text.replace("\r\n", "\n").replace("\r", "\n"))
            self._pieces.append(text if self._pre else re.sub("[ \t\n\f]+", " ", text))

    def _end_block(self) -> None:
        """Ends what is one block on the screen; one without anything in it does not show."""
        text = re.sub("[ \t]+", " ", "".join(self._pieces)).replace("\f", "\n")
        text = re.sub(" ?\n ?", "\n", text).strip(" ")
        self._pieces.clear()
        if text:
            # The last line break of a block shows only where nothing else is in it.
            text = text.removesuffix("\n").replace("\xa0", " ").strip(" ")
            self._blocks.append((self._block, text))
        self._block = ""

    def paragraphs(self) -> tuple[Paragraph, ...]:
        """The page's blocks; stanzas set apart, and rules where no headings do what they do."""
        headed = any(
            Paragraph(text, level=1).begins_song for tag, text in self._blocks if tag in _HEADINGS
        )
        stanzas = [Paragraph(text) for tag, text in self._blocks if tag == "p"]
        apart = iter(spaced(stanzas))
        found: list[Paragraph] = []
        for tag, text in self._blocks:
            if tag == "p":
                found.append(next(apart))
            elif tag == "hr":
                found.append(Paragraph("" if headed else text))
            else:
                found.append(Paragraph(text, int(tag[1]) if tag in _HEADINGS else 0))
        return tuple(found) if any(one.text.strip(" \n-") for one in found) else ()

    def _is_front(self, rest: str) -> bool:
        """Whether an element is a part of an e-book that is not read, by the rest of its mark."""
        part = _PART.search(rest)
        return part is not None and not self._parts_left_out.isdisjoint(part[1].split())


def _mark_end(text: str, place: int) -> int:
    """Where the ">" of a mark is, those in quotes aside; -1 if there is none."""
    while sign := _IN_MARK.search(text, place):
        if not sign[1]:
            return sign.start()
        close = text.find(sign[1], sign.end())
        place = close + 1 if close >= 0 else sign.end()
    return -1
