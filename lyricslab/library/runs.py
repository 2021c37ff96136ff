"""Runs: asked for, stopped, taken up again, looked at. The engine does the work."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lyricslab.config import ModelConfig, RunConfig, SplitConfig
from lyricslab.errors import CheckpointError, NotFoundError, RunStateError
from lyricslab.library import library
from lyricslab.model import network_file
from lyricslab.model.card import Card
from lyricslab.model.inference import Network
from lyricslab.model.trainable import Trainable
from lyricslab.songs.split import split
from lyricslab.store.rows import LOCAL, CorpusRow, NoteRow, PointRow, RunRow, SampleRow, utc_now
from lyricslab.store.store import Store

SPOKEN = {
    "queued": "is waiting",
    "running": "is training",
    "stopping": "is about to stop",
    "done": "is finished",
    "stopped": "was stopped",
    "failed": "failed",
}


def submit(
    store: Store, config: RunConfig, name: str | None = None, workspace_id: str = LOCAL
) -> RunRow:
    """Puts a run into the queue, once everything it needs is seen to be there.

    Raises:
        NotFoundError: if there is no such corpus or base.
        TrainableError: if the network does not have the layers that shall learn.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    corpus, config = check(store, config, workspace_id)
    return store.add_run(
        name=name or default_name(config),
        corpus_id=corpus.id,
        config=config,
        workspace_id=workspace_id,
        fingerprint=fingerprint(config, base_digest(store, config.base)),
    )


def check(
    store: Store, config: RunConfig, workspace_id: str = LOCAL
) -> tuple[CorpusRow, RunConfig]:
    """The corpus a run names, and its configuration as the store keeps it: see `submit`."""
    corpus = corpus_of(store, config.corpus, workspace_id)
    if config.base is not None:
        card, _ = library.base(store.home, config.base)
        config = replace(config, model=card.model)
    learns = "all" if config.base is None else config.trainable
    config = replace(config, trainable=str(Trainable.parse(learns, config.model.num_layers)))
    split(library.load_corpus(store, corpus.id), config.split)
    return corpus, config


def corpus_of(store: Store, digest: str, workspace_id: str = LOCAL) -> CorpusRow:
    """The corpus that holds these songs.

    Raises:
        NotFoundError: if none does.
    """
    fitting = (row for row in store.corpora(workspace_id) if row.digest == digest)
    corpus = next(fitting, None)
    if corpus is None:
        raise NotFoundError("The corpus of this run is not in the library. Bring it in again.")
    return corpus


def base_digest(store: Store, base: str | None) -> str | None:
    """What tells a base's weights from any others; None of no base."""
    return None if base is None else library.base(store.home, base)[0].weights_digest or base


def fingerprint(config: RunConfig, base: str | None) -> str:
    """What tells a run from all that would come to something else: songs, base, every setting.

    A setting that has its default does not count, so that one that is added later changes nothing.

    Args:
        base: the base's digest.
    """
    facts: dict[str, Any] = {"base": base, "corpus": config.corpus, "seed": config.seed}
    facts["trainable"] = config.trainable if config.kind != "zero-shot" else ""
    for part in (config.model, config.split, config.settings):
        usual = type(part)().to_dict()
        facts |= {
            f"{type(part).__name__}.{name}": value
            for name, value in part.to_dict().items()
            if value != usual[name]
        }
    if config.kind == "zero-shot":  # nothing is learned, so it does not matter how
        facts = {name: value for name, value in facts.items() if not name.startswith("TrainC")}
        facts |= {"seed": 0, "steps": 0}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def default_name(config: RunConfig) -> str:
    """What a run is called unless the person says otherwise: "0,2 on songs"."""
    if config.base is None:
        dropout = f", dropout {config.settings.dropout:g}" if config.settings.dropout else ""
        return f"from scratch {size_name(config.model)}{dropout}"
    if config.kind == "zero-shot":
        return f"{config.base} as it is"
    learns = {"none": "head", "all": "all"}.get(config.trainable, config.trainable)
    rank = f", rank {config.settings.lora_rank}" if config.settings.lora_rank else ""
    return f"{learns}{rank} on {config.base}"


def size_name(model: ModelConfig) -> str:
    """A network's size in a word: "3 x 64" is three layers of 64 units."""
    return f"{model.num_layers} x {model.hidden_size}"


def stop(store: Store, run_id: str) -> RunRow:
    """Asks a run to stop: one that waits is stopped at once, one that trains within seconds.

    Raises:
        RunStateError: if it is over already.
    """
    stopped = store.transition(run_id, "stopped", only_from="queued", finished_at=utc_now())
    if not stopped and not store.transition(run_id, "stopping"):
        run = store.run(run_id)
        if run.status != "stopping":
            raise _wrong_moment(run, "stopped")
    return store.run(run_id)


def resume(store: Store, run_id: str) -> RunRow:
    """Puts a stopped or failed run back into the queue; it goes on from its last checkpoint.

    Raises:
        RunStateError: if it is neither.
    """
    fresh: dict[str, Any] = {
        "queued_at": utc_now(),
        "finished_at": None,
        "error": None,
        "crashes": 0,
    }
    if not store.transition(
        run_id, "queued", only_from="stopped", **fresh
    ) and not store.transition(run_id, "queued", only_from="failed", **fresh):
        raise _wrong_moment(store.run(run_id), "taken up again")
    return store.run(run_id)


def rename(store: Store, run_id: str, name: str) -> RunRow:
    """Gives a run another name."""
    store.rename_run(run_id, name)
    return store.run(run_id)


def delete(store: Store, run_id: str) -> None:
    """Deletes a run with its curves and checkpoints.

    Raises:
        RunStateError: if it is training.
    """
    store.delete_run(run_id)
    shutil.rmtree(store.home.run_folder(run_id), ignore_errors=True)


def get(store: Store, run_id: str) -> RunRow:
    """The run of this id.

    Raises:
        NotFoundError: if there is none.
    """
    return store.run(run_id)


def find(store: Store, text: str, workspace_id: str = LOCAL) -> RunRow:
    """The run of this id or name; the newest, if several bear the name.

    Raises:
        NotFoundError: if there is none.
    """
    known = store.runs(workspace_id=workspace_id)
    for run in [r for r in known if r.id == text] + [r for r in known if r.name == text]:
        return run
    raise NotFoundError(f"There is no run with the id or name '{text}'.")


def list_runs(
    store: Store,
    *,
    corpus_id: str | None = None,
    workspace_id: str = LOCAL,
    own: bool = False,
    most: int | None = None,
) -> list[RunRow]:
    """The runs of a workspace, or the `most` newest, the newest first; of one corpus, if given.

    Args:
        own: leave out those that a sweep or a search asked for.
    """
    return store.runs(workspace_id=workspace_id, corpus_id=corpus_id, own=own, most=most)


def points(store: Store, run_id: str, most: int = 400) -> list[PointRow]:
    """At most `most` points of a run's curves; the first, last and best are always there."""
    return store.points(run_id, most)


def samples(store: Store, run_id: str) -> list[SampleRow]:
    """What a run wrote on its way, in order of step."""
    return store.samples(run_id)


def notes(store: Store, run_id: str) -> list[NoteRow]:
    """What happened to a run, the oldest first."""
    return store.notes(run_id)


def queue_position(store: Store, run: RunRow) -> int | None:
    """1 for the run that starts next; None for one that is not waiting."""
    return store.queue_position(run.id)


def time_left_s(run: RunRow) -> float | None:
    """How long it trains yet if validation never stops it, seconds; None before it can be told."""
    if run.status != "running" or run.step == 0:
        return None
    return (run.total_steps - run.step) * run.seconds / run.step


# ---- the baseline


def submit_baseline(
    store: Store, corpus_id: str, split_config: SplitConfig, seed: int = 0
) -> list[RunRow]:
    """Puts the fixed grid of networks from scratch into the queue; the best is the baseline.

    Raises:
        NotFoundError: if there is no such corpus.
        CorpusTooSmallError: if it cannot be split this way.
    """
    from lyricslab.model.presets import baseline_grid

    corpus = library.load_corpus(store, corpus_id)
    parts = split(corpus, split_config)
    train_chars = sum(len(song.framed) for song in parts.train)
    val_chars = sum(len(song.framed) for song in parts.val)
    return [
        submit(
            store,
            RunConfig(
                corpus=corpus.digest,
                base=None,
                model=model,
                split=split_config,
                settings=train,
                preset="baseline",
                seed=seed,
            ),
            workspace_id=store.corpus(corpus_id).workspace_id,
        )
        for model, train in baseline_grid(train_chars, val_chars)
    ]


def baseline_of(store: Store, run: RunRow) -> RunRow | None:
    """The best finished baseline on the same songs, split the same way, or None."""
    return best_baseline(store, run.config.corpus, run.config.split, run.workspace_id)


def best_baseline(
    store: Store, digest: str, split_config: SplitConfig, workspace_id: str = LOCAL
) -> RunRow | None:
    """The finished baseline on these songs and this split with the lowest validation loss."""
    fitting = store.baselines(workspace_id, digest)
    return next((run for run in fitting if songs_of(run) == (digest, split_config)), None)


def songs_of(run: RunRow) -> tuple[str, SplitConfig]:
    """Which songs a run learned from and was judged by; only equals can be compared."""
    return run.config.corpus, run.config.split


def baselines(store: Store, rows: Sequence[RunRow]) -> dict[str, RunRow]:
    """The baseline of each run, by the run's id; runs without one are missing."""
    best: dict[tuple[str, str, SplitConfig], RunRow] = {}
    for workspace_id in {run.workspace_id for run in rows}:
        for baseline in store.baselines(workspace_id):
            best.setdefault((workspace_id, *songs_of(baseline)), baseline)
    found = {run.id: best.get((run.workspace_id, *songs_of(run))) for run in rows}
    return {run_id: baseline for run_id, baseline in found.items() if baseline is not None}


def leaning_on(store: Store, chosen: Sequence[RunRow]) -> dict[str, int]:
    """How many other runs are measured against each of these, by its name; those with any."""
    gone = {run.id for run in chosen}
    everything = store.runs(workspace_id=chosen[0].workspace_id)
    others = [run for run in everything if run.id not in gone and run.kind != "baseline"]
    against = baselines(store, others).values()
    return dict(Counter(baseline.name for baseline in against if baseline.id in gone))


# ---- what a run left


def card(store: Store, run_id: str) -> Card:
    """The card of a run's best network.

    Raises:
        CheckpointError: if it has none yet.
    """
    return network_file.load_card(store.home.best(run_id))


def load_run_network(store: Store, run_id: str) -> Network:
    """A run's best network, ready to write; free of torch.

    Raises:
        CheckpointError: if it has none yet, or its file is damaged.
    """
    stem = store.home.best(run_id)
    try:
        weights, facts = network_file.load(stem)
    except CheckpointError:
        if not store.run(run_id).unfinished:
            raise
        weights, facts = network_file.load(stem)  # a better one was being put in its place
    return Network(weights, facts.model)


def _wrong_moment(run: RunRow, wish: str) -> RunStateError:
    return RunStateError(f"'{run.name}' cannot be {wish}: it {SPOKEN[run.status]}.")
