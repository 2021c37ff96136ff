"""Choices that live in a page's address: links, reloads and the back button restore them.

Streamlit's own `bind="query-params"` writes a widget's labels; `UrlParam` writes ids, remembers a
choice while other pages are shown, and serves our own components as well.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Container
from dataclasses import dataclass
from functools import partial
from typing import Any, Generic, TypeVar

import streamlit as st

from lyricslab.config_base import Range
from lyricslab.errors import InputError, LyricsLabError
from lyricslab.ui.common.error_boundary import plain

T = TypeVar("T")
_PENDING = "url_pending"


class Replaced(InputError):
    """An address asks for a value that cannot be shown; `value` is shown instead."""

    def __init__(self, sentence: str, value: Any) -> None:
        self.value = value
        super().__init__(sentence)


@dataclass(frozen=True)
class UrlParam(Generic[T]):
    """A choice of one page, kept in its address.

    Its value is the first of these that can be used: what the address asks for, where a link or
    the back button changed it; what the widget holds; what was last committed in this session,
    because Streamlit forgets the widgets of a page that is left; the default.

    In a page: `bind` the widget's key, draw the widget, `commit` its value, then `publish`.
    """

    page: str
    name: str
    """As the address has it."""
    default: T
    parse: Callable[[str], Any] = str
    """Reads the address; raises `Replaced` or another of our errors for what it cannot use."""
    options: Container[T] | None = None
    """The values that can be chosen; None where `parse` decides."""
    hide_default: bool = False
    """Whether the default is left out of the address."""

    @property
    def key(self) -> str:
        """Return the session key of the widget."""
        return f"{self.page}_{self.name}"

    @property
    def known(self) -> bool:
        """Whether this session has a value for it already."""
        return self.key in st.session_state or f"{self.key}_kept" in st.session_state

    def requested(self) -> str | None:
        """Return what the address asks for, where something outside the page changed it."""
        text = st.query_params.get(self.name) or None
        # Just after the person has moved the widget, the browser's address is behind.
        unchanged = text == st.session_state.get(f"{self.key}_told")
        return None if unchanged or self._moved() else text

    def resolve(self) -> T:
        """Return the value, having put it under `key` for the widget to show."""
        state, text, sentence = st.session_state, self.requested(), ""
        if text is not None:
            try:
                state[self.key] = self._read(text)
            except Replaced as error:
                state[self.key], sentence = error.value, str(error)
            except LyricsLabError as error:
                sentence = str(error)
        elif self.key not in state or self._left():
            state.pop(f"{self.key}_notice", None)
        if self.key not in state or not self._fits(state[self.key]):
            last = state.get(f"{self.key}_kept", self.default)
            state[self.key] = last if self._fits(last) else self.default
        if text is not None:
            state[f"{self.key}_notice"] = (state[self.key], sentence)
        value: T = state[self.key]
        return value

    def bind(self) -> str:
        """Return `key`, with the value under it; say what the address asks for in vain."""
        self.resolve()
        self.show_notice()
        return self.key

    def show_notice(self) -> None:
        """Say what the address asked for in vain, as long as the value shown instead stays."""
        value, sentence = st.session_state.get(f"{self.key}_notice", (None, ""))
        if sentence and value == st.session_state[self.key]:
            st.warning(plain(sentence))

    def set(self, value: T) -> None:
        """Change the value from elsewhere than its widget, before the widget is drawn."""
        st.session_state[self.key] = value

    def commit(self, value: T) -> None:
        """Remember a value for later visits, and have `publish` put it into the address."""
        state = st.session_state
        hidden = self.hide_default and value == self.default
        text = None if hidden else str(value) or None
        state[f"{self.key}_kept"], state[f"{self.key}_seen"] = value, state.get(self.key)
        state[f"{self.key}_told"] = text
        state.setdefault(_PENDING, {})[self.name] = text

    def _read(self, text: str) -> T:
        value: T = self.parse(text)
        if not self._fits(value):
            raise InputError(f"There is no {self.name} '{text}' here; the link may be old.")
        return value

    def _fits(self, value: T) -> bool:
        return self.options is None or value in self.options

    def _moved(self) -> bool:
        state, seen = st.session_state, f"{self.key}_seen"
        return self.key in state and seen in state and bool(state[self.key] != state[seen])

    def _left(self) -> bool:
        """Whether the address is no longer the one that was published: the page was left."""
        stated = st.query_params.get(self.name) or None
        return bool(stated != st.session_state.get(f"{self.key}_told"))


class ComponentParam(UrlParam[str]):
    """A choice that one of our own components shows, or another element that keeps its state."""

    @property
    def version(self) -> int:
        """Return a number for the element's key; it grows when the choice was changed elsewhere."""
        return version_of(self.key, st.session_state[self.key])

    def hold(self, value: str) -> None:
        """Take over what was chosen in the element, which shows it already."""
        st.session_state[self.key] = value
        mark_shown(self.key, value)

    def commit(self, value: str) -> None:
        """Hold the value, remember it, and have `publish` put it into the address."""
        self.hold(value)
        super().commit(value)


def publish() -> None:
    """Put what was committed into the address, as one step of the back button."""
    pending: dict[str, str | None] = st.session_state.pop(_PENDING, {})
    stated = st.query_params.to_dict()
    if any((stated.get(name) or None) != text for name, text in pending.items()):
        merged = stated | pending
        st.query_params.from_dict({name: text for name, text in merged.items() if text})


def version_of(element: str, value: str) -> int:
    """Return a number for an element's key that grows when it is to show another value.

    An element with a new key starts from `value`, where otherwise its own state would win.
    """
    state, shown, version = st.session_state, f"{element}_shown", f"{element}_version"
    if value != state.get(shown):
        state[shown], state[version] = value, state.get(version, 0) + 1
    return int(state[version])


def mark_shown(element: str, value: str) -> None:
    """Note that an element shows a value already, since it was chosen in it."""
    st.session_state[f"{element}_shown"] = value
    st.session_state.setdefault(f"{element}_version", 0)


def number_param(
    page: str, name: str, limits: Range, default: float, *, spoken: str = "", hide: bool = False
) -> UrlParam[Any]:
    """Return the parameter of a number; whole if its default is.

    Args:
        spoken: what the number is called in a sentence; its name unless given.
        hide: whether the default is left out of the address.
    """
    parse = partial(parse_number, spoken=spoken or name, limits=limits, default=default)
    return UrlParam(page, name, default, parse, hide_default=hide)


def parse_number(text: str, spoken: str, limits: Range, default: float) -> float:
    """Read a number within its limits; whole if its default is.

    Raises:
        Replaced: if it is not a number, with the default, or out of its limits, with the nearest.
    """
    whole = isinstance(default, int)
    reach = f"it goes from {limits.low:g} to {limits.high:.10g}"
    try:
        value: float = int(text) if whole else float(text)
    except ValueError:
        value = math.nan
    if isinstance(value, float) and math.isnan(value):
        raise Replaced(
            f"The address asks for the {spoken} '{text[:20]}', which is not a "
            f"{'whole ' if whole else ''}number: {reach}. It is {default:g} here.",
            default,
        )
    nearest = type(default)(min(max(value, limits.low), limits.high))
    if nearest != value:
        raise Replaced(
            f"The address asks for a {spoken} of {text[:20]}, which is out of reach: {reach}. "
            f"It is {nearest:.10g} here.",
            nearest,
        )
    return nearest
