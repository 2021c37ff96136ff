"""A cleaning rule: what it fixes in songs, and what to show of each fix."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import NamedTuple

from lyricslab.importing.cleaning.traced_song import TracedLine, TracedSong
from lyricslab.wording import plural

FixSongs = Callable[[Sequence[TracedSong]], list[TracedSong | None]]
Summarize = Callable[[Sequence["SongFix"]], str]


class Hunk(NamedTuple):
    """A place where a song changes: its lines before and after, and the lines around it."""

    above: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    below: str


class SongFix(NamedTuple):
    """A song before and after a rule."""

    song: int
    """The position of the song among the raw songs."""
    before: TracedSong
    after: TracedSong | None
    """None where the rule leaves the song out."""

    @property
    def hunks(self) -> list[Hunk]:
        """The places that change, in order; all lines if the song is left out."""
        if self.after is None:
            return [Hunk("", tuple(self.before.lines), (), "")]
        before, after = _by_origin(self.before.rows()), _by_origin(self.after.rows())
        hunks: list[Hunk] = []
        if self.before.title != self.after.title:
            old = (f"Title: {self.before.title}",) if self.before.title else ()
            hunks.append(Hunk("", old, (f"Title: {self.after.title}",), ""))
        origins = sorted(before.keys() | after.keys())
        start = 0
        for changed, group in groupby(origins, lambda k: before.get(k, []) != after.get(k, [])):
            part = list(group)
            end = start + len(part)
            if changed:
                hunks.append(
                    Hunk(
                        before[origins[start - 1]][-1] if start else "",
                        tuple(line for k in part for line in before.get(k, [])),
                        tuple(line for k in part for line in after.get(k, [])),
                        before[origins[end]][0] if end < len(origins) else "",
                    )
                )
            start = end
        return hunks

    @property
    def changed_lines(self) -> int:
        """The number of lines, blank ones excluded, that are changed or removed."""
        if self.after is None:
            return sum(map(bool, self.before.lines))
        after = _by_origin(self.after.rows())
        return sum(
            1
            for origin, lines in _by_origin(self.before.rows()).items()
            if any(lines) and after.get(origin, []) != lines
        )


def _by_origin(rows: Iterable[TracedLine]) -> dict[int, list[str]]:
    lines: dict[int, list[str]] = {}
    for line, origin in rows:
        lines.setdefault(origin, []).append(line)
    return lines


@dataclass(frozen=True, slots=True)
class Rule:
    """A cleaning rule and the words for its switch."""

    name: str
    """As the command line calls it."""
    title: str
    """What is found, in a few words."""
    description: str
    """What the switch does, in a sentence or two."""
    enabled_by_default: bool
    """True for rules that surely remove nothing that is sung."""
    fix: FixSongs
    """Returns the fixed songs in order: None for one left out, the same object if unchanged."""
    summarize: Summarize
    """Says in a sentence how much is found."""
    advice: str = ""
    """For whoever is not sure while the rule is off; empty if it is on by default."""


def each_song(fix: Callable[[TracedSong], TracedSong]) -> FixSongs:
    """Return a rule's `fix` that treats each song by itself."""
    return lambda songs: [fix(song) for song in songs]


def summarize_lines(singular: str, several: str) -> Summarize:
    """Return a rule's `summarize` that counts lines: "12 lines of chords, in 3 songs.".

    Where it changes titles alone, it counts these.
    """

    def summarize(fixes: Sequence[SongFix]) -> str:
        count = sum(fix.changed_lines for fix in fixes)
        if not count:
            return f"{plural(len(fixes), 'title')}."
        return f"{plural(count, singular, several)}, in {plural(len(fixes), 'song')}."

    return summarize


def summarize_songs(singular: str, several: str) -> Summarize:
    """Return a rule's `summarize` that counts songs: "2 songs are all in capitals."."""
    return lambda fixes: f"{plural(len(fixes), singular, several)}."
