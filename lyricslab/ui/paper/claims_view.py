"""What the paper claims, and what one's own songs say to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from typing import Any

import streamlit as st

from lyricslab.analysis.claims import Claim, Verdict
from lyricslab.ui.common.component import MAKE
from lyricslab.wording import signed

HTML = """<div class="claims"></div>"""

CSS = """
.claims { font-family: var(--st-font); color: var(--st-text-color); display: grid; gap: 0.7rem; }
.claim {
  display: grid; grid-template-columns: 7rem 1fr 15rem; gap: 0.2rem 1.2rem; align-items: start;
  padding: 0.75rem 1rem; border: 1px solid var(--st-border-color);
  border-radius: var(--st-base-radius);
}
.verdict {
  font-weight: 600; font-size: 0.9rem; text-align: center; border-radius: 1rem;
  padding: 0.15rem 0.6rem; white-space: nowrap;
}
.seen { background: var(--st-green-background-color); color: var(--st-green-text-color); }
.not { background: var(--st-red-background-color); color: var(--st-red-text-color); }
.open { background: var(--st-gray-background-color); color: var(--st-gray-text-color); }
.says { font-size: 1.02rem; line-height: 1.4; margin: 0; }
.base { font-weight: 600; }
.test { font-size: 0.86rem; opacity: 0.75; margin: 0.25rem 0 0; line-height: 1.4; }
.effect { font-size: 0.84rem; font-variant-numeric: tabular-nums; margin: 0; text-align: center; }
.effect b { font-weight: 600; display: block; font-size: 0.98rem; }
.range { position: relative; height: 1.1rem; margin: 0.1rem 0; }
.range i { position: absolute; top: 50%; }
.line { left: 0; right: 0; height: 1px; background: var(--st-border-color); }
.zero { left: 50%; height: 100%; width: 1.5px; margin: -0.55rem 0 0 -0.75px; opacity: 0.55;
  background: var(--st-text-color); }
.bar { height: 4px; margin-top: -2px; border-radius: 2px; background: var(--st-primary-color); }
.dot { width: 9px; height: 9px; margin: -4.5px 0 0 -4.5px; border-radius: 50%;
  background: var(--st-primary-color); }
.range.none { visibility: hidden; }
@media (max-width: 1000px) {
  .claim { grid-template-columns: 6.4rem 1fr 10.5rem; gap: 0.2rem 0.9rem; }
}
@media (max-width: 760px) {
  .claim { grid-template-columns: 6.4rem 1fr; }
  .effect { grid-column: 2; text-align: left; }
  .range { display: none; }
}
"""

JS = (
    MAKE
    + """
export default function ({ data, parentElement }) {
  const list = parentElement.querySelector(".claims")
  list.replaceChildren()
  for (const claim of data.claims) {
    const box = make("div", "claim", list)
    make("div", `verdict ${claim.kind}`, box, claim.verdict)
    const words = make("div", "", box)
    const says = make("p", "says", words, claim.sentence)
    if (claim.base) {
      make("span", "", says, " Base: ")
      make("span", "base", says, claim.base)
    }
    make("p", "test", words, claim.test)
    const effect = make("div", "effect", box)
    if (claim.effect === null) continue
    make("b", "", effect, claim.told)
    const range = make("div", `range${claim.at === null ? " none" : ""}`, effect)
    if (claim.at !== null) {
      for (const name of ["line", "zero"]) make("i", name, range)
      const bar = make("i", "bar", range)
      bar.style.left = `${claim.low}%`
      bar.style.width = `${Math.max(0.5, claim.high - claim.low)}%`
      make("i", "dot", range).style.left = `${claim.at}%`
    }
    make("span", "", effect, claim.interval)
  }
}
"""
)

_claims = st.components.v2.component("lyricslab_paper_claims", html=HTML, css=CSS, js=JS)

KINDS: dict[Verdict, str] = {"seen": "seen", "not seen": "not", "undecided": "open"}


def verdicts(claims: Sequence[Claim]) -> None:
    """Each claim with its verdict, the test behind it, and the difference that decides."""
    if not claims:
        st.caption("The claims are judged as soon as the runs that they are about are done.")
        return
    st.text(summary(claims))
    _claims(key="paper_claims", data={"claims": [_told(claim) for claim in claims]})
    st.caption(
        "Seen: your songs bear the claim out, and the 95 % interval leaves no doubt of it. Not "
        "seen: they speak against it, as surely. Undecided: they are too few to tell. Each figure "
        "is the loss of what is named first less that of what it is held against: left of zero, "
        "the first is better. The bars show the interval, each at its own scale; it comes from "
        "drawing the songs and the seeds again and again from those there are (bootstrap)."
    )


def summary(claims: Sequence[Claim]) -> str:
    """How many verdicts there are of each kind."""
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
