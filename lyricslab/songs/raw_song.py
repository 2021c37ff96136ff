"""A song as it was read from a file, before any character is changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawSong:
    """A song as it was found, in any script, not yet cleaned; empty text where there was none."""

    title: str
    text: str
    artist: str = ""
