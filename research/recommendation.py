"""Which base, layers and preset to recommend for a number of songs?

    python -m research.recommendation NAME=FILE:SONGS... --choice BASE/LAYERS/PRESET...
        [--splits 2] [--out FILE]

Every corpus is a draw of SONGS songs of a file, split `--splits` times; every choice is trained on
each split, ends by itself, and is judged on the test songs by the network that it keeps. The table
tells, for each number of songs, the mean difference from the first choice with its standard error
over corpora and splits, and the seconds of one core. The recommendation is chosen by these losses,
so they are no measure of how well it does on other songs.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from lyricslab.config import SplitConfig
from lyricslab.engine.scoring import keep
from lyricslab.library.bases import load_stored_base
from lyricslab.library.runs import fine_tuning_config
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.home import open_home
from lyricslab.training import hardware
from lyricslab.training.evaluation import evaluate
from lyricslab.training.loop import Progress, Training, train
from lyricslab.training.lstm import build
from research.kept_network import draw


@dataclass(frozen=True)
class Trial:
    """One choice, trained on one split of a corpus."""

    corpus: str
    songs: int
    split: int
    choice: str
    test: float
    val: float
    zero_shot: float
    core_s: float
    strength: float | None


class Silent:
    """Follows a training without a word."""

    def point(self, progress: Progress) -> None: ...

    def evaluated(self, training: Training, progress: Progress) -> None: ...

    def stepped(self, training: Training) -> None: ...

    def should_stop(self) -> bool:
        return False


def trial(corpus: Corpus, choice: str, number: int) -> Trial:
    """Train a choice, "BASE/LAYERS/PRESET", on a split of a corpus."""
    name, layers, preset = choice.split("/")
    base, card = load_stored_base(open_home(None), name)
    config = fine_tuning_config(corpus, card, layers, preset, SplitConfig(seed=number), number)
    songs, val, test = ([s.ids for s in part] for part in split(corpus, config.split))
    trainable = Trainable.parse(config.trainable, card.model.num_layers)
    dropout = config.settings.dropout
    model = build(card.model, base, trainable=trainable, dropout=dropout, seed=config.seed)
    began_s = time.process_time()
    training = Training(model, songs, val, config.settings, config.seed)
    train(training, Silent())
    kept = keep(training, base, lambda: False)
    core_s = time.process_time() - began_s
    losses = [
        evaluate(build(card.model, weights), test).nats_per_char for weights in (kept.weights, base)
    ]
    strength = kept.blend["strength"] if kept.blend else None
    count = len(corpus.songs)
    return Trial(
        corpus.name, count, number, choice, losses[0], kept.val, losses[1], core_s, strength
    )


def table(trials: Sequence[Trial], choices: Sequence[str]) -> list[str]:
    """Return, by number of songs, each choice's difference from the first one on test."""
    lines = []
    for songs in sorted({t.songs for t in trials}):
        by_choice = {
            choice: {
                (t.corpus, t.split): t for t in trials if (t.songs, t.choice) == (songs, choice)
            }
            for choice in choices
        }
        first = by_choice[choices[0]]
        mean = np.mean([t.test for t in first.values()])
        lines.append(f"{songs} songs, {len(first)} trainings, {choices[0]}: {mean:.4f} nats/char")
        for choice in choices:
            shared = [key for key in first if key in by_choice[choice]]
            if not shared:
                continue
            change = np.array([by_choice[choice][key].test - first[key].test for key in shared])
            error = change.std(ddof=1) / len(change) ** 0.5 if len(change) > 1 else float("nan")
            seconds = np.median([by_choice[choice][key].core_s for key in shared])
            lines.append(f"  {choice:24}{change.mean():+.4f} +- {error:.4f}, {seconds:.0f} s")
    return lines


def main(arguments: Sequence[str] | None = None) -> None:
    """Run the study and print its table."""
    parser = argparse.ArgumentParser(prog="python -m research.recommendation")
    parser.add_argument("corpora", nargs="+", metavar="NAME=FILE:SONGS")
    parser.add_argument("--choice", action="append", required=True, dest="choices")
    parser.add_argument("--splits", type=int, default=2)
    parser.add_argument("--out", type=Path, help="a file for the trials, JSON lines")
    options = parser.parse_args(arguments)
    hardware.configure()
    trials = []
    for number in range(options.splits):
        for wish in options.corpora:
            corpus = draw(wish, number)
            for choice in options.choices:
                trials.append(trial(corpus, choice, number))
                print(f"{wish}, split {number}, {choice}", file=sys.stderr, flush=True)
                if options.out:
                    with options.out.open("a") as file:
                        file.write(json.dumps(asdict(trials[-1])) + "\n")
    print("\n".join(table(trials, options.choices)))


if __name__ == "__main__":
    main()
