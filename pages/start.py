"""Start: what this is, the way in, the latest runs."""

from __future__ import annotations

from functools import partial

import streamlit as st

from lyricslab.store.rows import RunRow
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import plain
from lyricslab.ui.common.run_status import badge
from lyricslab.ui.start import demo
from lyricslab.ui.start.hero_picture import hero_picture
from lyricslab.wording import loss

LATEST = 6


def facts_of(run: RunRow) -> list[str]:
    """Return a run in a few words: its songs, how far it is, how good."""
    known = [run.corpus_name]
    if run.unfinished and run.step:
        known.append(f"{run.step / max(1, run.total_steps):.0%} done")
    if run.best_val is not None:
        known.append(f"best {loss(run.best_val)}")
    return known


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

of_workspace = partial(services.store().runs, workspace_id=services.workspace())
latest = of_workspace(exclude_experiments=True, most=LATEST) or of_workspace(most=LATEST)
st.subheader("Latest runs")
if not latest:
    st.caption(
        "None yet. The demo takes about half a minute: you see it learn and read what it writes."
    )
if latest:
    with st.container(border=True, gap="xsmall"):
        for run in latest:
            name, status, facts = st.columns([3, 1.2, 4], vertical_alignment="center")
            with name:
                navigation.link("run", plain(run.name), icon=":material/show_chart:", run=run.id)
            with status:
                badge(run)
            facts.text(" · ".join(facts_of(run)))
