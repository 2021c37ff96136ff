"""Is the baseline strong? A wide random search for a network from scratch that beats it.

    python -m research.baseline_search NAME=FILE[:SONGSxDRAWS] ... --out FILE
        [--trials 40] [--precision float32]

FILE holds songs; 8x2 takes two draws of 8 of them. They are divided 80/10/10, as `baseline` does.
Each trial is a network of random size with random settings. Successive halving rejects early: all
trials learn for a few epochs, the best third by validation goes on, of those a third goes on until
validation stops falling; what counts is the lowest validation loss so far, over all draws. The
grid of `baseline` is trained to its end after them. A line of JSON goes to --out for each trial
and stage, and what it holds is not done again; the state of what goes on lies beside it. Test songs
are scored at the end and choose nothing.
"""

from __future__ import annotations

import argparse
import json
import math
import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lyricslab.analysis.loss_ratio import ratio
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import ModelConfig, SplitConfig, TrainConfig
from lyricslab.errors import DivergedError
from lyricslab.importing import reading
from lyricslab.model import cost, presets
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import Splits, split
from lyricslab.training import hardware
from lyricslab.training.evaluation import evaluate_each
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import build

Row = dict[str, Any]
KEPT = 1 / 3
"""The share of the trials that a stage lets go on."""
STAGES = {15_000: (12, 30), 100_000: (4, 12), 10_000_000: (2, 6)}
"""The epochs after which trials are rejected, by the most characters to learn from."""
CHANGED = (
    *("dropout", "input_dropout", "recurrent_dropout", "output_dropout"),
    *("learning_rate", "weight_decay", "batch_size", "window_chars", "schedule", "plateau_evals"),
)
"""The settings that a trial draws."""
SHARES = ("input_dropout", "recurrent_dropout", "dropout", "output_dropout")
MAX_COST = 2.5
"""Trials whose step takes longer, for each character, than so many times that of one layer of 256
are drawn again: `baseline` has to end within minutes."""


@dataclass(frozen=True, slots=True)
class Network:
    """A network from scratch and its settings."""

    name: str
    model: ModelConfig
    changes: dict[str, Any]
    """Settings of `TrainConfig`, without what follows from the amount of text; "epochs" is how
    long the cosine falls."""

    def settings(self, splits: Splits, precision: str) -> TrainConfig:
        """Return its settings for an amount of text."""
        changes = self.changes | {"precision": precision}
        epochs = changes.pop("epochs", 0)
        train_chars, val_chars, _ = splits.chars
        if epochs:
            per_step = changes["batch_size"] * changes["window_chars"]
            changes["max_steps"] = round(epochs * train_chars / per_step)
        return presets.from_scratch(train_chars, val_chars, self.model, **changes)


def trials(count: int) -> list[Network]:
    """Draw networks at random; the same number gives the same network."""
    return [draw(number) for number in range(count)]


def draw(number: int) -> Network:
    """Draw a network at random, again until it is cheap enough."""
    rng = np.random.default_rng([7, number])
    while True:
        model = ModelConfig(
            num_layers=int(rng.integers(1, 4)),
            hidden_size=int(rng.choice([64, 96, 128, 192, 256, 320, 384, 512])),
        )
        changes = {
            "dropout": round(rng.uniform(0, 0.6), 2) if model.num_layers > 1 else 0.0,
            "input_dropout": round(rng.uniform(0, 0.4), 2),
            "recurrent_dropout": round(rng.uniform(0, 0.6), 2),
            "output_dropout": round(rng.uniform(0, 0.7), 2),
            "learning_rate": float(f"{10 ** rng.uniform(-3, -2):.2g}"),
            "weight_decay": float(f"{10 ** rng.uniform(-3, -0.5):.2g}"),
            "batch_size": int(rng.choice([8, 16, 32])),
            "window_chars": int(rng.choice([32, 64, 128])),
            "schedule": str(rng.choice(["plateau", "cosine", "constant"], p=[0.7, 0.15, 0.15])),
            "plateau_evals": int(rng.choice([2, 3, 5])),
        }
        if changes["schedule"] == "cosine":
            changes["epochs"] = int(rng.choice([20, 40, 80]))
        if _cost(model, changes) <= MAX_COST * _cost(ModelConfig(num_layers=1, hidden_size=256)):
            return Network(f"trial {number}", model, changes)


def _cost(model: ModelConfig, changes: dict[str, Any] | None = None) -> float:
    """Return the seconds that learning from a character takes."""
    sizes = {k: v for k, v in (changes or {}).items() if k in ("batch_size", "window_chars")}
    config = TrainConfig(max_steps=1000, eval_every_steps=1000, **sizes)
    every = Trainable.parse("all", model.num_layers)
    seconds = cost.estimate_s(config, model, every, 0, 0)
    return seconds / (1000 * config.batch_size * config.window_chars)


class Learner:
    """A network that learns from each draw of a corpus."""

    def __init__(self, network: Network, draws: Sequence[Splits], precision: str) -> None:
        self.network, self.draws = network, draws
        self.trainings = [self._start(splits, precision) for splits in draws]
        self.limit = math.inf
        """Epochs until the end of the stage."""
        self.training = self.trainings[0]

    def _start(self, splits: Splits, precision: str) -> Training:
        settings = self.network.settings(splits, precision)
        model = build(
            self.network.model,
            dropout=settings.dropout,
            input_dropout=settings.input_dropout,
            recurrent_dropout=settings.recurrent_dropout,
            output_dropout=settings.output_dropout,
        )
        songs = ([song.ids for song in part] for part in splits)
        learned, checked, _ = songs
        return Training(model, learned, checked, settings, seed=0)

    def learn(self, limit: float) -> list[float]:
        """Train until so many epochs, and return the lowest validation loss of each draw."""
        self.limit = limit
        vals = []
        for training in self.trainings:
            self.training = training
            try:
                train(training, self)
            except DivergedError:
                return [math.inf] * len(self.trainings)
            vals.append(training.best_val)
        return vals

    def point(self, progress: Progress) -> None:
        """Draw no curve."""

    def evaluated(self, training: Training, progress: Progress) -> None:
        """Nothing follows an evaluation."""

    def stepped(self, training: Training) -> None:
        """Nothing follows a step."""

    def should_stop(self) -> bool:
        """Return whether the stage is over; an evaluation is never interrupted."""
        return not self.training.eval_due and self.training.batcher.epochs >= self.limit

    def save(self, folder: Path) -> None:
        """Keep the state from which it can go on."""
        folder.mkdir(parents=True, exist_ok=True)
        for k, training in enumerate(self.trainings):
            (folder / f"{k}").write_bytes(training.state_dict())

    def load(self, folder: Path) -> None:
        """Go on from a state."""
        for k, training in enumerate(self.trainings):
            training.load_state_dict((folder / f"{k}").read_bytes())

    def test(self) -> list[list[tuple[float, int]]]:
        """Return nats and predictions of each test song of each draw, by its best weights."""
        scored = []
        for training, splits in zip(self.trainings, self.draws, strict=True):
            training.model.load_weights(training.best_weights)
            songs = evaluate_each(training.model, [song.ids for song in splits.test])
            scored.append([(round(song.nats, 4), song.predictions) for song in songs])
        return scored


class Search:
    """The trials on one corpus, written down line by line."""

    def __init__(self, name: str, draws: Sequence[Splits], out: Path, precision: str) -> None:
        self.name, self.draws, self.out, self.precision = name, draws, out, precision
        self.states = out.with_suffix(".states")
        rows = [json.loads(line) for line in out.read_text().splitlines()] if out.exists() else []
        self.rows: list[Row] = [row for row in rows if row["corpus"] == name]

    def run(self, networks: Sequence[Network], rejects_after: Sequence[float]) -> None:
        """Train networks; those that are not good enough after a stage go no further."""
        left = list(networks)
        for stage, limit in enumerate([*rejects_after, math.inf]):
            done = [self._stage(network, stage, limit) for network in left]
            if math.isinf(limit):
                break
            order = np.argsort([row["val"] for row in done], kind="stable")
            kept = set(order[: max(1, round(KEPT * len(left)))].tolist())
            for k in set(range(len(left))) - kept:
                shutil.rmtree(self._states(left[k]), ignore_errors=True)
            left = [network for k, network in enumerate(left) if k in kept]

    def _stage(self, network: Network, stage: int, limit: float) -> Row:
        """Train a network until the end of a stage, unless it is written down already."""
        last = math.isinf(limit)
        for row in self.rows:
            if (row["network"], row["stage"]) == (network.name, "end" if last else stage):
                return row
        began_s = time.process_time()
        learner = Learner(network, self.draws, self.precision)
        if stage:
            learner.load(self._states(network))
        vals = learner.learn(limit)
        row = {
            "corpus": self.name,
            "network": network.name,
            "stage": "end" if last else stage,
            "layers": network.model.num_layers,
            "hidden": network.model.hidden_size,
            **network.changes,
            "precision": self.precision,
            "epochs": [round(training.batcher.epochs, 1) for training in learner.trainings],
            "val": _mean(vals, [splits.chars.val for splits in self.draws]),
            "vals": vals,
        }
        if last:
            row["songs"] = learner.test()
            row["test"] = _losses(row).nats_per_char
            shutil.rmtree(self._states(network), ignore_errors=True)
        else:
            learner.save(self._states(network))
        row["cpu_s"] = round(time.process_time() - began_s, 1)
        with self.out.open("a") as out:
            out.write(json.dumps(row) + "\n")
        self.rows.append(row)
        print(line(row), flush=True)
        return row

    def _states(self, network: Network) -> Path:
        return self.states / self.name / network.name.replace(" ", "_")

    def ends(self, kind: str) -> list[Row]:
        """Return the networks that were trained to their end, the best on validation first."""
        rows = [r for r in self.rows if r["stage"] == "end" and r["network"].startswith(kind)]
        return sorted(rows, key=lambda row: float(row["val"]))

    def summary(self) -> Iterator[str]:
        """Tell the best of the search and of the grid, chosen by validation."""
        for row in [*self.ends("grid"), *self.ends("trial")]:
            yield line(row)
        if self.ends("grid") and self.ends("trial"):
            found, grid = self.ends("trial")[0], self.ends("grid")[0]
            value, low, high = ratio([_losses(found)], [_losses(grid)])
            yield (
                f"{self.name}: {found['network']} over {grid['network']}: validation "
                f"{found['val'] / grid['val']:.4f}, test {value:.4f} ({low:.4f} to {high:.4f})"
            )


def _losses(row: Row) -> SongLosses:
    songs = [song for drawn in row["songs"] for song in drawn]
    nats, predictions = (np.array(side) for side in zip(*songs, strict=True))
    return SongLosses(nats, predictions)


def _mean(values: Sequence[float], weights: Sequence[int]) -> float:
    return float(np.average(values, weights=weights))


def line(row: Row) -> str:
    """Return a row as a line of a table."""
    shares = "/".join(f"{row[name]:g}" for name in SHARES)
    test = f" test {row['test']:.4f}" if "test" in row else ""
    return (
        f"{row['corpus']:<8} {row['network']:<9} stage {row['stage']!s:<3} "
        f"{row['layers']} x {row['hidden']:<3} dropout {shares:<14} rate {row['learning_rate']:g} "
        f"{row['schedule']} {row['plateau_evals']} decay {row['weight_decay']:g} "
        f"batch {row['batch_size']} x {row['window_chars']} epochs {max(row['epochs']):g} "
        f"val {row['val']:.4f}{test} {row['cpu_s']:.0f} s"
    )


def grid(draws: Sequence[Splits]) -> list[Network]:
    """Return the networks that `baseline` trains."""
    pairs = presets.baseline_grid(*draws[0].chars[:2])
    return [
        Network(
            f"grid {model.num_layers}x{model.hidden_size}",
            model,
            {name: getattr(settings, name) for name in CHANGED},
        )
        for model, settings in pairs
    ]


def corpus_draws(given: str) -> tuple[str, list[Splits]]:
    """Read NAME=FILE or NAME=FILE:SONGSxDRAWS: songs drawn at random, no song twice."""
    name, _, path = given.partition("=")
    path, _, drawn = path.partition(":")
    songs = reading.read_path(Path(path)).songs
    size, _, count = drawn.partition("x")
    each = int(size) if size else len(songs)
    order = np.random.default_rng(0).permutation(len(songs))
    if not size:
        order = np.arange(len(songs))
    parts = [sorted(order[k * each : (k + 1) * each].tolist()) for k in range(int(count or 1))]
    corpora = [Corpus("drawn", tuple(songs[k] for k in part)) for part in parts]
    return name, [split(corpus, SplitConfig()) for corpus in corpora]


def main() -> None:
    """Train what is missing, then print the best."""
    options = _options()
    hardware.configure()
    options.out.parent.mkdir(parents=True, exist_ok=True)
    searches = []
    for given in options.corpora:
        name, draws = corpus_draws(given)
        search = Search(name, draws, options.out, options.precision)
        learned = draws[0].chars.train
        print(f"{name}: {[tuple(splits.chars) for splits in draws]} characters", flush=True)
        search.run(trials(options.trials), next(s for n, s in STAGES.items() if learned <= n))
        searches.append(search)
    for search in searches:
        search.run(grid(search.draws), ())
        print("\n".join(search.summary()))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpora", nargs="+", metavar="NAME=FILE[:SONGSxDRAWS]")
    parser.add_argument("--out", type=Path, required=True, help="where a line a trial is kept")
    parser.add_argument("--trials", type=int, default=40)
    parser.add_argument("--precision", choices=TrainConfig.CHOICES["precision"], default="float32")
    return parser.parse_args()


if __name__ == "__main__":
    main()
