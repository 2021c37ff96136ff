"""Networks on disk: NAME.safetensors and NAME.json. Nothing is ever unpickled; free of torch.

A file is written under a temporary name and then renamed, so that a reader meets the old one or
the new one, never half of either.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from pathlib import Path

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as unpack_tensors
from safetensors.numpy import save as pack_tensors

from lyricslab.config import ModelConfig
from lyricslab.errors import CheckpointError, ConfigError
from lyricslab.files import write_files
from lyricslab.model.card import Card
from lyricslab.model.trainable import Trainable

Weights = dict[str, np.ndarray]
"""A network's weights by name: `layers.K.weight_ih_l0`, ..., `head.weight`, `head.bias`."""

HALF_MAX = float(np.finfo(np.float16).max)
"""The largest number that float16 holds."""

ATTEMPTS = 20
"""How often a pair is read that does not match: a run that trains may be putting a new one in
place, first the weights, then the card."""


def pack(weights: Weights, *, half: bool = False) -> bytes:
    """The weights as the bytes of a safetensors file.

    Args:
        half: as float16, two bytes a weight, whatever they are now.

    Raises:
        CheckpointError: if a weight is too large for float16.
    """
    if half:
        weights = {name: _halved(name, w) for name, w in weights.items()}
    return pack_tensors({name: np.asarray(w, order="C") for name, w in weights.items()})


def _halved(name: str, w: np.ndarray) -> np.ndarray:
    if np.abs(w, where=np.isfinite(w), out=np.zeros_like(w)).max(initial=0) > HALF_MAX:
        raise CheckpointError(
            f"The weights '{name}' hold a number beyond {HALF_MAX:,.0f}, too large for float16. "
            "Save them as float32."
        )
    return w.astype(np.float16)


def unpack(data: bytes) -> Weights:
    """The weights in the bytes of a safetensors file.

    Raises:
        CheckpointError: if the bytes are cut short or are not safetensors.
    """
    try:
        return unpack_tensors(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged() from error


def unpack_weights(data: bytes) -> Weights:
    """The weights in the bytes of a network's file, as float32 however they are stored.

    Every float16 is a float32 too, so nothing is lost and the same file always gives the same
    weights.

    Raises:
        CheckpointError: as `unpack`.
    """
    return {name: w.astype(np.float32, copy=False) for name, w in unpack(data).items()}


def storage_of(data: bytes) -> str:
    """How a weights file keeps its numbers: "float16" if it keeps all of them so, or "float32".

    Only the file's head is read: its length in eight bytes, then JSON.

    Raises:
        CheckpointError: if the bytes are cut short or are not safetensors.
    """
    try:
        head = json.loads(data[8 : 8 + int.from_bytes(data[:8], "little")])
        kinds = {tensor["dtype"] for name, tensor in head.items() if name != "__metadata__"}
    except (ValueError, AttributeError, KeyError, TypeError, RecursionError) as error:
        raise _damaged() from error
    return "float16" if kinds == {"F16"} else "float32"


def _damaged() -> CheckpointError:
    return CheckpointError("A weights file is damaged or cut short. Copy or download it again.")


def digest(data: bytes) -> str:
    """The SHA-256 of a weights file, as a card keeps it."""
    return hashlib.sha256(data).hexdigest()


def save(stem: Path, weights: Weights | bytes, card: Card, *, half: bool = False) -> Card:
    """Writes `stem`.safetensors and `stem`.json; returns the card, digest and storage filled in.

    Args:
        weights: by name, or a weights file as `pack` makes it.
        half: store them as float16, in half the space; `load` gives float32 all the same.

    Raises:
        CheckpointError: if a weight is too large for float16.
    """
    if half and isinstance(weights, bytes):
        weights = unpack(weights)
    data = weights if isinstance(weights, bytes) else pack(weights, half=half)
    card = replace(card, weights_digest=digest(data), storage=storage_of(data))
    card_data = json.dumps(card.to_dict(), indent=1).encode()
    write_files({weights_path(stem): data, card_path(stem): card_data})
    return card


def copy(stem: Path, to: Path) -> None:
    """Writes a network's files to another place as well.

    Raises:
        CheckpointError: if either file is missing or damaged.
    """
    data, card = load_bytes(stem)
    save(to, data, replace(card, name=to.name))


def load_card(stem: Path) -> Card:
    """The card of a network.

    Raises:
        CheckpointError: if the card is missing, cannot be read or is not one.
    """
    path = card_path(stem)
    try:
        return Card.from_dict(json.loads(path.read_text("utf-8")))
    except FileNotFoundError as error:
        raise CheckpointError(f"There is no card {path.name}; the network is missing.") from error
    except OSError as error:
        raise _unreadable("card", path, error) from error
    except (ValueError, AttributeError, RecursionError, ConfigError, CheckpointError) as error:
        raise CheckpointError(f"The card {path.name} is damaged. Copy the files again.") from error


def load_bytes(stem: Path) -> tuple[bytes, Card]:
    """A network's weights file, checked against its card, and the card.

    Raises:
        CheckpointError: if either file is missing, cut short, or the two don't belong together.
    """
    path = weights_path(stem)
    for _ in range(ATTEMPTS):
        card = load_card(stem)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise CheckpointError(f"The weights file {path.name} is missing.") from error
        except OSError as error:
            raise _unreadable("weights file", path, error) from error
        if digest(data) == card.weights_digest:
            return data, card
    raise CheckpointError(
        f"The weights file {path.name} is damaged or cut short: it does not match its card. "
        "Copy or download both files again."
    )


def load(stem: Path) -> tuple[Weights, Card]:
    """A network's weights, float32 however they are stored, and its card.

    Raises:
        CheckpointError: as `load_bytes`, or if the weights don't have the shapes of the card.
    """
    data, card = load_bytes(stem)
    weights = unpack(data)
    check_shapes(weights, card.model)
    return {name: w.astype(np.float32, copy=False) for name, w in weights.items()}, card


def _unreadable(what: str, path: Path, error: OSError) -> CheckpointError:
    return CheckpointError(
        f"The {what} {path.name} cannot be read: {error.strerror or error}. Look at its "
        "permissions, or copy the files again."
    )


def shapes(model: ModelConfig) -> dict[str, tuple[int, ...]]:
    """The name and shape of every weight of a network of this size."""
    hidden, vocab = model.hidden_size, 128
    found: dict[str, tuple[int, ...]] = {}
    for k in range(model.num_layers):
        found[f"layers.{k}.weight_ih_l0"] = (4 * hidden, vocab if k == 0 else hidden)
        found[f"layers.{k}.weight_hh_l0"] = (4 * hidden, hidden)
        found[f"layers.{k}.bias_ih_l0"] = (4 * hidden,)
        found[f"layers.{k}.bias_hh_l0"] = (4 * hidden,)
    found["head.weight"] = (vocab, hidden)
    found["head.bias"] = (vocab,)
    return found


def check_shapes(weights: Weights, model: ModelConfig) -> None:
    """Refuses weights that are not those of a network of this size, or no numbers to work with.

    Raises:
        CheckpointError: if a weight is missing, foreign, of another shape or kind, or not finite.
    """
    expected = shapes(model)
    found = {name: w.shape for name, w in weights.items()}
    if found != expected:
        odd = sorted(set(found.items()) ^ set(expected.items()))[0][0]
        raise CheckpointError(
            f"The weights do not fit the card: '{odd}' is missing, foreign or of another shape."
        )
    for name, w in weights.items():
        if w.dtype not in (np.float32, np.float16):
            raise CheckpointError(
                f"The weights '{name}' are {w.dtype} numbers; only float32 and float16 can be "
                "read. Save them again as one of these."
            )
        if not np.isfinite(w).all():
            raise CheckpointError(
                f"The weights '{name}' are not all finite numbers: their training came off the "
                "rails. Choose another network, or train it again."
            )


def frozen_drift(before: Weights, after: Weights, trainable: Trainable) -> float:
    """The largest change of any frozen weight between two files; 0.0 when freezing held."""
    hidden = before["head.weight"].shape[1]
    changes = [
        float(np.abs(before[name][rows] - after[name][rows]).max())
        for name in before
        for rows in trainable.frozen_rows(name, hidden)
    ]
    return max(changes, default=0.0)


def weights_path(stem: Path) -> Path:
    """The weights file of a network."""
    return stem.with_name(stem.name + ".safetensors")


def card_path(stem: Path) -> Path:
    """The card of a network."""
    return stem.with_name(stem.name + ".json")
