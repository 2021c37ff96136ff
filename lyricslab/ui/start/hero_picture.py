"""The experiment in one picture: songs -> a base with learning and frozen layers -> a new song."""

from __future__ import annotations

from pathlib import Path

from lyricslab.ui.common.svg_picture import svg_picture

_FILE = Path(__file__)

hero_picture = svg_picture(
    "hero",
    _FILE.with_suffix(".svg").read_text("utf-8"),
    _FILE.with_suffix(".css").read_text("utf-8"),
)
