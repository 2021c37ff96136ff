"""The findings of a search in words: chosen on validation, reported on test."""

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
"""The name of each method; the base as it is trains nothing, and so is no dot on the chart."""


def findings_in_words(rows: Sequence[SearchResult], over: bool = False) -> str:
    """Return what the rows say, in plain sentences.

    Args:
        over: whether no more rows will come.
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
        else [f"Without training, the base reaches {plain(base.test_mean)} nats/char on test."]
    )
    parts += [
        f"Of whole layers, the best on validation: {whole.name}, test {plain(whole.test_mean)} "
        f"nats/char with {whole.trained_parameters:,} trained parameters.",
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
            f"Of whole layers with no more parameters than that: {same.name}, "
            f"{plain(same.test_mean)}; the parts are "
            f"{'as good' if by == '0.0 %' else f'{by} {word}'}."
        )
    return " ".join(parts)


def comparison_in_words(found: Comparison) -> str:
    """Return which choice is better on the test songs, and how sure that is."""
    difference, word = plain(abs(found.effect)), "better" if found.effect < 0 else "worse"
    how = "as good" if difference == "0.000" else f"{difference} nats/char {word}"
    first = f"{found.a[:1].upper()}{found.a[1:]}"
    sentence = (
        f"{first} against {found.b} on the test songs: {how}, the 95 % interval from "
        f"{signed(found.low)} to {signed(found.high)}"
    )
    if found.low <= 0 <= found.high:
        return f"{sentence}. That may be chance: these songs are too few to tell."
    return f"{sentence}. That is more than chance."
