"""Commands about bases: the library, what goes out and comes in, books, pretraining."""

from __future__ import annotations

import argparse
import os
import signal
from collections.abc import Callable, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import NoReturn

from lyricslab.books import book_store, catalogue, download_job, mirror
from lyricslab.cli import command_helpers
from lyricslab.cli.command_helpers import (
    NETWORK,
    Answer,
    Commands,
    add_command,
    agree,
    open_store,
    spoken_command,
    tell,
)
from lyricslab.config import DEVICES, ModelConfig
from lyricslab.engine.messages import Ended, Message
from lyricslab.errors import (
    BookError,
    ConfigError,
    InputError,
    NotFoundError,
    RunStateError,
)
from lyricslab.files import write_file
from lyricslab.importing.bulk.dataset import Dataset, DatasetConfig, all_files, build_dataset
from lyricslab.library.bases import (
    check_base_deletable,
    delete_base,
    list_bases,
    load_base_card,
    rename_base,
)
from lyricslab.library.exports import export_base, export_run, zip_network
from lyricslab.library.imports import add_network, read_network, read_network_file
from lyricslab.library.networks import find_network_run
from lyricslab.library.runs import resume_run
from lyricslab.store.home import make_folder, open_home, writing
from lyricslab.wording import loss


def add_to(commands: Commands) -> None:
    """Declare the commands."""
    sub = add_command(commands, "bases", bases, show_bases)
    actions = sub.add_subparsers(metavar="ACTION")
    renaming = add_command(actions, "rename", rename_base_command, show_renamed, nested=True)
    renaming.add_argument("old", metavar="OLD", help="its name")
    renaming.add_argument("new", metavar="NEW", help="its name from now on")
    deleting = add_command(actions, "delete", delete_base_command, show_base_deleted, nested=True)
    deleting.add_argument("name", metavar="NAME", help="its name")
    deleting.add_argument("--yes", action="store_true", help="do not ask")

    sub = add_command(commands, "export", export, show_exported)
    sub.add_argument("model", metavar="MODEL", help=NETWORK)
    sub.add_argument("file", metavar="FILE", help="the file to write: .safetensors, or .zip")
    sub.add_argument("--replace", action="store_true", help="replace the file if it is there")

    sub = add_command(commands, "import", import_, show_imported)
    sub.add_argument("file", metavar="FILE", help="a file that was exported")
    sub.add_argument("--name", help="its name in this library")

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
    sub.add_argument("--learning-rate", type=float, help="by the network's size, unless given")
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

    sub = add_command(commands, "books", books, show_books)
    sub.add_argument("ids", nargs="*", metavar="ID", help="a book's number: 1342, or its address")
    sub.add_argument("--theme", help="every book of a theme of the catalogue")
    sub.add_argument("--list", action="store_true", help="show the catalogue; fetch nothing")
    sub.add_argument("--mirror", help="where to fetch from, this once; {id} stands for the number")
    sub.add_argument("--again", action="store_true", help="fetch books again that are here already")


def bases(options: argparse.Namespace) -> Answer:
    """List the bases; rename or delete one of yours."""
    return {"bases": [card.to_dict() for card in list_bases(open_home())]}


def rename_base_command(options: argparse.Namespace) -> Answer:
    """Rename a base of yours; the runs that began with it follow."""
    card = rename_base(open_store(), options.old, options.new)
    return {**card.to_dict(), "base": card.name, "renamed": options.old}


def delete_base_command(options: argparse.Namespace) -> Answer:
    """Delete a base of yours that no run began with, once you agree."""
    store = open_store()
    card = load_base_card(store.home, options.name)
    check_base_deletable(store, card.name)
    if not options.yes:
        agree(f"The base '{card.name}' goes with its network and its card. Delete it?")
    delete_base(store, card.name)
    return {"deleted": card.name}


def export(options: argparse.Namespace) -> Answer:
    """Write a base or a run's network to one file: .safetensors, or a zip with that file."""
    store, file = open_store(), Path(options.file)
    if file.exists() and not options.replace:
        raise InputError(f"'{file}' is there already. Choose another name, or --replace.")
    try:
        data = export_base(store.home, options.model)
    except NotFoundError:
        data = export_run(store, find_network_run(store, options.model))
    card = read_network(data).card
    if file.suffix.lower() == ".zip":
        data = zip_network(data, card.name)
    with writing(file.parent):
        write_file(file, data)
        file.chmod(0o644)  # it is meant for others
    return {**card.to_dict(), "exported": options.model, "file": str(file), "bytes": len(data)}


def import_(options: argparse.Namespace) -> Answer:
    """Add an exported network to the bases of this lab."""
    card = add_network(open_home(), read_network_file(Path(options.file)), options.name)
    return {**card.to_dict(), "base": card.name}


def pretrain(options: argparse.Namespace) -> Answer:
    """Train a base on files and folders of any size."""
    from lyricslab.engine.inline import resume_inline, this_process
    from lyricslab.pretraining import pretrain as making
    from lyricslab.training import distributed, hardware

    if options.device:
        os.environ["LYRICSLAB_DEVICE"] = options.device
    if int(os.environ.get("RANK", 0)):
        _train_along()
    files = all_files(options.files)
    plan = making.BasePlan(
        name=options.name,
        model=ModelConfig(num_layers=options.layers, hidden_size=options.hidden),
        start=options.start,
        minutes=options.minutes,
        epochs=options.epochs,
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
        plan = making.check(store, plan)
    into = Path(options.into) if options.into else store.home.bases
    with writing(into):
        make_folder(into)
    dataset = build_dataset(
        files,
        store.home.datasets,
        DatasetConfig(modern=options.modern),
        _reading_told(),
    )
    tell(_pile_in_words(dataset))
    if options.resume:
        run = making.unfinished(store, plan.name, dataset)
        resume_run(store, run.id)
        if not store.lease_run(run.id, this_process()):
            raise RunStateError("The engine has just taken it up; watch it in the app.")
        run = store.run(run.id)
    else:
        tell("Measuring how fast this computer learns ...")
        config = making.run_config(plan, dataset, making.measure(store.home, plan, dataset))
        run = making.submit(store, plan, dataset, config, owner=this_process())
    tell(f"{plan.model.parameters:,} weights, {run.total_steps:,} steps")
    distributed.join(hardware.device())
    try:
        run = resume_inline(store, run, tell=tell, on_start=command_helpers.on_interrupt)
    finally:
        command_helpers.on_signals(signal.default_int_handler)
    if run.status == "failed":
        raise InputError(run.error or "The base could not be trained.")
    card = making.published(store, run.id)
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


def _pile_in_words(dataset: Dataset) -> str:
    manifest = dataset.manifest
    books = f" ({manifest.books} books in pieces)" if manifest.books else ""
    twice = f", {manifest.twice:,} that came twice left out" if manifest.twice else ""
    said = [f"{manifest.songs:,} songs{books}, {manifest.characters:,} characters{twice}."]
    return "\n".join([*said, *manifest.notes])


def _reading_told() -> Callable[[float], None]:
    """Tells how much of the text is read, a tenth at a time."""
    told = 0

    def tell_share(share: float) -> None:
        nonlocal told
        if int(share * 10) > told:
            told = int(share * 10)
            tell(f"Reading: {told * 10} %")

    return tell_share


def books(options: argparse.Namespace) -> Answer:
    """Fetch books of Project Gutenberg to pretrain on, or list the catalogue of some."""
    home = open_home()
    if options.list:
        return _listed_books(book_store.books(home), options.theme)
    wanted = catalogue.parse_numbers(" ".join(options.ids))
    if options.theme is not None:
        wanted += [title.id for title in catalogue.theme(options.theme).titles]
    if not wanted:
        raise ConfigError(["Name books by their numbers, or --theme; --list shows some."])
    place = mirror.chosen(home) if options.mirror is None else mirror.checked(options.mirror)
    outcomes = download_job.DownloadJob(
        home,
        wanted,
        place,
        again=options.again,
        on_progress=_tell_book,
        on_outcome=lambda outcome: tell(f"  {outcome.sentence}"),
    ).run()
    failed = [one for one in outcomes if one.card is None]
    if len(failed) == len(outcomes):
        many = f"None of the {len(failed)} books came; the lines above say why."
        raise BookError(failed[0].sentence if len(failed) == 1 else many)
    return {
        "mirror": place,
        "came": [asdict(one.card) for one in outcomes if one.card and one.status == "fetched"],
        "here": [asdict(one.card) for one in outcomes if one.card and one.status == "present"],
        "failed": [
            {"id": one.id, "title": catalogue.name_of(one.id), "sentence": one.sentence}
            for one in failed
        ],
        "sentences": [one.sentence for one in outcomes],
        "folder": str(home.books),
    }


def _tell_book(progress: download_job.Progress) -> None:
    """A line when a book's turn comes, and when it has to wait; bytes are too many to tell."""
    if progress.waiting:
        tell(f"  {progress.waiting}")
    elif not progress.received:
        tell(f"{progress.number} of {progress.of}: {progress.title}")


def _listed_books(here: Sequence[book_store.BookCard], theme: str | None) -> Answer:
    """The catalogue by theme, and what is here."""
    known = {card.id for card in here}
    chosen = catalogue.themes() if theme is None else (catalogue.theme(theme),)
    return {
        "themes": [
            {
                "name": one.name,
                "about": one.about,
                "titles": [asdict(title) | {"here": title.id in known} for title in one.titles],
            }
            for one in chosen
        ],
        "here": [asdict(card) for card in here],
    }


def show_bases(answer: Answer) -> str:
    """A line a base."""
    lines = [
        f"{card['name']}: {card['reads']}; {card['model']['num_layers']} x "
        f"{card['model']['hidden_size']}, validation {loss(card['val_nats_per_char'])}"
        for card in answer["bases"]
    ]
    return "\n".join(lines) or "There is no base yet; `pretrain` makes one."


def show_base(answer: Answer) -> str:
    """A base that was just trained."""
    return (
        f"Base '{answer['base']}' is ready: validation {loss(answer['val_nats_per_char'])}, "
        f"test {loss(answer['test_nats_per_char'])}."
    )


def show_renamed(answer: Answer) -> str:
    """Under which name a base is found now."""
    return f"The base '{answer['renamed']}' is called '{answer['base']}' now."


def show_exported(answer: Answer) -> str:
    """Where the file lies."""
    return (
        f"'{answer['exported']}' is in {answer['file']}, {answer['bytes'] / 1e6:.1f} MB. Whoever "
        "gets it brings it in with `python -m lyricslab import`, or on the page Bases."
    )


def show_imported(answer: Answer) -> str:
    """What came, and its name."""
    return f"The base '{answer['base']}' is in your library. It has read {answer['reads']}."


def show_books(answer: Answer) -> str:
    """What became of each book, or the catalogue."""
    if "themes" in answer:
        lines = []
        for theme in answer["themes"]:
            lines.append(f"{theme['name']}: {theme['about']}")
            for title in theme["titles"]:
                here = " (here)" if title["here"] else ""
                lines.append(f"{title['id']:5d}  {title['title']}, {title['author']}{here}")
        return "\n".join(lines)
    return "\n".join([*answer["sentences"], f"The texts are in {answer['folder']}."])


def show_base_deleted(answer: Answer) -> str:
    """That a base is gone."""
    return f"The base '{answer['deleted']}' is deleted."
