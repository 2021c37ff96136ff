"""Does it matter which layer is retrained where upper layers tick slower? (Sec. 5)

    python -m research.slow_layers SONGS... --target FILE [--steps 4000] [--seeds 3]
        [--workers 2] [--out FILE]

Three stacks with the same weights, number for number, are pretrained on SONGS for as many steps:

    top    as the product's: the head reads the top layer
    sum    the head reads the sum of what all layers say
    slow   as `sum`, but layer 1 ticks only where a word ends, layers from 2 up where a line ends;
           in between they say again what they said last

`slow` needs a head that hears the lower layers, for its top layer does not know the letters since
the last line's end; `sum` shows what that head does by itself. Then each is fine-tuned on the
target, every choice of layers with the same settings, and the table tells the loss of each choice
on test and how far the layers lie apart. Losses do not depend on the machine.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
from collections.abc import Sequence
from concurrent.futures import Executor, Future, ProcessPoolExecutor
from dataclasses import dataclass, replace
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy as np
import torch
from torch import Tensor
from torch.nn.utils.rnn import PackedSequence, pack_padded_sequence, pad_packed_sequence

from lyricslab.config import ModelConfig, SplitConfig, TrainConfig
from lyricslab.importing import reading
from lyricslab.model import presets
from lyricslab.model.network_file import Weights
from lyricslab.model.trainable import Trainable, nontrivial_subsets
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.training.evaluation import evaluate
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import StackedLSTM, State, draw_weights

KINDS = ("top", "sum", "slow")
LINE_ENDS = (0, 10)
WORD_ENDS = (*LINE_ENDS, 32)
BASE_STEPS = TrainConfig(
    learning_rate=4e-3, warmup_steps=100, batch_size=32, window_chars=64, grad_clip=1.0,
    weight_decay=0.01, eval_every_steps=200, patience_evals=0, point_every_steps=200,
)  # fmt: skip


class OtherStack(StackedLSTM):
    """A stack whose head reads the sum of all layers; from layer 1 up they may tick slower.

    Its frozen layers are read anew at every step: when a layer ticks, the characters say.
    """

    def __init__(self, config: ModelConfig, trainable: Trainable | None, slow: bool) -> None:
        super().__init__(config, trainable=trainable)
        self.slow = slow

    @property
    def frozen_prefix(self) -> int:
        return 0

    def upper(
        self, signal: Tensor, state: State | None = None, first: int = 0
    ) -> tuple[Tensor, State]:
        ids = signal.argmax(-1)  # (T, B)
        total: Tensor | None = None
        after: State = []
        for k, layer in enumerate(self.layers):
            before = state[k] if state else None
            if k and self.slow:
                ends = torch.tensor(WORD_ENDS if k == 1 else LINE_ENDS)
                signal, layer_state = at_ticks(layer, signal, torch.isin(ids, ends), before)
            else:
                signal, layer_state = layer(signal, before)  # (T, B, H)
            total = signal if total is None else total + signal
            after.append(layer_state)
        assert total is not None
        return self.head(total), after


def at_ticks(
    layer: torch.nn.Module, signal: Tensor, ticks: Tensor, state: tuple[Tensor, Tensor] | None
) -> tuple[Tensor, tuple[Tensor, Tensor]]:
    """What a layer says that reads only where it ticks, and in between says what it said last.

    Args:
        signal: (T, B, C); ticks: (T, B) bool; state: (h, c), each (1, B, H), None for zeros.
    """
    assert isinstance(layer, torch.nn.LSTM)
    batch, hidden = signal.shape[1], layer.hidden_size
    if state is None:
        state = (signal.new_zeros(1, batch, hidden), signal.new_zeros(1, batch, hidden))
    counts = ticks.sum(0)  # (B,)
    longest = max(1, int(counts.max()))
    # The times of the ticks, first in each column: (longest, B).
    times = torch.argsort((~ticks).to(torch.uint8), dim=0, stable=True)[:longest]
    read = signal.gather(0, times[..., None].expand(-1, -1, signal.shape[2]))
    packed = pack_padded_sequence(read, counts.clamp(min=1).cpu(), enforce_sorted=False)
    said: PackedSequence
    said, (h, c) = layer(packed, state)
    outputs, _ = pad_packed_sequence(said, total_length=longest)  # (longest, B, H)
    silent = (counts == 0)[None, :, None]
    h, c = torch.where(silent, state[0], h), torch.where(silent, state[1], c)
    # Row 0 is what was said before the window.
    spoken = torch.cat([state[0], outputs])  # (1 + longest, B, H)
    latest = ticks.cumsum(0)[..., None].expand(-1, -1, hidden)
    return spoken.gather(0, latest), (h, c)


def build(
    kind: str, config: ModelConfig, weights: Weights | None, learns: Trainable | None, seed: int
) -> StackedLSTM:
    """A stack of one of KINDS."""
    torch.manual_seed(seed)
    if kind == "top":
        model = StackedLSTM(config, trainable=learns)
    else:
        model = OtherStack(config, learns, slow=kind == "slow")
    if weights is None:
        draw_weights(model)
    else:
        model.load_weights(weights)
    return model


class Quiet:
    """An observer that keeps the evaluations and ignores the rest."""

    def __init__(self, name: str) -> None:
        self.name = name

    def point(self, progress: Progress) -> None:
        """Print the validation loss."""
        if progress.val is not None and self.name:
            print(f"{self.name} step {progress.step}: {progress.val:.4f}", file=sys.stderr)

    def evaluated(self, training: Training, progress: Progress) -> None:
        """Nothing to do."""

    def stepped(self, training: Training) -> None:
        """Nothing to do."""

    def should_stop(self) -> bool:
        """Never."""
        return False


@dataclass(frozen=True)
class Sides:
    """Songs as codes, by split."""

    train: list[np.ndarray]
    val: list[np.ndarray]
    test: list[np.ndarray]

    @classmethod
    def of(cls, corpus: Corpus, parts: SplitConfig) -> Sides:
        """A corpus divided."""
        return cls(*([song.ids for song in side] for side in split(corpus, parts)))


def pretrain(kind: str, config: ModelConfig, songs: Sides, steps: int) -> tuple[Weights, float]:
    """Return the weights that are best on validation, and their loss."""
    torch.set_num_threads(1)
    settings = replace(BASE_STEPS, max_steps=steps)
    training = Training(build(kind, config, None, None, 0), songs.train, songs.val, settings, 0)
    train(training, Quiet(f"{kind}: pretraining,"))
    return training.best_weights, training.best_val


def tune(
    kind: str, config: ModelConfig, base: Weights, learns: Trainable, songs: Sides, seed: int
) -> tuple[float, float]:
    """Validation and test loss after fine-tuning as the preset Studio does."""
    torch.set_num_threads(1)
    settings = presets.resolve(
        "studio",
        train_chars=sum(map(len, songs.train)),
        val_chars=sum(map(len, songs.val)),
        model=config,
        base_is_lyrics=True,
    )
    model = build(kind, config, base, learns, seed)
    training = Training(model, songs.train, songs.val, settings, seed)
    train(training, Quiet(""))
    model.load_weights(training.best_weights)
    return training.best_val, evaluate(model, songs.test).nats_per_char


def read(files: Sequence[str], most: int | None = None) -> Corpus:
    """The songs of some files; the first `most` of a fixed shuffle, if given."""
    corpus = reading.gather([reading.read_path(file) for file in files]).corpus("songs")
    if most is None or most >= len(corpus.songs):
        return corpus
    chosen = np.random.default_rng(0).permutation(len(corpus.songs))[:most]
    return Corpus(corpus.name, tuple(corpus.songs[k] for k in sorted(chosen)))


def main() -> None:
    """Pretrain and tune each kind, then print the table."""
    options = _options()
    kinds = options.kinds.split(",")
    with ProcessPoolExecutor(options.workers, mp_context=get_context("spawn")) as pool:
        rows = experiment(pool, kinds, options)
    print(table(rows))
    if options.out:
        options.out.write_text(json.dumps({"options": vars(options) | {"out": ""}, "rows": rows}))


def experiment(
    pool: Executor, kinds: Sequence[str], options: argparse.Namespace
) -> list[dict[str, Any]]:
    """Return a row per kind and choice: the losses of each seed. Each training is a task."""
    config = ModelConfig(hidden_size=options.hidden)
    songs = Sides.of(read(options.songs, options.most), SplitConfig(train=0.9, val=0.05, test=0.05))
    target = Sides.of(read([options.target]), SplitConfig(train=1 / 3, val=1 / 3, test=1 / 3))
    choices = ["none", *map(str, nontrivial_subsets(config.num_layers)), "all"]
    bases = {kind: pool.submit(pretrain, kind, config, songs, options.steps) for kind in kinds}
    rows: list[dict[str, Any]] = []
    tunings: list[tuple[dict[str, Any], list[Future[tuple[float, float]]]]] = []
    for kind in kinds:
        base, base_val = bases[kind].result()
        zero = evaluate(build(kind, config, base, None, 0), target.test).nats_per_char
        rows.append({"kind": kind, "train": "zero-shot", "base_val": base_val, "test": [zero]})
        for choice in choices:
            learns = Trainable.parse(choice, config.num_layers)
            row: dict[str, Any] = {"kind": kind, "train": choice}
            seeds = range(options.seeds)
            runs = [pool.submit(tune, kind, config, base, learns, target, seed) for seed in seeds]
            rows.append(row)
            tunings.append((row, runs))
    for row, runs in tunings:
        val, test = zip(*(run.result() for run in runs), strict=True)
        row |= {"val": list(val), "test": list(test)}
        print(f"{row['kind']} {row['train']}: {statistics.fmean(test):.4f}", file=sys.stderr)
    return rows


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Print one line per choice and one column per kind, then the spread of single layers."""
    kinds = list(dict.fromkeys(row["kind"] for row in rows))
    choices = list(dict.fromkeys(row["train"] for row in rows))
    cell = {(row["kind"], row["train"]): row["test"] for row in rows}
    lines = ["| layers that learn | " + " | ".join(kinds) + " |", "|---" * (1 + len(kinds)) + "|"]
    for choice in choices:
        said = [_spoken(cell[kind, choice]) for kind in kinds]
        lines.append(f"| {choice} | " + " | ".join(said) + " |")
    apart = []
    for kind in kinds:
        singles = [statistics.fmean(cell[kind, c]) for c in choices if c.isdigit()]
        apart.append(f"{max(singles) - min(singles):.4f}")
    return "\n".join([*lines, "| single layers apart | " + " | ".join(apart) + " |"])


def _spoken(losses: Sequence[float]) -> str:
    spread = f" ± {statistics.stdev(losses):.4f}" if len(losses) > 1 else ""
    return f"{statistics.fmean(losses):.4f}{spread}"


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m research.slow_layers", description=__doc__)
    parser.add_argument("songs", nargs="+", metavar="SONGS", help="files to pretrain on")
    parser.add_argument("--target", required=True, help="the file to fine-tune on")
    parser.add_argument("--most", type=int, help="so many of the songs at most")
    parser.add_argument("--steps", type=int, default=4000, help="of pretraining")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--hidden", type=int, default=64)
    parser.add_argument("--kinds", default=",".join(KINDS))
    parser.add_argument("--workers", type=int, default=1, help="trainings at a time, a core each")
    parser.add_argument("--out", type=Path, help="where to write the rows as JSON")
    return parser.parse_args()


if __name__ == "__main__":
    main()
