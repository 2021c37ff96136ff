"""What each column of a table is: lyrics, title, artist, label of a section, a detail."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from lyricslab.importing.guess import COLUMNS
from lyricslab.importing.readers.source import Columns, Source
from lyricslab.importing.tables.column_names import detail_of, is_about, keys, lyrics_rank, words
from lyricslab.importing.tables.column_profiles import Profile, Table, profiles
from lyricslab.importing.tables.lyrics_column import (
    choose_lyrics,
    no_column,
    same_name,
)
from lyricslab.importing.tables.song_sections import is_section_name, section_key
from lyricslab.importing.tables.title_column import (
    artists_by_name,
    titles_by_name,
    titles_by_values,
)

MIN_LABELLED = 0.6
"""At least this share of a column's values names sections if it is the column of labels."""
_ORDERS = frozenset(
    "verseorder order playorder songorder sequence arrangement flow presentation".split()
)


@dataclass(frozen=True, slots=True)
class Roles:
    """What the columns of a table are."""

    lyrics: str
    """The column that holds the words, or most of them."""
    parts: tuple[str, ...]
    """It and those whose words belong to the same songs, such as a chorus, in the file's order."""
    title: str | None
    artist: str | None
    label: str | None
    """The column that says which section of a song a row is."""
    order: str | None
    """The column that says in which order the sections are sung."""
    details: tuple[tuple[str, str], ...]
    """Details of a song, such as "album", with their columns."""
    guessed: str
    """What was recognised by values alone, in a sentence; empty if nothing was."""
    found: tuple[Profile, ...]
    """All columns that are filled."""


def find_roles(table: Table, source: Source, known: tuple[str, bool] | None = None) -> Roles:
    """Return what the columns are: as the user chose, by their names, else by their values.

    Args:
        known: the lyrics column, if it is known, and whether it was guessed.

    Raises:
        ColumnsError: if no column is recognised as the lyrics, or a chosen one is missing.
    """
    found = profiles(table)
    chosen = source.columns or Columns("")
    own = [one for one in found if one.name not in table.outer]
    lyrics, guessed = known or choose_lyrics(own, source, table.empty)
    beside = _beside(lyrics, own)
    parts = tuple(one.name for one in own if one.name == lyrics or one.name in beside)
    single = [one for one in own if one.name not in table.inner]
    label = _labels(single, parts)
    title = _chosen(chosen.title, found, source)
    if title is None and chosen.title != "":
        title = titles_by_name(single, (*parts, label or ""))
    by_values = None
    if title is None and chosen.title != "":
        by_values = titles_by_values(table, single, lyrics)
    artist = _chosen(chosen.artist, found, source)
    if artist is None and chosen.artist != "":
        near = artists_by_name(own, (*parts, title or ""))
        artist = near or artists_by_name(found, (*parts, title or ""))
    said = [f"The words are those of '{lyrics}'"] if guessed else []
    if by_values is not None:
        said.append(f"{'t' if said else 'T'}he titles are those of '{by_values}'")
    if COLUMNS in source.declined:
        by_values = None
    taken = {*parts, title or by_values, artist, label}
    return Roles(
        lyrics,
        parts,
        title or by_values,
        artist,
        label,
        next((one.name for one in own if "".join(words(section_key(one.name))) in _ORDERS), None),
        _details(found, taken),
        f"{' and '.join(said)}, judged by their values." if said else "",
        tuple(found),
    )


def _chosen(name: str | None, found: Sequence[Profile], source: Source) -> str | None:
    if not name:
        return None
    same = same_name(name, found)
    if same is None and not source.depth:
        raise no_column(found, f" named '{name}'", source.name)
    return same


def _beside(lyrics: str, found: Sequence[Profile]) -> set[str]:
    """Return the columns whose words belong to the same songs: a chorus, verse_2, lyrics2."""
    base = _base(lyrics) if lyrics_rank(lyrics) is not None else ()
    around = _around(lyrics)
    return {
        one.name
        for one in found
        if one.name != lyrics and one.is_wordy and _around(one.name) == around
        if is_section_name(section_key(one.name)) or (base and _base(one.name) == base)
    }


def _around(path: str) -> list[str]:
    """Return the keys above the one that names a section, or above the last."""
    parts, key = keys(path), section_key(path)
    return parts[:-2] if len(parts) > 1 and parts[-2] == key != parts[-1] else parts[:-1]


def _base(path: str) -> tuple[str, ...]:
    return tuple(word for word in words(keys(path)[-1] if keys(path) else "") if not word.isdigit())


def _labels(found: Sequence[Profile], parts: Sequence[str]) -> str | None:
    fit = [
        one
        for one in found
        if one.name not in parts
        and one.labels >= MIN_LABELLED
        and one.filled >= 0.3
        and detail_of(one.name) is None
    ]
    return max(fit, key=lambda one: one.labels * one.filled).name if fit else None


def _details(found: Sequence[Profile], taken: set[str | None]) -> tuple[tuple[str, str], ...]:
    details: dict[str, str] = {}
    for one in found:
        detail = detail_of(one.name)
        if detail and one.name not in taken and not is_about(one.name) and one.chars <= 100:
            details.setdefault(detail, one.name)
    return tuple(details.items())
