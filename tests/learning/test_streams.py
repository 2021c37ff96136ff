"""What a step reads, checked against songs written out by hand."""

from __future__ import annotations

import json

import numpy as np
import torch

from lyricslab.learning.streams import PADDING, SongStreams


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("ascii"), np.uint8)


def column(values: torch.Tensor, b: int) -> str:
    return "".join(
        {0: "0", PADDING: "."}.get(v, chr(v) if v >= 32 else "?") for v in values[:, b].tolist()
    )


def test_one_song_window_by_window() -> None:
    streams = SongStreams([codes("abcdef")], batch_size=1, window_chars=4, seed=0)
    first, second, third = streams.next(), streams.next(), streams.next()
    assert (column(first.inputs, 0), column(first.targets, 0)) == ("0abc", "abcd")
    assert (column(second.inputs, 0), column(second.targets, 0)) == ("def0", "ef0.")
    assert (first.predictions, second.predictions) == (4, 3)
    assert [w.fresh.item() for w in (first, second, third)] == [True, False, True]
    assert column(third.inputs, 0) == "0abc"


def test_a_song_that_fills_its_window_exactly_still_gets_its_end() -> None:
    streams = SongStreams([codes("abcd")], batch_size=1, window_chars=4, seed=0)
    streams.next()
    second = streams.next()
    assert (column(second.inputs, 0)[0], column(second.targets, 0)) == ("d", "0...")


def test_an_epoch_predicts_every_character_of_every_song_once() -> None:
    songs = [codes("one"), codes("fifteen letters"), codes("seventy-seven times"), codes("x")]
    streams = SongStreams(songs, batch_size=1, window_chars=6, seed=4)
    read: list[str] = []
    while streams.epochs < 3:
        window = streams.next()
        if window.fresh[0]:
            read.append("")
        read[-1] += column(window.targets, 0).replace(".", "")
    expected = sorted(song.tobytes().decode() + "0" for song in songs)
    for epoch in range(3):
        assert sorted(read[4 * epoch : 4 * epoch + 4]) == expected
    assert len({tuple(read[4 * e : 4 * e + 4]) for e in range(3)}) > 1  # shuffled anew
    assert streams.epochs == 3


def test_whole_songs_are_one_window() -> None:
    songs = [codes("ab"), codes("abcde")]
    window = SongStreams(songs, batch_size=3, window_chars=0, seed=0).next()
    assert window.inputs.shape == (6, 3)
    assert window.fresh.all()


def test_seek_goes_on_exactly() -> None:
    songs = [codes("a" * n + "z") for n in (3, 9, 14, 2, 7)]
    for windows in range(12):  # across the ends of epochs, too
        straight = SongStreams(songs, batch_size=2, window_chars=5, seed=8)
        for _ in range(windows):
            straight.next()
        position = json.loads(json.dumps(straight.position()))
        resumed = SongStreams(songs, batch_size=2, window_chars=5, seed=8)
        resumed.seek(position)
        for _ in range(9):
            expected, found = straight.next(), resumed.next()
            assert torch.equal(expected.inputs, found.inputs)
            assert torch.equal(expected.targets, found.targets)
            assert torch.equal(expected.fresh, found.fresh)
