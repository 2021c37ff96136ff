"""Choosing a run: its songs, its base, the layers that learn and the training settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import fields, replace
from typing import Any

import streamlit as st

from lyricslab import config
from lyricslab.config import THIRDS, ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError, TrainableError
from lyricslab.lab import library, runs
from lyricslab.lab.rows import CorpusRow
from lyricslab.learning import presets
from lyricslab.model.card import Card
from lyricslab.model.trainable import Trainable
from lyricslab.text.song import Song
from lyricslab.text.split import split
from lyricslab.ui import layers, links, services
from lyricslab.ui.boundary import problem
from lyricslab.ui.captions import duration
from lyricslab.ui.cards import Choice, card_picker

DEFAULT_LAYERS = "0,2"
"""The paper's best choice for three layers; a smaller stack starts with its outermost."""
MOST_SEED = 2**31 - 1
KNOB_NAMES = {
    "grad_clip": "Gradient clip",
    "batch_size": "Songs at a time",
    "window_chars": "Window, characters",
    "patience_evals": "Patience, looks",
    "eval_every_steps": "Steps between looks",
    "point_every_steps": "Steps between points",
    "max_steps": "Steps at most",
}
CHOICE_NAMES = {
    "adamw": "AdamW",
    "rmsprop": "RMSprop",
    "cosine": "glides down",
    "constant": "stays",
    "corpus": "as saved with the songs",
    "thirds": "in thirds, as the paper",
}


def corpus_choice(rows: list[CorpusRow]) -> CorpusRow:
    """The corpus to learn from."""
    by_id = {row.id: row for row in rows}
    chosen = st.selectbox(
        "Songs",
        list(by_id),
        format_func=lambda corpus_id: f"{by_id[corpus_id].name}",
        key=links.bound("corpus", list(by_id), rows[0].id),
        label_visibility="collapsed",
    )
    row = by_id[chosen]
    links.keep("corpus", row.id)
    st.caption(f"{row.songs:,} songs, {row.characters:,} characters")
    return row


def base_choice(cards: list[Card]) -> Card:
    """The pretrained network to begin with."""
    by_name = {card.name: card for card in cards}
    first = next((card.name for card in cards if card.name == "songs"), cards[0].name)
    value = str(st.session_state[links.bound("base", list(by_name), first)])
    chosen = card_picker(
        "Base",
        [_choice(card) for card in cards],
        value,
        f"base_picker_{links.drawn('base', value)}",
    )
    links.keep_drawn("base", chosen)
    with st.popover("About this base", type="tertiary", icon=":material/info:"):
        _card(by_name[chosen])
    return by_name[chosen]


def layers_choice(model: ModelConfig) -> Trainable:
    """The layers that learn, from the diagram."""
    usual = DEFAULT_LAYERS if model.num_layers == 3 else f"0,{model.num_layers - 1}"
    stated = str(st.session_state[links.bound("layers", None, usual)])
    try:
        value = Trainable.parse(stated, model.num_layers)
    except TrainableError as error:
        problem(error)
        value = Trainable.parse(usual, model.num_layers)
    turn = links.drawn("layers", stated)
    learns = layers.layer_picker(model, value, f"layer_picker_{model.num_layers}_{turn}")
    links.keep_drawn("layers", str(learns))
    st.caption(layers.weights_in_words(model, learns))
    return learns


def preset_choice() -> str:
    """The name of the training settings to begin with."""
    names = list(presets.PRESETS)
    chosen = st.segmented_control(
        "How long and how",
        names,
        format_func=lambda name: presets.PRESETS[name].title,
        key=links.bound("preset", names, names[0]),
        required=True,
        label_visibility="collapsed",
    )
    links.keep("preset", str(chosen))
    st.caption(presets.PRESETS[str(chosen)].sentence)
    return str(chosen)


def settings(
    row: CorpusRow, card: Card, trainable: Trainable, preset: str
) -> tuple[TrainConfig, SplitConfig, str, str | None]:
    """The drawer of every setting.

    Returns:
        The settings, the split, the preset's name ("own" if a setting was changed) and the name
        for the run, if one was given.
    """
    with st.expander("Advanced: every setting, and what it does", icon=":material/tune:"):
        name = st.text_input(
            "Name of the run",
            placeholder=runs.default_name(
                RunConfig(corpus=row.digest, base=card.name, trainable=str(trainable))
            ),
            max_chars=60,
        )
        parts = _split_choice(row, preset)
        known = presets.resolve(
            preset,
            model=card.model,
            trainable=trainable,
            base_is_lyrics=card.lyrics,
            **sizes(row, parts),
        )
        chosen = _knobs(known, f"{preset}_{row.id}_{card.name}_{parts.train:.2f}")
    return chosen, parts, preset if chosen == known else "own", name.strip() or None


def seed_choice() -> int:
    """The seed of the run: order of songs, dropout."""
    key = links.bound("seed", None, "0")
    held = str(st.session_state[key])
    usable = held.isdecimal() and int(held) <= MOST_SEED
    if not usable:
        st.warning(f"This address asks for a seed that is no number from 0 to {MOST_SEED:,}.")
    st.session_state[key] = int(held) if usable else 0
    seed = st.number_input(
        "Seed",
        0,
        MOST_SEED,
        key=key,
        step=1,
        help=config.sentence(RunConfig, "seed"),
    )
    links.keep("seed", str(seed))
    return int(seed or 0)


def estimate(
    row: CorpusRow, model: ModelConfig, learns: Trainable, train: TrainConfig, parts: SplitConfig
) -> str:
    """How long the run will take, as a sentence."""
    seconds = presets.estimate_s(train, model, learns, **sizes(row, parts))
    about = f"At most {train.max_steps:,} steps: about {_about(seconds)} on one core"
    return f"{about}, less if validation stops it." if train.patience_evals else f"{about}."


def sizes(row: CorpusRow, parts: SplitConfig) -> dict[str, int]:
    """How many characters there are to learn from, and to check by.

    Raises:
        CorpusTooSmallError: if the songs cannot be split this way.
    """
    return _sizes(str(services.home().root), row.id, row.digest, tuple(parts.to_dict().values()))


@st.cache_data(show_spinner=False, max_entries=64)
def _sizes(_home: str, corpus_id: str, digest: str, parts: tuple[float, ...]) -> dict[str, int]:
    train, val, test, seed = parts
    wanted = SplitConfig(train=train, val=val, test=test, seed=int(seed))
    sides = split(library.load_corpus(services.store(), corpus_id), wanted)
    return {"train_chars": _characters(sides.train), "val_chars": _characters(sides.val)}


def _characters(songs: Sequence[Song]) -> int:
    return sum(len(song.framed) for song in songs)


def saved_split(row: CorpusRow) -> SplitConfig:
    """How the songs were divided when they were saved."""
    stated = row.report.get("split")
    return SplitConfig.from_dict(stated) if stated else SplitConfig()


def _split_choice(row: CorpusRow, preset: str) -> SplitConfig:
    way = st.segmented_control(
        "Songs are divided",
        ["corpus", "thirds"],
        default="thirds" if preset == "paper" else "corpus",
        format_func=CHOICE_NAMES.__getitem__,
        key=f"train_split_{preset}",
        required=True,
        help="Some songs are learned from, some decide when to stop, some judge in the end.",
    )
    saved = saved_split(row)
    return SplitConfig(**THIRDS, seed=saved.seed) if way == "thirds" else saved


def _knobs(known: TrainConfig, key: str) -> TrainConfig:
    """A widget for each setting of a training, beginning with what the preset says."""
    columns = st.columns(3)
    chosen: dict[str, Any] = {}
    for k, setting in enumerate(fields(TrainConfig)):
        value = getattr(known, setting.name)
        label = KNOB_NAMES.get(setting.name, setting.name.replace("_", " ").capitalize())
        with columns[k % 3]:
            chosen[setting.name] = _knob(label, setting.name, value, f"knob_{setting.name}_{key}")
    try:
        return replace(known, **chosen)
    except ConfigError as error:
        problem(error)
        st.stop()


def _knob(label: str, name: str, value: Any, key: str) -> Any:
    says = config.sentence(TrainConfig, name)
    if name in TrainConfig.CHOICES:
        options = TrainConfig.CHOICES[name]
        return st.selectbox(
            label, options, options.index(value), CHOICE_NAMES.__getitem__, key=key, help=says
        )
    low, high = TrainConfig.RANGES[name]
    if isinstance(value, int):
        whole = st.number_input(label, int(low), int(high), value, key=key, help=says)
        return value if whole is None else int(whole)
    fine = st.number_input(
        label,
        float(low),
        float(high),
        value,
        step=value / 4 or 0.05,
        format="%g",
        key=key,
        help=says,
    )
    return value if fine is None else float(fine)


def _choice(card: Card) -> Choice:
    """A base as a card: what it read and its size.

    Not how well it predicts: that is measured on texts of its own kind, so that the base of novels
    would look better than the base of songs, and serve songs worse.
    """
    facts = [f"{card.model.num_layers} layers of {card.model.hidden_size}"]
    facts.append(f"{card.model.parameters:,} weights")
    if card.characters >= 1_000_000:
        facts.append(f"read {card.characters / 1e6:,.0f} million characters")
    reads = card.reads or "What it read is not known."
    return Choice(card.name, card.title or card.name, reads, tuple(facts))


def _card(card: Card) -> None:
    """Everything that is known about a base."""
    losses = {"validation": card.val_nats_per_char, "test": card.test_nats_per_char}
    spoken = ", ".join(f"{v:.3f} on {k}" for k, v in losses.items() if v is not None)
    facts = {
        "Read": f"{card.songs:,} songs or pieces, {card.characters:,} characters",
        "Loss on texts like those it read": spoken and f"{spoken} (nats/char)",
        "Trained": f"{card.steps:,} steps in {duration(card.seconds)}" if card.steps else "",
        "Licence": card.licence,
        "Made by": card.command,
    }
    st.text("\n".join(f"{name}: {value}" for name, value in facts.items() if value))
    if card.sources:
        with st.container(height=220):
            st.text("\n".join(card.sources))


def _about(seconds: float) -> str:
    if seconds < 50:
        return f"{max(10, round(seconds, -1)):.0f} seconds"
    if seconds < 90:
        return "a minute"
    return duration(seconds) if seconds >= 5400 else f"{seconds / 60:.0f} minutes"
