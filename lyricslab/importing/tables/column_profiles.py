"""What the values of a column look like: how many, how long, words or numbers, all different."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from lyricslab.importing.lines import newlines
from lyricslab.importing.tables.song_sections import (
    Labelled,
    SectionMap,
    is_section_label,
    sections,
    text_of,
)

MAX_SAMPLE = 2_000
"""A column is judged by the values of at most this many rows, spread over all of them."""
MAX_SAMPLE_CELLS = 400_000
MIN_SAMPLE = 50
_LINK = re.compile(r"(?:https?:/|www\.|/)\S+|\S+\.(?:html?|php|jpe?g|png|mp3|txt|com|org|net)/?")
_TIMED = re.compile(r"\s*[\[<]\d{1,3}:\d")
_HEX = re.compile(r"[0-9a-fA-F-]{16,}")


@dataclass(frozen=True, slots=True)
class Table:
    """Rows of a table, or objects of a file: their values column by column."""

    names: tuple[str, ...]
    """Of the columns, in order; of JSON paths such as "tracks.song.lyrics"."""
    count: int
    column: Callable[[str], list[Any]]
    """Return the values of a column, one a row."""
    empty: tuple[str, ...] = ()
    """Names of columns without any value."""
    unit: str = "row"
    outer: frozenset[str] = frozenset()
    """Names of the values around the rows, such as the artist beside a list of songs."""
    inner: frozenset[str] = frozenset()
    """Names of the values in lists of objects inside the rows, such as their sections."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What the values of one column look like; shares are from 0 to 1, of the filled values."""

    name: str
    filled: float
    """Share of all rows."""
    chars: float
    """Mean length."""
    lines: float
    """Mean number of lines."""
    several: float
    """Share with two lines or more."""
    distinct: float
    words: float
    """Share in words, not numbers or links."""
    labels: float
    """Share that names a section."""
    timed: float
    """Share that begins with a time."""
    spaced: float
    """Share with several words."""

    @property
    def is_wordy(self) -> bool:
        """Whether it holds words that could be sung."""
        return self.words >= 0.5 and self.labels < 0.6

    @property
    def is_long(self) -> bool:
        """Whether it holds texts as long as lyrics, in several lines."""
        return self.is_wordy and self.chars >= 80 and self.several >= 0.5


def profile(name: str, values: Sequence[Any]) -> Profile:
    """Describe the values of a column, or a sample of them."""
    texts = [text for text in (rendered(value).strip() for value in values) if text]
    count = max(1, len(texts))
    return Profile(
        name,
        len(texts) / max(1, len(values)),
        sum(map(len, texts)) / count,
        sum(1 + text.count("\n") for text in texts) / count,
        sum("\n" in text for text in texts) / count,
        len(set(texts)) / count,
        sum(map(_is_in_words, texts)) / count,
        _labels(values),
        sum(_TIMED.match(text) is not None for text in texts) / count,
        sum(" " in text for text in texts) / count,
    )


def _labels(values: Sequence[Any]) -> float:
    """Return the share of names of sections; letters alone may be anything, such as keys."""
    parts = [part for value in values for part in _parts(value)]
    texts = [text for text in (rendered(part).strip() for part in parts) if text]
    labels = [text for text in texts if is_section_label(text)]
    return len(labels) / len(texts) if any(len(label) > 1 for label in labels) else 0.0


def _parts(value: Any) -> list[Any]:
    return [part for _, part in value] if isinstance(value, Labelled) else [value]


def profiles(table: Table) -> list[Profile]:
    """Describe each column that is filled anywhere, from one pass over the rows."""
    size = max(MIN_SAMPLE, min(MAX_SAMPLE, MAX_SAMPLE_CELLS // max(1, len(table.names))))
    chosen = sample(range(table.count), size)
    found = []
    for name in table.names:
        column = table.column(name)
        one = profile(name, [column[k] for k in chosen])
        if not one.filled and table.count > size:
            one = profile(name, [value for value in column if rendered(value).strip()][:size])
        if one.filled:
            found.append(one)
    return found


def sample(values: Sequence[Any], size: int) -> Sequence[Any]:
    """Return some values, evenly spread."""
    return values if len(values) <= size else [values[k * len(values) // size] for k in range(size)]


def rendered(value: Any) -> str:
    """Return a value as text; empty for what has none."""
    if isinstance(value, str):
        return newlines(value) if "\r" in value else value
    if isinstance(value, list | SectionMap):
        return text_of(sections(value))
    return "" if value is None or isinstance(value, bool) else str(value)


def _is_in_words(text: str) -> bool:
    head = text[:400]
    letters = sum(map(str.isalpha, head))
    if not letters or letters <= sum(map(str.isdigit, head)):
        return False
    if " " in text or "\n" in text:
        return True
    return _LINK.fullmatch(head) is None and _HEX.fullmatch(head) is None
