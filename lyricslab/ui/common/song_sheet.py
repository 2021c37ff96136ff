"""A song on paper: its title and lyrics in the text face."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.ui.common.error_boundary import plain


@dataclass(frozen=True, slots=True)
class Paper:
    """The elements of one sheet. A song is users' text: only `text` may show it, never Markdown."""

    title: DeltaGenerator
    lyrics: DeltaGenerator
    foot: DeltaGenerator

    def show(self, title: str, lyrics: str, ending: str = "") -> None:
        """Show a song, as far as it is written."""
        if title:
            self.title.text(title)
        self.lyrics.text(lyrics or " ")
        if ending:
            self.foot.caption(ending)


def paper(key: str, heading: str = "") -> Paper:
    """Show an empty sheet, under a heading if it has one."""
    with st.container(border=True, key=f"sheet_{key}"):
        if heading:
            st.caption(plain(heading))
        with st.container(key=f"sheet_title_{key}"):
            title = st.empty()
        with st.container(key=f"sheet_lyrics_{key}"):
            lyrics = st.empty()
        return Paper(title, lyrics, st.empty())


def style() -> None:
    """Add the styles of sheets."""
    st.html(Path(__file__).with_suffix(".css"))
