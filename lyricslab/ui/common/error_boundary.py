"""Errors on the screen: shown as sentences, written to the log."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from logging.handlers import RotatingFileHandler

import streamlit as st

from lyricslab.errors import LyricsLabError
from lyricslab.store.home import Home

LOG = "app.log"

logger = logging.getLogger("lyricslab")


@contextmanager
def boundary() -> Iterator[None]:
    """Show an error of the block as one sentence, and go on after the block.

    One of our own errors says itself what is wrong; any other is a fault of the program: it is
    written to the log, and the person is told where that lies.
    """
    try:
        yield
    except LyricsLabError as error:
        problem(error)
    except Exception:
        logger.exception("A page failed.")
        place = _log_file()
        where = f" The details are in {place}." if place else ""
        st.error(
            f"Sorry, something went wrong here that should not have. Your songs and runs are safe; "
            f"reload the page to go on.{where}",
            icon=":material/sentiment_dissatisfied:",
        )


def problem(error: LyricsLabError) -> None:
    """Show one of our own errors as its sentence."""
    # An error may quote a file's name or a column: nothing of it may act as Markdown.
    st.error(plain(str(error)), icon=":material/error:")


def plain(text: str) -> str:
    """Escape every character that Markdown would act on."""
    return "".join(f"\\{char}" if char in "\\`*_{}[]()<>#+-.!|$~:&" else char for char in text)


def log_to(home: Home) -> None:
    """Write the app's log to the home's logs folder, from the first call on."""
    place = str(home.logs / LOG)
    if _log_file() == place:
        return
    handler = RotatingFileHandler(place, maxBytes=1_000_000, backupCount=2, encoding="utf-8")
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s: %(message)s"))
    for old in _handlers():
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)


def _handlers() -> list[RotatingFileHandler]:
    return [h for h in logger.handlers if isinstance(h, RotatingFileHandler)]


def _log_file() -> str | None:
    return next((handler.baseFilename for handler in _handlers()), None)
