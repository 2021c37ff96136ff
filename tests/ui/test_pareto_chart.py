"""The chart of what is worth its weights, on rows made by hand."""

from __future__ import annotations

import altair as alt
import pytest

from lyricslab.ui.common.vega import Chart
from lyricslab.ui.paper import pareto_chart
from tests.support.search_rows import ROWS, row


def test_dots_bars_line_and_level() -> None:
    made = pareto_chart.chart(ROWS, dark=False)
    alt.LayerChart.from_dict(made.spec)
    choices = made.tables["choices"].to_pylist()
    assert [c["name"] for c in choices] == [
        "head only",
        "layer 2",
        "layers 0,2",
        "1.f,2.o",
        "rank 2",
    ]
    two = choices[2]
    assert (two["test"], two["sd"]) == (pytest.approx(1.53), pytest.approx(0.02))
    assert (two["low"], two["high"], two["seeds"]) == (
        pytest.approx(1.51), pytest.approx(1.55), 3,
    )  # fmt: skip
    front = made.tables["front"].to_pylist()  # by validation: rank 2 and layer 2 are beaten
    assert [point["numbers"] for point in front] == [8_320, 24_960, 91_264]
    (level,) = made.tables["references"].to_pylist()
    assert (level["y"], level["text"]) == (1.71, "base as it is 1.710")
    assert _domain(made)[0] < 1.51 and _domain(made)[1] > 1.71


def _domain(made: Chart) -> list[float]:
    return made.spec["layer"][1]["encoding"]["y"]["scale"]["domain"]


def test_a_base_far_above_does_not_press_the_dots_together() -> None:
    far = [row("zero-shot", "none", 0, 2.9, 3.0), *ROWS[1:]]
    made = pareto_chart.chart(far, dark=False)
    assert not made.tables["references"].num_rows
    assert _domain(made)[1] < 1.7


def test_no_rows_make_an_empty_chart() -> None:
    made = pareto_chart.chart([], dark=True)
    alt.LayerChart.from_dict(made.spec)
    assert not made.tables["choices"].num_rows
