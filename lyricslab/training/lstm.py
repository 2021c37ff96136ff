"""The stacked LSTM over characters (Sec. 3, Fig. 1).

Shapes: T time, B batch, V = 128 vocabulary, H hidden, L layers. Time comes first, which the LSTM
kernels are fastest with.
"""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.func import functional_call
from torch.nn import functional

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.model.network_file import Weights, check_shapes
from lyricslab.model.trainable import Trainable

State = list[tuple[Tensor, Tensor]]
"""(h, c) of each layer, each (1, B, H)."""


def last_songs(state: State, count: int) -> State:
    """Return the state of the last `count` songs of a batch; the others have ended."""
    return [(h[:, -count:].contiguous(), c[:, -count:].contiguous()) for h, c in state]


class StackedLSTM(nn.Module):
    """L one-layer LSTMs, each reading the outputs of the one below, and a linear head.

    Each layer is a module, so that freezing one is a loop over its parameters; with the same
    weights the output equals `nn.LSTM(num_layers=L)` to the bit (tests/training/test_lstm.py).

    Args:
        config: H and L.
        dropout: the share of the signals between layers that training drops.
        trainable: which weights learn; the others are frozen. All of them if None. A frozen prefix
            is a fixed function of the text, so nothing is dropped inside it.
        input_dropout: the share of the characters that training hides from layer 0.
        recurrent_dropout: the share of the weights from a layer to itself that a step of training
            drops, for all characters of its window (weight drop: Merity et al. 2018, AWD-LSTM).
        output_dropout: the share of the signals from the top layer to the head that training drops.
    """

    one_hot: Tensor
    """A character's row is what layer 0 reads, (V, V)."""

    def __init__(
        self,
        config: ModelConfig,
        dropout: float = 0.0,
        trainable: Trainable | None = None,
        *,
        input_dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        output_dropout: float = 0.0,
    ) -> None:
        super().__init__()
        self.config = config
        self.dropout = dropout
        self.trainable = trainable or Trainable.parse("all", config.num_layers)
        self.dropout_from = max(1, self.frozen_prefix)
        self.input_dropout = 0.0 if self.frozen_prefix else input_dropout
        self.recurrent_dropout = recurrent_dropout
        self.output_dropout = output_dropout
        hidden = config.hidden_size
        self.layers = nn.ModuleList(
            nn.LSTM(VOCAB_SIZE if k == 0 else hidden, hidden) for k in range(config.num_layers)
        )
        self.head = nn.Linear(hidden, VOCAB_SIZE)
        self.register_buffer("one_hot", torch.eye(VOCAB_SIZE), persistent=False)
        for name, weight in self.named_parameters():
            weight.requires_grad_(self.trainable.learns_weight(name))

    @property
    def device(self) -> torch.device:
        """The device of its weights."""
        return self.one_hot.device

    @property
    def frozen_prefix(self) -> int:
        """The number of layers below the lowest of which any weight learns."""
        return self.trainable.frozen_prefix

    def forward(self, ids: Tensor, state: State | None = None) -> tuple[Tensor, State]:
        """Return the scores of the character after each one read, and the state after the last.

        Args:
            ids: character codes, (T, B), int64.
            state: (h, c) of each layer; None is the zero state, in which every song starts.

        Returns:
            logits (T, B, V), and the new state.
        """
        return self.upper(functional.embedding(ids, self.one_hot), state)

    def upper(
        self, signal: Tensor, state: State | None = None, first: int = 0
    ) -> tuple[Tensor, State]:
        """Return the same from what layer `first` reads: (T, B, H), or (T, B, V) for layer 0.

        `state` and the returned state are those of layers `first` and up.
        """
        after: State = []
        if first == 0 and self.input_dropout and self.training:
            # One number of a character's row is not zero, so one draw hides or keeps it.
            kept = functional.dropout(torch.ones_like(signal[..., :1]), self.input_dropout)
            signal = signal * kept  # (T, B, V)
        for k, layer in enumerate(list(self.layers)[first:], start=first):
            if k >= self.dropout_from and self.dropout:
                signal = functional.dropout(signal, self.dropout, self.training)
            read = (signal, state[k - first] if state else None)
            if self.recurrent_dropout and self.training and k >= self.frozen_prefix:
                signal, layer_state = self._forgetful(layer, read)
            else:
                signal, layer_state = layer(*read)  # (T, B, H)
            after.append(layer_state)
        if self.output_dropout:
            signal = functional.dropout(signal, self.output_dropout, self.training)
        return self.head(signal), after  # (T, B, V)

    def _forgetful(
        self, layer: nn.Module, read: tuple[Tensor, tuple[Tensor, Tensor] | None]
    ) -> tuple[Tensor, tuple[Tensor, Tensor]]:
        """Return what a layer says, and its state, with some of its recurrent weights hidden."""
        weight = layer.get_parameter("weight_hh_l0")  # (4H, H)
        hidden = {"weight_hh_l0": functional.dropout(weight, self.recurrent_dropout)}
        said: tuple[Tensor, tuple[Tensor, Tensor]] = functional_call(layer, hidden, read)
        return said

    def weights(self) -> Weights:
        """Return a copy of the weights, for a checkpoint."""
        return {name: w.detach().cpu().numpy().copy() for name, w in self.state_dict().items()}

    def load_weights(self, weights: Weights) -> None:
        """Load a checkpoint's weights.

        Raises:
            CheckpointError: if they are not those of a network of this size.
        """
        check_shapes(weights, self.config)
        self.load_state_dict({n: torch.from_numpy(np.array(w)) for n, w in weights.items()})


def build(
    config: ModelConfig,
    weights: Weights | None = None,
    *,
    trainable: Trainable | None = None,
    dropout: float = 0.0,
    input_dropout: float = 0.0,
    recurrent_dropout: float = 0.0,
    output_dropout: float = 0.0,
    seed: int = 0,
) -> StackedLSTM:
    """Return a network with a base's weights, or random ones; frozen weights do not learn."""
    torch.manual_seed(seed)
    model = StackedLSTM(
        config,
        dropout,
        trainable,
        input_dropout=input_dropout,
        recurrent_dropout=recurrent_dropout,
        output_dropout=output_dropout,
    )
    if weights is None:
        draw_weights(model)
    else:
        model.load_weights(weights)
    return model


def draw_weights(model: StackedLSTM) -> None:
    """Draw random weights with which a character still makes a difference at the top layer.

    With torch's ranges every layer passes on a tenth of what it reads, and a three-layer stack
    learns nothing but letter frequencies from its first half a million characters. Rows that
    a one-hot input selects get standard deviation 1, other input matrices 3/sqrt(H), recurrent
    ones 0.5/sqrt(H); forget gates start open (bias 1), so that a layer remembers until it learns
    to forget. Departure (Sec. 3): the paper does not say how its weights start.
    """
    hidden = model.config.hidden_size
    for name, weight in model.named_parameters():
        if name == "layers.0.weight_ih_l0":
            nn.init.normal_(weight, std=1)
        elif name.endswith("weight_ih_l0"):
            nn.init.normal_(weight, std=3 / hidden**0.5)
        elif name.endswith("weight_hh_l0"):
            nn.init.normal_(weight, std=0.5 / hidden**0.5)
        elif name.endswith("bias_hh_l0"):
            weight.data.zero_()
            weight.data[hidden : 2 * hidden] = 1  # gates are packed i, f, g, o
