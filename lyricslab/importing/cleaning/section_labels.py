"""Section labels, such as [Chorus]."""

from __future__ import annotations

from lyricslab.importing.cleaning.traced_song import TracedLine, TracedSong
from lyricslab.importing.lines import count_labels, is_label, without_leading_label


def remove_labels(song: TracedSong) -> TracedSong:
    """Remove section labels; a label that began a stanza leaves a blank line."""
    if not count_labels(song.text):
        return song
    rows: list[TracedLine] = []
    for line, origin in song.rows():
        words = "" if is_label(line) else without_leading_label(line)
        if words and words != line:
            rows.append(("", origin))  # the label began a stanza
        rows.append((words, origin))
    return song.with_rows(rows)
