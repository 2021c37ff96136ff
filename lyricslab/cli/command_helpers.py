"""What the commands share: declaring them, the store, progress, training in this process."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Callable
from types import FrameType
from typing import Any

from lyricslab.config import RunConfig
from lyricslab.errors import InputError
from lyricslab.store.home import open_home
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store

Answer = dict[str, Any]
"""What a command prints with `--json`."""
Commands = Any
"""The subparsers to which a module adds its commands; argparse's own type is private."""
NETWORK = "a base's name, a run's id or name"
"""Help for an argument that names a network."""


def add_command(
    commands: Commands,
    name: str,
    run: Callable[[argparse.Namespace], Answer],
    show: Callable[[Answer], str],
    *,
    nested: bool = False,
) -> argparse.ArgumentParser:
    """Declare a command; its help is the docstring of `run`.

    Args:
        run: does it, and returns the answer.
        show: puts the answer into words.
        nested: whether it follows another command, such as `bases rename`.
    """
    parser: argparse.ArgumentParser
    parser = commands.add_parser(name, help=run.__doc__, description=run.__doc__)
    # Left out unless given, or a nested command would undo a --json before it.
    default = argparse.SUPPRESS if nested else False
    parser.add_argument(
        "--json", action="store_true", default=default, help="one JSON object on standard output"
    )
    parser.set_defaults(command=run, show=show)
    return parser


def tell(line: str) -> None:
    """Print a line of progress on standard error."""
    print(line, file=sys.stderr, flush=True)


def agree(question: str) -> None:
    """Continue only if the person types yes.

    Raises:
        InputError: if not.
    """
    tell(f"{question} Type yes.")
    if sys.stdin.readline().strip().casefold() not in ("y", "yes"):
        raise InputError("Nothing was deleted.")


def open_store() -> Store:
    """Return the store of the lab's home."""
    return Store(open_home())


def train(store: Store, config: RunConfig, name: str | None) -> RunRow:
    """Train a run in this process; Ctrl-C stops it and keeps its best checkpoint.

    Raises:
        InputError: if it fails.
    """
    from lyricslab.engine.inline import run_inline

    try:
        run = run_inline(store, config, name=name, log=tell, on_start=on_interrupt)
    finally:
        on_signals(signal.default_int_handler)
    if run.status == "failed":
        raise InputError(run.error or "The run failed.")
    return run


def on_interrupt(stop: Any) -> None:
    """Call `stop` at the first Ctrl-C or request to end; end at once at the second."""

    def handle(number: int, frame: FrameType | None) -> None:
        tell("Stopping; what has been learned is kept. Press again to end at once.")
        on_signals(signal.default_int_handler)
        stop()

    on_signals(handle)


def on_signals(handle: Callable[[int, FrameType | None], None] | signal.Handlers) -> None:
    """Handle Ctrl-C and a request to end."""
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, handle)


def run_answer(run: RunRow) -> Answer:
    """Return a run under the names that scripts rely on."""
    result = run.result or {}
    return {
        "run": run.id,
        "name": run.name,
        "kind": run.kind,
        "corpus": run.corpus_name,
        "base": run.base,
        "train": run.trainable,
        "model": run.config.model.to_dict(),
        "dropout": run.config.settings.dropout,
        "preset": run.config.preset,
        "made_for": run.made_for,
        "seed": run.config.seed,
        "status": run.status,
        "seconds": run.seconds,
        "chars_per_s": run.chars_per_s,
        "epochs": run.epochs,
        "best_epoch": run.best_epoch,
        "best_step": run.best_step,
        "steps": run.step,
        "zero_shot_val_nats_per_char": run.zero_shot_val,
        "val_nats_per_char": run.best_val,
        "error": run.error,
        **result,
    }


def spoken_command() -> str:
    """Return the command as it was typed, for a card."""
    words = ["python", "-m", "lyricslab", *sys.argv[1:]]
    return " ".join(f'"{word}"' if " " in word else word for word in words)
