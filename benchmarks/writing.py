"""Writing songs: what the app does, against the usual loop in torch."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import torch

from benchmarks.baseline import endless, one_thread, song_loop, songs_loop
from benchmarks.harness import Case, Group
from lyricslab.config import VOCAB_SIZE, ModelConfig, SampleConfig
from lyricslab.model import sampler
from lyricslab.model.inference import Network

MANY = 32
PLAIN = "plain torch loop, one song"
SIZES = (64, 256, 512)
CURVE_SIZES = (16, 32, 64, 96, 128, 192, 256, 384, 512, 768)
LENGTHS = (100, 300, 1000, 3000, 10_000, 30_000)
GOALS = {64: ("30 x", "60 x")}


def cases(quick: bool) -> Sequence[Group]:
    """Return groups: one song and many at three sizes, the memory limit, two curves."""
    sizes = SIZES[:1] if quick else SIZES
    return [
        *(against_plain(hidden, quick) for hidden in sizes),
        memory(8 if quick else 512, quick),
        hidden_curve((8, 16) if quick else CURVE_SIZES, quick),
        length_curve((30, 60) if quick else LENGTHS, 8 if quick else 64),
    ]


def against_plain(hidden: int, quick: bool) -> Group:
    """The reference and we, at one size."""
    config = ModelConfig(hidden_size=hidden, num_layers=3)
    weights = endless(config)
    network = Network(weights, config)
    chars = 20 if quick else 60_000 // hidden
    one, many = GOALS.get(hidden, ("", ""))
    return Group(
        f"writing 3 x {hidden}",
        "characters",
        PLAIN,
        [
            Case(PLAIN, song_loop(weights, config, 20 if quick else 300)),
            Case(f"careful torch loop, {MANY} songs", songs_loop(weights, config, MANY, 20)),
            Case("Lyrics Lab, one song", song_writer(network, 1, chars), one),
            Case(f"Lyrics Lab, {MANY} songs", song_writer(network, MANY, chars), many),
        ],
    )


def memory(hidden: int, quick: bool) -> Group:
    """One song reads all weights once a character: how near is that to merely reading them?"""
    config = ModelConfig(hidden_size=hidden, num_layers=3)
    network = Network(endless(config), config)
    weights_bytes = read_bytes(config)
    write = song_writer(network, 1, 10 if quick else 100)
    return Group(
        f"memory, 3 x {hidden}",
        "bytes of weights",
        "reading them (dot product)",
        [
            Case("reading them (dot product)", reader(weights_bytes)),
            Case("Lyrics Lab, one song", lambda: write() * weights_bytes, facts={"hidden": hidden}),
        ],
    )


def read_bytes(config: ModelConfig) -> int:
    """The weights that a character needs: all but layer 0's input rows, of which it needs one."""
    return 4 * (config.parameters - 4 * config.hidden_size * VOCAB_SIZE)


def reader(size_bytes: int) -> Callable[[], float]:
    """Read as many bytes as the weights have and do almost nothing with them, on one thread."""
    numbers = torch.ones(size_bytes // 4)

    def run() -> float:
        with one_thread():
            torch.dot(numbers, numbers)
        return size_bytes

    return run


def hidden_curve(sizes: Sequence[int], quick: bool) -> Group:
    """How fast one song is written by networks of growing size."""
    found = []
    for hidden in sizes:
        config = ModelConfig(hidden_size=hidden, num_layers=3)
        write = song_writer(Network(endless(config), config), 1, 10 if quick else 100)
        facts = {"hidden": hidden, "read_bytes": read_bytes(config)}
        found.append(Case(f"3 x {hidden}", write, facts=facts))
    return Group("writing by hidden size", "characters", found[0].name, found)


def length_curve(lengths: Sequence[int], hidden: int) -> Group:
    """How fast one song is written, the longer it is."""
    config = ModelConfig(hidden_size=hidden, num_layers=3)
    network = Network(endless(config), config)
    found = [
        Case(f"{chars:,} characters", song_writer(network, 1, chars), facts={"chars": chars})
        for chars in lengths
    ]
    return Group("writing by length", "characters", found[0].name, found)


def song_writer(network: Network, count: int, chars: int) -> Callable[[], float]:
    """Writes `count` songs at once; its units are characters of all songs together."""
    config = SampleConfig(count=count, length_chars=chars, temperature=1.0)

    def run() -> float:
        return sum(len(song.text) for song in sampler.write(network, config))

    return run
