"""The tables to take along: as CSV for a spreadsheet, as Markdown, as LaTeX."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence

from anyascii import anyascii

from lyricslab.analysis.claims import Claim
from lyricslab.analysis.loss_ratio import Ratio
from lyricslab.report.content import BaseTable, Figure, Line
from lyricslab.report.published import Losses
from lyricslab.wording import plain, signed, spread

CSV_COLUMNS = (
    "corpus base kind layers_retrained chosen seeds_done seeds_planned trained_parameters "
    "val_nats_per_char val_nats_per_char_sd test_nats_per_char test_nats_per_char_sd "
    "test_ratio test_ratio_low test_ratio_high val_padded_loss val_padded_loss_sd "
    "test_padded_loss test_padded_loss_sd test_padded_ratio paper_val_loss paper_test_loss "
    "paper_test_ratio"
).split()

HEADINGS = (
    "Layers retrained",
    "Paper: val",
    "Paper: test",
    "Padded: val",
    "Padded: test",
    "nats/char: val",
    "nats/char: test",
    "Ratio: paper",
    "Ratio: padded",
    "Ratio: nats/char",
)
CLAIM_HEADINGS = ("The paper says", "Here", "nats/char (95 %)", "What was compared")
_NOTE = (
    "Mean and standard deviation over seeds. Padded: the paper's own loss, averaged over the "
    "padding too. Ratio: the test loss over the baseline's, of nats/char with its 95 % interval. "
    "The chosen layers, lowest on validation, are marked with a star."
)


def to_csv(corpus: str, tables: Sequence[BaseTable]) -> bytes:
    """Every line of every table."""
    rows = [
        _csv_cells(corpus, table, line)
        for table in tables
        for line in table.lines
        if line.kind != "baseline" or table is tables[0]
    ]
    return csv_file(CSV_COLUMNS, rows)


def csv_file(columns: Sequence[str], rows: Iterable[Sequence[str | int | float | None]]) -> bytes:
    """A table for a spreadsheet; UTF-8 with the mark that Excel needs."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(columns)
    writer.writerows(rows)
    return text.getvalue().encode("utf-8-sig")


def to_markdown(corpus: str, tables: Sequence[BaseTable], claims: Sequence[Claim] = ()) -> str:
    """A table for each base, with a heading; then the paper's claims and what is to be said."""
    parts = [f"# Transfer learning on {in_markdown(corpus)}"]
    for table in tables:
        parts.append(f"## {in_markdown(table.title)}")
        parts.append(markdown_table(HEADINGS, [cells(line) for line in table.lines]))
    parts.append(_NOTE)
    if claims:
        parts.append("## The paper's claims")
        parts.append(markdown_table(CLAIM_HEADINGS, [*map(_claim_cells, claims)], words=(0, 1, 3)))
    return "\n\n".join(parts) + "\n"


def markdown_table(
    headings: Sequence[str], rows: Sequence[Sequence[str]], words: Sequence[int] = (0,)
) -> str:
    """A table.

    Args:
        rows: cells that may stand in one, see `in_markdown`.
        words: the columns that hold words; figures stand at the right.
    """
    rules = ["---" if k in words else "---:" for k in range(len(headings))]
    return "\n".join(f"| {' | '.join(row)} |" for row in (headings, rules, *rows))


def _claim_cells(claim: Claim) -> tuple[str, ...]:
    effect = "–"
    if claim.effect is not None and claim.low is not None and claim.high is not None:
        between = f"{signed(claim.low)} to {signed(claim.high)}"
        effect = f"{signed(claim.effect)} ({between})"
    return in_markdown(claim.sentence), claim.verdict, effect, in_markdown(claim.test)


def to_latex(corpus: str, tables: Sequence[BaseTable]) -> str:
    """A table for each base, to be read in with \\input; it needs no package."""
    parts = ["% The tables of a sweep. Read in with \\input{...}; no package is needed."]
    for table in tables:
        number = table.printed.number
        caption = (
            f"The base '{table.base}' retrained on '{corpus}', beside Table {number} of the "
            f"paper. {_NOTE}"
        )
        parts.append(latex_table(HEADINGS, [cells(line) for line in table.lines], caption))
    return "\n\n".join(parts) + "\n"


def latex_table(
    headings: Sequence[str],
    rows: Sequence[Sequence[str]],
    caption: str,
    words: Sequence[int] = (0,),
) -> str:
    """A table that needs no package; whatever stands in it and its caption is text.

    Args:
        words: the columns that hold words; figures stand at the right.
    """
    columns = "".join("l" if k in words else "r" for k in range(len(headings)))
    heads, *body = [" & ".join(map(_latex, row)) + r" \\" for row in (headings, *rows)]
    lines = [
        r"\begin{table}",
        r"\centering\footnotesize",
        rf"\begin{{tabular}}{{{columns}}}",
        r"\hline",
        heads,
        r"\hline",
        *body,
        r"\hline",
        r"\end{tabular}",
        rf"\caption{{{_latex(caption)}}}",
        r"\end{table}",
    ]
    return "\n".join(lines)


def cells(line: Line) -> list[str]:
    """A line of a table as it is read, under HEADINGS; a dash where there is nothing."""
    return [
        line.label + (" *" if line.best else ""),
        _loss(line.paper, 0),
        _loss(line.paper, 1),
        loss_of(line.val_padded),
        loss_of(line.test_padded),
        loss_of(line.val),
        loss_of(line.test),
        plain(line.paper_ratio),
        plain(line.padded_ratio),
        interval(line.ratio),
    ]


def loss_of(figure: Figure | None) -> str:
    """A loss over seeds, or a dash where there is none."""
    return "–" if figure is None else spread(figure.mean, figure.sd, figure.seeds)


def interval(ratio: Ratio | None) -> str:
    """A ratio and the interval it lies in."""
    if ratio is None:
        return "–"
    if ratio.low == ratio.high:
        return f"{ratio.value:.3f}"
    return f"{ratio.value:.3f} ({ratio.low:.3f} to {ratio.high:.3f})"


def _loss(losses: Losses | None, side: int) -> str:
    return plain(None if losses is None else losses[side])


def _csv_cells(corpus: str, table: BaseTable, line: Line) -> list[str | int | float | None]:
    figures = (line.val, line.test), (line.val_padded, line.test_padded)
    (val, test), (val_padded, test_padded) = (
        [(None, None) if figure is None else (figure.mean, figure.sd) for figure in pair]
        for pair in figures
    )
    return [
        harmless(corpus),
        "" if line.kind == "baseline" else harmless(table.base),
        line.kind,
        harmless(line.label),
        "yes" if line.best else "no",
        line.seeds_done,
        line.seeds_planned,
        line.trained_parameters,
        *val,
        *test,
        *(line.ratio or (None,) * 3),
        *val_padded,
        *test_padded,
        line.padded_ratio,
        *(line.paper or (None, None)),
        line.paper_ratio,
    ]


def harmless(text: str) -> str:
    """The text with a quote before it where a spreadsheet would take it for a formula."""
    return f"'{text}" if text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


def in_markdown(text: str) -> str:
    """The text on one line, with every sign that Markdown or HTML would act on made harmless."""
    return re.sub(r"([\\`*_{}\[\]<>#|$~&])", r"\\\1", " ".join(text.split()))


_LATEX = {
    "\\": r"\textbackslash{}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "<": r"\textless{}",
    ">": r"\textgreater{}",
    "|": r"\textbar{}",
    '"': "''",
    "±": r"$\pm$",
    "–": "--",
} | {sign: f"\\{sign}" for sign in "&%$#_{}"}


def _latex(text: str) -> str:
    """The text on one line, as LaTeX sets it and never acts on it; other scripts in plain letters.

    Signs that LaTeX has no letter for would stop it, so all but ASCII is spelt out.
    """
    plain = "".join(
        char if char.isascii() or char in _LATEX else anyascii(char)
        for char in " ".join(text.split())
    )
    return "".join(_LATEX.get(char, char) for char in plain if char.isprintable())
