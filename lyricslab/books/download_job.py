"""Download books into a home, one after the other; inline or in a thread.

One job at a time for each home. The page watches the app's job and may stop it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from lyricslab.books import book_store, catalogue, mirror
from lyricslab.books.book_store import BookCard
from lyricslab.books.fetch import Cancelled, FetchConfig, Fetcher
from lyricslab.errors import BookError, LyricsLabError, MirrorError, StoreError, WrongBookError
from lyricslab.importing.gutenberg_text import Ebook, read_ebook, same_title
from lyricslab.store.home import Home, make_folder, writing
from lyricslab.store.rows import utc_now

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BookOutcome:
    """The result for one book."""

    id: int
    status: Literal["fetched", "present", "failed", "stopped"]
    sentence: str
    card: BookCard | None = None


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a job is."""

    number: int
    """Which book is being fetched, from 1."""
    of: int
    title: str
    waiting: str = ""
    """Why the download waits; empty while the book comes."""

    @property
    def share(self) -> float:
        """Share of the job that is done, 0 to 1."""
        return (self.number - 1) / self.of


class DownloadJob:
    """A download of books: `run` it inline, or `start` a thread.

    After a book that fails the others are tried, unless the mirror cannot be used or nothing can
    be written.

    Args:
        source: the mirror, or an address with {id} in it; None for the one set in this lab.
        again: also fetch the books that are in the home already.

    Raises:
        ConfigError: if a number is not a book's, or too many books are asked for.
    """

    def __init__(
        self,
        home: Home,
        ids: Sequence[int],
        source: str | None = None,
        *,
        config: FetchConfig | None = None,
        again: bool = False,
        on_progress: Callable[[Progress], None] = lambda progress: None,
        on_outcome: Callable[[BookOutcome], None] = lambda outcome: None,
        stop: threading.Event | None = None,
    ) -> None:
        self.home, self.ids, self.source = home, catalogue.check_numbers(ids), source
        self.again, self.on_progress, self.on_outcome = again, on_progress, on_outcome
        self.progress = Progress(1, len(self.ids), catalogue.name_of(self.ids[0]))
        self.outcomes: tuple[BookOutcome, ...] = ()
        self.problem: LyricsLabError | None = None
        """Why a job in a thread could not begin, or failed."""
        self._began_s = time.monotonic()
        self._stop = stop or threading.Event()
        self._fetcher = Fetcher(config or FetchConfig(), self._stop, self._on_wait)
        self._thread = threading.Thread(target=self._run_in_thread, name="books", daemon=True)

    @property
    def running(self) -> bool:
        """Whether the thread is running."""
        return self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether the job was asked to stop."""
        return self._stop.is_set()

    @property
    def left_s(self) -> float | None:
        """Seconds left at the present pace; None while that is unknown."""
        share = self.progress.share
        spent_s = time.monotonic() - self._began_s
        return spent_s / share * (1 - share) if spent_s > 3 and share > 0 else None

    def start(self) -> None:
        """Run in a thread."""
        self._thread.start()

    def stop(self) -> None:
        """Ask the job to stop, which it does within a chunk or a timeout."""
        self._stop.set()

    def join(self, timeout_s: float | None = None) -> None:
        """Wait until the thread has ended."""
        self._thread.join(timeout_s)

    def run(self) -> tuple[BookOutcome, ...]:
        """Download the books and return the outcome of each.

        Raises:
            ConfigError: if the mirror's address is not valid.
            StoreError: if the folder of books cannot be created.
        """
        place = mirror.chosen(self.home) if self.source is None else mirror.checked(self.source)
        with writing(self.home.books):
            make_folder(self.home.books)
        patterns = list(mirror.patterns(place))
        for number, book_id in enumerate(self.ids, start=1):
            outcome = self._outcome(book_id, number, patterns)
            self.outcomes = (*self.outcomes, outcome)
            self.on_outcome(outcome)
        return self.outcomes

    def _run_in_thread(self) -> None:
        try:
            self.run()
        except LyricsLabError as error:
            self.problem = error
        except Exception:
            logger.exception("Downloading books failed.")
            self.problem = LyricsLabError(
                "Downloading the books failed through a fault of the program; the details are in "
                "the lab's folder of logs."
            )

    def _outcome(self, book_id: int, number: int, patterns: list[str]) -> BookOutcome:
        present = None if self.again else book_store.book(self.home, book_id)
        if present:
            return BookOutcome(book_id, "present", f"'{present.title}' is here already.", present)
        if self.stopping:
            return BookOutcome(book_id, "stopped", "Not fetched: you stopped.")
        if not patterns:
            return BookOutcome(book_id, "failed", "Not tried: the same would have happened.")
        self._report(Progress(number, len(self.ids), catalogue.name_of(book_id)))
        try:
            card = self._download(book_id, patterns)
        except Cancelled:
            return BookOutcome(book_id, "stopped", "Not fetched: you stopped.")
        except (MirrorError, StoreError) as error:
            patterns.clear()  # it would fail for every other book too
            return BookOutcome(book_id, "failed", str(error))
        except LyricsLabError as error:
            return BookOutcome(book_id, "failed", str(error))
        sentence = " ".join((f"'{card.title}' is here.", *card.notes))
        return BookOutcome(book_id, "fetched", sentence, card)

    def _download(self, book_id: int, patterns: list[str]) -> BookCard:
        """Download a book from the first of the mirror's addresses that has it."""
        wrong: WrongBookError | None = None
        for pattern in list(patterns):
            url = mirror.address(pattern, book_id)
            data = self._fetcher.fetch(url)
            if data is None:
                continue
            try:
                ebook = _read(data, book_id)
            except WrongBookError as error:  # some servers send a page in place of a missing file
                wrong = error
                continue
            patterns.remove(pattern)
            patterns.insert(0, pattern)  # the next book is probably at the same one
            return book_store.put(self.home, _card(ebook, book_id, url), ebook.text)
        raise wrong or BookError(
            f"The mirror has no text of book {book_id}. Look the number up on gutenberg.org: some "
            "books are there as pictures or sound only."
        )

    def _on_wait(self, why: str) -> None:
        self._report(replace(self.progress, waiting=why))

    def _report(self, progress: Progress) -> None:
        self.progress = progress
        self.on_progress(progress)


def _read(data: bytes, book_id: int) -> Ebook:
    """Return the book in a file, if it is the one that was asked for.

    Raises:
        WrongBookError: if it is another book, none, or under copyright.
    """
    ebook = read_ebook(data, f"Book {book_id}")
    if ebook.number not in (None, book_id):
        raise WrongBookError(
            f"In place of book {book_id} the mirror sent book {ebook.number}, '{ebook.title}'. "
            "Choose another mirror."
        )
    if ebook.copyrighted:
        raise WrongBookError(
            f"Book {book_id}, '{ebook.title}', is under copyright, so it was not kept. Choose a "
            "book in the public domain."
        )
    return ebook


def _card(ebook: Ebook, book_id: int, url: str) -> BookCard:
    listed = catalogue.title(book_id)
    notes = []
    if listed and not same_title(ebook.title, listed.title):
        notes.append(
            f"Its own title is '{ebook.title}'; our catalogue says '{listed.title}'. Check that "
            "it is what you wanted."
        )
    if ebook.number is None:
        notes.append("Its file does not say its number.")
    if ebook.language and ebook.language.casefold() != "english":
        notes.append(f"Its language is {ebook.language}.")
    return BookCard(
        id=book_id,
        title=ebook.title or catalogue.name_of(book_id),
        author=ebook.author or (listed.author if listed else ""),
        language=ebook.language,
        characters=len(ebook.text),
        encoding=ebook.encoding,
        source=url,
        sha256="",
        fetched_at=utc_now(),
        notes=tuple(notes),
    )


_JOBS: dict[str, DownloadJob] = {}
_LOCK = threading.Lock()


def current(home: Home) -> DownloadJob | None:
    """Return the job of this home that runs, or the last one until it is dismissed."""
    return _JOBS.get(str(home.root))


def begin(home: Home, ids: Sequence[int], source: str | None = None) -> DownloadJob:
    """Start a job in a thread.

    Raises:
        ConfigError: if a number is not a book's, or too many or no books are asked for.
        BookError: if a job of this app is running.
    """
    with _LOCK:
        last = current(home)
        if last is not None and last.running:
            raise BookError(
                "Books are being downloaded already. Wait until they are here, or stop that first."
            )
        job = DownloadJob(home, ids, source)
        job.start()
        _JOBS[str(home.root)] = job
        return job


def dismiss(home: Home) -> None:
    """Forget a job that is over."""
    with _LOCK:
        job = current(home)
        if job is not None and not job.running:
            del _JOBS[str(home.root)]
