"""Titles, or titles and artists, above the lyrics as if they were sung."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import dropwhile

from lyricslab.importing.boundaries.candidates import is_title
from lyricslab.importing.cleaning.traced_song import TracedSong

_BYLINE = re.compile(r"(?:(?:lyrics|words|music|written|sung|performed) )*by\s*:?\s+(.+)", re.I)
_BETWEEN = re.compile(r"\s+(?:-+|by|BY|By|\||/)\s+")
_NUMBER = re.compile(r"(?:track\s*)?#?\d{1,3}\s*[.:)-]\s*", re.IGNORECASE)

_DATED = re.compile(
    r".{1,80}[\s,(\[-](?:19|20)\d\d[)\]]?|[(\[]?(?:19|20)\d\d[)\]]?\s?[-.:,]\s?\S.{0,80}"
)
"""An album with its year."""

UNTITLED_SHARE = 0.5
"""The share of the untitled songs that must begin with what looks like a title."""
SECOND_SHARE = 0.5
"""The share of the songs with titles whose titles must be in the second line of the lyrics."""
TITLE_CHARS = 60
"""A longer first line is not the title of an untitled song."""
LINE_CHARS = 200
"""A longer line contains no title."""


def remove_titles(songs: Sequence[TracedSong]) -> list[TracedSong | None]:
    """Remove titles, or titles and artists, from the top of the lyrics.

    An album with its year, or the artist, may be above the title; another line may be above it in
    most songs, and stays.

    An untitled song gets a line that is alone above its lyrics as its title, provided that most
    untitled songs have such a line; a single one may be anything.
    """
    untitled = [song for song in songs if not song.title]
    alone = sum(1 for song in untitled if _has_title_line(song))
    usual = alone > 1 and alone >= UNTITLED_SHARE * len(untitled)
    second = sum(_has_second_title(song) for song in songs)
    below_lines = second > 2 and second >= SECOND_SHARE * (len(songs) - len(untitled))
    return [
        _without_second_title(song, below_lines)
        if _has_second_title(song)
        else _without_title(song, song.title)
        if song.title
        else _without_title(song, song.lines[0])
        if usual and _has_title_line(song)
        else song
        for song in songs
    ]


def _has_title_line(song: TracedSong) -> bool:
    """Return whether the first line looks like a title above the lyrics."""
    first, _, rest = song.text.partition("\n")
    return (
        len(first) <= TITLE_CHARS
        and first[-1] not in ",;:-"
        and not first[0].islower()
        and is_title(first, rest)
        and "\n" in rest.strip("\n").split("\n\n")[0]
    )


def _has_second_title(song: TracedSong) -> bool:
    """Return whether the title is alone in the second line, with a blank line below."""
    if not song.title or len(song.lines) < 4:
        return False
    above, second, blank, *_ = [line.strip() for line in song.lines[:4]]
    key = _key(song.title)
    return bool(above and second and not blank) and key == _key(second) and key != _key(above)


def _without_second_title(song: TracedSong, usual: bool) -> TracedSong:
    """Remove a title in the second line, and an album or artist above it."""
    above, _, *rows = song.rows()
    named = _DATED.fullmatch(above[0].strip()) or _is_byline(above[0], song.artist)
    if not named and not usual:
        return song
    return song.with_rows(rows if named else [above, *rows])


def _without_title(song: TracedSong, title: str) -> TracedSong:
    """Remove the lines at the top that state this title or the artist."""
    first, _, rest = song.text.partition("\n")
    if len(first) > LINE_CHARS:
        return song
    alone = not rest or rest.startswith("\n") or _is_byline(rest.split("\n", 1)[0], song.artist)
    states = _states_title if alone else _states_title_and_artist
    if not states(first, title, song.artist):
        return song
    rows = list(dropwhile(lambda row: not row[0].strip(), list(song.rows())[1:]))
    if rows and _is_byline(rows[0][0], song.artist):
        rows = rows[1:]
    bare = song.title or _NUMBER.sub("", title.strip(), count=1).strip("\"' ") or title.strip()
    titled = replace(song, title=bare).with_rows(rows)
    return titled if titled.text else song


def _states_title(line: str, title: str, artist: str) -> bool:
    """Return whether a line is the title, alone or with the artist; a sentence may be sung."""
    sentence = line.rstrip().endswith((".", ",", ";")) and not title.endswith(line.strip()[-1])
    return (_key(line) == _key(title) and not sentence) or _states_title_and_artist(
        line, title, artist
    )


def _states_title_and_artist(line: str, title: str, artist: str) -> bool:
    """Return whether a line is title and artist, as "Old Dog by Ann" or "Ann - Old Dog".

    The artist must be known or follow "by"; otherwise "Old Dog - home again" would match.
    """
    parts = _BETWEEN.split(_NUMBER.sub("", line.strip(), count=1), maxsplit=1)
    if len(parts) != 2:
        return False
    keys = {_key(part) for part in parts}
    if artist:
        return keys == {_key(title), _key(artist)}
    by = re.search(r"\s(?:by|By|BY)\s+[A-Z]", line) is not None
    return by and _key(parts[0]) == _key(title)


def _is_byline(line: str, artist: str) -> bool:
    by = _BYLINE.fullmatch(line.strip()[:LINE_CHARS])
    return bool(artist and (_key(line) == _key(artist) or (by and _key(by[1]) == _key(artist))))


def _key(text: str) -> str:
    """Return the letters and digits of a title in lower case, to compare it with another."""
    bare = re.sub(r"\blyrics\b", "", _NUMBER.sub("", text.strip(), count=1), flags=re.IGNORECASE)
    return "".join(filter(str.isalnum, bare)).lower()
