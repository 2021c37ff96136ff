"""Books asked for by number: fetched from a mirror, looked over, and put on the shelf."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal

from lyricslab.books import book_store, catalogue, mirror
from lyricslab.books.book_store import BookCard
from lyricslab.books.download import Downloader, Manners, Stopped, Way, begun_at, forget
from lyricslab.config import Range
from lyricslab.errors import (
    BookNotFoundError,
    BookTooLargeError,
    ConfigError,
    FetchingAlreadyError,
    LyricsLabError,
    MirrorRefusedError,
    MirrorUnreachableError,
    StoreError,
    WrongBookError,
)
from lyricslab.importing.gutenberg_text import Ebook, read_ebook, same_title
from lyricslab.store.home import Home, make_folder, writing
from lyricslab.store.lock import try_lock
from lyricslab.store.rows import utc_now

NUMBERS = Range(1, 999_999)
"""The numbers that books of Project Gutenberg may have."""
MOST_BOOKS = 100
"""More at once would be no polite use of a mirror."""

Fate = Literal["came", "here", "failed", "stopped"]


@dataclass(frozen=True, slots=True)
class BookOutcome:
    """What became of one book that was asked for."""

    id: int
    fate: Fate
    """It came, was here already, failed, or was not tried any more."""
    sentence: str
    card: BookCard | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a round of fetching stands."""

    number: int
    """Which book it is at, from 1."""
    of: int
    title: str
    received: int = 0
    """Bytes of this book."""
    total: int | None = None
    """Bytes it has, if the mirror says so."""
    waiting: str = ""
    """Why nothing comes for a while; empty while it comes."""

    @property
    def share(self) -> float:
        """How far the round is, 0 to 1."""
        of_this = self.received / self.total if self.total else 0.0
        return min(1.0, (self.number - 1 + of_this) / self.of)


def numbers(text: str) -> list[int]:
    """The numbers that a person typed, with blanks or commas between them, each once.

    Raises:
        ConfigError: if something else stands among them.
    """
    issues, found = [], []
    for word in re.split(r"[\s,;]+", text.strip()):
        digits = re.sub(
            r"(?i)\Ahttps?://\S*/(?:ebooks|files|epub)/(\d+)\S*\Z|\A(?:#|pg)", r"\1", word
        )
        if not word:
            continue
        if not (digits.isascii() and digits.isdigit() and len(digits) <= 9):
            issues.append(
                f"'{word}' is no number of a book. The number stands in the book's address: 1342 "
                "in gutenberg.org/ebooks/1342."
            )
        else:
            found.append(int(digits))
    if issues:
        raise ConfigError(issues)
    return list(dict.fromkeys(found))


def name_of(number: int) -> str:
    """How a book is called before it is here."""
    listed = catalogue.title(number)
    return listed.title if listed else f"Book {number}"


def check(ids: Sequence[int]) -> list[int]:
    """The numbers that are asked for, each once.

    Raises:
        ConfigError: if there are none or too many, or one that no book can have.
    """
    wanted = list(dict.fromkeys(ids))
    if not wanted:
        raise ConfigError(["No book was asked for. Choose some, or type a number."])
    issues = [issue for one in wanted if (issue := NUMBERS.issue("The number of a book", one))]
    if len(wanted) > MOST_BOOKS:
        issues.append(f"At most {MOST_BOOKS} books at once; you asked for {len(wanted)}.")
    if issues:
        raise ConfigError(issues)
    return wanted


def fetch(
    home: Home,
    ids: Sequence[int],
    *,
    source: str | None = None,
    manners: Manners | None = None,
    way: Way | None = None,
    again: bool = False,
    on_progress: Callable[[Progress], None] = lambda progress: None,
    on_outcome: Callable[[BookOutcome], None] = lambda outcome: None,
) -> list[BookOutcome]:
    """Fetches books one after the other; says of each what became of it.

    A failure of one does not keep the others from being tried, unless it is the mirror that
    cannot be used. Whole books alone are put on the shelf; half a download waits beside it and is
    gone on with next time.

    Args:
        source: the mirror, or an address with {id} in it; None for the one set in this lab.
        again: fetch also what is here already.

    Raises:
        ConfigError: if a number or the mirror is none, or too many books are asked for.
        FetchingAlreadyError: if books are being fetched into this home already.
        StoreError: if they cannot be kept.
    """
    wanted = check(ids)
    place = mirror.chosen(home) if source is None else mirror.checked(source)
    with writing(home.books):
        make_folder(home.books)
    lock = try_lock(home.books / ".lock")
    if lock is None:
        raise FetchingAlreadyError(
            "Books are being fetched into this lab already. Wait until they are here, or stop that "
            "first; then ask again."
        )
    try:
        errand = _Errand(home, place, manners or Manners(), way or Way(), on_progress)
        outcomes: list[BookOutcome] = []
        for number, one in enumerate(wanted, start=1):
            here = None if again else book_store.book(home, one)
            if here:
                outcome = BookOutcome(one, "here", f"'{here.title}' is here already.", here)
            else:
                outcome = errand.run(one, Progress(number, len(wanted), name_of(one)))
            outcomes.append(outcome)
            on_outcome(outcome)
        return outcomes
    finally:
        lock.release()


class _Errand:
    """One round to one mirror."""

    def __init__(
        self,
        home: Home,
        place: str,
        manners: Manners,
        way: Way,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self.home, self.on_progress = home, on_progress
        self.names = list(mirror.names(place))
        self.way = way
        self.progress = Progress(1, 1, "")
        self.downloader = Downloader(
            manners, replace(way, on_bytes=self._on_bytes, on_wait=self._on_wait)
        )
        self.over: BookOutcome | None = None
        """What kept the round from going on, and so becomes of all books after it."""

    def run(self, number: int, progress: Progress) -> BookOutcome:
        """Fetches one book and says what became of it."""
        if self.over is not None:
            return replace(self.over, id=number)
        self._tell(progress)
        try:
            card = self._bring(number)
        except Stopped:
            self.over = BookOutcome(number, "stopped", "Not fetched: you stopped.")
            return self.over
        except (MirrorUnreachableError, MirrorRefusedError, StoreError) as error:
            self.over = BookOutcome(number, "failed", "Not tried: the same would have happened.")
            return BookOutcome(number, "failed", str(error))
        except LyricsLabError as error:
            return BookOutcome(number, "failed", str(error))
        said = " ".join((f"'{card.title}' is here.", *card.notes))
        return BookOutcome(number, "came", said, card)

    def _bring(self, number: int) -> BookCard:
        """The book by the first of the mirror's names that leads to it."""
        part = self.home.books / f".pg{number}.part"
        wrong: WrongBookError | None = None
        begun = begun_at(part)  # where half of it came from goes first
        for name in sorted(self.names, key=lambda one: mirror.address(one, number) != begun):
            url = mirror.address(name, number)
            try:
                self.downloader.fetch(url, part)
                book = _looked_over(part, number)
            except BookNotFoundError:
                continue
            except BookTooLargeError:
                forget(part)
                raise
            except WrongBookError as error:  # some servers answer with a page where a file lacks
                forget(part)
                wrong = error
                continue
            self.names.remove(name)
            self.names.insert(0, name)  # the mirror will call the next book likewise
            card = book_store.put(self.home, _card(book, number, url), book.text)
            forget(part)
            return card
        raise wrong or BookNotFoundError(
            f"The mirror has no text of book {number}. Look the number up on gutenberg.org: some "
            "books are there as pictures or sound only."
        )

    def _on_bytes(self, received: int, total: int | None) -> None:
        if received:
            self._tell(replace(self.progress, received=received, total=total, waiting=""))
        self.way.on_bytes(received, total)

    def _on_wait(self, why: str) -> None:
        self._tell(replace(self.progress, waiting=why))
        self.way.on_wait(why)

    def _tell(self, progress: Progress) -> None:
        self.progress = progress
        self.on_progress(progress)


def _looked_over(part: Path, number: int) -> Ebook:
    """The book in a download, if it is the one that was asked for.

    Raises:
        WrongBookError: if it is another, or none, or must not be taken.
    """
    book = read_ebook(part.read_bytes(), f"Book {number}")
    if book.number not in (None, number):
        raise WrongBookError(
            f"In place of book {number} the mirror sent book {book.number}, '{book.title}'. Choose "
            "another mirror."
        )
    if book.copyrighted:
        raise WrongBookError(
            f"Book {number}, '{book.title}', is under copyright, so it was not kept. Choose a book "
            "in the public domain."
        )
    return book


def _card(book: Ebook, number: int, url: str) -> BookCard:
    listed = catalogue.title(number)
    notes = []
    if listed and not same_title(book.title, listed.title):
        notes.append(
            f"Its own title is '{book.title}'; our catalogue says '{listed.title}'. Look whether "
            "it is what you wanted."
        )
    if book.number is None:
        notes.append("Its file does not say its number.")
    if book.language and book.language.casefold() != "english":
        notes.append(f"Its language is {book.language}.")
    return BookCard(
        id=number,
        title=book.title or name_of(number),
        author=book.author or (listed.author if listed else ""),
        language=book.language,
        characters=len(book.text),
        encoding=book.encoding,
        source=url,
        sha256="",
        fetched_at=utc_now(),
        notes=tuple(notes),
    )
