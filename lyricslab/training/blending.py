"""Blend a base and a network that was tuned from it: how far to go towards the songs.

w = base + a (tuned - base). On few songs training often goes too far, and sometimes not far enough;
the validation songs choose a (WiSE-FT; Wortsman et al. 2022, "Robust fine-tuning of zero-shot
models").
"""

from __future__ import annotations

from dataclasses import dataclass

from lyricslab.model.network_file import Weights

STRENGTHS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2, 1.3)


@dataclass(frozen=True, slots=True)
class Blend:
    """The blend with the lowest validation loss."""

    strength: float
    """a: 0 is the base, 1 the tuned network."""
    of: str
    """Which tuned network: "best", "average" or "last"."""
    val: float
    """Its validation loss, nats/char."""
    weights: Weights
    curves: dict[str, list[tuple[float, float]]]
    """Validation loss over a, of each tuned network."""


def blend(base: Weights, tuned: Weights, strength: float) -> Weights:
    """Return base + strength * (tuned - base); weights equal in both stay so to the bit."""
    if strength == 1:
        return tuned
    return {name: base[name] + strength * (tuned[name] - base[name]) for name in tuned}
