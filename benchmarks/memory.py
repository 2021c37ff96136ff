"""How much memory pretraining takes on a table of songs of any size.

    python -m benchmarks.memory [--megabytes 2000] [--steps 300]

Writes a table of made-up songs, encodes it, takes steps of a 3 x 64 network and one look, each in a
process of its own, and prints the most memory that it held and what it took of one core.
"""

from __future__ import annotations

import argparse
import csv
import json
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np

from lyricslab.config import TrainConfig
from lyricslab.importing.bulk.dataset import build_dataset, open_dataset
from lyricslab.pretraining.base_plan import SPLIT

SYLLABLES = "la ro mi ta ven sol dar ki lu fen or bas ti wen na gra sto pel".split()
MODEL = {"hidden_size": 64, "num_layers": 3}


def main() -> int:
    """Measure each part and print one line for it."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.memory", description=__doc__)
    parser.add_argument("--megabytes", type=int, default=2_000)
    parser.add_argument("--steps", type=int, default=300)
    parser.add_argument("--part", choices=("encode", "train"), help=argparse.SUPPRESS)
    parser.add_argument("--folder", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.part:
        folder = Path(options.folder)
        facts = _encode(folder) if options.part == "encode" else _train(folder, options.steps)
        facts |= {
            "core_s": round(time.process_time(), 1),
            "most_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        }
        print(json.dumps(facts))
        return 0
    with tempfile.TemporaryDirectory() as place:
        size = _write(Path(place) / "songs.csv", options.megabytes)
        print(f"a table of {size / 1e6:,.0f} MB", flush=True)
        for part in ("encode", "train"):
            command = [sys.executable, "-m", "benchmarks.memory", "--part", part]
            command += ["--folder", place, "--steps", str(options.steps)]
            found = subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True)
            print(f"{part}: {found.stdout.strip()}", flush=True)
    return 0


def _write(path: Path, megabytes: int) -> int:
    """Write a table of different songs, 12 to 40 lines of invented words each."""
    rng = np.random.default_rng(0)
    words = ["".join(rng.choice(SYLLABLES, rng.integers(1, 4))) for _ in range(20_000)]
    with path.open("w", newline="", encoding="utf-8") as file:
        table = csv.writer(file)
        table.writerow(["artist", "song", "text"])
        number = 0
        while file.tell() < megabytes * 1_000_000:
            drawn = rng.integers(0, len(words), (12 + number % 29, 7))
            text = "\n".join(" ".join(words[k] for k in line) for line in drawn)
            table.writerow([f"Artist {number % 900}", f"Song {number}", text])
            number += 1
    return path.stat().st_size


def _encode(folder: Path) -> dict[str, object]:
    dataset = build_dataset([folder / "songs.csv"], folder)
    (folder / "digest").write_text(dataset.digest, "utf-8")
    return {"songs": dataset.manifest.songs, "characters": dataset.manifest.characters}


def _train(folder: Path, steps: int) -> dict[str, object]:
    from lyricslab.config import ModelConfig
    from lyricslab.training import hardware
    from lyricslab.training.dataset_splits import framed_splits
    from lyricslab.training.evaluation import evaluate
    from lyricslab.training.loop import Training
    from lyricslab.training.lstm import build

    hardware.configure()
    dataset = open_dataset(folder, (folder / "digest").read_text("utf-8"))
    train, val, _ = framed_splits(dataset, SPLIT)
    config = TrainConfig(batch_size=32, window_chars=80, max_steps=steps)
    training = Training(build(ModelConfig.from_dict(MODEL)), train, val, config, seed=0)
    for _ in range(steps):
        training.take_step()
    score = evaluate(training.model, val)
    return {"steps": steps, "val": round(score.nats_per_char, 3)}


if __name__ == "__main__":
    sys.exit(main())
