"""The songs of a JSON value: each list of songs in it is read as a table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from lyricslab.importing.readers.source import Source
from lyricslab.importing.tables.column_names import lyrics_rank
from lyricslab.importing.tables.column_profiles import Profile
from lyricslab.importing.tables.json_table import (
    Path,
    Survey,
    is_around,
    json_table,
    path_name,
    song_level,
    survey,
)
from lyricslab.importing.tables.lyrics_column import choose_lyrics
from lyricslab.importing.tables.table_songs import Found, read_table


def json_songs(value: Any, source: Source, unit: str = "entry") -> Found:
    """Return the songs in a list of objects, or in an object.

    Args:
        value: as `json_shapes.shaped` returns it.
        unit: what an object is called, "entry" or "row".

    Raises:
        ColumnsError: if no key is recognised as the lyrics, or a chosen one is missing.
    """
    found = list(_lists(value, source, unit))
    return Found(
        [song for one in found for song in one.songs],
        [note for one in found for note in one.notes],
        [guess for one in found for guess in one.guesses],
        found[0].lyrics if found else "",
    )


def _lists(value: Any, source: Source, unit: str) -> Iterator[Found]:
    """Yield what is found in each list of songs."""
    seen = survey(value)
    profiles = seen.profiles()
    if not any(one.words > 0 for one in profiles):
        return
    lyrics, guessed = choose_lyrics(profiles, source, seen.empty())
    first = seen.path(lyrics)
    chosen: dict[Path, Path] = {}
    for path in [first, *_like(first, profiles, seen)]:
        level = song_level(path, seen)
        if not any(is_around(level, other) or is_around(other, level) for other in chosen):
            chosen[level] = path
    names = frozenset(map(path_name, chosen.values()))
    for level, path in sorted(chosen.items(), key=lambda each: [*seen.values].index(each[1])):
        table = json_table(value, level, unit)
        yield read_table(table, source, (path_name(path), guessed), names)


def _like(lyrics: Path, profiles: Sequence[Profile], seen: Survey) -> list[Path]:
    """Return the paths of lyrics in other lists than the first."""
    names = [one.name for one in profiles if one.is_wordy and lyrics_rank(one.name) is not None]
    paths = [seen.path(name) for name in names]
    return [path for path in paths if path != lyrics and path[-1] == lyrics[-1]]
