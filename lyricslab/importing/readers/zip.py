"""Zip archives: every readable file inside, and archives inside archives, within bounds."""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import replace
from pathlib import PurePosixPath

from lyricslab.errors import (
    BrokenFileError,
    ColumnsError,
    EmptyFileError,
    FileTooLargeError,
    ReadError,
    UnknownFormatError,
)
from lyricslab.importing.readers import registry
from lyricslab.importing.readers.source import MAX_FILE_BYTES, Found, Room, Source

EXTENSIONS = (".zip",)

MAX_UNPACKED_BYTES = 200 * 2**20
MAX_ENTRIES = 50_000
MAX_DEPTH = 3
_CHUNK_BYTES = 2**20


def read(source: Source) -> list[Found]:
    """What each readable file of an archive holds; what is left out is told in notes.

    Raises:
        FileTooLargeError: if it unpacks to too much.
        BrokenFileError: if it is damaged.
        ReadError: if it is locked with a password, or holds nothing that can be read.
        ColumnsError: if a table in it needs its columns chosen.
    """
    found: list[Found] = []
    left: list[str] = []
    notes: list[str] = []
    room = source.room or Room(MAX_UNPACKED_BYTES)
    for name, data in _entries(source, room):
        inner = replace(source, name=name, data=data, depth=source.depth + 1, room=room)
        try:
            reader = registry.reader_for(inner)
        except UnknownFormatError:
            left.append(name)
            continue
        try:
            if inner.extension in EXTENSIONS and inner.depth >= MAX_DEPTH:
                raise ReadError(
                    f"'{name}' lies too deep, in {inner.depth} archives one inside the other. "
                    "Unpack it yourself, then bring what it holds."
                )
            if not data.strip():
                raise EmptyFileError(f"'{name}' is empty.")
            found += reader.read(inner)
        except (FileTooLargeError, ColumnsError) as error:
            if isinstance(error, ColumnsError) and source.columns is not None:
                notes.append(f"Left out of '{source.name}': {error}")
                continue
            raise
        except ReadError as error:
            notes.append(f"Left out of '{source.name}': {error}")
    if left:
        more = f" and {len(left) - 5} more" if len(left) > 5 else ""
        notes.append(
            f"Left out of '{source.name}', as no reader knows them: {', '.join(left[:5])}{more}."
        )
    if not any(one.drafts for one in found):
        known = ", ".join(f".{extension}" for extension in registry.extensions())
        kinds = "" if source.depth else f" These kinds of files can be read: {known}."
        why = " ".join(notes) or "It is empty, or all its files are hidden."
        raise UnknownFormatError(f"'{source.name}' holds nothing that can be read. {why}{kinds}")
    return [replace(found[0], notes=(*notes, *found[0].notes)), *found[1:]]


def _entries(source: Source, room: Room) -> list[tuple[str, bytes]]:
    """The names and contents of an archive's files, without what systems leave in it."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            entries = [entry for entry in archive.infolist() if is_persons(entry)]
            if any(entry.flag_bits & 1 for entry in entries):
                raise ReadError(
                    f"'{source.name}' is locked with a password. Unpack it yourself, then bring "
                    "the files, or pack them again without a password."
                )
            declared = sum(entry.file_size for entry in entries)
            if declared > room.left or len(entries) > MAX_ENTRIES:
                raise _too_large(source.name)
            return _unpacked(archive, entries, room, source.name)
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, OSError) as error:
        raise BrokenFileError(
            f"'{source.name}' is not a whole zip archive: it is damaged, cut short, or packed in "
            "an unusual way. Pack it again, or bring the files themselves."
        ) from error


def _unpacked(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], room: Room, name: str
) -> list[tuple[str, bytes]]:
    """The contents, counted as they come: what an archive declares is not to be trusted."""
    unpacked = []
    for entry in entries:
        if entry.file_size > MAX_FILE_BYTES:
            raise FileTooLargeError(
                f"'{entry.filename}' in '{name}' has {entry.file_size / 2**20:,.0f} MB; up to "
                f"{MAX_FILE_BYTES // 2**20} MB can be read. Take it out of the archive."
            )
        parts = []
        with archive.open(entry) as stream:
            while part := stream.read(_CHUNK_BYTES):
                room.left -= len(part)
                if room.left < 0:
                    raise _too_large(name)
                parts.append(part)
        unpacked.append((place_of(entry), b"".join(parts)))
    return unpacked


def place_of(entry: zipfile.ZipInfo) -> str:
    """The folders and the name of an entry; nothing is unpacked to a disk, so ways out of the
    archive lead nowhere and are left out."""
    return "/".join(_path(entry))


def _path(entry: zipfile.ZipInfo) -> list[str]:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return [part for part in parts if part not in ("/", "..")]


def is_persons(entry: zipfile.ZipInfo) -> bool:
    """Whether an entry is a person's file, and not a folder or a system's own."""
    parts = _path(entry)
    hidden = any(part.startswith(".") or part == "__MACOSX" for part in parts)
    return (
        not entry.is_dir()
        and bool(parts)
        and not hidden
        and parts[-1] not in ("Thumbs.db", "desktop.ini")
    )


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB, far beyond any lyrics. "
        "Bring the files of songs themselves."
    )
