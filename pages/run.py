"""Run: one run as it trains and when it is over (`/run?run=ID`)."""

from __future__ import annotations

import streamlit as st

from lyricslab.errors import NotFoundError
from lyricslab.ui.common import navigation
from lyricslab.ui.run import run_page


def nowhere(reason: str) -> None:
    """Say what to do if there is no such run."""
    st.title("No such run")
    st.text(reason)
    navigation.link("compare", "Look at the runs there are", icon=":material/stacked_line_chart:")
    navigation.link("train", "Set up a run", icon=":material/local_fire_department:")


wanted = st.query_params.get("run")
if wanted is None:
    nowhere("The address of this page names no run.")
else:
    try:
        run_page.show(wanted)
    except NotFoundError as error:
        nowhere(str(error))
