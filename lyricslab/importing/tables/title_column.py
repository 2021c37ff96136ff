"""Which column of a table holds the titles, which the artists."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from itertools import groupby

from lyricslab.importing.lines import one_line
from lyricslab.importing.tables.column_names import (
    artist_rank,
    detail_of,
    is_about,
    is_beside,
    lyrics_rank,
    title_rank,
)
from lyricslab.importing.tables.column_profiles import Profile, Table, rendered

MAX_TITLE_CHARS = 80
"""A column whose texts are longer on average does not hold titles."""
MAX_NAMED_CHARS = 200
"""Nor does one with the name of titles, if they are longer than this."""
MIN_DISTINCT = 0.6
"""At least this share of the songs has a title of its own, where no name says which they are."""
_NOT_WORDS = frozenset("/_|@#=<>")


def titles_by_name(found: Sequence[Profile], lyrics: Collection[str]) -> str | None:
    """Return the column with the name of titles whose values can be titles."""
    ranked = [
        (rank, one.name)
        for one in found
        if one.name not in lyrics
        and (rank := title_rank(one.name)) is not None
        and one.chars <= MAX_NAMED_CHARS
        and one.labels < 0.5
    ]
    return min(ranked)[1] if ranked else None


def artists_by_name(found: Sequence[Profile], taken: Collection[str]) -> str | None:
    """Return the column with the name of artists, those of the song itself before any around it."""
    ranked = [
        (rank, -one.name.count("."), one.name)
        for one in found
        if one.name not in taken
        and (rank := artist_rank(one.name)) is not None
        and one.chars <= MAX_NAMED_CHARS
    ]
    return min(ranked)[-1] if ranked else None


def titles_by_values(table: Table, found: Sequence[Profile], lyrics: str) -> str | None:
    """Return the short column in words that differs most between songs, if it differs enough.

    Neighbours with the same value count once, for they may be parts of one song.
    """
    sung = {rendered(value).strip() for value in table.column(lyrics)}
    best, most = None, 1
    for one in _short(found, lyrics):
        if one.name in table.outer:
            continue
        values = [one_line(rendered(value)) for value in table.column(one.name)]
        runs = [value for value, _ in groupby(filter(None, values))]
        distinct = {*runs}
        is_link = sum(not _NOT_WORDS.isdisjoint(value) for value in distinct) > len(distinct) / 2
        copied = len(distinct & sung) > len(distinct) / 2  # the line before, or the next
        if is_link or copied or len(distinct) < MIN_DISTINCT * len(runs):
            continue
        if len(distinct) > most:
            best, most = one.name, len(distinct)
    return best


def likely_title(found: Sequence[Profile], lyrics: str) -> str | None:
    """Return the column to offer for the titles: by its name, else short, in words, differing."""
    named = titles_by_name(found, [lyrics])
    short = max(_short(found, lyrics), key=lambda one: one.distinct, default=None)
    return named or (short.name if short else None)


def _short(found: Sequence[Profile], lyrics: str) -> list[Profile]:
    return [
        one
        for one in found
        if one.name != lyrics
        and one.words >= 0.9
        and one.chars <= MAX_TITLE_CHARS
        and one.several <= 0.1
        and one.labels < 0.3
        and artist_rank(one.name) is None
        and detail_of(one.name) is None
        and (lyrics_rank(one.name) is None or title_rank(one.name) is not None)
        and not is_about(one.name)
        and not is_beside(one.name)
    ]
