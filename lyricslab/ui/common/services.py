"""What the pages work with: the lab's home, its store, the workspace."""

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
    """Return the lab's home.

    Raises:
        HomeNotWritableError: if it cannot be made or written.
    """
    return store().home


def store() -> Store:
    """Return the lab's store.

    Raises:
        HomeNotWritableError: if the home cannot be made or written.
        StoreError: if its records cannot be used.
    """
    return _store(os.environ.get("LYRICSLAB_HOME", ""))


@lru_cache(maxsize=4)
def _store(named: str) -> Store:
    return Store(open_home(Path(named) if named else None))


def workspace() -> str:
    """Return the workspace that is shown; there is one, shared with the CLI."""
    return LOCAL


def shared() -> bool:
    """Return whether others can open the app over the network, as in a class."""
    # Streamlit listens to everybody unless it is told where; a proxy says for whom it asks.
    listens_here = st.get_option("server.address") in LOOPBACK
    return not listens_here or "X-Forwarded-For" in st.context.headers


def keep_engine_alive() -> None:
    """Keep the engine alive, and start it if runs wait without one.

    Raises:
        EngineError: if it cannot be started.
    """
    client.keep_alive(home())


def engine_status() -> client.EngineStatus:
    """Return the state of the engine."""
    return client.engine_status(home())


def engine_ready() -> bool:
    """Return whether the engine has a worker that could train."""
    return engine_status().workers > 0
