"""A song as a reader finds it, before any character is changed."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class RawSong:
    """A song in any script, not yet cleaned; its text may be empty."""

    title: str
    text: str
    artist: str = ""
    typed: bool = False
    """Whether its words were typed over what was read: no cleaning rule changes them."""
    details: tuple[tuple[str, str], ...] = ()
    """What the file says of the song besides, in order: ("key", "G"), ("tags", "sea, night")."""
