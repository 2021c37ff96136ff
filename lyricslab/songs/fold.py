"""Any script to the 128 codes that every network knows; what changed is counted, not hidden."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from anyascii import anyascii

_UNKNOWN = re.compile(r"[^\t\n -~]")


@dataclass(frozen=True, slots=True)
class Change:
    """One character that was replaced, by what, and how often."""

    source: str
    target: str
    """Empty where nothing in ASCII stands for it."""
    count: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in ASCII, and what it took."""

    text: str
    changes: tuple[Change, ...]
    """The commonest first."""
    characters: int
    """Characters before folding."""

    @property
    def changed_share(self) -> float:
        """Which part of the characters changed, 0 to 1."""
        return sum(change.count for change in self.changes) / max(1, self.characters)


AS_USUAL: Mapping[str, str] = {}
"""Nothing chosen by hand: every character becomes what it usually does."""


def fold(text: str, mapping: Mapping[str, str] = AS_USUAL) -> Folded:
    """The text in printable ASCII, tabs and newlines, each other character replaced and counted.

    Line ends of any system become newlines first, and letters with loose accents are joined with
    them, so that one seen character is one counted change.

    Args:
        mapping: what some characters shall become; known characters stay what they are.
    """
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not _UNKNOWN.search(text):
        return Folded(text, (), len(text))
    counts = Counter(text)
    table: dict[str, str | int | None] = {
        char: mapping[char] if char in mapping else _usual(char)
        for char in counts
        if not _is_known(char)
    }
    changes = sorted(
        (Change(char, str(target), counts[char]) for char, target in table.items()),
        key=lambda change: (-change.count, change.source),
    )
    folded = text.translate(str.maketrans(table)) if table else text
    return Folded(folded, tuple(changes), len(text))


def _usual(char: str) -> str:
    return anyascii(char) if ord(char) > 127 else ""


def _is_known(char: str) -> bool:
    return not _UNKNOWN.match(char)


def merge_changes(many: list[tuple[Change, ...]]) -> tuple[Change, ...]:
    """The changes of several texts as one list, the commonest first."""
    counts: Counter[tuple[str, str]] = Counter()
    for changes in many:
        for change in changes:
            counts[change.source, change.target] += change.count
    return tuple(Change(*pair, count) for pair, count in counts.most_common())
