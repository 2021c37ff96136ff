"""Chords over the words, chords in brackets between them, and tablature."""

from __future__ import annotations

import re
from collections.abc import Sequence

from lyricslab.text.doctor.sheet import Row, Sheet

LINE_CHARS = 300
"""A longer line holds no chords."""
_CHORD = (
    r"[A-H][#b]?(?:maj|min|mi|ma|dim|aug|sus|add|no|m|M|o|\+|-|\d{1,2}|[#b]\d{1,2}"
    r"|\((?:[#b]?\d{1,2}|sus\d?|add\d{1,2}|maj\d)\)){0,5}(?:/[A-H][#b]?)?"
)
_TOKEN = re.compile(rf"\(?\[?(?:{_CHORD})\*?\]?\)?,?")
_PLAIN_LETTER = re.compile(r"[A-H]|Am|Dm|Em")
"""Chords that are also letters or words: "A B C" may be sung."""
_MARK = re.compile(r"\|+:?|:?\|+|[-/.%~>*:]+|\(?x ?\d\)?|\(?\d ?x\)?|N\.?C\.?|\(|\)")
_HEAD = re.compile(
    r"\s*(?:intro|outro|solo|verse|(?:pre-?)?chorus|bridge|riff|interlude|instrumental|turnaround"
    r"|ending|break)\s*\d?\s*[:-]\s*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf"[\[{{](?:{_CHORD})[\]}}]")
_TAB = re.compile(r"\s*[eEBGDAd]?[#b]?\s*[|:]{0,2}[-0-9hpbrxXs/\\~()|<>^*= .]{8,}\s*")
_BEGINNINGS = frozenset("ABCDEFGH[({|N:.-/~%*")
"""What a line of chords begins with, unless it names its section first."""


def strip(sheet: Sheet) -> Sheet:
    """The song without chords and tablature; a song that spells letters out keeps them."""
    lines = sheet.lines
    rows = list(zip(lines, sheet.origins, strict=True))
    over = _over(lines)
    if over:
        rows = [row for k, row in enumerate(rows) if k not in over]
    if "----" in sheet.text:
        rows = [row for row in rows if not is_tab(row[0])]
    if "[" in sheet.text or "{" in sheet.text:
        rows = [bare for row in rows for bare in _without_brackets(row)]
    return sheet if [line for line, _ in rows] == lines else sheet.written(rows)


def _over(lines: Sequence[str]) -> set[int]:
    """Which lines hold chords over words.

    Single letters may be sung, or number stanzas. They are chords where the song has others that
    nothing else looks like, and where they stand right above words.
    """
    found = {
        k: words
        for k, line in enumerate(lines)
        if (line.lstrip()[:1] in _BEGINNINGS or ":" in line[:20]) and (words := _chords(line))
    }
    sure = [any(not _PLAIN_LETTER.fullmatch(word) for word in words) for words in found.values()]
    if not any(sure) and sum(len(words) > 1 for words in found.values()) < 2:
        return set()
    return {
        k
        for (k, words), certain in zip(found.items(), sure, strict=True)
        if certain or len(words) > 1 or (k + 1 < len(lines) and lines[k + 1].strip())
    }


def _chords(line: str) -> list[str]:
    """The chords of a line that holds nothing but chords; none where anything is sung."""
    start = line.lstrip()
    if not start or len(start) > LINE_CHARS:
        return []
    if ":" in line[:20]:
        start = _HEAD.sub("", line, count=1).lstrip()
    if start[:1] not in _BEGINNINGS:
        return []
    chords = []
    for word in start.split():
        if _TOKEN.fullmatch(word):
            chords.append(word)
        elif not _MARK.fullmatch(word):
            return []
    return chords


def _without_brackets(row: Row) -> list[Row]:
    """A line without its chords in brackets; none, if it held nothing else."""
    line, origin = row
    bare = _BRACKETED.sub("", line)
    if bare == line:
        return [row]
    bare = " ".join(bare.split())
    return [(bare, origin)] if any(map(str.isalnum, bare)) else []


def is_tab(line: str) -> bool:
    """Whether a line is one string of a tablature."""
    return line.count("-") >= 5 and len(line) <= LINE_CHARS and bool(_TAB.fullmatch(line))
