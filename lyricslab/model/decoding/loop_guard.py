"""A guard against loops: three words may come at most three times within some lines."""

from __future__ import annotations

from collections import Counter, deque

WINDOW_WORDS = 60
"""About ten lines."""
MAX_TIMES = 3
"""How often three words may follow each other in the window: as often as a line is sung."""


class LoopGuard:
    """The words of a song so far, and which of them must not come next."""

    def __init__(self) -> None:
        self._words: deque[str] = deque()
        self._next: dict[tuple[str, str], Counter[str]] = {}
        """For two words in the window, those that followed them and how often."""

    def add(self, word: str) -> None:
        """Add a word, in lower case."""
        self._words.append(word)
        if len(self._words) > 2:
            first, second = self._words[-3], self._words[-2]
            self._next.setdefault((first, second), Counter())[word] += 1
        if len(self._words) > WINDOW_WORDS:
            first = self._words.popleft()
            pair, third = (first, self._words[0]), self._words[1]
            self._next[pair][third] -= 1
            if not self._next[pair][third]:
                del self._next[pair][third]
            if not self._next[pair]:
                del self._next[pair]

    @property
    def banned(self) -> tuple[str, ...]:
        """The words that would complete three words once too often."""
        if len(self._words) < 2:
            return ()
        followed = self._next.get((self._words[-2], self._words[-1]))
        if not followed:
            return ()
        return tuple(word for word, times in followed.items() if times >= MAX_TIMES)
