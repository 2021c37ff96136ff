"""The vocabulary: the 128 ASCII codes, the same for every network."""

from __future__ import annotations

import numpy as np

from lyricslab.config import VOCAB_SIZE

END = 0
"""The code before the first character of a song and after the last."""

PRINTABLE: np.ndarray = np.array([c in (9, 10) or 32 <= c < 127 for c in range(VOCAB_SIZE)])
"""Whether a code may be generated: tab, newline, and 32 to 126; (V,) bool."""


def encode(text: str) -> np.ndarray:
    """Return the codes of a text, (N,) uint8.

    Raises:
        ValueError: if a character is not ASCII; callers fold first.
    """
    return np.frombuffer(text.encode("ascii"), np.uint8)


def decode(ids: np.ndarray) -> str:
    """Return the text of codes, (N,)."""
    return np.asarray(ids, np.uint8).tobytes().decode("ascii")
