"""The status of a run as the pages show it: a word, an icon and a colour."""

from __future__ import annotations

import streamlit as st

from lyricslab.store.rows import RunRow

BADGES = {
    "queued": ("waiting", ":material/hourglass_empty:", "gray"),
    "running": ("training", ":material/local_fire_department:", "orange"),
    "stopping": ("stopping", ":material/stop_circle:", "orange"),
    "done": ("finished", ":material/check_circle:", "green"),
    "stopped": ("stopped", ":material/pause_circle:", "blue"),
    "failed": ("failed", ":material/error:", "red"),
}
STATUS_WORDS = {status: word for status, (word, _, _) in BADGES.items()}
STATUS_COLOURS = {word: colour for word, _, colour in BADGES.values()}


def badge(run: RunRow) -> None:
    """Show a run's status as a coloured word."""
    word, icon, colour = BADGES[run.status]
    st.badge(word, icon=icon, color=colour)  # type: ignore[arg-type]  # one of ours
