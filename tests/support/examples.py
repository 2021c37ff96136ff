"""How many examples Hypothesis draws, as parts of what its profile says."""

from __future__ import annotations

from hypothesis import settings


def one_in(part: int) -> settings:
    """Draw one in `part` of the usual examples: where a fault shows in nearly every example."""
    return settings(max_examples=max(1, settings.default.max_examples // part))
