"""What is left of a distribution, against loops over its characters."""

from __future__ import annotations

import numpy as np
import pytest

from lyricslab.model.decoding.truncation import min_p, top_k, top_p

SHARES = np.random.default_rng(1).random((5, 128)) ** 8


@pytest.mark.parametrize("k", [1, 3, 40, 128])
def test_top_k_keeps_the_k_likeliest(k: int) -> None:
    for row, kept in zip(SHARES, top_k(SHARES, k), strict=True):
        likeliest = sorted(range(128), key=lambda code: -row[code])[:k]
        assert [code for code in range(128) if kept[code]] == sorted(likeliest)
        assert (kept[likeliest] == row[likeliest]).all()


@pytest.mark.parametrize("p", [0.1, 0.5, 0.93])
def test_top_p_keeps_as_few_as_have_p_together(p: float) -> None:
    for row, kept in zip(SHARES, top_p(SHARES, p), strict=True):
        likeliest = sorted(range(128), key=lambda code: -row[code])
        few = 0
        while sum(row[likeliest[:few]]) < p * row.sum() * (1 - 1e-12):
            few += 1
        assert [code for code in range(128) if kept[code]] == sorted(likeliest[:few])


@pytest.mark.parametrize("p", [0.0, 0.02, 0.3, 1.0])
def test_min_p_keeps_what_is_near_the_likeliest(p: float) -> None:
    for row, kept in zip(SHARES, min_p(SHARES, p), strict=True):
        for code in range(128):
            assert kept[code] == (row[code] if row[code] >= p * max(row) else 0)
