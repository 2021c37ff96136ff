"""What the doctor found in a collection, and what the collection is with some remedies applied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lyricslab.text.doctor.remedies import REMEDIES
from lyricslab.text.doctor.remedy import Case, Remedy
from lyricslab.text.doctor.sheet import Sheet
from lyricslab.text.readers.source import Draft


@dataclass(frozen=True)
class Finding:
    """A fault that some songs have, and what its remedy makes of each of them."""

    remedy: Remedy
    cases: tuple[Case, ...]
    on: bool
    """Whether the remedy is applied."""

    @cached_property
    def sentence(self) -> str:
        """How much there is of it."""
        return self.remedy.say(self.cases)


@dataclass(frozen=True, slots=True)
class Examination:
    """Each song as it is with the remedies that are on, and what each remedy is about."""

    sheets: tuple[Sheet | None, ...]
    """One for each song as it came; None where it is left out, or nothing of it is left."""
    findings: tuple[Finding, ...]
    """In the order in which remedies are applied; none for a remedy that finds nothing."""


def examine(
    drafts: Sequence[Draft],
    on: Collection[str],
    mapping: Mapping[str, str],
    tell: Callable[[float], object] = lambda share: None,
) -> Examination:
    """Looks for every fault there is a remedy for, and applies the remedies that are on.

    A remedy sees the songs as those before it have left them, on or off: what it is about does
    not depend on its own switch. One that would leave no song at all has nothing to say.

    Args:
        on: names of remedies.
        mapping: what stands for characters that the networks do not know.
        tell: given the share that is done, 0 to 1, as it goes on.
    """
    sheets: list[Sheet | None] = [_with_words(Sheet.of(draft, mapping)) for draft in drafts]
    findings = []
    for done, remedy in enumerate(REMEDIES, start=1):
        tell(done / (len(REMEDIES) + 1))
        here = [k for k, sheet in enumerate(sheets) if sheet is not None]
        before = [sheet for sheet in sheets if sheet is not None]
        after = [
            _with_words(mended) if mended is not None else None for mended in remedy.mend(before)
        ]
        if not any(after):
            continue
        cases = tuple(
            Case(k, was, now)
            for k, was, now in zip(here, before, after, strict=True)
            if now is not was
        )
        if cases:
            findings.append(Finding(remedy, cases, remedy.name in on))
        if remedy.name in on:
            for case in cases:
                sheets[case.song] = case.after
        if remedy.name == "gaps":  # the one remedy that has to see wide gaps
            sheets = [sheet.tidied() if sheet else None for sheet in sheets]
    tell(1.0)
    return Examination(tuple(sheets), tuple(findings))


def _with_words(sheet: Sheet) -> Sheet | None:
    """The sheet, unless nothing is left of it but blanks."""
    return sheet if sheet.text.strip() else None
