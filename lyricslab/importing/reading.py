"""From files or pasted text to songs: read, tidied, counted.

What comes of it is an `Intake` (taken.py), which tells what was found and takes corrections.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate
from pathlib import Path

from lyricslab.errors import EmptyFileError, FileTooLargeError, ReadError
from lyricslab.importing.boundaries.strategies import divide
from lyricslab.importing.intake import FileReport, Intake
from lyricslab.importing.lines import newlines, one_line, tidy
from lyricslab.importing.notes import bare_note
from lyricslab.importing.readers.registry import extensions, reader_for
from lyricslab.importing.readers.source import MAX_FILE_BYTES, Columns, Found, Source
from lyricslab.songs.fold import fold
from lyricslab.songs.raw_song import RawSong

__all__ = [
    "MAX_FILE_BYTES",
    "Columns",
    "FileReport",
    "Intake",
    "extensions",
    "file_bytes",
    "files_in",
    "gather",
    "joint_name",
    "likely_columns",
    "read_file",
    "read_paste",
    "read_path",
]

TITLE_CHARS = 80
"""A column whose texts are longer on average hardly holds titles."""


def read_file(
    name: str, data: bytes, *, encoding: str | None = None, columns: Columns | None = None
) -> Intake:
    """The songs of one file.

    Args:
        encoding: chosen by hand, or None to find out.
        columns: which columns of a table hold what, or None to tell by their names.

    Raises:
        ReadError: if it cannot be read as lyrics; its subclasses say why.
        ColumnsError: if a table's lyrics column must be chosen.
    """
    source = Source(name, data, encoding, columns)
    reader = reader_for(source)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name, len(data))
    if not data:
        raise _empty(name)
    return _taken_in(source.title or name, reader.read(source), name)


def read_path(
    path: str | Path, *, encoding: str | None = None, columns: Columns | None = None
) -> Intake:
    """The songs of one file on disk, whose size is looked at before it is read.

    Raises:
        ReadError: if there is no such file, or it cannot be read as lyrics.
    """
    path = Path(path)
    return read_file(path.name, file_bytes(path), encoding=encoding, columns=columns)


def files_in(folder: str | Path) -> list[Path]:
    """The files in a folder, and in those inside it, that can be read by their names, in order.

    Raises:
        ReadError: if there are none, or the folder cannot be looked into.
    """
    folder = Path(folder)
    endings = {f".{ending}" for ending in extensions()}
    try:
        inside = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    except OSError as error:
        raise ReadError(
            f"'{folder}' could not be looked into ({error.strerror}). Look at its permissions."
        ) from error
    found = [
        path
        for path in inside
        if path.suffix.lower() in endings
        and not any(part.startswith((".", "__")) for part in path.relative_to(folder).parts)
    ]
    if not found:
        raise ReadError(f"There is no file in '{folder}' that can be read as lyrics.")
    return found


def file_bytes(path: Path) -> bytes:
    """What a file on disk holds; its size is looked at before it is read.

    Raises:
        ReadError: if there is no such file, or it is too large or may not be read.
    """
    try:
        if path.is_dir():
            raise ReadError(f"'{path}' is a folder. Name a file in it.")
        if not path.exists():
            raise ReadError(f"There is no file '{path}'. Look at its name and folder again.")
        if not path.is_file():
            raise ReadError(f"'{path}' is not a file that holds text. Name another.")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        return path.read_bytes()
    except OSError as error:
        raise ReadError(
            f"'{path}' could not be opened ({error.strerror}). Look at its permissions, or copy it "
            "to another folder."
        ) from error


def read_paste(text: str, name: str = "Pasted songs") -> Intake:
    """The songs of a text that was typed or pasted.

    Raises:
        EmptyFileError: if there are no words in it.
        FileTooLargeError: if it is longer than any file may be.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_FILE_BYTES:
        raise _too_large("The pasted text", size)
    if not text.strip():
        raise EmptyFileError("There are no words here yet. Paste the lyrics of your songs.")
    return _taken_in(name, [Found(name, "pasted text", "", tuple(divide(text)))], name)


def gather(intakes: Sequence[Intake], name: str | None = None) -> Intake:
    """Several intakes as one; songs that are the same word for word are kept once.

    The first one says which rules are on, and what characters become.

    Raises:
        EmptyFileError: if there are none.
    """
    if not intakes:
        raise EmptyFileError("No files were chosen. Choose one or more files with lyrics.")
    if len(intakes) == 1:  # nothing in it can have come twice
        return replace(intakes[0], name=intakes[0].name if name is None else name)
    before = accumulate((len(intake.files) for intake in intakes), initial=0)
    drafts, origins, twice = _merged(
        [draft for intake in intakes for draft in intake.drafts],
        [
            frozenset(start + file for file in origin)
            for start, intake in zip(before, intakes, strict=False)
            for origin in intake.origins
        ],
    )
    return Intake(
        name=joint_name(intakes) if name is None else name,
        drafts=drafts,
        origins=origins,
        files=tuple(file for intake in intakes for file in intake.files),
        duplicates=twice + sum(intake.duplicates for intake in intakes),
        remarks=tuple(remark for intake in intakes for remark in intake.remarks),
        on=intakes[0].on,
        mapping=intakes[0].mapping,
    )


def joint_name(intakes: Sequence[Intake]) -> str:
    """What several intakes are called together: "Old Dog and 2 more"."""
    others = len(intakes) - 1
    return intakes[0].name + (f" and {others} more" if others else "")


def likely_columns(
    name: str, data: bytes, columns: Sequence[str], encoding: str | None = None
) -> Columns:
    """Which columns of a table look like lyrics and titles, where their names do not tell.

    Lyrics are the longest texts on average; titles are short, in words, and differ the most.

    Raises:
        ReadError: if it cannot be read as a table with these columns.
    """
    cells = {}
    for column in columns:
        source = Source(name, data, encoding, Columns(column))
        found = reader_for(source).read(source)
        cells[column] = [draft.text.strip() for one in found for draft in one.drafts]
    length = {column: sum(map(len, texts)) / max(1, len(texts)) for column, texts in cells.items()}
    lyrics = max(columns, key=length.__getitem__)
    short = [c for c in columns if c != lyrics and length[c] <= TITLE_CHARS]
    different = {column: len(set(filter(_in_words, cells[column]))) for column in short}
    title = max(short, key=different.__getitem__, default=None)
    return Columns(lyrics, title if title is not None and different[title] else None)


def _in_words(text: str) -> bool:
    return sum(map(str.isalpha, text)) > sum(map(str.isdigit, text))


# ---- from what readers find to what is kept


def _taken_in(name: str, found: Sequence[Found], called: str) -> Intake:
    drafts: list[RawSong] = []
    origins: list[frozenset[int]] = []
    files: list[FileReport] = []
    remarks: list[str] = []
    for one in found:
        own: list[RawSong] = []
        bare: list[str] = []
        characters = 0
        for draft in map(_kept, one.drafts):
            characters += len(draft.title) + len(draft.artist) + len(draft.text)
            if _words(draft):
                own.append(draft)
            else:
                bare.append(one_line(fold(draft.title).text))
        remarks += one.notes
        if bare:
            remarks.append(bare_note(one.name, bare))
        drafts += own
        origins += [frozenset({len(files)})] * len(own)
        files.append(FileReport(one.name, one.format, one.encoding, len(own), characters))
    if not drafts:
        raise _empty(called)
    merged, whence, twice = _merged(drafts, origins)
    return Intake(name, merged, tuple(files), twice, tuple(remarks), whence)


def _kept(draft: RawSong) -> RawSong:
    """A draft as it is kept: one kind of line end, whole characters, nothing else changed."""
    title, artist, text = (
        unicodedata.normalize("NFC", _whole(newlines(part).replace("\f", "\n")))
        for part in (draft.title, draft.artist, draft.text)
    )
    return RawSong(title, text, artist)


def _whole(text: str) -> str:
    """The text with a replacement mark for each half character, which JSON can hold."""
    return (
        text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        if not text.isascii()
        else text
    )


def _words(draft: RawSong) -> str:
    """What of a draft is learned in the end, by which two are the same."""
    return tidy(fold(draft.text).text)


def _merged(
    drafts: Sequence[RawSong], origins: Sequence[frozenset[int]]
) -> tuple[tuple[RawSong, ...], tuple[frozenset[int], ...], int]:
    """The drafts without those whose words came before, their files, and how many those were."""
    first: dict[str, RawSong] = {}
    files: dict[str, frozenset[int]] = {}
    for draft, origin in zip(drafts, origins, strict=True):
        words = _words(draft)
        held = first.setdefault(words, draft)
        if not held.title.strip() and draft.title.strip():
            first[words] = draft
        files[words] = files.get(words, frozenset()) | origin
    return tuple(first.values()), tuple(files.values()), len(drafts) - len(first)


def _empty(name: str) -> EmptyFileError:
    return EmptyFileError(f"'{name}' is empty: there are no words in it. Bring a file with lyrics.")


def _too_large(name: str, size: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' has {size / 2**20:,.0f} MB; up to {MAX_FILE_BYTES // 2**20} MB can be read. "
        "Bring the songs in smaller files."
    )
