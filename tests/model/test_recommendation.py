"""What to begin with."""

from __future__ import annotations

import pytest

from lyricslab.config import ModelConfig
from lyricslab.model.card import Card
from lyricslab.model.presets import PRESETS
from lyricslab.model.recommendation import recommend
from lyricslab.model.trainable import Trainable


@pytest.mark.parametrize("songs", [2, 8, 25, 60, 180, 5000])
def test_what_is_recommended_can_be_trained(songs: int) -> None:
    shipped = [Card(name=name, kind="base", lyrics="songs" in name) for name in ("books", "songs")]
    best = recommend(songs, 1_000 * songs, shipped)
    assert best.base == "songs" and best.preset in PRESETS
    Trainable.parse(best.trainable, shipped[1].model.num_layers)


def test_without_our_bases_one_that_read_songs_is_recommended() -> None:
    mine = [Card(name="prose", kind="base"), Card(name="mine", kind="base", lyrics=True)]
    assert recommend(25, 30_000, mine).base == "mine"
    assert recommend(25, 30_000, mine[:1]).base == "prose"


@pytest.mark.parametrize(
    ("characters", "layers", "trainable"),
    [(100_000, 3, "all"), (100_001, 3, "2"), (190_000, 2, "1"), (190_000, 1, "all")],
)
def test_of_much_text_the_top_layer_is_trained_alone(
    characters: int, layers: int, trainable: str
) -> None:
    card = Card(name="all-512", kind="base", model=ModelConfig(num_layers=layers))
    assert recommend(60, characters, [card])[:3] == ("all-512", trainable, "quick")
