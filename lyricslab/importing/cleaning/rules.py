"""Every rule there is, in the order in which they are applied."""

from __future__ import annotations

from lyricslab.importing.cleaning import (
    boilerplate,
    capitals,
    chords,
    copies,
    languages,
    long_lines,
    repeats,
    section_labels,
    spacing,
    title_lines,
)
from lyricslab.importing.cleaning.rule import Rule, each, lines, songs

RULES: tuple[Rule, ...] = (
    Rule(
        "gaps",
        "A blank line after every line",
        "Closes the lines up. Wider gaps stay, as those between stanzas.",
        True,
        each(spacing.close_up),
        songs("song is double-spaced", "songs are double-spaced"),
    ),
    Rule(
        "page",
        "Words of the web page or sheet around it",
        "Takes out what was copied along: 'You might also like', 'Embed', addresses, credits.",
        True,
        each(boilerplate.strip),
        lines("line of that kind", "lines of that kind"),
    ),
    Rule(
        "chords",
        "Chords and tablature",
        "Takes out lines of chords over the words, chords in [brackets] between them, and tabs.",
        True,
        each(chords.strip),
        lines("line with chords or tabs", "lines with chords or tabs"),
    ),
    Rule(
        "spaces",
        "Several blanks in a row",
        "Makes one blank of them, and begins each line at the margin.",
        True,
        each(spacing.single),
        lines("line", "lines"),
    ),
    Rule(
        "long",
        "Very long lines",
        "Breaks them where sentences, phrases or run-together words part.",
        False,
        each(long_lines.break_up),
        lines(f"line of over {long_lines.LONG_CHARS} characters", "lines of over "
              f"{long_lines.LONG_CHARS} characters"),
    ),
    Rule(
        "title",
        "The title inside the lyrics",
        "Takes a title that stands above the lyrics out of them; a song without one gets it.",
        True,
        title_lines.lift,
        songs("song begins with it", "songs begin with it"),
    ),
    Rule(
        "repeats",
        "Repeats written short",
        "Writes them out as they are sung: a line with (x3) three times, a bare [Chorus] in full.",
        False,
        each(repeats.write_out),
        lines("place", "places"),
    ),
    Rule(
        "runs",
        "One line again and again",
        "Keeps two of a line that comes four times or more in a row; a network soon gets stuck in "
        "such a groove.",
        False,
        each(repeats.shorten),
        lines("line too many", "lines too many"),
    ),
    Rule(
        "labels",
        "Section labels such as [Chorus]",
        "Takes them out. Kept, the network learns to write them too.",
        False,
        each(section_labels.strip),
        lines("label", "labels"),
    ),
    Rule(
        "capitals",
        "ALL CAPITALS",
        "Writes these songs in small letters, with capitals where lines and known names begin. The "
        "bases have hardly seen a text that shouts.",
        False,
        capitals.calm,
        songs("song is all in capitals", "songs are all in capitals"),
    ),
    Rule(
        "copies",
        "Nearly the same song more than once",
        "Keeps the longest of each. Without this they are divided together, so that none is judged "
        "by its own double.",
        False,
        copies.keep_longest,
        songs("song shares most of its lines with another", "songs share most of their lines with "
              "another"),
    ),
    Rule(
        "languages",
        "Songs in other languages",
        "Leaves them out. The bases have read English, and will not make much of them.",
        False,
        languages.keep_english,
        languages.say,
    ),
)  # fmt: skip

NAMES = tuple(rule.name for rule in RULES)
DEFAULT_RULES = frozenset(rule.name for rule in RULES if rule.by_default)
