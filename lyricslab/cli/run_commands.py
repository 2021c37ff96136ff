"""Commands about runs: trained here, listed, stopped, taken up again, deleted; the engine."""

from __future__ import annotations

import argparse
import statistics
from dataclasses import fields

from lyricslab.cli.command_helpers import (
    Answer,
    agree,
    figures,
    keep,
    open_store,
    split_config,
    tell,
    train,
    with_changes,
)
from lyricslab.config import Range, RunConfig
from lyricslab.engine import client
from lyricslab.errors import ConfigError, NotFoundError, RunStateError, StoreError
from lyricslab.library.baselines import count_baseline_users
from lyricslab.library.bases import load_base_card
from lyricslab.library.runs import (
    STATUS_PHRASES,
    delete_run,
    find_run,
    resume_run,
    size_name,
    stop_run,
)
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable
from lyricslab.pretraining import pretrain
from lyricslab.songs.split import split
from lyricslab.store.home import open_home
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.wording import loss, plural

BASELINE_SEEDS = Range(1, 100)


def finetune(options: argparse.Namespace) -> Answer:
    """Fine-tunes some layers of a base on a corpus."""
    store = open_store()
    row, songs = keep(store, options)
    card = load_base_card(store.home, options.base)
    trainable = Trainable.parse(options.train, card.model.num_layers)
    division = split_config(options)
    train_chars, val_chars, _ = split(songs, division).chars
    preset = presets.resolve(
        options.preset,
        train_chars=train_chars,
        val_chars=val_chars,
        model=card.model,
        trainable=trainable,
        base_is_lyrics=card.lyrics,
    )
    config = RunConfig(
        corpus=row.digest,
        base=card.name,
        trainable=str(trainable),
        model=card.model,
        split=division,
        settings=with_changes(preset, options.set),
        preset="own" if options.set else options.preset,
        seed=options.seed,
    )
    return figures(train(store, config, options.name))


def baseline(options: argparse.Namespace) -> Answer:
    """Trains the fixed grid from scratch and names its best by validation."""
    issue = BASELINE_SEEDS.issue("The number of seeds", options.seeds)
    if issue:
        raise ConfigError([issue])
    store = open_store()
    row, songs = keep(store, options)
    division = split_config(options)
    grid = presets.baseline_grid(*split(songs, division).chars[:2])
    rows, best = [], []
    for seed in range(options.seed, options.seed + options.seeds):
        done = []
        for number, (model, settings) in enumerate(grid, start=1):
            tell(
                f"Seed {seed}, network {number} of {len(grid)}: {size_name(model)}, "
                f"dropout {settings.dropout:g}"
            )
            config = RunConfig(
                corpus=row.digest,
                base=None,
                model=model,
                split=division,
                settings=settings,
                preset="baseline",
                seed=seed,
            )
            run = train(store, config, None)
            if run.status != "done":
                raise RunStateError(
                    f"The baseline was stopped; what was trained is listed by `runs`. '{run.name}' "
                    f"goes on with `python -m lyricslab resume {run.id}`."
                )
            done.append(figures(run))
        rows += done
        best.append(min(done, key=lambda answer: float(answer["val_nats_per_char"])))
    tests = [float(answer["test_nats_per_char"]) for answer in best]
    return {
        **best[0],
        "best": best,
        "rows": rows,
        "mean": statistics.fmean(tests),
        "sd": statistics.stdev(tests) if len(tests) > 1 else 0.0,
    }


def list_runs(options: argparse.Namespace) -> Answer:
    """Every run, the newest first."""
    return {"runs": [figures(run) for run in open_store().runs()]}


def stop(options: argparse.Namespace) -> Answer:
    """Stops a run, or a base in the making; what it has learned is kept."""
    store = open_store()
    return figures(stop_run(store, find_any(store, options.run).id))


def resume(options: argparse.Namespace) -> Answer:
    """Takes a stopped or failed run or base up again, in the background engine."""
    store = open_store()
    run = resume_run(store, find_any(store, options.run).id)
    client.ensure_engine(store.home)
    return figures(run)


def find_any(store: Store, named: str) -> RunRow:
    """The run of this id or name; where there is none, or it is done, the base in the making.

    Raises:
        NotFoundError: if there is neither.
    """
    making = pretrain.in_the_making(store, named)
    try:
        run = find_run(store, named)
    except NotFoundError:
        if making is None:
            raise
        return making
    return making if making is not None and run.status == "done" else run


def delete(options: argparse.Namespace) -> Answer:
    """Deletes a run with its network and curves, once you agree."""
    store = open_store()
    run_id, what = at_stake(store, options.run)
    if not options.yes:
        agree(f"{what} Delete it?")
    delete_run(store, run_id)
    return {"deleted": run_id}


def at_stake(store: Store, named: str) -> tuple[str, str]:
    """The id of a run, and what goes and what suffers when it is deleted."""
    try:
        run = find_run(store, named)
    except NotFoundError:
        try:
            store.run(named)
        except NotFoundError:
            pass
        except StoreError as error:  # that it is damaged is no reason to keep it
            return named, str(error)
        raise
    what = f"'{run.name}' (run {run.id}) goes with its network, its curves and what it wrote."
    for count in count_baseline_users(store, [run]).values():
        what += f" It is the baseline of {plural(count, 'other run')}."
    return run.id, what


def engine(options: argparse.Namespace) -> Answer:
    """Looks at, starts or stops the background engine."""
    home = open_home()
    if options.wish == "start":
        client.ensure_engine(home)
    if options.wish == "stop":
        client.stop_engine(home)
    status = client.engine_status(home)
    return {field.name: getattr(status, field.name) for field in fields(status)}


def show_run(answer: Answer) -> str:
    """A run's figures in two lines."""
    return (
        f"{answer['name']} (run {answer['run']}): {answer['status']} after "
        f"{answer['seconds']:.0f} s, best at epoch {answer['best_epoch'] or 0:.1f}.\n"
        f"Validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer.get('test_nats_per_char'))}."
    )


def show_status(answer: Answer) -> str:
    """Where a run stands, in a line."""
    return f"'{answer['name']}' (run {answer['run']}) {STATUS_PHRASES[answer['status']]}."


def show_deleted(answer: Answer) -> str:
    """That a run is gone."""
    return f"Run {answer['deleted']} is deleted."


def show_baseline(answer: Answer) -> str:
    """The grid's best."""
    return (
        f"Best from scratch: {answer['name']}, validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer['mean'])} over {plural(len(answer['best']), 'seed')}."
    )


def show_runs(answer: Answer) -> str:
    """A line a run."""
    lines = []
    for run in answer["runs"]:
        val = run["val_nats_per_char"]
        best = "" if val is None else f", validation {loss(val)}"
        lines.append(f"{run['run']}  {run['name']} on {run['corpus']}: {run['status']}{best}")
    return "\n".join(lines) or "There is no run yet."


def show_engine(answer: Answer) -> str:
    """The engine in a line."""
    return ", ".join(f"{name} {value}" for name, value in answer.items())
