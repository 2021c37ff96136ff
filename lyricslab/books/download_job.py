"""Fetching that goes on while the person does something else: one round at a time for a home.

The round runs in a thread of the app. Whoever looks sees where it is; whoever wants may stop it.
If the app ends, what was half there is gone on with when the book is asked for again.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence

from lyricslab.books.download import Manners, Way
from lyricslab.books.fetch import BookOutcome, Progress, check, fetch, name_of
from lyricslab.errors import FetchingAlreadyError, LyricsLabError
from lyricslab.store.home import Home

logger = logging.getLogger(__name__)


class Errand:
    """A round of fetching, under way or over."""

    def __init__(
        self, home: Home, ids: Sequence[int], source: str | None, manners: Manners
    ) -> None:
        self.home, self.ids, self.source, self.manners = home, check(ids), source, manners
        self.progress = Progress(1, len(self.ids), name_of(self.ids[0]))
        self.outcomes: tuple[BookOutcome, ...] = ()
        """Of the books that are through."""
        self.problem: LyricsLabError | None = None
        """What kept the whole round from beginning."""
        self._began_s = time.monotonic()
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._go, name="books", daemon=True)

    @property
    def running(self) -> bool:
        """Whether books are still to come."""
        return self._thread.is_alive()

    @property
    def stopping(self) -> bool:
        """Whether it was asked to stop."""
        return self._stopping.is_set()

    @property
    def left_s(self) -> float | None:
        """Seconds to come, if it goes on as it went; None as long as that says nothing."""
        share = self.progress.share
        spent_s = time.monotonic() - self._began_s
        return spent_s / share * (1 - share) if spent_s > 3 and share > 0 else None

    def start(self) -> None:
        """Sets out."""
        self._thread.start()

    def stop(self) -> None:
        """Asks it to stop within a chunk, or a time limit of silence."""
        self._stopping.set()

    def join(self, timeout_s: float | None = None) -> None:
        """Waits until it is over."""
        self._thread.join(timeout_s)

    def _go(self) -> None:
        way = Way(pause=self._stopping.wait, should_stop=self._stopping.is_set)
        try:
            fetch(
                self.home,
                self.ids,
                source=self.source,
                manners=self.manners,
                way=way,
                on_progress=self._on_progress,
                on_outcome=self._on_outcome,
            )
        except LyricsLabError as error:
            self.problem = error
        except Exception:
            logger.exception("Fetching books failed.")
            self.problem = LyricsLabError(
                "Fetching the books failed through a fault of the program; the details are in the "
                "lab's folder of logs."
            )

    def _on_progress(self, progress: Progress) -> None:
        self.progress = progress

    def _on_outcome(self, outcome: BookOutcome) -> None:
        self.outcomes = (*self.outcomes, outcome)


_ERRANDS: dict[str, Errand] = {}
_LOCK = threading.Lock()


def current(home: Home) -> Errand | None:
    """The round of this home that is under way, or the last one until it is dismissed."""
    return _ERRANDS.get(str(home.root))


def begin(
    home: Home, ids: Sequence[int], source: str | None = None, manners: Manners | None = None
) -> Errand:
    """Sets out for books.

    Raises:
        ConfigError: if none or too many are asked for, or a number is none.
        FetchingAlreadyError: if a round of this app is under way.
    """
    with _LOCK:
        old = current(home)
        if old is not None and old.running:
            raise FetchingAlreadyError(
                "Books are on their way already. Wait until they are here, or stop that first."
            )
        errand = Errand(home, ids, source, manners or Manners())
        errand.start()
        _ERRANDS[str(home.root)] = errand
        return errand


def dismiss(home: Home) -> None:
    """Forgets a round that is over."""
    with _LOCK:
        errand = current(home)
        if errand is not None and not errand.running:
            del _ERRANDS[str(home.root)]
