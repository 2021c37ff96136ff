"""The songbooks that ship: whole, in the open, and free of lines that wander between songs."""

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


def test_there_is_a_songbook() -> None:
    assert BOOKS


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
