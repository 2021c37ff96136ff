"""The command that trains a base on text of any size."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import NoReturn

from lyricslab.books import book_store
from lyricslab.cli import command_helpers
from lyricslab.cli.command_helpers import (
    Answer,
    Commands,
    add_command,
    open_store,
    spoken_command,
    tell,
)
from lyricslab.config import DEVICES, ModelConfig, TrainConfig
from lyricslab.engine.messages import Ended, Message
from lyricslab.errors import InputError, RunStateError
from lyricslab.files import write_file
from lyricslab.importing.bulk.dataset import Dataset, DatasetConfig, build_dataset, expand_paths
from lyricslab.library.exports import export_base
from lyricslab.library.runs import resume_run
from lyricslab.store.home import make_folder, writing
from lyricslab.wording import loss


def add_to(commands: Commands) -> None:
    """Declare the command."""
    sub = add_command(commands, "pretrain", pretrain, show_base)
    sub.add_argument("files", nargs="+", metavar="FILE_OR_FOLDER", help="of any size")
    sub.add_argument("--name", required=True, help="the base's name")
    sub.add_argument("--layers", type=int, default=3)
    sub.add_argument("--hidden", type=int, default=64, help="units in each layer")
    sub.add_argument("--from", dest="start", metavar="BASE", help="a base to start from")
    sub.add_argument("--minutes", type=float, default=40, help="of one core, or of the accelerator")
    sub.add_argument("--epochs", type=float, help="passes over the text, instead of minutes")
    sub.add_argument(
        "--modern", type=float, default=0, help="share of songs to put into modern English"
    )
    sub.add_argument(
        "--optimiser",
        choices=TrainConfig.CHOICES["optimiser"],
        default="adamw",
        help="rmsprop as in the paper: at a constant rate, until validation stops falling",
    )
    sub.add_argument(
        "--learning-rate", type=float, help="unless given, by the network's size or the paper's"
    )
    sub.add_argument("--batch-size", type=int, default=32, help="songs in a batch")
    sub.add_argument(
        "--window-chars", type=int, default=80, help="characters to backpropagate through"
    )
    sub.add_argument("--dropout", type=float, default=0)
    sub.add_argument("--weight-decay", type=float, default=0)
    sub.add_argument(
        "--device", choices=DEVICES, help="what to compute on; the best there is by default"
    )
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--resume", action="store_true", help="continue from the last checkpoint")
    sub.add_argument("--replace", action="store_true", help="replace the base of this name")
    sub.add_argument("--half", action="store_true", help="keep its weights in half the space")
    sub.add_argument("--lyrics", action="store_true", help="the text is songs and verse")
    sub.add_argument("--reads", default="", help="what it reads, in one sentence, for the card")
    sub.add_argument("--credit", action="append", default=[], help="a source, for the card")
    sub.add_argument("--licence", default="", help="for the card")
    sub.add_argument("--into", help="another folder for the base's file")


def pretrain(options: argparse.Namespace) -> Answer:
    """Train a base on files and folders of any size."""
    from lyricslab.engine.inline import resume_inline, this_process
    from lyricslab.pretraining import pretrain as pretraining
    from lyricslab.pretraining.base_plan import BasePlan, run_config
    from lyricslab.training import distributed, hardware

    if options.device:
        os.environ["LYRICSLAB_DEVICE"] = options.device
    if int(os.environ.get("RANK", 0)):
        _train_along()
    files = expand_paths(options.files)
    plan = BasePlan(
        name=options.name,
        model=ModelConfig(num_layers=options.layers, hidden_size=options.hidden),
        start=options.start,
        minutes=options.minutes,
        epochs=options.epochs,
        optimiser=options.optimiser,
        learning_rate=options.learning_rate,
        batch_size=options.batch_size,
        window_chars=options.window_chars,
        dropout=options.dropout,
        weight_decay=options.weight_decay,
        seed=options.seed,
        half=options.half,
        reads=options.reads,
        lyrics=options.lyrics,
        sources=(*options.credit, *book_store.credits_of(files)),
        licence=options.licence,
        command=spoken_command(),
        replaces=options.replace,
    )
    store = open_store()
    if not options.resume:
        plan = pretraining.check(store, plan)
    into = Path(options.into) if options.into else store.home.bases
    with writing(into):
        make_folder(into)
    dataset = build_dataset(
        files,
        store.home.datasets,
        DatasetConfig(modern=options.modern),
        _tell_reading(),
    )
    tell(_describe(dataset))
    if options.resume:
        run = pretraining.unfinished(store, plan.name, dataset)
        resume_run(store, run.id)
        if not store.lease_run(run.id, this_process()):
            raise RunStateError("The engine has just taken it up; watch it in the app.")
        run = store.run(run.id)
    else:
        tell("Measuring how fast this computer learns ...")
        throughput = pretraining.measure(store.home, plan, dataset)
        config = run_config(plan, dataset, throughput)
        run = pretraining.submit(store, plan, dataset, config, owner=this_process())
    tell(f"{plan.model.parameters:,} weights, {run.total_steps:,} steps")
    distributed.join(hardware.device())
    try:
        run = resume_inline(store, run, log=tell, on_start=command_helpers.on_interrupt)
    finally:
        command_helpers.on_signals(signal.default_int_handler)
    if run.status == "failed":
        raise InputError(run.error or "The base could not be trained.")
    card = pretraining.published(store, run.id)
    if into != store.home.bases:
        with writing(into):
            write_file(into / f"{card.name}.safetensors", export_base(store.home, card.name))
    path = into / f"{card.name}.safetensors"
    return {**card.to_dict(), "base": card.name, "run": run.id, "files": str(path)}


def _train_along() -> NoReturn:
    """Train as a rank of torchrun above 0: rank 0 owns the run, stops it and prints."""
    from lyricslab.engine.job import execute
    from lyricslab.training import distributed, hardware

    def tell_failure(message: Message) -> None:
        if isinstance(message, Ended) and message.error:
            tell(message.details or message.error)

    distributed.join(hardware.device())  # waits until rank 0 has read the text
    command_helpers.on_signals(signal.SIG_IGN)
    execute(None, tell_failure, lambda: False)
    os._exit(0)  # gloo's threads may abort a process that unwinds


def _describe(dataset: Dataset) -> str:
    manifest = dataset.manifest
    books = f" ({manifest.books} books in pieces)" if manifest.books else ""
    duplicates = f", {manifest.duplicates:,} duplicates left out" if manifest.duplicates else ""
    size = f"{manifest.songs:,} songs{books}, {manifest.characters:,} characters{duplicates}."
    return "\n".join([size, *manifest.notes])


def _tell_reading() -> Callable[[float], None]:
    """Return a function that tells how much of the text is read, in steps of a tenth."""
    tenths = 0

    def tell_share(share: float) -> None:
        nonlocal tenths
        if int(share * 10) > tenths:
            tenths = int(share * 10)
            tell(f"Reading: {tenths * 10} %")

    return tell_share


def show_base(answer: Answer) -> str:
    """Say that the base is ready, and its losses."""
    return (
        f"Base '{answer['base']}' is ready: validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer['test_nats_per_char'])}."
    )
