"""The paper's claims, judged on the person's songs."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.analysis.claims import Claim, Verdict
from lyricslab.ui.common.component import component
from lyricslab.wording import signed

_claims = component(__file__, '<div class="claims"></div>')

KINDS: dict[Verdict, str] = {"seen": "seen", "not seen": "not", "undecided": "open"}


def verdicts(claims: Sequence[Claim]) -> None:
    """Show each claim with its verdict, the test behind it, and the difference that decides."""
    if not claims:
        st.caption("The claims are judged as soon as the runs that they are about are done.")
        return
    st.text(summary(claims))
    _claims(key="paper_claims", data={"claims": [_told(claim) for claim in claims]})
    st.caption(
        "Seen: your songs support the claim, and so does the whole 95 % interval. Not seen: the "
        "interval contradicts it. Undecided: there are too few songs to tell. Each figure is the "
        "loss of what is named first minus that of what it is compared with: left of zero, the "
        "first is better. The bars show the interval, each at its own scale, found by drawing "
        "songs and seeds again and again from the ones you have (bootstrap)."
    )


def summary(claims: Sequence[Claim]) -> str:
    """Return how many verdicts there are of each kind."""
    counts = Counter(claim.verdict for claim in claims)
    said = [f"{counts[verdict]} {verdict}" for verdict in KINDS if counts[verdict]]
    return f"Of {len(claims)} verdicts on your songs: {', '.join(said)}."


def _told(claim: Claim) -> dict[str, Any]:
    told: dict[str, Any] = {
        "verdict": claim.verdict,
        "kind": KINDS[claim.verdict],
        "sentence": claim.sentence,
        "base": claim.base or "",
        "test": claim.test,
        "effect": claim.effect,
        "told": "" if claim.effect is None else f"{signed(claim.effect)} nats/char",
        "interval": "",
        "at": None,
    }
    if claim.effect is not None and claim.low is not None and claim.high is not None:
        told["interval"] = f"{signed(claim.low)} to {signed(claim.high)}"
        reach = 1.15 * max(abs(claim.low), abs(claim.high), abs(claim.effect)) or 1.0
        told |= {
            name: 50 + 50 * value / reach
            for name, value in (("at", claim.effect), ("low", claim.low), ("high", claim.high))
        }
    return told
