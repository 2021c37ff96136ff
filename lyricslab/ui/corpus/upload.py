"""Adding songs: files and pasted text, what was read from each, and what was changed."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
import streamlit as st
from streamlit.runtime.uploaded_file_manager import UploadedFile

from lyricslab.importing.encoding import ENCODINGS
from lyricslab.importing.reading import Columns, Intake, extensions
from lyricslab.library.songbooks import list_songbooks
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.plain_tables import table_height
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import PASTED, ImportSession, UploadItem
from lyricslab.wording import plural

NO_COLUMN = "(none)"
CORRECTIONS_LOST = "Corrections to its songs are lost; Undo restores them."


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
            "Lyrics in one or many files: text, Word, PDF, web pages, e-books, chord sheets, "
            "tables, or a zip of them",
            accept_multiple_files=True,
            key=f"bring_files_{turn}",
        )
        _read_uploads(uploads)
    with folder:
        uploads = st.file_uploader(
            "A folder of lyrics, with all the folders inside it; files of other kinds are skipped",
            accept_multiple_files="directory",
            type=extensions(),
            key=f"bring_folder_{turn}",
        )
        _read_uploads(uploads)
    with paste:
        with st.form("bring_paste", clear_on_submit=True, border=False):
            text = st.text_area(
                "Lyrics; a line of --- or two blank lines and a title begin the next song",
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


def import_list(now: ImportSession) -> None:
    """Show each file in a line: what it is, how it was read, and what can be done about it."""
    for k, one in enumerate(now.items):
        if one.problem:
            _problem(k, one, now.turn)
        elif one.intake:
            _file(k, one, one.intake, now.turn)


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
    bar = st.progress(0.0, "Reading")
    import_session.add(
        [UploadItem(file.name, file.getvalue()) for file in files],
        lambda share, doing: bar.progress(min(1.0, share), plain(doing)),
    )
    st.rerun()


def _file(k: int, one: UploadItem, read: Intake, turn: int) -> None:
    with st.container(horizontal=True, vertical_alignment="center", border=True):
        st.text("\n".join(_described(read)), width="stretch")
        if one.data and not one.pasted and any(file.encoding for file in read.files):
            with st.popover("Wrong letters?", icon=":material/translate:"):
                _encodings(k, one, turn)
                st.caption(CORRECTIONS_LOST)
        if one.asks:
            with st.popover("Other columns", icon=":material/view_column:"):
                _columns(k, one, turn)
                st.caption(CORRECTIONS_LOST)
        st.button(
            "Leave out",
            key=f"leave_{k}_{turn}",
            icon=":material/close:",
            type="tertiary",
            on_click=import_session.leave_out,
            args=(k,),
        )


def _described(read: Intake) -> list[str]:
    lines = []
    for file in read.files:
        songs = plural(file.songs, "song")
        parts = [file.format, ENCODINGS.get(file.encoding, file.encoding), songs]
        said = ", ".join(filter(None, [*parts, f"{file.characters:,} characters"]))
        lines.append(f"{file.name}: {said}")
    return lines if len(lines) <= 6 else [*lines[:5], f"and {len(lines) - 5} more files"]


def _problem(k: int, one: UploadItem, turn: int) -> None:
    with st.container(border=True):
        st.warning(plain(one.problem or ""), icon=":material/error:")
        with st.container(horizontal=True, vertical_alignment="bottom"):
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
        chosen = Columns(lyrics, None if title == NO_COLUMN else title, None)
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
