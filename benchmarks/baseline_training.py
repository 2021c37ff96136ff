"""Fine-tuning as a careful user of torch writes it: the reference of `training` and `sweep`.

One `nn.LSTM` of all layers, one-hot input, frozen weights without gradients, the same songs in the
same windows, validation in batches of songs of like length without gradients.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional
from torch.nn.utils.rnn import pad_sequence

from benchmarks.baseline import BaselineModel
from lyricslab.config import VOCAB_SIZE, ModelConfig, TrainConfig
from lyricslab.model.trainable import Trainable
from lyricslab.training.song_batches import PADDING, SongBatcher

VAL_SONGS = 32


class BaselineTraining:
    """A network and its optimiser."""

    def __init__(
        self,
        model: ModelConfig,
        learns: str,
        train_songs: Sequence[np.ndarray],
        val_songs: Sequence[np.ndarray],
        config: TrainConfig,
    ) -> None:
        network = BaselineModel(model)
        self.lstm, self.head = network.lstm, network.head
        trainable = Trainable.parse(learns, model.num_layers)
        for name, weight in self.lstm.named_parameters():
            weight.requires_grad_(trainable.learns(int(name[-1])))
        weights = [*self.lstm.parameters(), *self.head.parameters()]
        self.learning = [w for w in weights if w.requires_grad]
        self.optimiser = torch.optim.AdamW(self.learning, lr=config.learning_rate)
        self.batcher = SongBatcher(train_songs, config.batch_size, config.window_chars, seed=0)
        self.val_songs = sorted(val_songs, key=len)
        self.clip = config.grad_clip
        self.state: tuple[Tensor, Tensor] | None = None
        self.one_hot = torch.eye(VOCAB_SIZE)

    def take_step(self) -> float:
        """One step; returns its loss."""
        window = self.batcher.next()
        ids = self.batcher.framed.inputs[window.positions].long()
        if self.state is not None:
            goes_on = (~window.starts_song).float()[None, :, None]
            self.state = (self.state[0] * goes_on, self.state[1] * goes_on)
        output, (h, c) = self.lstm(self.one_hot[ids], self.state)
        logits = self.head(output)
        loss = functional.cross_entropy(
            logits.flatten(0, 1), window.targets.flatten(), ignore_index=PADDING
        )
        self.optimiser.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(self.learning, self.clip)
        self.optimiser.step()
        self.state = (h.detach(), c.detach())
        return loss.item()

    @torch.no_grad()
    def look(self) -> float:
        """nats/char of the validation songs."""
        nats = count = 0.0
        for k in range(0, len(self.val_songs), VAL_SONGS):
            songs = [
                torch.from_numpy(s.astype(np.int64)) for s in self.val_songs[k : k + VAL_SONGS]
            ]
            inputs = pad_sequence([functional.pad(s, (1, 0)) for s in songs])  # (T, B)
            targets = pad_sequence(
                [functional.pad(s, (0, 1)) for s in songs], padding_value=PADDING
            )
            output, _ = self.lstm(self.one_hot[inputs])
            logits = self.head(output).flatten(0, 1)
            nats += functional.cross_entropy(logits, targets.flatten(), reduction="sum").item()
            count += int((targets != PADDING).sum())
        return nats / count
