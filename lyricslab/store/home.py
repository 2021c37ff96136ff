"""The lab's home: the one folder where its records, corpora, bases and runs lie."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from lyricslab.errors import HomeNotWritableError, StoreError


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of a home; `open_home` makes them."""

    root: Path

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.root / "lab.sqlite"

    @property
    def corpora(self) -> Path:
        """Corpora as JSON, one file a digest."""
        return self.root / "corpora"

    @property
    def bases(self) -> Path:
        """Pretrained networks of one's own."""
        return self.root / "bases"

    @property
    def datasets(self) -> Path:
        """Text that bases learn from, encoded."""
        return self.root / "piles"

    @property
    def books(self) -> Path:
        """Books fetched from Project Gutenberg: a text and a card each."""
        return self.root / "books"

    @property
    def mirror(self) -> Path:
        """Where books are fetched from, if not from the usual place."""
        return self.root / "mirror.json"

    @property
    def runs(self) -> Path:
        """A folder for each run's checkpoints."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        """What the engine had to say."""
        return self.root / "logs"

    @property
    def engine_lock(self) -> Path:
        """Locked by the engine of this home for as long as it lives."""
        return self.root / "engine.lock"

    @property
    def engine_facts(self) -> Path:
        """Who the engine is, and when it last gave a sign of life."""
        return self.root / "engine.json"

    @property
    def engine_request(self) -> Path:
        """Lies here when the engine is asked to leave."""
        return self.root / "engine.leave"

    @property
    def engine_log(self) -> Path:
        """What the engine and its workers print."""
        return self.logs / "engine.log"

    @property
    def command_log(self) -> Path:
        """Faults that the command line met, with all details."""
        return self.logs / "cli.log"

    @property
    def scratch(self) -> Path:
        """Where the engine's workers keep what lasts no longer than they do."""
        return self.root / "scratch"

    @property
    def keepalive(self) -> Path:
        """Touched by the app while it is open, so that the engine stays."""
        return self.root / "app.keepalive"

    def corpus_file(self, digest: str) -> Path:
        """Where a corpus's songs lie."""
        return self.corpora / f"{digest}.json"

    def intake_file(self, corpus_id: str) -> Path:
        """Where it lies how a corpus's songs came in."""
        return self.corpora / f"{corpus_id}.intake.json"

    def run_folder(self, run_id: str) -> Path:
        """Where a run's checkpoints lie."""
        return self.runs / run_id

    def best(self, run_id: str) -> Path:
        """The stem of a run's best network: `.safetensors` and `.json`."""
        return self.run_folder(run_id) / "best"

    def last(self, run_id: str) -> Path:
        """The file a run goes on from after a stop: weights, optimiser and order of songs."""
        return self.run_folder(run_id) / "last.safetensors"


def open_home(root: Path | None = None) -> Home:
    """The home at `root`, else at LYRICSLAB_HOME, else in the user's data folder; made if missing.

    Raises:
        HomeNotWritableError: if it cannot be made or written.
    """
    named = root or os.environ.get("LYRICSLAB_HOME") or user_data_path("lyricslab", appauthor=False)
    home = Home(Path(named).expanduser().absolute())
    try:
        for folder in (home.corpora, home.bases, home.datasets, home.runs, home.logs, home.root):
            make_folder(folder)
    except OSError as error:
        raise HomeNotWritableError(
            f"The lab cannot keep its files in {home.root}: {error.strerror or error}. Free or "
            "permit that folder, or set LYRICSLAB_HOME to a folder you can write to."
        ) from error
    return home


def make_folder(folder: Path) -> None:
    """Makes a folder if it is missing, and sees that it can be written.

    Raises:
        OSError: if it cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass  # only a write tells whether one may write


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Says in a sentence what keeps files from being written to a folder.

    Raises:
        StoreError: if the disk is full, or the folder is none or may not be written.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Nothing can be written to {folder}: {error.strerror or error}. Free some disk space "
            "or permit that folder, then try again."
        ) from error
