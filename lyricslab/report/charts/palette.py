"""The colours of charts and diagrams, each defined once for light, dark and print."""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Role(NamedTuple):
    """One meaning's colour on a light page and on a dark one."""

    light: str
    dark: str


ROLES: dict[str, Role] = {
    "base": Role("#3f6790", "#86aed6"),
    "run": Role("#a4461a", "#e08a55"),
    "baseline": Role("#75695a", "#a89b8a"),
    "train": Role("#c58a3d", "#d9b36a"),
    "validation": Role("#a4461a", "#e08a55"),
    "test": Role("#7a4f86", "#c197cd"),
    "learns": Role("#a4461a", "#b95a27"),
    "frozen": Role("#5f778f", "#5d7389"),
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


class Palette(Enum):
    """The colours of a page: its background, its text, its lines, and an empty field."""

    LIGHT = ("#fbf8f1", "#15100b", "#ddd3c0", "#f4efe4")
    DARK = ("#1b1815", "#ece5d8", "#443b32", "#27221d")
    PRINT = ("#ffffff", "#15100b", "#ddd3c0", "#f4efe4")

    def __init__(self, page: str, text: str, line: str, empty: str) -> None:
        self.page, self.text, self.line, self.empty = page, text, line, empty

    def colour(self, role: str) -> str:
        """Return a role's colour as "#rrggbb"."""
        return self._of(ROLES[role])

    def runs(self, count: int) -> list[str]:
        """Return colours for runs beside each other; from the ninth on they repeat."""
        return [self._of(_RUNS[k % len(_RUNS)]) for k in range(count)]

    def _of(self, role: Role) -> str:
        return role.dark if self is Palette.DARK else role.light
