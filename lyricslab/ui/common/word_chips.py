"""Words side by side, each with a figure; the stronger its tint, the more it stands out."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import left_out
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Chip:
    """One word."""

    text: str
    figure: str
    """What stands beside it, short."""
    says: str
    """What is said of it when one points at it, and to those who hear the page."""
    strength: float
    """How much it stands out, 0 to 1."""


HTML = """
<ul class="chips"></ul>
<!-- the chips are made by the script -->
"""

CSS = """
.chips {
  display: flex; flex-wrap: wrap; gap: 0.4rem; margin: 0; padding: 0; list-style: none;
  font-family: var(--st-font); color: var(--st-text-color); font-size: 0.95rem;
}
.chip {
  padding: 0.2rem 0.65rem 0.25rem; border-radius: 999px; cursor: default; white-space: nowrap;
  background: color-mix(in srgb, var(--tint) calc(var(--strength) * 1%), transparent);
}
.figure {
  margin-left: 0.4rem; font-size: 0.8rem; opacity: 0.72; font-variant-numeric: tabular-nums;
}
"""

JS = """
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".chips")
  list.style.setProperty("--tint", data.tint)
  list.setAttribute("aria-label", data.label)
  list.replaceChildren()
  for (const chip of data.chips) {
    const item = document.createElement("li")
    item.className = "chip"
    item.title = chip.says
    item.setAttribute("aria-label", chip.text + ": " + chip.says)
    item.style.setProperty("--strength", String(7 + 27 * chip.strength))
    item.textContent = chip.text
    const figure = document.createElement("span")
    figure.className = "figure"
    figure.textContent = chip.figure
    item.appendChild(figure)
    list.appendChild(item)
  }
}
"""

_chips = st.components.v2.component("lyricslab_chips", html=HTML, css=CSS, js=JS)


def chips(label: str, those: Sequence[Chip], key: str) -> None:
    """Draws the words.

    Args:
        label: what they are, for those who hear the page.
    """
    if left_out():
        st.text(", ".join(f"{chip.text} {chip.figure}" for chip in those))
        return
    data = {"label": label, "chips": [asdict(chip) for chip in those], "tint": colour("learns")}
    _chips(key=key, data=data)
