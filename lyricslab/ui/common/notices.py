"""Notices on every page: a run has ended while something else was on the screen."""

from __future__ import annotations

import logging
from contextlib import suppress

import streamlit as st

from lyricslab.errors import NotFoundError
from lyricslab.store.rows import BASES, UNFINISHED, RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import services
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.run_status import BADGES

logger = logging.getLogger("lyricslab")

LOOK_EVERY_S = 3.0
SHOWN_S = 30
_SEEN = "notices_unfinished"
"""Session key: the runs that were unfinished at the last look, by id."""


def watch(page: str) -> None:
    """Look again and again whether a run has ended, as long as the page is open.

    Args:
        page: its path in the address; the page of a run needs no notice of its own.
    """
    st.fragment(_look, run_every=LOOK_EVERY_S)(page)


def title(word: str, name: str) -> None:
    """Say how a run is in the title of the tab."""
    st.set_page_config(page_title=f"{word.capitalize()}: {name} · Lyrics Lab")


def _look(page: str) -> None:
    try:
        _tell_of_the_ended(services.store(), page)
    except Exception:  # the page says what is wrong, and there may be no notice to give
        logger.exception("The look for notices failed.")


def _tell_of_the_ended(store: Store, page: str) -> None:
    before: dict[str, RunRow] = st.session_state.get(_SEEN, {})
    now = {run.id: run for run in _unfinished(store)}
    st.session_state[_SEEN] = now
    shown = st.query_params.get("run") if page == "run" else None
    for run_id in before.keys() - now.keys():
        with suppress(NotFoundError):  # it was deleted
            run = store.run(run_id)
            if run_id != shown and not _goes_on(run, now):
                _tell(run)


def _unfinished(store: Store) -> list[RunRow]:
    """Return the runs that somebody waits for: those of sweeps and searches are not."""
    return [
        run
        for workspace in (services.workspace(), BASES)
        for run in store.runs(workspace_id=workspace, statuses=UNFINISHED, exclude_experiments=True)
    ]


def _goes_on(run: RunRow, unfinished: dict[str, RunRow]) -> bool:
    """Return whether a run is one of a baseline's, and not the last."""
    return run.kind == "baseline" and any(
        other.kind == "baseline" and other.corpus_id == run.corpus_id
        for other in unfinished.values()
    )


def _tell(run: RunRow) -> None:
    word, icon, _ = BADGES[run.status]
    name = f"The baseline of {run.corpus_name}" if run.kind == "baseline" else run.name
    st.toast(
        f"{word.capitalize()}: **{plain(name)}** · [look at it](run?run={run.id})",
        icon=icon,
        duration=SHOWN_S,
    )
    title(word, name)
