"""Every finished run as a line across what was chosen for it and how well it did."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import streamlit as st

from lyricslab.library.bases import base_titles
from lyricslab.report.charts.palette import Palette
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import services, theme
from lyricslab.ui.compare.table_rows import layers_learned, trained_parameters
from lyricslab.wording import plural, round_numbers

if TYPE_CHECKING:
    from plotly.graph_objects import Figure

HEIGHT_PX = 360
LABEL_PX = 18
MARGIN_PX = 84
"""Above and below the axes, where their names are."""
MAX_LABEL_CHARS = 18
_WIDE = """<style>
.st-key-{key}_pane {{ overflow-x: auto; }}
.st-key-{key}_pane .st-key-{key} {{ min-width: 54rem; }}
</style>"""
"""On a narrow screen the axes keep their distances, and scroll."""


def parallel_runs(runs: Sequence[RunRow], key: str) -> None:
    """Draw a line for each finished run with a test loss; say so where there are too few."""
    finished = [run for run in runs if run.status == "done" and run.test is not None]
    if len(finished) < 2:
        st.caption("Here is a line for each run, once two have finished.")
        return
    st.html(_WIDE.format(key=key))
    with st.container(key=f"{key}_pane"):
        st.plotly_chart(
            figure(finished, theme.shown(), base_titles(services.home())),
            key=key,
            theme=None,
            config={"displayModeBar": False},
            alt=f"{plural(len(finished), 'finished run')} as lines: settings, losses and times",
        )
    st.caption(
        "A line is a run; follow one from its settings to its losses. The warmer its colour, the "
        "lower its test loss. Drag along an axis to see only the runs that pass there, click the "
        "axis to see all again, and drag an axis by its name to move it. On a narrow screen it "
        "scrolls sideways."
    )


def figure(
    runs: Sequence[RunRow], palette: Palette, titles: Mapping[str, str] | None = None
) -> Figure:
    """Return the parallel coordinates of finished runs; an axis needs at least two values.

    Args:
        titles: what each base is called, by its name.
    """
    from plotly import graph_objects as go  # slow to import, and most pages draw no such chart

    axes = [
        _words("Base", runs, lambda run: (titles or {}).get(run.base or "", run.base or "none")),
        _words("Layers learned", runs, layers_learned),
        _logarithmic("Trained parameters", runs, trained_parameters),
        _logarithmic("Learning rate", runs, _learning_rate),
        _linear("Best epoch", runs, lambda run: round(run.best_epoch or 0.0, 1)),
        _linear("Validation", runs, lambda run: run.best_val or 0.0, ".3f"),
        _linear("Test", runs, lambda run: run.test or 0.0, ".3f"),
        _linear("Minutes", runs, lambda run: round(run.seconds / 60, 2)),
    ]
    labels = max(len(axis.get("ticktext", ())) for axis in axes)
    lines = go.Parcoords(
        dimensions=[axis for axis in axes if len(set(axis["values"])) > 1],
        line={
            "color": [run.test for run in runs],  # the last axes say which colour is which loss
            "colorscale": [[0, palette.colour("run")], [1, palette.colour("base")]],
        },
        unselected={"line": {"color": palette.line, "opacity": 0.3}},
        labelfont={"size": 13},
        tickfont={"size": 12, "shadow": f"0 0 3px {palette.page}, 0 0 6px {palette.page}"},
        rangefont={"color": "rgba(0,0,0,0)"},  # the ends of the axes would lie on the ticks
    )
    font = {"family": '"Source Sans", sans-serif', "size": 13, "color": palette.text}
    layout = {
        "height": max(HEIGHT_PX, LABEL_PX * labels + MARGIN_PX),
        "margin": {"l": 116, "r": 44, "t": 56, "b": 28},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "font": font,
    }
    return go.Figure(lines, layout)


def _linear(
    label: str, runs: Sequence[RunRow], value_of: Callable[[RunRow], float], form: str = "~g"
) -> dict[str, Any]:
    return {"label": label, "values": [value_of(run) for run in runs], "tickformat": form}


def _logarithmic(
    label: str, runs: Sequence[RunRow], value_of: Callable[[RunRow], float | None]
) -> dict[str, Any]:
    """An axis of powers of ten; a run without a value, trained not at all, is at its lower end."""
    values = [value_of(run) for run in runs]
    known = [value for value in values if value] or [1.0]
    low, high = min(known), max(known)
    none = low / 3 if len(known) < len(values) else low
    ticks = round_numbers(low, high)
    if high / low > 100:
        ticks = [tick for tick in ticks if f"{tick:e}".startswith("1")]
    ticks = sorted({low, high}) if len(ticks) < 2 else ticks
    texts = [f"{tick:,g}" if tick < 1 else f"{tick:,.0f}" for tick in ticks]
    if none < low:
        ticks, texts = [none, *ticks], ["none", *texts]
    return {
        "label": label,
        "values": [math.log10(value or none) for value in values],
        "tickvals": [math.log10(tick) for tick in ticks],
        "ticktext": texts,
    }


def _words(label: str, runs: Sequence[RunRow], value_of: Callable[[RunRow], str]) -> dict[str, Any]:
    """An axis of names, those with the fewest trained parameters lowest."""
    parameters = {value_of(run): trained_parameters(run) for run in runs}
    names = sorted(parameters, key=lambda name: (parameters[name], name))
    return {
        "label": label,
        "values": [names.index(value_of(run)) for run in runs],
        "tickvals": list(range(len(names))),
        "ticktext": [_short(name) for name in names],
    }


def _short(name: str) -> str:
    return name if len(name) <= MAX_LABEL_CHARS else f"{name[: MAX_LABEL_CHARS - 1]}…"


def _learning_rate(run: RunRow) -> float | None:
    return None if run.kind == "zero-shot" else run.config.settings.learning_rate
