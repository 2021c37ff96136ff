"""Searches among parts of layers on invented losses: no network is trained here."""

from __future__ import annotations

import itertools
import math

import pytest

from lyricslab.config import ModelConfig, RunConfig, SplitConfig, TrainConfig
from lyricslab.errors import ConfigError
from lyricslab.experiments.search_plan import check_budget, default_budget, grow, units
from lyricslab.experiments.search_results import SearchResult, best, pareto
from lyricslab.experiments.search_runs import RunOutcome, SearchPlanner
from lyricslab.model.trainable import Trainable
from lyricslab.store.plans import SearchPlan

MODEL = ModelConfig(hidden_size=4, num_layers=3)  # layers of 2,144, 160 and 160; the head of 640
HEAD = 640


def plan(**changes: object) -> SearchPlan:
    usual: dict[str, object] = {
        "corpus": "c0ffee",
        "base": "songs",
        "base_digest": "ba5e",
        "model": MODEL,
        "split": SplitConfig(),
        "train_chars": 30_000,
        "val_chars": 10_000,
        "longest_chars": 2_000,
        "settings": TrainConfig(learning_rate=0.001),
        "preset": "studio",
        "budget": 160,
        "seeds": 2,
        "rates": (1.0, 4.0),
    }
    return SearchPlan(**usual | changes)  # type: ignore[arg-type]


# ---- forward selection


def test_the_part_that_helps_most_is_added_until_nothing_fits() -> None:
    worth = {"0.b": 0.01, "1.ih": 0.2, "1.hh": 0.3, "1.b": 0.02, "2.ih": 0.25, "2.hh": 0.1}

    def loss_of(learns: Trainable) -> float:
        helps = [gain for word, gain in worth.items() if _holds(learns, word)]
        return 2 - sum(helps) + 0.35 * (_holds(learns, "1.hh") and _holds(learns, "2.ih"))

    # Matrices of 64 weights and biases of 32: two and one, 160. 1.hh first; then 1.ih, because
    # 2.ih is worth nothing beside it; then the best bias.
    growth = grow(units("matrices", 3), MODEL, 160, loss_of)
    assert [str(step) for step in growth.path] == ["1.hh", "1.ih,1.hh", "1"]
    assert growth.candidates == ()


def test_parts_that_hurt_are_added_too_and_none_twice() -> None:
    growth = grow(units("gates", 3), MODEL, 10_000, lambda learns: 1 + len(learns.cells) / 100)
    assert len(growth.path) == 12
    assert str(growth.path[-1]) == "all"
    assert [len(step.cells) for step in growth.path] == [3 * k for k in range(1, 13)]


def test_selection_waits_for_every_loss() -> None:
    known = {"1.f": 1.9, "2.i": 1.7}
    parts = [Trainable.parse(word, 3) for word in ("1.f", "2.i", "2.o")]
    growth = grow(parts, MODEL, 80, lambda learns: known.get(str(learns)))
    assert (growth.path, list(map(str, growth.candidates))) == ((), ["1.f", "2.i", "2.o"])
    known["2.o"] = math.inf  # it came off the rails
    growth = grow(parts, MODEL, 80, lambda learns: known.get(str(learns)))
    assert list(map(str, growth.path)) == ["2.i"]
    assert list(map(str, growth.candidates)) == ["1.f,2.i", "2.i,2.o"]


def test_a_budget_too_small_for_any_part_is_refused() -> None:
    assert default_budget(MODEL) == 160
    check_budget(plan(budget=40))  # a gate of an upper layer
    with pytest.raises(ConfigError, match="gates, the smallest has 40"):
        check_budget(plan(budget=39))
    check_budget(plan(budget=39, methods=("matrices",)))
    with pytest.raises(ConfigError, match="matrices, the smallest has 32"):
        check_budget(plan(budget=31, methods=("matrices",)))


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"methods": ("layers", "magic")}, "magic is no way to search"),
        ({"search_seeds": 3}, "3 of 2"),
        ({"rates": ()}, "multiples"),
        ({"rates": (0.0,)}, "multiples"),
        ({"budget": 0}, "Budget"),
    ],
)
def test_impossible_plans_are_refused(changes: dict[str, object], said: str) -> None:
    with pytest.raises(ConfigError, match=said):
        plan(**changes)


# ---- a complete search


def losses(config: RunConfig) -> RunOutcome:
    """Made up: what learns has a worth, rank 2 is the best rank, the higher rate is best for it."""
    learns = Trainable.parse(config.trainable, 3)
    gain = 0.001 * len(learns.cells) + 0.1 * _holds(learns, "1.hh") + 0.05 * _holds(learns, "2.f")
    if config.settings.lora_rank:
        gain -= 0.01 * abs(config.settings.lora_rank - 2)
    if config.settings.unfreeze_epochs:
        gain += 0.002
    fast = config.settings.learning_rate > 0.002
    gain += 0.004 * fast if config.settings.lora_rank else -0.004 * fast
    val = 2.0 - gain * (config.settings.max_steps > 0) + 0.0001 * config.seed
    settings = config.settings
    key = f"{config.trainable} {settings.lora_rank} {settings.learning_rate} {config.seed}"
    return RunOutcome(key, val, val + 0.1)


def through(made: SearchPlan, at_once: int = 1000) -> tuple[SearchPlanner, list[RunConfig]]:
    """The search at its end, and the runs in the order in which they were asked for."""
    found: dict[RunConfig, RunOutcome] = {}
    asked: list[RunConfig] = []
    while True:
        search = SearchPlanner(made, found)
        configs = [planned.config for planned in search.pending()[:at_once]]
        if not configs:
            return search, asked
        asked += configs
        found |= {config: losses(config) for config in configs}


def test_a_search_from_start_to_end() -> None:
    search, asked = through(plan())
    assert len(set(asked)) == len(asked)
    rows = search.rows()
    assert all(row.complete for row in rows)
    # The head, six subsets and all, four ranks, ULMFiT: each with two seeds; then what has grown.
    methods = [row.method for row in rows]
    assert methods[:9] == ["zero-shot", "head"] + ["layers"] * 7
    assert methods[-5:] == ["lora"] * 4 + ["ulmfit"]
    grown = {m: [row.train for row in rows if row.method == m] for m in ("matrices", "gates")}
    # 160 weights: two matrices of 64 and a bias of 32; four gates of 40. 1.hh first of all.
    assert grown["matrices"][0] == "1.hh"
    assert len(grown["matrices"]) == 3 and len(grown["gates"]) == 4
    assert grown["gates"][0] == "2.f" and grown["gates"][-1].count(",") <= 3
    for row in rows:
        assert row.learning_rate == pytest.approx(0.004 if row.method == "lora" else 0.001) or (
            row.method == "zero-shot"
        )
    base = rows[0]
    assert (base.trained_parameters, base.val, base.seeds) == (0, (2.0,), 1)
    assert next(row for row in rows if row.method == "head").trained_parameters == HEAD
    ranks = [row for row in rows if row.method == "lora"]
    # Of layer 0: 16 x 128 and 16 x 4; of the others 16 x 4 twice.
    assert [row.trained_parameters for row in ranks] == [
        HEAD + rank * (16 + 128 + 16 + 4 + 4 * (16 + 4)) for rank in (1, 2, 4, 8)
    ]
    assert best(rows, "lora") == ranks[1]


def test_runs_one_by_one_give_the_same_rows() -> None:
    at_once, _ = through(plan())
    one_by_one, asked = through(plan(), at_once=1)
    assert at_once.rows() == one_by_one.rows()
    found = {config: losses(config) for config in asked[: len(asked) // 2]}
    half = SearchPlanner(plan(), found)
    assert {row.train for row in half.rows()} <= {row.train for row in at_once.rows()}
    pending = {planned.config for planned in half.pending()}
    assert pending and not pending & set(found)


def test_a_diverged_run_has_no_row_and_stops_nothing() -> None:
    found: dict[RunConfig, RunOutcome] = {}
    while pending := SearchPlanner(plan(methods=("lora",)), found).pending():
        for config in (planned.config for planned in pending):
            bad = config.settings.lora_rank == 8
            found[config] = RunOutcome("x", math.inf, math.inf) if bad else losses(config)
    rows = SearchPlanner(plan(methods=("lora",)), found).rows()
    assert [row.lora_rank for row in rows] == [1, 2, 4]


# ---- the Pareto front


def row(params: int, val: float, test: float = 1.0, method: str = "layers") -> SearchResult:
    return SearchResult(
        method=method,
        train="0",
        learning_rate=0.1,
        trained_parameters=params,
        seeds=1,
        runs=("a",),
        val=(val,),
        test=(test,),
    )


def test_pareto_by_hand() -> None:
    rows = [row(5, 1.9), row(0, 2.0), row(7, 1.95), row(9, 1.9), row(9, 1.8), row(12, 1.7, 3.0)]
    front = pareto(rows)
    assert [(r.trained_parameters, r.val_mean) for r in front] == [
        (0, 2.0), (5, 1.9), (9, 1.8), (12, 1.7),
    ]  # fmt: skip


def test_the_pareto_front_does_not_depend_on_the_order() -> None:
    rows = [row(p, v) for p, v in [(1, 5.0), (2, 4.0), (2, 4.5), (3, 4.0), (4, 3.0), (4, 3.5)]]
    beaten = {
        id(r)
        for r, other in itertools.permutations(rows, 2)
        if other.trained_parameters <= r.trained_parameters
        and other.val_mean <= r.val_mean
        and (other.trained_parameters, other.val_mean) != (r.trained_parameters, r.val_mean)
    }
    for order in itertools.permutations(rows):
        assert {id(r) for r in pareto(order)} == {id(r) for r in rows} - beaten


def test_the_best_row_is_chosen_by_validation() -> None:
    rows = [row(5, 1.9, 1.0), row(9, 1.8, 2.0, "gates"), row(20, 1.7, 3.0)]
    assert best(rows) == rows[2]
    assert best(rows, "gates", "lora") == rows[1]
    assert best(rows, "layers", most=10) == rows[0]
    assert best(rows, "ulmfit") is None


def _holds(learns: Trainable, word: str) -> bool:
    return Trainable.parse(word, 3).cells <= learns.cells
