"""Reports as files: HTML, CSV, Markdown or LaTeX, by the suffix of the file name."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import PurePath

from lyricslab.errors import CheckpointError, ConfigError, LyricsLabError
from lyricslab.experiments import experiment, findings
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.report import samples, search_page
from lyricslab.report.content import base_tables
from lyricslab.report.samples import Written
from lyricslab.report.sweep_page import to_html
from lyricslab.report.tables import to_csv, to_latex, to_markdown
from lyricslab.store.rows import SearchRow
from lyricslab.store.store import Store

KINDS = (".html", ".csv", ".md", ".tex")


def of_sweep(found: SweepTable, file_name: str, written: Callable[[], Written]) -> bytes:
    """Return the report of a sweep as the bytes of a file of this name.

    Args:
        written: returns what its networks write, as `write_all` does; called for a page alone.

    Raises:
        ConfigError: if the suffix is not one of KINDS.
    """
    kind = kind_of(file_name)
    tables = base_tables(found)
    if kind == ".csv":
        return to_csv(found.corpus_name, tables)
    if kind == ".md":
        return to_markdown(found.corpus_name, tables, judge_sweep(found)).encode()
    if kind == ".tex":
        return to_latex(found.corpus_name, tables).encode()
    return to_html(found, tables, judge_sweep(found), written()).encode()


def of_search(store: Store, row: SearchRow, file_name: str) -> bytes:
    """Return the report of a search as the bytes of a file of this name.

    Raises:
        ConfigError: if the suffix is not one of KINDS.
    """
    kind = kind_of(file_name)
    found, state = findings.search_findings(store, row.id), experiment.status(store, row.id)
    if kind == ".csv":
        return search_page.to_csv(found)
    if kind == ".md":
        return search_page.to_markdown(found, state).encode()
    if kind == ".tex":
        return search_page.to_latex(found).encode()
    return search_page.to_html(found, row, state).encode()


def kind_of(file_name: str) -> str:
    """Return the suffix of a file name in lower case.

    Raises:
        ConfigError: if it is not one of KINDS.
    """
    kind = PurePath(file_name).suffix.lower()
    if kind not in KINDS:
        raise ConfigError(
            [f"'{file_name}' says nothing of its kind: end it in {', '.join(KINDS[:-1])} or .tex."]
        )
    return kind


def write_all(store: Store, found: SweepTable) -> Written:
    """Return the samples of a sweep's networks; names those whose files are missing."""
    try:
        parts = samples.sides(store, found)
    except LyricsLabError as error:
        return Written((), None, (str(error),))
    writings, missing = [], []
    for writer in samples.writers(found):
        try:
            writings.append(samples.writing(store, writer, parts.train))
        except CheckpointError:
            missing.append(f"The network '{writer.name}' is not here any more.")
    return Written(tuple(writings), samples.yardstick(parts), tuple(missing))
