"""The paper's claims, judged on the songs of a sweep."""

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
    reach = 1.1 * max((abs(end) for claim in claims for end in ends(claim)), default=1.0)
    _claims(key="paper_claims", data={"claims": [_told(claim, reach) for claim in claims]})
    st.caption(
        "Each figure is the loss of what is named first minus that of what it is compared with: "
        "left of zero, the first is better. The bars show its 95 % interval, all at one scale, "
        "found by drawing songs and seeds again and again from the ones there are (bootstrap). "
        "Seen: the songs support the claim. Not seen: they contradict it. Undecided: there are too "
        "few songs to tell. Of twenty claims that are judged at once, one would come out by luck: "
        "so a verdict must be surer than its own interval (after Holm)."
    )


def summary(claims: Sequence[Claim]) -> str:
    """Return how many verdicts there are of each kind."""
    counts = Counter(claim.verdict for claim in claims)
    said = [f"{counts[verdict]} {verdict}" for verdict in KINDS if counts[verdict]]
    return f"Of {len(claims)} verdicts on these songs: {', '.join(said)}."


def ends(claim: Claim) -> tuple[float, ...]:
    """Return the effect of a claim and the ends of its interval; nothing where there is none."""
    if claim.effect is None or claim.low is None or claim.high is None:
        return ()
    return claim.effect, claim.low, claim.high


def _told(claim: Claim, reach: float) -> dict[str, Any]:
    told: dict[str, Any] = {
        "verdict": claim.verdict,
        "kind": KINDS[claim.verdict],
        "sentence": claim.sentence,
        "base": claim.base_title or "",
        "test": claim.test,
        "effect": claim.effect,
        "told": "" if claim.effect is None else f"{signed(claim.effect)} nats/char",
        "interval": "",
        "at": None,
    }
    if shown := ends(claim):
        told["interval"] = f"{signed(shown[1])} to {signed(shown[2])}"
        told |= {
            name: 50 + 50 * value / reach
            for name, value in zip(("at", "low", "high"), shown, strict=True)
        }
    return told
