"""A line by the chosen writer, which shows what a temperature does."""

from __future__ import annotations

from dataclasses import replace

import streamlit as st

from lyricslab.config import FormConfig, SampleConfig
from lyricslab.model import network_file, sampler
from lyricslab.store.store import Store
from lyricslab.ui.common import writers
from lyricslab.ui.common.writers import Writer
from lyricslab.ui.write.writing import title_and_lyrics

CHARS = 110
"""A title and a line."""


def example_line(store: Store, writer: Writer, config: SampleConfig) -> str:
    """Return a line that a writer writes at a temperature, always from the same seed.

    Raises:
        CheckpointError: if its file is missing or damaged.
    """
    digest = network_file.load_card(writer.path).weights_digest
    wanted = replace(config, seed=0, count=1, prime="", length_chars=CHARS, form=FormConfig())
    return _line(store, writer, digest, wanted)


@st.cache_data(show_spinner=False, max_entries=256)
def _line(_store: Store, _writer: Writer, digest: str, config: SampleConfig) -> str:
    known = writers.knowledge(_store, _writer)
    text = sampler.write(writers.network(_writer), config, known=known)[0].text
    lines = [line for line in title_and_lyrics(text)[1].split("\n") if line.strip()]
    return lines[0] if lines else ""
