"""Blank lines after every line, and blanks where one would do."""

from __future__ import annotations

from itertools import pairwise
from statistics import median

from lyricslab.importing.cleaning.traced_song import Row, TracedSong
from lyricslab.importing.lines import single_spaced

VERSE_CHARS = 80
"""Longer lines are hardly verse."""


def close_up(sheet: TracedSong) -> TracedSong:
    """A double-spaced song as if it had been written single-spaced."""
    if "\n\n" not in sheet.text:
        return sheet
    rows = [(line.rstrip(" \t"), origin) for line, origin in sheet.rows()]
    full = [k for k, (line, _) in enumerate(rows) if line]
    gaps = [after - before - 1 for before, after in pairwise(full)]
    closed = single_spaced(gaps)
    # Between paragraphs of prose a blank line is what should stand there.
    if closed == gaps or median(len(rows[k][0]) for k in full) > VERSE_CHARS:
        return sheet
    kept: list[Row] = []
    for k, gap in zip(full, [*closed, 0], strict=True):
        kept.append(rows[k])
        if gap:
            kept.append(("", rows[k + 1][1]))
    return sheet.written(kept)


def single(sheet: TracedSong) -> TracedSong:
    """The song with one blank between words, and none before a line."""
    text = sheet.text
    if not (text.startswith(" ") or any(blanks in text for blanks in ("  ", "\t", "\n "))):
        return sheet
    return sheet.written((" ".join(line.split()), origin) for line, origin in sheet.rows())
