"""Double-spaced songs and several blanks."""

from __future__ import annotations

from typing import Any

from lyricslab.importing.cleaning import spacing

LINES = [f"the dog sleeps, part {k}" for k in range(12)]


def test_a_double_spaced_song_becomes_single_spaced(traced: Any) -> None:
    stanzas = ["\n\n".join(LINES[k : k + 4]) for k in (0, 4, 8)]
    fixed = spacing.close_gaps(traced("\n\n\n".join(stanzas)))
    assert fixed.text == "\n\n".join("\n".join(LINES[k : k + 4]) for k in (0, 4, 8))
    assert fixed.lines == [
        traced("\n\n\n".join(stanzas)).lines[origin] if line else ""
        for line, origin in fixed.rows()
    ]


def test_a_song_in_couplets_is_not_double_spaced(traced: Any) -> None:
    for text in (
        "\n\n".join("\n".join(LINES[k : k + 2]) for k in range(0, 12, 2)),
        "\n\n".join(LINES[:6]),
        "\n\n".join(f"{line} " * 6 for line in LINES),
        "\n".join(LINES),
    ):
        song = traced(text)
        assert spacing.close_gaps(song) is song


def test_one_blank_is_enough(traced: Any) -> None:
    fixed = spacing.single_blanks(traced("  the  dog\n\tsleeps \t by\n\n   the door"))
    assert fixed.text == "the dog\nsleeps by\n\nthe door"
    assert list(fixed.origins) == [0, 1, 2, 3]
    song = traced("the dog\nsleeps")
    assert spacing.single_blanks(song) is song
