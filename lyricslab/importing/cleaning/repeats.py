"""Repeats that are written short, and lines that are repeated too often."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import groupby

from lyricslab.importing.cleaning.traced_song import TracedLine, TracedSong
from lyricslab.importing.lines import is_label, without_leading_label

MAX_TIMES = 8
"""A line marked with a higher count, likely a typing error, is repeated this often."""
MAX_GROWTH = 6
"""At most this multiple of a song's length is added to it."""
MIN_RUN = 4
"""A line repeated this often in a row is too much."""
KEPT_OF_RUN = 2

_WORDS = {"twice": 2, "bis": 2, "thrice": 3, "two": 2, "three": 3, "four": 4}
_TIMES = (
    r"(?:x\s?(?P<x>\d{1,2})|(?P<n>\d{1,2})\s?(?:x|times)"
    r"|(?P<w>two|three|four)\s+times|(?P<b>twice|thrice|bis))"
)
_OPEN, _CLOSE = r"[(\[{]\s*", r"\s*[)\]}]"
_MARKED = re.compile(
    rf"(?P<line>.*[\w!?.,'\")])\s*{_OPEN}(?:repeat(?:ed)?\s+)?{_TIMES}{_CLOSE}\.?", re.IGNORECASE
)
_BARE_MARKED = re.compile(
    r"(?P<line>.*[a-z][!?.,'\")]{0,3})\s+(?:x\s?(?P<x>\d)|(?P<n>\d)x)", re.IGNORECASE
)
_ALONE = re.compile(
    rf"(?P<mark>{_OPEN}|repeat(?:ed)?\s+|(?=x\s?\d|\d+\s?x))(?:repeat(?:ed)?\s+)?{_TIMES}(?:{_CLOSE})?",
    re.IGNORECASE,
)
"""A count on its own line; "twice" and "three times" are sung unless marked."""
_CALL = re.compile(
    rf"(?:{_OPEN})?(?:repeat(?:\s+the)?\s+)?(?P<name>(?:pre-?)?chorus|refrain|hook)"
    r"(?P<number>\s?\d(?!\s?x|\d|\s?times))?(?:\s?:[^\[\](){}:]{1,40}(?=[)\]}]))?"
    rf"(?:\s+again|\s+repeats?)?(?:{_CLOSE})?\s*[:.]?\s*(?:{_OPEN})?(?:{_TIMES})?(?:{_CLOSE}){{0,2}}[:.]?",
    re.IGNORECASE,
)
_ENDS = (*")]}0123456789x:", "chorus", "refrain", "hook", "times", "twice", "thrice", "bis",
         "again", "chorus.", "refrain.", "hook.", ").", "repeat", "repeats")  # fmt: skip
"""Every line that asks for a repeat ends in one of these."""
_SIGNS = ("chorus", "refrain", "hook", "times", "twice", "thrice", "bis", *"123456789")
"""Every song with such a line contains one of these: a quick test."""


def expand_repeats(song: TracedSong) -> TracedSong:
    """Write repeats out as they are sung."""
    lower = song.text.lower()
    if not any(sign in lower for sign in _SIGNS):
        return song
    if not any(line.endswith(_ENDS) for line in lower.split("\n")):
        return song
    expansion = _Expansion(
        lines=[line.strip() for line in song.lines], room=MAX_GROWTH * len(lower)
    )
    for k, origin in enumerate(song.origins):
        expansion.add_line(k, origin)
    return song.with_rows(expansion.rows) if expansion.changed else song


@dataclass
class _Expansion:
    """A song whose repeats are written out, line by line."""

    lines: Sequence[str]
    """The original lines."""
    room: int
    """Characters that may still be added."""
    rows: list[TracedLine] = field(default_factory=list)
    changed: bool = False
    _sections: dict[str, list[str]] = field(default_factory=dict)
    """The label and lines of each section that can be repeated, by name."""
    _section: list[str] = field(default_factory=list)
    """The current section, if it can be repeated."""
    _stanza: list[str] = field(default_factory=list)
    """The lines of the current or last stanza."""
    _ended: bool = False
    """Whether the stanza has ended."""
    _apart: bool = False
    """Whether this song has blank lines between its labels and their words."""

    def add_line(self, k: int, origin: int) -> None:
        """Add line `k`, or what it asks for."""
        line = self.lines[k]
        asks = line.lower().endswith(_ENDS)
        if not line:
            self._blank(origin)
        elif asks and (call := _CALL.fullmatch(line)):
            names = _names(call)
            below = self._words_at(k + 1)
            later = self.lines[k + 1 : k + 2] == [""] and self._words_at(k + 2)
            if below or (later and (self._apart or names[0] not in self._sections)):
                self._apart = self._apart or not below
                self._begin(names, line)
                self.rows.append((line, origin))
            elif names[0] in self._sections:
                self._call(self._sections[names[0]], max(1, _count(call)), origin)
            else:
                self.rows.append((line, origin))
        elif is_label(line):
            self._section, self._ended = [], True
            self.rows.append((line, origin))
        elif (words := without_leading_label(line)) != line:
            label = line.removesuffix(words).rstrip()
            named = _CALL.fullmatch(label)
            self._begin(_names(named) if named else [], label)
            self._note(words)
            self.rows.append((line, origin))
        elif asks:
            self._marked(line, origin)
        else:
            self._write(line, origin)

    def _words_at(self, k: int) -> bool:
        """Return whether line `k` exists and is sung."""
        line = self.lines[k] if k < len(self.lines) else ""
        return bool(line) and not is_label(line) and not _CALL.fullmatch(line)

    def _marked(self, line: str, origin: int) -> None:
        """Add a line that may ask to repeat itself or the stanza above."""
        if alone := _ALONE.fullmatch(line):
            times = _count(alone) - 1
            if times and self._stanza and self._grow(times, self._stanza):
                for _ in range(times):
                    self.rows += [("", origin), *((sung, origin) for sung in self._stanza)]
                return
        elif marked := (_MARKED.fullmatch(line) or _BARE_MARKED.fullmatch(line)):
            words, times = marked["line"].rstrip(), _count(marked)
            if self._grow(times - 1, [words]):
                for _ in range(times):
                    self._write(words, origin)
                return
        self._write(line, origin)

    def _call(self, section: list[str], times: int, origin: int) -> None:
        """Repeat a section under its label."""
        label, *lines = section
        if not lines or not self._grow(times, lines):
            self.rows.append((label, origin))
            return
        self.rows.append((label, origin))
        for number in range(times):
            self.rows += [("", origin)] * bool(number) + [(line, origin) for line in lines]
        self._section, self._stanza, self._ended = [], lines, True

    def _begin(self, names: Sequence[str], label: str) -> None:
        """Begin a section; without a name it cannot be repeated."""
        self._section, self._ended = [label], True
        for name in names:
            self._sections[name] = self._section

    def _blank(self, origin: int) -> None:
        self.rows.append(("", origin))
        self._ended = True
        if len(self._section) > 1:
            self._section = []

    def _write(self, line: str, origin: int) -> None:
        self.rows.append((line, origin))
        self._note(line)

    def _note(self, line: str) -> None:
        if self._ended:
            self._stanza, self._ended = [], False
        self._stanza.append(line)
        if self._section:
            self._section.append(line)

    def _grow(self, times: int, lines: Sequence[str]) -> bool:
        """Return whether there is room to add these lines `times` times, and reserve it."""
        if self.room <= 0:
            return False
        self.room -= times * (sum(map(len, lines)) + len(lines))
        self.changed = self.changed or self.room >= 0
        return self.room >= 0


def _names(call: re.Match[str]) -> list[str]:
    """Return the names of a section, "chorus1" and "chorus"; a call uses the first."""
    name = call["name"].lower().replace("-", "")
    return [name + call["number"].strip(), name] if call["number"] else [name]


def _count(match: re.Match[str]) -> int:
    """Return the count in a mark; 1 if it has none."""
    groups = match.groupdict()
    digits = groups.get("x") or groups.get("n")
    word = groups.get("w") or groups.get("b")
    count = int(digits) if digits else _WORDS[word.lower()] if word else 1
    return max(1, min(MAX_TIMES, count))


def shorten_runs(song: TracedSong) -> TracedSong:
    """Keep two of each line that is repeated four times or more in a row."""
    starts = [line[:2] for line in song.text.lower().split("\n")]
    alike = zip(starts, starts[1:], starts[2:], starts[3:], strict=False)
    if not any(a and a == b == c == d for a, b, c, d in alike):
        return song
    rows: list[TracedLine] = []
    for _, group in groupby(song.rows(), lambda row: _key(row[0]) if row[0].strip() else None):
        run = list(group)
        too_many = len(run) >= MIN_RUN and run[0][0].strip()
        rows += run[:KEPT_OF_RUN] if too_many else run
    return song.with_rows(rows) if len(rows) < len(song.origins) else song


def _key(line: str) -> str:
    return "".join(filter(str.isalnum, line)).lower()
