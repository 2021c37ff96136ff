r"""Songs between marks such as <|endoftext|>, or one on each line, its breaks written as \n."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence
from itertools import accumulate

from lyricslab.importing.boundaries.candidates import MOST, candidates_at, titled
from lyricslab.importing.boundaries.divided import Divided, joined
from lyricslab.importing.boundaries.headings import SONG_CHARS
from lyricslab.importing.boundaries.page_lines import read_page
from lyricslab.importing.cleaning.escapes import without_escapes
from lyricslab.importing.lines import newlines
from lyricslab.importing.song_marks import songs_between_marks
from lyricslab.songs.raw_song import RawSong

MIN_BREAKS = 2
"""A line with this many breaks written out is a text of its own."""


def divide_marked(text: str, divide: Callable[[str], Divided]) -> Divided:
    """Return the songs between the marks of a text; one without marks is divided as usual.

    Args:
        divide: divides a text without marks.
    """
    parts = [part for marked in songs_between_marks(text) for part in _on_lines(marked)]
    if len(parts) < 2:
        return divide(parts[0] if parts else "")
    divided = [_one_song(part, divide(part)) for part in parts]
    songs = [song for part in divided for song in part.songs]
    if sum(not song.title for song in songs) >= MOST * len(songs) == MOST * len(parts):
        return Divided(tuple(_titled_alike(parts)))
    return joined(divided)


def _on_lines(text: str) -> list[str]:
    """Return the songs of a text with one on each line, its breaks written out; else the text."""
    lines = [line for line in newlines(text).split("\n") if line.strip()]
    coded = sum(line.count("\\n") + line.count("<br") >= MIN_BREAKS for line in lines)
    return [text] if coded < max(1, MOST * len(lines)) else list(map(without_escapes, lines))


def _one_song(part: str, divided: Divided) -> Divided:
    """Return the song between two marks; only a text longer than songs are stays divided."""
    if len(divided.songs) < 2 or len(part) > SONG_CHARS:
        return divided
    return Divided((titled(newlines(part).split("\n")),))


def _titled_alike(parts: Sequence[str]) -> list[RawSong]:
    """Return a song for each part, with its first line as title where nearly all have one."""
    lines = [[*newlines(part).split("\n"), ""] for part in parts]
    page = read_page([line for of_part in lines for line in of_part])
    numbers = [row.number for row in page.rows]
    starts = [bisect_left(numbers, first) for first in accumulate(map(len, lines[:-1]), initial=0)]
    return [
        titled(page.text(candidate.rows), style=page.style, sure=candidate.has_title)
        for candidate in candidates_at(page, starts)
    ]
