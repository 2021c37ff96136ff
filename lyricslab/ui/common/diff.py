"""Lines before and after a change, side by side: users' text, set as text and never as HTML."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from lyricslab.ui.common.component import component

_diff = component(__file__, '<div class="diff"></div>')


def diff(songs: Sequence[dict[str, Any]], key: str) -> None:
    """Show songs with the places that change.

    Args:
        songs: each with `title`, `gone` (it is left out), `hunks` of lines `above`, `before`,
            `after` and `below`, and in words what is `more` than these.
    """
    _diff(key=key, data={"songs": list(songs)})
