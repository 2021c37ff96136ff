"""Folding: any script to printable ASCII, with every change counted."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from anyascii import anyascii

FEW_CHARS = 40
"""Of more different characters than this, all are counted and replaced in one pass."""
_UNKNOWN = re.compile(r"[^\t\n -~]")


@dataclass(frozen=True, slots=True)
class Change:
    """A character that was replaced."""

    source: str
    target: str
    """Empty where the character has no ASCII equivalent."""
    count: int
    """How often it was replaced."""


@dataclass(frozen=True, slots=True)
class Folded:
    """A text in ASCII, and the changes that made it so."""

    text: str
    changes: tuple[Change, ...]
    """By count, highest first."""
    characters: int
    """Characters before folding."""

    @property
    def changed_share(self) -> float:
        """The share of the characters that changed, 0 to 1."""
        return sum(change.count for change in self.changes) / max(1, self.characters)


def fold(text: str, mapping: Mapping[str, str] | None = None) -> Folded:
    """Return the text in printable ASCII, tabs and newlines.

    Line ends of any system become newlines first. Letters and their combining accents are
    composed first, so that one visible character is one counted change.

    Args:
        mapping: replacements chosen by the user; characters in ASCII are never replaced.
    """
    mapping = mapping or {}
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    if not text.isascii():
        text = unicodedata.normalize("NFC", text)
    if not _UNKNOWN.search(text):
        return Folded(text, (), len(text))
    table = {
        char: mapping[char] if char in mapping else _default_replacement(char)
        for char in set(text)
        if _UNKNOWN.match(char)
    }
    counts = _count(text, table)
    changes = sorted(
        (Change(char, target, counts[char]) for char, target in table.items()),
        key=lambda change: (-change.count, change.source),
    )
    return Folded(_replaced(text, table), tuple(changes), len(text))


def _count(text: str, chars: Collection[str]) -> Mapping[str, int]:
    if len(chars) > FEW_CHARS:
        return Counter(text)
    return {char: text.count(char) for char in chars}


def _replaced(text: str, table: dict[str, str]) -> str:
    """Replace characters; one by one where they are few, which is faster."""
    if len(table) > FEW_CHARS or any(map(_UNKNOWN.search, table.values())):
        return text.translate({ord(char): target for char, target in table.items()})
    for char, target in table.items():
        text = text.replace(char, target)
    return text


def _default_replacement(char: str) -> str:
    return anyascii(char) if ord(char) > 127 else ""


def merge_changes(changes_by_text: list[tuple[Change, ...]]) -> tuple[Change, ...]:
    """Return the changes of several texts as one list, by count, highest first."""
    counts: Counter[tuple[str, str]] = Counter()
    for changes in changes_by_text:
        for change in changes:
            counts[change.source, change.target] += change.count
    return tuple(Change(*pair, count) for pair, count in counts.most_common())
