"""One cell of a sweep in detail: its runs, their curves, what the best of them writes."""

from __future__ import annotations

from functools import lru_cache

import streamlit as st

from lyricslab.errors import CheckpointError, NotFoundError
from lyricslab.experiments.sweep_results import CellResult, SeedResult, SweepTable
from lyricslab.library.networks import load_run_network
from lyricslab.report import samples
from lyricslab.report.charts.curve import curve_of, renamed
from lyricslab.report.charts.loss_curves import loss_curves
from lyricslab.report.charts.loss_curves_spec import Line
from lyricslab.report.content import BASELINE_LABELS, label_of
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common import navigation, run_list, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.run_status import STATUS_WORDS
from lyricslab.ui.paper.book_table import Cell, Group, Row, book_table
from lyricslab.wording import duration, epoch, plural

CHOSEN = "paper_cell"
"""Session key: the selected cell."""


def choose(key: str) -> None:
    """Select another cell."""
    st.session_state[CHOSEN] = key


def look(store: Store, found: SweepTable) -> None:
    """Ask for a cell; show its runs, curves and a sample."""
    by_key = {cell.cell.key: cell for cell in found.cells}
    if st.session_state.get(CHOSEN) not in by_key:
        st.session_state[CHOSEN] = _first(found)
    key = st.selectbox(
        "Look at",
        list(by_key),
        format_func=lambda key: name_of(found, by_key[key]),
        key=CHOSEN,
        width=420,
        help="Or click a field above.",
    )
    cell = by_key[key]
    st.text(trained_with(cell))
    rows = _rows(store, cell)
    left, right = st.columns([7, 5], gap="medium")
    with left:
        _seeds(cell)
        _curves(store, rows)
        _links(rows)
    with right:
        _sample(store, cell)


def name_of(found: SweepTable, cell: CellResult) -> str:
    """Return a cell's name: "Songs: layers 0 and 2 retrained"."""
    kind = cell.cell.kind
    if kind == "baseline":
        return BASELINE_LABELS[cell.cell.search].capitalize()
    learned = f"{label_of(kind, cell.cell.trainable)} retrained"
    title = found.title(cell.cell.base or "")
    return f"{title}: {'as it is' if kind == 'zero-shot' else learned}"


def trained_with(cell: CellResult) -> str:
    """Return a cell's network and settings, as a sentence."""
    if cell.cell.kind != "zero-shot" and not any(seed.run_id for seed in cell.seeds):
        return "What it is trained with is still being sought: its runs begin after that."
    layers = plural(cell.model.num_layers, "layer")
    size = f"{layers} of {cell.model.hidden_size} units"
    if cell.cell.kind == "zero-shot":
        return f"{size}, judged as it is: it has read none of your songs."
    dropout = f", {cell.dropout_name}" if cell.dropout_name else ""
    return f"{size}; learning rate {cell.learning_rate:g}, batches of {cell.batch_size}{dropout}."


def _first(found: SweepTable) -> str:
    best = [found.best(base.name, "subset") for base in reversed(found.plan.bases)]
    return next((cell.cell.key for cell in best if cell is not None), found.cells[0].cell.key)


def _rows(store: Store, cell: CellResult) -> dict[int, RunRow]:
    """Return the existing runs, by seed."""
    found = {}
    for seed in cell.seeds:
        if seed.run_id is not None:
            try:
                found[seed.seed] = store.run(seed.run_id)
            except NotFoundError:
                continue
    return found


def _seeds(cell: CellResult) -> None:
    if not any(seed.run_id for seed in cell.seeds):
        return
    groups = (
        Group("nats/char", ("val", "test")),
        Group("padded", ("val", "test")),
        Group("training", ("best epoch", "time")),
    )
    rows = [Row(f"seed {seed.seed}", _cells(seed)) for seed in cell.seeds]
    book_table("Runs of this way of training", "", groups, rows, key="paper_seeds")


def _cells(seed: SeedResult) -> tuple[Cell, ...]:
    if not seed.done:
        said = STATUS_WORDS[seed.status] if seed.status else "to come"
        return (Cell(said), *[Cell("–")] * 5)
    losses = (seed.val, seed.test, seed.val_padded_loss, seed.test_padded_loss)
    return (
        *(Cell("–" if loss is None else f"{loss:.3f}") for loss in losses),
        Cell("–" if seed.best_epoch is None else epoch(seed.best_epoch)),
        Cell("–" if not seed.seconds else duration(seed.seconds)),
    )


def _curves(store: Store, rows: dict[int, RunRow]) -> None:
    colours = theme.shown().runs(len(rows))
    drawn = []
    for (seed, run), colour in zip(rows.items(), colours, strict=True):
        points = run_list.points(store, run)
        if len(points) > 1:
            drawn.append(renamed(curve_of(run, points, colour), f"seed {seed}"))
    if not drawn:
        return
    lines: tuple[Line] = ("validation",)
    chart = loss_curves(drawn, palette=theme.shown(), x="epoch", show=lines, focus=True)
    draw_chart(chart, "paper_curves", f"Validation curves of {len(drawn)} seeds")


def _links(rows: dict[int, RunRow]) -> None:
    if not rows:
        return
    with st.container(horizontal=True, gap="small"):
        for seed, run in list(rows.items())[:8]:
            navigation.link("run", f"Run of seed {seed}", icon=":material/show_chart:", run=run.id)


def _sample(store: Store, cell: CellResult) -> None:
    if not cell.done:
        st.caption("It writes something here as soon as one of its runs is done.")
        return
    best = min(cell.done, key=lambda seed: (seed.val or 0.0, seed.seed))
    st.markdown(f"**It writes** (seed {best.seed}, temperature {samples.TEMPERATURE})")
    try:
        text = _written(store, best.run_id or "")
    except (CheckpointError, NotFoundError):
        st.caption("Its network is not here any more, so it cannot write.")
        return
    with st.container(height=460, border=True):
        st.text(text)


@lru_cache(maxsize=32)
def _written(store: Store, run_id: str) -> str:
    return samples.sample(load_run_network(store, run_id), samples.FIRST_SEED)
