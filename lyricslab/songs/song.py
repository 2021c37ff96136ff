"""One song, in the characters that the network knows."""

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
        """The song as it is learned: title, blank line, lyrics (Sec. 2.1), or the lyrics alone."""
        return f"{self.title}\n\n{self.text}" if self.title else self.text

    @property
    def ids(self) -> np.ndarray:
        """The framed song's codes, (N,) uint8."""
        return encode(self.framed)
