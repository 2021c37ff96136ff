"""Songs from a table: the words of each in singing order, neighbours joined, the rest named."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

from lyricslab.importing.boundaries.divide import divide
from lyricslab.importing.guess import COLUMNS, ROWS, Guess
from lyricslab.importing.lines import newlines, one_line, tidy
from lyricslab.importing.readers.source import Source
from lyricslab.importing.tables.column_profiles import Table, rendered, sample
from lyricslab.importing.tables.column_roles import Roles, find_roles
from lyricslab.importing.tables.neighbours import Part, find_songs, only_lines
from lyricslab.importing.tables.song_sections import (
    Labelled,
    Section,
    arranged,
    in_order,
    is_section_label,
    is_section_name,
    label_line,
    section_key,
    sections,
    text_of,
)
from lyricslab.songs.raw_song import RawSong
from lyricslab.wording import listed, plural

MIN_LEFT_OUT = 0.2
"""A column with words is named as left out if it has at least this share of the lyrics' length."""
SAMPLE = 200
MIN_WORDS_A_LINE = 2


@dataclass(frozen=True, slots=True)
class Found:
    """Songs made from a table, and the notes and guesses about them."""

    songs: list[RawSong]
    notes: list[str]
    guesses: list[Guess]
    lyrics: str
    """The column that holds the words, or most of them."""


def read_table(
    table: Table,
    source: Source,
    known: tuple[str, bool] | None = None,
    read: frozenset[str] = frozenset(),
) -> Found:
    """Return the songs of a table.

    Args:
        known: the lyrics column, if it is known, and whether it was guessed.
        read: the lyrics columns of other tables of the same file.

    Raises:
        ColumnsError: if no column is recognised as the lyrics, or a chosen one is missing.
    """
    roles = find_roles(table, source, known)
    texts = _texts(table, roles)
    guesses = []
    if roles.guessed:
        on = COLUMNS not in source.declined
        guesses.append(Guess(COLUMNS, roles.guessed, table.count, on))
    songs, together = _songs(table, roles, texts), _together(table, roles, texts, source)
    if together:
        on = ROWS not in source.declined
        guesses.append(Guess(ROWS, _joined_note(table, len(together)), len(together), on))
        songs = together if on else songs
    notes = list(_left_out(table, roles, texts, source.name, read))
    return Found(
        [one for one in songs if one.text.strip() or one.title], notes, guesses, roles.lyrics
    )


def _joined_note(table: Table, songs: int) -> str:
    several = {"row": "rows", "entry": "entries"}[table.unit]
    return f"{plural(table.count, table.unit, several)}, joined into {plural(songs, 'song')}."


# ---- a song a row


def _songs(table: Table, roles: Roles, texts: Sequence[str]) -> list[RawSong]:
    titles, artists = _heads(table, roles.title), _heads(table, roles.artist, every=True)
    details = [(detail, _heads(table, name, every=True)) for detail, name in roles.details]
    return [
        RawSong(
            title,
            text,
            artist,
            details=tuple((detail, column[k]) for detail, column in details if column[k]),
        )
        for k, (title, text, artist) in enumerate(zip(titles, texts, artists, strict=True))
    ]


def _heads(table: Table, name: str | None, *, every: bool = False) -> list[str]:
    """Return titles or names on one line each; of a list the first, or every one."""
    if name is None:
        return [""] * table.count
    return [_head(value, every) for value in table.column(name)]


def _head(value: Any, every: bool) -> str:
    if isinstance(value, Labelled):
        value = [part for _, part in value]
    if isinstance(value, list):
        heads = list(dict.fromkeys(filter(None, (_head(part, every) for part in value))))
        return ", ".join(heads if every else heads[:1])
    return one_line(rendered(value))


def _texts(table: Table, roles: Roles) -> list[str]:
    """Return the words of each row."""
    columns = [table.column(name) for name in roles.parts]
    if not columns:
        return [""] * table.count
    if roles.order is None and len(columns) == 1:
        return [rendered(value) for value in columns[0]]
    orders = table.column(roles.order) if roles.order else [None] * table.count
    return [
        _text(roles, values, order)
        for values, order in zip(zip(*columns, strict=True), orders, strict=True)
    ]


def _text(roles: Roles, values: Sequence[Any], order: Any) -> str:
    named = list(zip(roles.parts, map(sections, values), strict=True))
    named = [(name, parts) for name, parts in named if any(one.text.strip() for one in parts)]
    whole = [(name, parts) for name, parts in named if name == roles.lyrics]
    sung = _lines(text for _, parts in whole for text in parts)
    named = [
        (name, parts) for name, parts in named if name == roles.lyrics or not _lines(parts) <= sung
    ]
    if len(named) < 2:
        parts = [part for _, parts in named for part in parts]
        return text_of(in_order(parts, order))
    if not is_section_name(section_key(roles.lyrics)):
        named = [
            (name, _stanzas(parts) if name == roles.lyrics else parts) for name, parts in named
        ]
    return text_of(in_order(arranged(named), order))


def _lines(parts: Iterable[Section]) -> set[str]:
    return {one_line(line) for part in parts for line in part.text.split("\n")} - {""}


def _stanzas(parts: Sequence[Section]) -> list[Section]:
    """Return a text as its stanzas, so that a chorus can stand between them."""
    if len(parts) != 1:
        return list(parts)
    stanzas = re.split(r"\n[ \t]*\n", newlines(parts[0].text))
    return [Section("", stanza) for stanza in stanzas if stanza.strip()]


# ---- songs of neighbouring rows


def _together(table: Table, roles: Roles, texts: Sequence[str], source: Source) -> list[RawSong]:
    """Return the songs that rows are parts of; none if each is a song."""
    joined = find_songs(table, roles, texts)
    if joined is None:
        return list(divide("\n".join(texts)).songs) if only_lines(table, roles, texts) else []
    labels = _heads(table, roles.label)
    counts = _line_numbers(table, roles) if joined.part is Part.WORD else [""] * table.count
    each = _songs(table, roles, texts)
    songs = []
    for start, end in pairwise([*joined.starts, table.count]):
        parts = each[start:end]
        if joined.part is Part.SECTION:
            named = zip(labels[start:end], parts, strict=True)
            text = text_of(Section(_label(label), part.text) for label, part in named)
        else:
            text = _of_lines(parts, labels[start:end], counts[start:end])
        details: dict[str, str] = {}
        for name, value in (pair for part in parts for pair in part.details):
            details.setdefault(name, value)
        songs.append(
            RawSong(
                next((part.title for part in parts if part.title), ""),
                text,
                next((part.artist for part in parts if part.artist), ""),
                details=tuple(details.items()),
            )
        )
    if len(songs) == 1 and not songs[0].title:
        songs = [replace(songs[0], title=source.title)]
    return songs


def _label(text: str) -> str:
    return text if is_section_label(text) else ""


def _of_lines(parts: Sequence[RawSong], labels: Sequence[str], counts: Sequence[str]) -> str:
    """Return lines, or words of lines, as a text; a label is written where it changes."""
    rows: list[str] = []
    last_label = last_count = ""
    for part, label, count in zip(parts, labels, counts, strict=True):
        line = newlines(part.text).strip("\n")
        if label and label != last_label and _label(label):
            rows += ["", label_line(label)]
        elif count and count == last_count and rows:
            rows[-1] += f" {line}"
            continue
        rows.append(line)
        last_label, last_count = label or last_label, count
    return tidy("\n".join(rows))


def _line_numbers(table: Table, roles: Roles) -> list[str]:
    """Return the values of the column that numbers lines, where each row is a word."""
    best, most = [""] * table.count, 1
    for one in roles.found:
        if one.words == 0 and one.name not in table.outer:
            values = [rendered(value) for value in table.column(one.name)]
            runs = 1 + sum(a != b for a, b in pairwise(values))
            if most < runs <= table.count / MIN_WORDS_A_LINE:
                best, most = values, runs
    return best


# ---- notes


def _left_out(
    table: Table, roles: Roles, texts: Sequence[str], file: str, read: frozenset[str]
) -> Iterator[str]:
    """Tell of other columns full of words, unless their words are in the songs already."""
    taken = {*roles.parts, *read, roles.title, roles.artist, roles.label, roles.order}
    taken |= {name for _, name in roles.details}
    sung = sum(map(len, texts)) / max(1, table.count)
    others = [
        one
        for one in roles.found
        if one.name not in taken
        and one.is_wordy
        and one.timed < 0.5
        and one.chars * one.filled >= MIN_LEFT_OUT * sung
    ]
    lines = _lines(Section("", text) for text in texts) if others else set()
    names = []
    for one in others:
        column = table.column(one.name)
        more = 0
        for k in sample(range(table.count), SAMPLE):
            text = one_line(texts[k])
            new = _lines(sections(column[k])) - lines
            more += sum(len(line) for line in new if line not in text)
        if more >= MIN_LEFT_OUT * sung * min(SAMPLE, table.count):
            names.append(f"'{one.name}'")
    if names:
        yield (
            f"'{file}' has words in {listed(names, limit=5)} too. They were left out: the lyrics "
            f"were taken from '{roles.lyrics}'."
        )
