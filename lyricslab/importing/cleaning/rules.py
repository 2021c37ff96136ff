"""The cleaning rules, in the order in which they are applied."""

from __future__ import annotations

from lyricslab.importing.cleaning import (
    boilerplate,
    capitals,
    chords,
    copies,
    escapes,
    languages,
    long_lines,
    recurring_lines,
    repeats,
    section_labels,
    spacing,
    title_lines,
)
from lyricslab.importing.cleaning.rule import Rule, each_song, summarize_lines, summarize_songs

RULES: tuple[Rule, ...] = (
    Rule(
        name="escapes",
        title="Codes in place of line breaks and letters",
        description=(
            "Writes line breaks for \\n and <br>, and letters for codes such as &amp; and &#39;."
        ),
        enabled_by_default=True,
        fix=each_song(escapes.write_out_escapes),
        summarize=summarize_songs("song has such codes", "songs have such codes"),
    ),
    Rule(
        name="gaps",
        title="A blank line after every line",
        description="Removes them. The wider gaps between stanzas stay.",
        enabled_by_default=True,
        fix=each_song(spacing.close_gaps),
        summarize=summarize_songs("song is double-spaced", "songs are double-spaced"),
    ),
    Rule(
        name="page",
        title="Text of the web page or song sheet",
        description=(
            "Removes what was copied with it: 'You might also like', 'Embed', addresses, credits."
        ),
        enabled_by_default=True,
        fix=each_song(boilerplate.remove_page_text),
        summarize=summarize_lines("line of that kind", "lines of that kind"),
    ),
    Rule(
        name="set",
        title="Words on every page of a set",
        description=(
            "Removes menus and notices at the top or the foot of most songs, also where a song's "
            "own name is in them, and such words in titles. What is sung in many songs stays."
        ),
        enabled_by_default=True,
        fix=recurring_lines.remove_recurring_lines,
        summarize=recurring_lines.summarize_recurring_lines,
    ),
    Rule(
        name="chords",
        title="Chords and tablature",
        description=(
            "Removes lines of chords over the words, chords in [brackets] between them, and tabs."
        ),
        enabled_by_default=True,
        fix=each_song(chords.remove_chords),
        summarize=summarize_lines("line with chords or tabs", "lines with chords or tabs"),
    ),
    Rule(
        name="spaces",
        title="Several blanks in a row",
        description="Leaves one of them, and begins each line at the margin.",
        enabled_by_default=True,
        fix=each_song(spacing.single_blanks),
        summarize=summarize_lines("line", "lines"),
    ),
    Rule(
        name="long",
        title="Very long lines",
        description="Breaks them after sentences or phrases, or where words run together.",
        enabled_by_default=False,
        fix=each_song(long_lines.break_long_lines),
        summarize=summarize_lines(
            f"line of over {long_lines.LONG_CHARS} characters",
            f"lines of over {long_lines.LONG_CHARS} characters",
        ),
        advice="Not sure? Fix it for songs, whose lines are short; leave it for prose.",
    ),
    Rule(
        name="title",
        title="The title inside the lyrics",
        description="Removes a title above the lyrics from them; a song without a title gets it.",
        enabled_by_default=True,
        fix=title_lines.remove_titles,
        summarize=summarize_songs("song begins with it", "songs begin with it"),
    ),
    Rule(
        name="repeats",
        title="Repeats written short",
        description=(
            "Writes them out as they are sung: a line with (x3) three times, a bare [Chorus] "
            "in full."
        ),
        enabled_by_default=False,
        fix=each_song(repeats.expand_repeats),
        summarize=summarize_lines("place", "places"),
        advice="Not sure? Fix it: a network learns from what is sung, not from marks such as (x3).",
    ),
    Rule(
        name="runs",
        title="The same line again and again",
        description=(
            "Keeps two of a line that is repeated four times or more in a row; a network easily "
            "gets stuck in a line."
        ),
        enabled_by_default=False,
        fix=each_song(repeats.shorten_runs),
        summarize=summarize_lines("line too many", "lines too many"),
        advice="Not sure? Leave it; fix it if what a network writes gets stuck in one line.",
    ),
    Rule(
        name="labels",
        title="Section labels such as [Chorus]",
        description="Removes them. If they stay, the network learns to write them too.",
        enabled_by_default=False,
        fix=each_song(section_labels.remove_labels),
        summarize=summarize_lines("label", "labels"),
        advice="Not sure? Fix it: nobody sings them. Leave them to see verse and chorus marked.",
    ),
    Rule(
        name="capitals",
        title="ALL CAPITALS",
        description=(
            "Writes these songs in lower case, with capitals where lines and known names begin. "
            "The bases have hardly read any text in capitals."
        ),
        enabled_by_default=False,
        fix=capitals.lower_capitals,
        summarize=summarize_songs("song is all in capitals", "songs are all in capitals"),
        advice="Not sure? Fix it: the bases read capitals as if they were another script.",
    ),
    Rule(
        name="copies",
        title="Nearly the same song more than once",
        description=(
            "Keeps the longest of each. Otherwise they stay on the same side of the split, so that "
            "no network is tested on a copy of a song it learned from."
        ),
        enabled_by_default=False,
        fix=copies.keep_longest,
        summarize=summarize_songs(
            "song shares most of its lines with another",
            "songs share most of their lines with another",
        ),
        advice="Not sure? Leave it: versions of a song do no harm, and all of them are yours.",
    ),
    Rule(
        name="languages",
        title="Songs in other languages",
        description="Leaves them out. The bases have read English only.",
        enabled_by_default=False,
        fix=languages.keep_english,
        summarize=languages.summarize_languages,
        advice="Not sure? Fix it, unless these are the songs you care about.",
    ),
)

NAMES = tuple(rule.name for rule in RULES)
DEFAULT_RULES = frozenset(rule.name for rule in RULES if rule.enabled_by_default)
