"""Networks as earlier versions kept them: NAME.safetensors with a card NAME.json beside it."""

from __future__ import annotations

import hashlib
from pathlib import Path

from lyricslab.errors import CheckpointError
from lyricslab.files import write_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import (
    Weights,
    check_shapes,
    has_card,
    pack_network,
    parse_card,
    unpack,
)


def unpack_pair(data: bytes, card_json: bytes, name: str) -> tuple[Weights, Card]:
    """Return the weights in a file without a card, and the card that came beside it.

    Args:
        name: of the network, for the error.

    Raises:
        CheckpointError: if either is damaged, or the two do not belong together.
    """
    card = parse_card(card_json, name)
    weights = unpack(data)
    if hashlib.sha256(data).hexdigest() != card.weights_digest:
        raise CheckpointError(
            f"The weights and the card of {name} do not belong together: one of them was changed "
            "or damaged. Copy or download both again."
        )
    check_shapes(weights, card.model)
    return weights, card


def merge_pair(card_path: Path) -> None:
    """Put the card NAME.json into NAME.safetensors and delete it; a card without weights stays.

    It can be interrupted at any moment, and repeated.

    Raises:
        CheckpointError: if either file is damaged, or the two do not belong together.
        OSError: if they cannot be read or written.
    """
    path = card_path.with_suffix(".safetensors")
    try:
        card_json, data = card_path.read_bytes(), path.read_bytes()
    except FileNotFoundError:
        return
    if not has_card(data):  # else it was interrupted after this step
        weights, card = unpack_pair(data, card_json, path.stem)
        write_file(path, pack_network(weights, card)[0])
    card_path.unlink(missing_ok=True)
