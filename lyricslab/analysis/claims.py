"""The paper's claims (Sec. 4), judged on the figures of a sweep: seen, not seen or undecided.

An effect is a difference in nats/char of two networks on the same songs. Its confidence interval
is a paired bootstrap over songs, and over seeds where there are several (`bootstrap`). Networks
are chosen on validation and judged on test. All claims are judged together: their p-values are
Holm's, so that among ten there is no lucky one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import combinations
from typing import Literal

import numpy as np

from lyricslab.analysis.bootstrap import Difference, difference, gap, holm
from lyricslab.analysis.evidence import Evidence, ScoredBase, ScoredNetwork, together
from lyricslab.analysis.song_losses import SongLosses
from lyricslab.wording import listed, signed

Verdict = Literal["seen", "not seen", "undecided"]

SURE = 0.05
"""A verdict's p-value, adjusted for all claims, is below this."""
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
    base_title: str | None = None
    """What that base is called."""
    sentence: str
    """What the paper says, in plain words."""
    verdict: Verdict = "undecided"
    effect: float | None
    """The difference in nats/char that decides, below 0 if it favours the first network."""
    low: float | None
    """The effect's 95 % confidence interval, by itself."""
    high: float | None
    test: str
    """What was compared with what, and how, in one plain sentence."""
    p: float = 1.0
    """The two-sided p-value of the verdict that lies nearer, adjusted for all claims (Holm)."""


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
    evidence = Evidence(networks, bases)
    lyrics = [base for base in bases if base.lyrics]
    books = [base for base in bases if not base.lyrics]
    found = [
        *(_transfer(evidence, base) for base in bases),
        _lyrics_beat_books(evidence, lyrics, books),
        *(_two_beat_one(evidence, base) for base in books),
        *(_which_layer(evidence, base) for base in bases),
        *(_smaller_rate(base, books, rate, gentle) for base in lyrics),
        *(_zero_shot(evidence, base) for base in bases),
        _overfitting(evidence),
    ]
    judged = [one for one in found if one is not None]
    adjusted = holm([one.p for one in judged])
    return tuple(one.verdict(p, len(judged)) for one, p in zip(judged, adjusted, strict=True))


@dataclass(frozen=True, slots=True)
class _Judged:
    """A claim, and how surely it is seen or its contrary is: one-sided p-values."""

    claim: Claim
    seen: float
    contrary: float

    @property
    def p(self) -> float:
        """The two-sided p-value of the claim by itself."""
        return min(1.0, 2 * min(self.seen, self.contrary))

    def verdict(self, p: float, count: int) -> Claim:
        """Return the claim with its verdict, given its p-value among all `count` claims."""
        sure: Verdict = "not seen" if self.contrary <= self.seen else "seen"
        test = self.claim.test
        if p >= SURE > self.p:
            test += f" Alone it would be sure enough, not as one of {count} (p = {p:.2f})."
        return replace(self.claim, p=p, verdict=sure if p < SURE else "undecided", test=test)


# ---- the claims


def _transfer(evidence: Evidence, base: ScoredBase) -> _Judged | None:
    return _better(
        "transfer",
        base,
        f"A base of {_reads(base)}, tuned, beats a network that learned from the songs alone.",
        evidence.tuned(base),
        evidence.baseline,
    )


def _lyrics_beat_books(
    evidence: Evidence, lyrics: Sequence[ScoredBase], books: Sequence[ScoredBase]
) -> _Judged | None:
    return _better(
        "lyrics-beat-books",
        None,
        "A base of lyrics serves songs better than a base of books.",
        evidence.tuned(*lyrics),
        evidence.tuned(*books),
    )


def _better(
    name: str,
    base: ScoredBase | None,
    sentence: str,
    a: ScoredNetwork | None,
    b: ScoredNetwork | None,
) -> _Judged | None:
    """Judge that `a` is better than `b` on the test songs."""
    if a is None or b is None:
        return None
    effect = difference(a.losses("test"), b.losses("test"))
    test = (
        f"{_first(a.name)} against {b.name}, each the best of its kind on validation, on the test "
        f"songs; {_drawn(a, b)}."
    )
    return _judged(name, base, sentence, effect, test)


def _two_beat_one(evidence: Evidence, base: ScoredBase) -> _Judged | None:
    subsets = evidence.of(base, "subset")
    one, two = ([n for n in subsets if len(n.layers) == size] for size in (1, 2))
    if not one or not two:
        return None
    return _judged(
        "two-layers-beat-one",
        base,
        "With a base of books, training two layers works better than training one.",
        difference(together(two, "test"), together(one, "test")),
        f"The mean of the {len(two)} choices of two layers of {base.title} against the mean of the "
        f"{len(one)} of one, on the test songs; {_drawn(two[0], one[0])}.",
    )


def _which_layer(evidence: Evidence, base: ScoredBase) -> _Judged | None:
    """An equivalence: every pair of single layers must lie within the margin for "seen".

    Where no single layer learned anything, their likeness says nothing, and it is not seen.
    """
    one = [n for n in evidence.of(base, "subset") if len(n.layers) == 1]
    if len(one) < 2:
        return None
    margin = SAME_SHARE * (evidence.baseline or one[0]).mean("test")
    pairs = {
        (a.name, b.name): difference(a.losses("test"), b.losses("test"))
        for a, b in combinations(one, 2)
    }
    (first, second), widest = max(pairs.items(), key=lambda pair: abs(pair[1].effect))
    untrained = evidence.best(evidence.of(base, "head", "zero-shot"))
    learned = untrained is not None and any(
        len(one) * difference(n.losses("test"), untrained.losses("test")).p_below() < SURE / 2
        for n in one
    )
    alike = max(max(d.p_below(margin), d.p_above(-margin)) for d in pairs.values())
    apart = min(min(d.p_above(margin), d.p_below(-margin)) for d in pairs.values())
    said = (
        f"Each single layer of {base.title} against each other on the test songs; the widest, "
        f"{first} against {second}, is shown. They hardly differ if all lie surely "
        f"within {margin:.3f} nats/char, {SAME_SHARE * 100:.0f} % of the loss"
    )
    if not learned:
        beaten = "the head alone" if untrained is None else untrained.name
        said += f". But none is surely better than {beaten}: what has not learned says nothing"
    return _judged(
        "which-layer-hardly-matters",
        base,
        f"With a base of {_reads(base)}, it hardly matters which one layer is trained.",
        widest,
        f"{said}; {_drawn(one[0], one[1])}.",
        seen=alike / 2 if learned else 1.0,  # two one-sided tests at 5 % each
        contrary=len(pairs) * apart,  # that any one differs is asked of all at once (Bonferroni)
    )


def _smaller_rate(
    base: ScoredBase, books: Sequence[ScoredBase], rate: float, gentle: float
) -> _Judged | None:
    """What a smaller rate brings a base of lyrics, beyond what it brings the bases of books."""
    here = _change(base, rate, gentle)
    there = [change for other in books if (change := _change(other, rate, gentle)) is not None]
    if here is None or not there:
        return None
    mean = SongLosses(np.mean([c.nats for c in there], axis=0), there[0].predictions)
    return _judged(
        "smaller-rate-for-lyrics",
        base,
        "A base of lyrics is better tuned with smaller steps than a base of books.",
        difference([here], [mean]),
        f"What a rate of {gentle:g} instead of {rate:g} does to {base.title} "
        f"({signed(here.nats_per_char)}), less what it does to {listed([b.title for b in books])} "
        f"({signed(mean.nats_per_char)}), on the validation songs; one seed, songs drawn again "
        f"{DRAWS_WORDS}, paired.",
    )


def _change(base: ScoredBase, rate: float, gentle: float) -> SongLosses | None:
    """Return how the losses change from one rate to a gentler one."""
    if not {rate, gentle} <= base.rates.keys():
        return None
    at, gently = base.rates[rate], base.rates[gentle]
    return SongLosses(gently.nats - at.nats, at.predictions)


def _zero_shot(evidence: Evidence, base: ScoredBase) -> _Judged | None:
    """Of lyrics two things at once: better on validation, worse on the songs scratch learned from;
    of books, much worse on validation."""
    baseline, raw = evidence.baseline, next(iter(evidence.of(base, "zero-shot")), None)
    if baseline is None or raw is None:
        return None
    val = difference(raw.losses("val"), baseline.losses("val"))
    train = difference(raw.losses("train"), baseline.losses("train"))
    margin = MUCH_SHARE * baseline.mean("val")
    said = f"{_first(raw.name)} against {baseline.name} on the validation songs; "
    if base.lyrics:
        name = "zero-shot-lyrics"
        sentence = (
            "A base of lyrics, as it is, beats the network from scratch on validation songs, "
            "though not on the songs that one learned from."
        )
        said += (
            f"on the songs that the baseline learned from it is {signed(train.effect)} nats/char"
        )
        seen = max(val.p_below(), train.p_above())
        contrary = 2 * min(val.p_above(), train.p_below())
    else:
        name = "zero-shot-books"
        sentence = "A base of books, as it is, is much worse than the network from scratch."
        said += (
            f"much worse means surely by more than {margin:.3f} nats/char, "
            f"{MUCH_SHARE * 100:.0f} % of the loss"
        )
        seen, contrary = val.p_above(margin), val.p_below(margin)
    said += f"; {_drawn(raw, baseline)}."
    return _judged(name, base, sentence, val, said, seen=seen, contrary=contrary)


def _overfitting(evidence: Evidence) -> _Judged | None:
    baseline = evidence.baseline
    if baseline is None:
        return None
    return _judged(
        "baseline-overfits",
        None,
        "The network from scratch knows the songs it learned from better than others: it overfits.",
        gap(baseline.losses("train"), baseline.losses("val")),
        f"{_first(baseline.name)} on the songs it learned from against the validation songs; "
        f"{_drawn(baseline, baseline, 'each side by itself')}.",
    )


# ---- words and verdicts

DRAWS_WORDS = "2,000 times"


def _judged(
    name: str,
    base: ScoredBase | None,
    sentence: str,
    effect: Difference,
    test: str,
    *,
    seen: float | None = None,
    contrary: float | None = None,
) -> _Judged:
    """Return a claim that is seen where the effect lies below 0, unless p-values are given."""
    shown = effect.interval()
    claim = Claim(
        name=name,
        base=None if base is None else base.name,
        base_title=None if base is None else base.title,
        sentence=sentence,
        effect=shown.effect,
        low=shown.low,
        high=shown.high,
        test=test,
    )
    return _Judged(
        claim,
        effect.p_below() if seen is None else seen,
        effect.p_above() if contrary is None else contrary,
    )


def _reads(base: ScoredBase) -> str:
    return "lyrics" if base.lyrics else "books"


def _first(words: str) -> str:
    return words[:1].upper() + words[1:]


def _drawn(a: ScoredNetwork, b: ScoredNetwork, how: str = "paired") -> str:
    many = max(len(a.seeds), len(b.seeds)) > 1
    return f"{'songs and seeds' if many else 'songs'} drawn again {DRAWS_WORDS}, {how}"
