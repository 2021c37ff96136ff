"""A reading process whose reader fails in a way that the file's name says; run as a program."""

from __future__ import annotations

import os
from itertools import count

from lyricslab.importing import reading, reading_child
from lyricslab.importing.intake import Intake

_read_file = reading.read_file


def read_file(name: str, data: bytes, **options: object) -> Intake:
    """Raise, fill the memory, run on and on, or end the process, where the name asks for it."""
    if name.startswith("raises"):
        raise StopIteration("nothing more here")
    if name.startswith("recurses"):
        return read_file(name, data, **options)
    if name.startswith("asks for all memory"):
        return bytearray(2**60)  # type: ignore[return-value]
    if name.startswith("fills"):
        kept = [bytes(range(256)) * 40_000 for _ in count()]
        raise AssertionError(len(kept))
    if name.startswith("runs on"):
        for _ in count():
            pass
    if name.startswith("prints"):
        print("a library says hello")
    if name.startswith("ends"):
        os._exit(3)
    return _read_file(name, data, **options)  # type: ignore[arg-type]


if __name__ == "__main__":
    reading.read_file = read_file  # type: ignore[assignment]
    reading_child.main()
