"""Commands about bases: list, rename, delete, export, import."""

from __future__ import annotations

import argparse
from pathlib import Path

from lyricslab.cli.command_helpers import (
    NETWORK,
    Answer,
    Commands,
    add_command,
    agree,
    open_store,
)
from lyricslab.errors import (
    InputError,
    NotFoundError,
)
from lyricslab.files import write_file
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
from lyricslab.store.home import open_home, writing
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


def show_bases(answer: Answer) -> str:
    """Return one line per base."""
    lines = [
        f"{card['name']}: {card['reads']}; {card['model']['num_layers']} x "
        f"{card['model']['hidden_size']}, validation {loss(card['val_nats_per_char'])}"
        for card in answer["bases"]
    ]
    return "\n".join(lines) or "There is no base yet; `pretrain` makes one."


def show_renamed(answer: Answer) -> str:
    """Say the new name of a base."""
    return f"The base '{answer['renamed']}' is called '{answer['base']}' now."


def show_exported(answer: Answer) -> str:
    """Say where the file is."""
    return (
        f"'{answer['exported']}' is in {answer['file']}, {answer['bytes'] / 1e6:.1f} MB. Whoever "
        "gets it imports it with `python -m lyricslab import`, or on the page Bases."
    )


def show_imported(answer: Answer) -> str:
    """Say the name of the new base."""
    return f"The base '{answer['base']}' is in your library. It has read {answer['reads']}."


def show_base_deleted(answer: Answer) -> str:
    """Say that the base is deleted."""
    return f"The base '{answer['deleted']}' is deleted."
