"""Pages of a long list: which part is shown, and the buttons to the others."""

from __future__ import annotations

from collections.abc import Callable

import streamlit as st


def pager(
    count: int, page_size: int, page: int, noun: str, key: str, show: Callable[[int], None]
) -> range:
    """Offer the other pages, if there are any, and return the positions on this one.

    Args:
        noun: what there are many of, capitalised.
        show: called with the number of the page that a button leads to.
    """
    pages = max(1, -(-count // page_size))
    page = min(page, pages - 1)
    first = page * page_size
    shown = range(first, min(first + page_size, count))
    if pages == 1:
        return shown
    with st.container(horizontal=True, vertical_alignment="center"):
        for label, icon, step in (
            ("Before", ":material/chevron_left:", -1),
            ("Next", ":material/chevron_right:", 1),
        ):
            st.button(
                label,
                key=f"page_{label}_{key}",
                icon=icon,
                type="tertiary",
                disabled=not 0 <= page + step < pages,
                on_click=show,
                args=(page + step,),
            )
        st.caption(f"{noun} {first + 1} to {shown.stop} of {count:,}")
    return shown
