"""Songs side by side, in windows: what one training step reads.

B streams each play one song after another, in an order shuffled anew each epoch. A song always
begins at the start of a window, with the zero state; the rest of its last window is padding.
With T = 4 and two streams, songs "abcdef" and "xyz" (0 is the code that begins and ends a song):

    window 1        window 2
    0 a b c         d e f .         inputs of stream 0
    a b c d         e f 0 .         targets; "." is padding, which no loss counts
    0 x y z         (next song)     stream 1
    x y z 0
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lyricslab.text.vocab import END

PADDING = -100
"""The target of a position that no loss counts: `cross_entropy`'s own ignore_index."""


@dataclass(slots=True)
class Window:
    """What one step reads, time first."""

    inputs: Tensor
    """(T, B) int64."""
    targets: Tensor
    """(T, B) int64, PADDING where nothing is to be predicted."""
    fresh: Tensor
    """(B,) bool: streams that begin a song here and so start from the zero state."""
    predictions: int
    """Targets that count."""


class SongStreams:
    """An endless supply of windows over the same songs; where it stands is a few numbers.

    Args:
        songs: each song's framed text as codes, (N,), without the 0 at either end.
        batch_size: B.
        window_chars: T; 0 for whole songs.
        seed: of the order of songs.
    """

    def __init__(
        self, songs: Sequence[np.ndarray], batch_size: int, window_chars: int, seed: int
    ) -> None:
        self.songs = songs
        self.window = window_chars or max(len(song) for song in songs) + 1
        self.seed = seed
        self.drawn = 0  # songs handed to streams so far, over all epochs
        self.predictions = 0  # targets read so far
        self.per_epoch = sum(len(song) + 1 for song in songs)
        self.song = np.full(batch_size, -1)  # what each stream plays; -1 before its first song
        self.offset = np.zeros(batch_size, np.int64)
        self._epoch = -1
        self._order = np.empty(0, np.int64)

    @property
    def epochs(self) -> float:
        """Passes over the songs so far."""
        return self.predictions / self.per_epoch

    def next(self) -> Window:
        """The next window of every stream."""
        streams, length = len(self.song), self.window
        inputs = np.zeros((length, streams), np.int64)
        targets = np.full((length, streams), PADDING, np.int64)
        fresh = np.zeros(streams, bool)
        counted = 0
        for b in range(streams):
            if self.song[b] < 0 or self.offset[b] > len(self.songs[self.song[b]]):
                self.song[b], self.offset[b], fresh[b] = self._draw(), 0, True
            song, start = self.songs[self.song[b]], int(self.offset[b])
            count = min(length, len(song) + 1 - start)
            # Position t reads character t-1 and predicts character t; 0 stands at both ends.
            inputs[:count, b] = song[start - 1 : start - 1 + count] if start else _led(song, count)
            kept = song[start : start + count]
            targets[: len(kept), b] = kept
            if len(kept) < count:
                targets[len(kept), b] = END
            self.offset[b] += count
            counted += count
        self.predictions += counted
        return Window(
            torch.from_numpy(inputs), torch.from_numpy(targets), torch.from_numpy(fresh), counted
        )

    def _draw(self) -> int:
        """The next song in this epoch's shuffled order."""
        epoch, place = divmod(self.drawn, len(self.songs))
        if epoch != self._epoch:
            self._order = np.random.default_rng((self.seed, epoch)).permutation(len(self.songs))
            self._epoch = epoch
        self.drawn += 1
        return int(self._order[place])

    def position(self) -> dict[str, Any]:
        """Where the streams stand, as JSON values; `seek` goes back there exactly."""
        return {
            "drawn": self.drawn,
            "predictions": self.predictions,
            "song": self.song.tolist(),
            "offset": self.offset.tolist(),
        }

    def seek(self, position: dict[str, Any]) -> None:
        """Goes back to a `position`."""
        self.drawn, self.predictions = position["drawn"], position["predictions"]
        self.song = np.array(position["song"])
        self.offset = np.array(position["offset"])
        self._epoch = -1
        if self.drawn % len(self.songs):  # the order under way; a finished one is drawn anew
            self._epoch = self.drawn // len(self.songs)
            rng = np.random.default_rng((self.seed, self._epoch))
            self._order = rng.permutation(len(self.songs))


def _led(song: np.ndarray, count: int) -> np.ndarray:
    return np.concatenate([[END], song[: count - 1]])
