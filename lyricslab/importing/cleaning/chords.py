"""Chords over the words, chords in brackets between them, and tablature."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import lru_cache

from lyricslab.importing.cleaning.latin_chords import (
    LATIN_CHORD,
    latin_chord_lines,
    latin_chords,
)
from lyricslab.importing.cleaning.traced_song import TracedLine, TracedSong

LINE_CHARS = 300
"""A longer line is not a line of chords."""
SINGLE_LETTERS_SHARE = 0.3
"""Lines of single letters, one blank apart, are chords if this share of a song's lines is."""
_CHORD = (
    r"(?:(?:[CDFGA]is|[DGCH]es|[AE]s(?!us)|[A-H][#b]?)(?:maj|min|mi|ma(?=\d)|dim|aug|deg|o(?=7)|m|M(?=\d)|\+|-|\^)?"
    r"(?:6/9|69|11|13|[245679])?(?:maj\d{1,2}|Maj\d{1,2}|M7)?"
    r"(?:(?:sus|add|no|omit)\d{0,2}|[#b+-]\d{1,2}|(?<=\d)\+|\((?:sus|add|no|maj|[#b])?\d{1,2}\)){0,3}"
    r"(?:/(?:[CDFGA]is|[DGCH]es|[AE]s|[A-H][#b]?)|/[49])?|N\.C\.?)"
)
_TOKEN = re.compile(rf"\(?\[?{_CHORD}(?:-{_CHORD}){{0,7}}\*?\]?\)?(?:,|\.{{2,3}})?")
_AMBIGUOUS = re.compile(
    r"[\[(]?(?:[A-H](?:-[A-H])*[+-]?|[ADEH]m|[CDFGA]is|[DGCH]es|[AE]s|[a-h](?:is|es|s|b|m)?)[\])]?"
)
"""Chords that are letters or words, too: "A B C" and "Am I" may be sung."""
_SMALL = re.compile(r"[a-h](?:is|es|s|#|b)?m?[67]?")
"""A minor chord in small letters."""
_APART = re.compile(r"\s{2,}|\t")
_MARK = re.compile(r"\|+:?|:?\|+|[-/.%~>*:]+|\(?x ?\d{1,2}\)?|\(?\d ?x\)?|\(?x|\d\)|NC|\(|\)")
_HEAD = re.compile(
    r"\s*\[?(?:intro|outro|solo|verse|(?:pre-?)?chorus|bridge|riff|interlude|instrumental"
    r"|turnaround|ending|break)\s*\d?\]?\s*[:|-]\s*",
    re.IGNORECASE,
)
_BRACKETED = re.compile(
    rf"\\?[\[{{] ?(?:{_CHORD}(?:[ -]{{1,3}}{_CHORD}){{0,7}}|{LATIN_CHORD})\*? ?[\]}}]"
)
_PARENTHESISED = re.compile(rf"\((?P<chord>{_CHORD})\)")
MIN_PARENTHESISED = 3
"""Fewer chords in parentheses than this are none; twice as many if they are single letters."""
_MARKED = re.compile(
    r"`(?P<code>[^`\n]{1,80})`(?:\{[^{}\n]{0,40}\})?|<(?P<angle>[^<>\n]{1,20})>|\^(?P<raised>[^^\n]{1,20})\^"
)
"""What may be chords in code marks, in angle brackets or between two carets."""
_TAGS = re.compile(r"\[/?(?:ch|tab)\]")
"""The markup of chord sites."""
_TAB = re.compile(r"\s*(?:[A-Za-z]{1,2}[#b]?|P\.M\.)?\s?[|:]{0,2}[-0-9hpbrxXoOs/\\~()|<>^*= .]{4,}")
_BEGINNINGS = frozenset("ABCDEFGH[({|N:.-/~%*>")
"""The first character of a line of chords, unless it begins with a section name."""


def remove_chords(song: TracedSong) -> TracedSong:
    """Remove chords and tablature; letters that are spelled out in a song stay."""
    if "[ch]" in song.text or "[tab]" in song.text:
        song = replace(song, text=_TAGS.sub("", song.text)).tidied()
    lines = song.lines
    rows = list(zip(lines, song.origins, strict=True))
    chord_lines = _chord_lines(lines) | latin_chord_lines(lines)
    if chord_lines:
        rows = [row for k, row in enumerate(rows) if k not in chord_lines]
    if "--" in song.text:
        rows = [row for row in rows if not is_tab(row[0])]
    if _has_bracketed_chords(song.text):
        rows = [bare for row in rows for bare in _without(_BRACKETED, "", row)]
    if _has_parenthesised_chords(song.text):
        rows = [bare for row in rows for bare in _without(_PARENTHESISED, "", row)]
    if _has_marked_chords(song.text):
        rows = [bare for row in rows for bare in _without(_MARKED, _unless_chords, row)]
    return song if [line for line, _ in rows] == lines else song.with_rows(rows)


def _chord_lines(lines: Sequence[str]) -> set[int]:
    """Return the positions of lines of chords over words.

    Single letters may be sung, or number stanzas. They are chords where the song has unambiguous
    ones as well, or where they are wide apart or very many. A single chord in a song is not one.
    """
    chords_of = {
        k: words for k, line in enumerate(lines) if (words := _chords(line) or _small_chords(line))
    }
    if len({word for words in chords_of.values() for word in words}) < 2:
        return set()
    sure = {k for k, words in chords_of.items() if not all(map(_AMBIGUOUS.fullmatch, words))}
    several = {k for k, words in chords_of.items() if len(words) > 1}
    if not sure:
        chords_of = {k: words for k, words in chords_of.items() if not words[0][0].islower()}
        several &= chords_of.keys()
        several = {k for k in several if not _spells(chords_of[k])}
        wide = any("  " in lines[k].strip() for k in several)
        many = len(several) >= SINGLE_LETTERS_SHARE * sum(1 for line in lines if line.strip())
        if not (wide or (many and len(several) > 1)):
            return set()
    return sure | several | {k for k in chords_of if _is_above_words(lines, k)}


def _is_above_words(lines: Sequence[str], k: int) -> bool:
    """Return whether there are words right below a line, or no line at all."""
    return bool(lines[k + 1].strip()) if k + 1 < len(lines) else True


def _may_name_section(line: str) -> bool:
    return ":" in line[:20] or "|" in line[:20]


def _spells(words: Sequence[str]) -> bool:
    """Return whether letters follow one another as in the alphabet."""
    return "".join(words) in "ABCDEFGH"


def _chords(line: str) -> list[str]:
    """Return the chords of a line that contains nothing else; empty for other lines."""
    start = line.lstrip()
    if not start or len(start) > LINE_CHARS:
        return []
    if _may_name_section(line):
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
                and not all(map(_AMBIGUOUS.fullmatch, chords))
            )
            return chords if remark else []
        if chord:
            chords.append(chord)
    return chords


def _small_chords(line: str) -> list[str]:
    """Return the chords of a line with minor ones in small letters, all of them far apart."""
    if "  " not in line and "\t" not in line:
        return []
    words = _APART.split(line.strip()) if len(line) <= LINE_CHARS else []
    fit = len(words) > 1 and all(_SMALL.fullmatch(word) or _chord(word) for word in words)
    return words if fit else []


@lru_cache(maxsize=10_000)
def _chord(word: str) -> str | None:
    """Return the chord that a word is; empty for a bar or count, None for other words."""
    if _TOKEN.fullmatch(word):
        return word.rstrip(",.")
    return "" if _MARK.fullmatch(word) else None


def _has_bracketed_chords(text: str) -> bool:
    """Return whether there are chords in brackets; an [A] on its own line may name a section."""
    if "[" not in text and "{" not in text:
        return False
    return any(
        match.end() - match.start() > 3 or text[match.end() : match.end() + 1].strip()
        for match in _BRACKETED.finditer(text)
    )


def _without(
    marked: re.Pattern[str], left: str | Callable[[re.Match[str]], str], row: TracedLine
) -> list[TracedLine]:
    """Return a line without its marked chords; nothing if the line had nothing else."""
    line, origin = row
    bare = marked.sub(left, line)
    if bare == line:
        return [row]
    bare = " ".join(bare.split())
    return [(bare, origin)] if any(map(str.isalnum, bare)) else []


def _has_parenthesised_chords(text: str) -> bool:
    """Return whether several different chords are in parentheses between the words."""
    if "(" not in text:
        return False
    chords = [match["chord"] for match in _PARENTHESISED.finditer(text)]
    if all(len(chord) == 1 for chord in chords):  # (A), (B) and so on may number stanzas
        return len(chords) >= 2 * MIN_PARENTHESISED and chords != sorted(chords)
    return len(chords) >= MIN_PARENTHESISED and len(set(chords)) > 1


def _has_marked_chords(text: str) -> bool:
    """Return whether there are chords in code marks and the like more than once."""
    if not any(sign in text for sign in "`^<"):
        return False
    return sum(not _unless_chords(match) for match in _MARKED.finditer(text)) > 1


def _unless_chords(match: re.Match[str]) -> str:
    """Return nothing in place of chords, and what is no chord as it is."""
    inside = next(filter(None, match.groups()))
    return "" if _chords(inside) or latin_chords(inside) else match[0]


def is_tab(line: str) -> bool:
    """Return whether a line is one string of a tablature and not just a line of dashes."""
    return (
        "--" in line
        and line.count("-") >= 4
        and len(line) <= LINE_CHARS
        and ("|" in line or any(map(str.isdigit, line)))
        and bool(_TAB.fullmatch(line))
    )
