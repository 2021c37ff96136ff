"""Runs as lines: which are drawn, and where they cross the axes."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from lyricslab.report.charts.palette import Palette
from lyricslab.ui.compare.parallel_runs import figure
from tests.support.lab import Lab


def test_a_line_crosses_each_axis_at_its_runs_value(tmp_path: Path) -> None:
    lab = Lab(tmp_path)
    corpus = lab.corpus()
    lab.base("songs")
    runs = [
        lab.run(corpus, "top", trainable="2", test=1.5),
        replace(lab.run(corpus, "as it is", test=1.7), kind="zero-shot"),
        lab.run(corpus, "scratch", base=None, trainable="all", test=1.9),
    ]
    (lines,) = figure(runs, Palette.DARK).data
    axes = {axis.label: axis for axis in lines.dimensions}
    assert list(lines.line.color) == list(axes["Test"]["values"]) == [1.5, 1.7, 1.9]
    layers = axes["Layers learned"]
    named = [layers.ticktext[int(value)] for value in layers["values"]]
    assert named == ["layer 2", "none, as it is", "all, from nothing"]
    learned = axes["Trained parameters"]
    assert learned["values"][1] == min(learned["values"]) == learned.tickvals[0]
    assert learned.ticktext[0] == "none"
    assert list(learned.tickvals) == pytest.approx(sorted(learned.tickvals))
    assert all(len(set(axis["values"])) > 1 for axis in lines.dimensions)
