"""The report of a sweep: complete in itself, and every name in it is text."""

from __future__ import annotations

import re
from dataclasses import replace
from html.parser import HTMLParser

import pytest

from lyricslab.analysis.claims import Claim
from lyricslab.analysis.originality import Copy
from lyricslab.english.lexicon import english_share
from lyricslab.experiments.shipped_experiments import shipped_experiments
from lyricslab.experiments.sweep_results import SweepTable
from lyricslab.files import ASSETS
from lyricslab.report import figures
from lyricslab.report.content import base_tables
from lyricslab.report.samples import Writer, Writing, Written, Yardstick
from lyricslab.report.sweep_page import to_html
from lyricslab.report.sweep_record import SweepRecord
from tests.support.sweep_table import made_up_table

HOSTILE = "<img src=x onerror=alert(1)>\"'&</pre></svg><script>alert(2)</script>"


class Page(HTMLParser):
    """The tags of a page with their attributes, those left open, and its text."""

    VOID = ("meta",)

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in (*self.VOID, "br"):
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text.append(data)


def hostile_sweep() -> SweepTable:
    """Return a sweep in which every name is an attack."""
    found = made_up_table(seeds=2, songs=5)
    names = {base.name: f"{base.name} {HOSTILE}" for base in found.plan.bases}
    bases = tuple(replace(base, name=names[base.name]) for base in found.plan.bases)
    cells = tuple(
        replace(cell, cell=replace(cell.cell, base=names.get(cell.cell.base or "")))
        for cell in found.cells
    )
    plan = replace(found.plan, bases=bases)
    titles = {name: name for name in names.values()}
    return replace(found, plan=plan, titles=titles, cells=cells, corpus_name=HOSTILE)


def report(found: SweepTable) -> str:
    text = f"{HOSTILE}\nI know the river\n" * 9
    claim = Claim(
        name="transfer", base="books", base_title=HOSTILE, sentence=HOSTILE, verdict="seen",
        effect=-0.21, low=-0.3, high=-0.1, test=HOSTILE,
    )  # fmt: skip
    writing = Writing(
        writer=Writer(kind="books", base=HOSTILE, run_id="r", name=HOSTILE),
        text=text,
        english=english_share(text),
        copy=Copy(HOSTILE, 2),
        copied_from=HOSTILE,
    )
    yardstick = Yardstick(songs=7, english=english_share(text), copy=Copy("the river", 1))
    written = Written((writing,), yardstick, (HOSTILE,))
    return to_html(found, base_tables(found), (claim,), written)


@pytest.fixture(scope="module")
def html() -> str:
    return report(hostile_sweep())


def test_nothing_is_fetched(html: str) -> None:
    page = Page(html)
    assert not [tag for tag, _ in page.tags if tag in ("script", "link", "img", "iframe", "base")]
    for _, attributes in page.tags:
        assert not {"src", "href", "srcset", "xlink:href", "action"} & set(attributes)
        assert not [name for name in attributes if name.startswith("on")]
    style = "".join(re.findall(r"<style>(.*?)</style>", html, re.DOTALL))
    assert "url(" not in style
    assert "@import" not in style
    policy = next(a["content"] for t, a in page.tags if "http-equiv" in a)
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_names_are_text(html: str) -> None:
    page = Page(html)
    assert page.open == []  # every tag is closed in its place
    said = "".join(page.text)
    # The corpus, a claim's sentence, base and test, the writer, the sample, its copy, what is gone.
    assert said.count(HOSTILE) >= 9
    assert "onerror" not in re.sub(r"&lt;img src=x onerror", "", html)


def test_every_mean_is_in_the_report(html: str) -> None:
    found = hostile_sweep()
    for cell in found.cells:
        assert f"{cell.mean():.3f}" in html


def test_what_ships_is_complete_and_makes_a_report() -> None:
    shipped = shipped_experiments("sweep", SweepRecord.from_dict)
    files = [path.stem for path in (ASSETS / "experiments").glob("*.json")]
    assert {*shipped, *shipped_experiments("search", lambda name, values: name)} == {*files}
    for record in shipped.values():
        assert all(cell.complete for cell in record.table.cells)
        assert all(record.songs[cell.cell.key] for cell in record.table.cells)
        assert all(record.curves[seed.run_id] for cell in record.table.cells for seed in cell.done)
        html = to_html(record.table, base_tables(record.table), (), record.written)
        assert Page(html).open == [] and record.written.writings[0].writer.name in html


def test_a_sweep_that_has_just_begun() -> None:
    found = made_up_table(done=0.0)
    html = to_html(found, base_tables(found), (), Written((), None, ()))
    assert Page(html).open == []
    assert "0 of " in "".join(Page(html).text)
    assert "nan" not in html


@pytest.mark.parametrize("drawn", [figures.network(), figures.experiment(), figures.choices()])
def test_diagrams_are_complete_and_described(drawn: str) -> None:
    page = Page(drawn)
    assert page.open == []
    assert page.tags[0][1]["role"] == "img"
    assert len(page.text[0]) > 40
