"""A short list of texts, each with a figure at its end and, where it has a share, a bar below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import MAKE, left_out
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Bar:
    """One row."""

    text: str
    figure: str
    """What stands at its end, short."""
    share: float | None = None
    """How far its bar reaches, 0 to 1; None for no bar."""


HTML = """
<ul class="bars"></ul>
<!-- the rows are made by the script -->
"""

CSS = """
.bars {
  margin: 0; padding: 0; list-style: none; font-family: var(--st-font); font-size: 0.95rem;
  color: var(--st-text-color);
}
.row {
  display: grid; grid-template-columns: 1fr auto; gap: 0.1rem 1.2rem; align-items: baseline;
  padding: 0.4rem 0 0.45rem; border-bottom: 1px solid var(--st-border-color); line-height: 1.35;
}
.row:last-child { border-bottom: none; }
.text { overflow-wrap: anywhere; }
.figure { font-size: 0.85rem; opacity: 0.78; font-variant-numeric: tabular-nums; }
.track {
  grid-column: 1 / -1; height: 4px; border-radius: 2px; margin-top: 0.15rem;
  background: color-mix(in srgb, var(--tint) 16%, transparent);
}
.reach { height: 100%; border-radius: 2px; background: var(--tint); }
"""

JS = (
    MAKE
    + """
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".bars")
  list.style.setProperty("--tint", data.tint)
  list.setAttribute("aria-label", data.label)
  list.replaceChildren()
  for (const bar of data.bars) {
    const row = make("li", "row", list)
    make("span", "text", row, bar.text)
    make("span", "figure", row, bar.figure)
    if (bar.share === null) continue
    const track = make("span", "track", row)
    track.setAttribute("aria-hidden", "true")
    track.style.display = "block"
    const reach = make("span", "reach", track)
    reach.style.display = "block"
    reach.style.width = 100 * bar.share + "%"
  }
}
"""
)

_bars = st.components.v2.component("lyricslab_bars", html=HTML, css=CSS, js=JS)


def bars(label: str, those: Sequence[Bar], key: str) -> None:
    """Draws the list.

    Args:
        label: what it is of, for those who hear the page.
    """
    if left_out():
        st.text("\n".join(f"{bar.text}: {bar.figure}" for bar in those))
        return
    data = {"label": label, "bars": [asdict(bar) for bar in those], "tint": colour("base")}
    _bars(key=key, data=data)
