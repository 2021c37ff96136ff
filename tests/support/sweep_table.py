"""A sweep's table made up of numbers, for tests of what is drawn and judged from it."""

from __future__ import annotations

import numpy as np

from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import THIRDS, ModelConfig, SplitConfig
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.sweep_plan import SweepCell, cells
from lyricslab.experiments.sweep_results import CellResult, SeedResult, SweepTable, Trial
from lyricslab.store.plans import PlannedBase, SweepPlan

MODEL = ModelConfig(hidden_size=64, num_layers=3)
BASELINE = ModelConfig(hidden_size=64, num_layers=2)
LEVELS = {
    "baseline paper": 1.90,
    "baseline grid": 1.80,
    "books zero-shot": 2.30,
    "books one": 1.75,
    "books two": 1.68,
    "songs zero-shot": 1.70,
    "songs one": 1.53,
    "songs two": 1.53,
}
"""nats/char on test, about as the paper's claims would have them."""


def made_up_table(
    *,
    seeds: int = 3,
    songs: int = 20,
    done: float = 1.0,
    seed: int = 0,
    levels: dict[str, float] | None = None,
    state: str | None = None,
) -> SweepTable:
    """A table of two bases whose losses scatter about LEVELS; the same seed gives the same one.

    Args:
        done: the share of the runs that are done; the rest waits.
        levels: other means, by the keys of LEVELS.
    """
    rng = np.random.default_rng(seed)
    plan = SweepPlan(
        corpus="0" * 64,
        train_chars=20_000,
        val_chars=19_000,
        bases=tuple(
            PlannedBase(name=name, digest=name * 4, lyrics=name == "songs", model=MODEL)
            for name in ("books", "songs")
        ),
        seeds=seeds,
        split=SplitConfig(**THIRDS),
    )
    means = LEVELS | (levels or {})
    sides = {side: rng.integers(400, 2400, songs) for side in ("train", "val", "test")}
    ease = {side: rng.normal(0, 0.12, songs) for side in sides}
    total = sum(1 if cell.kind == "zero-shot" else seeds for cell in cells(plan))
    left = round(done * total)
    found = []
    for cell in cells(plan):
        made = []
        for number in range(1 if cell.kind == "zero-shot" else seeds):
            if left > 0:
                run_id = f"r{len(found)}x{number}"
                made.append(_seed(cell, number, run_id, means[_level(cell)], sides, ease, rng))
            else:
                made.append(
                    SeedResult(seed=number, run_id=f"w{len(found)}{number}", status="queued")
                )
            left -= 1
        scratch = cell.base is None
        found.append(
            CellResult(
                cell=cell,
                model=BASELINE if scratch else MODEL,
                learning_rate=1e-3 if cell.base == "songs" else 1e-2,
                dropout=0.2 if scratch else 0.0,
                batch_size=8,
                seeds=tuple(made),
            )
        )
    over = min(total, round(done * total))
    return SweepTable(
        sweep_id="sweep234",
        workspace_id="local",
        corpus_id="corpus23",
        corpus_name="Harbour songs",
        plan=plan,
        titles={"books": "Books, small", "songs": "Songs, small"},
        created_at="2026-11-26T10:00:00.000000Z",
        status=ExperimentStatus(
            state=state or ("done" if over == total else "running"),
            runs=total,
            done=over,
            failed=0,
            running=min(2, total - over),
            seconds_left=0.0 if over == total else 20.0 * (total - over),
        ),
        cells=tuple(found),
        trials=tuple(
            Trial(
                base=base,
                search="",
                trainable="0,2",
                model=MODEL,
                learning_rate=rate,
                dropout=0.0,
                batch_size=8,
                run_id=f"t{base[0]}{k}",
                status="done",
                val=1.5 + 0.02 * abs(k - best),
                songs={
                    "val": SongLosses(
                        (1.5 + 0.02 * abs(k - best) + ease["val"]) * sides["val"], sides["val"]
                    )
                },
                chosen=k == best,
            )
            for base, best in (("books", 0), ("songs", 2))
            for k, rate in enumerate((1e-2, 3e-3, 1e-3))
        ),
    )


def _level(cell: SweepCell) -> str:
    if cell.base is None:
        return cell.key
    if cell.kind == "zero-shot":
        return f"{cell.base} zero-shot"
    one = cell.kind == "head" or (len(cell.trainable.split(",")) == 1 and cell.kind != "all")
    return f"{cell.base} {'one' if one else 'two'}"


def _seed(
    cell: SweepCell,
    number: int,
    run_id: str,
    level: float,
    sides: dict[str, np.ndarray],
    ease: dict[str, np.ndarray],
    rng: np.random.Generator,
) -> SeedResult:
    learned = 0.0 if cell.kind == "zero-shot" else 0.25
    songs = {}
    for side, predictions in sides.items():
        mean = level - (learned if side == "train" else 0.0) + ease[side]
        nats = (mean + rng.normal(0, 0.02, len(predictions))) * predictions
        songs[side] = SongLosses(nats, predictions)
    losses = {side: song.nats_per_char for side, song in songs.items()}
    padded = {f"{side}_padded_loss": 0.55 * losses[side] for side in ("val", "test")}
    return SeedResult(
        seed=number,
        run_id=run_id,
        status="done",
        val=losses["val"],
        test=losses["test"],
        train=losses["train"],
        trained_parameters=0 if cell.kind == "zero-shot" else 41_000,
        best_epoch=0.0 if cell.kind == "zero-shot" else 17.0,
        seconds=12.0,
        songs=songs,
        **(padded if cell.kind != "zero-shot" and cell.search != "grid" else {}),
    )
