"""The songbooks that ship: whole, in the open, rich, and each in a voice of its own."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest

FOLDER = Path(__file__).parent.parent / "assets" / "songbooks"
BOOKS = sorted(FOLDER.glob("*.txt"))


def songs(book: Path) -> list[tuple[str, str]]:
    """Title and lyrics of each song."""
    parts = (part.strip("\n") for part in book.read_text("ascii").split("\n---\n"))
    return [(title, lyrics) for title, _, lyrics in (part.partition("\n\n") for part in parts)]


def words(text: str) -> list[str]:
    """The words of a text, small."""
    return re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower())


def sound(line: str) -> str:
    """How a line ends, by its spelling: from its last spoken vowel on; "" without a word.

    Rough: it hears "light" and "night" as one and "tune" and "spoon" as two, so that it counts
    fewer rhymes than there are.
    """
    found = words(line)
    if not found:
        return ""
    last = re.sub(r"[^a-z]", "", found[-1])
    last = re.sub(r"(?<=[^aeiou])(?:e|es|ed)$", "", last) or last
    ending = re.search(r"(?:[aeiouy]+[^aeiouy]*)$", last)
    return ending.group() if ending else last


def rhymes(stanza: str) -> bool:
    """Whether two of its lines end alike, on different words."""
    ends = {(words(line)[-1], sound(line)) for line in stanza.split("\n") if words(line)}
    return max(Counter(ending for _, ending in ends).values(), default=0) > 1


def test_the_songbooks_are_there() -> None:
    assert {book.stem for book in BOOKS} == {"nell_harrow", "ines_vantry"}


def test_the_first_songbook_is_enough_to_learn_from() -> None:
    nell = FOLDER / "nell_harrow.txt"
    assert len(songs(nell)) >= 60
    assert sum(len(lyrics) for _, lyrics in songs(nell)) >= 48_000
    assert len(set(words(nell.read_text("ascii")))) >= 2_500


def test_the_two_voices_differ() -> None:
    """Line length and small letters alone tell any stanza of one from any of the other."""
    measured = {}
    for book in BOOKS:
        lines = [line for _, lyrics in songs(book) for line in lyrics.split("\n") if line]
        capitals = sum(line[0].isupper() or line[0] == '"' for line in lines) / len(lines)
        measured[book.stem] = (sum(map(len, lines)) / len(lines), capitals)
    assert measured["nell_harrow"][0] > 2 * measured["ines_vantry"][0]
    assert measured["nell_harrow"][1] > 0.9
    assert measured["ines_vantry"][1] < 0.05


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_stanzas_rhyme(book: Path) -> None:
    stanzas = [stanza for _, lyrics in songs(book) for stanza in lyrics.split("\n\n")]
    assert sum(map(rhymes, stanzas)) / len(stanzas) >= 0.6


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_songs_begin_each_in_its_own_way(book: Path) -> None:
    openings = Counter(" ".join(words(lyrics)[:2]) for _, lyrics in songs(book))
    assert max(openings.values()) <= 0.1 * len(songs(book))
    first = Counter(words(lyrics)[0] for _, lyrics in songs(book))
    assert max(first.values()) <= 0.2 * len(songs(book))


def test_rhymes_are_heard() -> None:
    assert rhymes("We rode by night\nNo moon in sight")
    assert not rhymes("We rode by night\nthe long way home\nand home the long way night")


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_a_songbook_is_whole_and_open(book: Path) -> None:
    card = json.loads(book.with_suffix(".json").read_text("utf-8"))
    assert card["licence"] == "CC0-1.0"
    assert card["songs"] == len(songs(book)) >= 12
    assert "language model" in card["origin"]
    for title, lyrics in songs(book):
        assert title
        assert "\n" not in title
        assert 600 <= len(lyrics) <= 1200, title
        assert not re.search(r"^[\[(]", lyrics, re.M), f"{title} has section labels"


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_no_line_wanders_through_many_songs(book: Path) -> None:
    shared: Counter[str] = Counter()
    for _, lyrics in songs(book):
        shared.update({line.lower() for line in lyrics.split("\n") if len(line.split()) >= 4})
    assert max(shared.values()) <= 2
