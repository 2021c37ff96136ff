"""The bar while files are read, with Stop; the page shows nothing else of the import then."""

from __future__ import annotations

import streamlit as st

from lyricslab.errors import ReadingStoppedError
from lyricslab.ui.common.error_boundary import boundary, plain, problem
from lyricslab.ui.corpus import import_session, reading_job
from lyricslab.ui.corpus.reading_job import ReadingJob
from lyricslab.wording import about

TICK_S = 0.3
_PROBLEM = "reading_problem"


def take_what_is_read() -> bool:
    """Add what was read to the import, once it is; return whether files are still being read."""
    job = reading_job.current()
    if job is None:
        return False
    job.wait_briefly()
    if job.running:
        return True
    reading_job.forget()
    if job.problem is not None:
        st.session_state[_PROBLEM] = job.problem
    else:
        import_session.take(job.result)
    return False


def why_nothing_was_added() -> None:
    """Say, once, why the files that were to be read last were not."""
    error = st.session_state.pop(_PROBLEM, None)
    if isinstance(error, ReadingStoppedError):
        st.info(plain(str(error)), icon=":material/stop_circle:")
    elif error is not None:
        problem(error)


def bar() -> None:
    """Show how far the reading is, again and again, and Stop."""
    st.fragment(_watch, run_every=TICK_S)()
    st.caption("You can use other pages meanwhile. If you stop, nothing is added.")


def _watch() -> None:
    with boundary():
        job = reading_job.current()
        if job is None or not job.running:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center", key="reading"):
            st.progress(min(1.0, job.share), plain(_progress_text(job)), width="stretch")
            st.button(
                "Stopping" if job.stopping else "Stop",
                icon=":material/stop:",
                key="reading_stop",
                disabled=job.stopping,
                on_click=job.stop,
            )


def _progress_text(job: ReadingJob) -> str:
    left_s = job.left_s
    return job.doing if left_s is None else f"{job.doing} · about {about(left_s)} left"
