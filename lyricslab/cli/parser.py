"""What may be typed."""

from __future__ import annotations

import argparse
from typing import Any

from lyricslab.cli.base_commands import (
    bases,
    books,
    delete_base_command,
    export,
    import_,
    pretrain,
    rename_base_command,
    show_base,
    show_base_deleted,
    show_bases,
    show_books,
    show_exported,
    show_imported,
    show_renamed,
)
from lyricslab.cli.experiment_commands import (
    report,
    search,
    show_report,
    show_search,
    show_sweep,
    sweep,
)
from lyricslab.cli.run_commands import (
    baseline,
    delete,
    engine,
    finetune,
    list_runs,
    resume,
    show_baseline,
    show_deleted,
    show_engine,
    show_run,
    show_runs,
    show_status,
    stop,
)
from lyricslab.cli.song_commands import (
    corpus,
    evaluate,
    show_corpus,
    show_scores,
    show_songs,
    write,
)
from lyricslab.config import DEVICES
from lyricslab.importing.cleaning.rules import NAMES
from lyricslab.model import presets

_RUN = "a run's id or name"


def parser() -> argparse.ArgumentParser:
    """What may be typed."""
    top = argparse.ArgumentParser(prog="python -m lyricslab", description=__doc__.split("\n")[0])
    commands = top.add_subparsers(required=True, metavar="COMMAND")

    def add(name: str, command: Any, show: Any) -> argparse.ArgumentParser:
        sub = commands.add_parser(name, help=command.__doc__, description=command.__doc__)
        sub.add_argument("--json", action="store_true", help="one JSON object on standard output")
        sub.set_defaults(command=command, show=show)
        return sub

    sub = add("corpus", corpus, show_corpus)
    _reading(sub)
    sub.add_argument("--name", help="what the corpus is called")
    sub.add_argument("--keep", action="store_true", help="put it into the library")

    sub = add("bases", bases, show_bases)
    actions = sub.add_subparsers(metavar="ACTION")
    renaming = _action(actions, "rename", rename_base_command, show_renamed)
    renaming.add_argument("old", metavar="OLD", help="its name")
    renaming.add_argument("new", metavar="NEW", help="its name from now on")
    deleting = _action(actions, "delete", delete_base_command, show_base_deleted)
    deleting.add_argument("name", metavar="NAME", help="its name")
    deleting.add_argument("--yes", action="store_true", help="do not ask")

    sub = add("export", export, show_exported)
    sub.add_argument("model", metavar="MODEL", help="a base's name, a run's id or name")
    sub.add_argument("file", metavar="FILE", help="the file to write: .safetensors, or .zip")
    sub.add_argument("--replace", action="store_true", help="replace the file if it is there")

    sub = add("import", import_, show_imported)
    sub.add_argument("file", metavar="FILE", help="a file that was exported")
    sub.add_argument("--name", help="what it shall be called here")

    sub = add("pretrain", pretrain, show_base)
    sub.add_argument("files", nargs="+", metavar="FILE_OR_FOLDER", help="of any size")
    sub.add_argument("--name", required=True, help="the base's name")
    sub.add_argument("--layers", type=int, default=3)
    sub.add_argument("--hidden", type=int, default=64, help="units in each layer")
    sub.add_argument("--from", dest="start", metavar="BASE", help="a base to go on from")
    sub.add_argument("--minutes", type=float, default=40, help="of one core, or of the accelerator")
    sub.add_argument("--epochs", type=float, help="passes over the text, instead of minutes")
    sub.add_argument("--modern", type=float, default=0, help="share of songs in today's dress")
    sub.add_argument("--learning-rate", type=float, help="by the network's size, unless given")
    sub.add_argument("--batch-size", type=int, default=32, help="songs side by side")
    sub.add_argument("--window-chars", type=int, default=80, help="characters looked back through")
    sub.add_argument("--dropout", type=float, default=0)
    sub.add_argument("--weight-decay", type=float, default=0)
    sub.add_argument("--device", choices=DEVICES, help="what computes; the best there is")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--resume", action="store_true", help="go on from the last checkpoint")
    sub.add_argument("--replace", action="store_true", help="replace the base of this name")
    sub.add_argument("--half", action="store_true", help="keep its weights in half the space")
    sub.add_argument("--lyrics", action="store_true", help="the text is songs and verse")
    sub.add_argument("--reads", default="", help="what it reads, in one sentence, for the card")
    sub.add_argument("--credit", action="append", default=[], help="a source, for the card")
    sub.add_argument("--licence", default="", help="for the card")
    sub.add_argument("--into", help="a folder that shall get the base's files, too")

    sub = add("books", books, show_books)
    sub.add_argument("ids", nargs="*", metavar="ID", help="a book's number: 1342, or its address")
    sub.add_argument("--theme", help="every book of a theme of the catalogue")
    sub.add_argument("--list", action="store_true", help="show the catalogue; fetch nothing")
    sub.add_argument("--mirror", help="where to fetch from, this once; {id} stands for the number")
    sub.add_argument("--again", action="store_true", help="fetch also what is here already")

    sub = add("finetune", finetune, show_run)
    _reading(sub)
    sub.add_argument("--base", required=True, help="the pretrained network to start from")
    sub.add_argument(
        "--train",
        default="0,2",
        metavar="PARTS",
        help="what learns: layers (0,2), all, or none (the head only); finer, a matrix of a layer "
        "(0.ih, 0.hh, 0.b), a gate (2.i, 2.f, 2.g, 2.o) or both (1.ih.o)",
    )
    sub.add_argument("--preset", choices=tuple(presets.PRESETS), default="studio")
    sub.add_argument("--set", action="append", default=[], metavar="NAME=VALUE")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--name", help="what the run is called")
    sub.add_argument("--corpus-name")

    sub = add("baseline", baseline, show_baseline)
    _reading(sub)
    sub.add_argument("--seeds", type=int, default=1, help="how many seeds")
    sub.add_argument("--seed", type=int, default=0, help="the first of them")
    sub.add_argument("--corpus-name")

    sub = add("sweep", sweep, show_sweep)
    _reading(sub)
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

    sub = add("search", search, show_search)
    _reading(sub)
    sub.add_argument("--base", required=True, help="the pretrained network to start from")
    sub.add_argument(
        "--budget",
        type=int,
        help="the most weights of the layers that parts may come to, the head not counted; without "
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

    sub = add("evaluate", evaluate, show_scores)
    sub.add_argument("model", metavar="MODEL", help="a base's name, a run's id or name")
    _reading(sub)
    sub.set_defaults(name=None)

    sub = add("write", write, show_songs)
    sub.add_argument("model", metavar="MODEL", help="a base's name, a run's id or name")
    sub.add_argument("--temperature", type=float, default=0.8)
    sub.add_argument("--length", type=int, default=1000, help="the most characters of a song")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--prime", default="", help="how the text begins")
    sub.add_argument("--count", type=int, default=1, help="how many songs")

    sub = add("report", report, show_report)
    sub.add_argument(
        "sweep",
        metavar="SWEEP",
        help="the id of a sweep or a search, or the name of a sweep's corpus",
    )
    sub.add_argument("file", metavar="FILE", help="ends in .html, .csv, .md or .tex")

    add("runs", list_runs, show_runs)

    for name, command in (("stop", stop), ("resume", resume)):
        sub = add(name, command, show_status)
        sub.add_argument("run", metavar="RUN", help=f"{_RUN}, or a base's in the making")

    sub = add("delete", delete, show_deleted)
    sub.add_argument("run", metavar="RUN", help=_RUN)
    sub.add_argument("--yes", action="store_true", help="do not ask")

    sub = add("engine", engine, show_engine)
    sub.add_argument("wish", choices=("status", "start", "stop"))
    return top


def _action(actions: Any, name: str, command: Any, show: Any) -> argparse.ArgumentParser:
    """A word that may follow `bases`."""
    sub: argparse.ArgumentParser
    sub = actions.add_parser(name, help=command.__doc__, description=command.__doc__)
    # Left out unless given, or it would undo a --json that stands before the word.
    keep = argparse.SUPPRESS
    sub.add_argument("--json", action="store_true", default=keep, help="one JSON object")
    sub.set_defaults(command=command, show=show)
    return sub


def _reading(sub: argparse.ArgumentParser) -> None:
    """The options of every command that reads songs from files."""
    sub.add_argument("files", nargs="+", metavar="FILE_OR_FOLDER")
    sub.add_argument("--encoding", help="the files' encoding, if it was guessed wrong")
    sub.add_argument("--lyrics-column", type=_filled, help="the column of a table with the lyrics")
    sub.add_argument("--title-column", type=_filled)
    sub.add_argument("--artist-column", type=_filled)
    sub.add_argument(
        "--rules",
        "--remedies",
        default="default",
        metavar="NAMES",
        help="what to put right in the songs: default, all, none, or names with commas, such as "
        f"default,labels. There are {', '.join(NAMES)}",
    )
    sub.add_argument("--pieces", action="store_true", help="cut long texts into pieces")
    sub.add_argument("--split", help="shares to learn from, check and judge: 0.8,0.1,0.1")
    sub.add_argument("--split-seed", type=int, default=0, help="which division")


def _filled(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; give a name, or leave the option out")
    return text
