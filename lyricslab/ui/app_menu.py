"""The menu beside Streamlit's own: help, the size for a projector, the engine's state."""

from __future__ import annotations

import streamlit as st

import lyricslab
from lyricslab.engine.client import EngineStatus
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import boundary, plain
from lyricslab.wording import plural

_SWITCH = "app_menu_large"


def show() -> None:
    """Show the menu, closed.

    It asks for no rerun when it opens or closes: to close it by a click on another page would
    then run this and that page at once, and leave the page empty.
    """
    with (
        st.container(key="app_menu"),
        st.popover("Help", icon=":material/help:", type="tertiary"),
        boundary(),
    ):
        navigation.link("help", "Help", icon=":material/menu_book:")
        navigation.link("help", "Glossary", icon=":material/dictionary:", section="glossary")
        navigation.link("help", "About Lyrics Lab", icon=":material/info:", section="about")
        st.session_state[_SWITCH] = navigation.is_large()
        st.toggle(
            "Large, for a projector",
            key=_SWITCH,
            on_change=_switch,
            help="Larger letters and charts. It stays so on every page until you switch it off.",
        )
        st.caption(plain(engine_state(services.engine_status())))
        st.caption(f"Version {lyricslab.__version__}")


def _switch() -> None:
    navigation.SIZE.set(navigation.LARGE if st.session_state[_SWITCH] else "")


def engine_state(status: EngineStatus) -> str:
    """Say in a sentence how the engine is: asleep, starting, ready, or at work."""
    if not status.running:
        ended = f" It ended: {status.error}" if status.error else ""
        return f"The engine that trains in the background is asleep; a run wakes it.{ended}"
    if not status.workers:
        return "The engine that trains in the background is starting."
    if not status.busy:
        return "The engine that trains in the background is ready; nothing trains."
    return (
        "The engine that trains in the background is at work: "
        f"{status.busy} of {plural(status.workers, 'worker')} busy."
    )
