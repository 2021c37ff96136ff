"""A file to read, and the songs read from it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import PurePosixPath

from lyricslab.importing.boundaries.divided import Divided
from lyricslab.importing.encoding import Decoded, decode
from lyricslab.importing.guess import Guess
from lyricslab.songs.raw_song import RawSong

MAX_FILE_BYTES = 50 * 2**20
"""The largest file that is read, also inside an archive."""
_EXTENSION = re.compile(r"\.(?=\d*[a-z])[a-z0-9]{1,12}")
_TRACK_NUMBER = re.compile(r"^\d{1,3}(?: -|\.|\)) (?=\D)|^0\d (?=\D)")


@dataclass(slots=True)
class UnpackBudget:
    """How many bytes an archive may still unpack, the archives inside it included."""

    bytes_left: int

    def spend(self, size: int) -> bool:
        """Take some bytes from the budget; return whether they were left."""
        self.bytes_left -= size
        return self.bytes_left >= 0


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a table, or the keys of JSON, that hold lyrics, title and artist.

    None is to be recognised; an empty title or artist is not wanted.
    """

    lyrics: str
    """Empty if it is to be recognised."""
    title: str | None = None
    artist: str | None = None


@dataclass(frozen=True, slots=True)
class FileSongs:
    """The songs of one file."""

    name: str
    format: str
    """In words, such as "table"."""
    encoding: str
    """Empty where the format settles it."""
    songs: tuple[RawSong, ...]
    notes: tuple[str, ...] = ()
    guesses: tuple[Guess, ...] = ()
    """What was guessed to find these songs, and what would be, had it not been declined."""


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read."""

    name: str
    data: bytes
    encoding: str | None = None
    """Chosen by the user, or None to detect it."""
    columns: Columns | None = None
    """Chosen by the user, or None to recognise them by name."""
    depth: int = 0
    """The number of archives that the file is in."""
    budget: UnpackBudget | None = None
    """Of the outermost archive; None outside of any."""
    declined: frozenset[str] = frozenset()
    """The kinds of guesses that the user turned back; see `importing/guess.py`."""

    @property
    def extension(self) -> str:
        """The extension of the name in lower case, such as ".txt"; empty without one.

        What follows the point of "St. James" or "Vol.2" is none.
        """
        suffix = PurePosixPath(self.name.replace("\\", "/")).suffix.lower()
        return suffix if _EXTENSION.fullmatch(suffix) else ""

    @property
    def title(self) -> str:
        """A song title made from the file's name, without the number of its track."""
        stem = PurePosixPath(self.name.replace("\\", "/")).name
        stem = stem[: -len(self.extension)] if self.extension else stem
        title = " ".join(stem.replace("_", " ").split())
        return _TRACK_NUMBER.sub("", title)

    def text(self) -> Decoded:
        """Decode the file as text.

        Raises:
            NotTextError: if it is not text.
            EncodingError: if the chosen encoding does not fit.
        """
        return decode(self.data, self.name, self.encoding)

    def result(
        self,
        format: str,
        songs: Sequence[RawSong],
        decoded: Decoded | None = None,
        notes: Iterable[str] = (),
        guesses: Iterable[Guess] = (),
    ) -> list[FileSongs]:
        """Return the songs as those of one file, which most formats are."""
        encoding = decoded.encoding if decoded else ""
        decoding_notes = (decoded.note,) if decoded and decoded.note else ()
        all_notes = (*decoding_notes, *notes)
        return [FileSongs(self.name, format, encoding, tuple(songs), all_notes, tuple(guesses))]

    def divided(
        self,
        format: str,
        divided: Divided,
        decoded: Decoded | None = None,
        notes: Iterable[str] = (),
        *,
        title: str = "",
    ) -> list[FileSongs]:
        """Return the songs of a text that was divided as those of one file.

        Args:
            title: for a single song without one; the file's name if empty.
        """
        songs = divided.songs
        if len(songs) == 1 and not songs[0].title:
            songs = (replace(songs[0], title=title or self.title),)
        return self.result(format, songs, decoded, notes, divided.guesses)
