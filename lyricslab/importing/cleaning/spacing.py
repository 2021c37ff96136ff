"""Double-spaced songs, and several blanks between words."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from lyricslab.importing.cleaning.traced_song import TracedLine, TracedSong
from lyricslab.importing.lines import single_spaced

VERSE_CHARS = 80
"""Longer lines are prose."""


def close_gaps(song: TracedSong) -> TracedSong:
    """Make a double-spaced song single-spaced."""
    if "\n\n" not in song.text:
        return song
    rows = [(line.rstrip(" \t"), origin) for line, origin in song.rows()]
    full = [k for k, (line, _) in enumerate(rows) if line]
    gaps = [after - before - 1 for before, after in pairwise(full)]
    closed = single_spaced(gaps)
    # Between paragraphs of prose blank lines are right.
    if closed == gaps or median(len(rows[k][0]) for k in full) > VERSE_CHARS:
        return song
    single: list[TracedLine] = []
    for k, gap in zip(full, [*closed, 0], strict=True):
        single.append(rows[k])
        if gap:
            single.append(("", rows[k + 1][1]))
    return song.with_rows(single)


def single_blanks(song: TracedSong) -> TracedSong:
    """Leave one blank between words, and none before a line."""
    text = song.text
    if not (text.startswith(" ") or any(blanks in text for blanks in ("  ", "\t", "\n "))):
        return song
    return song.with_rows((" ".join(line.split()), origin) for line, origin in song.rows())
