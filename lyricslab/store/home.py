"""The lab's home: the folder that holds its records, corpora, bases and runs."""

from __future__ import annotations

import logging
import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from platformdirs import user_data_path

from lyricslab.errors import CheckpointError, HomeNotWritableError, StoreError
from lyricslab.model.network_pair import merge_pair

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Home:
    """The paths of a home; `open_home` creates them."""

    root: Path

    @property
    def database(self) -> Path:
        """The store's file."""
        return self.root / "lab.sqlite"

    @property
    def corpora(self) -> Path:
        """Corpora as JSON, one file for each digest."""
        return self.root / "corpora"

    @property
    def bases(self) -> Path:
        """Pretrained networks that were trained or imported in this home."""
        return self.root / "bases"

    @property
    def datasets(self) -> Path:
        """Encoded text for pretraining."""
        return self.root / "datasets"

    @property
    def books(self) -> Path:
        """Books downloaded from Project Gutenberg: a text and a card each."""
        return self.root / "books"

    @property
    def mirror(self) -> Path:
        """The mirror that books are downloaded from, if it is not the default."""
        return self.root / "mirror.json"

    @property
    def runs(self) -> Path:
        """A folder for each run's checkpoints."""
        return self.root / "runs"

    @property
    def logs(self) -> Path:
        """Log files."""
        return self.root / "logs"

    @property
    def engine_lock(self) -> Path:
        """Locked by the engine of this home while it runs."""
        return self.root / "engine.lock"

    @property
    def engine_facts(self) -> Path:
        """The engine's process, its workers, and its last heartbeat."""
        return self.root / "engine.json"

    @property
    def engine_request(self) -> Path:
        """Exists while the engine is asked to exit."""
        return self.root / "engine.leave"

    @property
    def engine_log(self) -> Path:
        """What the engine and its workers log and print."""
        return self.logs / "engine.log"

    @property
    def command_log(self) -> Path:
        """Errors of the command line, with tracebacks."""
        return self.logs / "cli.log"

    @property
    def scratch(self) -> Path:
        """Temporary files of the engine's workers."""
        return self.root / "scratch"

    @property
    def keepalive(self) -> Path:
        """Touched by the app while it is open, so that the engine keeps running."""
        return self.root / "app.keepalive"

    def base_file(self, base_name: str) -> Path:
        """A base of this home."""
        return self.bases / f"{base_name}.safetensors"

    def corpus_file(self, digest: str) -> Path:
        """The songs of a corpus."""
        return self.corpora / f"{digest}.json"

    def intake_file(self, corpus_id: str) -> Path:
        """The original text of a corpus's songs."""
        return self.corpora / f"{corpus_id}.intake.json"

    def run_folder(self, run_id: str) -> Path:
        """The checkpoints of a run."""
        return self.runs / run_id

    def best(self, run_id: str) -> Path:
        """A run's best network."""
        return self.run_folder(run_id) / "best.safetensors"

    def last(self, run_id: str) -> Path:
        """The checkpoint a run resumes from: weights, optimiser and order of songs."""
        return self.run_folder(run_id) / "last.safetensors"


def open_home(root: Path | None = None) -> Home:
    """Return the home at `root`, else LYRICSLAB_HOME, else in the user's data folder.

    It is created if it is missing, and upgraded if an earlier version of the program made it.

    Raises:
        HomeNotWritableError: if it cannot be created or written.
    """
    named = root or os.environ.get("LYRICSLAB_HOME") or user_data_path("lyricslab", appauthor=False)
    home = Home(Path(named).expanduser().absolute())
    try:
        _upgrade(home)
        for folder in (home.corpora, home.bases, home.datasets, home.runs, home.logs, home.root):
            make_folder(folder)
    except OSError as error:
        raise HomeNotWritableError(
            f"The lab cannot keep its files in {home.root}: {error.strerror or error}. Free or "
            "permit that folder, or set LYRICSLAB_HOME to a folder you can write to."
        ) from error
    return home


def _upgrade(home: Home) -> None:
    """Convert the files of an earlier version: pairs of network files, and the folder `piles`.

    It can be interrupted at any moment: it is over once there is a folder `datasets` and no folder
    `piles`. The first version made neither.

    Raises:
        OSError: if the files cannot be read or written.
    """
    piles = home.root / "piles"
    if home.datasets.exists() and not piles.exists():
        return
    for card_path in (*home.bases.glob("[!.]*.json"), *home.runs.glob("*/best.json")):
        try:
            merge_pair(card_path)
        except CheckpointError as error:
            logger.warning("Left as it was: %s", error)
    home.datasets.mkdir(parents=True, exist_ok=True)
    for path in piles.glob("*"):
        with suppress(FileNotFoundError):  # another process was faster
            path.replace(home.datasets / path.name)
    with suppress(FileNotFoundError):
        piles.rmdir()


def make_folder(folder: Path) -> None:
    """Create a folder if it is missing, and check that it can be written.

    Raises:
        OSError: if it cannot.
    """
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder):
        pass  # permissions are only known for certain once a file is written


@contextmanager
def writing(folder: Path) -> Iterator[None]:
    """Turn an OSError while writing to a folder into a sentence.

    Raises:
        StoreError: if the disk is full, or the folder is missing or may not be written.
    """
    try:
        yield
    except OSError as error:
        raise StoreError(
            f"Nothing can be written to {folder}: {error.strerror or error}. Free some disk space "
            "or permit that folder, then try again."
        ) from error
