"""A network that writes and reads songs without torch: what the app, the command line and the
samples of a run use.

A song's figures do not depend on what is computed beside it, nor on how the work is cut into calls:
see kernel/kernel.c.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Lock

import numpy as np

from lyricslab.config import ModelConfig
from lyricslab.files import cores
from lyricslab.model.kernel import MAX_PREDICTIONS, MAX_SONGS, Kernel, KernelOutput
from lyricslab.model.network_file import Weights, check_shapes
from lyricslab.songs.vocab import END, encode

Array = np.ndarray

MAX_KERNELS = 4
"""The kernels that share many songs, one per core."""
SONGS_A_KERNEL = 4
"""Fewer are not worth another thread."""
CHARS_A_CALL = 128
PRODUCTS_A_CALL = 200_000_000
"""A call takes some tens of milliseconds, whatever the size of the network."""


@dataclass(frozen=True, slots=True)
class State:
    """What the network remembers of B songs: h and c of every layer. It never changes, so any
    number of songs can go on from one.
    """

    h: Array
    """(B, L, H)."""
    c: Array
    """(B, L, H)."""

    def __len__(self) -> int:
        return len(self.h)

    def take(self, songs: Array | Sequence[int]) -> State:
        """Return the state of some of the songs, by index or mask; an index may be repeated."""
        chosen = np.asarray(songs)
        return State(self.h[chosen], self.c[chosen])


class Network:
    """A stacked LSTM and its head, to read and write; threads may share one.

    Raises:
        CheckpointError: if the weights are not those of a network of this size.
    """

    def __init__(self, weights: Weights, config: ModelConfig) -> None:
        check_shapes(weights, config)
        self.config = config
        self._weights = weights
        self._kernels = [Kernel(weights, config)]
        self._lock = Lock()

    def start(self) -> State:
        """Return a song's state before its first character: code 0 was read, as in training."""
        nothing = np.zeros((1, self.config.num_layers, self.config.hidden_size), np.float32)
        codes = np.full((1, 1), END, np.uint8)
        return _state(self._run(State(nothing, nothing), codes=codes))

    def read(self, text: str, state: State | None = None) -> State:
        """Return the state of a song after more of its text; a new song if `state` is None.

        Raises:
            ValueError: if a character is not ASCII.
        """
        state = state or self.start()
        for codes in self._cut(encode(text)[:, None]):  # (T, 1)
            state = _state(self._run(state, codes=codes))
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
        drawn = self._run(state, chances=chances, temperature=temperature)
        return drawn.codes, _state(drawn)

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
        beside = MAX_SONGS * len(self._kernels_for(len(songs)))
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
            outcome = self._run(state, codes=codes)
            found.append(outcome.logits[:, 0])
            state = _state(outcome)
        return np.concatenate(found)

    def _nats(self, codes: Array, state: State) -> Iterator[Array]:
        for some in self._cut(codes):
            outcome = self._run(state, codes=some)
            yield surprise(outcome.logits, some)
            state = _state(outcome)

    def _cut(self, codes: Array) -> Iterator[Array]:
        """Yield codes, (T, B), in parts that one call can take."""
        chars = self.chars_at_once(codes.shape[1])
        for first in range(0, len(codes), chars):
            yield codes[first : first + chars]

    # ---- many songs

    def _run(
        self,
        state: State,
        *,
        codes: Array | None = None,
        chances: Array | None = None,
        temperature: float = 1.0,
    ) -> KernelOutput:
        """Run `Kernel.run` for any number of songs, shared among the kernels."""
        kernels = self._kernels_for(len(state))
        share = min(MAX_SONGS, -(-len(state) // len(kernels)))
        parts = [slice(first, first + share) for first in range(0, len(state), share)]

        def work(k: int) -> list[KernelOutput]:
            return [
                kernels[k].run(
                    state.h[part],
                    state.c[part],
                    codes=None if codes is None else codes[:, part],
                    chances=None if chances is None else chances[:, part],
                    temperature=temperature,
                )
                for part in parts[k :: len(kernels)]
            ]

        if len(parts) == 1:
            return work(0)[0]
        with ThreadPoolExecutor(len(kernels)) as threads:
            done = list(threads.map(work, range(len(kernels))))
        outcomes = [done[k % len(kernels)][k // len(kernels)] for k in range(len(parts))]
        h, c, codes_after, logits = zip(*outcomes, strict=True)
        return KernelOutput(
            np.concatenate(h),
            np.concatenate(c),
            np.concatenate(codes_after, axis=1),
            np.concatenate(logits, axis=1),
        )

    def _kernels_for(self, songs: int) -> list[Kernel]:
        """Return kernels for this many songs; they are reused."""
        wanted = max(1, min(MAX_KERNELS, cores(), songs // SONGS_A_KERNEL))
        with self._lock:
            while len(self._kernels) < wanted:
                self._kernels.append(Kernel(self._weights, self.config))
            return self._kernels[:wanted]


def surprise(logits: Array, codes: Array) -> Array:
    """Return -log of each code's probability, nats: (T, B, V) and (T, B) to (T, B) float64."""
    top = logits.max(axis=-1, keepdims=True)
    total = np.exp(logits - top).sum(axis=-1, dtype=np.float64)
    chosen = np.take_along_axis(logits, codes[..., None].astype(np.intp), axis=-1)
    nats: Array = np.log(total) + (top - chosen)[..., 0]
    return nats


def _state(outcome: KernelOutput) -> State:
    return State(outcome.h, outcome.c)
