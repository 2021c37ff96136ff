"""Baselines: networks trained on a corpus alone, which every run on it is compared with."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from lyricslab.config import RunConfig, SplitConfig
from lyricslab.library.corpora import load_corpus
from lyricslab.library.runs import submit_run
from lyricslab.model.presets import baseline_grid
from lyricslab.songs.corpus import Corpus
from lyricslab.songs.split import split
from lyricslab.store.rows import LOCAL, RunRow
from lyricslab.store.store import Store


def submit_baselines(
    store: Store, corpus_id: str, split_config: SplitConfig, seed: int = 0
) -> list[RunRow]:
    """Queue the fixed grid of networks from scratch; the best of them is the baseline.

    Raises:
        NotFoundError: if there is no such corpus.
        CorpusTooSmallError: if it cannot be split this way.
    """
    configs = baseline_configs(load_corpus(store, corpus_id), split_config, seed)
    workspace_id = store.corpus(corpus_id).workspace_id
    return [submit_run(store, config, workspace_id=workspace_id) for config in configs]


def baseline_configs(corpus: Corpus, split_config: SplitConfig, seed: int) -> list[RunConfig]:
    """Return the fixed grid of networks from scratch.

    Raises:
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    train_chars, val_chars, _ = split(corpus, split_config).chars
    return [
        RunConfig(
            corpus=corpus.digest,
            base=None,
            model=model,
            split=split_config,
            settings=settings,
            preset="baseline",
            seed=seed,
        )
        for model, settings in baseline_grid(train_chars, val_chars)
    ]


def find_baseline(store: Store, run: RunRow) -> RunRow | None:
    """Return the best finished baseline on the same songs, split the same way, or None."""
    return best_baseline(store, run.config.corpus, run.config.split, run.workspace_id)


def best_baseline(
    store: Store, digest: str, split_config: SplitConfig, workspace_id: str = LOCAL
) -> RunRow | None:
    """Return the finished baseline on these songs and this split of lowest validation loss."""
    rows = store.baselines(workspace_id, digest)
    return next((run for run in rows if songs_and_split(run) == (digest, split_config)), None)


def songs_and_split(run: RunRow) -> tuple[str, SplitConfig]:
    """Return the songs and the split of a run; only runs that agree in both are comparable."""
    return run.config.corpus, run.config.split


def baselines_by_run(store: Store, runs: Sequence[RunRow]) -> dict[str, RunRow]:
    """Return the baseline of each run, by the run's id; runs without one are missing."""
    best: dict[tuple[str, str, SplitConfig], RunRow] = {}
    for workspace_id in {run.workspace_id for run in runs}:
        for baseline in store.baselines(workspace_id):
            best.setdefault((workspace_id, *songs_and_split(baseline)), baseline)
    by_run = {run.id: best.get((run.workspace_id, *songs_and_split(run))) for run in runs}
    return {run_id: baseline for run_id, baseline in by_run.items() if baseline is not None}


def count_baseline_users(store: Store, runs: Sequence[RunRow]) -> dict[str, int]:
    """Count the other runs that have one of these as their baseline, by the baseline's name."""
    ids = {run.id for run in runs}
    others = [
        run
        for run in store.runs(workspace_id=runs[0].workspace_id)
        if run.id not in ids and run.kind != "baseline"
    ]
    used = baselines_by_run(store, others).values()
    return dict(Counter(baseline.name for baseline in used if baseline.id in ids))
