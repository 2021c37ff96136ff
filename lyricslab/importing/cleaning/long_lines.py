"""Very long lines, whose line breaks were lost."""

from __future__ import annotations

import re
from math import ceil

from lyricslab.importing.cleaning.traced_song import TracedSong

LONG_CHARS = 100
"""A longer line has lost its line breaks."""
FIT_CHARS = 60
"""The target length of the new lines."""
_JOINED = re.compile(
    r"(?:(?<=[a-z,.!?;])|(?<=[a-z,.!?]['\")]))(?<!\bMc)(?<!\bMac)(?<!\bi)(?=[A-Z][a-z' ])"
)
"""A line break that was dropped between two words: "all nightAnd then"; not in "McCoy"."""
_SLASH = re.compile(r" (?:/{1,2}|\|) ")
_STOP = re.compile(r"(?<=[.!?;:]) |(?<=[.!?;:]['\"]) ")
_PAUSE = re.compile(r"(?<=,) | (?=--? )")
_CAPITAL = re.compile(r" (?=[A-Z])(?!(?:I|I'\w+)\b)")
_WORD = re.compile(r" ")


def break_long_lines(song: TracedSong) -> TracedSong:
    """Break very long lines where their line breaks may have been."""
    parts = [break_line(line) if len(line) > LONG_CHARS else [line] for line in song.lines]
    if max(map(len, parts)) <= 1:
        return song
    return song.with_rows(
        (part, origin)
        for line_parts, origin in zip(parts, song.origins, strict=True)
        for part in line_parts
    )


def break_line(line: str) -> list[str]:
    """Break a line in parts; only signs that replaced a line break are removed.

    Breaks that were dropped or written as "/" are all restored. A part that is still too long is
    broken after sentences, then at commas, then before capitals, then between words.
    """
    parts = _SLASH.split(" ".join(line.split()))
    parts = [piece for part in parts for piece in _break(part, _JOINED)]
    parts = [piece.strip() for piece in parts]
    for where in (_STOP, _PAUSE, _CAPITAL, _WORD):
        parts = [piece for part in parts for piece in _fit(part, where)]
    return [part for part in parts if part]


def _fit(text: str, where: re.Pattern[str]) -> list[str]:
    """Break a text that is too long at some of these places, into as few parts as possible."""
    if len(text) <= FIT_CHARS:
        return [text]
    # Between words, aim for parts of equal length rather than one word left over.
    max_chars = ceil(len(text) / ceil(len(text) / FIT_CHARS)) + 6 if where is _WORD else FIT_CHARS
    parts: list[str] = []
    current = ""
    for part in _break(text, where):
        if current and len(current) + len(part.rstrip()) > max_chars:
            parts.append(current.strip())
            current = ""
        current += part
    return [*parts, current.strip()]


def _break(text: str, where: re.Pattern[str]) -> list[str]:
    """Break a text after each of these places; the parts add up to the text."""
    ends = [match.end() for match in where.finditer(text) if 0 < match.end() < len(text)]
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
