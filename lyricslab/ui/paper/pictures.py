"""The pictures of the experiment, in the colours of the theme that is shown."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st

from lyricslab.report import figures
from lyricslab.ui.common.theme import colour

_CSS = (
    figures.STYLE
    + """
svg.figure {
  font-family: var(--st-font); --ink: var(--st-text-color); --paper: var(--st-background-color);
  --line: var(--st-border-color);
}
"""
)
_JS = """
export default function ({ data, parentElement }) {
  const svg = parentElement.querySelector("svg")
  svg.style.setProperty("--learns", data.learns)
  svg.style.setProperty("--frozen", data.frozen)
}
"""


def _picture(name: str, drawn: str) -> Callable[[], None]:
    component = st.components.v2.component(f"lyricslab_paper_{name}", html=drawn, css=_CSS, js=_JS)

    def show() -> None:
        component(
            key=f"paper_{name}", data={"learns": colour("learns"), "frozen": colour("frozen")}
        )

    return show


experiment = _picture("experiment", figures.experiment())
network = _picture("network", figures.network())
choices = _picture("choices", figures.choices())
