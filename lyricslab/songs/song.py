"""A song in the characters that the networks know."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from lyricslab.songs.vocab import encode


@dataclass(frozen=True, slots=True)
class Song:
    """A title and its lyrics, both folded to ASCII."""

    title: str
    text: str
    artist: str = ""

    @property
    def framed(self) -> str:
        """The training text: title, blank line, lyrics (Sec. 2.1); without a title the lyrics."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    @property
    def sung_lines(self) -> list[str]:
        """Return the lines that are sung."""
        return sung_lines(self.text)

    @property
    def ids(self) -> np.ndarray:
        """The framed song's codes, (N,) uint8."""
        return encode(self.framed)


def sung_lines(lyrics: str) -> list[str]:
    """Return the lines of some lyrics with a letter or a number in them; a title is none of them.

    Whatever counts the lines of a song counts these.
    """
    return [line for line in lyrics.split("\n") if any(map(str.isalnum, line))]
