"""Pictures in SVG, in the colours of the theme that is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import streamlit as st

from lyricslab.ui.common.theme import colour

_JS = Path(__file__).with_suffix(".js").read_text("utf-8")


def svg_picture(name: str, svg: str, css: str) -> Callable[[], None]:
    """Return a function that shows a picture; its styles may use `--learns` and `--frozen`."""
    component = st.components.v2.component(f"lyricslab_{name}", html=svg, css=css, js=_JS)

    def show() -> None:
        component(key=name, data={"learns": colour("learns"), "frozen": colour("frozen")})

    return show
