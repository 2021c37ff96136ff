"""A text as rows, separators and headings: what the strategies look at."""

from __future__ import annotations

import re
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import NamedTuple

from lyricslab.importing.boundaries.song_titles import (
    MARKED_CHARS,
    SYMBOLS,
    Heading,
    TextStyle,
    can_be_marked,
    parse_heading,
    text_style,
)
from lyricslab.importing.lines import is_label, single_spaced

_SEPARATOR = re.compile(
    rf"\s*(?:[{SYMBOLS}](?:[ \t]*[{SYMBOLS}]){{2,}}|%%|\.(?:[ \t]+\.){{2,}}|\.{{5,}}"
    r"|\[?TOP\]?|\f)\s*"
)
_OPENS_WORDS = frozenset("\"'(")


class TextLine(NamedTuple):
    """A row: a line with words, and the number of blank lines around it."""

    number: int
    text: str
    gap_above: int
    gap_below: int


@dataclass(frozen=True, slots=True)
class Page:
    """A text with its rows, separators and headings, as all strategies see it."""

    lines: list[str]
    """With separators left blank."""
    rows: list[TextLine]
    style: TextStyle
    separators: dict[int, str]
    """The symbols that each separator is made of, by its line number."""
    headings: list[Heading]
    labels: list[Heading]
    """The headings that name sections, which are lines like others."""

    def parts(self, starts: Iterable[int]) -> list[list[TextLine]]:
        """Split the rows at some of them; what comes before the first is a part too."""
        bounds = [*sorted({0, *starts}), len(self.rows)]
        return [self.rows[start:end] for start, end in pairwise(bounds)]

    def text(self, rows: Sequence[TextLine]) -> list[str]:
        """Return the lines from the first to the last of some rows."""
        return self.lines[rows[0].number : rows[-1].number + 1]


def is_separator(line: str) -> bool:
    """Return whether a line is made of symbols, as between songs."""
    return len(line) <= MARKED_CHARS and bool(_SEPARATOR.fullmatch(line))


def read_page(lines: list[str]) -> Page:
    """Find the rows, headings and separators of a text."""
    separators: dict[int, str] = {}
    headings: list[Heading] = []
    labels: list[Heading] = []
    plain = lines.copy()
    for number, line in enumerate(lines):
        if not line or len(line) > MARKED_CHARS:
            continue
        start = line.lstrip()[:1]
        if (start.isalnum() or start in _OPENS_WORDS) and start != "T":
            continue  # most lines: neither a separator nor a marked heading begins like this
        if _SEPARATOR.fullmatch(line):
            plain[number] = ""
            separators[number] = "".join(sorted(set(line) - set(" \t")))
        elif heading := parse_heading(line, number):
            if is_label(heading.title):
                plain[number] = heading.title
                labels.append(heading)
            else:
                headings.append(heading)
    underlined_labels = _underlined_labels(lines, separators)
    for number in underlined_labels:
        del separators[number]
    labels += [Heading(lines[n - 1].strip(), 2, n - 1, n) for n in underlined_labels]
    underlined = _underlined(lines, separators)
    if len(underlined) > 1 or underlined_labels:  # else the line is as good as a title above it
        headings = sorted([*headings, *underlined], key=lambda heading: heading.start)
        for heading in underlined:
            for number in range(heading.start, heading.end):
                separators.pop(number, None)
    labels.sort(key=lambda label: label.start)
    rows = single_spaced_rows(rows_of(plain, separators))
    return Page(plain, rows, text_style(plain), separators, headings, labels)


def _underlined(lines: Sequence[str], separators: Container[int]) -> list[Heading]:
    """Return the titles above a separator as long as they are, or between two separators."""
    headings: list[Heading] = []
    framed = next((k for k, line in enumerate(lines) if line.strip()), 0) in separators
    for number in range(1, len(lines)):
        above = lines[number - 1].strip()
        if number not in separators or number - 1 in separators or not can_be_marked(above):
            continue
        if parse_heading(above, 0):
            continue
        start = number - 1
        if framed and start - 1 in separators and start > (headings[-1].end if headings else 0):
            headings.append(Heading(above, 1, start - 1, number + 1))
        elif (start == 0 or not lines[start - 1].strip()) and _is_underline(lines[number], above):
            headings.append(Heading(above, 1, start, number + 1))
    return headings


def _underlined_labels(lines: Sequence[str], separators: Container[int]) -> list[int]:
    """Return the numbers of the separators that underline the names of sections."""
    return [
        number
        for number in range(1, len(lines))
        if number in separators
        and _is_underline(lines[number], lines[number - 1].strip())
        and is_label(lines[number - 1])
    ]


def _is_underline(separator: str, title: str) -> bool:
    """Return whether a separator underlines a title, and does not separate songs."""
    separator = separator.strip()
    return len(separator) > 3 and " " not in separator and abs(len(separator) - len(title)) <= 1


def rows_of(lines: Sequence[str], separators: Container[int] = ()) -> list[TextLine]:
    """Return the lines with words; between them a separator counts as one blank line."""
    full: list[int] = []
    texts: list[str] = []
    gaps: list[int] = []
    width = run = 0
    for number, line in enumerate(lines):
        if text := line.strip():
            full.append(number)
            texts.append(text)
            gaps.append(max(width, run))
            width = run = 0
        elif number in separators:
            width, run = max(width, run, 1), 0
        else:
            run += 1
    gaps.append(max(width, run))
    return list(map(TextLine, full, texts, gaps, gaps[1:]))


def single_spaced_rows(rows: Sequence[TextLine]) -> list[TextLine]:
    """Return the rows of a double-spaced text as if it were single-spaced."""
    blanks = [row.gap_above for row in rows[1:]]
    gaps = single_spaced(blanks)
    if gaps == blanks:
        return list(rows)
    before, after = [rows[0].gap_above, *gaps], [*gaps, rows[-1].gap_below]
    return [
        TextLine(row.number, row.text, above, below)
        for row, above, below in zip(rows, before, after, strict=True)
    ]


def strip_blank_lines(lines: Sequence[str]) -> list[str]:
    """Return the lines without the blank ones around them."""
    full = [k for k, line in enumerate(lines) if line.strip()]
    return list(lines[full[0] : full[-1] + 1]) if full else []
