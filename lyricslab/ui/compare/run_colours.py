"""The colours of the chosen runs: each keeps its own while it is chosen."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st


def colour_numbers(chosen: Sequence[str]) -> list[int]:
    """Return the number of a colour for each chosen row."""
    held: dict[str, int] = st.session_state.get("compare_colours", {})
    numbers = {row_id: held[row_id] for row_id in chosen if row_id in held}
    for row_id in chosen:
        if row_id not in numbers:
            taken = set(numbers.values())
            numbers[row_id] = next(k for k in range(len(chosen) + 1) if k not in taken)
    st.session_state["compare_colours"] = numbers
    return [numbers[row_id] for row_id in chosen]
