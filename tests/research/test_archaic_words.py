"""Old words, counted by hand."""

from __future__ import annotations

import pytest

from research.archaic_words import old_words


@pytest.mark.parametrize(
    ("text", "old", "words"),
    [
        ("Thou hast lov'd the sea, and 'tis o'er", 5, 8),
        ("I'd say they'd go where you'd go, who'd stay", 0, 9),
        ("She lived beside the road", 0, 5),
        ("Go hence; thy father said thee nay", 2, 7),
    ],
)
def test_old_words_in_a_thousand(text: str, old: int, words: int) -> None:
    assert old_words([text]) == pytest.approx(1000 * old / words)
