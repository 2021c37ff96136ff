"""What of a text is English, and which lines have the form of a clause."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from lyricslab.english import clauses, grammar
from lyricslab.english.lexicon import is_english

SONGBOOKS = Path(__file__).resolve().parents[2] / "assets" / "songbooks"

CLAUSES = """
I know.
And I'm down.
It's better
He's a better light to me
She never goes
Do they know
We whispered
She creaks, she's free
There is a house
The rain was falling
The old boats turn
My brother sings
Roses are red
Love is blind
Bring me home
Don't look at the sea
Let's go
When I come home again
That you would stay
Everybody knows
"""
NOT_CLAUSES = """
baby
The my do.
She know it all
I goes
They was here
We the river
The of it is
I know I same
Into the
I love you and
over the dark water
A sky of bed
She skingenes treats me
Roses is red
The boats turns
love of my own
"""


@pytest.mark.parametrize("line", CLAUSES.strip().split("\n"))
def test_a_subject_and_its_verb_make_a_clause(line: str) -> None:
    assert clauses.is_clause(line)


@pytest.mark.parametrize("line", NOT_CLAUSES.strip().split("\n"))
def test_what_lacks_them_is_none(line: str) -> None:
    assert not clauses.is_clause(line)


def test_the_lines_that_the_paper_counted_are_counted() -> None:
    """Sec. 4.1 names them: two of Figure 2, four of Figure 3, three of Figure 4."""
    counted = (
        "You love you / I know. / I love. / And I'm down. / It's better / I feel / Bring you / "
        "He's a better light to me / (You kill then when I'll believe)"
    )
    assert all(map(clauses.is_clause, counted.split(" / ")))


def test_lines_of_songs_pass_far_oftener_than_their_words_shuffled() -> None:
    draw = random.Random(3)
    lines = [
        line
        for path in sorted(SONGBOOKS.glob("*.txt"))
        for line in path.read_text("utf-8").split("\n")
        if len(line.split()) > 1
    ]
    words = [word for line in lines for word in line.split()]
    draw.shuffle(words)
    rest = iter(words)
    shuffled = [" ".join(next(rest) for _ in line.split()) for line in lines]
    real, chance = (sum(map(clauses.is_clause, group)) / len(lines) for group in (lines, shuffled))
    assert real > 0.45
    assert chance < 0.2


def test_counts_by_hand() -> None:
    # 10 words; "wannyoull" and "qzx" are none. Of four letters: know, wannyoull, town, that, door.
    found = clauses.read("I know a wannyoull\n\nqzx town\n\nthat is a door\n")
    assert found == clauses.Sense(
        words=10, english=8, long_words=5, long_english=4, lines=3, clauses=1
    )
    assert (found.english_share, found.long_english_share) == (0.8, 0.8)
    assert found.clause_share == 1 / 3


def test_counts_of_texts_add_up() -> None:
    one, two = "I know the river\nxq zz", "la la\nshe was here"
    assert clauses.read(one) + clauses.read(two) == clauses.read(f"{one}\n{two}")


def test_nothing_has_no_shares() -> None:
    nothing = clauses.read(" \n\n 12 - !")
    assert (nothing.words, nothing.lines, nothing.english_share, nothing.clause_share) == (0,) * 4


def test_forms_of_verbs() -> None:
    thirds = {verb: grammar.third_person(verb) for verb in ("go", "cry", "play", "wish", "have")}
    assert thirds == {"go": "goes", "cry": "cries", "play": "plays", "wish": "wishes"} | {
        "have": "has"
    }
    pasts = {verb: grammar.past(verb) for verb in ("cry", "love", "stop", "play", "sing")}
    assert pasts == {"cry": "cried", "love": "loved", "stop": "stopped", "play": "played"} | {
        "sing": "sang"
    }


def test_every_form_is_english() -> None:
    assert [form for form in grammar.FINITE if not is_english(form)] == []
