"""Write songs (Sec. 4.1). Free of torch, so that the app's process stays small.

Characters outside printable ASCII are never drawn. The paper draws again until one is printable,
which is the same distribution: P(c | printable) = p(c) / sum of p over the printable.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from lyricslab.config import SampleConfig
from lyricslab.errors import PrimeError
from lyricslab.model.decoding.decoder import Decoder, SongSoFar
from lyricslab.model.decoding.endings import OVER_CHARS, whole_lines
from lyricslab.model.decoding.knowledge import NOTHING, Knowledge
from lyricslab.model.decoding.verse_writer import VerseWriter
from lyricslab.model.inference import Network
from lyricslab.model.state import State
from lyricslab.songs.fold import fold
from lyricslab.songs.vocab import END, decode

Array = np.ndarray

CHANCES_AT_ONCE = 256
MAX_FORM_CHARS = 100_000
"""More than any form has."""
LINE_CHARS = 40
"""About a line: what is drawn first, so that it can be shown while the rest is still drawn."""


@dataclass(frozen=True, slots=True)
class WrittenSong:
    """A song that was written, with its opening, and the seed that reproduces it."""

    text: str
    seed: int


class DrawnChars(NamedTuple):
    """The characters that one call drew, for the songs that had not ended."""

    songs: Array
    """Their indices, (B,)."""
    codes: Array
    """(T, B) uint8."""
    written: Array
    """The number of codes up to each song's end, (B,); the rest is to be ignored."""


def draw_chars(
    network: Network,
    config: SampleConfig,
    state: State | None = None,
    known: Knowledge = NOTHING,
) -> Iterator[DrawnChars]:
    """Draw the characters after the opening, many at a time.

    A song ends at code 0, or at `config.length_chars` characters. Its seed gives a row of numbers,
    one a character, so it does not matter how many songs or characters are drawn at once.

    Raises:
        PrimeError: if the opening holds nothing the network can read.
    """
    state = network.read(fold_prime(config.prime), state).take(np.zeros(config.count, int))
    rngs = [np.random.default_rng(config.seed + song) for song in range(config.count)]
    if config.decoding.changes_nothing:
        yield from _draw_many(network, config, state, rngs)
    else:
        yield from _draw_each(network, config, state, rngs, Decoder(config, known))


def _draw_many(
    network: Network, config: SampleConfig, state: State, rngs: Sequence[np.random.Generator]
) -> Iterator[DrawnChars]:
    """Draw from the network's own distribution, many characters a call."""
    songs = np.arange(config.count)  # those still being written
    left, most = config.length_chars, LINE_CHARS
    while left and len(songs):
        chars = min(left, most, network.chars_at_once(len(songs)))
        most = left
        chances = np.stack([rngs[int(song)].random(chars) for song in songs], axis=1)  # (T, B)
        codes, state = network.draw(state, chances, config.temperature)
        going = np.logical_and.accumulate(codes != END)  # (T, B): up to the first END
        yield DrawnChars(songs, codes, going.sum(axis=0))
        songs, state = songs[going[-1]], state.take(going[-1])
        left -= chars


def _draw_each(
    network: Network,
    config: SampleConfig,
    state: State,
    rngs: Sequence[np.random.Generator],
    decoder: Decoder,
) -> Iterator[DrawnChars]:
    """Draw one character a song at a time, each from the distribution that a decoder makes."""
    songs = np.arange(config.count)
    so_far = [SongSoFar() for _ in rngs]
    for song in so_far:
        song.add(fold_prime(config.prime))
    for char in range(max_chars(config)):
        if char % CHANCES_AT_ONCE == 0:
            chances = np.stack([rng.random(CHANCES_AT_ONCE) for rng in rngs])  # (songs, T)
        scores = network.batch.scores(state)
        writing = [so_far[song] for song in songs]
        codes = decoder.draw(scores, writing, chances[songs, char % CHANCES_AT_ONCE])
        going = codes != END
        yield DrawnChars(songs, codes[None], going.astype(int))
        songs, codes = songs[going], codes[going]
        if not len(songs):
            return
        for song, code in zip(songs, codes.tolist(), strict=True):
            so_far[song].add(chr(code))
        state = network.batch.read(state.take(going), codes)


def stream(
    network: Network,
    config: SampleConfig,
    state: State | None = None,
    known: Knowledge = NOTHING,
) -> Iterator[tuple[int, str]]:
    """Yield the characters of `config.count` songs in turn: (index of the song, character).

    The opening comes first.

    Args:
        state: what stands before the opening, from `network.read`; None is the start of a song.
        known: what `decoding` looks up.

    Raises:
        PrimeError: if the opening holds nothing the network can read.
    """
    if config.form.sections:
        yield from _in_form(network, config, state, known)
        return
    for char in fold_prime(config.prime):
        for song in range(config.count):
            yield song, char
    for songs, codes, written in draw_chars(network, config, state, known):
        numbers, ends = songs.tolist(), written.tolist()
        for t, row in enumerate(codes.tolist()):
            for song, code, end in zip(numbers, row, ends, strict=True):
                if t < end:
                    yield song, chr(code)


def _in_form(
    network: Network, config: SampleConfig, state: State | None, known: Knowledge
) -> Iterator[tuple[int, str]]:
    """Yield the characters of songs in a form, a line of each song in turn."""
    prime = fold_prime(config.prime)
    writers = {
        song: VerseWriter(
            network,
            config,
            known,
            state or network.start(),
            np.random.default_rng(config.seed + song),
        ).write(prime)
        for song in range(config.count)
    }
    while writers:
        for song in list(writers):
            text = next(writers[song], None)
            if text is None:
                del writers[song]
            for char in text or "":
                yield song, char


def write(
    network: Network,
    config: SampleConfig,
    state: State | None = None,
    known: Knowledge = NOTHING,
) -> list[WrittenSong]:
    """Return the finished songs.

    Args:
        state: what stands before the opening, from `network.read`; None is the start of a song.
        known: what `decoding` looks up.

    Raises:
        PrimeError: if the opening holds nothing the network can read.
    """
    if config.form.sections:
        texts = [""] * config.count
        for song, char in _in_form(network, config, state, known):
            texts[song] += char
        return [
            WrittenSong(text.rstrip("\n"), config.seed + song) for song, text in enumerate(texts)
        ]
    texts = [fold_prime(config.prime)] * config.count
    for songs, codes, written in draw_chars(network, config, state, known):
        for b, song in enumerate(songs):
            texts[song] += decode(codes[: written[b], b])
    if config.decoding.endings:
        limit = len(fold_prime(config.prime)) + max_chars(config)
        texts = [whole_lines(text) if len(text) >= limit else text.rstrip("\n") for text in texts]
    return [WrittenSong(text, config.seed + song) for song, text in enumerate(texts)]


def max_chars(config: SampleConfig) -> int:
    """Return the most characters that are written after the opening."""
    if config.form.sections:
        return MAX_FORM_CHARS
    return config.length_chars + OVER_CHARS * config.decoding.endings


def fold_prime(prime: str) -> str:
    """Return the opening in the network's characters.

    Raises:
        PrimeError: if nothing is left of it.
    """
    folded = fold(prime).text
    if prime and not folded.strip(" "):
        if prime.strip(" ") == "":
            return folded
        raise PrimeError(
            "None of the opening's characters can be written in plain letters. "
            "Begin with words in the Latin alphabet."
        )
    return folded


def advice(config: SampleConfig) -> str | None:
    """Return a sentence on settings that work but may surprise, or None."""
    notes = []
    if config.temperature == 0:
        notes.append(
            "At temperature 0 the likeliest character is always taken: every song comes out the "
            "same and soon repeats itself. Try 0.6 to 1."
        )
    changes = fold(config.prime).changes
    if changes:
        shown = ", ".join(f"{c.source} became {c.target or 'nothing'}" for c in changes[:6])
        notes.append(f"The network knows plain letters only, so in the opening {shown}.")
    return " ".join(notes) or None
