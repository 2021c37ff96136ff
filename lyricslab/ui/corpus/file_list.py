"""The files of an import: how many songs each gave, and what can be done about it."""

from __future__ import annotations

from collections import Counter

import streamlit as st

from lyricslab.importing.encoding import ENCODINGS
from lyricslab.importing.file_report import FileReport
from lyricslab.importing.reading import Columns, Intake
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import CORRECTIONS_LOST, ImportSession
from lyricslab.ui.corpus.pager import pager
from lyricslab.ui.corpus.upload_item import UploadItem
from lyricslab.wording import listed, plural

FILES_A_PAGE = 20
NO_COLUMN = "(none)"


def summary(now: ImportSession) -> str:
    """Return how many songs there are from how many files: "19 songs from 13 files"."""
    songs = plural(len(now.songs.songs), "song") if now.songs else "No song yet"
    sources, unread = _sources(now), sum(one.problem is not None for one in now.items)
    looks = f"; {plural(unread, 'file needs', 'files need')} a look" if unread else ""
    return (f"{songs} from {sources}" if sources else songs) + looks


def _sources(now: ImportSession) -> str:
    """Return what was read: "13 files and pasted text"; "" if nothing was."""
    files = sum(len(one.intake.files) for one in now.items if one.intake and not one.pasted)
    pasted = any(one.intake and one.pasted for one in now.items)
    return listed([plural(files, "file")] * bool(files) + ["pasted text"] * pasted)


def problems(now: ImportSession) -> None:
    """Show what could not be read, and what can be done about it."""
    for k, one in enumerate(now.items):
        if one.problem:
            _problem(k, one, now.turn)


def file_list(now: ImportSession) -> None:
    """Offer the list of the files that were read."""
    files = [
        (k, file)
        for k, one in enumerate(now.items)
        if one.intake
        for file in range(len(one.intake.files))
    ]
    if not files or now.songs is None:
        return
    songs = Counter(number for origin in now.songs.origins for number in origin)
    with st.expander(f"What was read: {_sources(now)}", icon=":material/folder_open:", key="files"):
        place = st.container(gap="small")
        shown = pager(
            len(files), FILES_A_PAGE, now.file_page, "Files", "files", import_session.look_at_files
        )
        with place:
            for number in shown:
                k, file = files[number]
                _file(k, file, now.items[k], songs[number], now.turn)


def _file(k: int, file: int, one: UploadItem, songs: int, turn: int) -> None:
    assert one.intake is not None
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.text(_described(one.intake.files[file], songs), width="stretch")
        if len(one.intake.files) == 1:
            _ways_to_read(k, one, one.intake, turn)
        st.button(
            "Leave out",
            key=f"leave_{k}_{file}_{turn}",
            icon=":material/close:",
            type="tertiary",
            on_click=import_session.leave_out,
            args=(k, file),
        )


def _described(file: FileReport, songs: int) -> str:
    parts = [file.format, ENCODINGS.get(file.encoding, file.encoding), plural(songs, "song")]
    return f"{file.name}: {', '.join(filter(None, parts))}, {file.characters:,} characters"


def _ways_to_read(k: int, one: UploadItem, read: Intake, turn: int) -> None:
    if one.data and not one.pasted and read.files[0].encoding:
        with st.popover("Wrong letters?", icon=":material/translate:", type="tertiary"):
            _encodings(k, one, turn)
            st.caption(CORRECTIONS_LOST)
    if one.asks:
        with st.popover("Other columns", icon=":material/view_column:", type="tertiary"):
            _columns(k, one, turn)
            st.caption(CORRECTIONS_LOST)


def _problem(k: int, one: UploadItem, turn: int) -> None:
    with st.container(border=True, horizontal=True, vertical_alignment="bottom", gap="small"):
        st.markdown(f":orange[:material/error:] {plain(one.problem or '')}", width="stretch")
        if one.asks:
            _columns(k, one, turn)
        elif one.encoding:
            _encodings(k, one, turn)
        st.button(
            "Leave it out",
            key=f"leave_{k}_{turn}",
            icon=":material/close:",
            on_click=import_session.leave_out,
            args=(k,),
        )


def _columns(k: int, one: UploadItem, turn: int) -> None:
    """Ask which column holds the lyrics, and which the title."""
    first = one.columns or one.likely or Columns(one.asks[0])
    lyrics = st.selectbox(
        "Lyrics are in",
        one.asks,
        index=one.asks.index(first.lyrics) if first.lyrics in one.asks else 0,
        key=f"lyrics_{k}_{turn}",
        width=220,
    )
    others = [NO_COLUMN, *(name for name in one.asks if name != lyrics)]
    title = st.selectbox(
        "Titles are in",
        others,
        index=others.index(first.title) if first.title in others else 0,
        key=f"title_{k}_{turn}",
        width=220,
    )
    if st.button("Use these columns", type="primary", key=f"columns_{k}_{turn}"):
        chosen = Columns(lyrics, "" if title == NO_COLUMN else title)
        import_session.read_again(k, columns=chosen)
        st.rerun()


def _encodings(k: int, one: UploadItem, turn: int) -> None:
    """Ask for another encoding of a file that shows the wrong letters."""
    found = one.intake.files[0].encoding if one.intake else one.encoding
    names = list(ENCODINGS)
    encoding = st.selectbox(
        "Read this file as",
        names,
        index=names.index(found) if found in names else 0,
        format_func=ENCODINGS.__getitem__,
        key=f"encoding_{k}_{turn}",
        width=280,
    )
    if st.button("Read it again", key=f"again_{k}_{turn}"):
        import_session.read_again(k, encoding=encoding)
        st.rerun()
