"""The books that were fetched: a text and a card each, in the lab's home.

`pg1342.txt` is the book alone, in UTF-8; `pg1342.card` beside it is JSON. The card has its own
extension so that the folder's texts can be read without taking it for lyrics.
"""

from __future__ import annotations

import hashlib
import json
import logging
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from lyricslab.errors import NotFoundError
from lyricslab.files import write_file
from lyricslab.store.home import Home, make_folder, writing

LICENCE = "Public domain in the USA; elsewhere check the law of your own country."

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class BookCard:
    """Facts about a fetched book."""

    id: int
    title: str
    author: str
    language: str
    characters: int
    encoding: str
    """Of the original file; the text is kept in UTF-8."""
    source: str
    """The address it was fetched from."""
    sha256: str
    """Of the text as it is kept."""
    fetched_at: str
    """UTC."""
    licence: str = LICENCE
    notes: tuple[str, ...] = ()
    """What is worth knowing: another title than the catalogue's, another language."""

    @property
    def credit(self) -> str:
        """How the card of a base names it: "Dubliners, James Joyce"."""
        return f"{self.title}, {self.author}" if self.author else self.title


def text_file(home: Home, number: int) -> Path:
    """Return the path of a book's text."""
    return home.books / f"pg{number}.txt"


def books(home: Home) -> list[BookCard]:
    """Return the cards of all books, by title; a damaged one is logged and left out."""
    cards = []
    for path in home.books.glob("pg*.card"):
        card = _card(path)
        if card is not None and text_file(home, card.id).exists():
            cards.append(card)
    return sorted(cards, key=lambda card: (card.title.casefold(), card.id))


def book(home: Home, number: int) -> BookCard | None:
    """Return the card of a book, or None if it or its text is missing."""
    card = _card(_card_file(home, number))
    return card if card is not None and text_file(home, number).exists() else None


def credits_of(files: Iterable[Path]) -> list[str]:
    """Return title and author of the fetched books among some files, for a base's card."""
    cards = (_card(path.with_suffix(".card")) for path in files)
    return [card.credit for card in cards if card is not None]


def put(home: Home, card: BookCard, text: str) -> BookCard:
    """Write a book, replacing an earlier copy, and return its card with the digest.

    Raises:
        StoreError: if it cannot be written.
    """
    data = text.encode()
    facts = asdict(card) | {"sha256": hashlib.sha256(data).hexdigest()}
    with writing(home.books):
        make_folder(home.books)
        _card_file(home, card.id).unlink(missing_ok=True)  # no card ever tells of another text
        write_file(text_file(home, card.id), data)
        write_file(_card_file(home, card.id), json.dumps(facts, indent=1).encode())
    return BookCard(**facts)


def remove(home: Home, number: int) -> None:
    """Delete a book.

    Raises:
        NotFoundError: if there is no such book.
        StoreError: if it cannot be deleted.
    """
    if not text_file(home, number).exists():
        raise NotFoundError(f"Book {number} is not here any more.")
    with writing(home.books):
        _card_file(home, number).unlink(missing_ok=True)
        text_file(home, number).unlink(missing_ok=True)


def _card_file(home: Home, number: int) -> Path:
    return home.books / f"pg{number}.card"


def _card(path: Path) -> BookCard | None:
    try:
        facts = json.loads(path.read_text("utf-8"))
        return BookCard(**facts | {"notes": tuple(facts["notes"])})
    except FileNotFoundError:
        return None
    except (OSError, ValueError, KeyError, TypeError) as error:
        logger.warning("The card %s is damaged (%s); fetch that book again.", path.name, error)
        return None
