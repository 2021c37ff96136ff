"""What our own components share: a way to make elements, and the switch to plain text."""

from __future__ import annotations

import os

PLAIN = "LYRICSLAB_PLAIN"
"""Set in the environment, it gives Streamlit's own elements in the place of our components."""

MAKE = """
function make(tag, name, parent, text) {
  const node = document.createElement(tag)
  if (name) node.className = name
  if (text) node.textContent = text
  parent.appendChild(node)
  return node
}
"""
"""Makes an element; what users wrote goes into it as text, never as HTML."""


def left_out() -> bool:
    """Whether components are left out, for those who cannot use them, and for tests."""
    return bool(os.environ.get(PLAIN))
