"""Write: new songs by a run or a base, line by line."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.config import SampleConfig
from lyricslab.errors import LyricsLabError
from lyricslab.model import sampler
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, services, song_sheet, url_state, writers
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.ui.common.writers import Writer
from lyricslab.ui.write import write_settings
from lyricslab.ui.write.example_line import example_line
from lyricslab.ui.write.writing import Writing
from lyricslab.wording import listed

NOW, WANTED = "write_now", "write_wanted"
"""Session keys: the songs on the page, and whether new ones are requested."""


def page() -> None:
    """Show the controls beside the songs."""
    store, workspace = services.store(), services.workspace()
    st.title("Write")
    all_writers = writers.writers(store, workspace)
    if not all_writers:
        st.text("Nobody can write yet: there is no base, and no run has a network.")
        navigation.link("train", "Train a run", icon=":material/local_fire_department:")
        return
    song_sheet.style()
    st.html(Path(write_settings.__file__).with_name("write_page.css"))
    with st.container(key="write_page"):
        first = st.container(key="write_begin")
        paper = st.container(key="write_paper")
        second = st.container(key="write_settings")
    with first:
        who = write_settings.who(store, workspace, all_writers)
        if all(writer.detail.startswith("base") for writer in all_writers):
            st.caption(
                "No run of yours can write yet, but a base can. It does not know your songs."
            )
            navigation.link("train", "Train one on your songs", icon=":material/arrow_forward:")
        prime = write_settings.opening()
        buttons = st.empty()
    with second:
        config, example = write_settings.song_settings(prime)
        beside = write_settings.beside(store, workspace, all_writers)
        write_settings.notes(config)
    chosen = [who, beside] if beside else [who]
    wanted = st.session_state.pop(WANTED, False) or opened_again()
    if wanted:
        write_settings.WRITTEN.set("yes")
    write_settings.WRITTEN.commit(write_settings.WRITTEN.resolve())
    url_state.publish()
    with paper, boundary():
        if wanted:
            with boundary():
                begin(store, chosen, config)
        writing: Writing | None = st.session_state.get(NOW)
        offer(buttons, writing)
        if writing is None:
            blank()
        else:
            say_what_changed(writing.changed(keys_of(chosen), config))
            show(writing)
    get_ready(store, chosen, config, example)


def opened_again() -> bool:
    """Return whether this address had songs that are gone, as after a reload of the page."""
    return write_settings.WRITTEN.resolve() == "yes" and NOW not in st.session_state


def get_ready(
    store: Store, chosen: list[Writer], config: SampleConfig, example: DeltaGenerator
) -> None:
    """Read the networks while the person is still choosing, so that a click starts at once.

    What the temperature does is shown by a line of the first one.
    """
    with suppress(LyricsLabError):  # shown when a song is requested
        for writer in chosen:
            writers.network(writer)
        if line := example_line(store, chosen[0], config):
            example.caption(f"For example: {plain(line)}")


def begin(store: Store, chosen: list[Writer], config: SampleConfig) -> None:
    """Start new songs.

    Raises:
        CheckpointError: if a network's files are missing or damaged.
        PrimeError: if the opening holds nothing the network can read.
    """
    forget()
    sampler.fold_prime(config.prime)
    names, keys = tuple(w.label for w in chosen), keys_of(chosen)
    networks = [writers.network(writer) for writer in chosen]
    known = [writers.knowledge(store, writer) for writer in chosen]
    learned = [writers.learned_songs(store, writer) for writer in chosen]
    st.session_state[NOW] = Writing(names, config, networks, keys, known, learned)
    write_settings.WRITTEN.set("yes")


def forget() -> None:
    """Forget the songs of the page."""
    st.session_state.pop(NOW, None)
    write_settings.WRITTEN.set("")


def show_sheet(place: song_sheet.Paper, writing: Writing, k: int) -> None:
    """Show a song as far as it is written."""
    sheet = writing.sheets[k]
    place.show(
        *writing.shown(sheet), plain(f"{writing.ending(sheet)} {writing.copy(sheet)}".strip())
    )


def keys_of(chosen: list[Writer]) -> tuple[str, ...]:
    """Return the keys of the writers."""
    return tuple(writer.key for writer in chosen)


def offer(place: DeltaGenerator, writing: Writing | None) -> None:
    """Offer to write, or to stop while songs are being written."""
    with place.container(horizontal=True):
        if writing is not None and not writing.over:
            st.button("Stop", icon=":material/stop:", key="write_stop", on_click=writing.stop)
            return
        st.button("Write", type="primary", icon=":material/edit:", key="write_go", on_click=_want)
        if writing is not None:
            st.button(
                "Another",
                icon=":material/casino:",
                key="write_another",
                on_click=_want_another,
                help="Draws a new seed and writes.",
            )


def say_what_changed(changed: list[str]) -> None:
    """Say that the songs on the page were written with other settings."""
    place = st.empty()  # always there, or the sheets below would move and be redrawn
    if changed:
        place.caption(
            f"Changed since these songs were written: {listed(changed)}. Write makes new ones."
        )


def _want() -> None:
    st.session_state[WANTED] = True


def _want_another() -> None:
    write_settings.new_seed()
    _want()


def blank() -> None:
    """Show the page before anything is written."""
    with st.container(
        border=True, height=360, vertical_alignment="center", horizontal_alignment="center"
    ):
        st.caption(
            "Choose who writes and how, then press Write. The song appears here line by line.",
            text_alignment="center",
        )


def show(writing: Writing) -> None:
    """Show the sheets, and continue those that are unfinished."""
    places = {}
    for row in writing.rows:
        # Two to a row: of two writers those with the same seed stand beside each other.
        room = st.columns(2, gap="small") if writing.many else [st.container()]
        for k, place in zip(row, room, strict=False):
            with place:
                places[k] = song_sheet.paper(str(k), writing.heading(writing.sheets[k]))
        for k in row:
            show_sheet(places[k], writing, k)
    if not writing.over:
        try:
            for k in writing.go_on():
                show_sheet(places[k], writing, k)
        except LyricsLabError:
            forget()
            raise
        st.rerun()  # the buttons are those of a finished page now
    st.download_button(
        "Download as text",
        writing.text,
        writing.file_name,
        "text/plain",
        icon=":material/download:",
        on_click="ignore",
        key="write_download",
    )


page()
