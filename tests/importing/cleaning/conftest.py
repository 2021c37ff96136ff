"""Songs on a traced, as rules see them."""

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
    """A song with its text as given: blank lines, blanks and all."""
    return _traced


@pytest.fixture
def body() -> str:
    """Lines that no rule has anything against."""
    return BODY
