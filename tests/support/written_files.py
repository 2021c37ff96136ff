"""Songs written as files of many kinds, as oracles for what is read of them."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Sequence
from html import escape
from typing import Any

from docx import Document

Stanzas = Sequence[Sequence[str]]
Song = tuple[str, Stanzas]
"""A title, and lines in stanzas."""


def text_of(stanzas: Stanzas) -> str:
    return "\n\n".join("\n".join(stanza) for stanza in stanzas)


def packed_up(files: dict[str, str | bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return stream.getvalue()


def rtf_letters(text: str) -> str:
    """Text as rich text writes it: letters beyond ASCII as signed halves of UTF-16."""
    units = text.encode("utf-16-le")
    parts = []
    for k in range(0, len(units), 2):
        unit = int.from_bytes(units[k : k + 2], "little")
        if unit < 128:
            parts.append(("\\" if chr(unit) in "\\{}" else "") + chr(unit))
        else:
            parts.append(f"\\u{unit - 65_536 if unit > 32_767 else unit}?")
    return "".join(parts)


def rtf_file(body: str, head: str = "") -> str:
    fonts = (
        "{\\fonttbl{\\f0\\fswiss Arial;}{\\f1\\fnil\\fcharset204 Arial Cyr;}{\\f2\\fcharset128 G;}}"
    )
    style = "{\\stylesheet{\\s0 Normal;}}{\\*\\generator Pen 1;}{\\info{\\title Unseen}}"
    return f"{{\\rtf1\\ansi\\ansicpg1252\\deff0{fonts}{style}{head}\n{body}}}"


def rtf_songs(songs: Sequence[Song]) -> str:
    pages = [
        "\\pard\\outlinelevel0 "
        + rtf_letters(title)
        + "\\par\\pard "
        + "\\par\n".join(rtf_letters(line) for line in text_of(stanzas).split("\n"))
        + "\\par "
        for title, stanzas in songs
    ]
    return rtf_file("".join(pages))


OFFICE = "urn:oasis:names:tc:opendocument:xmlns:"


def odt_file(body: str, styles: str = "", more: dict[str, str | bytes] | None = None) -> bytes:
    spaces = " ".join(
        f'xmlns:{short}="{OFFICE}{long}:1.0"'
        for short, long in {
            "office": "office",
            "text": "text",
            "style": "style",
            "table": "table",
            "draw": "drawing",
            "fo": "xsl-fo-compatible",
        }.items()
    )
    content = (
        f'<?xml version="1.0" encoding="UTF-8"?>\n<office:document-content {spaces}>'
        f"<office:automatic-styles>{styles}</office:automatic-styles>"
        f"<office:body><office:text>{body}</office:text></office:body></office:document-content>"
    )
    return packed_up({"mimetype": "x", "content.xml": content, **(more or {})})


def odt_songs(songs: Sequence[Song]) -> bytes:
    parts = []
    for title, stanzas in songs:
        parts.append(f"<text:h>{escape(title)}</text:h>")
        for line in text_of(stanzas).split("\n"):
            parts.append(f"<text:p>{escape(line)}</text:p>")
    return odt_file("".join(parts))


def html_songs(songs: Sequence[Song]) -> str:
    parts = []
    for title, stanzas in songs:
        parts.append(f"<h2>{escape(title)}</h2>\n")
        for stanza in stanzas:
            parts.append("<p>" + "<br>\n".join(escape(line) for line in stanza) + "</p>\n")
    return f"<!doctype html><title>Unseen</title><body>{''.join(parts)}</body>"


def epub_file(
    chapters: Sequence[str], items: str = "", more: dict[str, str | bytes] | None = None
) -> bytes:
    listed = "".join(
        f'<item id="c{k}" href="text/ch%20{k}.xhtml" media-type="application/xhtml+xml"/>'
        for k in range(len(chapters))
    )
    # The files lie in the archive the other way round: the spine says what comes first.
    files: dict[str, str | bytes] = {
        f"OPS/text/ch {k}.xhtml": (
            '<?xml version="1.0" encoding="utf-8"?><html xmlns="http://www.w3.org/1999/xhtml">'
            f"<head><title/></head><body>{chapter}</body></html>"
        )
        for k, chapter in reversed(list(enumerate(chapters)))
    }
    spine = "".join(f'<itemref idref="c{k}"/>' for k in range(len(chapters)))
    opf = (
        '<package xmlns="http://www.idpf.org/2007/opf" xmlns:dc="http://purl.org/dc/elements/1.1/">'
        f"<metadata><dc:title>My Book</dc:title></metadata><manifest>{listed}{items}</manifest>"
        f'<spine><itemref idref="nav"/>{spine}</spine></package>'
    )
    container = (
        '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:container"><rootfiles>'
        '<rootfile full-path="OPS/book.opf"/></rootfiles></container>'
    )
    return packed_up(
        {"META-INF/container.xml": container, "OPS/book.opf": opf, **files, **(more or {})}
    )


def epub_songs(songs: Sequence[Song]) -> bytes:
    return epub_file([html_songs([song]).partition("<body>")[2][:-7] for song in songs])


def pdf_file(pages: Sequence[str], extra: str = "", font: str = "Helvetica") -> bytes:
    """A PDF with one font and these drawings on its pages."""
    objects = ["", "", f"<< /Type /Font /Subtype /Type1 /BaseFont /{font} >>"]
    kids = []
    for drawing in pages:
        objects.append(f"<< /Length {len(drawing)} >>\nstream\n{drawing}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Resources << /Font << /F1 3 0 R "
            f">> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[0] = "<< /Type /Catalog /Pages 2 0 R >>"
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    out = "%PDF-1.4\n"
    places = []
    for number, thing in enumerate(objects, 1):
        places.append(f"{len(out):010d} 00000 n \n")
        out += f"{number} 0 obj\n{thing}\nendobj\n"
    return (
        f"{out}xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{''.join(places)}trailer\n"
        f"<< /Size {len(objects) + 1} /Root 1 0 R {extra}>>\nstartxref\n{len(out)}\n%%EOF\n"
    ).encode("latin-1")


def drawn(text: str, height: float, size: float = 12, left: float = 72) -> str:
    for char in "\\()":
        text = text.replace(char, "\\" + char)
    return f"BT /F1 {size} Tf 1 0 0 1 {left} {height} Tm ({text}) Tj ET\n"


def pdf_page(song: Song, size: float = 18, top: float = 770) -> str:
    title, stanzas = song
    page = drawn(title, top, size) if title else ""
    height = top - 30
    for stanza in stanzas:
        for line in stanza:
            page += drawn(line, height)
            height -= 14
        height -= 14
    return page


def pdf_songs(songs: Sequence[Song]) -> bytes:
    return pdf_file([pdf_page(song) for song in songs])


def lrc_song(songs: Sequence[Song]) -> str:
    (title, stanzas) = songs[0]
    lines = [f"[ti:{title}]"]
    for k, line in enumerate(text_of(stanzas).split("\n")):
        lines.append(f"[{k // 20:02d}:{k % 20 * 3:02d}.{k % 100:02d}]{line}")
    return "\n".join(lines)


def chordpro_songs(songs: Sequence[Song]) -> str:
    parts = []
    for title, stanzas in songs:
        chorded = text_of(stanzas).replace(" ", " [G/B]").replace("\n\n", "\n\n[C] [Am7]\n")
        parts.append(f"{{title: {title}}}\n[Am]{chorded}\n")
    return "{ns}\n".join(parts)


def docx_file(build: Callable[[Any], object]) -> bytes:
    document = Document()
    build(document)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "la la la la la la la la la la">'
    '<!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;">]><x><body><text><p>&b;</p></text></body></x>'
)
CHORDED = """\
# made by hand
{new_song}
{t: Old Dog}
{st:Ann}
{key: Am}
{c: softly}
[Am]The dog [G/B]sleeps, hel[C]lo
[Am]  [G] | [C] / .
{sov: label="Verse 1"}
he dreams [*slow]of a [F#m7b5]moon
{eov}
{soc}
[Am]Oh dog
oh [G]moon
{eoc}
{start_of_tab}
e|--0--2--|
{end_of_tab}
{sog}
| Am . . . |
{eog}
[Bridge]
he wakes
{Chorus}
{ns}
{title:Red River}
{artist: Bob}
{subtitle: a song}
{start_of_bridge}
the river
{end_of_bridge}
{chorus: Last Chorus}
"""

WRITERS: dict[str, Callable[[Sequence[Song]], bytes | str]] = {
    "a.rtf": rtf_songs,
    "a.odt": odt_songs,
    "a.html": html_songs,
    "a.epub": epub_songs,
    "a.pdf": pdf_songs,
    "a.lrc": lrc_song,
    "a.cho": chordpro_songs,
}
