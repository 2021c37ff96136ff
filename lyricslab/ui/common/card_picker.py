"""A choice of one among cards: clicked, or reached with Tab and changed with the arrow keys."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass

import streamlit as st

from lyricslab.ui.common.component import component, left_out
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.theme import colour


@dataclass(frozen=True, slots=True)
class Choice:
    """One card."""

    value: str
    title: str
    says: str
    """What it is, in a sentence or two."""
    facts: tuple[str, ...] = ()
    """Figures, short."""


_cards = component(__file__, '<div class="cards" role="radiogroup"></div>')


def card_picker(label: str, choices: Sequence[Choice], value: str, key: str) -> str:
    """Show the cards; return the value of the chosen one.

    Args:
        label: what is chosen, for screen readers.
        value: what is selected when the cards first appear under this key.
    """
    known = [choice.value for choice in choices]
    if left_out():
        return _radio(label, choices, known.index(value), key)
    held = st.session_state.get(key, {}).get("value")
    shown = held if held in known else value
    result = _cards(
        key=key,
        data={
            "label": label,
            "choices": [asdict(choice) for choice in choices],
            "value": shown,
            "tint": colour("learns"),
        },
        default={"value": shown},
        on_value_change=_noted,
    )
    return str(result.value) if result.value in known else shown


def _noted() -> None:
    """Do nothing: Streamlit keeps a component's state only if there is a callback."""


def _radio(label: str, choices: Sequence[Choice], index: int, key: str) -> str:
    by_value = {choice.value: choice for choice in choices}
    chosen = st.radio(
        label,
        list(by_value),
        index=index,
        format_func=lambda value: plain(by_value[value].title),
        captions=[plain(" · ".join((choice.says, *choice.facts))) for choice in choices],
        key=f"{key}_radio",
        label_visibility="collapsed",
    )
    return str(chosen)
