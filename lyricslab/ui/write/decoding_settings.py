"""The controls of which letters may be drawn: words, copies, loops, endings, unlikely ones."""

from __future__ import annotations

import streamlit as st

from lyricslab.config import STANDARD_DECODING, VOCAB_SIZE, DecodingConfig
from lyricslab.config_base import Range
from lyricslab.ui.common.url_state import UrlParam, number_param

WORDS = {"free": 0.0, "mostly": 0.9, "only": 1.0}
"""The choices, as the address calls them, and how strictly only known words are written."""
WORD_LABELS = {"free": "Free", "mostly": "Mostly known", "only": "Only known"}
YES_NO = {"yes": True, "no": False}
NO_LIMIT = DecodingConfig()


def known_words() -> float:
    """Ask how strictly only known words are written."""
    standard = next(name for name, value in WORDS.items() if value == STANDARD_DECODING.known_words)
    param = UrlParam("write", "words", default=standard, options=WORDS, hide_default=True)
    chosen = st.select_slider(
        "Words",
        list(WORDS),
        format_func=WORD_LABELS.__getitem__,
        key=param.bind(),
        help="A network writes letter by letter, and now and then makes up a word. The known "
        "words are those of an English lexicon and of the songs it learned from.",
    )
    param.commit(chosen)
    return WORDS[chosen]


def decoding() -> DecodingConfig:
    """Ask for everything else about which letters may be drawn, folded away."""
    words = known_words()
    with st.expander("Copies, loops, endings, unlikely letters", icon=":material/tune:"):
        longest = STANDARD_DECODING.max_copy_chars
        original = _switch(
            "original",
            f"Never copy more than {longest} letters in a row",
            True,
            "The network turns away before a passage of a song that it learned from grows longer. "
            "Letters, blanks and signs count. Your own opening may be any passage.",
        )
        loops = _switch(
            "loops",
            "No loops",
            STANDARD_DECODING.loop_guard,
            "The same three words may come at most three times within about ten lines.",
        )
        ends = _switch(
            "endings",
            "End well",
            STANDARD_DECODING.endings,
            "The song ends with a whole line near the length you ask for, and closes its brackets.",
        )
        min_p = _number(
            "min_p",
            "At least this share of the likeliest letter's chance",
            Range(0, 1),
            NO_LIMIT.min_p,
            step=0.01,
        )
        top_p = _number(
            "top_p",
            "The likeliest letters that have this chance together",
            DecodingConfig.RANGES["top_p"],
            NO_LIMIT.top_p,
            step=0.05,
        )
        top_k = int(
            _number(
                "top_k",
                "This many of the likeliest letters (0: all)",
                Range(0, VOCAB_SIZE),
                NO_LIMIT.top_k,
                step=1,
            )
        )
    return DecodingConfig(
        known_words=words,
        loop_guard=loops,
        endings=ends,
        max_copy_chars=longest if original else 0,
        min_p=min_p,
        top_p=top_p,
        top_k=top_k,
    )


def _switch(name: str, label: str, default: bool, help: str) -> bool:
    """Ask for yes or no."""
    usual = "yes" if default else "no"
    param = UrlParam("write", name, default=usual, options=YES_NO, hide_default=True)
    on = st.toggle(label, YES_NO[param.resolve()], key=f"write_{name}_switch", help=help)
    param.show_notice()
    value = "yes" if on else "no"
    param.set(value)
    param.commit(value)
    return on


def _number(name: str, label: str, limits: Range, default: float, *, step: float) -> float:
    param = number_param("write", name, limits, default, spoken=name.replace("_", "-"), hide=True)
    low, high = (type(default)(limit) for limit in limits)
    value = st.number_input(label, low, high, step=type(default)(step), key=param.bind())
    param.commit(value)
    return value
