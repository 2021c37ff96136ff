"""Write docs/CLEANING.md by cleaning the examples: `python -m tests.support.cleaning_page`."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

from lyricslab.importing.cleaning.rules import NAMES, RULES
from lyricslab.importing.guess import GUESS_KINDS
from lyricslab.importing.reading import read_path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "CLEANING.md"
EXAMPLES = ROOT / "docs" / "examples" / "messy"

HEAD = """\
# What the cleaning rules do

Three messy files, before and after cleaning. The program writes this page itself
(`python -m tests.support.cleaning_page`), and a test checks it. In the app each finding has a
switch and shows its places before and after; on the command line the option is `--rules`
(`default,labels` switches one on, `default,-chords` one off). What was guessed while a file was
read, such as which rows are one song, has a switch and a name too: the file is read again. The
original songs are kept, so that every rule can be switched off again, even in a saved corpus; once
a run has learned from it, your changes become its next version.

The last column says which rules are on by default. The songs shown are those with every rule on. At
the end all rules are listed, and what may be guessed.
"""


def page() -> str:
    """Return the page."""
    return "\n".join([HEAD, *(_example(path) for path in sorted(EXAMPLES.iterdir())), _lists()])


def _lists() -> str:
    """Return tables of all rules and all kinds of guesses."""
    rules = [
        f"| {rule.title} | `{rule.name}` | {_cell(rule.description)} "
        f"| {'on' if rule.enabled_by_default else 'off'} |"
        for rule in RULES
    ]
    guesses = [
        f"| {kind.title} | `{kind.name}` | {_cell(kind.description)} |" for kind in GUESS_KINDS
    ]
    return "\n".join(
        [
            "## All rules, in the order in which they are applied",
            "",
            "| finds | rule | switched on | by default |",
            "|---|---|---|---|",
            *rules,
            "",
            "## What may be guessed while a file is read",
            "",
            "Guesses are made unless they are switched off.",
            "",
            "| guess | name | what it does |",
            "|---|---|---|",
            *guesses,
            "",
        ]
    )


def _cell(text: str) -> str:
    """Return a description with codes such as <br> set as code."""
    return re.sub(r"(<\w+>|&\S+;|\\\w)", r"`\1`", text)


def _example(path: Path) -> str:
    intake = read_path(path)
    cleaned = replace(intake, enabled_rules=frozenset(NAMES))
    rows = [
        f"| {finding.rule.title} | `{finding.rule.name}` | {finding.summary} "
        f"| {'on' if finding.on else 'off'} |"
        for finding in intake.cleaning.findings
    ]
    return "\n".join(
        [
            f"## {path.name}",
            "",
            "Before:",
            "",
            _block(path.read_text("utf-8")),
            "",
            "| found | rule | how much | by default |",
            "|---|---|---|---|",
            *rows,
            "",
            "After:",
            "",
            _block("\n\n---\n\n".join(song.framed for song in cleaned.songs)),
            "",
        ]
    )


def _block(text: str) -> str:
    return f"````text\n{text.strip(chr(10))}\n````"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
