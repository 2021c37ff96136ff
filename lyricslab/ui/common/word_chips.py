"""Words side by side, each with a figure; the stronger its tint, the more it stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import component, left_out
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Chip:
    """One word."""

    text: str
    figure: str
    """The figure beside it, short."""
    says: str
    """Its tooltip, also for screen readers."""
    strength: float
    """How much it stands out, 0 to 1."""


_chips = component(__file__, '<ul class="chips"></ul>')


def chips(label: str, those: Sequence[Chip], key: str) -> None:
    """Draw the words.

    Args:
        label: what the words are, for screen readers.
    """
    if left_out():
        st.text(", ".join(f"{chip.text} {chip.figure}" for chip in those))
        return
    data = {"label": label, "chips": [asdict(chip) for chip in those], "tint": colour("learns")}
    _chips(key=key, data=data)
