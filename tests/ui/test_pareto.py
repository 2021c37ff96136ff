"""The chart of what is worth its weights, on rows made by hand."""

from __future__ import annotations

import altair as alt
import pytest

from lyricslab.lab.search.table import SearchRow
from lyricslab.ui import pareto
from lyricslab.ui.vega import Chart


def row(method: str, train: str, numbers: int, val: float, *test: float, **more: int) -> SearchRow:
    return SearchRow(
        method=method,
        train=train,
        learning_rate=0.001,
        trained_parameters=numbers,
        seeds=3,
        runs=tuple("abc"[: len(test)]),
        val=(val,) * len(test),
        test=test,
        **more,
    )


ROWS = [
    row("zero-shot", "none", 0, 1.7, 1.71),
    row("head", "none", 8_320, 1.60, 1.62, 1.64),
    row("layers", "2", 41_600, 1.55, 1.56, 1.58),
    row("layers", "0,2", 91_264, 1.50, 1.51, 1.53, 1.55),
    row("gates", "1.f,2.o", 24_960, 1.52, 1.53, 1.55),
    row("lora", "0.ih", 10_000, 1.65, 1.66, lora_rank=2),
]


def test_dots_bars_line_and_level() -> None:
    made = pareto.chart(ROWS, dark=False)
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
    made = pareto.chart(far, dark=False)
    assert not made.tables["references"].num_rows
    assert _domain(made)[1] < 1.7


def test_no_rows_make_an_empty_chart() -> None:
    made = pareto.chart([], dark=True)
    alt.LayerChart.from_dict(made.spec)
    assert not made.tables["choices"].num_rows


def test_what_it_says() -> None:
    assert pareto.in_words(ROWS) == (
        "As it is, the base comes to 1.710 nats/char on test. "
        "Of whole layers, the best on validation: layers 0,2, test 1.530 nats/char with 91,264 "
        "numbers that learn. Of parts of layers: 1.f,2.o, test 1.540 with 24,960."
    )
    fewer = [*ROWS, row("layers", "1", 20_000, 1.58, 1.61)]
    assert pareto.in_words(fewer).endswith(
        "Of whole layers with no more numbers than that: layer 1, 1.610; the parts are 4 % better."
    )
    alike = [*ROWS, row("layers", "1", 20_000, 1.58, 1.54)]
    assert pareto.in_words(alike).endswith("layer 1, 1.540; the parts are as good.")
    assert "Nothing to read yet" in pareto.in_words(ROWS[:2])
