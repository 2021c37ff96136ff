"""Whatever a musician has, dropped at once: seven kinds of files, found, put right, saved."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path

import docx
import pytest
from playwright.sync_api import Locator, Page, expect

from lyricslab.library.corpora import load_corpus
from lyricslab.store.store import Store
from tests.support.written_files import (
    Song,
    chordpro_songs,
    html_songs,
    pdf_songs,
    rtf_songs,
    text_of,
)

from .conftest import App


@pytest.fixture(scope="module")
def app(start_app: Callable[..., App]) -> App:
    return start_app()


def song(name: str) -> Song:
    """Two stanzas about something, none like another's."""
    return (
        f"The {name}",
        [
            [f"The {name} is out on the water {k}" for k in range(4)],
            [f"and nobody asks the {name} why, nor {k} times" for k in range(3)],
        ],
    )


def word_file(one: Song) -> bytes:
    title, stanzas = one
    document = docx.Document()
    document.add_heading(title, 1)
    for line in text_of(stanzas).split("\n"):
        document.add_paragraph(line)
    stream = io.BytesIO()
    document.save(stream)
    return stream.getvalue()


def sheet(one: Song) -> str:
    """A song as it is copied from a page of chords."""
    title, stanzas = one
    lines = text_of(stanzas).split("\n")
    return "\n".join(
        [
            f"{title}",
            "",
            "[Verse 1]",
            "Am        G7",
            *lines[:3],
            "You might also like",
            *lines[3:],
            "12Embed",
        ]
    )


def seven_files(folder: Path) -> list[Path]:
    """Seven files of seven kinds, in five encodings."""
    names = ("lantern", "schooner", "heron", "ferry", "buoy", "trawler")
    lantern, schooner, heron, ferry, buoy, trawler = map(song, names)
    table = "title,lyrics\n" + "".join(
        f'{title},"{text_of(stanzas)} \u2013 caf\u00e9"\n'
        for title, stanzas in (song(f"cargo {k}") for k in "abcd")
    )
    contents = {
        "lantern.txt": sheet(lantern).replace(" nor", "\u2019nor").encode("cp1252"),
        "schooner.docx": word_file(schooner),
        "heron.rtf": rtf_songs([heron]).encode("ascii"),
        "ferry.pdf": pdf_songs([ferry]),
        "cargo.csv": table.encode("utf-16"),
        "buoy.cho": chordpro_songs([buoy]).encode("utf-8-sig"),
        "trawler.html": html_songs([trawler]).encode("iso-8859-15"),
    }
    for name, data in contents.items():
        (folder / name).write_bytes(data)
    return [folder / name for name in contents]


def settled(page: Page) -> None:
    page.wait_for_selector(
        '[data-testid="stApp"][data-test-script-state="notRunning"]', state="attached"
    )


def finding(page: Page, rule: str) -> Locator:
    return page.locator(f".st-key-finding_{rule}")


def switch(page: Page, name: str) -> None:
    """Turns what is fixed of a finding; for a moment a page that is drawn anew has it twice."""
    label = finding(page, name).get_by_text("Fix", exact=True)
    expect(label).to_have_count(1)
    label.click()
    settled(page)


def look_at_song(page: Page, title: str) -> Locator:
    """Turns to the songs; the words of the one that is shown."""
    page.get_by_role("tab", name=re.compile("Songs$")).click()
    sheet = page.locator(".st-key-sheet_song")
    expect(sheet.get_by_text(title, exact=True)).to_be_visible()
    return sheet


def test_seven_files_at_once(app: App, page: Page, tmp_path: Path) -> None:
    files = seven_files(tmp_path)
    page.goto(f"{app.url}/corpus")
    page.get_by_test_id("stFileUploaderDropzoneInput").first.set_input_files(files)
    expect(page.get_by_text("10 songs from 7 files")).to_be_visible()
    page.get_by_text("What was read: 7 files").click()
    for name, kind in {
        "lantern.txt": "text, Western",
        "schooner.docx": "Word",
        "heron.rtf": "rich text",
        "ferry.pdf": "PDF",
        "cargo.csv": "table, Unicode (UTF-16), 4 songs",
        "buoy.cho": "ChordPro, Unicode (UTF-8)",
        "trawler.html": "web page",
    }.items():
        expect(page.get_by_text(f"{name}: {kind}")).to_be_visible()
    settled(page)

    # What was found: on at once what is surely not sung, and to choose what may be.
    expect(
        page.get_by_text(re.compile(r"^\d things were found; \d of them are fixed"))
    ).to_be_visible()
    page_words = finding(page, "page")
    expect(page_words).to_contain_text("2 lines of that kind, in 1 song")
    page_words.get_by_role("button", name="Before and after").click()
    before, after = (page_words.get_by_role("group", name=name) for name in ("Before", "After"))
    expect(before.last).to_contain_text("12Embed")
    expect(after.last).to_contain_text("taken out")
    expect(after.first).not_to_contain_text("You might also like")

    words = look_at_song(page, "The lantern")
    expect(words).to_contain_text("[Verse 1]")
    expect(words).not_to_contain_text("Am")
    page.get_by_role("tab", name=re.compile("Findings$")).click()
    switch(page, "labels")
    switch(page, "chords")
    words = look_at_song(page, "The lantern")
    expect(words).not_to_contain_text("[Verse 1]")
    expect(words).to_contain_text("Am G7")

    # A file left out and a song edited, and both undone.
    page.get_by_role("button", name="Leave out").last.click()
    expect(page.get_by_text(re.compile("^\\d songs from 6 files"))).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("10 songs from 7 files")).to_be_visible()
    settled(page)
    page.get_by_role("button", name="Edit").first.click()
    page.get_by_role("textbox", name="Words").fill("Words of my own")
    page.get_by_role("button", name="Keep these words").click()
    expect(words.get_by_text("Words of my own")).to_be_visible()
    page.get_by_role("button", name="Undo").click()
    expect(words).to_contain_text("Am G7")
    settled(page)

    page.get_by_role("tab", name=re.compile("In figures$")).click()
    expect(page.get_by_text("What to expect")).to_be_visible()

    # Saved, opened again, and the chords taken out after all.
    name = page.get_by_role("textbox", name="Name of the corpus")
    name.fill("Seven files")
    name.press("Enter")
    settled(page)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("is saved: 10 songs")).to_be_visible()
    store = Store(app.home)
    (row,) = store.corpora()
    assert row.songs == 10
    page.get_by_role("button", name="Edit").click()
    expect(page.get_by_text("You are changing Seven files")).to_be_visible()
    settled(page)
    switch(page, "chords")
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page.get_by_text("is saved: 10 songs")).to_be_visible()
    expect(page.get_by_role("button", name="Train on these songs")).to_be_in_viewport()
    songs = load_corpus(store, row.id).songs
    assert [row.id for row in store.corpora()] == [row.id]
    text = next(song.text for song in songs if song.title == "The lantern")
    assert text.startswith("The lantern is out on the water 0\n")
    assert "Embed" not in text and "Am" not in text


def test_a_folder_at_once(app: App, page: Page, tmp_path: Path) -> None:
    inside = tmp_path / "songs" / "older"
    inside.mkdir(parents=True)
    seven_files(inside)
    (tmp_path / "songs" / "cover.png").write_bytes(b"\x89PNG\r\n")
    page.goto(f"{app.url}/corpus")
    page.get_by_role("tab", name=re.compile("Folder$")).click()
    page.get_by_test_id("stFileUploaderDropzoneInput").nth(1).set_input_files(tmp_path / "songs")
    page.get_by_text("What was read: 7 files").click()
    expect(page.get_by_text(re.compile(r"ferry\.pdf: PDF"))).to_be_visible()
    expect(page.get_by_text("cover.png")).to_have_count(0)
    expect(page.get_by_role("button", name="Save", exact=True)).to_be_visible()
