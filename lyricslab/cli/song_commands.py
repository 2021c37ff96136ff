"""Commands about songs: what was read, how well it is known, new ones."""

from __future__ import annotations

import argparse
from dataclasses import asdict

from lyricslab.cli.command_helpers import Answer, open_store, split_config, take_in, tell
from lyricslab.config import SampleConfig
from lyricslab.library.corpora import add_corpus
from lyricslab.library.networks import evaluate_network, load_network
from lyricslab.model import sampler
from lyricslab.model.inference import Network
from lyricslab.songs.split import split


def corpus(options: argparse.Namespace) -> Answer:
    """What was read: songs, characters, encoding, changes made, split sizes."""
    taken = take_in(options)
    found = taken.corpus(options.name)
    parts = split(found, split_config(options))
    answer: Answer = {
        "name": found.name,
        **asdict(found.counts),
        "digest": found.digest,
        "verdict": found.verdict,
        "split": {side: len(songs) for side, songs in zip(parts._fields, parts, strict=True)},
        **taken.report(),
    }
    if options.keep:
        answer["id"] = add_corpus(open_store(), found, taken.report(), intake=taken).id
    return answer


def evaluate(options: argparse.Namespace) -> Answer:
    """How well a base or run predicts a corpus, side by side."""
    weights, card = load_network(open_store(), options.model)
    found = take_in(options).corpus(options.name)
    scores = evaluate_network(weights, card, found, split_config(options))
    return {"model": card.name, "songs": len(found.songs), "characters": found.characters, **scores}


def write(options: argparse.Namespace) -> Answer:
    """Writes songs."""
    config = SampleConfig(
        temperature=options.temperature,
        length_chars=options.length,
        seed=options.seed,
        prime=options.prime,
        count=options.count,
    )
    weights, card = load_network(open_store(), options.model)
    advice = sampler.advice(config)
    if advice:
        tell(advice)
    songs = sampler.write(Network(weights, card.model), config)
    return {
        "model": card.name,
        "temperature": config.temperature,
        "songs": [{"text": song.text, "seed": song.seed} for song in songs],
    }


def show_corpus(answer: Answer) -> str:
    """A corpus in a few lines."""
    changes = ", ".join(
        f"{source} -> {target or 'nothing'} ({count} times)"
        for source, target, count in answer["changes"][:12]
    )
    sides = ", ".join(f"{count} to {side}" for side, count in answer["split"].items())
    lines = [
        f"{answer['name']}: {answer['songs']} songs, {answer['lines']:,} lines, "
        f"{answer['characters']:,} characters.",
        answer["verdict"],
        f"Split by song: {sides}.",
    ]
    return "\n".join([*lines, f"Changed: {changes}."] if changes else lines)


def show_scores(answer: Answer) -> str:
    """A line a side."""
    return "\n".join(
        f"{side:5s} {answer[f'{side}_nats_per_char']:.4f} nats/char, "
        f"{answer[f'{side}_bits_per_char']:.4f} bits/char, "
        f"padded loss {answer[f'{side}_padded_loss']:.4f}, {answer[f'{side}_songs']} songs"
        for side in ("train", "val", "test")
    )


def show_songs(answer: Answer) -> str:
    """The songs, a rule between them."""
    return "\n\n---\n\n".join(song["text"] for song in answer["songs"])
