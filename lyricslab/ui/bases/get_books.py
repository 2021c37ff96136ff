"""Get books: choose them by theme or number, watch the download, see what is here."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.books import book_store, catalogue, download_job, mirror
from lyricslab.books.catalogue import Theme, Title
from lyricslab.books.download_job import BookOutcome, DownloadJob
from lyricslab.errors import ConfigError, LyricsLabError
from lyricslab.store.home import Home
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import boundary, plain, problem
from lyricslab.wording import about, listed, plural

TICK_S = 0.5
CHOSEN, NUMBERS, MIRROR, PROBLEM = "books_chosen", "books_numbers", "books_mirror", "books_problem"
THEME, KEPT_THEME = "books_theme", "books_kept_theme"
NAMED = 4
"""How many of the chosen books are named; the others are counted."""


def get_books_section() -> None:
    """Show the choice of books or the download, then the books that are here."""
    home = services.home()
    st.markdown(
        "A base learns from much text, and Project Gutenberg gives old books away. Choose some by "
        "theme or by number: nothing is fetched until you say so."
    )
    job = download_job.current(home)
    if job is not None and job.running:
        st.fragment(_watch, run_every=TICK_S)(home)
    else:
        if job is not None:
            _finished(home, job)
        _choose(home)
    _books_here(home)


# ---- choosing


def _choose(home: Home) -> None:
    here = frozenset(card.id for card in book_store.books(home))
    names = [theme.name for theme in catalogue.themes()]
    # The widget loses its state while it is hidden by a download.
    st.session_state.setdefault(THEME, st.session_state.get(KEPT_THEME, names[0]))
    name = st.pills("Theme", names, required=True, key=THEME) or names[0]
    st.session_state[KEPT_THEME] = name
    theme = catalogue.theme(name)
    with st.container(border=True):
        with st.container(horizontal=True, vertical_alignment="center"):
            st.text(theme.about, width="stretch")
            st.button(
                "Choose all of these",
                key="books_all",
                type="tertiary",
                icon=":material/done_all:",
                on_click=_choose_all,
                args=(theme, here),
            )
        columns = st.columns(2, gap="medium")
        half = (len(theme.titles) + 1) // 2
        for k, title in enumerate(theme.titles):
            with columns[k // half]:
                _choice(title, title.id in here)
    numbers_place, mirror_place = st.columns([3, 2], gap="medium", vertical_alignment="bottom")
    with numbers_place:
        st.text_input(
            "Any others, by number",
            key=NUMBERS,
            placeholder="1342, 2814",
            help="The last part of a book's address, as in gutenberg.org/ebooks/1342. Put "
            "blanks or commas between several.",
        )
    with mirror_place:
        _mirror(home)
    _chosen_so_far()
    st.button(
        "Get these books",
        type="primary",
        icon=":material/download:",
        key="books_get",
        disabled=not (_chosen() or st.session_state.get(NUMBERS, "").strip()),
        on_click=_begin,
        args=(home,),
    )
    error = st.session_state.pop(PROBLEM, None)
    if error is not None:
        problem(error)


def _choice(title: Title, here: bool) -> None:
    """Show one book with a checkbox, which is ticked and disabled once the book is here."""
    name, author = plain(title.title), plain(title.author)
    if here:
        label, key = f"{name} · {author} · here", f"books_here_{title.id}"
        st.checkbox(label, value=True, disabled=True, key=key, wrap=True)
    else:
        label, key = f"{name} :gray[· {author}]", f"books_{title.id}"
        st.session_state.setdefault(key, title.id in _chosen())
        st.checkbox(label, key=key, on_change=_toggle, args=(title.id,), wrap=True)


def _mirror(home: Home) -> None:
    with st.popover("Where they come from", icon=":material/dns:"):
        try:
            now = mirror.chosen(home)
        except ConfigError as error:
            problem(error)
            now = ""
        if services.shared():
            st.text(
                f"Books come from {now or 'an address that is damaged'}, for everybody here; only "
                "whoever runs this server can change that, in an app that nobody else can open.",
                width=420,
            )
            return
        st.text_input(
            "Mirror",
            value=now,
            key=MIRROR,
            on_change=_set_mirror,
            args=(home,),
            width=420,
            help="Left empty, it is gutenberg.org. {id} in an address stands for a book's number.",
        )
        st.caption(
            "For many books take a mirror near you, so that Project Gutenberg's own computers have "
            f"less to do: [its list of mirrors]({mirror.MIRRORS}). Books come one after the other, "
            "with two seconds between them."
        )


def _chosen_so_far() -> None:
    chosen = [catalogue.name_of(number) for number in _chosen()]
    if not chosen:
        st.caption("None chosen yet. After typing numbers, press Enter.")
        return
    more = [f"{len(chosen) - NAMED} more"] if len(chosen) > NAMED else []
    with st.container(horizontal=True, vertical_alignment="center"):
        count = plural(len(chosen), "book")
        names = listed([*chosen[:NAMED], *more])
        st.caption(plain(f"Chosen: {count}: {names}."), width="content")
        st.button("Choose none", key="books_none", type="tertiary", on_click=_choose_none)


def _chosen() -> dict[int, None]:
    """Return the numbers chosen in any theme, in the order of choosing."""
    chosen: dict[int, None] = st.session_state.setdefault(CHOSEN, {})
    return chosen


def _toggle(number: int) -> None:
    if st.session_state[f"books_{number}"]:
        _chosen()[number] = None
    else:
        _chosen().pop(number, None)


def _choose_all(theme: Theme, here: frozenset[int]) -> None:
    for title in theme.titles:
        if title.id not in here:
            _chosen()[title.id] = None
            st.session_state[f"books_{title.id}"] = True


def _choose_none() -> None:
    for number in _chosen():
        st.session_state[f"books_{number}"] = False
    _chosen().clear()


def _set_mirror(home: Home) -> None:
    try:
        mirror.choose(home, st.session_state[MIRROR])
    except LyricsLabError as error:
        st.session_state[PROBLEM] = error


def _begin(home: Home) -> None:
    """Start the download of what is chosen and typed, or keep the error for the page."""
    try:
        numbers = [*_chosen(), *catalogue.parse_numbers(st.session_state.get(NUMBERS, ""))]
        download_job.begin(home, numbers, mirror.chosen(home))
    except LyricsLabError as error:
        st.session_state[PROBLEM] = error
    else:
        _choose_none()
        st.session_state[NUMBERS] = ""


# ---- the download


def _watch(home: Home) -> None:
    """Show how far the download is, and Stop; runs twice a second."""
    with boundary():
        job = download_job.current(home)
        if job is None or not job.running:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(job.progress.share, plain(_progress_text(job)), width="stretch")
            st.button(
                "Stopping" if job.stopping else "Stop",
                icon=":material/stop:",
                key="books_stop",
                disabled=job.stopping,
                on_click=job.stop,
            )
        st.caption(
            "You can use other pages meanwhile. If you stop, the books that are here are kept."
        )
        _list(job.outcomes[::-1])


def _progress_text(job: DownloadJob) -> str:
    progress = job.progress
    parts = [f"Book {progress.number} of {progress.of}", progress.title]
    if progress.waiting:
        parts.append(progress.waiting)
    if job.left_s is not None and progress.number < progress.of:
        parts.append(f"about {about(job.left_s)} left")
    return " · ".join(parts)


def _finished(home: Home, job: DownloadJob) -> None:
    """Show which books a finished download fetched, and why the others failed."""
    with st.container(border=True):
        if job.problem is not None:
            problem(job.problem)
        else:
            st.markdown(f"**{_summary(job.outcomes)}**")
            _list(sorted(job.outcomes, key=lambda outcome: outcome.card is not None))
        with st.container(horizontal=True):
            if any(outcome.card for outcome in job.outcomes) and st.button(
                "Make a base of them", key="books_make", icon=":material/arrow_forward:"
            ):
                navigation.go("bases", section="make")
            st.button(
                "Close this list",
                key="books_dismiss",
                icon=":material/close:",
                type="tertiary",
                on_click=download_job.dismiss,
                args=(home,),
            )


def _summary(outcomes: Sequence[BookOutcome]) -> str:
    arrived = sum(outcome.card is not None for outcome in outcomes)
    if arrived == len(outcomes):
        return "The book is here." if arrived == 1 else f"All {arrived} books are here."
    stopped = sum(outcome.status == "stopped" for outcome in outcomes)
    if arrived == 0 and not stopped:
        one = len(outcomes) == 1
        return f"{'The book could not' if one else 'None of the books could'} be downloaded."
    summary = f"{arrived} of {len(outcomes)} books {'is' if arrived == 1 else 'are'} here"
    return f"{summary}; you stopped." if stopped else f"{summary}."


def _list(outcomes: Sequence[BookOutcome]) -> None:
    """Show one line for each book: that it is here, or why not and what to do."""
    marks = {
        "fetched": ":green[:material/check_circle:]",
        "present": ":green[:material/check_circle:]",
        "failed": ":red[:material/error:]",
        "stopped": ":gray[:material/stop_circle:]",
    }
    with st.container(gap="xsmall"):
        for outcome in outcomes:
            if outcome.card is None:
                line = f"{catalogue.name_of(outcome.id)}: {outcome.sentence}"
            else:
                line = f"{outcome.sentence} {_size(outcome.card.characters).capitalize()}."
            st.markdown(f"{marks[outcome.status]} {plain(line)}")


# ---- what is here


def _books_here(home: Home) -> None:
    cards = book_store.books(home)
    if not cards:
        return
    count = plural(len(cards), "book")
    size = _size(sum(card.characters for card in cards))
    with st.expander(f"On this computer: {count}, {size}", icon=":material/menu_book:"):
        st.caption(
            f"{book_store.LICENCE} Old texts carry the views and the words of their time: read "
            "before you show them to a class."
        )
        for card in cards:
            with st.container(horizontal=True, vertical_alignment="center"):
                author = f"{card.author} · " if card.author else ""
                st.text(
                    f"{card.title}\n{author}{_size(card.characters)} · {card.fetched_at[:10]}",
                    width="stretch",
                )
                st.button(
                    "Delete",
                    key=f"books_delete_{card.id}",
                    icon=":material/delete:",
                    type="tertiary",
                    on_click=_delete,
                    args=(home, card.id),
                )


def _delete(home: Home, number: int) -> None:
    try:
        book_store.remove(home, number)
    except LyricsLabError as error:
        st.session_state[PROBLEM] = error


def _size(characters: int) -> str:
    """Return the length of a text in words: "310 thousand characters"."""
    if characters >= 995_000:
        return f"{characters / 1e6:.1f} million characters"
    if characters >= 10_000:
        return f"{characters / 1e3:.0f} thousand characters"
    return f"{characters:,} characters"
