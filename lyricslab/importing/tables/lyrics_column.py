"""Which column of a table holds the lyrics: found by names, checked by values, or asked for."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.errors import ColumnsError
from lyricslab.importing.guess import COLUMNS
from lyricslab.importing.readers.source import Source
from lyricslab.importing.tables.column_names import (
    artist_rank,
    detail_of,
    is_about,
    lyrics_rank,
    title_rank,
)
from lyricslab.importing.tables.column_profiles import Profile
from lyricslab.importing.tables.title_column import likely_title
from lyricslab.wording import listed

MAX_OFFERED = 100
MAX_LISTED = 12
MUCH_LONGER = 5.0
"""A column whose texts are this many times longer than those of a surer name is taken."""
CLEARLY_LONGER = 3.0
"""How much longer the lyrics are than any other texts, where no name says which they are."""


def choose_lyrics(
    found: Sequence[Profile], source: Source, empty: Sequence[str] = ()
) -> tuple[str, bool]:
    """Return the name of the lyrics column, and whether it was guessed from values alone.

    A chosen column may be missing from a table in an archive, which may hold other tables.

    Args:
        empty: names of columns without any value.

    Raises:
        ColumnsError: if no column is recognised, or a chosen one is missing.
    """
    chosen = source.columns.lyrics if source.columns else ""
    if chosen:
        name = same_name(chosen, found)
        if name is not None:
            return name, False
        if not source.depth:
            raise no_column(found, f" named '{chosen}'", source.name)
    named = _by_name(found)
    if named is not None:
        return named, False
    bare = [name for name in empty if lyrics_rank(name) is not None]
    if bare and not any(one.is_wordy and not _is_head(one) for one in found):
        return bare[0], False  # titles without lyrics
    guessed = by_values(found)
    if guessed is not None and COLUMNS not in source.declined:
        return guessed, True
    asked = f" named '{chosen}'" if chosen else " that can be recognised as the lyrics"
    raise no_column(found, asked, source.name)


def _by_name(found: Sequence[Profile]) -> str | None:
    named = {
        one.name: rank
        for one in found
        if (rank := lyrics_rank(one.name)) is not None and _may_be_lyrics(one)
    }
    if not named:
        return None
    sure = [one for one in found if named.get(one.name) == min(named.values())]
    length = max(one.chars * one.filled for one in sure)
    best = next(one for one in sure if 2 * one.chars * one.filled >= length)
    for other in found:
        longer = other.chars > MUCH_LONGER * best.chars and other.is_long and not best.is_long
        if other.name in named and longer and best.spaced < 0.5:
            best = other
    return best.name


def _may_be_lyrics(one: Profile) -> bool:
    return one.is_wordy and one.timed < 0.5


def _is_head(one: Profile) -> bool:
    """Return whether a column has the name of titles, artists or details."""
    heads = any(rank(one.name) is not None for rank in (title_rank, artist_rank))
    return heads or detail_of(one.name) is not None


def by_values(found: Sequence[Profile]) -> str | None:
    """Return the column that clearly holds the words: long, in several lines, all different."""
    long = [one for one in found if one.is_long and one.distinct >= 0.8 and not is_about(one.name)]
    best = max(long, key=lambda one: one.chars, default=None)
    if best is None or best.filled < 0.5:
        return None
    rivals = [one.chars for one in found if one is not best and one.is_wordy]
    return best.name if all(chars * CLEARLY_LONGER <= best.chars for chars in rivals) else None


def same_name(name: str | None, found: Sequence[Profile]) -> str | None:
    """Return the column of this name, ignoring case and spaces around it.

    The last key of a path will do, and a key above the words.
    """
    if not name or not name.strip():
        return None
    wanted = _simple(name)
    for one in found:
        if _simple(one.name) == wanted:
            return one.name
    ends = [one for one in found if _simple(one.name).endswith(f".{wanted}")]
    if not ends:
        ends = [one for one in found if f".{wanted}." in f".{_simple(one.name)}."]
        wordy = [one for one in ends if one.is_wordy and (lyrics_rank(one.name) is not None)]
        ends = wordy or [one for one in ends if one.is_wordy] or ends
    return max(ends, key=lambda one: one.chars * one.filled).name if ends else None


def _simple(name: str) -> str:
    return name.strip().casefold()


def no_column(found: Sequence[Profile], asked: str, file: str) -> ColumnsError:
    """Return the error that asks for a column; those with words are offered, likely ones first."""
    in_order = [one.name for one in sorted(found, key=_likeliness) if one.words > 0][:MAX_OFFERED]
    offered = in_order or [one.name for one in found][:MAX_OFFERED]
    names = listed([f"'{name}'" for name in offered], limit=MAX_LISTED) or "none with words"
    lyrics = next((one for one in found if offered and one.name == offered[0]), None)
    return ColumnsError(
        f"'{file}' has no column{asked}. It has: {names}. Choose one of these, or leave the file "
        "out if it has no lyrics.",
        offered,
        likely_title(found, lyrics.name) if lyrics else None,
    )


def _likeliness(one: Profile) -> tuple[bool, bool, float]:
    """Return a key by which likely lyrics come first."""
    return not one.is_wordy, _is_head(one) or is_about(one.name), -one.chars
