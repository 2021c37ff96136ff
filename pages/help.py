"""Help: how it all works, what the words mean, and about the program."""

from __future__ import annotations

import platform

import streamlit as st

import lyricslab
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.navigation import ROOT
from lyricslab.ui.common.url_state import UrlParam, publish

TEXTS = ROOT / "assets" / "help"
SECTIONS = {
    "help": ":material/menu_book: How it works",
    "glossary": ":material/dictionary: Glossary",
    "about": ":material/info: About",
}
"""Each part of the page by its name in an address, which is that of its file in TEXTS."""
WAYS = (
    ("corpus", "Add songs"),
    ("train", "Train"),
    ("bases", "Look at the bases"),
    ("write", "Write"),
    ("paper", "The paper"),
)


def page() -> None:
    """Show the heading, a choice of sections, and the chosen section."""
    st.title("Help", anchor=False)
    section = UrlParam("help", "section", default="help", options=SECTIONS)
    chosen = st.segmented_control(
        "Part of this page",
        list(SECTIONS),
        format_func=SECTIONS.__getitem__,
        key=section.bind(),
        required=True,
        label_visibility="collapsed",
    )
    name = chosen or section.default
    section.commit(name)
    publish()
    st.markdown((TEXTS / f"{name}.md").read_text("utf-8"))
    if name == "help":
        with st.container(horizontal=True, gap="small"):
            for to, label in WAYS:
                navigation.link(to, label)
    elif name == "about":
        st.text(facts())


def facts() -> str:
    """Return the version, and where things are, a line each."""
    return (
        f"Version: {lyricslab.__version__}\n"
        f"Home: {services.home().root}\n"
        f"Python: {platform.python_version()}, Streamlit {st.__version__}"
    )


page()
