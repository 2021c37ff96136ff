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
from lyricslab.learning.streams import PADDING
from lyricslab.model.lstm import StackedLSTM, State
from lyricslab.text.vocab import END

BATCH_SONGS = 32
"""Songs read side by side; touches speed and memory only."""
WINDOW_CHARS = 256
"""Characters read at once; touches speed and memory only."""


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


@torch.no_grad()
def evaluate(
    model: StackedLSTM,
    songs: Sequence[np.ndarray],
    should_stop: Callable[[], bool] = lambda: False,
) -> Score:
    """Cross-entropy of songs, each from the zero state: `.nats_per_char` sums and divides once.

    Args:
        songs: each song's framed text as codes, (N,).
        should_stop: asked between windows.

    Raises:
        CorpusTooSmallError: if there is no song.
        Interrupted: if `should_stop` said so.
    """
    if not songs:
        raise CorpusTooSmallError("There is no song to evaluate.")
    was_training = model.training
    model.eval()
    nats, predictions = 0.0, 0
    try:
        by_length = sorted(songs, key=len)
        for first in range(0, len(by_length), BATCH_SONGS):
            inputs, targets = frame(by_length[first : first + BATCH_SONGS])  # (T, B) each
            state: State | None = None
            for start in range(0, len(inputs), WINDOW_CHARS):
                if should_stop():
                    raise Interrupted
                window = slice(start, start + WINDOW_CHARS)
                logits, state = model(inputs[window], state)  # (T, B, V)
                nats += float(loss_sum(logits, targets[window]))
            predictions += int((targets != PADDING).sum())
    finally:
        model.train(was_training)
    return Score(nats, predictions)


def padded_loss(model: StackedLSTM, songs: Sequence[np.ndarray]) -> float:
    """The paper's own loss: songs padded with 0 to the longest one, the mean over all positions.

    A network that learned on padded songs predicts padding for almost nothing, so the paper's
    figures lie far below nats/char and depend on how much songs differ in length. One that never
    saw padding, as here, takes the 0 after a song for the start of another and pays dearly. It
    serves only to compare with Tables 1 and 2, where a run learned as the paper's did.
    """
    longest = max((len(song) for song in songs), default=0)
    padded = [np.pad(song, (0, longest - len(song))) for song in songs]  # each (longest,)
    return evaluate(model, padded).nats_per_char


def frame(songs: Sequence[np.ndarray]) -> tuple[Tensor, Tensor]:
    """Songs as inputs and targets, (T, B) each: 0 + text predicts text + 0, then PADDING."""
    length = max(len(song) for song in songs) + 1
    inputs = np.zeros((length, len(songs)), np.int64)
    targets = np.full((length, len(songs)), PADDING, np.int64)
    for b, song in enumerate(songs):
        inputs[1 : len(song) + 1, b] = song
        targets[: len(song), b] = song
        targets[len(song), b] = END
    return torch.from_numpy(inputs), torch.from_numpy(targets)


def loss_sum(logits: Tensor, targets: Tensor) -> Tensor:
    """Cross-entropy summed over the targets that count: (T, B, V) and (T, B) to a scalar."""
    return functional.cross_entropy(
        logits.flatten(0, 1), targets.flatten(), ignore_index=PADDING, reduction="sum"
    )
