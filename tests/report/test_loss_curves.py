"""The chart of loss curves, on curves made by hand."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Sequence
from dataclasses import replace
from random import Random
from typing import Any

import pytest

from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.curve import Curve, Reference, best_point, mean_curve, smooth
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.report.charts.loss_curves_spec import Axis
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.svg import to_svg
from lyricslab.store.rows import PointRow
from tests.support.lab import points

FALLING = [1.9, 1.8, 1.7, 1.6, 1.5]
MEMORISING = [1.9, 1.7, 1.6, 1.62, 1.65, 1.7]


def test_smooth_equals_the_weighted_mean() -> None:
    values, weight = [3.0, 1.0, 4.0, 1.0, 5.0], 0.7
    for n, got in enumerate(smooth(values, weight)):
        shares = [weight ** (n - k) for k in range(n + 1)]
        mean = sum(s * v for s, v in zip(shares, values, strict=False)) / sum(shares)
        assert got == pytest.approx(mean)
    assert smooth(values, 0.0) == values


def test_best_point_is_the_earliest_of_equals() -> None:
    best = best_point(points([1.9, 1.5, 1.7, 1.5]))
    assert best is not None
    assert best.step == 20
    assert best_point([]) is None


def spec(runs: Sequence[Curve], **options: Any) -> Chart:
    return loss_curves(runs, palette=Palette.LIGHT, **options)


def rows(made: Chart, table: str = "lines") -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = made.tables[table].to_pylist()
    return found


def marks(made: Chart, kind: str) -> list[dict[str, Any]]:
    return [layer for layer in made.spec["layer"] if layer["mark"]["type"] == kind]


@pytest.mark.parametrize(("x", "last"), [("step", 80), ("epoch", 4.0), ("time", 0.2)])
def test_curves_over_each_axis(x: Axis, last: float) -> None:
    made = spec([Curve("id", "one", points(FALLING))], x=x)
    places = {row["x"] for row in rows(made)}
    assert max(places) == pytest.approx(last)
    line = marks(made, "line")[0]
    assert line["encoding"]["x"]["scale"]["domain"] == pytest.approx([-0.008 * last, 1.012 * last])


def test_curves_reach_to_where_a_run_will_end() -> None:
    made = spec([Curve("id", "one", points(FALLING), planned_steps=200)], x="epoch")
    # 80 steps are 4 epochs, so 200 steps will be 10.
    assert marks(made, "line")[0]["encoding"]["x"]["scale"]["domain"] == pytest.approx(
        [-0.08, 10.12]
    )


def test_curves_mark_the_best_point_and_label_the_references() -> None:
    made = spec(
        [Curve("id", "one", points(MEMORISING))],
        references=[Reference("the base alone", 1.9), Reference("baseline", 1.88, "baseline")],
    )
    assert [row["text"] for row in rows(made, "best")] == ["best 1.600 at epoch 2"]
    unknown = [point._replace(epoch=0) for point in points(MEMORISING)]
    [best] = rows(spec([Curve("id", "one", unknown)]), "best")
    assert best["text"] == "best 1.600"
    # 1.88 lies so close below 1.9 that its name stands below its own line.
    assert [(row["text"], row["y"], row["dy"] > 0) for row in rows(made, "references")] == [
        ("baseline 1.880", 1.88, True),
        ("the base alone 1.900", 1.9, False),
    ]
    assert [layer["data"]["name"] for layer in marks(made, "rule")] == ["references"]


def test_curves_of_several_runs_have_a_colour_each() -> None:
    runs = [Curve("a", "first", points(FALLING)), Curve("b", "second", points(MEMORISING), "base")]
    made = spec(runs, show=["validation"])
    scale = marks(made, "line")[0]["encoding"]["color"]["scale"]
    assert scale["domain"] == ["first", "second"]
    assert scale["range"][1] == "#3f6790"
    assert len(set(scale["range"])) == 2
    assert {row["line"] for row in rows(made)} == {"validation"}


def test_validation_is_never_smoothed() -> None:
    made = spec([Curve("id", "one", points(MEMORISING, [None, 2, 1, 2, 1, 2]))], smoothing=0.9)
    drawn = [row for row in rows(made) if row["line"] == "validation"]
    assert [row["y"] for row in drawn] == [row["raw"] for row in drawn] == MEMORISING
    evened = [row for row in rows(made) if row["line"] == "train"]
    assert any(row["y"] != row["raw"] for row in evened)


def test_curves_on_logarithmic_axes_keep_step_0() -> None:
    made = spec([Curve("id", "one", points(FALLING))], log=("x", "y"))
    encoding = marks(made, "line")[0]["encoding"]
    assert encoding["x"]["scale"]["type"] == "symlog"
    assert encoding["x"]["axis"]["values"] == [0, 10]
    assert encoding["y"]["scale"]["type"] == "log"
    assert encoding["y"]["scale"]["domain"][0] > 0


def test_focused_curves_cut_off_a_steep_first_fall() -> None:
    steep = [4.85, 2.0, *[1.9 - 0.01 * k for k in range(20)]]
    runs = [Curve("a", "tuned", points([1.8] * 22)), Curve("b", "scratch", points(steep))]
    top = marks(spec(runs, focus=True), "line")[0]["encoding"]["y"]["scale"]["domain"][1]
    assert 1.8 < top < 2.2
    assert marks(spec(runs), "line")[0]["encoding"]["y"]["scale"]["domain"][1] > 4.85


def test_focused_curves_keep_a_gentle_first_fall() -> None:
    gentle = [1.528, 1.5, 1.46, *[1.44, 1.43, 1.42, 1.41, 1.4]]
    made = spec([Curve("a", "tuned", points(gentle))], focus=True)
    assert marks(made, "line")[0]["encoding"]["y"]["scale"]["domain"][1] > 1.528


def test_the_legend_names_only_lines_that_are_drawn() -> None:
    run = [Curve("a", "tuned", points(FALLING, [None, 1.9, 1.8, 1.7, 1.6]))]
    both = marks(spec(run), "line")[0]["encoding"]["color"]
    assert both["legend"]["values"] == ["train", "validation"]
    one = marks(spec(run, show=["validation"]), "line")[0]["encoding"]["color"]
    assert one["legend"]["values"] == ["validation"]
    assert one["scale"] == both["scale"]  # and a line's colour is its own, whatever is shown


def test_a_run_without_points_has_a_chart() -> None:
    made = spec([Curve("id", "one", [])])
    low, high = marks(made, "line")[0]["encoding"]["y"]["scale"]["domain"]
    assert math.isfinite(low)
    assert low < high


def test_tooltips_have_both_units() -> None:
    made = spec([Curve("id", "one", points(FALLING))])
    dots = next(m for m in marks(made, "point") if "tooltip" in m["encoding"])
    assert {"nats/char", "bits/char"} <= {t["title"] for t in dots["encoding"]["tooltip"]}
    calculated = {t["as"]: t["calculate"] for t in dots["transform"]}
    assert calculated["bits"] == "datum.raw * 1.442695"


def run_that_grows(count: int) -> Curve:
    """Return the first points of a run of 200 steps."""
    return Curve("id", "one", points([2.0 - 0.01 * k for k in range(count)]), planned_steps=200)


def test_new_points_leave_the_specification_unchanged() -> None:
    """Otherwise the browser would redraw the chart at every tick, and lose its zoom."""
    levels = [Reference("the base alone", 2.0), Reference("baseline", 1.6, "baseline")]
    before, after = (spec([run_that_grows(n)], references=levels) for n in (6, 7))
    assert json.dumps(before.spec) == json.dumps(after.spec)
    assert len(rows(after)) == len(rows(before)) + 2
    assert rows(before, "references") == rows(after, "references")
    assert rows(before, "best") != rows(after, "best")


@pytest.mark.parametrize("x", ["epoch", "time"])
def test_the_axis_holds_still_while_the_pace_changes(x: Axis) -> None:
    def end(pace: float) -> float:
        seen = [PointRow(20 * k, pace * k, 3.0 * pace * k, 2.0, 2.0) for k in range(5)]
        made = spec([Curve("id", "one", seen, planned_steps=400)], x=x)
        return float(marks(made, "line")[0]["encoding"]["x"]["scale"]["domain"][1])

    # 400 steps are 20 times the pace in epochs, and once in minutes; a little air at the end.
    assert end(1.0) == pytest.approx({"epoch": 20.0, "time": 1.0}[x] * 1.012)
    assert end(0.97) == end(0.965) == pytest.approx({"epoch": 19.5, "time": 0.98}[x] * 1.012)


def test_the_loss_axis_ends_in_round_numbers() -> None:
    for seed in range(40):
        drawn = Random(seed)
        base, span = drawn.uniform(0.2, 4.5), 10 ** drawn.uniform(-3, 0.5)
        vals = [base + drawn.uniform(0, span) for _ in range(9)]
        low, high = marks(spec([Curve("id", "one", points(vals))]), "line")[0]["encoding"]["y"][
            "scale"
        ]["domain"]
        assert 0 <= low < min(vals)
        assert high > max(vals)
        assert high - low < 1.6 * (max(vals) - min(vals)) + 0.1  # and not far beyond
        units = [unit * 10**power for power in range(-6, 1) for unit in (1, 2, 5)]
        coarse = [unit for unit in units if unit > (high - low) / 60]
        assert any(
            all(abs(end / unit - round(end / unit)) < 1e-6 for end in (low, high))
            for unit in coarse
        )


def test_only_few_runs_have_their_best_value_written() -> None:
    runs = [Curve(f"r{k}", f"run {k}", points([1.9, 1.5 + k / 10, 1.8])) for k in range(5)]
    assert [row["text"] for row in rows(spec(runs[:2]), "best")] == ["1.500", "1.600"]
    assert {row["text"] for row in rows(spec(runs), "best")} == {""}
    assert len(rows(spec(runs), "best")) == 5
    assert rows(spec(runs, show=["train"]), "best") == []


def test_a_mean_is_that_of_the_steps_that_all_runs_have() -> None:
    seeds = [
        Curve("a", "seed 0", points([2.0, 1.0, 1.5])),
        Curve("b", "seed 1", points([2.0, 2.0])),
    ]
    mean = mean_curve(seeds, "both")
    assert [(point.step, point.val_loss) for point in mean.points] == [(0, 2.0), (20, 1.5)]
    made = spec([mean, seeds[0]])
    # Two values that lie 1 apart have a standard deviation of the root of a half.
    assert [(row["run"], row["x"], row["high"] - row["low"]) for row in rows(made, "bands")] == [
        ("both", 0, 0),
        ("both", 20, pytest.approx(2 * math.sqrt(0.5))),
    ]
    assert len(marks(made, "area")) == 1
    assert not marks(spec(seeds), "area")


def test_curves_over_the_characters_that_were_read() -> None:
    known = replace(Curve("a", "one", points(FALLING)), train_chars=700)
    made = spec([known, replace(known, name="two", train_chars=70)], x="chars")
    ends = {row["run"]: row["x"] for row in rows(made)}
    assert ends == {"one": 4 * 700, "two": 4 * 70}


def test_a_run_that_is_pointed_at_stands_out_of_several() -> None:
    runs = [Curve("a", "first", points(FALLING)), Curve("b", "second", points(MEMORISING))]
    opacity = marks(spec(runs), "line")[0]["encoding"]["opacity"]
    assert opacity["condition"]["test"] == "!lit_run || datum.run === lit_run"
    [lit] = [param for param in spec(runs).spec["params"] if param["name"] == "lit"]
    assert lit["bind"]["run"] == {"element": "body", "event": "lyricslab-run"}
    assert "lit" not in {param["name"] for param in spec(runs[:1]).spec["params"]}


def test_every_mark_that_a_screen_reader_meets_has_words() -> None:
    runs = [Curve("a", "first", points(FALLING)), Curve("b", "second", points(MEMORISING))]
    drawn = to_svg(spec(runs, references=[Reference("the base alone", 1.9)]))
    symbols = re.findall(r'<[^>]*role="(?:graphics-symbol|img)"[^>]*>', drawn)
    assert symbols
    assert all(re.search(r'aria-label="[^"]', symbol) for symbol in symbols)
