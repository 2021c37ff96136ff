"""The controls of a song's form: sections, rhymes, syllables."""

from __future__ import annotations

import streamlit as st

from lyricslab.config import MAX_SECTION_LINES, FormConfig, read_syllables
from lyricslab.errors import ConfigError
from lyricslab.ui.common.error_boundary import problem
from lyricslab.ui.common.url_state import UrlParam

FORMS: dict[str, tuple[str, ...]] = {
    "free": (),
    "verses": ("verse",) * 4,
    "chorus": ("verse", "chorus", "verse", "chorus"),
    "bridge": ("verse", "chorus", "verse", "chorus", "bridge", "chorus"),
}
"""The forms, as the address calls them, and their sections."""
FORM_LABELS = {
    "free": "As it comes",
    "verses": "Four verses",
    "chorus": "Verse, chorus, twice",
    "bridge": "Verse, chorus, twice, bridge, chorus",
}
RHYMES = {"ABAB": "ABAB", "AABB": "AABB", "ABCB": "ABCB", "AAAA": "AAAA", "none": ""}
RHYME_LABELS = {
    "ABAB": "Every other line (ABAB)",
    "AABB": "In pairs (AABB)",
    "ABCB": "The second and the fourth (ABCB)",
    "AAAA": "All alike (AAAA)",
    "none": "No rhymes",
}


def form() -> FormConfig:
    """Ask for the form; rhymes and syllables only where there are sections."""
    sections = FORMS[_choice("form", "Form", FORM_LABELS, "free")]
    if not sections:
        return FormConfig()
    rhymes = RHYMES[_choice("rhymes", "Rhymes", RHYME_LABELS, "ABAB")]
    param = UrlParam("write", "syllables", default="", hide_default=True)
    text = st.text_input(
        "Syllables of each line",
        key=param.bind(),
        placeholder="Any; or 8 6 8 6",
        max_chars=4 * MAX_SECTION_LINES,
        help="Numbers with blanks between them, one for each line of a section. One number is for "
        "all lines. Sing a line you like and count.",
    )
    param.commit(text)
    try:
        return FormConfig(sections=sections, rhymes=rhymes, syllables=read_syllables(text))
    except ConfigError as error:
        problem(error)
        return FormConfig(sections=sections, rhymes=rhymes)


def _choice(name: str, label: str, labels: dict[str, str], default: str) -> str:
    param = UrlParam("write", name, default=default, options=labels, hide_default=True)
    chosen = st.selectbox(
        label, list(labels), format_func=labels.__getitem__, key=param.bind(), width="stretch"
    )
    param.commit(chosen)
    return chosen
