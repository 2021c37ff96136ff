"""Which column of a table, or key of JSON, holds the lyrics, the title, the artist."""

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
    """The columns chosen by hand, else those told by their names.

    What was chosen may be missing from a table in an archive, for there it is one of many. Where
    only the title or the artist was chosen, `chosen.lyrics` is empty and told by its name.

    Raises:
        ColumnsError: if no column can be told to hold the lyrics, or one that was chosen is not
            there.
    """
    chosen = source.columns or Columns("")
    wanted = [name for name in (chosen.lyrics, chosen.title, chosen.artist) if name]
    missing = [name for name in wanted if _same(name, names) is None]
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
    """Whether one of these names is that of the lyrics, chosen by hand or told."""
    by_hand = chosen is not None and _same(chosen.lyrics, names) is not None
    return by_hand or _named(names, LYRICS) is not None


def _no_column(names: Sequence[str], asked: str, file: str) -> ColumnsError:
    listed = ", ".join(f"'{name}'" for name in names[:12]) or "none"
    more = f" and {len(names) - 12} more" if len(names) > 12 else ""
    return ColumnsError(
        f"'{file}' has no column{asked}. It has: {listed}{more}. Choose one of these.", names
    )


def tells(name: str) -> bool:
    """Whether a name is one that columns have."""
    return _named([name], LYRICS + TITLE + ARTIST) is not None


def _named(names: Sequence[str], wanted: Sequence[str]) -> str | None:
    """The first of the wanted names that a column has, alone or as one of its words."""
    whole = {"".join(_words(name)): name for name in reversed(names)}
    for word in wanted:
        if word in whole:
            return whole[word]
    for word in wanted:
        for name in names:
            if word in _words(name) and len(_words(name)) <= 3:
                return name
    return None


def _words(name: str) -> list[str]:
    return [word.casefold() for word in _PARTS.split(name) if word]


def _same(name: str | None, names: Sequence[str]) -> str | None:
    """The column of this name, case and blanks aside."""
    if name is None:
        return None
    return next((own for own in names if own.strip().casefold() == name.strip().casefold()), None)
