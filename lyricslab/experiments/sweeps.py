"""Sweeps: asked for, stopped, taken up again, read as a table. The engine does the work.

Whatever a sweep wants next is worked out anew from its plan and its runs (`Work`), by anyone who
calls `advance`: the engine does so all the time, and nothing is lost when a process dies.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from lyricslab.analysis.claims import SIDES, Claim, ScoredBase, ScoredNetwork, judge
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.config import SplitConfig
from lyricslab.errors import ConfigError
from lyricslab.experiments import experiment
from lyricslab.experiments.experiment import ExperimentStatus
from lyricslab.experiments.sweep_plan import SweepCell, cells
from lyricslab.experiments.sweep_results import CellResult, SeedResult, SweepTable, Trial
from lyricslab.experiments.sweep_runs import SEARCH_SEED, Setting, TrialPlan, Work
from lyricslab.library.bases import base_digest, load_base_card
from lyricslab.library.corpora import find_corpus, load_corpus
from lyricslab.library.runs import resume_run, run_fingerprint, size_name
from lyricslab.model import presets
from lyricslab.model.trainable import Trainable
from lyricslab.songs.split import split
from lyricslab.store.plans import PlannedBase, SweepPlan
from lyricslab.store.rows import LOCAL, ExperimentRun, RunRow, SweepRow
from lyricslab.store.store import Store

# ---- asked for


def plan(
    store: Store,
    corpus_id: str,
    bases: Sequence[str],
    *,
    seeds: int = 3,
    preset: str = "paper",
    split_config: SplitConfig,
    only: Sequence[str] = (),
) -> SweepPlan:
    """The plan of a sweep, once everything it needs is seen to be there.

    Args:
        only: choices of layers as `SweepPlan.only` has them, in any order and spelling.

    Raises:
        NotFoundError: if there is no such corpus or base.
        ConfigError: if there is no base, or one is named twice, or a number is out of range.
        TrainableError: if no base has the layers of a choice.
        CorpusTooSmallError: if the corpus cannot be split this way.
    """
    if not bases:
        raise ConfigError(["A sweep needs at least one base to begin with."])
    if len(set(bases)) < len(bases):
        raise ConfigError(["A base is named twice."])
    planned = tuple(_planned(store, name) for name in bases)
    corpus = load_corpus(store, corpus_id)
    parts = split(corpus, split_config)
    return SweepPlan(
        corpus=corpus.digest,
        train_chars=parts.chars.train,
        val_chars=parts.chars.val,
        longest_chars=max(len(song.framed) for song in parts.train),
        bases=planned,
        seeds=seeds,
        preset=preset,
        split=split_config,
        only=_only(only, planned),
    )


def _planned(store: Store, name: str) -> PlannedBase:
    card = load_base_card(store.home, name)
    digest = base_digest(store.home, name) or name
    return PlannedBase(name=name, digest=digest, lyrics=card.lyrics, model=card.model)


def _only(words: Sequence[str], bases: Iterable[PlannedBase]) -> tuple[str, ...]:
    """The choices in one spelling and order, so that the same wish is the same sweep."""
    whole = ("baseline", "zero-shot")
    depths = sorted({base.model.num_layers for base in bases})
    asked = {word for word in words if word in whole}
    for word in words:
        if word not in whole:
            asked |= {str(Trainable.parse(word, depth)) for depth in depths}
    return tuple(sorted(asked))


def submit(store: Store, planned: SweepPlan, workspace_id: str = LOCAL) -> SweepRow:
    """Begins a sweep, or takes the same one up again where it was.

    Raises:
        NotFoundError: if its corpus is gone.
        InputError: if a base is gone, or was replaced since it was planned.
    """
    corpus_id = find_corpus(store, planned.corpus, workspace_id).id
    row = store.add_sweep(
        corpus_id=corpus_id,
        digest=experiment.digest(planned),
        plan=planned,
        workspace_id=workspace_id,
    )
    return resume(store, row.id)


def advance(store: Store, sweep_id: str) -> None:
    """Puts into the queue whatever a sweep can do next; marks it as over when nothing is left.

    Raises:
        NotFoundError: if there is no such sweep, or its corpus is gone.
        InputError: if a base is gone, or was replaced since the sweep was planned.
    """
    sweep = store.sweep(sweep_id)
    if sweep.state != "wanted":
        return
    found = _found(store.experiment_runs(sweep_id))
    wishes = [w for w in Work(sweep.plan, found).wishes() if (w.name, w.seed) not in found]
    bases = sweep.plan.bases if wishes else ()
    now = {b.name: (experiment.base_now(store, sweep, b.name, b.digest), b.digest) for b in bases}
    more = False
    for wish in wishes:
        base, digest = (None, None) if wish.config.base is None else now[wish.config.base]
        config = replace(wish.config, base=base)
        run_id = store.add_experiment_run(
            sweep,
            wish.name,
            wish.seed,
            called=wish.called,
            config=config,
            fingerprint=run_fingerprint(config, digest),
        )
        more = more or run_id is not None
        if run_id is not None and store.run(run_id).status == "stopped":
            resume_run(store, run_id)
    if more:
        advance(store, sweep_id)  # a run that was done already may have decided a search
    elif not wishes and all(run.status in ("done", "failed") for run in found.values()):
        store.transition_experiment(sweep_id, "over", only_from="wanted")


# ---- stopped and taken up again


def stop(store: Store, sweep_id: str) -> SweepRow:
    """Stops every run of a sweep that waits or trains; what they have learned is kept.

    A run that serves another sweep too goes on.

    Raises:
        NotFoundError: if there is none of this id.
    """
    experiment.stop(store, store.sweep(sweep_id))
    return store.sweep(sweep_id)


def resume(store: Store, sweep_id: str) -> SweepRow:
    """Takes up again whatever of a sweep was stopped, failed or deleted.

    Raises:
        NotFoundError: if there is none of this id, or its corpus is gone.
        InputError: if a base is gone, or was replaced since the sweep was planned.
    """
    sweep = store.sweep(sweep_id)
    for base in sweep.plan.bases:  # before anything is put into the queue
        experiment.base_now(store, sweep, base.name, base.digest)
    experiment.take_up(store, sweep, "stopped", "failed")
    advance(store, sweep_id)
    return store.sweep(sweep_id)


def delete(store: Store, sweep_id: str) -> None:
    """Forgets a sweep; its runs stay."""
    stop(store, sweep_id)
    store.delete_experiment(sweep_id)


# ---- looked at


def list_sweeps(
    store: Store, workspace_id: str = LOCAL, corpus_id: str | None = None
) -> list[SweepRow]:
    """The sweeps of a workspace, the newest first; of one corpus, if given."""
    found = store.sweeps(workspace_id)
    return [sweep for sweep in found if corpus_id in (None, sweep.corpus_id)]


def get(store: Store, sweep_id: str) -> SweepRow:
    """The sweep of this id.

    Raises:
        NotFoundError: if there is none.
    """
    return store.sweep(sweep_id)


def run_ids(store: Store, sweep_id: str) -> set[str]:
    """The ids of the runs that serve a sweep."""
    return {part.run.id for part in store.experiment_runs(sweep_id)}


def table(store: Store, sweep_id: str, *, with_songs: bool = True) -> SweepTable:
    """All that a sweep has found so far.

    Args:
        with_songs: whether each run's losses song by song are read too, which takes longer.

    Raises:
        NotFoundError: if there is none of this id.
    """
    sweep = store.sweep(sweep_id)
    found = _found(store.experiment_runs(sweep_id))
    work = Work(sweep.plan, found)
    ids = sorted({run.id for run in found.values()})
    songs = store.scores(ids) if with_songs else {}
    return SweepTable(
        sweep_id=sweep.id,
        workspace_id=sweep.workspace_id,
        corpus_id=sweep.corpus_id,
        corpus_name=sweep.corpus_name,
        plan=sweep.plan,
        created_at=sweep.created_at,
        status=_status(store, sweep, work),
        cells=tuple(_cell(cell, work, songs) for cell in cells(sweep.plan)),
        trials=tuple(_trial(trial, work, songs) for trial in work.trials),
    )


def status(store: Store, sweep_id: str) -> ExperimentStatus:
    """How far a sweep is.

    Raises:
        NotFoundError: if there is none of this id.
    """
    sweep = store.sweep(sweep_id)
    return _status(store, sweep, Work(sweep.plan, _found(store.experiment_runs(sweep_id))))


def estimate_s(planned: SweepPlan, workers: int) -> tuple[int, float]:
    """How many runs a plan comes to, and about how long they take on so many workers."""
    to_come = Work(planned, {}).to_come()
    return len(to_come), sum(to_come) / max(1, workers)


def claims(found: SweepTable) -> tuple[Claim, ...]:
    """The paper's claims judged on a sweep's table, as far as its cells are complete."""
    networks = [_network(cell) for cell in found.cells if _scored(cell)]
    bases = [
        ScoredBase(
            name=base.name,
            lyrics=base.lyrics,
            rates={
                trial.learning_rate: trial.songs["val"]
                for trial in found.trials
                if trial.base == base.name and trial.val is not None and "val" in trial.songs
            },
        )
        for base in found.plan.bases
    ]
    return judge(networks, bases, rate=presets.PAPER_RATE, gentle=presets.PAPER_LYRICS_RATE)


def _scored(cell: CellResult) -> bool:
    """Whether all seeds of a cell are done, with what each song cost them."""
    return cell.complete and all(set(seed.songs) == set(SIDES) for seed in cell.seeds)


def _network(cell: CellResult) -> ScoredNetwork:
    what = cell.cell
    learns = Trainable.parse(what.trainable, cell.model.num_layers).layers
    if what.base is None:
        named = f"the network from scratch ({size_name(cell.model)})"
    elif what.kind == "zero-shot":
        named = f"{what.base} as it is"
    elif not learns:
        named = f"the head of {what.base}"
    elif what.kind == "all":
        named = f"all layers of {what.base}"
    else:
        named = f"layer {' and '.join(map(str, learns))} of {what.base}"
        named = named.replace("layer", "layers", 1) if len(learns) > 1 else named
    return ScoredNetwork(
        name=named,
        base=what.base,
        layers=learns,
        kind=what.kind,
        seeds=tuple({side: seed.songs[side] for side in SIDES} for seed in cell.seeds),
    )


def _found(parts: Iterable[ExperimentRun]) -> dict[tuple[str, int], RunRow]:
    return {(part.name, part.seed): part.run for part in parts}


def _status(store: Store, sweep: SweepRow, work: Work) -> ExperimentStatus:
    return experiment.status(
        store,
        sweep,
        work.found.values(),
        work.to_come(),
        lambda run: work.seconds(run.config),
        more=any((wish.name, wish.seed) not in work.found for wish in work.wishes()),
    )


def _cell(cell: SweepCell, work: Work, songs: dict[str, dict[str, SongLosses]]) -> CellResult:
    known = [work.found.get((cell.key, seed)) for seed in work.seeds(cell)]
    ran = next((Setting(run.config.model, run.config.settings) for run in known if run), None)
    setting = ran or work.likely(cell)
    return CellResult(
        cell=cell,
        model=setting.model,
        learning_rate=setting.train.learning_rate,
        dropout=setting.train.dropout,
        batch_size=setting.train.batch_size,
        seeds=tuple(
            _seed(seed, run, songs) for seed, run in zip(work.seeds(cell), known, strict=True)
        ),
    )


def _seed(seed: int, run: RunRow | None, songs: dict[str, dict[str, SongLosses]]) -> SeedResult:
    if run is None:
        return SeedResult(seed=seed, run_id=None, status=None)
    result = (run.result or {}) if run.status == "done" else {}
    padded = result if run.config.settings.padding == "learned" else {}
    return SeedResult(
        seed=seed,
        run_id=run.id,
        status=run.status,
        val=result.get("val_nats_per_char"),
        test=result.get("test_nats_per_char"),
        train=result.get("train_nats_per_char"),
        val_padded_loss=padded.get("val_padded_loss"),
        test_padded_loss=padded.get("test_padded_loss"),
        trained_parameters=result.get("trained_parameters"),
        best_epoch=result.get("best_epoch"),
        seconds=result.get("seconds"),
        songs=songs.get(run.id, {}),
    )


def _trial(trial: TrialPlan, work: Work, songs: dict[str, dict[str, SongLosses]]) -> Trial:
    run = work.found.get((trial.name, SEARCH_SEED))
    base = None if trial.base is None else trial.base.name
    return Trial(
        base=base,
        search=trial.search,
        trainable=trial.trainable,
        model=trial.setting.model,
        learning_rate=trial.setting.train.learning_rate,
        dropout=trial.setting.train.dropout,
        batch_size=trial.setting.train.batch_size,
        run_id=None if run is None else run.id,
        status=None if run is None else run.status,
        val=run.best_val if run is not None and run.status == "done" else None,
        songs={} if run is None else songs.get(run.id, {}),
        chosen=work.chosen(base, trial.search) == trial,
    )
