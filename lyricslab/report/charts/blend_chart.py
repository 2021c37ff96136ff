"""The loss on validation of every blend of a base with what a run trained."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import altair as alt

from lyricslab.report.charts.chart import Chart, Spec, data, fill, haloed, slot, table, template
from lyricslab.report.charts.palette import Palette

HEIGHT = 240
NETWORKS = {"best": "best step", "average": "average of the steps", "last": "last step"}
"""What is blended with the base, by the names of a run's result."""


class _Row(NamedTuple):
    """One blend."""

    network: str
    strength: float
    loss: float


class _Mark(NamedTuple):
    """The blend with the lowest loss."""

    strength: float
    loss: float
    text: str


def blend_chart(
    curves: Mapping[str, Sequence[Sequence[float]]], strength: float, loss: float, palette: Palette
) -> Chart:
    """Return a line for each network that was blended with the base, and the blend chosen.

    Args:
        curves: (strength, loss) of some blends, by a name in NETWORKS; strength 0 is the base, 1
            the trained network, and losses are nats/char.
        strength, loss: of the blend with the lowest loss.
    """
    rows = [
        _Row(NETWORKS[name], float(at), float(value))
        for name in NETWORKS
        for at, value in curves.get(name, ())
    ]
    shown = [label for name, label in NETWORKS.items() if curves.get(name)]
    losses = [row.loss for row in rows] or [loss]
    room = max(0.02, 0.1 * (max(losses) - min(losses)))
    colours = dict(zip(NETWORKS.values(), ("run", "test", "train"), strict=True))
    return fill(
        _template(palette),
        {
            "blends": table(rows, _Row),
            "chosen": table([_Mark(strength, loss, f"best: {loss:.3f}")], _Mark),
        },
        HEIGHT,
        names=shown,
        colours=[palette.colour(colours[label]) for label in shown],
        y_domain=[min(losses) - room, max(losses) + room],
    )


@lru_cache
def _template(palette: Palette) -> Spec:
    x = alt.X(
        "strength:Q",
        title="strength: 0 is the base, 1 is all that it learned",
        scale=alt.Scale(zero=True, nice=False, padding=8),
        axis=alt.Axis(values=[0, 0.25, 0.5, 0.75, 1], format=".2~f"),
    )
    y = alt.Y(
        "loss:Q",
        title="validation, nats/char",
        scale=alt.Scale(domain=slot("y_domain"), nice=False),
        axis=alt.Axis(tickCount=4),
    )
    names = alt.Color(
        "network:N",
        scale=alt.Scale(domain=slot("names"), range=slot("colours")),
        legend=alt.Legend(title=None, orient="top", symbolType="stroke"),
    )
    tooltip = [
        alt.Tooltip("network:N", title="Blended"),
        alt.Tooltip("strength:Q", title="Strength", format=".2f"),
        alt.Tooltip("loss:Q", title="Validation", format=".3f"),
    ]
    blends = data("blends").encode(x, y, names)
    chosen = data("chosen").encode(x, y)
    ink = palette.colour("run")
    return template(
        alt.layer(
            blends.mark_line(strokeWidth=2),
            blends.mark_point(filled=True, size=34, opacity=1).encode(tooltip=tooltip),
            chosen.mark_point(filled=True, size=110, color=ink, opacity=1).encode(
                description="text:N"
            ),
            *haloed(chosen, palette, color=ink, dy=16),
        )
    )
