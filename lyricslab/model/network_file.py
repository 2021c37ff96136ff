"""Networks on disk: NAME.safetensors holds the weights, and the card in its metadata. No torch.

Nothing is ever unpickled. A file is written under a temporary name and then renamed, so a reader
gets either the old network or the new one.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO, NoReturn

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load as load_tensors
from safetensors.numpy import save as save_tensors

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.errors import CheckpointError, ConfigError
from lyricslab.files import write_file
from lyricslab.model.card import Card
from lyricslab.model.trainable import Trainable

Weights = dict[str, np.ndarray]
"""A network's weights by name: `layers.K.weight_ih_l0`, ..., `head.weight`, `head.bias`."""

FORMAT = 1
"""Version of the format; it grows when an older program could no longer read a file."""
HALF_MAX = float(np.finfo(np.float16).max)
"""The largest number that float16 holds."""
MAX_HEADER_BYTES = 4_000_000
"""Of what comes before a file's numbers; a card takes about 10,000 bytes of it."""


# ---- bytes


def pack(weights: Weights, *, half: bool = False) -> bytes:
    """Return weights as the bytes of a safetensors file without a card.

    Args:
        half: store as float16, two bytes a weight.

    Raises:
        CheckpointError: if a weight is too large for float16.
    """
    if half:
        weights = {name: _halve(name, w) for name, w in weights.items()}
    return save_tensors(_contiguous(weights))


def unpack(data: bytes) -> Weights:
    """Return the weights in the bytes of a safetensors file, each as it is stored.

    Raises:
        CheckpointError: if the bytes are cut short or are not safetensors.
    """
    try:
        return load_tensors(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged("A weights file") from error


def unpack_weights(data: bytes) -> Weights:
    """Return the weights in the bytes of a safetensors file as float32; this loses nothing.

    Raises:
        CheckpointError: as `unpack`.
    """
    return _as_float32(unpack(data))


def pack_network(weights: Weights, card: Card) -> tuple[bytes, Card]:
    """Return the bytes of a network's file, and its card with digest and storage filled in.

    The same weights and card always give the same bytes.
    """
    storage = "float16" if {w.dtype for w in weights.values()} == {np.dtype("f2")} else "float32"
    card = replace(card, weights_digest=digest(pack(weights)), storage=storage)
    text = json.dumps({"format": FORMAT, **card.to_dict()})
    return save_tensors(_contiguous(weights), metadata={"card": text}), card


def unpack_network(data: bytes, name: str = "This network") -> tuple[Weights, Card]:
    """Return the weights in a network's file, as they are stored, and its card.

    Args:
        name: of the file, for the error.

    Raises:
        CheckpointError: if the bytes are damaged, cut short or foreign, or the weights are not
            those that the card describes.
    """
    card = _read_card(BytesIO(data), name)
    try:
        weights = load_tensors(data)
    except (SafetensorError, ValueError, KeyError) as error:
        raise _damaged(name) from error
    if digest(data) != card.weights_digest:
        raise _damaged(name)
    check_shapes(weights, card.model)
    return weights, card


def has_card(data: bytes) -> bool:
    """Whether the bytes of a safetensors file have a card in their header.

    Raises:
        CheckpointError: if the bytes are cut short or are not safetensors.
    """
    return "card" in _read_header(BytesIO(data), "A weights file").get("__metadata__", {})


def digest(data: bytes) -> str:
    """Return the SHA-256 of a safetensors file as it would be without a card."""
    file = BytesIO(data)
    header = _read_header(file, "A weights file")
    header.pop("__metadata__", None)
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    sha = hashlib.sha256(len(text).to_bytes(8, "little") + text)
    sha.update(memoryview(data)[file.tell() :])
    return sha.hexdigest()


# ---- files


def save(path: Path, weights: Weights, card: Card, *, half: bool = False) -> Card:
    """Write a network's file; return the card with digest and storage filled in.

    Args:
        half: store float16, in half the space; `load` returns float32 all the same.

    Raises:
        CheckpointError: if a weight is too large for float16.
    """
    if half:
        weights = {name: _halve(name, w) for name, w in weights.items()}
    data, card = pack_network(weights, card)
    write_file(path, data)
    return card


def load(path: Path) -> tuple[Weights, Card]:
    """Return a network's weights as float32, and its card.

    Raises:
        CheckpointError: if the file is missing, unreadable, damaged or foreign.
    """
    weights, card = load_stored(path)
    return _as_float32(weights), card


def load_stored(path: Path) -> tuple[Weights, Card]:
    """Return a network's weights as they are stored, float16 or float32, and its card.

    Raises:
        CheckpointError: as `load`.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise _unreadable(path, error) from error
    return unpack_network(data, path.name)


def load_card(path: Path) -> Card:
    """Return a network's card; the weights are not read.

    Raises:
        CheckpointError: if the file is missing or unreadable, or its header is damaged or foreign.
    """
    try:
        with path.open("rb") as file:
            return _read_card(file, path.name)
    except OSError as error:
        raise _unreadable(path, error) from error


def _read_card(file: BinaryIO, name: str) -> Card:
    text = _read_header(file, name).get("__metadata__", {}).get("card")
    if text is None:
        raise CheckpointError(
            f"{name} holds weights without a card, so it was not made by this version of Lyrics "
            "Lab. Export or copy it again."
        )
    return parse_card(text, name)


def parse_card(text: str | bytes, name: str) -> Card:
    """Return the card in a JSON text.

    Args:
        name: of the file it was found in, for the error.

    Raises:
        CheckpointError: if it is not a card, or has a later format.
    """
    try:
        values = json.loads(text, parse_constant=_reject_constant)
        json.dumps(values, ensure_ascii=False).encode()  # half a surrogate pair is not text
        version = values.get("format", FORMAT)
        card = Card.from_dict(values)
    except (ValueError, AttributeError, RecursionError, ConfigError, CheckpointError) as error:
        raise CheckpointError(
            f"The card of {name} is damaged: {error} Copy or download it again."
        ) from error
    if type(version) is not int or version > FORMAT:
        raise CheckpointError(
            f"{name} was made by a later version of Lyrics Lab (format {version}; this one reads "
            f"{FORMAT}). Update Lyrics Lab, then try again."
        )
    return card


def _reject_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is not JSON.")


def _read_header(file: BinaryIO, name: str) -> dict[str, Any]:
    """Read the JSON at the start of a safetensors file, up to `MAX_HEADER_BYTES`."""
    size = int.from_bytes(file.read(8), "little")
    text = file.read(size) if size <= MAX_HEADER_BYTES else b""
    try:
        header = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise _damaged(name) from error
    if not isinstance(header, dict) or not isinstance(header.get("__metadata__", {}), dict):
        raise _damaged(name)
    return header


def _contiguous(weights: Weights) -> Weights:
    return {name: np.asarray(w, order="C") for name, w in weights.items()}


def _as_float32(weights: Weights) -> Weights:
    return {name: w.astype(np.float32, copy=False) for name, w in weights.items()}


def _halve(name: str, w: np.ndarray) -> np.ndarray:
    if np.abs(w, where=np.isfinite(w), out=np.zeros_like(w)).max(initial=0) > HALF_MAX:
        raise CheckpointError(
            f"The weights '{name}' hold a number beyond {HALF_MAX:,.0f}, too large for float16. "
            "Save them as float32."
        )
    return w.astype(np.float16)


def _damaged(name: str) -> CheckpointError:
    return CheckpointError(f"{name} is damaged or cut short. Copy or download it again.")


def _unreadable(path: Path, error: OSError) -> CheckpointError:
    if isinstance(error, FileNotFoundError):
        return CheckpointError(f"The network {path.name} is missing.")
    return CheckpointError(
        f"{path.name} cannot be read: {error.strerror or error}. Look at its permissions, or copy "
        "it again."
    )


# ---- what a network of a size consists of


def shapes(model: ModelConfig) -> dict[str, tuple[int, ...]]:
    """Return the shape of every weight of a network of this size, by name."""
    hidden, vocab = model.hidden_size, VOCAB_SIZE
    shapes_by_name: dict[str, tuple[int, ...]] = {}
    for k in range(model.num_layers):
        shapes_by_name[f"layers.{k}.weight_ih_l0"] = (4 * hidden, vocab if k == 0 else hidden)
        shapes_by_name[f"layers.{k}.weight_hh_l0"] = (4 * hidden, hidden)
        shapes_by_name[f"layers.{k}.bias_ih_l0"] = (4 * hidden,)
        shapes_by_name[f"layers.{k}.bias_hh_l0"] = (4 * hidden,)
    shapes_by_name["head.weight"] = (vocab, hidden)
    shapes_by_name["head.bias"] = (vocab,)
    return shapes_by_name


def check_shapes(weights: Weights, model: ModelConfig) -> None:
    """Refuse weights that are not those of a network of this size, or that cannot be computed with.

    Raises:
        CheckpointError: if a weight is missing, foreign, of another shape or kind, or not finite.
    """
    expected = shapes(model)
    actual = {name: w.shape for name, w in weights.items()}
    if actual != expected:
        odd = sorted(set(actual.items()) ^ set(expected.items()))[0][0]
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
    """Return the largest change of any frozen weight; 0.0 if frozen weights are unchanged."""
    hidden = before["head.weight"].shape[1]
    changes = [
        float(np.abs(before[name][rows] - after[name][rows]).max())
        for name in before
        for rows in trainable.frozen_rows(name, hidden)
    ]
    return max(changes, default=0.0)
