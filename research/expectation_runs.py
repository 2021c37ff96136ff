"""How fine-tuning goes on corpora of many sizes: the runs of `lyricslab.analysis.expectation`.

    python -m research.expectation_runs KIND=FILE... --out runs.jsonl [--seeds 3] [--keep]

KIND is "today" or "old", and FILE holds such songs; several files joined by commas are one corpus.
From each, songs are drawn at random until the part to learn from has each size wanted, divided and
trained as the app does it: the split of 80/10/10 and the preset Studio, layers 0 and 2, through
`lab.job.execute`. A line of JSON a run goes to --out; runs that are in it already are not done
again. The table is printed at the end; with --keep it takes the place of the one that ships.
Losses and epochs do not depend on the machine, seconds do.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np

from lyricslab.analysis.expectation import KINDS, RUNS
from lyricslab.config import SplitConfig
from lyricslab.engine.job import JobSpec, execute
from lyricslab.engine.messages import Ended, Message, Point, Result
from lyricslab.importing import reading
from lyricslab.library.bases import shipped_path
from lyricslab.library.runs import fine_tuning_config
from lyricslab.model import network_file
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.song import Song
from lyricslab.songs.split import split

SIZES_KB = (8, 15, 30, 60, 120, 250)
LAYERS = "0,2"
PRESET = "studio"
NEAR = 0.2
"""A draw whose part to learn from misses the size wanted by more than this is left out."""


def main() -> None:
    """Execute the missing runs, then print the table of all."""
    options = _options()
    done = read_runs(options.out)
    known = set(map(_key, done))
    kinds = dict(map(_kind_and_files, options.corpora))
    pools = {files: _songs(files) for files in kinds}
    bases = options.base or ["songs", "books"]
    for seed in range(options.seeds):
        for size_kb in options.sizes_kb:
            for name, songs in pools.items():
                corpus = draw(songs, size_kb * 1000, seed)
                if corpus is None:
                    continue
                for base in bases:
                    key = (_short(name), base, size_kb, seed)
                    if key in known:
                        continue
                    run = dict(zip(("corpus", "base", "size_kb", "seed"), key, strict=True))
                    run |= one_run(corpus, base, seed)
                    with options.out.open("a") as out:
                        out.write(json.dumps(run) + "\n")
                    done.append(run)
                    print(_row(run), flush=True)
    print("\n".join([HEAD, *map(_row, sorted(done, key=_key))]))
    if options.keep:
        keep(done, {_short(files): kind for files, kind in kinds.items()})


def keep(runs: Sequence[dict[str, Any]], kinds: dict[str, str]) -> None:
    """Replace the table that ships."""
    rows = [
        [
            *(kinds[run["corpus"]], run["base"], run["train_chars"], run["epochs"]),
            *(run["settled_epoch"], round(1 - run["best"] / run["zero_shot"], 4)),
        ]
        for run in sorted(runs, key=lambda run: (run["base"], run["train_chars"], _key(run)))
    ]
    head = {
        "about": "Our own fine-tuning runs, each on songs drawn at random: what lyricslab."
        "analysis.expectation looks up. No text is kept.",
        "origin": "Measured by research/expectation_runs.py with the preset Studio, layers 0 and "
        "2, on this project's songbooks (today) and on Cowboy Songs (J. Lomax, 1910) and Modern "
        "Street Ballads (J. Ashton, 1888), both in the public domain (old).",
        "licence": "CC0-1.0",
        "columns": ["kind", "base", "train_chars", "epochs", "settled_epoch", "below_base"],
    }
    lines = ",\n  ".join(json.dumps(row) for row in rows)
    text = json.dumps(head, indent=1)[:-2] + f',\n "runs": [\n  {lines}\n ]\n}}\n'
    RUNS.write_text(text, "utf-8")


def draw(songs: Sequence[Song], train_chars: int, seed: int) -> Corpus | None:
    """Draw songs at random until about this many characters are to learn from.

    Returns:
        The corpus; None if there are too few songs, or none come close enough.
    """
    spec = np.random.default_rng(seed).permutation(len(songs))
    wanted = train_chars / SplitConfig().train
    taken: list[int] = []
    held = 0
    for k in spec:
        if held >= wanted:
            break
        taken.append(int(k))
        held += len(songs[k].framed)
    if held < wanted * (1 - NEAR) or len(taken) < 4:
        return None
    return Corpus("drawn", tuple(songs[k] for k in sorted(taken)))


def one_run(corpus: Corpus, base: str, seed: int) -> dict[str, Any]:
    """Execute one run as the app does and return its figures and evaluations."""
    weights, card = network_file.load_stored(shipped_path(base))
    split_config = SplitConfig(seed=seed)
    splits = split(corpus, split_config)
    train_chars, val_chars, _ = splits.chars
    config = fine_tuning_config(corpus, card, LAYERS, PRESET, split_config, seed)
    spec = JobSpec(
        run_id="drawn",
        attempt=1,
        config=config,
        songs=corpus.to_json().encode(),
        base=network_file.pack(weights),
    )
    told: list[Message] = []
    began_s = time.process_time()
    execute(spec, told.append, lambda: False)
    cpu_s = time.process_time() - began_s
    ended = next(message for message in told if isinstance(message, Ended))
    if ended.status != "done":
        raise SystemExit(f"A run ended as {ended.status}: {ended.error}")
    result = next(message for message in reversed(told) if isinstance(message, Result)).values
    looks = [(m.row.epoch, m.row.val_loss) for m in told if isinstance(m, Point)]
    looked = [(round(epoch, 3), round(val, 5)) for epoch, val in looks if val is not None]
    return {
        "train_chars": train_chars,
        "val_chars": val_chars,
        "val_songs": len(splits.val),
        "epochs": round(result["epochs"], 2),
        "settled_epoch": round(settled_epoch(looked), 2),
        "zero_shot": looked[0][1],
        "best": min(val for _, val in looked),
        "last": looked[-1][1],
        "test": round(result["test_nats_per_char"], 5),
        "cpu_s": round(cpu_s, 1),
        "looks": looked,
    }


STILL_TO_COME = 0.05
"""Validation has all but stopped falling once less than this part of its whole fall is to come."""


def settled_epoch(looks: Sequence[tuple[float, float]]) -> float:
    """The first epoch after which less than 5 % of the whole fall of validation is to come.

    Args:
        looks: (epoch, validation loss), the first before any learning.
    """
    first, best = looks[0][1], min(val for _, val in looks)
    enough = best + STILL_TO_COME * (first - best)
    return next(epoch for epoch, val in looks if val <= enough)


def read_runs(path: Path) -> list[dict[str, Any]]:
    """Return the recorded runs."""
    return [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []


HEAD = (
    f"{'corpus':<30} {'base':<6} {'seed':>4} {'to learn':>9} {'to check':>9} {'songs':>5} "
    f"{'epochs':>6} {'settled':>7} {'zero-shot':>9} {'best':>7} {'below':>6} {'CPU s':>6}"
)


def _row(run: dict[str, Any]) -> str:
    below = 1 - run["best"] / run["zero_shot"]
    return (
        f"{run['corpus'][:30]:<30} {run['base']:<6} {run['seed']:>4} {run['train_chars']:>9,} "
        f"{run['val_chars']:>9,} {run['val_songs']:>5} {run['epochs']:>6.1f} "
        f"{run['settled_epoch']:>7.1f} {run['zero_shot']:>9.4f} {run['best']:>7.4f} "
        f"{below:>6.1%} {run['cpu_s']:>6.1f}"
    )


def _key(run: dict[str, Any]) -> tuple[str, str, int, int]:
    return run["corpus"], run["base"], run["size_kb"], run["seed"]


def _kind_and_files(given: str) -> tuple[str, str]:
    kind, _, files = given.partition("=")
    if kind not in KINDS or not files:
        raise SystemExit(f"'{given}' is not one of {', '.join(KINDS)}, '=' and files.")
    return files, kind


def _short(files: str) -> str:
    return "+".join(Path(name).stem for name in files.split(","))


def _songs(files: str) -> list[Song]:
    read = [reading.read_path(Path(name)) for name in files.split(",")]
    return [song for one in read for song in one.songs]


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("corpora", nargs="+", metavar="KIND=FILE", help="today=FILE,FILE or old=")
    parser.add_argument("--out", type=Path, required=True, help="where a line a run is kept")
    parser.add_argument("--base", action="append", help="songs and books unless given")
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--keep", action="store_true", help="write assets/expectation/runs.json")
    parser.add_argument("--sizes-kb", type=int, nargs="+", default=list(SIZES_KB))
    return parser.parse_args()


if __name__ == "__main__":
    main()
