"""The command that writes new songs."""

from __future__ import annotations

import argparse
from typing import Any

from lyricslab.analysis.originality import Copy
from lyricslab.cli.command_helpers import NETWORK, Answer, Commands, add_command, open_store, tell
from lyricslab.config import (
    STANDARD_DECODING,
    DecodingConfig,
    FormConfig,
    SampleConfig,
    read_syllables,
)
from lyricslab.english.lexicon import english_share
from lyricslab.errors import NotFoundError
from lyricslab.library.bases import list_bases
from lyricslab.library.learned_songs import LearnedSongs, learned_songs
from lyricslab.library.networks import load_network
from lyricslab.library.runs import find_run
from lyricslab.library.writer_knowledge import knowledge_of, knowledge_of_bases
from lyricslab.model import sampler
from lyricslab.model.inference import Network
from lyricslab.store.rows import RunRow
from lyricslab.store.store import Store


def add_to(commands: Commands) -> None:
    """Declare the command."""
    sub = add_command(commands, "write", write, show_songs)
    sub.add_argument("model", metavar="MODEL", help=NETWORK)
    sub.add_argument("--temperature", type=float, default=0.8)
    sub.add_argument("--length", type=int, default=1000, help="the characters of a song, about")
    sub.add_argument("--seed", type=int, default=0)
    sub.add_argument("--prime", default="", help="how the text begins")
    sub.add_argument("--count", type=int, default=1, help="how many songs")
    usual, nothing = STANDARD_DECODING, DecodingConfig()
    sub.add_argument(
        "--known-words",
        type=float,
        default=usual.known_words,
        help="how strictly only known words are written, from 0 (freely) to 1 (only these)",
    )
    sub.add_argument(
        "--max-copy",
        type=int,
        metavar="CHARS",
        default=usual.max_copy_chars,
        help="the longest passage that may be copied from a song it learned from; 0: any",
    )
    sub.add_argument("--no-loop-guard", action="store_true", help="allow endless repeats")
    sub.add_argument("--no-endings", action="store_true", help="cut songs at their length")
    sub.add_argument(
        "--top-k", type=int, default=nothing.top_k, help="draw among the K likeliest letters"
    )
    sub.add_argument(
        "--top-p",
        type=float,
        default=nothing.top_p,
        help="draw among the likeliest, up to chance P in all",
    )
    sub.add_argument(
        "--min-p",
        type=float,
        default=nothing.min_p,
        help="leave out letters with under P times the highest chance",
    )
    sub.add_argument(
        "--form", default="", metavar="SECTIONS", help="such as 'verse chorus verse chorus'"
    )
    sub.add_argument("--rhymes", default="", help="which lines of a section rhyme, such as ABAB")
    sub.add_argument(
        "--syllables",
        default="",
        help="how many each line of a section has, such as '8 6 8 6'",
    )
    sub.add_argument(
        "--candidates",
        type=int,
        default=FormConfig().candidates,
        help="how many drafts of each line to write; the likeliest that fits is kept",
    )
    sub.add_argument(
        "--raw",
        action="store_true",
        help="switch all of these off: draw as the network predicts",
    )


def write(options: argparse.Namespace) -> Answer:
    """Write songs."""
    config = SampleConfig(
        temperature=options.temperature,
        length_chars=options.length,
        seed=options.seed,
        prime=options.prime,
        count=options.count,
        decoding=_decoding(options),
        form=_form(options),
    )
    store = open_store()
    weights, card = load_network(store, options.model)
    advice = sampler.advice(config)
    if advice:
        tell(advice)
    run = _run(store, options.model)
    known = knowledge_of_bases() if run is None else knowledge_of(store, run)
    learned = _learned(store, run)
    songs = sampler.write(Network(weights, card.model), config, known=known)
    return {
        "model": card.name,
        "temperature": config.temperature,
        "decoding": config.decoding.to_dict(),
        "songs": [{"seed": song.seed, **_facts(song.text, learned)} for song in songs],
    }


def _decoding(options: argparse.Namespace) -> DecodingConfig:
    if options.raw:
        return DecodingConfig()
    return DecodingConfig(
        known_words=options.known_words,
        loop_guard=not options.no_loop_guard,
        endings=not options.no_endings,
        max_copy_chars=options.max_copy,
        top_k=options.top_k,
        top_p=options.top_p,
        min_p=options.min_p,
    )


def _form(options: argparse.Namespace) -> FormConfig:
    """Return the form; rhymes or syllables alone are those of four verses.

    Raises:
        ConfigError: if a section is unknown, or the rhymes or syllables cannot be read.
    """
    sections = tuple(options.form.lower().split())
    asked = options.rhymes or options.syllables
    return FormConfig(
        sections=sections or (("verse",) * 4 if asked else ()),
        rhymes=options.rhymes.upper(),
        syllables=read_syllables(options.syllables),
        candidates=options.candidates,
    )


def _run(store: Store, name: str) -> RunRow | None:
    """Return the run of this id or name; None for a base."""
    if any(card.name == name for card in list_bases(store.home)):
        return None
    return find_run(store, name)


def _learned(store: Store, run: RunRow | None) -> LearnedSongs | None:
    """Return the songs that a run learned from; None for a base, or where they are gone."""
    try:
        return None if run is None else learned_songs(store, run)
    except NotFoundError:
        tell("The songs it learned from are gone, so nothing can be said of copies.")
        return None


def _facts(text: str, learned: LearnedSongs | None) -> dict[str, Any]:
    """Return a song with how English it is, and what it copies from the learned songs."""
    facts: dict[str, Any] = {
        "text": text,
        "english_word_share": round(english_share(text).all_words, 4),
    }
    if learned is not None:
        copy = learned.longest_copy(text)
        facts |= {
            "longest_copy_chars": copy.chars,
            "longest_copy": copy.text,
            "copied_from": learned.title(copy),
            "copies": [_copy_facts(copy, learned) for copy in learned.source.copies(text)],
            "copied_line_share": round(learned.source.share_of_lines_copied(text), 4),
        }
    return facts


def _copy_facts(copy: Copy, learned: LearnedSongs) -> dict[str, Any]:
    """Return where a copied passage is in its text, and the title of the song it is from."""
    return {
        "start": copy.start,
        "end": copy.end,
        "chars": copy.chars,
        "song": learned.title(copy),
    }


def show_songs(answer: Answer) -> str:
    """Show the songs with a rule between them."""
    return "\n\n---\n\n".join(song["text"] for song in answer["songs"])
