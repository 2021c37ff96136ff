"""The settings in which the chosen runs differ, shown."""

from __future__ import annotations

from collections.abc import Sequence

import pyarrow as pa
import streamlit as st

from lyricslab.ui.common import services
from lyricslab.ui.common.plain_tables import plain_table
from lyricslab.ui.compare.comparison import label_of
from lyricslab.ui.compare.differences import differ_in_words, differences
from lyricslab.ui.compare.run_groups import RunGroup


def difference_table(chosen: Sequence[RunGroup]) -> None:
    """Show the settings in which the chosen rows of the table differ."""
    if len(chosen) < 2:
        return
    found = differences(services.home(), [group.first for group in chosen])
    if any(len(group.runs) > 1 for group in chosen):
        found.pop("seed", None)  # a row has several
    st.subheader("What differs")
    st.text(differ_in_words(found, len(chosen)))
    if found:
        labels = label_of(chosen)
        columns = {
            labels[group.id]: [values[k] for values in found.values()]
            for k, group in enumerate(chosen)
        }
        data = pa.table({"Setting": [name.capitalize() for name in found]} | columns)
        plain_table(data, "Settings in which the chosen runs differ")
