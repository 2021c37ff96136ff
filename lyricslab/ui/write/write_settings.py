"""What a song shall be like: the controls of the Write page, each kept in its address."""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.config import Range, SampleConfig
from lyricslab.errors import NotFoundError
from lyricslab.model import sampler
from lyricslab.store.store import Store
from lyricslab.ui.common.choices import Choices
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.common.writers import Writer, find
from lyricslab.ui.write.writing import mood

TEMPERATURE = SampleConfig.RANGES["temperature"]
LENGTH = Range(100, 5000)
SEED = Range(0, 2**31 - 1)
MOST_SONGS = 4
MOST_PRIME_CHARS = 400
NOBODY = ""
DEFAULTS = SampleConfig()

choices = Choices("write")


def who(store: Store, workspace_id: str, known: Sequence[Writer]) -> Writer:
    """The network that writes."""
    # As the addresses of other pages call them.
    other = [st.query_params.pop(name, None) for name in ("run", "base")]
    key = choices.key("model")
    named = next(filter(None, other), None)
    _adopt_writer(key, "model", store, workspace_id, known, known[0].key, named)
    by_key = {writer.key: writer for writer in known}
    chosen = st.selectbox(
        "Who writes", list(by_key), format_func=lambda k: by_key[k].label, key=key
    )
    choices.keep("model", chosen)
    return by_key[chosen]


def beside(store: Store, workspace_id: str, known: Sequence[Writer]) -> Writer | None:
    """A second network that writes beside the first, from the same seed; or None."""
    key = choices.key("beside")
    _adopt_writer(key, "beside", store, workspace_id, known, NOBODY, None)
    by_key = {writer.key: writer for writer in known}
    chosen = st.selectbox(
        "Side by side with",
        [NOBODY, *by_key],
        format_func=lambda k: by_key[k].label if k else "nobody",
        key=key,
        help="A second network gets the same opening, temperature and seed: what differs is what "
        "it has learned.",
    )
    choices.keep("beside", chosen, default=NOBODY)
    return by_key.get(chosen)


def song_settings(prime: str) -> SampleConfig:
    """Temperature, length, number of songs and seed, for a song that begins so."""
    temperature = _temperature()
    left, right = st.columns(2, gap="small")
    with left:
        length = _length()
    with right:
        count = _count()
    return SampleConfig(
        temperature=temperature, length_chars=length, seed=_seed(), prime=prime, count=count
    )


def opening() -> str:
    """How the songs begin."""
    key = choices.key("prime")
    asked = choices.asked("prime")
    if asked is not None:
        st.session_state[key] = asked[:MOST_PRIME_CHARS]
    st.session_state.setdefault(key, choices.remembered("prime", ""))
    prime = st.text_area(
        "How it begins",
        key=key,
        height=84,
        max_chars=MOST_PRIME_CHARS,
        placeholder="Empty: it chooses its own title",
        help="The network goes on from the very last letter, even within a word: end with a space "
        "for it to begin a new word, with Enter for a new line. Songs begin with their title, then "
        "an empty line, then the first line.",
    )
    choices.keep("prime", prime, default="")
    return str(prime or "")


def new_seed() -> None:
    """Draws another seed."""
    st.session_state[choices.key("seed")] = secrets.randbelow(100_000)


# ---- one control each


def _temperature() -> float:
    key = choices.key("temperature")
    _adopt_number(key, "temperature", "temperature", TEMPERATURE, DEFAULTS.temperature)
    low, high = (float(limit) for limit in TEMPERATURE)
    value = float(st.slider("Temperature", low, high, step=0.05, key=key, format="%.2f"))
    choices.keep("temperature", round(value, 3))
    st.caption(f"{mood(value).capitalize()}.")
    _said("temperature", value)
    return value


def _length() -> int:
    key = choices.key("length")
    _adopt_number(key, "length", "length", LENGTH, DEFAULTS.length_chars, whole=True)
    low, high = (int(limit) for limit in LENGTH)
    value = int(
        st.number_input(
            "Length, characters",
            low,
            high,
            step=100,
            key=key,
            help="The most characters of one song; it may end itself sooner. A line has about 35.",
        )
    )
    choices.keep("length", value, default=DEFAULTS.length_chars)
    _said("length", value)
    return value


def _count() -> int:
    key = choices.key("songs")
    _adopt_number(key, "songs", "number of songs", Range(1, MOST_SONGS), 1, whole=True)
    count = int(
        st.number_input(
            "Songs",
            1,
            MOST_SONGS,
            step=1,
            key=key,
            help="Several at once, with this seed and those after it.",
        )
    )
    choices.keep("songs", count, default=1)
    _said("songs", count)
    return count


def _seed() -> int:
    key = choices.key("seed")
    _adopt_number(key, "seed", "seed", SEED, DEFAULTS.seed, whole=True)
    with st.container(horizontal=True, vertical_alignment="bottom", gap="small"):
        value = int(
            st.number_input(
                "Seed",
                int(SEED.low),
                int(SEED.high),
                step=1,
                key=key,
                help="Which draw it is. The same seed, settings and network give the same song.",
            )
        )
        st.button(
            "New seed",
            icon=":material/casino:",
            key="write_reroll",
            on_click=new_seed,
            help="Draws another seed.",
        )
    choices.keep("seed", value)
    _said("seed", value)
    return value


# ---- what an address asks for


def _adopt_writer(
    key: str,
    name: str,
    store: Store,
    workspace_id: str,
    known: Sequence[Writer],
    default: str,
    named: str | None,
) -> None:
    """Takes over the network that the address names; one that is not there is said in words."""
    asked = choices.asked(name) or named
    if asked:
        try:
            st.session_state[key] = find(store, known, asked, workspace_id).key
        except NotFoundError as error:
            problem(error)
    keys = {writer.key for writer in known}
    if st.session_state.get(key) not in keys | ({NOBODY} if default == NOBODY else set()):
        kept = choices.remembered(name, default)
        st.session_state[key] = kept if kept in keys else default


def _adopt_number(
    key: str, name: str, spoken: str, limits: Range, default: float, whole: bool = False
) -> None:
    """Takes over a number that the address states; a wrong one is put right, and said so."""
    kind: Any = int if whole else float
    asked = choices.asked(name)
    if asked is None:
        st.session_state.setdefault(key, choices.remembered(name, kind(default)))
        return
    value, sentence = read_number(asked, spoken, limits, default, whole)
    st.session_state[key] = kind(value)
    st.session_state[f"{key}_said"] = (kind(value), sentence)


def read_number(
    text: str, spoken: str, limits: Range, default: float, whole: bool
) -> tuple[float, str]:
    """The number that an address states, within its limits, and a sentence if it was changed."""
    reach = f"it goes from {limits.low:g} to {limits.high:.10g}"
    try:
        value: float = int(text) if whole else float(text)
    except ValueError:
        value = math.nan
    if isinstance(value, float) and math.isnan(value):
        return default, (
            f"The address asks for the {spoken} '{text[:20]}', which is not a "
            f"{'whole ' if whole else ''}number: {reach}. It is {default:g} here."
        )
    held = min(max(value, limits.low), limits.high)
    if held == value:
        return value, ""
    return held, (
        f"The address asks for a {spoken} of {text[:20]}, which is out of reach: {reach}. "
        f"It is {held:.10g} here."
    )


def _said(name: str, value: float) -> None:
    """Says what was put right, for as long as the value that it was put to stands."""
    held, sentence = st.session_state.get(f"{choices.key(name)}_said", (None, ""))
    if sentence and held == value:
        st.warning(plain(sentence))


def notes(config: SampleConfig) -> None:
    """What may surprise about these settings, if anything."""
    sentence = sampler.advice(config)
    if sentence:
        st.caption(f":material/lightbulb: {plain(sentence)}")
