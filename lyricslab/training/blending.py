"""Blend a base and a network that was tuned from it: how far to go towards the songs.

w = base + a (tuned - base). On few songs training often goes a little too far, and sometimes not
far enough; the validation songs choose the strength a (Wortsman et al. 2022, "Robust fine-tuning of
zero-shot models").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from lyricslab.model.network_file import Weights
from lyricslab.training.evaluation import evaluate_features
from lyricslab.training.loop import Training

STRENGTHS = (0.2, 0.4, 0.6, 0.8, 1.0, 1.2)


@dataclass(frozen=True, slots=True)
class Blend:
    """The blend with the lowest validation loss."""

    strength: float
    """a: 0 is the base, 1 the tuned network."""
    of: str
    """Which tuned network: the "best" on validation, or the "last"."""
    val: float
    """nats/char on validation."""
    weights: Weights
    curves: dict[str, list[tuple[float, float]]]
    """(a, nats/char on validation) of the blends of each tuned network."""


def blend(base: Weights, tuned: Weights, strength: float) -> Weights:
    """Return base + strength * (tuned - base); weights equal in both stay so to the bit."""
    if strength == 1:
        return tuned
    return {name: base[name] + strength * (w - base[name]) for name, w in tuned.items()}


def best_blend(
    training: Training, base: Weights, should_stop: Callable[[], bool] = lambda: False
) -> Blend:
    """Return the best blend of a base with the best and the last network of its training.

    Raises:
        Interrupted: if `should_stop` returned True.
    """
    model = training.evaluated
    last = model.weights()
    tuned = {"best": training.best_weights}
    if training.best_step < training.step:
        tuned["last"] = last
    best: Blend | None = None
    curves: dict[str, list[tuple[float, float]]] = {}
    try:
        for of, weights in tuned.items():
            for strength in STRENGTHS:
                blended = blend(base, weights, strength)
                model.load_weights(blended)
                val = evaluate_features(training.val_features, model, should_stop).nats_per_char
                curves.setdefault(of, []).append((strength, val))
                if best is None or val < best.val:
                    best = Blend(strength, of, val, blended, curves)
    finally:
        model.load_weights(last)
    assert best is not None
    return best
