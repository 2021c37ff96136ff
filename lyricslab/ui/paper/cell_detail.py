"""One cell of a sweep in detail: its runs, their curves, what the best of them writes."""

from __future__ import annotations

from collections.abc import Mapping

import streamlit as st

from lyricslab.errors import CheckpointError, NotFoundError
from lyricslab.experiments.sweep_results import CellResult, SeedResult, SweepTable
from lyricslab.report import samples
from lyricslab.report.charts.curve import Curve
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.report.charts.loss_curves_spec import Line
from lyricslab.report.content import BaseTable, label_of
from lyricslab.report.sweep_record import Looks
from lyricslab.store.rows import PointRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.run_status import STATUS_WORDS
from lyricslab.ui.paper import cached_experiments
from lyricslab.ui.paper.book_table import Cell, Group, Row, book_table
from lyricslab.ui.paper.cached_experiments import ShownSweep
from lyricslab.wording import duration, epoch, plain, plural

SAMPLE_LINES = 17
"""The beginning of what it writes, beside its curve."""
CHOSEN = "paper_cell"
"""Session key: the selected cell."""


def choose(key: str) -> None:
    """Select another cell."""
    st.session_state[CHOSEN] = key


def chosen(found: SweepTable) -> str:
    """Return the key of the selected cell; at first the best of the last base."""
    if st.session_state.get(CHOSEN) not in {cell.cell.key for cell in found.cells}:
        st.session_state[CHOSEN] = _first(found).cell.key
    return str(st.session_state[CHOSEN])


def look(store: Store, shown: ShownSweep) -> None:
    """Ask for a cell; show its runs, curves and a sample."""
    found = shown.table
    chosen(found)
    by_key = {cell.cell.key: cell for cell in [*_of_bases(found), *found.baselines]}
    key = st.selectbox(
        "Look at",
        list(by_key),
        format_func=lambda key: name_of(found, by_key[key]),
        key=CHOSEN,
        width=420,
        label_visibility="collapsed",
    )
    cell = by_key[key]
    st.text(trained_with(cell))
    if said := compared(cell, cached_experiments.tables(store, found)):
        st.text(said)
    left, right = st.columns([7, 5], gap="medium")
    with left:
        _seeds(cell)
        _curves(cached_experiments.curves(store, shown, cell))
        if shown.row is not None:
            _links(cell)
    with right:
        _sample(store, shown, cell)


def name_of(found: SweepTable, cell: CellResult) -> str:
    """Return a cell's name: "Songs, small: layers 0 and 2"."""
    label = label_of(cell.cell)
    if cell.cell.base is None:
        return label.capitalize()
    return f"{found.title(cell.cell.base)}: {label}"


def trained_with(cell: CellResult) -> str:
    """Return a cell's network and settings, as a sentence."""
    if cell.cell.kind != "zero-shot" and not any(seed.run_id for seed in cell.seeds):
        return "What it is trained with is still being sought: its runs begin after that."
    layers = plural(cell.model.num_layers, "layer")
    size = f"{layers} of {cell.model.hidden_size} units"
    if cell.cell.kind == "zero-shot":
        return f"{size}, judged as it is: it has read none of the songs."
    dropout = f", {cell.dropout_name}" if cell.dropout_name else ""
    return f"{size}; learning rate {cell.learning_rate:g}, batches of {cell.batch_size}{dropout}."


def compared(cell: CellResult, tables: tuple[BaseTable, ...]) -> str:
    """Return a cell's test loss beside the baseline's, with its interval; empty if not known."""
    lines = (line for table in tables for line in table.lines if line.key == cell.cell.key)
    ratio = next((line.ratio for line in lines), None)
    if ratio is None or ratio.low == ratio.high:
        return ""
    said = (
        f"On the test songs {ratio.value:.3f} of the baseline's loss; with other songs and seeds "
        f"it would be {ratio.low:.3f} to {ratio.high:.3f} (95 %)"
    )
    if ratio.low <= 1 <= ratio.high:
        return f"{said}: too few songs to tell which is better."
    return f"{said}."


def _of_bases(found: SweepTable) -> list[CellResult]:
    return [cell for cell in found.cells if cell.cell.base is not None]


def _first(found: SweepTable) -> CellResult:
    """Return what is worth looking at first: a tuned base that is done, rather than none."""
    of_bases = _of_bases(found) or list(found.cells)
    best = [found.best(base.name, "subset") for base in reversed(found.plan.bases)]
    known = [cell for cell in best if cell is not None]
    done = [cell for cell in of_bases if cell.done]
    return next(iter([*known, *done, *of_bases]))


def _seeds(cell: CellResult) -> None:
    if not any(seed.run_id for seed in cell.seeds):
        return
    padded = any(_knows_silence(seed) for seed in cell.done)
    groups = [Group("nats/char", ("val", "test")), Group("training", ("best epoch", "time"))]
    if padded:
        groups.insert(1, Group("padded", ("val", "test")))
    rows = [Row(f"seed {seed.seed}", _cells(seed, padded)) for seed in cell.seeds]
    book_table("Runs of this way of training", "", groups, rows, key="paper_seeds")


def _knows_silence(seed: SeedResult) -> bool:
    """Return whether its padded loss tells of songs; see `Line.knows_silence`."""
    return bool(seed.test_padded_loss and seed.test and seed.test_padded_loss < seed.test)


def _cells(seed: SeedResult, padded: bool) -> tuple[Cell, ...]:
    if not seed.done:
        said = STATUS_WORDS[seed.status] if seed.status else "to come"
        return (Cell(said), *[Cell("–")] * (5 if padded else 3))
    losses = [seed.val, seed.test]
    if padded:
        knows = _knows_silence(seed)
        losses += [seed.val_padded_loss, seed.test_padded_loss] if knows else [None, None]
    return (
        *(Cell(plain(loss)) for loss in losses),
        Cell("–" if seed.best_epoch is None else epoch(seed.best_epoch)),
        Cell("–" if not seed.seconds else duration(seed.seconds)),
    )


def _curves(by_seed: Mapping[int, Looks]) -> None:
    colours = theme.shown().runs(len(by_seed))
    drawn = [
        Curve(
            f"seed {seed}",
            f"seed {seed}",
            [PointRow(k, at, 0.0, None, loss) for k, (at, loss) in enumerate(curve)],
            colour,
        )
        for (seed, curve), colour in zip(by_seed.items(), colours, strict=True)
        if len(curve) > 1
    ]
    if not drawn:
        return
    lines: tuple[Line] = ("validation",)
    chart = loss_curves(drawn, palette=theme.shown(), x="epoch", show=lines, focus=True)
    draw_chart(chart, "paper_curves", f"Validation curves of {len(drawn)} seeds")


def _links(cell: CellResult) -> None:
    with st.container(horizontal=True, gap="small"):
        for seed in [seed for seed in cell.seeds if seed.run_id is not None][:8]:
            label = f"Run of seed {seed.seed}"
            navigation.link("run", label, icon=":material/show_chart:", run=seed.run_id)


def _sample(store: Store, shown: ShownSweep, cell: CellResult) -> None:
    if not cell.done:
        st.caption("It writes something here as soon as one of its runs is done.")
        return
    seed = cell.best_seed.seed
    st.markdown(f"**It writes** (seed {seed}, temperature {samples.TEMPERATURE})")
    try:
        text = cached_experiments.song(store, shown, cell)
    except (CheckpointError, NotFoundError):
        st.caption("Its network is not here any more, so it cannot write.")
        return
    with st.container(border=True):
        st.text("\n".join(text.split("\n")[:SAMPLE_LINES]))
