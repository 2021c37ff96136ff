"""Read files of any size in chunks that the readers accept, each like a file of its own."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers import plain
from lyricslab.importing.readers.csv import EXTENSIONS as TABLES
from lyricslab.importing.readers.source import MAX_FILE_BYTES
from lyricslab.importing.readers.zip import entry_path, is_user_file

CHUNK_BYTES = 8 * 2**20
"""How much of a large file is read at a time."""
_LINES = (".jsonl", ".ndjson")
_TEXTS = plain.EXTENSIONS
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def iter_file_chunks(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield a file's name and contents in chunks; for an archive, those of each file in it.

    A table is cut between rows, and each chunk begins with its header row; a JSONL file is cut
    between lines, a text between paragraphs. Files of other kinds are one chunk.

    Raises:
        ReadError: if it cannot be opened, is damaged, or is too large and cannot be cut.
    """
    try:
        if path.suffix.lower() == ".zip":
            yield from _archive_chunks(path)
            return
        with path.open("rb") as stream:
            for chunk in _chunks(stream, path.name, path.stat().st_size):
                yield path.name, chunk
    except OSError as error:
        raise ReadError(
            f"'{path}' could not be opened ({error.strerror or error}). Check its name and "
            "permissions."
        ) from error


def _archive_chunks(path: Path) -> Iterator[tuple[str, bytes]]:
    """Yield the chunks of each file in an archive, unpacked as they are read."""
    try:
        with zipfile.ZipFile(path) as archive:
            entries = [entry for entry in archive.infolist() if is_user_file(entry)]
            if any(entry.flag_bits & 1 for entry in entries):
                raise ReadError(
                    f"'{path.name}' is locked with a password. Unpack it yourself, then name the "
                    "files."
                )
            for entry in entries:
                name = entry_path(entry)
                with archive.open(entry) as stream:
                    for chunk in _chunks(stream, name, entry.file_size):
                        yield name, chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BrokenFileError(
            f"'{path.name}' is not a complete zip archive: it is damaged, cut short, or packed in "
            "an unusual way. Pack it again, or name the files themselves."
        ) from error


def _chunks(stream: IO[bytes], name: str, size: int) -> Iterator[bytes]:
    """Yield a file's contents in chunks."""
    extension = PurePosixPath(name).suffix.lower()
    cut = _CUTS.get(extension)
    if cut is None or size <= CHUNK_BYTES:
        if size > MAX_FILE_BYTES:
            raise FileTooLargeError(
                f"'{name}' has {size / 2**20:,.0f} MB; files of this kind can have up to "
                f"{MAX_FILE_BYTES // 2**20} MB. Save it as .csv, .jsonl or .txt, which "
                "may be of any size."
            )
        data = stream.read(MAX_FILE_BYTES + 1)
        if len(data) > MAX_FILE_BYTES:  # more than an archive declared
            raise FileTooLargeError(f"'{name}' is larger than its archive says. Leave it out.")
        yield data
        return
    blocks = _utf8_blocks(stream)
    buffer = next(blocks, b"")
    header = buffer[: _header_end(buffer)] if extension in TABLES else b""
    buffer = buffer[len(header) :]
    for block in blocks:
        position = cut(buffer)
        if position:
            yield header + buffer[:position]
            buffer = buffer[position:]
        buffer += block
    if buffer.strip():
        yield header + buffer


def _utf8_blocks(stream: IO[bytes]) -> Iterator[bytes]:
    """Yield a file's bytes; UTF-16, which cannot be cut at any byte, is converted to UTF-8."""
    start = stream.read(2)
    encoding = _WIDE.get(start)
    if encoding is None:
        block = start + stream.read(CHUNK_BYTES)
        while block:
            yield block
            block = stream.read(CHUNK_BYTES)
        return
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    while part := text.read(CHUNK_BYTES // 2):
        yield part.encode("utf-8")


def _last_row(buffer: bytes) -> int:
    """Return where the last complete row of a table ends: a line end outside of quotes."""
    position = buffer.rfind(b"\n")
    quotes = buffer.count(b'"', 0, position + 1)
    while position > 0 and quotes % 2:
        before = buffer.rfind(b"\n", 0, position)
        quotes -= buffer.count(b'"', before + 1, position + 1)
        position = before
    if position > 0:
        return position + 1
    # Unpaired quotes must not make it read the entire file.
    return buffer.rfind(b"\n") + 1 if len(buffer) > 4 * CHUNK_BYTES else 0


def _header_end(buffer: bytes) -> int:
    """Return where the header row of a table ends; a line "sep=;" may come before it."""
    position = buffer.find(b"\n", buffer.find(b"\n") + 1 if buffer[:4].lower() == b"sep=" else 0)
    while position >= 0 and buffer.count(b'"', 0, position) % 2:
        position = buffer.find(b"\n", position + 1)
    return position + 1


def _last_line(buffer: bytes) -> int:
    return buffer.rfind(b"\n") + 1


def _last_paragraph(buffer: bytes) -> int:
    """Return where the last paragraph ends; a text without paragraphs is cut at a line or blank."""
    for end in (b"\n\n", b"\r\n\r\n", b"\n", b" "):
        position = buffer.rfind(end)
        if position > 0:
            return position + len(end)
    return len(buffer)


_CUTS: dict[str, Callable[[bytes], int]] = {
    **dict.fromkeys(TABLES, _last_row),
    **dict.fromkeys(_LINES, _last_line),
    **dict.fromkeys(_TEXTS, _last_paragraph),
}
"""By extension, the function that finds where a file may be cut."""
