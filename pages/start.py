"""Start: what this is, the way in, the latest runs."""

from __future__ import annotations

import streamlit as st

from lyricslab.ui.common import navigation, services
from lyricslab.ui.start import demo, latest_runs
from lyricslab.ui.start.hero_picture import hero_picture

st.title("Teach a small network your songs")
st.markdown(
    "A *base* is a small network that has read thousands of old songs, letter by letter. "
    "Here some of its layers read your lyrics and change, while the others stay exactly as they "
    "are. You watch it learn, see which choice of layers works best, and let it write new songs "
    "in your style: all on this computer."
)
hero_picture()
with st.container(horizontal=True, horizontal_alignment="center"):
    if st.button("Try it with demo songs", type="primary", icon=":material/play_arrow:"):
        run = demo.start(services.store(), services.workspace())
        navigation.go("run", run=run.id)
    if st.button("Use my own songs", icon=":material/library_books:"):
        navigation.go("corpus")
latest_runs.show()
