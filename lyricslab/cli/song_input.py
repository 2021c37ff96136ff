"""Songs from files on the command line: the options, reading, the split, saving a corpus."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lyricslab.cli.command_helpers import tell
from lyricslab.config import SplitConfig
from lyricslab.errors import ConfigError, ReadError
from lyricslab.importing import reading
from lyricslab.importing.cleaning.rules import DEFAULT_RULES, NAMES
from lyricslab.importing.folder import look_into
from lyricslab.importing.guess import NAMES as GUESSES
from lyricslab.importing.guess import guess_findings
from lyricslab.importing.intake_report import report
from lyricslab.importing.reading_process import (
    FileToRead,
    ReadingProgress,
    ReadOutcome,
    read_files,
)
from lyricslab.library.corpora import add_corpus, load_corpus
from lyricslab.library.recipe_text import read_split
from lyricslab.library.recipes import cli_split
from lyricslab.songs.corpus import Corpus
from lyricslab.store.rows import CorpusRow
from lyricslab.store.store import Store

MIN_DIGEST_CHARS = 8
"""How much of a digest names a corpus."""
TOLD = 20
"""About how many of a folder's files are named while they are read."""


def add_song_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options of every command that reads songs from files."""
    parser.add_argument(
        "files",
        nargs="+",
        metavar="SONGS",
        help="files or folders; or, by its name or the first 8 or more characters of its digest, a "
        "corpus of the library",
    )
    parser.add_argument("--encoding", help="the files' encoding, if it was guessed wrong")
    parser.add_argument(
        "--lyrics-column", type=_filled, help="the column of a table with the lyrics"
    )
    parser.add_argument("--title-column", type=_filled)
    parser.add_argument("--artist-column", type=_filled)
    parser.add_argument(
        "--rules",
        "--remedies",
        default="default",
        metavar="NAMES",
        help="what to fix in the songs, and what to guess while they are read: default, all, none, "
        "or names with commas, such as default,labels; a minus takes one out: default,-chords. "
        f"There are {', '.join(NAMES)}; and, of guesses, {', '.join(GUESSES) or 'none'}",
    )
    parser.add_argument("--pieces", action="store_true", help="cut long texts into pieces")
    parser.add_argument("--split", help="shares to learn from, check and judge: 0.8,0.1,0.1")
    parser.add_argument("--split-seed", type=int, default=0, help="which division")


def _filled(text: str) -> str:
    if not text:
        raise argparse.ArgumentTypeError("it is empty; give a name, or leave the option out")
    return text


def read_songs(options: argparse.Namespace) -> reading.Intake:
    """Read the files on the command line as songs, and tell what was found in them."""
    enabled = _enabled(options.rules)
    named = (options.lyrics_column, options.title_column, options.artist_column)
    columns = reading.Columns(named[0] or "", *named[1:]) if any(named) else None
    declined = frozenset(GUESSES) - enabled
    paths = {Path(file): _inside(Path(file)) for file in options.files}
    files = [
        FileToRead(path.name, path, options.encoding, columns, declined)
        for inside in paths.values()
        for path in inside
    ]
    outcomes = iter(read_files(files, on_progress=_Told()))
    intakes = [
        intake
        for named_path, inside in paths.items()
        for intake in _intakes(named_path, [next(outcomes) for _ in inside])
    ]
    intake = replace(reading.gather(intakes), enabled_rules=enabled & frozenset(NAMES))
    for note in intake.notes:
        tell(note)
    for guess in guess_findings(intake.guesses):
        fate = "Guess used." if guess.on else "Guess not used."
        tell(f"{guess.kind.title} ({guess.kind.name}): {guess.found} {fate}")
    for finding in intake.cleaning.findings:
        fate = "Put right." if finding.on else "Left as it is."
        tell(f"{finding.rule.title} ({finding.rule.name}): {finding.summary} {fate}")
    return intake.in_chunks() if options.pieces else intake


def _inside(path: Path) -> list[Path]:
    """Return the files to read of a file or folder that was named."""
    if os.path.isdir(path):
        inside = look_into(path)
        if inside.note:
            tell(inside.note)
        return list(inside.files)
    reading.check_file(path)
    return [path]


def _intakes(path: Path, outcomes: Sequence[ReadOutcome]) -> list[reading.Intake]:
    """Return the songs of a file or folder that was named.

    Files of a folder that cannot be read are named and left out.

    Raises:
        ReadError: if no file could be read.
    """
    errors = [outcome.error for outcome in outcomes if outcome.error]
    if errors and not os.path.isdir(path):
        raise errors[0]
    for error in errors:
        tell(f"Left out: {error}")
    intakes = [outcome.intake for outcome in outcomes if outcome.intake]
    if not intakes:
        raise ReadError(f"No file in '{path}' could be read as lyrics.")
    return intakes


class _Told:
    """Tells which of several files is being read, about TOLD times."""

    def __init__(self) -> None:
        self.number = 0

    def __call__(self, progress: ReadingProgress) -> None:
        step = max(1, progress.of // TOLD)
        if progress.of > 1 and progress.number >= self.number + (step if self.number else 1):
            self.number = progress.number
            tell(f"Reading {progress.name} ({progress.number} of {progress.of}).")


def _enabled(words: str) -> frozenset[str]:
    """Return the cleaning rules and the kinds of guesses that are named, from left to right.

    Words are names, "default", "all" and "none", with commas; a minus takes one out again, of
    "default" where it comes first.
    """
    names = frozenset(NAMES) | frozenset(GUESSES)
    groups = {
        "default": DEFAULT_RULES | frozenset(GUESSES),
        "all": names,
        "none": frozenset[str](),
    }
    enabled: frozenset[str] = groups["default" if words.strip().startswith("-") else "none"]
    for word in filter(None, (word.strip() for word in words.split(","))):
        name = word.removeprefix("-")
        if name not in groups and name not in names:
            raise ConfigError(
                [
                    f"'{name}' is no rule. There are {', '.join((*NAMES, *GUESSES))}; and default, "
                    "all and none."
                ]
            )
        meant = groups.get(name, frozenset({name}))
        enabled = enabled - meant if word.startswith("-") else enabled | meant
    return enabled


def save_songs(store: Store, options: argparse.Namespace) -> tuple[CorpusRow, Corpus]:
    """Return the corpus of the library that is named, or save the files as one."""
    saved = _named_corpus(store, options.files)
    if saved is not None:
        return saved, load_corpus(store, saved.id)
    intake = read_songs(options)
    corpus = intake.corpus(options.corpus_name)
    return add_corpus(store, corpus, report(intake), intake=intake), corpus


def _named_corpus(store: Store, words: Sequence[str]) -> CorpusRow | None:
    """Return the corpus that a single word names, where there is no such file."""
    if len(words) != 1 or os.path.exists(words[0]):
        return None
    rows = store.corpora()
    named = [row for row in rows if row.name == words[0]]
    if len(words[0]) >= MIN_DIGEST_CHARS:
        named += [row for row in rows if row.digest.startswith(words[0].lower())]
    return next(iter(named), None)


def split_config(options: argparse.Namespace) -> SplitConfig:
    """Return the split of the options; the paper's preset divides in thirds by default.

    Raises:
        ConfigError: if the shares are not three numbers that add up to 1.
    """
    text: str | None = options.split
    if text is None:
        return replace(cli_split(vars(options).get("preset", "")), seed=options.split_seed)
    return read_split(text, options.split_seed)
