"""What the doctor found in a collection, and what the collection is with some rules applied."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from lyricslab.importing.cleaning.rule import Rule, SongFix
from lyricslab.importing.cleaning.rules import RULES
from lyricslab.importing.cleaning.traced_song import TracedSong
from lyricslab.songs.raw_song import RawSong


@dataclass(frozen=True)
class Finding:
    """A fault that some songs have, and what its rule makes of each of them."""

    rule: Rule
    cases: tuple[SongFix, ...]
    on: bool
    """Whether the rule is applied."""

    @cached_property
    def sentence(self) -> str:
        """How much there is of it."""
        return self.rule.say(self.cases)


@dataclass(frozen=True, slots=True)
class CleaningResult:
    """Each song as it is with the rules that are on, and what each rule is about."""

    sheets: tuple[TracedSong | None, ...]
    """One for each song as it came; None where it is left out, or nothing of it is left."""
    findings: tuple[Finding, ...]
    """In the order in which rules are applied; none for a rule that finds nothing."""


def apply_rules(
    drafts: Sequence[RawSong],
    on: Collection[str],
    mapping: Mapping[str, str],
    tell: Callable[[float], object] = lambda share: None,
) -> CleaningResult:
    """Looks for every fault there is a rule for, and applies the rules that are on.

    A rule sees the songs as those before it have left them, on or off: what it is about does
    not depend on its own switch. One that would leave no song at all has nothing to say.

    Args:
        on: names of rules.
        mapping: what stands for characters that the networks do not know.
        tell: given the share that is done, 0 to 1, as it goes on.
    """
    sheets: list[TracedSong | None] = [
        _with_words(TracedSong.of(draft, mapping)) for draft in drafts
    ]
    findings = []
    for done, rule in enumerate(RULES, start=1):
        tell(done / (len(RULES) + 1))
        here = [k for k, sheet in enumerate(sheets) if sheet is not None]
        before = [sheet for sheet in sheets if sheet is not None]
        after = [
            _with_words(mended) if mended is not None else None for mended in rule.mend(before)
        ]
        if not any(after):
            continue
        cases = tuple(
            SongFix(k, was, now)
            for k, was, now in zip(here, before, after, strict=True)
            if now is not was
        )
        if cases:
            findings.append(Finding(rule, cases, rule.name in on))
        if rule.name in on:
            for case in cases:
                sheets[case.song] = case.after
        if rule.name == "gaps":  # the one rule that has to see wide gaps
            sheets = [sheet.tidied() if sheet else None for sheet in sheets]
    tell(1.0)
    return CleaningResult(tuple(sheets), tuple(findings))


def _with_words(sheet: TracedSong) -> TracedSong | None:
    """The sheet, unless nothing is left of it but blanks."""
    return sheet if sheet.text.strip() else None
