"""The paper's open question (Sec. 5): which weights should be retrained?"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.experiments import findings
from lyricslab.experiments.findings import Findings
from lyricslab.experiments.search_results import SearchResult, best, front
from lyricslab.report import export_report
from lyricslab.report.charts.pareto_chart import pareto_chart
from lyricslab.report.findings_text import METHODS, comparison_in_words, findings_in_words
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store
from lyricslab.ui.common import experiment_progress, theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.run_list import run_list
from lyricslab.ui.compare.parallel_runs import parallel_runs
from lyricslab.ui.paper import cached_experiments
from lyricslab.ui.paper.book_table import Cell, Group, Row, book_table
from lyricslab.ui.paper.experiment_form import search_form
from lyricslab.ui.paper.export_menu import export_menu

GROUPS = (
    Group("what learns", ("found as", "numbers")),
    Group("nats/char", ("validation", "test")),
)
TRIED = """
- **Whole layers**, as the paper has them: every choice of layers, and the head alone.
- **Single matrices.** A layer is three tables of numbers: input weights (`ih`), for what it reads;
  recurrent weights (`hh`), for its own memory; and biases (`b`). `1.hh` are the recurrent weights
  of layer 1. The search begins with the head alone, lets in the table that helps most with the
  validation songs, then the next, until together they have as many numbers as one layer.
- **Single gates.** The same tables cut the other way: the input gate (`i`, how much is written),
  the forget gate (`f`, how much is kept), the cell gate (`g`, what is written) and the output gate
  (`o`, how much is passed on). They are let in one by one, too.
- **Small changes** to every matrix (*LoRA*): the tables stay, and a correction that takes few
  numbers is added to each; `rank` says how rich it may be.
- **Layer after layer** (*ULMFiT*): all learn in the end, the top one first, the lower ones later
  and more gently.

Each is trained with the Studio settings at three learning rates; the validation songs choose among
them.
"""


def weights(
    store: Store,
    searches: Sequence[SearchRow],
    sweep: SweepRow | None,
    choose: Callable[[Sequence[SearchRow], SweepRow | None], SearchRow],
    beside: DeltaGenerator,
) -> None:
    """Show the question, what was found, and how to search.

    Args:
        searches: the person's own, the newest first; without any, our findings are shown.
        sweep: the one on the page, whose songs a new search takes.
        choose: lets the person say which of their searches is shown.
        beside: where the export menu goes.
    """
    st.subheader("Which weights should learn?")
    st.markdown(
        "The paper retrains whole layers, and asks in the end whether single weights within the "
        "layers would do better. One can only try: from the same base, on the same songs, one "
        "choice after another. A good choice predicts songs it has not seen, and needs few "
        "numbers for it."
    )
    with st.expander("What is tried, and what the names mean", icon=":material/list:"):
        st.markdown(TRIED)
    if not searches:
        with st.container(border=True):
            st.markdown("**Search on your songs**")
            search_form(store, sweep)
        _ours()
        return
    st.subheader("What your search found")
    _own(store, choose(searches, sweep), beside)
    with st.expander(
        "Search again, from another base or with more seeds", icon=":material/search:"
    ):
        search_form(store, sweep)


def _own(store: Store, shown: SearchRow, beside: DeltaGenerator) -> None:
    over = shown.state == "over"
    if not over or experiment_progress.status_of(store, shown).failed:
        experiment_progress.show_progress(shown.id, link=False, news=True)
    found = cached_experiments.findings(store, shown)
    if not found.rows:
        st.caption("The first rows come with the first few runs.")
        return
    if not over:
        st.caption("So far; the rest is still to be tried.")
    _show(found, "own", over)
    with st.expander("Every run as a line", icon=":material/timeline:"):
        runs = run_list(store, shown.workspace_id).by_id
        ids = [run_id for row in found.rows for run_id in row.runs]
        parallel_runs([runs[run_id] for run_id in ids if run_id in runs], "paper_parallel_search")
    with beside:
        export_menu("search", shown.id, lambda name: export_report.of_search(store, shown, name))


def _ours() -> None:
    """Show what we found, on songs of ours."""
    found = findings.shipped_findings()
    if found is None or not found.rows:
        return
    st.subheader("What we found")
    seeds = "one seed" if found.seeds == 1 else f"{found.seeds} seeds"
    st.caption(
        f"Not on your songs: measured by us on '{plain(found.corpus)}' with the base "
        f"'{plain(found.base_title)}', {seeds} each. On yours it may come out otherwise."
    )
    _show(found, "ours", over=True)


def _show(found: Findings, whose: str, over: bool) -> None:
    """Show the sentences, the chart and the table."""
    st.text(findings_in_words(found.rows, over))
    if found.comparisons:
        with st.expander("How sure is that?", icon=":material/balance:"):
            for comparison in found.comparisons:
                st.text(comparison_in_words(comparison))
    alt = "Test loss against trained parameters, a dot for each choice"
    draw_chart(pareto_chart(found.rows, theme.shown()), f"paper_weights_{whose}", alt)
    st.caption(
        "Further left fewer parameters are trained; lower is better. The dotted line joins the "
        "choices that no other beats on validation with as few parameters: they have a star "
        "below. The bars are the spread over seeds."
    )
    rows = table(found.rows)
    book_table(
        "Every choice that was tried", "choice", GROUPS, rows, key=f"paper_weights_rows_{whose}"
    )
    st.caption(
        "Means over seeds, the small figures their standard deviation. Highlighted: the best on "
        "validation, by which all was chosen; the test songs only tell."
    )


def table(rows: Sequence[SearchResult]) -> list[Row]:
    """Return the rows of the table; those with a star are on the Pareto front."""
    chosen, unbeaten = best(rows), front(rows)
    return [_row(row, row == chosen, row in unbeaten) for row in rows]


def _row(row: SearchResult, chosen: bool, unbeaten: bool) -> Row:
    done = len(row.runs)
    waits = "" if row.complete else f", {done} of {row.seeds} seeds"
    spread = f"± {row.test_sd:.3f}" if done > 1 else ""
    cells = (
        Cell(METHODS.get(row.method, "")),
        Cell(f"{row.trained_parameters:,}"),
        Cell(f"{row.val_mean:.3f}"),
        Cell(f"{row.test_mean:.3f}", spread),
    )
    mark = "best" if chosen else "apart" if row.method in ("zero-shot", "head") else ""
    star = " *" if unbeaten else ""
    return Row(f"{row.name}{star}{waits}", cells, mark=mark)
