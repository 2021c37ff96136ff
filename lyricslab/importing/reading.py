"""Read files or pasted text as songs; the result is an `Intake`, to be cleaned and corrected."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from itertools import accumulate
from pathlib import Path
from typing import BinaryIO

from lyricslab.errors import EmptyFileError, FileTooLargeError, ReadError
from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.encoding import check_lines
from lyricslab.importing.file_report import FileReport
from lyricslab.importing.guess import Guess
from lyricslab.importing.intake import Intake
from lyricslab.importing.lines import newlines, one_line, tidy
from lyricslab.importing.notes import bare_note
from lyricslab.importing.readers.registry import KINDS, extensions, reader_for
from lyricslab.importing.readers.source import MAX_FILE_BYTES, Columns, FileSongs, Source
from lyricslab.songs.fold import fold
from lyricslab.songs.raw_song import RawSong

__all__ = [
    "KINDS",
    "MAX_FILE_BYTES",
    "Columns",
    "FileReport",
    "Intake",
    "check_file",
    "extensions",
    "file_bytes",
    "gather",
    "joint_name",
    "read_file",
    "read_paste",
    "read_path",
]


def read_file(
    name: str,
    data: bytes,
    *,
    encoding: str | None = None,
    columns: Columns | None = None,
    declined: frozenset[str] = frozenset(),
) -> Intake:
    """Read the songs of one file.

    Args:
        encoding: chosen by the user, or None to detect it.
        columns: the columns of a table, or None to recognise them by name.
        declined: kinds of guesses that are not to be made.

    Raises:
        ReadError: if it cannot be read as lyrics; its subclasses say why.
        ColumnsError: if the user must choose a table's lyrics column.
    """
    source = Source(name, data, encoding, columns, declined=declined)
    reader = reader_for(source)
    if len(data) > MAX_FILE_BYTES:
        raise _too_large(name, len(data))
    if not data:
        raise _empty(name)
    return _intake(source.title or name, reader.read(source), name)


def read_path(
    path: str | Path,
    *,
    encoding: str | None = None,
    columns: Columns | None = None,
    declined: frozenset[str] = frozenset(),
) -> Intake:
    """Read the songs of one file on disk; its size is checked before it is read.

    Raises:
        ReadError: if there is no such file, or it cannot be read as lyrics.
    """
    path = Path(path)
    data = file_bytes(path)
    return read_file(path.name, data, encoding=encoding, columns=columns, declined=declined)


def file_bytes(path: Path) -> bytes:
    """Return the contents of a file on disk; its size is checked before it is read.

    Raises:
        ReadError: if there is no such file, or it is too large or may not be read.
    """
    with _readable(path) as file:
        return file.read()


def check_file(path: Path) -> None:
    """Check that a file is there, is not too large and may be read.

    Raises:
        ReadError: if not.
    """
    with _readable(path):
        pass


@contextmanager
def _readable(path: Path) -> Iterator[BinaryIO]:
    """Open a file to read it; raise a ReadError that says why if it cannot be."""
    try:
        if path.is_dir():
            raise ReadError(f"'{path}' is a folder. Name a file in it.")
        if not path.exists():
            raise ReadError(f"There is no file '{path}'. Check its name and folder.")
        if not path.is_file():
            raise ReadError(f"'{path}' is not a file with text. Name another.")
        if path.stat().st_size > MAX_FILE_BYTES:
            raise _too_large(path.name, path.stat().st_size)
        with path.open("rb") as file:
            yield file
    except OSError as error:
        raise ReadError(
            f"'{path}' could not be opened ({error.strerror}). Check its permissions, or copy it "
            "to another folder."
        ) from error


def read_paste(
    text: str, name: str = "Pasted songs", declined: frozenset[str] = frozenset()
) -> Intake:
    """Read the songs of a text that was typed or pasted.

    Raises:
        EmptyFileError: if there are no words in it.
        FileTooLargeError: if it is longer than any file may be.
    """
    size = len(text.encode("utf-8", "replace"))
    if size > MAX_FILE_BYTES:
        raise _too_large("The pasted text", size)
    if not text.strip():
        raise EmptyFileError("There are no words here yet. Paste the lyrics of your songs.")
    divided = divide(text, declined, pasted=True)
    part = FileSongs(name, "pasted text", "", divided.songs, guesses=divided.guesses)
    return _intake(name, [part], name)


def gather(intakes: Sequence[Intake], name: str | None = None) -> Intake:
    """Combine intakes; songs with the same words are kept once.

    The rules and the replacements of characters are those of the first intake.

    Raises:
        EmptyFileError: if there are no intakes.
    """
    if not intakes:
        raise EmptyFileError("No files were chosen. Choose one or more files with lyrics.")
    if len(intakes) == 1:  # it has no duplicates
        return replace(intakes[0], name=intakes[0].name if name is None else name)
    first_files = accumulate((len(intake.files) for intake in intakes), initial=0)
    raw_songs, origins, duplicates = _without_duplicates(
        [song for intake in intakes for song in intake.raw_songs],
        [
            frozenset(first_file + file for file in origin)
            for first_file, intake in zip(first_files, intakes, strict=False)
            for origin in intake.origins
        ],
    )
    return Intake(
        name=joint_name(intakes) if name is None else name,
        raw_songs=raw_songs,
        origins=origins,
        files=tuple(file for intake in intakes for file in intake.files),
        duplicates=duplicates + sum(intake.duplicates for intake in intakes),
        remarks=tuple(remark for intake in intakes for remark in intake.remarks),
        enabled_rules=intakes[0].enabled_rules,
        mapping=intakes[0].mapping,
        guesses=tuple(guess for intake in intakes for guess in intake.guesses),
    )


def joint_name(intakes: Sequence[Intake]) -> str:
    """Return a name for several intakes: "Old Dog and 2 more"."""
    others = len(intakes) - 1
    return intakes[0].name + (f" and {others} more" if others else "")


# ---- from what readers find to an intake


def _intake(name: str, parts: Sequence[FileSongs], file_name: str) -> Intake:
    raw_songs: list[RawSong] = []
    origins: list[frozenset[int]] = []
    files: list[FileReport] = []
    remarks: list[str] = []
    guesses: list[Guess] = []
    for part in parts:
        part_songs: list[RawSong] = []
        bare_titles: list[str] = []
        characters = 0
        for song in map(_normalised, part.songs):
            characters += len(song.title) + len(song.artist) + len(song.text)
            if _folded_text(song):
                part_songs.append(song)
            else:
                bare_titles.append(one_line(fold(song.title).text))
        remarks += part.notes
        guesses += part.guesses
        if bare_titles:
            remarks.append(bare_note(part.name, bare_titles))
        raw_songs += part_songs
        origins += [frozenset({len(files)})] * len(part_songs)
        files.append(FileReport(part.name, part.format, part.encoding, len(part_songs), characters))
    if not raw_songs:
        raise _empty(file_name)
    check_lines(sum(song.text.count("\n") for song in raw_songs), file_name)
    unique, unique_origins, duplicates = _without_duplicates(raw_songs, origins)
    return Intake(
        name,
        unique,
        tuple(files),
        duplicates,
        tuple(remarks),
        unique_origins,
        guesses=tuple(guesses),
    )


def _normalised(song: RawSong) -> RawSong:
    """Return a song with newlines as line ends, in Unicode form NFC, without lone surrogates."""
    title, artist, text = (
        unicodedata.normalize("NFC", _without_surrogates(newlines(part).replace("\f", "\n")))
        for part in (song.title, song.artist, song.text)
    )
    return replace(song, title=title, text=text, artist=artist)


def _without_surrogates(text: str) -> str:
    if text.isascii():
        return text
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "replace")


def _folded_text(song: RawSong) -> str:
    """Return the text as it is learned without cleaning; songs with equal ones are duplicates."""
    return tidy(fold(song.text).text)


def _without_duplicates(
    raw_songs: Sequence[RawSong], origins: Sequence[frozenset[int]]
) -> tuple[tuple[RawSong, ...], tuple[frozenset[int], ...], int]:
    """Return the songs with different words, all files of each, and how many were removed."""
    first: dict[str, RawSong] = {}
    files: dict[str, frozenset[int]] = {}
    for song, origin in zip(raw_songs, origins, strict=True):
        text = _folded_text(song)
        earlier = first.setdefault(text, song)
        if not earlier.title.strip() and song.title.strip():
            first[text] = song
        files[text] = files.get(text, frozenset()) | origin
    return tuple(first.values()), tuple(files.values()), len(raw_songs) - len(first)


def _empty(name: str) -> EmptyFileError:
    return EmptyFileError(f"'{name}' is empty: it contains no words. Choose a file with lyrics.")


def _too_large(name: str, size: int) -> FileTooLargeError:
    return FileTooLargeError(
        f"'{name}' has {size / 2**20:,.0f} MB; up to {MAX_FILE_BYTES // 2**20} MB can be read. "
        "Divide the songs into smaller files."
    )
