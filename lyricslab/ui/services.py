"""What the pages work with: this lab's home, its store, whose workspace it is."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path

from lyricslab.lab import keeper
from lyricslab.lab.home import Home, open_home
from lyricslab.lab.rows import LOCAL
from lyricslab.lab.store import Store

logger = logging.getLogger(__name__)


def home() -> Home:
    """The lab's home.

    Raises:
        HomeNotWritableError: if it cannot be made or written.
    """
    return store().home


def store() -> Store:
    """The lab's records.

    Raises:
        HomeNotWritableError: if the home cannot be made or written.
        StoreError: if its records cannot be used.
    """
    return _store(os.environ.get("LYRICSLAB_HOME", ""))


@lru_cache(maxsize=4)
def _store(named: str) -> Store:
    return Store(open_home(Path(named) if named else None))


def workspace() -> str:
    """Whose records are shown; on this computer there is one workspace, shared with the CLI."""
    return LOCAL


def keep_engine_alive() -> None:
    """Tells the engine that somebody is looking, and starts it where runs wait without one.

    Raises:
        EngineError: if it cannot be started.
    """
    keeper.keep_alive(home())


def engine_ready() -> bool:
    """Whether the engine has a worker that could train."""
    return keeper.engine_status(home()).workers > 0
