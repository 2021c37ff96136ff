"""What a chart or a table shows, in words: plain sentences for those who don't read curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Literal

from lyricslab.store.rows import PointRow, RunRow
from lyricslab.wording import epoch, loss, share

Verdict = Literal[
    "waiting", "first steps", "never better", "falling", "slowing", "flat", "memorising", "restless"
]

NATS_PER_CHAR = (
    "**Nats per character** say how surprised a network is by the next character of a song it has "
    "not seen: 4.85 is pure guessing among 128 characters, every 0.1 less is a clearly better "
    "guess, and 0 would be knowing the song by heart. Lower is better. One nat is 1.44 bits."
)
"""The one unit of every loss here, explained where it is met (Markdown, ours)."""

PATIENT_EVALS = 3
"""So many looks without improvement are a verdict; fewer may be chance."""
NOTHING_SHARE = 0.004
"""A change of less than this part of a loss is called no change."""


def read_curve(run: RunRow, points: Sequence[PointRow]) -> str:
    """A run's curves in words: where it is, whether it still learns, what was kept."""
    verdict = judge(points)
    if run.status == "queued" and run.step:
        return f"Waiting for its turn; it goes on from step {run.step:,} or a little before."
    if run.status == "queued":
        return "Waiting for its turn. The curve begins when training does."
    if run.status == "failed":
        reason = run.error or "It failed, and left no reason."
        return f"{reason} {_kept(points)}".strip()
    if run.status == "stopped":
        at = f" at epoch {epoch(points[-1].epoch)}" if points else " before it began"
        return " ".join(
            filter(None, [f"Stopped{at}.", _verdict(run, points, verdict), _kept(points)])
        )
    if run.status == "done":
        return " ".join(filter(None, ["Finished.", _verdict(run, points, verdict), _kept(points)]))
    ending = " It is about to stop; the best network so far is kept."
    return _verdict(run, points, verdict) + (ending if run.status == "stopping" else "")


def judge(points: Sequence[PointRow]) -> Verdict:
    """What the curves say, from the looks at the validation songs alone."""
    looks = _looks(points)
    if not looks:
        return "first steps" if points else "waiting"
    if len(looks) < PATIENT_EVALS:
        return "first steps"
    best = min(looks, key=lambda look: (look[1], look[0].step))
    since = len(looks) - 1 - looks.index(best)
    if best[0].step == 0 and since >= PATIENT_EVALS:
        return "never better"
    if since < PATIENT_EVALS:
        third = looks[-max(3, len(looks) // 3)][1]
        return (
            "slowing" if len(looks) > 5 and third - best[1] < NOTHING_SHARE * third else "falling"
        )
    # Judged by the latest few looks together: a single one may be chance.
    now = fmean(val for _, val in looks[-2:])
    if now - best[1] < NOTHING_SHARE * best[1]:
        return "flat"
    before, after = _train_around(points, best[0].step)
    if before is not None and after is not None and after < before:
        return "memorising"
    return "restless"


def _verdict(run: RunRow, points: Sequence[PointRow], verdict: Verdict) -> str:
    """The sentence of a verdict, in the past once the run is over."""
    over = not run.unfinished
    looks = _looks(points)
    start = looks[0][1] if looks else math.nan
    best_point, best = min(looks, key=lambda look: look[1]) if looks else (None, math.nan)
    where = epoch(best_point.epoch) if best_point else ""
    now = looks[-1][1] if looks else math.nan
    gained = f"{share(best, start)} below where it began" if looks else ""
    whose = "the base, before any learning," if run.base else "the network, knowing nothing yet,"
    match verdict:
        case "waiting":
            return (
                "" if over else "Getting ready: the first look at the validation songs is coming."
            )
        case "first steps" if not looks or len(looks) == 1:
            if not looks:
                return "First steps: validation has not been looked at yet."
            if over:
                return f"At the start {whose} scored {loss(start)} on the validation songs."
            return (
                f"First steps: {whose} scores {loss(start)} on the validation songs. "
                "Watch whether learning brings that down."
            )
        case "first steps":
            moved = "fell" if now < start else "went"
            return f"First steps: validation {moved} from {loss(start, unit=False)} to {loss(now)}."
        case "never better":
            known = "than the base already knows them" if run.base else "than at the very start"
            verb = "No step made" if over else "So far no step makes"
            return (
                f"{verb} it know unseen songs better {known}. "
                "Fewer layers, a smaller learning rate or more songs may help."
            )
        case "falling" if looks[-1][1] > best:  # one or two looks ago
            if best == start:
                so_far, when = (
                    ("did not fall", "at the end") if over else ("has not fallen yet", "now")
                )
                return (
                    f"Validation {so_far}: {loss(start, unit=False)} at first, {loss(now)} {when}."
                )
            if over:
                return f"Validation fell until epoch {where}, {gained}, just before the end."
            return (
                f"Validation was lowest at epoch {where}, {gained}; the latest look found "
                f"{loss(now)}, which may be chance."
            )
        case "falling":
            if over:
                return (
                    f"Validation was still falling at epoch {epoch(points[-1].epoch)}, {gained}: "
                    "more steps might bring more."
                )
            return (
                f"Validation is still falling: {loss(now)} at epoch "
                f"{epoch(looks[-1][0].epoch)}, {gained}."
            )
        case "slowing":
            if over:
                return f"Validation levelled out {gained}: little was left to gain."
            return f"Validation hardly falls any more, {gained}: little is left to gain this way."
        case "flat":
            if over:
                return f"Validation stopped falling at epoch {where}, {gained}, and stayed level."
            return (
                f"Validation has been level since epoch {where}, {gained}: it learns nothing new."
            )
        case "memorising":
            return (
                f"Validation stopped falling at epoch {where}, {gained}: from here it memorises. "
                "It knows the songs it reads ever better, and others less well."
            )
        case _:
            return (
                f"Validation stopped falling at epoch {where}, {gained}, and has risen since, "
                "though its own songs do not come easier either: a smaller learning rate may help."
            )


def _kept(points: Sequence[PointRow]) -> str:
    """Which network of a run that is over was kept."""
    looks = _looks(points)
    if not looks:
        return ""
    point, best = min(looks, key=lambda look: look[1])
    if point.step == 0:
        return f"The network of the start is kept ({loss(best)})."
    return f"The network of epoch {epoch(point.epoch)} is kept ({loss(best)})."


def _looks(points: Sequence[PointRow]) -> list[tuple[PointRow, float]]:
    """The points that looked at the validation songs, with what they found."""
    return [(point, point.val_loss) for point in points if point.val_loss is not None]


def _train_around(points: Sequence[PointRow], step: int) -> tuple[float | None, float | None]:
    """The training loss about a step and now, each a mean over a few points."""
    losses = [(p.step, p.train_loss) for p in points if p.train_loss is not None]
    few = max(2, len(losses) // 10)
    before = [value for at, value in losses if at <= step][-few:]
    after = [value for at, value in losses if at > step][-few:]
    return (fmean(before) if before else None, fmean(after) if after else None)
