"""The result of dividing a text: its songs, and what was guessed to find them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyricslab.importing.guess import BOOK_MATTER, FIELDS, Guess
from lyricslab.songs.raw_song import RawSong
from lyricslab.wording import plural

MAX_NAMED = 4
"""How many names are listed; the others are counted."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a kind of guess found in a text, taken for what it seems to be or left as it is."""

    kind: str
    names: tuple[str, ...]
    """The names of fields, or the headings of book matter, each once."""
    songs: int
    """How many songs have them."""
    on: bool


@dataclass(frozen=True, slots=True)
class Divided:
    """The songs of a text in order; a heading with nothing under it is one without text."""

    songs: tuple[RawSong, ...] = ()
    found: tuple[Found, ...] = ()

    @property
    def guesses(self) -> tuple[Guess, ...]:
        """What was guessed, one for each kind."""
        kinds = {found.kind: found.on for found in self.found}
        return tuple(self._guess(kind, on) for kind, on in kinds.items())

    def _guess(self, kind: str, on: bool) -> Guess:
        same = [found for found in self.found if found.kind == kind]
        names = list(dict.fromkeys(name for found in same for name in found.names))
        songs = sum(found.songs for found in same)
        return Guess(kind, _SENTENCES[kind](names, songs), songs, on)


def joined(parts: Sequence[Divided]) -> Divided:
    """Return the songs of several texts, such as the chapters of a book, as those of one."""
    return Divided(
        tuple(song for part in parts for song in part.songs),
        tuple(found for part in parts for found in part.found),
    )


def _fields_found(names: Sequence[str], songs: int) -> str:
    return f"{plural(songs, 'song')} with fields around the lyrics: {_some(names)}."


def _book_matter_found(names: Sequence[str], songs: int) -> str:
    return f"{plural(len(names), 'part')} around the songs: {_some(names)}."


def _some(names: Sequence[str]) -> str:
    others = len(names) - MAX_NAMED
    return ", ".join(names[:MAX_NAMED]) + (f" and {others} more" if others > 0 else "")


_SENTENCES = {FIELDS: _fields_found, BOOK_MATTER: _book_matter_found}
