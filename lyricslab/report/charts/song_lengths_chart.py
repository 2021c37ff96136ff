"""How many songs of a corpus have how many lines."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import altair as alt
import pyarrow as pa

from lyricslab.english.statistics import Bin
from lyricslab.report.charts.chart import Chart, Spec, data, fill, template
from lyricslab.report.charts.palette import Palette

HEIGHT = 230


def song_lengths_chart(bins: Sequence[Bin], palette: Palette) -> Chart:
    """Return a bar for each bin."""
    table = pa.table(
        {
            "lines": [line_range(bin_) for bin_ in bins],
            "songs": [bin_.songs for bin_ in bins],
            "shown": [str(bin_.songs) if bin_.songs else "" for bin_ in bins],
        }
    )
    return fill(_template(palette), {"bins": table}, HEIGHT)


def line_range(bin_: Bin) -> str:
    """Return the lengths of a bin as a label."""
    if bin_.high is None:
        return f"{bin_.low}+"
    return f"{bin_.low}" if bin_.high == bin_.low else f"{bin_.low}\u2013{bin_.high}"


@lru_cache
def _template(palette: Palette) -> Spec:
    axis = alt.Axis(labelAngle=0, labelOverlap="greedy", labelSeparation=6, ticks=False)
    bins = data("bins").encode(
        alt.X("lines:N", sort=None, title="Lines", axis=axis, scale=alt.Scale(paddingInner=0.12)),
        alt.Y("songs:Q", title=None, axis=None),
        tooltip=[alt.Tooltip("lines:N", title="Lines"), alt.Tooltip("songs:Q", title="Songs")],
    )
    return template(
        alt.layer(
            bins.mark_bar(color=palette.colour("base"), cornerRadiusEnd=3),
            bins.mark_text(dy=-8, fontSize=12, color=palette.colour("baseline")).encode(
                text="shown:N"
            ),
        )
    )
