"""The colours of the theme that is shown; .streamlit/config.toml colours the rest of a page."""

from __future__ import annotations

import streamlit as st

from lyricslab.report.charts.palette import Palette
from lyricslab.ui.common import navigation

LARGER = 1.35
"""How much larger all is in the size for a projector, as in shell.css."""


def scale() -> float:
    """Return how much larger than usual all is shown: 1, or LARGER."""
    return LARGER if navigation.is_large() else 1.0


def is_dark() -> bool:
    """Return whether the page is shown dark."""
    return bool(st.context.theme.type == "dark")


def shown() -> Palette:
    """Return the colours of the theme that is shown."""
    return Palette.DARK if is_dark() else Palette.LIGHT


def colour(role: str) -> str:
    """Return a role's colour as "#rrggbb", for the theme that is shown."""
    return shown().colour(role)
