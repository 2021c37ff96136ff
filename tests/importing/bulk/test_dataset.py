"""A dataset holds every text once, divided by document, and is never made twice."""

from __future__ import annotations

import json
import random
from pathlib import Path

import numpy as np
import pytest

from lyricslab.config import SplitConfig
from lyricslab.errors import BrokenFileError, CorpusTooSmallError, ReadError
from lyricslab.importing.bulk import dataset as datasets
from lyricslab.importing.bulk.dataset import DatasetConfig, all_files, build_dataset, open_dataset

SPLIT = SplitConfig(train=0.9, val=0.05, test=0.05)
WORDS = (
    "river stone morning ember harbour willow lantern meadow copper thunder velvet anchor".split()
)


def verse(rng: random.Random, lines: int) -> str:
    return "\n".join(" ".join(rng.choices(WORDS, k=5)) for _ in range(lines))


def texts_of(dataset: datasets.Dataset) -> list[str]:
    return [
        bytes(dataset.codes[first + 1 : first + length].view(np.uint8)).decode()
        for first, length in zip(dataset.first, dataset.lengths, strict=True)
    ]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Songs in two files, one of them there twice, and a novel."""
    rng = random.Random(1)
    source = tmp_path / "texts"
    source.mkdir()
    rows = [{"title": f"No {n}", "text": verse(rng, 8 + n % 5)} for n in range(61)]
    (source / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    (source / "b.txt").write_text(
        f"Alone\n\n{verse(rng, 7)}\n---\nAgain\n\n{rows[3]['text']}", "utf-8"
    )
    novel = "\n\n".join(verse(rng, 9) for _ in range(450))
    (source / "novel.txt").write_text(novel, "utf-8")
    (source / "broken.docx").write_bytes(b"no document")
    (tmp_path / "piles").mkdir()
    return source


def test_everything_is_there_once(folder: Path) -> None:
    dataset = build_dataset(all_files([folder]), folder.parent / "piles")
    texts = texts_of(dataset)
    assert len(texts) == len(set(texts)) == dataset.manifest.songs
    assert sum("No " in text[:3] for text in texts) == 61
    assert sum(text.startswith("Alone\n\n") for text in texts) == 1
    assert not any(text.startswith("Again") for text in texts)
    assert (dataset.manifest.twice, dataset.manifest.books, dataset.manifest.files) == (1, 1, 4)
    assert (
        dataset.manifest.characters == sum(map(len, texts)) == len(dataset.codes) - len(texts) - 1
    )
    novel = (folder / "novel.txt").read_text()
    pieces = [text for text in texts if text in novel]
    assert sum(map(len, pieces)) > 0.99 * len(novel)
    assert "broken.docx" in dataset.manifest.notes[0]
    assert dataset.codes[dataset.first].tolist() == [0] * len(texts)
    assert dataset.codes[-1] == 0


def test_a_document_is_on_one_side(folder: Path) -> None:
    dataset = build_dataset(all_files([folder]), folder.parent / "piles")
    sides = dataset.sides(SPLIT)
    assert sorted(np.concatenate(sides)) == list(range(dataset.manifest.songs))
    assert len(set(dataset.groups.tolist())) == 63  # 62 songs and a novel
    where = [{int(dataset.groups[k]) for k in side} for side in sides]
    assert not (where[0] & where[1] or where[0] & where[2] or where[1] & where[2])
    again = dataset.sides(SPLIT)
    assert all(np.array_equal(a, b) for a, b in zip(sides, again, strict=True))
    other = dataset.sides(SplitConfig(train=0.9, val=0.05, test=0.05, seed=1))
    assert not np.array_equal(sides.val, other.val)


def test_sides_hold_their_share() -> None:
    rng = np.random.default_rng(0)
    lengths = rng.integers(50, 4_000, 3_001)
    manifest = datasets.Manifest(3_001, 0, int(lengths.sum()) - 3_001, 1, 0)
    dataset = datasets.Dataset(
        "", manifest, np.zeros(lengths.sum() + 1, np.int8), lengths, np.arange(3_001) // 3
    )
    shares = [lengths[side].sum() / lengths.sum() for side in dataset.sides(SPLIT)]
    assert shares == pytest.approx([0.9, 0.05, 0.05], abs=0.003)


def test_one_novel_is_divided_by_its_pieces(folder: Path) -> None:
    dataset = build_dataset([folder / "novel.txt"], folder.parent / "piles")
    assert set(dataset.groups.tolist()) == {0}
    assert all(len(side) > 2 for side in dataset.sides(SPLIT))


def test_the_same_text_is_encoded_once(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    files, to = all_files([folder]), folder.parent / "piles"
    first = build_dataset(files, to)
    monkeypatch.setattr(datasets, "_encode", lambda *_: pytest.fail("It was read again."))
    assert build_dataset(files, to).digest == first.digest
    monkeypatch.undo()
    (folder / "b.txt").write_text("Alone\n\nother words than before, some more of them", "utf-8")
    assert build_dataset(files, to).digest != first.digest
    dressed = build_dataset(files, to, DatasetConfig(modern=0.5))
    assert dressed.digest != first.digest


def test_a_share_of_songs_is_in_todays_dress(tmp_path: Path) -> None:
    rows = [
        {"title": "", "text": f"Thou art number {n}\n" + verse(random.Random(n), 6)}
        for n in range(300)
    ]
    (tmp_path / "a.jsonl").write_text("\n".join(map(json.dumps, rows)), "utf-8")
    dataset = build_dataset([tmp_path / "a.jsonl"], tmp_path, DatasetConfig(modern=0.25))
    old = sum("Thou art" in text for text in texts_of(dataset))
    assert abs(old - 225) < 25


def test_it_is_opened_as_it_was_made_and_damage_is_named(folder: Path) -> None:
    to = folder.parent / "piles"
    made = build_dataset(all_files([folder]), to)
    opened = open_dataset(to, made.digest)
    assert texts_of(opened) == texts_of(made)
    assert opened.manifest == made.manifest
    opened.let_go()
    assert texts_of(opened) == texts_of(made)
    codes = to / f"{made.digest}.codes"
    codes.write_bytes(codes.read_bytes()[:-1])
    with pytest.raises(BrokenFileError, match="Name the files again"):
        open_dataset(to, made.digest)
    with pytest.raises(BrokenFileError):
        open_dataset(to, "nothing")


def test_nothing_is_left_of_a_pile_that_failed(tmp_path: Path) -> None:
    (tmp_path / "small.txt").write_text("One\n\ntwo words", "utf-8")
    to = tmp_path / "piles"
    to.mkdir()
    with pytest.raises(CorpusTooSmallError, match="2,000"):
        build_dataset([tmp_path / "small.txt"], to)
    assert not list(to.iterdir())
    with pytest.raises(ReadError, match="could not be opened"):
        all_files([tmp_path / "nowhere"])


def test_too_few_documents_are_named() -> None:
    lengths = np.array([900, 1_200])
    manifest = datasets.Manifest(2, 0, 2_098, 1, 0)
    dataset = datasets.Dataset("", manifest, np.zeros(2_101, np.int8), lengths, np.arange(2))
    with pytest.raises(CorpusTooSmallError, match="2 texts"):
        dataset.sides(SPLIT)
