"""Which network of a training should be kept: a step, the average of the weights, or a blend?

    python -m research.kept_network NAME=FILE[:SONGS]... --base NAME [--preset quick] [--train all]
        [--splits 3] [--decays 0.95,0.98,0.99] [--out FILE]

Every corpus, or another draw of SONGS of it each time, is split `--splits` times and tuned once on
each split with the preset's budget, without stopping early. Along that one training run the plain
weights and their moving averages; at the end each is blended with the base. Every choice is made
on validation; the table gives the mean difference on the test songs from the best plain step, and
its standard error over the trainings. The last lines tell what stopping early would have cost.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.importing import reading
from lyricslab.library.bases import load_stored_base
from lyricslab.library.runs import fine_tuning_config
from lyricslab.model.network_file import Weights
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.home import open_home
from lyricslab.training import hardware
from lyricslab.training.blending import blend
from lyricslab.training.evaluation import evaluate, evaluate_features
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import build
from lyricslab.training.weight_average import WeightAverage

STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2, 1.4)
PATIENCES = (3, 4, 5, 6, 8)


@dataclass(frozen=True)
class Candidate:
    """A network of a training: the best or last one, plain or averaged."""

    val: float
    test: float
    blend_val: float
    blend_test: float
    strength: float


@dataclass(frozen=True)
class Outcome:
    """What one training gave."""

    corpus: str
    split: int
    candidates: dict[str, Candidate]
    vals: dict[str, list[float]]
    """Validation losses at each evaluation, by kind of network."""


class Follower:
    """Follows a training with moving averages of several decays."""

    def __init__(self, training: Training, decays: Sequence[float]) -> None:
        self.training = training
        self.averages = {f"average {d:g}": WeightAverage(training.model, d) for d in decays}
        self.vals: dict[str, list[float]] = {name: [] for name in ("plain", *self.averages)}
        self.best: dict[str, Weights] = {}

    def point(self, progress: Progress) -> None: ...

    def evaluated(self, training: Training, progress: Progress) -> None:
        models = {"plain": training.model} | {n: a.model for n, a in self.averages.items()}
        for name, model in models.items():
            val = evaluate_features(training.val_features, model).nats_per_char
            if val < min(self.vals[name], default=val + 1):
                self.best[name] = model.weights()
            self.vals[name].append(val)

    def stepped(self, training: Training) -> None:
        for average in self.averages.values():
            average.update()

    def should_stop(self) -> bool:
        return False

    def networks(self) -> dict[str, Weights]:
        """Return the best and the last network of each kind."""
        last = {"plain": self.training.model.weights()}
        last |= {name: average.weights() for name, average in self.averages.items()}
        return {f"{n}, best": w for n, w in self.best.items()} | {
            f"{n}, last": w for n, w in last.items()
        }


def draw(wish: str, number: int) -> Corpus:
    """Return the corpus of "NAME=FILE", or of "NAME=FILE:SONGS" the draw of this number."""
    name, place = wish.split("=", 1)
    file, _, count = place.partition(":")
    corpus = reading.gather([reading.read_path(Path(file))], name).corpus()
    songs = list(corpus.songs)
    if count:
        random.Random(number).shuffle(songs)
        songs = songs[: int(count)]
    return Corpus(name, tuple(songs))


def tuned(corpus: Corpus, options: argparse.Namespace, number: int) -> Outcome:
    """Tune a base on a split of a corpus and score every candidate."""
    base, card = load_stored_base(open_home(None), options.base)
    config = fine_tuning_config(
        corpus, card, options.train, options.preset, SplitConfig(seed=number), number
    )
    settings = replace(config.settings, average_decay=0.0, patience_evals=0, blend="off")
    train_songs, val, test = ([s.ids for s in part] for part in split(corpus, config.split))
    trainable = Trainable.parse(config.trainable, card.model.num_layers)
    model = build(card.model, base, trainable=trainable, dropout=settings.dropout, seed=config.seed)
    training = Training(model, train_songs, val, settings, config.seed)
    follower = Follower(training, options.decays)
    train(training, follower)
    judge = build(card.model, base)

    def losses(weights: Weights) -> tuple[float, float]:
        judge.load_weights(weights)
        return evaluate(judge, val).nats_per_char, evaluate(judge, test).nats_per_char

    candidates = {}
    for name, weights in follower.networks().items():
        blends = [(*losses(blend(base, weights, a)), a) for a in STRENGTHS]
        candidates[name] = Candidate(*losses(weights), *min(blends))
    return Outcome(corpus.name, number, candidates, follower.vals)


def table(outcomes: Sequence[Outcome]) -> list[str]:
    """Return the mean difference of each way to choose from the best plain step, on test."""
    kinds = list(outcomes[0].vals)
    ways: dict[str, list[float]] = {}
    for kind in kinds:
        ends = [(o.candidates[f"{kind}, best"], o.candidates[f"{kind}, last"]) for o in outcomes]
        ways[kind] = [best.test for best, _ in ends]
        ways[f"{kind}, blended"] = [
            min((end.blend_val, end.blend_test) for end in pair)[1] for pair in ends
        ]
    reference = np.array(ways["plain"])
    lines = [f"plain: {reference.mean():.4f} nats/char on test, {len(outcomes)} trainings"]
    for name, losses in ways.items():
        change = np.array(losses) - reference
        error = change.std(ddof=1) / len(change) ** 0.5 if len(change) > 1 else float("nan")
        lines.append(f"{name:24}{change.mean():+.4f} +- {error:.4f}")
    return lines


def stopped_early(vals: Sequence[float], patience: int) -> tuple[float, float]:
    """Return the share of the evaluations that patience takes, and the loss it gives away."""
    best, since = float("inf"), 0
    for k, val in enumerate(vals, 1):
        best, since = (val, 0) if val < best else (best, since + 1)
        if since >= patience:
            return k / len(vals), best - min(vals)
    return 1.0, 0.0


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study and print its tables."""
    parser = argparse.ArgumentParser(prog="python -m research.kept_network")
    parser.add_argument("corpora", nargs="+", metavar="NAME=FILE[:SONGS]")
    parser.add_argument("--base", default="songs-256")
    parser.add_argument("--preset", default="quick")
    parser.add_argument("--train", default="all")
    parser.add_argument("--splits", type=int, default=3)
    parser.add_argument("--decays", default="0.95,0.98,0.99")
    parser.add_argument("--out", type=Path, help="a file for the outcomes, JSON lines")
    options = parser.parse_args(arguments)
    options.decays = [float(word) for word in options.decays.split(",")]
    hardware.configure()
    outcomes = []
    for number in range(options.splits):
        for wish in options.corpora:
            outcomes.append(tuned(draw(wish, number), options, number))
            print(f"{wish}, split {number}", file=sys.stderr, flush=True)
            if options.out:
                with options.out.open("a") as file:
                    file.write(json.dumps(asdict(outcomes[-1])) + "\n")
    print("\n".join(table(outcomes)))
    for kind in outcomes[0].vals:
        for patience in PATIENCES:
            ends = [stopped_early(o.vals[kind], patience) for o in outcomes]
            share, lost = np.mean([e[0] for e in ends]), max(e[1] for e in ends)
            print(f"{kind}, patience {patience}: {share:.0%} of the evaluations, +{lost:.4f}")


if __name__ == "__main__":
    main()
