"""The controls of the Write page, each kept in its address."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from lyricslab.config import SampleConfig
from lyricslab.config_base import Range
from lyricslab.model import sampler
from lyricslab.store.store import Store
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.url_state import UrlParam, number_param
from lyricslab.ui.common.writers import Writer, find
from lyricslab.ui.write import decoding_settings, form_settings
from lyricslab.ui.write.writing import mood

TEMPERATURE = SampleConfig.RANGES["temperature"]
LENGTH = Range(100, 5000)
SEED = Range(0, 2**31 - 1)
COUNT = Range(1, 4)
MAX_PRIME_CHARS = 400
NOBODY = ""
DEFAULTS = SampleConfig()
MANNERS = {"Careful": 0.5, "Steady": 0.7, "Lively": 0.9, "Wild": 1.2}
"""Temperatures by name."""


SEED_PARAM = number_param("write", "seed", SEED, DEFAULTS.seed)
WRITTEN = UrlParam("write", "written", default="", options=("", "yes"))
"""Whether songs were written at this address: whoever opens it again sees them again."""


def who(store: Store, workspace_id: str, writers: Sequence[Writer]) -> Writer:
    """Ask which network writes."""
    # Other pages' addresses call it a run or a base.
    stated = st.query_params.to_dict()
    other = [stated.pop(name, "") for name in ("run", "base")]
    if any(other):
        stated.setdefault("model", next(filter(None, other)))
        st.query_params.from_dict(stated)
    by_key = {writer.key: writer for writer in writers}
    parse = partial(_writer_key, store, workspace_id, writers)
    model = UrlParam("write", "model", default=writers[0].key, parse=parse, options=by_key)
    chosen = st.selectbox(
        "Who writes", list(by_key), format_func=lambda key: by_key[key].label, key=model.bind()
    )
    model.commit(chosen)
    return by_key[chosen]


def beside(store: Store, workspace_id: str, writers: Sequence[Writer]) -> Writer | None:
    """Ask for a second network that writes beside the first, from the same seed; or None."""
    labels = {NOBODY: "nobody"} | {writer.key: writer.label for writer in writers}
    parse = partial(_writer_key, store, workspace_id, writers)
    second = UrlParam("write", "beside", default=NOBODY, parse=parse, options=labels)
    chosen = st.selectbox(
        "Side by side with",
        list(labels),
        format_func=labels.__getitem__,
        key=second.bind(),
        help="A second network gets the same opening, temperature and seed: what differs is what "
        "it has learned.",
    )
    second.commit(chosen)
    return next((writer for writer in writers if writer.key == chosen), None)


def _writer_key(store: Store, workspace_id: str, writers: Sequence[Writer], text: str) -> str:
    return find(store, writers, text, workspace_id).key


def song_settings(prime: str) -> tuple[SampleConfig, DeltaGenerator]:
    """Ask for form, temperature, length, number and seed of songs that begin with `prime`.

    Returns:
        the settings, and the place for a line that shows what the temperature does.
    """
    form = form_settings.form()
    temperature = _temperature()
    with st.container(key="write_example"):
        example = st.empty()
    decoding = decoding_settings.decoding()
    if form.sections:  # its lines are its length
        length, count = DEFAULTS.length_chars, _count()
    else:
        left, right = st.columns(2, gap="small")
        with left:
            length = _length()
        with right:
            count = _count()
    config = SampleConfig(
        temperature=temperature,
        length_chars=length,
        seed=_seed(),
        prime=prime,
        count=count,
        decoding=decoding,
        form=form,
    )
    return config, example


def opening() -> str:
    """Ask how the songs begin."""
    param = UrlParam("write", "prime", default="", parse=lambda text: text[:MAX_PRIME_CHARS])
    prime = st.text_area(
        "How it begins",
        key=param.bind(),
        height=84,
        max_chars=MAX_PRIME_CHARS,
        placeholder="Empty: it chooses its own title",
        help="The network continues from the very last letter, even within a word: end with a "
        "space for it to begin a new word, with Enter for a new line. Songs begin with their "
        "title, then an empty line, then the first line.",
    )
    param.commit(prime)
    return prime


def new_seed() -> None:
    """Draw another seed."""
    SEED_PARAM.set(secrets.randbelow(100_000))


# ---- one control each


def _temperature() -> float:
    param = number_param("write", "temperature", TEMPERATURE, DEFAULTS.temperature)
    low, high = (float(limit) for limit in TEMPERATURE)
    value = float(st.slider("Temperature", low, high, step=0.05, key=param.bind(), format="%.2f"))
    param.commit(round(value, 3))
    # Buttons: a control with a state of its own would fight with a slider that is being moved.
    with st.container(horizontal=True, gap="small", key="write_manners"):
        for name, temperature in MANNERS.items():
            st.button(
                f"**{name}**" if temperature == value else name,
                key=f"write_manner_{name.lower()}",
                type="tertiary",
                on_click=param.set,
                args=(temperature,),
            )
    st.caption(f"{mood(value).capitalize()}.")
    return value


def _length() -> int:
    return _whole_number(
        number_param("write", "length", LENGTH, DEFAULTS.length_chars, hide=True),
        LENGTH,
        "Length, characters",
        step=100,
        help="The most characters of one song; it may end itself sooner. A line has about 35.",
    )


def _count() -> int:
    return _whole_number(
        number_param("write", "songs", COUNT, 1, spoken="number of songs", hide=True),
        COUNT,
        "Songs",
        help="Several at once, with this seed and those after it.",
    )


def _seed() -> int:
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        seed = _whole_number(
            SEED_PARAM,
            SEED,
            "Seed",
            help="Which draw it is. The same seed, settings and network give the same song.",
        )
        st.button(
            "New seed",
            icon=":material/casino:",
            key="write_reroll",
            on_click=new_seed,
            help="Draws another seed.",
        )
    return seed


def _whole_number(
    param: UrlParam[int], limits: Range, label: str, *, step: int = 1, help: str
) -> int:
    low, high = (int(limit) for limit in limits)
    value = int(st.number_input(label, low, high, step=step, key=param.bind(), help=help))
    param.commit(value)
    return value


def notes(config: SampleConfig) -> None:
    """Say what may surprise about these settings, if anything."""
    sentence = sampler.advice(config)
    if sentence:
        st.caption(f":material/lightbulb: {plain(sentence)}")
