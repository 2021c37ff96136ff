"""What the pages work with: this lab's home, its store, whose workspace it is."""

from __future__ import annotations

import logging
import os
from functools import lru_cache
from pathlib import Path

import streamlit as st

from lyricslab.engine import client
from lyricslab.store.home import Home, open_home
from lyricslab.store.rows import LOCAL
from lyricslab.store.store import Store

logger = logging.getLogger(__name__)

LOOPBACK = ("localhost", "127.0.0.1", "::1")


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


def shared() -> bool:
    """Whether others than whoever sits at this computer can open the app, as in a class."""
    # Streamlit listens to everybody unless it is told where; a proxy says for whom it asks.
    listens_here = st.get_option("server.address") in LOOPBACK
    return not listens_here or "X-Forwarded-For" in st.context.headers


def keep_engine_alive() -> None:
    """Tells the engine that somebody is looking, and starts it where runs wait without one.

    Raises:
        EngineError: if it cannot be started.
    """
    client.keep_alive(home())


def engine_ready() -> bool:
    """Whether the engine has a worker that could train."""
    return client.engine_status(home()).workers > 0
