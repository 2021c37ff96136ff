"""Commands about experiments: sweeps, searches for the weights worth retraining, reports."""

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
    Commands,
    add_command,
    open_store,
    run_answer,
    tell,
)
from lyricslab.cli.song_input import add_song_options, save_songs, split_config
from lyricslab.engine import client
from lyricslab.errors import ConfigError, InputError, NotFoundError, RunStateError
from lyricslab.experiments import experiment, findings
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.search_plan import plan_search
from lyricslab.experiments.sweep_claims import judge_sweep
from lyricslab.experiments.sweep_plan import plan_sweep
from lyricslab.experiments.sweep_results import CellResult, SweepTable, sweep_table
from lyricslab.model import presets
from lyricslab.store.plans import SearchPlan, SweepPlan
from lyricslab.store.rows import ExperimentRow, SearchRow
from lyricslab.store.store import Store
from lyricslab.wording import about, loss, plural

FOLLOW_EVERY_S = 0.5
TELL_EVERY_S = 2.0
"""The least time between two lines of progress."""


def add_to(commands: Commands) -> None:
    """Declare the commands."""
    sub = add_command(commands, "sweep", sweep, show_sweep)
    add_song_options(sub)
    sub.add_argument(
        "--base", action="append", required=True, help="a base; give it again for more"
    )
    sub.add_argument("--seeds", type=int, default=3, help="how many seeds, from 0 up")
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="paper")
    sub.add_argument(
        "--train",
        action="append",
        default=[],
        metavar="CHOICE",
        help="only this choice of layers: 0,2 or all or none, zero-shot or baseline; give it again "
        "for more. Without it, everything",
    )
    sub.add_argument("--corpus-name")

    sub = add_command(commands, "search", search, show_search)
    add_song_options(sub)
    sub.add_argument("--base", required=True, help="the pretrained network to start from")
    sub.add_argument(
        "--budget",
        type=int,
        help="the most weights of the layers to train, the head not counted; without "
        "it, those of one upper layer",
    )
    sub.add_argument("--seeds", type=int, default=3, help="how many seeds a row is the mean of")
    sub.add_argument(
        "--search-seeds", type=int, default=1, help="by how many of them parts are chosen"
    )
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="studio")
    sub.add_argument(
        "--rates", default="1,3,10", help="learning rates to choose among, times the preset's"
    )
    sub.add_argument(
        "--methods",
        default="zero-shot,head,layers,matrices,gates,lora,ulmfit",
        help="which ways to try",
    )
    sub.add_argument("--corpus-name")

    sub = add_command(commands, "report", report, show_report)
    sub.add_argument(
        "sweep",
        metavar="SWEEP",
        help="the id of a sweep or a search, or the name of a sweep's corpus",
    )
    sub.add_argument("file", metavar="FILE", help="ends in .html, .csv, .md or .tex")


def sweep(options: argparse.Namespace) -> Answer:
    """Try every choice of layers of some bases, and the baseline, for some seeds."""
    store = open_store()
    row, _ = save_songs(store, options)
    plan = plan_sweep(
        store,
        row.id,
        options.base,
        seeds=options.seeds,
        preset=options.preset,
        split_config=split_config(options),
        only=options.train,
    )
    sweep_id = _carry_out(store, plan)
    return sweep_answer(store, sweep_table(store, sweep_id))


def _carry_out(
    store: Store,
    plan: SweepPlan | SearchPlan,
    news: Callable[[Store, str], Sequence[str]] = lambda store, experiment_id: (),
) -> str:
    """Submit an experiment and wait for its end, printing its progress; Ctrl-C stops it.

    Args:
        news: returns further lines to print; each is printed once.

    Returns:
        Its id.

    Raises:
        RunStateError: if it was stopped, or cannot continue.
    """
    count, seconds = experiment.estimate(plan, client.worker_count())
    tell(
        f"{count} runs in all, {about(seconds)} on this computer if none is known yet. "
        "Stopped half-way, the same command continues it."
    )
    row = experiment.submit(store, plan)
    command_helpers.on_interrupt(lambda: experiment.stop(store, row.id))
    try:
        status = _wait(store, row.id, lambda: news(store, row.id))
    finally:
        command_helpers.on_signals(signal.default_int_handler)
    if status.state == "stopped":
        raise RunStateError(
            status.error or f"The {row.kind} was stopped; the same command continues it."
        )
    return row.id


def _wait(store: Store, experiment_id: str, news: Callable[[], Sequence[str]]) -> ExperimentStatus:
    shown: tuple[int, int] | None = None
    shown_s = -math.inf
    printed: set[str] = set()
    while True:
        client.keep_alive(store.home)
        status = experiment.status(store, experiment_id)
        now, now_s = (status.done, status.running), time.monotonic()
        active = status.state in ("running", "stopping")
        if now != shown and (now_s - shown_s > TELL_EVERY_S or not active):
            shown, shown_s = now, now_s
            for line in news():
                if line not in printed:
                    tell(line)
                    printed.add(line)
            left_s = status.seconds_left
            left = "" if left_s is None else f", about {about(left_s)} left"
            if active:
                tell(f"{status.done} of {status.runs} runs done, {status.running} training{left}")
        if not active:
            return status
        time.sleep(FOLLOW_EVERY_S)


def sweep_answer(store: Store, table: SweepTable) -> Answer:
    """Return a sweep's table under the names that scripts rely on."""
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
                "dropout_name": trial.dropout_name,
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
    """Return one cell: what it is, its figures as means over the seeds, and its runs."""
    trained = cell.done[0].trained_parameters if cell.done else None
    return {
        "kind": cell.cell.kind,
        "base": cell.cell.base,
        "train": cell.cell.trainable,
        "search": cell.cell.search,
        "model": cell.model.to_dict(),
        "learning_rate": cell.learning_rate,
        "dropout": cell.dropout,
        "dropout_name": cell.dropout_name,
        "batch_size": cell.batch_size,
        "mean": cell.mean("test"),
        "sd": cell.sd("test"),
        "ratio": table.ratio(cell),
        "val_nats_per_char": cell.mean("val"),
        "test_nats_per_char": cell.mean("test"),
        "train_nats_per_char": cell.mean("train"),
        "val_padded_loss": cell.mean("val_padded_loss"),
        "test_padded_loss": cell.mean("test_padded_loss"),
        "trained_parameters": trained,
        "frozen_parameters": None if trained is None else cell.model.parameters - trained,
        "seeds": [run_answer(store.run(seed.run_id)) for seed in cell.seeds if seed.run_id],
    }


def search(options: argparse.Namespace) -> Answer:
    """Search for the weights worth retraining: parts of layers against whole ones."""
    store = open_store()
    row, _ = save_songs(store, options)
    plan = plan_search(
        store,
        row.id,
        options.base,
        split_config=split_config(options),
        preset=options.preset,
        budget=options.budget,
        seeds=options.seeds,
        search_seeds=options.search_seeds,
        rates=_numbers(options.rates),
        methods=options.methods.split(","),
    )
    search_id = _carry_out(store, plan, findings.search_news)
    return {"search": search_id} | findings.search_findings(store, search_id).to_dict()


def _numbers(text: str) -> list[float]:
    """Read numbers with commas between them.

    Raises:
        ConfigError: if they are not numbers.
    """
    try:
        return [float(word) for word in text.split(",")]
    except ValueError:
        raise ConfigError([f"'{text}' is not a list of numbers, such as 1,3."]) from None


def report(options: argparse.Namespace) -> Answer:
    """Write what a sweep or a search found to a file: .html, .csv, .md or .tex."""
    from lyricslab.report import export_report  # slow to import, and no other command needs it

    store = open_store()
    row = _find(store, options.sweep)
    path = Path(options.file)
    if isinstance(row, SearchRow):
        data = export_report.of_search(store, row, path.name)
        status = experiment.status(store, row.id)
    else:
        table = sweep_table(store, row.id)
        data = export_report.of_sweep(
            table, path.name, lambda: export_report.write_all(store, table)
        )
        status = table.status
    try:
        path.write_bytes(data)
    except OSError as error:
        raise InputError(f"'{path}' cannot be written: {error.strerror or error}.") from error
    return {
        row.kind: row.id,
        "file": str(path),
        "bytes": len(data),
        "runs": status.runs,
        "done": status.done,
    }


def _find(store: Store, text: str) -> ExperimentRow:
    """Return the experiment of this id, or the newest sweep on the corpus of this name.

    Raises:
        NotFoundError: if nothing matches.
    """
    rows = store.experiments()
    by_id = [row for row in rows if row.id == text]
    by_corpus = [row for row in rows if row.kind == "sweep" and row.corpus_name == text]
    for row in [*by_id, *by_corpus]:
        return row
    newest = "; ".join(f"{row.kind} {row.id} on {row.corpus_name}" for row in rows[:8])
    raise NotFoundError(
        f"There is no sweep or search '{text}'. These are there: {newest or 'none yet'}."
    )


def show_sweep(answer: Answer) -> str:
    """Show a line for each cell and the verdicts on the paper's claims."""
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
    lines.append(f"To export it: python -m lyricslab report {answer['sweep']} report.html")
    return "\n".join(lines)


def show_search(answer: Answer) -> str:
    """Show the table with its Pareto front marked, and the comparisons."""
    front = {row["name"] for row in answer["pareto"]}
    lines = ["Numbers that learn, validation and test in nats/char (mean, sd); * nothing beats it"]
    for row in answer["rows"]:
        mark = "*" if row["name"] in front else " "
        lines.append(
            f"{mark} {row['trained_parameters']:9,d}  {row['val_mean']:.4f}  {row['mean']:.4f} "
            f"+- {row['sd']:.4f}  {row['kind']:9s} {row['name']}"
        )
    for comparison in answer["comparisons"]:
        lines.append(
            f"{comparison['a']} less {comparison['b']} on test: "
            f"{comparison['effect']:+.4f} nats/char, 95 % between "
            f"{comparison['low']:+.4f} and {comparison['high']:+.4f}."
        )
    lines.append(f"To export it: python -m lyricslab report {answer['search']} report.html")
    return "\n".join(lines)


def show_report(answer: Answer) -> str:
    """Say where the report is."""
    to_come = answer["runs"] - answer["done"]
    rest = f" {to_come} of its {answer['runs']} runs are still to come." if to_come else ""
    return f"Written to {answer['file']}, {answer['bytes']:,} bytes.{rest}"
