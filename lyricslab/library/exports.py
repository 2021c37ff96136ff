"""Parcels: a network in one zip file, to be taken along and given away. Nothing is ever unpickled.

A parcel holds exactly `MEMBERS`. The same network always gives the same bytes. What comes in is
checked whole before anything is written; nothing of a zip is ever extracted to a path it names.
"""

from __future__ import annotations

import io
import json
import re
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, NoReturn

from lyricslab.config import VOCAB_SIZE
from lyricslab.errors import CheckpointError, ConfigError, ParcelError
from lyricslab.library.bases import (
    base_name_issue,
    base_path,
    check_base_name,
    default_title,
    list_bases,
    load_base_card,
    to_base_name,
)
from lyricslab.library.corpora import load_corpus
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.split import split
from lyricslab.store.home import Home, writing
from lyricslab.store.rows import RunRow, utc_now
from lyricslab.store.store import Store

VERSION = 1
"""Of the format; it grows when an older program could not read a parcel any more."""

CARD, LICENCE, README, VOCABULARY, WEIGHTS = (
    "card.json",
    "LICENCE.txt",
    "README.txt",
    "vocabulary.json",
    "weights.safetensors",
)
MEMBERS = (LICENCE, README, CARD, VOCABULARY, WEIGHTS)

MAX_BYTES = 200_000_000
"""Of a whole parcel: three layers of 1,024 units take 86 MB as float32."""
MAX_TEXT_BYTES = 4_000_000
"""Of a card, or of what else is text."""
MAX_HEAD_BYTES = 100_000
"""Of what a weights file says before its numbers."""
MAX_FACT_CHARS = 2_000
"""Of a text on a card that is shown in one piece."""
_DAY = (1980, 1, 1, 0, 0, 0)
"""The day a zip's calendar begins: the real one would make equal parcels differ."""

_VOCABULARY = {
    "codes": VOCAB_SIZE,
    "characters": [chr(code) for code in range(VOCAB_SIZE)],
    "framing": {
        "song": "title, blank line, lyrics",
        "input": "code 0, then the text's codes",
        "target": "the text's codes, then code 0",
        "input_encoding": "one-hot: code k is column k of layers.0.weight_ih_l0",
    },
    "layers": {
        "kind": "LSTM, as torch.nn.LSTM with one layer computes it, one upon the other",
        "gates": "rows of the matrices in the order input, forget, cell, output",
        "head": "logits = head.weight @ h of the last layer + head.bias",
    },
}


@dataclass(frozen=True, slots=True)
class Parcel:
    """A network that came in a parcel, checked."""

    card: Card
    """As the sender knew it; `add` gives it its name and place here."""
    weights: bytes
    """The weights file."""


# ---- out


def of_base(home: Home, name: str) -> bytes:
    """A base as a parcel.

    Raises:
        NotFoundError: if there is no base of this name.
        CheckpointError: if its files are damaged.
    """
    card = load_base_card(home, name)
    stem = base_path(home, name)
    return pack(network_file.load_bytes(stem)[0], card)


def of_run(store: Store, run: RunRow) -> bytes:
    """A run's best network as a parcel; its card names base and corpus, and holds no song.

    Raises:
        CheckpointError: if it has no network yet, or its files are damaged.
        NotFoundError: if its corpus is gone.
        BrokenFileError: if its corpus is damaged.
    """
    data, card = network_file.load_bytes(store.home.best(run.id))
    return pack(data, _card_of_run(store, run, card))


def _card_of_run(store: Store, run: RunRow, best: Card) -> Card:
    """What a stranger may know of a run's network."""
    splits = split(load_corpus(store, run.corpus_id), run.config.split)
    base = next((card for card in list_bases(store.home) if card.name == run.base), None)
    after = "" if run.base is None else f", after the base '{run.base}'"
    points = store.points(run.id, 400)
    return replace(
        best,
        name=to_base_name(run.name) or run.id,
        title=run.name,
        reads=f"'{run.corpus_name}'{after}",
        sources=() if base is None else base.sources,
        songs=len(splits.train),
        characters=splits.chars.train,
        test_nats_per_char=run.test,
        details={
            "base": run.base,
            "base_licence": "" if base is None else base.licence,
            "corpus": run.corpus_name,
            "trainable": run.trainable,
            "train": run.config.settings.to_dict(),
            "seed": run.config.seed,
            "curve": [{"step": p.step, "train": p.train_loss, "val": p.val_loss} for p in points],
        },
    )


def pack(weights: bytes, card: Card) -> bytes:
    """A weights file and its card as the bytes of a zip; equal ones give equal bytes.

    Nothing is compressed: numbers hardly shrink, and so no other program's way of compressing
    shows in the bytes.
    """
    details = {name: value for name, value in card.details.items() if name != "imported"}
    card = replace(
        card,
        weights_digest=network_file.digest(weights),
        storage=network_file.storage_of(weights),
        details=details,
    )
    members = {
        CARD: _json({"parcel": VERSION, **card.to_dict()}),
        LICENCE: _licence(card).encode(),
        README: _readme(card).encode(),
        VOCABULARY: _json(_VOCABULARY),
        WEIGHTS: weights,
    }
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_STORED) as file:
        for name in MEMBERS:
            info = zipfile.ZipInfo(name, _DAY)
            info.create_system = 3  # as on Unix, wherever it is packed
            info.external_attr = (stat.S_IFREG | 0o644) << 16
            file.writestr(info, members[name])
    return packed.getvalue()


def _json(values: dict[str, Any]) -> bytes:
    return json.dumps(values, indent=1).encode() + b"\n"


def _licence(card: Card) -> str:
    lines = [_licence_line(card), "", f"The network '{card.title or card.name}'."]
    if card.licence == "CC0-1.0":
        lines += [
            "Its makers claim no rights in it: use, change and pass it on as you like.",
            "https://creativecommons.org/publicdomain/zero/1.0/",
        ]
    elif not card.licence:
        lines += [
            "Nobody has stated what you may do with it and with what it writes. Ask whoever gave",
            "it to you.",
        ]
    base = card.details.get("base")
    if isinstance(base, str):
        licence = card.details.get("base_licence") or "not stated"
        lines += [f"It began as the base '{base}', whose licence is: {licence}."]
    if card.sources:
        lines += ["", "What it read, and whom to credit:", *(f"- {s}" for s in card.sources)]
    return "\n".join(lines) + "\n"


def _licence_line(card: Card) -> str:
    return f"Licence: {' '.join(card.licence.split()) or 'not stated'}"


def _readme(card: Card) -> str:
    size = f"{card.model.num_layers} layers of {card.model.hidden_size} units"
    return f"""{card.title or card.name}

This is a small neural network that writes songs letter by letter: {size}.
It has read {card.reads or "we do not know what"}.

To use it, leave this zip as it is. Open Lyrics Lab, go to Bases and press Import; or type
    python -m lyricslab import FILE.zip
Then write with it, or let it learn your own songs.

What is inside:
  {WEIGHTS}   the network's numbers (safetensors; nothing in it can run)
  {CARD}             what it is, what it read, how well it does
  {VOCABULARY}       the {VOCAB_SIZE} characters it knows and how a song is framed,
                        for those who want to read it with a program of their own
  {LICENCE}           what you may do with it
"""


# ---- in


def unpack(data: bytes) -> Parcel:
    """The network in a parcel, once everything about it is seen to be right.

    Raises:
        ParcelError: if anything is off; it says what, and what to do.
    """
    if len(data) > MAX_BYTES:
        raise ParcelError(
            f"This file is larger than {MAX_BYTES // 1_000_000} MB, more than a network here can "
            "take. Choose a file that Lyrics Lab has exported."
        )
    members = _open(data)
    values = _values(members[CARD](MAX_TEXT_BYTES), CARD)
    _check_version(values.pop("parcel", None))
    card = _card(values)
    if _values(members[VOCABULARY](MAX_TEXT_BYTES), VOCABULARY) != _VOCABULARY:
        raise ParcelError(
            f"This network knows other characters than the {VOCAB_SIZE} that every base here "
            "shares, so it cannot be used here. Choose another."
        )
    licence = _text(members[LICENCE](MAX_TEXT_BYTES), LICENCE)
    if licence.partition("\n")[0].rstrip("\r") != _licence_line(card):
        raise ParcelError(
            f"Card and {LICENCE} name different licences, so one of them was changed. Ask for the "
            "file as it was exported."
        )
    _text(members[README](MAX_TEXT_BYTES), README)
    weights = members[WEIGHTS](min(4 * card.model.parameters + MAX_HEAD_BYTES, MAX_BYTES))
    _check_weights(weights, card)
    return Parcel(card, weights)


def add(home: Home, parcel: Parcel, name: str | None = None) -> Card:
    """Puts a parcel's network among the bases of this home; returns its card there.

    Args:
        name: what it shall be called here; None keeps the sender's name.

    Raises:
        InputError: if the name is none, or taken; it offers one that is free.
        StoreError: if it cannot be written.
    """
    card = parcel.card
    chosen = card.name if name is None else name.strip()
    check_base_name(home, chosen)
    imported = {"name": card.name, "kind": card.kind, "at": utc_now()}
    card = replace(
        card,
        name=chosen,
        kind="base",
        title=card.title if chosen == card.name and card.title else default_title(chosen),
        details=card.details | {"imported": imported},
    )
    with writing(home.bases):
        return network_file.save(home.bases / chosen, parcel.weights, card)


Member = Callable[[int], bytes]
"""Gives a member's bytes, if there are no more than so many."""


def _open(data: bytes) -> dict[str, Member]:
    """The members by name, none of them read yet."""
    broken = ParcelError(
        "This is no zip file, or one that was cut short. Export it or download it again."
    )
    if data[:4] != b"PK\x03\x04":
        raise broken
    try:
        file = zipfile.ZipFile(io.BytesIO(data))
        infos = file.infolist()
    except _BROKEN as error:
        raise broken from error
    names = [info.orig_filename for info in infos]
    for info in infos:
        _check_member(info)
    twice = {name for name in names if names.count(name) > 1}
    if twice:
        raise ParcelError(
            f"This file holds '{min(twice)}' more than once, which no exported one does. Ask for "
            "the file as it was exported."
        )
    missing = set(MEMBERS) - set(names)
    if missing:
        raise ParcelError(
            f"This zip lacks '{min(missing)}', so it is not a network that Lyrics Lab has "
            "exported, or not all of it. Export or download it again."
        )
    return {info.orig_filename: _reader(file, info) for info in infos}


def _check_member(info: zipfile.ZipInfo) -> None:
    """Refuses what an exported network never holds."""
    name = info.orig_filename
    shown = f"'{name[:60]}'"
    kind = stat.S_IFMT(info.external_attr >> 16)
    if kind not in (0, stat.S_IFREG) or (name not in MEMBERS and name.endswith("/")):
        what = "a link or a folder" if name in MEMBERS else f"a folder, {shown}"
        raise ParcelError(
            f"This zip holds {what}, so it was packed by another program. Import the zip just as "
            "it was exported, without unpacking it."
        )
    if name in MEMBERS:
        return
    parts = re.split(r"[\\/]", name)
    if ".." in parts or re.match(r"[\\/]|[A-Za-z]:", name):
        raise ParcelError(
            f"This zip names a place outside of itself, {shown}: it is not one of ours and may "
            "mean harm. Nothing was taken from it; delete it."
        )
    if parts[-1] in MEMBERS or "__MACOSX" in parts:
        raise ParcelError(
            f"This zip was packed anew by another program: it holds {shown}. Import the zip just "
            "as it was exported, without unpacking it."
        )
    raise ParcelError(
        f"This zip holds {shown}, which no network that Lyrics Lab has exported does. Choose a "
        "file from Export on the page Bases."
    )


_BROKEN = (
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
"""What Python's reader of zips raises over one that is damaged, encrypted or beyond it."""


def _reader(file: zipfile.ZipFile, info: zipfile.ZipInfo) -> Member:
    def read(most: int) -> bytes:
        if info.file_size > most:
            raise ParcelError(
                f"'{info.filename}' in this zip would take {info.file_size / 1e6:,.1f} MB, far "
                "more than belongs to such a network. Choose a file that Lyrics Lab has exported."
            )
        try:
            with file.open(info) as member:
                return member.read(most)  # it ends where it said it would, or is refused
        except _BROKEN as error:
            raise ParcelError(
                f"'{info.filename}' in this zip is damaged or locked. Export or download it again."
            ) from error

    return read


def _text(data: bytes, name: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        raise ParcelError(
            f"'{name}' in this zip is no text. Export or download it again."
        ) from error


def _values(data: bytes, name: str) -> dict[str, Any]:
    """The object in a JSON file; one that says a thing twice, or is no plain JSON, is refused."""
    try:
        values = json.loads(
            _text(data, name), object_pairs_hook=_each_once, parse_constant=_no_constant
        )
        json.dumps(values, ensure_ascii=False).encode()  # half a surrogate pair is no text
    except (ValueError, RecursionError) as error:
        raise ParcelError(
            f"'{name}' in this zip cannot be read: it is damaged, or was written by hand. Export "
            "or download it again."
        ) from error
    if not isinstance(values, dict):
        raise ParcelError(
            f"'{name}' in this zip holds something else than it should. Export or download it "
            "again."
        )
    return values


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    values = dict(pairs)
    if len(values) < len(pairs):
        raise ValueError("a name stands there twice")
    return values


def _no_constant(word: str) -> NoReturn:
    raise ValueError(f"{word} is no JSON")


def _check_version(version: Any) -> None:
    if type(version) is int and version > VERSION:
        raise ParcelError(
            f"This network was exported by a later version of Lyrics Lab (format {version}; this "
            f"one reads {VERSION}). Update Lyrics Lab, then import it."
        )
    if type(version) is not int or version != VERSION:
        raise ParcelError(
            "The card in this zip does not say which format it has, so Lyrics Lab has not exported "
            "it. Choose a file from Export on the page Bases."
        )


def _card(values: dict[str, Any]) -> Card:
    try:
        card = Card.from_dict(values)
    except (CheckpointError, ConfigError) as error:
        raise ParcelError(
            f"The card in this zip cannot be right: {error} Export or download it again."
        ) from error
    issue = _issue(card)
    if issue:
        raise ParcelError(
            f"The card in this zip cannot be right: {issue} Export or download it again."
        )
    return card


def _issue(card: Card) -> str | None:
    """What on a card cannot be so, in a sentence, or None."""
    if card.kind not in ("base", "run"):
        return f"it describes neither a base nor a run, but '{card.kind[:40]}'."
    if base_name_issue(card.name):
        return base_name_issue(card.name)
    for text in (card.title, card.reads, card.command, card.licence, card.created_at):
        if len(text) > MAX_FACT_CHARS:
            return f"one of its texts has more than {MAX_FACT_CHARS:,} characters."
    counts = (card.songs, card.characters, card.characters_seen, card.steps)
    if not all(0 <= count < 2**53 for count in counts) or card.seconds < 0:
        return "it counts less than nothing, or more than can be."
    losses = (card.val_nats_per_char, card.test_nats_per_char)
    if any(loss is not None and not 0 <= loss <= 1000 for loss in losses):
        return "no network can be that good, or that bad."
    return None


def _check_weights(data: bytes, card: Card) -> None:
    if network_file.digest(data) != card.weights_digest:
        raise ParcelError(
            "Card and weights in this zip do not belong together: one of them was changed or "
            "damaged. Export or download it again."
        )
    try:
        weights = network_file.unpack(data)
        network_file.check_shapes(weights, card.model)
        storage = network_file.storage_of(data)
    except CheckpointError as error:
        raise ParcelError(f"The network in this zip cannot be used. {error}") from error
    if storage != card.storage:
        raise ParcelError(
            f"The card in this zip says that the weights are {card.storage} numbers, but they are "
            f"{storage}. Export or download it again."
        )
