"""Our own components: loaded from the files beside their module, or left out for plain text."""

from __future__ import annotations

import os
from pathlib import Path

import streamlit as st
from streamlit.components.v2.types import ComponentRenderer

PLAIN = "LYRICSLAB_PLAIN"
"""Set in the environment, it shows Streamlit's own elements instead of our components."""

_MAKE = Path(__file__).with_name("make.js").read_text("utf-8")
"""A function that every component's script can call."""


def component(module: str, html: str = "") -> ComponentRenderer:
    """Return the component of a module: NAME.js and NAME.css beside it, and its HTML.

    Args:
        module: the `__file__` of the module.
        html: what the script fills; NAME.html unless given.
    """
    file = Path(module)
    return st.components.v2.component(
        f"lyricslab_{file.stem}",
        html=html or file.with_suffix(".html").read_text("utf-8"),
        css=file.with_suffix(".css").read_text("utf-8"),
        js=_MAKE + file.with_suffix(".js").read_text("utf-8"),
    )


def left_out() -> bool:
    """Return whether components are left out, for those who cannot use them, and for tests."""
    return bool(os.environ.get(PLAIN))
