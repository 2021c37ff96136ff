"""Songs written all in capitals."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace

from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.importing.lines import is_label

CAPITALS_SHARE = 0.8
"""The share of capitals among the letters of a song that is all in capitals."""
MIN_LETTERS = 40
"""Fewer letters are too few to say."""
SAMPLE_CHARS = 200
"""The beginning of a text, which rules out most songs."""
_WORD = re.compile(r"(?:[A-Za-z]\.){2,}|[A-Za-z]+(?:'[A-Za-z]+)*")
"""A word, or letters with a full stop after each, as "U.S.A."."""
_START = re.compile(r"(^|(?<!\.[A-Z])[.!?]['\")]?\s+)(['\"(]*)([a-z])", re.MULTILINE)
_ALWAYS = (
    "God Jesus Christ Lord Christmas Easter Mary Bethlehem Jerusalem Zion Israel Satan Santa Bible "
    "Monday Tuesday Wednesday Thursday Friday Saturday Sunday January February April June July "
    "August September October November December America American England English Ireland Irish "
    "TV USA DJ MC CD OK Mr Mrs"
)
"""Names that are frequent in songs, and abbreviations."""
_I = re.compile(r"\bi\b(?!\.[a-z])")


def lower_capitals(songs: Sequence[TracedSong]) -> list[TracedSong | None]:
    """Rewrite songs in capitals in lower case, except names.

    Names are those listed here and those that the other songs capitalise. Lines begin with a
    capital, unless most lines of the other songs do not.
    """
    in_capitals = [is_in_capitals(song.text) for song in songs]
    if not any(in_capitals):
        return list(songs)
    others = [song.text for song, upper in zip(songs, in_capitals, strict=True) if not upper]
    names, lower_starts = _capitalised_words(others), _begin_in_lower_case(others)
    return [
        _in_lower_case(song, names, lower_starts) if upper else song
        for song, upper in zip(songs, in_capitals, strict=True)
    ]


def is_in_capitals(text: str) -> bool:
    """Return whether a text is in capitals, section labels excluded."""
    start = text[:SAMPLE_CHARS]
    if 2 * sum(map(str.isupper, start)) < sum(map(str.islower, start)):
        return False
    words = "\n".join(line for line in text.split("\n") if not is_label(line))
    upper, lower = sum(map(str.isupper, words)), sum(map(str.islower, words))
    return upper + lower >= MIN_LETTERS and upper >= CAPITALS_SHARE * (upper + lower)


def _in_lower_case(song: TracedSong, names: dict[str, str], lower_starts: bool) -> TracedSong:
    def lower(line: str) -> str:
        if is_label(line):
            return line
        line = _WORD.sub(lambda word: _lower_word(word[0], names), line)
        line = _I.sub("I", line)
        return line if lower_starts else _START.sub(lambda start: start[0].upper(), line)

    lowered = song.with_rows((lower(line), origin) for line, origin in song.rows())
    if not is_line_in_capitals(song.title):
        return lowered
    return replace(lowered, title=_WORD.sub(lambda word: _title_word(word[0], names), song.title))


def _lower_word(word: str, names: dict[str, str]) -> str:
    """Return a word in lower case; a name in it keeps its capitals."""
    small = word.lower()
    if "." in word:
        return word
    name, mark, ending = small.partition("'")
    return names.get(small) or names.get(name, name) + mark + ending


def _title_word(word: str, names: dict[str, str]) -> str:
    lower = _lower_word(word, names)
    return lower[:1].upper() + lower[1:]


def is_line_in_capitals(line: str) -> bool:
    """Return whether a single line is in capitals."""
    return line.isupper() and len(line) > 3


def _capitalised_words(texts: Sequence[str]) -> dict[str, str]:
    """Return, by lower-case form, words that nearly always have a capital inside a line."""
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


def _begin_in_lower_case(texts: Sequence[str]) -> bool:
    starts = [line.lstrip("'\"(") for text in texts for line in text.split("\n")]
    starts = [line[0] for line in starts if line and line[0].isalpha()]
    return bool(starts) and sum(map(str.islower, starts)) > 0.5 * len(starts)
