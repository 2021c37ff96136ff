"""A song that a finished run wrote by itself, beside one that it learned from."""

from __future__ import annotations

from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass

import streamlit as st

from lyricslab.analysis.best_draft import best_draft
from lyricslab.config import STANDARD_DECODING, SampleConfig
from lyricslab.library.learned_songs import LearnedSongs, learned_songs
from lyricslab.model.decoding.knowledge import Knowledge
from lyricslab.model.sampler import write
from lyricslab.songs.song import Song
from lyricslab.store.cache import cached
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, services, writers
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.ui.common.writers import Writer
from lyricslab.ui.run import own_song
from lyricslab.ui.run.own_song import own_songs
from lyricslab.ui.write.writing import title_and_lyrics

TEMPERATURE = 0.6
LENGTH_CHARS = 1_000
DRAFTS = 4
"""How many are written; the one that reads best is shown."""
LOOK_EVERY_S = 0.5
MAX_KEPT = 256
"""How many songs are kept in memory, for everybody who looks at their run."""

PEN = ThreadPoolExecutor(max_workers=1, thread_name_prefix="pen")
"""Writes in the background, one run after the other, so that no page waits."""


@dataclass(frozen=True, slots=True)
class NewSong:
    """A song that was written."""

    song: Song
    seed: int
    originality: str
    """Which is the longest passage that is also in a song it learned from, in a sentence."""


def show(store: Store, run: RunRow) -> None:
    """Show a song that the run wrote, beside one of those it learned from."""
    if not writers.has_network(store, run):
        return
    pending = not _song(store, run).done()
    st.fragment(_panel, run_every=LOOK_EVERY_S if pending else None)(run.id, pending)


def _panel(run_id: str, was_pending: bool) -> None:
    with boundary():
        store = services.store()
        run = store.run(run_id)
        writing = _song(store, run)
        if was_pending and writing.done():
            st.rerun()
        left, right = st.columns(2, gap="medium")
        with right:
            _beside(store, run)
        with left, boundary():
            if writing.done():
                _sheet(run, writing.result())
            else:
                _blank_sheet()


def _beside(store: Store, run: RunRow) -> None:
    own = own_songs(store, run)
    own_song.show(own, _number(run))
    if own.about:
        st.caption(plain(own.about))


def _blank_sheet() -> None:
    """Take as much room as a song will, so that nothing moves when it is there."""
    with st.container(
        border=True,
        height=own_song.HEIGHT_PX,
        vertical_alignment="center",
        horizontal_alignment="center",
    ):
        st.caption("It is writing a song.")
    _buttons()
    st.caption(" ")


def _buttons(ready: bool = False) -> tuple[bool, bool]:
    """Offer another song, and to write more with this one's seed; return which was pressed."""
    with st.container(horizontal=True, vertical_alignment="center"):
        another = st.button(
            "Write another", icon=":material/casino:", key="run_another_song", disabled=not ready
        )
        on_write = st.button(
            "Open on Write", icon=":material/edit_note:", key="run_open_song", disabled=not ready
        )
    return another, on_write


def _sheet(run: RunRow, new: NewSong) -> None:
    own_song.sheet("new", f"Written by this run alone, seed {new.seed}", new.song)
    another, on_write = _buttons(ready=True)
    if another:
        st.session_state[_key(run)] = _number(run) + 1
        st.rerun()
    if on_write:
        navigation.go("write", model=run.id, seed=str(new.seed), temperature=f"{TEMPERATURE:g}")
    st.caption(plain(new.originality))


def _number(run: RunRow) -> int:
    """Return which song is shown: 0 at first, then one more for each other that was wanted."""
    return int(st.session_state.get(_key(run), 0))


def _key(run: RunRow) -> str:
    return f"run_song_{run.id}"


def _song(store: Store, run: RunRow) -> Future[NewSong]:
    """Return the song of this number, written once for everybody, in the background."""
    number = _number(run)
    writer = Writer(run.id, run.name, "", store.home.best(run.id), run)

    def begin() -> Future[NewSong]:
        known, learned = writers.knowledge(store, writer), learned_songs(store, run)
        return PEN.submit(_write, writer, known, learned, number)

    version = run.curve_version
    return cached(store, "new song", (run.id, number), begin, version=version, limit=MAX_KEPT)


def _write(writer: Writer, known: Knowledge, learned: LearnedSongs, number: int) -> NewSong:
    """Write some drafts and return the best of them."""
    songs = [song.framed for song in learned.songs]
    config = SampleConfig(
        temperature=TEMPERATURE,
        length_chars=LENGTH_CHARS,
        seed=number * DRAFTS,
        count=DRAFTS,
        decoding=STANDARD_DECODING,
    )
    drafts = write(writers.network(writer), config, known=known)
    best = drafts[best_draft([draft.text for draft in drafts], songs)]
    title, lyrics = title_and_lyrics(best.text)
    originality = learned.say(best.text)
    return NewSong(Song(title, lyrics), best.seed, originality)
