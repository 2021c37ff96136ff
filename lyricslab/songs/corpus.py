"""A corpus: songs under a name, identified by a digest."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cached_property

from lyricslab.errors import BrokenFileError, CorpusTooSmallError
from lyricslab.songs.similarity import near_duplicates
from lyricslab.songs.song import Song
from lyricslab.wording import plural

MIN_SONGS = 3
MIN_CHARS = 2_000
"""The smallest corpus that can be split and learned from."""
ENOUGH_TO_TUNE_CHARS = 15_000
"""With less text a fine-tuned network learns little but the most frequent words."""
ENOUGH_FROM_NOTHING_CHARS = 2_000_000
"""With less text a network without a base stays behind one with a base (docs/LOG.md)."""


@dataclass(frozen=True, slots=True)
class CorpusCounts:
    """The size of a corpus."""

    songs: int
    lines: int
    characters: int
    longest_song_chars: int
    characters_used: str
    """Every character that occurs, in order."""


@dataclass(frozen=True)
class Corpus:
    """Songs in their original order, under a name."""

    name: str
    songs: tuple[Song, ...]
    digest: str = field(init=False)
    """SHA-256 of the songs, without the name."""

    def __post_init__(self) -> None:
        content = json.dumps(_rows(self.songs), separators=(",", ":"))
        object.__setattr__(self, "digest", hashlib.sha256(content.encode()).hexdigest())

    @cached_property
    def characters(self) -> int:
        """The characters of all songs, titles included."""
        return sum(len(song.framed) for song in self.songs)

    @cached_property
    def counts(self) -> CorpusCounts:
        """The size of the corpus, and the characters it uses."""
        return CorpusCounts(
            songs=len(self.songs),
            lines=sum(len(song.sung_lines) for song in self.songs),
            characters=self.characters,
            longest_song_chars=max((len(song.framed) for song in self.songs), default=0),
            characters_used="".join(sorted(set().union(*(song.framed for song in self.songs)))),
        )

    @cached_property
    def near_duplicates(self) -> tuple[tuple[int, ...], ...]:
        """The positions of the songs in groups of near-duplicates; compared once."""
        return tuple(map(tuple, near_duplicates(self.songs)))

    @property
    def verdict(self) -> str:
        """What an amount of text like this is good for, in one honest sentence."""
        size = f"{self.characters:,} characters"
        if self.characters < ENOUGH_TO_TUNE_CHARS:
            return (
                f"{size}: a beginning. A base will pick up your most common words and forms; "
                "with more songs it will pick up your voice."
            )
        if self.characters < ENOUGH_FROM_NOTHING_CHARS:
            return f"{size}: enough to fine-tune, far too little to train from nothing."
        return f"{size}: plenty to fine-tune, and enough to train a small network from nothing."

    @property
    def large_enough(self) -> bool:
        """Whether the corpus can be split and learned from at all."""
        return len(self.songs) >= MIN_SONGS and self.characters >= MIN_CHARS

    def check_size(self) -> None:
        """Check that the corpus can be split and learned from.

        Raises:
            CorpusTooSmallError: if it has fewer than 3 songs or 2,000 characters.
        """
        if self.large_enough:
            return
        songs = plural(len(self.songs), "song")
        raise CorpusTooSmallError(
            f"This is {songs} with {self.characters:,} characters. A corpus needs at least "
            f"{MIN_SONGS} songs and {MIN_CHARS:,} characters together: some songs to learn from, "
            "one to check by, one to judge by. Add more songs"
            + (", or cut this long text into pieces." if self.characters >= MIN_CHARS else ".")
        )

    def to_json(self) -> str:
        """Return the corpus as JSON, for `from_json`."""
        return json.dumps({"name": self.name, "songs": _rows(self.songs)}, indent=0)

    @classmethod
    def from_json(cls, text: str) -> Corpus:
        """Return the corpus that `to_json` wrote.

        Raises:
            BrokenFileError: if the text is not a corpus.
        """
        try:
            values = json.loads(text)
            rows = [(title, artist, text) for title, artist, text in values["songs"]]
            if not all(isinstance(part, str) for row in rows for part in (*row, values["name"])):
                raise ValueError("A name or a song is not a text.")
            songs = tuple(Song(title, text, artist) for title, artist, text in rows)
            return cls(values["name"], songs)
        except (ValueError, KeyError, TypeError, RecursionError) as error:
            raise BrokenFileError("A corpus in the library is damaged. Import it again.") from error


def _rows(songs: Sequence[Song]) -> list[tuple[str, str, str]]:
    return [(song.title, song.artist, song.text) for song in songs]
