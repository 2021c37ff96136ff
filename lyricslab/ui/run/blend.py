"""How far a run went from its base towards the songs: the blend that validation chose."""

from __future__ import annotations

from typing import Any

import streamlit as st

from lyricslab.report.charts.blend_chart import blend_chart
from lyricslab.store.rows import RunRow
from lyricslab.ui.common import theme
from lyricslab.ui.common.draw_chart import draw_chart
from lyricslab.wording import loss

NEARLY = 0.05
"""A strength within this of 1 is all of what was learned."""


def show(run: RunRow) -> None:
    """Show the losses of the blends, if some were made."""
    blend: dict[str, Any] = (run.result or {}).get("blend") or {}
    if not blend.get("curves"):
        return
    st.subheader("How far it went")
    st.text(in_words(blend))
    start = [] if run.zero_shot_val is None else [[0.0, run.zero_shot_val]]
    curves = {of: [*start, *blends] for of, blends in blend["curves"].items()}
    chart = blend_chart(curves, blend["strength"], blend["val_nats_per_char"], theme.shown())
    draw_chart(
        chart, key=f"blend_{run.id}", alt_text=f"Validation loss of {run.name} by its strength"
    )


def in_words(blend: dict[str, Any]) -> str:
    """Return how far the chosen blend went towards the songs, and what that gained."""
    strength = float(blend["strength"])
    whose = {"average": "the average of its steps", "last": "its last step"}
    of = whose.get(blend["of"], "its best step")
    if abs(strength - 1) < NEARLY:
        far = f"All of the way from the base to {of}"
    elif strength > 1:
        far = f"All of the way from the base to {of}, and {100 * (strength - 1):.0f} % further"
    else:
        far = f"{100 * strength:.0f} % of the way from the base to {of}"
    was, now = blend["checkpoint_val_nats_per_char"], blend["val_nats_per_char"]
    if now >= was:
        return f"As far as its best step: no blend with the base is better ({loss(was)})."
    compared = f"{loss(now, unit=False)}, where its best step has {loss(was)}"
    if blend.get("kept"):
        return f"{far}: that network knows the validation songs best ({compared}) and is kept."
    return (
        f"{far}: that network would know the validation songs best ({compared}). As the paper "
        "did, its best step is kept."
    )
