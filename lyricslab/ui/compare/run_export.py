"""What the page shows, as files: the table for a spreadsheet, the chart as a picture."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pandas as pd
import streamlit as st

from lyricslab.report.charts.chart import Chart
from lyricslab.report.charts.svg import to_png, to_svg
from lyricslab.report.tables import csv_file
from lyricslab.store.store import Store
from lyricslab.ui.compare.row_figures import SIDES, Figures, figures
from lyricslab.ui.compare.run_groups import RunGroup, TableContent, mean
from lyricslab.ui.compare.table_rows import strength, trained_parameters


def export_menu(table: Callable[[], bytes], chart: Callable[[], Chart] | None) -> None:
    """Offer the files; each is written when it is clicked.

    Args:
        chart: None while there is none.
    """
    with st.popover("Export", icon=":material/download:"):
        st.caption("The table as it is shown, for a spreadsheet; the chart to print or to hand in.")
        _download("Table as CSV", table, "runs.csv", "text/csv", ":material/table:")
        if chart is not None:
            made = chart
            _download(
                "Chart as PNG",
                lambda: to_png(made()),
                "curves.png",
                "image/png",
                ":material/image:",
            )
            _download(
                "Chart as SVG",
                lambda: to_svg(made()).encode(),
                "curves.svg",
                "image/svg+xml",
                ":material/shapes:",
            )


def _download(label: str, make: Callable[[], bytes], name: str, mime: str, icon: str) -> None:
    st.download_button(
        label,
        make,
        f"lyricslab-{name}",
        mime,
        icon=icon,
        on_click="ignore",
        key=f"compare_{name.rpartition('.')[2]}",
        width="stretch",
    )


CSV_COLUMNS = (
    "run name status seeds starred tags note corpus base train kind preset seed strength "
    "val_nats_per_char val_nats_per_char_sd val_low val_high val_songs "
    "test_nats_per_char test_nats_per_char_sd test_low test_high test_songs "
    "against val_change_percent val_change_low_percent val_change_high_percent "
    "test_change_percent test_change_low_percent test_change_high_percent "
    "zero_shot_val_nats_per_char best_epoch epochs steps seconds trained_parameters"
).split()


def to_csv(store: Store, content: TableContent) -> bytes:
    """Return the table for a spreadsheet, with names as in `--json`; intervals are of 95 %."""
    found = figures(store, content.groups, content.references)
    rows = [
        _csv_cells(group, found[group.id], content.references.get(group.id))
        for group in content.groups
    ]
    return csv_file(pd.DataFrame(rows, columns=CSV_COLUMNS, dtype=object))


def _csv_cells(group: RunGroup, figures: Figures, reference: RunGroup | None) -> dict[str, Any]:
    run = group.first
    row: dict[str, Any] = {
        "run": run.id if len(group.runs) == 1 else " ".join(group.ids),
        "name": group.name,
        "status": run.status,
        "seeds": len(group.runs),
        "starred": group.starred,
        "tags": ", ".join(group.tags),
        "note": "\n".join(other.own_note for other in group.runs if other.own_note),
        "corpus": run.corpus_name,
        "base": run.base or "",
        "train": run.trainable,
        "kind": run.kind,
        "preset": run.config.preset,
        "seed": " ".join(str(other.config.seed) for other in group.runs),
        "strength": mean([a for other in group.runs if (a := strength(other)) is not None]),
        "against": reference.name if reference is not None else "",
        "zero_shot_val_nats_per_char": run.zero_shot_val,
        "best_epoch": mean([o.best_epoch for o in group.runs if o.best_epoch is not None]),
        "epochs": mean([other.epochs for other in group.runs]),
        "steps": mean([other.step for other in group.runs]),
        "seconds": mean([other.seconds for other in group.runs]),
        "trained_parameters": trained_parameters(run),
    }
    for side in SIDES:
        level, change = figures.levels.get(side), figures.changes.get(side)
        if level is not None:
            row[f"{side}_nats_per_char"], row[f"{side}_nats_per_char_sd"] = level.loss, level.sd
            row[f"{side}_songs"] = level.songs
            if level.interval is not None:
                row[f"{side}_low"], row[f"{side}_high"] = level.interval.low, level.interval.high
        if change is not None:
            row[f"{side}_change_percent"] = change.percent
            row[f"{side}_change_low_percent"] = change.low
            row[f"{side}_change_high_percent"] = change.high
    return row
