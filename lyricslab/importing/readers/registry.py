"""The reader for each file; every module of this folder with EXTENSIONS is one."""

from __future__ import annotations

import pkgutil
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Protocol, cast

from lyricslab.errors import UnknownFormatError
from lyricslab.importing.readers.source import FileSongs, Source

KINDS = (
    "text (.txt), Word (.docx), PDF, web pages, e-books, chord sheets, tables (.csv), "
    "or a zip of them"
)
"""What can be read, for people; `extensions` has every kind."""

_ADVICE = {
    "Save it as .docx or .txt in your writing program, and import that.": ".doc .pages .wpd .tex",
    "Copy its text and paste it here, or save that as .txt.": ".ps",
    "Save the sheet as .csv, and import that.": ".xls .xlsx .ods .numbers",
    "Only written words can be read; type or paste the lyrics.": (
        ".mp3 .wav .flac .ogg .m4a .aac .aiff .mid .midi .mp4 .mov .avi .png .jpg .jpeg .gif .heic"
    ),
    "Unpack it, or pack it again as .zip.": ".rar .7z .gz .tar .tgz .bz2 .xz",
}


class Reader(Protocol):
    """A module that reads one format."""

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
    by_extension: dict[str, Reader] = {}
    for module in pkgutil.iter_modules([str(Path(__file__).parent)]):
        reader = import_module(f"{__package__}.{module.name}")
        for extension in getattr(reader, "EXTENSIONS", ()):
            by_extension[extension] = cast(Reader, reader)
    return by_extension


def extensions() -> list[str]:
    """Return the extensions that can be read, without their dots, sorted."""
    return sorted(extension.removeprefix(".") for extension in readers() if extension)


def reader_for(source: Source) -> Reader:
    """Return the reader for a file by its name.

    Raises:
        UnknownFormatError: if there is none; it says what can be read.
    """
    reader = readers().get(source.extension)
    if reader is not None:
        return reader
    advice = next((a for a, kinds in _ADVICE.items() if source.extension in kinds.split()), "")
    raise UnknownFormatError(
        f"'{source.name}' is a {source.extension} file, which cannot be read here. {advice} "
        f"These can be read: {KINDS}.".replace("  ", " ")
    )
