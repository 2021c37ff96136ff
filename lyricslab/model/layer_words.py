"""What learns, in words: written one way on every screen, in every report and name."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.config import ModelConfig
from lyricslab.model.trainable import Trainable
from lyricslab.wording import listed

MATRIX_WORDS = {"ih": "input weights", "hh": "recurrent weights", "b": "biases"}
"""The names of a layer's matrices."""
GATE_WORDS = {"i": "input gate", "f": "forget gate", "g": "cell gate", "o": "output gate"}
"""The names of its gates."""
MAX_PARTS = 3
"""The most parts of layers that are named one by one."""
_MAX_LAYERS = int(ModelConfig.RANGES["num_layers"].high)


def layers_in_words(learns: Trainable | str, limit: int | None = MAX_PARTS) -> str:
    """Return what learns: "layers 0 and 2", "layer 1", "all layers", "head only".

    Finer choices name their parts: "layer 0 and recurrent weights of layer 2".

    Args:
        learns: the choice, or how `str` writes it.
        limit: beyond this many parts, only their layers are named: "parts of layers 0 and 2".
    """
    if str(learns) == "none":
        return "head only"
    if str(learns) == "all":
        return "all layers"
    return listed(_phrases(learns, limit))


def subject_in_words(learns: Trainable | str) -> str:
    """Return what learns as the subject of a sentence: "layers 0 and 2 and the head"."""
    if str(learns) == "none":
        return "only the head"
    if str(learns) == "all":
        return "every layer"
    whole = ("layer", "parts")
    said = _phrases(learns, MAX_PARTS)
    said = [phrase if phrase.startswith(whole) else f"the {phrase}" for phrase in said]
    return listed([*said, "the head"])


def _phrases(learns: Trainable | str, limit: int | None) -> list[str]:
    """Return the complete layers, then each part of another, or all parts in a phrase."""
    # Of a deeper stack, the same layers: one that is complete is written "all".
    trainable = Trainable.parse(learns, _MAX_LAYERS) if isinstance(learns, str) else learns
    parts = [_part_in_words(word) for word in trainable.words if "." in word]
    if limit is not None and len(parts) > limit:
        parts = [f"parts of {_numbered(trainable.in_part)}"]
    whole = [_numbered(trainable.layers)] if trainable.layers else []
    return [*whole, *parts]


def _numbered(layers: Sequence[int]) -> str:
    noun = "layer" if len(layers) == 1 else "layers"
    return f"{noun} {listed([str(k) for k in layers])}"


def _part_in_words(word: str) -> str:
    """Return the name of a part: "0.hh" is "recurrent weights of layer 0"."""
    layer, *names = word.split(".")
    said = [MATRIX_WORDS.get(name) or GATE_WORDS[name] for name in names]
    of = "" if len(said) == 1 else f" of the {said[1]}"
    return f"{said[0]}{of} of layer {layer}"
