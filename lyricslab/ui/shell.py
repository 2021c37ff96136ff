"""The frame around every page: name, menu, engine, errors. Streamlit runs this file."""

from __future__ import annotations

import streamlit as st

from lyricslab.errors import EngineError
from lyricslab.ui.common import services
from lyricslab.ui.common.error_boundary import boundary, log_to, problem
from lyricslab.ui.common.navigation import ROOT, pages
from lyricslab.ui.common.theme import colour, is_dark

PAGE_WIDTH_PX = 1180
"""Wide enough for a table of runs, narrow enough to read."""


def frame() -> None:
    """The page that the address names, inside the app's frame."""
    # Before the menu: else the browser fetches the page's own icon from outside, for its tab.
    st.set_page_config(page_icon=str(ROOT / "assets" / "icon.svg"), layout="wide")
    page = st.navigation(list(pages().values()), position="top")
    st.set_page_config(page_title=f"{page.title} · Lyrics Lab")
    st.logo(_logo(), size="large")
    with boundary():
        log_to(services.home())
        notices = st.container()
        with st.container(horizontal_alignment="center"), st.container(width=PAGE_WIDTH_PX):
            with boundary():
                page.run()
        with notices:
            _keep_engine_alive()
            # A run that a click has replaced ends at a call of Streamlit's; without one after the
            # last work it would clear the fragments of the run that replaced it.
            st.empty()


def _keep_engine_alive() -> None:
    """Comes after the page, which need not wait; songs can be read and written without it."""
    try:
        services.keep_engine_alive()
    except EngineError as error:
        problem(error)


def _logo() -> str:
    """The name beside its sign, in the ink of the theme that is shown."""
    ink = "#ece5d8" if is_dark() else "#2b2621"
    return f"""<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 138 32">
<rect x="1" y="5" width="22" height="5.4" rx="2.7" fill="{colour("learns")}"/>
<rect x="1" y="13.3" width="22" height="5.4" rx="2.7" fill="{colour("frozen")}"/>
<rect x="1" y="21.6" width="14" height="5.4" rx="2.7" fill="{colour("learns")}"/>
<text x="31" y="23.5" font-family="Georgia, 'DejaVu Serif', serif" font-size="20" fill="{ink}"
 font-weight="600" textLength="105" lengthAdjust="spacingAndGlyphs">Lyrics Lab</text></svg>"""


frame()
