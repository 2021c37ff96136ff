"""Commands about runs: fine-tune, baselines, list, stop, resume, delete; the engine."""

from __future__ import annotations

import argparse
import statistics
from dataclasses import fields, replace

from lyricslab.cli.command_helpers import (
    Answer,
    Commands,
    add_command,
    agree,
    open_store,
    run_answer,
    tell,
    train,
)
from lyricslab.cli.song_input import add_song_options, save_songs, split_config
from lyricslab.config import RunConfig
from lyricslab.config_base import Range
from lyricslab.engine import client
from lyricslab.errors import ConfigError, NotFoundError, RunStateError, StoreError
from lyricslab.library.baselines import baseline_configs, count_baseline_users
from lyricslab.library.bases import load_base_card
from lyricslab.library.recipe_text import read_changes
from lyricslab.library.runs import (
    STATUS_PHRASES,
    delete_run,
    dropout_name,
    find_run,
    fine_tuning_config,
    resume_run,
    size_name,
    stop_run,
)
from lyricslab.model import presets
from lyricslab.pretraining import pretrain
from lyricslab.store.home import open_home
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store
from lyricslab.wording import loss, plural

BASELINE_SEEDS = Range(1, 100)


RUN = "a run's id or name"


def add_to(commands: Commands) -> None:
    """Declare the commands."""
    sub = add_command(commands, "finetune", finetune, show_run)
    add_song_options(sub)
    sub.add_argument("--base", required=True, help="the pretrained network to start from")
    sub.add_argument(
        "--train",
        default="0,2",
        metavar="PARTS",
        help="what learns: layers (0,2), all, or none (the head only); finer, a matrix of a layer "
        "(0.ih, 0.hh, 0.b), a gate (2.i, 2.f, 2.g, 2.o) or both (1.ih.o)",
    )
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="studio")
    sub.add_argument(
        "--set",
        action="append",
        default=[],
        metavar="NAME=VALUE",
        help="another value for a setting of the preset, such as learning_rate=0.002; give it "
        "again for more",
    )
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--name", help="what the run is called")
    sub.add_argument("--corpus-name")

    sub = add_command(commands, "baseline", baseline, show_baseline)
    add_song_options(sub)
    sub.add_argument("--seeds", type=int, default=1, help="how many seeds")
    sub.add_argument("--seed", type=int, default=0, help="the first of them")
    sub.add_argument("--corpus-name")

    add_command(commands, "runs", list_runs, show_runs)

    for name, command in (("stop", stop), ("resume", resume)):
        sub = add_command(commands, name, command, show_status)
        sub.add_argument("run", metavar="RUN", help=f"{RUN}, or of a base in progress")

    sub = add_command(commands, "delete", delete, show_deleted)
    sub.add_argument("run", metavar="RUN", help=RUN)
    sub.add_argument("--yes", action="store_true", help="do not ask")

    sub = add_command(commands, "engine", engine, show_engine)
    sub.add_argument("action", choices=("status", "start", "stop"))


def finetune(options: argparse.Namespace) -> Answer:
    """Fine-tune some layers of a base on a corpus."""
    store = open_store()
    return run_answer(train(store, fine_tuning_options(store, options), options.name))


def fine_tuning_options(store: Store, options: argparse.Namespace) -> RunConfig:
    """Return the run that the options of `finetune` ask for; new songs are saved."""
    _, songs = save_songs(store, options)
    card = load_base_card(store.home, options.base)
    config = fine_tuning_config(
        songs, card, options.train, options.preset, split_config(options), options.seed
    )
    settings = replace(config.settings, **read_changes(options.set))
    if settings == config.settings:
        return config
    return replace(config, settings=settings, preset="own")


def baseline(options: argparse.Namespace) -> Answer:
    """Train the fixed grid from scratch and choose its best by validation.

    The first seed decides which network it is; the others train that one alone.
    """
    issue = BASELINE_SEEDS.issue("The number of seeds", options.seeds)
    if issue:
        raise ConfigError([issue])
    store = open_store()
    _, songs = save_songs(store, options)
    grid = baseline_configs(songs, split_config(options), options.seed)
    rows: list[Answer] = []
    best: list[Answer] = []
    for seed in range(options.seed, options.seed + options.seeds):
        done: list[tuple[float, RunConfig, Answer]] = []
        for number, config in enumerate(grid, start=1):
            tell(
                f"Seed {seed}, network {number} of {len(grid)}: {size_name(config.model)}, "
                f"{dropout_name(config.settings)}"
            )
            run = train(store, replace(config, seed=seed), None)
            if run.status != "done":
                raise RunStateError(
                    f"The baseline was stopped; what was trained is listed by `runs`. '{run.name}' "
                    f"resumes with `python -m lyricslab resume {run.id}`."
                )
            answer = run_answer(run)
            done.append((float(answer["val_nats_per_char"]), config, answer))
        rows += [answer for _, _, answer in done]
        _, chosen, found = min(done, key=lambda trained: trained[0])
        best.append(found)
        grid = [chosen]
    tests = [float(answer["test_nats_per_char"]) for answer in best]
    return {
        **best[0],
        "best": best,
        "rows": rows,
        "mean": statistics.fmean(tests),
        "sd": statistics.stdev(tests) if len(tests) > 1 else 0.0,
    }


def list_runs(options: argparse.Namespace) -> Answer:
    """List every run, the newest first."""
    return {"runs": [run_answer(run) for run in open_store().runs()]}


def stop(options: argparse.Namespace) -> Answer:
    """Stop a run, or a base in progress; what it has learned is kept."""
    store = open_store()
    return run_answer(stop_run(store, find_any(store, options.run).id))


def resume(options: argparse.Namespace) -> Answer:
    """Resume a stopped or failed run or base in the background engine."""
    store = open_store()
    run = resume_run(store, find_any(store, options.run).id)
    client.ensure_engine(store.home)
    return run_answer(run)


def find_any(store: Store, named: str) -> RunRow:
    """Return the run of this id or name; if there is none, or it is done, the base in progress.

    Raises:
        NotFoundError: if there is neither.
    """
    base_run = pretrain.in_the_making(store, named)
    try:
        run = find_run(store, named)
    except NotFoundError:
        if base_run is None:
            raise
        return base_run
    return base_run if base_run is not None and run.status == "done" else run


def delete(options: argparse.Namespace) -> Answer:
    """Delete a run with its network and curves, once you agree."""
    store = open_store()
    run_id, loss_sentence = what_is_lost(store, options.run)
    if not options.yes:
        agree(f"{loss_sentence} Delete it?")
    delete_run(store, run_id)
    return {"deleted": run_id}


def what_is_lost(store: Store, named: str) -> tuple[str, str]:
    """Return the id of a run, and what is lost when it is deleted."""
    try:
        run = find_run(store, named)
    except NotFoundError:
        try:
            store.run(named)
        except NotFoundError:
            pass
        except StoreError as error:  # a damaged record can be deleted too
            return named, str(error)
        raise
    what = f"'{run.name}' (run {run.id}) goes with its network, its curves and what it wrote."
    for count in count_baseline_users(store, [run]).values():
        what += f" It is the baseline of {plural(count, 'other run')}."
    return run.id, what


def engine(options: argparse.Namespace) -> Answer:
    """Show, start or stop the background engine."""
    home = open_home()
    if options.action == "start":
        client.ensure_engine(home)
    if options.action == "stop":
        client.stop_engine(home)
    status = client.engine_status(home)
    return {field.name: getattr(status, field.name) for field in fields(status)}


def show_run(answer: Answer) -> str:
    """Show a run's figures in two lines."""
    return (
        f"{answer['name']} (run {answer['run']}): {answer['status']} after "
        f"{answer['seconds']:.0f} s, best at epoch {answer['best_epoch'] or 0:.1f}.\n"
        f"Validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer.get('test_nats_per_char'))}."
    )


def show_status(answer: Answer) -> str:
    """Show a run's status in a line."""
    return f"'{answer['name']}' (run {answer['run']}) {STATUS_PHRASES[answer['status']]}."


def show_deleted(answer: Answer) -> str:
    """Say that a run is deleted."""
    return f"Run {answer['deleted']} is deleted."


def show_baseline(answer: Answer) -> str:
    """Show the best network of the grid."""
    return (
        f"Best from scratch: {answer['name']}, validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer['mean'])} over {plural(len(answer['best']), 'seed')}."
    )


def show_runs(answer: Answer) -> str:
    """Show a line for each run."""
    lines = []
    for run in answer["runs"]:
        val = run["val_nats_per_char"]
        songs = "" if run["corpus"] in run["name"] else f" on {run['corpus']}"
        best = "" if val is None else f", validation {loss(val)}"
        lines.append(f"{run['run']}  {run['name']}{songs}: {run['status']}{best}")
    return "\n".join(lines) or "There is no run yet."


def show_engine(answer: Answer) -> str:
    """Show the engine in a line."""
    return ", ".join(f"{name} {value}" for name, value in answer.items())
