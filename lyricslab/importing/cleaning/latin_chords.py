"""Lines of chords in Latin names: Do, Rem, Sol7; what is sung as "Do re mi" stays."""

from __future__ import annotations

import re
from collections.abc import Sequence

_NAME = r"(?:Do|Re|Mi|Fa|Sol|La|Si|DO|RE|MI|FA|SOL|LA|SI)"
_CHANGE = r"(?:#|b|\+|-|\d{1,2}|maj|min|dim|aug|sus|add|m|M|\([\db#+-]{1,3}\)){0,4}"
LATIN_CHORD = rf"{_NAME}{_CHANGE}(?:/{_NAME}[#b]?)?"
_CHORD = re.compile(rf"\(?{LATIN_CHORD}\)?[,*]?")
_BRACKETED = re.compile(rf"\[{LATIN_CHORD}\]")
_SURE = re.compile(rf"\(?{_NAME}(?:[#b]|m?\d|m?(?:maj|dim|sus|add|aug)).*|.*/.*")
"""A chord that is no word of any language: "Sim" and "Dom" are."""
_MARK = re.compile(r"[-|/:.%>]+|\(?x ?\d{1,2}\)?")
_STARTS = frozenset("DRMFSL(|>")
MIN_WIDE_LINES = 3
"""This many lines of names far apart are chords, even if each of them is a word, too."""


def latin_chord_lines(lines: Sequence[str]) -> set[int]:
    """Return the positions of lines that are chords in Latin names.

    Single names are chords only in a song with unambiguous ones, or with some in brackets.
    """
    chords_of = {k: words for k, line in enumerate(lines) if (words := latin_chords(line))}
    several = {k for k, words in chords_of.items() if len(set(words)) > 1}
    sure = {k for k, words in chords_of.items() if any(map(_SURE.fullmatch, words))}
    sure |= {k for k in several if any(word.rstrip("),*").endswith("m") for word in chords_of[k])}
    if chords_of and any("[" in line and _BRACKETED.search(line) for line in lines):
        return several | sure
    if not sure & several and len(sure) < 2:
        wide = {k for k in several if "  " in lines[k].strip()}
        return wide if len(wide) >= MIN_WIDE_LINES else set()
    indented = {k for k in chords_of if lines[k][:1].isspace()}
    return sure | several | indented


def latin_chords(line: str) -> list[str]:
    """Return the Latin chords of a line that contains nothing else; empty for other lines."""
    if line.lstrip()[:1] not in _STARTS:  # quick: most lines are words
        return []
    words = line.split()
    chords: list[str] = []
    for word in words:
        if _CHORD.fullmatch(word):
            chords.append(word)
        elif not _MARK.fullmatch(word):
            return []
    return chords
