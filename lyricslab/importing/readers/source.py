"""What a reader is given, and what it gives back."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath

from lyricslab.importing.encoding import Decoded, decode
from lyricslab.songs.raw_song import RawSong

MAX_FILE_BYTES = 50 * 2**20
"""The largest file that is read, also inside an archive."""


@dataclass(slots=True)
class Room:
    """How many bytes archives may still unpack, those inside others included."""

    left: int


@dataclass(frozen=True, slots=True)
class Columns:
    """Which columns of a table, or keys of JSON, hold what."""

    lyrics: str
    title: str | None = None
    artist: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """What one file held."""

    name: str
    format: str
    """In words, such as "table"."""
    encoding: str
    """Empty where the format settles it."""
    drafts: tuple[RawSong, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Source:
    """A file to be read."""

    name: str
    data: bytes
    encoding: str | None = None
    """Chosen by hand, or None to find out."""
    columns: Columns | None = None
    """Chosen by hand, or None to tell by their names."""
    depth: int = 0
    """How many archives it lies in."""
    room: Room | None = None
    """What the outermost archive allows; None outside of any."""

    @property
    def extension(self) -> str:
        """The name's ending in small letters, such as ".txt"; empty without one."""
        return PurePosixPath(self.name.replace("\\", "/")).suffix.lower()

    @property
    def title(self) -> str:
        """A song title made of the file's name."""
        stem = PurePosixPath(self.name.replace("\\", "/")).name
        stem = stem[: -len(self.extension)] if self.extension else stem
        return " ".join(stem.replace("_", " ").split())

    def text(self) -> Decoded:
        """The file as text.

        Raises:
            NotTextError: if it is not text.
            EncodingError: if the chosen encoding does not fit.
        """
        return decode(self.data, self.name, self.encoding)

    def found(
        self, kind: str, drafts: Sequence[RawSong], decoded: Decoded | None = None
    ) -> list[Found]:
        """The one-file answer of most readers."""
        notes = (decoded.note,) if decoded and decoded.note else ()
        return [Found(self.name, kind, decoded.encoding if decoded else "", tuple(drafts), notes)]
