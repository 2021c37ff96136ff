"""Zip archives: every readable file in them, and archives inside archives, within limits."""

from __future__ import annotations

import io
import logging
import lzma
import struct
import unicodedata
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePosixPath

from lyricslab.errors import (
    BrokenFileError,
    ColumnsError,
    EmptyFileError,
    FileTooLargeError,
    ReaderFailedError,
    ReadError,
    UnknownFormatError,
)
from lyricslab.importing.readers import registry
from lyricslab.importing.readers.source import MAX_FILE_BYTES, FileSongs, Source, UnpackBudget
from lyricslab.wording import listed, plural

EXTENSIONS = (".zip",)

_LOG = logging.getLogger(__name__)

MAX_UNPACKED_BYTES = 100 * 2**20
MAX_ENTRIES = 50_000
MAX_DEPTH = 3
MAX_NAMED = 5
"""How many of the files that were left out are named."""
_DAMAGES = (
    zipfile.BadZipFile,
    zlib.error,
    lzma.LZMAError,
    struct.error,
    EOFError,
    NotImplementedError,  # packed in an unusual way
    ValueError,  # a name that is not in its encoding
    OSError,
)
"""What the standard library raises on a damaged archive."""
_UTF8_NAME = 0x800
_NAME_CODECS = (
    ("utf-8", ""),
    ("cp437", "LATIN"),
    ("cp866", "CYRILLIC"),
    ("shift_jis", ("CJK", "HIRAGANA", "KATAKANA")),
    ("gb18030", "CJK"),
)
"""The encodings of names, with the scripts that tell them."""


def read(source: Source) -> list[FileSongs]:
    """Read each readable file of an archive; notes say what was left out, and why.

    Raises:
        FileTooLargeError: if its first files already unpack to too much.
        BrokenFileError: if it is damaged.
        ReadError: if it is locked with a password, or holds nothing that can be read.
        ColumnsError: if a table in it, which is most of it, needs its columns chosen.
    """
    contents = _Contents(source)
    try:
        archive = zipfile.ZipFile(io.BytesIO(source.data))
    except _DAMAGES as error:
        raise _broken(source.name) from error
    with archive:
        contents.read(archive)
    return contents.finish()


class _Contents:
    """The files of an archive as they are read, and what was left out."""

    def __init__(self, source: Source) -> None:
        self._source = source
        self._budget = source.budget or UnpackBudget(MAX_UNPACKED_BYTES)
        self._files: list[FileSongs] = []
        self._errors: list[ReadError] = []
        self._unknown: list[str] = []
        self._beside: list[str] = []
        self._too_much: list[str] = []
        self._columns: tuple[int, ColumnsError] | None = None
        """The size of the largest table whose columns are not known, and what to ask."""

    def read(self, archive: zipfile.ZipFile) -> None:
        """Read each file of a person; one that fails is left out."""
        entries = [entry for entry in archive.infolist() if is_user_file(entry)]
        if len(entries) > MAX_ENTRIES:
            raise _too_large(self._source.name)
        for entry in entries:
            name = entry_path(entry)
            if registry.is_beside_songs(name):
                self._beside.append(name)
                continue
            if registry.holds_no_words(name):  # so that a hundred recordings need not be unpacked
                self._unknown.append(name)
                continue
            try:
                data = self._unpacked(archive, entry, name)
                if data is None:
                    self._too_much.append(name)
                else:
                    self._read(name, data)
            except ReadError as error:
                self._errors.append(error)

    def _unpacked(
        self, archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str
    ) -> bytes | None:
        """Return the content of a file, or None if too much was unpacked before.

        Its bytes are counted, for the declared size cannot be trusted.
        """
        if entry.flag_bits & 1:
            raise ReadError(
                f"'{name}' is locked with a password. Unpack it yourself, then import it."
            )
        if entry.file_size > MAX_FILE_BYTES:
            raise FileTooLargeError(
                f"'{name}' in '{self._source.name}' has {entry.file_size / 2**20:,.0f} MB; up to "
                f"{MAX_FILE_BYTES // 2**20} MB can be read."
            )
        if max(1, entry.file_size) > self._budget.bytes_left:
            return None
        try:
            with archive.open(entry) as stream:
                data = stream.read(self._budget.bytes_left + 1)
        except _DAMAGES as error:
            raise BrokenFileError(f"'{name}' is damaged in the archive.") from error
        return data if self._budget.spend(len(data)) else None

    def _read(self, name: str, data: bytes) -> None:
        """Read one file."""
        source = self._source
        inner = replace(source, name=name, data=data, depth=source.depth + 1, budget=self._budget)
        try:
            reader = registry.reader_for(inner)
        except UnknownFormatError:
            self._unknown.append(name)
            return
        if inner.extension in EXTENSIONS and inner.depth >= MAX_DEPTH:
            raise ReadError(
                f"'{name}' is too deep, in {inner.depth} archives one inside the other. "
                "Unpack it yourself, then import what it holds."
            )
        if not data.strip():
            raise EmptyFileError(f"'{name}' is empty.")
        try:
            self._files += reader.read(inner)
        except ColumnsError as error:
            if source.columns is None and (self._columns is None or len(data) > self._columns[0]):
                self._columns = (len(data), error)
            raise
        except (ReadError, MemoryError):
            raise
        except Exception as error:  # a fault of ours in one file fails no other
            _LOG.exception("'%s' in '%s'", name, source.name)
            raise ReaderFailedError(
                f"'{name}' could not be read: the program failed at it. Save it in another format."
            ) from error

    def finish(self) -> list[FileSongs]:
        """Return what was read, with the notes on what was not.

        Raises:
            ReadError: if nothing was read, or most of it waits for an answer.
        """
        found = sum(len(song.text) for file in self._files for song in file.songs)
        if self._columns is not None and self._columns[0] > found:
            raise self._columns[1]
        notes = self._notes()
        if found:
            first, *others = self._files
            return [replace(first, notes=(*notes, *first.notes)), *others]
        if self._too_much:
            raise _too_large(self._source.name)
        if len(self._errors) == 1 and isinstance(self._errors[0], FileTooLargeError):
            raise self._errors[0]
        if self._errors and all(isinstance(error, BrokenFileError) for error in self._errors):
            raise _broken(self._source.name) from self._errors[0]
        kinds = "" if self._source.depth else f" These can be read: {registry.KINDS}."
        why = " ".join(notes) or "It is empty, or all its files are hidden."
        raise UnknownFormatError(
            f"'{self._source.name}' holds nothing that can be read. {why}{kinds}"
        )

    def _notes(self) -> list[str]:
        """Say what was left out."""
        out = f"Left out of '{self._source.name}'"
        notes = [f"{out}: {error}" for error in self._errors[:MAX_NAMED]]
        if len(self._errors) > MAX_NAMED:
            notes.append(f"{out}: {plural(len(self._errors) - MAX_NAMED, 'more file')} like these.")
        for names, why in (
            (self._unknown, "as no reader knows them"),
            (self._beside, "as such files hold no songs"),
            (self._too_much, f"beyond {MAX_UNPACKED_BYTES // 2**20} MB of unpacked files"),
        ):
            if names:
                notes.append(f"{out}, {why}: {listed(names, limit=MAX_NAMED)}.")
        return notes


def entry_path(entry: zipfile.ZipInfo) -> str:
    """Return the folders and the name of an entry, without the ways out of the archive."""
    return "/".join(_path(entry))


def _path(entry: zipfile.ZipInfo) -> list[str]:
    parts = PurePosixPath(_name(entry).replace("\\", "/")).parts
    return [part for part in parts if part not in ("/", "..")]


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name of an entry; one that does not say its encoding is in that of some system."""
    name = entry.filename
    if name.isascii() or entry.flag_bits & _UTF8_NAME:
        return name
    raw = name.encode("cp437", "replace")  # as which zipfile decodes it
    for codec, script in _NAME_CODECS:
        try:
            decoded = raw.decode(codec)
        except UnicodeDecodeError:
            continue
        letters = [char for char in decoded if char > "\x7f"]
        if all(
            char.isalpha() and unicodedata.name(char, "").startswith(script) for char in letters
        ):
            return decoded
    return name


def is_user_file(entry: zipfile.ZipInfo) -> bool:
    """Return whether an entry is a user's file, not a folder or a file of the system."""
    parts = _path(entry)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return (
        not entry.is_dir()
        and bool(parts)
        and not hidden
        and parts[-1] not in ("Thumbs.db", "desktop.ini")
    )


def _broken(name: str) -> BrokenFileError:
    return BrokenFileError(
        f"'{name}' is not a complete zip archive: it is damaged, cut short, or packed in an "
        "unusual way. Pack it again, or import the files themselves."
    )


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB, far beyond any lyrics. "
        "Import the files of the songs themselves."
    )
