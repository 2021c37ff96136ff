"""The paper's claims on tables made by hand, where the answer is known."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest

from lyricslab.analysis import bootstrap
from lyricslab.analysis.bootstrap import difference, gap, holm, paired, paired_each, student
from lyricslab.analysis.claims import Claim, judge
from lyricslab.analysis.evidence import ScoredBase, ScoredNetwork
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.experiments.sweep_claims import judge_sweep
from tests.support.sweep_table import made_up_table

SONGS = 24


class World:
    """Songs that differ in length and ease, and networks of known means on them."""

    def __init__(self, songs: int = SONGS, seeds: int = 3, seed: int = 0) -> None:
        self.rng = np.random.default_rng(seed)
        self.seeds = seeds
        self.predictions = {
            side: self.rng.integers(300, 2500, songs + k)
            for k, side in enumerate(("train", "val", "test"))
        }
        self.ease = {side: self.rng.normal(0, 0.15, len(n)) for side, n in self.predictions.items()}

    def losses(self, side: str, mean: float) -> SongLosses:
        noise = self.rng.normal(0, 0.02, len(self.ease[side]))
        nats = (mean + self.ease[side] + noise) * self.predictions[side]
        return SongLosses(nats, self.predictions[side])

    def network(
        self,
        base: str | None,
        kind: str,
        mean: float,
        layers: tuple[int, ...] = (),
        *,
        train: float | None = None,
        seeds: int | None = None,
    ) -> ScoredNetwork:
        means = {"train": mean if train is None else train, "val": mean, "test": mean}
        return ScoredNetwork(
            name=f"{kind} {layers} of {base}",
            base=base,
            layers=layers,
            kind=kind,
            seeds=tuple(
                {
                    side: self.losses(side, m + self.rng.normal(0, 0.003))
                    for side, m in means.items()
                }
                for _ in range(seeds or self.seeds)
            ),
        )

    def subsets(self, base: str, one: float, two: float, **single: float) -> list[ScoredNetwork]:
        found = [self.network(base, "subset", single.get(f"layer{k}", one), (k,)) for k in range(3)]
        return found + [
            self.network(base, "subset", two, pair) for pair in ((0, 1), (0, 2), (1, 2))
        ]


def books(**rates: float) -> ScoredBase:
    return ScoredBase(name="books", title="Books", lyrics=False)


def songs() -> ScoredBase:
    return ScoredBase(name="songs", title="Songs", lyrics=True)


def named(claims: tuple[Claim, ...], name: str, base: str | None = None) -> Claim:
    (found,) = (c for c in claims if c.name == name and base in (None, c.base))
    return found


def as_the_paper(world: World) -> list[ScoredNetwork]:
    return [
        world.network(None, "baseline", 1.8, (0, 1), train=1.4),
        world.network(None, "baseline", 1.9, (0, 1), train=1.7),
        world.network("books", "zero-shot", 2.3, seeds=1),
        *world.subsets("books", 1.74, 1.68),
        world.network("songs", "zero-shot", 1.7, seeds=1),
        *world.subsets("songs", 1.54, 1.54),
    ]


# ---- the interval


def test_an_effect_is_the_difference_of_sum_over_sum() -> None:
    a = [SongLosses(np.array([10.0, 40.0]), np.array([10, 20]))]
    b = [SongLosses(np.array([12.0, 24.0]), np.array([10, 20]))]
    assert paired(a, b).effect == pytest.approx((50 - 36) / 30)
    c = [SongLosses(np.array([3.0, 3.0, 6.0]), np.array([1, 2, 3]))]
    assert gap(a, c).effect == pytest.approx(50 / 30 - 12 / 6)


def test_the_interval_of_songs_of_one_length_is_students_t() -> None:
    rng = np.random.default_rng(4)
    d = rng.normal(0.03, 0.1, 15)
    one = np.full(15, 100)
    base = rng.normal(1.6, 0.3, 15)
    found = paired([SongLosses((base + d) * 100, one)], [SongLosses(base * 100, one)])
    half = 2.1448 * d.std(ddof=1) / np.sqrt(15)  # t of 14 degrees of freedom
    assert found.effect == pytest.approx(d.mean())
    assert (found.low, found.high) == pytest.approx((d.mean() - half, d.mean() + half), abs=0.006)


@pytest.mark.parametrize(
    ("share", "freedom", "expected"),
    [(0.975, 1, 12.706), (0.975, 2, 4.3027), (0.975, 9, 2.2622), (0.995, 5, 4.0321)],
)
def test_students_quantiles(share: float, freedom: int, expected: float) -> None:
    assert student(share, freedom) == pytest.approx(expected, rel=1e-4)


def test_pairing_over_songs_makes_a_small_difference_significant() -> None:
    world = World()
    a = [world.losses("test", 1.60) for _ in range(3)]
    b = [world.losses("test", 1.63) for _ in range(3)]
    assert paired(a, b).high < 0
    apart = gap(a, b).interval()  # as if they were other songs
    assert apart.low < 0 < apart.high


def test_p_values_are_those_of_the_intervals() -> None:
    world = World(songs=15, seeds=2)
    a, b = ([world.losses("test", m) for _ in range(2)] for m in (1.61, 1.63))
    found = difference(a, b)
    for level in (0.5, 0.8, 0.95, 0.99):
        shown = found.interval(level)
        assert found.p_below(shown.high) == pytest.approx((1 - level) / 2, abs=2e-3)
        assert found.p_above(shown.low) == pytest.approx((1 - level) / 2, abs=2e-3)
    assert found.p_below(9.0) < 1e-3 and found.p_below(-9.0) == pytest.approx(0.5, abs=1e-3)


def test_holm_on_an_example_worked_by_hand() -> None:
    assert holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert holm([]) == []


def test_many_networks_at_once_have_the_intervals_of_each() -> None:
    rng = np.random.default_rng(3)
    predictions = rng.integers(50, 90, 11)
    a, b = (rng.normal(100, 9, (4, 11)) for _ in range(2))
    at_once = paired_each(a - b, predictions)
    for ours, theirs, interval in zip(a, b, at_once, strict=True):
        one = paired([SongLosses(ours, predictions)], [SongLosses(theirs, predictions)])
        assert [interval.effect, interval.low, interval.high] == pytest.approx(
            [one.effect, one.low, one.high]
        )


def test_seeds_that_disagree_widen_the_interval() -> None:
    world = World(songs=60)
    calm = [world.losses("test", 1.60) for _ in range(3)]
    wild = [world.losses("test", 1.60 + change) for change in (-0.05, 0.0, 0.05)]
    other = [world.losses("test", 1.63) for _ in range(3)]
    assert paired(calm, other).high < 0 < paired(wild, other).high


def test_the_interval_is_deterministic_also_for_many_songs(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World()
    a, b = ([world.losses("test", m) for _ in range(2)] for m in (1.6, 1.7))
    first = paired(a, b)
    assert paired(a, b) == first
    monkeypatch.setattr(bootstrap, "CHUNK", 500)  # a few draws at a time
    again = paired(a, b)
    assert (again.low, again.high) == pytest.approx((first.low, first.high), abs=0.002)


@pytest.mark.slow
@pytest.mark.parametrize(("count", "seeds"), [(9, 1), (20, 3), (40, 5)])
def test_false_positives_are_rare(count: int, seeds: int, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bootstrap, "DRAWS", 400)
    worlds = 200
    below = above = 0
    for number in range(worlds):
        world = World(count, seeds, seed=number)
        # Of one seed it cannot be known how far seeds lie apart.
        shifts = world.rng.normal(0, 0.02 if seeds > 1 else 0.0, (2, seeds))
        a, b = ([world.losses("test", 1.6 + s) for s in side] for side in shifts)
        found = paired(a, b)
        below += found.high < 0
        above += found.low > 0
    # 2.5 % on each side are meant; 14 of 200 would come by chance once in 2,000 times.
    assert below <= 13 and above <= 13
    assert below + above >= 1


# ---- the verdicts


def test_results_like_the_papers_show_every_claim() -> None:
    world = World(songs=40)
    rates = {"songs": {1e-2: 1.60, 1e-3: 1.55}, "books": {1e-2: 1.70, 1e-3: 1.75}}
    bases = [
        dataclasses.replace(
            base, rates={rate: world.losses("val", m) for rate, m in rates[base.name].items()}
        )
        for base in (books(), songs())
    ]
    claims = judge(as_the_paper(world), bases)
    assert [(c.name, c.base) for c in claims] == [
        ("transfer", "books"),
        ("transfer", "songs"),
        ("lyrics-beat-books", None),
        ("two-layers-beat-one", "books"),
        ("which-layer-hardly-matters", "books"),
        ("which-layer-hardly-matters", "songs"),
        ("smaller-rate-for-lyrics", "songs"),
        ("zero-shot-books", "books"),
        ("zero-shot-lyrics", "songs"),
        ("baseline-overfits", None),
    ]
    assert {c.verdict for c in claims} == {"seen"}
    transfer = named(claims, "transfer", "songs")
    assert transfer.effect == pytest.approx(1.54 - 1.8, abs=0.02)
    assert transfer.low < transfer.effect < transfer.high < 0
    assert all(c.low <= c.effect <= c.high for c in claims)
    assert all(c.test.endswith(".") and "drawn again" in c.test for c in claims)


def test_the_opposite_is_not_seen() -> None:
    world = World(songs=40)
    networks = [
        world.network(None, "baseline", 1.5, (0, 1), train=1.6),
        world.network("books", "zero-shot", 1.51, seeds=1),
        *world.subsets("books", 1.60, 1.66),
        world.network("songs", "zero-shot", 1.7, seeds=1),
        *world.subsets("songs", 1.75, 1.75, layer0=1.65),
    ]
    rates = [{1e-2: world.losses("val", 1.5), 1e-3: world.losses("val", m)} for m in (1.5, 1.6)]
    bases = zip((books(), songs()), rates, strict=True)
    claims = judge(networks, [dataclasses.replace(base, rates=rate) for base, rate in bases])
    verdicts = {(c.name, c.base): c.verdict for c in claims}
    # No single layer is better than the base as it is, so their likeness says nothing.
    assert verdicts["which-layer-hardly-matters", "books"] == "undecided"
    assert "none is surely better" in named(claims, "which-layer-hardly-matters", "books").test
    assert set(verdicts.values()) <= {"not seen", "undecided"}
    for name in ("transfer", "lyrics-beat-books", "two-layers-beat-one", "zero-shot-books"):
        assert {v for (n, _), v in verdicts.items() if n == name} == {"not seen"}, name
    assert verdicts["which-layer-hardly-matters", "songs"] == "not seen"
    assert verdicts["smaller-rate-for-lyrics", "songs"] == "not seen"
    assert verdicts["zero-shot-lyrics", "songs"] == "not seen"


def test_no_difference_decides_nothing() -> None:
    world = World(songs=60, seeds=5, seed=11)
    networks = [
        world.network(None, "baseline", 1.6, (0, 1)),
        *world.subsets("books", 1.6, 1.6),
        *world.subsets("songs", 1.6, 1.6),
        *(world.network(base, "head", 1.7) for base in ("books", "songs")),
    ]
    claims = judge(networks, [books(), songs()])
    verdicts = {(c.name, c.base): c.verdict for c in claims}
    for base in ("books", "songs"):
        assert verdicts.pop(("which-layer-hardly-matters", base)) == "seen"
    assert list(verdicts.values()).count("undecided") >= len(verdicts) - 1


def test_a_learning_rate_that_suits_books_too_is_no_claim() -> None:
    world = World(songs=40)
    rates = [
        {1e-2: world.losses("val", 1.65), 1e-3: world.losses("val", m)} for m in (1.55, 1.55, 1.62)
    ]
    bases = (songs(), books(), books())
    lyrics, same, less = (
        dataclasses.replace(base, rates=rate) for base, rate in zip(bases, rates, strict=True)
    )
    (claim,) = judge([], [same, lyrics])
    assert (claim.name, claim.verdict) == ("smaller-rate-for-lyrics", "undecided")
    assert claim.effect == pytest.approx(0, abs=0.01)
    (claim,) = judge([], [less, lyrics])
    assert claim.verdict == "seen"
    assert claim.effect == pytest.approx(-0.07, abs=0.01)
    assert judge([], [lyrics]) == ()  # with nothing to compare it with


def test_one_lucky_claim_among_many_is_not_seen() -> None:
    """An effect that is just significant alone is not so when ten are judged at once."""
    world = World(songs=40)
    a, b = world.losses("val", 1.600), world.losses("val", 1.605)
    effect = difference([a], [b])
    shift = effect.interval().high + 1e-4  # just beyond 0, taken alone
    lucky = SongLosses(a.nats - shift * a.predictions, a.predictions)
    bases = [
        dataclasses.replace(songs(), rates={1e-2: b, 1e-3: lucky}),
        dataclasses.replace(books(), rates={1e-2: b, 1e-3: b}),
    ]
    (alone,) = judge([], bases)
    assert alone.verdict == "seen" and alone.p == pytest.approx(0.05, abs=0.005)
    among = named(judge(as_the_paper(world), bases), "smaller-rate-for-lyrics")
    assert among.high < 0 and among.verdict == "seen"  # the last in Holm's order keeps its own p
    networks = [world.network(None, "baseline", 1.8, train=1.8)]
    networks += world.subsets("songs", 1.8, 1.8) + world.subsets("books", 1.8, 1.8)
    among = named(judge(networks, bases), "smaller-rate-for-lyrics")
    assert among.high < 0 and among.verdict == "undecided" and among.p > 0.05


def test_zero_shot_needs_both_halves() -> None:
    world = World(songs=40)
    raw = world.network("songs", "zero-shot", 1.6, seeds=1)
    for scratch_train, verdict in ((1.3, "seen"), (1.8, "not seen")):
        scratch = world.network(None, "baseline", 1.8, train=scratch_train)
        claims = judge([scratch, raw], [songs()])
        assert named(claims, "zero-shot-lyrics").verdict == verdict


def test_missing_networks_give_no_claim() -> None:
    world = World()
    assert judge([], [books(), songs()]) == ()
    claims = judge([world.network(None, "baseline", 1.8, train=1.5)], [songs()])
    assert [c.name for c in claims] == ["baseline-overfits"]
    more = judge(world.subsets("books", 1.7, 1.6), [books()])
    assert [c.name for c in more] == ["two-layers-beat-one", "which-layer-hardly-matters"]


def test_the_best_is_chosen_on_validation_and_reported_on_test() -> None:
    world = World(songs=40)
    lucky = world.network("songs", "subset", 1.60, (0,))
    seeds = [seed | {"test": world.losses("test", 1.40)} for seed in lucky.seeds]
    lucky = dataclasses.replace(lucky, seeds=tuple(seeds))
    chosen = world.network("songs", "subset", 1.55, (1,))
    claims = judge([world.network(None, "baseline", 1.8), lucky, chosen], [songs()])
    effect = named(claims, "transfer").effect
    assert effect == pytest.approx(1.55 - 1.8, abs=0.02)


# ---- from a sweep's table


def test_the_claims_of_a_sweep() -> None:
    table = made_up_table()
    claims = judge_sweep(table)
    assert named(claims, "transfer", "songs").verdict == "seen"
    assert "layers" in named(claims, "lyrics-beat-books").test
    assert named(claims, "smaller-rate-for-lyrics").effect == pytest.approx(-0.08)
    (alone,) = judge_sweep(made_up_table(done=0.0))
    rate = named(claims, "smaller-rate-for-lyrics")
    assert dataclasses.replace(alone, p=rate.p) == rate
