"""Commands about songs: read a corpus, evaluate a network on it."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from lyricslab.cli.command_helpers import NETWORK, Answer, Commands, add_command, open_store
from lyricslab.cli.song_input import add_song_options, read_songs, split_config
from lyricslab.config import SplitConfig
from lyricslab.errors import CorpusTooSmallError
from lyricslab.importing.intake_report import entries, report
from lyricslab.library.corpora import add_corpus
from lyricslab.library.networks import evaluate_network, load_network
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.wording import plural


def add_to(commands: Commands) -> None:
    """Declare the commands."""
    sub = add_command(commands, "corpus", read_corpus, show_corpus)
    add_song_options(sub)
    sub.add_argument("--name", help="what the corpus is called")
    sub.add_argument("--keep", action="store_true", help="put it into the library")
    sub.add_argument(
        "--texts", action="store_true", help="with --json: each song's lyrics as they are learned"
    )

    sub = add_command(commands, "evaluate", evaluate, show_scores)
    sub.add_argument("model", metavar="MODEL", help=NETWORK)
    add_song_options(sub)
    sub.set_defaults(name=None)


def read_corpus(options: argparse.Namespace) -> Answer:
    """Read songs; show each of them, characters, encoding, changes made and split sizes."""
    intake = read_songs(options)
    songs = Corpus(options.name or intake.name, intake.songs)
    verdict, sides = _use_of(songs, split_config(options))
    answer: Answer = {
        "name": songs.name,
        **asdict(songs.counts),
        "digest": songs.digest,
        "verdict": verdict,
        "split": sides,
        **report(intake),
        "entries": entries(intake, texts=options.texts),
    }
    if options.keep:
        kept = intake.corpus(options.name)
        answer["id"] = add_corpus(open_store(), kept, report(intake), intake=intake).id
    return answer


def _use_of(songs: Corpus, config: SplitConfig) -> tuple[str, dict[str, int] | None]:
    """Return what the songs are good for, and the songs of each side of the split.

    Songs too few for a split have been read all the same: the verdict says so, and there are no
    sides.
    """
    try:
        songs.check_size()
        parts = split(songs, config)
    except CorpusTooSmallError as error:
        return str(error), None
    sides = {side: len(part) for side, part in zip(parts._fields, parts, strict=True)}
    return songs.verdict, sides


def evaluate(options: argparse.Namespace) -> Answer:
    """Measure how well a base or run predicts a corpus, for each side of its split."""
    weights, card = load_network(open_store(), options.model)
    corpus = read_songs(options).corpus(options.name)
    scores = evaluate_network(weights, card, corpus, split_config(options))
    songs = {"songs": len(corpus.songs), "characters": corpus.characters}
    return {"model": card.name, **songs, **scores}


def show_corpus(answer: Answer) -> str:
    """Show a corpus in a few lines."""
    changes = ", ".join(
        f"{source} -> {target or 'nothing'} ({count} times)"
        for source, target, count in answer["changes"][:12]
    )
    lines = [
        f"{answer['name']}: {plural(answer['songs'], 'song')}, {answer['lines']:,} lines, "
        f"{answer['characters']:,} characters.",
        answer["verdict"],
    ]
    if answer["split"]:
        sides = ", ".join(f"{count} to {side}" for side, count in answer["split"].items())
        lines.append(f"Split by song: {sides}.")
    return "\n".join([*lines, f"Changed: {changes}."] if changes else lines)


def show_scores(answer: Answer) -> str:
    """Show a line for each side of the split; padded losses only if silence was learned."""
    sides = ("train", "val", "test")
    knows_silence = all(
        answer[f"{side}_padded_loss"] < answer[f"{side}_nats_per_char"] for side in sides
    )
    lines = []
    for side in sides:
        padded = f"padded loss {answer[f'{side}_padded_loss']:.4f}, " if knows_silence else ""
        lines.append(
            f"{side:5s} {answer[f'{side}_nats_per_char']:.4f} nats/char, "
            f"{answer[f'{side}_bits_per_char']:.4f} bits/char, {padded}"
            f"{answer[f'{side}_songs']} songs"
        )
    if not knows_silence:
        lines.append("No padded loss: this network has not learned the silence after a song.")
    return "\n".join(lines)
