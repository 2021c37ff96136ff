"""Import networks that were exported: everything about a file is checked before it is kept."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from dataclasses import dataclass, replace
from pathlib import Path

from lyricslab.errors import CheckpointError, ImportedNetworkError, ReadError
from lyricslab.library.bases import base_name_issue, check_base_name, default_title
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.network_file import MAX_HEADER_BYTES, Weights
from lyricslab.model.network_pair import unpack_pair
from lyricslab.store.home import Home, writing
from lyricslab.store.rows import utc_now

MAX_BYTES = 200_000_000
"""Of a network's file: three layers of 1,024 units take 86 MB as float32."""
MAX_TEXT_CHARS = 2_000
"""Of a text on a card."""
OLD_CARD, OLD_WEIGHTS = "card.json", "weights.safetensors"
"""What the zips of earlier versions held, among other files."""


@dataclass(frozen=True, slots=True)
class ImportedNetwork:
    """A network that was read from a file and checked."""

    weights: Weights
    """As they are stored."""
    card: Card
    """As the sender knew it; `add_network` gives it its name in this home."""

    @property
    def size_bytes(self) -> int:
        """The memory that the weights take."""
        return sum(w.nbytes for w in self.weights.values())


def read_network_file(path: Path) -> ImportedNetwork:
    """Read a network from a file; an old one may have its card beside it.

    Raises:
        ReadError: if the file cannot be read.
        ImportedNetworkError: as `read_network`.
    """
    card_path = path.with_suffix(".json")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
        with card_path.open("rb") if card_path.exists() else io.BytesIO() as file:
            card_json = file.read(MAX_HEADER_BYTES)
    except OSError as error:
        raise ReadError(f"'{path}' cannot be read: {error.strerror or error}.") from error
    return read_network(data, card_json or None)


def read_network(data: bytes, card_json: bytes | None = None) -> ImportedNetwork:
    """Read a network from the bytes of a .safetensors file, or of a zip that holds one.

    Args:
        card_json: the card beside an old .safetensors file; ignored if the file has its own.

    Raises:
        ImportedNetworkError: if anything is wrong; it says what, and what to do.
    """
    if len(data) > MAX_BYTES:
        raise _too_large()
    if data.startswith(b"PK\x03\x04"):
        data, card_json = _unzip(data)
    try:
        if card_json is None or network_file.has_card(data):
            weights, card = network_file.unpack_network(data, "This file")
        else:
            weights, card = unpack_pair(data, card_json, "this network")
    except CheckpointError as error:
        raise ImportedNetworkError(
            f"{error} Choose a file that Lyrics Lab has exported."
        ) from error
    issue = _card_issue(card)
    if issue:
        raise ImportedNetworkError(
            f"The card in this file cannot be right: {issue} Export or download it again."
        )
    return ImportedNetwork(weights, card)


def add_network(home: Home, network: ImportedNetwork, base_name: str | None = None) -> Card:
    """Add an imported network to the bases of this home; return its card there.

    Args:
        base_name: its name here; None keeps the sender's.

    Raises:
        InputError: if the name is not valid, or taken; it offers one that is free.
        StoreError: if it cannot be written.
    """
    card = network.card
    base_name = card.name if base_name is None else base_name.strip()
    check_base_name(home, base_name)
    title = card.title if base_name == card.name else ""
    imported = {"name": card.name, "kind": card.kind, "at": utc_now()}
    card = replace(
        card,
        name=base_name,
        kind="base",
        title=title or default_title(base_name),
        details=card.details | {"imported": imported},
    )
    with writing(home.bases):
        return network_file.save(home.base_file(base_name), network.weights, card)


BAD_ZIP = (
    zipfile.BadZipFile,
    zipfile.LargeZipFile,
    zlib.error,
    struct.error,
    EOFError,
    OSError,
    OverflowError,
    NotImplementedError,
    RuntimeError,
    ValueError,
)
"""What Python raises over a zip that is damaged, encrypted or of an unknown kind."""


def _unzip(data: bytes) -> tuple[bytes, bytes | None]:
    """Return the network file in a zip, and its card if an earlier version made the zip.

    Nothing is extracted to the disk, so the paths in a zip do not matter.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as file:
            names = [name for name in file.namelist() if "__MACOSX" not in name]
            if {OLD_CARD, OLD_WEIGHTS} <= set(names):
                card_json = _read_member(file, OLD_CARD, MAX_HEADER_BYTES)
                return _read_member(file, OLD_WEIGHTS, MAX_BYTES), card_json
            networks = [name for name in names if name.endswith(".safetensors")]
            if len(networks) == 1:
                return _read_member(file, networks[0], MAX_BYTES), None
    except BAD_ZIP as error:
        raise ImportedNetworkError(
            "This zip is damaged, locked or was cut short. Export or download it again."
        ) from error
    raise ImportedNetworkError(
        "This zip does not hold one network that Lyrics Lab has exported, or not all of it. Choose "
        "a file from Export on the page Bases."
    )


def _read_member(file: zipfile.ZipFile, name: str, limit: int) -> bytes:
    """Read a file in a zip; nothing is decompressed beyond the limit."""
    with file.open(name) as member:
        data = member.read(limit + 1)
    if len(data) > limit:
        raise _too_large()
    return data


def _too_large() -> ImportedNetworkError:
    return ImportedNetworkError(
        f"This file is larger than {MAX_BYTES // 1_000_000} MB, more than a network here can "
        "take. Choose a file that Lyrics Lab has exported."
    )


def _card_issue(card: Card) -> str | None:
    """Return what cannot be true about a card, in a sentence, or None."""
    if card.kind not in ("base", "run"):
        return f"it describes neither a base nor a run, but '{card.kind[:40]}'."
    if name_issue := base_name_issue(card.name):
        return name_issue
    for text in (card.title, card.reads, card.command, card.licence, card.created_at):
        if len(text) > MAX_TEXT_CHARS:
            return f"one of its texts has more than {MAX_TEXT_CHARS:,} characters."
    counts = (card.songs, card.characters, card.characters_seen, card.steps)
    if not all(0 <= count < 2**53 for count in counts) or card.seconds < 0:
        return "it counts less than nothing, or more than can be."
    losses = (card.val_nats_per_char, card.test_nats_per_char)
    if any(loss is not None and not 0 <= loss <= 1000 for loss in losses):
        return "no network can be that good, or that bad."
    return None
