"""Network files that were tampered with, and those of earlier versions."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from pathlib import Path
from typing import Any

from safetensors.numpy import load, save

from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import Weights


def with_card(data: bytes, **changes: Any) -> bytes:
    """Change facts on the card in a network file; one that is None is removed."""
    size = int.from_bytes(data[:8], "little")
    values = json.loads(json.loads(data[8 : 8 + size])["__metadata__"]["card"]) | changes
    text = json.dumps({name: value for name, value in values.items() if value is not None})
    return save(load(data), metadata={"card": text})


def old_pair(weights: Weights, card: Card) -> tuple[bytes, bytes]:
    """Return what earlier versions wrote to NAME.safetensors and to NAME.json."""
    data = network_file.pack(weights)
    card = replace(card, weights_digest=network_file.digest(data))
    return data, json.dumps(card.to_dict(), indent=1).encode()


def write_old_pair(stem: Path, weights: Weights, card: Card) -> None:
    """Write a network as earlier versions did."""
    stem.parent.mkdir(parents=True, exist_ok=True)
    for suffix, data in zip((".safetensors", ".json"), old_pair(weights, card), strict=True):
        stem.with_name(stem.name + suffix).write_bytes(data)


def zipped(members: dict[str, bytes], compression: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of these members, made by another program."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", compression) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def old_zip(weights: Weights, card: Card) -> bytes:
    """Return what earlier versions exported."""
    data, card_json = old_pair(weights, card)
    return zipped(
        {
            "LICENCE.txt": b"Licence: CC0-1.0\n",
            "README.txt": b"A network\n",
            "card.json": json.dumps({"parcel": 1, **json.loads(card_json)}, indent=1).encode(),
            "vocabulary.json": b"{}",
            "weights.safetensors": data,
        },
        zipfile.ZIP_STORED,
    )
