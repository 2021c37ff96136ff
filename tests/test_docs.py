"""What the documents say is so: commands parse, files and names exist."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest

from lyricslab import cli
from tests.support import cleaning_page

ROOT = Path(__file__).resolve().parents[1]
DOCUMENTS = [ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))]


def commands(text: str) -> list[str]:
    return [
        line.split("  #")[0].strip()
        for block in re.findall(r"```\n(.*?)```", text, re.DOTALL)
        for line in block.splitlines()
        if line.startswith("python -m lyricslab ")
    ]


def test_the_readmes_commands_are_commands() -> None:
    found = commands((ROOT / "README.md").read_text("utf-8"))
    assert len(found) >= 9
    for command in found:
        cli.parser().parse_args(shlex.split(command)[3:])  # exits if it is none


def test_every_command_is_in_the_readme() -> None:
    text = (ROOT / "README.md").read_text("utf-8")
    help_text = cli.parser().format_help()
    names = set(re.findall(r"^    (\w+)\s", help_text, re.MULTILINE))
    assert names >= {"corpus", "bases", "pretrain", "finetune", "baseline", "evaluate", "write"}
    assert all(f"lyricslab {name}" in text for name in names), names


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda path: path.name)
def test_links_lead_somewhere(path: Path) -> None:
    for target in re.findall(r"\]\(([^)#]+)", path.read_text("utf-8")):
        assert target.startswith("http") or (path.parent / target).exists(), target


def test_the_map_names_what_there_is() -> None:
    quoted = (ROOT / "docs" / "PAPER_MAP.md").read_text("utf-8").split("`")[1::2]
    sources = "\n".join(p.read_text("utf-8") for p in (ROOT / "lyricslab").rglob("*.py"))
    for name in quoted:
        if name.endswith(".py"):
            assert (ROOT / name).is_file() or (ROOT / "lyricslab" / name).is_file(), name
        elif re.fullmatch(r"[\w.]+", name):
            assert re.search(rf"\b{name.rsplit('.')[-1]}\b", sources), name


def test_the_architecture_fits_a_page() -> None:
    assert len((ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8").splitlines()) <= 110


def test_the_cleaning_page_shows_what_cleaning_does() -> None:
    assert cleaning_page.PAGE.read_text("utf-8") == cleaning_page.page()


def test_the_glossary_leads_to_the_code() -> None:
    """Each term's place exists, and the name beside it is in that file; no term occurs twice."""
    text = (ROOT / "docs" / "GLOSSARY.md").read_text("utf-8")
    rows = [line.split("|")[1:-1] for line in text.splitlines() if line.startswith("| ")]
    rows = [row for row in rows if row[0].strip() != "Term"]
    terms = [row[0].strip() for row in rows]
    assert len(terms) > 50 and len(set(terms)) == len(terms)
    for term, _, place in rows:
        path, *names = re.findall(r"`([^`]+)`", place)
        found = ROOT / "lyricslab" / path
        assert found.exists(), f"{term.strip()}: there is no {path}"
        for name in names:
            assert re.search(rf"\b{name}\b", found.read_text("utf-8")), f"no {name} in {path}"


def test_the_reading_tour_is_true() -> None:
    """Every file and name of the ten stops exists."""
    text = (ROOT / "docs" / "ARCHITECTURE.md").read_text("utf-8")
    tour = text[text.index("## Ten stops") : text.index("## On disk")]
    assert len(re.findall(r"^\d+\. ", tour, re.MULTILINE)) == 10
    sources = "\n".join(p.read_text("utf-8") for p in (ROOT / "lyricslab").rglob("*.py"))
    for name in re.findall(r"`([^`]+)`", tour):
        if "/" in name or name.endswith(".py"):
            assert list((ROOT / "lyricslab").rglob(name.rstrip("/"))), f"there is no {name}"
        else:
            assert re.search(rf"\b{name}\b", sources), f"there is no {name}"
