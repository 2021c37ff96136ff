"""A search for the weights worth retraining, to take along: tables, and a page to hand in."""

from __future__ import annotations

from html import escape

import lyricslab
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.findings import Findings
from lyricslab.experiments.search_plan import GROWN
from lyricslab.experiments.search_results import SearchResult, best, front
from lyricslab.library.runs import size_name
from lyricslab.report.charts.palette import Palette
from lyricslab.report.charts.pareto_chart import pareto_chart
from lyricslab.report.charts.svg import to_svg
from lyricslab.report.findings_text import METHODS, compared, said
from lyricslab.report.sweep_page import STYLE, html_table, page, rest_of, shares_of
from lyricslab.report.tables import csv_file, harmless, in_markdown, latex_table, markdown_table
from lyricslab.store.rows import SearchRow
from lyricslab.wording import plain, spread

TITLE = "Which weights should learn?"
CSV_COLUMNS = (
    "corpus base preset found_as what_learns lora_rank learning_rate trained_parameters "
    "seeds_done seeds_planned val_nats_per_char test_nats_per_char test_nats_per_char_sd "
    "nothing_beats_it chosen"
).split()
HEADINGS = (
    "What learns",
    "Found as",
    "Numbers that learn",
    "Learning rate",
    "nats/char: val",
    "nats/char: test",
)
WORDS = (0, 1)
"""The columns of HEADINGS that hold words."""
NOTE = (
    "Means over seeds, of the test loss with its standard deviation. Numbers that learn: the "
    "head's among them. Nothing beats those with a star: with as few numbers that learn, none is "
    "better on validation."
)
QUESTION = (
    "The paper retrains whole layers of a network, and asks in the end whether single weights "
    "within the layers would do better (Sec. 5). So one choice after another was trained from the "
    "same base on the same songs: {}. The validation songs choose; the test songs only tell."
)
TRIED = {
    "head": "the head alone",
    "layers": "whole layers",
    "matrices": "single matrices, let in one by one, each time the one that helps most on the "
    "validation songs",
    "gates": "single gates, in the same way",
    "lora": "small changes to every matrix (LoRA)",
    "ulmfit": "all layers, one after another (ULMFiT)",
}
"""What each way to choose tries, for QUESTION."""


def to_csv(found: Findings) -> bytes:
    """Every choice that was tried."""
    unbeaten, chosen = front(found.rows), best(found.rows)
    return csv_file(
        CSV_COLUMNS,
        [
            (
                harmless(found.corpus),
                harmless(found.base),
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
        ],
    )


def to_markdown(found: Findings, state: ExperimentStatus) -> str:
    """What was found in sentences, the table, and how sure it is."""
    rows = [[in_markdown(cell) for cell in row] for row in cells(found)]
    parts = [
        f"# {TITLE} {in_markdown(f'{found.corpus}, base {found.base}')}",
        in_markdown(f"{said(found.rows, over(state))}{rest_of(state)}"),
        markdown_table(HEADINGS, rows, WORDS),
        NOTE,
        "\n".join(f"- {in_markdown(compared(pair))}" for pair in found.comparisons),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def to_latex(found: Findings) -> str:
    """The table, to be read in with \\input."""
    caption = f"Choices of weights to retrain in the base '{found.base}' on '{found.corpus}'."
    return (
        "% What a search found. Read in with \\input{...}; no package is needed.\n\n"
        + latex_table(HEADINGS, cells(found), f"{caption} {NOTE}", WORDS)
        + "\n"
    )


def to_html(found: Findings, row: SearchRow, state: ExperimentStatus) -> str:
    """The page; everything that a person named stands in it as text."""
    plan, chosen = row.plan, best(found.rows)
    seeds = "one seed" if plan.seeds == 1 else f"{plan.seeds} seeds"
    tried = "; ".join(words for method, words in TRIED.items() if method in plan.methods)
    rows = [(read, one == chosen) for read, one in zip(cells(found), found.rows, strict=True)]
    sure = "".join(f"<li>{escape(compared(pair))}</li>" for pair in found.comparisons)
    parts = [
        f"<h1>{TITLE}</h1>",
        f'<p class="small">{escape(found.corpus)} · base {escape(found.base)} · {seeds} · '
        f"{escape(row.created_at[:10])}.{rest_of(state)}</p>",
        f"<h2>What was done</h2>\n<p>{QUESTION.format(tried)} The songs were divided by song, "
        f"{shares_of(plan.split)}: to learn from, to check by, to judge by.</p>",
        f"<h2>What came out</h2>\n<p>{escape(said(found.rows, over(state)))}</p>",
    ]
    if sum(one.trained_parameters > 0 for one in found.rows) > 1:
        drawn = to_svg(pareto_chart(found.rows, Palette.PRINT, named=True))
        parts.append(
            f"<figure>{drawn}<figcaption>Further left fewer numbers learn; "
            "lower is better. The dotted line joins what nothing beats on validation with as few "
            "numbers. The bars are the spread over seeds.</figcaption></figure>"
        )
    if sure:
        parts.append(f"<h2>How sure is that?</h2>\n<ul>{sure}</ul>")
    parts += [
        f"<h2>Every choice {'that was tried' if over(state) else 'so far'}</h2>",
        html_table(HEADINGS, rows, "words"),
        f'<p class="small">{NOTE} Highlighted: the best on validation.</p>',
        _again(row),
    ]
    return page(f"{TITLE} {found.corpus}", STYLE, parts)


def over(state: ExperimentStatus) -> bool:
    """Whether no more rows are to come."""
    return state.state in ("done", "failed")


def _again(row: SearchRow) -> str:
    plan = row.plan
    rates = ", ".join(f"{rate:g}" for rate in plan.rates)
    judges = "the first" if plan.search_seeds == 1 else f"the first {plan.search_seeds}"
    grown = ""
    if set(plan.methods) & set(GROWN):
        grown = f" What grew one by one has at most {plan.budget:,} numbers, the head's apart."
    return (
        f"<h2>To do it again</h2>\n<p>Lyrics Lab {escape(lyricslab.__version__)}, settings "
        f"“{escape(plan.preset)}” at {rates} times their rate, seeds 0 to {plan.seeds - 1}, of "
        f"which {judges} chose.{grown} Songs {escape(plan.corpus[:12])}; base "
        f"{escape(plan.base)}, weights {escape(plan.base_digest[:12])}, {size_name(plan.model)} "
        "units. The same program with these gives the same figures.</p>"
    )


def cells(found: Findings) -> list[tuple[str, ...]]:
    """The rows as they are read, under HEADINGS."""
    unbeaten = front(found.rows)
    return [_cells(row, row in unbeaten) for row in found.rows]


def _cells(row: SearchResult, unbeaten: bool) -> tuple[str, ...]:
    star, done = " *" if unbeaten else "", len(row.runs)
    waits = "" if row.complete else f", {done} of {row.seeds} seeds"
    return (
        f"{row.name}{star}{waits}",
        METHODS.get(row.method, "–"),
        f"{row.trained_parameters:,}",
        f"{row.learning_rate:g}" if row.trained_parameters else "–",
        plain(row.val_mean),
        spread(row.test_mean, row.test_sd, done),
    )
