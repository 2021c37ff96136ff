"""What a rule is: how it mends songs, how it tells of them, what it shows of one."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from lyricslab.importing.cleaning.traced_song import Row, TracedSong
from lyricslab.wording import plural

Mend = Callable[[Sequence[TracedSong]], list[TracedSong | None]]


class Hunk(NamedTuple):
    """A place of a song that changes: its lines before and after, and the lines around."""

    above: str
    before: tuple[str, ...]
    after: tuple[str, ...]
    below: str


class SongFix(NamedTuple):
    """A song that a rule changes."""

    song: int
    """Which of the songs as they came."""
    before: TracedSong
    after: TracedSong | None
    """None where the rule leaves the song out."""

    @property
    def hunks(self) -> list[Hunk]:
        """The places that change, from the top down; all of it, where the song is left out."""
        if self.after is None:
            return [Hunk("", tuple(self.before.lines), (), "")]
        before, after = _by_origin(self.before.rows()), _by_origin(self.after.rows())
        hunks: list[Hunk] = []
        if self.before.title != self.after.title:
            was = (f"Title: {self.before.title}",) if self.before.title else ()
            hunks.append(Hunk("", was, (f"Title: {self.after.title}",), ""))
        origins = sorted(before.keys() | after.keys())
        changed = [before.get(k, []) != after.get(k, []) for k in origins]
        start = 0
        while start < len(origins):
            if not changed[start]:
                start += 1
                continue
            end = start
            while end < len(origins) and changed[end]:
                end += 1
            here = origins[start:end]
            hunks.append(
                Hunk(
                    before[origins[start - 1]][-1] if start else "",
                    tuple(line for k in here for line in before.get(k, [])),
                    tuple(line for k in here for line in after.get(k, [])),
                    before[origins[end]][0] if end < len(origins) else "",
                )
            )
            start = end
        return hunks

    @property
    def changed_lines(self) -> int:
        """How many lines with words in them are not what they were."""
        if self.after is None:
            return sum(map(bool, self.before.lines))
        after = _by_origin(self.after.rows())
        return sum(
            1
            for origin, lines in _by_origin(self.before.rows()).items()
            if any(lines) and after.get(origin, []) != lines
        )


def _by_origin(rows: Iterable[Row]) -> dict[int, list[str]]:
    found: dict[int, list[str]] = {}
    for line, origin in rows:
        found.setdefault(origin, []).append(line)
    return found


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to put songs right, with the words for its switch."""

    name: str
    """As the command line calls it."""
    title: str
    """What is found, in a few words."""
    promise: str
    """What the switch does, in a sentence or two."""
    by_default: bool
    """Whether it is on unless somebody turns it off: what it takes out is surely not sung."""
    mend: Mend
    """The songs put right, in order; the very same sheet where there is nothing to do."""
    say: Callable[[Sequence[SongFix]], str]
    """How much there is of it, in a sentence."""


def each(mend: Callable[[TracedSong], TracedSong]) -> Mend:
    """A rule that looks at one song at a time."""
    return lambda sheets: [mend(sheet) for sheet in sheets]


def lines(one: str, many: str) -> Callable[[Sequence[SongFix]], str]:
    """Tells of lines: "12 lines of chords, in 3 songs."."""

    def say(cases: Sequence[SongFix]) -> str:
        count = sum(case.changed_lines for case in cases)
        return f"{plural(count, one, many)}, in {plural(len(cases), 'song')}."

    return say


def songs(one: str, many: str) -> Callable[[Sequence[SongFix]], str]:
    """Tells of songs: "2 songs are written all in capitals."."""
    return lambda cases: f"{plural(len(cases), one, many)}."
