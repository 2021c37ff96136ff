"""Corpus: add songs, check them, divide them, save them; and the saved ones."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lyricslab.errors import CorpusTooSmallError
from lyricslab.importing.reading import Intake
from lyricslab.library.corpora import add_corpus, revise_corpus
from lyricslab.songs.corpus import MIN_CHARS, MIN_SONGS, Corpus
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import services
from lyricslab.ui.common.error_boundary import problem
from lyricslab.ui.corpus import (
    cleaning_view,
    import_session,
    saved_corpora,
    song_list,
    statistics_view,
    upload,
)

NAME_CHARS = 60
"""Longer names would push everything else out of lists."""


def check(now: import_session.ImportSession, found: Intake) -> None:
    """Show the songs that were read, what can be fixed in them, and Save."""
    st.subheader("2. Check")
    song_list.notes(found)
    song_list.all_songs(now, found)
    findings_place, songs_place, reading_place = st.tabs(
        [
            ":material/health_and_safety: Findings",
            ":material/lyrics: Songs",
            ":material/bar_chart: In figures",
        ]
    )
    with findings_place:
        cleaning_view.findings(now, found)
        upload.changes(now, found)
    with songs_place:
        list_place, song_place = st.columns([5, 6], gap="medium")
    st.subheader("3. Divide and save")
    shares_place, figures_place = st.columns([2, 5], gap="large")
    with shares_place:
        parts = song_list.shares()
    corpus = Corpus(found.name, found.songs)
    sides = song_list.sides_of(corpus, parts)
    with list_place:
        import_session.look_at(song_list.song_list(found.songs, sides, now.at, f"songs_{now.turn}"))
    with song_place:
        song_list.corrections(import_session.get(), found)
    with reading_place:
        statistics_view.show(corpus, song_list.learned_from(corpus, sides))
    with figures_place:
        song_list.figures(corpus, sides)
    save(corpus, found, parts.to_dict())


def save(corpus: Corpus, found: Intake, parts: dict[str, float]) -> None:
    """Ask for the name and offer Save; or say why it cannot be saved yet."""
    try:
        corpus.check_size()
    except CorpusTooSmallError as error:
        problem(error)
    editing = saved_corpora.edited(import_session.get().editing)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if corpus.large_enough:
            name_and_save(corpus, found, parts, editing)
        elif len(corpus.songs) < MIN_SONGS and corpus.characters >= MIN_CHARS:
            cut_into_chunks(found)
        if st.button("Start over" if editing is None else "Leave it as it was", type="tertiary"):
            import_session.clear()
            st.rerun()


def name_and_save(
    corpus: Corpus, found: Intake, parts: dict[str, float], editing: CorpusRow | None
) -> None:
    """Ask for the name of the corpus, and save it."""
    name = st.text_input(
        "Name of the corpus",
        max_chars=NAME_CHARS,
        key=import_session.key("name", corpus.name[:NAME_CHARS]),
        on_change=import_session.keep,
        args=("name",),
        width=360,
    )
    if st.button("Save", type="primary", icon=":material/save:"):
        named = replace(corpus, name=name.strip() or corpus.name)
        report = found.report() | {"split": parts}
        if editing is None:
            row = add_corpus(services.store(), named, report, services.workspace(), found)
        else:
            row = revise_corpus(services.store(), editing.id, named, report, found)
        import_session.clear()
        st.session_state["corpus_saved"] = row.id
        st.rerun()


def cut_into_chunks(found: Intake) -> None:
    """Offer to cut one long text into pieces."""
    if st.button("Cut this text into pieces", type="primary", icon=":material/content_cut:"):
        import_session.correct(found.in_chunks(), 0)
        st.rerun()


st.title("Corpus")
opened = st.query_params.get("corpus")
saved_corpora.missed(opened)
st.markdown(
    "Add the songs a network is to learn from: yours, or any you may use. They stay on this "
    "computer."
)
now = import_session.get()
saved_corpora.just_saved()
st.subheader("1. Add songs" if not now.songs else "1. Add more songs")
upload.add_songs()
upload.import_list(now)
if now.songs:
    check(now, now.songs)
else:
    song_list.undo(now)
saved_corpora.saved_list(opened)
