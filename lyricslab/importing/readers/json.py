"""JSON: a list of songs, an object with one inside, titles with their texts, or a song per line."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Sequence
from typing import Any

from lyricslab.errors import BrokenFileError
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.tables.column_names import lyrics_rank
from lyricslab.importing.tables.column_profiles import Profile
from lyricslab.importing.tables.json_shapes import shaped
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
        value = shaped(_values(text, source))
    except RecursionError as error:
        raise BrokenFileError(
            f"'{source.name}' is nested too deeply to be a list of songs. Import a list of objects "
            "with a title and lyrics each."
        ) from error
    if value is None:
        raise BrokenFileError(
            f"'{source.name}' holds no list of songs. Import a list of objects with a title and "
            "lyrics each."
        )
    found = list(_found(value, source))
    return source.result(
        "JSON",
        [song for one in found for song in one.songs],
        decoded,
        [note for one in found for note in one.notes],
        [guess for one in found for guess in one.guesses],
    )


def _found(value: Any, source: Source) -> Iterator[Found]:
    """Yield the songs of each list of songs in the file."""
    seen = survey(value)
    profiles = seen.profiles()
    if not any(one.words > 0 for one in profiles):
        return
    lyrics, guessed = choose_lyrics(profiles, source, seen.empty())
    levels: list[Path] = []
    for path in [seen.path(lyrics), *_like(seen.path(lyrics), profiles, seen)]:
        level = song_level(path, seen)
        if not any(is_around(level, other) or is_around(other, level) for other in levels):
            levels.append(level)
            table = json_table(value, level)
            yield read_table(table, source, (path_name(path), guessed))


def _like(lyrics: Path, profiles: Sequence[Profile], seen: Survey) -> list[Path]:
    """Return the paths of lyrics in other lists than the first."""
    names = [one.name for one in profiles if one.is_wordy and lyrics_rank(one.name) is not None]
    paths = [seen.path(name) for name in names]
    return [path for path in paths if path != lyrics and path[-1] == lyrics[-1]]


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
