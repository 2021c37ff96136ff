"""The network's step as a small WebAssembly program (kernel.c), and the memory it works in.

A step is thousands of multiplications and hardly any decision, so in numpy most of its time goes
into calling numpy. The same few loops in C, compiled once to kernel.wasm, run ten times as fast on
every system that Wasmtime has a wheel for: no compiler, a start of some milliseconds, 128-bit
vectors. WebAssembly's arithmetic is the same to the bit everywhere, and so are the songs.
"""

from __future__ import annotations

import atexit
import math
import weakref
from functools import cache
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from lyricslab.config import VOCAB_SIZE, ModelConfig
from lyricslab.model.kernel.packing import PANEL, VECTOR, pack, up
from lyricslab.model.network_file import Weights
from lyricslab.songs.vocab import END, PRINTABLE

if TYPE_CHECKING:
    from wasmtime import Engine, Module

Array = np.ndarray

GROUP = 4
"""As in kernel.c: songs that share a weight once it is loaded."""

MAX_SONGS = 32
"""Songs side by side in one call."""
MAX_PREDICTIONS = 2048
"""Songs times characters in one call: enough that the call itself costs almost nothing."""

PAGE_BYTES, ALIGNED_BYTES = 65536, 64

TASK = np.dtype(
    [
        *((name, "<u4") for name in ("songs", "chars", "layers", "hidden", "drawing")),
        *((name, "<u4") for name in ("first", "weights", "may", "h", "c", "codes", "chances")),
        *((name, "<u4") for name in ("temperatures", "logits", "gates")),
    ]
)
"""Task in kernel.c: numbers, and addresses in the program's memory."""


class KernelOutput(NamedTuple):
    """The results of `Kernel.run`."""

    h: Array
    """(B, L, H)."""
    c: Array
    """(B, L, H)."""
    codes: Array
    """The codes that were read or drawn, (T, B) uint8."""
    logits: Array
    """Scores before each, (T, B, V) float32."""


class Kernel:
    """One network in a program's memory; calls from several threads wait for each other."""

    def __init__(self, weights: Weights, config: ModelConfig) -> None:
        from wasmtime import Instance, Store

        self._layers, self._hidden = config.num_layers, config.hidden_size
        self._lock = Lock()
        engine, module = program()
        self._store = Store(engine)
        weakref.finalize(self, self._store.close)
        exports: Any = Instance(self._store, module, []).exports(self._store)
        self._run = exports["run"]
        first, rest = pack(weights, config)
        hidden = up(self._hidden, VECTOR)
        groups = MAX_SONGS // GROUP + GROUP - 1  # a song left over is a group of its own
        wide = max(up(4 * hidden, PANEL), up(VOCAB_SIZE, PANEL))
        self._task_at, self._room = _lay_out(
            exports["memory"],
            self._store,
            exports["__heap_base"].value(self._store),
            task=((1,), TASK),
            first=(first.shape, "<f4"),
            weights=(rest.shape, "<f4"),
            may=((VOCAB_SIZE,), "<u4"),
            h=((groups, self._layers, hidden, GROUP), "<f4"),
            c=((MAX_SONGS, self._layers, hidden), "<f4"),
            codes=((MAX_PREDICTIONS,), "u1"),
            chances=((MAX_PREDICTIONS,), "<f8"),
            temperatures=((MAX_SONGS,), "<f4"),
            logits=((MAX_PREDICTIONS, VOCAB_SIZE), "<f4"),
            gates=((MAX_SONGS, wide), "<f4"),
        )
        self._room["first"][:], self._room["weights"][:] = first, rest
        self._room["may"][:] = np.where(ALLOWED, 0xFFFFFFFF, 0)
        self._room["task"]["layers"], self._room["task"]["hidden"] = self._layers, hidden

    def run(
        self,
        h: Array,
        c: Array,
        *,
        codes: Array | None = None,
        chances: Array | None = None,
        temperatures: Array | float = 1.0,
    ) -> KernelOutput:
        """Let songs read codes, or draw them and read what they drew.

        Args:
            h: (B, L, H), B at most MAX_SONGS.
            c: (B, L, H).
            codes: what to read, (T, B), T * B at most MAX_PREDICTIONS.
            chances: or numbers in [0, 1) to draw by, (T, B).
            temperatures: one for all songs or one for each, (B,); 0 draws the likeliest.
        """
        given = codes if codes is not None else chances
        assert given is not None
        chars, songs = given.shape
        assert 0 < songs <= MAX_SONGS and chars * songs <= MAX_PREDICTIONS
        members, places = _groups(songs)
        room, hidden = self._room, self._hidden
        with self._lock:
            task = room["task"][0]
            task["songs"], task["chars"] = songs, chars
            task["drawing"] = codes is None
            room["temperatures"][:songs] = temperatures
            room["codes" if codes is not None else "chances"][: given.size] = given.ravel()
            room["h"][: len(members), :, :hidden] = h[members].transpose(0, 2, 3, 1)
            room["c"][:songs, :, :hidden] = c
            self._run(self._store, self._task_at)
            after = room["h"][: len(members), :, :hidden].transpose(0, 3, 1, 2)
            return KernelOutput(
                after.reshape(-1, self._layers, hidden)[places],
                room["c"][:songs, :, :hidden].copy(),
                room["codes"][: given.size].reshape(chars, songs).copy(),
                room["logits"][: given.size].reshape(chars, songs, VOCAB_SIZE).copy(),
            )


ALLOWED = PRINTABLE | (np.arange(VOCAB_SIZE) == END)
"""The codes that may be drawn, (V,) bool: printable ones, and a song's end."""


@cache
def program() -> tuple[Engine, Module]:
    """Return kernel.wasm, compiled for this processor once a process."""
    from wasmtime import Config, Engine, Module

    config = Config()
    config.parallel_compilation = False  # or a pool of threads stays behind
    config.wasm_relaxed_simd = True  # for a * b + c in one instruction ...
    config.wasm_relaxed_simd_deterministic = True  # ... and rounded once on every processor
    engine = Engine(config)
    module = Module.from_file(engine, str(Path(__file__).with_name("kernel.wasm")))
    # While Python still stands: at its very end what closing needs may be gone already.
    atexit.register(engine.close)
    atexit.register(module.close)
    return engine, module


@cache
def _groups(songs: int) -> tuple[Array, Array]:
    """Return the song at each place of the groups, (groups, GROUP), and each song's first place.

    A group is four songs, or one of those left over, four times.
    """
    whole = songs // GROUP * GROUP
    alone = np.arange(whole, songs)
    members = np.concatenate([np.arange(whole), np.repeat(alone, GROUP)])
    places = np.concatenate([np.arange(whole), whole + GROUP * (alone - whole)])
    return members.reshape(-1, GROUP), places


def _lay_out(
    memory: Any, store: Any, start: int, **parts: tuple[tuple[int, ...], Any]
) -> tuple[int, dict[str, Array]]:
    """Return arrays of these shapes and kinds, one after the other in memory from `start` on.

    Returns:
        the address of `task`, which holds the addresses of the others, and the arrays.
    """
    places, end = {}, start
    for name, (shape, kind) in parts.items():
        places[name] = up(end, ALIGNED_BYTES)
        end = places[name] + math.prod(shape) * np.dtype(kind).itemsize
    memory.grow(store, max(0, up(end, PAGE_BYTES) // PAGE_BYTES - memory.size(store)))
    whole = memory.get_buffer_ptr(store)
    arrays = {
        name: np.frombuffer(whole, kind, math.prod(shape), places[name]).reshape(shape)
        for name, (shape, kind) in parts.items()
    }
    for name in places.keys() & set(TASK.names or ()):
        arrays["task"][name] = places[name]
    return places["task"], arrays
