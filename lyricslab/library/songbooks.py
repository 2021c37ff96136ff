"""Songbooks: songs that ship with the program, each with a card beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from lyricslab import files
from lyricslab.importing import reading


@dataclass(frozen=True, slots=True)
class Songbook:
    """A file of songs that ships with the program, and what its card says about it."""

    path: Path
    """The file of songs, for `importing.reading.read_path`."""
    title: str
    artist: str
    about: str
    """Whose songs they are and of what, in a sentence or two."""
    origin: str


def list_songbooks() -> list[Songbook]:
    """Return the songbooks that ship, the largest first; one without a card has only its name."""
    paths = (files.ASSETS / "songbooks").glob("*.txt")
    return [_songbook(path) for path in sorted(paths, key=lambda p: (-p.stat().st_size, p.name))]


def songbook_of(digest: str) -> Songbook | None:
    """Return the songbook that holds exactly the songs of a corpus, by its digest."""
    return _by_digest(files.ASSETS).get(digest)


@lru_cache(maxsize=4)
def _by_digest(assets: Path) -> dict[str, Songbook]:
    return {
        reading.read_path(book.path).corpus(book.title).digest: book for book in list_songbooks()
    }


def _songbook(path: Path) -> Songbook:
    card_path = path.with_suffix(".json")
    card = json.loads(card_path.read_text("utf-8")) if card_path.exists() else {}
    title = str(card.get("title") or path.stem)
    artist, about, origin = (str(card.get(name, "")) for name in ("artist", "about", "origin"))
    return Songbook(path, title, artist, about, origin)
