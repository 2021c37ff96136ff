"""Runs: submit, stop, resume, find, rename and delete them. The engine executes them."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from lyricslab.config import ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import NotFoundError, RunStateError
from lyricslab.library.bases import base_digest, base_title, load_base_card
from lyricslab.library.corpora import find_corpus, load_corpus
from lyricslab.library.lost_runs import lost_s, silent_s
from lyricslab.model import presets
from lyricslab.model.card import Card
from lyricslab.model.layer_words import layers_in_words
from lyricslab.model.trainable import Trainable
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.home import Home
from lyricslab.store.rows import LOCAL, CorpusRow, RunRow, utc_now
from lyricslab.store.store import Store
from lyricslab.wording import duration

STATUS_PHRASES = {
    "queued": "is waiting",
    "running": "is training",
    "stopping": "is about to stop",
    "done": "is finished",
    "stopped": "was stopped",
    "failed": "failed",
}
"""What a run of each status does, to follow its name in a sentence."""
USUAL_PRESET = "studio"
"""The preset that a run's name leaves out."""


def submit_run(
    store: Store, config: RunConfig, name: str | None = None, workspace_id: str = LOCAL
) -> RunRow:
    """Queue a run, once it is certain that everything it needs exists.

    Raises:
        NotFoundError: if there is no such corpus or base.
        TrainableError: if the network lacks the layers that are to be trained.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    corpus, config = check_run(store, config, workspace_id)
    return store.add_run(
        name=name or name_run(store.home, corpus.name, config),
        corpus_id=corpus.id,
        config=config,
        workspace_id=workspace_id,
        fingerprint=run_fingerprint(config, base_digest(store.home, config.base)),
    )


def check_run(
    store: Store, config: RunConfig, workspace_id: str = LOCAL
) -> tuple[CorpusRow, RunConfig]:
    """Check a configuration as `submit_run` does; return its corpus and how the store keeps it."""
    corpus = find_corpus(store, config.corpus, workspace_id)
    if config.base is not None:
        config = replace(config, model=load_base_card(store.home, config.base).model)
    trainable = "all" if config.base is None else config.trainable
    config = replace(config, trainable=str(Trainable.parse(trainable, config.model.num_layers)))
    split(load_corpus(store, corpus.id), config.split)
    return corpus, config


def fine_tuning_config(
    corpus: Corpus,
    base_card: Card,
    trainable: str,
    preset: str,
    split_config: SplitConfig,
    seed: int = 0,
) -> RunConfig:
    """Return a run that fine-tunes a base on a corpus with the settings of a preset.

    Args:
        trainable: the weights to train, as `Trainable.parse` reads it.
        preset: a key of `PRESETS`.

    Raises:
        TrainableError: if the base lacks these layers.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    model = base_card.model
    parsed = Trainable.parse(trainable, model.num_layers)
    train_chars, val_chars, _ = split(corpus, split_config).chars
    settings = presets.resolve(
        preset,
        train_chars=train_chars,
        val_chars=val_chars,
        model=model,
        base_is_lyrics=base_card.lyrics,
    )
    return RunConfig(
        corpus=corpus.digest,
        base=base_card.name,
        trainable=str(parsed),
        model=model,
        split=split_config,
        settings=settings,
        preset=preset,
        seed=seed,
    )


def run_fingerprint(config: RunConfig, weights_digest: str | None) -> str:
    """Return a digest of everything that decides a run's result: songs, base, settings, seed.

    A setting at its default does not count, so that a new setting leaves old fingerprints valid.

    Args:
        weights_digest: of the base; None for a run from scratch.
    """
    facts: dict[str, Any] = {"base": weights_digest, "corpus": config.corpus, "seed": config.seed}
    facts["trainable"] = config.trainable if config.kind != "zero-shot" else ""
    for part in (config.model, config.split, config.settings):
        defaults = type(part)().to_dict()
        facts |= {
            f"{type(part).__name__}.{name}": value
            for name, value in part.to_dict().items()
            if value != defaults[name]
        }
    if config.kind == "zero-shot":  # nothing is trained, so the training settings do not matter
        facts = {name: value for name, value in facts.items() if not name.startswith("TrainC")}
        facts |= {"seed": 0, "steps": 0}
    return hashlib.sha256(json.dumps(facts, sort_keys=True).encode()).hexdigest()


def name_run(home: Home, songs: str, config: RunConfig, notes: Sequence[str] = ()) -> str:
    """Return the name of a run that was given none; see `default_run_name`."""
    title = None if config.base is None else base_title(home, config.base)
    return default_run_name(config, songs, title, notes)


def default_run_name(
    config: RunConfig, songs: str, base_title: str | None, notes: Sequence[str] = ()
) -> str:
    """Return a name that says what a run is: "Nell Harrow · Songs, large · layers 0 and 2".

    Settings that are not Studio's are named, and so is a seed that is not the first.

    Args:
        songs: the corpus's name.
        base_title: what its base is called; None for a network from nothing.
        notes: what else tells it from others, in a few words each.
    """
    details = [*notes, *([f"seed {config.seed}"] if config.seed else [])]
    if base_title is None:
        dropout = dropout_name(config.settings)
        size = size_name(config.model)
        parts = [songs, f"from scratch, {size}{', ' if dropout else ''}{dropout}"]
    elif config.kind == "zero-shot":
        return f"{songs} · {base_title} as it is"
    else:
        rank = f", rank {config.settings.lora_rank}" if config.settings.lora_rank else ""
        parts = [songs, base_title, f"{layers_in_words(config.trainable)}{rank}"]
        if config.preset in presets.PRESETS and config.preset != USUAL_PRESET:
            details.insert(0, presets.PRESETS[config.preset].title)
        elif config.preset == "own" and not notes:
            details.insert(0, "own settings")
    return " · ".join([*parts, ", ".join(details)] if details else parts)


def size_name(model: ModelConfig) -> str:
    """Return a network's size in words: "3 x 64" for three layers of 64 units."""
    return f"{model.num_layers} x {model.hidden_size}"


def dropout_name(settings: TrainConfig) -> str:
    """Return a network's dropout: "dropout 0.2", "dropout 0.25 of the input, 0.5 of the output".

    The share between layers is named alone where it is the only one; "" if there is none.
    """
    shares = {
        "of the input": settings.input_dropout,
        "within layers": settings.recurrent_dropout,
        "between layers": settings.dropout,
        "of the output": settings.output_dropout,
    }
    named = [f"{share:g} {place}" for place, share in shares.items() if share]
    if named == [f"{settings.dropout:g} between layers"]:
        return f"dropout {settings.dropout:g}"
    return f"dropout {', '.join(named)}" if named else ""


def stop_run(store: Store, run_id: str) -> RunRow:
    """Stop a run: at once if it waits, within seconds if it is training.

    Raises:
        RunStateError: if it has ended already.
    """
    stopped = store.transition(run_id, "stopped", only_from="queued", finished_at=utc_now())
    if not stopped and not store.transition(run_id, "stopping"):
        run = store.run(run_id)
        if run.status != "stopping":
            raise _wrong_status(run, "stopped")
    return store.run(run_id)


def resume_run(store: Store, run_id: str) -> RunRow:
    """Queue a run again that was stopped, has failed or lost its process.

    It continues from its last checkpoint.

    Raises:
        RunStateError: if it is waiting, training or finished.
    """
    changes: dict[str, Any] = {
        "queued_at": utc_now(),
        "finished_at": None,
        "error": None,
        "crashes": 0,
    }
    run = store.run(run_id)
    until_s = lost_s(store.home, run)
    if until_s == 0:
        # One that was to stop is stopped, as its process would have done.
        store.transition(run_id, "stopped", only_from="stopping", finished_at=utc_now())
        store.transition(run_id, "queued", only_from="running", **changes)
    for status in ("stopped", "failed"):
        if store.transition(run_id, "queued", only_from=status, **changes):
            return store.run(run_id)
    run = store.run(run_id)
    if until_s == 0 and run.status == "queued":
        return run
    if until_s:
        raise RunStateError(
            f"'{run.name}' cannot be resumed yet. Nothing was heard of the process that trains it "
            f"for {duration(silent_s(run))}; if it is gone, the run can be resumed in "
            f"{duration(until_s)}."
        )
    raise _wrong_status(run, "resumed")


def rename_run(store: Store, run_id: str, name: str) -> RunRow:
    """Rename a run."""
    store.rename_run(run_id, name)
    return store.run(run_id)


def delete_run(store: Store, run_id: str) -> None:
    """Delete a run with its curves and checkpoints.

    Raises:
        RunStateError: if it is training.
    """
    store.delete_run(run_id)
    shutil.rmtree(store.home.run_folder(run_id), ignore_errors=True)


def find_run(store: Store, text: str, workspace_id: str = LOCAL) -> RunRow:
    """Return the run of this id or name; the newest, if several have the name.

    Raises:
        NotFoundError: if there is none.
    """
    runs = store.runs(workspace_id=workspace_id)
    for run in [r for r in runs if r.id == text] + [r for r in runs if r.name == text]:
        return run
    raise NotFoundError(f"There is no run with the id or name '{text}'.")


def _wrong_status(run: RunRow, verb: str) -> RunStateError:
    return RunStateError(f"'{run.name}' cannot be {verb}: it {STATUS_PHRASES[run.status]}.")
