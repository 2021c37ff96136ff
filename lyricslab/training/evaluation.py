"""How well a network predicts songs (Sec. 3), in nats per character and in the paper's loss.

A song of N characters is N + 1 predictions from the zero state: every character, and the code 0
that ends it. The sum over all songs is divided once, so that no window, batch or short song weighs
more than its characters. bits/char = nats/char / ln 2.
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
    """A sum of losses, and the number of predictions it is over."""

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
    """The caller asked to stop before there was a score."""


def evaluate(
    model: StackedLSTM,
    songs: Songs,
    should_stop: Callable[[], bool] = lambda: False,
) -> Score:
    """Return the cross-entropy of songs, each from the zero state.

    Args:
        songs: each song's framed text as codes, (N,); or framed.
        should_stop: called before each window.

    Raises:
        CorpusTooSmallError: if there is no song.
        Interrupted: if `should_stop` returned True.
    """
    if not isinstance(songs, FramedSongs) and not songs:
        raise CorpusTooSmallError("There is no song to evaluate.")
    return evaluate_features(FrozenFeatures(model, framed(songs), depth=0), model, should_stop)


def evaluate_features(
    features: FrozenFeatures,
    model: StackedLSTM,
    should_stop: Callable[[], bool] = lambda: False,
) -> Score:
    """Return the cross-entropy of songs that the model's frozen layers have read already.

    Raises:
        Interrupted: if `should_stop` returned True.
    """
    nats = _song_nats(features, model, should_stop)
    return Score(float(nats.sum()), features.framed.predictions)


def evaluate_each(model: StackedLSTM, songs: Songs) -> list[Score]:
    """Return the score of each song, in order; `evaluate` returns their sum.

    Args:
        songs: each song's framed text as codes, (N,); or framed.
    """
    all_songs = framed(songs)
    nats = _song_nats(FrozenFeatures(model, all_songs, depth=0), model)
    return [Score(float(n), int(length)) for n, length in zip(nats, all_songs.lengths, strict=True)]


@torch.no_grad()
def _song_nats(
    features: FrozenFeatures,
    model: StackedLSTM,
    should_stop: Callable[[], bool] = lambda: False,
) -> np.ndarray:
    """Return each song's loss in nats, (S,)."""
    songs = features.framed
    nats = np.zeros(len(songs.lengths))
    was_training = model.training
    model.eval()
    try:
        for windows in songs.batches():
            state: State = []
            for positions in windows:  # (T, B), one song per column
                if should_stop():
                    raise Interrupted
                signal, state = features.read(positions), last_songs(state, positions.shape[1])
                logits, state = model.upper(signal, state, features.depth)  # (T, B, V)
                losses = functional.cross_entropy(
                    logits.flatten(0, 1),
                    songs.targets(positions).to(logits.device).flatten(),
                    ignore_index=PADDING,
                    reduction="none",
                )
                columns = np.searchsorted(songs.first, positions[0].numpy(), side="right") - 1
                nats[columns] += losses.view(positions.shape).double().sum(0).cpu().numpy()
    finally:
        model.train(was_training)
    return nats


def padded_loss(model: StackedLSTM, songs: Sequence[np.ndarray]) -> float:
    """Return the paper's loss: songs padded with 0 to the longest, the mean over all positions.

    A network that learned on padded songs predicts padding at almost no cost, so the paper's
    figures are far below nats/char and depend on how much songs differ in length. One that never
    saw padding takes the 0 after a song for the start of another, at a high cost. Only use it to
    compare with Tables 1 and 2, for runs that trained as the paper did (`padding="learned"`).
    """
    return evaluate(model, padded(songs)).nats_per_char


def loss_sum(logits: Tensor, targets: Tensor) -> Tensor:
    """Return the cross-entropy summed over the targets that count: (T, B, V), (T, B) to scalar."""
    return functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=PADDING, reduction="sum"
    )
