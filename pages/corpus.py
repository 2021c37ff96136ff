"""Corpus: add songs, check them, divide them, save them; and the saved ones."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import streamlit as st

from lyricslab.config import SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.importing.intake_report import report
from lyricslab.importing.reading import Intake
from lyricslab.library.corpora import add_corpus, revise_corpus
from lyricslab.songs.corpus import MIN_CHARS, MIN_SONGS, Corpus
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import services, song_sheet
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.corpus import (
    cleaning_view,
    file_list,
    import_session,
    reading_view,
    saved_corpora,
    song_list,
    song_panel,
    statistics_view,
    upload,
)
from lyricslab.ui.corpus.import_session import ImportSession
from lyricslab.wording import plural

NAME_CHARS = 60
"""Longer names would push everything else out of lists."""


def page() -> None:
    """Show what is being imported, if anything, and the saved corpora."""
    song_sheet.style()
    st.html(Path(upload.__file__).with_name("corpus_page.css"))
    st.title("Corpus")
    opened = st.query_params.get("corpus")
    saved_corpora.missed(opened)
    if reading_view.take_what_is_read():
        reading_view.bar()
        return
    reading_view.why_nothing_was_added()
    now = import_session.get()
    if now.items:
        st.session_state.pop("corpus_saved", None)
        importing(now)
    else:
        saved_corpora.just_saved()
        st.markdown(
            "Add the songs a network is to learn from: yours, or any you may use. They stay on "
            "this computer."
        )
        song_list.undo(now)
        upload.add_songs()
    saved_corpora.saved_list(opened)


def importing(now: ImportSession) -> None:
    """Show what was read and Save, then the files, then the songs."""
    with st.container(border=True, key="import_bar", gap="small"):
        st.subheader(plain(file_list.summary(now)), anchor=False)
        if now.songs:
            offers(now.songs)
            corpus, parts = now.songs.songs_so_far, song_list.shares_of(now)
            save(corpus, now.songs, parts)
        else:
            with st.container(horizontal=True):
                ways_back(now, None)
    file_list.problems(now)
    file_list.file_list(now)
    more = f"add_more_{now.turn}"  # closed again once something was added
    with st.expander("Add more songs", now.songs is None, icon=":material/add:", key=more):
        upload.add_songs()
    if now.songs:
        check(now, now.songs, corpus, parts)


def save(corpus: Corpus, songs: Intake, parts: SplitConfig) -> None:
    """Ask for the name and offer Save; or say why it cannot be saved yet."""
    editing = saved_corpora.edited(import_session.get().editing)
    try:
        corpus.check_size()
    except CorpusTooSmallError as error:
        problem(error)
    else:
        st.caption(plain(corpus.verdict))
    with st.container(horizontal=True, vertical_alignment="bottom"):
        if corpus.large_enough:
            name_and_save(corpus, songs, parts, editing)
        elif len(corpus.songs) < MIN_SONGS and corpus.characters >= MIN_CHARS:
            cut_into_chunks(songs)
        ways_back(import_session.get(), editing)


def name_and_save(
    corpus: Corpus, songs: Intake, parts: SplitConfig, editing: CorpusRow | None
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
    if st.button("Save", type="primary", icon=":material/save:", key="save_corpus"):
        named = replace(corpus, name=name.strip() or corpus.name)
        on_record = report(songs) | {"split": parts.to_dict()}
        if editing is None:
            row = add_corpus(services.store(), named, on_record, services.workspace(), songs)
        else:
            row = revise_corpus(services.store(), editing.id, named, on_record, songs)
        import_session.clear()
        st.session_state["corpus_saved"] = row.id
        st.rerun()


def cut_into_chunks(songs: Intake) -> None:
    """Offer to cut one long text into pieces."""
    if st.button("Cut this text into pieces", type="primary", icon=":material/content_cut:"):
        import_session.correct(songs.in_chunks(), 0)
        st.rerun()


def ways_back(now: ImportSession, editing: CorpusRow | None) -> None:
    """Offer to undo the latest step, and to leave everything as it was."""
    song_list.undo(now)
    if st.button("Start over" if editing is None else "Leave it as it was", type="tertiary"):
        import_session.clear()
        st.rerun()


def offers(songs: Intake) -> None:
    """Offer to split what may be several songs, and to cut what is longer than any song."""
    undivided = [song for parts in songs.undivided.values() for song in parts]
    with st.container(horizontal=True, vertical_alignment="center", key="offers"):
        if undivided:
            texts = plural(len(songs.undivided), "text was", "texts were")
            st.caption(
                f":material/lightbulb: {texts} read as one song, with gaps of two blank lines or "
                "more in it.",
                width="content",
            )
            if st.button(
                f"Split into {plural(len(undivided), 'song')}",
                icon=":material/call_split:",
                key="split_gaps",
            ):
                import_session.correct(songs.split_undivided())
                st.rerun()
        if songs.long_texts and st.button(
            "Cut long texts into pieces",
            icon=":material/content_cut:",
            help="At paragraphs where possible; each piece then counts as a song.",
        ):
            import_session.correct(songs.in_chunks(), 0)
            st.rerun()


def check(now: ImportSession, songs: Intake, corpus: Corpus, parts: SplitConfig) -> None:
    """Show the songs that were read, what can be fixed in them, and how they are divided."""
    song_list.notes(songs)
    findings_place, songs_place, figures_place, division_place = st.tabs(
        [
            ":material/health_and_safety: Findings",
            ":material/lyrics: Songs",
            ":material/bar_chart: In figures",
            ":material/splitscreen: Divide",
        ]
    )
    sides = song_list.sides_of(corpus, parts)
    with findings_place:
        cleaning_view.findings(now, songs)
        upload.changes(now, songs)
    with songs_place:
        list_place, song_place = st.columns([5, 6], gap="medium")
        with list_place:
            key = f"songs_{now.turn}"
            import_session.look_at(song_list.song_list(songs.songs, sides, now.at, key))
        with song_place:
            song_panel.song_panel(import_session.get(), songs)
    with division_place:
        song_list.ask_shares()
        song_list.division(corpus, sides)
    with figures_place:  # last: they take seconds for many songs
        statistics_view.show(corpus, song_list.learned_from(corpus, sides))


page()
