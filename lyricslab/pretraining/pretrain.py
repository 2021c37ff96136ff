"""Pretrain a base: a network that reads a large dataset, for fine-tuning to start from.

Pretraining is a run like any other, with a curve, samples, stopping and checkpoints; it reads a
dataset instead of a corpus, and its best network is added to the library of bases. Its runs are in
the workspace BASES, because all workspaces share the bases. Torch is imported inside functions.
"""

from __future__ import annotations

import json
import logging
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

from lyricslab import files
from lyricslab.config import (
    ModelConfig,
    RunConfig,
    SampleConfig,
)
from lyricslab.errors import CheckpointError, ConfigError, InputError, NotFoundError
from lyricslab.importing.bulk.dataset import Dataset, open_dataset
from lyricslab.library.bases import (
    free_base_name,
    list_bases,
    load_base,
    load_base_card,
    to_base_name,
)
from lyricslab.library.runs import STATUS_PHRASES, delete_run
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.cost import Throughput
from lyricslab.model.inference import Network
from lyricslab.model.sampler import write
from lyricslab.pretraining.base_plan import SPLIT, BasePlan, settings_of
from lyricslab.store.home import Home
from lyricslab.store.rows import BASES, UNFINISHED, RunRow
from lyricslab.store.store import Store

logger = logging.getLogger(__name__)

MEASURE_S = 10.0
MEASURE_FOR_EPOCHS_S = 1.0
"""Where epochs are asked for, the pace decides only how often evaluations come."""
CURVE_POINTS = 60
SAMPLES = 3
SAMPLE = SampleConfig(temperature=0.7, length_chars=400, seed=1)


# ---- before it begins


def check(store: Store, plan: BasePlan) -> BasePlan:
    """Return the plan with the size of the base that it starts from.

    Raises:
        InputError: if the name is taken, or was begun and not finished.
        NotFoundError: if there is no base to start from.
    """
    if plan.start is not None:
        plan = replace(plan, model=load_base_card(store.home, plan.start).model)
    if plan.replaces:
        return plan
    if any(card.name == plan.name for card in list_bases(store.home)):
        raise InputError(
            f"There is a base '{plan.name}' already. Choose another name, or --replace to train "
            "it anew."
        )
    if any(run.status != "done" for run in _runs_for(store, plan.name)):
        raise InputError(
            f"The base '{plan.name}' was begun and not finished. Choose --resume to go on with it, "
            "--replace to begin again, or another name."
        )
    return plan


def measure(
    home: Home, plan: BasePlan, dataset: Dataset, seconds: float | None = None
) -> Throughput:
    """Return how fast this machine would train the plan, measured for `seconds`."""
    if seconds is None:
        seconds = MEASURE_FOR_EPOCHS_S if plan.epochs else min(MEASURE_S, 2 * plan.minutes)
    from lyricslab.training import hardware, throughput
    from lyricslab.training.dataset_splits import framed_splits

    hardware.configure()
    train, val, _ = framed_splits(dataset, SPLIT)
    weights = None if plan.start is None else load_base(home, plan.start)[0]
    device = hardware.device()
    return throughput.measure(
        plan.model,
        train,
        val,
        settings_of(plan, 1),
        time.process_time if device.type == "cpu" else time.perf_counter,
        weights=weights,
        device=device,
        seconds=seconds,
    )


# ---- the run


def submit(
    store: Store, plan: BasePlan, dataset: Dataset, config: RunConfig, owner: str | None = None
) -> RunRow:
    """Queue the run that trains a base, or record it as leased by `owner`."""
    if plan.replaces:
        for run in _runs_for(store, plan.name):
            if run.status not in UNFINISHED:
                delete_run(store, run.id)
    row = store.add_corpus(
        name=f"{dataset.manifest.songs:,} songs",
        digest=dataset.digest,
        songs=dataset.manifest.songs,
        characters=dataset.manifest.characters,
        report={},
        workspace_id=BASES,
    )
    run = store.add_run(
        name=plan.name, corpus_id=row.id, config=config, owner=owner, workspace_id=BASES
    )
    _keep_plan(store.home, run, plan)
    return run


def unfinished(store: Store, name: str, dataset: Dataset) -> RunRow:
    """Return the run of this name to resume.

    Raises:
        NotFoundError: if there is none.
        InputError: if it reads other text, or is at work.
    """
    run = next((run for run in _runs_for(store, name) if run.status != "done"), None)
    if run is None:
        raise NotFoundError(f"There is no unfinished base '{name}' to go on with.")
    if run.status in UNFINISHED:
        raise InputError(f"The base '{name}' {STATUS_PHRASES[run.status]} already.")
    if run.config.corpus != dataset.digest:
        raise InputError(
            f"The unfinished base '{name}' was trained on other text. Give the same files again, "
            "or choose another name."
        )
    return run


def dataset_of(store: Store, run: RunRow) -> Dataset:
    """Return the dataset of a pretraining.

    Raises:
        BrokenFileError: if it is gone or damaged.
    """
    return open_dataset(store.home.datasets, run.config.corpus)


def in_the_making(store: Store, named: str) -> RunRow | None:
    """Return the unfinished pretraining with this id or base name, if there is one."""
    by_id = [run for run in store.runs(workspace_id=BASES) if run.id == named]
    candidates = [*_runs_for(store, named), *by_id]
    return next((run for run in candidates if run.status != "done"), None)


def _runs_for(store: Store, name: str) -> list[RunRow]:
    """Return the pretrainings of this name, the newest first."""
    return [run for run in store.runs(workspace_id=BASES) if plan_of(store.home, run).name == name]


def plan_of(home: Home, run: RunRow) -> BasePlan:
    """Return the plan of a pretraining; from its run alone if the file is lost."""
    try:
        values: dict[str, Any] = json.loads(_plan_file(home, run.id).read_text("utf-8"))
        values["sources"] = tuple(values["sources"])
        values.pop("processes", None)  # of plans made before torchrun started several
        return BasePlan.from_dict(values)
    except (OSError, ValueError, KeyError, TypeError, ConfigError) as error:
        logger.warning("The plan of pretraining %s is lost: %s", run.id, error)
        return BasePlan(name=to_base_name(run.name) or run.id, model=run.config.model)


def _keep_plan(home: Home, run: RunRow, plan: BasePlan) -> None:
    files.write_file(_plan_file(home, run.id), json.dumps(plan.to_dict()).encode())


def _plan_file(home: Home, run_id: str) -> Path:
    return home.run_folder(run_id) / "plan.json"


# ---- when it is over


def publish(store: Store, run_id: str, finished: bool, result: dict[str, Any]) -> Card | None:
    """Add the best network of a pretraining to the library; return None if there is none yet.

    Args:
        finished: whether it was not stopped.
        result: its figures so far.

    Raises:
        OSError: if it cannot be written.
    """
    run = store.run(run_id)
    home, plan = store.home, plan_of(store.home, run)
    try:
        weights, best = network_file.load(home.best(run_id))
    except CheckpointError:
        return None  # it was stopped before its first evaluation
    dataset = dataset_of(store, run)
    card = Card(
        name=_name_for(home, plan, run_id),
        kind="base",
        title=plan.name,
        model=run.config.model,
        reads=plan.reads or f"{dataset.manifest.songs:,} songs or pieces of text",
        lyrics=plan.lyrics,
        sources=plan.sources,
        songs=len(dataset.splits(SPLIT).train),
        characters=int(dataset.lengths[dataset.splits(SPLIT).train].sum()),
        characters_seen=best.characters_seen,
        steps=run.step,
        seconds=round(run.seconds, 1),
        val_nats_per_char=run.best_val,
        test_nats_per_char=result.get("test_nats_per_char"),
        command=plan.command,
        created_at=best.created_at,
        licence=plan.licence,
        details={
            "run": run_id,
            "start": run.base,
            "hardware": result.get("hardware", ""),
            "train": run.config.settings.to_dict(),
            "curve": [
                {"step": point.step, "train": point.train_loss, "val": point.val_loss}
                for point in store.points(run_id, 2 * CURVE_POINTS)
                if point.val_loss is not None
            ],
            "samples": _samples(weights, run.config.model),
            "finished": finished,
        },
    )
    return network_file.save(home.base_file(card.name), weights, card, half=plan.half)


def _name_for(home: Home, plan: BasePlan, run_id: str) -> str:
    """Return the base's name, with a number if it is taken by now."""
    taken = {card.name: card for card in list_bases(home)}
    ours = {name for name, card in taken.items() if card.details.get("run") == run_id}
    if ours:  # it was stopped once, and may have been renamed since
        return min(ours)
    return plan.name if plan.replaces else free_base_name(home, plan.name)


def _samples(weights: network_file.Weights, model: ModelConfig) -> list[str]:
    """Return a few texts that it writes, for its card."""
    songs = write(Network(weights, model), replace(SAMPLE, count=SAMPLES))
    return [song.text for song in songs]


def published(store: Store, run_id: str) -> Card:
    """Return the card of the base that a pretraining made.

    Raises:
        NotFoundError: if it made none.
    """
    for card in list_bases(store.home):
        if card.details.get("run") == run_id:
            return card
    raise NotFoundError(
        "There is no base of this training: it was stopped before its first evaluation, "
        "and --resume continues it; or its base has been deleted since."
    )
