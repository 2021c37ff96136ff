"""One song of an import on paper, and the corrections to it."""

from __future__ import annotations

from itertools import islice

import streamlit as st

from lyricslab.importing.reading import Intake
from lyricslab.songs.song import Song
from lyricslab.ui.common import song_sheet
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import ImportSession
from lyricslab.ui.corpus.song_list import first_line

TITLE_CHARS = 90
SPLIT_CHARS = 48
"""Of a line, in the list of lines to split at."""
SPLIT_LINES = 1_000
"""How many lines that list offers; a browser takes seconds to take in more."""
SHOWN_CHARS = 50_000
"""How much of a text is shown, and the longest that can be edited; it may be a novel."""


def song_panel(now: ImportSession, songs: Intake) -> None:
    """Show one song; offer to edit, split, join and drop it."""
    k = min(now.at, len(songs.songs) - 1)
    song = songs.songs[k]
    st.caption(f"Song {k + 1} of {len(songs.songs)}")
    if now.typing:
        _editor(songs, k, now.turn)
        return
    too_long = len(song.text) > SHOWN_CHARS
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Edit",
            icon=":material/edit:",
            disabled=too_long,
            key="edit_song",
            on_click=import_session.edit,
            args=(True,),
            help="Cut this long text into pieces before you edit it."
            if too_long
            else "Change its title and its words.",
        )
        _split(songs, k, now.turn)
        last = k == len(songs.songs) - 1
        if st.button("Join with next", icon=":material/merge:", disabled=last, key="join_song"):
            _take(songs.join(k))
        alone = len(songs.songs) == 1
        if st.button("Drop", icon=":material/delete:", disabled=alone, key="drop_song"):
            _take(songs.drop(k))
    show(song, "song")


def show(song: Song, key: str) -> None:
    """Show a song on paper; of a very long text the beginning."""
    text, ending = song.text, ""
    if len(text) > SHOWN_CHARS:
        text = text[:SHOWN_CHARS]
        ending = f"And {len(song.text) - SHOWN_CHARS:,} more characters."
    song_sheet.paper(key).show(song.title or first_line(song), text, ending)


def _editor(songs: Intake, k: int, turn: int) -> None:
    """Show the title and the words of a song in fields."""
    song = songs.songs[k]
    title_key, words_key = f"title_of_{k}_{turn}", f"words_of_{k}_{turn}"
    st.text_input("Title", song.title, TITLE_CHARS, key=title_key)
    st.text_area("Words", song.text, key=words_key, height=380)
    with st.container(horizontal=True, gap="small"):
        st.button(
            "Keep these words",
            type="primary",
            icon=":material/check:",
            key="keep_words",
            on_click=_keep,
            args=(songs, k, title_key, words_key),
        )
        st.button("Cancel", key="cancel_words", on_click=import_session.edit, args=(False,))
    st.caption("Undo brings the old words back. No switch under Findings changes what you type.")


def _keep(songs: Intake, k: int, title_key: str, words_key: str) -> None:
    """Take over what was typed, if it differs."""
    song, edited = songs.songs[k], songs
    title, words = st.session_state[title_key], st.session_state[words_key]
    with boundary():
        if title != song.title[:TITLE_CHARS]:
            edited = edited.rename(k, title)
        if words != song.text:
            edited = edited.edit(k, words)
        import_session.edit(False)
        if edited is not songs:
            import_session.correct(edited)


def _split(songs: Intake, k: int, turn: int) -> None:
    lines = songs.songs[k].text.split("\n")
    sung = list(islice((n for n, line in enumerate(lines) if n and line.strip()), SPLIT_LINES))
    with st.popover(
        "Split", icon=":material/call_split:", disabled=not sung, key=f"splitting_{turn}"
    ):
        if not sung:
            return
        line = st.selectbox(
            "The next song begins with",
            sung,
            index=len(sung) // 2,
            format_func=lambda n: lines[n].strip()[:SPLIT_CHARS],
            key=f"line_of_{k}_{turn}",
        )
        if st.button("Split here", key=f"split_{k}_{turn}"):
            with boundary():
                _take(songs.split_at(k, line))


def _take(songs: Intake) -> None:
    import_session.correct(songs)
    st.rerun()
