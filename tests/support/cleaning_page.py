"""docs/DOCTOR.md, written by the doctor itself: `python -m tests.support.cleaning_page`."""

from __future__ import annotations

from pathlib import Path

from lyricslab.importing.cleaning.rules import NAMES
from lyricslab.importing.reading import Intake, read_path

ROOT = Path(__file__).resolve().parents[2]
PAGE = ROOT / "docs" / "DOCTOR.md"
EXAMPLES = ROOT / "docs" / "examples" / "messy"

HEAD = """\
# What the corpus doctor does

Three messy files, as they come and as they are learned. This page is written by the program itself
(`python -m tests.support.cleaning_page`), and a test holds it to that. In the app each finding has
a switch and shows its places before and after; on the command line it is `--rules`. Songs are kept
as they came, so every switch can be turned back, also of a corpus that was saved; once a run has
learned from it, what you change becomes its next version.

"On" below is what is on unless you say no. What comes out is shown with every rule on.
"""


def page() -> str:
    """The whole page."""
    return "\n".join([HEAD, *(_example(path) for path in sorted(EXAMPLES.iterdir()))])


def _example(path: Path) -> str:
    taken = read_path(path)
    findings = taken.examination.findings
    everything = taken
    for name in NAMES:
        everything = everything.switched(name, True)
    rows = [
        f"| {finding.rule.title} | `{finding.rule.name}` | {finding.summary} "
        f"| {'on' if finding.on else 'off'} |"
        for finding in findings
    ]
    return "\n".join(
        [
            f"## {path.name}",
            "",
            "As it comes:",
            "",
            _block(path.read_text("utf-8")),
            "",
            "| found | name | how much | at first |",
            "|---|---|---|---|",
            *rows,
            "",
            "As it is learned:",
            "",
            _block(_songs(everything)),
            "",
        ]
    )


def _songs(taken: Intake) -> str:
    return "\n\n---\n\n".join(song.framed for song in taken.songs)


def _block(text: str) -> str:
    return f"````text\n{text.strip(chr(10))}\n````"


if __name__ == "__main__":
    PAGE.write_text(page(), "utf-8")
