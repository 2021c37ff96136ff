"""The usual loops in torch: the references of the other modules."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import torch
from torch import Tensor, nn

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.model.network_file import Weights
from lyricslab.songs.vocab import END, PRINTABLE
from lyricslab.training.lstm import build


class BaselineModel(nn.Module):
    """The paper's network in plain torch: one-hot input, stacked LSTM, head."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.lstm = nn.LSTM(VOCAB_SIZE, config.hidden_size, config.num_layers)
        self.head = nn.Linear(config.hidden_size, VOCAB_SIZE)

    def load(self, weights: Weights) -> BaselineModel:
        """Load a checkpoint's weights: layers.1.weight_ih_l0 becomes lstm.weight_ih_l1."""
        renamed = {}
        for name, w in weights.items():
            part, _, rest = name.partition(".")
            layer, _, kind = rest.partition(".")
            renamed[f"lstm.{kind[:-1]}{layer}" if part == "layers" else name] = torch.from_numpy(w)
        self.load_state_dict(renamed)
        return self


@torch.no_grad()
def plain_song(model: BaselineModel, chars: int, generator: torch.Generator) -> list[int]:
    """Write one song, a character per call; an unprintable character is drawn again."""
    state, read = None, END
    written: list[int] = []
    while len(written) < chars:
        one_hot = torch.zeros(1, 1, VOCAB_SIZE)  # (T, B, V)
        one_hot[0, 0, read] = 1
        output, state = model.lstm(one_hot, state)  # (1, 1, H)
        probabilities = torch.softmax(model.head(output[0, 0]), dim=0)  # (V,)
        while True:
            read = int(torch.multinomial(probabilities, 1, generator=generator))
            if PRINTABLE[read] or read == END:
                break
        if read == END:
            break
        written.append(read)
    return written


@torch.inference_mode()
def plain_songs(model: BaselineModel, count: int, chars: int, generator: torch.Generator) -> Tensor:
    """Write many songs side by side as a careful user would, (T, B): masked, no redrawing."""
    allowed = torch.from_numpy(PRINTABLE.copy())
    eye, state, written = torch.eye(VOCAB_SIZE), None, []
    read = torch.full((count,), END)
    for _ in range(chars):
        output, state = model.lstm(eye[read][None], state)  # (1, B, H)
        logits = model.head(output[0]).masked_fill(~allowed, -torch.inf)  # (B, V)
        read = torch.multinomial(torch.softmax(logits, dim=1), 1, generator=generator)[:, 0]
        written.append(read)
    return torch.stack(written)


def endless(config: ModelConfig) -> Weights:
    """Return a network of this size that never ends a song, so that every round writes as much."""
    weights = build(config, seed=1).weights()
    weights["head.bias"][END] = -100
    return weights


@contextmanager
def one_thread() -> Iterator[None]:
    """For a step this small torch's second thread gains nothing on a quiet machine and loses nearly
    everything on a busy one: a reference with two would flatter us.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def song_loop(weights: Weights, config: ModelConfig, chars: int) -> Callable[[], float]:
    """Single songs by `plain_song`, on one thread."""
    model, generator = BaselineModel(config).load(weights), torch.Generator().manual_seed(0)

    def run() -> float:
        with one_thread():
            return len(plain_song(model, chars, generator))

    return run


def songs_loop(
    weights: Weights, config: ModelConfig, count: int, chars: int
) -> Callable[[], float]:
    """Many songs by `plain_songs`, on one thread."""
    model, generator = BaselineModel(config).load(weights), torch.Generator().manual_seed(0)

    def run() -> float:
        with one_thread():
            return plain_songs(model, count, chars, generator).numel()

    return run
