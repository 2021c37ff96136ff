"""JSON: a list of songs, an object with one inside, titles with their texts, or a song per line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from typing import Any

from lyricslab.errors import BrokenFileError
from lyricslab.importing.readers.columns import ARTIST, LYRICS, TITLE, find_columns, has_lyrics
from lyricslab.importing.readers.source import Columns, FileSongs, Source
from lyricslab.songs.raw_song import RawSong

EXTENSIONS = (".json", ".jsonl", ".ndjson")
MAX_DIGITS = 600
"""Python refuses to read numbers of thousands of digits; longer ones become infinite."""


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a JSON file, or of one with a JSON value on each line."""
    decoded = source.text()
    text = decoded.text.removeprefix("\ufeff")
    if not text.strip():
        return source.result("JSON", [], decoded)
    try:
        songs = _drafts(_values(text, source), source)
    except RecursionError as error:
        raise BrokenFileError(
            f"'{source.name}' is nested too deeply to be a list of songs. Import a list of objects "
            "with a title and lyrics each."
        ) from error
    return source.result("JSON", songs, decoded)


def _values(text: str, source: Source) -> Any:
    """Return the one value of the file, or a list of the values of its lines."""
    by_line = source.extension != ".json"
    try:
        return _one_or_many(_lines(text, source.name)) if by_line else _parsed(text)
    except json.JSONDecodeError as error:
        first_error = error
    except BrokenFileError:
        # Some .jsonl files hold one value over many lines, some .json files a value per line.
        try:
            return _parsed(text)
        except json.JSONDecodeError:
            pass
        raise
    try:
        return _lines(text, source.name)
    except BrokenFileError:
        pass
    raise BrokenFileError(
        f"'{source.name}' is not valid JSON: line {first_error.lineno}, column {first_error.colno} "
        "does not fit. It may be cut short; save it again."
    ) from first_error


def _parsed(text: str) -> Any:
    return json.loads(text, parse_int=lambda n: int(n) if len(n) <= MAX_DIGITS else math.inf)


def _one_or_many(values: list[Any]) -> Any:
    """Return the values of lines; a list or an object on the only line is the complete file."""
    return values[0] if len(values) == 1 and isinstance(values[0], list | dict) else values


def _lines(text: str, name: str) -> list[Any]:
    values = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.strip():
            try:
                values.append(_parsed(line))
            except json.JSONDecodeError as error:
                raise BrokenFileError(
                    f"Line {number} of '{name}' is not valid JSON. The file may be cut short; "
                    "save it again with one song per line."
                ) from error
    return values


def _drafts(value: Any, source: Source) -> list[RawSong]:
    if isinstance(value, list):
        value = {"": value}
    if isinstance(value, dict):
        value = _inside(value, source.columns)
    if isinstance(value, str):
        value = [value]
    if not isinstance(value, list):
        raise BrokenFileError(
            f"'{source.name}' holds no list of songs. Import a list of objects with a title and "
            "lyrics each."
        )
    names = list(dict.fromkeys(key for item in value if isinstance(item, dict) for key in item))
    columns = find_columns(names, source) if names else None
    if _are_tuples(value):
        return [RawSong(song[0], song[-1], *song[1:-1]) for song in value]
    songs = []
    for item in value:
        if columns is not None and isinstance(item, dict):
            title, artist = item.get(columns.title or ""), item.get(columns.artist or "")
            songs.append(RawSong(_word(title), _words(item.get(columns.lyrics)), _word(artist)))
        elif not isinstance(item, dict):
            songs.append(RawSong("", _words(item)))
    return songs


def _are_tuples(value: list[Any]) -> bool:
    """Return whether songs are [title, lyrics] or [title, artist, lyrics], as many libraries write.

    Stanzas and songs as lists of lines look similar, but their parts have no line breaks.
    """
    tuples = all(
        isinstance(song, list)
        and len(song) in (2, 3)
        and all(isinstance(part, str) for part in song)
        and not any("\n" in part for part in song[:-1])
        for song in value
    )
    return tuples and any("\n" in song[-1] for song in value)


def _inside(value: dict[str, Any], chosen: Columns | None) -> Any:
    """Return the songs of an object: lists inside it, the object itself, or its entries."""
    groups: dict[str, list[Any]] = {}
    for key, songs in _lists(value, chosen, depth=4):
        groups.setdefault(key, []).extend(songs)
    if groups:
        named = [songs for songs in groups.values() if _hold_lyrics(songs, chosen)]
        return max(named or groups.values(), key=len)
    texts = {key: text for key, text in value.items() if isinstance(text, str | list)}
    entries = {key: item for key, item in value.items() if isinstance(item, dict)}
    if entries and len(entries) >= len(texts):  # {title: {lyrics: ...}}
        return [{"title": title, **item} for title, item in entries.items()]
    if _is_song(value) or len(texts) < len(value):
        return [value]
    return [{"title": title, "lyrics": text} for title, text in texts.items()]  # {title: text}


def _is_song(value: dict[str, Any]) -> bool:
    """Return whether an object is one song by its keys."""
    keys = {key.casefold() for key in value}
    if keys & {"lyrics", "lyric", "text", "title", "artist"}:
        return True
    return bool(keys & set(LYRICS) and keys & {*TITLE, *ARTIST})


def _hold_lyrics(songs: list[Any], chosen: Columns | None) -> bool:
    """Return whether the objects of a list have a key for their lyrics."""
    names = dict.fromkeys(key for song in songs if isinstance(song, dict) for key in song)
    return has_lyrics(list(names), chosen)


def _lists(
    value: dict[str, Any], chosen: Columns | None, depth: int
) -> Iterator[tuple[str, list[Any]]]:
    """Yield the lists of objects, or of complete songs, inside an object, with their keys.

    The objects in a list without lyrics, such as albums, are searched too.
    """
    for key, item in value.items():
        if isinstance(item, list):
            named = key.casefold() in ("songs", "tracks", "poems", "texts", "data", "items")
            alone = len(value) == 1 and not _is_song(value)
            if named or alone or any(isinstance(entry, dict) for entry in item):
                yield key.casefold(), item
            inner = [] if _hold_lyrics(item, chosen) else item
        else:
            inner = [item]
        for entry in inner:
            if isinstance(entry, dict) and depth:
                yield from _lists(entry, chosen, depth - 1)


def _words(value: Any) -> str:
    """Return a text, which may be a list of lines, or of stanzas that are lists of lines."""
    if isinstance(value, list):
        gap = "\n\n" if any(isinstance(part, list) for part in value) else "\n"
        return gap.join(map(_words, value))
    return value if isinstance(value, str) else ""


def _word(value: Any) -> str:
    """Return a title or a name, which may be an object with a name or a list."""
    if isinstance(value, dict):
        value = value.get("name")
    if isinstance(value, list):
        return ", ".join(filter(None, map(_word, value)))
    return str(value) if isinstance(value, str | int | float) else ""
