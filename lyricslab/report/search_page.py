"""The report of a search for the weights worth retraining: a page and tables."""

from __future__ import annotations

import pandas as pd

from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.findings import Findings
from lyricslab.experiments.search_plan import GROWN
from lyricslab.experiments.search_results import SearchResult, best, front
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.pareto_chart import pareto_chart
from lyricslab.report.findings_text import METHODS, comparison_in_words, findings_in_words
from lyricslab.report.render import picture, render, split_shares, unfinished
from lyricslab.report.tables import (
    csv_file,
    in_markdown,
    latex_table,
    markdown_table,
    text_frame,
)
from lyricslab.store.rows import SearchRow
from lyricslab.wording import plain, plural, spread

TITLE = "Which weights should learn?"
CSV_COLUMNS = (
    "corpus base preset found_as what_learns lora_rank learning_rate trained_parameters "
    "seeds_done seeds_planned val_nats_per_char test_nats_per_char test_nats_per_char_sd "
    "nothing_beats_it chosen"
).split()
HEADINGS = (
    "What learns",
    "Found as",
    "Trained parameters",
    "Learning rate",
    "nats/char: val",
    "nats/char: test",
)
WORDS = (0, 1)
"""The columns of HEADINGS that hold words."""
NOTE = (
    "Means over seeds, of the test loss with its standard deviation. Trained parameters include "
    "the head's. A star marks a choice that no other beats on validation with as few parameters."
)
TRIED = {
    "head": "the head alone",
    "layers": "whole layers",
    "matrices": "single matrices, added one by one, each time the one that helps most on the "
    "validation songs",
    "gates": "single gates, in the same way",
    "lora": "low-rank changes to every matrix (LoRA)",
    "ulmfit": "all layers, unfrozen one after another (ULMFiT)",
}
"""What each method tries."""


def to_csv(found: Findings) -> bytes:
    """Return every choice that was tried, for a spreadsheet."""
    unbeaten, chosen = front(found.rows), best(found.rows)
    rows = [
        (
            found.corpus,
            found.base,
            found.preset,
            row.method,
            row.train,
            row.lora_rank,
            row.learning_rate,
            row.trained_parameters,
            len(row.runs),
            row.seeds,
            row.val_mean,
            row.test_mean,
            row.test_sd if len(row.test) > 1 else None,
            "yes" if row in unbeaten else "no",
            "yes" if row == chosen else "no",
        )
        for row in found.rows
    ]
    return csv_file(pd.DataFrame(rows, columns=CSV_COLUMNS, dtype=object))


def to_markdown(found: Findings, state: ExperimentStatus) -> str:
    """Return the findings in sentences, the table, and how sure they are."""
    parts = [
        f"# {TITLE} {in_markdown(f'{found.corpus}, base {found.base_title}')}",
        in_markdown(f"{findings_in_words(found.rows, is_over(state))}{unfinished(state)}"),
        markdown_table(text_frame(HEADINGS, cells(found)), WORDS),
        NOTE,
        "\n".join(f"- {in_markdown(comparison_in_words(pair))}" for pair in found.comparisons),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def to_latex(found: Findings) -> str:
    """Return the table, to be read in with \\input."""
    caption = f"Choices of weights to retrain in the base '{found.base_title}' on '{found.corpus}'."
    return (
        "% What a search found. Read in with \\input{...}; no package is needed.\n\n"
        + latex_table(text_frame(HEADINGS, cells(found)), f"{caption} {NOTE}", WORDS)
    )


def to_html(found: Findings, row: SearchRow, state: ExperimentStatus) -> str:
    """Return the page; everything that a person named is text in it."""
    plan, chosen = row.plan, best(found.rows)
    dots = sum(result.trained_parameters > 0 for result in found.rows)
    rows = zip(cells(found), (result == chosen for result in found.rows), strict=True)
    chart = pareto_chart(found.rows, Palette.PRINT, named=True) if dots > 1 else None
    context = {
        "title": TITLE,
        "figure_style": "",
        "corpus": found.corpus,
        "bases": f"base {found.base_title}",
        "seeds": plural(plan.seeds, "seed"),
        "date": row.created_at[:10],
        "unfinished": unfinished(state),
        "plan": plan,
        "split": split_shares(plan.split),
        "tried": "; ".join(TRIED[method] for method in TRIED if method in plan.methods),
        "findings": findings_in_words(found.rows, is_over(state)),
        "chart": picture(chart),
        "comparisons": [comparison_in_words(pair) for pair in found.comparisons],
        "over": is_over(state),
        "headings": HEADINGS,
        "rows": list(rows),
        "note": NOTE,
        "grown": bool(set(plan.methods) & set(GROWN)),
    }
    return render("search.html.j2", context)


def is_over(state: ExperimentStatus) -> bool:
    """Return whether no more rows will come."""
    return state.state in ("done", "failed")


def cells(found: Findings) -> list[tuple[str, ...]]:
    """Return the rows as texts, under HEADINGS."""
    unbeaten = front(found.rows)
    return [_cells(row, row in unbeaten) for row in found.rows]


def _cells(row: SearchResult, unbeaten: bool) -> tuple[str, ...]:
    star, done = " *" if unbeaten else "", len(row.runs)
    missing = "" if row.complete else f", {done} of {row.seeds} seeds"
    return (
        f"{row.name}{star}{missing}",
        METHODS.get(row.method, "–"),
        f"{row.trained_parameters:,}",
        f"{row.learning_rate:g}" if row.trained_parameters else "–",
        plain(row.val_mean),
        spread(row.test_mean, row.test_sd, done),
    )
