"""The paper's claims (Sec. 4), judged on the figures of a sweep: seen, not seen or undecided.

An effect is a difference in nats/char of two networks on the same songs. Its confidence interval
is a paired bootstrap over songs, and over seeds where there are several (`bootstrap`). Networks
are chosen on validation and judged on test.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Literal

from lyricslab.analysis.bootstrap import Interval, gap, paired
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.wording import signed

Verdict = Literal["seen", "not seen", "undecided"]
Side = Literal["train", "val", "test"]
SIDES: tuple[Side, ...] = ("train", "val", "test")

SAME_SHARE = 0.02
"""Losses that differ by less than this share of the baseline's count as equal: the paper's single
layers are within 0.4 % for one base, and within 1.5 % for the other."""
MUCH_SHARE = 0.05
"""Worse by more than this share of the baseline's loss is much worse."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """One claim of the paper and its verdict on these songs."""

    name: str
    """Which claim: "transfer", "lyrics-beat-books", ..."""
    base: str | None
    """The base it is judged on, if each base has a verdict."""
    sentence: str
    """What the paper says, in plain words."""
    verdict: Verdict
    effect: float | None
    """The difference in nats/char that decides, below 0 if it favours the first network."""
    low: float | None
    """The effect's 95 % confidence interval."""
    high: float | None
    test: str
    """What was compared with what, and how, in one plain sentence."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredNetwork:
    """A choice of layers of a base, or a network from scratch, trained once for each seed."""

    name: str
    """As a sentence calls it: "layers 0 and 2 of songs"."""
    base: str | None
    layers: tuple[int, ...]
    """Those that were trained; empty if only the head was, or nothing."""
    kind: str
    """"baseline", "zero-shot", "head", "subset" or "all"."""
    seeds: tuple[dict[Side, SongLosses], ...]
    """Losses song by song, one entry a seed; the same songs in the same order in all networks."""

    def losses(self, side: Side) -> list[SongLosses]:
        """Return its losses on one split, one entry a seed."""
        return [seed[side] for seed in self.seeds]

    def mean(self, side: Side) -> float:
        """Return nats/char, the mean over the seeds."""
        return sum(losses.nats_per_char for losses in self.losses(side)) / len(self.seeds)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScoredBase:
    """A base, and the learning rates that were tried on it."""

    name: str
    lyrics: bool
    """Whether it read songs and verse."""
    rates: dict[float, SongLosses] = field(default_factory=dict)
    """Validation losses of one seed by learning rate."""


def judge(
    networks: Sequence[ScoredNetwork],
    bases: Sequence[ScoredBase],
    *,
    rate: float = 1e-2,
    gentle: float = 1e-3,
) -> tuple[Claim, ...]:
    """Return every claim that these figures can judge, in the paper's order.

    Args:
        networks: the complete ones; those without seeds are ignored.
        rate, gentle: the paper's learning rate, and its smaller one.
    """
    evidence = _Evidence(networks, bases)
    found: list[Claim | None] = []
    for base in bases:
        found.append(_transfer(evidence, base))
    found.append(_lyrics_beat_books(evidence))
    for base in bases:
        if not base.lyrics:
            found.append(_two_beat_one(evidence, base))
    for base in bases:
        found.append(_which_layer(evidence, base))
    for base in bases:
        if base.lyrics:
            found.append(_smaller_rate(evidence, base, rate, gentle))
    for base in bases:
        found.append((_zero_shot_lyrics if base.lyrics else _zero_shot_books)(evidence, base))
    found.append(_overfitting(evidence))
    return tuple(claim for claim in found if claim is not None)


class _Evidence:
    """The networks by what they are."""

    def __init__(self, networks: Sequence[ScoredNetwork], bases: Sequence[ScoredBase]) -> None:
        self.networks, self.bases = [n for n in networks if n.seeds], list(bases)

    def of(self, base: str | None, *kinds: str) -> list[ScoredNetwork]:
        return [n for n in self.networks if n.base == base and n.kind in kinds]

    def best(self, networks: Sequence[ScoredNetwork]) -> ScoredNetwork | None:
        """The one with the lowest mean loss on validation."""
        return min(networks, key=lambda n: n.mean("val"), default=None)

    @property
    def baseline(self) -> ScoredNetwork | None:
        return self.best(self.of(None, "baseline"))

    def tuned(self, base: ScoredBase) -> ScoredNetwork | None:
        """The best choice of layers of a base, as the paper has them: some, not all."""
        return self.best(self.of(base.name, "subset"))


# ---- the claims


def _transfer(evidence: _Evidence, base: ScoredBase) -> Claim | None:
    baseline, best = evidence.baseline, evidence.tuned(base)
    if baseline is None or best is None:
        return None
    effect = paired(best.losses("test"), baseline.losses("test"))
    return _claim(
        "transfer",
        base,
        f"A base of {_reads(base)}, tuned, beats a network that learned from the songs alone.",
        effect,
        _below(effect),
        f"{_first(best.name)} against {baseline.name}, each the best of its kind on validation, "
        f"on the test songs; {_drawn(best, baseline)}.",
    )


def _lyrics_beat_books(evidence: _Evidence) -> Claim | None:
    kinds = [[b for b in evidence.bases if b.lyrics is lyrics] for lyrics in (True, False)]
    best = [evidence.best([n for b in of for n in evidence.of(b.name, "subset")]) for of in kinds]
    lyrics, books = best
    if lyrics is None or books is None:
        return None
    effect = paired(lyrics.losses("test"), books.losses("test"))
    return _claim(
        "lyrics-beat-books",
        None,
        "A base of lyrics serves songs better than a base of books.",
        effect,
        _below(effect),
        f"{_first(lyrics.name)} against {books.name}, each the best of its kind on validation, on "
        f"the test songs; {_drawn(lyrics, books)}.",
    )


def _two_beat_one(evidence: _Evidence, base: ScoredBase) -> Claim | None:
    subsets = evidence.of(base.name, "subset")
    one, two = ([n for n in subsets if len(n.layers) == size] for size in (1, 2))
    if not one or not two:
        return None
    effect = paired(_together(two, "test"), _together(one, "test"))
    return _claim(
        "two-layers-beat-one",
        base,
        "With a base of books, training two layers works better than training one.",
        effect,
        _below(effect),
        f"The mean of the {len(two)} choices of two layers of {base.name} against the mean of the "
        f"{len(one)} of one, on the test songs; {_drawn(two[0], one[0])}.",
    )


def _which_layer(evidence: _Evidence, base: ScoredBase) -> Claim | None:
    """An equivalence: every pair of single layers must lie within the margin for "seen"."""
    one = [n for n in evidence.of(base.name, "subset") if len(n.layers) == 1]
    baseline = evidence.baseline
    if len(one) < 2:
        return None
    margin = SAME_SHARE * (baseline or one[0]).mean("test")
    pairs = list(combinations(one, 2))
    sure = 1 - 0.05 / len(pairs)  # that any one differs is asked of all at once (Bonferroni)
    found = [(a, b, paired(a.losses("test"), b.losses("test"))) for a, b in pairs]
    first, second, widest = max(found, key=lambda pair: abs(pair[2].effect))
    # Two one-sided tests at 5 % each make an interval of 90 %; all pairs must pass.
    near = [paired(a.losses("test"), b.losses("test"), level=0.9) for a, b in pairs]
    apart = [paired(a.losses("test"), b.losses("test"), level=sure) for a, b in pairs]
    verdict: Verdict = "undecided"
    if all(-margin < i.low and i.high < margin for i in near):
        verdict = "seen"
    elif any(i.low > margin or i.high < -margin for i in apart):
        verdict = "not seen"
    return _claim(
        "which-layer-hardly-matters",
        base,
        f"With a base of {_reads(base)}, it hardly matters which one layer is trained.",
        widest,
        verdict,
        f"Each single layer of {base.name} against each other on the test songs; the widest, "
        f"{first.name} against {second.name}, is shown. They hardly differ if all lie surely "
        f"within {margin:.3f} nats/char, {SAME_SHARE * 100:.0f} % of the loss; "
        f"{_drawn(first, second)}.",
    )


def _smaller_rate(
    evidence: _Evidence, base: ScoredBase, rate: float, gentle: float
) -> Claim | None:
    """Seen only if the smaller rate is surely better here, and not surely so for books as well."""
    if rate not in base.rates or gentle not in base.rates:
        return None
    effect = paired([base.rates[gentle]], [base.rates[rate]])
    verdict = _below(effect)
    said = f"A rate of {gentle:g} against {rate:g} for {base.name}, on the validation songs"
    for other in evidence.bases:
        if other.lyrics or rate not in other.rates or gentle not in other.rates:
            continue
        books = paired([other.rates[gentle]], [other.rates[rate]])
        also = _below(books)
        said += f"; for {other.name} the same change makes {signed(books.effect)}"
        if verdict == "seen" and also == "seen":
            verdict = "not seen"
            said += ", so that it is nothing special to lyrics"
    return _claim(
        "smaller-rate-for-lyrics",
        base,
        "A base of lyrics is better tuned with smaller steps than a base of books.",
        effect,
        verdict,
        f"{said}; one seed, songs drawn anew {DRAWS_WORDS}, paired.",
    )


def _zero_shot_lyrics(evidence: _Evidence, base: ScoredBase) -> Claim | None:
    """Two things at once: better on validation, worse on the songs that scratch learned from."""
    baseline, raw = evidence.baseline, next(iter(evidence.of(base.name, "zero-shot")), None)
    if baseline is None or raw is None:
        return None
    val = paired(raw.losses("val"), baseline.losses("val"))
    train = paired(raw.losses("train"), baseline.losses("train"))
    better, higher = _below(val), _below(-train)
    verdict: Verdict = "undecided"
    if better == higher == "seen":
        verdict = "seen"
    elif "not seen" in (better, higher):
        verdict = "not seen"
    return _claim(
        "zero-shot-lyrics",
        base,
        "A base of lyrics, as it is, beats the network from scratch on validation songs, though "
        "not on the songs that one learned from.",
        val,
        verdict,
        f"{_first(raw.name)} against {baseline.name} on the validation songs; on the songs that "
        f"the baseline learned from it is {signed(train.effect)} nats/char; "
        f"{_drawn(raw, baseline)}.",
    )


def _zero_shot_books(evidence: _Evidence, base: ScoredBase) -> Claim | None:
    baseline, raw = evidence.baseline, next(iter(evidence.of(base.name, "zero-shot")), None)
    if baseline is None or raw is None:
        return None
    val = paired(raw.losses("val"), baseline.losses("val"))
    margin = MUCH_SHARE * baseline.mean("val")
    verdict: Verdict = "undecided"
    if val.low > margin:
        verdict = "seen"
    elif val.high < margin:
        verdict = "not seen"
    return _claim(
        "zero-shot-books",
        base,
        "A base of books, as it is, is much worse than the network from scratch.",
        val,
        verdict,
        f"{_first(raw.name)} against {baseline.name} on the validation songs; much worse means "
        f"surely by more than {margin:.3f} nats/char, {MUCH_SHARE * 100:.0f} % of the loss; "
        f"{_drawn(raw, baseline)}.",
    )


def _overfitting(evidence: _Evidence) -> Claim | None:
    baseline = evidence.baseline
    if baseline is None:
        return None
    effect = gap(baseline.losses("train"), baseline.losses("val"))
    return _claim(
        "baseline-overfits",
        None,
        "The network from scratch knows the songs it learned from better than others: it overfits.",
        effect,
        _below(effect),
        f"{_first(baseline.name)} on the songs it learned from against the validation songs; "
        f"{_drawn(baseline, baseline, 'each side by itself')}.",
    )


# ---- words and verdicts

DRAWS_WORDS = "2,000 times"


def _below(effect: Interval) -> Verdict:
    """Whether an effect lies surely below 0, surely above, or neither."""
    if effect.high < 0:
        return "seen"
    return "not seen" if effect.low > 0 else "undecided"


def _claim(
    name: str, base: ScoredBase | None, sentence: str, effect: Interval, verdict: Verdict, test: str
) -> Claim:
    return Claim(
        name=name,
        base=None if base is None else base.name,
        sentence=sentence,
        verdict=verdict,
        effect=effect.effect,
        low=effect.low,
        high=effect.high,
        test=test,
    )


def _together(networks: Sequence[ScoredNetwork], side: Side) -> list[SongLosses]:
    """The mean of several networks, song by song, for each seed that all of them have."""
    each = [network.losses(side) for network in networks]
    return [
        SongLosses(sum(one.nats for one in seed) / len(seed), seed[0].predictions)
        for seed in zip(*each, strict=False)
    ]


def _reads(base: ScoredBase) -> str:
    return "lyrics" if base.lyrics else "books"


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _drawn(a: ScoredNetwork, b: ScoredNetwork, how: str = "paired") -> str:
    many = max(len(a.seeds), len(b.seeds)) > 1
    return f"{'songs and seeds' if many else 'songs'} drawn anew {DRAWS_WORDS}, {how}"
