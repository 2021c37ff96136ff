"""The reader for each file; every module of this folder with EXTENSIONS is one.

A file's format is recognised by its name. Where the name says nothing (.txt, .xml, no ending, an
unknown one) it is recognised by its content: "song.txt" may be karaoke, and "song" a PDF.
"""

from __future__ import annotations

import pkgutil
import re
from functools import cache
from importlib import import_module
from pathlib import Path, PurePosixPath
from types import ModuleType
from typing import Protocol, cast

from lyricslab.errors import UnknownFormatError
from lyricslab.importing.readers import plain
from lyricslab.importing.readers.beginning import beginning
from lyricslab.importing.readers.signatures import extension_of
from lyricslab.importing.readers.source import FileSongs, Source

KINDS = (
    "text (.txt), Word (.docx), PDF, web pages, e-books, chord sheets, karaoke and caption files, "
    "tables (.csv, .xlsx), or a zip of them"
)
"""What can be read, for people; `extensions` has every kind."""

XML = ".xml"
"""Says nothing of what is in a file; each reader of XML looks at its root."""

_WORDLESS = "Only written words can be read; type or paste the lyrics."
_ADVICE = {
    "Save it as .docx or .txt in your writing program, and import that.": (
        ".doc .dot .pages .wpd .wps .tex .abw .fodt"
    ),
    "Save the slides as PDF or their outline as .txt, and import that.": ".ppt .pptx .odp .key",
    "Copy its text and paste it here, or save that as .txt.": ".ps .one .onenote .xps .djvu",
    "Save the sheet as .csv, and import that.": ".xls .ods .numbers",
    "Save it as plain text in your e-book program, and import that.": ".mobi .azw .azw3 .fb2",
    _WORDLESS: (
        ".mp3 .wav .flac .ogg .m4a .aac .aiff .mp4 .mov .avi .mkv .webm .png .jpg .jpeg .gif .heic "
        ".webp .tif .tiff .bmp .svg"
    ),
    "Save its lyrics as .lrc or .txt in your karaoke program, and import that.": (
        ".mid .midi .kar .cdg .kfn .kok .krc .qrc"
    ),
    "Save it as MusicXML in your notation program and import that, or copy its lyrics as text.": (
        ".mscz .mscx .sib .mus .musx .dorico .ly .capx .cap"
    ),
    "Save it as .txt, or export its lyrics, in your tab program, and import that.": (
        ".gp .gp3 .gp4 .gp5 .gpx .gp7 .ptb"
    ),
    "Export the songs as text or as OpenLyrics in your projection program, and import that.": (
        ".pro4 .pro5 .pro6 .pro6x .pro7 .probundle .proplaylist .sbsong .ewsx .olp .vpc .songshow"
    ),
    "Unpack it, or pack it again as .zip.": ".rar .7z .tar .tgz .bz2 .xz",
}
_XML_ADVICE = (
    "Of XML, OpenLyrics, OpenSong, TEI, MusicXML, TTML, Evernote and SoftProjector are read; "
    "export it as one of these, or as text."
)
_PROPRESENTER = ".pro"
"""Also an ending of ChordPro, which is text."""
_NO_SONGS = re.compile(
    r"(?i:readme|licen[sc]e|copying|changelog|contributing|code_of_conduct|makefile|dockerfile|"
    r"gemfile|rakefile|cname|requirements|robots)|CHANGES|AUTHORS|NOTICE|TODO|INSTALL|NEWS|VERSION"
)
"""What the files beside songs are called."""


class Reader(Protocol):
    """A module that reads one format.

    It may have `matches(text: str) -> bool`, which returns whether a text that begins so is of
    its format, whatever the file is called. It must be certain: no lyrics may be taken for it.
    """

    EXTENSIONS: tuple[str, ...]
    """Such as ".txt"; "" for names without an extension."""

    def read(self, source: Source) -> list[FileSongs]:
        """Read the songs of a file, or of each file in an archive.

        Raises:
            ReadError: if it cannot be read.
        """
        ...


@cache
def readers() -> dict[str, Reader]:
    """Return the reader of each file name extension."""
    return {
        extension: cast(Reader, module) for module in _modules() for extension in module.EXTENSIONS
    }


@cache
def _modules() -> tuple[ModuleType, ...]:
    names = [module.name for module in pkgutil.iter_modules([str(Path(__file__).parent)])]
    modules = [import_module(f"{__package__}.{name}") for name in names]
    return tuple(module for module in modules if hasattr(module, "EXTENSIONS"))


def extensions() -> list[str]:
    """Return the extensions that can be read, without their dots, sorted."""
    known = {*readers(), XML} - {""}
    return sorted(extension.removeprefix(".") for extension in known)


def reader_for(source: Source) -> Reader:
    """Return the reader for a file, by its name or its content.

    Raises:
        UnknownFormatError: if there is none; it says what can be read.
    """
    named = readers().get(source.extension)
    text = beginning(source.data)
    if named is not None and source.extension not in plain.EXTENSIONS:
        if source.extension == _PROPRESENTER and text is None:
            raise _unknown(source, _advice(".pro7"))
        return named
    found = _by_content(source, text) or named
    if found is not None:
        return found
    advice = _advice(source.extension)
    if source.extension == XML and text is not None:
        raise _unknown(source, _XML_ADVICE)
    if advice or text is None or source.depth:  # who packs a folder does not look at each file
        raise _unknown(source, advice)
    return readers()[""]


def can_be_read(name: str, data: bytes) -> bool:
    """Return whether a file among others, which nobody chose by itself, may hold songs.

    Args:
        data: its content, or what it begins with.
    """
    source = Source(name, data, depth=1)
    if is_beside_songs(name):
        return False
    if source.extension in readers() and source.extension:
        return True
    try:
        reader = reader_for(source)
    except UnknownFormatError:
        return False
    if reader is readers()[".json"] and source.extension:
        return False  # programs keep all kinds of things as JSON, under endings of their own
    return reader is not readers()[""] or (beginning(data) is not None and bool(data.strip()))


def is_beside_songs(name: str) -> bool:
    """Return whether a file is called as those that lie beside songs and hold none: a README."""
    return bool(_NO_SONGS.fullmatch(PurePosixPath(name).stem))


def holds_no_words(name: str) -> bool:
    """Return whether a file is sound or a picture by its name."""
    return _advice(PurePosixPath(name).suffix.lower()) == _WORDLESS


def _by_content(source: Source, text: str | None) -> Reader | None:
    """Return the reader of the format that a file is certainly of."""
    extension = extension_of(source.data, text)
    reader = readers().get(extension) if extension else None
    if reader is None and text is not None:
        for module in _modules():
            if hasattr(module, "matches") and module.matches(text):
                return cast(Reader, module)
    return reader


def _advice(extension: str) -> str:
    return next((advice for advice, kinds in _ADVICE.items() if extension in kinds.split()), "")


def _unknown(source: Source, advice: str) -> UnknownFormatError:
    kind = f"a {source.extension} file" if source.extension else "no text"
    return UnknownFormatError(
        f"'{source.name}' is {kind}, which cannot be read here. {advice} "
        f"These can be read: {KINDS}.".replace("  ", " ")
    )
