"""Repeats that are written short, and those that are written out beyond all measure."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from lyricslab.text.clean import is_label
from lyricslab.text.doctor.sheet import Row, Sheet

MOST_TIMES = 8
"""A line marked with more is written out so often, lest a typing error fills a book."""
MOST_GROWTH = 6
"""A song is not made longer than so many times what it was."""
IN_A_ROW = 4
"""So often a line comes in a row before it is too much."""
KEPT_IN_A_ROW = 2

_WORDS = {"twice": 2, "bis": 2, "thrice": 3, "two": 2, "three": 3, "four": 4}
_TIMES = (
    r"(?:(?:repeat(?:ed)?\s+)?(?:(?:x\s?(?P<x>\d{1,2})|(?P<n>\d{1,2})\s?(?:x|times))"
    r"|(?P<w>two|three|four)\s+times|(?P<b>twice|thrice|bis)))"
)
_MARKED = re.compile(rf"(?P<line>.*[\w!?.,'\")])\s*[(\[{{]\s*{_TIMES}\s*[)\]}}]\.?", re.IGNORECASE)
_BARE_MARKED = re.compile(r"(?P<line>.*[\w!?.,'\")])\s+x\s?(?P<x>\d)", re.IGNORECASE)
_ALONE = re.compile(rf"[(\[{{]?\s*{_TIMES}\s*[)\]}}]?", re.IGNORECASE)
_CALL = re.compile(
    r"[(\[{]?\s*(?:repeat(?:\s+the)?\s+)?(?P<name>(?:pre-?)?chorus|refrain|hook)(?:\s+again|\s+repeats?)?"
    rf"\s*[:.]?\s*[(\[{{]?\s*(?:{_TIMES})?\s*[)\]}}]?\s*[)\]}}]?[:.]?",
    re.IGNORECASE,
)
_ENDS = (*")]}0123456789x", "chorus", "refrain", "hook", "times", "twice", "thrice", "bis", "again",
         "chorus.", "chorus:", "refrain:", "hook:", ").", "repeats")  # fmt: skip
"""One of these ends each line that asks for a repeat."""


def write_out(sheet: Sheet) -> Sheet:
    """The song with its repeats as they are sung."""
    if not any(line.rstrip().endswith(_ENDS) for line in sheet.text.lower().split("\n")):
        return sheet
    score = _Score(room=MOST_GROWTH * len(sheet.text))
    rows = list(sheet.rows())
    for k, (line, origin) in enumerate(rows):
        following = next((below for below, _ in rows[k + 1 : k + 2]), "")
        score.sing(line.strip(), origin, following.strip())
    return sheet.written(score.rows) if score.changed else sheet


@dataclass
class _Score:
    """A song as it is written out, line by line."""

    room: int
    """Characters that may still be added."""
    rows: list[Row] = field(default_factory=list)
    changed: bool = False
    _sections: dict[str, list[str]] = field(default_factory=dict)
    """The lines of each section that can be called for, by its name."""
    _stanza: list[str] = field(default_factory=list)
    """The lines since the last blank one."""
    _section: str = ""
    """The section that is being sung."""

    def sing(self, line: str, origin: int, following: str) -> None:
        """Takes a line, and does what it says."""
        if not line.lower().endswith(_ENDS):
            if self._section and is_label(line):
                self._section = ""
            self._write(line, origin)
            return
        call = _CALL.fullmatch(line)
        if call and is_label_or_call(line):
            self._call(call, line, origin, following)
        elif alone := (_ALONE.fullmatch(line) if line else None):
            self._again(self._stanza, _count(alone) - 1, origin, line)
        elif marked := (_MARKED.fullmatch(line) or _BARE_MARKED.fullmatch(line)):
            if is_label(line):
                self._write(line, origin)
            else:
                self._many(marked["line"].rstrip(), _count(marked), origin, line)
        else:
            if is_label(line):
                self._section = ""
            self._write(line, origin)

    def _call(self, call: re.Match[str], line: str, origin: int, following: str) -> None:
        """A section's label: its text follows, or it is called for again."""
        name, times = call["name"].lower().replace("-", ""), max(1, _count(call))
        known = self._sections.get(name)
        if following and not is_label(following):
            self._section, self._sections[name] = name, []
            self._stanza = []
            self._write(line, origin, note=False)
        elif known:
            self._write(line, origin, note=False)
            self._again(known, times, origin, "", apart=True)
            self._stanza = list(known)
        else:
            self._write(line, origin)

    def _many(self, line: str, times: int, origin: int, marked: str) -> None:
        """A line that is marked to be sung more than once."""
        if not self._grow((times - 1) * (len(line) + 1)):
            self._write(marked, origin)
            return
        self.changed = True
        for _ in range(times):
            self._write(line, origin)

    def _again(
        self, lines: list[str], times: int, origin: int, instead: str, apart: bool = False
    ) -> None:
        """Lines that were sung, some times more; or what stood there, where that cannot be."""
        size = sum(map(len, lines)) + len(lines)
        if times < 1 or not lines or not self._grow(times * size):
            if instead:
                self._write(instead, origin)
            return
        self.changed = True
        for number in range(times):
            if number or not apart:
                self.rows.append(("", origin))
            self.rows += [(line, origin) for line in lines]

    def _grow(self, chars: int) -> bool:
        self.room -= chars
        return self.room >= 0

    def _write(self, line: str, origin: int, note: bool = True) -> None:
        self.rows.append((line, origin))
        if not line:
            self._stanza, self._section = [], ""
        elif note:
            self._stanza.append(line)
            if self._section:
                self._sections[self._section].append(line)


def is_label_or_call(line: str) -> bool:
    """Whether a line names a section or asks for it, and is not sung itself."""
    return is_label(line) or line.lower().lstrip("([{ ").startswith("repeat")


def _count(match: re.Match[str]) -> int:
    """How many times a mark says; 1 if it says nothing."""
    groups = match.groupdict()
    digits = groups.get("x") or groups.get("n")
    word = groups.get("w") or groups.get("b")
    count = int(digits) if digits else _WORDS[word.lower()] if word else 1
    return min(MOST_TIMES, count)


def shorten(sheet: Sheet) -> Sheet:
    """The song with two of each line that comes four times or more in a row."""
    starts = [line[:2].lower() for line in sheet.lines]
    alike = zip(starts, starts[1:], starts[2:], starts[3:], strict=False)
    if not any(a and a == b == c == d for a, b, c, d in alike):
        return sheet
    rows: list[Row] = []
    changed = False
    pending: list[Row] = []

    def settle() -> None:
        nonlocal changed
        many = len(pending) >= IN_A_ROW
        changed = changed or many
        rows.extend(pending[:KEPT_IN_A_ROW] if many else pending)
        pending.clear()

    for line, origin in sheet.rows():
        if pending and (not line.strip() or _key(line) != _key(pending[0][0])):
            settle()
        if line.strip():
            pending.append((line, origin))
        else:
            rows.append((line, origin))
    settle()
    return sheet.written(rows) if changed else sheet


def _key(line: str) -> str:
    return "".join(filter(str.isalnum, line)).lower()
