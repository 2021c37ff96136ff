"""The four steps of setting up a run: songs, base, layers, how thoroughly."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import streamlit as st

from lyricslab.config import ModelConfig
from lyricslab.errors import InputError, LyricsLabError, TrainableError
from lyricslab.library import pace
from lyricslab.library.bases import base_titles
from lyricslab.library.corpora import saved_split, split_sizes
from lyricslab.library.recipes import DIGEST_CHARS
from lyricslab.model import presets
from lyricslab.model.card import Card
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.recommendation import Recommendation, recommend
from lyricslab.model.trainable import Trainable
from lyricslab.store.rows import CorpusRow
from lyricslab.ui.common import layer_picker, services
from lyricslab.ui.common.card_picker import Choice, card_picker
from lyricslab.ui.common.error_boundary import plain, problem
from lyricslab.ui.common.url_state import ComponentParam, UrlParam
from lyricslab.wording import about, plural

ALL_LAYERS = "all"
"""What learns where a choice of layers does not fit a base."""
RECOMMENDED = "train_recommended"
"""Session key: what was recommended for the songs that were chosen last."""


@dataclass(frozen=True, slots=True)
class Choices:
    """The choices of the page, and what is recommended for its songs."""

    best: Recommendation
    base: ComponentParam
    layers: ComponentParam
    preset: UrlParam[str]

    @property
    def chosen(self) -> tuple[str, str, str]:
        """Return the base, the layers and the preset that are chosen now."""
        return self.base.resolve(), self.layers.resolve(), self.preset.resolve()

    def take_best(self) -> None:
        """Choose what is recommended."""
        self.base.set(self.best.base)
        self.layers.set(self.best.trainable)
        self.preset.set(self.best.preset)


def corpus_choice(rows: Sequence[CorpusRow]) -> CorpusRow:
    """Ask which corpus to learn from; the address names it by its digest or, as once, by its id."""
    by_key = corpora_by_key(rows)

    def parse(text: str) -> str:
        for key, row in by_key.items():
            if text in (row.id, key) or (len(text) >= 8 and row.digest.startswith(text)):
                return key
        raise InputError(
            "This link is about songs that are not in this library. Add the same songs on Corpus, "
            "and it will find them."
        )

    corpus = UrlParam("train", "corpus", next(iter(by_key)), parse, by_key)
    chosen = st.selectbox(
        "Songs",
        list(by_key),
        format_func=lambda key: by_key[key].name,
        key=corpus.bind(),
        label_visibility="collapsed",
    )
    corpus.commit(chosen)
    row = by_key[chosen]
    st.caption(f"{plural(row.songs, 'song')}, {row.characters:,} characters")
    return row


def corpora_by_key(rows: Sequence[CorpusRow]) -> dict[str, CorpusRow]:
    """Return the corpora by what an address calls them: the beginning of the digest.

    A second one of the same songs goes by its id.
    """
    by_key: dict[str, CorpusRow] = {}
    for row in rows:
        key = row.digest[:DIGEST_CHARS]
        by_key[row.id if key in by_key else key] = row
    return by_key


def choices(row: CorpusRow, cards: Sequence[Card]) -> Choices:
    """Return the choices for these songs; until one is made, what is recommended is chosen."""
    best = recommend(row.songs, row.characters, cards)
    asked = Choices(
        best,
        ComponentParam("train", "base", best.base, options=[card.name for card in cards]),
        ComponentParam("train", "layers", best.trainable),
        UrlParam("train", "preset", best.preset, options=presets.PRESETS),
    )
    before = st.session_state.get(RECOMMENDED)
    if before is not None and before != best[:3] and asked.chosen == before:
        asked.take_best()
    st.session_state[RECOMMENDED] = best[:3]
    return asked


def advice(row: CorpusRow, asked: Choices) -> None:
    """Say what is recommended for these songs, and why; offer it where something else is chosen."""
    best = asked.best
    if asked.chosen == best[:3]:
        st.caption(f":material/check: Chosen to suit {_many(row)}. {plain(best.sentence)}")
        return
    title = base_titles(services.home()).get(best.base, best.base)
    way = f"{title}, {layers_in_words(best.trainable)}, {presets.PRESETS[best.preset].title}"
    with st.container(horizontal=True, vertical_alignment="center", gap="small"):
        st.caption(
            f"Not sure? For {_many(row)} we recommend {plain(way)}. {plain(best.sentence)}",
            width="stretch",
        )
        st.button(
            "Take it",
            type="tertiary",
            icon=":material/check:",
            key="train_best",
            on_click=asked.take_best,
        )


def _many(row: CorpusRow) -> str:
    return plural(row.songs, "song")


def base_choice(cards: Sequence[Card], row: CorpusRow, asked: Choices) -> Card:
    """Ask for the base to start from; each card says how long a run from it takes."""
    by_name = {card.name: card for card in cards}
    value = asked.base.resolve()
    asked.base.show_notice()
    titles = base_titles(services.home())
    offered = [_card(card, titles, row, asked) for card in cards]
    with st.container(key="room_for_bases"):
        chosen = card_picker("Base", offered, value, f"base_picker_{asked.base.version}")
    asked.base.commit(chosen)
    return by_name[chosen]


def layers_choice(model: ModelConfig, asked: Choices, lora_rank: int) -> Trainable:
    """Ask which layers learn, in the diagram.

    Args:
        lora_rank: of the settings, since it tells how many numbers learn.
    """
    layers = asked.layers
    try:
        value = Trainable.parse(layers.resolve(), model.num_layers)
    except TrainableError as error:
        problem(error)
        value = Trainable.parse(ALL_LAYERS, model.num_layers)
    key = f"layer_picker_{model.num_layers}_{layers.version}"
    with st.container(key="room_for_layers"):
        learns = layer_picker.layer_picker(model, value, key)
    layers.commit(str(learns))
    st.caption(layer_picker.weights_in_words(model, learns, lora_rank))
    return learns


def preset_choice(preset: UrlParam[str]) -> str:
    """Ask for the preset; return its name."""
    chosen = st.segmented_control(
        "How thoroughly",
        list(presets.PRESETS),
        format_func=lambda name: presets.PRESETS[name].title,
        key=preset.bind(),
        required=True,
        label_visibility="collapsed",
    )
    preset.commit(str(chosen))
    st.caption(presets.PRESETS[str(chosen)].sentence)
    return str(chosen)


def _card(card: Card, titles: Mapping[str, str], row: CorpusRow, asked: Choices) -> Choice:
    """Return a base as a card: what it read, its size, how long a run from it takes.

    Not how well it predicts: that is measured on texts of its own kind, so that the base of novels
    would look better than the base of songs, and serve songs worse.
    """
    facts = [f"{card.model.num_layers} layers of {card.model.hidden_size}"]
    if card.characters >= 1_000_000:
        facts.append(f"read {card.characters / 1e6:,.0f} million characters")
    takes = _takes(card, row, asked)
    facts += [f"about {takes} a run"] if takes else []
    reads = card.reads or "What it read is not known."
    return Choice(card.name, titles.get(card.name, card.name), reads, tuple(facts))


def _takes(card: Card, row: CorpusRow, asked: Choices) -> str:
    """Return how long a run takes on this computer; "" where the songs are too few to divide."""
    store = services.store()
    try:
        sizes = split_sizes(store, row, saved_split(row))
        trainable = Trainable.parse(asked.best.trainable, card.model.num_layers)
    except LyricsLabError:
        return ""  # the page says it further down
    settings = presets.resolve(
        asked.preset.resolve(),
        model=card.model,
        base_is_lyrics=card.lyrics,
        train_chars=sizes.train_chars,
        val_chars=sizes.val_chars,
    )
    return about(pace.likely_s(store, settings, card.model, trainable, sizes))
