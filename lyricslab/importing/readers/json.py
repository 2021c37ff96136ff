"""JSON: a list of songs, an object with one inside, titles with their texts, or a song per line."""

from __future__ import annotations

import json
import math
from typing import Any

from lyricslab.errors import BrokenFileError, FileTooLargeError
from lyricslab.importing.readers.source import FileSongs, Source
from lyricslab.importing.tables.json_shapes import shaped
from lyricslab.importing.tables.json_songs import json_songs

EXTENSIONS = (".json", ".jsonl", ".ndjson")
MAX_PARTS = 1_500_000
"""More lists and objects are refused: each takes far more memory than its two brackets."""
MAX_DIGITS = 600
"""Python refuses to read numbers of thousands of digits; longer ones become infinite."""


def read(source: Source) -> list[FileSongs]:
    """Read the songs of a JSON file, or of one with a JSON value on each line."""
    decoded = source.text()
    text = decoded.text.removeprefix("\ufeff")
    if not text.strip():
        return source.result("JSON", [], decoded)
    if text.count("[") + text.count("{") > MAX_PARTS:
        raise FileTooLargeError(
            f"'{source.name}' has more lists and objects than any songs. Divide them into smaller "
            "files."
        )
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
    found = json_songs(value, source)
    return source.result("JSON", found.songs, decoded, found.notes, found.guesses)


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
