"""Repeats that are written short, and those that are written out beyond all measure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field

from lyricslab.importing.cleaning.traced_song import Row, TracedSong
from lyricslab.importing.lines import is_label, without_leading_label

MOST_TIMES = 8
"""A line marked with more is written out so often, lest a typing error fills a book."""
MOST_GROWTH = 6
"""A song is not made longer than so many times what it was."""
IN_A_ROW = 4
"""So often a line comes in a row before it is too much."""
KEPT_IN_A_ROW = 2

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
"""A count on a line of its own; "twice" and "three times" are sung unless something marks them."""
_CALL = re.compile(
    rf"(?:{_OPEN})?(?:repeat(?:\s+the)?\s+)?(?P<name>(?:pre-?)?chorus|refrain|hook)"
    r"(?P<number>\s?\d(?!\s?x|\d|\s?times))?(?:\s?:[^\[\](){}:]{1,40}(?=[)\]}]))?"
    rf"(?:\s+again|\s+repeats?)?(?:{_CLOSE})?\s*[:.]?\s*(?:{_OPEN})?(?:{_TIMES})?(?:{_CLOSE}){{0,2}}[:.]?",
    re.IGNORECASE,
)
_ENDS = (*")]}0123456789x:", "chorus", "refrain", "hook", "times", "twice", "thrice", "bis",
         "again", "chorus.", "refrain.", "hook.", ").", "repeat", "repeats")  # fmt: skip
"""One of these ends each line that asks for a repeat."""
_SIGNS = ("chorus", "refrain", "hook", "times", "twice", "thrice", "bis", *"123456789")
"""One of these is in it."""


def write_out(sheet: TracedSong) -> TracedSong:
    """The song with its repeats as they are sung."""
    small = sheet.text.lower()
    if not any(sign in small for sign in _SIGNS):
        return sheet
    if not any(line.endswith(_ENDS) for line in small.split("\n")):
        return sheet
    score = _Score(lines=[line.strip() for line in sheet.lines], room=MOST_GROWTH * len(small))
    for k, origin in enumerate(sheet.origins):
        score.sing(k, origin)
    return sheet.written(score.rows) if score.changed else sheet


@dataclass
class _Score:
    """A song as it is written out, line by line."""

    lines: Sequence[str]
    """The song as it was."""
    room: int
    """Characters that may still be added."""
    rows: list[Row] = field(default_factory=list)
    changed: bool = False
    _sections: dict[str, list[str]] = field(default_factory=dict)
    """The label, and the lines, of each section that can be called for, by its name."""
    _section: list[str] = field(default_factory=list)
    """The section that is being sung, if it can be called for."""
    _stanza: list[str] = field(default_factory=list)
    """The lines of the stanza that is sung, or was sung last."""
    _ended: bool = False
    """Whether the stanza has ended."""
    _apart: bool = False
    """Whether a blank line stands between this song's labels and their words."""

    def sing(self, k: int, origin: int) -> None:
        """Takes line `k`, and does what it says."""
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
        """Whether line `k` is there and is sung."""
        line = self.lines[k] if k < len(self.lines) else ""
        return bool(line) and not is_label(line) and not _CALL.fullmatch(line)

    def _marked(self, line: str, origin: int) -> None:
        """A line that may ask to be sung, or to have sung what is above, more than once."""
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
        """A section again, under the label that it had."""
        label, *lines = section
        if not lines or not self._grow(times, lines):
            self.rows.append((label, origin))
            return
        self.rows.append((label, origin))
        for number in range(times):
            self.rows += [("", origin)] * bool(number) + [(line, origin) for line in lines]
        self._section, self._stanza, self._ended = [], lines, True

    def _begin(self, names: Sequence[str], label: str) -> None:
        """From here on a section is sung; without a name none that is called for."""
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
        """Whether there is room for lines so many times more; then the song is changed."""
        if self.room <= 0:
            return False
        self.room -= times * (sum(map(len, lines)) + len(lines))
        self.changed = self.changed or self.room >= 0
        return self.room >= 0


def _names(call: re.Match[str]) -> list[str]:
    """What a section goes by: "chorus1" and "chorus"; a call goes by the first of them."""
    name = call["name"].lower().replace("-", "")
    return [name + call["number"].strip(), name] if call["number"] else [name]


def _count(match: re.Match[str]) -> int:
    """How many times a mark says; 1 if it says nothing."""
    groups = match.groupdict()
    digits = groups.get("x") or groups.get("n")
    word = groups.get("w") or groups.get("b")
    count = int(digits) if digits else _WORDS[word.lower()] if word else 1
    return max(1, min(MOST_TIMES, count))


def shorten(sheet: TracedSong) -> TracedSong:
    """The song with two of each line that comes four times or more in a row."""
    starts = [line[:2] for line in sheet.text.lower().split("\n")]
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
