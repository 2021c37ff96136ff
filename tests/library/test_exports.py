"""Export and import: a network arrives as it was sent, and nothing that was tampered with does."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from dataclasses import replace
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lyricslab.config import ModelConfig, SampleConfig, TrainConfig
from lyricslab.errors import (
    CheckpointError,
    ImportedNetworkError,
    InputError,
    NotFoundError,
    StoreError,
)
from lyricslab.library import imports
from lyricslab.library.bases import base_path, free_base_name, list_bases, load_base_card
from lyricslab.library.corpora import load_corpus
from lyricslab.library.exports import export_base, export_run, zip_network
from lyricslab.library.imports import add_network, read_network, read_network_file
from lyricslab.library.networks import load_run_network
from lyricslab.library.runs import check_run, submit_run
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.store.home import open_home
from lyricslab.store.rows import Lease, PointRow, RunRow
from lyricslab.store.store import Store
from tests.support.network_files import old_pair, old_zip, with_card, zipped

SMALL = ModelConfig(hidden_size=2, num_layers=1)
CARD = Card(
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
def weights() -> network_file.Weights:
    return weights_of(SMALL)


@pytest.fixture(scope="module")
def data(weights: network_file.Weights) -> bytes:
    return network_file.pack_network(weights, CARD)[0]


def refusal(data: bytes) -> str:
    with pytest.raises(ImportedNetworkError) as caught:
        read_network(data)
    sentence = str(caught.value)
    assert sentence.endswith(".") and sentence.count(". ") >= 1, sentence  # it says what to do
    return sentence


# ---- there and back


def test_what_is_exported_is_imported(data: bytes, weights: network_file.Weights) -> None:
    network = read_network(data)
    assert replace(network.card, weights_digest="") == CARD
    assert all(np.array_equal(network.weights[name], w) for name, w in weights.items())
    assert network.size_bytes == sum(w.nbytes for w in weights.values())


def test_a_zip_of_it_is_as_good(data: bytes) -> None:
    ours = zip_network(data, "small")
    assert ours == zip_network(data, "small")
    with zipfile.ZipFile(BytesIO(ours)) as file:
        assert file.namelist() == ["small.safetensors"]
    repacked = {"a/small.safetensors": data, "__MACOSX/a/._small.safetensors": b"x"}
    for zip_data in (ours, zipped(repacked)):
        assert read_network(zip_data).card == read_network(data).card


def test_networks_of_earlier_versions_are_imported(
    data: bytes, weights: network_file.Weights, tmp_path: Path
) -> None:
    card = read_network(data).card
    assert read_network(old_zip(weights, CARD)).card == card
    path = tmp_path / "small.safetensors"
    old_data, card_json = old_pair(weights, CARD)
    path.write_bytes(old_data)
    with pytest.raises(ImportedNetworkError, match="without a card"):
        read_network_file(path)
    path.with_suffix(".json").write_bytes(card_json)
    network = read_network_file(path)
    assert network.card == card
    assert all(np.array_equal(network.weights[name], w) for name, w in weights.items())
    path.write_bytes(data)  # a file with a card needs no other
    path.with_suffix(".json").write_bytes(b"something else")
    assert read_network_file(path).card == card


def test_parts_of_two_old_networks_do_not_go_together(weights: network_file.Weights) -> None:
    other, _ = old_pair(weights_of(SMALL, seed=4), CARD)
    _, card_json = old_pair(weights, CARD)
    mixed = zipped({"weights.safetensors": other, "card.json": card_json})
    assert "do not belong together" in refusal(mixed)


@pytest.mark.parametrize("half", [False, True])
def test_a_base_goes_to_another_home_under_another_name(
    lab: Any, tmp_path: Path, half: bool
) -> None:
    card = replace(load_base_card(lab.home, "tiny"), reads="songs", title="Tiny")
    path = lab.home.base_file("tiny")
    network_file.save(path, lab.base_weights, card, half=half)
    data = export_base(lab.home, "tiny")
    assert data == path.read_bytes()
    elsewhere = open_home(tmp_path / "elsewhere")
    added = add_network(elsewhere, read_network(data), "theirs")
    assert (added.name, added.title, added.kind) == ("theirs", "Theirs", "base")
    assert added.reads == "songs"
    assert added.storage == ("float16" if half else "float32")
    assert added.details["imported"]["name"] == "tiny"
    theirs, _ = network_file.load(base_path(elsewhere, "theirs"))
    assert all(np.array_equal(theirs[name], w) for name, w in network_file.load(path)[0].items())
    # Exported again, only its name has changed: it does not say how it was imported.
    again = read_network(export_base(elsewhere, "theirs")).card
    assert replace(again, name="tiny", title="Tiny") == read_network(data).card


def test_a_taken_name_is_refused_and_a_free_one_offered(lab: Any) -> None:
    network = read_network(export_base(lab.home, "tiny"))
    before = {path: path.read_bytes() for path in lab.home.bases.iterdir()}
    for name in (None, "tiny", "TINY", " tiny "):
        with pytest.raises(InputError, match=r"already.*'(tiny|TINY)-2' is free"):
            add_network(lab.home, network, name)
    assert {path: path.read_bytes() for path in lab.home.bases.iterdir()} == before
    assert add_network(lab.home, network, free_base_name(lab.home, "tiny")).name == "tiny-2"
    with pytest.raises(InputError, match="'tiny-3' is free"):
        add_network(lab.home, network)


@pytest.mark.parametrize("name", ["", "../evil", "a/b", ".hidden", "-x", "a" * 51, "a b"])
def test_an_invalid_name_is_refused(lab: Any, name: str) -> None:
    network = read_network(export_base(lab.home, "tiny"))
    with pytest.raises(InputError, match="cannot be a base's name"):
        add_network(lab.home, network, name)
    assert add_network(lab.home, network, "a\n").name == "a"  # spaces around a name do not count


def test_a_full_disk_leaves_nothing(lab: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    network = read_network(export_base(lab.home, "tiny"))

    def full(path: Path, data: bytes) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(network_file, "write_file", full)
    with pytest.raises(StoreError, match="Free some disk space"):
        add_network(lab.home, network, "mine")
    assert "mine" not in [card.name for card in list_bases(lab.home)]


def test_an_imported_network_can_be_fine_tuned(lab: Any) -> None:
    added = add_network(lab.home, read_network(export_base(lab.home, "tiny")), "theirs")
    row, config = check_run(lab.store, replace(lab.config(), base="theirs"))
    assert config.model == added.model
    assert TrainConfig.from_dict(config.settings.to_dict()) == config.settings
    assert Store(open_home(lab.home.root)).corpus(row.id) == row


# ---- a run


@pytest.fixture
def run(lab: Any) -> RunRow:
    """A finished run that was not trained."""
    config = lab.config()
    row = lab.store.add_run(
        name="0,2 on tiny: mine!", corpus_id=lab.corpus_row.id, config=config, owner="cli:1"
    )
    points = [PointRow(8 * k, k, float(k), 2.0 - k / 9, 2.1 - k / 7) for k in range(3)]
    lab.store.record(Lease(row.id, "cli:1", 1), points=points)
    result = json.dumps({"base": "tiny", "test_nats_per_char": 1.75})
    lab.store.transition(row.id, "done", result_json=result)
    best = {name: 2 * w for name, w in lab.base_weights.items()}
    card = Card(name=row.id, kind="run", title=row.name, model=config.model, lyrics=True)
    network_file.save(lab.home.best(row.id), best, replace(card, val_nats_per_char=1.5))
    run: RunRow = lab.store.run(row.id)
    return run


def test_a_run_becomes_a_base_that_writes_the_same(lab: Any, run: RunRow, tmp_path: Path) -> None:
    network = read_network(export_run(lab.store, run))
    card = network.card
    assert (card.kind, card.name, card.title) == ("run", "0-2-on-tiny-mine", run.name)
    assert card.reads == "'Tiny songs', after the base 'Tiny'"
    assert (card.test_nats_per_char, card.val_nats_per_char) == (1.75, 1.5)
    assert (card.details["corpus"], card.details["base"]) == ("Tiny songs", "tiny")
    assert [point["step"] for point in card.details["curve"]] == [0, 8, 16]
    elsewhere = open_home(tmp_path / "elsewhere")
    added = add_network(elsewhere, network)
    assert (added.kind, added.title) == ("base", run.name)
    weights, card = network_file.load(base_path(elsewhere, "0-2-on-tiny-mine"))
    config = SampleConfig(length_chars=60, seed=5)
    ours = load_run_network(lab.store, run.id)
    assert write(Network(weights, card.model), config) == write(ours, config)


def test_an_exported_run_holds_no_song(lab: Any, run: RunRow) -> None:
    data = export_run(lab.store, run)
    corpus = load_corpus(lab.store, run.corpus_id)
    lines = [line for song in corpus.songs for line in song.text.splitlines() if len(line) > 8]
    assert len(lines) > 50
    assert not any(line.encode() in data for line in lines)
    card = read_network(data).card
    assert 0 < card.songs < len(corpus.songs)
    assert 0 < card.characters < corpus.characters
    assert str(lab.home.root).encode() not in data


def test_an_exported_run_credits_what_its_base_read(lab: Any, run: RunRow) -> None:
    base_card = load_base_card(lab.home, "tiny")
    base_card = replace(base_card, sources=("A book, Somebody",), licence="CC0-1.0")
    network_file.save(lab.home.base_file("tiny"), lab.base_weights, base_card)
    card = read_network(export_run(lab.store, run)).card
    assert (card.licence, card.details["base_licence"]) == ("", "CC0-1.0")
    assert card.sources == ("A book, Somebody",)


def test_what_has_no_network_is_not_exported(lab: Any) -> None:
    waiting = submit_run(lab.store, lab.config())
    with pytest.raises(CheckpointError):
        export_run(lab.store, waiting)
    with pytest.raises(NotFoundError):
        export_base(lab.home, "none such")


# ---- files that are damaged, foreign or hostile


@pytest.mark.parametrize("kind", ["file", "zip", "old zip"])
def test_what_is_cut_short_is_refused(
    data: bytes, weights: network_file.Weights, kind: str
) -> None:
    if kind != "file":
        data = zip_network(data, "small") if kind == "zip" else old_zip(weights, CARD)
    for size in {*range(0, 64), *range(0, len(data), 97), len(data) - 1}:
        refusal(data[:size])


@pytest.mark.parametrize("kind", ["file", "zip", "old zip"])
def test_no_flipped_bits_bring_in_other_weights(
    data: bytes, weights: network_file.Weights, kind: str
) -> None:
    if kind != "file":
        data = zip_network(data, "small") if kind == "zip" else old_zip(weights, CARD)
    rng = np.random.default_rng(11)
    for count in rng.integers(1, 4, size=200):
        flipped = bytearray(data)
        for at in rng.integers(len(data), size=count):
            flipped[at] ^= 1 << int(rng.integers(8))
        try:
            network = read_network(bytes(flipped))
        except ImportedNetworkError:
            continue
        assert all(np.array_equal(network.weights[name], w) for name, w in weights.items())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"PK",
        b"PK\x03\x04",
        b"PK\x05\x06" + bytes(18),
        b"\x80\x04K\x01.",
        b"<html>no</html>",
        zipped({"songs.txt": b"la"}),
        zipped({"card.json": b"{}"}),
        zipped({"a.safetensors": b"", "b.safetensors": b""}),
        zipped({"card.json": b"", "weights.safetensors": b""}),
    ],
    ids=range(10),
)
def test_foreign_files_are_refused(data: bytes) -> None:
    assert "Lyrics Lab" in refusal(data) or "damaged" in refusal(data)


def test_too_much_is_not_read(data: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    bomb = zipped({"small.safetensors": bytes(8_000_000)})
    card_bomb = zipped({"card.json": b" " * 8_000_000, "weights.safetensors": data})
    assert len(bomb) < 100_000
    assert "larger than" in refusal(card_bomb)
    monkeypatch.setattr(imports, "MAX_BYTES", 3_000_000)
    assert "larger than" in refusal(bomb)
    assert "larger than" in refusal(bytes(3_000_001))


def test_a_locked_zip_is_refused(data: bytes) -> None:
    zip_data = zip_network(data, "small")
    locked = bytearray(zip_data)
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        locked[zip_data.find(mark) + flags] |= 1
    assert "locked" in refusal(bytes(locked))


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"format": 2}, "later version"),
        ({"format": "1"}, "later version"),
        ({"kind": "pickle"}, "neither a base nor a run"),
        ({"name": 5}, "must be text"),
        ({"name": "../../etc"}, "cannot be a base's name"),
        ({"name": ""}, "cannot be a base's name"),
        ({"title": ["x"]}, "must be text"),
        ({"title": "x" * 3000}, "more than 2,000"),
        ({"songs": "many"}, "whole number"),
        ({"songs": -1}, "less than nothing"),
        ({"characters": 10**400}, "more than can be"),
        ({"seconds": -1.0}, "less than nothing"),
        ({"val_nats_per_char": -2}, "no network can be"),
        ({"test_nats_per_char": 1e9}, "no network can be"),
        ({"seconds": float("nan")}, "NaN"),
        ({"sources": "abc"}, "Sources must be"),
        ({"sources": [1]}, "Sources must be"),
        ({"details": []}, "Details must be"),
        ({"model": {"hidden_size": 9}}, "do not fit"),
        ({"model": {"hidden_size": 2, "num_layers": 1, "bias": 1}}, "no setting 'bias'"),
        ({"model": {"hidden_size": 0}}, "must lie between"),
        ({"model": 7}, "must be an object"),
        ({"weights_digest": "0" * 64}, "damaged"),
        ({"name": None}, "neither what it describes"),
    ],
)
def test_a_card_that_cannot_be_true_is_refused(
    data: bytes, changes: dict[str, Any], sentence: str
) -> None:
    assert sentence in refusal(with_card(data, **changes))


def test_a_card_of_a_later_version_of_the_same_format_is_read(data: bytes) -> None:
    assert read_network(with_card(data, melody="none yet")).card == read_network(data).card


@pytest.mark.parametrize(
    "change",
    [
        lambda w: w.pop("head.bias"),
        lambda w: w.update({"head.bias": np.zeros(128, np.float64)}),
        lambda w: w["head.bias"].__setitem__(0, np.nan),
    ],
)
def test_weights_of_another_network_are_refused(
    change: Callable[[network_file.Weights], None],
) -> None:
    weights = weights_of(SMALL)
    change(weights)
    assert "weights" in refusal(network_file.pack_network(weights, CARD)[0])
    assert "weights" in refusal(old_zip(weights, CARD))
