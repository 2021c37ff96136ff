"""The curves of a run in words, for those who don't read curves."""

from __future__ import annotations

import math
from collections.abc import Sequence
from statistics import fmean
from typing import Literal

from lyricslab.analysis.bootstrap import ENOUGH_SONGS
from lyricslab.store.rows import PointRow, RunRow
from lyricslab.wording import epoch, loss, plural, share

Verdict = Literal[
    "waiting", "first steps", "never better", "falling", "slowing", "flat", "memorising", "restless"
]

NATS_PER_CHAR = (
    "**Nats per character** say how surprised a network is by the next character of a song it has "
    "not seen: 4.85 is pure guessing among 128 characters, every 0.1 less is a clearly better "
    "guess, and 0 would be knowing the song by heart. Lower is better. One nat is 1.44 bits."
)
"""Explains the unit of every loss (Markdown)."""

PATIENT_EVALS = 3
"""The evaluations without improvement that make a verdict; fewer may be chance."""
NOTHING_SHARE = 0.004
"""A change by less than this part of a loss counts as no change."""


def describe_curve(run: RunRow, points: Sequence[PointRow], val_songs: int | None = None) -> str:
    """Describe a run's curves: where it is, whether it still learns, which network was kept.

    Args:
        val_songs: how many songs the validation losses are of; None if that is not known.
    """
    said = _described(run, points)
    if val_songs is None or val_songs >= ENOUGH_SONGS or len(_evals(points)) < PATIENT_EVALS:
        return said
    return f"{said} {plural(val_songs, 'validation song').capitalize()}: too few to be sure."


def _described(run: RunRow, points: Sequence[PointRow]) -> str:
    verdict = judge(points)
    if run.status == "queued" and run.step:
        return f"Waiting for its turn; it continues from step {run.step:,} or a little before."
    if run.status == "queued":
        return "Waiting for its turn. The curve begins when training does."
    if run.status == "failed":
        reason = run.error or "It failed, and left no reason."
        return f"{reason} {_kept(run, points)}".strip()
    if run.status == "stopped":
        at = f" at epoch {epoch(points[-1].epoch)}" if points else " before it began"
        return " ".join(
            filter(None, [f"Stopped{at}.", _verdict(run, points, verdict), _kept(run, points)])
        )
    if run.status == "done":
        return " ".join(
            filter(None, ["Finished.", _verdict(run, points, verdict), _kept(run, points)])
        )
    ending = " It is about to stop; the best network so far is kept."
    return _verdict(run, points, verdict) + (ending if run.status == "stopping" else "")


def judge(points: Sequence[PointRow]) -> Verdict:
    """Judge the curves by the evaluations on the validation songs alone."""
    evals = _evals(points)
    if not evals:
        return "first steps" if points else "waiting"
    if len(evals) < PATIENT_EVALS:
        return "first steps"
    best = min(evals, key=lambda e: (e[1], e[0].step))
    since = len(evals) - 1 - evals.index(best)
    if best[0].step == 0 and since >= PATIENT_EVALS:
        return "never better"
    if since < PATIENT_EVALS:
        third = evals[-max(3, len(evals) // 3)][1]
        return (
            "slowing" if len(evals) > 5 and third - best[1] < NOTHING_SHARE * third else "falling"
        )
    # The latest two evaluations together: a single one may be chance.
    now = fmean(val for _, val in evals[-2:])
    if now - best[1] < NOTHING_SHARE * best[1]:
        return "flat"
    before, after = _train_around(points, best[0].step)
    if before is not None and after is not None and after < before:
        return "memorising"
    return "restless"


def _verdict(run: RunRow, points: Sequence[PointRow], verdict: Verdict) -> str:
    """Return the sentence of a verdict, in the past tense once the run is over."""
    over = not run.unfinished
    evals = _evals(points)
    start = evals[0][1] if evals else math.nan
    best_point, best = min(evals, key=lambda e: e[1]) if evals else (None, math.nan)
    where = epoch(best_point.epoch) if best_point else ""
    now = evals[-1][1] if evals else math.nan
    gained = f"{share(best, start)} below where it began" if evals else ""
    whose = "the base, before any learning," if run.base else "the network, knowing nothing yet,"
    match verdict:
        case "waiting":
            return "" if over else "Getting ready: the validation songs are evaluated first."
        case "first steps" if not evals or len(evals) == 1:
            if not evals:
                return "First steps: the validation songs have not been evaluated yet."
            if over:
                return f"At the start {whose} scored {loss(start)} on the validation songs."
            return (
                f"First steps: {whose} scores {loss(start)} on the validation songs. "
                "Watch whether learning lowers that."
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
        case "falling" if evals[-1][1] > best:  # one or two evaluations ago
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
                f"Validation was lowest at epoch {where}, {gained}; the latest evaluation "
                f"gave {loss(now)}, which may be chance."
            )
        case "falling":
            if over:
                return (
                    f"Validation was still falling at epoch {epoch(points[-1].epoch)}, {gained}: "
                    "more steps might help."
                )
            return (
                f"Validation is still falling: {loss(now)} at epoch "
                f"{epoch(evals[-1][0].epoch)}, {gained}."
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
                "though it learns its own songs no better either: a smaller learning rate may help."
            )


def _kept(run: RunRow, points: Sequence[PointRow]) -> str:
    """Say which network of a finished run was kept."""
    blend = (run.result or {}).get("blend") or {}
    if blend.get("kept"):
        kept = loss(blend["val_nats_per_char"])
        return f"A blend of what it learned with the base is kept ({kept})."
    evals = _evals(points)
    if not evals:
        return ""
    point, best = min(evals, key=lambda e: e[1])
    if point.step == 0:
        return f"The network of the start is kept ({loss(best)})."
    return f"The network of epoch {epoch(point.epoch)} is kept ({loss(best)})."


def _evals(points: Sequence[PointRow]) -> list[tuple[PointRow, float]]:
    """Return the points with a validation loss, and that loss."""
    return [(point, point.val_loss) for point in points if point.val_loss is not None]


def _train_around(points: Sequence[PointRow], step: int) -> tuple[float | None, float | None]:
    """Return the training loss around a step and now, each a mean over a few points."""
    losses = [(p.step, p.train_loss) for p in points if p.train_loss is not None]
    few = max(2, len(losses) // 10)
    before = [value for at, value in losses if at <= step][-few:]
    after = [value for at, value in losses if at > step][-few:]
    return (fmean(before) if before else None, fmean(after) if after else None)
