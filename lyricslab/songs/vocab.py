"""The fixed vocabulary: the 128 ASCII codes, one number a character, the same in every base."""

from __future__ import annotations

import numpy as np

from lyricslab.config import VOCAB_SIZE

END = 0
"""The code that primes a song and ends it."""

PRINTABLE: np.ndarray = np.array([c in (9, 10) or 32 <= c < 127 for c in range(VOCAB_SIZE)])
"""Which codes may be written: tab, newline, and 32 to 126; (V,) bool."""


def encode(text: str) -> np.ndarray:
    """The codes of a text, (N,) uint8.

    Raises:
        ValueError: if a character is not ASCII; callers fold first.
    """
    return np.frombuffer(text.encode("ascii"), np.uint8)


def decode(ids: np.ndarray) -> str:
    """The text of codes, (N,)."""
    return np.asarray(ids, np.uint8).tobytes().decode("ascii")
