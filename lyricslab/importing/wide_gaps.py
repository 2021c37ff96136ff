"""Wide gaps: where a text that was read as one song can be split into several."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from lyricslab.importing.boundaries.candidates import MOST
from lyricslab.importing.boundaries.page_lines import Page, TextLine, read_page
from lyricslab.importing.boundaries.song_titles import can_be_title, is_title_case, plain_title
from lyricslab.songs.raw_song import RawSong

_GAP = re.compile(r"\n[ \t]*\n[ \t]*\n")
_LINES = 2
"""The blank lines of a wide gap."""


def split_at_gaps(song: RawSong) -> list[RawSong]:
    """Return the songs between wide gaps: two blank lines or more, in a single-spaced text.

    First lines become titles where nearly all of them look like titles. A text without such gaps
    is returned as it is.
    """
    if not _GAP.search(song.text):
        return [song]
    page = read_page(song.text.split("\n"))
    starts = [k for k, row in enumerate(page.rows) if k and row.gap_above >= _LINES]
    parts = _with_titles_alone(page.parts(starts))
    if len(parts) < 2:
        return [song]
    untitled = parts[1:] if song.title else parts
    titles = sum(_is_titled(rows, page) for rows in untitled) >= MOST * len(untitled)
    songs = [_song(rows, page, titles) for rows in untitled]
    first = [replace(song, text="\n".join(page.text(parts[0])))] if song.title else []
    return first + [replace(one, artist=song.artist) for one in songs]


def _with_titles_alone(parts: Sequence[list[TextLine]]) -> list[list[TextLine]]:
    """Join a line between two gaps to what follows it, or to what is above it at the end."""
    joined: list[list[TextLine]] = []
    for rows in parts:
        if joined and (len(joined[-1]) == 1 or (len(rows) == 1 and rows is parts[-1])):
            joined[-1] = joined[-1] + rows
        else:
            joined.append(rows)
    return joined


def _is_titled(rows: Sequence[TextLine], page: Page) -> bool:
    first = rows[0]
    return (
        len(rows) > 1
        and can_be_title(first.text, page.style, lone=True)
        and (first.gap_below > 0 or is_title_case(first.text))
    )


def _song(rows: Sequence[TextLine], page: Page, titled: bool) -> RawSong:
    if not titled or len(rows) < 2:
        return RawSong("", "\n".join(page.text(rows)))
    return RawSong(plain_title(rows[0].text), "\n".join(page.text(rows[1:])))
