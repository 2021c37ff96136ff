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

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import torch
from torch import Tensor

from lyricslab.songs.vocab import END

PADDING = -100
"""The target of a position that no loss counts: `cross_entropy`'s own ignore_index."""
BATCH_SONGS = 32
"""Songs read side by side where nothing is learned; touches speed and memory only."""
WINDOW_CHARS = 256
"""Characters of them read at once; touches speed and memory only."""


class FramedSongs:
    """Songs end to end, as positions: each reads one code and is to predict the next.

    A song of N characters has N + 1 positions, for it reads 0 + text and predicts text + 0. One
    more position at the very end, `padding`, reads 0 and predicts nothing.

    Args:
        songs: each song's framed text as codes, (N,), without the 0 at either end.
    """

    def __init__(self, songs: Sequence[np.ndarray]) -> None:
        self.lengths = np.array([len(song) + 1 for song in songs])
        """Positions of each song, (S,)."""
        self.first = np.cumsum(self.lengths) - self.lengths
        """Each song's first position, (S,)."""
        # "0 text 0 text 0": what one position predicts is what the next one reads.
        ends = np.array([END], np.int8)
        codes = [part.astype(np.int8) for song in songs for part in (ends, song)]
        self.inputs = torch.from_numpy(np.concatenate([*codes, ends]))
        """The code read at each position, (P + 1,) int8."""

    @classmethod
    def within(cls, codes: np.ndarray, first: np.ndarray, lengths: np.ndarray) -> FramedSongs:
        """Some of the songs that lie end to end in `codes`, which may be a file mapped to memory.

        Args:
            codes: "0 text 0 text 0", (P + 1,) int8.
            first, lengths: as in a FramedSongs, of the songs that are meant, in order, (S,).
        """
        framed = cls.__new__(cls)
        framed.inputs, framed.first, framed.lengths = torch.from_numpy(codes), first, lengths
        return framed

    @property
    def padding(self) -> int:
        """The position behind all songs."""
        return len(self.inputs) - 1

    @property
    def predictions(self) -> int:
        """How many codes are to be predicted in all."""
        return int(self.lengths.sum())

    def some(self, most_chars: int) -> FramedSongs:
        """The first songs that hold up to so many codes together, at least one."""
        many = max(1, int(self.lengths.cumsum().searchsorted(most_chars, side="right")))
        return FramedSongs.within(self.inputs.numpy(), self.first[:many], self.lengths[:many])

    def targets(self, positions: Tensor) -> Tensor:
        """The codes to predict at positions, int64, PADDING where there is nothing to predict."""
        found = self.inputs[(positions + 1).clamp_(max=self.padding)].long()
        return found.masked_fill_(positions == self.padding, PADDING)

    def beyond(self, lengths: np.ndarray) -> Tensor:
        """Whether each position lies beyond so many of its song's, (S,) to (P + 1,) bool."""
        places = np.arange(self.padding) - np.repeat(self.first, self.lengths)
        over = places >= np.repeat(lengths, self.lengths)
        return torch.from_numpy(np.append(over, True))

    def window(self, songs: np.ndarray, offsets: np.ndarray | int, length: int) -> Tensor:
        """The positions of songs side by side, from `offsets` on: (B,) each to (T, B)."""
        places = np.arange(length)[:, None] + offsets  # (T, B)
        inside = places < self.lengths[songs]
        return torch.from_numpy(np.where(inside, self.first[songs] + places, self.padding))

    def batches(self) -> Iterator[list[Tensor]]:
        """Every song once: batches of like length, each as its windows' positions in order.

        A batch begins with its shortest song, and a song that is over is left out of the windows
        that follow: (T, B), (T, B - 1), ...
        """
        order = np.argsort(self.lengths, kind="stable")
        for k in range(0, len(order), BATCH_SONGS):
            songs = order[k : k + BATCH_SONGS]
            lengths = self.lengths[songs]
            yield [
                self.window(songs[lengths > start], start, min(WINDOW_CHARS, lengths[-1] - start))
                for start in range(0, lengths[-1], WINDOW_CHARS)
            ]


def padded(songs: Sequence[np.ndarray]) -> list[np.ndarray]:
    """Songs filled up with the code 0 to the longest of them, as the paper has them: each (N,)."""
    longest = max((len(song) for song in songs), default=0)
    return [np.pad(song, (0, longest - len(song))) for song in songs]


Songs = Sequence[np.ndarray] | FramedSongs
"""Songs as codes, (N,) each, or framed."""


def framed(songs: Songs) -> FramedSongs:
    """Songs end to end."""
    return songs if isinstance(songs, FramedSongs) else FramedSongs(songs)


@dataclass(slots=True)
class Window:
    """What one step reads, time first."""

    positions: Tensor
    """(T, B) int64, places in the streams' `FramedSongs`."""
    targets: Tensor
    """(T, B) int64, PADDING where nothing is to be predicted."""
    fresh: Tensor
    """(B,) bool: streams that begin a song here and so start from the zero state."""
    predictions: int
    """Targets that count, in all streams."""

    def only(self, streams: slice) -> Window:
        """Some of its streams; `predictions` stays."""
        return Window(
            self.positions[:, streams],
            self.targets[:, streams],
            self.fresh[streams],
            self.predictions,
        )


class SongBatcher:
    """An endless supply of windows over the same songs; where it stands is a few numbers.

    Args:
        songs: each song's framed text as codes, (N,), without the 0 at either end; or framed ones.
        batch_size: B.
        window_chars: T; 0 for whole songs.
        seed: of the order of songs.
    """

    def __init__(self, songs: Songs, batch_size: int, window_chars: int, seed: int) -> None:
        self.framed = framed(songs)
        self.window = window_chars or int(self.framed.lengths.max())
        self.seed = seed
        self.drawn = 0  # songs handed to streams so far, over all epochs
        self.predictions = 0  # targets read so far
        self.per_epoch = self.framed.predictions
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
        songs = self.framed
        fresh = (self.song < 0) | (self.offset >= songs.lengths[self.song])
        self.song[fresh] = [self._draw() for _ in range(fresh.sum())]
        self.offset[fresh] = 0
        positions = songs.window(self.song, self.offset, self.window)
        left = songs.lengths[self.song] - self.offset
        counted = int(np.minimum(left, self.window).sum())
        self.offset += self.window
        self.predictions += counted
        return Window(
            positions,
            songs.targets(positions),
            torch.from_numpy(fresh),
            counted,
        )

    def _draw(self) -> int:
        """The next song in this epoch's shuffled order."""
        epoch, place = divmod(self.drawn, len(self.framed.lengths))
        if epoch != self._epoch:
            self._shuffle(epoch)
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
        epoch, under_way = divmod(self.drawn, len(self.framed.lengths))
        self._epoch = -1
        if under_way:  # a finished order is drawn anew
            self._shuffle(epoch)

    def _shuffle(self, epoch: int) -> None:
        songs = len(self.framed.lengths)
        self._order = np.random.default_rng((self.seed, epoch)).permutation(songs)
        self._epoch = epoch
