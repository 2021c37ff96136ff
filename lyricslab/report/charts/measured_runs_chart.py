"""How far below the base our own runs came, by how much text they learned from."""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import altair as alt
import pyarrow as pa

from lyricslab.analysis.expectation import Measured
from lyricslab.report.charts.chart import Chart, Spec, data, fill, slot, template
from lyricslab.report.charts.palette import Palette
from lyricslab.wording import round_numbers

HEIGHT = 280
KIND_WORDS = {"today": "Songs of today", "old": "Old songs and ballads"}


def measured_runs_chart(runs: Sequence[Measured], train_chars: int, palette: Palette) -> Chart:
    """Return a dot for each run from the base of songs, and a line at `train_chars`."""
    shown = [run for run in runs if run.base == "songs"]
    table = pa.table(
        {
            "chars": [run.train_chars for run in shown],
            "below": [run.below for run in shown],
            "epoch": [run.settled_epoch for run in shown],
            "kind": [KIND_WORDS[run.kind] for run in shown],
        }
    )
    sizes = [train_chars, *(run.train_chars for run in shown)]
    low, high = min(sizes) / 1.15, max(sizes) * 1.15
    return fill(
        _template(palette),
        {"yours": pa.table({"chars": [train_chars]}), "runs": table},
        HEIGHT,
        domain=[low, high],
        ticks=round_numbers(low, high),
    )


@lru_cache
def _template(palette: Palette) -> Spec:
    x = alt.X(
        "chars:Q",
        scale=alt.Scale(type="log", domain=slot("domain"), nice=False),
        title="Characters to learn from",
        axis=alt.Axis(values=slot("ticks"), format=",", grid=False),
    )
    colours = [palette.colour("run"), palette.colour("base")]
    yours = data("yours").mark_rule(
        strokeDash=[6, 4], strokeWidth=1.5, color=palette.colour("baseline")
    )
    runs = data("runs").mark_point(filled=True, size=55, opacity=0.75)
    return template(
        alt.layer(
            yours.encode(x),
            runs.encode(
                x,
                alt.Y("below:Q", title="Below the base", axis=alt.Axis(format="%", tickCount=5)),
                alt.Color(
                    "kind:N",
                    scale=alt.Scale(domain=[*KIND_WORDS.values()], range=colours),
                    legend=alt.Legend(title=None, orient="top", symbolOpacity=1),
                ),
                tooltip=[
                    alt.Tooltip("kind:N", title="Learned from"),
                    alt.Tooltip("chars:Q", title="Characters", format=","),
                    alt.Tooltip("below:Q", title="Below the base", format=".1%"),
                    alt.Tooltip("epoch:Q", title="Stopped falling at epoch", format=".0f"),
                ],
            ),
        )
    )
