"""Writing songs: what the app does against the loop that everybody writes first."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch
from torch import nn

from benchmarks.harness import Case, Group
from lyricslab.config import VOCAB_SIZE, ModelConfig, SampleConfig
from lyricslab.model import sampler
from lyricslab.model.checkpoint import Weights
from lyricslab.model.lstm import build
from lyricslab.model.sampler import Network
from lyricslab.text.vocab import END, PRINTABLE

PLAIN = "plain torch loop, one song"
MANY = 32


def cases(quick: bool) -> Sequence[Group]:
    """One song and many, against the plain loop."""
    chars = 40 if quick else 1000
    config = ModelConfig(hidden_size=64, num_layers=3)
    weights = endless(config)
    network = Network(weights, config)
    return [
        Group(
            "writing 3 x 64",
            "characters",
            PLAIN,
            [
                Case(PLAIN, plain_loop(weights, config, 40 if quick else 400)),
                Case("Lyrics Lab, one song", song_writer(network, 1, chars), goal="30 x"),
                Case(f"Lyrics Lab, {MANY} songs", song_writer(network, MANY, chars), goal="60 x"),
            ],
        )
    ]


def endless(config: ModelConfig) -> Weights:
    """A network of this size that never ends a song, so that every round writes as much."""
    weights = build(config, seed=1).weights()
    weights["head.bias"][END] = -100
    return weights


def song_writer(network: Network, count: int, chars: int) -> Callable[[], float]:
    """Writes `count` songs at once; its units are characters of all songs together."""
    config = SampleConfig(count=count, length_chars=chars, temperature=1.0)

    def run() -> float:
        return sum(len(song.text) for song in sampler.write(network, config))

    return run


class PlainModel(nn.Module):
    """The paper's network as one would write it down: one-hot input, stacked LSTM, head."""

    def __init__(self, config: ModelConfig) -> None:
        super().__init__()
        self.lstm = nn.LSTM(VOCAB_SIZE, config.hidden_size, config.num_layers)
        self.head = nn.Linear(config.hidden_size, VOCAB_SIZE)

    def load(self, weights: Weights) -> PlainModel:
        """Takes over a checkpoint's weights."""
        torch_names = {
            name: f"lstm.{name.split('.')[2].replace('l0', 'l' + name.split('.')[1])}"
            for name in weights
            if name.startswith("layers.")
        }
        self.load_state_dict(
            {torch_names.get(name, name): torch.from_numpy(w) for name, w in weights.items()}
        )
        return self


@torch.no_grad()
def plain_song(model: PlainModel, chars: int, generator: torch.Generator) -> list[int]:
    """Writes one song, a character a call; what cannot be printed is drawn again."""
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


def plain_loop(weights: Weights, config: ModelConfig, chars: int) -> Callable[[], float]:
    """The reference: single songs by `plain_song`, on one thread.

    For products this small torch's second thread gains nothing on a quiet machine and loses
    nearly everything on a busy one: the ratio would flatter us.
    """
    model = PlainModel(config).load(weights)
    generator = torch.Generator().manual_seed(0)

    def run() -> float:
        threads = torch.get_num_threads()
        torch.set_num_threads(1)
        try:
            return len(plain_song(model, chars, generator))
        finally:
            torch.set_num_threads(threads)

    return run
