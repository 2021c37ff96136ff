"""Commands of many runs: sweeps, the search for weights worth retraining, reports."""

from __future__ import annotations

import argparse
import math
import signal
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path

from lyricslab.cli import command_helpers
from lyricslab.cli.command_helpers import (
    Answer,
    figures,
    keep,
    numbers,
    open_store,
    split_config,
    tell,
)
from lyricslab.engine import client
from lyricslab.errors import InputError, NotFoundError, RunStateError
from lyricslab.experiments import (
    experiment,
    findings,
)
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.search_plan import plan_search
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.experiments.sweep_results import CellResult, SweepTable, sweep_table
from lyricslab.report import export_report
from lyricslab.store.rows import SearchRow, SweepRow
from lyricslab.store.store import Store
from lyricslab.wording import about, loss, plural

FOLLOW_EVERY_S = 0.5
TELL_EVERY_S = 2.0
"""Progress is told no more often than this."""


def sweep(options: argparse.Namespace) -> Answer:
    """Tries every choice of layers of some bases, and the baseline, for some seeds."""
    store = open_store()
    row, _ = keep(store, options)
    plan = plan_sweep(
        store,
        row.id,
        options.base,
        seeds=options.seeds,
        preset=options.preset,
        split_config=split_config(options),
        only=options.train,
    )
    tell_cost(*experiment.estimate(plan, client.worker_count()))
    sweep_id = experiment.submit(store, plan).id
    follow(
        store,
        "sweep",
        lambda: experiment.status(store, sweep_id),
        lambda: experiment.stop(store, sweep_id),
    )
    return sweep_answer(store, sweep_table(store, sweep_id))


def tell_cost(count: int, seconds: float) -> None:
    """Says what many runs come to before they begin."""
    tell(
        f"{count} runs in all, {about(seconds)} on this computer if none is known yet. "
        "Stopped half-way, the same command goes on where it was."
    )


def follow(
    store: Store,
    noun: str,
    look: Callable[[], ExperimentStatus],
    stop: Callable[[], object],
    news: Callable[[], Sequence[str]] = tuple,
) -> None:
    """Waits for a sweep or a search to end, and tells how far it is; Ctrl-C stops it.

    Args:
        noun: what it is called.
        news: what there is to tell beside; a line is told once.

    Raises:
        RunStateError: if it was stopped, or cannot go on.
    """
    command_helpers.on_interrupt(stop)
    try:
        state = _to_its_end(store, look, news)
    finally:
        command_helpers.on_signals(signal.default_int_handler)
    if state.state == "stopped":
        raise RunStateError(
            state.error or f"The {noun} was stopped; the same command goes on where it was."
        )


def _to_its_end(
    store: Store, look: Callable[[], ExperimentStatus], news: Callable[[], Sequence[str]]
) -> ExperimentStatus:
    told: tuple[int, int] | None = None
    told_s = -math.inf
    lines: set[str] = set()
    while True:
        client.keep_alive(store.home)
        state = look()
        now, now_s = (state.done, state.running), time.monotonic()
        active = state.state in ("running", "stopping")
        if now != told and (now_s - told_s > TELL_EVERY_S or not active):
            told, told_s = now, now_s
            fresh = [line for line in news() if line not in lines]
            lines.update(fresh)
            for line in fresh:
                tell(line)
            left = "" if state.seconds_left is None else f", about {about(state.seconds_left)} left"
            if active:
                tell(f"{state.done} of {state.runs} runs done, {state.running} training{left}")
        if not active:
            return state
        time.sleep(FOLLOW_EVERY_S)


def sweep_answer(store: Store, table: SweepTable) -> Answer:
    """A sweep's table under the names that scripts rely on."""
    return {
        "sweep": table.sweep_id,
        "corpus": table.corpus_name,
        "status": table.status.state,
        "preset": table.plan.preset,
        "seeds": table.plan.seeds,
        "split": table.split.to_dict(),
        "runs": table.status.runs,
        "failed": table.status.failed,
        "rows": [sweep_row(store, table, cell) for cell in table.cells],
        "trials": [
            {
                "base": trial.base,
                "search": trial.search,
                "train": trial.trainable,
                "model": trial.model.to_dict(),
                "learning_rate": trial.learning_rate,
                "dropout": trial.dropout,
                "batch_size": trial.batch_size,
                "run": trial.run_id,
                "val_nats_per_char": trial.val,
                "chosen": trial.chosen,
            }
            for trial in table.trials
        ],
        "claims": [asdict(claim) for claim in judge_sweep(table)],
    }


def sweep_row(store: Store, table: SweepTable, cell: CellResult) -> Answer:
    """One cell: what it is, its figures as means over the seeds, and its runs."""
    learns = cell.done[0].trained_parameters if cell.done else None
    return {
        "kind": cell.cell.kind,
        "base": cell.cell.base,
        "train": cell.cell.trainable,
        "search": cell.cell.search,
        "model": cell.model.to_dict(),
        "learning_rate": cell.learning_rate,
        "dropout": cell.dropout,
        "batch_size": cell.batch_size,
        "mean": cell.mean("test"),
        "sd": cell.sd("test"),
        "ratio": table.ratio(cell),
        "val_nats_per_char": cell.mean("val"),
        "test_nats_per_char": cell.mean("test"),
        "train_nats_per_char": cell.mean("train"),
        "val_padded_loss": cell.mean("val_padded_loss"),
        "test_padded_loss": cell.mean("test_padded_loss"),
        "trained_parameters": learns,
        "frozen_parameters": None if learns is None else cell.model.parameters - learns,
        "seeds": [figures(store.run(seed.run_id)) for seed in cell.seeds if seed.run_id],
    }


def search(options: argparse.Namespace) -> Answer:
    """Searches for the weights worth retraining: parts of layers against whole ones."""
    store = open_store()
    row, _ = keep(store, options)
    plan = plan_search(
        store,
        row.id,
        options.base,
        split_config=split_config(options),
        preset=options.preset,
        budget=options.budget,
        seeds=options.seeds,
        search_seeds=options.search_seeds,
        rates=numbers(options.rates),
        methods=options.methods.split(","),
    )
    tell_cost(*experiment.estimate(plan, client.worker_count()))
    search_id = experiment.submit(store, plan).id
    follow(
        store,
        "search",
        lambda: experiment.status(store, search_id),
        lambda: experiment.stop(store, search_id),
        lambda: findings.search_news(store, search_id),
    )
    return {"search": search_id} | findings.search_findings(store, search_id).to_dict()


def report(options: argparse.Namespace) -> Answer:
    """Writes what a sweep or a search found to a file: .html, .csv, .md or .tex."""
    store = open_store()
    row = find_undertaking(store, options.sweep)
    path = Path(options.file)
    if isinstance(row, SweepRow):
        found = sweep_table(store, row.id)
        made, state = export_report.of_sweep(store, found, path.name), found.status
    else:
        made, state = (
            export_report.of_search(store, row, path.name),
            experiment.status(store, row.id),
        )
    try:
        path.write_bytes(made)
    except OSError as error:
        raise InputError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    return {
        row.kind: row.id,
        "file": str(path),
        "bytes": len(made),
        "runs": state.runs,
        "done": state.done,
    }


def find_undertaking(store: Store, named: str) -> SweepRow | SearchRow:
    """The sweep or search of this id, or the newest sweep on the corpus of this name.

    Raises:
        NotFoundError: if there is none.
    """
    swept = store.sweeps()
    known: list[SweepRow | SearchRow] = [*swept, *store.searches()]
    of_id = [row for row in known if row.id == named]
    for row in [*of_id, *(sweep for sweep in swept if sweep.corpus_name == named)]:
        return row
    newest = sorted(known, key=lambda row: row.created_at, reverse=True)[:8]
    there = "; ".join(f"{row.kind} {row.id} on {row.corpus_name}" for row in newest)
    raise NotFoundError(
        f"There is no sweep or search '{named}'. These are there: {there or 'none yet'}."
    )


def show_sweep(answer: Answer) -> str:
    """The table, a line a cell, and what it says to the paper's claims."""
    lines = [f"Test loss, mean and spread over {plural(answer['seeds'], 'seed')}:"]
    for row in answer["rows"]:
        named = row["train"] if row["kind"] == "subset" else row["kind"]
        where = f"from scratch ({row['search']})" if row["base"] is None else row["base"]
        ratio = "" if row["ratio"] is None else f"  {row['ratio']:.3f} of the baseline"
        spread = "" if row["sd"] is None else f" +- {row['sd']:.3f}"
        lines.append(f"{where:22s} {named:10s} {loss(row['mean'])}{spread}{ratio}")
    lines += [f"{claim['verdict']:10s} {claim['sentence']}" for claim in answer["claims"]]
    if answer["failed"]:
        lines.append(f"{plural(answer['failed'], 'run')} failed; `runs` says why.")
    lines.append(f"To take it along: python -m lyricslab report {answer['sweep']} report.html")
    return "\n".join(lines)


def show_search(answer: Answer) -> str:
    """The table, what nothing beats marked, and how the parts compare with whole layers."""
    front = {row["name"] for row in answer["pareto"]}
    lines = ["Numbers that learn, validation and test in nats/char (mean, sd); * nothing beats it"]
    for row in answer["rows"]:
        mark = "*" if row["name"] in front else " "
        lines.append(
            f"{mark} {row['trained_parameters']:9,d}  {row['val_mean']:.4f}  {row['mean']:.4f} "
            f"+- {row['sd']:.4f}  {row['kind']:9s} {row['name']}"
        )
    for found in answer["comparisons"]:
        lines.append(
            f"{found['a']} less {found['b']} on test: {found['effect']:+.4f} nats/char, "
            f"95 % between {found['low']:+.4f} and {found['high']:+.4f}."
        )
    lines.append(f"To take it along: python -m lyricslab report {answer['search']} report.html")
    return "\n".join(lines)


def show_report(answer: Answer) -> str:
    """Where the report lies."""
    to_come = answer["runs"] - answer["done"]
    rest = f" {to_come} of its {answer['runs']} runs are still to come." if to_come else ""
    return f"Written to {answer['file']}, {answer['bytes']:,} bytes.{rest}"
