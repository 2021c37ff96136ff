"""What the cleaning rules found: a switch for each finding, and the places it is about."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any

import streamlit as st

from lyricslab.importing.cleaning.apply import Finding
from lyricslab.importing.cleaning.rule import SongFix
from lyricslab.importing.guess import GuessFinding, guess_findings
from lyricslab.importing.reading import Intake
from lyricslab.ui.common.diff import diff
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.corpus import import_session
from lyricslab.ui.corpus.import_session import CORRECTIONS_LOST, ImportSession
from lyricslab.ui.corpus.pager import pager
from lyricslab.wording import plural

SONGS_A_PAGE = 5
HUNKS_A_SONG = 4
LINES_A_HUNK = 12
LINE_CHARS = 160


def findings(now: ImportSession, songs: Intake) -> None:
    """Show every guess and every finding with its switch, and of one finding the places."""
    guessed = guess_findings(songs.guesses)
    found = songs.cleaning.findings
    if not found and not guessed:
        st.caption(
            "Nothing in these songs looks as if it did not belong: no words of web pages, no "
            "chords, no labels, no repeats written short."
        )
        return
    if guessed:
        st.caption(
            "Your files do not say everything: this was guessed while they were read. Turn off a "
            "guess that is wrong."
        )
        with st.container(border=True, key="guesses", gap="small"):
            for guess in guessed:
                _guess(now, guess)
    if found:
        st.caption(
            f"{_summary(found)} A switch fixes all places of a kind, or leaves them: your original "
            "text is kept."
        )
        with st.container(border=True, key="findings", gap="small"):
            for finding in found:
                _finding(now, songs, finding)


def _summary(found: Sequence[Finding]) -> str:
    on = sum(finding.on for finding in found)
    if len(found) == 1:
        return f"One thing was found, and it is {'fixed' if on else 'left as it is'}."
    right = {0: "none of them is", 1: "1 of them is", len(found): "all of them are"}
    return f"{len(found)} things were found; {right.get(on, f'{on} of them are')} fixed."


def _guess(now: ImportSession, guess: GuessFinding) -> None:
    """Show what was guessed; the switch reads the files again, where they are still here."""
    kind = guess.kind
    with st.container(
        horizontal=True, vertical_alignment="center", gap="medium", key=f"guess_row_{kind.name}"
    ):
        with st.container(gap=None, width="stretch"):
            st.markdown(f"**{plain(kind.title)}**: {plain(guess.found)}")
            st.caption(plain(kind.description))
        if any(import_session.can_switch(one, kind.name) for one in now.items):
            st.toggle(
                "Use this",
                guess.on,
                key=f"guess_{kind.name}_{now.turn}",
                help=f"Reads these files again. {CORRECTIONS_LOST}",
                on_change=import_session.switch_guess,
                args=(kind.name, not guess.on),
            )


def _finding(now: ImportSession, songs: Intake, finding: Finding) -> None:
    rule = finding.rule
    open_now = now.finding == rule.name
    with st.container(key=f"finding_{rule.name}"):
        with st.container(
            horizontal=True, vertical_alignment="center", gap="medium", key=f"found_row_{rule.name}"
        ):
            with st.container(gap=None, width="stretch"):
                st.markdown(f"**{plain(rule.title)}**: {plain(finding.summary)}")
                st.caption(plain(rule.description))
                if rule.advice and not finding.on:
                    st.caption(f":material/lightbulb: {plain(rule.advice)}")
            st.button(
                "Close" if open_now else "Before and after",
                key=f"look_at_{rule.name}_{now.turn}",
                icon=":material/expand_less:" if open_now else ":material/compare:",
                type="tertiary",
                on_click=import_session.look_at_finding,
                args=(None if open_now else rule.name,),
            )
            st.toggle(
                "Fix",
                finding.on,
                key=f"remedy_{rule.name}_{now.turn}",
                on_change=_switch,
                args=(songs, rule.name, not finding.on),
            )
        if open_now:
            _places(now, finding)


def _switch(songs: Intake, rule: str, on: bool) -> None:
    import_session.correct(songs.with_rule(rule, on))


def _places(now: ImportSession, finding: Finding) -> None:
    """Show the places that a finding is about, a few songs at a time."""
    name = finding.rule.name
    place = st.container()
    shown = pager(
        len(finding.fixes),
        SONGS_A_PAGE,
        now.finding_page,
        "Songs",
        name,
        partial(import_session.look_at_finding, name),
    )
    with place:
        diff([_fix(finding.fixes[k]) for k in shown], key=f"diff_{name}")


def _fix(fix: SongFix) -> dict[str, Any]:
    """Return a song's changes for the component: long ones cut, the rest counted."""
    hunks = fix.hunks
    title = fix.before.title or (fix.after.title if fix.after else "") or "Without a title"
    return {
        "title": title[:LINE_CHARS],
        "gone": fix.after is None,
        "hunks": [
            {
                "above": hunk.above[:LINE_CHARS],
                "before": _cut(hunk.before),
                "after": _cut(hunk.after),
                "below": hunk.below[:LINE_CHARS],
            }
            for hunk in hunks[:HUNKS_A_SONG]
        ],
        "more": _more(len(hunks) - HUNKS_A_SONG, "place", "places", " in this song"),
    }


def _cut(lines: tuple[str, ...]) -> list[str]:
    kept = [_shortened(line) for line in lines[:LINES_A_HUNK]]
    more = _more(len(lines) - len(kept), "line", "lines")
    return [*kept, more] if more else kept


def _more(count: int, one: str, many: str, where: str = "") -> str:
    """Say how many more there are; "" if there are none."""
    return f"and {plural(count, f'more {one}', f'more {many}')}{where}" if count > 0 else ""


def _shortened(line: str) -> str:
    return line if len(line) <= LINE_CHARS else f"{line[:LINE_CHARS]} ..."
