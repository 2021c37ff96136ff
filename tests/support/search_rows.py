"""What a search might have found: rows made by hand."""

from __future__ import annotations

from lyricslab.experiments.search_results import SearchResult


def row(
    method: str, train: str, numbers: int, val: float, *test: float, **more: int
) -> SearchResult:
    return SearchResult(
        method=method,
        train=train,
        learning_rate=0.001,
        trained_parameters=numbers,
        seeds=3,
        runs=tuple("abc"[: len(test)]),
        val=(val,) * len(test),
        test=test,
        **more,
    )


ROWS = [
    row("zero-shot", "none", 0, 1.7, 1.71),
    row("head", "none", 8_320, 1.60, 1.62, 1.64),
    row("layers", "2", 41_600, 1.55, 1.56, 1.58),
    row("layers", "0,2", 91_264, 1.50, 1.51, 1.53, 1.55),
    row("gates", "1.f,2.o", 24_960, 1.52, 1.53, 1.55),
    row("lora", "0.ih", 10_000, 1.65, 1.66, lora_rank=2),
]
PARTS = "forget gate of layer 1 and output gate of layer 2"
"""The name of the row of gates."""
