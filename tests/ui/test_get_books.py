"""Get books, as a page of its own."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from lyricslab.books import book_store, catalogue, download_job, mirror
from lyricslab.books.fetch import FetchConfig
from lyricslab.store.home import Home, open_home
from lyricslab.ui.common import services
from tests.support.mirror import Mirror, complete, ebook, running


def page() -> None:
    from lyricslab.ui.bases.get_books import get_books_section
    from lyricslab.ui.common.error_boundary import boundary

    with boundary():
        get_books_section()


@pytest.fixture
def home(own_home: Path) -> Home:
    return open_home()


@pytest.fixture
def here(home: Home, monkeypatch: pytest.MonkeyPatch) -> Iterator[Mirror]:
    """The mirror of this lab; a running job ends with the test."""
    monkeypatch.setattr(
        download_job, "FetchConfig", lambda: FetchConfig(delay_s=0, backoff_s=0, attempts=1)
    )
    with running() as made:
        mirror.choose(home, made.url)
        yield made
        job = download_job.current(home)
        made.gate.set()
        if job:
            job.join(30)


@pytest.fixture
def at(here: Mirror) -> AppTest:
    return run(AppTest.from_function(page, default_timeout=60))


def run(changed: Any) -> AppTest:
    """Run the page after a change of it or one of its parts."""
    at: AppTest = changed.run()
    assert not at.exception
    return at


def said(at: AppTest) -> str:
    """Return everything the page says, without the escapes of Markdown."""
    kinds = (at.markdown, at.caption, at.text, at.error)
    return "\n".join(str(one.value) for kind in kinds for one in kind).replace("\\", "")


def press(at: AppTest, key: str) -> AppTest:
    return run(at.button(key=key).click())


def get(at: AppTest, home: Home) -> AppTest:
    """Press the button and run the page once the job has ended."""
    press(at, "books_get")
    job = download_job.current(home)
    assert job
    job.join(30)
    return run(at)


def test_opening_the_page_fetches_nothing(at: AppTest, here: Mirror, home: Home) -> None:
    assert at.pills(key="books_theme").options == [theme.name for theme in catalogue.themes()]
    assert len(at.checkbox) == len(catalogue.themes()[0].titles)
    assert [button.label for button in at.button if button.proto.type == "primary"] == [
        "Get these books"
    ]
    assert not here.requests
    assert download_job.current(home) is None


def test_books_of_two_themes_and_a_number_come(at: AppTest, here: Mirror, home: Home) -> None:
    for number, title in ((649, "Ancient Poems"), (151, "The Rime of the Ancient Mariner")):
        here.book(number, title=title)
    here.book(4711, title="Our *own* [songs](http://x.y)")
    run(at.checkbox(key="books_649").check())
    run(at.pills(key="books_theme").set_value("The sea"))
    run(at.checkbox(key="books_151").check())
    assert "Chosen: 2 books: Ancient Poems, Ballads" in said(at)
    run(at.text_input(key="books_numbers").set_value("4711"))
    get(at, home)
    assert "**All 3 books are here.**" in said(at)
    assert {card.id for card in book_store.books(home)} == {649, 151, 4711}
    assert any("Our \\*own\\* \\[songs\\]\\(http" in str(one.value) for one in at.markdown)
    assert at.pills(key="books_theme").value == "The sea"
    assert at.checkbox(key="books_here_151").disabled
    assert at.text_input(key="books_numbers").value == ""
    assert "None chosen yet." in said(at)
    assert at.expander[-1].label.startswith("On this computer: 3 books, ")
    press(at, "books_dismiss")
    assert "All 3 books" not in said(at)


def test_what_did_not_come_says_why(at: AppTest, here: Mirror, home: Home) -> None:
    here.book(151, title="The Rime of the Ancient Mariner")
    here.put("/cache/epub/207/pg207.txt", complete(ebook(208, "Daisy Miller").encode()))
    run(at.text_input(key="books_numbers").set_value("151, 207"))
    get(at, home)
    assert "**1 of 2 books is here.**" in said(at)
    assert (
        "The Spell of the Yukon and Other Verses: In place of book 207 the mirror sent book 208"
        in said(at)
    )


def test_all_of_a_theme_can_be_chosen_and_none(at: AppTest) -> None:
    press(at, "books_all")
    assert all(box.value for box in at.checkbox)
    assert f"Chosen: {len(at.checkbox)} books" in said(at)
    run(at.pills(key="books_theme").set_value("Love"))
    assert not any(box.value for box in at.checkbox)
    run(at.pills(key="books_theme").set_value("Folk songs and ballads"))
    assert all(box.value for box in at.checkbox)
    press(at, "books_none")
    assert not any(box.value for box in at.checkbox)
    assert "None chosen yet." in said(at)
    assert at.button(key="books_get").disabled


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("Dracula", "'Dracula' is not the number"),
        ("0", "must lie between"),
    ],
)
def test_what_cannot_be_asked_for_is_said_once(
    at: AppTest, home: Home, here: Mirror, typed: str, sentence: str
) -> None:
    run(at.text_input(key="books_numbers").set_value(typed))
    press(at, "books_get")
    assert sentence in said(at)
    assert at.text_input(key="books_numbers").value == typed
    assert download_job.current(home) is None
    assert sentence not in said(run(at))


def test_while_they_come_there_is_a_stop(at: AppTest, here: Mirror, home: Home) -> None:
    here.put(
        "/cache/epub/649/pg649.txt", here.gated(complete(ebook(649, "Ancient Poems").encode()))
    )
    run(at.text_input(key="books_numbers").set_value("649 151"))
    press(at, "books_get")
    assert not at.pills
    assert at.get("progress")[0].proto.text.replace("\\", "").startswith("Book 1 of 2 · Ancient")
    press(at, "books_stop")
    assert at.button(key="books_stop").label == "Stopping"
    job = download_job.current(home)
    assert job
    here.gate.set()
    job.join(30)
    assert "you stopped" in said(run(at))
    assert book_store.books(home) == []


def test_a_mirror_can_be_set(at: AppTest, home: Home) -> None:
    run(at.text_input(key="books_mirror").set_value("http://books.example/pg/"))
    assert mirror.chosen(home) == "http://books.example/pg"
    run(at.text_input(key="books_mirror").set_value("books"))
    assert "'books' is not the address of a mirror" in said(at)
    assert mirror.chosen(home) == "http://books.example/pg"
    run(at.text_input(key="books_mirror").set_value(""))
    assert mirror.chosen(home) == mirror.USUAL


@pytest.mark.parametrize(
    ("address", "forwarded"), [("0.0.0.0", False), (None, False), ("localhost", True)]
)
def test_where_others_can_open_the_app_nobody_sets_the_mirror(
    here: Mirror, monkeypatch: pytest.MonkeyPatch, address: str | None, forwarded: bool
) -> None:
    headers = {"X-Forwarded-For": "192.0.2.7"} if forwarded else {}
    monkeypatch.setattr(services.st, "get_option", {"server.address": address}.get)
    monkeypatch.setattr(type(services.st.context), "headers", headers)
    at = run(AppTest.from_function(page, default_timeout=60))
    assert not [field for field in at.text_input if field.key == "books_mirror"]
    assert f"Books come from {here.url}, for everybody here; only whoever runs" in said(at)
    assert at.text_input(key="books_numbers")  # they may still be got


def test_a_damaged_mirror_can_be_set_anew(at: AppTest, home: Home) -> None:
    home.mirror.write_text("{")
    assert "damaged" in said(run(at))
    run(at.text_input(key="books_mirror").set_value("http://books.example"))
    assert "damaged" not in said(at)


def test_a_book_can_be_deleted(at: AppTest, here: Mirror, home: Home) -> None:
    here.book(151)
    run(at.text_input(key="books_numbers").set_value("151"))
    get(at, home)
    press(at, "books_delete_151")
    assert book_store.books(home) == []
    assert not at.expander
