"""The heat map of a sweep: press a field to look at its runs."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import streamlit as st

from lyricslab.report.charts.heatmap_chart import Field, Side, fields
from lyricslab.report.charts.palette import Palette
from lyricslab.report.content import BaseTable, choices
from lyricslab.ui.common import theme
from lyricslab.ui.common.component import component
from lyricslab.wording import plural

KEY = "paper_heat"

_heatmap = component(__file__, '<div class="frame"><div class="heat" role="group"></div></div>')


def heatmap(
    tables: Sequence[BaseTable], side: Side, chosen: str, on_click: Callable[[str], None]
) -> None:
    """Draw the heat map.

    Args:
        chosen: the key of the cell that is looked at below.
        on_click: called with the key of the cell that was pressed.
    """

    def pressed() -> None:
        key = st.session_state[KEY].get("pressed")
        if key:
            on_click(str(key))

    _heatmap(
        key=KEY,
        data=drawn(tables, side, theme.shown()) | {"chosen": chosen},
        on_pressed_change=pressed,
    )


def drawn(tables: Sequence[BaseTable], side: Side, palette: Palette) -> dict[str, Any]:
    """Return what the component draws: names of rows and columns, and the fields."""
    return {
        "label": f"Loss on the {'test' if side == 'test' else 'validation'} songs",
        "bases": [table.base_title for table in tables],
        "choices": choices(tables),
        "fields": [_drawn(field, palette) for field in fields(tables, side)],
    }


def _drawn(field: Field, palette: Palette) -> dict[str, Any]:
    colour = mixed(palette.empty, palette.colour("learns"), field.shade)
    return {
        "key": field.line.key,
        "row": field.row,
        "column": field.column,
        "loss": field.loss,
        "spread": field.spread,
        "colour": colour,
        "ink": max((palette.text, "#ffffff", "#000000"), key=lambda ink: contrast(ink, colour)),
        "best": field.line.best,
        "says": _says(field),
    }


def _says(field: Field) -> str:
    line = field.line
    parts = [f"{field.base}, {line.label}"]
    if field.behind is not None:
        parts.append(
            "the best of all"
            if field.behind == 0
            else f"{field.behind:.3f} nats/char above the best"
        )
    if line.best:
        parts.append("chosen by validation")
    parts.append(f"{line.seeds_done} of {plural(line.seeds_planned, 'seed')} done")
    return "; ".join(parts)


def mixed(low: str, high: str, share: float) -> str:
    """Return the colour that lies so far between two, "#rrggbb" each."""
    return "#" + "".join(
        f"{round(a + share * (b - a)):02x}" for a, b in zip(_rgb(low), _rgb(high), strict=True)
    )


def contrast(a: str, b: str) -> float:
    """Return the contrast of two colours as WCAG 2 defines it, 1 to 21."""
    light, dark = sorted((_luminance(a), _luminance(b)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    linear = [
        c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4
        for c in (part / 255 for part in _rgb(colour))
    ]
    return sum(weight * c for weight, c in zip((0.2126, 0.7152, 0.0722), linear, strict=True))


def _rgb(colour: str) -> tuple[int, ...]:
    return tuple(bytes.fromhex(colour.removeprefix("#")))
