"""Compare in a real browser: marks in the table, light in the chart, files, a reload."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import App
from tests.support.lab import Lab

BEST = {"none": 1.7, "0,2": 1.5}


@pytest.fixture(scope="module")
def app(start_app: Callable[..., App], tmp_path_factory: pytest.TempPathFactory) -> App:
    """An app whose home has three seeds of two settings."""
    lab = Lab(tmp_path_factory.mktemp("compared"))
    corpus = lab.corpus()
    for trainable, best in BEST.items():
        for seed in range(3):
            loss = best + seed / 100
            scores = {side: [loss + k / 20 - 0.2 for k in range(9)] for side in ("val", "test")}
            name = f"{trainable}, seed {seed}"
            lab.run(
                corpus,
                name,
                trainable=trainable,
                vals=(1.9, 1.8, loss),
                test=loss,
                seed=seed,
                scores=scores,
            )
    return start_app(lab.home)


def row(page: Page, name: str) -> Locator:
    return page.locator(".frame tbody tr").filter(has=page.get_by_text(name, exact=True))


def opacities(page: Page) -> set[str]:
    lines = page.locator('[aria-roledescription="line mark"]')
    return set(lines.evaluate_all("lines => lines.map(line => line.getAttribute('opacity'))"))


def test_runs_are_marked_lit_and_exported(app: App, page: Page, tmp_path: Path) -> None:
    page.goto(f"{app.url}/compare")
    page.get_by_label("0,2, seed 2 in the chart").check()
    page.get_by_label("none, seed 1 in the chart").check()
    row(page, "none, seed 1").locator(".flag").click()
    page.wait_for_url(re.compile("against="))
    change = row(page, "0,2, seed 0").locator(".test_change")
    expect(change).to_contain_text("−12.3 %")  # 1.5 / 1.71
    row(page, "0,2, seed 2").locator(".pin").click()
    page.wait_for_url(re.compile("pins="))
    expect(page.locator(".frame tbody tr").first).to_contain_text("0,2, seed 2")
    row(page, "0,2, seed 0").locator(".star").click()
    star = row(page, "0,2, seed 0").locator(".star")
    expect(star).to_have_attribute("aria-pressed", "true")

    # A row lights its line, and a line its row.
    expect(page.locator('[aria-roledescription="line mark"]').first).to_be_visible()
    page.mouse.move(2, 2)
    expect(page.locator('[aria-roledescription="line mark"][opacity="0.16"]')).to_have_count(0)
    row(page, "none, seed 1").hover()
    expect(page.locator('[aria-roledescription="line mark"][opacity="0.16"]').first).to_be_visible()
    assert opacities(page) == {"1", "0.16"}
    chart = page.get_by_test_id("stVegaLiteChart").first
    chart.scroll_into_view_if_needed()
    place = chart.bounding_box()
    assert place is not None
    for x in (0.6, 0.61):
        page.mouse.move(place["x"] + x * place["width"], place["y"] + 0.5 * place["height"])
    expect(page.locator(".frame tbody tr.lit")).to_have_count(1)

    address = page.url
    page.reload()
    expect(row(page, "0,2, seed 2")).to_have_class(re.compile("pinned"))
    expect(row(page, "none, seed 1")).to_have_class(re.compile("named"))
    assert page.url == address

    settled = '[data-testid="stApp"][data-test-script-state="notRunning"]'
    expect(page.locator(settled)).to_be_visible()
    page.get_by_role("button", name="Export").click()
    for label, begins in (
        ("Table as CSV", b"\xef\xbb\xbfrun,name"),
        ("Chart as PNG", b"\x89PNG"),
        ("Chart as SVG", b"<svg"),
    ):
        with page.expect_download() as waiting:
            page.get_by_role("button", name=label).click()
        waiting.value.save_as(tmp_path / "file")
        assert (tmp_path / "file").read_bytes().startswith(begins)
