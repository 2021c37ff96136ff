"""A short list of texts, each with a figure at its end and, where it has a share, a bar below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import component, left_out
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Bar:
    """One row."""

    text: str
    figure: str
    """The figure at its end, short."""
    share: float | None = None
    """The length of its bar, 0 to 1; None for no bar."""


_bars = component(__file__, '<ul class="bars"></ul>')


def bars(label: str, those: Sequence[Bar], key: str) -> None:
    """Draw the list.

    Args:
        label: what the list is about, for screen readers.
    """
    if left_out():
        st.text("\n".join(f"{bar.text}: {bar.figure}" for bar in those))
        return
    data = {"label": label, "bars": [asdict(bar) for bar in those], "tint": colour("base")}
    _bars(key=key, data=data)
