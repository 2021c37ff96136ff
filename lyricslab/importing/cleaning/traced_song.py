"""A song on its way through the cleaning rules, with the origin of each of its lines."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from lyricslab.importing.lines import one_line
from lyricslab.songs.fold import fold
from lyricslab.songs.raw_song import RawSong

TracedLine = tuple[str, int]
"""A line, and the number of the raw song's line that it comes from."""

_UNTIDY = (" \n", "\t\n", "\n\n\n")


@dataclass(frozen=True, slots=True)
class TracedSong:
    """A song in ASCII. A rule returns the same object for a song that it does not change."""

    title: str
    artist: str
    text: str
    origins: Sequence[int]
    """For each line of the text the number of the raw song's line, from 0; never decreasing."""
    files: frozenset[int] = frozenset()
    """The numbers of the files that the song is from; none if they are not known."""

    @classmethod
    def of(
        cls, raw_song: RawSong, mapping: Mapping[str, str], files: frozenset[int] = frozenset()
    ) -> TracedSong:
        """Fold a raw song to ASCII, with all of its blank lines."""
        title, artist, text = (
            fold(part, mapping).text for part in (raw_song.title, raw_song.artist, raw_song.text)
        )
        return cls(one_line(title), one_line(artist), text, range(text.count("\n") + 1), files)

    @property
    def lines(self) -> list[str]:
        """The lines of the text."""
        return self.text.split("\n")

    def rows(self) -> Iterator[TracedLine]:
        """Return each line with its origin."""
        return zip(self.lines, self.origins, strict=True)

    def with_rows(self, rows: Iterable[TracedLine], *, keep_gaps: bool = False) -> TracedSong:
        """Return the song with these lines instead of its own, tidied unless gaps are kept."""
        song = self._with_rows(list(rows))
        return song if keep_gaps else song.tidied()

    def tidied(self) -> TracedSong:
        """Return the song without trailing blanks, outer blank lines and double blank lines."""
        text = self.text
        if text == text.strip("\n").rstrip(" \t") and not any(gap in text for gap in _UNTIDY):
            return self
        rows: list[TracedLine] = []
        for line, origin in self.rows():
            stripped = line.rstrip(" \t")
            if stripped or (rows and rows[-1][0]):
                rows.append((stripped, origin))
        if rows and not rows[-1][0]:
            rows.pop()
        return self._with_rows(rows)

    def _with_rows(self, rows: Sequence[TracedLine]) -> TracedSong:
        text = "\n".join(line for line, _ in rows)
        return replace(self, text=text, origins=tuple(origin for _, origin in rows))
