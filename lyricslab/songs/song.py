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
    def ids(self) -> np.ndarray:
        """The framed song's codes, (N,) uint8."""
        return encode(self.framed)
