"""What the lowest layer that learns reads, at each position of some songs.

The frozen layers below it are a fixed function of a song, because every song starts from the zero
state. So their outputs are computed once, and every step, evaluation and epoch looks them up.
"""

from __future__ import annotations

import hashlib
from collections import OrderedDict
from copy import deepcopy

import torch
from torch import Tensor
from torch.nn import functional

from lyricslab.config import VOCAB_SIZE
from lyricslab.training.lstm import StackedLSTM, State, last_songs
from lyricslab.training.song_batches import FramedSongs

MAX_BYTES = 1 << 29
"""Outputs that need more memory are not cached: the frozen layers then compute at every step."""
_COMPUTED = -1
"""In place of the number of a batch whose outputs are computed."""


class FrozenFeatures:
    """The outputs of the lowest `depth` layers of a network, which never learn, for some songs.

    A batch of songs is computed when the first of them is read. Batches depend on the songs'
    lengths alone, so a song gives the same numbers, to the bit, in every run that reads it.

    Args:
        model: its lowest `depth` layers are frozen.
        depth: 0 for the songs themselves: each character as its row of the identity matrix.
    """

    def __init__(self, model: StackedLSTM, framed: FramedSongs, depth: int) -> None:
        self.framed, self.depth = framed, depth
        self._one_hot = torch.eye(VOCAB_SIZE, device=model.device)
        # A copy, so that later changes of the network do not matter.
        self._layers = deepcopy(list(model.layers)[:depth])
        self._batches = dict(enumerate(framed.batches())) if depth else {}
        """The batches not computed yet, each as the positions of its windows."""
        positions, hidden = (framed.padding + 1, model.config.hidden_size) if depth else (0, 0)
        self._outputs = torch.zeros(positions, hidden, device=model.device)  # (P + 1, H)
        self._batch_of = torch.full((positions,), _COMPUTED)
        for number, windows in self._batches.items():
            self._batch_of[torch.cat([w.flatten() for w in windows])] = number
        self._batch_of[framed.padding :] = _COMPUTED

    @property
    def size_bytes(self) -> int:
        """The memory of the outputs."""
        return self._outputs.nbytes

    def read(self, positions: Tensor) -> Tensor:
        """Return what the layer above reads: (T, B) to (T, B, H), or to (T, B, V) at depth 0."""
        if self.depth == 0:
            return self._characters(positions)
        for number in set(self._batch_of[positions[0]].tolist()) - {_COMPUTED}:
            self._compute(number)
        return functional.embedding(positions.to(self._outputs.device), self._outputs)

    def _characters(self, positions: Tensor) -> Tensor:
        """Return the characters at positions, as rows of the identity matrix, (T, B, V)."""
        codes = self.framed.inputs[positions].long().to(self._one_hot.device)
        return functional.embedding(codes, self._one_hot)

    @torch.no_grad()
    def _compute(self, number: int) -> None:
        """Compute the outputs of a batch."""
        state: State = []
        for positions in self._batches[number]:  # (T, B)
            signal = self._characters(positions)
            before, state = last_songs(state, positions.shape[1]), []
            for k, layer in enumerate(self._layers):
                signal, after = layer(signal, before[k] if before else None)  # (T, B, H)
                state.append(after)
            self._outputs[positions] = signal
        self._outputs[self.framed.padding] = 0
        self._batch_of[torch.cat([w.flatten() for w in self._batches.pop(number)])] = _COMPUTED


class FrozenFeatureCache:
    """Frozen features for the later runs of a process; the least recently used are dropped first.

    The key is a digest of the songs and of the weights of the layers.
    """

    def __init__(self, max_bytes: int = MAX_BYTES) -> None:
        self.max_bytes = max_bytes
        self._cached: OrderedDict[str, FrozenFeatures] = OrderedDict()

    def get(self, model: StackedLSTM, framed: FramedSongs, depth: int) -> FrozenFeatures:
        """Return the features of these songs, from the cache if they are in it."""
        if not depth:
            return FrozenFeatures(model, framed, depth)
        key = _digest(model, framed, depth)
        features = self._cached.pop(key, None) or FrozenFeatures(model, framed, depth)
        self._cached[key] = features
        while sum(cached.size_bytes for cached in self._cached.values()) > self.max_bytes:
            self._cached.popitem(last=False)
        return features

    def clear(self) -> None:
        """Drop everything."""
        self._cached.clear()


CACHE = FrozenFeatureCache()
"""The cache of this process."""


def cacheable_depth(model: StackedLSTM, *framed: FramedSongs) -> int:
    """Return the number of frozen layers, or 0 if their outputs for all songs exceed MAX_BYTES."""
    positions = sum(songs.padding + 1 for songs in framed)
    fits = 4 * positions * model.config.hidden_size <= MAX_BYTES
    return model.frozen_prefix if fits else 0


def _digest(model: StackedLSTM, framed: FramedSongs, depth: int) -> str:
    digest = hashlib.sha256(f"{model.config} {depth}".encode())
    digest.update(framed.inputs.numpy().tobytes())
    digest.update(framed.lengths.tobytes())
    for layer in list(model.layers)[:depth]:
        for weight in layer.parameters():
            digest.update(weight.detach().numpy().tobytes())
    return digest.hexdigest()
