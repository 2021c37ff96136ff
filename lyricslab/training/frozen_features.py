"""What the lowest layer that learns reads at each position of some songs.

The frozen layers below it are a fixed function of a song, for every song starts from the zero
state. So their outputs are worked out once, and every step, look and epoch merely looks them up.
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

MOST_BYTES = 1 << 29
"""Outputs that take more memory are not kept: the frozen layers then work at every step."""
_READ = -1
"""In the place of a batch's number: it is read."""


class FrozenFeatures:
    """Songs as they come out of the lowest `depth` layers of a network, which never learn.

    A batch of songs is read when the first of them is asked for. Which songs share a batch is a
    matter of their lengths alone, so a song gives the same numbers, to the bit, whenever and by
    whichever run it is asked for.

    Args:
        model: its lowest `depth` layers are frozen for good.
        depth: 0 for the songs as they are: a character is its row of the identity matrix.
    """

    def __init__(self, model: StackedLSTM, framed: FramedSongs, depth: int) -> None:
        self.framed, self.depth = framed, depth
        self._one_hot = torch.eye(VOCAB_SIZE, device=model.device)
        # A copy, so that it does not matter what becomes of the network.
        self._layers = deepcopy(list(model.layers)[:depth])
        self._batches = dict(enumerate(framed.batches())) if depth else {}
        """The batches yet to be read, each as the positions of its windows."""
        positions, hidden = (framed.padding + 1, model.config.hidden_size) if depth else (0, 0)
        self._outputs = torch.zeros(positions, hidden, device=model.device)  # (P + 1, H)
        self._batch_of = torch.full((positions,), _READ)
        for number, windows in self._batches.items():
            self._batch_of[torch.cat([w.flatten() for w in windows])] = number
        self._batch_of[framed.padding :] = _READ

    @property
    def size_bytes(self) -> int:
        """Memory that the outputs take."""
        return self._outputs.nbytes

    def read(self, positions: Tensor) -> Tensor:
        """What the layer above reads: (T, B) to (T, B, H), or to (T, B, V) at depth 0."""
        if self.depth == 0:
            return self._characters(positions)
        for number in set(self._batch_of[positions[0]].tolist()) - {_READ}:
            self._compute(number)
        return functional.embedding(positions.to(self._outputs.device), self._outputs)

    def _characters(self, positions: Tensor) -> Tensor:
        """The characters at positions, each as its row of the identity matrix, (T, B, V)."""
        codes = self.framed.inputs[positions].long().to(self._one_hot.device)
        return functional.embedding(codes, self._one_hot)

    @torch.no_grad()
    def _compute(self, number: int) -> None:
        """Lets the layers read a batch."""
        state: State = []
        for positions in self._batches[number]:  # (T, B)
            signal = self._characters(positions)
            before, state = last_songs(state, positions.shape[1]), []
            for k, layer in enumerate(self._layers):
                signal, after = layer(signal, before[k] if before else None)  # (T, B, H)
                state.append(after)
            self._outputs[positions] = signal
        self._outputs[self.framed.padding] = 0
        self._batch_of[torch.cat([w.flatten() for w in self._batches.pop(number)])] = _READ


class FrozenFeatureCache:
    """Prefixes that later runs of this process may use again; those unused for longest go first.

    They are told apart by what they are made of: the songs, and the weights of the layers.
    """

    def __init__(self, most_bytes: int = MOST_BYTES) -> None:
        self.most_bytes = most_bytes
        self._kept: OrderedDict[str, FrozenFeatures] = OrderedDict()

    def prefix(self, model: StackedLSTM, framed: FramedSongs, depth: int) -> FrozenFeatures:
        """The prefix of these songs, from the shelf if it is there."""
        if not depth:
            return FrozenFeatures(model, framed, depth)
        key = _digest(model, framed, depth)
        found = self._kept.pop(key, None) or FrozenFeatures(model, framed, depth)
        self._kept[key] = found
        while sum(prefix.size_bytes for prefix in self._kept.values()) > self.most_bytes:
            self._kept.popitem(last=False)
        return found

    def clear(self) -> None:
        """Lets go of all."""
        self._kept.clear()


CACHE = FrozenFeatureCache()
"""This process's own."""


def affordable_depth(model: StackedLSTM, *framed: FramedSongs) -> int:
    """The frozen layers whose outputs for all these songs fit into MOST_BYTES together; or none."""
    positions = sum(songs.padding + 1 for songs in framed)
    fits = 4 * positions * model.config.hidden_size <= MOST_BYTES
    return model.frozen_prefix if fits else 0


def _digest(model: StackedLSTM, framed: FramedSongs, depth: int) -> str:
    found = hashlib.sha256(f"{model.config} {depth}".encode())
    found.update(framed.inputs.numpy().tobytes())
    found.update(framed.lengths.tobytes())
    for layer in list(model.layers)[:depth]:
        for weight in layer.parameters():
            found.update(weight.detach().numpy().tobytes())
    return found.hexdigest()
