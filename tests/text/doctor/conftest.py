"""Songs on a sheet, as remedies see them."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from lyricslab.text.doctor.sheet import Sheet
from lyricslab.text.readers.source import Draft

BODY = "the dog sleeps\nby the old door\nand nobody minds"


def _sheet(text: str, title: str = "", artist: str = "") -> Sheet:
    return Sheet.of(Draft(title, text, artist), {})


@pytest.fixture
def sheet() -> Callable[..., Sheet]:
    """A song with its text as given: blank lines, blanks and all."""
    return _sheet


@pytest.fixture
def body() -> str:
    """Lines that no remedy has anything against."""
    return BODY
