"""The figures of a finished run, each comparison with how sure it is."""

from __future__ import annotations

from concurrent.futures import Future
from typing import NamedTuple

import numpy as np
import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.analysis.bootstrap import ENOUGH_SONGS
from lyricslab.analysis.loss_ratio import ratio
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.errors import NotFoundError
from lyricslab.library.bases import base_path
from lyricslab.library.corpora import load_corpus
from lyricslab.songs.split import split
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import services, writers
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.writers import Writer
from lyricslab.ui.run.new_song import LOOK_EVERY_S, PEN
from lyricslab.wording import loss, plural

MAX_PRODUCTS = 2e11
"""Weights times characters: with more, the base is not read again for an interval."""


class Change(NamedTuple):
    """How far a loss is from a reference's, as a share; below is negative."""

    share: float
    low: float | None = None
    high: float | None = None
    songs: int = 0
    """How many it was measured on; 0 if that is not known."""

    @property
    def too_few(self) -> bool:
        """Whether it was measured on too few songs to tell."""
        return 0 < self.songs < ENOUGH_SONGS


def losses(run: RunRow, best: DeltaGenerator, test: DeltaGenerator) -> None:
    """Show the loss on the validation and on the test songs."""
    best.metric(
        "Best on validation",
        loss(run.val or 0, unit=False),
        border=True,
        height="stretch",
        help="nats/char on the songs that decide which network is kept; lower is better.",
    )
    test.metric(
        "On the test songs",
        "not yet" if run.test is None else loss(run.test, unit=False),
        border=True,
        height="stretch",
        help="nats/char on songs that were read once, at the very end.",
    )


def show(store: Store, run: RunRow, baseline: RunRow | None, baseline_goes_on: bool) -> None:
    """Show the losses, and how far they are from the base's and from the baseline's."""
    reading = _base_losses(store, run)
    pending = reading is not None and not reading.done()
    every = LOOK_EVERY_S if pending else None
    st.fragment(_row, run_every=every)(run.id, baseline, baseline_goes_on, pending)


def _row(run_id: str, baseline: RunRow | None, baseline_goes_on: bool, was_pending: bool) -> None:
    with boundary():
        store = services.store()
        run = store.run(run_id)
        reading = _base_losses(store, run)
        if was_pending and reading is not None and reading.done():
            st.rerun()
        best, test, base, scratch = st.columns(4)
        losses(run, best, test)
        place, against = "Against the base", "the base as it is"
        if reading is not None and not reading.done():
            _metric(base, place, None, "measuring", against)
        else:
            theirs = None if reading is None else reading.result()
            change = _change(_test(store, run), theirs)
            if change is not None:
                _metric(base, place, change, "none", against)
            else:
                _metric(base, place, _on_validation(run), "none", against, "validation")
        place, against = "Against the baseline", "the best that learned from these songs alone"
        if baseline is None or baseline_goes_on:
            missing = "in training" if baseline_goes_on else "not trained"
            _metric(scratch, place, None, missing, against)
        else:
            change = _change(_test(store, run), _test(store, baseline))
            if change is None and run.test is not None and baseline.test is not None:
                change = Change(run.test / baseline.test - 1)
            _metric(scratch, place, change, "none", against)


def _on_validation(run: RunRow) -> Change | None:
    ours, theirs = run.val, run.zero_shot_val
    return None if ours is None or theirs is None else Change(ours / theirs - 1)


def _metric(
    place: DeltaGenerator,
    label: str,
    change: Change | None,
    missing: str,
    against: str,
    side: str = "test",
) -> None:
    place.metric(
        label,
        missing if change is None else in_words(change),
        " " if change is None else certainty(change),
        delta_color="off",
        delta_arrow="off",
        border=True,
        height="stretch",
        help=f"Change of the loss on the {side} songs against {against}; less is better. Below it "
        "the range that it would most likely lie in with other songs like these (95 %).",
    )


def in_words(change: Change) -> str:
    """Return a change in percent, or that there are too few songs to tell."""
    return "too few songs" if change.too_few else percent(change.share)


def percent(share: float) -> str:
    """Return a change in percent with its sign: "+0.4 %", "+7 %"."""
    value = 100 * share
    text = f"{value:+.1f}" if abs(value) < 3 else f"{value:+.0f}"
    return f"{text.replace('-', '−')} %" if float(text) else "0 %"


def certainty(change: Change) -> str:
    """Return the interval of a change, or that there are too few songs for one."""
    if change.too_few:
        return f"{plural(change.songs, 'test song')} to tell by"
    if change.low is None or change.high is None:
        return " "
    interval = f"{percent(change.low)} to {percent(change.high)}"
    return f"{interval}: may be chance" if change.low < 0 < change.high else interval


def _change(ours: SongLosses | None, theirs: SongLosses | None) -> Change | None:
    if ours is None or theirs is None or not np.array_equal(ours.predictions, theirs.predictions):
        return None
    found = ratio([ours], [theirs])
    return Change(found.value - 1, found.low - 1, found.high - 1, len(ours.predictions))


def _test(store: Store, run: RunRow) -> SongLosses | None:
    return store.scores([run.id]).get(run.id, {}).get("test")


def _base_losses(store: Store, run: RunRow) -> Future[SongLosses | None] | None:
    """Return the base's losses on the test songs, read in the background.

    None if the base is gone or the run's own are not known; its result is None if it takes long.
    """
    if run.base is None or _test(store, run) is None:
        return None
    try:
        path = base_path(store.home, run.base)
        version = path.stat().st_mtime_ns
    except (NotFoundError, OSError):
        return None
    writer = Writer(run.base, run.base, "", path)

    def begin() -> Future[SongLosses | None]:
        return PEN.submit(_read, writer, store, run)

    key = (run.base, run.config.corpus, run.config.split)
    return cached(store, "base on test songs", key, begin, version=version)


def _read(writer: Writer, store: Store, run: RunRow) -> SongLosses | None:
    songs = split(load_corpus(store, run.corpus_id), run.config.split).test
    texts = [song.framed for song in songs]
    if run.config.model.parameters * sum(map(len, texts)) > MAX_PRODUCTS:
        return None
    nats = writers.network(writer).score(texts)
    sums, counts = [float(song.sum()) for song in nats], [len(song) for song in nats]
    return SongLosses(np.array(sums), np.array(counts))
