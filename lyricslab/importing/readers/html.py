"""Web pages: the lines, headings and rules of a page, without the furniture around its text.

lxml reports the elements one after another, so that no page is too broken or too deep to read.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Container, Mapping
from dataclasses import dataclass, replace

from lxml import etree

from lyricslab.errors import EncodingError, FileTooLargeError
from lyricslab.importing.encoding import BYTE_ORDER_MARKS, ENCODINGS, Decoded
from lyricslab.importing.readers.paragraphs import Paragraph, separate_stanzas, songs_in
from lyricslab.importing.readers.source import FileSongs, Source

EXTENSIONS = (".html", ".htm", ".xhtml")

MAX_CHARS = 20 * 2**20
"""A longer page is not a page of lyrics."""
MAX_MARKS = 2_000_000
"""A page with more elements is not one either."""
UNSEEN = frozenset(
    "script style template noscript svg math iframe object select textarea datalist rp rt".split()
)
"""Elements that hold no words of the page."""
FURNITURE = frozenset("nav header footer aside form button dialog".split())
"""Elements around what a page is about."""
_FURNITURE_ROLES = frozenset(
    "navigation banner contentinfo complementary search dialog alert alertdialog menu menubar "
    "toolbar".split()
)
_FURNITURE_NAMES = frozenset(
    "ad ads advert advertisement adsbygoogle ad-banner breadcrumb breadcrumbs comments "
    "comment-list cookies cookie-banner cookie-consent cookie-notice footer menu modal navbar "
    "navigation newsletter pagination popup related related-posts screen-reader-text share sharing "
    "sidebar site-footer skip-link social social-links social-share sr-only visually-hidden".split()
)
"""What pages call such elements where HTML has none of its own, as id or class."""
_HIDDEN = re.compile(r"display\s*+:\s*+none|visibility\s*+:\s*+hidden", re.I)
_KEEPS_LINES = re.compile(r"white-space(?:-collapse)?\s*+:\s*+(?:pre|break-spaces)", re.I)
_HEADINGS = frozenset("h1 h2 h3 h4 h5 h6".split())
_BLOCKS = _HEADINGS | frozenset(
    "p div body main article section blockquote center pre ul ol li dl dt dd table caption thead "
    "tbody tfoot tr td th figure figcaption address fieldset details summary hgroup".split()
)
_FRONT_MATTER = frozenset(
    "toc cover titlepage copyright-page colophon landmarks page-list index".split()
)
"""The `epub:type` of the parts of an e-book that hold no songs."""
_MIN_MAIN_LINES = 4
"""With fewer lines in its main element, a page is read as a whole."""
_RULE = "---"
_CHARSET = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([a-zA-Z0-9_.:-]{2,40})""", re.I)
_CODECS = {codecs.lookup(codec).name: codec for codec in ENCODINGS} | {
    "iso8859-1": "cp1252",  # as every browser reads it
    "ascii": "cp1252",
    "iso8859-9": "cp1254",
    "gbk": "gb18030",
    "gb2312": "gb18030",
    "cp949": "euc_kr",
    "cp932": "shift_jis",
}
_BYTE_ORDER_MARKS = tuple(mark for mark, _ in BYTE_ORDER_MARKS)


@dataclass(frozen=True, slots=True)
class WebPage:
    """The title of a page and its text."""

    title: str
    paragraphs: tuple[Paragraph, ...]


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a saved page; a single song without a title gets the page's title.

    Raises:
        FileTooLargeError: if it is longer than MAX_CHARS.
        ReadError: if it is not text.
    """
    decoded = decode_page(source)
    page = parse_page(decoded.text, source.name, UNSEEN | FURNITURE)
    if not page.paragraphs:  # some pages are all one form
        page = parse_page(decoded.text, source.name, UNSEEN)
    divided = songs_in(page.paragraphs, source.declined)
    titles = [song.title for song in divided.songs if song.text.strip()]
    if titles == [""]:
        songs = (replace(song, title=song.title or page.title) for song in divided.songs)
        divided = replace(divided, songs=tuple(songs))
    return source.divided("web page", divided, decoded)


def decode_page(source: Source) -> Decoded:
    """Decode a page by its byte order mark, by the charset it declares, else as any text."""
    declared = _CHARSET.search(source.data[:4096])
    if source.encoding is None and declared and not source.data.startswith(_BYTE_ORDER_MARKS):
        try:
            codec = codecs.lookup(declared[1].decode().removeprefix("x-")).name
            # A declaration that can be read as ASCII is not in UTF-16.
            codec = codec.replace("utf-16", "utf-8")
            return replace(source, encoding=_CODECS[codec]).text()
        except (LookupError, EncodingError):
            pass  # the page is wrong about itself
    return source.text()


def parse_page(text: str, name: str, left_out: Container[str], *, book: bool = False) -> WebPage:
    """Return what a page shows to its reader.

    Args:
        name: the name of its file, for error messages.
        left_out: elements that are skipped with everything in them; if `nav` is one, so are those
            that are called like it.
        book: whether the page belongs to an e-book, whose front matter is skipped too.

    Raises:
        FileTooLargeError: if it is longer than MAX_CHARS, or has more than MAX_MARKS elements.
    """
    if len(text) > MAX_CHARS or text.count("<") > MAX_MARKS:
        raise FileTooLargeError(
            f"'{name}' is longer than any page of lyrics. Copy the words and paste them."
        )
    collector = _BlockCollector(left_out, _FRONT_MATTER if book else frozenset())
    data = text.replace("\r\n", "\n").replace("\r", "\n").encode("utf-8", "replace")
    if data.strip():  # lxml refuses an empty page
        etree.fromstring(data, _parser(collector))
    return WebPage(" ".join("".join(collector.title).split()), collector.paragraphs())


def _parser(target: _BlockCollector) -> etree.HTMLParser:
    # Without huge_tree it stops at pictures of 10 MB within the page.
    return etree.HTMLParser(target=target, encoding="utf-8", huge_tree=True)


class _BlockCollector:
    """Collects the blocks of a page, (element, text), as the target of lxml's parser."""

    def __init__(self, left_out: Container[str], left_out_types: frozenset[str]) -> None:
        self.title: list[str] = []
        self._left_out = left_out
        self._left_out_types = left_out_types
        self._furniture = "nav" in left_out
        self._blocks: list[tuple[str, str]] = []
        self._main: list[tuple[str, str]] = []
        """The blocks inside the element that the page calls its main one."""
        self._parts: list[str] = []
        self._block = ""
        self._skip_depth = 0
        """How many elements deep we are in one that is left out; 0 outside."""
        self._keeps_lines: list[bool] = []
        """Whether line ends show, for each element that we are in."""
        self._main_depth = 0
        self._in_title = False

    def start(self, name: str, attributes: Mapping[str, str]) -> None:
        """Begin an element."""
        if self._skip_depth:
            self._skip_depth += 1
            return
        if self._is_left_out(name, attributes):
            if name in _BLOCKS or (name in FURNITURE and name != "button"):
                self._end_block()  # all others stand within a line
            self._skip_depth = 1
            return
        if name == "br":
            self._parts.append("\n")
        elif name == "hr":
            self._end_block()
            self._add("hr", _RULE)
        elif name == "title":
            self._in_title = True
        elif name in _BLOCKS:
            self._end_block()
            self._block = name
            self._main_depth += name == "main"
        keeps = name == "pre" or _KEEPS_LINES.search(attributes.get("style", "")) is not None
        self._keeps_lines.append(keeps or (bool(self._keeps_lines) and self._keeps_lines[-1]))

    def end(self, name: str) -> None:
        """End an element; lxml ends those that the page forgot to end."""
        if self._skip_depth:
            self._skip_depth -= 1
            return
        if name == "title":
            self._in_title = False
        elif name in _BLOCKS:
            self._end_block()
            self._main_depth -= name == "main"
        del self._keeps_lines[-1:]

    def _is_left_out(self, name: str, attributes: Mapping[str, str]) -> bool:
        """Return whether an element is not shown, or not what the page is about."""
        if name in self._left_out or name in ("html", "body"):
            return name in self._left_out
        if not attributes:
            return False
        if self._left_out_types and not self._left_out_types.isdisjoint(
            attributes.get("epub:type", "").split()
        ):
            return True
        if "hidden" in attributes or _HIDDEN.search(attributes.get("style", "")):
            return True
        names = f"{attributes.get('id', '')} {attributes.get('class', '')}".casefold().split()
        return self._furniture and (
            attributes.get("role", "").casefold() in _FURNITURE_ROLES
            or not _FURNITURE_NAMES.isdisjoint(names)
        )

    def data(self, text: str) -> None:
        """Add text to the block."""
        if self._in_title:
            self.title.append(text)
        elif not self._skip_depth:
            keeps = bool(self._keeps_lines) and self._keeps_lines[-1]
            self._parts.append(text if keeps else re.sub("[ \t\n\f]+", " ", text))

    def close(self) -> None:
        """End the page."""
        self._end_block()

    def _end_block(self) -> None:
        """End the current block; one without any text does not show on the screen."""
        text = re.sub("[ \t]+", " ", "".join(self._parts)).replace("\f", "\n")
        text = re.sub(" ?\n ?", "\n", text).strip(" ")
        self._parts.clear()
        if text:
            # The last line break of a block shows only where nothing else is in it.
            text = text.removesuffix("\n").replace("\xa0", " ").strip(" ")
            self._add(self._block, text)
        self._block = ""

    def _add(self, element: str, text: str) -> None:
        self._blocks.append((element, text))
        if self._main_depth:
            self._main.append((element, text))

    def paragraphs(self) -> tuple[Paragraph, ...]:
        """Return the blocks with stanzas set apart, and rules only where there are no headings."""
        lines = sum(text.count("\n") + 1 for tag, text in self._main if tag != "hr")
        blocks = self._main if self._furniture and lines >= _MIN_MAIN_LINES else self._blocks
        headed = any(
            Paragraph(text, level=1).begins_song for tag, text in blocks if tag in _HEADINGS
        )
        stanzas = iter(separate_stanzas([Paragraph(text) for tag, text in blocks if tag == "p"]))
        paragraphs: list[Paragraph] = []
        for tag, text in blocks:
            if tag == "p":
                paragraphs.append(next(stanzas))
            elif tag == "hr":
                paragraphs.append(Paragraph("" if headed else text))
            else:
                paragraphs.append(Paragraph(text, int(tag[1]) if tag in _HEADINGS else 0))
        has_words = any(paragraph.text.strip(" \n-") for paragraph in paragraphs)
        return tuple(paragraphs) if has_words else ()
