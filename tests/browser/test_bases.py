"""Bases come and go as files, and one is made; only a real browser downloads and uploads."""

from __future__ import annotations

import csv
import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from lyricslab.importing import reading
from lyricslab.library.bases import load_base_card
from lyricslab.library.corpora import add_corpus
from lyricslab.library.exports import export_base
from lyricslab.library.songbooks import list_songbooks
from lyricslab.store.rows import BASES
from lyricslab.store.store import Store

from .conftest import App

WORDS = "river stone morning ember harbour willow lantern meadow copper thunder".split()


@pytest.fixture(scope="module")
def app(start_app: Callable[..., App]) -> App:
    """One app for the tests of this file."""
    return start_app()


def test_a_base_is_exported_imported_renamed_and_deleted(
    app: App, page: Page, tmp_path: Path
) -> None:
    page.goto(f"{app.url}/bases")
    songs = page.locator(".st-key-base_songs")
    songs.get_by_role("button", name="Write another").click()
    expect(songs.get_by_text("seed 1 ·")).to_be_visible()
    with page.expect_download() as caught:
        songs.get_by_role("button", name="Export").click()
    assert caught.value.suggested_filename == "songs.safetensors"
    file = tmp_path / "songs.safetensors"
    caught.value.save_as(file)
    assert file.read_bytes() == export_base(app.home, "songs")

    page.get_by_role("button", name="Import a base").click()
    broken = {"name": "x.safetensors", "mimeType": "", "buffer": file.read_bytes()[:-9]}
    page.locator("input[type=file]").set_input_files(files=[broken])
    expect(page.get_by_text("is damaged or cut short")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_label("Its name", exact=True)).to_have_value("songs-2")
    page.get_by_label("Its name", exact=True).fill("hymns")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Hymns is in your library")).to_be_visible()

    page.locator(".st-key-base_hymns").get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("psalms")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Rename").click()
    psalms = page.locator(".st-key-base_psalms")
    expect(psalms).to_be_visible()
    assert load_base_card(app.home, "psalms").details["imported"]["name"] == "songs"

    psalms.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(psalms).to_have_count(0)
    assert not list(app.home.bases.glob("[!.]*"))


def a_table(path: Path) -> Path:
    """Forty little songs as a teacher has them: a table with a column of lyrics."""
    rng = random.Random(4)
    with path.open("w", encoding="utf-8", newline="") as file:
        table = csv.writer(file)
        table.writerow(["artist", "song", "text"])
        for n in range(40):
            lines = [" ".join(rng.choices(WORDS, k=5)) for _ in range(9)]
            table.writerow(["Nobody", f"No {n}", "\n".join(lines)])
    return path


def test_a_base_is_made_from_a_table_and_learns_songs(app: App, page: Page, tmp_path: Path) -> None:
    book = list_songbooks()[0]
    corpus = add_corpus(Store(app.home), reading.read_path(book.path).corpus("Demo songs"))
    page.goto(f"{app.url}/bases?section=make")
    upload = page.get_by_test_id("stFileUploaderDropzoneInput").first
    upload.set_input_files(a_table(tmp_path / "class.csv"))
    expect(page.get_by_text(re.compile(r"^40 songs, "))).to_be_visible()
    expect(page.get_by_text("Measuring how fast this computer learns")).to_be_visible()
    begin = page.get_by_role("button", name=re.compile("^Train this base: .*seconds$"))
    expect(begin).to_be_visible()
    expect(page.get_by_text(re.compile("^So it reads the text about"))).to_be_visible()
    page.get_by_label("What the base is called").fill("class")
    begin.click()

    page.wait_for_url(re.compile(r"/run\?run="))
    badge = page.locator(".stMarkdownBadge")
    expect(badge.filter(has_text=re.compile("finished$"))).to_be_visible()
    expect(page.get_by_text("It is in the library of bases as 'class'.")).to_be_visible()
    expect(page.get_by_text(re.compile("^A base. Learns from 40 songs"))).to_be_visible()
    expect(page.get_by_test_id("stVegaLiteChart").locator("svg, canvas").first).to_be_visible()
    [made] = Store(app.home).runs(workspace_id=BASES)
    assert load_base_card(app.home, "class").details["run"] == made.id
    page.get_by_role("button", name="Look at its card").click()
    card = page.locator(".st-key-base_class")
    expect(card.get_by_text("Has read 40 songs or pieces of text.")).to_be_visible()
    expect(card.get_by_text("written when it was made")).to_be_visible()

    card.get_by_role("button", name="Start from this one").click()
    page.wait_for_url(re.compile(r"/train\?.*base=class"))
    expect(page.get_by_role("radio", name=re.compile("^class"))).to_be_checked()
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_url(re.compile(r"/run\?run="))
    expect(page.get_by_text(re.compile("beginning with the base class;"))).to_be_visible()
    [tuned] = Store(app.home).runs(corpus_id=corpus.id)
    assert tuned.base == "class"
