"""Songs written all in capitals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import is_label

SHOUTING_SHARE = 0.8
"""From this share of capitals among its letters on, a song is written in capitals."""
LETTERS = 40
"""Fewer letters tell nothing."""
SAMPLE_CHARS = 200
"""A text that does not shout at its beginning is not looked at further."""
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[A-Za-z]+(?:'[A-Za-z]+)*")
"""A word, or letters with a full stop after each, as "U.S.A."."""
_START = re.compile(r"(^|(?<!\.[A-Z])[.!?]['\")]?\s+)(['\"(]*)([a-z])", re.MULTILINE)
_ALWAYS = (
    "God Jesus Christ Lord Christmas Easter Mary Bethlehem Jerusalem Zion Israel Satan Santa Bible "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July "
    "August September October November December America American England English Ireland Irish "
    "TV USA DJ MC CD OK Mr Mrs"
)
"""Names that songs call, and letters that are said one by one."""
_I = re.compile(r"\bi\b(?!\.[a-z])")


def calm(sheets: Sequence[TracedSong]) -> list[TracedSong | None]:
    """The songs, those in capitals in small letters; names that the other songs know keep theirs.

    Lines begin with a capital, unless the other songs mostly begin theirs small.
    """
    shouting = [shouts(sheet.text) for sheet in sheets]
    if not any(shouting):
        return list(sheets)
    others = [sheet.text for sheet, loud in zip(sheets, shouting, strict=True) if not loud]
    names, small = _names(others), _begin_small(others)
    return [
        _calmed(sheet, names, small) if loud else sheet
        for sheet, loud in zip(sheets, shouting, strict=True)
    ]


def shouts(text: str) -> bool:
    """Whether a text is written in capitals, its section labels aside."""
    start = text[:SAMPLE_CHARS]
    if 2 * sum(map(str.isupper, start)) < sum(map(str.islower, start)):
        return False
    words = "\n".join(line for line in text.split("\n") if not is_label(line))
    upper, lower = sum(map(str.isupper, words)), sum(map(str.islower, words))
    return upper + lower >= LETTERS and upper >= SHOUTING_SHARE * (upper + lower)


def _calmed(sheet: TracedSong, names: dict[str, str], small: bool) -> TracedSong:
    def spoken(line: str) -> str:
        if is_label(line):
            return line
        line = _WORD.sub(lambda word: _said(word[0], names), line)
        line = _I.sub("I", line)
        return line if small else _START.sub(lambda start: start[0].upper(), line)

    calmed = sheet.written((spoken(line), origin) for line, origin in sheet.rows())
    if not shouts_line(sheet.title):
        return calmed
    return replace(calmed, title=_WORD.sub(lambda word: _capital(word[0], names), sheet.title))


def _said(word: str, names: dict[str, str]) -> str:
    """A word in small letters, but for what of it is a name."""
    small = word.lower()
    if "." in word:
        return word
    name, mark, ending = small.partition("'")
    return names.get(small) or names.get(name, name) + mark + ending


def _capital(word: str, names: dict[str, str]) -> str:
    said = _said(word, names)
    return said[:1].upper() + said[1:]


def shouts_line(line: str) -> bool:
    """Whether a single line is all in capitals."""
    return line.isupper() and len(line) > 3


def _names(texts: Sequence[str]) -> dict[str, str]:
    """Words that begin with a capital inside a line nearly wherever they stand there."""
    capital: Counter[str] = Counter()
    all_of: Counter[str] = Counter()
    for text in texts:
        for line in text.split("\n"):
            for word in _WORD.findall(line)[1:]:
                all_of[word.lower()] += 1
                if word[0].isupper():
                    capital[word] += 1
    always = {word.lower(): word for word in _ALWAYS.split()}
    return always | {
        word.lower(): word
        for word, count in capital.items()
        if len(word) > 1 and not word.isupper() and count >= 0.8 * all_of[word.lower()]
    }


def _begin_small(texts: Sequence[str]) -> bool:
    starts = [line.lstrip("'\"(") for text in texts for line in text.split("\n")]
    starts = [line[0] for line in starts if line and line[0].isalpha()]
    return bool(starts) and sum(map(str.islower, starts)) > 0.5 * len(starts)
