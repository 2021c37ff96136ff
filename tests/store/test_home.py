"""The home folder, and those that earlier versions left."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lyricslab.config import ModelConfig
from lyricslab.errors import HomeNotWritableError
from lyricslab.library.bases import list_bases
from lyricslab.model import network_file, network_pair
from lyricslab.model.card import Card
from lyricslab.store.home import Home, open_home
from tests.support.network_files import write_old_pair

MODEL = ModelConfig(hidden_size=2, num_layers=1)
CARD = Card(name="tiny", kind="base", model=MODEL, licence="CC0-1.0")


def weights_of(seed: int) -> network_file.Weights:
    rng = np.random.default_rng(seed)
    shapes = network_file.shapes(MODEL).items()
    return {name: rng.normal(size=shape).astype(np.float32) for name, shape in shapes}


@pytest.fixture
def old(tmp_path: Path) -> Home:
    """A home as earlier versions left it: two bases, a run and a dataset."""
    home = Home(tmp_path)
    write_old_pair(home.bases / "tiny", weights_of(1), CARD)
    write_old_pair(home.bases / "my.songs", weights_of(2), replace(CARD, name="my.songs"))
    write_old_pair(home.runs / "r1" / "best", weights_of(3), replace(CARD, name="r1", kind="run"))
    home.last("r1").write_bytes(b"the checkpoint to resume from")
    home.run_folder("r2").mkdir()
    (tmp_path / "piles").mkdir()
    (tmp_path / "piles" / "d1.json").write_text("{}")
    return home


def upgraded(home: Home) -> bool:
    paths = [path.relative_to(home.root) for path in home.root.rglob("*") if path.is_file()]
    networks = {
        home.base_file("tiny"): 1,
        home.base_file("my.songs"): 2,
        home.best("r1"): 3,
    }
    for path, seed in networks.items():
        weights, card = network_file.load(path)
        assert card.weights_digest == network_file.digest(network_file.pack(weights_of(seed)))
        assert np.array_equal(weights["head.bias"], weights_of(seed)["head.bias"])
    return {str(path) for path in paths} == {
        "bases/my.songs.safetensors",
        "bases/tiny.safetensors",
        "datasets/d1.json",
        "runs/r1/best.safetensors",
        "runs/r1/last.safetensors",
    } and not (home.root / "piles").exists()


def test_an_old_home_is_upgraded(old: Home) -> None:
    assert open_home(old.root) == old
    assert upgraded(old)
    assert [card.name for card in list_bases(old)][-2:] == ["my.songs", "tiny"]
    assert open_home(old.root) == old
    assert upgraded(old)


def test_a_home_of_the_first_version_is_upgraded(old: Home) -> None:
    """It has networks in pairs, and no folder of datasets under either name."""
    (old.root / "piles" / "d1.json").unlink()
    (old.root / "piles").rmdir()
    open_home(old.root)
    assert network_file.load_card(old.base_file("tiny")).licence == "CC0-1.0"
    assert not list(old.bases.glob("*.json")) and old.datasets.is_dir()


@pytest.mark.parametrize("writes", range(4))
def test_an_upgrade_that_was_interrupted_is_finished_later(
    old: Home, monkeypatch: pytest.MonkeyPatch, writes: int
) -> None:
    """The disk fills up: before the first network, after the first, and so on."""
    write_file = network_pair.write_file
    left = writes

    def write(path: Path, data: bytes) -> None:
        nonlocal left
        if left == 0:
            raise OSError(28, "No space left on device")
        left -= 1
        write_file(path, data)

    with monkeypatch.context() as patch:
        patch.setattr(network_pair, "write_file", write)
        if writes < 3:
            with pytest.raises(HomeNotWritableError, match="No space left"):
                open_home(old.root)
        else:
            open_home(old.root)
    open_home(old.root)
    assert upgraded(old)


def test_a_damaged_network_does_not_stop_an_upgrade(old: Home) -> None:
    damaged = old.bases / "broken.json"
    damaged.write_text("{")
    damaged.with_suffix(".safetensors").write_bytes(b"x")
    open_home(old.root)
    assert damaged.exists()
    assert old.datasets.exists() and not (old.root / "piles").exists()
    assert "broken" not in [card.name for card in list_bases(old)]


def test_datasets_of_both_versions_are_kept(old: Home) -> None:
    old.datasets.mkdir()
    (old.datasets / "d2.json").write_text("{}")
    open_home(old.root)
    assert sorted(path.name for path in old.datasets.iterdir()) == ["d1.json", "d2.json"]
