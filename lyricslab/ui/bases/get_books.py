"""Getting books: chosen by theme or number, watched as they come, and what is on the shelf."""

from __future__ import annotations

from collections.abc import Sequence

import streamlit as st

from lyricslab.books import book_store, catalogue, download_job, fetch, mirror
from lyricslab.books.catalogue import Theme, Title
from lyricslab.books.download_job import Errand
from lyricslab.books.fetch import BookOutcome
from lyricslab.errors import ConfigError, LyricsLabError
from lyricslab.store.home import Home
from lyricslab.ui.common import navigation, services
from lyricslab.ui.common.error_boundary import boundary, plain, problem
from lyricslab.wording import about, listed, plural

TICK_S = 0.5
CHOSEN, NUMBERS, MIRROR, PROBLEM = "books_chosen", "books_numbers", "books_mirror", "books_problem"
THEME, KEPT_THEME = "books_theme", "books_kept_theme"
NAMED = 4
"""So many of the chosen books are named; the others are counted."""


def get_books_section() -> None:
    """All of it: what can be had, what is on its way, what is here."""
    home = services.home()
    st.markdown(
        "A base learns from much text, and Project Gutenberg gives old books away. Choose some by "
        "theme or by number: nothing is fetched until you say so."
    )
    under_way = download_job.current(home)
    if under_way is not None and under_way.running:
        st.fragment(_watch, run_every=TICK_S)(home)
    else:
        if under_way is not None:
            _what_became(home, under_way)
        _choose(home)
    _on_the_shelf(home)


# ---- choosing


def _choose(home: Home) -> None:
    here = frozenset(card.id for card in book_store.books(home))
    names = [theme.name for theme in catalogue.themes()]
    # The widget forgets its state while books come and it is not shown.
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
            help="The number of a book stands in its address: gutenberg.org/ebooks/1342. Put "
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
        on_click=_begin,
        args=(home,),
    )
    error = st.session_state.pop(PROBLEM, None)
    if error is not None:
        problem(error)


def _choice(title: Title, here: bool) -> None:
    """One book of the catalogue, with a box to tick; ticked for good once it is here."""
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
    chosen = [fetch.name_of(number) for number in _chosen()]
    if not chosen:
        st.caption("None chosen yet.")
        return
    more = [f"{len(chosen) - NAMED} more"] if len(chosen) > NAMED else []
    with st.container(horizontal=True, vertical_alignment="center"):
        count = plural(len(chosen), "book")
        names = listed([*chosen[:NAMED], *more])
        st.caption(plain(f"Chosen: {count}: {names}."), width="content")
        st.button("Choose none", key="books_none", type="tertiary", on_click=_choose_none)


def _chosen() -> dict[int, None]:
    """The numbers chosen in any theme, in the order of choosing."""
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
    """Sets out for what is chosen and typed; what is wrong with it is said on the page."""
    try:
        wanted = [*_chosen(), *fetch.numbers(st.session_state.get(NUMBERS, ""))]
        download_job.begin(home, wanted, mirror.chosen(home))
    except LyricsLabError as error:
        st.session_state[PROBLEM] = error
    else:
        _choose_none()
        st.session_state[NUMBERS] = ""


# ---- as they come


def _watch(home: Home) -> None:
    """How far it is, and Stop; looks again twice a second."""
    with boundary():
        under_way = download_job.current(home)
        if under_way is None or not under_way.running:
            st.rerun()
        with st.container(horizontal=True, vertical_alignment="center"):
            st.progress(under_way.progress.share, plain(_whereabouts(under_way)), width="stretch")
            st.button(
                "Stopping" if under_way.stopping else "Stop",
                icon=":material/stop:",
                key="books_stop",
                disabled=under_way.stopping,
                on_click=under_way.stop,
            )
        st.caption("You may go to other pages meanwhile; what came is kept, also if you stop.")
        _list(under_way.outcomes[::-1])


def _whereabouts(under_way: Errand) -> str:
    at = under_way.progress
    said = [f"Book {at.number} of {at.of}", at.title]
    if at.waiting:
        said.append(at.waiting)
    elif at.received:
        of = f" of {at.total / 1000:,.0f}" if at.total else ""
        said.append(f"{at.received / 1000:,.0f}{of} kB")
    if under_way.left_s is not None and at.number < at.of:
        said.append(f"about {about(under_way.left_s)} left")
    return " · ".join(said)


def _what_became(home: Home, over: Errand) -> None:
    """Which books came of a round that is over, and why the others did not."""
    with st.container(border=True):
        if over.problem is not None:
            problem(over.problem)
        else:
            st.markdown(f"**{_summary(over.outcomes)}**")
            _list(sorted(over.outcomes, key=lambda one: one.card is not None))
        with st.container(horizontal=True):
            if any(one.card for one in over.outcomes) and st.button(
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
    came = sum(one.card is not None for one in outcomes)
    if came == len(outcomes):
        return "The book is here." if came == 1 else f"All {came} books are here."
    stopped = sum(one.fate == "stopped" for one in outcomes)
    if came == 0 and not stopped:
        return "It did not come." if len(outcomes) == 1 else "None of the books came."
    said = f"{came} of {len(outcomes)} books {'is' if came == 1 else 'are'} here"
    return f"{said}; you stopped." if stopped else f"{said}."


def _list(outcomes: Sequence[BookOutcome]) -> None:
    """A line a book: whether it came, and if not, why and what to do."""
    marks = {
        "came": ":green[:material/check_circle:]",
        "here": ":green[:material/check_circle:]",
        "failed": ":red[:material/error:]",
        "stopped": ":gray[:material/stop_circle:]",
    }
    with st.container(gap="xsmall"):
        for one in outcomes:
            if one.card is None:
                said = f"{fetch.name_of(one.id)}: {one.sentence}"
            else:
                said = f"{one.sentence} {_size(one.card.characters).capitalize()}."
            st.markdown(f"{marks[one.fate]} {plain(said)}")


# ---- what is here


def _on_the_shelf(home: Home) -> None:
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
    """How long a text is, as people say it: "310 thousand characters"."""
    if characters >= 995_000:
        return f"{characters / 1e6:.1f} million characters"
    if characters >= 10_000:
        return f"{characters / 1e3:.0f} thousand characters"
    return f"{characters:,} characters"
