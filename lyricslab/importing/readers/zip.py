"""Zip archives: every readable file in them, and archives inside archives, within limits."""

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
from lyricslab.importing.readers.source import MAX_FILE_BYTES, FileSongs, Source, UnpackBudget

EXTENSIONS = (".zip",)

MAX_UNPACKED_BYTES = 200 * 2**20
MAX_ENTRIES = 50_000
MAX_DEPTH = 3


def read(source: Source) -> list[FileSongs]:
    """Read each readable file of an archive; notes say what was left out.

    Raises:
        FileTooLargeError: if it unpacks to too much.
        BrokenFileError: if it is damaged.
        ReadError: if it is locked with a password, or holds nothing that can be read.
        ColumnsError: if a table in it needs its columns chosen.
    """
    files: list[FileSongs] = []
    unknown: list[str] = []
    notes: list[str] = []
    budget = source.budget or UnpackBudget(MAX_UNPACKED_BYTES)
    for name, data in _entries(source, budget):
        inner = replace(source, name=name, data=data, depth=source.depth + 1, budget=budget)
        try:
            reader = registry.reader_for(inner)
        except UnknownFormatError:
            unknown.append(name)
            continue
        try:
            if inner.extension in EXTENSIONS and inner.depth >= MAX_DEPTH:
                raise ReadError(
                    f"'{name}' is too deep, in {inner.depth} archives one inside the other. "
                    "Unpack it yourself, then import what it holds."
                )
            if not data.strip():
                raise EmptyFileError(f"'{name}' is empty.")
            files += reader.read(inner)
        except (FileTooLargeError, ColumnsError) as error:
            if isinstance(error, ColumnsError) and source.columns is not None:
                notes.append(f"Left out of '{source.name}': {error}")
                continue
            raise
        except ReadError as error:
            notes.append(f"Left out of '{source.name}': {error}")
    if unknown:
        more = f" and {len(unknown) - 5} more" if len(unknown) > 5 else ""
        notes.append(
            f"Left out of '{source.name}', as no reader knows them: {', '.join(unknown[:5])}{more}."
        )
    if not any(file.songs for file in files):
        kinds = "" if source.depth else f" These can be read: {registry.KINDS}."
        why = " ".join(notes) or "It is empty, or all its files are hidden."
        raise UnknownFormatError(f"'{source.name}' holds nothing that can be read. {why}{kinds}")
    return [replace(files[0], notes=(*notes, *files[0].notes)), *files[1:]]


def _entries(source: Source, budget: UnpackBudget) -> list[tuple[str, bytes]]:
    """Return the names and contents of the files in an archive, without those of systems."""
    try:
        with zipfile.ZipFile(io.BytesIO(source.data)) as archive:
            entries = [entry for entry in archive.infolist() if is_user_file(entry)]
            if any(entry.flag_bits & 1 for entry in entries):
                raise ReadError(
                    f"'{source.name}' is locked with a password. Unpack it yourself, then import "
                    "the files, or pack them again without a password."
                )
            declared = sum(entry.file_size for entry in entries)
            if declared > budget.bytes_left or len(entries) > MAX_ENTRIES:
                raise _too_large(source.name)
            return _unpacked(archive, entries, budget, source.name)
    except (
        zipfile.BadZipFile,
        zlib.error,
        EOFError,
        NotImplementedError,
        OSError,
        ValueError,  # an entry that begins before the file does
    ) as error:
        raise BrokenFileError(
            f"'{source.name}' is not a complete zip archive: it is damaged, cut short, or packed "
            "in an unusual way. Pack it again, or import the files themselves."
        ) from error


def _unpacked(
    archive: zipfile.ZipFile, entries: list[zipfile.ZipInfo], budget: UnpackBudget, name: str
) -> list[tuple[str, bytes]]:
    """Unpack files, counting their bytes, for the declared sizes cannot be trusted."""
    unpacked = []
    for entry in entries:
        if entry.file_size > MAX_FILE_BYTES:
            raise FileTooLargeError(
                f"'{entry.filename}' in '{name}' has {entry.file_size / 2**20:,.0f} MB; up to "
                f"{MAX_FILE_BYTES // 2**20} MB can be read. Take it out of the archive."
            )
        with archive.open(entry) as stream:
            data = stream.read(budget.bytes_left + 1)
        if not budget.spend(len(data)):
            raise _too_large(name)
        unpacked.append((entry_path(entry), data))
    return unpacked


def entry_path(entry: zipfile.ZipInfo) -> str:
    """Return the folders and the name of an entry, without the ways out of the archive."""
    return "/".join(_path(entry))


def _path(entry: zipfile.ZipInfo) -> list[str]:
    parts = PurePosixPath(entry.filename.replace("\\", "/")).parts
    return [part for part in parts if part not in ("/", "..")]


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


def _too_large(name: str) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MB, far beyond any lyrics. "
        "Import the files of the songs themselves."
    )
