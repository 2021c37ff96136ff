"""A sheet of paper that fills with a song, line by line."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.write.writing import Sheet, title_and_lyrics


@dataclass(frozen=True, slots=True)
class Paper:
    """The elements of one sheet. A song is users' text: only `text` may show it, never Markdown."""

    title: DeltaGenerator
    lyrics: DeltaGenerator
    foot: DeltaGenerator

    def show(self, sheet: Sheet, ending: str) -> None:
        """Show a song as far as it is written."""
        title, lyrics = title_and_lyrics(sheet.text)
        if title:
            self.title.text(title)
        self.lyrics.text(lyrics or " ")
        self.foot.caption(ending)


def paper(number: int, heading: str) -> Paper:
    """Show an empty sheet under a heading."""
    with st.container(border=True, key=f"sheet_{number}"):
        st.caption(plain(heading))
        with st.container(key=f"sheet_title_{number}"):
            title = st.empty()
        with st.container(key=f"sheet_lyrics_{number}"):
            lyrics = st.empty()
        return Paper(title, lyrics, st.empty())


def style() -> None:
    """Add the styles of sheets and of the page's columns."""
    st.html(Path(__file__).with_suffix(".css"))
