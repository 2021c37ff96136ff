"""Every remedy there is, in the order in which they are applied."""

from __future__ import annotations

from lyricslab.text.doctor import (
    capitals,
    chords,
    copies,
    languages,
    long_lines,
    pages,
    repeats,
    sections,
    spaces,
    titles,
)
from lyricslab.text.doctor.remedy import Remedy, each, lines, songs

REMEDIES: tuple[Remedy, ...] = (
    Remedy(
        "gaps",
        "A blank line after every line",
        "Closes the lines up. Wider gaps stay, as those between stanzas.",
        True,
        each(spaces.close_up),
        songs("song is double-spaced", "songs are double-spaced"),
    ),
    Remedy(
        "page",
        "Words of the web page or sheet around it",
        "Takes out what was copied along: 'You might also like', 'Embed', addresses, credits.",
        True,
        each(pages.strip),
        lines("line of that kind", "lines of that kind"),
    ),
    Remedy(
        "chords",
        "Chords and tablature",
        "Takes out lines of chords over the words, chords in [brackets] between them, and tabs.",
        True,
        each(chords.strip),
        lines("line with chords or tabs", "lines with chords or tabs"),
    ),
    Remedy(
        "spaces",
        "Several blanks in a row",
        "Makes one blank of them, and begins each line at the margin.",
        True,
        each(spaces.single),
        lines("line", "lines"),
    ),
    Remedy(
        "long",
        "Very long lines",
        "Breaks them where sentences, phrases or run-together words part.",
        False,
        each(long_lines.break_up),
        lines(f"line of over {long_lines.LONG_CHARS} characters", "lines of over "
              f"{long_lines.LONG_CHARS} characters"),
    ),
    Remedy(
        "title",
        "The title inside the lyrics",
        "Takes a title that stands above the lyrics out of them; a song without one gets it.",
        True,
        titles.lift,
        songs("song begins with it", "songs begin with it"),
    ),
    Remedy(
        "repeats",
        "Repeats written short",
        "Writes them out as they are sung: a line with (x3) three times, a bare [Chorus] in full.",
        False,
        each(repeats.write_out),
        lines("place", "places"),
    ),
    Remedy(
        "runs",
        "One line again and again",
        "Keeps two of a line that comes four times or more in a row; a network soon gets stuck in "
        "such a groove.",
        False,
        each(repeats.shorten),
        lines("line too many", "lines too many"),
    ),
    Remedy(
        "labels",
        "Section labels such as [Chorus]",
        "Takes them out. Kept, the network learns to write them too.",
        False,
        each(sections.strip),
        lines("label", "labels"),
    ),
    Remedy(
        "capitals",
        "ALL CAPITALS",
        "Writes these songs in small letters, with capitals where lines and known names begin. The "
        "bases have hardly seen a text that shouts.",
        False,
        capitals.calm,
        songs("song is all in capitals", "songs are all in capitals"),
    ),
    Remedy(
        "copies",
        "Nearly the same song more than once",
        "Keeps the longest of each. Without this they are divided together, so that none is judged "
        "by its own double.",
        False,
        copies.keep_longest,
        songs("song shares most of its lines with another", "songs share most of their lines with "
              "another"),
    ),
    Remedy(
        "languages",
        "Songs in other languages",
        "Leaves them out. The bases have read English, and will not make much of them.",
        False,
        languages.keep_english,
        languages.say,
    ),
)  # fmt: skip

NAMES = tuple(remedy.name for remedy in REMEDIES)
BY_DEFAULT = frozenset(remedy.name for remedy in REMEDIES if remedy.by_default)
