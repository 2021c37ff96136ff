"""Apply the cleaning rules to a collection of songs, and report what each rule finds."""

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
    """The songs that a rule changes, whether or not it is on."""

    rule: Rule
    fixes: tuple[SongFix, ...]
    on: bool
    """Whether the rule is applied."""

    @cached_property
    def summary(self) -> str:
        """How much the rule finds, in a sentence."""
        return self.rule.summarize(self.fixes)


@dataclass(frozen=True, slots=True)
class CleaningResult:
    """The songs after the rules that are on, and what every rule finds."""

    songs: tuple[TracedSong | None, ...]
    """One for each raw song; None where it is left out or nothing of it remains."""
    findings: tuple[Finding, ...]
    """In the order in which the rules are applied; rules that find nothing are missing."""

    def fixed_by(self, rule: str) -> set[int]:
        """Return the positions of the raw songs that a rule changes; none if it is off."""
        findings = [found for found in self.findings if found.on and found.rule.name == rule]
        return {fix.song for found in findings for fix in found.fixes}

    def removed_lines(self, position: int, *rules: str) -> set[int]:
        """Return which lines of a raw song those of these rules that are on remove."""
        return {
            origin
            for finding in self.findings
            if finding.on and finding.rule.name in rules
            for fix in finding.fixes
            if fix.song == position and fix.after is not None
            for origin in set(fix.before.origins).difference(fix.after.origins)
        }


def apply_rules(
    raw_songs: Sequence[RawSong],
    on: Collection[str],
    mapping: Mapping[str, str],
    on_progress: Callable[[float], object] = lambda share: None,
    files: Sequence[frozenset[int]] = (),
) -> CleaningResult:
    """Fold the songs to ASCII and apply the rules that are on; typed songs stay as they are.

    Every rule, on or off, sees the songs as the rules before it have left them, so that what it
    finds does not depend on its own switch. A rule that would leave no song at all is skipped.

    Args:
        on: names of rules.
        mapping: replacements of characters, as for `fold`.
        on_progress: called with the share that is done, 0 to 1.
        files: the numbers of the files each song is from; () if they are not known.
    """
    songs: list[TracedSong | None] = [
        _unless_empty(TracedSong.of(raw_song, mapping, of_song))
        for raw_song, of_song in zip(
            raw_songs, files or [frozenset[int]()] * len(raw_songs), strict=True
        )
    ]
    findings = []
    for done, rule in enumerate(RULES, start=1):
        on_progress(done / (len(RULES) + 1))
        positions = [k for k, song in enumerate(songs) if song is not None]
        before = [song for song in songs if song is not None]
        after = [_unless_empty(song) if song is not None else None for song in rule.fix(before)]
        if not any(after):
            continue
        fixes = tuple(
            SongFix(k, old, new)
            for k, old, new in zip(positions, before, after, strict=True)
            if new is not old and not raw_songs[k].typed
        )
        if fixes:
            findings.append(Finding(rule, fixes, rule.name in on))
        if rule.name in on:
            for fix in fixes:
                songs[fix.song] = fix.after
        if rule.name == "gaps":  # the only rule that has to see wide gaps
            songs = [song.tidied() if song else None for song in songs]
    on_progress(1.0)
    return CleaningResult(tuple(songs), tuple(findings))


def _unless_empty(song: TracedSong) -> TracedSong | None:
    return song if song.text.strip() else None
