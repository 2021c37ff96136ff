"""The pictures of the experiment."""

from __future__ import annotations

from lyricslab.report import figures
from lyricslab.ui.common.svg_picture import svg_picture

_CSS = f"""{figures.STYLE}
svg.figure {{
  font-family: var(--st-font); --ink: var(--st-text-color); --paper: var(--st-background-color);
  --line: var(--st-border-color);
}}
"""

experiment = svg_picture("paper_experiment", figures.experiment(), _CSS)
network = svg_picture("paper_network", figures.network(), _CSS)
choices = svg_picture("paper_choices", figures.choices(), _CSS)
