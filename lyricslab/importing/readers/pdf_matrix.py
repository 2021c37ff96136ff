"""Matrices of a PDF, which turn the units of a text or a drawing into those around it."""

from __future__ import annotations

from collections.abc import Sequence

Matrix = tuple[float, float, float, float, float, float]
"""(a, b, c, d, e, f): a place (x, y) becomes (ax + cy + e, bx + dy + f)."""

UNIT: Matrix = (1.0, 0.0, 0.0, 1.0, 0.0, 0.0)


def times(first: Matrix, then: Matrix) -> Matrix:
    """Return the matrix that does one thing after the other."""
    a, b, c, d, e, f = first
    p, q, r, s, t, u = then
    return (
        a * p + b * r,
        a * q + b * s,
        c * p + d * r,
        c * q + d * s,
        e * p + f * r + t,
        e * q + f * s + u,
    )


def matrix_of(numbers: Sequence[float]) -> Matrix:
    """Return six numbers as a matrix."""
    a, b, c, d, e, f = numbers
    return a, b, c, d, e, f
