"""Chords over the words, chords in brackets between them, and tablature."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from functools import lru_cache

from lyricslab.importing.cleaning.traced_song import Row, TracedSong

LINE_CHARS = 300
"""A longer line holds no chords."""
SPELLED_SHARE = 0.3
"""Lines of single letters, one blank apart, are chords if they are so many of a song's lines."""
_CHORD = (
    r"(?:[A-H][#b]?(?:maj|min|mi|ma(?=\d)|dim|aug|deg|o(?=7)|m|M(?=\d)|\+|-|\^)?"
    r"(?:6/9|69|11|13|[245679])?(?:maj\d{1,2}|Maj\d{1,2}|M7)?"
    r"(?:(?:sus|add|no|omit)\d{0,2}|[#b+-]\d{1,2}|(?<=\d)\+|\((?:sus|add|no|maj|[#b])?\d{1,2}\)){0,3}"
    r"(?:/[A-H][#b]?|/[49])?|N\.C\.?)"
)
_TOKEN = re.compile(rf"\(?\[?{_CHORD}(?:-{_CHORD}){{0,7}}\*?\]?\)?(?:,|\.{{2,3}})?")
_PLAIN = re.compile(r"[\[(]?(?:[A-H](?:-[A-H])*[+-]?|[ADEH]m)[\])]?")
"""Chords that are letters or words, too: "A B C" may be sung, and "Am I" begin."""
_MARK = re.compile(r"\|+:?|:?\|+|[-/.%~>*:]+|\(?x ?\d{1,2}\)?|\(?\d ?x\)?|\(?x|\d\)|NC|\(|\)")
_HEAD = re.compile(
    r"\s*\[?(?:intro|outro|solo|verse|(?:pre-?)?chorus|bridge|riff|interlude|instrumental"
    r"|turnaround|ending|break)\s*\d?\]?\s*[:|-]\s*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(rf"[\[{{] ?{_CHORD}(?:[ -]{{1,3}}{_CHORD}){{0,7}}\*? ?[\]}}]")
_TAGS = re.compile(r"\[/?(?:ch|tab)\]")
"""What sites of chords mark them with."""
_TAB = re.compile(r"\s*(?:[A-Za-z]{1,2}[#b]?|P\.M\.)?\s?[|:]{0,2}[-0-9hpbrxXoOs/\\~()|<>^*= .]{4,}")
_BEGINNINGS = frozenset("ABCDEFGH[({|N:.-/~%*")
"""What a line of chords begins with, unless it names its section first."""


def strip(sheet: TracedSong) -> TracedSong:
    """The song without chords and tablature; a song that spells letters out keeps them."""
    if "[ch]" in sheet.text or "[tab]" in sheet.text:
        sheet = replace(sheet, text=_TAGS.sub("", sheet.text)).tidied()
    lines = sheet.lines
    rows = list(zip(lines, sheet.origins, strict=True))
    over = _over(lines)
    if over:
        rows = [row for k, row in enumerate(rows) if k not in over]
    if "--" in sheet.text:
        rows = [row for row in rows if not is_tab(row[0])]
    if _has_bracketed(sheet.text):
        rows = [bare for row in rows for bare in _without_brackets(row)]
    return sheet if [line for line, _ in rows] == lines else sheet.written(rows)


def _over(lines: Sequence[str]) -> set[int]:
    """Which lines hold chords over words.

    Single letters may be sung, or number stanzas. They are chords where the song has others that
    nothing else looks like, or where they stand wide apart, or are very many. One chord alone is
    none.
    """
    found = {
        k: words
        for k, line in enumerate(lines)
        if (line.lstrip()[:1] in _BEGINNINGS or _may_have_head(line)) and (words := _chords(line))
    }
    if len({word for words in found.values() for word in words}) < 2:
        return set()
    sure = {k for k, words in found.items() if not all(map(_PLAIN.fullmatch, words))}
    several = {k for k, words in found.items() if len(words) > 1}
    if not sure:
        several = {k for k in several if not _spells(found[k])}
        wide = any("  " in lines[k].strip() for k in several)
        many = len(several) >= SPELLED_SHARE * sum(1 for line in lines if line.strip())
        if not (wide or (many and len(several) > 1)):
            return set()
    return sure | several | {k for k in found if _is_above_words(lines, k)}


def _is_above_words(lines: Sequence[str], k: int) -> bool:
    """Whether words stand right below a line, or nothing at all."""
    return bool(lines[k + 1].strip()) if k + 1 < len(lines) else True


def _may_have_head(line: str) -> bool:
    return ":" in line[:20] or "|" in line[:20]


def _spells(words: Sequence[str]) -> bool:
    """Whether letters follow one another as in the alphabet."""
    return "".join(words) in "ABCDEFGH"


def _chords(line: str) -> list[str]:
    """The chords of a line that holds nothing but chords; none where anything is sung."""
    start = line.lstrip()
    if not start or len(start) > LINE_CHARS:
        return []
    if _may_have_head(line):
        start = _HEAD.sub("", line, count=1).lstrip()
    if start[:1] not in _BEGINNINGS:
        return []
    chords: list[str] = []
    for word in start.split():
        chord = _chord(word)
        if chord is None:
            remark = (
                word[0] == "("
                and start.rstrip()[-1] == ")"
                and not all(map(_PLAIN.fullmatch, chords))
            )
            return chords if remark else []
        if chord:
            chords.append(chord)
    return chords


@lru_cache(maxsize=10_000)
def _chord(word: str) -> str | None:
    """The chord that a word is; empty for a bar or a count among chords, None for other words."""
    if _TOKEN.fullmatch(word):
        return word.rstrip(",.")
    return "" if _MARK.fullmatch(word) else None


def _has_bracketed(text: str) -> bool:
    """Whether chords stand in brackets; an [A] alone on its line may name a section."""
    if "[" not in text and "{" not in text:
        return False
    return any(
        match.end() - match.start() > 3 or text[match.end() : match.end() + 1].strip()
        for match in _BRACKETED.finditer(text)
    )


def _without_brackets(row: Row) -> list[Row]:
    """A line without its chords in brackets; none, if it held nothing else."""
    line, origin = row
    bare = _BRACKETED.sub("", line)
    if bare == line:
        return [row]
    bare = " ".join(bare.split())
    return [(bare, origin)] if any(map(str.isalnum, bare)) else []


def is_tab(line: str) -> bool:
    """Whether a line is one string of a tablature; a mere line of dashes is none."""
    return (
        "--" in line
        and line.count("-") >= 4
        and len(line) <= LINE_CHARS
        and ("|" in line or any(map(str.isdigit, line)))
        and bool(_TAB.fullmatch(line))
    )
