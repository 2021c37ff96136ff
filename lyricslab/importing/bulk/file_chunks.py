"""Files of any size, in shares that the readers take: each as if it were a file of its own."""

from __future__ import annotations

import codecs
import io
import zipfile
import zlib
from collections.abc import Callable, Iterator
from pathlib import Path, PurePosixPath
from typing import IO

from lyricslab.errors import BrokenFileError, FileTooLargeError, ReadError
from lyricslab.importing.readers.csv import EXTENSIONS as TABLES
from lyricslab.importing.readers.source import MAX_FILE_BYTES
from lyricslab.importing.readers.zip import entry_path, is_user_file

SHARE_BYTES = 8 * 2**20
"""What is read of a large file at once."""
_LINES = (".jsonl", ".ndjson")
_TEXTS = (".txt", ".text", ".md", ".markdown", ".lyrics", "")
_WIDE = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}


def iter_file_chunks(path: Path) -> Iterator[tuple[str, bytes]]:
    """A file's name and contents, share by share; of an archive, those of each file inside.

    A table is cut between rows, and each share begins with the table's first row; a file of lines
    between lines, a text between paragraphs. What is of no such kind comes whole.

    Raises:
        ReadError: if it cannot be opened, is damaged, or is too large and cannot be cut.
    """
    try:
        if path.suffix.lower() == ".zip":
            yield from _inside(path)
            return
        with path.open("rb") as stream:
            for share in _shares(stream, path.name, path.stat().st_size):
                yield path.name, share
    except OSError as error:
        raise ReadError(
            f"'{path}' could not be opened ({error.strerror or error}). Look at its name and "
            "permissions."
        ) from error


def _inside(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of an archive, one after the other, unpacked as they are read."""
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
                    for share in _shares(stream, name, entry.file_size):
                        yield name, share
    except (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError) as error:
        raise BrokenFileError(
            f"'{path.name}' is not a whole zip archive: it is damaged, cut short, or packed in an "
            "unusual way. Pack it again, or name the files themselves."
        ) from error


def _shares(stream: IO[bytes], name: str, size: int) -> Iterator[bytes]:
    """A file's contents in shares."""
    ending = PurePosixPath(name).suffix.lower()
    cut = _CUTS.get(ending)
    if cut is None or size <= SHARE_BYTES:
        if size > MAX_FILE_BYTES:
            raise FileTooLargeError(
                f"'{name}' has {size / 2**20:,.0f} MB; of its kind up to "
                f"{MAX_FILE_BYTES // 2**20} MB can be read. Save it as .csv, .jsonl or .txt, which "
                "may be of any size."
            )
        whole = stream.read(MAX_FILE_BYTES + 1)
        if len(whole) > MAX_FILE_BYTES:  # more than an archive declared
            raise FileTooLargeError(f"'{name}' is larger than its archive says. Leave it out.")
        yield whole
        return
    blocks = _in_utf8(stream)
    held = next(blocks, b"")
    head = held[: _head_end(held)] if ending in TABLES else b""
    held = held[len(head) :]
    for block in blocks:
        place = cut(held)
        if place:
            yield head + held[:place]
            held = held[place:]
        held += block
    if held.strip():
        yield head + held


def _in_utf8(stream: IO[bytes]) -> Iterator[bytes]:
    """A file's bytes in blocks; those of UTF-16, in which nothing can be cut by bytes, as UTF-8."""
    start = stream.read(2)
    encoding = _WIDE.get(start)
    if encoding is None:
        block = start + stream.read(SHARE_BYTES)
        while block:
            yield block
            block = stream.read(SHARE_BYTES)
        return
    text = io.TextIOWrapper(stream, encoding, errors="replace", newline="")
    while part := text.read(SHARE_BYTES // 2):
        yield part.encode("utf-8")


def _last_row(held: bytes) -> int:
    """Where the last whole row of a table ends: at a line's end outside of quotation marks."""
    place = held.rfind(b"\n")
    quotes = held.count(b'"', 0, place + 1)
    while place > 0 and quotes % 2:
        before = held.rfind(b"\n", 0, place)
        quotes -= held.count(b'"', before + 1, place + 1)
        place = before
    if place > 0:
        return place + 1
    # Quotation marks that never pair up must not make it read the whole file at once.
    return held.rfind(b"\n") + 1 if len(held) > 4 * SHARE_BYTES else 0


def _head_end(held: bytes) -> int:
    """Where the row that names a table's columns ends; a line that only says how to part them goes
    before it."""
    place = held.find(b"\n", held.find(b"\n") + 1 if held[:4].lower() == b"sep=" else 0)
    while place >= 0 and held.count(b'"', 0, place) % 2:
        place = held.find(b"\n", place + 1)
    return place + 1


def _last_line(held: bytes) -> int:
    return held.rfind(b"\n") + 1


def _last_paragraph(held: bytes) -> int:
    """Where the last whole paragraph ends; a text without any is cut at a line or a blank."""
    for end in (b"\n\n", b"\r\n\r\n", b"\n", b" "):
        place = held.rfind(end)
        if place > 0:
            return place + len(end)
    return len(held)


_CUTS: dict[str, Callable[[bytes], int]] = {
    **dict.fromkeys(TABLES, _last_row),
    **dict.fromkeys(_LINES, _last_line),
    **dict.fromkeys(_TEXTS, _last_paragraph),
}
"""Where each kind of file may be cut."""
