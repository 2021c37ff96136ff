"""Drafts of a line, written side by side, and how likely the network finds each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from lyricslab.english.syllables import line_syllables, syllables
from lyricslab.model.decoding.decoder import Decoder, SongSoFar
from lyricslab.model.decoding.endings import NEWLINE
from lyricslab.model.decoding.word_mask import APOSTROPHE, WORD_CHARS
from lyricslab.model.inference import Network
from lyricslab.model.state import State
from lyricslab.songs.vocab import END

Array = np.ndarray

MAX_LINE_CHARS = 80
"""After this many a line ends with its word."""
_BEGINS = np.array([chr(code).isalnum() or chr(code) in "\"'([" for code in range(128)])
"""The codes that a line may begin with, (V,)."""


@dataclass(frozen=True, slots=True)
class Draft:
    """One draft of a line."""

    text: str
    """Without the newline that ends it."""
    nats: Array
    """Of each of its characters and of the newline, (N + 1,)."""
    states: tuple[State, ...] = field(repr=False)
    """Before each of them."""

    @property
    def nats_per_char(self) -> float:
        """How unlikely the network finds the line."""
        return float(self.nats.mean())

    @property
    def last_word_at(self) -> int:
        """Where the last word begins; the length of the line if it has none."""
        end = len(self.text)
        while end and not _in_word(self.text[end - 1]):
            end -= 1
        start = end
        while start and _in_word(self.text[start - 1]):
            start -= 1
        return start if start < end else len(self.text)

    def syllables_before(self, at: int) -> int:
        """Return the syllables of the line's words before a place."""
        return line_syllables(self.text[:at])


def _in_word(char: str) -> bool:
    return char.isalnum() or char == APOSTROPHE


@dataclass(slots=True)
class _Line:
    """A draft while it is written."""

    song: SongSoFar
    text: str = ""
    over: bool = False
    nats: list[float] = field(default_factory=list)
    states: list[State] = field(default_factory=list)
    done: int = 0
    """The syllables of its finished words."""

    def add(self, char: str) -> None:
        if not _in_word(char) and self.song.word:
            self.done += syllables(self.song.word)
        self.song.add(char)
        if char == "\n":
            self.over = True
        else:
            self.text += char


def write_drafts(
    network: Network,
    decoder: Decoder,
    state: State,
    song: SongSoFar,
    *,
    count: int,
    syllables_wanted: int | None,
    rng: np.random.Generator,
) -> list[Draft]:
    """Write drafts of a song's next line, each with words in it.

    Args:
        state: of the one song, where the line begins.
        song: what stands above the line; it stays as it is.
        syllables_wanted: with the first word that reaches them the line ends; None for any number.
    """
    lines = [_Line(song.copied()) for _ in range(count)]
    states = state.take(np.zeros(count, int))
    chances = rng.random((count, 2 * MAX_LINE_CHARS))
    for char in range(2 * MAX_LINE_CHARS):
        writing = [k for k, line in enumerate(lines) if not line.over]
        if not writing:
            break
        some = [lines[k] for k in writing]
        scores = network.batch.scores(states)
        shares = decoder.shares(scores, [line.song for line in some])
        for row, line in zip(shares, some, strict=True):
            _end_no_song(row)
            before = row.copy()
            _shape(row, line, syllables_wanted)
            decoder.refuse_copies(row, line.song, before)
        codes = decoder.pick(shares, chances[writing, char])
        nats = _nats(scores, codes)
        for b, line in enumerate(some):
            line.states.append(states.take([b]))
            line.nats.append(float(nats[b]))
            line.add(chr(codes[b]))
        going = np.array([not line.over for line in some])
        states = network.batch.read(states.take(going), codes[going])
    return [
        Draft(line.text, np.array(line.nats), tuple(line.states))
        for line in lines
        if line.over and line.text.strip()
    ]


def _end_no_song(shares: Array) -> None:
    """End the line where the network would end the song, in place: the form says where it ends."""
    shares[NEWLINE] += shares[END]
    shares[END] = 0.0


def _shape(shares: Array, line: _Line, wanted: int | None) -> None:
    """Let a line begin with a word, and end where it has enough syllables, in place."""
    if not line.text:
        shares[~_BEGINS] = 0.0
        if not shares.any():
            shares[_BEGINS] = 1.0
        return
    word_ends = shares[~WORD_CHARS].sum()
    if not word_ends:
        return
    said = line.done + (syllables(line.song.word) if line.song.word else 0)
    full = len(line.text) >= MAX_LINE_CHARS if wanted is None else said >= wanted
    if full:
        shares[:] = 0.0
        shares[NEWLINE] = word_ends
    elif wanted is not None and word_ends > shares[NEWLINE]:
        shares[NEWLINE] = 0.0
    elif wanted is not None:
        shares[ord(" ")], shares[NEWLINE] = shares[NEWLINE], 0.0


def _nats(scores: Array, codes: Array) -> Array:
    """Return how unlikely the network itself finds codes, (B, V) and (B,) to (B,)."""
    scores = scores.astype(np.float64)
    top = scores.max(axis=1)
    total = np.log(np.exp(scores - top[:, None]).sum(axis=1)) + top
    nats: Array = total - scores[np.arange(len(codes)), codes]
    return nats


@dataclass(frozen=True, slots=True)
class Ending:
    """The end of a line: a last word, and the sign after it."""

    text: str
    nats: float
    """Of its characters and of the newline, in all."""
    end_nats: float
    """Of the sign or newline after the word."""


def best_endings(
    network: Network, states: Sequence[State], words: Sequence[Sequence[str]]
) -> list[list[Ending]]:
    """Score words as the last of lines that were written as far as these states.

    Args:
        states: of one song each.
        words: for each state the words that may follow, with their case.

    Returns:
        for each state and each of its words the word with the sign that suits best after it.
    """
    pairs = [(k, word) for k, some in enumerate(words) for word in some]
    found: list[list[Ending]] = [[] for _ in states]
    if not pairs:
        return found
    h = np.concatenate([states[k].h for k, _ in pairs])
    c = np.concatenate([states[k].c for k, _ in pairs])
    left, nats = State(h, c), np.zeros(len(pairs))
    order = np.arange(len(pairs))
    for char in range(max(len(word) for _, word in pairs) + 1):
        scores = network.batch.scores(left)
        ends = np.array([len(pairs[k][1]) == char for k in order])
        for b in np.flatnonzero(ends):
            k, word = pairs[order[b]]
            sign, cost = _sign(scores[b])
            found[k].append(Ending(word + sign, float(nats[order[b]]) + cost, cost))
        order, left, scores = order[~ends], left.take(~ends), scores[~ends]
        if not len(order):
            break
        codes = np.array([ord(pairs[k][1][char]) for k in order])
        nats[order] += _nats(scores, codes)
        left = network.batch.read(left, codes)
    for k, endings in enumerate(found):
        by_text = {ending.text.rstrip(SIGNS): ending for ending in endings}
        found[k] = [by_text[word] for word in words[k]]
    return found


SIGNS = ",.;!?"


def _sign(scores: Array) -> tuple[str, float]:
    """Return the sign that suits best after a line's last word, "" for none, and its nats."""
    codes = np.array([NEWLINE, *map(ord, SIGNS)])
    nats = _nats(np.repeat(scores[None], len(codes), axis=0), codes)
    best = int(nats.argmin())
    return ("" if best == 0 else SIGNS[best - 1]), float(nats[best])
