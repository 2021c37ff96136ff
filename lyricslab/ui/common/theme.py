"""Colour roles, each defined once for light and dark; .streamlit/config.toml colours the rest."""

from __future__ import annotations

from typing import NamedTuple

import streamlit as st


class Role(NamedTuple):
    """One meaning's colour on paper and on ink."""

    light: str
    dark: str


ROLES: dict[str, Role] = {
    "base": Role("#3f6790", "#86aed6"),
    "run": Role("#a4461a", "#e08a55"),
    "baseline": Role("#75695a", "#a89b8a"),
    "train": Role("#c58a3d", "#d9b36a"),
    "validation": Role("#a4461a", "#e08a55"),
    "test": Role("#7a4f86", "#c197cd"),
    "learns": Role("#a4461a", "#bf5f2b"),
    "frozen": Role("#647c94", "#5d7389"),
    "learns_text": Role("#8c3b14", "#e9a276"),
    "frozen_text": Role("#4c6076", "#a3b8cc"),
}
"""What a colour stands for, everywhere: base, run, baseline, train, validation, test; and in
diagrams the layers that learn and those that stay frozen."""

_RUNS = (
    Role("#a4461a", "#e08a55"),
    Role("#3f6790", "#86aed6"),
    Role("#4c7a3d", "#93bd7c"),
    Role("#a98410", "#d9b94a"),
    Role("#7a4f86", "#c197cd"),
    Role("#2c7f7a", "#5fb8b0"),
    Role("#b0587a", "#dd8fae"),
    Role("#75695a", "#a89b8a"),
)


def is_dark() -> bool:
    """Whether the page is shown dark."""
    return bool(st.context.theme.type == "dark")


def colour(role: str, dark: bool | None = None) -> str:
    """A role's colour as "#rrggbb", for the theme that is shown unless `dark` says which."""
    chosen = ROLES[role]
    return chosen.dark if (is_dark() if dark is None else dark) else chosen.light


def palette(n: int, dark: bool | None = None) -> list[str]:
    """Colours for `n` runs beside each other; from the ninth on they come round again."""
    shown_dark = is_dark() if dark is None else dark
    colours = [role.dark if shown_dark else role.light for role in _RUNS]
    return [colours[k % len(colours)] for k in range(n)]
