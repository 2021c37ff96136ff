"""Lines that nobody sings in one breath: line breaks that were lost."""

from __future__ import annotations

import re
from math import ceil

from lyricslab.importing.cleaning.traced_song import Row, TracedSong

LONG_CHARS = 100
"""A line longer than this was hardly written as one."""
FIT_CHARS = 60
"""Pieces are made to be no longer than this where they can."""
_JOINED = re.compile(
    r"(?:(?<=[a-z,.!?;])|(?<=[a-z,.!?]['\")]))(?<!\bMc)(?<!\bMac)(?<!\bi)(?=[A-Z][a-z' ])"
)
"""Where a line break was dropped between two words: "all nightAnd then"; not in "McCoy"."""
_SLASH = re.compile(r" (?:/{1,2}|\|) | ?(?:\\n|<br ?/?>) ?", re.IGNORECASE)
_STANZA = re.compile(r" ?(?:\\n ?|<br ?/?> ?){2,}", re.IGNORECASE)
_STOP = re.compile(r"(?<=[.!?;:]) |(?<=[.!?;:]['\"]) ")
_PAUSE = re.compile(r"(?<=,) | (?=--? )")
_CAPITAL = re.compile(r" (?=[A-Z])(?!(?:I|I'\w+)\b)")
_WORD = re.compile(r" ")


def break_up(sheet: TracedSong) -> TracedSong:
    """The song with its very long lines broken where they may have been."""
    rows: list[Row] = []
    changed = False
    for line, origin in sheet.rows():
        if len(line) > LONG_CHARS:
            pieces = broken(line)
            changed = changed or len(pieces) > 1
            rows += [(piece, origin) for piece in pieces]
        else:
            rows.append((line, origin))
    return sheet.written(rows) if changed else sheet


def broken(line: str) -> list[str]:
    """A long line in pieces, no word or sign of it lost but what stood for a line break.

    Where breaks were dropped or written as "/" all of them are taken; what is still too long is
    broken after sentences, then at commas, then before capitals, then between words.
    """
    bare = " ".join(line.split())  # one blank where there are several
    first, *others = _STANZA.split(bare)
    return _lines(first) + [line for stanza in others for line in ("", *_lines(stanza))]


def _lines(stanza: str) -> list[str]:
    parts = _SLASH.split(stanza)
    parts = [piece for part in parts for piece in _cut(part, _JOINED)]
    parts = [piece.strip() for piece in parts]
    for where in (_STOP, _PAUSE, _CAPITAL, _WORD):
        parts = [piece for part in parts for piece in _fit(part, where)]
    return [part for part in parts if part]


def _fit(text: str, where: re.Pattern[str]) -> list[str]:
    """A text that is too long in as few pieces as there can be, cut at some of these places."""
    if len(text) <= FIT_CHARS:
        return [text]
    # Cut between words alone, the pieces come out alike rather than with one word left over.
    most = ceil(len(text) / ceil(len(text) / FIT_CHARS)) + 6 if where is _WORD else FIT_CHARS
    pieces: list[str] = []
    held = ""
    for part in _cut(text, where):
        if held and len(held) + len(part.rstrip()) > most:
            pieces.append(held.strip())
            held = ""
        held += part
    return [*pieces, held.strip()]


def _cut(text: str, where: re.Pattern[str]) -> list[str]:
    """A text cut behind each of these places, whole when put together."""
    ends = [match.end() for match in where.finditer(text) if 0 < match.end() < len(text)]
    return [text[a:b] for a, b in zip([0, *ends], [*ends, len(text)], strict=True)]
