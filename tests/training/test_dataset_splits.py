"""Validation and test songs of a dataset are drawn from all of it, not from where it begins."""

from __future__ import annotations

import numpy as np
import pytest

from lyricslab.config import SplitConfig
from lyricslab.importing.bulk.dataset import Dataset, Manifest
from lyricslab.training import dataset_splits
from lyricslab.training.dataset_splits import framed_splits


def test_splits_are_sampled_from_the_complete_dataset(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(dataset_splits, "VAL_CHARS", 900)
    monkeypatch.setattr(dataset_splits, "TEST_CHARS", 1_700)
    lengths = np.random.default_rng(1).integers(20, 60, 4_000)
    manifest = Manifest(4_000, 0, int(lengths.sum()) - 4_000, 1, 0)
    dataset = Dataset("", manifest, np.zeros(lengths.sum() + 1, np.int8), lengths, np.arange(4_000))
    split = SplitConfig(train=0.9, val=0.05, test=0.05)
    train, val, test = framed_splits(dataset, split)
    whole = dataset.splits(split)
    assert train.predictions == lengths[whole.train].sum()
    for framed, most, side in ((val, 900, whole.val), (test, 1_700, whole.test)):
        assert most - 60 < framed.predictions <= most
        assert np.all(np.diff(framed.first) > 0)
        assert set(framed.first) <= set(dataset.starts[side])
        assert framed.first.mean() / dataset.starts[-1] == pytest.approx(0.5, abs=0.2)
