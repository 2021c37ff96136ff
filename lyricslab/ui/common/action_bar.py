"""A bar at the foot of the window with a page's main button, in sight wherever one has scrolled."""

from __future__ import annotations

import streamlit as st
from streamlit.delta_generator import DeltaGenerator


def action_bar() -> DeltaGenerator:
    """Return the bar; shell.css keeps it at the foot of the window, above the pages of a phone.

    Tab reaches it where it is made: after what must be chosen, before what need not be.
    """
    return st.container(key="action_bar", horizontal=True, vertical_alignment="center")
