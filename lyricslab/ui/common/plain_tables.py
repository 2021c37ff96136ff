"""Small helpers for tables that only show something."""

from __future__ import annotations

import pyarrow as pa
import streamlit as st


def table_height(rows: int, most_px: int) -> int:
    """Return the height in pixels of a table without empty rows."""
    return min(most_px, 38 + 35 * rows)


def plain_table(data: pa.Table, alt: str) -> None:
    """Show a small table; names of runs in it stay plain text."""
    st.dataframe(data, hide_index=True, width="content", alt=alt)
