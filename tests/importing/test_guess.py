"""Kinds of guesses, each with a switch of its own."""

from __future__ import annotations

from lyricslab.importing.cleaning.rules import NAMES as RULES
from lyricslab.importing.guess import GUESS_KINDS, Guess, guess_findings


def test_every_kind_has_a_name_that_no_other_and_no_rule_has() -> None:
    names = [kind.name for kind in GUESS_KINDS]
    assert len(set(names)) == len(names)
    assert not set(names) & set(RULES)


def test_guesses_of_a_kind_are_one_finding() -> None:
    guesses = [
        Guess("rows", "6 rows, joined into 2 songs.", 2),
        Guess("fields", "3 songs have fields.", 3),
        Guess("rows", "9 rows, joined into 3 songs.", 3, on=False),
    ]
    rows, fields = guess_findings(guesses)
    assert (rows.kind.name, rows.songs, rows.on) == ("rows", 5, False)
    assert rows.found == "6 rows, joined into 2 songs. 1 more file likewise."
    assert (fields.kind.name, fields.songs, fields.on) == ("fields", 3, True)
