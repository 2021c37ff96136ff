"""Choices of one page that live in its address, apart from those of other pages.

The seed of a song is not the seed of a training, though both are called `seed` in an address;
`links.bound` shares a choice between pages, `Choices` keeps it to one.
"""

from __future__ import annotations

from typing import Any

import streamlit as st


class Choices:
    """What a page was asked for by its address, and what it tells the address.

    Args:
        page: the page's name; what is remembered is remembered for it alone.
    """

    def __init__(self, page: str) -> None:
        self.page = page

    def key(self, name: str) -> str:
        """The session key of the widget that makes a choice."""
        return f"{self.page}_{name}"

    def asked(self, name: str) -> str | None:
        """What the address asks for, where it was changed from outside: a link, the back button."""
        stated = st.query_params.get(name) or None
        if stated == st.session_state.get(self._told(name)) or self._moved(name):
            return None
        return stated

    def remembered(self, name: str, default: Any) -> Any:
        """The value that was last kept in this session, or the default."""
        return st.session_state.get(f"{self.page}_kept_{name}", default)

    def keep(self, name: str, value: Any, default: Any = None) -> None:
        """Remembers a value and states it in the address, unless it is the default."""
        st.session_state[f"{self.page}_kept_{name}"] = value
        st.session_state[self._seen(name)] = st.session_state.get(self.key(name))
        text = None if value == default else str(value)
        st.session_state[self._told(name)] = text
        if text is None:
            st.query_params.pop(name, None)
        elif st.query_params.get(name) != text:
            st.query_params[name] = text

    def _moved(self, name: str) -> bool:
        """Whether the person has just moved the widget: the browser's address is then behind."""
        held, seen = self.key(name), self._seen(name)
        if held not in st.session_state or seen not in st.session_state:
            return False
        return bool(st.session_state[held] != st.session_state[seen])

    def _seen(self, name: str) -> str:
        return f"{self.page}_seen_{name}"

    def _told(self, name: str) -> str:
        return f"{self.page}_told_{name}"
