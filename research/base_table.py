"""A table of bases: held-out loss, and loss on unread songs before and after tuning.

    python -m research.base_table FILE... [--base NAME ...] [--seeds 3] [--train all] [--baseline]
        [--thirds] [--out rows.jsonl] [--cards]

FILE holds songs that no base has read. Each base is tuned on each with the preset Studio; with
--baseline the fixed grid from nothing is trained, too, which takes minutes: the first seed chooses
its network by validation. A line of JSON a run goes to --out, and what is in it already is not done
again. The table is printed at the end, the ratio's 95 % interval being over songs and seeds; with
--cards the losses as it is are written into the cards of the bases that ship.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from lyricslab.analysis.loss_ratio import ratio
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import THIRDS, RunConfig, SplitConfig
from lyricslab.engine.inline import run_inline
from lyricslab.importing import reading
from lyricslab.library.baselines import baseline_configs
from lyricslab.library.bases import list_bases, shipped_path
from lyricslab.library.corpora import add_corpus
from lyricslab.library.runs import dropout_name, fine_tuning_config
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.songs.corpus import Corpus
from lyricslab.store.home import open_home
from lyricslab.store.store import Store

Row = dict[str, Any]


def main() -> int:
    """Execute the missing runs, then print the table."""
    parser = argparse.ArgumentParser(prog="python -m research.base_table", description=__doc__)
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE")
    parser.add_argument("--base", action="append", default=[])
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--train", default="all", help="the layers that learn")
    parser.add_argument("--thirds", action="store_true", help="divide as the paper does")
    parser.add_argument("--baseline", action="store_true")
    parser.add_argument("--out", type=Path, default=Path("bases.jsonl"))
    parser.add_argument("--cards", action="store_true")
    options = parser.parse_args()
    shares = SplitConfig.from_dict(THIRDS) if options.thirds else SplitConfig()
    rows = (
        [json.loads(line) for line in options.out.read_text("utf-8").splitlines()]
        if (options.out.exists())
        else []
    )
    with tempfile.TemporaryDirectory() as folder, options.out.open("a", encoding="utf-8") as out:
        store = Store(open_home(Path(folder)))
        cards = {card.name: card for card in list_bases(store.home)}
        for path in options.files:
            corpus = Corpus(path.stem, reading.read_path(path).songs)
            add_corpus(store, corpus)
            grid = baseline_configs(corpus, shares, 0) if options.baseline else []
            for seed in range(options.seeds):
                scratch = [replace(config, seed=seed) for config in grid]
                for config in [*scratch, *_configs(options, cards, corpus, shares, seed)]:
                    if not any(_key(known) == _wanted(path, config) for known in rows):
                        rows.append(_run(store, config, path))
                        print(json.dumps(rows[-1]), file=out, flush=True)
                        print(json.dumps(rows[-1]), file=sys.stderr, flush=True)
                vals = [_found(rows, path, config)["val"] for config in scratch]
                grid = [grid[vals.index(min(vals))]] if grid else []
    print("\n".join(_table(rows)))
    if options.cards:
        _write_cards(rows)
    return 0


def _configs(
    options: argparse.Namespace,
    cards: dict[str, Card],
    corpus: Corpus,
    shares: SplitConfig,
    seed: int,
) -> list[RunConfig]:
    found = []
    for name in options.base or list(cards):
        found.append(fine_tuning_config(corpus, cards[name], options.train, "studio", shares, seed))
        if seed == 0:  # as it is: no step, no seed
            still = replace(found[-1].settings, max_steps=0)
            found.append(replace(found[-1], trainable="none", settings=still))
    return found


def _run(store: Store, config: RunConfig, path: Path) -> Row:
    run = run_inline(store, config)
    result = run.result or {}
    songs = store.scores([run.id])[run.id]["test"]
    return {
        "songs": path.stem,
        "base": config.base,
        "kind": config.kind,
        "seed": config.seed,
        "dropout": dropout_name(config.settings),
        "layers": config.model.num_layers,
        "hidden": config.model.hidden_size,
        "val": run.best_val,
        "test": run.test,
        "seconds": result.get("seconds"),
        "nats": songs.nats.round(4).tolist(),
        "predictions": songs.predictions.tolist(),
    }


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[n] for n in ("songs", "base", "kind", "seed", "layers", "hidden", "dropout"))


def _wanted(path: Path, config: RunConfig) -> tuple[Any, ...]:
    model = config.model
    size = (model.num_layers, model.hidden_size, dropout_name(config.settings))
    return (path.stem, config.base, config.kind, config.seed, *size)


def _found(rows: Sequence[Row], path: Path, config: RunConfig) -> Row:
    return next(row for row in rows if _key(row) == _wanted(path, config))


def _table(rows: Sequence[Row]) -> list[str]:
    """Print one line per base and collection: from nothing, as it is, tuned, their ratio."""
    lines = [
        "| songs | base | from nothing | as it is | tuned (sd) | ratio |",
        "|---|---|---|---|---|---|",
    ]
    for songs in dict.fromkeys(row["songs"] for row in rows):
        here = [row for row in rows if row["songs"] == songs]
        scratch = _baseline(here)
        said = f"{songs}, {len(here[0]['nats'])} test songs"
        mark = f"{_mean(scratch):.3f}" if scratch else ""
        for base in dict.fromkeys(row["base"] for row in here if row["base"]):
            own = [row for row in here if row["base"] == base]
            still = [row for row in own if row["kind"] == "zero-shot"]
            tuned = [row for row in own if row["kind"] != "zero-shot"]
            tests = [row["test"] for row in tuned]
            spread = statistics.stdev(tests) if len(tests) > 1 else 0.0
            cells = [said, base, mark, f"{_mean(still):.3f}", f"{_mean(tuned):.3f} ({spread:.3f})"]
            cells.append(_ratio(tuned, scratch))
            lines.append(f"| {' | '.join(cells)} |")
            said = mark = ""
    return lines


def _baseline(rows: Sequence[Row]) -> list[Row]:
    """Return the runs of the network from nothing that the first seed chose by validation."""
    own = [row for row in rows if row["base"] is None]
    if not own:
        return []
    best = min((row for row in own if row["seed"] == 0), key=lambda row: float(row["val"]))
    same = ("layers", "hidden", "dropout")
    return [row for row in own if all(row[name] == best[name] for name in same)]


def _ratio(tuned: Sequence[Row], scratch: Sequence[Row]) -> str:
    """Return the ratio of the mean test losses with its interval."""
    if not scratch:
        return ""
    seeds = min(len(tuned), len(scratch))
    sides = [[_losses(row) for row in side[:seeds]] for side in (tuned, scratch)]
    value, low, high = ratio(*sides)
    return f"{value:.3f} ({low:.3f} to {high:.3f})"


def _losses(row: Row) -> SongLosses:
    return SongLosses(np.array(row["nats"]), np.array(row["predictions"]))


def _mean(rows: Sequence[Row]) -> float:
    return statistics.fmean(row["test"] for row in rows)


def _write_cards(rows: Sequence[Row]) -> None:
    """Write the losses on unread songs into a base's card."""
    for row in rows:
        if row["kind"] == "zero-shot":
            path = shipped_path(row["base"])
            weights, card = network_file.load_stored(path)
            known = dict(card.details.get("zero_shot", {}))
            details = card.details | {"zero_shot": known | {row["songs"]: round(row["test"], 4)}}
            network_file.save(path, weights, replace(card, details=details))


if __name__ == "__main__":
    sys.exit(main())
