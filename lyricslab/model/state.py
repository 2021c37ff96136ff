"""What a network remembers of songs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Array = np.ndarray


@dataclass(frozen=True, slots=True)
class State:
    """What a network remembers of B songs: h and c of every layer. It never changes, so any
    number of songs can go on from one.
    """

    h: Array
    """(B, L, H)."""
    c: Array
    """(B, L, H)."""

    def __len__(self) -> int:
        return len(self.h)

    def take(self, songs: Array | Sequence[int]) -> State:
        """Return the state of some of the songs, by index or mask; an index may be repeated."""
        chosen = np.asarray(songs)
        return State(self.h[chosen], self.c[chosen])


def joined(states: Sequence[State]) -> State:
    """Return the states of the songs of several states."""
    if len(states) == 1:
        return states[0]
    return State(*(np.concatenate([getattr(s, part) for s in states]) for part in ("h", "c")))
