"""A few lines by a base, on its card, and more at a click."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.config import SampleConfig
from lyricslab.model import sampler
from lyricslab.model.card import Card
from lyricslab.ui.common import writers
from lyricslab.ui.common.error_boundary import boundary
from lyricslab.ui.common.writers import Writer
from lyricslab.ui.write.writing import mood

CHARS = 280
MAX_CHARS = 1000
"""Of a sample on a card."""
TEMPERATURES = (0.4, 0.6, 0.8, 1.0, 1.2)
USUAL = 0.8
SMALL = 200_000
"""The most weights of a network that may write as soon as its card is shown."""
HEIGHT_PX = 252


@dataclass(frozen=True, slots=True)
class Sample:
    """A few lines, and what they were sampled with."""

    text: str
    seed: int | None
    """None if the card does not say."""
    temperature: float | None

    @property
    def foot(self) -> str:
        """Return what it was sampled with, in a few words."""
        if self.seed is None and self.temperature is None:
            return "written when it was made"
        parts = [] if self.seed is None else [f"seed {self.seed}"]
        if self.temperature is not None:
            manner = mood(self.temperature).partition(":")[0]
            parts.append(f"temperature {self.temperature:g}, {manner}")
        return " · ".join(parts)


@st.fragment
def sample(card: Card, path: Path) -> None:
    """Show a sample and the button that writes another."""
    with boundary():
        key = f"base_sample_{card.weights_digest}"
        wanted = st.session_state.pop(f"{key}_wanted", False)
        shown: Sample | None = st.session_state.get(key) or first(card, path)
        with st.container(border=True, height=HEIGHT_PX, key=f"sheet_lyrics_base_{card.name}"):
            place = st.empty()
        foot = st.empty()
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.button(
                "Write another" if shown or wanted else "Write a few lines",
                icon=":material/casino:" if shown or wanted else ":material/edit:",
                key=f"base_again_{card.name}",
                on_click=_want,
                args=(key,),
            )
            temperature = st.select_slider(
                "Temperature",
                TEMPERATURES,
                USUAL,
                key=f"base_temperature_{card.name}",
                width=190,
                help="Low is careful, high is wild.",
            )
        if wanted:
            foot.caption("Writing ...")
            seed = st.session_state[f"{key}_seed"]
            shown = st.session_state[key] = _write(place, card, path, seed, temperature)
        if shown is None:
            place.caption("A network of this size takes a moment. It writes when you ask it to.")
            return
        place.text(_reflowed(card, shown.text.strip("\n")))
        foot.caption(shown.foot)


def _want(key: str) -> None:
    st.session_state[f"{key}_wanted"] = True
    st.session_state[f"{key}_seed"] = st.session_state.get(f"{key}_seed", 0) + 1


def first(card: Card, path: Path) -> Sample | None:
    """Return the first sample: the one on the card, or one that a small network writes."""
    stored = card.details.get("samples")
    samples = map(_read_sample, stored if isinstance(stored, list) else ())
    on_card = next(filter(None, samples), None)
    if on_card is not None:
        return on_card
    if card.model.parameters > SMALL:
        return None
    return _written(card, path, card.weights_digest)


def _read_sample(stored: object) -> Sample | None:
    """Read a sample on a card: {"text", "seed", "temperature"} or text; None if it is neither."""
    values = stored if isinstance(stored, dict) else {"text": stored}
    text, seed, temperature = (values.get(name) for name in ("text", "seed", "temperature"))
    if not isinstance(text, str) or not text.strip():
        return None
    return Sample(
        text[:MAX_CHARS],
        seed if type(seed) is int else None,
        float(temperature) if isinstance(temperature, int | float) else None,
    )


_kept: dict[str, Sample] = {}


def _written(card: Card, path: Path, digest: str) -> Sample:
    """Return a few lines by a small network, written once for each version of its file."""
    if digest not in _kept:
        config = SampleConfig(temperature=USUAL, length_chars=CHARS, seed=0)
        text = sampler.write(writers.network(_writer(card, path)), config)[0].text
        _kept[digest] = Sample(text, config.seed, config.temperature)
    return _kept[digest]


def _write(place: DeltaGenerator, card: Card, path: Path, seed: int, temperature: float) -> Sample:
    """Let a network write, and show each line as it comes."""
    network = writers.network(_writer(card, path))
    config = SampleConfig(temperature=temperature, length_chars=CHARS, seed=seed)
    text = ""
    for _, char in sampler.stream(network, config):
        text += char
        if char == "\n":
            place.text(_reflowed(card, text))
    return Sample(text, seed, temperature)


def _reflowed(card: Card, text: str) -> str:
    """Join the lines of prose: such a base ends lines at 70 characters, as its books do."""
    return text if card.lyrics else re.sub(r"(?<!\n)\n(?=[^\n])", " ", text)


def _writer(card: Card, path: Path) -> Writer:
    return Writer(card.name, card.title or card.name, "base", path)
