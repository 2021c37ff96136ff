"""The rows of the table of runs, as its component reads them: JSON, made once for everybody."""

from __future__ import annotations

import json
import string
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from lyricslab.library.bases import base_title
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.trainable import Trainable
from lyricslab.store.cache import cached_each
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.ui.common.run_list import small_curves
from lyricslab.ui.common.run_status import STATUS_COLOURS, STATUS_WORDS
from lyricslab.ui.compare.row_figures import Change, Figures, Level, figures
from lyricslab.ui.compare.run_groups import RunGroup, TableContent, mean
from lyricslab.wording import duration

Cell = str | tuple[str, str]
"""A figure; with what stands small below it."""

LEVELS = string.digits + string.ascii_uppercase + string.ascii_lowercase
"""How high a point of a small curve is, as a letter: short, for there may be hundreds of curves."""

MAX_CACHED = 4096
"""How many rows are cached."""


@lru_cache(maxsize=16)  # once for a revision of the store, not for each tick of each page
def rows_as_json(store: Store, content: TableContent) -> str:
    """Return the rows in order."""
    groups, against = content.groups, content.references
    by_id = {group.id: group for group in groups}
    found = figures(store, groups, against)
    # A mean has the small curve of its first seed: at this size the others look alike.
    curves = small_curves(store, [group.first for group in groups])
    titles = {base: base_title(store.home, base) for base in {g.first.base for g in groups} if base}
    versions = {
        group.id: (
            group,
            found[group.id],
            titles.get(group.first.base or ""),
            curves[group.id],
            content.reference,
        )
        for group in groups
    }

    def make(ids: list[str]) -> dict[str, str]:
        return {
            run_id: json.dumps(
                _row(
                    by_id[run_id],
                    found[run_id],
                    titles.get(by_id[run_id].first.base or "", "none"),
                    curves[run_id],
                    content.reference,
                )
            )
            for run_id in ids
        }

    rows = cached_each(store, "table rows", versions, make, limit=MAX_CACHED)
    return f"[{','.join(rows.values())}]"


def _row(
    group: RunGroup,
    figures: Figures,
    base: str,
    curve: Sequence[float],
    reference: RunGroup | None,
) -> dict[str, Any]:
    """Return a row of the table."""
    run = group.first
    status = STATUS_WORDS[run.status]
    seconds = mean([r.seconds for r in group.runs]) or 0.0
    weights = f"{trained_parameters(run):,}"
    cells: dict[str, Cell] = {
        "learned": layers_learned(run),
        "base": base,
        "strength": _strength(group),
        "val": _level(figures.levels.get("val")),
        "test": _level(figures.levels.get("test")),
        "val_change": _change(figures.changes.get("val")),
        "test_change": _change(figures.changes.get("test")),
        "time": (duration(seconds), _times(seconds, reference)) if seconds else "",
        "trained": weights,
        "corpus": run.corpus_name,
    }
    return {
        "id": group.id,
        "name": group.name,
        "status": [status, STATUS_COLOURS[status]],
        "cells": {name: cell for name, cell in cells.items() if cell},
        "curve": _small_curve(after_the_fall(curve)),
        **({"starred": True} if group.starred else {}),
        **({"tags": group.tags} if group.tags else {}),
        **({"note": note} if (note := "\n".join(r.own_note for r in group.runs).strip()) else {}),
    }


def _small_curve(losses: Sequence[float]) -> list[str]:
    """Return a small curve: a letter for each point, and its ends in words."""
    if len(losses) < 2:
        return []
    low, high = min(losses), max(losses)
    unit = (high - low) / (len(LEVELS) - 1) or 1.0
    drawn = "".join(LEVELS[round((loss - low) / unit)] for loss in losses)
    return [drawn, f"{losses[0]:.3f} to {losses[-1]:.3f}, lowest {low:.3f}"]


# ---- figures in words


def _level(level: Level | None) -> Cell:
    if level is None:
        return ""
    small = ""
    if level.sd is not None:
        small = f"± {level.sd:.3f}"
    elif level.interval is not None:
        small = f"{level.interval.low:.2f} to {level.interval.high:.2f}"
    elif level.songs is not None:
        small = "1 song" if level.songs == 1 else f"{level.songs} songs"
    return (f"{level.loss:.3f}", small) if small else f"{level.loss:.3f}"


def _change(change: Change | None) -> Cell:
    """Return a difference in percent with its interval, or that there are too few songs."""
    if change is None:
        return ""
    if change.too_few_songs:
        return "too few", "songs to tell"
    said = f"{_percent(change.percent)} %"
    if change.low is None or change.high is None:
        return said
    return said, f"{_percent(change.low)} to {_percent(change.high)}"


def _percent(value: float) -> str:
    return f"{value:+.1f}".replace("-", "−") if round(value, 1) else "0.0"


def _strength(group: RunGroup) -> str:
    """Return how much of what was learned is kept: see `run.result["blend"]`."""
    strengths = [value for run in group.runs if (value := strength(run)) is not None]
    found = mean(strengths)
    return "" if found is None else f"{found:.2f}"


def strength(run: RunRow) -> float | None:
    """Return the a of base + a (tuned - base) of a run's network; None where none was chosen."""
    blend = (run.result or {}).get("blend")
    if not blend:
        return None
    return float(blend["strength"]) if blend.get("kept", True) else 1.0


def _times(seconds: float, reference: RunGroup | None) -> str:
    theirs = None if reference is None else mean([run.seconds for run in reference.runs])
    return f"× {seconds / theirs:.2g}" if theirs and seconds else ""


def layers_learned(run: RunRow) -> str:
    """Return what learned: "layers 0 and 2", "head only", "all layers", "none, as it is"."""
    if run.base is None:
        return "all, from nothing"
    if run.kind == "zero-shot":
        return "none, as it is"
    rank = run.config.settings.lora_rank
    return f"{layers_in_words(run.trainable)}{f', rank {rank}' if rank else ''}"


def trained_parameters(run: RunRow) -> int:
    """Return how many weights learned; with low-rank updates, how many numbers those have."""
    if run.kind == "zero-shot":
        return 0
    trainable = Trainable.parse(run.trainable, run.config.model.num_layers)
    return trainable.trained_parameters(run.config.model, run.config.settings.lora_rank)


def after_the_fall(losses: Sequence[float]) -> Sequence[float]:
    """Return a curve without its steep first tenth, which would flatten the rest."""
    return losses[len(losses) // 10 :]
