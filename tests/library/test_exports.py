"""Parcels: what goes out comes in elsewhere, and nothing that was tampered with comes in."""

from __future__ import annotations

import io
import json
import stat
import struct
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lyricslab.config import ModelConfig, SampleConfig, TrainConfig
from lyricslab.errors import CheckpointError, InputError, NotFoundError, ParcelError, StoreError
from lyricslab.library import exports
from lyricslab.library.bases import base_path, free_base_name, list_bases, load_base_card
from lyricslab.library.corpora import load_corpus
from lyricslab.library.exports import CARD, LICENCE, MEMBERS, README, VOCABULARY, WEIGHTS
from lyricslab.library.networks import load_run_network
from lyricslab.library.runs import check_run, submit_run
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.store.home import open_home
from lyricslab.store.rows import Lease, PointRow, RunRow
from lyricslab.store.store import Store

SMALL = ModelConfig(hidden_size=2, num_layers=1)
CARD_OF_SMALL = Card(
    name="small",
    kind="base",
    title="A small one",
    model=SMALL,
    reads="three old songs",
    sources=("A song, Nobody", "Another \u2014 Anybody"),
    licence="CC0-1.0",
    val_nats_per_char=2.5,
    details={"curve": [{"step": 0, "train": None, "val": 4.8}]},
)


def weights_of(model: ModelConfig, seed: int = 3) -> network_file.Weights:
    rng = np.random.default_rng(seed)
    shapes = network_file.shapes(model).items()
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes}


@pytest.fixture(scope="module")
def weights() -> bytes:
    return network_file.pack(weights_of(SMALL))


@pytest.fixture(scope="module")
def packed(weights: bytes) -> bytes:
    return exports.pack(weights, CARD_OF_SMALL)


Members = dict[str, bytes]


def members(data: bytes) -> Members:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return {name: file.read(name) for name in file.namelist()}


def zipped(found: Members | list[tuple[str, bytes]], how: int = zipfile.ZIP_STORED) -> bytes:
    """A zip of these members, made by another hand than ours."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", how) as file:
        for name, data in found.items() if isinstance(found, dict) else found:
            file.writestr(name, data)
    return made.getvalue()


def with_card(packed: bytes, change: Callable[[dict[str, Any]], None]) -> bytes:
    """The parcel with another card."""
    found = members(packed)
    values = json.loads(found[CARD])
    change(values)
    return zipped(found | {CARD: json.dumps(values).encode()})


def with_weights(packed: bytes, weights: bytes) -> bytes:
    """The parcel with other weights, and a card that owns to them."""
    storage = network_file.storage_of(weights)
    digest = network_file.digest(weights)
    known = {"weights_digest": digest, "storage": storage}
    return with_card(
        zipped(members(packed) | {WEIGHTS: weights}), lambda values: values.update(known)
    )


def refusal(data: bytes) -> str:
    with pytest.raises(ParcelError) as caught:
        exports.unpack(data)
    said = str(caught.value)
    assert said.endswith(".") and said.count(". ") >= 1, said  # what is wrong, and what to do
    return said


# ---- there and back


def test_what_is_packed_is_unpacked(packed: bytes, weights: bytes) -> None:
    came = exports.unpack(packed)
    assert came.weights == weights
    digest = network_file.digest(weights)
    assert came.card == replace(CARD_OF_SMALL, weights_digest=digest, storage="float32")
    assert exports.pack(came.weights, came.card) == packed


def test_equal_networks_are_equal_bytes(weights: bytes, packed: bytes) -> None:
    elsewhere = replace(CARD_OF_SMALL, weights_digest="of another day", storage="unknown")
    assert exports.pack(weights, elsewhere) == packed
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        assert tuple(file.namelist()) == MEMBERS == tuple(sorted(MEMBERS))
        assert {info.date_time for info in file.infolist()} == {(1980, 1, 1, 0, 0, 0)}
        assert {info.compress_type for info in file.infolist()} == {zipfile.ZIP_STORED}
        assert file.testzip() is None


def test_a_strangers_program_can_read_it(packed: bytes, weights: bytes) -> None:
    found = members(packed)
    vocabulary = json.loads(found[VOCABULARY])
    assert vocabulary["characters"] == [chr(code) for code in range(128)]
    assert vocabulary["framing"]["input"] == "code 0, then the text's codes"
    assert found[WEIGHTS] == weights
    assert json.loads(found[CARD])["parcel"] == exports.VERSION
    licence = found[LICENCE].decode()
    assert licence.startswith("Licence: CC0-1.0\n")
    assert "- Another \u2014 Anybody" in licence
    assert "1 layers of 2 units" in found[README].decode()
    assert "three old songs" in found[README].decode()


def test_a_zip_that_was_compressed_by_another_program_is_as_good(packed: bytes) -> None:
    assert exports.unpack(zipped(members(packed), zipfile.ZIP_DEFLATED)) == exports.unpack(packed)
    back = list(reversed(members(packed).items()))
    assert exports.unpack(zipped(back)) == exports.unpack(packed)


@pytest.mark.parametrize("half", [False, True])
def test_a_base_goes_to_another_home_under_another_name(
    lab: Any, tmp_path: Path, half: bool
) -> None:
    card = load_base_card(lab.home, "tiny")
    stem = base_path(lab.home, "tiny")
    network_file.save(stem, lab.base_weights, replace(card, reads="songs", title="Tiny"), half=half)
    data = exports.of_base(lab.home, "tiny")
    assert data == exports.of_base(lab.home, "tiny")
    elsewhere = open_home(tmp_path / "elsewhere")
    added = exports.add(elsewhere, exports.unpack(data), "theirs")
    assert (added.name, added.title, added.kind, added.reads) == (
        "theirs",
        "Theirs",
        "base",
        "songs",
    )
    assert added.storage == ("float16" if half else "float32")
    assert added.details["imported"]["name"] == "tiny"
    there, _ = network_file.load(base_path(elsewhere, "theirs"))
    here, _ = network_file.load(stem)
    assert all(np.array_equal(there[name], w) for name, w in here.items())
    # Sent on, it says nothing of the way it came; only its name has changed.
    again = exports.unpack(exports.of_base(elsewhere, "theirs"))
    assert again.weights == exports.unpack(data).weights
    assert replace(again.card, name="tiny", title="Tiny") == exports.unpack(data).card


def test_a_taken_name_is_refused_and_a_free_one_offered(lab: Any) -> None:
    came = exports.unpack(exports.of_base(lab.home, "tiny"))
    before = {path: path.read_bytes() for path in lab.home.bases.iterdir()}
    for name in (None, "tiny", "TINY", " tiny "):
        with pytest.raises(InputError, match=r"already.*'(tiny|TINY)-2' is free"):
            exports.add(lab.home, came, name)
    assert {path: path.read_bytes() for path in lab.home.bases.iterdir()} == before
    assert exports.add(lab.home, came, free_base_name(lab.home, "tiny")).name == "tiny-2"
    assert free_base_name(lab.home, "tiny") == "tiny-3"
    with pytest.raises(InputError, match="'tiny-3' is free"):
        exports.add(lab.home, came)


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "-x", "a" * 51, "a b", "a\n"])
def test_what_is_no_name_is_refused(lab: Any, name: str) -> None:
    came = exports.unpack(exports.of_base(lab.home, "tiny"))
    if name == "a\n":  # what surrounds a name is no part of it
        assert exports.add(lab.home, came, name).name == "a"
        return
    with pytest.raises(InputError, match="cannot be a base's name"):
        exports.add(lab.home, came, name)


def test_a_disk_that_is_full_leaves_nothing(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    came = exports.unpack(exports.of_base(lab.home, "tiny"))

    def full(files: dict[Path, bytes]) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(network_file, "write_files", full)
    with pytest.raises(StoreError, match="Free some disk space"):
        exports.add(lab.home, came, "mine")
    assert [card.name for card in list_bases(lab.home) if card.name == "mine"] == []


# ---- a run


@pytest.fixture
def run(lab: Any) -> RunRow:
    """A finished run, without the time that one takes."""
    config = lab.config()
    made = lab.store.add_run(
        name="0,2 on tiny: mine!", corpus_id=lab.corpus_row.id, config=config, owner="cli:1"
    )
    lease = Lease(made.id, "cli:1", 1)
    looks = [PointRow(8 * k, k, float(k), 2.0 - k / 9, 2.1 - k / 7) for k in range(3)]
    lab.store.record(lease, points=looks)
    result = json.dumps({"base": "tiny", "test_nats_per_char": 1.75})
    lab.store.transition(made.id, "done", result_json=result)
    best = {name: 2 * w for name, w in lab.base_weights.items()}
    card = Card(name=made.id, kind="run", title=made.name, model=config.model, lyrics=True)
    network_file.save(lab.home.best(made.id), best, replace(card, val_nats_per_char=1.5))
    run: RunRow = lab.store.run(made.id)
    return run


def test_a_run_becomes_a_base_that_writes_the_same(lab: Any, run: RunRow, tmp_path: Path) -> None:
    data = exports.of_run(lab.store, run)
    came = exports.unpack(data)
    assert (came.card.kind, came.card.name, came.card.title) == (
        "run",
        "0-2-on-tiny-mine",
        run.name,
    )
    assert came.card.reads == "'Tiny songs', after the base 'tiny'"
    assert (came.card.test_nats_per_char, came.card.val_nats_per_char) == (1.75, 1.5)
    assert came.card.details["corpus"] == "Tiny songs"
    assert came.card.details["base"] == "tiny"
    assert [point["step"] for point in came.card.details["curve"]] == [0, 8, 16]
    assert "It began as the base 'tiny'" in members(data)[LICENCE].decode()
    elsewhere = open_home(tmp_path / "elsewhere")
    added = exports.add(elsewhere, came)
    assert (added.kind, added.title) == ("base", run.name)
    loaded, card = network_file.load(base_path(elsewhere, "0-2-on-tiny-mine"))
    wish = SampleConfig(length_chars=60, seed=5)
    assert write(Network(loaded, card.model), wish) == write(
        load_run_network(lab.store, run.id), wish
    )


def test_a_runs_parcel_holds_no_song(lab: Any, run: RunRow) -> None:
    data = exports.of_run(lab.store, run)
    corpus = load_corpus(lab.store, run.corpus_id)
    told = [line for song in corpus.songs for line in song.text.splitlines() if len(line) > 8]
    assert len(told) > 50
    assert not any(line.encode() in data for line in told)
    learned = json.loads(members(data)[CARD])
    assert 0 < learned["songs"] < len(corpus.songs)
    assert 0 < learned["characters"] < corpus.characters
    assert str(lab.home.root).encode() not in data


def test_a_runs_parcel_credits_what_its_base_read(lab: Any, run: RunRow) -> None:
    card = load_base_card(lab.home, "tiny")
    stem = base_path(lab.home, "tiny")
    known = replace(card, sources=("A book, Somebody",), licence="CC0-1.0")
    network_file.save(stem, lab.base_weights, known)
    licence = members(exports.of_run(lab.store, run))[LICENCE].decode()
    assert licence.startswith("Licence: not stated\n")
    assert "'tiny', whose licence is: CC0-1.0." in licence
    assert "- A book, Somebody" in licence


def test_a_run_without_a_network_has_no_parcel(lab: Any) -> None:
    waiting = submit_run(lab.store, lab.config())
    with pytest.raises(CheckpointError):
        exports.of_run(lab.store, waiting)
    with pytest.raises(NotFoundError):
        exports.of_base(lab.home, "none such")


# ---- damage


def test_every_cut_is_refused(packed: bytes) -> None:
    edges = [*range(0, 64), *range(len(packed) - 600, len(packed))]
    for kept in {*edges, *range(0, len(packed), 97)}:
        assert "zip" in refusal(packed[:kept])


def test_no_flipped_bit_brings_in_another_network(packed: bytes) -> None:
    """Within a member it is always seen; elsewhere it is seen, or it does not matter."""
    whole = exports.unpack(packed)
    inside: set[int] = set()
    with zipfile.ZipFile(io.BytesIO(packed)) as file:
        for info in file.infolist():
            begins = info.header_offset + 30 + len(info.filename)
            inside |= set(range(begins, begins + info.file_size))
    rng = np.random.default_rng(7)
    outside = sorted(set(range(len(packed))) - inside)
    chosen = [*outside, *rng.choice(sorted(inside), 300, replace=False).tolist()]
    let_in = 0
    for at in chosen:
        flipped = bytearray(packed)
        flipped[at] ^= 1 << int(rng.integers(8))
        try:
            came = exports.unpack(bytes(flipped))
        except ParcelError:
            continue
        let_in += 1
        assert at not in inside
        assert came == whole
    assert 0 < let_in < len(outside) / 2  # a zip's idle bytes: days, systems, versions


@pytest.mark.parametrize("name", MEMBERS)
def test_each_member_is_needed_and_belongs_to_the_others(packed: bytes, name: str) -> None:
    found = members(packed)
    assert f"lacks '{name}'" in refusal(zipped({k: v for k, v in found.items() if k != name}))
    for other in MEMBERS:
        if other != name:
            swapped = found | {name: found[other], other: found[name]}
            if {name, other} == {README, LICENCE}:
                assert "different licences" in refusal(zipped(swapped))
            else:
                refusal(zipped(swapped))
    if name != README:  # which is for people
        assert refusal(zipped(found | {name: b""}))


def test_parts_of_two_parcels_do_not_go_together(packed: bytes) -> None:
    other = exports.pack(network_file.pack(weights_of(SMALL, seed=4)), CARD_OF_SMALL)
    mixed = members(packed) | {WEIGHTS: members(other)[WEIGHTS]}
    assert "do not belong together" in refusal(zipped(mixed))


# ---- zips that mean harm, or were packed by another program


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("../evil.py", "outside of itself"),
        ("a/../../card.json", "outside of itself"),
        ("/etc/passwd", "outside of itself"),
        ("\\\\host\\share", "outside of itself"),
        ("..\\card.json", "outside of itself"),
        ("C:card.json", "outside of itself"),
        ("small/card.json", "packed anew"),
        ("__MACOSX/._card.json", "packed anew"),
        ("small/", "a folder"),
        ("model.pkl", "does not belong|no network"),
        ("Card.json", "no network"),
        ("nested.zip", "no network"),
    ],
)
def test_foreign_members_are_refused(packed: bytes, name: str, said: str) -> None:
    found = [*members(packed).items(), (name, b"x")]
    with pytest.raises(ParcelError, match=said):
        exports.unpack(zipped(found))


@pytest.mark.parametrize("name", MEMBERS)
def test_a_member_that_is_there_twice_is_refused(packed: bytes, name: str) -> None:
    found = [*members(packed).items()]
    with pytest.warns(UserWarning, match="Duplicate"):
        twice = zipped([*found, (name, dict(found)[name])])
    assert f"'{name}' more than once" in refusal(twice)


@pytest.mark.parametrize("kind", [stat.S_IFLNK, stat.S_IFDIR, stat.S_IFIFO, stat.S_IFCHR])
def test_links_and_devices_are_refused(packed: bytes, kind: int) -> None:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as file:
        for name, data in members(packed).items():
            info = zipfile.ZipInfo(name)
            info.external_attr = ((kind if name == CARD else stat.S_IFREG) | 0o644) << 16
            file.writestr(info, data)
    assert "a link or a folder" in refusal(made.getvalue())


def test_a_parcel_inside_a_zip_is_refused(packed: bytes) -> None:
    assert "no network" in refusal(zipped({"songs.zip": packed}))


@pytest.mark.parametrize("name", MEMBERS)
def test_a_bomb_does_not_go_off(packed: bytes, name: str) -> None:
    """Eight megabytes of nothing in eight kilobytes: it is not even read."""
    bomb = zipped(members(packed) | {name: b" " * 8_000_000}, zipfile.ZIP_DEFLATED)
    assert len(bomb) < 100_000
    assert "8.0 MB" in refusal(bomb)
    # One that tells a lie about its size is cut where it said it would end.
    lie = bomb.replace(struct.pack("<L", 8_000_000), struct.pack("<L", 20))
    assert "damaged or locked" in refusal(lie)


def test_a_card_of_a_giant_does_not_make_room_for_a_bomb(
    packed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(exports, "MAX_BYTES", 3_000_000)
    giant = with_card(packed, lambda v: v.update(model={"hidden_size": 2048, "num_layers": 8}))
    bomb = zipped(members(giant) | {WEIGHTS: bytes(3_000_001)}, zipfile.ZIP_DEFLATED)
    assert f"'{WEIGHTS}' in this zip would take 3.0 MB" in refusal(bomb)


def test_a_file_that_is_too_large_is_not_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "MAX_BYTES", 1000)
    assert "larger than" in refusal(b"PK\x03\x04" + bytes(1000))


def test_a_locked_zip_is_refused(packed: bytes) -> None:
    locked = bytearray(packed)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        at = -1
        while (at := packed.find(mark, at + 1)) >= 0:
            locked[at + flags] |= 1
    assert "damaged or locked" in refusal(bytes(locked))


@pytest.mark.parametrize(
    "data",
    [b"", b"PK", b"PK\x03\x04", b"PK\x05\x06" + bytes(18), b"\x80\x04K\x01.", b"<html>no</html>"],
)
def test_what_is_no_zip_is_refused(data: bytes) -> None:
    assert "no zip" in refusal(data)


def test_a_program_before_a_zip_is_refused(packed: bytes) -> None:
    assert "no zip" in refusal(b"#!/bin/sh\n" + packed)


# ---- cards


def card_with(**values: Any) -> Callable[[dict[str, Any]], None]:
    return lambda card: card.update(values)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (card_with(parcel=2), "later version"),
        (card_with(parcel=None), "which format"),
        (card_with(parcel=True), "which format"),
        (card_with(parcel="1"), "which format"),
        (card_with(parcel=0), "which format"),
        (card_with(kind="pickle"), "neither a base nor a run"),
        (card_with(name=5), "must be text"),
        (card_with(name="../../etc"), "cannot be a base's name"),
        (card_with(name=""), "cannot be a base's name"),
        (card_with(title=["x"]), "must be text"),
        (card_with(title="x" * 3000), "more than 2,000"),
        (card_with(songs="many"), "whole number"),
        (card_with(songs=-1), "less than nothing"),
        (card_with(characters=10**400), "more than can be"),
        (card_with(seconds=-1.0), "less than nothing"),
        (card_with(val_nats_per_char=-2), "no network can be"),
        (card_with(test_nats_per_char=1e9), "no network can be"),
        (card_with(sources="abc"), "cannot be right: (Sources|Details) must be"),
        (card_with(sources=[1]), "cannot be right: (Sources|Details) must be"),
        (card_with(details=[]), "cannot be right: (Sources|Details) must be"),
        (card_with(model={"hidden_size": 9}), "do not belong|do not fit"),
        (card_with(model={"hidden_size": 2, "num_layers": 1, "bias": 1}), "no setting 'bias'"),
        (card_with(model={"hidden_size": 0}), "must lie between"),
        (card_with(model=7), "must be an object of named settings"),
        (card_with(storage="float16"), "says that the weights are float16"),
        (card_with(weights_digest="0" * 64), "do not belong together"),
        (card_with(licence="All mine"), "different licences"),
        (lambda card: card.pop("name"), "neither what it describes"),
        (lambda card: card.clear(), "which format"),
    ],
)
def test_a_card_that_cannot_be_is_refused(
    packed: bytes, change: Callable[[dict[str, Any]], None], said: str
) -> None:
    with pytest.raises(ParcelError, match=said):
        exports.unpack(with_card(packed, change))


@pytest.mark.parametrize("name", [CARD, VOCABULARY])
@pytest.mark.parametrize(
    "data",
    [
        b"[]",
        b"null",
        b"7",
        b'"x"',
        b"{",
        b"\xff\xfe",
        b"[" * 100_000,
        b'{"parcel": NaN}',
        b'{"parcel": 1, "parcel": 1}',
        b'{"parcel": 1, "name": "\\ud800"}',
        b'{"parcel": ' + b"9" * 5000 + b"}",
    ],
    ids=range(11),
)
def test_json_that_is_none_is_refused(packed: bytes, name: str, data: bytes) -> None:
    assert f"'{name}'" in refusal(zipped(members(packed) | {name: data}))


def test_a_card_of_a_later_version_of_the_same_format_is_read(packed: bytes) -> None:
    assert exports.unpack(with_card(packed, card_with(melody="none yet"))) == exports.unpack(packed)


def test_other_characters_are_refused(packed: bytes) -> None:
    found = members(packed)
    vocabulary = json.loads(found[VOCABULARY])
    vocabulary["characters"][65] = "\u00c4"
    other = json.dumps(vocabulary).encode()
    assert "other characters" in refusal(zipped(found | {VOCABULARY: other}))


@pytest.mark.parametrize("name", [LICENCE, README])
def test_texts_are_texts(packed: bytes, name: str) -> None:
    text = members(packed)[name] + b"\xff"
    assert f"'{name}' in this zip is no text" in refusal(zipped(members(packed) | {name: text}))


# ---- weights


def test_weights_that_are_no_numbers_are_refused(packed: bytes) -> None:
    for bad in (np.nan, np.inf):
        weights = weights_of(SMALL)
        weights["head.weight"][3, 1] = bad
        said = refusal(with_weights(packed, network_file.pack(weights)))
        assert "'head.weight' are not all finite" in said


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.pop("head.bias"),
        lambda w: w.update(extra=np.zeros(1, np.float32)),
        lambda w: w.update({"head.bias": np.zeros((128, 1), np.float32)}),
        lambda w: w.update({"head.bias": np.zeros(128, np.float64)}),
        lambda w: w.update({"head.bias": np.zeros(128, np.int32)}),
        lambda w: w.clear(),
    ],
)
def test_weights_of_another_network_are_refused(
    packed: bytes, change: Callable[[network_file.Weights], None]
) -> None:
    weights = weights_of(SMALL)
    change(weights)
    data = with_card(packed, lambda values: None)
    made = network_file.pack(weights)
    known = {"weights_digest": network_file.digest(made)}
    data = with_card(zipped(members(data) | {WEIGHTS: made}), card_with(**known))
    assert "cannot be used" in refusal(data)


@pytest.mark.parametrize("made", [b"", b"\x80\x04K\x01.", b"\xff" * 40, b"\0" * 8])
def test_weights_that_are_none_are_refused(packed: bytes, made: bytes) -> None:
    known = {"weights_digest": network_file.digest(made)}
    data = with_card(zipped(members(packed) | {WEIGHTS: made}), card_with(**known))
    assert "cannot be used" in refusal(data)


def test_half_precision_is_taken_as_it_is(packed: bytes) -> None:
    half = network_file.pack(weights_of(SMALL), half=True)
    came = exports.unpack(with_weights(packed, half))
    assert (came.weights, came.card.storage) == (half, "float16")


def test_any_error_is_a_sentence(packed: bytes) -> None:
    """Zips made of random pieces of a parcel: nothing but our own error ever comes of them."""
    rng = np.random.default_rng(11)
    found = members(packed)
    for _ in range(150):
        pieces = {
            name: data[: rng.integers(len(data) + 1)] if rng.random() < 0.3 else data
            for name, data in found.items()
            if rng.random() < 0.95
        }
        data = bytearray(zipped(pieces, zipfile.ZIP_DEFLATED))
        for at in rng.integers(len(data), size=rng.integers(4)):
            data[at] = rng.integers(256)
        try:
            came = exports.unpack(bytes(data))
        except ParcelError:
            continue
        assert came == exports.unpack(packed)


def test_what_came_can_be_tuned(lab: Any) -> None:
    """Its card serves where a base's card does."""
    added = exports.add(lab.home, exports.unpack(exports.of_base(lab.home, "tiny")), "theirs")
    row, config = check_run(lab.store, replace(lab.config(), base="theirs"))
    assert config.model == added.model
    assert TrainConfig.from_dict(config.settings.to_dict()) == config.settings
    assert Store(open_home(lab.home.root)).corpus(row.id) == row
