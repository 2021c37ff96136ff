"""E-books: each chapter is a web page; chapters and their headings begin songs."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import unquote
from xml.etree.ElementTree import Element

from lyricslab.importing.boundaries.divided import Divided, joined
from lyricslab.importing.readers import html
from lyricslab.importing.readers.paragraphs import songs_in
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.readers.xml_zip import Package, beside

EXTENSIONS = (".epub",)

_PAGES = ("application/xhtml+xml", "text/html", "application/x-dtbook+xml")
_FONTS = ("http://www.idpf.org/2008/embedding", "http://ns.adobe.com/pdf/enc#RC")
"""Encryption methods that scramble only fonts, not words."""


def read(source: Source) -> list[FileSongs]:
    """Read the songs of an e-book in the order of its chapters.

    Raises:
        ReadError: if it is locked.
        FileTooLargeError: if it unpacks to too much.
        BrokenFileError: if it is damaged, or not an e-book.
    """
    advice = "Import it without a lock, or copy the words and paste them."
    parts: list[Divided] = []
    with Package(source, "an e-book", advice) as package:
        if _is_locked(package):
            raise package.locked("locked for other readers than the one it was bought for")
        root = package.xml("META-INF/container.xml").find(".//rootfile")
        if root is None:
            raise package.broken()
        outline = root.get("full-path", "")
        book = package.xml(outline)
        chapters = [
            replace(source, data=package.read(part), encoding=None)
            for part in _chapters(book, outline)
            if part in package
        ]
        if not chapters:
            raise package.broken()
    if sum(chapter.data.count(b"<") for chapter in chapters) > html.MAX_MARKS:
        raise package.too_large()
    for chapter in chapters:
        text = html.decode_page(chapter).text
        page = html.parse_page(text, source.name, html.UNSEEN, book=True)
        parts.append(songs_in(page.paragraphs, source.declined))
    name = book.findtext("./metadata/title", "").strip()
    return source.divided("e-book", joined(parts), title=name)


def _is_locked(package: Package) -> bool:
    """Return whether anything but fonts is encrypted."""
    encryption = "META-INF/encryption.xml"
    if "META-INF/rights.xml" in package or "META-INF/license.lcpl" in package:
        return True
    if encryption not in package:
        return False
    methods = [
        data.find("./EncryptionMethod") for data in package.xml(encryption).iter("EncryptedData")
    ]
    return any(method is None or method.get("Algorithm") not in _FONTS for method in methods)


def _chapters(book: Element, outline: str) -> list[str]:
    """Return the parts in reading order, without the table of contents."""
    items = {item.get("id"): item for item in book.iterfind("./manifest/item")}
    parts = []
    for step in book.iterfind("./spine/itemref"):
        item = items.get(step.get("idref"))
        if item is None or step.get("linear") == "no" or item.get("media-type") not in _PAGES:
            continue
        if "nav" not in item.get("properties", "").split():
            parts.append(beside(outline, unquote(item.get("href", "").partition("#")[0])))
    return list(dict.fromkeys(parts))
