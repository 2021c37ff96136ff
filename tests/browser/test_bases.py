"""A base goes out as a file and comes in again; only a real browser downloads and uploads."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Page, expect

from lyricslab.lab import library, parcel

from .conftest import App


def test_a_base_is_exported_imported_renamed_and_deleted(
    start_app: Callable[..., App], page: Page, tmp_path: Path
) -> None:
    app = start_app()
    page.goto(f"{app.url}/bases")
    songs = page.locator(".st-key-base_songs")
    songs.get_by_role("button", name="Write another").click()
    expect(songs.get_by_text("seed 1 ·")).to_be_visible()
    with page.expect_download() as caught:
        songs.get_by_role("button", name="Export").click()
    assert caught.value.suggested_filename == "songs.zip"
    file = tmp_path / "songs.zip"
    caught.value.save_as(file)
    assert file.read_bytes() == parcel.of_base(app.home, "songs")

    page.get_by_role("button", name="Import a base").click()
    broken = {"name": "x.zip", "mimeType": "application/zip", "buffer": file.read_bytes()[:-9]}
    page.locator("input[type=file]").set_input_files(files=[broken])
    expect(page.get_by_text("or one that was cut short")).to_be_visible()
    page.locator("input[type=file]").set_input_files(file)
    expect(page.get_by_label("Its name here")).to_have_value("songs-2")
    page.get_by_label("Its name here").fill("hymns")
    page.get_by_role("button", name="Import", exact=True).click()
    expect(page.get_by_text("Hymns is in your library")).to_be_visible()

    page.locator(".st-key-base_hymns").get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("psalms")
    page.get_by_test_id("stPopoverBody").get_by_role("button", name="Rename").click()
    psalms = page.locator(".st-key-base_psalms")
    expect(psalms).to_be_visible()
    assert library.base(app.home, "psalms")[0].details["imported"]["name"] == "songs"

    psalms.get_by_role("button", name="Delete").click()
    page.get_by_role("dialog").get_by_role("button", name="Delete").click()
    expect(psalms).to_have_count(0)
    assert not list(app.home.bases.glob("[!.]*"))
