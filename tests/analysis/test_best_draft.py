"""Which draft of a song reads best."""

from __future__ import annotations

from lyricslab.analysis.best_draft import best_draft

GOOD = "The harbour\n\n" + "\n".join(f"the river runs to the sea {k}" for k in range(12))
ODD = GOOD.replace("river", "rivver").replace("sea", "seax")


def test_the_draft_of_known_words_is_the_best() -> None:
    assert best_draft([ODD, GOOD, ODD], []) == 1
    assert best_draft([GOOD, GOOD], []) == 0
    foreign = "\n".join(f"der fluss fliesst zum meer {k}" for k in range(12))
    other = foreign.replace("fluss", "flusz")
    assert best_draft([other, foreign], [foreign]) == 1  # words of the songs are known, too


def test_a_song_has_the_length_of_one_and_does_not_go_in_circles() -> None:
    assert best_draft(["the river", ODD], []) == 1
    assert best_draft(["the sea\n" * 200, ODD], []) == 1
    assert best_draft(["the river runs to the sea\n" * 20, ODD], []) == 1
    assert best_draft(["the river", "rivver"], []) == 0  # where none is a song, its words count
