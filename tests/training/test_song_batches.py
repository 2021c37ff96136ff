"""What a step reads, checked against songs written out by hand."""

from __future__ import annotations

import json

import numpy as np
import pytest
import torch

from lyricslab.training import song_batches as streams_module
from lyricslab.training.song_batches import PADDING, FramedSongs, SongBatcher, Window


def codes(text: str) -> np.ndarray:
    return np.frombuffer(text.encode("ascii"), np.uint8)


def read(batcher: SongBatcher, window: Window) -> torch.Tensor:
    """The codes that a window reads, (T, B)."""
    return batcher.framed.inputs[window.positions]


def column(values: torch.Tensor, b: int) -> str:
    return "".join(
        {0: "0", PADDING: "."}.get(v, chr(v) if v >= 32 else "?") for v in values[:, b].tolist()
    )


def test_one_song_window_by_window() -> None:
    batcher = SongBatcher([codes("abcdef")], batch_size=1, window_chars=4, seed=0)
    first, second, third = batcher.next(), batcher.next(), batcher.next()
    assert (column(read(batcher, first), 0), column(first.targets, 0)) == ("0abc", "abcd")
    assert (column(read(batcher, second), 0), column(second.targets, 0)) == ("def0", "ef0.")
    assert (first.predictions, second.predictions) == (4, 3)
    assert [w.starts_song.item() for w in (first, second, third)] == [True, False, True]
    assert column(read(batcher, third), 0) == "0abc"


def test_a_song_that_fills_its_window_has_its_end_in_the_next() -> None:
    batcher = SongBatcher([codes("abcd")], batch_size=1, window_chars=4, seed=0)
    batcher.next()
    second = batcher.next()
    assert (column(read(batcher, second), 0)[0], column(second.targets, 0)) == ("d", "0...")


def test_an_epoch_predicts_every_character_of_every_song_once() -> None:
    songs = [codes("one"), codes("fifteen letters"), codes("seventy-seven times"), codes("x")]
    batcher = SongBatcher(songs, batch_size=1, window_chars=6, seed=4)
    read: list[str] = []
    while batcher.epochs < 3:
        window = batcher.next()
        if window.starts_song[0]:
            read.append("")
        read[-1] += column(window.targets, 0).replace(".", "")
    expected = sorted(song.tobytes().decode() + "0" for song in songs)
    for epoch in range(3):
        assert sorted(read[4 * epoch : 4 * epoch + 4]) == expected
    assert len({tuple(read[4 * e : 4 * e + 4]) for e in range(3)}) > 1  # shuffled anew
    assert batcher.epochs == 3


def test_complete_songs_are_one_window() -> None:
    songs = [codes("ab"), codes("abcde")]
    window = SongBatcher(songs, batch_size=3, window_chars=0, seed=0).next()
    assert window.targets.shape == window.positions.shape == (6, 3)
    assert window.starts_song.all()


def test_seek_restores_the_position() -> None:
    songs = [codes("a" * n + "z") for n in (3, 9, 14, 2, 7)]
    for windows in range(12):  # across the ends of epochs, too
        straight = SongBatcher(songs, batch_size=2, window_chars=5, seed=8)
        for _ in range(windows):
            straight.next()
        position = json.loads(json.dumps(straight.position()))
        resumed = SongBatcher(songs, batch_size=2, window_chars=5, seed=8)
        resumed.seek(position)
        for _ in range(9):
            expected, found = straight.next(), resumed.next()
            assert torch.equal(expected.positions, found.positions)
            assert torch.equal(expected.targets, found.targets)
            assert torch.equal(expected.starts_song, found.starts_song)


def test_positions_of_songs_end_to_end() -> None:
    framed = FramedSongs([codes("ab"), codes("xyz")])
    assert "".join(chr(c) if c else "0" for c in framed.inputs) == "0ab0xyz0"
    assert framed.targets(torch.arange(framed.padding + 1)).tolist() == [
        *b"ab",
        0,
        *b"xyz",
        0,
        PADDING,
    ]
    window = framed.window(np.array([1, 0]), np.array([2, 1]), 3)
    assert window.T.tolist() == [[5, 6, framed.padding], [1, 2, framed.padding]]


def test_batches_hold_every_position_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(streams_module, "BATCH_SONGS", 2)
    monkeypatch.setattr(streams_module, "WINDOW_CHARS", 4)
    framed = FramedSongs([codes("a" * n) for n in (9, 2, 14, 5, 2)])
    batches = list(framed.batches())
    assert [[tuple(w.shape) for w in windows] for windows in batches] == [
        [(3, 2)], [(4, 2), (4, 2), (2, 1)], [(4, 1), (4, 1), (4, 1), (3, 1)],
    ]  # fmt: skip
    held = torch.cat([w.flatten() for windows in batches for w in windows])
    assert sorted(held[held != framed.padding].tolist()) == list(range(framed.padding))
    due: set[int] = set()  # where the songs under way go on
    for windows in batches:
        for start, window in zip(range(0, 99, 4), windows, strict=False):
            for song in window.T.tolist():
                inside = [p for p in song if p != framed.padding]
                assert inside == list(range(inside[0], inside[0] + len(inside)))
                assert start == 0 or inside[0] in due
                due.add(inside[-1] + 1)


def test_a_view_equals_the_framed_songs() -> None:
    texts = [codes("ab"), codes("wxyz"), codes("q"), codes("rstuv")]
    whole = FramedSongs(texts)
    part = FramedSongs.view(whole.inputs.numpy(), whole.first[[3, 1]], whole.lengths[[3, 1]])
    alone = FramedSongs([texts[3], texts[1]])
    assert part.predictions == alone.predictions == 11
    for framed in (part, alone):
        positions = framed.window(np.array([0, 1]), 0, 7)  # (T, B)
        assert column(framed.inputs[positions], 0) == "0rstuv0"
        assert column(framed.targets(positions), 0) == "rstuv0."
        assert column(framed.targets(positions), 1) == "wxyz0.."
    assert part.head(6).predictions == 6
    assert part.head(10).predictions == 6
    assert part.head(1).predictions == 6
    assert part.head(11).predictions == 11
