"""Validation and test songs of a pile are drawn from all of it, not from where it begins."""

from __future__ import annotations

import numpy as np
import pytest

from lyricslab.config import SplitConfig
from lyricslab.learning import sides
from lyricslab.learning.sides import framed_sides
from lyricslab.text.pile import Account, Pile


def test_enough_is_drawn_from_everywhere(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sides, "VAL_CHARS", 900)
    monkeypatch.setattr(sides, "TEST_CHARS", 1_700)
    lengths = np.random.default_rng(1).integers(20, 60, 4_000)
    account = Account(4_000, 0, int(lengths.sum()) - 4_000, 1, 0)
    pile = Pile("", account, np.zeros(lengths.sum() + 1, np.int8), lengths, np.arange(4_000))
    split = SplitConfig(train=0.9, val=0.05, test=0.05)
    train, val, test = framed_sides(pile, split)
    whole = pile.sides(split)
    assert train.predictions == lengths[whole.train].sum()
    for framed, most, side in ((val, 900, whole.val), (test, 1_700, whole.test)):
        assert most - 60 < framed.predictions <= most
        assert np.all(np.diff(framed.first) > 0)
        assert set(framed.first) <= set(pile.first[side])
        assert framed.first.mean() / pile.first[-1] == pytest.approx(0.5, abs=0.2)
