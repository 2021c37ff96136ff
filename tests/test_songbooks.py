"""The songbooks that ship: whole, in the open, rich, and each in a voice of its own."""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from pathlib import Path

import pytest

from lyricslab.english.verse import rhyming_lines

FOLDER = Path(__file__).parent.parent / "assets" / "songbooks"
BOOKS = sorted(FOLDER.glob("*.txt"))


_SLURS = frozenset(
    """
    044eb98b18 08a841e996 0be9b885f4 0ce875d620 0dcc4d3364 118418653f 11cf8376a1 11ee63a73f
    120f6e5b4e 12e6274e43 158869a973 16ea09fc78 17a110e533 17bde8b406 1802d08145 1e02eec4f1
    22fc75e65a 268651b3ec 27eb0c4ad7 333f761809 33740da8a8 341d56384a 3af112eacd 3b1e0d7c5d
    3cb6a563b3 3cc0a581d3 402f7ebd98 43508b5c03 448b303c89 457f002f92 45cd3e1bb4 46505206c3
    479631e7b3 49d3bc1476 4b18aefe82 4c58f5d5fe 517ae3f732 566f532d48 56d9e1f657 5a9d9dcefb
    5b3ae48be1 613ddd9aff 619bc82e0d 67aa390186 6b571f65fa 701033ae26 70aafb4266 7122c9a14b
    81033f02d4 82159dd028 83bd72f7a1 83dd8e733b 85f6146e4a 886d51e97a 8f5083e3e5 92a9bf818e
    937d56e497 94a877e2ce 96c91fa847 98980840dd 98b52c4b6b 9915ba2d82 9ae315a94e 9d0b226439
    a7bf072c97 ad64e56f21 ad6cacf3af bb209d506b bb87adf8aa bbf8bb7863 bd331fb1d2 be00f1af52
    c1b4ed0539 c1cabb6f6e c22f315f1b c2c3b68b48 c3de533e9b c70e3e7c47 ca8aca2ceb cc02032349
    ce20df7259 d0e3cb91d2 d284d1cb23 d75a838dc7 da0a6b1b92 daec0c235d e7b98c6aa5 e84dde508a
    e9e8b6c5af eda887476f ee5a869b5a eea2991640 eef3bd0916 f0a67995cb f344963054 f59e28f8bb
    f5bb7bbf78 f64c6fad9c f9d0d9b18a
    """.split()
)
"""Words that demean people, as the first ten digits of their SHA-256, so that none stands here."""


def songs(book: Path) -> list[tuple[str, str]]:
    """Title and lyrics of each song."""
    parts = (part.strip("\n") for part in book.read_text("ascii").split("\n---\n"))
    return [(title, lyrics) for title, _, lyrics in (part.partition("\n\n") for part in parts)]


def words(text: str) -> list[str]:
    """The words of a text, small."""
    return re.findall(r"[a-z]+(?:'[a-z]+)*", text.lower())


def test_the_songbooks_are_there() -> None:
    assert {book.stem for book in BOOKS} == {"nell_harrow", "ines_vantry"}


def test_the_first_songbook_is_enough_to_learn_from() -> None:
    nell = FOLDER / "nell_harrow.txt"
    assert len(songs(nell)) >= 60
    assert sum(len(lyrics) for _, lyrics in songs(nell)) >= 48_000
    assert len(set(words(nell.read_text("ascii")))) >= 2_500


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_no_word_demeans_anyone(book: Path) -> None:
    used = {word.replace("'", "") for word in words(book.read_text("ascii"))}
    assert hashlib.sha256(b"cripple").hexdigest()[:10] in _SLURS  # the list is made as it says
    assert not [w for w in used if hashlib.sha256(w.encode()).hexdigest()[:10] in _SLURS]


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
    rhyming = [any(rhyming_lines(stanza.split("\n"))) for stanza in stanzas]
    assert sum(rhyming) / len(rhyming) >= 0.8


@pytest.mark.parametrize("book", BOOKS, ids=lambda book: book.stem)
def test_songs_begin_each_in_its_own_way(book: Path) -> None:
    openings = Counter(" ".join(words(lyrics)[:2]) for _, lyrics in songs(book))
    assert max(openings.values()) <= 0.1 * len(songs(book))
    first = Counter(words(lyrics)[0] for _, lyrics in songs(book))
    assert max(first.values()) <= 0.2 * len(songs(book))


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
