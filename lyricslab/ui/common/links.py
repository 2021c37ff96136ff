"""Where the pages are, and the choices that live in their addresses.

A choice is bound to the address so that a teacher can mail it: `/train?base=songs&layers=0,2`.
Streamlit's own `bind="query-params"` writes a widget's labels; `bound` and `keep` write ids, and
serve our own widgets too.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import streamlit as st

from lyricslab.ui.common.error_boundary import plain

ROOT = Path(__file__).resolve().parents[3]

_PAGES = {
    "start": ("Start", "", ":material/home:", "What this is, and your latest runs."),
    "corpus": ("Corpus", "corpus", ":material/library_books:", "Bring songs, check, save them."),
    "bases": (
        "Bases",
        "bases",
        ":material/layers:",
        "Networks that have read much, to begin with.",
    ),
    "train": ("Train", "train", ":material/local_fire_department:", "Let a base learn from them."),
    "paper": ("The paper", "paper", ":material/science:", "The experiment, on your songs."),
    "compare": ("Compare", "compare", ":material/stacked_line_chart:", "Runs side by side."),
    "run": ("Run", "run", ":material/show_chart:", "One run: its curve, what it writes."),
    "write": ("Write", "write", ":material/edit_note:", "New songs, by a run or a base."),
}

_OFF_THE_MENU = ("run",)
"""Reached by links alone: which run it shows is in the address."""


def page_file(name: str) -> str:
    """The file of a page, for `st.switch_page` and `st.page_link`: "start", "train", ..."""
    return str(ROOT / "pages" / f"{name}.py")


def pages() -> dict[str, st.Page]:
    """Every page by name, in the menu's order."""
    return {
        name: st.Page(
            page_file(name),
            title=title,
            url_path=path,
            icon=icon,
            help=help,
            default=not path,
            visibility="hidden" if name in _OFF_THE_MENU else "visible",
        )
        for name, (title, path, icon, help) in _PAGES.items()
    }


def go(name: str, **choices: str | None) -> None:
    """Opens a page, with choices in its address; those that are None are left out."""
    st.switch_page(page_file(name), query_params=_given(choices))


def link(name: str, label: str, icon: str | None = None, **choices: str | None) -> None:
    """A link to a page, with choices in its address; those that are None are left out."""
    st.page_link(page_file(name), label=label, icon=icon, query_params=_given(choices))


def chosen(name: str) -> str | None:
    """A choice as the address states it, or None."""
    return st.query_params.get(name) or None


def bound(name: str, options: Sequence[str] | None, default: str) -> str:
    """The session key for a widget whose choice lives in the address; then `keep` and `tell`.

    The address goes first where it was changed from outside (a link, the browser's back button),
    then the widget's own state, then what was last kept in this session, then the default.
    A choice in the address that is not there is said aloud, not passed over.

    Args:
        options: what may be chosen; None leaves the check to the caller.
    """
    key, last = f"choice_{name}", st.session_state.get(f"kept_{name}")
    stated = st.query_params.get(name)
    if stated is not None and stated != last and not _moved(name):
        if options is None or stated in options:
            st.session_state[key] = stated
        else:
            st.warning(plain(f"This address asks for {name} '{stated}', which is not here."))
    if key not in st.session_state or not _fits(st.session_state[key], options):
        st.session_state[key] = last if last is not None and _fits(last, options) else default
    return key


def keep(name: str, value: str) -> None:
    """Remembers a choice for when the person comes back; `tell` puts it into the address."""
    st.session_state[f"kept_{name}"] = value
    st.session_state[f"seen_{name}"] = st.session_state.get(f"choice_{name}")
    st.session_state.setdefault("choices_to_tell", {})[name] = value


def choose(name: str, value: str) -> None:
    """Changes a choice from elsewhere than its own widget, before the page is drawn again."""
    st.session_state[f"choice_{name}"] = value


def tell() -> None:
    """Puts what was kept into the address at once; each change is a step of the back button."""
    kept = st.session_state.pop("choices_to_tell", {})
    news = {name: value for name, value in kept.items() if st.query_params.get(name) != value}
    if news:
        st.query_params.update(news)


def drawn(name: str, value: str) -> int:
    """A number for the key of a component of ours that shows this choice.

    It grows when the choice was made elsewhere (a link, the back button): the component then
    begins anew with `value`, where its own state would have gone first.
    """
    if value != st.session_state.get(f"drawn_{name}"):
        st.session_state[f"drawn_{name}"] = value
        st.session_state[f"turn_{name}"] = st.session_state.get(f"turn_{name}", 0) + 1
    return int(st.session_state[f"turn_{name}"])


def keep_drawn(name: str, value: str) -> None:
    """Keeps what was chosen in a component of ours; see `drawn`."""
    st.session_state[f"choice_{name}"] = st.session_state[f"drawn_{name}"] = value
    keep(name, value)


def _moved(name: str) -> bool:
    """Whether the person has just moved the widget: the browser's address is then behind."""
    held, seen = f"choice_{name}", f"seen_{name}"
    if held not in st.session_state or seen not in st.session_state:
        return False
    return bool(st.session_state[held] != st.session_state[seen])


def _fits(value: object, options: Sequence[str] | None) -> bool:
    return options is None or value in options


def _given(choices: dict[str, str | None]) -> dict[str, str]:
    return {name: value for name, value in choices.items() if value is not None}
