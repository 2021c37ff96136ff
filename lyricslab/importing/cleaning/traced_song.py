"""A song under examination: its lines, and from which line of the song as it came each one is."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lyricslab.importing.lines import one_line
from lyricslab.songs.fold import fold
from lyricslab.songs.raw_song import RawSong

Row = tuple[str, int]
"""A line, and the number of the line of the song as it came that it is, or is from."""

_HOLES = (" \n", "\t\n", "\n\n\n")


@dataclass(frozen=True, slots=True)
class TracedSong:
    """A song in plain characters, as it is after some rules; most leave most songs alone."""

    title: str
    artist: str
    text: str
    origins: Sequence[int]
    """For each line of the text the number of the line as it came; never falling."""

    @classmethod
    def of(cls, draft: RawSong, mapping: Mapping[str, str]) -> TracedSong:
        """A song as it came, in plain characters; blank lines stay as many as they are."""
        title, artist, text = (
            fold(part, mapping).text for part in (draft.title, draft.artist, draft.text)
        )
        lines = range(text.count("\n") + 1)
        return cls(one_line(title), one_line(artist), text, lines)

    @property
    def lines(self) -> list[str]:
        """The text line by line."""
        return self.text.split("\n")

    def rows(self) -> Iterator[Row]:
        """Each line with where it is from."""
        return zip(self.lines, self.origins, strict=True)

    def written(self, rows: Iterable[Row]) -> TracedSong:
        """The sheet with these lines in the place of its own, and no hole where some are gone."""
        kept = list(rows)
        text = "\n".join(line for line, _ in kept)
        return replace(self, text=text, origins=tuple(origin for _, origin in kept)).tidied()

    def tidied(self) -> TracedSong:
        """The sheet without blanks at line ends, one blank line at most in a row, none around."""
        text = self.text
        tidy = text == text.strip("\n").rstrip(" \t") and not any(hole in text for hole in _HOLES)
        if tidy:
            return self
        kept: list[Row] = []
        for line, origin in self.rows():
            bare = line.rstrip(" \t")
            if bare or (kept and kept[-1][0]):
                kept.append((bare, origin))
        if kept and not kept[-1][0]:
            kept.pop()
        text = "\n".join(line for line, _ in kept)
        return replace(self, text=text, origins=tuple(origin for _, origin in kept))
