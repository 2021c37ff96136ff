"""How well a network predicts songs (Sec. 3), in nats per character and in the paper's own loss.

A song of N characters is N + 1 predictions from the zero state: every character, and the code 0
that ends it. Sums are divided once, so that no window, batch or short song weighs more than its
characters. bits/char = nats/char / ln 2.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor
from torch.nn import functional

from lyricslab.errors import CorpusTooSmallError
from lyricslab.training.frozen_features import FrozenFeatures
from lyricslab.training.lstm import StackedLSTM, State, last_songs
from lyricslab.training.song_batches import PADDING, FramedSongs, Songs, framed, padded


@dataclass(frozen=True, slots=True)
class Score:
    """A sum of losses and how many predictions it is of."""

    nats: float
    predictions: int

    @property
    def nats_per_char(self) -> float:
        """Mean cross-entropy, natural logarithm."""
        return self.nats / self.predictions

    @property
    def bits_per_char(self) -> float:
        """The same in bits."""
        return self.nats_per_char / math.log(2)


class Interrupted(Exception):
    """The caller asked to stop half-way; there is no score."""


def evaluate(
    model: StackedLSTM,
    songs: Songs,
    should_stop: Callable[[], bool] = lambda: False,
) -> Score:
    """Cross-entropy of songs, each from the zero state: `.nats_per_char` sums and divides once.

    Args:
        songs: each song's framed text as codes, (N,); or framed ones.
        should_stop: asked between windows.

    Raises:
        CorpusTooSmallError: if there is no song.
        Interrupted: if `should_stop` said so.
    """
    if not isinstance(songs, FramedSongs) and not songs:
        raise CorpusTooSmallError("There is no song to evaluate.")
    return evaluate_above(FrozenFeatures(model, framed(songs), depth=0), model, should_stop)


def evaluate_above(
    prefix: FrozenFeatures,
    model: StackedLSTM,
    should_stop: Callable[[], bool] = lambda: False,
) -> Score:
    """Return the same for songs that a prefix of the model's layers has read already.

    Raises:
        Interrupted: if `should_stop` said so.
    """
    return Score(float(_song_nats(prefix, model, should_stop).sum()), prefix.framed.predictions)


def evaluate_each(model: StackedLSTM, songs: Songs) -> list[Score]:
    """The score of each song by itself, in order; what `evaluate` gives is their sum.

    Args:
        songs: each song's framed text as codes, (N,); or framed ones.
    """
    together = framed(songs)
    nats = _song_nats(FrozenFeatures(model, together, depth=0), model)
    return [Score(float(n), int(length)) for n, length in zip(nats, together.lengths, strict=True)]


@torch.no_grad()
def _song_nats(
    prefix: FrozenFeatures,
    model: StackedLSTM,
    should_stop: Callable[[], bool] = lambda: False,
) -> np.ndarray:
    """Return the nats that each song costs, (S,)."""
    songs = prefix.framed
    nats = np.zeros(len(songs.lengths))
    was_training = model.training
    model.eval()
    try:
        for windows in songs.batches():
            state: State = []
            for positions in windows:  # (T, B), a song a column
                if should_stop():
                    raise Interrupted
                signal, state = prefix.read(positions), last_songs(state, positions.shape[1])
                logits, state = model.upper(signal, state, prefix.depth)  # (T, B, V)
                losses = functional.cross_entropy(
                    logits.flatten(0, 1),
                    songs.targets(positions).to(logits.device).flatten(),
                    ignore_index=PADDING,
                    reduction="none",
                )
                which = np.searchsorted(songs.first, positions[0].numpy(), side="right") - 1
                nats[which] += losses.view(positions.shape).double().sum(0).cpu().numpy()
    finally:
        model.train(was_training)
    return nats


def padded_loss(model: StackedLSTM, songs: Sequence[np.ndarray]) -> float:
    """The paper's own loss: songs padded with 0 to the longest one, the mean over all positions.

    A network that learned on padded songs predicts padding for almost nothing, so the paper's
    figures lie far below nats/char and depend on how much songs differ in length. One that never
    saw padding takes the 0 after a song for the start of another and pays dearly. It serves only
    to compare with Tables 1 and 2, where a run learned as the paper's did (`padding="learned"`).
    """
    return evaluate(model, padded(songs)).nats_per_char


def loss_sum(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy summed over the targets that count: (T, B, V) and (T, B) to a scalar."""
    return functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=PADDING, reduction="sum"
    )
