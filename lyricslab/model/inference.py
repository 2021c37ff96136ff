"""A network that writes and reads songs without torch: what the app, the command line and the
samples of a run use.

A song's figures do not depend on what is computed beside it, nor on how the work is cut into calls:
see kernel/kernel.c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import cached_property

import numpy as np

from lyricslab.config import ModelConfig
from lyricslab.files import cores
from lyricslab.model.batch_network import BatchNetwork
from lyricslab.model.kernel import GROUP, MAX_PREDICTIONS, MAX_SONGS, Kernel
from lyricslab.model.network_file import Weights, check_shapes
from lyricslab.model.state import State, joined
from lyricslab.model.turns import Call, Turns
from lyricslab.songs.vocab import END, encode

Array = np.ndarray

MAX_KERNELS = 4
"""The kernels of a network, one per core; each beyond the first is made when it is needed."""
CHARS_A_CALL = 128
PRODUCTS_A_CALL = 200_000_000
"""A call takes some tens of milliseconds, whatever the size of the network."""


@dataclass(slots=True, eq=False)
class Draw(Call):
    """Characters to be drawn for some songs, and how far they are."""

    state: State
    chances: Array
    """(T, B)."""
    temperature: float
    codes: list[Array] = field(default_factory=list, init=False)
    """Those drawn so far, (T', B) each."""
    done_chars: int = field(default=0, init=False)

    @property
    def left_chars(self) -> int:
        return len(self.chances) - self.done_chars


@dataclass(slots=True, eq=False)
class Reading(Call):
    """Codes to be read by some songs, in one go."""

    state: State
    codes: Array
    """(T, B)."""
    logits: Array = field(default_factory=lambda: np.zeros(0), init=False)
    """The scores before each code, (T, B, V)."""

    def read(self, kernel: Kernel) -> None:
        """Read the codes."""
        output = kernel.run(self.state.h, self.state.c, codes=self.codes)
        self.state, self.logits = State(output.h, output.c), output.logits
        self.over = True


class Network:
    """A stacked LSTM and its head, to read and write.

    Threads may share one: what several of them draw at the same time is computed together, which
    takes little longer than one of them alone; their songs stay the same to the bit.

    Raises:
        CheckpointError: if the weights are not those of a network of this size.
    """

    def __init__(self, weights: Weights, config: ModelConfig) -> None:
        check_shapes(weights, config)
        self.config = config
        self._weights = weights
        self._kernels = {0: Kernel(weights, config)}
        self._turns = Turns[Draw | Reading](self._take_turn, _most_kernels())

    def start(self) -> State:
        """Return a song's state before its first character: code 0 was read, as in training."""
        return self._start

    @cached_property
    def batch(self) -> BatchNetwork:
        """The same network for many songs, a character at a time."""
        return BatchNetwork(self._weights, self.config)

    @cached_property
    def _start(self) -> State:
        nothing = np.zeros((1, self.config.num_layers, self.config.hidden_size), np.float32)
        return self._read(State(nothing, nothing), np.full((1, 1), END, np.uint8))[0]

    def read(self, text: str, state: State | None = None) -> State:
        """Return the state of a song after more of its text; a new song if `state` is None.

        Raises:
            ValueError: if a character is not ASCII.
        """
        state = state or self.start()
        for codes in self._cut(encode(text)[:, None]):  # (T, 1)
            state, _ = self._read(state, codes)
        return state

    def draw(self, state: State, chances: Array, temperature: float) -> tuple[Array, State]:
        """Draw characters and read each one, for B songs.

        Only printable codes are drawn, and 0, which ends a song; what follows a 0 belongs to no
        song. Temperature 0 takes the likeliest.

        Args:
            chances: uniform in [0, 1), (T, B); T as `chars_at_once` says, or fewer.

        Returns:
            codes, (T, B) uint8, and the state after them.
        """
        draws = [
            Draw(len(part), True, state.take(part), chances[:, part], temperature)
            for part in _parts(len(state))
        ]
        self._finish(draws)
        codes = np.hstack([np.concatenate(draw.codes) for draw in draws])
        return codes, joined([draw.state for draw in draws])

    def chars_at_once(self, songs: int) -> int:
        """Return how many characters of each of B songs one call can draw."""
        beside = min(songs, MAX_SONGS)
        products = PRODUCTS_A_CALL // (self.config.parameters * beside)
        return max(1, min(CHARS_A_CALL, MAX_PREDICTIONS // beside, products))

    def score(self, texts: Sequence[str], state: State | None = None) -> list[Array]:
        """Return the nats of each character of each text, and last of its end.

        The same framing as `learning.evaluation`: N + 1 predictions, 0 + text to text + 0.

        Args:
            texts: what to score.
            state: where they begin, for one song or for as many as there are texts; None is the
                start of a song. `score(rest, read(begun))` is the end of `score(begun + rest)`.

        Returns:
            for each text its nats, (N + 1,) float64.

        Raises:
            ValueError: if a character is not ASCII, or there are neither one state nor as many as
                texts.
        """
        state = state or self.start()
        if len(state) not in (1, len(texts)):
            raise ValueError(f"{len(texts)} texts cannot begin in {len(state)} states")
        songs = [encode(text + chr(END)) for text in texts]
        by_length = np.argsort([len(song) for song in songs], kind="stable")
        nats: list[Array] = [np.zeros(0)] * len(songs)
        beside = MAX_SONGS * _most_kernels()
        for first in range(0, len(songs), beside):
            batch = by_length[first : first + beside]
            codes = np.zeros((len(songs[batch[-1]]), len(batch)), np.uint8)  # (T, B)
            for b, number in enumerate(batch):
                codes[: len(songs[number]), b] = songs[number]
            begun = state.take(np.zeros(len(batch), int) if len(state) == 1 else batch)
            found = np.concatenate(list(self._nats(codes, begun)))  # (T, B)
            for b, number in enumerate(batch):
                nats[number] = found[: len(songs[number]), b]
        return nats

    def predict(self, text: str, state: State | None = None) -> Array:
        """Return the scores before each character of one text, and after the last.

        Returns:
            logits, (N + 1, V) float32.

        Raises:
            ValueError: if a character is not ASCII.
        """
        state, found = state or self.start(), []
        for codes in self._cut(encode(text + chr(END))[:, None]):
            state, logits = self._read(state, codes)
            found.append(logits[:, 0])
        return np.concatenate(found)

    def _nats(self, codes: Array, state: State) -> Iterator[Array]:
        for some in self._cut(codes):
            state, logits = self._read(state, some)
            yield surprise(logits, some)

    def _cut(self, codes: Array) -> Iterator[Array]:
        """Yield codes, (T, B), in parts that one call can take."""
        chars = self.chars_at_once(codes.shape[1])
        for first in range(0, len(codes), chars):
            yield codes[first : first + chars]

    # ---- many songs

    def _read(self, state: State, codes: Array) -> tuple[State, Array]:
        """Let songs read codes, (T, B).

        Returns:
            the state after them, and the scores before each, (T, B, V).
        """
        readings = [
            Reading(len(part), False, state.take(part), codes[:, part])
            for part in _parts(len(state))
        ]
        self._finish(readings)
        logits = [reading.logits for reading in readings]
        return joined([reading.state for reading in readings]), np.concatenate(logits, axis=1)

    def _finish(self, calls: Sequence[Draw | Reading]) -> None:
        """Finish some calls, side by side."""
        if len(calls) == 1:
            self._turns.finish(calls[0])
            return
        with ThreadPoolExecutor(min(len(calls), _most_kernels())) as threads:
            list(threads.map(self._turns.finish, calls))

    def _take_turn(self, number: int, calls: Sequence[Draw | Reading]) -> None:
        """Read what one call wants to be read, or draw characters for many."""
        if number not in self._kernels:
            self._kernels[number] = Kernel(self._weights, self.config)
        kernel = self._kernels[number]
        for call in calls:
            if isinstance(call, Reading):
                call.read(kernel)
        if draws := [call for call in calls if isinstance(call, Draw)]:
            songs = sum(draw.songs for draw in draws)
            chars = min(self.chars_at_once(songs), *(draw.left_chars for draw in draws))
            _draw(kernel, draws, chars)


def _draw(kernel: Kernel, draws: Sequence[Draw], chars: int) -> None:
    """Draw `chars` characters for every song of some draws."""
    songs = [draw.songs for draw in draws]
    before = joined([draw.state for draw in draws])
    drawn = kernel.run(
        before.h,
        before.c,
        chances=np.hstack([d.chances[d.done_chars : d.done_chars + chars] for d in draws]),
        temperatures=np.repeat([draw.temperature for draw in draws], songs),
    )
    first = 0
    for draw in draws:
        own = slice(first, first + draw.songs)
        draw.codes.append(drawn.codes[:, own])
        draw.state = State(drawn.h[own], drawn.c[own])
        draw.done_chars += chars
        draw.over = draw.left_chars == 0
        first += draw.songs


def _most_kernels() -> int:
    return max(1, min(MAX_KERNELS, cores()))


def _parts(songs: int) -> list[Array]:
    """Return the songs, by index, that stay together; so a call of many is shared by kernels."""
    groups = songs // GROUP
    share = min(MAX_SONGS, -(-groups // _most_kernels()) * GROUP) if groups else songs
    return [np.arange(first, min(first + share, songs)) for first in range(0, songs, share)]


def surprise(logits: Array, codes: Array) -> Array:
    """Return -log of each code's probability, nats: (T, B, V) and (T, B) to (T, B) float64."""
    top = logits.max(axis=-1, keepdims=True)
    total = np.exp(logits - top).sum(axis=-1, dtype=np.float64)
    chosen = np.take_along_axis(logits, codes[..., None].astype(np.intp), axis=-1)
    nats: Array = np.log(total) + (top - chosen)[..., 0]
    return nats
