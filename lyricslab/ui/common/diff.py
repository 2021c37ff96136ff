"""Lines before and after a change, side by side: users' text, set as text and never as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.ui.common.component import MAKE

HTML = """<div class="diff"></div>"""

CSS = """
.diff { font-family: var(--st-font); color: var(--st-text-color); font-size: 0.9rem; }
.song { margin: 0.2rem 0 0.9rem; }
.song:last-child { margin-bottom: 0.2rem; }
.title { font-weight: 600; margin: 0 0 0.35rem; overflow-wrap: anywhere; }
.title span { font-weight: 400; opacity: 0.75; }
.hunk {
  display: grid; grid-template-columns: 1fr 1fr; column-gap: 0.75rem; margin-bottom: 0.5rem;
}
.side {
  border-radius: var(--st-base-radius); overflow: hidden; padding: 0.3rem 0; min-width: 0;
  background: var(--st-code-background-color);
}
.line {
  white-space: pre-wrap; overflow-wrap: anywhere; padding: 0.06rem 0.7rem; min-height: 1.35em;
  font-family: var(--st-code-font); font-size: 0.82rem; line-height: 1.45;
  border-left: 3px solid transparent;
}
.line.around { opacity: 0.6; }
.before .line.changed {
  background: var(--st-red-background-color); border-color: var(--st-red-color);
}
.after .line.changed {
  background: var(--st-green-background-color); border-color: var(--st-green-color);
}
.line.nothing { font-family: var(--st-font); font-style: italic; opacity: 0.65; }
.more { font-size: 0.82rem; opacity: 0.72; margin: 0; }
@media (max-width: 560px) { .hunk { grid-template-columns: 1fr; row-gap: 0.3rem; } }
"""

JS = (
    MAKE
    + """
function side(name, label, lines, hunk, parent) {
  const node = make("div", `side ${name}`, parent)
  node.setAttribute("aria-label", label)
  node.setAttribute("role", "group")
  if (hunk.above) make("div", "line around", node, hunk.above)
  for (const line of lines) make("div", "line changed", node, line)
  if (!lines.length) make("div", "line nothing", node, name === "after" ? "taken out" : "new")
  if (hunk.below) make("div", "line around", node, hunk.below)
}

export default function ({ data, parentElement }) {
  const diff = parentElement.querySelector(".diff")
  diff.replaceChildren()
  for (const song of data.songs) {
    const box = make("div", "song", diff)
    const title = make("p", "title", box, song.title)
    if (song.gone) make("span", "", title, "  is left out")
    for (const hunk of song.hunks) {
      const grid = make("div", "hunk", box)
      side("before", "Before", hunk.before, hunk, grid)
      side("after", "After", hunk.after, hunk, grid)
    }
    if (song.more) make("p", "more", box, song.more)
  }
}
"""
)

_diff = st.components.v2.component("lyricslab_diff", html=HTML, css=CSS, js=JS)


def diff(songs: Sequence[dict[str, Any]], key: str) -> None:
    """Songs with the places that change.

    Args:
        songs: each with `title`, `gone` (it is left out whole), `hunks` of lines `above`, `before`,
            `after` and `below`, and in words what is `more` than these.
    """
    _diff(key=key, data={"songs": list(songs)})
