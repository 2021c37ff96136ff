"""Recognise the columns of a table, or keys of JSON, that hold lyrics, title and artist."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lyricslab.errors import ColumnsError
from lyricslab.importing.readers.source import Columns, Source


def _each(names: str) -> tuple[str, ...]:
    return tuple(names.split())


LYRICS = _each(
    "lyrics lyric songtext songtexte liedtext paroles letra letras testo testi liedtekst "
    "sangtekst texty slova лирика слова текст 歌詞 가사 text texte texto tekst words verses "
    "verse body content"
)
"""Names of the lyrics column, the surest first."""
TITLE = _each(
    "title titel titre titulo título titolo tytuł tytul название songtitle trackname song name "
    "track songname cancion canción chanson lied 曲名"
)
ARTIST = _each(
    "artist artists artistname author singer band performer writer songwriter artiste auteur "
    "artista autor interprete interpret kunstler künstler cantor исполнитель автор 歌手"
)
_PARTS = re.compile(r"[\W_]+|(?<=[a-z])(?=[A-Z])")


def find_columns(names: Sequence[str], source: Source) -> Columns:
    """Return the columns that the user chose, else those recognised by their names.

    A chosen column may be missing from a table in an archive, which may hold other tables. Where
    only the title or the artist was chosen, `chosen.lyrics` is empty and recognised by its name.

    Raises:
        ColumnsError: if no column is recognised as the lyrics, or a chosen one is missing.
    """
    chosen = source.columns or Columns("")
    names_chosen = [name for name in (chosen.lyrics, chosen.title, chosen.artist) if name]
    missing = [name for name in names_chosen if _same(name, names) is None]
    if missing and not source.depth:
        raise _no_column(names, f" named '{missing[0]}'", source.name)
    lyrics = _same(chosen.lyrics, names)
    if lyrics is not None:
        return Columns(lyrics, _same(chosen.title, names), _same(chosen.artist, names))
    lyrics = _named(names, LYRICS)
    if lyrics is None:
        by_name = " for the lyrics that can be told by its name"
        asked = f" named '{chosen.lyrics}'" if chosen.lyrics else by_name
        raise _no_column(names, asked, source.name)
    rest = [name for name in names if name != lyrics]
    title = _same(chosen.title, names) or _named(rest, TITLE)
    artist = _same(chosen.artist, names) or _named(rest, ARTIST)
    return Columns(lyrics, title, artist)


def has_lyrics(names: Sequence[str], chosen: Columns | None) -> bool:
    """Return whether one of these names is that of the lyrics, chosen or recognised."""
    by_hand = chosen is not None and _same(chosen.lyrics, names) is not None
    return by_hand or _named(names, LYRICS) is not None


def _no_column(names: Sequence[str], asked: str, file: str) -> ColumnsError:
    listed = ", ".join(f"'{name}'" for name in names[:12]) or "none"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ColumnsError(
        f"'{file}' has no column{asked}. It has: {listed}{more}. Choose one of these.", names
    )


def is_column_name(name: str) -> bool:
    """Return whether a name is one that columns have."""
    return _named([name], LYRICS + TITLE + ARTIST) is not None


def _named(names: Sequence[str], vocabulary: Sequence[str]) -> str | None:
    """Return the column named by the first of these words, in full or as one of up to three."""
    by_name = {"".join(_words(name)): name for name in reversed(names)}
    for word in vocabulary:
        if word in by_name:
            return by_name[word]
    for word in vocabulary:
        for name in names:
            if word in _words(name) and len(_words(name)) <= 3:
                return name
    return None


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _PARTS.split(name) if word]


def _same(name: str | None, names: Sequence[str]) -> str | None:
    """Return the column of this name, ignoring case and spaces around it."""
    if name is None:
        return None
    return next(
        (column for column in names if column.strip().casefold() == name.strip().casefold()), None
    )
