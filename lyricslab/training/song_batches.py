"""Batches of songs side by side, in windows: what one training step reads.

Each of B rows reads one song after another, in an order that is shuffled every epoch. A song always
begins at the start of a window, with the zero state; the rest of its last window is padding.
With T = 4 and B = 2, songs "abcdef" and "xyz" (0 is the code that begins and ends a song):

    window 1        window 2
    0 a b c         d e f .         inputs of row 0
    a b c d         e f 0 .         targets; "." is padding, which no loss counts
    0 x y z         (next song)     row 1
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
"""Songs side by side where nothing is learned; affects speed and memory only."""
WINDOW_CHARS = 256
"""Characters of them read at once; affects speed and memory only."""


class FramedSongs:
    """Songs end to end, as positions: at each the network reads one code and predicts the next.

    A song of N characters has N + 1 positions: it reads 0 + text and predicts text + 0. One more
    position at the very end, `padding`, reads 0 and predicts nothing.

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
    def view(cls, codes: np.ndarray, first: np.ndarray, lengths: np.ndarray) -> FramedSongs:
        """Return some of the songs in `codes` without a copy: it may be a memory-mapped file.

        Args:
            codes: "0 text 0 text 0", (P + 1,) int8.
            first, lengths: the attributes of the songs to return, in order, (S,).
        """
        framed = cls.__new__(cls)
        framed.inputs, framed.first, framed.lengths = torch.from_numpy(codes), first, lengths
        return framed

    @property
    def padding(self) -> int:
        """The position after all songs."""
        return len(self.inputs) - 1

    @property
    def predictions(self) -> int:
        """The number of codes to predict in all songs."""
        return int(self.lengths.sum())

    def head(self, max_chars: int) -> FramedSongs:
        """Return the first songs that have up to `max_chars` codes together, at least one song."""
        count = max(1, int(self.lengths.cumsum().searchsorted(max_chars, side="right")))
        return FramedSongs.view(self.inputs.numpy(), self.first[:count], self.lengths[:count])

    def targets(self, positions: Tensor) -> Tensor:
        """Return the codes to predict at positions, int64; PADDING at the padding position."""
        codes = self.inputs[(positions + 1).clamp_(max=self.padding)].long()
        return codes.masked_fill_(positions == self.padding, PADDING)

    def is_padding(self, lengths: np.ndarray) -> Tensor:
        """Return which positions are beyond the given length of their song.

        Args:
            lengths: of each song without its padding, in positions, (S,).

        Returns:
            (P + 1,) bool.
        """
        offsets = np.arange(self.padding) - np.repeat(self.first, self.lengths)
        beyond = offsets >= np.repeat(lengths, self.lengths)
        return torch.from_numpy(np.append(beyond, True))

    def window(self, songs: np.ndarray, offsets: np.ndarray | int, length: int) -> Tensor:
        """Return the positions of songs side by side, from `offsets` on: (B,) each to (T, B)."""
        places = np.arange(length)[:, None] + offsets  # (T, B)
        inside = places < self.lengths[songs]
        return torch.from_numpy(np.where(inside, self.first[songs] + places, self.padding))

    def batches(self) -> Iterator[list[Tensor]]:
        """Yield every song once, in batches of similar length: the positions of each window.

        The shortest song of a batch comes first, and a song that has ended is left out of the
        windows after it: (T, B), (T, B - 1), ...
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
    """Return the songs padded with 0 to the longest of them, as in the paper: (N,) each."""
    longest = max((len(song) for song in songs), default=0)
    return [np.pad(song, (0, longest - len(song))) for song in songs]


Songs = Sequence[np.ndarray] | FramedSongs
"""Songs as codes, (N,) each, or already framed."""


def framed(songs: Songs) -> FramedSongs:
    """Return the songs end to end."""
    return songs if isinstance(songs, FramedSongs) else FramedSongs(songs)


@dataclass(slots=True)
class Window:
    """What one step reads, time first."""

    positions: Tensor
    """(T, B) int64, in the batcher's `FramedSongs`."""
    targets: Tensor
    """(T, B) int64, PADDING where there is nothing to predict."""
    starts_song: Tensor
    """(B,) bool: rows that begin a song here, from the zero state."""
    predictions: int
    """The number of targets that count, in all rows."""

    def select(self, rows: slice) -> Window:
        """Return some of the rows; `predictions` stays that of all."""
        return Window(
            self.positions[:, rows],
            self.targets[:, rows],
            self.starts_song[rows],
            self.predictions,
        )


class SongBatcher:
    """Endless windows over the same songs; its position is a few numbers.

    Args:
        songs: each song's framed text as codes, (N,), without the 0 at either end; or framed.
        batch_size: B.
        window_chars: T; 0 for complete songs.
        seed: of the order of songs.
    """

    def __init__(self, songs: Songs, batch_size: int, window_chars: int, seed: int) -> None:
        self.framed = framed(songs)
        self.window = window_chars or int(self.framed.lengths.max())
        self.seed = seed
        self.songs_begun = 0  # over all epochs
        self.predictions = 0  # targets read so far
        self.per_epoch = self.framed.predictions
        self.song = np.full(batch_size, -1)  # that each row reads; -1 before its first song
        self.offset = np.zeros(batch_size, np.int64)
        self._epoch = -1
        self._order = np.empty(0, np.int64)

    @property
    def epochs(self) -> float:
        """Passes over the songs so far."""
        return self.predictions / self.per_epoch

    def next(self) -> Window:
        """Return the next window of every row."""
        songs = self.framed
        starts_song = (self.song < 0) | (self.offset >= songs.lengths[self.song])
        self.song[starts_song] = [self._next_song() for _ in range(starts_song.sum())]
        self.offset[starts_song] = 0
        positions = songs.window(self.song, self.offset, self.window)
        left = songs.lengths[self.song] - self.offset
        counted = int(np.minimum(left, self.window).sum())
        self.offset += self.window
        self.predictions += counted
        return Window(
            positions,
            songs.targets(positions),
            torch.from_numpy(starts_song),
            counted,
        )

    def _next_song(self) -> int:
        """Return the next song in this epoch's shuffled order."""
        epoch, place = divmod(self.songs_begun, len(self.framed.lengths))
        if epoch != self._epoch:
            self._shuffle(epoch)
        self.songs_begun += 1
        return int(self._order[place])

    def position(self) -> dict[str, Any]:
        """Return the position as JSON values, for `seek`; keys are those of earlier versions."""
        return {
            "drawn": self.songs_begun,
            "predictions": self.predictions,
            "song": self.song.tolist(),
            "offset": self.offset.tolist(),
        }

    def seek(self, position: dict[str, Any]) -> None:
        """Go back to a `position`, exactly."""
        self.songs_begun, self.predictions = position["drawn"], position["predictions"]
        self.song = np.array(position["song"])
        self.offset = np.array(position["offset"])
        epoch, begun = divmod(self.songs_begun, len(self.framed.lengths))
        self._epoch = -1
        if begun:  # otherwise `_next_song` shuffles
            self._shuffle(epoch)

    def _shuffle(self, epoch: int) -> None:
        songs = len(self.framed.lengths)
        self._order = np.random.default_rng((self.seed, epoch)).permutation(songs)
        self._epoch = epoch
