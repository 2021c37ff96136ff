"""Sweeps, and what searches share with them: run nothing twice, survive a kill, stop, resume."""

from __future__ import annotations

import json
import statistics
from dataclasses import replace

import pytest

from lyricslab.config import ModelConfig, SplitConfig, TrainConfig
from lyricslab.engine.recorder import Recorder
from lyricslab.errors import ConfigError, InputError, InUseError, NotFoundError, TrainableError
from lyricslab.experiments import experiment
from lyricslab.experiments.sweep_plan import cells, plan_sweep
from lyricslab.experiments.sweep_results import SweepTable, sweep_table
from lyricslab.experiments.sweep_runs import SweepPlanner
from lyricslab.library.bases import delete_base, rename_base
from lyricslab.library.corpora import add_corpus, load_corpus
from lyricslab.library.runs import delete_run, run_fingerprint, stop_run, submit_run
from lyricslab.model import network_file, presets
from lyricslab.store.home import open_home
from lyricslab.store.plans import SweepPlan
from lyricslab.store.store import Store
from tests.support.fake_engine import Killed, work_off

SPLIT = SplitConfig(train=0.4, val=0.3, test=0.3)
STEPS = TrainConfig(
    batch_size=3, window_chars=0, max_steps=6, eval_every_steps=2, patience_evals=0, dropout=0.1
)
ONE, TWO = ModelConfig(hidden_size=5, num_layers=1), ModelConfig(hidden_size=6, num_layers=2)


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """The paper's protocol in miniature: its shape is kept, its networks and budgets are tiny."""

    def resolve(preset: str, *, base_is_lyrics: bool, **_: object) -> TrainConfig:
        rate = presets.PAPER_LYRICS_RATE if base_is_lyrics else presets.PAPER_RATE
        return replace(STEPS, learning_rate=rate, padding="learned")

    def paper_network(
        train: int, val: int, model: ModelConfig, dropout: float, batch: int = 3
    ) -> TrainConfig:
        return replace(STEPS, learning_rate=0.02, dropout=dropout, batch_size=batch)

    def grid(train: int, val: int) -> list[tuple[ModelConfig, TrainConfig]]:
        return [(m, paper_network(train, val, m, d)) for m, d in ((ONE, 0.0), (TWO, 0.2))]

    monkeypatch.setattr(presets, "resolve", resolve)
    monkeypatch.setattr(presets, "paper_network", paper_network)
    monkeypatch.setattr(presets, "paper_grid", grid)
    strong = [(ONE, replace(STEPS, learning_rate=0.03))]
    monkeypatch.setattr(presets, "baseline_grid", lambda *sizes: strong)
    monkeypatch.setattr(presets, "PAPER_BATCHES", (2, 3))


def planned(lab, **changes: object) -> SweepPlan:
    settings = {"seeds": 2, "split_config": SPLIT} | changes
    bases = settings.pop("bases", ["tiny"])
    return plan_sweep(lab.store, lab.corpus_row.id, bases, **settings)


def figures(table: SweepTable) -> list[tuple[object, ...]]:
    """Everything that a table says, but for run ids and times."""
    return [
        (cell.cell.key, cell.learning_rate, s.seed, s.val, s.test, s.train, s.test_padded_loss)
        for cell in table.cells
        for s in cell.seeds
    ]


def other_base(lab, name: str = "tomes") -> None:
    """A base that read no lyrics."""
    weights, card = network_file.load(lab.home.base_file("tiny"))
    weights = {part: 0.5 * w for part, w in weights.items()}
    network_file.save(lab.home.base_file(name), weights, replace(card, name=name, lyrics=False))


# ---- what it runs


def test_a_sweep_tries_every_choice_of_layers(lab) -> None:
    other_base(lab)
    plan = planned(lab, bases=["tiny", "tomes"])
    keys = [cell.key for cell in cells(plan)]
    subsets = ["0", "1", "2", "0,1", "0,2", "1,2"]
    expected = ["baseline paper", "baseline grid"]
    for base in ("tiny", "tomes"):
        expected += [f"{base} {c}" for c in ("zero-shot", "none", *subsets, "all")]
    assert keys == expected
    assert [c.kind for c in cells(plan)][2:5] == ["zero-shot", "head", "subset"]
    assert SweepPlan.from_dict(json.loads(json.dumps(plan.to_dict()))) == plan
    assert [c.key for c in cells(planned(lab, preset="quick"))][:2] == [
        "baseline grid",
        "tiny zero-shot",
    ]


def test_a_sweep_from_start_to_end(lab) -> None:
    other_base(lab)
    plan = planned(lab, bases=["tiny", "tomes"], only=["none", "0,2", "zero-shot", "baseline"])
    count, seconds = experiment.estimate(plan, 2)
    sweep = experiment.submit(lab.store, plan)
    before = sweep_table(lab.store, sweep.id)
    assert (before.status.state, before.status.done, before.status.runs) == ("running", 0, count)
    assert before.status.seconds_left > 0 and seconds > 0
    executed = work_off(lab.store)
    table = sweep_table(lab.store, sweep.id)
    assert executed == count == table.status.runs == table.status.done == len(lab.store.runs())
    assert (table.status.state, table.status.seconds_left) == ("done", 0.0)
    assert all(cell.complete for cell in table.cells)
    # Two networks and another batch for the paper's baseline; its winner serves the cell.
    networks = [t for t in table.trials if t.search == "paper"]
    assert len(networks) == 3 and len({t.batch_size for t in networks}) == 2
    best = min(networks, key=lambda t: t.val)
    assert [t.chosen for t in networks] == [t is best for t in networks]
    assert table.paper_baseline.model == best.model
    assert table.paper_baseline.seeds[0].run_id == best.run_id
    # The rates of each base, its best for every cell.
    for base in ("tiny", "tomes"):
        rates = [t for t in table.trials if t.base == base]
        assert [t.learning_rate for t in rates] == [1e-2, 3e-3, 1e-3, 3e-4]
        best = min(rates, key=lambda t: t.val)
        tuned = table.of(base, "head", "subset", "all")
        assert {cell.learning_rate for cell in tuned} == {best.learning_rate}
        assert table.cell(base, "0,2").seeds[0].run_id == best.run_id
    zero = table.cell("tiny", "zero-shot")
    assert len(zero.seeds) == 1 and zero.sd() == 0.0
    assert zero.seeds[0].trained_parameters == 0
    head = table.cell("tiny", "none")
    assert head.mean() == pytest.approx(statistics.fmean(s.test for s in head.seeds))
    assert head.sd("val") == pytest.approx(statistics.stdev(s.val for s in head.seeds))
    assert table.ratio(head) == pytest.approx(head.mean() / table.baseline.mean())
    assert table.baseline in table.baselines
    assert table.baseline.mean("val") == min(b.mean("val") for b in table.baselines)


def test_losses_song_by_song_add_up(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["zero-shot", "1"], seeds=1))
    work_off(lab.store)
    table = sweep_table(lab.store, sweep.id)
    for cell in table.cells:
        (seed,) = cell.seeds
        assert seed.songs.keys() == {"train", "val", "test"}
        assert seed.songs["test"].nats_per_char == pytest.approx(seed.test, abs=1e-5)
        assert seed.songs["val"].nats_per_char == pytest.approx(seed.val, abs=1e-5)
        assert seed.songs["train"].nats_per_char == pytest.approx(seed.train, abs=1e-5)
    sides = table.cells[0].seeds[0].songs
    assert sum(len(s.nats) for s in sides.values()) == lab.corpus_row.songs
    characters = sum(int(s.predictions.sum()) for s in sides.values())
    assert characters == lab.corpus_row.characters + lab.corpus_row.songs
    assert not sweep_table(lab.store, sweep.id, with_songs=False).cells[0].seeds[0].songs


def test_runs_on_padded_songs_have_padded_losses(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["zero-shot", "1", "baseline"], seeds=1))
    work_off(lab.store)
    table = sweep_table(lab.store, sweep.id)
    assert table.cell("tiny", "1").seeds[0].test_padded_loss > 0
    assert table.cell("tiny", "zero-shot").seeds[0].test_padded_loss is None


# ---- nothing is trained twice


def test_an_equal_plan_is_the_same_sweep_and_finished_runs_are_shared(lab) -> None:
    first = experiment.submit(lab.store, planned(lab, only=["0,2", "1"], seeds=2))
    work_off(lab.store)
    again = experiment.submit(lab.store, planned(lab, only=["1", "2,0"], seeds=2))
    assert again.id == first.id
    assert work_off(lab.store) == 0
    known = {run.id for run in lab.store.runs()}
    wider = experiment.submit(lab.store, planned(lab, only=["0,2", "1", "2"], seeds=3))
    assert wider.id != first.id
    new = work_off(lab.store)
    assert new == 3 + 2  # three seeds of "2", one more of the two others
    assert len(lab.store.runs()) == len(known) + new
    old = sweep_table(lab.store, first.id)
    table = sweep_table(lab.store, wider.id)
    assert figures(table)[:2] == figures(old)[:2]


def test_a_run_started_by_hand_serves_a_sweep(lab) -> None:
    plan = planned(lab, only=["1"], seeds=1, preset="quick")
    (needed,) = SweepPlanner(plan, {}).pending()
    by_hand = submit_run(lab.store, replace(needed.config, preset="own"), "Mine")
    sweep = experiment.submit(lab.store, plan)
    assert work_off(lab.store) == 1
    table = sweep_table(lab.store, sweep.id)
    assert table.cells[0].seeds[0].run_id == by_hand.id
    assert table.status.state == "done"
    assert [run.made_for for run in lab.store.runs()] == [None]  # it stays the person's


def test_runs_of_a_sweep_are_marked(lab) -> None:
    mine = submit_run(lab.store, lab.config())
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1, preset="quick"))
    work_off(lab.store)
    assert {run.id: run.made_for for run in lab.store.runs()} == {
        mine.id: None,
        sweep_table(lab.store, sweep.id).cells[0].seeds[0].run_id: "sweep",
    }
    assert [run.id for run in lab.store.runs(exclude_experiments=True)] == [mine.id]
    experiment.delete(lab.store, sweep.id)
    assert [run.id for run in lab.store.runs(exclude_experiments=True)] == [mine.id]


def test_a_part_has_one_run_though_two_processes_advance_the_sweep(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1, preset="quick"))
    (part,) = lab.store.experiment_runs(sweep.id)
    second = lab.store.add_experiment_run(
        sweep, part.name, part.seed, name="Second", config=part.run.config, fingerprint="other"
    )
    assert second is None
    assert len(lab.store.runs()) == 1


def test_fingerprints(lab) -> None:
    config = lab.config()
    same = run_fingerprint(config, "d")
    assert run_fingerprint(replace(config, preset="own"), "d") == same
    others = [
        run_fingerprint(config, "e"),
        run_fingerprint(replace(config, seed=4), "d"),
        run_fingerprint(replace(config, trainable="1"), "d"),
        run_fingerprint(replace(config, corpus="x"), "d"),
        run_fingerprint(replace(config, split=SplitConfig()), "d"),
        run_fingerprint(replace(config, settings=replace(config.settings, dropout=0.3)), "d"),
        run_fingerprint(replace(config, settings=replace(config.settings, max_steps=0)), "d"),
    ]
    assert len({same, *others}) == 1 + len(others)
    bare = replace(config, settings=TrainConfig(max_steps=0))
    hot = replace(config, seed=9, trainable="all", settings=TrainConfig(max_steps=0, dropout=0.5))
    assert run_fingerprint(bare, "d") == run_fingerprint(hot, "d")


# ---- killed, stopped, diverged


def test_a_killed_sweep_ends_with_the_same_table(lab, tmp_path) -> None:
    plan = planned(lab, only=["0,2", "1", "zero-shot", "baseline"])
    unbroken = experiment.submit(lab.store, plan)
    work_off(lab.store)
    expected = figures(sweep_table(lab.store, unbroken.id))
    for dies_after in (3, 40):
        home = library_copy(lab, tmp_path / f"dies after {dies_after}")
        store = Store(home)
        sweep = experiment.submit(store, plan)
        with pytest.raises(Killed):
            work_off(store, dies_after=dies_after)
        assert "running" in [run.status for run in store.runs()]
        fresh = Store(home)
        assert experiment.submit(fresh, plan).id == sweep.id  # the same command, once more
        work_off(fresh, owner="engine:two")
        table = sweep_table(fresh, sweep.id)
        assert figures(table) == expected
        assert table.status.state == "done"
        assert len(fresh.runs()) == len(lab.store.runs())


def test_a_sweep_keeps_the_grid_that_it_began_with(lab, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = planned(lab, only=["zero-shot", "baseline"], preset="quick", seeds=1)
    sweep = experiment.submit(lab.store, plan)
    work_off(lab.store)
    before = sweep_table(lab.store, sweep.id)
    assert before.status.state == "done"
    later = [(TWO, replace(STEPS, output_dropout=0.5)), (ONE, replace(STEPS, input_dropout=0.2))]
    monkeypatch.setattr(presets, "baseline_grid", lambda *sizes: later)
    after = sweep_table(lab.store, sweep.id)
    assert (after.status, figures(after)) == (before.status, figures(before))
    assert [trial.run_id for trial in after.trials] == [trial.run_id for trial in before.trials]
    other = experiment.submit(lab.store, replace(plan, seeds=2))
    assert {trial.dropout_name for trial in sweep_table(lab.store, other.id).trials} == {
        "dropout 0.1 between layers, 0.5 of the output",
        "dropout 0.2 of the input, 0.1 between layers",
    }


def library_copy(lab, root):
    """The same corpus and base in another home."""
    home = open_home(root)
    weights, card = network_file.load(lab.home.base_file("tiny"))
    network_file.save(home.base_file("tiny"), weights, card)
    add_corpus(Store(home), load_corpus(lab.store, lab.corpus_row.id))
    return home


def test_stop_and_resume(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["0", "1", "2"], preset="quick"))
    first = lab.store.lease_next("engine:one")
    experiment.stop(lab.store, sweep.id)
    table = sweep_table(lab.store, sweep.id)
    assert table.status.state == "stopping"
    assert {run.status for run in lab.store.runs()} == {"stopping", "stopped"}
    Recorder(lab.store, first).stop_now()
    assert experiment.status(lab.store, sweep.id).state == "stopped"
    assert work_off(lab.store) == 0
    experiment.resume(lab.store, sweep.id)
    assert experiment.status(lab.store, sweep.id).state == "running"
    assert work_off(lab.store) == 6
    assert experiment.status(lab.store, sweep.id).state == "done"


def test_a_run_stopped_by_hand_stays_stopped_until_the_sweep_is_submitted_again(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=2, preset="quick"))
    one, *_ = lab.store.runs()
    stop_run(lab.store, one.id)
    assert work_off(lab.store) == 1
    assert experiment.status(lab.store, sweep.id).state == "stopped"
    experiment.submit(lab.store, planned(lab, only=["1"], seeds=2, preset="quick"))
    assert work_off(lab.store) == 1
    assert experiment.status(lab.store, sweep.id).state == "done"


def test_every_cell_is_trained_once_before_the_baselines_and_before_any_a_second_time(lab) -> None:
    only = ["1", "0,2", "zero-shot", "baseline"]
    experiment.submit(lab.store, planned(lab, only=only))
    work_off(lab.store)
    runs = [run for run in reversed(lab.store.runs()) if run.config.seed == 0]
    first_cells = max(k for k, run in enumerate(runs) if run.trainable == "1")
    assert first_cells < min(k for k, run in enumerate(runs) if run.base is None)
    order = [run.config.seed for run in reversed(lab.store.runs())]
    assert order == sorted(order)


def test_no_second_seed_before_every_base_has_its_learning_rate(lab) -> None:
    other_base(lab)
    sweep = experiment.submit(lab.store, planned(lab, only=["0", "1"], bases=["tiny", "tomes"]))
    asked = 0
    while work_off(lab.store, most=1):
        found = {(p.name, p.seed): p.run for p in lab.store.experiment_runs(sweep.id)}
        if any(seed == 1 for _, seed in found):
            first = [run for (_, seed), run in found.items() if seed == 0]
            asked = asked or len(first)
            # Four rates a base, and one run of each of the four cells, two of which served a rate.
            assert len({run.id for run in first}) == 4 * 2 + 4 - 2
    assert asked == 4 * 2 + 4
    assert all(cell.complete for cell in sweep_table(lab.store, sweep.id).cells)


def test_a_sweep_between_two_rounds_is_running(lab, monkeypatch) -> None:
    """One base's rates are all tried, so its cells can be asked for; those of another were
    stopped by hand."""
    monkeypatch.setenv("LYRICSLAB_WORKERS", "4")  # room for every run that is asked for at once
    other_base(lab)
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], bases=["tiny", "tomes"]))
    for run in lab.store.runs():
        if run.base == "tomes":
            stop_run(lab.store, run.id)
    with monkeypatch.context() as patch:
        patch.setattr(experiment, "advance", lambda store, sweep_id: None)
        assert work_off(lab.store) > 0
    assert experiment.status(lab.store, sweep.id).state == "running"
    assert work_off(lab.store) > 0
    assert experiment.status(lab.store, sweep.id).state == "stopped"


def test_stopping_a_sweep_leaves_runs_of_another_alone(lab) -> None:
    one = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1, preset="quick"))
    two = experiment.submit(lab.store, planned(lab, only=["1", "2"], seeds=1, preset="quick"))
    experiment.stop(lab.store, two.id)
    assert sorted(run.status for run in lab.store.runs()) == ["queued", "stopped"]
    work_off(lab.store)
    assert experiment.status(lab.store, one.id).state == "done"
    assert experiment.status(lab.store, two.id).state == "stopped"


def test_a_failed_run_is_counted_and_holds_nothing_up(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1))
    first = [run for run in lab.store.runs() if run.config.settings.learning_rate == 1e-2]
    for run in first:  # the largest rate came off the rails
        lab.store.transition(run.id, "failed", error="It did.")
    work_off(lab.store)
    table = sweep_table(lab.store, sweep.id)
    assert (table.status.state, table.status.failed) == ("failed", 1)
    (gone, *rest) = table.trials
    assert gone.val is None and not gone.chosen
    assert sum(trial.chosen for trial in rest) == 1
    assert table.cells[0].complete


def test_a_deleted_run_is_trained_again(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["1", "2"], seeds=1, preset="quick"))
    work_off(lab.store)
    before = figures(sweep_table(lab.store, sweep.id))
    delete_run(lab.store, lab.store.runs()[0].id)
    assert not all(cell.complete for cell in sweep_table(lab.store, sweep.id).cells)
    experiment.resume(lab.store, sweep.id)
    assert work_off(lab.store) == 1
    assert figures(sweep_table(lab.store, sweep.id)) == before


def test_deleting_a_sweep_keeps_its_runs(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1, preset="quick"))
    work_off(lab.store)
    assert [row.id for row in lab.store.sweeps()] == [sweep.id]
    experiment.delete(lab.store, sweep.id)
    assert lab.store.sweeps() == []
    assert len(lab.store.runs()) == 1
    with pytest.raises(NotFoundError, match=sweep.id):
        sweep_table(lab.store, sweep.id)


# ---- refused


def test_impossible_plans_are_refused(lab) -> None:
    with pytest.raises(NotFoundError, match="nothing"):
        planned(lab, bases=["nothing"])
    with pytest.raises(ConfigError, match="at least one base"):
        planned(lab, bases=[])
    with pytest.raises(ConfigError, match="twice"):
        planned(lab, bases=["tiny", "tiny"])
    with pytest.raises(ConfigError, match="Seeds"):
        planned(lab, seeds=0)
    with pytest.raises(TrainableError, match="0 to 2"):
        planned(lab, only=["7"])


def test_a_base_that_a_sweep_needs_is_not_renamed_or_deleted(lab) -> None:
    other_base(lab)
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1, bases=["tiny", "tomes"]))
    for run in lab.store.runs():
        lab.store.delete_run(run.id)  # between two rounds: no run of its own names the base
    for change in (delete_base, lambda store, name: rename_base(store, name, "x")):
        with pytest.raises(InUseError, match="a sweep on 'Tiny songs' still needs it"):
            change(lab.store, "tomes")
    experiment.stop(lab.store, sweep.id)
    assert rename_base(lab.store, "tomes", "volumes").name == "volumes"
    experiment.resume(lab.store, sweep.id)  # it goes on with the same weights under their new name
    work_off(lab.store)
    assert experiment.status(lab.store, sweep.id).state == "done"
    assert {run.base for run in lab.store.runs()} >= {"tiny", "volumes"}


def test_a_sweep_whose_base_is_gone_queues_nothing(lab) -> None:
    other_base(lab)
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], bases=["tiny", "tomes"]))
    experiment.stop(lab.store, sweep.id)
    lab.home.base_file("tomes").unlink()
    with pytest.raises(InputError, match="'tomes' of this sweep is not in the library any more"):
        experiment.resume(lab.store, sweep.id)
    assert {run.status for run in lab.store.runs()} == {"stopped"}
    assert experiment.status(lab.store, sweep.id).state == "stopped"


def test_a_replaced_base_is_refused(lab) -> None:
    sweep = experiment.submit(lab.store, planned(lab, only=["1"], seeds=1))
    weights, card = network_file.load(lab.home.base_file("tiny"))
    changed = {part: 2 * w for part, w in weights.items()}
    network_file.save(lab.home.base_file("tiny"), changed, card)
    delete_run(lab.store, lab.store.runs()[0].id)
    with pytest.raises(InputError, match="replaced"):
        experiment.advance(lab.store, sweep.id)
