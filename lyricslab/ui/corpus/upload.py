"""Adding songs: files and pasted text, what was read from each, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lyricslab.importing.reading import KINDS, Intake, extensions
from lyricslab.library.songbooks import list_songbooks
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.plain_tables import table_height
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import PASTED, ImportSession
from lyricslab.ui.corpus.upload_item import UploadItem


def add_songs() -> None:
    """Offer the ways to add songs: files, a folder, pasted text, the songbooks that ship."""
    names = (
        "upload_file: Files",
        "folder: Folder",
        "content_paste: Paste",
        "menu_book: Songbooks",
    )
    files, folder, paste, shelf = st.tabs([f":material/{name}" for name in names])
    turn = import_session.get().turn
    with files:
        uploads = st.file_uploader(
            plain(KINDS[0].upper() + KINDS[1:]),
            accept_multiple_files=True,
            key=f"bring_files_{turn}",
        )
        _read_uploads(uploads)
    with folder:
        uploads = st.file_uploader(
            "A folder of lyrics, with all the folders inside it; files of other kinds are skipped. "
            "Files without an ending: choose them under Files",
            accept_multiple_files="directory",
            type=extensions(),  # or the browser would send everything
            key=f"bring_folder_{turn}",
        )
        _read_uploads(uploads)
    with paste:
        with st.form("bring_paste", clear_on_submit=True, border=False):
            text = st.text_area(
                "One song or many, each under its title, with a line of --- between them",
                height=220,
                placeholder="First title\n\nIts first line ...\n\n---\nSecond title\n\n...",
            )
            if st.form_submit_button("Read it", icon=":material/arrow_forward:"):
                import_session.add([UploadItem(PASTED, text.encode(), pasted=True)])
                st.rerun()
    with shelf:
        _songbooks()


def _songbooks() -> None:
    """Offer the songbooks that ship, for a class or a first try."""
    st.caption("No songs at hand? These were written for Lyrics Lab; anyone may use them.")
    for book in list_songbooks():
        with st.container(horizontal=True, vertical_alignment="center", border=True):
            title = f"{book.title}, by {book.artist}" if book.artist else book.title
            st.text(f"{title}\n{book.about}".strip(), width="stretch")
            if st.button("Use these", key=f"songbook_{book.path.stem}", icon=":material/add:"):
                import_session.add([UploadItem(f"{book.title}.txt", book.path.read_bytes())])
                st.rerun()


SOURCE, TARGET = "Original", "Replaced by"


def changes(now: ImportSession, songs: Intake) -> None:
    """Show every character that was replaced, and how often; the replacement can be edited."""
    if not songs.changes:
        return
    total = sum(change.count for change in songs.changes)
    with st.expander(f"Characters changed: {total:,}", icon=":material/find_replace:"):
        st.caption(
            "The networks know the 128 characters of ASCII. All other characters of your files "
            "were replaced as listed here. To change a replacement, click on it and type; if it "
            "is empty, the character is left out."
        )
        table = pd.DataFrame(
            [(change.source, change.target, change.count) for change in songs.changes],
            columns=[SOURCE, TARGET, "Times"],
        )
        key = f"spelling_{now.turn}"
        st.data_editor(
            table,
            hide_index=True,
            height=table_height(len(table), 280),
            disabled=[SOURCE, "Times"],
            column_config={TARGET: st.column_config.TextColumn(max_chars=12)},
            key=key,
        )
    rows = st.session_state[key]["edited_rows"]
    chosen = {
        songs.changes[int(row)].source: str(cells[TARGET] or "")
        for row, cells in rows.items()
        if TARGET in cells
    }
    if chosen:
        import_session.correct(songs.with_mapping({**songs.mapping, **chosen}))
        st.rerun()


def _read_uploads(files: Sequence[UploadedFile]) -> None:
    """Read files that were just uploaded; the uploader is empty after that."""
    if not files:
        return
    import_session.add([UploadItem(file.name, file.getvalue()) for file in files])
    st.rerun()
