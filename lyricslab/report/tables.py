"""The tables of a sweep as CSV for a spreadsheet, as Markdown, and as LaTeX."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import pandas as pd
from anyascii import anyascii

from lyricslab.analysis.claims import Claim
from lyricslab.report.content import BaseTable, Line
from lyricslab.report.table_columns import columns, note
from lyricslab.wording import signed

CSV_COLUMNS = (
    "corpus base kind layers_retrained chosen seeds_done seeds_planned trained_parameters "
    "val_nats_per_char val_nats_per_char_sd test_nats_per_char test_nats_per_char_sd "
    "test_ratio test_ratio_low test_ratio_high val_padded_loss val_padded_loss_sd "
    "test_padded_loss test_padded_loss_sd test_padded_ratio paper_val_loss paper_test_loss "
    "paper_test_ratio test_otherwise_nats_per_char test_otherwise_nats_per_char_sd test_is_blended"
).split()

CLAIM_HEADINGS = ("The paper says", "Here", "nats/char (95 %)", "What was compared")
_STAR = "The choice of layers that validation made is marked with a star."


def to_csv(corpus: str, tables: Sequence[BaseTable]) -> bytes:
    """Return every line of every table, the baselines once."""
    rows = [
        _csv_cells(corpus, table, line)
        for table in tables
        for line in table.lines
        if line.kind != "baseline" or table is tables[0]
    ]
    return csv_file(pd.DataFrame(rows, columns=CSV_COLUMNS, dtype=object))


def to_markdown(corpus: str, tables: Sequence[BaseTable], claims: Sequence[Claim] = ()) -> str:
    """Return a table for each base under a heading, then the paper's claims and their verdicts."""
    parts = [f"# Transfer learning on {in_markdown(corpus)}"]
    for table in tables:
        parts += [f"## {in_markdown(table.title)}", markdown_table(_frame(table))]
    parts.append(in_markdown(f"{note(tables)} {_STAR}"))
    if claims:
        frame = text_frame(CLAIM_HEADINGS, [_claim_cells(claim) for claim in claims])
        parts += ["## The paper's claims", markdown_table(frame, words=(0, 1, 3))]
    return "\n\n".join(parts) + "\n"


def to_latex(corpus: str, tables: Sequence[BaseTable]) -> str:
    """Return a table for each base, to be read in with \\input; it needs no package."""
    parts = ["% The tables of a sweep. Read in with \\input{...}; no package is needed."]
    for table in tables:
        caption = (
            f"The base {table.base_title} retrained on '{corpus}', beside Table "
            f"{table.printed.number} of the paper. {note([table])} {_STAR}"
        )
        parts.append(latex_table(_frame(table), caption))
    return "\n\n".join(parts)


def _frame(table: BaseTable) -> pd.DataFrame:
    return text_frame(headings(table), cells(table))


def _claim_cells(claim: Claim) -> tuple[str, ...]:
    effect = "–"
    if claim.effect is not None and claim.low is not None and claim.high is not None:
        interval = f"{signed(claim.low)} to {signed(claim.high)}"
        effect = f"{signed(claim.effect)} ({interval})"
    return claim.sentence, claim.verdict, effect, claim.test


def headings(table: BaseTable) -> list[str]:
    """Return the headings of a table's columns."""
    return ["What learned", *(column.heading for column in columns(table))]


def cells(table: BaseTable) -> list[list[str]]:
    """Return the lines of a table as texts, under `headings`; a dash where there is nothing."""
    shown = columns(table)
    return [
        [line.label + (" *" if line.best else ""), *(str(column.show(line)) for column in shown)]
        for line in table.lines
    ]


def _csv_cells(corpus: str, table: BaseTable, line: Line) -> list[str | int | float | None]:
    figures = (line.val, line.test, line.val_padded, line.test_padded, line.test_otherwise)
    val, test, val_padded, test_padded, otherwise = (
        (None, None) if figure is None else (figure.mean, figure.sd) for figure in figures
    )
    return [
        corpus,
        "" if line.kind == "baseline" else table.base,
        line.kind,
        line.label,
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
        *otherwise,
        "" if line.test_otherwise is None else "yes" if table.keeps_blend else "no",
    ]


# ---- tables of any texts


def text_frame(headings: Sequence[str], rows: Sequence[Sequence[str]]) -> pd.DataFrame:
    """Return a table of texts."""
    return pd.DataFrame(rows, columns=list(headings), dtype=object)


def csv_file(frame: pd.DataFrame) -> bytes:
    """Return a table for a spreadsheet, which takes no text in it for a formula.

    It is UTF-8 with the mark that Excel needs.
    """
    return frame.map(_no_formula).to_csv(index=False, lineterminator="\n").encode("utf-8-sig")


def _no_formula(cell: Any) -> Any:
    starts_one = isinstance(cell, str) and cell.startswith(("=", "+", "-", "@", "\t", "\r"))
    return f"'{cell}" if starts_one else cell


def markdown_table(frame: pd.DataFrame, words: Sequence[int] = (0,)) -> str:
    """Return a table in Markdown, which takes nothing in its cells for markup.

    Args:
        words: the columns that hold words; figures are aligned to the right.
    """
    align = ["left" if k in words else "right" for k in range(frame.shape[1])]
    # As texts: the figures are rounded already.
    return frame.map(in_markdown).to_markdown(index=False, colalign=align, disable_numparse=True)


def latex_table(frame: pd.DataFrame, caption: str, words: Sequence[int] = (0,)) -> str:
    """Return a table in LaTeX that needs no package and takes nothing in its cells for a command.

    Args:
        words: the columns that hold words; figures are aligned to the right.
    """
    style = frame.style.hide(axis="index").format(_in_latex)
    style = style.format_index(_in_latex, axis="columns").set_table_styles(
        [
            {"selector": "footnotesize", "props": ":;"},
            {"selector": "toprule", "props": ":hline;"},
            {"selector": "midrule", "props": ":hline;"},
            {"selector": "bottomrule", "props": ":hline;"},
        ]
    )
    return style.to_latex(
        column_format="".join("l" if k in words else "r" for k in range(frame.shape[1])),
        caption=_in_latex(caption),
        position_float="centering",
    )


def in_markdown(text: str) -> str:
    """Return the text on one line, with every sign that Markdown or HTML acts on escaped."""
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


def _in_latex(text: object) -> str:
    """Return the text on one line, with every sign that LaTeX acts on escaped.

    LaTeX stops at letters that its font lacks, so all but ASCII is transliterated.
    """
    plain = "".join(
        char if char.isascii() or char in _LATEX else anyascii(char)
        for char in " ".join(str(text).split())
    )
    return "".join(_LATEX.get(char, char) for char in plain if char.isprintable())
