"""Every chart but the loss curves: what it draws, and that Vega-Lite understands it."""

from __future__ import annotations

import json
import re
from dataclasses import replace

import altair as alt
import pytest
from jsonschema.exceptions import ValidationError

from lyricslab.analysis.expectation import measured
from lyricslab.english.statistics import Bin
from lyricslab.report.charts.blend_chart import blend_chart
from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.curve import Curve, Reference
from lyricslab.report.charts.heatmap_chart import fields, heatmap_chart, shade
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.report.charts.measured_runs_chart import measured_runs_chart
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.pareto_chart import pareto_chart
from lyricslab.report.charts.ratio_chart import ratio_chart
from lyricslab.report.charts.song_lengths_chart import song_lengths_chart
from lyricslab.report.charts.svg import to_svg
from lyricslab.report.content import base_tables
from tests.support.lab import points
from tests.support.search_rows import PARTS, ROWS, row
from tests.support.sweep_table import made_up_table

TABLES = base_tables(made_up_table(seeds=2, songs=5))
BINS = [Bin(10, 19, 3), Bin(20, 29, 0), Bin(30, None, 2)]
DARK = Palette.DARK


def curves(count: int, *log: str) -> Chart:
    runs = [Curve(f"r{k}", f"run {k}", points([1.9, 1.7, 1.6, 1.62])) for k in range(count)]
    marks = [Reference("baseline", 1.87)]
    return loss_curves(runs, palette=DARK, x="time", log=log, smoothing=0.5, references=marks)


BLENDS = {"best": [(0.0, 1.5), (0.8, 1.4), (1.0, 1.41)], "last": [(0.8, 1.39), (1.2, 1.45)]}

CHARTS = {
    "blends": blend_chart(BLENDS, 0.8, 1.39, DARK),
    "one run": curves(1),
    "some runs": curves(3, "x", "y"),
    "heat map": heatmap_chart(TABLES, DARK),
    "ratios": ratio_chart(TABLES, DARK),
    "pareto": pareto_chart(ROWS, DARK, named=True),
    "nothing found yet": pareto_chart([], DARK),
    "our runs": measured_runs_chart(measured(), 50_000, DARK),
    "song lengths": song_lengths_chart(BINS, DARK),
}


@pytest.mark.parametrize("name", CHARTS)
def test_charts_are_valid_and_their_tables_complete(name: str) -> None:
    chart = CHARTS[name]
    assert chart is not None
    assert "slot:" not in json.dumps(chart.spec)
    alt.LayerChart.from_dict(chart.spec)  # Altair knows the schema
    for layer in chart.spec["layer"]:
        text = json.dumps(layer)
        used = set(re.findall(r'"field": "(\w+)"', text)) | set(re.findall(r"datum\.(\w+)", text))
        computed = {transform.get("as") for transform in layer.get("transform", ())} | {"label"}
        assert used - computed <= set(
            chart.tables[(layer.get("data") or chart.spec["data"])["name"]].column_names
        )
    with pytest.raises(ValidationError):
        alt.LayerChart.from_dict(chart.spec | {"layer": [{"mark": "scribble"}]})


# ---- the heat map and the ratios


def test_the_heat_map_has_a_field_for_each_cell() -> None:
    drawn = fields(TABLES)
    cells = [line for table in TABLES for line in table.lines if line.kind != "baseline"]
    assert [field.line for field in drawn] == cells
    assert len({(field.row, field.column) for field in drawn}) == len(cells)
    best = min(drawn, key=lambda field: 9 if field.behind is None else field.behind)
    assert best.shade == 1
    assert best.loss == f"{best.line.test.mean:.3f}" if best.line.test else False


def test_shades_are_centred_on_the_best_and_show_small_differences() -> None:
    shades = [shade(behind, 0.3, 0.002) for behind in (0, 0.001, 0.01, 0.1, 0.3)]
    assert shades[0] == 1 and shades[-1] == pytest.approx(0)
    assert shades == sorted(shades, reverse=True)
    assert shades[0] - shades[2] > 0.25  # a hundredth beside three tenths
    assert shade(0.0, 0.0, 0.002) == 1  # a lone field is the best
    assert shade(0.001, 0.001, 0.01) > 0.9  # within the spread nothing looks far apart


def test_each_ratio_has_its_interval_and_the_papers() -> None:
    drawn = ratio_chart(TABLES, DARK)
    assert drawn is not None
    rows = drawn.tables["ratios"].to_pylist()
    lines = [line for table in TABLES for line in table.lines if line.kind != "baseline"]
    assert [row["ratio"] for row in rows] == [line.ratio.value for line in lines if line.ratio]
    assert all(row["low"] <= row["ratio"] <= row["high"] for row in rows)
    assert sum(row["paper"] is not None for row in rows) == 12
    assert ratio_chart([replace(table, lines=()) for table in TABLES], DARK) is None


# ---- the search


def test_dots_bars_line_and_level() -> None:
    chart = pareto_chart(ROWS, DARK)
    choices = {choice["name"]: choice for choice in chart.tables["choices"].to_pylist()}
    assert list(choices) == ["head only", "layer 2", "layers 0 and 2", PARTS, "rank 2"]
    layers = choices["layers 0 and 2"]
    assert (layers["test"], layers["sd"]) == (pytest.approx(1.53), pytest.approx(0.02))
    assert (layers["low"], layers["high"]) == (pytest.approx(1.51), pytest.approx(1.55))
    unbeaten = chart.tables["front"].to_pylist()  # by validation: rank 2 and layer 2 are beaten
    assert [choice["numbers"] for choice in unbeaten] == [8_320, 24_960, 91_264]
    (level,) = chart.tables["references"].to_pylist()
    assert (level["y"], level["text"]) == (1.71, "base as it is 1.710")
    low, high = loss_axis(chart)
    assert low < 1.51 and high > 1.71


def test_a_base_far_above_leaves_room_for_the_dots() -> None:
    chart = pareto_chart([row("zero-shot", "none", 0, 2.9, 3.0), *ROWS[1:]], DARK)
    assert not chart.tables["references"].num_rows
    assert loss_axis(chart)[1] < 1.7


def loss_axis(chart: Chart) -> list[float]:
    domain: list[float] = chart.spec["layer"][1]["encoding"]["y"]["scale"]["domain"]
    return domain


def test_names_cover_neither_dots_nor_each_other() -> None:
    crowd = [row("gates", f"{k}.f", 20_000 + 90 * k, 1.5 - k / 100, 1.5) for k in range(8)]
    apart = row("layers", "2", 90_000, 1.2, 1.3)
    labels = pareto_chart([*crowd, apart], DARK, named=True).tables["labels"].to_pylist()
    assert 1 < len(labels) < 9  # a name without room is left out
    assert "layer 2" in [label["text"] for label in labels]


# ---- the rest


def test_song_lengths_are_counted() -> None:
    assert CHARTS["song lengths"].tables["bins"].to_pydict() == {
        "lines": ["10\u201319", "20\u201329", "30+"],
        "songs": [3, 0, 2],
        "shown": ["3", "", "2"],
    }


def test_our_runs_from_the_base_of_songs_are_drawn() -> None:
    rows = {name: table.num_rows for name, table in CHARTS["our runs"].tables.items()}
    assert rows == {"yours": 1, "runs": sum(run.base == "songs" for run in measured())}


def test_an_svg_keeps_its_texts_and_refers_to_nothing() -> None:
    hostile = '</svg><script>alert(1)</script>"&'
    drawn = to_svg(song_lengths_chart([Bin(1, 1, 3)], Palette.PRINT))
    assert drawn.startswith("<svg") and ">Lines</text>" in drawn
    tables = [replace(table, base=hostile) for table in TABLES]
    drawn = to_svg(heatmap_chart(tables, Palette.PRINT))
    assert "<script" not in drawn and drawn.count("</svg>") == 1
    assert not re.search(r"(href|src)=|url\(|@import|<image|<use", drawn)
