"""Leave out unlikely characters: top-k, top-p and min-p."""

from __future__ import annotations

import numpy as np

Array = np.ndarray


def top_k(shares: Array, k: int) -> Array:
    """Keep the k likeliest characters and those as likely as the last of them.

    Args:
        shares: (B, V), not negative; they need not add up to 1.
    """
    if k >= shares.shape[1]:
        return shares
    least = -np.partition(-shares, k - 1, axis=1)[:, k - 1 : k]  # (B, 1)
    return np.where(shares >= least, shares, 0.0)


def top_p(shares: Array, p: float) -> Array:
    """Keep the likeliest characters, as few as together have at least p of the probability.

    Reference: Holtzman et al., The Curious Case of Neural Text Degeneration (2020).
    """
    order = np.argsort(-shares, axis=1, kind="stable")
    falling = np.take_along_axis(shares, order, axis=1)
    before = np.cumsum(falling, axis=1) - falling  # what the likelier ones have
    kept = before < p * shares.sum(axis=1, keepdims=True)
    mask = np.zeros_like(kept)
    np.put_along_axis(mask, order, kept, axis=1)
    return np.where(mask, shares, 0.0)


def min_p(shares: Array, p: float) -> Array:
    """Keep the characters with at least p times the probability of the likeliest.

    Reference: Nguyen et al., Turning Up the Heat: Min-p Sampling (2024).
    """
    return np.where(shares >= p * shares.max(axis=1, keepdims=True), shares, 0.0)
