"""The network as a stack of switches: which layers learn, and how many weights that is.

Drawn as it is read everywhere: characters enter at the bottom, at layer 0, and the head is on top.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.config import ModelConfig
from lyricslab.errors import TrainableError
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.trainable import Trainable
from lyricslab.ui.common.component import component, left_out
from lyricslab.ui.common.theme import colour

FATES = {
    "to choose": {
        "learns": "learns",
        "part": "learns in part",
        "frozen": "frozen",
        "head": "always learns",
    },
    "over": {
        "learns": "learned",
        "part": "learned in part",
        "frozen": "stayed frozen",
        "head": "learned",
    },
}


_stack = component(__file__)


def layer_picker(model: ModelConfig, value: Trainable, key: str) -> Trainable:
    """Show the stack with a switch on each layer, for mouse and keyboard; return the choice.

    Args:
        value: what learns when the diagram first appears under this key.
    """
    if left_out():
        return _pills(model, value, key)
    held = st.session_state.get(key, {}).get("layers")
    shown = value if held is None else _valid(held, model) or value
    result = _stack(
        key=key,
        data=_data(model, shown, choose=True),
        default={"layers": _entries(shown)},
        on_layers_change=_noted,
    )
    return _valid(result.layers, model) or shown


def layer_diagram(model: ModelConfig, trainable: Trainable, key: str | None = None) -> None:
    """Show the stack without switches: what learned and what stayed frozen."""
    _stack(key=key, data=_data(model, trainable, choose=False))


def weights_in_words(
    model: ModelConfig, trainable: Trainable, lora_rank: int = 0, over: bool = False
) -> str:
    """Say how many weights learn and how many stay frozen; in the past tense if the run is over.

    Args:
        lora_rank: the rank of the low-rank updates; 0 without them.
    """
    learn, frozen = trainable.trained_parameters(model), trainable.frozen_parameters(model)
    verb, stay = ("learned", "stayed") if over else ("learn", "stay")
    rest = f"{frozen:,} {stay} exactly as the base has them" if frozen else "none is frozen"
    if lora_rank:
        numbers = trainable.trained_parameters(model, lora_rank)
        return (
            f"{numbers:,} numbers {verb}: changes of rank {lora_rank} to "
            f"{learn:,} of {model.parameters:,} weights; {rest}."
        )
    share = learn / model.parameters
    return f"{learn:,} of {model.parameters:,} weights {verb} ({share:.0%}); {rest}."


def _noted() -> None:
    """Do nothing: Streamlit keeps a component's state only if there is a callback."""


def _pills(model: ModelConfig, value: Trainable, key: str) -> Trainable:
    chosen = st.pills(
        "Layers that learn (the head always does)",
        range(model.num_layers),
        selection_mode="multi",
        default=list(value.layers),
        format_func=lambda k: f"Layer {k} ({model.layer_parameters(k):,} weights)",
        key=f"{key}_pills",
    )
    parts = frozenset(cell for cell in value.cells if cell.layer in value.in_part)
    return Trainable.of_layers(chosen, model.num_layers) | Trainable(parts, model.num_layers)


def _valid(layers: object, model: ModelConfig) -> Trainable | None:
    """Return the choice that a browser sent, or None if it is not valid."""
    if not isinstance(layers, Sequence) or not all(isinstance(k, int | str) for k in layers):
        return None
    text = ",".join(map(str, layers)) or "none"
    try:
        return Trainable.parse(text, model.num_layers)
    except TrainableError:
        return None


def _entries(trainable: Trainable) -> list[int | str]:
    """Return the choice for the browser: a number for a layer, text for parts of others."""
    return [int(word) if word.isdigit() else word for word in trainable.words]


def _data(model: ModelConfig, trainable: Trainable, choose: bool) -> dict[str, Any]:
    counts = trainable.counts(model)
    largest = max(part.parameters for part in counts)
    return {
        "choose": choose,
        "layers": _entries(trainable),
        "parts": [
            {
                "layer": k,
                "name": part.name.capitalize(),
                "hint": _hint(k, model),
                "count": f"{part.parameters:,} weights",
                "count_in_part": f"{part.trained:,} of {part.parameters:,} weights",
                "share": part.parameters / largest,
                "fixed": k == model.num_layers,
            }
            for k, part in reversed(list(enumerate(counts)))
        ],
        "picks": _picks(model.num_layers) if choose else [],
        "fates": FATES["to choose" if choose else "over"],
        "learns": colour("learns"),
        "frozen": colour("frozen"),
        "learns_text": colour("learns_text"),
        "frozen_text": colour("frozen_text"),
    }


def _picks(num_layers: int) -> list[dict[str, Any]]:
    """Return the choices at a click: all layers, all but the lowest, the outermost, none."""
    every = range(num_layers)
    picks = dict.fromkeys([tuple(every), tuple(every[1:]), (0, num_layers - 1), ()])
    if num_layers < 3:
        picks = dict.fromkeys([tuple(every), ()])
    return [
        {
            "name": _first(layers_in_words(Trainable.of_layers(layers, num_layers))),
            "layers": list(layers),
        }
        for layers in picks
    ]


def _first(text: str) -> str:
    """Return a text as a heading: its first letter large."""
    return text[:1].upper() + text[1:]


def _hint(layer: int, model: ModelConfig) -> str:
    if layer == model.num_layers:
        return "says the next character"
    if layer == 0:
        return "nearest the characters"
    return "nearest the output" if layer == model.num_layers - 1 else "in the middle"
