"""A guard against loops: three words may come at most three times within some lines."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

WINDOW_WORDS = 60
"""About ten lines."""
MAX_TIMES = 3
"""How often three words may follow each other in the window: as often as a line is sung."""


@dataclass(frozen=True, slots=True)
class LoopGuard:
    """The last words of a song, and which of them must not come next."""

    words: tuple[str, ...] = ()
    """At most WINDOW_WORDS, in lower case."""
    banned: tuple[str, ...] = ()
    """The words that would complete three words once too often."""

    def after(self, word: str) -> LoopGuard:
        """Return the guard after one more word."""
        words = (*self.words, word)[-WINDOW_WORDS:]
        followed = Counter(
            words[k + 2] for k in range(len(words) - 2) if words[k : k + 2] == words[-2:]
        )
        banned = tuple(other for other, times in followed.items() if times >= MAX_TIMES)
        return LoopGuard(words, banned)
