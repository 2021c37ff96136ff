"""Songs as the cleaning rules see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.songs.raw_song import RawSong

BODY = "the dog sleeps\nby the old door\nand nobody minds"


def _traced(text: str, title: str = "", artist: str = "") -> TracedSong:
    return TracedSong.of(RawSong(title, text, artist), {})


@pytest.fixture
def traced() -> Callable[..., TracedSong]:
    """A function that returns a song with exactly the given text."""
    return _traced


@pytest.fixture
def body() -> str:
    """Lines that no rule changes."""
    return BODY
