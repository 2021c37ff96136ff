"""Neighbouring rows that are lines or sections of one song: where each song starts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from itertools import groupby, pairwise

from lyricslab.importing.lines import one_line
from lyricslab.importing.tables.column_names import is_about
from lyricslab.importing.tables.column_profiles import Table, rendered
from lyricslab.importing.tables.column_roles import Roles

MAX_LINE_CHARS = 120
"""Longer texts on one line, on average, are not lines of a song but songs without line breaks."""
MIN_LINES_ALONE = 0.95
"""At least this share of the texts is on one line if each is a line of a song."""
MAX_SECTION_LINES = 10
"""More lines on average are songs, unless a column names their section."""
MAX_WITH_STANZAS = 0.2
"""Where more of the texts have blank lines between their words, each is a song."""
MIN_TOGETHER = 0.6
MIN_SECTIONS_TOGETHER = 0.8
"""At least this share of the rows is next to another of the same song."""
MIN_MEAN_ROWS = 1.5
MIN_GROUPS_DISTINCT = 0.9
"""At least this share of the values occur in a single run of rows if each stands for a song."""
MAX_VERSIONS = 0.3
"""Where more of the songs consist of texts that share half of their lines, these are versions."""
MIN_LINES_OF_TEXT = 8
MAX_LABELLED_SECTIONS = 40


class Part(Enum):
    """What part of a song a row is."""

    WORD = "word"
    LINE = "line"
    SECTION = "section"


@dataclass(frozen=True, slots=True)
class Joined:
    """Rows that are parts of songs."""

    part: Part
    starts: tuple[int, ...]
    """The first row of each song."""


def find_songs(table: Table, roles: Roles, texts: Sequence[str]) -> Joined | None:
    """Return where songs start if each row is only a part of one; None if it is a song.

    Args:
        texts: the words of each row.
    """
    part = _part(texts, roles)
    if part is None:
        return None
    starts = _starts(table, roles, texts, part)
    return Joined(part, starts) if starts and _is_likely(part, starts, texts, roles) else None


def _part(texts: Sequence[str], roles: Roles) -> Part | None:
    filled = [text.strip() for text in texts if text.strip()]
    if len(filled) < 2:
        return None
    single = sum("\n" not in text for text in filled) / len(filled)
    chars = sum(map(len, filled)) / len(filled)
    if single >= MIN_LINES_ALONE and chars <= MAX_LINE_CHARS:
        alone = sum(" " not in text for text in filled) / len(filled)
        return Part.WORD if alone >= MIN_LINES_ALONE and len(filled) > 20 else Part.LINE
    if roles.label is not None:
        return Part.SECTION
    lines = sum(1 + text.count("\n") for text in filled) / len(filled)
    stanzas = sum("\n\n" in text for text in filled) / len(filled)
    few = single < 0.5 and lines <= MAX_SECTION_LINES and stanzas <= MAX_WITH_STANZAS
    return Part.SECTION if few else None


def _starts(table: Table, roles: Roles, texts: Sequence[str], part: Part) -> tuple[int, ...] | None:
    """Return the first row of each run of rows with the same title, or another sign."""
    if roles.title is not None:
        signs = [roles.title, *filter(None, [roles.artist, *_details(roles)])]
        signs = [name for name in signs if name not in table.outer]
    else:
        group = _group(table, roles)
        signs = [group] if group else []
    if signs:
        columns = [[one_line(rendered(value)) for value in table.column(n)] for n in signs]
        return _changes(columns, texts, part)
    counter = _counter(table, roles)
    if counter is not None:
        return (0, *(k for k, (a, b) in enumerate(pairwise(counter), 1) if b < a))
    if roles.label is not None and table.count <= MAX_LABELLED_SECTIONS:
        return (0,)
    return None


def _details(roles: Roles) -> list[str]:
    return [name for detail, name in roles.details if detail == "album"]


def _changes(columns: Sequence[Sequence[str]], texts: Sequence[str], part: Part) -> tuple[int, ...]:
    """Return the rows in which a filled value differs from the last filled one.

    A title that is written only once, beside the first line of its song, stands for all of them.
    """
    titles = columns[0]
    blank = sum(not title and text.strip() != "" for title, text in zip(titles, texts, strict=True))
    written_once = part is not Part.SECTION and blank >= len(titles) / 2
    last = [""] * len(columns)
    starts = []
    for k, values in enumerate(zip(*columns, strict=True)):
        untitled = not values[0] and texts[k].strip() and not written_once
        differs = any(value and value != old for value, old in zip(values, last, strict=True))
        if not k or differs or untitled:
            starts.append(k)
        last = [value or old for value, old in zip(values, last, strict=True)]
    return tuple(starts)


def _group(table: Table, roles: Roles) -> str | None:
    """Return the column that differs from song to song and repeats within: an id, a file's name."""
    taken = {*roles.parts, roles.label, roles.artist, roles.order, *table.outer}
    best, most = None, 1
    for one in roles.found:
        if one.name in taken or one.chars > MAX_LINE_CHARS or is_about(one.name):
            continue
        values = [one_line(rendered(value)) for value in table.column(one.name)]
        runs = [value for value, _ in groupby(values) if value]
        differs = len({*runs}) >= MIN_GROUPS_DISTINCT * len(runs)
        if differs and most < len(runs) <= table.count / MIN_MEAN_ROWS:
            best, most = one.name, len(runs)
    return best


def _counter(table: Table, roles: Roles) -> list[float] | None:
    """Return the values of a column that counts the lines of each song from its first."""
    for one in roles.found:
        if one.name in table.outer or one.words > 0 or one.filled < 1:
            continue
        values = [_number(value) for value in table.column(one.name)]
        steps = [b - a for a, b in pairwise(values)]
        falls = sum(step < 0 for step in steps)
        if falls and all(step == 1 or step < 0 for step in steps) and falls * 3 <= len(values):
            return values
    return None


def _number(value: object) -> float:
    try:
        return float(str(value))
    except ValueError:
        return 0.0


def _is_likely(part: Part, starts: Sequence[int], texts: Sequence[str], roles: Roles) -> bool:
    songs = [
        [text.strip() for text in texts[start:end] if text.strip()]
        for start, end in pairwise([*starts, len(texts)])
    ]
    sizes = [len(song) for song in songs if song]
    together = sum(size for size in sizes if size > 1)
    if sum(sizes) < MIN_MEAN_ROWS * len(sizes):
        return False
    if part is not Part.SECTION:
        return together >= MIN_TOGETHER * sum(sizes)
    several = [song for song in songs if len(song) > 1]
    versions = sum(any(_are_versions(a, b) for a, b in pairwise(song)) for song in several)
    if versions > MAX_VERSIONS * len(several):
        return False
    if roles.label is not None:
        return together >= MIN_TOGETHER * sum(sizes)
    return together >= MIN_SECTIONS_TOGETHER * sum(sizes) and len(sizes) > 1


def _are_versions(one: str, other: str) -> bool:
    """Return whether two texts share half of their lines, and are not the same."""
    lines, others = ({*map(one_line, text.split("\n"))} - {""} for text in (one, other))
    return lines != others and 2 * len(lines & others) >= min(len(lines), len(others))


def only_lines(table: Table, roles: Roles, texts: Sequence[str]) -> bool:
    """Return whether the rows are lines of a text, with nothing that says of which song."""
    wordy = [one for one in roles.found if one.is_wordy]
    return (
        len(wordy) == 1
        and len(texts) >= MIN_LINES_OF_TEXT
        and _part(texts, roles) is Part.LINE
        and find_songs(table, roles, texts) is None
    )
