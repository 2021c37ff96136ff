"""Choosing a run: its songs, its base, the layers that learn and the training settings."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import streamlit as st

from lyricslab.config import THIRDS, ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.config_base import Range
from lyricslab.errors import ConfigError, LyricsLabError, TrainableError
from lyricslab.library.corpora import saved_split, split_sizes
from lyricslab.library.runs import name_run
from lyricslab.model import cost, presets
from lyricslab.model.card import Card
from lyricslab.model.trainable import Trainable
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import base_order, layer_picker, services, setting_words
from lyricslab.ui.common.card_picker import Choice, card_picker
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.common.url_state import ComponentParam, UrlParam, number_param
from lyricslab.ui.train import gate_picker
from lyricslab.wording import about, duration, listed

DEFAULT_LAYERS = "0,2"
"""The paper's best choice for three layers; other networks start with first and last."""
SEEDS = Range(0, 2**31 - 1)
SPLIT_NAMES = {"corpus": "as saved with the songs", "thirds": "in thirds, as the paper"}
_PRESET = UrlParam("train", "preset", default=next(iter(presets.PRESETS)), options=presets.PRESETS)
OWN = "train_own"
"""Session key: the settings that the person changed by hand, by name."""
SPLIT = "split"
"""The name of the split among them."""


def corpus_choice(rows: list[CorpusRow]) -> CorpusRow:
    """Ask which corpus to learn from."""
    by_id = {row.id: row for row in rows}
    corpus = UrlParam("train", "corpus", default=rows[0].id, options=by_id)
    chosen = st.selectbox(
        "Songs",
        list(by_id),
        format_func=lambda corpus_id: f"{by_id[corpus_id].name}",
        key=corpus.bind(),
        label_visibility="collapsed",
    )
    row = by_id[chosen]
    corpus.commit(row.id)
    st.caption(f"{row.songs:,} songs, {row.characters:,} characters")
    return row


def base_choice(cards: Sequence[Card], row: CorpusRow) -> Card:
    """Ask for the base to start from; each card says how long a run from it takes."""
    by_name = {card.name: card for card in cards}
    first = base_order.preferred(cards)
    base = ComponentParam("train", "base", default=first.name, options=by_name)
    value = base.resolve()
    base.show_notice()
    if first.name in base_order.PREFERRED and len(cards) > 2:
        st.caption(
            f"Not sure? Take {plain(first.title or first.name)}. A larger network knows more and "
            "takes longer to learn; one that has read songs suits songs best."
        )
    chosen = card_picker(
        "Base",
        [_choice(card, row) for card in cards],
        value,
        f"base_picker_{base.version}",
    )
    base.commit(chosen)
    with st.popover("About this base", type="tertiary", icon=":material/info:"):
        _card(by_name[chosen])
    return by_name[chosen]


def layers_choice(model: ModelConfig) -> Trainable:
    """Ask which layers learn, in the diagram."""
    usual = _usual_layers(model)
    layers = ComponentParam("train", "layers", default=usual)
    try:
        value = Trainable.parse(layers.resolve(), model.num_layers)
    except TrainableError as error:
        problem(error)
        value = Trainable.parse(usual, model.num_layers)
    key = f"layer_picker_{model.num_layers}_{layers.version}"
    learns = layer_picker.layer_picker(model, value, key)
    layers.commit(str(learns))
    st.caption(layer_picker.weights_in_words(model, learns, _own().get("lora_rank", 0)))
    gate_picker.drawer(learns, layers)
    return learns


def preset_choice() -> str:
    """Ask for the preset; return its name."""
    chosen = st.segmented_control(
        "How long and how",
        list(presets.PRESETS),
        format_func=lambda name: presets.PRESETS[name].title,
        key=_PRESET.bind(),
        required=True,
        label_visibility="collapsed",
    )
    _PRESET.commit(str(chosen))
    st.caption(presets.PRESETS[str(chosen)].sentence)
    return str(chosen)


def settings(
    row: CorpusRow, card: Card, trainable: Trainable, preset: str
) -> tuple[TrainConfig, SplitConfig, str, str | None]:
    """Show the drawer of all settings, and what the person changed in it.

    Returns:
        The settings, the split, the preset's name ("own" if a setting was changed) and the name
        for the run, if one was given.
    """
    own = st.container()
    with st.expander("Advanced: every setting, and what it does", icon=":material/tune:"):
        name = _name(
            name_run(
                services.home(),
                row.name,
                RunConfig(
                    corpus=row.digest, base=card.name, trainable=str(trainable), preset=preset
                ),
            )
        )
        parts = _split_choice(row, preset)
        sizes = split_sizes(services.store(), row, parts)
        usual = presets.resolve(
            preset,
            model=card.model,
            base_is_lyrics=card.lyrics,
            train_chars=sizes.train_chars,
            val_chars=sizes.val_chars,
        )
        with own:
            _own_settings(usual, preset)
        chosen = _knobs(usual)
    return chosen, parts, preset if chosen == usual else "own", name


def seed_choice() -> int:
    """Ask for the seed of the run."""
    param = number_param("train", "seed", SEEDS, 0)
    low, high = (int(limit) for limit in SEEDS)
    seed = int(
        st.number_input("Seed", low, high, key=param.bind(), step=1, help=setting_words.SEED_HELP)
    )
    param.commit(seed)
    return seed


def estimate(
    row: CorpusRow, model: ModelConfig, learns: Trainable, train: TrainConfig, parts: SplitConfig
) -> str:
    """Say how long the run will take."""
    sizes = split_sizes(services.store(), row, parts)
    seconds = cost.estimate_s(train, model, learns, **sizes._asdict())
    budget = f"At most {train.max_steps:,} steps: about {about(seconds)} on one core"
    return f"{budget}, less if validation stops it." if train.patience_evals else f"{budget}."


def _name(default: str) -> str | None:
    """Ask for a name for the run; None keeps the default."""
    # It lasts until a run has taken it: the one after that is not to bear the same name.
    taken = services.store().runs(
        workspace_id=services.workspace(), exclude_experiments=True, most=1
    )
    name = st.text_input(
        "Name of the run",
        key=f"train_name_after_{taken[0].id if taken else 'none'}",
        placeholder=default,
        max_chars=60,
        persist_state="session",
    )
    return name.strip() or None


def _split_choice(row: CorpusRow, preset: str) -> SplitConfig:
    usual = _usual_split(preset)
    key = f"knob_{SPLIT}"
    st.session_state[key] = _own().get(SPLIT, usual)
    way = st.segmented_control(
        "Songs are divided",
        list(SPLIT_NAMES),
        format_func=SPLIT_NAMES.__getitem__,
        key=key,
        required=True,
        on_change=_keep_own,
        args=(SPLIT, usual, key),
        help="Some songs are learned from, some decide when to stop, some judge in the end.",
    )
    saved = saved_split(row)
    return SplitConfig(**THIRDS, seed=saved.seed) if way == "thirds" else saved


def _usual_split(preset: str) -> str:
    """Return how a preset divides the songs."""
    return "thirds" if preset == "paper" else "corpus"


def _knobs(known: TrainConfig) -> TrainConfig:
    """Show a widget for each setting, with the person's value or else the preset's."""
    columns = st.columns(3)
    chosen: dict[str, Any] = {}
    for k, name in enumerate(setting_words.LABELS):
        with columns[k % 3]:
            chosen[name] = _knob(name, getattr(known, name))
    try:
        return replace(known, **chosen)
    except ConfigError as error:
        problem(error)
        st.stop()


def _knob(name: str, usual: Any) -> Any:
    key = f"knob_{name}"
    st.session_state[key] = value = _own().get(name, usual)
    always: dict[str, Any] = {
        "key": key,
        "help": setting_words.HELP[name],
        "on_change": _keep_own,
        "args": (name, usual, key),
    }
    label = setting_words.LABELS[name]
    if name in TrainConfig.CHOICES:
        options = TrainConfig.CHOICES[name]
        return st.selectbox(label, options, format_func=_value_in_words, **always)
    low, high = TrainConfig.RANGES[name]
    if isinstance(usual, int):
        whole = st.number_input(label, int(low), int(high), step=1, **always)
        return value if whole is None else int(whole)
    step = usual / 4 or 0.05
    fine = st.number_input(label, float(low), float(high), step=step, format="%g", **always)
    return value if fine is None else float(fine)


def _own() -> dict[str, Any]:
    """Return the settings that the person changed by hand."""
    own: dict[str, Any] = st.session_state.setdefault(OWN, {})
    return own


def _keep_own(name: str, usual: Any, key: str) -> None:
    """Keep a setting that was just changed, unless it is the preset's value again."""
    value = st.session_state[key]
    if value is None or value == usual:
        _own().pop(name, None)
    else:
        _own()[name] = value


def _own_settings(known: TrainConfig, preset: str) -> None:
    """Show the settings that the person changed, and offer to go back to the preset."""
    usual = {**known.to_dict(), SPLIT: _usual_split(preset)}
    changed = {name: value for name, value in _own().items() if value != usual[name]}
    if not changed:
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        said = listed([_setting_in_words(name, value) for name, value in changed.items()])
        rest = f"The rest is as {presets.PRESETS[preset].title} has it."
        st.caption(f":material/tune: Set by you: {plain(said)}. {rest}", width="content")
        st.button(
            "Back to the preset", icon=":material/undo:", key="train_back", on_click=_own().clear
        )


def _setting_in_words(name: str, value: Any) -> str:
    if name == SPLIT:
        return f"songs divided {SPLIT_NAMES[value]}"
    return f"{setting_words.in_a_sentence(name)} {_value_in_words(value)}"


def _value_in_words(value: Any) -> str:
    """Return a setting's value in words: "glides down", "0.002", "1,200"."""
    if isinstance(value, str):
        return setting_words.VALUES[value]
    return f"{value:,}" if isinstance(value, int) else f"{value:g}"


def _choice(card: Card, row: CorpusRow) -> Choice:
    """Return a base as a card: what it read, its size, how long a run from it takes.

    Not how well it predicts: that is measured on texts of its own kind, so that the base of novels
    would look better than the base of songs, and serve songs worse.
    """
    facts = [f"{card.model.num_layers} layers of {card.model.hidden_size}"]
    if card.characters >= 1_000_000:
        facts.append(f"read {card.characters / 1e6:,.0f} million characters")
    takes = _takes(card, row)
    facts += [f"about {takes} a run"] if takes else []
    reads = card.reads or "What it read is not known."
    return Choice(card.name, card.title or card.name, reads, tuple(facts))


def _takes(card: Card, row: CorpusRow) -> str:
    """Return how long a run takes on one core; "" if validation may end it early."""
    preset = _PRESET.resolve()
    trainable = Trainable.parse(_usual_layers(card.model), card.model.num_layers)
    try:
        sizes = split_sizes(services.store(), row, saved_split(row))
    except LyricsLabError:
        return ""  # the page says it further down
    settings = presets.resolve(
        preset,
        model=card.model,
        base_is_lyrics=card.lyrics,
        train_chars=sizes.train_chars,
        val_chars=sizes.val_chars,
    )
    if settings.patience_evals:
        return ""
    return about(cost.estimate_s(settings, card.model, trainable, **sizes._asdict()))


def _usual_layers(model: ModelConfig) -> str:
    return DEFAULT_LAYERS if model.num_layers == 3 else f"0,{model.num_layers - 1}"


def _card(card: Card) -> None:
    """Show everything that is known about a base."""
    losses = {"validation": card.val_nats_per_char, "test": card.test_nats_per_char}
    spoken = ", ".join(f"{v:.3f} on {k}" for k, v in losses.items() if v is not None)
    # A card counts the texts that were learned from; its sentence, all that were read in.
    learned = f"{card.songs:,} songs or pieces of these, {card.characters:,} characters"
    facts = {
        "Texts": card.reads,
        "Learned from": card.songs and f"{learned}; the rest was kept to check and judge it",
        "Loss on texts like those it read": spoken and f"{spoken} (nats/char)",
        "Trained": f"{card.steps:,} steps in {duration(card.seconds)}" if card.steps else "",
        "Licence": card.licence,
        "Made by": card.command,
    }
    st.text("\n".join(f"{name}: {value}" for name, value in facts.items() if value))
    if card.sources:
        with st.container(height=220):
            st.text("\n".join(card.sources))
