"""The frame around every page: name, bar of pages, menu, engine, errors. Streamlit runs this."""

from __future__ import annotations

import streamlit as st

import lyricslab
from lyricslab.errors import EngineError
from lyricslab.ui import app_menu
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import boundary, log_to, problem
from lyricslab.ui.common.navigation import ROOT, pages
from lyricslab.ui.common.notices import watch
from lyricslab.ui.common.theme import colour, scale, shown
from lyricslab.ui.common.url_state import publish

ABOUT = (
    f"**Lyrics Lab {lyricslab.__version__}** teaches a small network your songs, layer by layer, "
    "and lets it write new ones. All of it happens on this computer."
)


def frame() -> None:
    """The page that the address names, inside the app's frame."""
    # Before the bar: else the browser fetches the page's own icon from outside, for its tab.
    icon = str(ROOT / "assets" / "icon.svg")
    st.set_page_config(page_icon=icon, layout="wide", menu_items={"About": ABOUT})
    page = st.navigation(list(pages().values()), position="hidden")
    st.set_page_config(page_title=f"{page.title} · Lyrics Lab")
    st.logo(_logo(), size="large")
    with boundary():
        log_to(services.home())
        navigation.SIZE.commit(navigation.SIZE.resolve())
        _tell_browser(navigation.bar(page))
        app_menu.show()
        notices = st.container()
        with boundary():
            page.run()
        publish()
        with notices:
            _keep_engine_alive()
        with boundary():
            watch(page.url_path)
        # A run that a click has replaced ends at a call of Streamlit's; without one after the
        # last work it would clear the fragments of the run that replaced it.
        st.empty()


def _tell_browser(place: int) -> None:
    """Tell the styles of the frame what they only guessed: the size, and which page it is."""
    st.html(
        f"<style>html:root {{ --type: {scale()} !important }}"
        f".st-key-app_pages > :nth-child({place}) {{ --here: var(--learns) }}</style>"
    )


def _keep_engine_alive() -> None:
    """Comes after the page, which need not wait; songs can be read and written without it."""
    try:
        services.keep_engine_alive()
    except EngineError as error:
        problem(error)


def _logo() -> str:
    """The name beside its sign, in the ink of the theme that is shown."""
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 138 32">
<rect x="1" y="5" width="22" height="5.4" rx="2.7" fill="{colour("learns")}"/>
<rect x="1" y="13.3" width="22" height="5.4" rx="2.7" fill="{colour("frozen")}"/>
<rect x="1" y="21.6" width="14" height="5.4" rx="2.7" fill="{colour("learns")}"/>
<text x="31" y="23.5" font-family="Georgia, 'DejaVu Serif', serif" font-size="20"
 fill="{shown().text}" font-weight="600" textLength="105" lengthAdjust="spacingAndGlyphs"
 >Lyrics Lab</text></svg>"""


frame()
