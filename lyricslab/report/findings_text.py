"""What a search found, in words: chosen on validation, told by test."""

from __future__ import annotations

from collections.abc import Sequence

from lyricslab.experiments.findings import Comparison
from lyricslab.experiments.search_results import SearchResult, best
from lyricslab.wording import plain, share, signed

METHODS = {
    "head": "head only",
    "layers": "whole layers",
    "matrices": "matrices, one by one",
    "gates": "gates, one by one",
    "lora": "low-rank changes",
    "ulmfit": "layer after layer (ULMFiT)",
}
"""What each way to choose is called; the base as it is has no number that learns, and so no dot."""


def findings_in_words(rows: Sequence[SearchResult], over: bool = False) -> str:
    """What the rows come to, in plain sentences.

    Args:
        over: whether there are no more to come.
    """
    finer = best(rows, "matrices", "gates")
    whole = best(rows, "layers")
    if finer is None or whole is None:
        if over:
            return (
                "Parts of layers and whole layers were not both tried: the table is all there is."
            )
        return "Nothing to read yet: parts of layers and whole layers are still being trained."
    base = best(rows, "zero-shot")
    parts = (
        []
        if base is None
        else [f"As it is, the base comes to {plain(base.test_mean)} nats/char on test."]
    )
    parts += [
        f"Of whole layers, the best on validation: {whole.name}, test {plain(whole.test_mean)} "
        f"nats/char with {whole.trained_parameters:,} numbers that learn.",
        f"Of parts of layers: {finer.name}, test {plain(finer.test_mean)} with "
        f"{finer.trained_parameters:,}.",
    ]
    first = best([row for row in rows if row.trained_parameters])
    if first is not None and first not in (finer, whole):
        parts.append(f"The best of all on validation: {first.name}, test {plain(first.test_mean)}.")
    same = best(rows, "layers", most=finer.trained_parameters)
    if same is not None and same != whole:
        by = share(finer.test_mean, same.test_mean)
        word = "better" if finer.test_mean < same.test_mean else "worse"
        parts.append(
            f"Of whole layers with no more numbers than that: {same.name}, "
            f"{plain(same.test_mean)}; the parts are "
            f"{'as good' if by == '0.0 %' else f'{by} {word}'}."
        )
    return " ".join(parts)


def comparison_in_words(found: Comparison) -> str:
    """A comparison as a sentence: which is better on the test songs, and how sure that is."""
    by, word = plain(abs(found.effect)), "better" if found.effect < 0 else "worse"
    how = "as good" if by == "0.000" else f"{by} nats/char {word}"
    told = (
        f"{found.a} against {found.b} on the test songs: {how}, the 95 % interval from "
        f"{signed(found.low)} to {signed(found.high)}"
    )
    if found.low <= 0 <= found.high:
        return f"{told}. That may be chance: these songs are too few to tell."
    return f"{told}. That is more than chance."
