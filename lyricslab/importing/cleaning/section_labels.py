"""Labels of sections, such as [Chorus]."""

from __future__ import annotations

from lyricslab.importing.cleaning.traced_song import Row, TracedSong
from lyricslab.importing.lines import count_labels, is_label, without_leading_label


def strip(sheet: TracedSong) -> TracedSong:
    """The song without its section labels; where they began a stanza, a blank line does."""
    if not count_labels(sheet.text):
        return sheet
    rows: list[Row] = []
    for line, origin in sheet.rows():
        words = "" if is_label(line) else without_leading_label(line)
        if words and words != line:
            rows.append(("", origin))  # the stanza that it begins stays one
        rows.append((words, origin))
    return sheet.written(rows)
